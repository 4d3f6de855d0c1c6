"""Terms of vocabularies for somebody who types: GCMD science keywords and the Unified Astronomy Thesaurus."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from mappings.formats.shared.dif.codes import CONCEPT, SCIENCE_KEYWORDS
from records.codes import KeywordTypeCode
from records.model import Keyword

ASTRONOMY: Final = "Unified Astronomy Thesaurus"
_CONCEPTS_OF_ASTRONOMY: Final = "http://astrothesaurus.org/uat/"
_SHORTEST: Final = 2
"""Fewer characters suggest nothing: too many terms have them."""
_LONGEST: Final = 100
"""No more of what is typed is looked at; no word of a term is longer."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A term: the keyword, and its names as they are sought, the narrowest first."""

    keyword: Keyword
    names: tuple[str, ...]


def vocabulary_suggestions(prefix: str, limit: int = 8) -> list[Keyword]:
    """Return keywords of vocabularies that what was typed may be the beginning of.

    Case, accents and blanks to spare are of no account. First come terms whose narrowest level begins so, then those with another
    name, then those with a word that begins so; of these the shorter ones first. Fewer than two characters suggest nothing.
    """
    typed = _folded(prefix[:_LONGEST])
    if len(typed) < _SHORTEST:
        return []
    ranked = ((rank, term) for term in _terms() if (rank := _rank(term, typed)) is not None)
    best = sorted(ranked, key=lambda pair: (pair[0], len(pair[1].keyword.term), pair[1].keyword.term))
    return [term.keyword for _, term in best[:limit]]


def _rank(term: _Term, typed: str) -> int | None:
    """Return how well a term fits, 0 the best; None where it does not."""
    if term.names[0].startswith(typed):
        return 0
    if any(name.startswith(typed) for name in term.names[1:]):
        return 1
    return 2 if any(f" {typed}" in name for name in term.names) else None


def _folded(text: str) -> str:
    """Return a text without what is of no account when it is sought."""
    plain = "".join(character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character))
    return " ".join(plain.casefold().replace("-", " ").replace("/", " ").split())


@cache
def _terms() -> tuple[_Term, ...]:
    return (*_science_keywords(), *_concepts_of_astronomy())


def _rows(name: str) -> list[list[str]]:
    text = resources.files(__package__).joinpath("terms", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


def _science_keywords() -> list[_Term]:
    """The terms of three levels and more: category and topic alone are no keyword of a record."""
    return [
        _Term(
            Keyword(term=term, type=KeywordTypeCode.THEME, thesaurus=SCIENCE_KEYWORDS, uri=f"{CONCEPT}{uuid}"),
            (_folded(term.rpartition(" > ")[2]), _folded(term)),
        )
        for term, uuid in _rows("gcmd-science.tsv")
        if term.count(" > ") > 1
    ]


def _concepts_of_astronomy() -> list[_Term]:
    return [
        _Term(
            Keyword(term=name, type=KeywordTypeCode.THEME, thesaurus=ASTRONOMY, uri=f"{_CONCEPTS_OF_ASTRONOMY}{number}"),
            tuple(_folded(one) for one in (name, *others)),
        )
        for name, number, *others in _rows("uat.tsv")
    ]
