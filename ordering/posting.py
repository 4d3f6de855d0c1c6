"""Sends the letter that tells how an order ended: one for each, also where a worker is killed between two lines."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select

from accounts.mail import Mail, MailError, Message
from database import Database
from ordering.models import Order, OrderState
from ordering.notices import ending
from ordering.workspace import Links

_FOR: Final = timedelta(days=10)  # after which nobody is told any more
_LONGEST_PAUSE: Final = 360  # minutes
_LOG: Final = logging.getLogger(__name__)


class Posting:
    """Sends letters.

    Args:
        database: where orders are.
        mail: takes the letters.
        base_url: the address of the installation, for links.
        links: opens orders of people without an account.
        clock: tells the time, UTC.
        lease: how long a worker that is sending a letter is believed to be alive.
        stopping: tells whether to leave the letters that are still to be sent for later.
    """

    def __init__(
        self,
        database: Database,
        mail: Mail,
        *,
        base_url: str,
        links: Links,
        clock: Callable[[], datetime],
        lease: timedelta,
        stopping: Callable[[], bool],
    ) -> None:
        self._database = database
        self._mail = mail
        self._base_url = base_url
        self._links = links
        self._clock = clock
        self._lease = lease
        self._stopping = stopping

    def send_all(self) -> None:
        """Send all letters that are due. One that the mail does not take waits, longer each time."""
        while not self._stopping() and (claimed := self._claim()):
            order_id, token, message = claimed
            sent = message is not None and self.send(message)
            with self._database.writing() as session:
                order = session.get_one(Order, order_id, with_for_update=True)
                if order.worker != token:
                    continue
                if sent:
                    order.notified, order.worker, order.lease = self._clock(), None, None
                else:
                    order.attempts += 1
                    order.lease = self._clock() + timedelta(minutes=min(2**order.attempts, _LONGEST_PAUSE))

    def send(self, message: Message) -> bool:
        """Send a letter; tell whether the mail has taken it. Why not, is in the log."""
        try:
            self._mail.send(message)
        except MailError as error:
            _LOG.warning("a letter could not be sent: %s", error, exc_info=error)
            return False
        return True

    def _claim(self) -> tuple[int, str, Message | None] | None:
        """Take an order that has ended and whose reader does not know it; its letter is None where none can be written."""
        now = self._clock()
        ended = Order.state.in_((OrderState.DONE, OrderState.FAILED)) & Order.notified.is_(None) & (Order.ended > now - _FOR)
        free = or_(Order.lease.is_(None), Order.lease < now)
        query = select(Order).where(ended, free).order_by(Order.ended, Order.id).limit(1).with_for_update(skip_locked=True)
        with self._database.writing() as session:
            order = session.scalar(query)
            if order is None:
                return None
            order.worker, order.lease = f"letter:{secrets.token_hex(8)}", now + self._lease
            token = self._links.token(order.number) if order.user_id is None else None
            try:
                message = ending(order, base_url=self._base_url, token=token)
            except MailError as error:
                _LOG.warning("order %s: no letter can be written: %s", order.number, error)
                message = None
            return order.id, order.worker, message
