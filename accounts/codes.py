"""Codes and links sent by e-mail: each is good once, for a while; only hashes are kept."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.codelists import Purpose
from accounts.desk import Asked, Desk, one_line
from accounts.errors import CodeError
from accounts.mail import Message
from accounts.models import Code, User
from accounts.passwords import EASY
from accounts.visitors import ANONYMOUS

MOST_TRIES: Final = 5
_LENGTH: Final = 8  # 31 ** 8 codes and five tries: a guesser has one chance in 170 thousand million
_LONGEST: Final = 200
TOO_MANY: Final = "Several letters went to this address within the last hour. Please wait an hour."


class Codes(Desk):
    """Sends codes that somebody types, to show that an e-mail address is his own."""

    def send_code(
        self,
        purpose: Purpose,
        subject: str,
        email: str,
        *,
        hours: int,
        letter: Callable[[str], Message],
        address: str | None = None,
    ) -> None:
        """Send a new code; earlier ones for the same are no longer good.

        Args:
            purpose: what it is for.
            subject: what in particular, such as an order's number.
            email: the address; case does not count.
            hours: how long it is good.
            letter: writes the letter around the code.
            address: of the asker, on the network.

        Raises:
            CodeError: too many letters went to this address within the last hour.
            MailError: the letter was not sent.
        """
        email = email.strip().lower()
        code = "".join(secrets.choice(EASY) for _ in range(_LENGTH))
        message = letter(code)
        with self._database.writing() as session:
            detail = f"to {purpose.value} {subject}"
            allowed = self._may_have_letter(session, Asked.CODE, email, detail, by=ANONYMOUS, address=address)
            if allowed:
                keep(session, purpose, subject, email, code, now=self._clock(), hours=hours)
        if not allowed:
            raise CodeError(TOO_MANY)
        self._mail.send(message)

    def redeem(
        self, purpose: Purpose, subject: str, email: str, code: str, *, address: str | None = None, within: Session | None = None
    ) -> bool:
        """Take a code; of several who come with it at once, one is the first.

        Args:
            purpose: as it was sent for.
            subject: as it was sent for.
            email: as it was sent to; case does not count.
            code: as typed; case, blanks and hyphens do not count.
            address: of the asker, on the network.
            within: a session that writes: the code is used up together with what else it changes, or not at all.

        Returns:
            Whether it was good. False for every reason: wrong, tried five times, over, used, never sent.
        """
        subject, email = one_line(subject, 64), one_line(email.strip().lower(), 254)
        given = _hash(one_line(code, _LONGEST).upper().replace(" ", "").replace("-", ""))
        with self._database.writing() if within is None else nullcontext(within) as session:
            good = _redeemed(session, purpose, subject, email, given, self._clock())
            action = "gave the right code" if good else "gave a wrong code"
            self._write(session, action, email, f"to {purpose.value} {subject}", by=ANONYMOUS, address=address)
        return good


def _redeemed(session: Session, purpose: Purpose, subject: str, email: str, given: str, now: datetime) -> bool:
    known = session.scalar(
        select(Code).where(Code.purpose == purpose, Code.subject == subject, Code.email == email, Code.used.is_(None), Code.expires > now)
    )
    if known is None:
        return False
    # The try is taken before the code is looked at, by a condition that the database holds: nobody has a sixth by being quick.
    tried = session.scalar(update(Code).where(Code.id == known.id, Code.tries < MOST_TRIES).values(tries=Code.tries + 1).returning(Code.id))
    return tried is not None and hmac.compare_digest(known.code_hash, given) and use_up(session, known, now)


def keep(session: Session, purpose: Purpose, subject: str, email: str, code: str, *, now: datetime, hours: int) -> None:
    """Keep the hash of a code in place of earlier ones for the same, and forget those that were over yesterday."""
    void(session, purpose, subject, now)
    session.execute(delete(Code).where(Code.expires < now - timedelta(days=1)))
    expires = now + timedelta(hours=hours)
    session.add(Code(purpose=purpose, subject=subject, email=email, code_hash=_hash(code), created=now, expires=expires))


def void(session: Session, purpose: Purpose, subject: str, now: datetime) -> None:
    """Make all codes for something no longer good."""
    session.execute(update(Code).where(Code.purpose == purpose, Code.subject == subject, Code.used.is_(None)).values(used=now))


def use_up(session: Session, code: Code, now: datetime) -> bool:
    """Mark a code as used; False where somebody else was the first."""
    first = update(Code).where(Code.id == code.id, Code.used.is_(None)).values(used=now).returning(Code.id)
    return session.scalar(first) is not None


def new_link(session: Session, purpose: Purpose, user: User, *, now: datetime, hours: int) -> str:
    """Return the token of a link for an account's e-mail address: the account's number and 256 random bits."""
    token = f"{user.id}-{secrets.token_urlsafe(32)}"
    keep(session, purpose, str(user.id), user.email, token, now=now, hours=hours)
    return token


def linked(session: Session, purpose: Purpose, token: str, now: datetime) -> tuple[Code, User] | None:
    """Return the code a link's token is of, used or not, and its account; None where there is none or it is over."""
    token = one_line(token, _LONGEST)
    subject, _, secret = token.partition("-")
    if not (subject.isascii() and subject.isdecimal() and len(subject) <= 18 and secret):
        return None
    given = _hash(token)
    user = session.get(User, int(subject), with_for_update=True)
    codes = session.scalars(select(Code).where(Code.purpose == purpose, Code.subject == subject, Code.expires > now)).all()
    for code in codes:
        if user is not None and code.email == user.email and hmac.compare_digest(code.code_hash, given):
            return code, user
    return None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
