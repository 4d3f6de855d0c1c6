"""What is asked for: the parameters of a search, and the question they make.

Words are searched as they are written, as at every door for programs: the pages alone read a misspelt word as the nearest that occurs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from werkzeug.datastructures import MultiDict

from catalogue.protocols.doors import HARVEST_ORDER
from catalogue.protocols.parameters import box, date, interval, number, refused
from catalogue.query import DEFAULT_LIMIT, MAX_LIMIT, FacetRequest, Page, SearchQuery
from records.codes import Domain
from records.dates import TimeInterval
from records.errors import QueryError

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
    count = min(_number(given, "count", least=0, most=None, default=DEFAULT_LIMIT), MAX_LIMIT)
    text = given.get("q", "")
    query = SearchQuery(
        text=text,
        bbox=(box(given["bbox"], "bbox"),) if "bbox" in given else (),
        interval=_interval(given),
        ids=(given["uid"],) if "uid" in given else (),
        facets=_domain(given),
        sort=() if text else HARVEST_ORDER,
        page=Page(limit=count),
        exact=True,
    )
    return Search(given=given, query=query, start=_start(given, count))


def _start(given: Mapping[str, str], count: int) -> int:
    if "startPage" not in given:
        return _number(given, "startIndex", least=1, most=_LARGEST, default=1) - 1
    if "startIndex" in given:
        raise QueryError("either startIndex or startPage, not both", parameter="startPage")
    return (_number(given, "startPage", least=1, most=_LARGEST // MAX_LIMIT, default=1) - 1) * count


def _number(given: Mapping[str, str], name: str, *, least: int, most: int | None, default: int) -> int:
    return number(given[name], name, least=least, most=most) if name in given else default


def _interval(given: Mapping[str, str]) -> TimeInterval | None:
    begin, end = (date(given[name], name) if name in given else None for name in ("start", "end"))
    return None if begin is None and end is None else interval(begin, end, "start")


def _domain(given: Mapping[str, str]) -> tuple[FacetRequest, ...]:
    written = given.get("domain")
    if written is None:
        return ()
    domain = Domain.match(written)
    if domain is None:
        raise refused("domain", written, f"one of {', '.join(Domain)}")
    return (FacetRequest(field="domain", selected=(domain.value,), size=0),)
