"""Rebuilding all that is derived from the kept documents: a new index beside the old one, which answers and takes changes meanwhile.

What changes while it is built is brought over afterwards, the rest of it while writers wait, so that nothing is missing in the new index
when the aliases are switched to it, all at once. A record that is brought over twice stands as it was changed last: it has a version.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import msgspec
from elastic_transport import TransportError
from elasticsearch import ApiError, NotFoundError

from catalogue.engines.base import Entry
from catalogue.engines.elasticsearch.building import Building, End
from catalogue.engines.elasticsearch.document import living, tombstone
from catalogue.engines.elasticsearch.mapping import Body, Kept
from catalogue.engines.elasticsearch.reader import DELETED, Reader, document_id, from_microseconds, kept_of
from catalogue.engines.elasticsearch.writing import Line, Writer, batches
from catalogue.engines.stored import decode, encode, unpack
from mappings.index.document import index_document
from records.errors import CatalogueError, EngineError
from records.model import Provenance, Record, Source

_STEP: Final = 500
_NAME: Final = re.compile(r".*\.records-(\d+)(?:-[0-9a-f]+)?")
_OVERTAKEN: Final = "Another reindex was begun meanwhile. This one has stopped and changed nothing; see that the other one ends."
_UNKNOWN: Final = "The catalogue's server cannot be asked now how the reindex stands. No record is lost; run: reflecs reindex"


def rebuild(
    reader: Reader, read: Callable[[Record], Entry], progress: Callable[[int, int], None] | None, *, timeout: float, shards: int | None
) -> int:
    """Build a new index from the kept documents, switch to it, remove the old; return how many records.

    It is made of so many shards; None for as many as the old one has. A document that cannot be read any more keeps its record as it
    was read before. Of several that rebuild at once the one that began last goes on.

    Raises:
        EngineError: another one was begun meanwhile, or it is not known how this one ended.
    """
    client = reader.client.options(request_timeout=max(timeout, 60.0))
    old = _current(reader)
    building = Building(client, reader, old, _number_of(old) + 1)
    done = 0
    try:
        has = int(client.indices.get_settings(index=old).body[old]["settings"]["index"]["number_of_shards"])
        building.begin(shards or has)
        total = reader.count({"bool": {"must_not": [DELETED]}})
        writer = Writer(reader, timeout)

        def tell(count: int) -> None:
            building.open()
            if progress is not None:
                progress(count, total)

        seen = _seen(reader, old)
        done = _bring(reader, writer, building.alias, {"match_all": {}}, read, tell)
        since, seen = seen, _seen(reader, old)
        _bring(reader, writer, building.alias, _since(since), read)
        building.close()
        _bring(reader, writer, building.alias, _since(seen), read)
        building.switch()
    except BaseException as error:
        ended = _settled(building, error)
        if isinstance(error, ApiError | TransportError | EngineError) and ended is not End.UNDONE:
            if ended is End.OVERTAKEN:
                raise EngineError(_OVERTAKEN) from error
            return done
        raise
    return done


def _settled(building: Building, error: BaseException) -> End:
    """Return how a rebuild stands that was broken off.

    Raises:
        EngineError: the server cannot be asked.
    """
    try:
        return building.settle()
    except (ApiError, TransportError):
        raise EngineError(_UNKNOWN) from error


def _current(reader: Reader) -> str:
    try:
        names = list(reader.client.indices.get_alias(name=reader.name).body)
    except NotFoundError as error:
        raise EngineError(reader.absence()) from error
    if len(names) != 1 or not _NAME.fullmatch(names[0]):
        raise EngineError("The indexes of this catalogue were not made by Reflecs.")
    return str(names[0])


def _number_of(index: str) -> int:
    found = _NAME.fullmatch(index)
    return int(found[1]) if found else 0


def _seen(reader: Reader, index: str) -> int:
    """Let searches see all changes up to a number, and return it: the server counts the changes of each shard.

    The number is read first: a change that comes between the two is seen, or stands above the number; and one that a shard has
    counted but not yet taken in stands above its checkpoint.
    """
    shards = reader.client.indices.stats(index=index, metric="docs", level="shards").body["indices"][index]["shards"]
    number = min(int(copy["seq_no"]["local_checkpoint"]) for copies in shards.values() for copy in copies if "seq_no" in copy)
    reader.client.indices.refresh(index=index)
    return number


def _since(change: int) -> Body:
    return {"range": {"_seq_no": {"gt": change}}}


def _bring(
    reader: Reader,
    writer: Writer,
    building: str,
    query: Body,
    read: Callable[[Record], Entry],
    tell: Callable[[int], None] = lambda _: None,
) -> int:
    """Bring what matches into the new index, which has this alias; return how many records."""
    done = 0
    for hits in batches(reader.walk(reader.name, query, _STEP, _source=["kept"], version=True), _STEP):
        lines = []
        for hit in hits:
            kept = kept_of(hit)
            done += not kept.deleted
            lines.append(_line(building, hit["sort"][0], hit["_version"], kept, read))
        writer.bring(lines)
        tell(done)
    return done


def _line(building: str, identifier: str, version: int, kept: Kept, read: Callable[[Record], Entry]) -> Line:
    body = tombstone(identifier, kept) if kept.deleted else _read_again(kept, read)
    return Line(building, document_id(identifier), version, body)


def _read_again(kept: Kept, read: Callable[[Record], Entry]) -> Body:
    """Return a record as today's program reads its document, under the identifier by which it is known."""
    before = decode(kept.stored)
    source = Source(content=unpack(kept.content), format=kept.format)
    provenance = Provenance(origin=kept.origin, source=kept.harvest_source, loaded=from_microseconds(kept.changed))
    try:
        now = decode(read(replace(before, source=source, provenance=provenance)).stored)
    except CatalogueError:
        now = before
    now = replace(now, identifier=before.identifier)
    document = index_document(now)
    derived = msgspec.structs.replace(kept, stored=encode(now), domain=document.domain)
    return living(msgspec.msgpack.encode(document), derived)
