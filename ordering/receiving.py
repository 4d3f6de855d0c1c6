"""Receives what producers deliver: a delivery is checked as a whole, and kept in the archive or in quarantine, never half.

The archive's folder holds `files/<delivery>/<data set>/<name>`, `quarantine/<delivery>/`, and `incoming/`, where a delivery is copied while
it is checked. A checked delivery goes from there into its place by one renaming, within the transaction that registers it: a process
that dies leaves either all of it, or a folder that is not registered, which the next delivery sweeps away.
"""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from database import Database
from ordering.checking import Accepted, Place, Places, check_entries, values_of
from ordering.manifest import NAME, Entry, Manifest, ManifestError, Problem, read_manifest
from ordering.models import DataFile, Delivery, DeliveryState, FileValue
from ordering.naming import is_safe
from ordering.packed import PackedLimits, whats_wrong
from ordering.planting import add_up
from ordering.staging import (
    UNNAMED,
    AbsentFileError,
    Inbox,
    ReceivingError,
    Stage,
    UnfitFileError,
    new_key,
    only_one,
    open_inbox,
    shown,
    sweep,
)

_AT_ONCE: Final = 1000
_PROBLEMS_KEPT: Final = 1000
_ANEW: Final = "So the delivery cannot be accepted from quarantine; it has to be delivered anew."
_LOST: Final = f"It was not kept. {_ANEW}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a delivery may be.

    Attributes:
        manifest: bytes of its manifest.
        files: how many it may have.
        spare: bytes that must be left free on the archive's disk.
        packed: what its packed files may become.
    """

    manifest: int = 100_000_000
    files: int = 200_000
    spare: int = 1_000_000_000
    packed: PackedLimits = field(default_factory=PackedLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a delivery.

    Attributes:
        delivery_id: its number.
        state: accepted or quarantined.
        files: newly registered files; of a quarantined one, those that its manifest names.
        bytes: of these.
        already: files that were there already, byte for byte.
        problems: why it was not accepted; () when it was.
    """

    delivery_id: int
    state: DeliveryState
    files: int
    bytes: int
    already: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A delivery in quarantine, which is to be checked again.

    Attributes:
        delivery_id: its number, which it keeps.
        name: what it is called.
        received: when it came.
        folder: where it lies.
        lost: what it cannot be accepted for, because it does not lie there.
    """

    delivery_id: int
    name: str
    received: datetime
    folder: Path
    lost: tuple[Problem, ...]


def receive(
    database: Database,
    archive: Path,
    source: Path,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    name: str | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Received:
    """Check a delivery, and register it or put it into quarantine. What it came from stays as it is.

    Args:
        database: of the data tree and the inventory.
        archive: the archive's folder.
        source: a folder with a manifest.csv, which must name every file in it, or a manifest, which names files beside it.
        clock: what time it is.
        name: what it is called; None for the name of the folder or manifest.
        limits: what it may be; None for the usual.
        progress: told how many files are checked, of how many.

    Raises:
        ReceivingError: it could not be received at all, for want of a manifest or of room; nothing is kept or registered.
    """
    with only_one(archive), open_inbox(source) as inbox:
        sweep(archive, partial(_is_registered, database))
        now = clock()
        stage = Stage(archive, new_key(now))
        try:
            delivery = _Delivery(database, stage, name or _name_of(source), now)
            return delivery.receive(inbox, limits or Limits(), progress)
        finally:
            stage.clear()


def receive_again(database: Database, archive: Path, earlier: Earlier, now: datetime) -> Received:
    """Check a quarantined delivery again; only when it is accepted, more than its problems changes.

    The archive must be held with `only_one`. What lies in quarantine stays there; the caller or the next sweep removes it.

    Raises:
        ReceivingError: it cannot be checked, for want of room; nothing changes.
    """
    with open_inbox(earlier.folder) as inbox:
        sweep(archive, partial(_is_registered, database))
        stage = Stage(archive, new_key(now))
        try:
            delivery = _Delivery(database, stage, earlier.name, earlier.received, earlier)
            return delivery.receive(inbox, Limits(), lambda _done, _of: None)
        finally:
            stage.clear()


def _is_registered(database: Database, key: str) -> bool:
    with database.reading() as session:
        return session.scalar(select(Delivery.id).where(Delivery.path == key)) is not None


def _name_of(source: Path) -> str:
    name = ascii(source.resolve().name)[1:-1]
    return name[:255] or "delivery"


class _Delivery:
    """One delivery on its way."""

    def __init__(self, database: Database, stage: Stage, name: str, now: datetime, earlier: Earlier | None = None) -> None:
        self._database = database
        self._stage = stage
        self._name = name
        self._now = now
        self._earlier = earlier

    def receive(self, inbox: Inbox, limits: Limits, progress: Callable[[int, int], None]) -> Received:
        content = inbox.manifest(limits.manifest)
        (self._stage.delivered / NAME).write_bytes(content)
        (self._stage.kept / NAME).write_bytes(content)
        try:
            manifest = read_manifest(content, most=limits.files)
        except ManifestError as error:
            return self._quarantined([], [*self._lost(inbox, None, limits), Problem(file=NAME, reason=str(error))])
        entries = manifest.entries
        _see_room(self._stage.delivered, sum(entry.bytes for entry in entries), limits.spare)
        with self._database.reading() as session:
            accepted, unfit = check_entries(Places(session), entries)
            there = _there_already(session, accepted)
        unlike = list(self._copy(inbox, entries, limits.packed, progress))
        problems = self._lost(inbox, manifest, limits)
        lost = {problem.file for problem in problems}
        problems += [*manifest.problems, *unfit, *(problem for problem in unlike if problem.file not in lost)]
        problems += self._unnamed(inbox, manifest)
        problems += _otherwise(accepted, there)
        if problems:
            return self._quarantined(entries, problems)
        new = [one for one in accepted if (one.place.node_id, one.name) not in there]
        return self._accepted(new, already=len(accepted) - len(new))

    def _copy(
        self, inbox: Inbox, entries: Sequence[Entry], limits: PackedLimits, progress: Callable[[int, int], None]
    ) -> Iterator[Problem]:
        """Copy the files and look at the copies, so that what is looked at is what will be kept; yield what is wrong with them."""
        copied = {NAME}
        for number, entry in enumerate(entries, start=1):
            if reason := "It is named twice." if entry.file in copied else self._copy_one(inbox, entry, limits):
                yield Problem(file=entry.file, reason=reason)
            copied.add(entry.file)
            progress(number, len(entries))

    def _copy_one(self, inbox: Inbox, entry: Entry, limits: PackedLimits) -> str | None:
        copy = self._stage.delivered / entry.file
        try:
            sha256 = inbox.copy(entry.file, copy, size=entry.bytes)
        except UnfitFileError as error:
            return str(error)
        if sha256 != entry.sha256:
            return f"Its SHA-256 is {sha256}; the manifest says {entry.sha256}."
        return whats_wrong(copy, entry.name, limits)

    def _lost(self, inbox: Inbox, manifest: Manifest | None, limits: Limits) -> list[Problem]:
        """Copy the rest of what came, so that quarantine has it as it came; return what cannot be kept there.

        Args:
            inbox: what came.
            manifest: what its manifest tells; None where that cannot be read.
            limits: what a delivery may be.
        """
        if self._earlier is not None:  # then it lies there already
            return list(self._earlier.lost)
        lost: list[Problem] = []
        room, number = _room(self._stage.delivered, limits.spare), len(manifest.entries) if manifest else 0
        for name in inbox.names(manifest.reachable() if manifest else ()):
            target = self._stage.delivered / name
            if target.exists():
                continue
            number += 1
            if number > limits.files:
                reason = f"The delivery has more than {limits.files:,} files; not all were kept. {_ANEW}"
                lost.append(Problem(file="", reason=reason, lost=True))
                break
            try:
                room -= inbox.copy_as_it_is(name, target, most=room)
            except AbsentFileError:  # which is told where the manifest names it
                continue
            except UnfitFileError as error:
                stray = f"{UNNAMED} " if manifest and name not in manifest.named else ""
                lost.append(Problem(file=shown(name), reason=f"{stray}{error} {_LOST}", lost=True))
        return lost

    def _unnamed(self, inbox: Inbox, manifest: Manifest) -> list[Problem]:
        """Return what is not in the manifest, of what is or will be in quarantine."""
        if self._earlier is not None:
            return inbox.unnamed(manifest.named)
        with open_inbox(self._stage.delivered) as kept:
            return kept.unnamed(manifest.named)

    def _quarantined(self, entries: Sequence[Entry], problems: Sequence[Problem]) -> Received:
        size = sum(entry.bytes for entry in entries)
        kept = [_row_of(problem) for problem in problems[:_PROBLEMS_KEPT]]
        if len(problems) > _PROBLEMS_KEPT:
            kept.append({"file": "", "reason": f"… and {len(problems) - _PROBLEMS_KEPT:,} problems more."})
        if self._earlier is not None:
            with self._database.writing() as session:
                number = self._register(session, DeliveryState.QUARANTINED, len(entries), size, kept)
        else:
            go = self._stage.going(self._stage.delivered, "quarantine")
            with self._database.writing() as session:
                number = self._register(session, DeliveryState.QUARANTINED, len(entries), size, kept)
                go()
            self._stage.gone()
        found = tuple(problems)
        return Received(delivery_id=number, state=DeliveryState.QUARANTINED, files=len(entries), bytes=size, problems=found)

    def _accepted(self, files: list[Accepted], *, already: int) -> Received:
        for one in files:
            self._stage.keep(one.entry.file, f"{_folder_of(one.place)}/{one.name}")
        size = sum(one.entry.bytes for one in files)
        go = self._stage.going(self._stage.kept, "files")
        with self._database.writing() as session:
            number = self._register(session, DeliveryState.ACCEPTED, len(files), size, [])
            for node_id, some in groupby(sorted(files, key=_node_of), key=_node_of):
                _add(session, node_id, [(one, self._row(one, number)) for one in some])
            go()
        self._stage.gone()
        return Received(delivery_id=number, state=DeliveryState.ACCEPTED, files=len(files), bytes=size, already=already)

    def _register(self, session: Session, state: DeliveryState, files: int, size: int, problems: list[dict[str, str]]) -> int:
        if self._earlier is None:
            delivery = Delivery(name=self._name, received=self._now)
            session.add(delivery)
        else:
            delivery = session.get_one(Delivery, self._earlier.delivery_id)
        delivery.state, delivery.files, delivery.bytes, delivery.problems = state, files, size, problems
        if self._earlier is None or state is DeliveryState.ACCEPTED:
            delivery.path = self._stage.key
        session.flush()
        return delivery.id

    def _row(self, one: Accepted, delivery_id: int) -> dict[str, Any]:
        return {
            "node_id": one.place.node_id,
            "delivery_id": delivery_id,
            "name": one.name,
            "path": f"{self._stage.key}/{_folder_of(one.place)}/{one.name}",
            "bytes": one.entry.bytes,
            "sha256": one.entry.sha256,
            "begins": one.entry.begins,
            "ends": one.entry.ends,
            "target": one.target,
        }


def _row_of(problem: Problem) -> dict[str, str]:
    row = {"file": problem.file, "reason": problem.reason}
    return row | {"lost": "yes"} if problem.lost else row


def problem_of(row: Mapping[str, str]) -> Problem:
    """Return a problem as it is kept with its delivery."""
    return Problem(file=row["file"], reason=row["reason"], lost="lost" in row)


def _room(folder: Path, spare: int) -> int:
    return max(shutil.disk_usage(folder).free - spare, 0)


def _see_room(folder: Path, size: int, spare: int) -> None:
    room = _room(folder, spare)
    if size > room:
        raise ReceivingError(f"The delivery has {size:,} bytes, and the archive has room for {room:,}.")


def _node_of(one: Accepted) -> int:
    return one.place.node_id


def _folder_of(place: Place) -> str:
    return place.identifier if is_safe(place.identifier) and place.identifier != NAME else f"node-{place.node_id}"


def _there_already(session: Session, accepted: Collection[Accepted]) -> Mapping[tuple[int, str], str]:
    """Return the SHA-256 of the files that are registered already, by data set and name."""
    there: dict[tuple[int, str], str] = {}
    for node_id, some in groupby(sorted(accepted, key=_node_of), key=_node_of):
        names = [one.name for one in some]
        for first in range(0, len(names), _AT_ONCE):
            known = select(DataFile.name, DataFile.sha256).where(DataFile.node_id == node_id)
            for name, sha256 in session.execute(known.where(DataFile.name.in_(names[first : first + _AT_ONCE]))):
                there[node_id, name] = sha256
    return there


def _otherwise(accepted: Sequence[Accepted], there: Mapping[tuple[int, str], str]) -> list[Problem]:
    return [
        Problem(
            file=one.entry.file,
            reason=f"{one.name} is in {one.place.identifier} already, with other bytes; what is archived does not change.",
        )
        for one in accepted
        if there.get((one.place.node_id, one.name), one.entry.sha256) != one.entry.sha256
    ]


def _add(session: Session, node_id: int, files: list[tuple[Accepted, dict[str, Any]]]) -> None:
    for first in range(0, len(files), _AT_ONCE):
        some = files[first : first + _AT_ONCE]
        rows = [row for _, row in some]
        numbers = session.scalars(insert(DataFile).returning(DataFile.id, sort_by_parameter_order=True), rows).all()
        values = [{"file_id": number, **value} for number, (one, _) in zip(numbers, some, strict=True) for value in values_of(one)]
        if values:
            session.execute(insert(FileValue), values)
    entries = [one.entry for one, _ in files]
    times = [(entry.begins, entry.ends) for entry in entries if entry.begins and entry.ends]
    add_up(session, node_id, times, files=len(files), size=sum(entry.bytes for entry in entries))
