"""The embedded engine: what the contract asks, put together from its parts."""

import hashlib
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tantivy import Query, Searcher

from catalogue.engines.base import BEGIN, Change, Entry, Expect, Header, Statistics, Suggestion, Tombstone, Version, Window
from catalogue.engines.compile import BY_RELEVANCE, order_among, order_of, restrictions, selection, visible
from catalogue.engines.counted import Counted
from catalogue.engines.cursors import Cursor, decode_cursor, encode_cursor
from catalogue.engines.embedded.answers import count_and_best
from catalogue.engines.embedded.clauses import both, everything, scored
from catalogue.engines.embedded.decide import TantivyClauses
from catalogue.engines.embedded.facets import count_facets
from catalogue.engines.embedded.index import SearchIndex
from catalogue.engines.embedded.listing import bounds_of, values_of
from catalogue.engines.embedded.lock import FOR_EVER, writer_lock
from catalogue.engines.embedded.order import HEAD, NARROW, Matches, Place, relevant_places, sorted_places
from catalogue.engines.embedded.rebuild import rebuild
from catalogue.engines.embedded.schema import current_hash
from catalogue.engines.embedded.store import Changed, Row, Store
from catalogue.engines.embedded.suggesting import suggestions
from catalogue.engines.embedded.vocabulary import TantivyVocabulary
from catalogue.engines.highlight import hits_of
from catalogue.engines.relevance import Plan, has_words, make_plan, relaxed, text_query
from catalogue.engines.stored import decode_brief, decode_kept
from catalogue.query import MAX_LIMIT, FacetCount, FacetRequest, Page, SearchPage, SearchQuery, SortKey, digest
from mappings.index.fields import FIELDS, Kind, field_named
from records.errors import EngineError
from records.model import Provenance, Record, Source

_STALE: Final = "The index was built for another version of Reflecs; run: reflecs reindex"
_PROMPT_SECONDS: Final = 5.0
"""So long somebody who waits for an answer waits for another writer."""
_AT_ONCE: Final = 0.05
"""Seconds of waiting that the stamp of a step does not tell."""
_KEPT: Final = "The records were kept, but the index did not follow; it will with the next change, or run: reflecs reindex"
_BY_TITLE: Final = (SortKey("title"),)


