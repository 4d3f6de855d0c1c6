"""The nearest words that occur, for a word that occurs nowhere."""

import string
from collections.abc import Iterable
from typing import Final

from catalogue.engines.vocabulary import Vocabulary

NEAREST: Final = 4
"""So many words at most stand in for one that does not occur."""


_BEGINNINGS: Final = string.ascii_lowercase + string.digits


def edits_allowed(word: str) -> int:
    """Return how many slips of the pen a word of this length may hold."""
    if len(word) < 4 or word.isdigit():
        return 1 if len(word) == 3 and word.isalpha() else 0
    return 1 if len(word) < 6 else 2


def distance(one: str, other: str, limit: int) -> int:
    """Return how many letters have to be put in, left out, changed or swapped with their neighbour; `limit` + 1 for more than `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            cost = last[j - 1] if left == right else 1 + min(last[j - 1], last[j], row[j - 1])
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


def nearest_words(vocabulary: Vocabulary, word: str) -> list[tuple[str, int]]:
    """Return the words of the catalogue that `word` most likely stands for, with their distances, likeliest first; [] for none.

    Those at the least distance; among these the ones with the same first letter, then those of more records. Words that differ in their
    first letter are looked at where none has the same one.
    """
    limit = edits_allowed(word)
    if not limit:
        return []
    alike = _near(vocabulary.alike(word), word, limit)
    if not alike or alike[0][1] > 1:
        alike = [*((found, 1) for found in _otherwise_begun(vocabulary, word)), *alike]
    return [(found, far) for found, far in alike if far == alike[0][1]][:NEAREST]


def _otherwise_begun(vocabulary: Vocabulary, word: str) -> list[str]:
    """Return the words one slip away that begin with another letter or digit, the more frequent first.

    They are made and looked up, a few dozen, rather than sought in the whole dictionary.
    """
    made = {letter + rest for letter in _BEGINNINGS for rest in (word, word[1:])} | {word[1:], word[1::-1] + word[2:]}
    frequency = vocabulary.occurring(term for term in made if term[0] != word[0] and (term.isalpha() or not word.isalpha()))
    return sorted(frequency, key=lambda term: (-frequency[term], term))


def _near(terms: Iterable[str], word: str, limit: int) -> list[tuple[str, int]]:
    """Return the terms within `limit`, nearest first, then the more frequent (the order in which they come)."""
    size, letters, plain = len(word), set(word), word.isalpha()
    found = []
    for term in terms:
        if abs(len(term) - size) > limit or (plain and not term.isalpha()) or len(letters.difference(term)) > limit or term == word:
            continue
        far = distance(word, term, limit)
        if far <= limit:
            found.append((term, far))
    found.sort(key=lambda pair: pair[1])
    return found
