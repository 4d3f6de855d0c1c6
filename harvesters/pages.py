"""What all protocols hand out and remember: pages of outcomes, the keys that were seen, the marks that are known."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harvesters.outcomes import Fetched, Outcome, Unchanged
from harvesters.source import Checkpoint

Known = Mapping[str, str] | Callable[[str], str | None]
"""From the `key` of a document to the `mark` it was fetched with last. A function may look it up, so that memory stays flat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A page of outcomes.

    Attributes:
        outcomes: () where a page only told something else.
        checkpoint: where to go on once they are kept.
        expected: how many documents the source says it has for this harvest; None where it does not say.
        complete: told by the last step alone: whether everything the source has was seen, so that what is missing is gone.
        whole: told by the last step alone: whether everything that was asked for was seen, of what changed `since` its present state;
            None where it is as `complete` tells.
    """

    outcomes: tuple[Outcome, ...]
    checkpoint: Checkpoint
    expected: int | None = None
    complete: bool = False
    whole: bool | None = None


class Seen:
    """The keys that one harvest has seen, each once. Kept on disk as they grow, so that memory stays flat."""

    def __init__(self) -> None:
        # an empty name is SQLite's for a private file that is gone when it is closed
        self._keys = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._keys.execute("PRAGMA synchronous = OFF")
        self._keys.execute("CREATE TABLE keys (digest INTEGER PRIMARY KEY)")
        self.distinct = 0

    def add(self, keys: Iterable[str]) -> int:
        """Return how many of the keys are new."""
        rows = [(_short(key),) for key in keys]
        self._keys.execute("BEGIN")
        before = self._keys.total_changes
        self._keys.executemany("INSERT OR IGNORE INTO keys VALUES (?)", rows)
        new = self._keys.total_changes - before
        self._keys.execute("COMMIT")
        self.distinct += new
        return new

    def __contains__(self, key: str) -> bool:
        return self._keys.execute("SELECT 1 FROM keys WHERE digest = ?", (_short(key),)).fetchone() is not None

    def close(self) -> None:
        """Forget them."""
        self._keys.close()


def _short(key: str) -> int:
    """64 bits of a key: with ten million keys, the odds are one in 370,000 that any two are taken for one."""
    return int.from_bytes(hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest(), signed=True)


def digest(content: bytes) -> str:
    """Return the mark of a document whose source tells none: the same as long as its bytes are."""
    return "blake2b:" + hashlib.blake2b(content, digest_size=16).hexdigest()


def mark_of(known: Known, key: str) -> str | None:
    """Return the mark that is known of a key; None where the key is not known."""
    return known.get(key) if isinstance(known, Mapping) else known(key)


def told(document: Fetched, known: Known) -> Fetched | Unchanged:
    """Return the document, or that it is unchanged where its mark is the one known."""
    if document.mark is not None and mark_of(known, document.key) == document.mark:
        return Unchanged(key=document.key)
    return document
