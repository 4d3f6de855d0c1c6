"""A folder of this machine, or a zip file: its documents in the order of their paths. What is linked to from outside is not followed."""

import fnmatch
import os
import zipfile
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from harvesters.errors import Fault, HarvestError
from harvesters.outcomes import Fetched, Outcome, Rejected, Unchanged
from harvesters.pages import Known, Step, mark_of
from harvesters.source import Checkpoint, Source

DEFAULT_FILES: Final = "*.xml *.json"
_DOCUMENTS: Final = (".xml", ".json", ".geojson", ".dif", ".iso")
"""How the names of documents end. Other files are passed over, whatever is asked for: a source is no way to look about on this machine."""
MAX_MEMBERS: Final = 1_000_000
"""Of a zip file."""
_PAGE_BYTES: Final = 64 * 1024 * 1024
"""So much is read of a zip's documents for one page, however small they are packed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A document that is there.

    Attributes:
        path: below the folder or in the zip, with slashes.
        mark: changes when the document does.
        size: in bytes, unpacked, as it is told.
    """

    path: str
    mark: str
    size: int
    changed: datetime | None


def harvest(source: Source, *, allowed: bool, known: Known, checkpoint: Checkpoint | None) -> Generator[Step, None, None]:
    """Yield the documents of a folder, a page at a time; see `harvesters.harvest`.

    Args:
        source: whose `url` is a path, or a `file:` address.
        allowed: whether files of this machine may be sources.
        known: as everywhere; keys are paths below the folder.
        checkpoint: as everywhere.

    Raises:
        HarvestError: files may not be sources, or there is no such folder.
    """
    if not allowed:
        raise HarvestError(
            "files of this machine are no sources here, unless the administrator allows it", fault=Fault.REFUSED, where=source.url
        )
    after = str(checkpoint.values().get("after") or "") if checkpoint else ""
    doubt = bool(checkpoint.values().get("doubt")) if checkpoint else False
    with _opened(_path(source.url), source) as holder:
        outcomes: list[Outcome] = []
        held = 0
        for entry in holder.entries():
            if entry.path <= after:
                continue
            outcome = _outcome(entry, holder, known, source.max_bytes)
            outcomes.append(outcome)
            held += len(outcome.content) if isinstance(outcome, Fetched) else 0
            after = entry.path
            if len(outcomes) == source.page_size or held >= _PAGE_BYTES:
                checkpoint = Checkpoint.of(after=after, doubt=doubt or not holder.whole)
                yield Step(outcomes=tuple(outcomes), checkpoint=checkpoint, expected=holder.expected)
                outcomes, held = [], 0
        doubt = doubt or not holder.whole
        checkpoint = Checkpoint.of(after=after, doubt=doubt)
        yield Step(outcomes=tuple(outcomes), checkpoint=checkpoint, expected=holder.expected, complete=not doubt)


def _path(url: str) -> Path:
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else Path(url)


def _outcome(entry: _Entry, holder: "_Folder | _Zip", known: Known, most: int) -> Outcome:
    if mark_of(known, entry.path) == entry.mark:
        return Unchanged(key=entry.path)
    if entry.size > most:
        return Rejected(origin=entry.path, reason=f"the document has more than {most:,} bytes")
    try:
        content = holder.read(entry.path, most + 1)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:  # a zip may be broken or locked
        return Rejected(origin=entry.path, reason=f"the document cannot be read: {error}")
    if len(content) > most:
        return Rejected(origin=entry.path, reason=f"the document has more than {most:,} bytes")
    return Fetched(identifier=None, content=content, origin=entry.path, changed=entry.changed, mark=entry.mark)


def _opened(path: Path, source: Source) -> "_Folder | _Zip":
    files = source.filters.get("files", DEFAULT_FILES).split()
    if path.is_dir():
        return _Folder(path, files)
    try:
        return _Zip(path, files)
    except (OSError, zipfile.BadZipFile) as error:
        raise HarvestError(f"this is no folder, and no zip file that can be read: {error}", fault=Fault.REFUSED, where=str(path)) from error


def _wanted(name: str, files: list[str]) -> bool:
    return name.lower().endswith(_DOCUMENTS) and any(fnmatch.fnmatch(name.lower(), each.lower()) for each in files)


class _Folder:
    """A folder.

    Attributes:
        whole: whether every folder below could be listed.
        expected: None: a folder is not counted before it is walked through.
    """

    expected: int | None = None

    def __init__(self, top: Path, files: list[str]) -> None:
        self.whole = True
        self._top = top
        self._files = files

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def entries(self, below: str = "") -> Iterator[_Entry]:
        """Yield the documents, in the order of their paths."""
        try:
            with os.scandir(self._top / below) as listing:
                found = sorted((f"{each.name}/" if each.is_dir(follow_symlinks=False) else each.name, each) for each in listing)
        except OSError as error:
            if not below:
                raise HarvestError(f"the folder cannot be listed: {error.strerror}", fault=Fault.REFUSED, where=str(self._top)) from error
            self.whole = False
            return
        for name, each in found:
            if name.endswith("/"):
                yield from self.entries(f"{below}{name}")
            elif each.is_file(follow_symlinks=False) and _wanted(name, self._files):
                about = each.stat(follow_symlinks=False)
                changed = datetime.fromtimestamp(about.st_mtime, UTC)
                mark = f"{about.st_mtime_ns}-{about.st_ctime_ns}-{about.st_size}"
                yield _Entry(path=f"{below}{name}", mark=mark, size=about.st_size, changed=changed)

    def read(self, path: str, most: int) -> bytes:
        """Return so many bytes of a document at most."""
        # a link that took the file's place since it was listed is not followed
        descriptor = os.open(self._top / path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(most)


class _Zip:
    """A zip file. Nothing of it is unpacked to the disk.

    Attributes:
        whole: always: its list of members is one.
        expected: how many documents it has.
    """

    whole = True

    def __init__(self, path: Path, files: list[str]) -> None:
        self._zip = zipfile.ZipFile(path)
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            self._zip.close()
            raise HarvestError(f"the zip file has more than {MAX_MEMBERS:,} members", fault=Fault.REFUSED, where=str(path))
        named = {each.filename: each for each in members if not each.is_dir() and _wanted(each.filename.rpartition("/")[2], files)}
        self._members = [named[name] for name in sorted(named)]
        self.expected = len(self._members)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def entries(self) -> Iterator[_Entry]:
        """Yield the documents, in the order of their paths."""
        for each in self._members:
            yield _Entry(path=each.filename, mark=f"{each.CRC:08x}-{each.file_size}", size=each.file_size, changed=_time(each))

    def read(self, path: str, most: int) -> bytes:
        """Return so many bytes of a document at most, however much it unpacks to."""
        with self._zip.open(path) as file:
            return file.read(most)


def _time(member: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*member.date_time, tzinfo=UTC)  # a zip tells no time zone
    except ValueError:
        return None
