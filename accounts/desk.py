"""What all parts of `accounts.accounts.Accounts` stand on: the database, the mail, the clock, the audit trail."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.errors import NotAllowedError, UnknownError
from accounts.mail import Mail, MailError, Message
from accounts.models import Audit, User
from accounts.visitors import ANONYMOUS, Visitor
from database import Database

_LOG: Final = logging.getLogger(__name__)
_LONGEST_DETAIL: Final = 2_000
LETTERS_AN_HOUR: Final = 5
"""That one e-mail address gets by what anybody can ask for: nobody's mailbox is filled through us."""


class Asked(StrEnum):
    """What anybody may ask a letter for, to whatever address; as the audit trail has it."""

    ACCOUNT = "asked for an account"
    RESET = "asked for a new password"
    CODE = "asked for a code"


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def one_line(text: str, longest: int) -> str:
    """Return text as the audit trail keeps it: one line, not longer than its column.

    What is typed is asked for in this form, too: PostgreSQL takes no NUL, not even in a question.
    """
    line = "".join(sign if sign.isprintable() else " " for sign in text)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


class Desk:
    """A part of `Accounts`.

    Args:
        database: where accounts are.
        mail: how letters go out.
        base_url: the address of the installation, without a slash at its end; for the links in letters.
        contact: the e-mail address of the administrators.
        clock: tells the time; aware.
    """

    def __init__(self, database: Database, mail: Mail, *, base_url: str, contact: str, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._mail = mail
        self._base_url = base_url.rstrip("/")
        self._contact = contact
        self._clock = clock

    def _write(self, session: Session, action: str, subject: str, detail: str = "", *, by: Visitor, address: str | None) -> None:
        """Add a line to the audit trail, in the transaction of what it tells of."""
        session.add(
            Audit(
                at=self._clock(),
                actor=one_line(by.actor, 254),
                address=None if address is None else one_line(address, 64),
                action=one_line(action, 60),
                subject=one_line(subject, 254),
                detail=one_line(detail, _LONGEST_DETAIL),
            )
        )

    def _may_have_letter(self, session: Session, action: Asked, email: str, detail: str = "", *, by: Visitor, address: str | None) -> bool:
        """Write down that somebody asked for a letter, and tell whether it may go out; the same for known and unknown addresses."""
        asked = (
            select(func.count())
            .select_from(Audit)
            .where(Audit.action.in_(list(Asked)), Audit.subject == email, Audit.at > self._clock() - timedelta(hours=1))
        )
        allowed = (session.scalar(asked) or 0) < LETTERS_AN_HOUR
        self._write(session, action if allowed else "was refused a letter", email, detail, by=by, address=address)
        return allowed

    def _tell(self, message: Message) -> None:
        """Send a letter that only informs: what it tells of is done, and stays done where no letter can be sent."""
        try:
            self._mail.send(message)
        except MailError as error:
            _LOG.warning("a letter was not sent: %s", error, exc_info=error)
            with self._database.writing() as session:
                self._write(session, "letter not sent", message.to, message.subject, by=ANONYMOUS, address=None)


def account(session: Session, user_id: int, *, changing: bool = False) -> User:
    """Return an account; where `changing`, nobody else changes it until the transaction ends.

    Raises:
        UnknownError: there is none.
    """
    user = session.get(User, user_id, with_for_update=changing)
    if user is None:
        raise UnknownError("There is no such account.")
    return user


def must_administer(by: Visitor) -> None:
    """Refuse everybody but administrators.

    Raises:
        NotAllowedError: `by` is none.
    """
    if not by.administers:
        raise NotAllowedError


def must_curate(by: Visitor) -> None:
    """Refuse everybody but curators, whom administrators are among.

    Raises:
        NotAllowedError: `by` is none.
    """
    if not by.curates:
        raise NotAllowedError


def must_be(user_id: int, by: Visitor) -> None:
    """Refuse everybody but the account's owner.

    Raises:
        NotAllowedError: `by` is somebody else.
    """
    if by.user_id != user_id:
        raise NotAllowedError
