"""Deliveries that were not accepted: why, and what an administrator can do with them."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database import Database
from ordering.manifest import Problem
from ordering.models import Delivery, DeliveryState
from ordering.receiving import Earlier, Received, problem_of, receive_again
from ordering.staging import only_one
from records.errors import CatalogueError


class QuarantineError(CatalogueError):
    """Something that cannot be done with a delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """A delivery, to be shown. Attributes as of `ordering.models.Delivery`.

    Attributes:
        problems: why it was not accepted; of very many, the first.
    """

    id: int
    name: str
    received: datetime
    state: DeliveryState
    files: int
    bytes: int
    problems: tuple[Problem, ...]


class Quarantine:
    """The deliveries of an archive.

    Args:
        database: where they are registered.
        archive: the archive's folder.
        clock: what time it is.
    """

    def __init__(self, database: Database, archive: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._archive = archive
        self._clock = clock

    def deliveries(self, state: DeliveryState | None = None, *, page: int = 1, size: int = 50) -> tuple[list[DeliveryView], int]:
        """Return a page of the deliveries in a state (None: in any), the newest first, and how many there are in all."""
        where = [] if state is None else [Delivery.state == state]
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(Delivery).where(*where)) or 0
            found = select(Delivery).where(*where).order_by(Delivery.id.desc()).limit(size).offset((max(page, 1) - 1) * size)
            return [_view(delivery) for delivery in session.scalars(found)], total

    def delivery(self, delivery_id: int) -> DeliveryView | None:
        """Return a delivery, or None."""
        with self._database.reading() as session:
            delivery = session.get(Delivery, delivery_id)
            return None if delivery is None else _view(delivery)

    def discard(self, delivery_id: int) -> None:
        """Throw a quarantined delivery away; that it came, and why it was not accepted, stays registered.

        Raises:
            QuarantineError: it is not in quarantine.
        """
        with only_one(self._archive):
            with self._database.writing() as session:
                delivery = _quarantined(session, delivery_id)
                folder = self._archive / "quarantine" / str(delivery.path)
                delivery.state, delivery.path = DeliveryState.DISCARDED, None
            if folder.exists():
                shutil.rmtree(folder)

    def check_again(self, delivery_id: int) -> Received:
        """Check a quarantined delivery again, e.g. when the data tree has got the data set that it was for.

        It stays the delivery that it is: it is accepted now, or in quarantine still, for what is wrong with it now.

        Raises:
            QuarantineError: it is not in quarantine.
            ReceivingError: it cannot be checked now.
        """
        with only_one(self._archive):
            with self._database.reading() as session:
                delivery = _quarantined(session, delivery_id)
                earlier = Earlier(
                    delivery_id=delivery.id,
                    name=delivery.name,
                    received=delivery.received,
                    folder=self._archive / "quarantine" / str(delivery.path),
                    lost=tuple(problem for problem in map(problem_of, delivery.problems) if problem.lost),
                )
            received = receive_again(self._database, self._archive, earlier, self._clock())
            if received.state is DeliveryState.ACCEPTED:
                shutil.rmtree(earlier.folder)
            return received


def _quarantined(session: Session, delivery_id: int) -> Delivery:
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.state != DeliveryState.QUARANTINED:
        raise QuarantineError(f"The delivery {delivery_id} is not in quarantine.")
    return delivery


def _view(delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        id=delivery.id,
        name=delivery.name,
        received=delivery.received,
        state=DeliveryState(delivery.state),
        files=delivery.files,
        bytes=delivery.bytes,
        problems=tuple(map(problem_of, delivery.problems)),
    )
