"""CQL2 JSON (OGC 21-065r2, annex C), parsed JSON already. What is understood is the same as in CQL2 text.

An error names the JSON pointer (RFC 6901) of what is wrong; "" is the whole.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from pygeofilter import ast, values

from catalogue.protocols.filters.cql2 import ARRAY, SPATIAL, TEMPORAL
from catalogue.protocols.filters.geometries import LEVELS, box_of, collection, geometry, number_of
from catalogue.protocols.filters.limits import Tally, affordable, check_depth, combined
from catalogue.protocols.filters.names import queryable_of
from catalogue.protocols.filters.predicates import Maker, Term, between, comparison, date_of, is_null, like, one_of, period, prop
from records.errors import QueryError

_COMBINATIONS: Final = {"and": ast.And, "or": ast.Or}
_OF_TWO: Final[Mapping[str, Maker]] = {
    "=": comparison(ast.Equal),
    "<>": comparison(ast.NotEqual),
    "<": comparison(ast.LessThan),
    "<=": comparison(ast.LessEqual),
    ">": comparison(ast.GreaterThan),
    ">=": comparison(ast.GreaterEqual),
    "like": like,
    **SPATIAL,
    **TEMPORAL,
    **ARRAY,
}
_ARITHMETIC: Final = {"+", "-", "*", "/", "%", "div", "^"}
_CRS84: Final = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}


def parse_cql2_json(value: object) -> ast.Node:
    """Return the tree of a filter in CQL2 JSON.

    Raises:
        QueryError: it is none, or says what is not understood; the message ends with the pointer of the place.
    """
    return affordable(_Reader().condition(value, "", 1))


def _refusal(sentence: str, pointer: str) -> QueryError:
    return QueryError(f"{sentence} (at {pointer or 'the top of the filter'})", parameter="filter")


@contextmanager
def _at(pointer: str) -> Iterator[None]:
    """Add the pointer to what is refused within."""
    try:
        yield
    except QueryError as error:
        raise QueryError(f"{error} (at {pointer or 'the top of the filter'})", parameter=error.parameter) from error


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one filter."""

    tally: Tally = field(default_factory=Tally)

    def condition(self, value: object, pointer: str, level: int) -> ast.Node:
        """Return the tree of one condition, `level` deep in the filter."""
        if isinstance(value, bool):
            self.tally.count()
            return ast.Include(not_=not value)
        name, arguments = _operation(value, pointer)
        if name not in _COMBINATIONS and name != "not":
            self.tally.count()
            return self._predicate(name, arguments, pointer)
        check_depth(level)
        parts = [self.condition(part, f"{pointer}/args/{at}", level + 1) for at, part in enumerate(arguments)]
        if name == "not":
            _count(name, arguments, 1, pointer)
            return ast.Not(parts[0])
        if not parts:
            raise _refusal(f"{name!r} joins no conditions", f"{pointer}/args")
        return combined(_COMBINATIONS[name], parts)

    def _predicate(self, name: str, arguments: list[object], pointer: str) -> ast.Node:
        if name in _OF_TWO:
            _count(name, arguments, 2, pointer)
            left, right = self._terms(arguments, pointer)
            with _at(pointer):
                return _OF_TWO[name](left, right)
        if name == "between":
            _count(name, arguments, 3, pointer)
            subject, low, high = self._terms(arguments, pointer)
            with _at(pointer):
                return between(subject, low, high)
        if name == "in":
            _count(name, arguments, 2, pointer)
            subject, choices = self._terms(arguments, pointer)
            if not isinstance(choices.value, tuple) or not choices.value:
                raise _refusal("'in' has a list of at least one value", f"{pointer}/args/1")
            with _at(pointer):
                return one_of(subject, choices.value)
        if name == "isnull":
            _count(name, arguments, 1, pointer)
            (subject,) = self._terms(arguments, pointer)
            with _at(pointer):
                return is_null(subject)
        raise _not_understood(name, pointer)

    def _terms(self, arguments: list[object], pointer: str) -> list[Term]:
        return [self._term(argument, f"{pointer}/args/{at}") for at, argument in enumerate(arguments)]

    def _term(self, value: object, pointer: str) -> Term:
        """Return a property or a value, "casei" and "accenti" around it taken note of."""
        if isinstance(value, list):
            self.tally.count(len(value))
            return Term(value=tuple(_scalar(each, f"{pointer}/{at}") for at, each in enumerate(value)))
        return _scalar(value, pointer)


def _operation(value: object, pointer: str) -> tuple[str, list[object]]:
    """Return the folded name of an operation, and its arguments."""
    if not isinstance(value, dict):
        raise _refusal("a condition is an object with op and args, or true or false", pointer)
    name, arguments = value.get("op"), value.get("args")
    if not isinstance(name, str):
        raise _refusal("a condition has an op, which is a text", pointer)
    if not isinstance(arguments, list):
        raise _refusal(f"{name[:80]!r} has args, which are a list", pointer)
    _alone(value, {"op", "args"}, pointer)
    return name.casefold(), arguments


