"""Checks all records in the background: form, content, FAIR and links; what was found is kept for lists and counts."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, assert_never

from sqlalchemy import ColumnElement, delete, false, func, select, true
from sqlalchemy.orm import Session

from catalogue.curating.models import RecordCheck
from catalogue.curating.storing import Found, batches, broken_among, forget, store
from catalogue.curating.walking import LeftError, Place, Walk
from catalogue.engines.base import Engine, Header, Window
from database import Database
from database.keys import digest_of
from mappings.fair import assess
from mappings.validation import Severity, validate
from records.model import Record

Kind = Literal["invalid", "broken links"]

_RULES: Final = "1"
"""Another text with each program that finds other things: all records are then checked anew."""
_MOST_LINKS: Final = 500
_BATCH: Final = 100
_HEADERS: Final = 1000
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """What the last check of a record found.

    Attributes:
        valid: whether no error was found.
        errors: how many were.
        warnings: likewise.
        score: FAIR, 0 to 100.
        broken: how many of its links are broken.
        checked: when, UTC.
    """

    identifier: str
    valid: bool
    errors: int
    warnings: int
    score: int
    broken: int
    checked: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How the catalogue does.

    Attributes:
        checked: records that were checked.
        invalid: those of them in which an error was found.
        broken_links: those of them that have a broken link.
        mean_score: FAIR, 0 to 100; None where none was checked.
    """

    checked: int
    invalid: int
    broken_links: int
    mean_score: float | None


