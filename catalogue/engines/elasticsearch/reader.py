"""Reading: what is kept, by identifier, by query, in walks."""

import base64
import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, TypeVar, cast

import msgspec
from elasticsearch import ApiError, Elasticsearch, NotFoundError
from elasticsearch.exceptions import HTTP_EXCEPTIONS

from catalogue.engines.base import BEGIN
from catalogue.engines.elasticsearch.mapping import Body, Kept, current_hash
from catalogue.engines.elasticsearch.server import UNREADABLE
from records.errors import EngineError

_LOG: Final = logging.getLogger(__name__)
WINDOW: Final = 10_000
"""Hits of one answer, offset included; the server gives no more."""
NOTHING_STORED: Final[Body] = {"_source": False, "stored_fields": "_none_"}
"""Of a hit what it is sorted by, and columns: for its mere name the server would unpack what is stored of it, five times the time."""
_STEP: Final = 1000
_PAUSE: Final = 0.05
"""Seconds between two looks at shards that are not open."""
_AT_ONCE: Final = "200ms"
"""For so long the server looks for an identifier that stands ahead."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LIVING: Final[Body] = {"term": {"has": "identifier"}}
"""Matches records; a tombstone has nothing."""
DELETED: Final[Body] = {"term": {"kept.deleted": True}}
STALE: Final = "The index was built for another version of Reflecs; run: reflecs reindex"
PROVENANCE: Final = ("kept.format", "kept.changed", "kept.origin", "kept.harvest_source")

T = TypeVar("T")


def document_id(identifier: str) -> str:
    """Return the name of a record's document: identifiers may be longer than such names."""
    return base64.urlsafe_b64encode(hashlib.blake2b(identifier.encode("utf-8", "replace"), digest_size=18).digest()).decode()


def to_microseconds(moment: datetime) -> int:
    """Return microseconds from 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(microseconds: int) -> datetime:
    """Return the moment so many microseconds from 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)


def kept_of(found: Body) -> Kept:
    """Return what is kept in a document, as far as it was asked for."""
    return msgspec.convert(found["_source"].get("kept", {}), Kept)


def stretch(query: Body, begin: str, end: str | None) -> Body:
    """Return the part of a request for what matches behind `begin` and up to `end`; None for all behind it."""
    bounds = {"range": {"identifier": {"gt": begin, **({} if end is None else {"lte": end})}}}
    return {"query": {"bool": {"filter": [query, bounds]}}}


