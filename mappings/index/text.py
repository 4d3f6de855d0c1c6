"""Text as it is searched: folded, cut into words. One place, so that what is indexed and what is asked agree."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u036f\u200b-\u200f\ufeff]")
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_WORD: Final = re.compile(r"[^\W_]+")
_ELISION: Final = re.compile(r"\b(?:[cdjlmnst]|qu)['’ʼ](?=\w)")

MAX_WORD: Final = 80
"""Characters of a word that are looked at; what is longer is no word."""


def fold(text: str) -> str:
    """Return `text` without case, accents and compatibility forms: "L'Été ²" becomes "l'ete 2"."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())).translate(_LETTERS)


def words(text: str) -> list[str]:
    """Return the words of a folded text: runs of letters and digits, at most MAX_WORD characters of each."""
    found = _WORD.findall(text)
    if any(len(word) > MAX_WORD for word in found):
        return [word[:MAX_WORD] for word in found]
    return found


def without_elision(text: str) -> str:
    """Return a folded text without the French articles that lean on the next word ("l'ete", "d'albedo")."""
    return _ELISION.sub("", text) if "'" in text or "’" in text or "ʼ" in text else text


def word_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each word of an unfolded text begins and ends, and its folded form."""
    plain = text.isascii()
    for match in _WORD.finditer(text.lower() if plain else text):
        yield match.start(), match.end(), match[0] if plain else fold(match[0])


def code_variants(folded: list[str]) -> list[str]:
    """Return the codes among these words as people misread them: the letter o for each zero ("an0" as "ano")."""
    return [word.replace("0", "o") for word in folded if "0" in word and not word.isdigit()]