class Checking:
    """Checks records, and tells what was found.

    Args:
        database: where it is kept.
        engine: what keeps the records; all of them, hidden or not. It is only read.
        schemas: a folder of more schemas than come with pycsw; None when there is none.
        clock: tells the time, UTC.
        stopping: tells whether to leave the work where it stands.
    """

    def __init__(
        self,
        database: Database,
        engine: Engine,
        *,
        schemas: Path | None,
        clock: Callable[[], datetime],
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._engine = engine
        self._schemas = schemas
        self._clock = clock
        self._stopping = stopping
        self._walk = Walk(database, "checking", f"{_RULES} {schemas or ''}".strip(), clock)

    def run_due(self) -> int:
        """Check what has changed since it was last checked; return how many records that were.

        It may be stopped or killed at any moment, and goes on where it was. While another worker is at it, nothing is done.

        Raises:
            EngineError: the engine does not answer; what was checked by then is kept.
        """
        place = self._walk.claim()
        if place is None:
            return 0
        try:
            return self._check_stale(place) + self._check_changed(place)
        except LeftError:
            _LOG.info("checking records is left to another worker")
            return 0
        finally:
            self._walk.leave(place)

    def check_now(self, identifiers: Iterable[str]) -> None:
        """Check these records; forget those that are not there any more.

        Raises:
            EngineError: the engine does not answer.
        """
        for some in batches(dict.fromkeys(identifiers), _BATCH):
            found = self._examine(some)
            with self._database.writing() as session:
                _write(session, some, found)

    def summary(self) -> Summary:
        """Return how the catalogue does."""
        columns = (func.count(), func.avg(RecordCheck.score))
        with self._database.reading() as session:
            checked, mean = session.execute(select(*columns).select_from(RecordCheck)).one()
        return Summary(
            checked=checked,
            invalid=self.count("invalid"),
            broken_links=self.count("broken links"),
            mean_score=None if mean is None else float(mean),
        )

    def identifiers(self, kind: Kind, after: str | None = None, limit: int = 50) -> list[str]:
        """Return the identifiers of records in which something was found, in an order of their own that stays the same.

        Args:
            kind: what was found.
            after: the last identifier of the page before; None for the first page.
            limit: of one page.
        """
        query = select(RecordCheck.identifier).where(_is(kind)).order_by(RecordCheck.identifier_digest).limit(limit)
        if after is not None:
            query = query.where(RecordCheck.identifier_digest > digest_of(after))
        with self._database.reading() as session:
            return list(session.scalars(query))

    def count(self, kind: Kind) -> int:
        """Return how many `identifiers` there are."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(RecordCheck).where(_is(kind))) or 0

    def of(self, identifiers: Sequence[str]) -> dict[str, CheckView]:
        """Return what was found in these records, by identifier; those that were not checked yet are left out."""
        with self._database.reading() as session:
            return {row.identifier: _view(row) for row in _rows(session, identifiers)}

    def _check_stale(self, place: Place) -> int:
        """Check records again of which a link broke or was mended."""
        count = 0
        while not self._stopping():
            with self._database.reading() as session:
                some = list(session.scalars(select(RecordCheck.identifier).where(RecordCheck.stale == true()).limit(_BATCH)))
            if not some:
                break
            count += self._check(some, place)
        return count

    def _check_changed(self, place: Place) -> int:
        """Walk over what has changed, to its end."""
        count = 0
        while headers := self._engine.headers(Window(since=place.since), after=place.after, limit=_HEADERS):
            for some in batches(self._due(headers, place), _BATCH):
                if self._stopping():
                    return count
                count += self._check(some, replace(place, after=some[-1]))
            place = replace(place, after=headers[-1].identifier)
            with self._database.writing() as session:
                self._walk.keep(session, place)
        with self._database.writing() as session:
            if place.since is None:  # all there is was checked: what was not is not there any more
                session.execute(delete(RecordCheck).where(RecordCheck.checked < place.begun))
            self._walk.end(session, place)
        return count

    def _due(self, headers: Sequence[Header], place: Place) -> list[str]:
        """Return the identifiers of those that have changed since they were checked."""
        identifiers = [header.identifier for header in headers]
        if place.since is None:
            return identifiers
        with self._database.reading() as session:
            checked = {row.identifier: (row.checked, row.digest) for row in _rows(session, identifiers)}
        known = self._engine.known(identifiers)
        return [
            header.identifier
            for header in headers
            if (header.deleted and header.identifier in checked) or not (header.deleted or _is_fresh(header, checked, known))
        ]

    def _check(self, identifiers: Sequence[str], place: Place) -> int:
        """Check these, and write down together what was found and how far the walk has come; return how many records they are."""
        found = self._examine(identifiers)
        with self._database.writing() as session:
            self._walk.keep(session, place)
            _write(session, identifiers, found)
        return len(found)

    def _examine(self, identifiers: Sequence[str]) -> list[Found]:
        """Return what there is to find in those of the records that are there."""
        now = self._clock()
        records = [record for record in self._engine.get_many(identifiers, documents=True) if record is not None]
        with self._database.reading() as session:
            broken = broken_among(session, [url for record in records for url in addresses_of(record)])
        return [self._found(record, broken, now) for record in records]

    def _found(self, record: Record, broken: frozenset[str], now: datetime) -> Found:
        content = record.source.content if record.source else b""
        links = addresses_of(record)
        try:
            report = validate(content, self._schemas)
            errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
            warnings = len(report.findings) - errors
            score = assess(record, broken=broken).score
        except Exception:  # noqa: BLE001 -- a fault of ours in one record must not stop the checking of all others; it is logged
            _LOG.exception("%s cannot be checked, for a fault of Reflecs itself", record.identifier)
            errors, warnings, score = 1, 0, 0
        return Found(
            identifier=record.identifier,
            digest=hashlib.sha256(content).hexdigest(),
            errors=errors,
            warnings=warnings,
            score=score,
            links=links,
            broken=broken.intersection(links),
            checked=now,
        )


def addresses_of(record: Record) -> tuple[str, ...]:
    """Return the addresses that a record links to, in its order, each once; of very many the first."""
    return tuple(dict.fromkeys(link.url for link in record.links))[:_MOST_LINKS]


def _write(session: Session, identifiers: Sequence[str], found: Sequence[Found]) -> None:
    store(session, found)
    forget(session, set(identifiers) - {each.identifier for each in found})


def _is_fresh(header: Header, checked: Mapping[str, tuple[datetime, str]], known: Mapping[str, bytes]) -> bool:
    """Tell whether a record is as it was when it was checked."""
    when, digest = checked.get(header.identifier, (None, ""))
    return when is not None and when > header.changed and digest == known.get(header.identifier, b"").hex()


def _is(kind: Kind) -> ColumnElement[bool]:
    match kind:
        case "invalid":
            return RecordCheck.valid == false()
        case "broken links":
            return RecordCheck.broken > 0
        case _:
            assert_never(kind)


def _rows(session: Session, identifiers: Sequence[str]) -> Iterator[RecordCheck]:
    for keys in batches(map(digest_of, identifiers), _BATCH):
        yield from session.scalars(select(RecordCheck).where(RecordCheck.identifier_digest.in_(keys)))


def _view(row: RecordCheck) -> CheckView:
    return CheckView(
        identifier=row.identifier,
        valid=row.valid,
        errors=row.errors,
        warnings=row.warnings,
        score=row.score,
        broken=row.broken,
        checked=row.checked,
    )
