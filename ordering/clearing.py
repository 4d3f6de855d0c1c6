"""Clears up: what has expired, what was never activated, selections nobody came back to, and folders that no order has."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, delete, or_, select

from database import Database
from ordering.activating import ACTIVATED_WITHIN, NOT_ACTIVATED, drop
from ordering.models import DeliveryMode, Order, OrderState
from ordering.states import step
from ordering.workspace import Shelves

KEPT: Final = timedelta(days=10)
"""How long files wait in a workspace, and how long what failed can be tried again."""
SELECTION_KEPT: Final = timedelta(days=7)
"""Of somebody who is not signed in."""
_AT_ONCE: Final = 500
_LOG: Final = logging.getLogger(__name__)


class Clearing:
    """Clears up after orders.

    Args:
        database: where they are.
        shelves: their folders.
        clock: tells the time, UTC.
    """

    def __init__(self, database: Database, shelves: Shelves, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._shelves = shelves
        self._clock = clock

    def clear(self) -> None:
        """Clear up once. What cannot be taken away now is taken away the next time."""
        now = self._clock()
        with self._database.reading() as session:
            over = session.scalar(select(Order.id).where(or_(_ended(now), _forgotten(now))).limit(1)) is not None
        if over:  # so that a round that has nothing to do takes nobody's turn to write
            self._let_expire(now)
        numbers = self._shelves.numbers()
        while some := list(islice(numbers, _AT_ONCE)):
            for number in sorted(set(some) - self._wanted(some)):
                try:
                    self._shelves.clear(number)
                except OSError:
                    _LOG.exception("the folder of order %s cannot be taken away", number)

    def _let_expire(self, now: datetime) -> None:
        with self._database.writing() as session:
            for order in session.scalars(select(Order).where(_ended(now)).with_for_update(skip_locked=True)):
                match order.state:
                    case OrderState.DONE:
                        step(order, OrderState.EXPIRED)
                    case OrderState.ACTIVATING:
                        drop(session, order, NOT_ACTIVATED.told(order.language), now)
                    case _:  # failed, and not to be tried again: the password of its server need not be known any longer
                        order.expires = order.destination = None
        with self._database.writing() as session:  # apart: who holds one order waits for no other that somebody else holds
            session.execute(delete(Order).where(_forgotten(now)))

    def _wanted(self, numbers: list[str]) -> set[str]:
        """Return those of the orders that need their folder."""
        with self._database.reading() as session:
            orders = session.scalars(select(Order).where(Order.number.in_(numbers))).all()
        return {order.number for order in orders if _needs_folder(order)}


def _needs_folder(order: Order) -> bool:
    match order.state:
        case OrderState.WAITING | OrderState.PREPARING | OrderState.DELIVERING:
            return True
        case OrderState.DONE:
            return order.mode is DeliveryMode.WORKSPACE
        case OrderState.FAILED:
            return order.expires is not None
        case _:
            return False


def _ended(now: datetime) -> ColumnElement[bool]:
    """Return the condition of an order's time being over."""
    kept = Order.state.in_((OrderState.DONE, OrderState.FAILED)) & (Order.expires <= now)
    return kept | ((Order.state == OrderState.ACTIVATING) & (Order.submitted <= now - ACTIVATED_WITHIN))


def _forgotten(now: datetime) -> ColumnElement[bool]:
    """Return the condition of a selection's being one that nobody comes back to."""
    return (Order.state == OrderState.DRAFT) & Order.user_id.is_(None) & (Order.created < now - SELECTION_KEPT)
