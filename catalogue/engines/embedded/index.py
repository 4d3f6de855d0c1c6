"""The tantivy index of an engine: which one is current, opened, followed by its readers, and brought up to what the store holds."""

import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import tantivy

from catalogue.engines.embedded.clauses import any_term
from catalogue.engines.embedded.schema import WRITER_HEAP, open_index
from catalogue.engines.embedded.store import Changed, Store
from catalogue.engines.stored import decode
from mappings.index.document import index_document
from records.errors import EngineError

_BATCH: Final = 2000
_ATTEMPTS: Final = 5


class SearchIndex:
    """The index that the store names as current, in a folder beside it."""

    def __init__(self, path: Path, store: Store) -> None:
        self._path = path
        self._store = store
        self._lock = threading.Lock()
        self._open: tuple[str, tantivy.Index] | None = None

    def searcher(self) -> tantivy.Searcher:
        """Return what sees the last commit of whichever process.

        Raises:
            EngineError: there is no index, or it cannot be read.
        """
        for _ in range(_ATTEMPTS):
            name = self._store.meta("index")
            try:
                index = self.current()
                index.reload()
            except (OSError, ValueError) as error:
                if self._store.meta("index") == name:
                    raise EngineError("The index of the catalogue cannot be read; run: reflecs reindex") from error
                continue  # another process switched to a new index and removed this one meanwhile
            return index.searcher()
        raise EngineError("The index of the catalogue is being replaced again and again.")

    def current(self) -> tantivy.Index:
        """Return the current index, opened anew where another process has switched to another one."""
        with self._lock:
            for _ in range(_ATTEMPTS):
                name = self._store.meta("index")
                if name is None:
                    break
                if self._open is not None and self._open[0] == name:
                    return self._open[1]
                try:
                    self._open = (name, open_index(self._path / name))
                except FileNotFoundError:
                    continue  # it was switched and removed between the two lines
                return self._open[1]
        raise EngineError("The catalogue has no index; run: reflecs reindex")

    def create(self, name: str) -> tantivy.Index:
        """Return a new, empty index. Needs the writer's lock."""
        return open_index(self._path / name, create=True)

    def seen(self, name: str) -> int:
        """Return the number of the last change that an index has seen."""
        try:
            return int((self._path / name / "sequence").read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def apply(self, changed: Iterable[Changed], sequence: int) -> None:
        """Bring these changes into the current index; `sequence` is the last of them. Needs the writer's lock."""
        name = self._store.meta("index") or ""
        write_changes(self.current(), self._path / name, changed, sequence)

    def catch_up(self) -> None:
        """Bring in what the store holds and the current index has not seen, after a writer was killed. Needs the writer's lock."""
        name = self._store.meta("index") or ""
        seen = self.seen(name)
        last = self._store.sequence()
        if seen < last:
            _sweep(self.current())
            self.follow(self.current(), name, seen, last)

    def follow(self, index: tantivy.Index, name: str, seen: int, last: int) -> None:
        """Bring the changes after `seen` into an index, from the stored records."""
        rows: Iterator[tuple[int, int, bytes | None]] = self._store.changed_since(seen)
        while batch := list(islice(rows, _BATCH)):
            changed = [
                Changed(key, None if stored is None else index_document(decode(stored)).body, known=True) for _, key, stored in batch
            ]
            write_changes(index, self._path / name, changed, min(batch[-1][0], last))


def _sweep(index: tantivy.Index) -> None:
    """Remove the files that a killed writer made and no commit knows. Their names would come again, and tantivy overwrites none."""
    writer = index.writer(heap_size=WRITER_HEAP, num_threads=1)
    writer.garbage_collect_files()
    writer.wait_merging_threads()


def write_changes(index: tantivy.Index, path: Path, changed: Iterable[Changed], sequence: int) -> None:
    """Write changes into an index, one commit, and note the number of the last.

    The note is written behind the commit: a kill between the two has the changes written once more, which changes nothing.
    """
    writer = index.writer(heap_size=WRITER_HEAP, num_threads=1)
    changed = list(changed)
    if known := [change.key for change in changed if change.known]:
        writer.delete_documents_by_query(any_term("key", known))  # by term it deletes nothing where the term is a number
    for change in changed:
        if change.body is not None:
            writer.add_json(f'{{"key":{change.key},{change.body[1:].decode()}')
    writer.commit()
    note = path / "sequence.new"
    note.write_text(str(sequence))
    note.replace(path / "sequence")
    writer.wait_merging_threads()
