"""Personal tokens: what a program of somebody's shows at the doors."""

import hashlib
import re
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from accounts.codelists import AccountState
from accounts.desk import Desk, account, must_be
from accounts.errors import StateError, UnknownError
from accounts.models import Token
from accounts.views import TokenSummary, to_token
from accounts.visitors import Visitor

_FORM: Final = re.compile(r"rfx_[A-Za-z0-9_-]{43}")
_LONGEST_NAME: Final = 100
_MOST: Final = 20  # of one account


class Tokens(Desk):
    """Makes and takes back personal tokens."""

    def tokens(self, user_id: int) -> list[TokenSummary]:
        """Return somebody's tokens, the oldest first."""
        with self._database.reading() as session:
            return [to_token(token) for token in session.scalars(select(Token).where(Token.user_id == user_id).order_by(Token.id))]

    def add_token(self, user_id: int, name: str, expires: datetime | None, *, by: Visitor, address: str | None) -> str:
        """Make a token.

        Args:
            user_id: whose.
            name: what its owner calls it.
            expires: when it is over; None for never.
            by: its owner; nobody else makes one.
            address: of the asker, on the network.

        Returns:
            The token. It is not kept, and cannot be shown again.

        Raises:
            NotAllowedError: `by` is somebody else.
            StateError: the account is not active, or has too many, or the name or the date cannot be taken.
        """
        must_be(user_id, by)
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise StateError("Please give the token a name, of at most 100 characters.")
        if expires is not None and expires <= self._clock():
            raise StateError("Please choose a date to come.")
        token = f"rfx_{secrets.token_urlsafe(32)}"
        with self._database.writing() as session:
            user = account(session, user_id, changing=True)
            if user.state != AccountState.ACTIVE:
                raise StateError("Only an active account has tokens.")
            if (session.scalar(select(func.count()).select_from(Token).where(Token.user_id == user_id)) or 0) >= _MOST:
                raise StateError("You have 20 tokens already. Please remove one.")
            session.add(Token(user_id=user_id, name=name, token_hash=token_hash(token), created=self._clock(), expires=expires))
            self._write(session, "made a token", user.username, name, by=by, address=address)
        return token

    def remove_token(self, user_id: int, token_id: int, *, by: Visitor, address: str | None) -> None:
        """Take a token back.

        Args:
            user_id: whose it is.
            token_id: which.
            by: its owner or an administrator.
            address: of the asker, on the network.

        Raises:
            NotAllowedError: `by` is somebody else.
            UnknownError: the account has no such token.
        """
        if not by.administers:
            must_be(user_id, by)
        with self._database.writing() as session:
            token = session.get(Token, token_id)
            if token is None or token.user_id != user_id:
                raise UnknownError("There is no such token.")
            self._write(session, "removed a token", token.user.username, token.name, by=by, address=address)
            session.delete(token)


def is_token(text: str) -> bool:
    """Tell whether something looks like a personal token."""
    return _FORM.fullmatch(text) is not None


def token_hash(token: str) -> str:
    """Return what is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
