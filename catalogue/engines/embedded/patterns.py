"""Patterns of LIKE, matched without going back: in time proportional to text and pattern, whatever somebody writes."""

import re
from collections.abc import Callable

Piece = str | None | bool
"""A piece of a pattern: literal text, None for any text, False for any one character."""


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
