"""Parts of the model as JSON members, and back: dataclasses are objects without their empty members, dates are ISO 8601, codes their value.

What comes back is held to what `records.model` promises; a member that breaks it raises ValueError with the place, and is not taken.
"""

import json
import re
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from mappings.rules import MOST, clean_line
from records.dates import Date
from records.errors import FormatError

T = TypeVar("T")
Json = Any
"""What JSON can hold; parsed JSON has no narrower type."""

Kind = Any
"""A type of the model, which may be a union or a tuple of types and so is no `type`."""

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
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
    paragraphs = (clean_line(paragraph) for paragraph in _PARAGRAPHS.split(_NOT_XML.sub("", text)))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) or None


def to_member(value: object) -> Json:
    """Return a value of the model as JSON."""
    match value:
        case Date():
            return value.text
        case Enum():
            return value.value
        case tuple():
            return [to_member(item) for item in value]
        case _ if is_dataclass(value):
            return {field.name: to_member(held) for field in fields(value) if not _is_default(field, held := getattr(value, field.name))}
        case _:
            return value


def _is_default(field: Field[Any], value: object) -> bool:
    return field.default is not MISSING and value == field.default


def from_member(kind: Kind, value: Json, path: str) -> Json:
    """Return the value of type `kind` that the JSON `value` holds.

    Args:
        kind: a type of the model: a dataclass, a code list, `Date`, `str`, `int`, `float`, or a tuple or an optional of these.
        value: the JSON.
        path: JSON pointer of the value, for the message.

    Raises:
        ValueError: it holds none; the message says where.
    """
    origin: object = get_origin(kind)
    arguments = get_args(kind)
    if origin in {Union, types.UnionType}:
        return None if value is None else from_member(next(a for a in arguments if a is not types.NoneType), value, path)
    if origin is tuple:
        return _sequence(arguments, value, path)
    if is_dataclass(kind) and kind is not Date:
        return _object(kind, value, path)
    return _single(kind, value, path)


def _sequence(arguments: tuple[Any, ...], value: Json, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list) or (arguments[-1] is not Ellipsis and len(value) != len(arguments)):
        raise ValueError(f"{path} is no list of the right length")
    kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
    found = [from_member(kind, item, f"{path}/{index}") for index, (kind, item) in enumerate(zip(kinds, value, strict=True))]
    return tuple(found)


def _object(kind: Kind, value: Json, path: str) -> Json:
    if not isinstance(value, dict):
        raise ValueError(f"{path} is no object")  # noqa: TRY004 # to the reader it is a bad value, as all others
    hints = type_hints(kind)
    known = {name: from_member(hints[name], item, f"{path}/{name}") for name, item in value.items() if name in hints}
    try:
        return kind(**known)
    except TypeError as error:
        raise ValueError(f"{path} lacks a member") from error


def _single(kind: Kind, value: Json, path: str) -> Json:
    if kind is str and isinstance(value, str) and (text := plain_text(value)) is not None:
        return text
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
        return float(value)
    if kind is int and isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST:
        return value
    if isinstance(value, str) and kind is Date:
        return Date.parse(value)
    if isinstance(value, str) and isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    raise ValueError(f"{path} holds {json.dumps(value)[:80]}, which is not what belongs there")


@cache
def type_hints(kind: type) -> Mapping[str, Any]:
    """Return the types of a dataclass's fields."""
    return get_type_hints(kind)


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
        key(field.name): to_member(getattr(whole, field.name))
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
        named[member]: from_member(type_hints(kind)[named[member]], value, f"{path}/{member}")
        for member, value in members.items()
        if member in named
    }