class Reader:
    """Asks the indexes of one catalogue.

    Attributes:
        client: what asks.
        name: the alias of the index of records, whatever table of fields it was built for.
        index: the alias it has where it was built for this program's table: what searches ask, and what writers write to.
        kept: the index of earlier versions and of the catalogue's own facts.
        patience: seconds for which shards that are not open are waited for.
    """

    def __init__(self, client: Elasticsearch, name: str, *, patience: float = 1.0) -> None:
        self.client = client
        self.name = name
        self.index = f"{name}.fields-{current_hash()[:16]}"
        self.kept = f"{name}.kept"
        self.patience = patience

    def search(self, body: Body) -> Body:
        """Return the answer to a search in the index of this program's table of fields.

        Raises:
            EngineError: there is none.
        """
        return self._answer(lambda: self._found(self.index, body))

    def search_unless(self, body: Body, others: Sequence[Body]) -> Body | None:
        """Return the answer to a search in the same index, asked with whether a record matches one of `others`; None where one does.

        The server may look at the one a moment after the other.

        Raises:
            EngineError: there is no such index.
        """
        asked = {"query": {"bool": {"filter": [LIVING, {"bool": {"should": list(others)}}]}}, "size": 0, "track_total_hits": 1}
        answer, other = self._answer(lambda: self._found_of_each(self.index, [body, asked]))
        return None if other["hits"]["total"]["value"] else answer

    def look_up(self, body: Body) -> Body:
        """Return the answer to a search for what is kept, whatever table the index was built for."""
        return self._answer(lambda: self._found(self.name, body))

    def _found(self, index: str, body: Body) -> Body:
        found: Body = self.client.search(index=index, body=body, allow_partial_search_results=False).body
        return found

    def _found_of_each(self, index: str, bodies: Sequence[Body]) -> list[Body]:
        """Return the answers to several searches, in one request; where one of them fails, that is raised as by a search alone."""
        head = {"index": index, "allow_partial_search_results": False}
        lines = [msgspec.json.encode(line) for body in bodies for line in (head, body)]  # the client would take five times as long
        answer = self.client.msearch(searches=cast("list[Body]", lines))
        for one in answer.body["responses"]:
            if "error" in one:
                kind = HTTP_EXCEPTIONS.get(one["status"], ApiError)
                raise kind(one["error"]["type"], replace(answer.meta, status=one["status"]), one)
        found: list[Body] = answer.body["responses"]
        return found

    def _answer(self, ask: Callable[[], T]) -> T:
        try:
            return self._patiently(ask)
        except NotFoundError:
            pass
        try:  # it may have been replaced by a rebuilt one under the question
            return self._patiently(ask)
        except NotFoundError as error:
            raise EngineError(self.absence()) from error

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Return what `ask` returns, once the shards are open: those of an index just made, or whose node has just died, take a moment."""
        until = time.monotonic() + self.patience
        while True:
            try:
                return ask()
            except ApiError as error:
                if error.status_code != 503 or time.monotonic() > until:
                    raise
            time.sleep(_PAUSE)

    def absence(self) -> str:
        """Return what to say of an index that is not there."""
        if self.client.indices.exists_alias(name=self.name):
            return STALE
        return f"There is no catalogue called {self.name!r} at the server; {BEGIN}"

    def walk(self, index: str, query: Body, step: int, limit: int | None = None, **parts: object) -> Iterator[Body]:
        """Yield what matches in the order of the identifiers: each once that is there all the while, whatever others write."""
        wanted = parts if "_source" in parts else {**NOTHING_STORED, **parts}
        after: Body = {}
        left = limit
        while left is None or left > 0:
            size = step if left is None else min(step, left)
            body = {"query": query, "sort": ["identifier"], "size": size, "track_total_hits": False, **wanted, **after}
            hits = (self.search(body) if index == self.index else self.look_up(body))["hits"]["hits"]
            yield from hits
            if len(hits) < size:
                return
            after = {"search_after": hits[-1]["sort"]}
            left = None if left is None else left - size

    def behind(self, index: str, query: Body, begin: str, wanted: int, **parts: object) -> list[Body]:
        """Return the first hits, by identifier, behind one, of a query that nearly all match: by the stretch of identifiers they stand in.

        `wanted` is less than WINDOW. Behind a mere bound, and with `search_after`, the server would look at each record that stands
        before or behind. Where a stretch holds mostly tombstones and what is hidden, the next is longer, and then it is all that is left.
        """
        hits: list[Body] = []
        last: str | None = begin
        ahead = wanted
        while last is not None and len(hits) < wanted:
            end = self._identifier_ahead(last, ahead) if ahead < WINDOW else None
            body = stretch(query, last, end) | {"size": wanted - len(hits), "track_total_hits": False, "sort": ["identifier"]}
            body |= parts if "_source" in parts else {**NOTHING_STORED, **parts}
            hits += (self.search(body) if index == self.index else self.look_up(body))["hits"]["hits"]
            last, ahead = end, 4 * ahead
        return hits

    def _identifier_ahead(self, begin: str, count: int) -> str | None:
        """Return an identifier that stands about `count` behind `begin`, tombstones and what was removed lately included.

        None where there are fewer, and where the server cannot tell at once: it looks through all of its parts, or there is no index.
        """
        client = self.client
        try:
            told = client.terms_enum(index=self.index, field="identifier", size=count, search_after=begin, timeout=_AT_ONCE).body
        except ApiError as error:
            if error.status_code not in {404, 503}:
                raise
            return None
        terms: list[str] = told["terms"]
        return terms[-1] if told["complete"] and len(terms) == count else None

    def scan(self, query: Body, members: Sequence[str]) -> Iterator[tuple[str, Kept]]:
        """Yield the identifiers of the records that match, with these of their members."""
        wanted = {"bool": {"filter": [LIVING, query]}}
        for hit in self.walk(self.index, wanted, _STEP, _source=list(members)):
            yield hit["sort"][0], kept_of(hit)

    def columns(self, query: Body, names: Sequence[str]) -> Iterator[tuple[str, tuple[float, ...]]]:
        """Yield the identifiers of the records that match, with the values of these columns, one each."""
        wanted = {"bool": {"filter": [LIVING, query]}}
        for hit in self.walk(self.index, wanted, WINDOW, docvalue_fields=list(names)):
            yield hit["sort"][0], tuple(hit["fields"][name][0] for name in names)

    def get(self, identifier: str, members: Sequence[str]) -> tuple[int, Kept] | None:
        """Return how often a record has changed and what is kept of it, be it a tombstone; None where there never was one."""
        return self.many([identifier], members).get(identifier)

    def many(self, identifiers: Iterable[str], members: Sequence[str]) -> dict[str, tuple[int, Kept]]:
        """Return the same of many, by identifier."""
        found: dict[str, tuple[int, Kept]] = {}
        left = iter(dict.fromkeys(identifiers))
        while some := {document_id(identifier): identifier for identifier in islice(left, _STEP)}:
            hits = self._many(self.name, list(some), members)
            found |= {some[hit["_id"]]: (hit["_version"], kept_of(hit)) for hit in hits}
        return found

    def _many(self, index: str, ids: Sequence[str], members: Sequence[str] | None) -> list[Body]:
        """Return the documents of these names that there are, with these of their members; None for all."""
        until = time.monotonic() + self.patience
        included = None if members is None else list(members)
        while True:
            answer = self._patiently(lambda: self.client.mget(index=index, ids=list(ids), source_includes=included).body)
            errors = {hit["error"]["type"] for hit in answer["docs"] if "error" in hit}
            if not errors:
                return [hit for hit in answer["docs"] if hit["found"]]
            if "index_not_found_exception" in errors:
                raise EngineError(self.absence())
            if time.monotonic() > until:
                _LOG.error("the catalogue's server cannot give documents: %s", sorted(errors))
                raise EngineError(UNREADABLE)
            time.sleep(_PAUSE)

    def earlier(self, counts: Mapping[str, int]) -> dict[str, list[Body]]:
        """Return, for each of these records that has any, the states that are kept among its first so many, newest first."""
        names = {
            f"{document_id(identifier)}-{number}": identifier for identifier, count in counts.items() for number in range(count, 0, -1)
        }
        found: dict[str, list[Body]] = {}
        left = iter(names)
        while some := list(islice(left, _STEP)):
            for hit in self._many(self.kept, some, None):
                found.setdefault(names[hit["_id"]], []).append(hit["_source"])
        return found

    def count(self, query: Body) -> int:
        """Return how many documents of the index of records match, tombstones included."""
        return int(self.look_up({"query": query, "size": 0, "track_total_hits": True})["hits"]["total"]["value"])

    def fact(self, name: str) -> str | None:
        """Return a fact about the catalogue; None where it is not known."""
        found = self._many(self.kept, [name], None)
        return str(found[0]["_source"]["value"]) if found else None
