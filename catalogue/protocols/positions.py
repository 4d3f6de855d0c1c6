"""Where the pages of an answer begin, for protocols that count records from the first: CSW's startPosition, OpenSearch's startIndex.

A cursor is remembered for each position handed out, so that a harvester who asks page after page pays the same for each, and gets every
record exactly once even while others write. A position that nobody was told is reached by passing over the records before it.
"""

import hashlib
import logging
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path
from typing import Final

from catalogue.query import SearchPage, SearchQuery, digest
from catalogue.service import Catalogue

_KEPT: Final = 100_000
"""So many positions are remembered; the oldest are forgotten."""
_WAIT_SECONDS: Final = 1.0
_LOG: Final = logging.getLogger(__name__)


class Positions:
    """Remembers cursors by question, position and asker.

    Several processes share what they remember by a file; without one each remembers for itself. It is but a memory: what is wrong with it
    is logged, and the positions it lacks are reached by passing over records.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path or ":memory:", timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS position"
            " (number INTEGER PRIMARY KEY AUTOINCREMENT, place BLOB NOT NULL UNIQUE, cursor TEXT NOT NULL)"
        )

    def search(self, catalogue: Catalogue, query: SearchQuery, *, start: int, asker: str) -> SearchPage:
        """Answer a question from the record at position `start` (from 0) on; `query.page` says how many.

        Args:
            catalogue: answers.
            query: the question; its order must be total for all pages, as every order here is.
            start: how many records come before.
            asker: tells one asker from another, so that two who walk at a time do not get into each other's pages.
        """
        cursor = self._cursor(query, start, asker) if start and query.page.limit else None
        page = replace(query.page, offset=0 if cursor else start, cursor=cursor)
        found = catalogue.search(replace(query, page=page))
        if found.next_cursor is not None:
            self._remember(query, start + len(found.hits), asker, found.next_cursor)
        return found

    def _cursor(self, query: SearchQuery, start: int, asker: str) -> str | None:
        try:
            with self._lock:
                row = self._connection.execute("SELECT cursor FROM position WHERE place = ?", (_place(query, start, asker),)).fetchone()
        except sqlite3.Error:
            _LOG.exception("a position cannot be looked up")
            return None
        return None if row is None else str(row[0])

    def _remember(self, query: SearchQuery, start: int, asker: str, cursor: str) -> None:
        try:
            with self._lock:
                row = self._connection.execute(
                    "INSERT OR REPLACE INTO position (place, cursor) VALUES (?, ?)", (_place(query, start, asker), cursor)
                )
                self._connection.execute("DELETE FROM position WHERE number <= ?", ((row.lastrowid or 0) - _KEPT,))
        except sqlite3.Error:
            _LOG.exception("a position cannot be remembered")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _place(query: SearchQuery, start: int, asker: str) -> bytes:
    parts = f"{digest(query, query.sort)} {start} {asker}"
    return hashlib.blake2b(parts.encode("utf-8", "replace"), digest_size=16).digest()
