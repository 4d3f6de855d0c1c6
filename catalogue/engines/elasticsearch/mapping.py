"""The mapping and the settings of the index of records, functions of `FIELDS`; and what of a record is kept in it."""

from typing import Any, Final

import msgspec

from catalogue.engines.stored import fields_hash
from mappings.index.document import ZONES
from mappings.index.fields import FIELDS, IndexField, Kind

Body = dict[str, Any]
"""JSON as Elasticsearch takes and gives it."""

LAYOUT: Final = 1
"""Raised when what is kept is kept otherwise, so that a catalogue of another version is not taken for one of this."""
_VERSION: Final = "elasticsearch 1"
"""Raised when the mapping changes without `FIELDS` changing."""

ORDERED: Final = ("title", "created", "updated", "date")
"""The members of `order`, by which answers are ordered: the first value of each field."""
MAX_TITLE: Final = 8000
"""Characters of a title by which it is ordered: a term has 32,766 bytes at most."""
SIDES: Final = ("west", "south", "east", "north")


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of a record beside what is searched; of a tombstone all but the last three.

    Its number of changes is the version of the Elasticsearch document, from 1.

    Attributes:
        format: of the source document.
        changed: when it was loaded, replaced or deleted; microseconds from 1970.
        before: when the state before this one began to be of the past: this one's `changed`, or the time of a deletion in between.
        deleted: whether this is a tombstone.
        domain: the science domain, which outlives the record.
        origin: see `Entry`.
        harvest_source: see `Entry`.
        digest: SHA-256 of the document.
        stored: the record without its source, encoded.
        content: the document, packed.
    """

    format: str = ""
    changed: int = 0
    before: int | None = None
    deleted: bool = False
    domain: str | None = None
    origin: str | None = None
    harvest_source: str | None = None
    digest: bytes = b""
    stored: bytes = b""
    content: bytes = b""


def current_hash() -> str:
    """Return what an index built for this program's table of fields is marked with."""
    return fields_hash(_VERSION)


def settings(shards: int = 1) -> Body:
    """Return the settings of an index: one copy more of each shard where there is a second node to hold it."""
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "5s",  # for what a killed writer left behind: whoever writes refreshes himself
        "max_regex_length": 50_000,
    }


_KEYWORD: Final[Body] = {"type": "keyword"}
_TERM: Final[Body] = {"type": "keyword", "doc_values": False}
_LONG: Final[Body] = {"type": "long"}
_BINARY: Final[Body] = {"type": "binary"}
_DOUBLE: Final[Body] = {"type": "double"}


def mapping() -> Body:
    """Return the mapping. What is not in it is refused."""
    properties: Body = {zone: {"type": "text", "analyzer": "whitespace", "norms": False} for zone in ZONES}
    properties["title_words"] = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "docs"}
    properties |= dict.fromkeys(("words", "exact", "has", "sky_cells"), _TERM)
    properties |= {"suggest": _KEYWORD, "title_length": {"type": "integer"}}
    for field in FIELDS.values():
        properties |= _members(field)
    properties["order"] = {"properties": {name: _KEYWORD if name == "title" else _LONG for name in ORDERED}}
    properties["kept"] = {"properties": _kept()}
    return {"dynamic": "strict", "_meta": {"layout": LAYOUT}, "properties": properties}


def _members(field: IndexField) -> Body:
    match field.kind:
        case Kind.KEYWORD:
            return {field.name: _KEYWORD}
        case Kind.TEXT:
            return {field.name: _TERM} if field.whole else {}
        case Kind.INTEGER | Kind.MOMENT:
            return {field.name: _LONG}
        case Kind.INTERVAL:
            ranges = {name: {"type": "long_range"} for name in (field.name, f"{field.name}_turned")}
            return {**ranges, f"{field.name}_begin": _LONG, f"{field.name}_end": _LONG}
        case Kind.EXTENT if field.name == "sky":
            return {}  # it is in sky_cells
        case Kind.EXTENT:
            boxes = {"type": "nested", "properties": {side: {"type": "double", "doc_values": False} for side in SIDES}}
            return {field.name: boxes, **{f"{field.name}_{side}": _DOUBLE for side in SIDES}}


def _kept() -> Body:
    unsearched = {"type": "keyword", "index": False, "doc_values": False}
    return {
        **dict.fromkeys(("format", "domain", "harvest_source"), _KEYWORD),
        "changed": _LONG,
        "before": {"type": "long", "index": False, "doc_values": False},
        "deleted": {"type": "boolean"},
        "origin": unsearched,
        **dict.fromkeys(("digest", "stored", "content"), _BINARY),
    }
