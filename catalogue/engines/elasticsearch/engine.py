"""The Elasticsearch engine: what the contract asks, put together from its parts."""

import base64
import math
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

import msgspec
from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, BadRequestError, ConflictError, NotFoundError

from catalogue.engines.base import Change, Entry, Expect, Header, Statistics, Suggestion, Tombstone, Version, Window
from catalogue.engines.compile import order_among, order_of, restrictions, visible
from catalogue.engines.counted import Counted
from catalogue.engines.cursors import Cursor, decode_cursor, encode_cursor
from catalogue.engines.elasticsearch import listing
from catalogue.engines.elasticsearch.building import FIRST, index_name
from catalogue.engines.elasticsearch.clauses import ElasticsearchClauses, NotAtOnceError
from catalogue.engines.elasticsearch.mapping import LAYOUT, Body, Kept, mapping, settings
from catalogue.engines.elasticsearch.question import (
    BY_IDENTIFIER,
    Behind,
    after,
    cursor_behind,
    facets,
    matching,
    members,
    search_body,
    selections,
    skipping_body,
)
from catalogue.engines.elasticsearch.reader import DELETED, PROVENANCE, WINDOW, Reader, from_microseconds, kept_of, to_microseconds
from catalogue.engines.elasticsearch.rebuild import rebuild
from catalogue.engines.elasticsearch.server import UNREADABLE, Address, connect, may_pass, reading, sentence, within
from catalogue.engines.elasticsearch.suggesting import suggestions
from catalogue.engines.elasticsearch.vocabulary import ElasticsearchVocabulary, Remembered
from catalogue.engines.elasticsearch.writing import Writer
from catalogue.engines.highlight import hits_of
from catalogue.engines.relevance import Plan, has_words, make_plan, relaxed, text_query
from catalogue.engines.stored import decode_brief, decode_kept, unpack
from catalogue.query import MAX_LIMIT, Page, SearchPage, SearchQuery, SortKey, digest
from catalogue.settings import ElasticsearchAccess
from mappings.index.fields import FIELDS, Kind, field_named
from records.errors import EngineError
from records.model import Provenance, Record, Source

_RECORD: Final = ("kept.stored", "kept.deleted", *PROVENANCE)
_PATIENCE: Final = 60.0
"""Seconds that whoever loads waits for a server that is slow, or that takes nothing at the moment."""
_LOOKING_FIRST_SECONDS: Final = 60.0
"""For so long questions read beforehand what one of them found, and would seldom find."""
_FAR_AWAY: Final = 10
"""Times the seconds of one answer that passing over the hits before a page may take."""
_OTHER_LAYOUT: Final = "This catalogue was made by another version of Reflecs, which keeps documents otherwise; load them anew."


