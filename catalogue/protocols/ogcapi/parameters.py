"""The parameters of `/items`, read into a question (OGC 20-004r1, 8.4; 17-069r4, 7.15; 19-079r2, 6 and 7).

A parameter that is empty is absent; one that is unknown, given twice, or says what cannot be is refused with what is allowed. Values in
lists are parted by commas, encoded or not, since clients do either; so a value that holds commas is found when it is asked for alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from pygeofilter import ast
from werkzeug.datastructures import MultiDict

from catalogue.protocols.doors import HARVEST_ORDER
from catalogue.protocols.filters import parse_cql2_json, parse_cql2_text, queryable_of
from catalogue.protocols.filters.limits import MAX_PATTERN, combined
from catalogue.protocols.ogcapi.holdings import Collection
from catalogue.protocols.ogcapi.terms import text_of
from catalogue.protocols.parameters import box, date, interval, number, refused
from catalogue.query import DEFAULT_LIMIT, MAX_LIMIT, Direction, FacetRequest, Page, SearchQuery, SortKey
from mappings.index.fields import FIELDS, IndexField, Kind
from records.codes import ScopeCode
from records.dates import TimeInterval
from records.errors import QueryError

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_SYSTEMS: Final = frozenset({CRS84, f"{CRS84.replace('/1.3/', '/0/')}", "[OGC:CRS84]", "OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84"})
FORMATS: Final = ("json", "html")
STANDARD: Final = (
    *("bbox", "bbox-crs", "datetime", "limit", "q", "ids", "type", "externalIds", "sortby"),
    *("filter", "filter-lang", "filter-crs", "facets", "offset", "cursor", "f"),
)
STANDARD_NAMES: Final[Mapping[str, str]] = {
    "id": "identifier",
    "description": "abstract",
    "keywords": "keyword",
    "formats": "format",
    "license": "licence",
    "time": "interval",
    "geometry": "extent",
}
"""What the standard calls some of the fields (20-004r1, table 8); filters take these names too."""
PROPERTIES: Final[Mapping[str, IndexField]] = {
    name: field
    for name, field in (*FIELDS.items(), *((name, FIELDS[field]) for name, field in STANDARD_NAMES.items()))
    if field.kind in {Kind.TEXT, Kind.KEYWORD, Kind.INTEGER, Kind.MOMENT} and name not in STANDARD
}
"""The queryables that are parameters by their names as well."""

ITEMS: Final = (*STANDARD, *PROPERTIES)
SORTABLES: Final = tuple(name for name, field in FIELDS.items() if field.sortable)
FACETS: Final = tuple(name for name, field in FIELDS.items() if field.facet)
BUCKETS: Final = 10
"""Values of a facet that are counted where no number is asked for."""
MAX_BUCKETS: Final = 1000
MAX_OFFSET: Final = 999_999_999
MAX_EXTERNAL: Final = 100
"""Values of externalIds in one question."""
_SHOWN: Final = 80


def _parse_json(written: str) -> ast.Node:
    try:
        value = msgspec.json.decode(written)
    except (msgspec.DecodeError, RecursionError) as error:
        raise QueryError(f"the filter is no JSON: {error}", parameter="filter") from error
    return parse_cql2_json(value)


LANGUAGES: Final[Mapping[str, Callable[[str], ast.Node]]] = {"cql2-text": parse_cql2_text, "cql2-json": _parse_json}
"""The languages of filters (21-065r2), by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for.

    Attributes:
        given: the parameters that say something, as they were given.
        query: the question.
        buckets: for each facet to count, how many values; the question asks for one more, which tells whether there are more.
    """

    given: Mapping[str, str]
    query: SearchQuery
    buckets: Mapping[str, int]


def given(arguments: "MultiDict[str, str]", known: Iterable[str]) -> dict[str, str]:
    """Return the parameters that say something.

    Raises:
        QueryError: one is unknown, or given more than once.
    """
    allowed = tuple(known)
    for name in arguments:
        if name not in allowed:
            raise QueryError(f"there is no parameter {name[:_SHOWN]!r} here; there are: {', '.join(allowed)}", parameter=name[:_SHOWN])
        if len(arguments.getlist(name)) > 1:
            raise QueryError(f"{name} is given more than once; part its values by commas", parameter=name)
    return {name: value for name, value in arguments.items() if value.strip()}


def parse_items(arguments: "MultiDict[str, str]", collection: Collection) -> Asked:
    """Return what was asked of a collection.

    Args:
        arguments: of the address.
        collection: whose records are asked for.

    Raises:
        QueryError: a parameter that is unknown, or says what cannot be.
    """
    said = given(arguments, ITEMS)
    for name in ("bbox-crs", "filter-crs"):
        if said.get(name, CRS84) not in _SYSTEMS:
            raise QueryError(f"{name} can be {CRS84} alone: coordinates are longitude and latitude, degrees", parameter=name)
    text, terms = text_of(said.get("q", ""))
    narrowing = [part for part in (collection.filter, terms, *_filters(said)) if part is not None]
    buckets = _buckets(said.get("facets", ""))
    query = SearchQuery(
        text=text,
        filter=combined(ast.And, narrowing) if narrowing else None,
        bbox=(box(said["bbox"], "bbox", heights=True),) if "bbox" in said else (),
        interval=_interval(said["datetime"]) if "datetime" in said else None,
        ids=tuple(_values(said["ids"])) if "ids" in said else (),
        facets=tuple(FacetRequest(field=name, size=size + 1) for name, size in buckets.items()),
        sort=_sort(said.get("sortby", "")) or (() if text else HARVEST_ORDER),
        page=_page(said),
        exact=True,
    )
    return Asked(given=said, query=query, buckets=buckets)


def _values(written: str) -> list[str]:
    """Return the values of a list, and the list as one value."""
    return list(dict.fromkeys(part for part in (*_parts(written), written.strip()) if part))


def _parts(written: str) -> list[str]:
    return [part for part in map(str.strip, written.split(",")) if part]


def _filters(said: Mapping[str, str]) -> Iterator[ast.Node]:
    """Yield what each of the parameters demands that are filters."""
    language = said.get("filter-lang", "cql2-text")
    if language not in LANGUAGES:
        raise QueryError(f"filter-lang is one of {', '.join(LANGUAGES)}, not {language[:_SHOWN]!r}", parameter="filter-lang")
    if "filter" in said:
        try:
            yield LANGUAGES[language](said["filter"])
        except QueryError as error:  # which names the property at fault, and that is no parameter
            raise QueryError(str(error), parameter="filter") from error
    if "type" in said:
        codes = (ScopeCode.match(value) or value for value in _values(said["type"]))
        yield ast.In(ast.Attribute(queryable_of("type")), [str(code) for code in codes], not_=False)
    if "externalIds" in said:
        yield _external(_values(said["externalIds"]))
    for name, field in PROPERTIES.items():
        if name in said:
            texts = field.kind in {Kind.TEXT, Kind.KEYWORD}
            values = _values(said[name]) if texts else _parts(said[name]) or [said[name]]
            yield combined(ast.Or, [_equal(field, value) for value in values])


def _external(values: list[str]) -> ast.Node:
    """Return that a record has one of these external identifiers (20-004r1, …/externalIds-response).

    A value is an identifier ("10.5067/X"), a scheme and an identifier ("doi:10.5067/X"), or a scheme with a colon behind it ("doi:").
    """
    if len(values) > MAX_EXTERNAL:
        raise QueryError(f"externalIds has more than {MAX_EXTERNAL} values", parameter="externalIds")
    return ast.In(ast.Attribute("external_identifier"), values, not_=False)


def _equal(field: IndexField, value: str) -> ast.Node:
    """Return that a property has a value; "*" in a text stands for any characters (17-069r4, 7.15.5)."""
    if "*" not in value or field.kind not in {Kind.TEXT, Kind.KEYWORD}:
        return ast.Equal(ast.Attribute(field.name), value)
    if len(value) > MAX_PATTERN:
        raise QueryError(f"{field.name} has a pattern of more than {MAX_PATTERN} characters", parameter=field.name)
    pattern = re.sub(r"\*+", "*", value)
    return ast.Like(ast.Attribute(field.name), pattern, nocase=False, wildcard="*", singlechar="", escapechar="", not_=False)


def _interval(written: str) -> TimeInterval:
    ends = [end.strip() for end in written.split("/")]
    if len(ends) > 2 or ends == [".."]:
        raise refused("datetime", written, 'a date or a moment, or two of them with "/" between, ".." for an open end')
    dates = [None if end in {"", ".."} else date(end, "datetime") for end in ends]
    return interval(dates[0], dates[-1], "datetime")


def _sort(written: str) -> tuple[SortKey, ...]:
    # a plus sign that was not encoded comes as a blank
    keys = [part for part in written.replace(" ", "+").split(",") if part.strip("+")]
    return tuple(_key(key) for key in keys)


def _key(written: str) -> SortKey:
    written = written.strip("+")
    name = written.removeprefix("-")
    if name not in SORTABLES:
        raise QueryError(f"cannot sort by {name[:_SHOWN]!r}; can by {', '.join(SORTABLES)}", parameter="sortby")
    return SortKey(name, Direction.DESCENDING if written.startswith("-") else Direction.ASCENDING)


def _buckets(written: str) -> dict[str, int]:
    """Return the facets of "platform,keyword:20", with how many values of each."""
    found: dict[str, int] = {}
    for part in _parts(written):
        name, colon, size = part.partition(":")
        if name not in FACETS:
            raise QueryError(f"{name[:_SHOWN]!r} is no facet; there are: {', '.join(FACETS)}", parameter="facets")
        found[name] = number(size, "facets", least=1, most=MAX_BUCKETS) if colon else BUCKETS
    return found


def _page(said: Mapping[str, str]) -> Page:
    # whoever asks for more than all gets all (17-069r4, /req/core/fc-limit-response-1)
    limit = min(number(said["limit"], "limit", least=1), MAX_LIMIT) if "limit" in said else DEFAULT_LIMIT
    offset = number(said["offset"], "offset", least=0, most=MAX_OFFSET) if "offset" in said else 0
    return Page(limit=limit, offset=offset, cursor=said.get("cursor"))
