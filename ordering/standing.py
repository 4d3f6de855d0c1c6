"""How things stand: how full the disk is, how many orders are where."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, true

from database import Database
from ordering.models import Delivery, DeliveryState, Node, Order, OrderState
from ordering.quota import used


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUse:
    """What takes the room of the disk that the archive lies on; bytes.

    Attributes:
        files: registered files.
        workspaces: prepared files in workspaces, and what is kept for orders in the making.
        quarantine: deliveries in quarantine.
        free: nobody's.
        total: of the disk; what the others leave is taken by something else.
    """

    files: int
    workspaces: int
    quarantine: int
    free: int
    total: int


class Standing:
    """Tells how things stand. What takes the disk's room is what the database says: millions of files are not walked through.

    Args:
        database: what is registered, ordered and quarantined.
        archive: the archive's folder.
    """

    def __init__(self, database: Database, archive: Path) -> None:
        self._database = database
        self._archive = archive

    def disk(self) -> DiskUse:
        """Return how full it is now."""
        self._archive.mkdir(parents=True, exist_ok=True)
        room = shutil.disk_usage(self._archive)
        quarantined = select(func.coalesce(func.sum(Delivery.bytes), 0)).where(Delivery.state == DeliveryState.QUARANTINED)
        with self._database.reading() as session:
            return DiskUse(
                files=int(session.scalar(select(func.coalesce(func.sum(Node.bytes), 0)).where(Node.parent_id.is_(None))) or 0),
                workspaces=used(session, true()),
                quarantine=int(session.scalar(quarantined) or 0),
                free=room.free,
                total=room.total,
            )

    def orders(self) -> dict[OrderState, int]:
        """Return how many orders are in each state, selections not yet submitted among them."""
        query = select(Order.state, func.count()).group_by(Order.state)
        with self._database.reading() as session:
            found = {OrderState(state): count for state, count in session.execute(query)}
        return {state: found.get(state, 0) for state in OrderState}
