"""Passwords: which are taken, how they are kept (argon2id), and temporary ones."""

import secrets
import unicodedata
from collections.abc import Iterable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from accounts.common import is_common
from accounts.errors import PasswordError

SHORTEST: Final = 10
LONGEST: Final = 200
EASY: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody takes for one another (no I, L, O, 0, 1)."""
_SHORTEST_NAME: Final = 4  # a name of three letters is in too many good passwords

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's first choice for argon2id: 19 MiB, two passes, one lane; many sign-ins at once do not fill the memory."""
_NOBODYS: Final = "$argon2id$v=19$m=19456,t=2,p=1$NAzcQBMIU5S0ms+EA/zqjw$5NnOgcy4iv8nH2Rl0vgALK0yryunaGKZYOwNI/axS0Q"
"""Verified against where there is no password, so that an unknown name takes as long as a wrong password. Nothing has this hash."""


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(_as_typed(password))


def fits(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one of which `kept` was kept; takes as long where there is none (None)."""
    usable = kept is not None and len(password) <= LONGEST
    try:
        _HASHER.verify(kept if kept is not None and usable else _NOBODYS, _as_typed(password[:LONGEST]))
    except VerifyMismatchError:
        return False
    return usable


def is_outdated(kept: str) -> bool:
    """Tell whether a password was kept with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def temporary() -> str:
    """Return a new temporary password: three groups of five, of 74 random bits."""
    return "-".join("".join(secrets.choice(EASY) for _ in range(5)) for _ in range(3))


def check(password: str, names: Iterable[str]) -> None:
    """Refuse a password that is too short, too long, common, or holds a name of its owner.

    Args:
        password: as typed.
        names: of the owner: username, e-mail address, surname, …

    Raises:
        PasswordError: it is refused; says why.
    """
    folded = _as_typed(password).casefold()
    if len(folded) < SHORTEST:
        raise PasswordError("The password must have at least 10 characters.")
    if len(password) > LONGEST or len(folded) > LONGEST:
        raise PasswordError("The password must have at most 200 characters.")
    parts = {part.casefold() for name in names for part in (name, *name.split("@")[:1])}
    if any(part in folded for part in parts if len(part) >= _SHORTEST_NAME):
        raise PasswordError("The password must not hold your name, your username or your e-mail address.")
    if is_common(folded):
        raise PasswordError("This password is one of those that are guessed first. Please choose another, such as four words by chance.")


def _as_typed(password: str) -> str:
    return unicodedata.normalize("NFKC", password)  # keyboards make "é" in more than one way
