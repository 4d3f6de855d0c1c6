"""What people fill in: the registration and the profile, and which of it is taken."""

import re
from dataclasses import dataclass, fields
from typing import Final, TypeVar

from accounts.codelists import Compression
from accounts.errors import RegistrationErrors
from accounts.mail import ADDRESS, LONGEST_ADDRESS
from accounts.visitors import RESERVED

_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{4,15}")
_LANGUAGES: Final = frozenset({"en", "fr"})
_LONGEST: Final = {
    "surname": 100,
    "first_name": 100,
    "middle_name": 100,
    "address": 500,
    "telephone": 50,
    "organisation": 200,
    "reasons": 2_000,
}
_OPTIONAL: Final = frozenset({"middle_name"})
_LINES: Final = frozenset({"address", "reasons"})
"""Fields of several lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What somebody tells of himself, and may change at any time.

    Attributes:
        middle_name: "" for none.
        address: by post; several lines.
        compression: how files of orders are compressed unless told otherwise, a value of `Compression`.
        language: of letters, "en" or "fr".
    """

    surname: str
    first_name: str
    middle_name: str = ""
    address: str
    telephone: str
    organisation: str
    compression: str = Compression.NONE
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Profile):
    """A request for an account.

    Attributes:
        username: the one wished for, 5 to 16 characters.
        reasons: why somebody asks, for the administrator; several lines.
    """

    username: str
    email: str
    reasons: str


Form = TypeVar("Form", bound=Profile)


def cleaned(form: Form) -> Form:
    """Return a form as it is kept: blanks at the ends off, lines ended alike, username and e-mail in lower case.

    Raises:
        RegistrationErrors: fields cannot be taken.
    """
    values = {field.name: _tidy(getattr(form, field.name)) for field in fields(form)}
    for name in ("username", "email"):
        if name in values:
            values[name] = values[name].lower()
    refused = {name: sentence for name, value in values.items() if (sentence := _refused(name, value))}
    if refused:
        raise RegistrationErrors(refused)
    return type(form)(**values)


def _tidy(value: str) -> str:
    return "\n".join(value.strip().splitlines())


def _refused(name: str, value: str) -> str | None:
    """Return why a field cannot be taken; None where it can."""
    match name:
        case "username":
            return refused_username(value)
        case "email":
            return refused_email(value)
        case "compression":
            return None if value in set(Compression) else "Please choose none, gzip, zip or tar."
        case "language":
            return None if value in _LANGUAGES else "Please choose English or French."
        case _:
            return _refused_text(name, value)


def refused_username(value: str) -> str | None:
    """Return why a username (in lower case) cannot be had; None where it can."""
    if not _USERNAME.fullmatch(value):
        return 'A username has 5 to 16 characters: letters a to z, digits, ".", "_" and "-"; it begins with a letter or digit.'
    return "This username is taken. Please choose another." if value in RESERVED else None


def refused_email(value: str) -> str | None:
    """Return why an e-mail address (in lower case) cannot be taken; None where it can."""
    good = len(value) <= LONGEST_ADDRESS and ADDRESS.fullmatch(value)
    return None if good else "Please give an e-mail address such as name@example.org."


def _refused_text(name: str, value: str) -> str | None:
    if not value:
        return None if name in _OPTIONAL else "Please fill in this field."
    if len(value) > _LONGEST[name]:
        return "This is too long."
    printable = value.replace("\n", "") if name in _LINES else value
    return None if printable.isprintable() else "This holds a character that cannot be kept."
