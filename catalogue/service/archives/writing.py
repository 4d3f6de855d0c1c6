"""Writing an archive: documents as they came, one after the other, and beside them the manifest."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from catalogue.engines.base import Engine
from catalogue.service.archives import manifest
from catalogue.service.archives.histories import History, State, histories
from catalogue.service.archives.manifest import Heading, Holdings
from catalogue.service.archives.zipping import ArchiveError, Packing, ZipWriter

_TELLING: Final = 250
"""Records after which is told how many are done."""


def backup(
    engine: Engine, path: Path, *, now: datetime, overwrite: bool = False, progress: Callable[[int], None] | None = None
) -> Holdings:
    """Write all that an engine keeps into a new file and return what it holds; a file that is not finished is never seen.

    Each record is whole and as it was at some moment of the writing; what is changed meanwhile may be in it or not.

    Args:
        engine: keeps the records; reading is enough.
        path: of the file.
        now: the time, aware, UTC.
        overwrite: whether a file that is there is replaced, once the new one is whole.
        progress: told how many records and tombstones are done, again and again.

    Raises:
        ArchiveError: the file is there, or cannot be written.
        EngineError: the engine cannot answer.
    """
    if path.exists() and not overwrite:
        raise ArchiveError(f"There is a file {path} already; name another, or say that it is to be overwritten.")
    try:
        with _whole(path) as file:
            return write_archive(engine, file, now=now, progress=progress)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror}.") from error


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to that gets its name when all is written and on the disk, and is gone otherwise."""
    beside, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(beside, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_archive(engine: Engine, file: IO[bytes], *, now: datetime, progress: Callable[[int], None] | None = None) -> Holdings:
    """Write all that an engine keeps into a file that can be sought in; see `backup`."""
    records = tombstones = documents = 0
    with ZipWriter(file, now) as archive, Packing() as told:
        told.write(manifest.line(Heading(made=now)))
        for history in histories(engine):
            for row in manifest.rows_of(_written(archive, documents, history)):
                told.write(manifest.line(row))
            documents += len(history.states)
            records, tombstones = (records + 1, tombstones) if history.deleted is None else (records, tombstones + 1)
            if progress is not None and (records + tombstones) % _TELLING == 0:
                progress(records + tombstones)
        closing = Holdings(records=records, tombstones=tombstones, documents=documents)
        told.write(manifest.line(closing))
        archive.add_packed(manifest.NAME, told)
    if progress is not None:
        progress(records + tombstones)
    return closing


def _written(archive: ZipWriter, number: int, history: History) -> History:
    """Return a history with its documents written, the first of them the `number`th of the archive."""
    states: list[State] = []
    for state in history.states:
        name = manifest.file_of(number + len(states), history.identifier, state)
        archive.add(name, state.content or b"")
        states.append(replace(state, file=name, content=None))
    return replace(history, states=tuple(states))
