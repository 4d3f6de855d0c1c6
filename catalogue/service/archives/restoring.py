"""Restoring an archive: all of it is checked and put in the order of time before the first step is taken.

In the order of time, what was kept in one step is kept in one step again, and the last change of all is the last one made.
"""

import json
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from os import cpu_count
from pathlib import Path
from typing import Final

from catalogue.engines.base import Engine, Entry
from catalogue.engines.stored import entry_of
from catalogue.service.archives.histories import History, State, Step, histories, missing_steps, steps_of
from catalogue.service.archives.manifest import Holdings
from catalogue.service.archives.reading import Archive
from catalogue.service.archives.zipping import ArchiveError
from catalogue.service.assigning import read_as_kept
from catalogue.service.documents import Found
from catalogue.service.preparing import Ready, Refused, prepare_all
from records.codes import Domain
from records.model import NOTHING_ASSIGNED, Assigned, Problem, Record, Source

_BATCH: Final = 4000
"""Records kept in one durable step, as in loading."""
_BATCH_BYTES: Final = 64 * 1024 * 1024
_TELLING: Final = 250
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A document that this version of Reflecs cannot read: it is kept to the byte, and found by its identifier alone."""

    identifier: str
    reason: str


@dataclass(slots=True, kw_only=True)
class RestoreReport:
    """What a restoration did.

    Attributes:
        records: records of the archive that were restored, or had something missing that was.
        tombstones: tombstones likewise.
        there: records and tombstones that the catalogue had already.
        differing: the identifiers of those that have gone another way in the catalogue, and stay as they are there.
        lost: the identifiers of tombstones of which no document is left: no engine takes such.
        unread: documents that could not be read.
    """

    records: int = 0
    tombstones: int = 0
    there: int = 0
    differing: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether the catalogue now holds all that the archive does, as it is there."""
        return not (self.differing or self.lost or self.unread)


