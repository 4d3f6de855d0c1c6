"""Reading an archive: everything in it is held against its manifest before anybody relies on it."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from catalogue.service.archives import manifest
from catalogue.service.archives.histories import History, State
from catalogue.service.archives.manifest import Holdings
from catalogue.service.archives.zipping import ArchiveError, ZipReader
from mappings.xml import MAX_DOCUMENT_BYTES

_TELLING: Final = 250
"""Records after which is told how many are done."""


class Archive:
    """An archive, open for reading.

    Raises:
        ArchiveError: it is no zip archive, its directory is damaged, or it has no manifest.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip = ZipReader(path)
        if manifest.NAME not in self._zip:
            self._zip.close()
            raise ArchiveError(f"{path} is no archive of Reflecs: it holds no {manifest.NAME}. Documents in any zip archive: reflecs load.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()

    def histories(self, progress: Callable[[int], None] | None = None) -> Iterator[History | Holdings]:
        """Yield every history, its documents checked and left where they are, and at last what the archive holds.

        Only who has seen the last knows that the archive is whole. To be called once.

        Raises:
            ArchiveError: something in it is damaged, missing, or named by nobody.
        """
        self._zip.take(manifest.NAME)
        records = tombstones = documents = 0
        for told in manifest.read(self._zip.lines(manifest.NAME, manifest.LONGEST_LINE, manifest.MOST_SHRUNK)):
            if isinstance(told, Holdings):
                self._close(told, Holdings(records=records, tombstones=tombstones, documents=documents))
            else:
                for state in told.states:
                    self._check(state)
                documents += len(told.states)
                records, tombstones = (records + 1, tombstones) if told.deleted is None else (records, tombstones + 1)
                if progress is not None and (records + tombstones) % _TELLING == 0:
                    progress(records + tombstones)
            yield told

    def _check(self, state: State) -> None:
        self._zip.take(state.file or "")
        if hashlib.sha256(self.document(state)).digest() != state.digest:
            raise ArchiveError(f"{self._path} is damaged: {state.file} is not the document that the manifest tells of.")

    def _close(self, told: Holdings, found: Holdings) -> None:
        if told != found:
            raise ArchiveError(f"{self._path} is damaged: it does not hold as much as its manifest says.")
        if (strange := self._zip.untaken()) is not None:
            raise ArchiveError(f"{self._path} is damaged: it holds {strange}, of which its manifest knows nothing.")

    def document(self, state: State) -> bytes:
        """Return the document of a state.

        Raises:
            ArchiveError: it is missing or damaged.
        """
        return self._zip.read(state.file or "", MAX_DOCUMENT_BYTES)


def check(path: Path, progress: Callable[[int], None] | None = None) -> Holdings:
    """Return what an archive holds, all of it checked.

    Raises:
        ArchiveError: it is no archive of Reflecs, or is damaged.
    """
    with Archive(path) as archive:
        return next(told for told in archive.histories(progress) if isinstance(told, Holdings))
