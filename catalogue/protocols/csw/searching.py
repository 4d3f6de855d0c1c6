"""GetRecords: the question it asks of the catalogue, and the page that answers it (OGC 07-006r1, 10.8; OGC 12-176r7, 7.3)."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from pygeofilter import ast

from catalogue.protocols.csw.constraints import constraint_of
from catalogue.protocols.csw.exceptions import ServiceError, missing
from catalogue.protocols.csw.narrowing import boxes_of, conditions_of, interval_of
from catalogue.protocols.csw.presenting import Presentation, read_presentation
from catalogue.protocols.csw.requests import Request, shown
from catalogue.protocols.csw.typenames import type_named
from catalogue.protocols.doors import HARVEST_ORDER, Doors
from catalogue.protocols.filters import field_of
from catalogue.protocols.filters.limits import combined
from catalogue.query import DEFAULT_LIMIT, MAX_LIMIT, Direction, Page, SearchPage, SearchQuery, SortKey
from records.errors import NotFoundError, QueryError

_MAX_IDENTIFIERS: Final = 1000
_LOCATORS: Final = {"sort": "SortBy", "interval": "time"}
_DIRECTIONS: Final = {"A": Direction.ASCENDING, "ASC": Direction.ASCENDING, "D": Direction.DESCENDING, "DESC": Direction.DESCENDING}


class ResultType(StrEnum):
    """What is wanted of an answer (OGC 07-006r1, 10.8.4.1)."""

    HITS = "hits"
    RESULTS = "results"
    VALIDATE = "validate"


@dataclass(frozen=True, slots=True, kw_only=True)
class GetRecords:
    """A GetRecords request, understood.

    Attributes:
        query: the question; its page holds no record where only their number is wanted.
        start: position of the first record, from 1.
        result_type: what is wanted.
        presentation: how records are handed out.
        request_id: is repeated in the answer; None where there is none.
    """

    query: SearchQuery
    start: int
    result_type: ResultType
    presentation: Presentation
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of an answer.

    Attributes:
        page: what the catalogue answered.
        start: position of its first record, from 1.
        limit: how many records were asked for.
    """

    page: SearchPage
    start: int
    limit: int

    @property
    def next_record(self) -> int:
        """Position of the record that comes next; 0 where none does.

        Where a walk ends its cursor knows, and not the number of records: it grows while others write, before the place that was reached.
        """
        if self.limit:
            return self.start + len(self.page.hits) if self.page.next_cursor is not None else 0
        return self.start if self.start <= self.page.number_matched else 0


def read_get_records(request: Request) -> GetRecords:
    """Return what a GetRecords request wants.

    Raises:
        ServiceError: it is not understood.
    """
    presentation = read_presentation(request)
    names = request.many("typeNames")
    if not names:
        raise missing("typeNames")
    for name in names:
        type_named(name, request, "typeNames")
    default = ResultType.HITS if request.version == "2.0.2" else ResultType.RESULTS
    result_type = request.one_of("resultType", {known.value: known for known in ResultType}, default)
    limit = MAX_LIMIT if request.text("maxRecords") == "unlimited" else request.integer("maxRecords", DEFAULT_LIMIT, 0)
    return GetRecords(
        query=_query(request, presentation, 0 if result_type is ResultType.HITS else min(limit, MAX_LIMIT)),
        start=request.integer("startPosition", 1, 1),
        result_type=result_type,
        presentation=presentation,
        request_id=request.text("requestId"),
    )


def _query(request: Request, presentation: Presentation, limit: int) -> SearchQuery:
    constraint = constraint_of(request)
    parts = [*([constraint] if constraint is not None else []), *conditions_of(request)]
    text = request.text("q") or ""
    try:
        return SearchQuery(
            text=text,
            filter=combined(ast.And, parts) if parts else None,
            bbox=boxes_of(request),
            interval=interval_of(request),
            ids=_identifiers(request),
            sort=_sort(request) or (() if text else HARVEST_ORDER),
            page=Page(limit=limit),
            exact=True,
            documents=presentation.of_documents and limit > 0,
            brief=presentation.is_brief,
        )
    except QueryError as error:
        raise ServiceError(str(error), locator=_LOCATORS.get(error.parameter or "", error.parameter)) from error


def _identifiers(request: Request) -> tuple[str, ...]:
    """Return the identifiers; where commas part them the whole as well, for an identifier may hold commas."""
    identifiers = request.many("recordIds")
    if len(identifiers) > _MAX_IDENTIFIERS:
        raise ServiceError(f"recordIds are at most {_MAX_IDENTIFIERS}", locator="recordIds")
    whole = request.text("recordIds")
    return (*identifiers, whole) if whole is not None and len(identifiers) > 1 else identifiers


def _sort(request: Request) -> tuple[SortKey, ...]:
    keys: dict[str, SortKey] = {}
    for asked in request.many("SortBy"):
        name, _, direction = asked.rpartition(":")
        if direction.upper() not in _DIRECTIONS:
            raise ServiceError(f"SortBy is names with :A or :D behind them, not {shown(asked)}", locator="SortBy")
        try:
            field = field_of(name)
            keys.setdefault(field, SortKey(field, _DIRECTIONS[direction.upper()]))
        except QueryError as error:
            raise ServiceError(str(error), locator="SortBy") from error
    return tuple(keys.values())


def search(doors: Doors, asked: GetRecords, *, asker: str) -> Found:
    """Answer the question.

    Raises:
        ServiceError: the records that are asked for by their identifiers do not exist, or the filter cannot be answered.
        EngineError: the engine cannot answer.
    """
    try:
        page = doors.positions.search(doors.catalogue, asked.query, start=asked.start - 1, asker=asker)
    except QueryError as error:
        raise ServiceError(str(error), locator="Constraint") from error
    if asked.query.ids and not page.number_matched:
        raise ServiceError(str(NotFoundError(asked.query.ids[0])), locator="recordIds", status=404)
    return Found(page=page, start=asked.start, limit=asked.query.page.limit)


def shortened(asked: GetRecords, limit: int) -> GetRecords:
    """Return the same request for a shorter page: what is found then remembers where the next one begins."""
    return replace(asked, query=replace(asked.query, page=replace(asked.query.page, limit=limit)))