class EmbeddedEngine:
    """Keeps its records in one directory; see `catalogue.engines.base.Engine` for what its methods do."""

    def __init__(self, path: Path, *, read_only: bool = False, prompt: bool = False) -> None:
        """Open the catalogue in a directory; who is `prompt` does not wait long for another writer."""
        self._path = path
        self._prompt = prompt
        self._read_only = read_only
        if read_only and not (path / "records.sqlite").exists():
            raise EngineError(f"There is no catalogue in {path}; {BEGIN}")
        try:
            if not read_only:
                path.mkdir(parents=True, exist_ok=True)
            self._store = Store(path / "records.sqlite", read_only=read_only)
        except (OSError, sqlite3.Error) as error:
            raise EngineError(f"The catalogue in {path} cannot be opened.") from error
        self._index = SearchIndex(path, self._store)
        self._counted = Counted()
        if not read_only:
            self._prepare()

    # Reading

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a question."""
        with _reading():
            searcher = self._searcher()
            with self._store.snapshot():
                return self._search(query, searcher)

    def _search(self, query: SearchQuery, searcher: Searcher) -> SearchPage:
        text = has_words(query.text)
        sort = order_of(query, text=text)
        question = digest(query, sort)
        clauses = TantivyClauses(searcher, self._store)
        told = visible(query.hidden, clauses)
        vocabulary = TantivyVocabulary(searcher, clauses, told)
        narrowing = restrictions(query, clauses)
        selected = [selection(request, clauses) for request in query.facets if request.selected]
        sort = order_among(sort, ranked=bool(text or narrowing or selected))
        narrowing += told
        cursor = decode_cursor(query.page.cursor, question, sort) if query.page.cursor is not None else None
        known = cursor.plan if cursor is not None else None
        plan = (known or make_plan(query.text, vocabulary, exact=query.exact)) if text else None
        wanted = [] if plan is None else [text_query(plan, clauses)]
        matches = _matches(searcher, wanted, [*narrowing, *selected], sort)
        if plan is not None and cursor is None and not matches.count and not query.exact:
            plan = relaxed(plan, query.text, vocabulary)
            wanted = [text_query(plan, clauses)]
            matches = _matches(searcher, wanted, [*narrowing, *selected], sort)
        places, threshold = self._places(query, sort, matches, cursor)
        return SearchPage(
            hits=hits_of(self._page(places[: query.page.limit], query), query, plan),
            number_matched=matches.count,
            facets=self._facets(query.facets, [*wanted, *narrowing], matches, clauses),
            next_cursor=_next(places, query.page.limit, question, threshold, plan),
            searched_as=plan.searched_as if plan is not None else None,
        )

    def _places(
        self, query: SearchQuery, sort: tuple[SortKey, ...], matches: Matches, cursor: Cursor | None
    ) -> tuple[list[Place], int | None]:
        """Return the page and one place more, which tells whether there is a next page."""
        if not query.page.limit or query.page.offset >= matches.count:  # tantivy takes memory for each place passed over
            return [], None
        connection = self._store.connection
        if sort == BY_RELEVANCE:
            return relevant_places(connection, matches, cursor, query.page.offset, query.page.limit + 1)
        return sorted_places(connection, matches, sort, cursor, query.page.offset, query.page.limit + 1), None

    def _page(self, places: list[Place], query: SearchQuery) -> list[Record]:
        keys = [place.key for place in places]
        found = self._store.rows("key", keys)
        rows = [found[key] for key in keys if key in found]
        return [_brief(row) for row in rows] if query.brief else self._records(rows, documents=query.documents)

    def _records(self, rows: Sequence[Row], *, documents: bool) -> list[Record]:
        """Return the records of rows, with their documents where asked."""
        if not documents:
            return [_record(row) for row in rows]
        contents = self._store.contents([row.key for row in rows])
        return [_record(row, Source(content=contents[row.key], format=row.format)) for row in rows]

    def _facets(
        self, requests: Sequence[FacetRequest], base: list[Query], matches: Matches, clauses: TantivyClauses
    ) -> dict[str, tuple[FacetCount, ...]]:
        """Return the counts; those of a facet with a selection leave out that selection."""
        counts = count_facets(matches.searcher, matches.query, [request for request in requests if not request.selected])
        for request in requests:
            if request.selected and request.size:
                others = base + [selection(other, clauses) for other in requests if other.selected and other is not request]
                counts |= count_facets(matches.searcher, both(*others) if others else everything(), [request])
        return {request.field: counts[request.field] for request in requests if request.field in counts}

    def _searcher(self) -> Searcher:
        self._refuse_stale()
        return self._index.searcher()

    def _told(self, searcher: Searcher, hidden: frozenset[str]) -> list[Query]:
        return visible(hidden, TantivyClauses(searcher, self._store))

    def _refuse_stale(self) -> None:
        if self.needs_reindex():
            raise EngineError(_STALE)

    def get(self, identifier: str) -> Record | None:
        """Return the record with its source document and provenance; None when there is none."""
        with _reading():
            found = self._store.get(identifier)
        if found is None:
            return None
        row, content = found
        return _record(row, Source(content=content, format=row.format))

    def get_many(self, identifiers: Sequence[str], *, documents: bool = False) -> list[Record | None]:
        """Return the records, with their source documents where asked, in the order asked."""
        with _reading(), self._store.snapshot():
            rows = self._store.rows("identifier", identifiers)
            records = {record.identifier: record for record in self._records(list(rows.values()), documents=documents)}
        return [records.get(identifier) for identifier in identifiers]

    def known(self, identifiers: Sequence[str]) -> dict[str, bytes]:
        """Return the SHA-256 digest of the document of each of these identifiers that is kept."""
        with _reading():
            return {identifier: hashlib.sha256(content).digest() for identifier, content in self._store.documents(identifiers)}

    def versions(self, identifier: str) -> list[Version]:
        """Return the earlier versions of a record, newest first."""
        return self.versions_of([identifier]).get(identifier, [])

    def versions_of(self, identifiers: Sequence[str]) -> dict[str, list[Version]]:
        """Return the earlier versions of each of these records that has any, newest first."""
        with _reading():
            return self._store.versions(identifiers)

    def tombstones(self, since: datetime | None = None) -> Iterator[Tombstone]:
        """Yield the tombstones set at or after `since`, oldest first."""
        with _reading():
            yield from self._store.tombstones(since)

    def identifiers(self) -> Iterator[str]:
        """Yield every identifier, in code point order."""
        with _reading():
            yield from self._store.identifiers()

    def headers(self, window: Window, *, after: str | None = None, limit: int) -> list[Header]:
        """Return the first headers of the window behind `after`."""
        with _reading():
            return self._store.headers(window, after, limit)

    def count_headers(self, window: Window) -> int:
        """Return how many headers are in the window."""
        with _reading():
            return self._store.count_headers(window)

    def header(self, identifier: str) -> Header | None:
        """Return the header of a record or a tombstone."""
        with _reading():
            return self._store.header(identifier)

    def sources(self) -> list[str]:
        """Return the names of the harvest sources."""
        with _reading():
            return self._store.sources()

    def values(self, field: str, limit: int, *, hidden: frozenset[str] = frozenset()) -> list[str]:
        """Return values of a field."""
        if field_named(field).kind is Kind.TEXT:
            hits = self.search(SearchQuery(sort=_BY_TITLE, page=Page(limit=min(limit, MAX_LIMIT)), hidden=hidden)).hits
            return list(dict.fromkeys(str(value) for hit in hits for value in FIELDS[field].values(hit.record)))[:limit]
        with _reading():
            searcher = self._searcher()
            return values_of(searcher, FIELDS[field], limit, self._told(searcher, hidden))

    def bounds(self, field: str, *, hidden: frozenset[str] = frozenset()) -> tuple[int, int] | None:
        """Return the least and the greatest value of a field."""
        known = field_named(field)
        with _reading():
            searcher = self._searcher()
            return bounds_of(searcher, known, self._told(searcher, hidden))

    def secret(self) -> bytes:
        """Return the random bytes made with the catalogue."""
        with _reading():
            return bytes.fromhex(self._store.meta("secret") or "")

    def suggest(self, prefix: str, limit: int = 8, *, hidden: frozenset[str] = frozenset()) -> list[Suggestion]:
        """Return what may be typed."""
        with _reading():
            searcher = self._searcher()
            return suggestions(searcher, self._store, prefix, limit, self._told(searcher, hidden))

    def needs_reindex(self) -> bool:
        """Return whether the index was built for another table of fields."""
        with _reading():
            return self._store.meta("fields") not in (None, current_hash())

    def statistics(self, *, hidden: frozenset[str] = frozenset()) -> Statistics:
        """Return what is held; counted once for each state of the catalogue and what of it is hidden."""
        with _reading(), self._store.snapshot():
            return self._counted.at(self._store.state(), hidden, lambda: replace(self._store.statistics(hidden), bytes=_size(self._path)))

    # Writing

    def put(self, entries: Iterable[Entry], *, now: datetime, expect: Expect = Expect.ANY) -> list[Change]:
        """Keep these records."""
        entries = list(entries)
        with self._writing(now) as stamp:
            changes, changed = self._store.put(entries, stamp, expect)
            self._follow(changed)
        return changes

    def delete(self, identifiers: Iterable[str], *, now: datetime, only: Mapping[str, bytes] | None = None) -> int:
        """Delete these records."""
        with self._writing(now) as stamp:
            changed = self._store.delete(identifiers, stamp, only)
            self._follow(changed)
        return len(changed)

    def _follow(self, changed: list[Changed]) -> None:
        """Bring into the index what the store has just kept."""
        try:
            self._index.apply(changed, self._store.sequence())
        except (OSError, sqlite3.Error, ValueError, EngineError) as error:
            raise EngineError(_KEPT) from error

    def reindex(self, read: Callable[[Record], Entry], progress: Callable[[int, int], None] | None = None) -> int:
        """Rebuild all that is derived from the kept documents, while searches go on."""
        with self._locked():
            try:
                return rebuild(self._path, self._store, read, progress)
            except (OSError, sqlite3.Error, ValueError) as error:
                raise EngineError("The index could not be rebuilt; the one before stands.") from error

    @contextmanager
    def _locked(self, *, wait: float = FOR_EVER) -> Iterator[bool]:
        """Hold the writer's lock; the troubles of the two stores, before a step is kept, become one plain sentence."""
        if self._read_only:
            raise EngineError("This catalogue was opened for reading only.")
        try:
            with writer_lock(self._path / "lock", wait=wait) as held:
                yield held
        except (OSError, sqlite3.Error, ValueError) as error:
            raise EngineError("The catalogue could not be written; nothing of this step was kept.") from error

    @contextmanager
    def _writing(self, now: datetime) -> Iterator[datetime]:
        """Hold the writer's lock over an index that has seen all changes before; the value is the time that the step is stamped with."""
        asked = time.monotonic()
        with self._locked(wait=_PROMPT_SECONDS if self._prompt else FOR_EVER) as held:
            if not held:
                raise EngineError("The catalogue is being written by somebody else for long; nothing of this step was kept.")
            waited = time.monotonic() - asked  # for others alone: a restoration's steps keep their times whatever is caught up with
            self._refuse_stale()
            self._index.catch_up()
            yield now if waited < _AT_ONCE else now + timedelta(seconds=waited)

    def _prepare(self) -> None:
        """Make the index of a new catalogue; bring in what a killed writer left behind, unless somebody is writing and does it himself."""
        with self._locked(wait=FOR_EVER if self._store.meta("index") is None else 0) as held:
            if self._store.meta("index") is None:
                self._index.create("index-1")
                self._store.set_meta(index="index-1", fields=current_hash(), secret=secrets.token_hex(32))
            elif held and not self.needs_reindex():
                with suppress(EngineError):  # a broken index is told of when it is asked; reindex mends it
                    self._index.catch_up()

    def close(self) -> None:
        """Let go of files and locks."""
        self._store.close()


