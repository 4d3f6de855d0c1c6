"""The words of the records, looked up in one go; what was found is remembered a while, so that the next page costs one request."""

import time
from collections.abc import Iterable, Sequence
from typing import Final

from catalogue.engines.elasticsearch.clauses import ElasticsearchClauses
from catalogue.engines.elasticsearch.mapping import Body
from catalogue.engines.elasticsearch.reader import LIVING, Reader
from catalogue.engines.relevance import Plan, text_query
from catalogue.engines.spelling import edits_allowed
from catalogue.engines.stems import stem
from mappings.index.document import ZONES

_SECONDS: Final = 30.0
_MOST: Final = 20_000
_BEGUN: Final = 500
"""Words that begin in the same way among which the most frequent is sought."""
_ALIKE: Final = 100
"""Words near to another that are looked at."""


class Remembered:
    """How many records hold which words, as it was half a minute ago at most.

    But what occurs is remembered: a word that did not occur is looked up again. That a worth is a little old moves no
    record on the way from page to page, since it travels in the cursor.
    """

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._since = time.monotonic()

    def get(self, key: str) -> int | None:
        """Return a count; None where it is not known."""
        if time.monotonic() - self._since > _SECONDS or len(self._counts) > _MOST:
            self._counts, self._since = {}, time.monotonic()
        return self._counts.get(key)

    def learn(self, counts: dict[str, int]) -> None:
        """Remember counts; those of 0 but where the word was found in another zone."""
        found = {key.partition(":")[2] for key, count in counts.items() if count and key.startswith("zone_")}
        self._counts |= {key: count for key, count in counts.items() if count or (key.startswith("zone_") and key[9:] in found)}


class ElasticsearchVocabulary:
    """The words of the index of records; see `catalogue.engines.vocabulary.Vocabulary`.

    Where some records are hidden, `told` has what the others match: each word is counted among those, and that is not remembered.
    """

    def __init__(self, reader: Reader, clauses: ElasticsearchClauses, remembered: Remembered, told: Sequence[Body] = ()) -> None:
        self._reader = reader
        self._clauses = clauses
        self._remembered = Remembered() if told else remembered
        self._among: Body = {"query": {"bool": {"filter": list(told)}}} if told else {}
        self._counts: dict[str, int] = {}

    def expect(self, tokens: Sequence[str], beginnings: Sequence[str]) -> None:
        """Look these words up."""
        roots = {f"{zone}:{root}": self._clauses.any_term(zone, [root]) for root in map(stem, tokens) for zone in ZONES}
        written = {f"words:{token}": self._clauses.any_term("words", [token]) for token in tokens}
        begun = {f"begun:{token}": self._clauses.beginning("words", token) for token in beginnings}
        self._look_up({"records": LIVING, **roots, **written, **begun})

    def _look_up(self, queries: dict[str, Body]) -> None:
        """Count what these queries match. Words are the living records' alone: tombstones need not be left out of each."""
        known = {key: count for key in queries if (count := self._remembered.get(key)) is not None}
        left = {key: query for key, query in queries.items() if key not in known}
        self._counts |= known
        if left:
            aggregation = {"filters": {"filters": {str(number): query for number, query in enumerate(left.values())}}}
            answer = self._reader.search({"size": 0, "track_total_hits": False, "aggs": {"counts": aggregation}, **self._among})
            buckets = answer["aggregations"]["counts"]["buckets"]
            counts = {key: int(buckets[str(number)]["doc_count"]) for number, key in enumerate(left)}
            self._counts |= counts
            self._remembered.learn(counts)

    def _count(self, key: str, query: Body) -> int:
        if key not in self._counts:
            self._look_up({key: query})
        return self._counts[key]

    def records(self) -> int:
        """Return how many records there are."""
        return self._count("records", LIVING)

    def frequency(self, token: str) -> int:
        """Return how many records hold the stem of a word, in the zone where most do."""
        root = stem(token)
        if f"{next(iter(ZONES))}:{root}" not in self._counts:
            self.expect([token], [])
        return max(self._counts[f"{zone}:{root}"] for zone in ZONES)

    def occurs(self, token: str) -> bool:
        """Return whether a record holds the word as it is written."""
        return self._count(f"words:{token}", self._clauses.any_term("words", [token])) > 0

    def begun(self, token: str) -> int:
        """Return how many records hold the most frequent word that begins so."""
        some = self._count(f"begun:{token}", self._clauses.beginning("words", token))
        if not some or self.frequency(token):
            return some
        answer = self._reader.client.terms_enum(index=self._reader.index, field="words", string=token, size=_BEGUN).body
        return max(self.occurring(answer["terms"]).values(), default=0)

    def alike(self, word: str) -> Iterable[str]:
        """Return words with the same first letter that are near, the more frequent first."""
        nearest = {
            "field": "words",
            "suggest_mode": "always",
            "max_edits": max(edits_allowed(word), 1),
            "prefix_length": 1,
            "min_word_length": 1,
            "max_term_freq": 2_000_000_000,  # the word itself may be as frequent as it likes
            "max_inspections": 50,
            "accuracy": 0.0,
            "size": _ALIKE,
            "string_distance": "damerau_levenshtein",
        }
        body = {"size": 0, "track_total_hits": False, "suggest": {"near": {"text": word, "term": nearest}}}
        options = [option for entry in self._reader.search(body)["suggest"]["near"] for option in entry["options"]]
        frequency = {option["text"]: option["freq"] for option in options}
        if self._among:  # the server's counts are those of all records
            frequency = self.occurring(frequency)
        return sorted(frequency, key=lambda text: (-frequency[text], text))

    def occurring(self, made: Iterable[str]) -> dict[str, int]:
        """Return those of these words that occur, and how many records hold them."""
        words = list(dict.fromkeys(made))
        self._look_up({f"words:{word}": self._clauses.any_term("words", [word]) for word in words})
        return {word: self._counts[f"words:{word}"] for word in words if self._counts[f"words:{word}"]}

    def finds(self, plan: Plan) -> bool:
        """Return whether a plan finds a record."""
        wanted = [text_query(plan, self._clauses), *([self._among["query"]] if self._among else [])]
        body = {"size": 0, "terminate_after": 1, "track_total_hits": 1, "query": {"bool": {"filter": wanted}} if self._among else wanted[0]}
        return int(self._reader.search(body)["hits"]["total"]["value"]) > 0
