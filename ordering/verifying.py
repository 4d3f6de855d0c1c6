"""Whether the archive still has what the inventory says, byte for byte, and nothing beside it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from database import Database
from ordering.manifest import Problem
from ordering.models import DataFile, Delivery, DeliveryState, Node, NodeKind

_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStatus:
    """What an archive holds.

    Attributes:
        data_sets: in the data tree.
        files: registered, in all of them.
        bytes: of these.
        deliveries: how many are in each state.
    """

    data_sets: int
    files: int
    bytes: int
    deliveries: dict[DeliveryState, int]


def status(database: Database) -> ArchiveStatus:
    """Return what the archive of a database holds, as it is registered."""
    totals = select(func.count(), func.coalesce(func.sum(Node.files), 0), func.coalesce(func.sum(Node.bytes), 0))
    with database.reading() as session:
        data_sets, files, size = session.execute(totals.where(Node.kind == NodeKind.DATA_SET)).one()
        states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
        deliveries = {DeliveryState(state): count for state, count in states}
    return ArchiveStatus(data_sets=data_sets, files=files, bytes=int(size), deliveries=deliveries)


def verify(database: Database, archive: Path) -> Iterator[Problem | None]:
    """Read every registered file again; yield what is wrong with it, or None, then what lies there and is not registered."""
    last = 0
    while True:
        with database.reading() as session:
            columns = select(DataFile.id, DataFile.path, DataFile.bytes, DataFile.sha256)
            rows = session.execute(columns.where(DataFile.id > last).order_by(DataFile.id).limit(_AT_ONCE)).all()
        if not rows:
            break
        for row in rows:
            reason = _whats_wrong(archive / "files" / row.path, row.bytes, row.sha256)
            yield None if reason is None else Problem(file=row.path, reason=reason)
        last = rows[-1].id
    yield from _unknown(database, archive)


def _whats_wrong(path: Path, size: int, sha256: str) -> str | None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        now = path.stat().st_size
    except OSError as error:
        return f"It cannot be read: {error.strerror}."
    if now != size:
        return f"It has {now:,} bytes; {size:,} were registered."
    return None if found == sha256 else f"Its SHA-256 is {found}; {sha256} was registered."


def _unknown(database: Database, archive: Path) -> Iterator[Problem]:
    with database.reading() as session:
        known = set(session.scalars(select(Delivery.path).where(Delivery.path.is_not(None))))
    for kind in ("files", "quarantine"):
        folder = archive / kind
        for found in sorted(folder.iterdir()) if folder.is_dir() else ():
            if found.name not in known:
                yield Problem(file=f"{kind}/{found.name}", reason="It is of no delivery that is registered.")