class ElasticsearchEngine:
    """Keeps its records in the indexes of one name; see `catalogue.engines.base.Engine` for what its methods do.

    Records and tombstones are the documents of one index, behind an alias. What searching needs, beside what is kept, is derived. Earlier
    versions and the catalogue's own facts are in a second index.

    Who reads, or is `prompt`, waits as long as the settings tell: a question has so much time for all its requests together, each request
    of a step of changes has it. Who loads has patience. Where the server is away when a catalogue is opened for reading, it is opened all
    the same, and looked at as soon as the server is there.
    """

    def __init__(self, address: Address, access: ElasticsearchAccess, *, read_only: bool = False, prompt: bool = False) -> None:
        self._seconds = access.timeout if read_only or prompt else max(access.timeout, _PATIENCE)
        self._read_only = read_only
        self._wanted_shards = access.shards
        self._reader = Reader(connect(address, access, self._seconds), address.name, patience=self._seconds / 2)
        self._remembered = Remembered()
        self._counted = Counted()
        self._at_once_from = -math.inf
        """The moment, of the monotonic clock, from which questions suppose that what they would seldom find beforehand is not there."""
        self._shards: int | None = None
        """Of the index of records; None until it was looked at."""
        try:
            self._look()
        except BaseException:
            self.close()
            raise

    def _look(self) -> None:
        """Look whether the catalogue is there; for reading, later where the server is away.

        Raises:
            EngineError: it is not there, is of another layout, or cannot be opened.
        """
        with reading(), within(self._seconds):
            try:
                self._check()
            except (ApiError, TransportError) as error:
                if not (self._read_only and may_pass(error)):
                    raise

    def _check(self) -> int:
        """Return of how many shards the index is; looked at once.

        Raises:
            EngineError: the catalogue is not there, or is of another layout.
        """
        if self._shards is None:
            self._shards = self._open()
        return self._shards

    @contextmanager
    def _asking(self, *, filtered: bool = False) -> Iterator[None]:
        """Ask one thing of the catalogue, in the time there is for it."""
        with reading(filtered=filtered), within(self._seconds):
            self._check()
            yield

    def _open(self) -> int:
        """Check that the catalogue is there, or make it; return of how many shards its index is.

        Raises:
            EngineError: it is not there, or is of another layout.
        """
        if not self._read_only:
            self._make()
        try:
            found = self._reader.client.indices.get(index=self._reader.name).body
        except NotFoundError as error:
            raise EngineError(self._reader.absence()) from error
        (index,) = found.values()
        if index["mappings"].get("_meta", {}).get("layout") != LAYOUT:
            raise EngineError(_OTHER_LAYOUT)
        return int(index["settings"]["index"]["number_of_shards"])

    def _make(self) -> None:
        """Make the catalogue where it is missing: whoever comes first of several does. What has its alias is whole."""
        reader, client = self._reader, self._reader.client
        if client.indices.exists_alias(name=reader.name):
            return
        single: Body = {"auto_expand_replicas": "0-1"}
        _unless_there(lambda: client.indices.create(index=reader.kept, mappings={"enabled": False}, settings=single))
        _unless_there(lambda: client.create(index=reader.kept, id="secret", document={"value": secrets.token_hex(32)}))
        aliases: Body = {reader.name: {}, reader.index: {}}
        first = index_name(reader.name, FIRST)
        _unless_there(
            lambda: client.indices.create(index=first, mappings=mapping(), settings=settings(self._wanted_shards or 1), aliases=aliases)
        )

    # Reading

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a question."""
        with self._asking(filtered=query.filter is not None):
            if _is_near(query.page) and time.monotonic() >= self._at_once_from:
                with suppress(NotAtOnceError):
                    return self._search(query, ElasticsearchClauses(self._reader, at_once=True))
            return self._search(query, ElasticsearchClauses(self._reader))

    def _search(self, query: SearchQuery, clauses: ElasticsearchClauses) -> SearchPage:
        text = has_words(query.text)
        sort = order_of(query, text=text)
        question = digest(query, sort)
        told = visible(query.hidden, clauses)
        vocabulary = ElasticsearchVocabulary(self._reader, clauses, self._remembered, told)
        narrowing = [*restrictions(query, clauses), *selections(query.facets, clauses, counted=False)]
        counted = selections(query.facets, clauses, counted=True)
        everything = not (text or narrowing or counted)
        sort = order_among(sort, ranked=not everything)
        narrowing += told
        cursor = decode_cursor(query.page.cursor, question, sort) if query.page.cursor is not None else None
        known = cursor.plan if cursor is not None else None
        plan = (known or make_plan(query.text, vocabulary, exact=query.exact)) if text else None
        if everything and cursor is not None and sort == BY_IDENTIFIER:
            answer = self._ask_on(query, narrowing, clauses, cursor.identifier)
        else:
            answer = self._ask(query, sort, plan, narrowing, clauses, cursor)
        if plan is not None and cursor is None and not query.exact and not answer["hits"]["total"]["value"]:
            other = relaxed(plan, query.text, vocabulary)
            if other is not plan:
                plan, answer = other, self._ask(query, sort, other, narrowing, clauses, None)
        hits = answer["hits"]["hits"]
        shown = [kept_of(hit) for hit in hits[: query.page.limit]]
        records = [_brief(kept) for kept in shown] if query.brief else [_record(kept, documents=query.documents) for kept in shown]
        return SearchPage(
            hits=hits_of(records, query, plan),
            number_matched=answer["hits"]["total"]["value"],
            facets=facets(query, answer),
            next_cursor=_next(hits, query.page.limit, sort, question, plan),
            searched_as=plan.searched_as if plan is not None else None,
        )

    def _ask(
        self,
        query: SearchQuery,
        sort: tuple[SortKey, ...],
        plan: Plan | None,
        narrowing: Sequence[Body],
        clauses: ElasticsearchClauses,
        cursor: Cursor | None,
    ) -> Body:
        """Return the answer to one page's request: one request, but for offsets beyond what the server passes over by itself."""
        shards = self._check()
        matched = matching([] if plan is None else [text_query(plan, clauses)], narrowing)
        offset, behind = query.page.offset, None if cursor is None else after(cursor, sort)
        if _is_near(query.page):
            body = search_body(query, sort, matched, clauses, behind, shards=shards, offset=offset)
            return self._unless(clauses.supposed_absent, body) if clauses.supposed_absent else self._reader.search(body)
        counted = self._anew(self._counting(query, matched, clauses))
        if offset >= counted["hits"]["total"]["value"]:
            return counted
        behind = self._passed_over(query, sort, matched, clauses)
        return self._anew(search_body(query, sort, matched, clauses, behind, shards=shards, offset=0))

    def _unless(self, others: Sequence[Body], body: Body) -> Body:
        """Return the answer to a request that holds where no record matches one of `others`.

        Raises:
            NotAtOnceError: one does. For a while questions are not begun so.
        """
        answer = self._reader.search_unless(body, others)
        if answer is None:
            self._at_once_from = time.monotonic() + _LOOKING_FIRST_SECONDS
            raise NotAtOnceError
        return answer

    def _counting(self, query: SearchQuery, matched: Body, clauses: ElasticsearchClauses) -> Body:
        """Return a page's request without the hits: for total and facets."""
        return search_body(replace(query, page=Page(limit=0)), query.sort, matched, clauses, None, shards=self._check(), offset=0)

    def _ask_on(self, query: SearchQuery, narrowing: Sequence[Body], clauses: ElasticsearchClauses, behind: str) -> Body:
        """Return the answer to a request for the page of everything behind an identifier."""
        matched = matching([], narrowing)
        answer = self._reader.search(self._counting(query, matched, clauses))
        wanted = query.page.limit + 1 if query.page.limit else 0
        answer["hits"]["hits"] = self._reader.behind(self._reader.index, matched, behind, wanted, _source=members(query))
        return answer

    def _anew(self, body: Body) -> Body:
        """Return the answer to one of many requests that a question takes; they go on as long as each is answered in time."""
        with within(self._seconds):
            return self._reader.search(body)

    def _passed_over(self, query: SearchQuery, sort: tuple[SortKey, ...], matched: Body, clauses: ElasticsearchClauses) -> Behind | None:
        """Return the sort values of the last hit that an offset passes over: keys are skipped, not documents.

        Raises:
            ConnectionTimeout: it takes too long.
        """
        left, behind = query.page.offset, None
        until = time.monotonic() + _FAR_AWAY * self._seconds
        while left > 0:
            if time.monotonic() > until:
                raise ConnectionTimeout("the page is too far away")
            body = skipping_body(query, sort, matched, clauses, behind, min(left, WINDOW))
            hits = self._anew(body)["hits"]["hits"]
            if not hits:
                break
            left, behind = left - len(hits), hits[-1]["sort"]
        return behind

    def get(self, identifier: str) -> Record | None:
        """Return the record with its source document and provenance; None when there is none."""
        return self.get_many([identifier], documents=True)[0]

    def get_many(self, identifiers: Sequence[str], *, documents: bool = False) -> list[Record | None]:
        """Return the records, with their source documents where asked, in the order asked."""
        with self._asking():
            found = self._reader.many(identifiers, [*_RECORD, *(["kept.content"] if documents else [])])
            records = {name: _record(kept, documents=documents) for name, (_, kept) in found.items() if not kept.deleted}
        return [records.get(identifier) for identifier in identifiers]

    def known(self, identifiers: Sequence[str]) -> dict[str, bytes]:
        """Return the SHA-256 digest of the document of each of these identifiers that is kept."""
        with self._asking():
            found = self._reader.many(identifiers, ["kept.digest", "kept.deleted"])
            return {identifier: kept.digest for identifier, (_, kept) in found.items() if not kept.deleted}

    def versions(self, identifier: str) -> list[Version]:
        """Return the earlier versions of a record, newest first."""
        return self.versions_of([identifier]).get(identifier, [])

    def versions_of(self, identifiers: Sequence[str]) -> dict[str, list[Version]]:
        """Return the earlier versions of each of these records that has any, newest first."""
        with self._asking():
            states = self._reader.many(identifiers, ["kept.changed", "kept.before", "kept.deleted"])
            earlier = self._reader.earlier({identifier: count - 1 for identifier, (count, _) in states.items()})
            return {identifier: _versions(states[identifier][1], found) for identifier, found in earlier.items()}

    def tombstones(self, since: datetime | None = None) -> Iterator[Tombstone]:
        """Yield the tombstones set at or after `since`, oldest first."""
        with reading():
            self._check()
            yield from listing.tombstones(self._reader, None if since is None else to_microseconds(since))

    def identifiers(self) -> Iterator[str]:
        """Yield every identifier, in code point order."""
        with reading():
            self._check()
            for hit in self._reader.walk(self._reader.name, {"bool": {"must_not": [DELETED]}}, WINDOW):
                yield hit["sort"][0]

    def headers(self, window: Window, *, after: str | None = None, limit: int) -> list[Header]:
        """Return the first headers of the window behind `after`."""
        with self._asking():
            return listing.headers(self._reader, window, after, limit)

    def count_headers(self, window: Window) -> int:
        """Return how many headers are in the window."""
        with self._asking():
            return listing.count_headers(self._reader, window)

    def header(self, identifier: str) -> Header | None:
        """Return the header of a record or a tombstone."""
        with self._asking():
            return listing.header(self._reader, identifier)

    def sources(self) -> list[str]:
        """Return the names of the harvest sources."""
        with self._asking():
            return listing.sources(self._reader)

    def values(self, field: str, limit: int, *, hidden: frozenset[str] = frozenset()) -> list[str]:
        """Return values of a field."""
        if field_named(field).kind is Kind.TEXT:
            hits = self.search(SearchQuery(sort=(SortKey("title"),), page=Page(limit=min(limit, MAX_LIMIT)), hidden=hidden)).hits
            return list(dict.fromkeys(str(value) for hit in hits for value in FIELDS[field].values(hit.record)))[:limit]
        with self._asking():
            return listing.values_of(self._reader, FIELDS[field], limit, self._told(hidden))

    def bounds(self, field: str, *, hidden: frozenset[str] = frozenset()) -> tuple[int, int] | None:
        """Return the least and the greatest value of a field."""
        known = field_named(field)
        with self._asking():
            return listing.bounds_of(self._reader, known, self._told(hidden))

    def secret(self) -> bytes:
        """Return the random bytes made with the catalogue."""
        with self._asking():
            found = self._reader.fact("secret")
        if not found:
            raise EngineError(UNREADABLE)
        return bytes.fromhex(found)

    def _told(self, hidden: frozenset[str]) -> list[Body]:
        return visible(hidden, ElasticsearchClauses(self._reader))

    def suggest(self, prefix: str, limit: int = 8, *, hidden: frozenset[str] = frozenset()) -> list[Suggestion]:
        """Return what may be typed."""
        with self._asking():
            return suggestions(self._reader, ElasticsearchClauses(self._reader), prefix, limit, self._told(hidden))

    def needs_reindex(self) -> bool:
        """Return whether the index was built for another table of fields."""
        with self._asking():
            try:
                found = self._reader.client.indices.get_alias(index=self._reader.name).body
            except NotFoundError as error:
                raise EngineError(self._reader.absence()) from error
            return not any(self._reader.index in index["aliases"] for index in found.values())

    def statistics(self, *, hidden: frozenset[str] = frozenset()) -> Statistics:
        """Return what is held; counted once for each state of the catalogue and what of it is hidden."""
        with self._asking():
            try:
                at, size = listing.state(self._reader)
            except NotFoundError as error:
                raise EngineError(self._reader.absence()) from error
            return self._counted.at(at, hidden, lambda: listing.statistics(self._reader, at, size, self._told(hidden)))

    # Writing

    def put(self, entries: Iterable[Entry], *, now: datetime, expect: Expect = Expect.ANY) -> list[Change]:
        """Keep these records."""
        entries = list(entries)
        with self._writing() as writer:
            return writer.put(entries, now, expect)

    def delete(self, identifiers: Iterable[str], *, now: datetime, only: Mapping[str, bytes] | None = None) -> int:
        """Delete these records."""
        identifiers = list(identifiers)
        with self._writing() as writer:
            return writer.delete(identifiers, now, only)

    def reindex(self, read: Callable[[Record], Entry], progress: Callable[[int, int], None] | None = None) -> int:
        """Rebuild all that is derived from the kept documents, while searches go on."""
        self._refuse_reader()
        try:
            return rebuild(self._reader, read, progress, timeout=max(self._seconds, _PATIENCE), shards=self._wanted_shards)
        except (ApiError, TransportError, KeyError, ValueError) as error:
            raise EngineError(f"The index could not be rebuilt; the one before stands. {sentence(error, '')}".strip()) from error

    def _refuse_reader(self) -> None:
        if self._read_only:
            raise EngineError("This catalogue was opened for reading only.")

    @contextmanager
    def _writing(self) -> Iterator[Writer]:
        """Give a writer for one step; its troubles tell what of the step was kept."""
        self._refuse_reader()
        writer = Writer(self._reader, self._seconds)
        try:
            yield writer
        except (ApiError, TransportError, KeyError, ValueError, EngineError) as error:
            with suppress(ApiError, TransportError):
                writer.show()  # a part may have been kept
            told = str(error) if isinstance(error, EngineError) else sentence(error, "The catalogue could not be written.")
            raise EngineError(f"{told} {writer.outcome}") from error

    def close(self) -> None:
        """Let go of the connections."""
        self._reader.client.close()


