"""Parts of the model as plain data (dictionaries, lists, texts, numbers) and back, by their type annotations.

What is as the class leaves it when nothing is said is left out, so that a member added to the model later changes nothing written before.
"""

import math
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from records.dates import Date

Make = Callable[[Any], Any]


def to_plain(value: object) -> object:
    """Return a value of the model as plain data."""
    if isinstance(value, Date):
        return value.text
    if is_dataclass(value) and not isinstance(value, type):
        members = {field.name: getattr(value, field.name) for field in fields(value)}
        said = {field.name for field in fields(value) if members[field.name] != field.default}
        return {name: to_plain(part) for name, part in members.items() if name in said or (not said and part not in {None, ()})}
    if isinstance(value, tuple):
        return [to_plain(part) for part in value]
    return value


def from_plain(hint: object, plain: object) -> object:
    """Return the value of the type `hint` that `plain` writes.

    Raises:
        ValueError: it writes none.
    """
    try:
        return _maker(hint)(plain)
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"not what is expected: {plain!r:.80}") from error


@cache
def _maker(hint: object) -> Make:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        inner = _maker(next(part for part in get_args(hint) if part is not type(None)))
        return lambda plain: None if plain is None else inner(plain)
    if origin is tuple:
        return _tuple_maker(get_args(hint))
    if isinstance(hint, type):
        return _class_maker(hint)
    raise TypeError(f"no part of the model: {hint}")


def _class_maker(kind: type[Any]) -> Make:
    if is_dataclass(kind) and kind is not Date:
        return _dataclass_maker(kind)
    if issubclass(kind, StrEnum | int):
        return cast("Make", kind)
    own: dict[type[Any], Make] = {Date: Date.parse, float: _number, str: _text}
    return own[kind]


def _text(plain: object) -> str:
    if not isinstance(plain, str):
        raise TypeError("not a text")
    if not plain.strip():
        raise TypeError("an empty text")
    return plain


def _number(plain: float | str) -> float:
    value = float(plain)
    if not math.isfinite(value):
        raise TypeError("not a number")
    return value


def _tuple_maker(parts: tuple[object, ...]) -> Make:
    if len(parts) == 2 and parts[1] is Ellipsis:
        inner = _maker(parts[0])
        return lambda plain: tuple(inner(part) for part in plain)
    makers = [_maker(part) for part in parts]
    return lambda plain: tuple(make(part) for make, part in zip(makers, plain, strict=True))


def _dataclass_maker(kind: type[Any]) -> Make:
    hints = get_type_hints(kind)
    makers = {field.name: _maker(hints[field.name]) for field in fields(kind)}
    needed = {field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING}

    def make(plain: dict[str, object]) -> object:
        if needed - plain.keys():
            raise TypeError(f"{kind.__name__} lacks {', '.join(sorted(needed - plain.keys()))}")
        return kind(**{name: makers[name](part) for name, part in plain.items()})

    return make
