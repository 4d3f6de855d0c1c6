"""Text as it is searched: folded, cut into words. One place, so that what is indexed and what is asked agree."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u036f\u200b-\u200f\ufeff]")
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
MAX_WORD: Final = 80
"""Characters of a word; what is longer is cut into words of so many."""

_WORD: Final = re.compile(rf"[^\W_]{{1,{MAX_WORD}}}")
_PLAIN_WORD: Final = re.compile(rf"[a-z0-9]{{1,{MAX_WORD}}}")
_ELISION: Final = re.compile(r"(?<![\w'’])(?:[cdjlmnst]|qu)['’ʼ](?=\w)")


def fold(text: str) -> str:
    """Return `text` without case, accents and compatibility forms: "L'Été ²" becomes "l'ete 2"."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())).translate(_LETTERS)


def words(text: str) -> list[str]:
    """Return the words of a folded text: runs of letters and digits."""
    return (_PLAIN_WORD if text.isascii() else _WORD).findall(text)


def without_elision(text: str) -> str:
    """Return a folded text without the French articles that lean on the next word ("l'ete", "d'albedo")."""
    return _ELISION.sub("", text) if "'" in text or "’" in text or "ʼ" in text else text


def word_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each word of an unfolded text begins and ends, and its folded form."""
    plain = text.isascii()
    for match in _WORD.finditer(text.lower() if plain else text):
        yield match.start(), match.end(), match[0] if plain else fold(match[0])


def code_variants(folded: Iterable[str]) -> list[str]:
    """Return the codes among these words as people misread them: the letter o for each zero ("an0" as "ano")."""
    return [word.replace("0", "o") for word in folded if "0" in word and not word.isdigit()]
