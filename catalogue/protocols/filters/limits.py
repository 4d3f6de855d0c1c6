"""How large a filter may be, and trees that stay shallow."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pygeofilter import ast

from mappings.index.fields import FIELDS, Kind
from records.errors import QueryError

MAX_DEPTH: Final = 100
"""Levels of a filter: negations, combinations and parentheses in each other; a chain of the same operator is one."""
MAX_CONDITIONS: Final = 10_000
"""Conditions of a filter; each value of a list counts as one."""
MAX_TEXT: Final = 64 * 1024
"""Characters of a filter that is written as text."""
MAX_PATTERN: Final = 2000
"""Characters of a pattern (LIKE)."""
MAX_POSITIONS: Final = 10_000
"""Positions of a geometry."""

MAX_EFFORT: Final = 200
"""What a filter may ask of the catalogue: 1 for each pattern and each order of texts, 10 for each condition that records are read for."""


@dataclass(slots=True)
class Tally:
    """Counts the conditions of one filter while it is read."""

    conditions: int = 0

    def count(self, more: int = 1) -> None:
        """Count conditions.

        Raises:
            QueryError: they are too many.
        """
        self.conditions += more
        if self.conditions > MAX_CONDITIONS:
            raise QueryError(f"the filter has more than {MAX_CONDITIONS:,} conditions", parameter="filter")


def check_depth(levels: int) -> None:
    """Refuse a filter that is nested too deeply.

    Raises:
        QueryError: it is.
    """
    if levels > MAX_DEPTH:
        raise QueryError(f"the filter is nested more than {MAX_DEPTH} levels deep", parameter="filter")


def combined(kind: type[ast.Combination], parts: Iterable[ast.Node]) -> ast.Node:
    """Return And or Or of at least one part as a balanced tree, so that nothing that walks it goes deep."""
    level = list(parts)
    while len(level) > 1:
        pairs = [kind(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def affordable(node: ast.Node) -> ast.Node:
    """Return a filter that the catalogue can answer in reasonable time.

    Raises:
        QueryError: it has too many conditions that no index answers.
    """
    effort = 0
    waiting: list[object] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Node):
            effort += _effort(part)
            waiting.extend(vars(part).values())
    if effort > MAX_EFFORT:
        raise QueryError("the filter has too many patterns, geometries or comparisons of long texts; ask in parts", parameter="filter")
    return node


def _effort(node: ast.Node) -> int:
    effort = 0
    match node:
        case ast.SpatialComparisonPredicate() | ast.BBox() | ast.ArrayPredicate():
            effort = 10
        case ast.Like(lhs=ast.Attribute(name=name)):
            effort = max(1, _of_reading(str(name)))
        case ast.In(lhs=ast.Attribute(name=name), sub_nodes=values):
            effort = _of_reading(str(name)) * len(values)
        case ast.Between(lhs=ast.Attribute(name=name)):
            effort = 2 * _of_order(str(name))
        case ast.Equal(lhs=ast.Attribute(name=name)) | ast.NotEqual(lhs=ast.Attribute(name=name)):
            effort = _of_reading(str(name))
        case ast.Comparison(lhs=ast.Attribute(name=name)):
            effort = _of_order(str(name))
    return effort


def _of_reading(name: str) -> int:
    """Return the effort of comparing a field: long texts are compared on the records themselves."""
    field = FIELDS[name]
    return 10 if field.kind is Kind.TEXT and not field.whole and field.name != "anytext" else 0


def _of_order(name: str) -> int:
    """Return the effort of asking which values of a field come before or behind one: of texts all values are looked at."""
    return max(1 if FIELDS[name].kind in {Kind.TEXT, Kind.KEYWORD} else 0, _of_reading(name))
