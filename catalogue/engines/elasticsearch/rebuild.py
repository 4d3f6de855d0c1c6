"""Rebuilding all that is derived from the kept documents: a new index beside the old one, which answers and takes changes meanwhile.

What changes while it is built is brought over afterwards, the rest of it while writers wait, so that nothing is missing in the new index
when the aliases are switched to it, all at once. A record that is brought over twice stands as it was changed last: it has a version.
"""

import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import msgspec
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from catalogue.engines.base import Entry
from catalogue.engines.elasticsearch.document import living, tombstone
from catalogue.engines.elasticsearch.mapping import Body, Kept, mapping, settings
from catalogue.engines.elasticsearch.reader import DELETED, Reader, document_id, from_microseconds, kept_of
from catalogue.engines.elasticsearch.writing import Line, Writer, batches
from catalogue.engines.stored import decode, encode, unpack
from mappings.index.document import index_document
from records.errors import CatalogueError, EngineError
from records.model import Provenance, Record, Source

_LOG: Final = logging.getLogger(__name__)
_STEP: Final = 500
_NAME: Final = re.compile(r".*\.records-(\d+)(?:-[0-9a-f]+)?")
_OVERTAKEN: Final = "Another reindex was begun meanwhile. This one has stopped and changed nothing; see that the other one ends."


def index_name(name: str, number: int, run: str = "") -> str:
    """Return the name of the index of records of a catalogue; `run` tells those apart that are built for the same number."""
    return f"{name}.records-{number}{run and f'-{run}'}"


def rebuild(
    reader: Reader, read: Callable[[Record], Entry], progress: Callable[[int, int], None] | None, *, timeout: float, shards: int | None
) -> int:
    """Build a new index from the kept documents, switch to it, remove the old; return how many records.

    It is made of so many shards; None for as many as the old one has. A document that cannot be read any more keeps its record as it
    was read before. Of two that rebuild at once the one that began last goes on: see `_take_over`.

    Raises:
        EngineError: another one was begun meanwhile.
    """
    client = reader.client.options(request_timeout=max(timeout, 60.0))
    run = secrets.token_hex(4)
    old = _current(reader)
    new, building = index_name(reader.name, _number_of(old) + 1, run), f"{reader.name}.building-{run}"
    has = int(client.indices.get_settings(index=old).body[old]["settings"]["index"]["number_of_shards"])
    client.indices.create(index=new, mappings=mapping(), settings=settings(shards or has), aliases={building: {}})
    try:
        _take_over(client, reader, old, new)
        total = reader.count({"bool": {"must_not": [DELETED]}})
        writer = Writer(reader, timeout)
        seen = _seen(reader, old)
        done = _bring(reader, writer, building, {"match_all": {}}, read, lambda count: progress(count, total) if progress else None)
        since, seen = seen, _seen(reader, old)
        _bring(reader, writer, building, _since(since), read)
        client.indices.add_block(index=old, block="write")  # returns when what was on its way has come in
        client.indices.refresh(index=old)
        _bring(reader, writer, building, _since(seen), read)
        client.indices.refresh(index=new)
        aliases = [{"add": {"index": new, "alias": alias}} for alias in (reader.name, reader.index)]
        client.indices.update_aliases(actions=[*aliases, {"remove": {"index": new, "alias": building}}, {"remove_index": {"index": old}}])
    except BaseException as error:
        if _undo(client, old, new) and isinstance(error, ApiError | EngineError):
            raise EngineError(_OVERTAKEN) from error
        raise
    return done


def _take_over(client: Elasticsearch, reader: Reader, old: str, new: str) -> None:
    """Remove what others have built so far, be they at work or interrupted, and let writers go on.

    Whoever is at work can neither write to his index any more nor switch to it, since all he does names it. Where he has switched
    already, the server does nothing of this: it would have to name the old index, which is gone.

    Raises:
        NotFoundError: he has.
    """
    built = client.indices.get_alias(index=f"{reader.name}.records-*", expand_wildcards="all").body
    others = [{"remove_index": {"index": index}} for index in built if index not in (old, new)]
    if others:
        client.indices.update_aliases(actions=[{"add": {"index": old, "alias": reader.name}}, *others])
    client.indices.put_settings(index=old, settings={"index.blocks.write": None})


def _undo(client: Elasticsearch, old: str, new: str) -> bool:
    """Let writers go on with the old index, as far as the server can still be asked; return whether another one rebuilds now.

    Then the old index is his to open.
    """
    try:
        if not client.indices.exists(index=new) or not client.indices.exists(index=old):
            client.options(ignore_status=404).indices.delete(index=new)
            return True
        client.indices.put_settings(index=old, settings={"index.blocks.write": None})
        client.options(ignore_status=404).indices.delete(index=new)
    except (ApiError, TransportError) as error:
        _LOG.warning("the index %s, which was not completed, could not be removed: %s", new, error)
    return False


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
