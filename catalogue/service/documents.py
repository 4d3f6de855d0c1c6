"""Finding the documents to load: files, folders and zip archives, each document with the name it is told by."""

import lzma
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mappings.xml import MAX_DOCUMENT_BYTES
from records.errors import CatalogueError

EXTENSIONS: Final = frozenset({".xml", ".json", ".geojson", ".dif", ".iso", ".zip"})
"""What is looked at in a folder or an archive. Other files are told as passed over; a file that is named itself is always looked at."""


BROKEN: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, NotImplementedError, UnicodeError)
"""What Python's zipfile raises for archives that are broken, encrypted, or packed in a way it does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document that is there.

    Attributes:
        origin: the name it is told by: its path, and its place in the archive ("holdings.zip!/a.xml").
        path: the file to read it from; None when `content` is given.
        content: its bytes; None when it is still in its file.
    """

    origin: str
    path: Path | None = None
    content: bytes | None = field(default=None, repr=False)

    def read(self) -> bytes:
        """Return the bytes.

        Raises:
            Unreadable: it is too large, or the file cannot be read.
        """
        if self.content is not None:
            return self.content
        path = self.path or Path(self.origin)
        try:
            size = path.stat().st_size
            if size > MAX_DOCUMENT_BYTES:
                raise Unreadable(self.origin, f"the file has {size:,} bytes; at most {MAX_DOCUMENT_BYTES:,} are read")
            return path.read_bytes()
        except OSError as error:
            raise Unreadable(self.origin, f"the file cannot be read: {error.strerror}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A file in a folder or archive whose ending says that it is no metadata document."""

    origin: str


class Unreadable(CatalogueError):  # noqa: N818  -- the outcome of looking, told to the curator beside the others
    """A document that is there but cannot be had: too large, forbidden, in a broken archive."""

    def __init__(self, origin: str, reason: str) -> None:
        self.origin = origin
        self.reason = reason
        super().__init__(f"{origin}: {reason}")


def find(paths: Iterable[Path]) -> Iterator[Found | PassedOver | Unreadable]:
    """Yield every document at these paths: folders and archives in the order of their names, links to folders not followed.

    What cannot be looked into is yielded as `Unreadable`, not raised, so that the others are found.
    """
    for path in paths:
        if path.is_dir():
            yield from _in_folder(path)
        elif path.exists():
            yield from _in_file(path)
        else:
            yield Unreadable(str(path), "there is no such file or folder")


def _in_folder(folder: Path) -> Iterator[Found | PassedOver | Unreadable]:
    refused: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=refused.append):
        folders.sort()
        for name in sorted(names):
            path = Path(place) / name
            if path.suffix.lower() in EXTENSIONS:
                yield from _in_file(path)
            else:
                yield PassedOver(origin=str(path))
    for error in refused:
        yield Unreadable(str(error.filename), f"the folder cannot be read: {error.strerror}")


def _in_file(path: Path) -> Iterator[Found | PassedOver | Unreadable]:
    if not path.is_file():
        yield Unreadable(str(path), "it is no regular file")
    elif path.suffix.lower() == ".zip":
        yield from _in_archive(path)
    else:
        yield Found(origin=str(path), path=path)


def _in_archive(path: Path) -> Iterator[Found | PassedOver | Unreadable]:
    try:
        with zipfile.ZipFile(path) as archive:
            for info in sorted(archive.infolist(), key=lambda info: info.filename):
                if not info.is_dir():
                    yield _member(archive, info, f"{path}!/{info.filename}")
    except BROKEN as error:
        yield Unreadable(str(path), f"the archive cannot be read: {error}")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, origin: str) -> Found | PassedOver | Unreadable:
    ending = Path(info.filename).suffix.lower()
    if ending == ".zip":
        return Unreadable(origin, "an archive within an archive is not looked into")
    if ending not in EXTENSIONS:
        return PassedOver(origin=origin)
    if info.file_size > MAX_DOCUMENT_BYTES:
        return Unreadable(origin, f"the file has {info.file_size:,} bytes; at most {MAX_DOCUMENT_BYTES:,} are read")
    try:
        with archive.open(info) as member:
            # The size in the directory may lie: never unpack more than a document may have.
            content = member.read(MAX_DOCUMENT_BYTES + 1)
    except BROKEN as error:
        return Unreadable(origin, f"it cannot be unpacked: {error}")
    if len(content) > MAX_DOCUMENT_BYTES:
        return Unreadable(origin, f"it unpacks to more than the {MAX_DOCUMENT_BYTES:,} bytes that are read")
    return Found(origin=origin, content=content)
