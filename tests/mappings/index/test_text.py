"""Folding and cutting: what is indexed and what is asked meet here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.index.text import code_variants, fold, without_elision, word_spans, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L'Été", "l'ete"),
        ("ŒUVRE Æ ß", "oeuvre ae ss"),
        ("ﬁn ²", "fin 2"),
        ("ΆΛΦΑ", "αλφα"),
        ("Ñunç", "nunc"),
        ("İstanbul", "istanbul"),
        ("a\u0301b", "ab"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_words() -> None:
    assert words("an0_starwind sea-ice (l'ete), 100 % x" + "y" * 100) == [
        "an0",
        "starwind",
        "sea",
        "ice",
        "l",
        "ete",
        "100",
        "x" + "y" * 79,
        "y" * 21,
    ]


@given(st.text(max_size=60))
def test_spans_are_the_words(text: str) -> None:
    spans = list(word_spans(text))
    assert all(fold(text[begin:end]) == word for begin, end, word in spans)


def test_elision_and_codes() -> None:
    assert without_elision("l'ete d’albedo qu'il rock'n'roll") == "ete albedo il rock'n'roll"
    assert code_variants(["an0", "2007", "ocean", "en00"]) == ["ano", "enoo"]