def restore(
    engine: Engine,
    path: Path,
    *,
    merge: bool = False,
    processes: int | None = None,
    checking: Callable[[int], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RestoreReport:
    """Bring into a catalogue what an archive holds: documents, earlier versions and tombstones, each with its time.

    Records that the catalogue has stay as they are, unless they are on the way to what the archive holds: a restoration that was
    interrupted goes on where it ended.

    Args:
        engine: of the catalogue, open for writing.
        path: of the archive.
        merge: whether the catalogue may hold something already.
        processes: how many read documents side by side; None for one a core.
        checking: told how many records of the archive are checked, again and again.
        progress: told (done, total) in steps, likewise.

    Raises:
        ArchiveError: it is no archive of Reflecs, is damaged, or the catalogue is not empty; nothing was written.
        EngineError: the engine cannot keep what is restored; what was restored before stays.
    """
    report = RestoreReport()
    with Archive(path) as archive, closing(_Plan()) as plan:
        there = histories(engine)
        first = next(there, None)
        if first is not None and not merge:
            raise ArchiveError("The catalogue is not empty. What an archive holds beyond it is brought into it when a merge is asked for.")
        plan.make(_steps(archive.histories(checking), chain(() if first is None else (first,), there), report))
        total, done, batch = plan.count(), 0, _Batch(engine)
        for step, entry in _prepared(plan.steps(), archive, report, processes or cpu_count() or 1):
            batch.add(step, entry)
            done += 1
            if progress is not None and done % _TELLING == 0:
                progress(done, total)
        batch.flush()
        if progress is not None:
            progress(done, total)
    return report


def _steps(wanted: Iterator[History | Holdings], there: Iterator[History], report: RestoreReport) -> Iterator[Step]:
    """Yield the steps that are missing, record by record; both come in the order of their identifiers."""
    known = next(there, None)
    for history in wanted:
        if isinstance(history, Holdings):
            continue
        while known is not None and known.identifier < history.identifier:
            known = next(there, None)
        same = known is not None and known.identifier == history.identifier
        yield from _missing(history, known if same else None, report)


def _missing(history: History, known: History | None, report: RestoreReport) -> Sequence[Step]:
    steps = steps_of(history)
    missing = missing_steps(steps, steps_of(known)) if known is not None else steps
    if not steps:
        report.lost.append(history.identifier)
    elif missing is None:
        report.differing.append(history.identifier)
        return ()
    elif not missing:
        report.there += 1
    elif history.deleted is None:
        report.records += 1
    else:
        report.tombstones += 1
    return missing or ()


class _Plan:
    """The steps of all records, put in the order of time: in a file of SQLite's own, gone when it is closed."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(
            "CREATE TABLE step (turn INT, rank INT, identifier TEXT, at INT, file TEXT, format TEXT, digest BLOB, domain TEXT,"
            " categories TEXT, origin TEXT, source TEXT)"
        )

    def make(self, steps: Iterator[Step]) -> None:
        """Take the steps, those of a record one behind the other."""
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(steps))
        self._database.execute("COMMIT")

    def count(self) -> int:
        """Return how many steps there are."""
        return int(self._database.execute("SELECT count(*) FROM step").fetchone()[0])

    def steps(self) -> Iterator[Step]:
        """Yield the steps; those of the same time by their place in their record's history, then by identifier."""
        rows = self._database.execute(
            "SELECT identifier, at, file, format, digest, domain, categories, origin, source FROM step ORDER BY turn, rank, identifier"
        )
        for identifier, at, file, form, digest, domain, categories, origin, source in rows:
            moment = _EPOCH + at * _MICROSECOND
            assigned = Assigned(domain=Domain(domain) if domain else None, categories=tuple(json.loads(categories or "[]")))
            state = State(format=form, digest=digest, loaded=moment, file=file, assigned=assigned) if file is not None else None
            yield Step(identifier=identifier, at=moment, state=state, origin=origin, harvest_source=source)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


_Row = tuple[int, int, str, int, str | None, str | None, bytes | None, str | None, str | None, str | None, str | None]


def _rows(steps: Iterator[Step]) -> Iterator[_Row]:
    """Yield the rows of a plan. No step of a record has its turn before another that comes earlier, even where a clock was put back."""
    whose, rank, turn = None, 0, 0
    for step in steps:
        at = (step.at - _EPOCH) // _MICROSECOND
        rank, turn = (rank + 1, max(turn, at)) if step.identifier == whose else (0, at)
        whose, state = step.identifier, step.state
        kept = (None,) * 5 if state is None else (*_of_file(state), state.assigned.domain, json.dumps(state.assigned.categories))
        yield turn, rank, whose, at, *kept, step.origin, step.harvest_source


def _of_file(state: State) -> tuple[str | None, str, bytes]:
    return state.file, state.format, state.digest


def _prepared(steps: Iterator[Step], archive: Archive, report: RestoreReport, processes: int) -> Iterator[tuple[Step, Entry | None]]:
    """Yield each step with what is to be kept, or None where a record is to be deleted; documents are read side by side."""
    waiting: deque[Step] = deque()
    for outcome in prepare_all(_documents(steps, archive, waiting), processes):
        while (step := waiting.popleft()).state is None:
            yield step, None
        yield step, _entry(step, step.state, outcome, archive, report)
    for step in waiting:
        yield step, None


def _documents(steps: Iterator[Step], archive: Archive, waiting: deque[Step]) -> Iterator[Found]:
    for step in steps:
        waiting.append(step)
        if step.state is not None:
            yield Found(origin=step.identifier, content=archive.document(step.state))


def _entry(step: Step, state: State, outcome: Ready | Refused, archive: Archive, report: RestoreReport) -> Entry:
    match outcome:
        case Ready(entry=entry) if entry.identifier == step.identifier and state.assigned == NOTHING_ASSIGNED:
            pass
        case Ready():  # something is assigned, or the identifier is another than today's program makes from the document
            entry = entry_of(read_as_kept(archive.document(state), identifier=step.identifier, assigned=state.assigned))
        case Refused(reason=reason):
            report.unread.append(Unread(identifier=step.identifier, reason=reason))
            source = Source(content=archive.document(state), format=state.format)
            entry = entry_of(Record(identifier=step.identifier, source=source, problems=(Problem(code="unread", message=reason),)))
    return replace(entry, format=state.format, origin=step.origin, harvest_source=step.harvest_source)


class _Batch:
    """Steps of the same time and kind, taken together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._at = _EPOCH
        self._entries: list[Entry] = []
        self._deleted: list[str] = []
        self._bytes = 0

    def add(self, step: Step, entry: Entry | None) -> None:
        """Take a step, together with those before it where that can be."""
        full = len(self._entries) >= _BATCH or len(self._deleted) >= _BATCH or self._bytes > _BATCH_BYTES
        if step.at != self._at or full or (self._deleted if entry is not None else self._entries):
            self.flush()
        self._at = step.at
        if entry is None:
            self._deleted.append(step.identifier)
        else:
            self._entries.append(entry)
            self._bytes += len(entry.content) + len(entry.stored) + len(entry.index)

    def flush(self) -> None:
        """Let the engine keep what was taken."""
        if self._entries:
            self._engine.put(self._entries, now=self._at)
        if self._deleted:
            self._engine.delete(self._deleted, now=self._at)
        self._entries, self._deleted, self._bytes = [], [], 0
