"""The marks of a source's documents while a run asks for them: a copy on the disk, where each is found at once and memory stays flat."""

import sqlite3
import threading
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.harvesting.codelists import ItemState
from catalogue.harvesting.models import HarvestItem
from database.keys import digest_of

_PAGE = 10_000


class Marks:
    """From the key of a document to the mark it was fetched with last. Threads may share it."""

    def __init__(self) -> None:
        # an empty name is SQLite's for a private file that is gone when it is closed
        self._kept = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._kept.execute("PRAGMA synchronous = OFF")
        self._kept.execute("CREATE TABLE marks (digest TEXT PRIMARY KEY, mark TEXT) WITHOUT ROWID")
        self._turn = threading.Lock()

    def load(self, session: Session, source_id: int) -> None:
        """Copy the marks of a source."""
        after = ""
        known = (HarvestItem.source_id == source_id, HarvestItem.mark.is_not(None))
        states = HarvestItem.state.in_([ItemState.KEPT, ItemState.SECOND])
        columns = select(HarvestItem.key_digest, HarvestItem.mark).where(*known, states)
        while rows := session.execute(columns.where(HarvestItem.key_digest > after).order_by(HarvestItem.key_digest).limit(_PAGE)).all():
            with self._turn:
                self._kept.execute("BEGIN")
                self._kept.executemany("INSERT INTO marks VALUES (?, ?)", [(digest, mark) for digest, mark in rows])
                self._kept.execute("COMMIT")
            after = rows[-1][0]

    def get(self, key: str) -> str | None:
        """Return the mark of a key; None where it is not known."""
        with self._turn:
            found = self._kept.execute("SELECT mark FROM marks WHERE digest = ?", (digest_of(key),)).fetchone()
        return None if found is None else found[0]

    def note(self, marks: Iterable[tuple[str, str | None]]) -> None:
        """Put in what documents were fetched with."""
        rows = [(digest_of(key), mark) for key, mark in marks]
        with self._turn:
            self._kept.execute("BEGIN")
            self._kept.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", rows)
            self._kept.execute("COMMIT")

    def close(self) -> None:
        """Forget them."""
        self._kept.close()
