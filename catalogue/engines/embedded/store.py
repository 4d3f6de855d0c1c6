"""What is kept, in SQLite: records, documents, earlier versions, tombstones and the sequence of changes.

A record keeps its key for ever, also over its deletion: a deleted record is a row with the time of its deletion, and so its own tombstone.
Each change gives its row the next number of one sequence, by which an index knows what it has not yet seen.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from catalogue.engines.base import Change, Entry, Expect, Header, Statistics, Tombstone, Version, Window
from catalogue.engines.stored import assigned_to, decode_index, unpack
from mappings.index.document import IndexDocument
from records.errors import ChangedError, ConflictError, EngineError, NotFoundError

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (
    key INTEGER PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL, deleted REAL,
    format TEXT NOT NULL, loaded REAL NOT NULL, origin TEXT, harvest_source TEXT,
    title TEXT, created INTEGER, updated INTEGER, date INTEGER, domain TEXT, stored BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS document (key INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS version (
    key INTEGER NOT NULL, sequence INTEGER NOT NULL, format TEXT NOT NULL, loaded REAL NOT NULL, replaced REAL NOT NULL,
    content BLOB NOT NULL, PRIMARY KEY (key, sequence));
CREATE UNIQUE INDEX IF NOT EXISTS record_sequence ON record (sequence);
CREATE INDEX IF NOT EXISTS by_identifier ON record (identifier, deleted, loaded, domain, harvest_source);
CREATE INDEX IF NOT EXISTS by_source ON record (harvest_source) WHERE harvest_source IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_format ON record (format) WHERE deleted IS NULL;
CREATE INDEX IF NOT EXISTS record_deleted ON record (deleted) WHERE deleted IS NOT NULL;
"""
_ORDERED: Final = ("title", "created", "updated", "date")
_ORDERS: Final = "".join(
    f"CREATE INDEX IF NOT EXISTS by_{name}_{way} ON record ({name} {way}, identifier) WHERE deleted IS NULL AND {name} IS NOT NULL;\n"
    f"CREATE INDEX IF NOT EXISTS without_{name} ON record (identifier) WHERE deleted IS NULL AND {name} IS NULL;\n"
    for name in _ORDERED
    for way in ("ASC", "DESC")
)
_WAIT_SECONDS: Final = 60.0
_LAYOUT: Final = 3
"""Raised when what is kept is kept otherwise (2: documents packed by zstd; 3: domains beside the records)."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that an index has to follow: `body` is None where the record was deleted."""

    key: int
    body: bytes | None
    known: bool
    """Whether an index may hold an earlier state of it."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What a kept document is read as now."""

    key: int
    stored: bytes
    index: IndexDocument


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept beside a record."""

    key: int
    identifier: str
    stored: bytes
    format: str
    loaded: datetime
    origin: str | None
    harvest_source: str | None


_ROW: Final = "key, identifier, stored, format, loaded, origin, harvest_source"


def _row(values: tuple[int, str, bytes, str, float, str | None, str | None]) -> Row:
    key, identifier, stored, form, loaded, origin, source = values
    return Row(key, identifier, stored, form, _moment(loaded), origin, source)


_HEADER: Final = "identifier, coalesce(deleted, loaded), deleted IS NOT NULL, domain, harvest_source"


def _header(values: tuple[str, float, int, str | None, str | None]) -> Header:
    identifier, changed, deleted, domain, source = values
    return Header(identifier=identifier, changed=_moment(changed), deleted=bool(deleted), domain=domain, harvest_source=source)


def _conditions(window: Window) -> tuple[str, list[float | str]]:
    """Return what the rows of a window fulfil, as SQL, and its values."""
    asked: list[tuple[str, float | str | None]] = [
        ("coalesce(deleted, loaded) >= ?", window.since.timestamp() if window.since else None),
        ("coalesce(deleted, loaded) <= ?", window.until.timestamp() if window.until else None),
        ("domain = ?", window.domain),
        ("harvest_source = ?", window.harvest_source),
    ]
    given: list[tuple[str, float | str]] = [(sql, value) for sql, value in asked if value is not None]
    given += _without(window.hidden)
    some = [f"{column} IS NOT NULL" for column, wanted in (("domain", window.any_domain), ("harvest_source", window.any_source)) if wanted]
    return " AND ".join(["1", *some, *(sql for sql, _ in given)]), [value for _, value in given]


def _without(hidden: frozenset[str]) -> list[tuple[str, str]]:
    """Return what passes over hidden rows, as SQL, with its value; nothing where there are none."""
    return [("identifier NOT IN (SELECT value FROM json_each(?))", json.dumps(list(hidden)))] if hidden else []


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


class _Connection(sqlite3.Connection):
    """Closes when nobody holds it any more: to close one in which another thread reads would end the process."""

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # one that could not be opened has nothing to close
            self.close()


class Store:
    """The SQLite file of an engine. Each thread has a connection of its own."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self._path = path
        self._read_only = read_only
        self._local = threading.local()
        self._closed = False
        if not read_only:
            with closing(self._connect()) as connection:
                connection.execute("PRAGMA page_size = 8192")
                connection.execute("PRAGMA journal_mode = WAL")
                if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                    connection.execute(f"PRAGMA user_version = {_LAYOUT}")
                _refuse_other(connection)
                connection.executescript(_SCHEMA + _ORDERS)
        _refuse_other(self.connection)
        self.meta("index")  # fails now rather than at the first question

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self._read_only else "rwc"
        uri = f"{self._path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(
            uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False, factory=_Connection
        )
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        local = self._local
        found: sqlite3.Connection | None = getattr(local, "connection", None)
        if found is None:
            found = None if self._closed else self._connect()
            if found is None or self._closed:  # it may have been closed meanwhile
                raise EngineError("The catalogue has been closed.")
            local.connection = found
        return found

    def close(self) -> None:
        """Let go of the connections of all threads; one that is in use ends its statement first."""
        self._closed = True
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do several changes as one durable step, or none of them."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read several things of one and the same state, whatever others write meanwhile."""
        connection = self.connection
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")

    def meta(self, name: str) -> str | None:
        """Return a fact about the catalogue itself; None where it is not known."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, **facts: str) -> None:
        """Keep facts about the catalogue itself, all in one step."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(facts.items()))

    def sequence(self) -> int:
        """Return the number of the last change; 0 before the first."""
        return int(self.connection.execute("SELECT coalesce(max(sequence), 0) FROM record").fetchone()[0])

    def put(self, entries: Iterable[Entry], now: datetime, expect: Expect = Expect.ANY) -> tuple[list[Change], list[Changed]]:
        """Keep entries; return what was done with each, and the rows that an index has to follow.

        Raises:
            ConflictError, NotFoundError: see `catalogue.engines.base.Engine.put`.
        """
        changes: list[Change] = []
        changed: dict[int, Changed] = {}
        with self.transaction() as connection:
            sequence = self.sequence()
            for entry in entries:
                document = decode_index(entry.index)
                found = connection.execute(
                    "SELECT key, deleted IS NULL, content, r.format, loaded, sequence, stored FROM record r LEFT JOIN document USING (key)"
                    " WHERE identifier = ?",
                    (entry.identifier,),
                ).fetchone()
                _check(expect, entry.identifier, there=found is not None and bool(found[1]))
                same = found is not None and bool(found[1]) and found[3] == entry.format and _same(found[2], entry.content)
                if same and assigned_to(found[6]) == assigned_to(entry.stored):
                    changes.append(Change.UNCHANGED)
                    continue
                _check_replaced(entry, found[2] if found is not None and found[1] else None)
                sequence += 1
                if found is not None and found[1] and not same:
                    _keep_version(connection, found[:6], now)
                key = _write(connection, None if found is None else found[0], sequence, entry, document, now)
                changes.append(Change.UPDATED if found is not None and found[1] else Change.CREATED)
                known = found is not None and (key not in changed or changed[key].known)
                changed[key] = Changed(key, document.body, known)
        return changes, list(changed.values())

    def delete(self, identifiers: Iterable[str], now: datetime, only: Mapping[str, bytes] | None = None) -> list[Changed]:
        """Delete records, those alone that have the documents meant; return the rows that an index has to follow."""
        changed: list[Changed] = []
        with self.transaction() as connection:
            sequence = self.sequence()
            for identifier in identifiers:
                found = connection.execute(
                    "SELECT key, 1, content, r.format, loaded, sequence FROM record r JOIN document USING (key) WHERE identifier = ?"
                    " AND deleted IS NULL",
                    (identifier,),
                ).fetchone()
                if found is None or (only is not None and _digest(found[2]) != only.get(identifier)):
                    continue
                sequence += 1
                _keep_version(connection, found, now)
                connection.execute("DELETE FROM document WHERE key = ?", (found[0],))
                connection.execute(
                    "UPDATE record SET deleted = ?, sequence = ?, stored = x'' WHERE key = ?", (now.timestamp(), sequence, found[0])
                )
                changed.append(Changed(found[0], None, known=True))
        return changed

    def changed_since(self, sequence: int) -> Iterator[tuple[int, int, bytes | None]]:
        """Yield (sequence, key, stored record or None where it was deleted) of all changes after `sequence`, in order."""
        rows = self.connection.execute(
            "SELECT sequence, key, CASE WHEN deleted IS NULL THEN stored END FROM record WHERE sequence > ? ORDER BY sequence", (sequence,)
        )
        yield from rows

    def get(self, identifier: str) -> tuple[Row, bytes] | None:
        """Return what is kept of a record and its document; None when there is none."""
        row = self.connection.execute(
            f"SELECT {_ROW}, content FROM record JOIN document USING (key) WHERE identifier = ? AND deleted IS NULL",  # noqa: S608 (a constant)
            (identifier,),
        ).fetchone()
        return None if row is None else (_row(row[:-1]), unpack(row[-1]))

    def documents(self, identifiers: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield identifier and document of those of these records that are kept."""
        found = self.connection.execute(
            "SELECT identifier, content FROM record JOIN document USING (key)"
            " WHERE identifier IN (SELECT value FROM json_each(?)) AND deleted IS NULL",
            (json.dumps(list(identifiers)),),
        )
        for identifier, content in found:
            yield identifier, unpack(content)

    def contents(self, keys: Sequence[int]) -> dict[int, bytes]:
        """Return the documents of the records of these keys, by key."""
        found = self.connection.execute(
            "SELECT key, content FROM document WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(list(keys)),)
        )
        return {key: unpack(content) for key, content in found}

    def rows(self, column: str, values: Sequence[int] | Sequence[str]) -> dict[int | str, Row]:
        """Return the rows whose `column` ("key" or "identifier") is one of these values, by it."""
        found = self.connection.execute(
            f"SELECT {_ROW} FROM record WHERE {column} IN (SELECT value FROM json_each(?)) AND deleted IS NULL",  # noqa: S608 (constants)
            (json.dumps(list(values)),),
        )
        rows = (_row(values) for values in found)
        return {(row.key if column == "key" else row.identifier): row for row in rows}

    def state(self) -> str:
        """Return what differs after each change of the records or of the index."""
        return f"{self.sequence()} {self.meta('index')} {self.meta('fields')}"

    def count(self) -> int:
        """Return the number of records."""
        return int(self.connection.execute("SELECT count(*) FROM record WHERE deleted IS NULL").fetchone()[0])

    def every_document(self) -> Iterator[tuple[int, bytes, str, bytes, str | None, str | None]]:
        """Yield (key, stored record, format, packed document, origin, harvest source) of all records, by key."""
        key = 0
        while rows := self.connection.execute(
            "SELECT key, stored, format, content, origin, harvest_source FROM record JOIN document USING (key)"
            " WHERE deleted IS NULL AND key > ? ORDER BY key LIMIT 1000",
            (key,),
        ).fetchall():
            yield from rows
            key = rows[-1][0]

    def replace_derived(self, derived: Iterable[Derived]) -> None:
        """Keep records as they are read now. Their documents and the sequence of changes stay as they are."""
        with self.transaction() as connection:
            for one in derived:
                connection.execute(
                    "UPDATE record SET stored = ?, title = ?, created = ?, updated = ?, date = ?, domain = ? WHERE key = ?",
                    (one.stored, one.index.title, one.index.created, one.index.updated, one.index.date, one.index.domain, one.key),
                )

    def versions(self, identifiers: Sequence[str]) -> dict[str, list[Version]]:
        """Return the earlier versions of each of these records that has any, newest first."""
        rows = self.connection.execute(
            "SELECT identifier, v.format, v.content, v.loaded, v.replaced FROM version v JOIN record USING (key)"
            " WHERE identifier IN (SELECT value FROM json_each(?)) ORDER BY v.sequence DESC",
            (json.dumps(list(identifiers)),),
        )
        found: dict[str, list[Version]] = {}
        for identifier, name, content, since, until in rows:
            version = Version(format=name, content=unpack(content), loaded=_moment(since), replaced=_moment(until))
            found.setdefault(identifier, []).append(version)
        return found

    def tombstones(self, since: datetime | None) -> Iterator[Tombstone]:
        """Yield the tombstones set at or after `since`, oldest first."""
        rows = self.connection.execute(
            "SELECT identifier, deleted, harvest_source FROM record WHERE deleted IS NOT NULL AND deleted >= ?"
            " ORDER BY deleted, identifier",
            (since.timestamp() if since is not None else float("-inf"),),
        )
        for identifier, deleted, source in rows:
            yield Tombstone(identifier=identifier, deleted=_moment(deleted), harvest_source=source)

    def identifiers(self) -> Iterator[str]:
        """Yield every identifier, in code point order."""
        for (identifier,) in self.connection.execute("SELECT identifier FROM record WHERE deleted IS NULL ORDER BY identifier"):
            yield identifier

    def headers(self, window: Window, after: str | None, limit: int) -> list[Header]:
        """Return the first headers of the window behind `after`, by identifier."""
        where, values = _conditions(window)
        if after is not None:
            where, values = f"{where} AND identifier > ?", [*values, after]
        sql = f"SELECT {_HEADER} FROM record INDEXED BY by_identifier WHERE {where} ORDER BY identifier LIMIT ?"  # noqa: S608 (constants)
        return [_header(row) for row in self.connection.execute(sql, (*values, limit))]

    def count_headers(self, window: Window) -> int:
        """Return how many headers are in the window."""
        where, values = _conditions(window)
        sql = f"SELECT count(*) FROM record INDEXED BY by_identifier WHERE {where}"  # noqa: S608 (constants)
        return int(self.connection.execute(sql, values).fetchone()[0])

    def header(self, identifier: str) -> Header | None:
        """Return the header of a record or a tombstone; None where there never was one."""
        row = self.connection.execute(f"SELECT {_HEADER} FROM record WHERE identifier = ?", (identifier,)).fetchone()  # noqa: S608 (a constant)
        return None if row is None else _header(row)

    def sources(self) -> list[str]:
        """Return the names of all harvest sources."""
        found = self.connection.execute(
            "SELECT DISTINCT harvest_source FROM record WHERE harvest_source IS NOT NULL ORDER BY harvest_source"
        )
        return [source for (source,) in found]

    def statistics(self, hidden: frozenset[str] = frozenset()) -> Statistics:
        """Return what is kept, without the bytes on disk; hidden rows are passed over."""
        told = _without(hidden)
        where, values = " AND ".join(["1", *(sql for sql, _ in told)]), [value for _, value in told]

        def ask(columns: str, rest: str) -> sqlite3.Cursor:
            return self.connection.execute(f"SELECT {columns} FROM record {rest.replace('WHERE', f'WHERE {where} AND')}", values)  # noqa: S608 (constants)

        formats = dict(ask("format, count(*)", "WHERE deleted IS NULL GROUP BY format ORDER BY format"))
        deleted = ask("count(*)", "WHERE deleted IS NOT NULL").fetchone()[0]
        updated = ask("coalesce(deleted, loaded)", "WHERE 1 ORDER BY sequence DESC LIMIT 1").fetchone()
        earliest = ask("min(coalesce(deleted, loaded))", "INDEXED BY by_identifier WHERE 1").fetchone()[0]
        return Statistics(
            records=sum(formats.values()),
            deleted=deleted,
            updated=_moment(updated[0]) if updated else None,
            earliest=_moment(earliest) if earliest is not None else None,
            bytes=None,
            formats=formats,
            state=self.state(),
        )


def _refuse_other(connection: sqlite3.Connection) -> None:
    """Refuse a catalogue that another version of Reflecs keeps otherwise."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != _LAYOUT:
        raise EngineError("This catalogue was made by another version of Reflecs, which keeps documents otherwise; load them anew.")


def _check(expect: Expect, identifier: str, *, there: bool) -> None:
    match expect:
        case Expect.NEW if there:
            raise ConflictError(identifier)
        case Expect.KNOWN if not there:
            raise NotFoundError(identifier)
        case _:
            pass


def _check_replaced(entry: Entry, packed: bytes | None) -> None:
    """Raise ChangedError where the present document, None for no record, is not the one that an entry is meant to replace."""
    if entry.replaces is not None and entry.replaces != (b"" if packed is None else _digest(packed)):
        raise ChangedError(entry.identifier)


def _digest(packed: bytes) -> bytes:
    return hashlib.sha256(unpack(packed)).digest()


def _same(packed: bytes, other: bytes) -> bool:
    """Return whether two packed documents are the same: other versions of the compressor may give other bytes for it."""
    return packed == other or unpack(packed) == unpack(other)


def _keep_version(connection: sqlite3.Connection, found: tuple[int, int, bytes, str, float, int], now: datetime) -> None:
    key, _, content, form, loaded, sequence = found
    connection.execute("INSERT INTO version VALUES (?, ?, ?, ?, ?, ?)", (key, sequence, form, loaded, now.timestamp(), content))


def _write(connection: sqlite3.Connection, key: int | None, sequence: int, entry: Entry, document: IndexDocument, now: datetime) -> int:
    values = (
        entry.identifier, sequence, None, entry.format, now.timestamp(), entry.origin, entry.harvest_source,
        document.title, document.created, document.updated, document.date, document.domain, entry.stored,
    )  # fmt: skip
    row = connection.execute(
        "INSERT OR REPLACE INTO record (key, identifier, sequence, deleted, format, loaded, origin, harvest_source, title, created,"
        " updated, date, domain, stored) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, *values),
    )
    written = key if key is not None else int(row.lastrowid or 0)
    connection.execute("INSERT OR REPLACE INTO document VALUES (?, ?)", (written, entry.content))
    return written
