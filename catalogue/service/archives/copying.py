"""Copying a catalogue from one engine to another, by an archive that lies in a temporary file meanwhile."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from catalogue.engines.base import Engine, Window
from catalogue.service.archives.manifest import Holdings
from catalogue.service.archives.restoring import RestoreReport, restore
from catalogue.service.archives.writing import write_archive
from catalogue.service.archives.zipping import ArchiveError

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyReport:
    """What a copy did.

    Attributes:
        holdings: what the catalogue held that was copied.
        restored: how it was brought into the other.
        differing: the identifiers of those that are not the same in both afterwards: time of the last change, deleted or not, harvest
            source, document.
    """

    holdings: Holdings
    restored: RestoreReport
    differing: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether both catalogues hold the same."""
        return not self.differing and self.restored.complete


def copy(
    source: Engine,
    target: Engine,
    *,
    now: datetime,
    processes: int | None = None,
    reading: Callable[[int], None] | None = None,
    writing: Callable[[int, int], None] | None = None,
) -> CopyReport:
    """Bring all that one engine keeps into another, each with its time, and compare the two. What was interrupted goes on where it ended.

    Args:
        source: keeps the records; reading is enough.
        target: open for writing; empty, or the beginning of a copy.
        now: the time, aware, UTC.
        processes: how many read documents side by side; None for one a core.
        reading: told how many records are read, again and again.
        writing: told (done, total) in steps, likewise.

    Raises:
        ArchiveError: the target holds a record that the source does not, and nothing was written; or there is no room for the temporary
            file.
        EngineError: one of the engines cannot answer; what was copied before stays.
    """
    strange = next((kept.identifier for kept in _kept(target, documents=False) if source.header(kept.identifier) is None), None)
    if strange is not None:
        raise ArchiveError(f"The other catalogue holds {strange!r}, which this one does not: it is no copy of it.")
    try:
        with tempfile.NamedTemporaryFile(prefix="reflecs-copy-", suffix=".zip") as file:
            holdings = write_archive(source, file, now=now, progress=reading)
            file.flush()
            restored = restore(target, Path(file.name), merge=True, processes=processes, progress=writing)
    except OSError as error:
        raise ArchiveError(f"The temporary archive cannot be written: {error.strerror}.") from error
    return CopyReport(holdings=holdings, restored=restored, differing=list(differences(source, target)))


class _Kept(NamedTuple):
    """What two engines have to agree on."""

    identifier: str
    changed: datetime
    deleted: bool
    harvest_source: str | None
    digest: bytes | None


def differences(one: Engine, other: Engine) -> Iterator[str]:
    """Yield the identifiers of records and tombstones that are in one only, or not the same in both."""
    both = merge(_kept(one), _kept(other), key=lambda kept: kept.identifier)
    for identifier, found in groupby(both, key=lambda kept: kept.identifier):
        first, *second = found
        if second != [first]:
            yield identifier


def _kept(engine: Engine, *, documents: bool = True) -> Iterator[_Kept]:
    after = None
    while headers := engine.headers(Window(), after=after, limit=_PAGE):
        digests = engine.known([header.identifier for header in headers if not header.deleted]) if documents else {}
        for header in headers:
            digest = digests.get(header.identifier)
            yield _Kept(header.identifier, header.changed, header.deleted, header.harvest_source, digest)
        after = headers[-1].identifier
