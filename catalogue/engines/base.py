"""The engine contract. Its docstrings are what `tests/contracts/` proves of every engine.

An engine keeps the records (documents, parsed records, earlier versions, tombstones, a change sequence) and finds them. What its index
derives from them it can rebuild. All times are aware datetimes in UTC.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from catalogue.query import SearchPage, SearchQuery
from records.model import Record

BEGIN: Final = "to begin one, run: reflecs load --shipped, or: reflecs load FOLDER (an empty one makes an empty catalogue)"
"""What is said where there is no catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record made ready to be kept: everything that costs time, done beforehand, so that many processes can do it. Picklable.

    Attributes:
        identifier: the record's.
        format: name of the format of its source document.
        content: the source document, packed (`catalogue.engines.stored.pack`).
        stored: the record without its source, encoded (`catalogue.engines.stored`).
        index: the index document (`mappings.index.document`), encoded as the engines share it.
        origin: where it was loaded from; None when handed over directly.
        harvest_source: the harvest source it came from; None when it was loaded by hand.
        replaces: SHA-256 of the document that it is meant to replace, b"" for none; None for whatever is there.
    """

    identifier: str
    format: str
    content: bytes = field(repr=False)
    stored: bytes = field(repr=False)
    index: bytes = field(repr=False)
    origin: str | None = None
    harvest_source: str | None = None
    replaces: bytes | None = None


class Change(StrEnum):
    """What `put` did with an entry."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Expect(StrEnum):
    """What must be true of the identifiers of a step that is kept."""

    ANY = "any"
    NEW = "new"
    """None of them is a record's."""
    KNOWN = "known"
    """Each of them is a record's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An earlier state of a record: its document and when it was replaced or deleted."""

    format: str
    content: bytes = field(repr=False)
    loaded: datetime
    replaced: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A record that was deleted."""

    identifier: str
    deleted: datetime
    harvest_source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A record, or the tombstone of one, by its last change (the header of OAI-PMH 2.0, 2.5).

    Attributes:
        identifier: the record's.
        changed: when it was last loaded, replaced or deleted.
        deleted: whether it is a tombstone.
        domain: its science domain, or the one it had; None when it is not known.
        harvest_source: the harvest source it came from; None when it was loaded by hand.
    """

    identifier: str
    changed: datetime
    deleted: bool
    domain: str | None = None
    harvest_source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which headers are meant; what is None does not narrow.

    Attributes:
        since: changed at or after this time.
        until: changed at or before this time.
        domain: of this science domain.
        harvest_source: from this harvest source.
        any_domain: of a domain, whichever.
        any_source: from a harvest source, whichever.
        hidden: identifiers of records and tombstones that are passed over, as if there never had been any.
    """

    since: datetime | None = None
    until: datetime | None = None
    domain: str | None = None
    harvest_source: str | None = None
    any_domain: bool = False
    any_source: bool = False
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something to type that is sure to find a record. `field` is where it stands: "title", "project", "keyword", and so on."""

    text: str
    field: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What an engine holds.

    Attributes:
        records: how many there are.
        deleted: how many tombstones.
        updated: the time of the last change; None for an empty catalogue.
        earliest: the time of the change that lies furthest back, among the last changes of all records and tombstones; None likewise.
        bytes: on disk; None where it is not known.
        formats: how many records came in each format.
        state: another text after each change of what searches find, a rebuilt index included; what was made of the catalogue
            under one state holds as long as it is the same.
    """

    records: int
    deleted: int
    updated: datetime | None
    earliest: datetime | None
    bytes: int | None
    formats: dict[str, int]
    state: str = ""


class Engine(Protocol):
    """Keeps records and finds them.

    Any number of processes may read while others write. No writer loses the change of another: it waits for the other, or makes its own on
    top of it. What a writing method has returned from is durable and visible to every search that begins afterwards, in every process.
    Where a method takes `hidden`, identifiers of records and tombstones, it answers as if there never had been any of these.
    All methods raise `EngineError` when the engine cannot answer, with a plain sentence that holds nothing of the engine's own messages.
    The sentence of a writing method tells whether anything of its step was kept; to hand the same step over again does no harm.
    """

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a question.

        `number_matched` is exact. The order is total: the sort keys, then the identifier. Walking `next_cursor` hands out every record that
        was there at the start and stayed unchanged exactly once, also while others write.

        Raises:
            QueryError: a filter names an unknown field, compares what cannot be compared, or a cursor is not one of ours.
        """
        ...

    def get(self, identifier: str) -> Record | None:
        """Return the record with its source document and provenance; None when there is none."""
        ...

    def get_many(self, identifiers: Sequence[str], *, documents: bool = False) -> list[Record | None]:
        """Return the records, with their source documents where asked, in the order asked; None for each that does not exist."""
        ...

    def known(self, identifiers: Sequence[str]) -> dict[str, bytes]:
        """Return, for each of these identifiers that is kept, the SHA-256 digest (32 bytes) of its document as it was loaded."""
        ...

    def put(self, entries: Iterable[Entry], *, now: datetime, expect: Expect = Expect.ANY) -> list[Change]:
        """Keep these records, one durable step: of all of them where the engine is one store, record by record where it is a cluster.

        New ones are added, known ones with other bytes replaced (the earlier document becomes an earlier version), the same bytes with
        something else assigned change the record and make no earlier version, the same bytes with the same assigned leave everything as
        it is. An identifier that was deleted comes back. Where one identifier occurs twice, the later one
        stands and the earlier is its earlier version.

        Args:
            entries: what is to be kept.
            now: when the step is asked for. What had to wait for another writer is stamped by as much later: whoever lists what has
                changed since he last asked must not miss it.
            expect: what must be true of the identifiers, looked at as a part of the step, so that of two who bring the same one is told.

        Raises:
            ConflictError: `expect` is NEW, and there is a record with one of the identifiers. Nothing of the step is kept.
            NotFoundError: `expect` is KNOWN, and there is no record with one of them. Likewise.
            ChangedError: what is kept is not what an entry `replaces`, nor what it brings. Likewise; where the engine is a cluster, of a
                step of very many records some may be kept.
        """
        ...

    def delete(self, identifiers: Iterable[str], *, now: datetime, only: Mapping[str, bytes] | None = None) -> int:
        """Delete these records and leave a tombstone for each; return how many there were. Unknown ones are passed over.

        Args:
            identifiers: of the records.
            now: as for `put`.
            only: for each of the identifiers the SHA-256 of the document that is meant: a record that has another one by now is passed
                over. None deletes whatever is there.
        """
        ...

    def versions(self, identifier: str) -> list[Version]:
        """Return the earlier versions of a record, newest first; they outlive its deletion."""
        ...

    def versions_of(self, identifiers: Sequence[str]) -> dict[str, list[Version]]:
        """Return, for each of these identifiers that has any, its earlier versions, as `versions` does: for many at once."""
        ...

    def tombstones(self, since: datetime | None = None) -> Iterator[Tombstone]:
        """Yield the tombstones set at or after `since`, oldest first; all of them for None."""
        ...

    def headers(self, window: Window, *, after: str | None = None, limit: int) -> list[Header]:
        """Return the first `limit` headers in the window, records and tombstones, in code point order of their identifiers.

        Only those behind the identifier `after`; None begins at the beginning. Walking on behind the last identifier costs every page the
        same and hands out each record that was in the window all the while exactly once, however often it is changed meanwhile.
        """
        ...

    def count_headers(self, window: Window) -> int:
        """Return how many headers are in the window."""
        ...

    def header(self, identifier: str) -> Header | None:
        """Return the header of a record or a tombstone; None where there never was one."""
        ...

    def sources(self) -> list[str]:
        """Return the names of the harvest sources that records and tombstones came from, in code point order."""
        ...

    def values(self, field: str, limit: int, *, hidden: frozenset[str] = frozenset()) -> list[str]:
        """Return the first `limit` values, in code point order, that records have in a field of kind KEYWORD or INTEGER.

        Of a field of kind TEXT those of the first `limit` records, in the order of their titles. Each once.

        Raises:
            QueryError: there is no such field, or it is of another kind.
        """
        ...

    def bounds(self, field: str, *, hidden: frozenset[str] = frozenset()) -> tuple[int, int] | None:
        """Return the least and the greatest value of a field of kind INTEGER or MOMENT; None where no record has one.

        Raises:
            QueryError: there is no such field, or it is of another kind.
        """
        ...

    def secret(self) -> bytes:
        """Return 32 random bytes that were made with the catalogue and never change: for signing what has to survive a restart."""
        ...

    def identifiers(self) -> Iterator[str]:
        """Yield every identifier, in code point order."""
        ...

    def suggest(self, prefix: str, limit: int = 8, *, hidden: frozenset[str] = frozenset()) -> list[Suggestion]:
        """Return what a person who typed `prefix` may want to type: each finds at least one record when searched."""
        ...

    def reindex(self, read: Callable[[Record], Entry], progress: Callable[[int, int], None] | None = None) -> int:
        """Rebuild what is derived from the kept documents, while searches go on; return how many there are.

        Each document is `read` again (its Record comes with source and provenance). `progress` is told (done, total).
        """
        ...

    def needs_reindex(self) -> bool:
        """Return whether the index was built for another table of `FIELDS` than this program's; searching then raises `EngineError`."""
        ...

    def statistics(self, *, hidden: frozenset[str] = frozenset()) -> Statistics:
        """Return what the engine holds; cheap enough for every page. The bytes are those of all."""
        ...

    def close(self) -> None:
        """Let go of files and locks. The engine is not used afterwards."""
        ...


__all__ = [
    "BEGIN",
    "Change",
    "Engine",
    "Entry",
    "Expect",
    "Header",
    "Statistics",
    "Suggestion",
    "Tombstone",
    "Version",
    "Window",
]
