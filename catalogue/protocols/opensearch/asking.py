"""What is asked for: the parameters of a search, and the question they make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from werkzeug.datastructures import MultiDict

from catalogue.protocols.doors import HARVEST_ORDER
from catalogue.query import DEFAULT_LIMIT, MAX_LIMIT, FacetRequest, Page, SearchQuery
from records.codes import Domain
from records.dates import Date, TimeInterval
from records.errors import QueryError
from records.model import Box

PARAMETERS: Final[Mapping[str, str]] = {
    "q": "searchTerms",
    "bbox": "geo:box",
    "start": "time:start",
    "end": "time:end",
    "uid": "geo:uid",
    "domain": "reflecs:domain",
    "count": "count",
    "startIndex": "startIndex",
    "startPage": "startPage",
}
"""The parameters of a search and what they are in a URL template (OpenSearch 1.1; OGC 10-032r8, table 3)."""

_LARGEST: Final = 1_000_000_000
_SHOWN: Final = 100
"""Characters of a value that a message repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search as it was asked for.

    Attributes:
        given: the parameters that say something, as they were written.
        query: the question; its page says how many records.
        start: the position of the first record, from 0.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    query: SearchQuery
    start: int

    @property
    def count(self) -> int:
        """How many records are asked for."""
        return self.query.page.limit


def parse(arguments: "MultiDict[str, str]") -> Search:
    """Return the search that the parameters of an address ask for. One that is empty is absent, as clients leave what they do not fill in.

    Raises:
        QueryError: a parameter that there is not, one that is given twice, or a value that cannot be; says what can.
    """
    given: dict[str, str] = {}
    for name, written in arguments.lists():
        if name not in PARAMETERS:
            raise QueryError(f"there is no parameter {name[:_SHOWN]!r}; there are {', '.join(PARAMETERS)}", parameter=name[:_SHOWN])
        values = [value.strip() for value in written if value.strip()]
        if len(values) > 1:
            raise QueryError(f"{name} is given {len(values)} times; it may be given once", parameter=name)
        if values:
            given[name] = values[0]
    count = _number(given, "count", least=0, most=MAX_LIMIT, default=DEFAULT_LIMIT)
    text = given.get("q", "")
    query = SearchQuery(
        text=text,
        bbox=_box(given),
        interval=_interval(given),
        ids=(given["uid"],) if "uid" in given else (),
        facets=_domain(given),
        sort=() if text else HARVEST_ORDER,
        page=Page(limit=count),
    )
    return Search(given=given, query=query, start=_start(given, count))


def _start(given: Mapping[str, str], count: int) -> int:
    if "startPage" not in given:
        return _number(given, "startIndex", least=1, most=_LARGEST, default=1) - 1
    if "startIndex" in given:
        raise QueryError("either startIndex or startPage, not both", parameter="startPage")
    return (_number(given, "startPage", least=1, most=_LARGEST // MAX_LIMIT, default=1) - 1) * count


def _number(given: Mapping[str, str], name: str, *, least: int, most: int, default: int) -> int:
    written = given.get(name)
    if written is None:
        return default
    if not (written.isascii() and written.isdigit() and len(written) <= 10 and least <= int(written) <= most):
        raise _bad(name, written, f"a whole number from {least} to {most}")
    return int(written)


def _box(given: Mapping[str, str]) -> tuple[Box, ...]:
    written = given.get("bbox")
    if written is None:
        return ()
    form = "four numbers, west,south,east,north in degrees, longitudes from -180 to 180, latitudes from -90 to 90, south not above north"
    try:
        west, south, east, north = (float(part) for part in written.split(","))
        return SearchQuery(bbox=(Box(west=west, south=south, east=east, north=north),)).bbox
    except (ValueError, QueryError) as error:
        raise _bad("bbox", written, form) from error


def _interval(given: Mapping[str, str]) -> TimeInterval | None:
    begin, end = _date(given, "start"), _date(given, "end")
    if begin is None and end is None:
        return None
    if begin is not None and end is not None and begin.first_second > end.last_second:
        raise QueryError(f"start ({begin}) is later than end ({end})", parameter="start")
    return TimeInterval(begin=begin, end=end)


def _date(given: Mapping[str, str], name: str) -> Date | None:
    written = given.get(name)
    if written is None:
        return None
    try:
        return Date.parse(written)
    except ValueError as error:
        raise _bad(name, written, "a date or a moment: 2007, 2007-04, 2007-04-03 or 2007-04-03T12:30:00Z") from error


def _domain(given: Mapping[str, str]) -> tuple[FacetRequest, ...]:
    written = given.get("domain")
    if written is None:
        return ()
    domain = Domain.match(written)
    if domain is None:
        raise _bad("domain", written, f"one of {', '.join(Domain)}")
    return (FacetRequest(field="domain", selected=(domain.value,), size=0),)


def _bad(name: str, written: str, form: str) -> QueryError:
    return QueryError(f"{name} is {written[:_SHOWN]!r}; it must be {form}", parameter=name)
