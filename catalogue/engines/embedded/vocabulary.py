"""The words of the records, from tantivy's dictionaries."""

from collections.abc import Iterable, Iterator, Sequence

from tantivy import Searcher

from catalogue.engines.embedded.answers import count
from catalogue.engines.embedded.decide import TantivyClauses
from catalogue.engines.relevance import Plan, text_query
from catalogue.engines.stems import stem
from mappings.index.document import ZONES


class TantivyVocabulary:
    """The words that a searcher sees; see `catalogue.engines.vocabulary.Vocabulary`."""

    def __init__(self, searcher: Searcher, clauses: TantivyClauses) -> None:
        self._searcher = searcher
        self._clauses = clauses

    def expect(self, tokens: Sequence[str], beginnings: Sequence[str]) -> None:
        """Nothing is far away here."""

    def records(self) -> int:
        """Return how many records there are."""
        return int(self._searcher.num_docs)

    def frequency(self, token: str) -> int:
        """Return how many records hold the stem of a word, in the zone where most do."""
        root = stem(token)
        return max(self._searcher.doc_freq(zone, root) for zone in ZONES)

    def occurs(self, token: str) -> bool:
        """Return whether a record holds the word as it is written."""
        return bool(self._searcher.doc_freq("words", token))

    def begun(self, token: str) -> int:
        """Return how many records hold the most frequent word that begins so."""
        among = self._searcher.terms_with_prefix("words", token, None, 1)
        return among[0][1] if among else 0

    def alike(self, word: str) -> Iterator[str]:
        """Return words with the same first letter, the more frequent first."""
        return (term for term, _ in self._searcher.terms_with_prefix("words", word[0]))

    def occurring(self, made: Iterable[str]) -> dict[str, int]:
        """Return those of these words that occur, and how many records hold them."""
        frequency = {term: self._searcher.doc_freq("words", term) for term in made}
        return {term: count for term, count in frequency.items() if count}

    def finds(self, plan: Plan) -> bool:
        """Return whether a plan finds a record."""
        return count(self._searcher, text_query(plan, self._clauses)) > 0
