"""Edits as people type them, made into values as the model has them, or refused."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, Final

from mappings.coordinates import is_sound
from mappings.editing.edits import EditError, Edits
from mappings.formats.shared.iso.carrying import plain_value
from mappings.rules import has_markup
from mappings.xml import legal
from records.dates import Date, TimeInterval
from records.model import Contact, Extent, Keyword, Link, Record

_MOST_CHARACTERS: Final = 200_000
"""No text of a record has more; the longest abstract known to us has 20,000."""
_MOST_VALUES: Final = 3_000
"""No list of a record has more; the longest list of keywords known to us has 1,259."""
_COMPLAINTS: Final[tuple[tuple[type, Callable[[Any], bool], str], ...]] = (
    (Contact, lambda contact: bool(contact.individual or contact.organisation or contact.position), "A contact needs a name."),
    (Keyword, lambda keyword: bool(keyword.term), "A keyword needs a word."),
    (Link, lambda link: bool(link.url), "A link needs an address."),
    (Extent, is_sound, "A place needs coordinates that are on the map, or a name."),
    (TimeInterval, lambda interval: interval != TimeInterval(), "A time needs a beginning or an end."),
)
"""What a value of each type must have, and what is said where it does not."""


def tidied(edits: Edits, record: Record) -> dict[str, Any]:
    """Return the fields that are edited with their values: new texts without blanks to spare, what is empty left out.

    Raises:
        EditError: a value says nothing, is not on the map, is too long, has markup, or characters that no document can hold.
    """
    found: dict[str, Any] = {}
    for name, value in edits.given().items():
        present = getattr(record, name)
        if isinstance(value, tuple) and len(value) > max(_MOST_VALUES, len(present)):
            raise EditError(f"There are more than {_MOST_VALUES:,} of them.", field=name)
        if isinstance(value, tuple):
            found[name] = tuple(dict.fromkeys(one if one in present else _tidied(one, name) for one in value))
        else:
            found[name] = value if value == present else _tidied(value, name)
    if "title" in found and not found["title"]:
        raise EditError("A record needs a title.", field="title")
    if "datestamp" in found and not isinstance(found["datestamp"], Date):
        raise EditError("The date of the metadata cannot be taken away.", field="datestamp")
    return found


def _tidied(value: Any, field: str) -> Any:  # noqa: ANN401 - a value of any field
    if any(len(text) > _MOST_CHARACTERS for text in _texts(value)):
        raise EditError(f"It has more than {_MOST_CHARACTERS:,} characters.", field=field)
    if any(legal(text) != text for text in _texts(value)):
        raise EditError("It has characters that no document can hold; they cannot be seen, and often come with copied text.", field=field)
    if any(has_markup(text) for text in _texts(value)):
        raise EditError("It has markup, such as <b> or <sub>, which no text of a record keeps.", field=field)
    tidy = _without_empty(plain_value(value, field))
    for kind, is_complete, complaint in _COMPLAINTS:
        if isinstance(tidy, kind) and not is_complete(tidy):
            raise EditError(complaint, field=field)
    return tidy


def _texts(value: object) -> list[str]:
    """Return all texts in a value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for one in value for text in _texts(one)]
    if is_dataclass(value) and not isinstance(value, type):
        return [text for part in fields(value) for text in _texts(getattr(value, part.name))]
    return []


def _without_empty(value: Any) -> Any:  # noqa: ANN401 - a value of any field
    """Return a value with None in the place of texts that are empty, and lists of texts without them."""
    match value:
        case Enum() | Date() | TimeInterval():
            return value
        case str():
            return value if value.strip() else None
        case tuple() if any(isinstance(one, str) for one in value):
            return tuple(one for one in value if one.strip())
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{part.name: _without_empty(getattr(value, part.name)) for part in fields(value)})
        case _:
            return value
