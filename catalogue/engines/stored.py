"""A record as it is kept: encoded, beside its packed document; and the entry that a reading process hands to an engine."""

import hashlib
import threading
import weakref
from typing import Final

import msgspec
import zstandard

from catalogue.engines.base import Entry
from mappings.index.document import LAYOUT, IndexDocument, index_document
from mappings.index.fields import FIELDS
from records.codes import ScopeCode
from records.errors import EngineError, InvalidRecordError
from records.model import Assigned, Extent, Provenance, Record, Source

MAX_IDENTIFIER: Final = 2000
"""Characters. No real identifier comes near; an index term has an end."""

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Record)
_INDEX_DECODER: Final = msgspec.msgpack.Decoder(IndexDocument)


class _Packing(threading.local):
    """What packs and unpacks; one of each a thread, since they may not be shared."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=1)
        self.decompressor = zstandard.ZstdDecompressor()


_PACKING: Final = _Packing()


class _Decoded(weakref.ref[Record]):
    """A record that was decoded, as long as anybody holds it, and what it was decoded from."""

    __slots__ = ("number", "stored")
    number: int
    stored: bytes


_DECODED: Final[dict[int, _Decoded]] = {}
"""By `id`."""


def encode(record: Record) -> bytes:
    """Return the record, without its source, as it is kept."""
    return _ENCODER.encode(record.without_source() if record.source is not None else record)


def decode(stored: bytes) -> Record:
    """Return the record that `encode` encoded."""
    return _DECODER.decode(stored)


def decode_kept(stored: bytes, provenance: Provenance, source: Source | None) -> Record:
    """Return the record that `encode` encoded, with what is kept beside it."""
    record = _DECODER.decode(stored)
    # it is nobody else's yet, and `dataclasses.replace` would take as long as decoding
    object.__setattr__(record, "provenance", provenance)
    object.__setattr__(record, "source", source)
    _note(record, stored)
    return record


def _note(record: Record, stored: bytes) -> None:
    decoded = _Decoded(record, _forget)
    decoded.number, decoded.stored = id(record), stored
    _DECODED[decoded.number] = decoded


def _forget(decoded: _Decoded) -> None:
    del _DECODED[decoded.number]


def state_of(record: Record) -> bytes:
    """Return what a record says, provenance and source aside, as bytes: of records that say something else others.

    For one that an engine has handed out it is what `decode_kept` was given, so that it need not be encoded again; one that was made of it
    by `dataclasses.replace` is.
    """
    known = _DECODED.get(id(record))
    return known.stored if known is not None and known() is record else encode(record)


class _Brief(msgspec.Struct):
    """The fields of a stored record that a brief list shows."""

    identifier: str
    title: str | None = None
    type: ScopeCode | None = None
    resource_type: str | None = None
    extents: tuple[Extent, ...] = ()


_BRIEF_DECODER: Final = msgspec.msgpack.Decoder(_Brief)


def decode_brief(stored: bytes, provenance: Provenance) -> Record:
    """Return of the record that `encode` encoded what a brief list shows (`SearchQuery.brief`), without decoding the rest."""
    told = _BRIEF_DECODER.decode(stored)
    return Record(
        identifier=told.identifier,
        title=told.title,
        type=told.type,
        resource_type=told.resource_type,
        extents=told.extents,
        provenance=provenance,
    )


class _Assigned(msgspec.Struct):
    """The one field of a stored record that its document does not tell."""

    assigned: Assigned = Assigned()


_ASSIGNED_DECODER: Final = msgspec.msgpack.Decoder(_Assigned)


def assigned_to(stored: bytes) -> Assigned:
    """Return what is assigned to a record that `encode` encoded, without decoding the rest."""
    return _ASSIGNED_DECODER.decode(stored).assigned


def decode_index(index: bytes) -> IndexDocument:
    """Return the index document of an entry."""
    return _INDEX_DECODER.decode(index)


def pack(content: bytes) -> bytes:
    """Return a document compressed: XML shrinks to a fifth at the cost of 0.04 ms.

    The same bytes give the same bytes as long as the compressor stays the same version; compare documents, not what they pack into.
    """
    return _PACKING.compressor.compress(content)


def unpack(packed: bytes) -> bytes:
    """Return the document that `pack` packed.

    Raises:
        EngineError: it was not, or is damaged.
    """
    try:
        return _PACKING.decompressor.decompress(packed)
    except zstandard.ZstdError as error:
        raise EngineError("A document of the catalogue is damaged.") from error


def entry_of(record: Record, *, origin: str | None = None, harvest_source: str | None = None) -> Entry:
    """Return a record made ready to be kept by any engine. All that costs time is done here, so that many processes can share it.

    Raises:
        InvalidRecordError: the record has no source document, or an identifier or text that cannot be kept.
    """
    if record.source is None:
        raise InvalidRecordError(f"the record {record.identifier!r} has no source document")
    if not record.identifier or len(record.identifier) > MAX_IDENTIFIER:
        raise InvalidRecordError(f"an identifier has 1 to {MAX_IDENTIFIER} characters; this one has {len(record.identifier)}")
    try:
        stored, index = encode(record), msgspec.msgpack.encode(index_document(record))
    except UnicodeEncodeError as error:
        raise InvalidRecordError(f"the record {record.identifier!r} holds half a character (a lone surrogate)") from error
    return Entry(
        identifier=record.identifier,
        format=record.source.format,
        content=pack(record.source.content),
        stored=stored,
        index=index,
        origin=origin,
        harvest_source=harvest_source,
    )


def fields_hash(version: str) -> str:
    """Return what an index built for this program's table of fields is marked with; `version` is that of the engine's schema."""
    rows = [f"{f.name}|{f.kind}|{f.boost}|{f.facet}|{f.whole}|{f.sortable}|{f.more is not None}" for f in FIELDS.values()]
    return hashlib.blake2b("\n".join([version, str(LAYOUT), *rows]).encode(), digest_size=16).hexdigest()
