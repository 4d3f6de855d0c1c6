"""A question to the catalogue and its answer: the waist between all doors and all engines.

Every door parses its own dialect into a `SearchQuery`; every engine compiles it and answers with a `SearchPage`. A `SearchQuery` is valid
by construction: what cannot be asked raises `QueryError` here, naming the parameter.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from pygeofilter import ast

from mappings.index.fields import FIELDS, field_named
from records.dates import TimeInterval
from records.errors import QueryError
from records.model import Box, Circle, Record

MAX_LIMIT: Final = 1000
DEFAULT_LIMIT: Final = 10
MAX_COUNTS: Final = 10_000
"""Values of one facet that are counted for one answer; no field of the catalogue comes near."""
MAX_TEXT: Final = 2000
"""Characters of free text that are looked at; a longer text is cut there, at a word."""


class Direction(StrEnum):
    """Which way a sort key runs."""

    ASCENDING = "asc"
    DESCENDING = "desc"


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order. `field` is "relevance" or the name of a sortable field ("title", "created", "updated", "identifier", …).

    Records that lack the field come last, whichever the direction. The identifier, ascending, is always added as the last key.
    """

    field: str
    direction: Direction = Direction.ASCENDING

    def __post_init__(self) -> None:
        if self.field != "relevance" and not (self.field in FIELDS and FIELDS[self.field].sortable):
            names = ", ".join(name for name, known in FIELDS.items() if known.sortable)
            raise QueryError(f"cannot order by {self.field!r}; can by relevance, {names}", parameter="sort")


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetRequest:
    """A facet asked for, with what is selected in it.

    Selected values widen each other (or) and narrow everything else (and). The facet's own counts ignore its own selection.

    Attributes:
        field: the name of a facet field.
        selected: values of it that a record must have at least one of; () for no restriction.
        size: how many values to return, most frequent first, ties by value, to MAX_COUNTS; 0 for none (a restriction without counts).
    """

    field: str
    selected: tuple[str, ...] = ()
    size: int = 10

    def __post_init__(self) -> None:
        if not field_named(self.field).facet:
            raise QueryError(f"{self.field!r} is no facet", parameter=self.field)
        if not 0 <= self.size <= MAX_COUNTS:
            raise QueryError(f"a facet has 0 to {MAX_COUNTS} counts, not {self.size}", parameter=self.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of the answer.

    Attributes:
        limit: at most so many hits, 0 (a count alone) to MAX_LIMIT.
        offset: hits to pass over, from 0; not together with a cursor.
        cursor: `SearchPage.next_cursor` of the page before; None for the first page.
    """

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    cursor: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= MAX_LIMIT:
            raise QueryError(f"a page has 0 to {MAX_LIMIT} records, not {self.limit}", parameter="limit")
        if self.offset < 0:
            raise QueryError("the offset cannot be negative", parameter="offset")
        if self.offset and self.cursor is not None:
            raise QueryError("either an offset or a cursor, not both", parameter="cursor")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question. All its parts narrow it together (and); a part that is empty or None does not narrow.

    Attributes:
        text: what a person typed, any characters. Words in any order and with or without accents, English and French endings; a word
            that occurs nowhere is read as the nearest words that do; "in quotes" is a phrase; the last word also matches as a beginning.
        filter: a `pygeofilter.ast` node over the names of `FIELDS` (each resolved to its field name by the door); geometries are CRS84.
        bbox: boxes of the Earth; a record matches when its true extent touches any of them.
        interval: a record matches when one of its own intervals shares a second with it.
        sky: a cone on the sky, ICRS degrees; a record matches when one of its sky regions touches it.
        ids: identifiers; a record matches when it has one of them.
        parents: identifiers of parents; a record matches when its parent is one of them.
        hidden: identifiers of records that the asker may not be told of: the answer is what it would be if they were not there, down
            to counts and spelling. Who asks does not set it (`catalogue.service.visible` does), and it is no part of what was asked:
            a walk goes on with its cursor when others come to be hidden meanwhile.
        facets: facets to count and to restrict by.
        sort: () orders by relevance where there is text, by title where there is none. Relevance stands alone, and no field twice.
        highlight: whether hits tell where they matched (`Hit.title`, `Hit.snippet`, `Hit.found_in`).
        exact: whether words are searched only as written: no nearest words.
        documents: whether the records of hits come with their source documents.
        brief: whether the records of hits tell but what a brief list shows, which takes a third of the time to read: identifier, title,
            types, extents, provenance. All else in them is empty; neither documents nor marks are asked for with it.
    """

    text: str = ""
    filter: ast.Node | None = None
    bbox: tuple[Box, ...] = ()
    interval: TimeInterval | None = None
    sky: Circle | None = None
    ids: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    facets: tuple[FacetRequest, ...] = ()
    sort: tuple[SortKey, ...] = ()
    page: Page = field(default_factory=Page)
    highlight: bool = False
    exact: bool = False
    documents: bool = False
    brief: bool = False

    def __post_init__(self) -> None:
        if self.brief and (self.documents or self.highlight):
            raise QueryError("a brief list has neither documents nor marks", parameter="brief")
        for box in self.bbox:
            if not (-180 <= box.west <= 180 and -180 <= box.east <= 180 and -90 <= box.south <= box.north <= 90):
                raise QueryError("a box is west, south, east, north in degrees, south not above north", parameter="bbox")
        if self.interval is not None:
            begin, end = self.interval.seconds
            if begin is not None and end is not None and begin > end:
                raise QueryError("the interval ends before it begins", parameter="interval")
        fields = [key.field for key in self.sort]
        if len(set(fields)) < len(fields) or ("relevance" in fields and len(fields) > 1):
            raise QueryError("an order names each field once, and relevance alone", parameter="sort")
        if self.sky is not None and not (0 <= self.sky.x <= 360 and -90 <= self.sky.y <= 90 and 0 <= self.sky.radius <= 180):
            raise QueryError("a cone is right ascension 0–360, declination -90–90, radius 0–180, in degrees", parameter="sky")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text; `marked` when it is what matched."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A record that matched.

    Attributes:
        record: with its source document where `documents` was asked, without it otherwise.
        title: the title in pieces, the matching words marked; () unless `highlight` was asked.
        snippet: the part of the abstract that shows the match, or its start where it holds none, in pieces; () unless asked or
            without abstract.
        found_in: names of the fields, other than title and abstract, in which words were found; () unless asked.
    """

    record: Record
    title: tuple[Fragment, ...] = ()
    snippet: tuple[Fragment, ...] = ()
    found_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A value of a facet and the number of records that have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """An answer.

    Attributes:
        hits: in order, at most `page.limit`.
        number_matched: how many records match in all, exact.
        facets: for each facet asked for with a size, its values, most frequent first.
        next_cursor: where the next page begins; None when this is the last one.
        searched_as: the text that was searched in place of the text asked, where a word of it occurs nowhere; None otherwise.
    """

    hits: tuple[Hit, ...]
    number_matched: int
    facets: Mapping[str, tuple[FacetCount, ...]]
    next_cursor: str | None = None
    searched_as: str | None = None


def digest(query: SearchQuery, sort: tuple[SortKey, ...]) -> str:
    """Return what tells a question from others; its page, and the facets that are but counted, aside."""
    selected = [(request.field, request.selected) for request in query.facets if request.selected]
    parts = (query.text, query.bbox, query.interval, query.sky, query.ids, query.parents, query.exact, sort, selected)
    return hashlib.blake2b(repr((parts, _flat(query.filter))).encode("utf-8", "replace"), digest_size=6).hexdigest()


def _flat(node: ast.Node | None) -> list[str]:
    """Return a filter as a list, without recursion: a chain of thousands is nested as deeply."""
    parts: list[str] = []
    waiting: list[object] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Node):
            parts.append(type(part).__name__)
            waiting.extend(vars(part).values())
        elif isinstance(part, list | tuple):
            parts.append(str(len(part)))
            waiting.extend(part)
        else:
            parts.append(repr(part))
    return parts