def _alone(value: Mapping[str, object], known: set[str], pointer: str) -> None:
    other = next((name for name in value if name not in known), None)
    if other is not None:
        raise _refusal(f"{str(other)[:80]!r} has no meaning beside {', '.join(sorted(known))}", pointer)


def _count(name: str, arguments: list[object], wanted: int, pointer: str) -> None:
    if len(arguments) != wanted:
        raise _refusal(f"{name!r} has {wanted} args, not {len(arguments)}", f"{pointer}/args")


def _not_understood(name: str, pointer: str) -> QueryError:
    what = "arithmetic" if name in _ARITHMETIC else "the function or operator"
    return _refusal(f"{what} {name[:80]!r} is not understood", pointer)


def _scalar(value: object, pointer: str) -> Term:
    functions: list[str] = []
    while isinstance(value, dict) and "op" in value:
        name, arguments = _operation(value, pointer)
        if name not in {"casei", "accenti"}:
            raise _not_understood(name, pointer)
        _count(name, arguments, 1, pointer)
        functions.append(name)
        check_depth(len(functions))
        value, pointer = arguments[0], f"{pointer}/args/0"
    found = _plain(value, pointer)
    return replace(found, caseless="casei" in functions, accentless="accenti" in functions)


def _plain(value: object, pointer: str) -> Term:
    if isinstance(value, str | bool):
        return Term(value=value)
    if isinstance(value, int | float):
        with _at(pointer):
            number_of(value)  # JSON as Python reads it has infinity
        return Term(value=value)
    if not isinstance(value, dict):
        raise _refusal("a property or a value is expected", pointer)
    for key, read in _OBJECTS.items():
        if key in value:
            if key != "type":
                _alone(value, {key}, pointer)
            return read(value, pointer)
    if "function" in value:
        raise _refusal("functions are not understood", pointer)
    raise _refusal("an object here is a property, date, timestamp, interval, bbox or a GeoJSON geometry", pointer)


def _property(value: Mapping[str, object], pointer: str) -> Term:
    name = _text(value["property"], f"{pointer}/property")
    with _at(f"{pointer}/property"):
        return prop(queryable_of(name))


def _text(value: object, pointer: str) -> str:
    if not isinstance(value, str):
        raise _refusal("a text is expected", pointer)
    return value


def _date(value: Mapping[str, object], pointer: str) -> Term:
    (key,) = value
    text = _text(value[key], f"{pointer}/{key}")
    with _at(f"{pointer}/{key}"):
        return Term(value=date_of(text, "filter"))


def _interval(value: Mapping[str, object], pointer: str) -> Term:
    pointer = f"{pointer}/interval"
    ends = value["interval"]
    if not isinstance(ends, list) or len(ends) != 2:
        raise _refusal("an interval is a list of two dates", pointer)
    begin, end = (_text(side, f"{pointer}/{at}") for at, side in enumerate(ends))
    with _at(pointer):
        return Term(value=period(begin, end, "filter"))


def _bbox(value: Mapping[str, object], pointer: str) -> Term:
    pointer = f"{pointer}/bbox"
    numbers = value["bbox"]
    if not isinstance(numbers, list) or any(isinstance(number, str) for number in numbers):
        raise _refusal("a bbox is a list of numbers", pointer)
    with _at(pointer):
        return Term(value=box_of([number_of(number) for number in numbers]))


def _geometry(value: Mapping[str, object], pointer: str) -> Term:
    """Return a GeoJSON geometry (RFC 7946), in CRS84 as it has to be."""
    if value["type"] != "GeometryCollection":
        return Term(value=_simple(value, pointer))
    parts = value.get("geometries")
    if not isinstance(parts, list):
        raise _refusal("a GeometryCollection has a list of geometries", pointer)
    _in_crs84(value, pointer)
    made = [_simple(part, f"{pointer}/geometries/{at}") for at, part in enumerate(parts)]
    with _at(f"{pointer}/geometries"):
        return Term(value=collection(made))


def _simple(value: object, pointer: str) -> values.Geometry:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str) or kind not in LEVELS:
        raise _refusal(f"a geometry is an object whose type is one of {', '.join(LEVELS)}", pointer)
    _in_crs84(value, pointer)
    with _at(f"{pointer}/coordinates"):
        return geometry(kind, value.get("coordinates"))


def _in_crs84(value: Mapping[str, object], pointer: str) -> None:
    match value.get("crs"):
        case None:
            return
        case {"properties": {"name": str(name)}} if name in _CRS84:
            return
        case _:
            raise _refusal("geometries are in CRS84, longitude first; another crs is not read here", f"{pointer}/crs")


_OBJECTS: Final[Mapping[str, Callable[[Mapping[str, object], str], Term]]] = {
    "type": _geometry,  # first, since a geometry may have a bbox beside its coordinates
    "property": _property,
    "date": _date,
    "timestamp": _date,
    "interval": _interval,
    "bbox": _bbox,
}
