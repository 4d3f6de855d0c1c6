"""Conditions joined by AND, OR, NOT and parentheses, as CQL and CQL2 text write them; read without recursion, however deep."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pygeofilter import ast

from catalogue.protocols.filters.limits import check_depth, combined
from catalogue.protocols.filters.tokens import Kind, Tokens


@dataclass(slots=True)
class _Group:
    """What stands between two parentheses, as far as it is read.

    Attributes:
        alternatives: what OR has closed.
        together: what AND joins since then.
        negations: how many NOT stand before what comes next.
    """

    alternatives: list[ast.Node] = field(default_factory=list)
    together: list[ast.Node] = field(default_factory=list)
    negations: int = 0

    def take(self, node: ast.Node) -> None:
        """Add a condition, negated as often as was said."""
        for _ in range(self.negations):
            node = ast.Not(node)
        self.negations = 0
        self.together.append(node)

    def close(self) -> None:
        """Close an alternative."""
        self.alternatives.append(combined(ast.And, self.together))
        self.together = []

    def whole(self) -> ast.Node:
        """Return everything in it."""
        self.close()
        return combined(ast.Or, self.alternatives)


def conditions(tokens: Tokens, predicate: Callable[[Tokens], ast.Node]) -> ast.Node:
    """Return the tree of all tokens; `predicate` reads one predicate.

    Raises:
        QueryError: they are no condition, or nested too deeply.
    """
    groups = [_Group()]
    while True:
        _open(groups, tokens)
        groups[-1].take(predicate(tokens))
        while not _joined(groups[-1], tokens):
            if len(groups) == 1:
                if tokens.next.kind is not Kind.END:
                    raise tokens.fault("AND, OR or the end")
                return groups[0].whole()
            tokens.expect(")")
            inner = groups.pop().whole()
            groups[-1].take(inner)


def _open(groups: list[_Group], tokens: Tokens) -> None:
    """Pass over the negations and parentheses before a predicate."""
    while word := tokens.accept("NOT", "("):
        if word == "NOT":
            groups[-1].negations += 1
        else:
            groups.append(_Group())
        check_depth(len(groups) - 1 + sum(group.negations for group in groups))


def _joined(group: _Group, tokens: Tokens) -> bool:
    """Return whether AND or OR comes next, and pass over it."""
    word = tokens.accept("AND", "OR")
    if word == "OR":
        group.close()
    return word is not None
