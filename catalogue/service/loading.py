"""Loading documents: found, read on all cores, kept in batches, told about one by one.

Loading the same documents twice changes nothing, even where two of them claim one identifier. Therefore what would replace a kept record
waits (on disk) until everything was seen: only then it is known which document of an identifier comes last and stands.
"""

import hashlib
import os
import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from catalogue.engines.base import Change, Engine, Entry
from catalogue.service.assigning import carried_over
from catalogue.service.documents import Found, PassedOver, Unreadable, find
from catalogue.service.preparing import CHUNK, Ready, Refused, prepare_all
from records.model import Problem

_BATCH: Final = 4000
"""Records kept in one durable step: larger steps cost the index less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A document that was loaded with problems."""

    origin: str
    identifier: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two differing documents of one load that claim one identifier: `later` stands, `earlier` is kept as its earlier version."""

    identifier: str
    earlier: str
    later: str


@dataclass(slots=True, kw_only=True)
class LoadReport:
    """What a load did.

    Attributes:
        changes: how many documents were new, replaced a record, or were there already to the byte.
        refused: documents that were not loaded.
        doubtful: documents that were loaded with problems.
        conflicts: documents that claim another's identifier.
        passed_over: files whose ending says that they are no metadata documents.
    """

    changes: Counter[Change] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    @property
    def documents(self) -> int:
        """How many documents were looked at."""
        return self.changes.total() + len(self.refused)

    @property
    def complete(self) -> bool:
        """Whether every document was loaded."""
        return not self.refused


def load(
    engine: Engine,
    paths: Iterable[Path],
    *,
    progress: Callable[[int], None] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    processes: int | None = None,
) -> LoadReport:
    """Load every document at these paths (files, folders, zip archives) and report on each.

    Args:
        engine: keeps the records.
        paths: what to load.
        progress: told how many documents are done, again and again.
        clock: tells the time, aware, UTC.
        processes: how many read documents side by side; None for one a core.

    Raises:
        EngineError: the engine cannot keep them. What was reported as kept before stays.
    """
    report = LoadReport()
    with tempfile.TemporaryFile(prefix="reflecs-load-") as waiting:
        keeping = _Keeping(engine, report, clock, waiting)
        done = 0
        batch: list[Ready] = []
        for outcome in prepare_all(_documents(paths, report), processes or os.cpu_count() or 1):
            done += 1
            if isinstance(outcome, Refused):
                report.refused.append(outcome)
            else:
                batch.append(outcome)
            if len(batch) == _BATCH:
                keeping.keep(batch)
                batch = []
            if progress is not None and done % CHUNK == 0:
                progress(done)
        keeping.keep(batch)
        keeping.settle()
        if progress is not None:
            progress(done)
    return report


def _documents(paths: Iterable[Path], report: LoadReport) -> Iterator[Found]:
    for seen in find(paths):
        match seen:
            case Found():
                yield seen
            case PassedOver():
                report.passed_over.append(seen.origin)
            case Unreadable():
                report.refused.append(Refused(origin=seen.origin, reason=seen.reason))


class _Keeping:
    """Hands records to the engine: new ones at once, replacements when everything was seen."""

    def __init__(self, engine: Engine, report: LoadReport, clock: Callable[[], datetime], waiting: IO[bytes]) -> None:
        self._engine = engine
        self._report = report
        self._clock = clock
        self._waiting = waiting
        self._seen: dict[str, tuple[str, bytes]] = {}
        """For each identifier the origin and digest of the document that came last."""
        self._late: dict[str, list[bytes]] = {}
        """The digests of the documents that wait for each identifier, in their order."""

    def keep(self, batch: list[Ready]) -> None:
        """Keep what is new, let wait what would replace a record, pass over what is known to the byte."""
        known = self._engine.known([ready.entry.identifier for ready in batch])
        new: list[Entry] = []
        for ready in batch:
            identifier = ready.entry.identifier
            self._tell(ready)
            if identifier in self._late or known.get(identifier, ready.digest) != ready.digest:
                pickle.dump(ready, self._waiting, protocol=pickle.HIGHEST_PROTOCOL)
                self._late.setdefault(identifier, []).append(ready.digest)
            elif identifier in known:
                self._report.changes[Change.UNCHANGED] += 1
            else:
                known[identifier] = ready.digest
                new.append(ready.entry)
        self._put(new)

    def settle(self) -> None:
        """Keep what waited, in its order, unless the document that came last is kept already, and the others as its earlier versions."""
        batch: list[Entry] = []
        settled = self._settled()
        self._waiting.seek(0)
        for _ in range(sum(map(len, self._late.values()))):
            ready: Ready = pickle.load(self._waiting)  # noqa: S301  -- our own file of a moment ago, without a name
            if ready.entry.identifier in settled:
                self._report.changes[Change.UNCHANGED] += 1
            else:
                batch.append(ready.entry)
            if len(batch) == _BATCH:
                self._put(carried_over(self._engine, batch))
                batch = []
        self._put(carried_over(self._engine, batch))

    def _settled(self) -> set[str]:
        kept = self._engine.known(list(self._late))
        settled = set()
        for identifier, waiting in self._late.items():
            if kept[identifier] == self._seen[identifier][1]:
                earlier = {hashlib.sha256(version.content).digest() for version in self._engine.versions(identifier)}
                if earlier.issuperset(digest for digest in waiting if digest != kept[identifier]):
                    settled.add(identifier)
        return settled

    def _put(self, entries: list[Entry]) -> None:
        if entries:
            self._report.changes.update(self._engine.put(entries, now=self._clock()))

    def _tell(self, ready: Ready) -> None:
        identifier, origin = ready.entry.identifier, ready.entry.origin or "?"
        if ready.problems:
            self._report.doubtful.append(Doubtful(origin=origin, identifier=identifier, problems=ready.problems))
        before = self._seen.get(identifier)
        if before is not None and before[1] != ready.digest:
            self._report.conflicts.append(Conflict(identifier=identifier, earlier=before[0], later=origin))
        self._seen[identifier] = (origin, ready.digest)
