"""An engine as one asker may see it: what is hidden from him is as if it had never been there."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Final

from catalogue.engines.base import Change, Engine, Entry, Expect, Header, Statistics, Suggestion, Tombstone, Version, Window
from catalogue.query import SearchPage, SearchQuery
from records.errors import CatalogueError, EngineError
from records.model import Record

_UNAVAILABLE: Final = "The catalogue cannot tell now what may be shown."


class Visible:
    """The engine contract (`catalogue.engines.base.Engine`), by an engine and what is hidden from whoever asks now.

    Where nothing is hidden the engine is asked as it is. Writing is for those from whom nothing is hidden, and goes straight through.

    Attributes:
        behind: the engine itself.
    """

    def __init__(self, engine: Engine, hidden: Callable[[], frozenset[str]]) -> None:
        """Make the view; `hidden` tells the identifiers of what is hidden, whenever it is asked."""
        self.behind = engine
        self._ask = hidden
        self._marks: dict[frozenset[str], str] = {}

    def _hidden(self) -> frozenset[str]:
        """Return what is hidden. Where that cannot be known, nothing is shown.

        Raises:
            EngineError: it cannot be known.
        """
        try:
            return self._ask()
        except EngineError:
            raise
        except CatalogueError as error:
            raise EngineError(_UNAVAILABLE) from error

    # Reading

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a question."""
        hidden = self._hidden()
        return self.behind.search(replace(query, hidden=query.hidden | hidden) if hidden else query)

    def get(self, identifier: str) -> Record | None:
        """Return the record; None when there is none."""
        return None if identifier in self._hidden() else self.behind.get(identifier)

    def get_many(self, identifiers: Sequence[str], *, documents: bool = False) -> list[Record | None]:
        """Return the records in the order asked; None for each that does not exist."""
        hidden = self._hidden()
        if not hidden:
            return self.behind.get_many(identifiers, documents=documents)
        asked = [identifier for identifier in identifiers if identifier not in hidden]
        found = iter(self.behind.get_many(asked, documents=documents))
        return [None if identifier in hidden else next(found) for identifier in identifiers]

    def known(self, identifiers: Sequence[str]) -> dict[str, bytes]:
        """Return the digests of the documents of those that are kept."""
        hidden = self._hidden()
        return self.behind.known([identifier for identifier in identifiers if identifier not in hidden])

    def versions(self, identifier: str) -> list[Version]:
        """Return the earlier versions of a record."""
        return [] if identifier in self._hidden() else self.behind.versions(identifier)

    def versions_of(self, identifiers: Sequence[str]) -> dict[str, list[Version]]:
        """Return the earlier versions of each of these records that has any."""
        hidden = self._hidden()
        return self.behind.versions_of([identifier for identifier in identifiers if identifier not in hidden])

    def tombstones(self, since: datetime | None = None) -> Iterator[Tombstone]:
        """Yield the tombstones."""
        hidden = self._hidden()
        return (tombstone for tombstone in self.behind.tombstones(since) if tombstone.identifier not in hidden)

    def headers(self, window: Window, *, after: str | None = None, limit: int) -> list[Header]:
        """Return the first headers of the window behind `after`."""
        return self.behind.headers(self._seen(window), after=after, limit=limit)

    def count_headers(self, window: Window) -> int:
        """Return how many headers are in the window."""
        return self.behind.count_headers(self._seen(window))

    def _seen(self, window: Window) -> Window:
        hidden = self._hidden()
        return replace(window, hidden=window.hidden | hidden) if hidden else window

    def header(self, identifier: str) -> Header | None:
        """Return the header of a record or a tombstone."""
        return None if identifier in self._hidden() else self.behind.header(identifier)

    def sources(self) -> list[str]:
        """Return the names of the harvest sources of which something is seen."""
        hidden, names = self._hidden(), self.behind.sources()
        if not hidden:
            return names
        return [name for name in names if self.behind.count_headers(Window(harvest_source=name, hidden=hidden))]

    def values(self, field: str, limit: int, *, hidden: frozenset[str] = frozenset()) -> list[str]:
        """Return values of a field."""
        return self.behind.values(field, limit, hidden=hidden | self._hidden())

    def bounds(self, field: str, *, hidden: frozenset[str] = frozenset()) -> tuple[int, int] | None:
        """Return the least and the greatest value of a field."""
        return self.behind.bounds(field, hidden=hidden | self._hidden())

    def secret(self) -> bytes:
        """Return the random bytes made with the catalogue."""
        return self.behind.secret()

    def identifiers(self) -> Iterator[str]:
        """Yield every identifier."""
        hidden = self._hidden()
        return (identifier for identifier in self.behind.identifiers() if identifier not in hidden)

    def suggest(self, prefix: str, limit: int = 8, *, hidden: frozenset[str] = frozenset()) -> list[Suggestion]:
        """Return what may be typed."""
        return self.behind.suggest(prefix, limit, hidden=hidden | self._hidden())

    def needs_reindex(self) -> bool:
        """Return whether the index was built for another table of fields."""
        return self.behind.needs_reindex()

    def statistics(self, *, hidden: frozenset[str] = frozenset()) -> Statistics:
        """Return what is held of what is seen; its state is another for those who see something else."""
        hidden = hidden | self._hidden()
        held = self.behind.statistics(hidden=hidden)
        return replace(held, state=f"{held.state} {self._mark(hidden)}") if hidden else held

    def _mark(self, hidden: frozenset[str]) -> str:
        """Return a short text that tells one set of identifiers from others, the same in all processes."""
        known = self._marks.get(hidden)
        if known is None:
            known = blake2b(repr(sorted(hidden)).encode("utf-8", "replace"), digest_size=12).hexdigest()
            self._marks = {**self._marks, hidden: known} if len(self._marks) < 16 else {hidden: known}
        return known

    # Writing

    def put(self, entries: Iterable[Entry], *, now: datetime, expect: Expect = Expect.ANY) -> list[Change]:
        """Keep these records."""
        return self.behind.put(entries, now=now, expect=expect)

    def delete(self, identifiers: Iterable[str], *, now: datetime, only: Mapping[str, bytes] | None = None) -> int:
        """Delete these records."""
        return self.behind.delete(identifiers, now=now, only=only)

    def reindex(self, read: Callable[[Record], Entry], progress: Callable[[int, int], None] | None = None) -> int:
        """Rebuild all that is derived from the kept documents."""
        return self.behind.reindex(read, progress)

    def close(self) -> None:
        """Let go of files and locks."""
        self.behind.close()
