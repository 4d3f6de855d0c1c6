"""Records made for tests, few words each."""

import random
from datetime import UTC, datetime
from typing import Any

from catalogue.engines.base import Entry
from catalogue.engines.stored import entry_of
from catalogue.query import SearchQuery
from records.codes import Domain
from records.dates import Date, TimeInterval
from records.model import Box, Extent, Keyword, Platform, Record, Source

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def record(identifier: str, title: str | None = None, *, content: bytes | None = None, **fields: Any) -> Record:
    """Return a record whose document is made up: engines keep it and never look into it."""
    document = (
        content if content is not None else f"<record>{identifier} {title} {sorted(fields.items())!r}</record>".encode("utf-8", "replace")
    )
    return Record(identifier=identifier, title=title, source=Source(content=document, format="iso19139"), **fields)


def drawing(seed: int) -> random.Random:
    """Return what draws the same again and again."""
    return random.Random(seed)  # noqa: S311 (test data are no secret)


def entry(identifier: str, title: str | None = None, **fields: Any) -> Entry:
    return entry_of(record(identifier, title, **fields))


def interval(begin: str | None, end: str | None) -> TimeInterval:
    return TimeInterval(begin=Date.parse(begin) if begin else None, end=Date.parse(end) if end else None)


def boxed(west: float, south: float, east: float, north: float) -> Extent:
    return Extent(boxes=(Box(west=west, south=south, east=east, north=north),))


def keywords(*terms: str) -> tuple[Keyword, ...]:
    return tuple(Keyword(term=term) for term in terms)


def platforms(*names: str) -> tuple[Platform, ...]:
    return tuple(Platform(name=name) for name in names)


def found(engine: Any, text: str = "", **parts: Any) -> list[str]:
    """Return the identifiers that a question finds, in order."""
    return [hit.record.identifier for hit in engine.search(SearchQuery(text=text, **parts)).hits]


SEVEN = (
    ("smos", "SMOS Level 3 Sea Surface Salinity", {"domain": Domain.EARTH, "platforms": platforms("SMOS"), "processing_level": "L3"}),
    ("smos-soil", "SMOS Soil Moisture", {"domain": Domain.EARTH, "platforms": platforms("SMOS"), "processing_level": "L3"}),
    ("corot", "COROT Mission", {"domain": Domain.UNIVERSE, "platforms": platforms("COROT", "PROTEUS")}),
    ("jason", "Jason-3 Altimetry", {"domain": Domain.EARTH, "platforms": platforms("JASON-3", "PROTEUS"), "processing_level": "L2"}),
    ("declic", "DECLIC on the ISS", {"domain": Domain.MATERIAL, "platforms": platforms("ISS")}),
    ("cardiospace", "Cardiospace", {"domain": Domain.LIFE}),
    ("untitled", None, {"abstract": "A record that has no title."}),
)
"""A small catalogue for facets and orders."""
