"""Rebuilding all that is derived from the kept documents: the stored records and the index, beside the old one, while it answers."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final

from catalogue.engines.base import Entry
from catalogue.engines.embedded.index import write_changes
from catalogue.engines.embedded.schema import current_hash, open_index
from catalogue.engines.embedded.store import Changed, Derived, Store
from catalogue.engines.stored import decode, decode_index, encode, unpack
from mappings.index.document import IndexDocument, index_document
from records.errors import CatalogueError
from records.model import Provenance, Record, Source

_BATCH: Final = 1000


def rebuild(path: Path, store: Store, read: Callable[[Record], Entry], progress: Callable[[int, int], None] | None) -> int:
    """Build a new index from the kept documents, switch to it, remove the old; return how many records. Needs the writer's lock.

    A document that cannot be read any more keeps its record as it was read before.
    """
    old = store.meta("index")
    number = int(old.rpartition("-")[2]) + 1 if old else 1
    name = f"index-{number}"
    shutil.rmtree(path / name, ignore_errors=True)
    index = open_index(path / name, create=True)
    total, done = store.count(), 0
    rows = store.every_document()
    while batch := list(islice(rows, _BATCH)):
        derived = [
            Derived(key, *_read_again(stored, Source(content=unpack(content), format=form), Provenance(origin=origin, source=source), read))
            for key, stored, form, content, origin, source in batch
        ]
        store.replace_derived(derived)
        write_changes(index, path / name, [Changed(one.key, one.index.body, known=False) for one in derived], 0)
        done += len(batch)
        if progress is not None:
            progress(done, total)
    (path / name / "sequence").write_text(str(store.sequence()))
    store.set_meta(index=name, fields=current_hash())
    for stale in _others(path, name):
        shutil.rmtree(stale, ignore_errors=True)
    return done


def _others(path: Path, name: str) -> Iterator[Path]:
    return (folder for folder in path.glob("index-*") if folder.name != name)


def _read_again(stored: bytes, source: Source, provenance: Provenance, read: Callable[[Record], Entry]) -> tuple[bytes, IndexDocument]:
    """Return a record, encoded, and its index document as today's program reads its document, under the identifier by which it is known."""
    before = decode(stored)
    try:
        entry = read(replace(before, source=source, provenance=provenance))
    except CatalogueError:
        return stored, index_document(before)
    if entry.identifier == before.identifier:
        return entry.stored, decode_index(entry.index)
    now = replace(decode(entry.stored), identifier=before.identifier)
    return encode(now), index_document(now)
