"""Parts of the model as plain data, which JSON can hold, and back.

Dataclasses are objects without their empty members, dates are ISO 8601, codes their value. What is as the class leaves it when
nothing is said is left out, so that a member added to the model later changes nothing written before. What comes back is held to what
`records.model` promises; what breaks it raises ValueError with the place, and is not taken.
"""

import json
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from mappings.rules import MOST
from records.dates import Date

Json = Any
"""What JSON can hold; parsed JSON has no narrower type."""

Kind = Any
"""A type of the model, which may be a union or a tuple of types and so is no `type`."""

Clean = Callable[[str], str | None]
"""What makes a text of the model of a text that was written: None where it says nothing."""


def to_plain(value: object) -> Json:
    """Return a value of the model as plain data."""
    match value:
        case Date():
            return value.text
        case Enum():
            return value.value
        case tuple():
            return [to_plain(item) for item in value]
        case _ if is_dataclass(value):
            return {field.name: to_plain(held) for field in fields(value) if not _is_default(field, held := getattr(value, field.name))}
        case _:
            return value


def _is_default(field: Field[Any], value: object) -> bool:
    return field.default is not MISSING and value == field.default


def to_the_letter(written: str) -> str | None:
    """Return a text as it is; None for blanks."""
    return written if written.strip() else None


def from_plain(kind: Kind, value: Json, path: str, clean: Clean = to_the_letter) -> Json:
    """Return the value of type `kind` that plain data hold.

    Args:
        kind: a type of the model: a dataclass, a code list, `Date`, `str`, `int`, `float`, or a tuple or an optional of these.
        value: the plain data.
        path: where they stand, for the message.
        clean: how a text is taken.

    Raises:
        ValueError: they hold none; the message says where.
    """
    origin: object = get_origin(kind)
    arguments = get_args(kind)
    if origin in {Union, types.UnionType}:
        return None if value is None else from_plain(next(a for a in arguments if a is not types.NoneType), value, path, clean)
    if origin is tuple:
        return _sequence(arguments, value, path, clean)
    if is_dataclass(kind) and kind is not Date:
        return _object(kind, value, path, clean)
    return _single(kind, value, path, clean)


def _sequence(arguments: tuple[Any, ...], value: Json, path: str, clean: Clean) -> tuple[Any, ...]:
    if not isinstance(value, list) or (arguments[-1] is not Ellipsis and len(value) != len(arguments)):
        raise ValueError(f"{path} is no list of the right length")
    kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
    found = [from_plain(kind, item, f"{path}/{index}", clean) for index, (kind, item) in enumerate(zip(kinds, value, strict=True))]
    return tuple(found)


def _object(kind: Kind, value: Json, path: str, clean: Clean) -> Json:
    if not isinstance(value, dict):
        raise ValueError(f"{path} is no object")  # noqa: TRY004 # to the reader it is a bad value, as all others
    hints = type_hints(kind)
    known = {name: from_plain(hints[name], item, f"{path}/{name}", clean) for name, item in value.items() if name in hints}
    try:
        return kind(**known)
    except TypeError as error:
        raise ValueError(f"{path} lacks a member") from error


_LARGEST: Final = sys.float_info.max


def _single(kind: Kind, value: Json, path: str, clean: Clean) -> Json:
    if kind is str and isinstance(value, str) and (text := clean(value)) is not None:
        return text
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST:
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
