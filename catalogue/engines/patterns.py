"""Patterns of LIKE, matched without going back: in time proportional to text and pattern, whatever somebody writes."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from pygeofilter import ast

from mappings.index.text import fold

Piece = str | None | bool
"""A piece of a pattern: literal text, None for any text, False for any one character."""

_SPECIAL: Final = frozenset("\\.+*?()|[]{}^$")


def pieces_of(node: ast.Like, *, folded: bool) -> list[Piece]:
    """Return the pieces of the pattern of a LIKE; the literal ones folded where asked."""
    pattern = str(node.pattern)
    pieces: list[Piece] = []
    literal: list[str] = []

    def close() -> None:
        if literal:
            pieces.append(fold("".join(literal)) if folded else "".join(literal))
            literal.clear()

    position = 0
    while position < len(pattern):
        rest = pattern[position:]
        if node.escapechar and rest.startswith(node.escapechar) and len(rest) > len(node.escapechar):
            literal.append(rest[len(node.escapechar)])
            position += len(node.escapechar) + 1
        elif node.wildcard and rest.startswith(node.wildcard):
            close()
            pieces.append(None)
            position += len(node.wildcard)
        elif node.singlechar and rest.startswith(node.singlechar):
            close()
            pieces.append(False)
            position += len(node.singlechar)
        else:
            literal.append(rest[0])
            position += 1
    close()
    return pieces


def words_of(pieces: list[Piece]) -> list[list[Piece]]:
    """Return a pattern cut at what stands between words."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        if not isinstance(piece, str):
            found[-1].append(piece)
            if piece is None:  # it may reach from one word into another
                found.append([None])
            continue
        for number, part in enumerate(re.split(r"[\W_]+", piece)):
            if number:
                found.append([])
            if part:
                found[-1].append(part)
    return [part for part in found if any(isinstance(piece, str) for piece in part)]


def regex(pieces: Sequence[Piece]) -> str:
    """Return a pattern as a regular expression, in tantivy's dialect and in Python's."""
    return "".join(".*" if piece is None else "." if piece is False else escape(str(piece)) for piece in pieces)


def escape(text: str) -> str:
    """Return a regular expression that matches just this text, in tantivy's dialect and in Python's."""
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def matcher(pieces: list[Piece]) -> Callable[[str], bool]:
    """Return what tells whether a whole text matches.

    Between two "any text" stands a run of known length, and the first place where it fits is as good as any further on. So "a%b_c%d" is:
    begins with "a", then somewhere "b_c", ends with "d" behind that.
    """
    runs = _runs(pieces)
    first, last = _compiled(runs[0]), _compiled(runs[-1])
    middle = [_compiled(run) for run in runs[1:-1] if run]
    size = _size(runs[-1])

    def matches(text: str) -> bool:
        if len(runs) == 1:
            return first.fullmatch(text) is not None
        found = first.match(text)
        for run in middle:
            found = run.search(text, found.end()) if found is not None else None
        return found is not None and len(text) - size >= found.end() and last.match(text, len(text) - size) is not None

    return matches


def _runs(pieces: list[Piece]) -> list[list[str | bool]]:
    runs: list[list[str | bool]] = [[]]
    for piece in pieces:
        if piece is None:
            runs.append([])
        else:
            runs[-1].append(piece)
    return runs


def _compiled(run: list[str | bool]) -> re.Pattern[str]:
    """Return a run as an expression without repetition, so that there is nothing to go back to."""
    return re.compile("".join("." if piece is False else re.escape(str(piece)) for piece in run), re.DOTALL)


def _size(run: list[str | bool]) -> int:
    return sum(1 if piece is False else len(str(piece)) for piece in run)