@contextmanager
def _reading() -> Iterator[None]:
    """Make the troubles of the two stores one plain sentence."""
    try:
        yield
    except (OSError, sqlite3.Error, ValueError) as error:  # tantivy's and msgspec's errors are ValueErrors
        raise EngineError("The catalogue cannot be read now.") from error


def _size(path: Path) -> int:
    """Return the bytes of all files in a folder, less those that vanish meanwhile, as merging indexes make them."""
    size = 0
    for folder, _, names in os.walk(path):  # which passes over a folder that has vanished
        for name in names:
            with suppress(FileNotFoundError):
                size += os.stat(os.path.join(folder, name)).st_size  # noqa: PTH116, PTH118 (os.walk gives no paths)
    return size


def _matches(searcher: Searcher, wanted: list[Query], narrowing: list[Query], sort: tuple[SortKey, ...]) -> Matches:
    parts = [*wanted, *(scored(part, 0) for part in narrowing)]  # what narrows does not order
    if not parts:
        return Matches(everything(), searcher, searcher.num_docs, [], all=True)
    query = both(*parts)
    by_score = sort == BY_RELEVANCE
    count, hits = count_and_best(searcher, query, HEAD + 1 if by_score else NARROW)
    return Matches(query, searcher, count, hits, all=False)


def _record(row: Row, source: Source | None = None) -> Record:
    return decode_kept(row.stored, _provenance(row), source)


def _brief(row: Row) -> Record:
    return decode_brief(row.stored, _provenance(row))


def _provenance(row: Row) -> Provenance:
    return Provenance(origin=row.origin, source=row.harvest_source, loaded=row.loaded, format=row.format)


def _next(places: list[Place], limit: int, question: str, threshold: int | None, plan: Plan | None) -> str | None:
    """Return the cursor behind the page, where there is a place behind it."""
    if len(places) <= limit:
        return None
    last = places[limit - 1]
    return encode_cursor(Cursor(question, list(last.after), last.identifier, threshold, plan))
