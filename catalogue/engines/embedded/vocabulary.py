"""The words of the records, from tantivy's dictionaries."""

from collections.abc import Iterable, Iterator, Sequence

from tantivy import Query, Searcher

from catalogue.engines.embedded.answers import count
from catalogue.engines.embedded.clauses import both, term
from catalogue.engines.embedded.decide import TantivyClauses
from catalogue.engines.relevance import Plan, text_query
from catalogue.engines.stems import stem
from mappings.index.document import ZONES


class TantivyVocabulary:
    """The words that a searcher sees; see `catalogue.engines.vocabulary.Vocabulary`.

    Where some records are hidden, `told` has what the others match, and each word is counted among those: the dictionaries count all.
    """

    def __init__(self, searcher: Searcher, clauses: TantivyClauses, told: Sequence[Query] = ()) -> None:
        self._searcher = searcher
        self._clauses = clauses
        self._told = both(*told) if told else None

    def _count(self, field: str, word: str) -> int:
        if self._told is None:
            return int(self._searcher.doc_freq(field, word))
        return count(self._searcher, both(term(field, word), self._told))

    def expect(self, tokens: Sequence[str], beginnings: Sequence[str]) -> None:
        """Nothing is far away here."""

    def records(self) -> int:
        """Return how many records there are."""
        return int(self._searcher.num_docs) if self._told is None else count(self._searcher, self._told)

    def frequency(self, token: str) -> int:
        """Return how many records hold the stem of a word, in the zone where most do."""
        root = stem(token)
        return max(self._count(zone, root) for zone in ZONES)

    def occurs(self, token: str) -> bool:
        """Return whether a record holds the word as it is written."""
        return bool(self._count("words", token))

    def begun(self, token: str) -> int:
        """Return how many records hold the most frequent word that begins so."""
        among = self._searcher.terms_with_prefix("words", token, self._told, 1)
        return among[0][1] if among else 0

    def alike(self, word: str) -> Iterator[str]:
        """Return words with the same first letter, the more frequent first."""
        return (term for term, _ in self._searcher.terms_with_prefix("words", word[0], self._told))

    def occurring(self, made: Iterable[str]) -> dict[str, int]:
        """Return those of these words that occur, and how many records hold them."""
        frequency = {word: self._count("words", word) for word in made}
        return {word: number for word, number in frequency.items() if number}

    def finds(self, plan: Plan) -> bool:
        """Return whether a plan finds a record."""
        found = text_query(plan, self._clauses)
        return count(self._searcher, found if self._told is None else both(found, self._told)) > 0
