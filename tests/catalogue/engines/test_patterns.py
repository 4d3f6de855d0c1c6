"""Patterns mean what a regular expression means, and never take long."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.engines.patterns import Piece, matcher

TEXTS = st.text("ab\n.*", max_size=12)


@given(pieces=st.lists(st.one_of(st.none(), st.just(False), st.text("ab.*", min_size=1, max_size=3)), max_size=7), text=TEXTS)  # noqa: FBT003
def test_a_pattern_means_what_a_regular_expression_means(pieces: list[Piece], text: str) -> None:
    expression = "".join(".*" if piece is None else "." if piece is False else re.escape(str(piece)) for piece in pieces)
    assert matcher(pieces)(text) is (re.fullmatch(expression, text, re.DOTALL) is not None)


@pytest.mark.parametrize("pieces", [[None, "a"] * 200 + ["b"], [None, "a", False] * 200 + [None, "b"], [False, "a"] * 500 + [None, "b"]])
def test_no_pattern_takes_long(pieces: list[Piece]) -> None:
    begun = time.perf_counter()
    assert not matcher(pieces)("a" * 100_000)
    assert time.perf_counter() - begun < 2
