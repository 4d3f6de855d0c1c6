"""Who somebody is: by name and password, by a session that goes on, by a personal token."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.codelists import AccountState
from accounts.desk import Desk, one_line
from accounts.errors import SignInError
from accounts.models import Audit, Group, Membership, Token, User
from accounts.tokens import is_token, token_hash
from accounts.views import SignedIn
from accounts.visitors import ANONYMOUS, Visitor

MOST_FAILURES: Final = 10
WINDOW: Final = timedelta(minutes=15)
OPEN: Final = frozenset({AccountState.ACTIVE, AccountState.TEMPORARY})
_USED_EVERY: Final = timedelta(hours=1)
"""How closely the last use of a token is told: not each request of a program writes."""


class Attempt(StrEnum):
    """What counts for and against somebody who tries passwords; as the audit trail has it."""

    TRIED = "tried to sign in"
    SIGNED_IN = "signed in"
    CHANGED = "changed the password"
    RENEWED = "chose a new password"


@dataclass(frozen=True, slots=True)
class _Tried:
    """An attempt that may go on: what the account was before the password was looked at, outside of any transaction."""

    user_id: int | None
    subject: str
    kept: str | None


class SigningIn(Desk):
    """Lets people and their programs in."""

    def sign_in(self, username_or_email: str, password: str, *, address: str | None) -> SignedIn:
        """Let somebody in who knows the password.

        Ten failures within 15 minutes, for one name or from one network address, and nothing is looked at until they are over.
        A temporary password is used up.

        Raises:
            SignInError: not let in; the same for every reason.
        """
        tried = self._tried(username_or_email, address)
        if tried is None:
            raise SignInError
        fits = passwords.fits(tried.kept, password)
        renewed = passwords.hashed(password) if fits and tried.kept and passwords.is_outdated(tried.kept) else None
        with self._database.writing() as session:
            user = session.get(User, tried.user_id, with_for_update=True) if tried.user_id is not None else None
            reason = self._refused(user, tried, fits=fits)
            if user is None or reason is not None:
                self._write(session, "failed to sign in", tried.subject, reason or "", by=ANONYMOUS, address=address)
                signed_in = None
            else:
                user.signed_in = self._clock()
                user.password_hash = renewed or user.password_hash
                self._write(session, Attempt.SIGNED_IN, tried.subject, by=Visitor(username=user.username), address=address)
                must_change = user.state == AccountState.TEMPORARY
                signed_in = SignedIn(user_id=user.id, session_number=user.session_number, must_change=must_change)
        if signed_in is None:
            raise SignInError
        return signed_in

    def _tried(self, name: str, address: str | None) -> _Tried | None:
        """Count an attempt before its password is looked at, so that of many at once no more are looked at; None for too many."""
        name = one_line(name.strip().lower(), 254)
        unknown = self._unknown(name)
        with self._database.writing() as session:
            user = session.scalar(select(User).where(or_(User.username == name, User.email == name)).with_for_update())
            subject = user.username if user else unknown
            admitted = self._admits(session, subject, address)
            self._write(session, Attempt.TRIED if admitted else "was kept from signing in", subject, by=ANONYMOUS, address=address)
            tried = _Tried(user.id if user else None, subject, user.password_hash if user else None)
        return tried if admitted else None

    @cached_property
    def _secret(self) -> bytes:
        return self._database.secret("names nobody has")

    def _unknown(self, name: str) -> str:
        """Return what an unknown name is counted as: not itself, for people type passwords into the wrong field."""
        return f"unknown name {hmac.digest(self._secret, name.encode(), 'sha256').hex()[:12]}"

    def _admits(self, session: Session, subject: str, address: str | None) -> bool:
        since = self._clock() - WINDOW
        lines = select(Audit.action).where(Audit.action.in_(list(Attempt)), Audit.at > since).order_by(Audit.id)
        if _failures(session.scalars(lines.where(Audit.subject == subject)).all()) >= MOST_FAILURES:
            return False
        if address is None:
            return True
        from_there = lines.where(Audit.address == one_line(address, 64), Audit.action != Attempt.RENEWED)
        return _failures(session.scalars(from_there).all()) < MOST_FAILURES

    def _refused(self, user: User | None, tried: _Tried, *, fits: bool) -> str | None:
        """Return why somebody is not let in, for the audit trail; None where he is. A temporary password is used up."""
        if user is None:
            return "no such account"
        if not fits or user.password_hash != tried.kept:
            return "wrong password"
        if user.state not in OPEN:
            return f"the account is {user.state.value}"
        if user.state == AccountState.ACTIVE:
            return None
        if user.temporary_until is None or user.temporary_until <= self._clock():
            return "the temporary password is used or too old"
        user.temporary_until = None  # the row is held: of several who come with it at once, one is the first
        return None

    def visitor(self, user_id: int, session_number: int) -> Visitor | None:
        """Return whose session it is; None where it is over: the password or the state of the account was changed."""
        with self._database.reading() as session:
            user = session.get(User, user_id)
            if user is None or user.session_number != session_number or user.state not in OPEN:
                return None
            return _visitor(session, user, self._clock())

    def visitor_by_token(self, token: str) -> Visitor | None:
        """Return whose personal token it is; None where it is nobody's, over, or of an account that is not open."""
        if not is_token(token):
            return None
        now = self._clock()
        with self._database.reading() as session:
            kept = session.scalar(select(Token).where(Token.token_hash == token_hash(token)))
            if kept is None or (kept.expires is not None and kept.expires <= now) or kept.user.state != AccountState.ACTIVE:
                return None
            visitor = _visitor(session, kept.user, now)
        if kept.used is None or kept.used <= now - _USED_EVERY:
            with self._database.writing() as session:
                session.execute(update(Token).where(Token.id == kept.id).values(used=now))
        return visitor


def _failures(actions: Iterable[str]) -> int:
    """Count the attempts of a window, the oldest first, that led nowhere; whoever chose a new password begins anew."""
    failures = 0
    for action in actions:
        match action:
            case Attempt.TRIED:
                failures += 1
            case Attempt.SIGNED_IN | Attempt.CHANGED:
                failures = max(failures - 1, 0)  # the attempt itself may have left the window
            case Attempt.RENEWED:
                failures = 0
    return failures


def _visitor(session: Session, user: User, now: datetime) -> Visitor:
    if user.state == AccountState.TEMPORARY:
        return Visitor(user_id=user.id, username=user.username, email=user.email, language=user.language, must_change=True)
    names = session.scalars(
        select(Group.name).join(Membership).where(Membership.user_id == user.id, or_(Membership.until.is_(None), Membership.until > now))
    )
    return Visitor(
        user_id=user.id,
        username=user.username,
        email=user.email,
        role=user.role,
        groups=frozenset(names),
        language=user.language,
    )
