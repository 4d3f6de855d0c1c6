"""Values as UMM-C has them, where "Not provided" and its like stand for nothing."""

from collections.abc import Iterator
from typing import Final

from mappings.formats.shared.dif import codes
from mappings.formats.shared.json.parts import Members, parse_date
from mappings.rules import clean_text
from mappings.vocabularies.languages import language_code
from mappings.xml import legal
from records.dates import Date

_NOTHING: Final = {"not provided", "not applicable", "none", "na", "n/a"}
"""In small letters; "None" is what some made of a missing value."""


def line(members: Members, name: str) -> str | None:
    """The text of a member on one line."""
    found = members.text(name)
    return None if found is None or found.casefold() in _NOTHING else " ".join(found.split())


def lines(members: Members, name: str) -> tuple[str, ...]:
    """The texts of a member that is a list, each on one line."""
    return tuple(" ".join(found.split()) for found in members.texts(name) if found.casefold() not in _NOTHING)


def paragraphs(members: Members, name: str) -> str | None:
    """The text of a member as plain paragraphs, without markup."""
    value = members.values.get(name)
    if not isinstance(value, str):
        return line(members, name)
    found = clean_text(legal(value))
    return None if found is None or found.casefold() in _NOTHING else found


def date(members: Members, name: str) -> Date | None:
    """The date of a member."""
    written = line(members, name)
    return parse_date(written, members.problems, f"{members.path}/{name}") if written else None


def language(members: Members, name: str) -> str | None:
    """The language of a member, ISO 639-2/T, from its English name or its code."""
    written = line(members, name)
    if written is None:
        return None
    found = codes.LANGUAGE_CODES.get(written.casefold()) or language_code(written)
    if found is None:
        members.problems.add("unknown-language", f"{written[:80]!r} is no language", f"{members.path}/{name}")
    return found


def named(members: Members, name: str) -> Iterator[tuple[str, str | None, Members]]:
    """Yield short and long name (the long one alone stands for both) of each object of a member that is a list, and the object."""
    for inside in members.objects(name):
        short, long = line(inside, "ShortName"), line(inside, "LongName")
        if short is not None or long is not None:
            yield short or long or "", long if short else None, inside


def levels(members: Members, *names: str) -> str | None:
    """The levels of a hierarchical keyword, joined."""
    return " > ".join(filter(None, (line(members, name) for name in names))) or None
