"""Members of JSON objects: read, cleaned, and completed by members of our own for what the standard's do not hold exactly."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Final, TypeVar

from mappings.formats.shared.plain import Json, from_plain, to_plain, type_hints
from mappings.rules import clean_line
from mappings.xml import legal
from records.errors import FormatError

T = TypeVar("T")
_PARAGRAPHS: Final = re.compile(r"\n\s*\n")


def parse_json(content: bytes) -> Json:
    """Return the value of a JSON document in UTF-8, with or without byte order mark.

    Raises:
        FormatError: not UTF-8, not well-formed (with the line), or nested too deeply.
    """
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FormatError(f"not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise FormatError(f"not well-formed JSON: {error.msg}", line=error.lineno) from error
    except RecursionError as error:
        raise FormatError("the JSON is nested too deeply") from error
    except ValueError as error:  # Python reads no integer of more than 4,300 digits
        raise FormatError("the JSON holds a number that is too long") from error


def plain_text(text: str) -> str | None:
    """Return `text` stripped, without characters that XML cannot hold, paragraphs parted by one empty line; None when nothing is left."""
    paragraphs = (clean_line(paragraph) for paragraph in _PARAGRAPHS.split(legal(text)))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) or None


def completed(members: dict[str, Json], whole: T, read_back: Callable[[dict[str, Json]], T], key: Callable[[str], str]) -> dict[str, Json]:
    """Return `members` and, for each field of `whole` that they do not read back to, a member of our own.

    Args:
        members: the standard's members that `whole` was written to.
        whole: a dataclass of the model.
        read_back: reads the standard's members.
        key: the name of our own member for a field.
    """
    back = read_back(members)
    own = {
        key(field.name): to_plain(getattr(whole, field.name))
        for field in fields(whole)  # type: ignore[arg-type] # T is always a dataclass
        if field.compare and getattr(whole, field.name) != getattr(back, field.name)
    }
    return {**members, **own}


def own_members(kind: type, members: Mapping[str, Json], path: str, key: Callable[[str], str]) -> dict[str, Json]:
    """Return the values of the members that `completed` added, by field.

    Raises:
        ValueError: one of them holds no value of its field's type.
    """
    named = {key(name): name for name in type_hints(kind)}
    return {
        named[member]: from_plain(type_hints(kind)[named[member]], value, f"{path}/{member}", plain_text)
        for member, value in members.items()
        if member in named
    }