def _is_near(page: Page) -> bool:
    """Return whether the server passes over what is before a page by itself."""
    return page.offset + page.limit < WINDOW


def _unless_there(make: Callable[[], object]) -> None:
    """Make something, unless another process has made it meanwhile."""
    try:
        make()
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
    except ConflictError:
        pass


def _record(kept: Kept, *, documents: bool) -> Record:
    source = Source(content=unpack(kept.content), format=kept.format) if documents else None
    return decode_kept(kept.stored, _provenance(kept), source)


def _brief(kept: Kept) -> Record:
    return decode_brief(kept.stored, _provenance(kept))


def _provenance(kept: Kept) -> Provenance:
    return Provenance(origin=kept.origin, source=kept.harvest_source, loaded=from_microseconds(kept.changed), format=kept.format)


def _versions(kept: Kept, earlier: Sequence[Body]) -> list[Version]:
    """Return the earlier versions of a record, newest first: each was replaced when what came behind it began, or by a deletion before."""
    versions: list[Version] = []
    replaced = kept.changed if kept.deleted else kept.before
    for state in earlier:
        version = Version(
            format=state["format"],
            content=unpack(base64.b64decode(state["content"])),
            loaded=from_microseconds(state["loaded"]),
            replaced=from_microseconds(replaced if replaced is not None else kept.changed),
        )
        versions.append(version)
        replaced = state["before"]
    return versions


def _next(hits: Sequence[Body], limit: int, sort: tuple[SortKey, ...], question: str, plan: Plan | None) -> str | None:
    """Return the cursor behind the page, where there is a hit behind it."""
    if len(hits) <= limit or not limit:
        return None
    return encode_cursor(msgspec.structs.replace(cursor_behind(hits[limit - 1], sort, question), plan=plan))
