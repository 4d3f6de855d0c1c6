"""Makes files to be delivered of files in the archive: plans which, writes each whole or not at all, verifies what it reads.

What is made is the same, byte for byte, however often it is begun anew: names come in one order, times are that of the order.
"""

import gzip
import hashlib
import os
import re
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Self, assert_never, cast

from accounts.codelists import Compression
from ordering.models import Packaging
from ordering.sentences import Sentence, ToldError
from ordering.workspace import digest, is_plain_name

PIECE: Final = 1 << 20
"""Bytes read at once."""
_NOT_SAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_ENDINGS: Final = {Compression.GZIP: ".tar.gz", Compression.ZIP: ".zip", Compression.TAR: ".tar"}
_ALREADY: Final = (".gz", ".zip", ".bz2", ".xz", ".zst", ".tgz")
_LONGEST_NAME: Final = 230  # bytes; with what is put before and behind it, a file system's 255
_MISSING: Final = Sentence(
    "%(name)s is not in the archive at present; the archive has been told.",
    "%(name)s n’est pas dans l’archive actuellement ; l’archive en est avertie.",
)
_DAMAGED: Final = Sentence(
    "%(name)s in the archive is not what was registered; the archive has been told.",
    "%(name)s dans l’archive n’est pas ce qui a été enregistré ; l’archive en est avertie.",
)


class PreparingError(ToldError):
    """Files that cannot be prepared. Its reader cannot help it; the archive can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of the archive that was ordered.

    Attributes:
        data_set: identifier of its data set.
        name: of the file.
        path: where it lies, below `Preparing.files`.
        bytes: as registered.
        sha256: as registered, hexadecimal.
    """

    data_set: str
    name: str
    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A file to be made.

    Attributes:
        name: of it.
        members: what goes into it, by the names they have there; one where each file is by itself.
    """

    name: str
    members: tuple[tuple[str, Source], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file that was made, and is on the disk for good."""

    name: str
    bytes: int
    sha256: str


def plan(number: str, sources: Sequence[Source], compression: Compression, packaging: Packaging | None) -> list[Planned]:
    """Return the files that an order is delivered as, in the order of its sources. No two of them have one name."""
    folders = _folders(sources)
    match packaging:
        case Packaging.ORDER:
            names = [(f"{folders[source.data_set]}/{source.name}", source) for source in sources]
            return [Planned(name=number + _ENDINGS[compression], members=tuple(names))]
        case Packaging.DATA_SET:
            return [
                Planned(name=folder + _ENDINGS[compression], members=tuple((one.name, one) for one in sources if one.data_set == data_set))
                for data_set, folder in folders.items()
            ]
        case Packaging.FILES | None:
            ending = "" if compression is Compression.NONE else f".{'gz' if compression is Compression.GZIP else compression.value}"
            often = Counter(source.name.casefold() for source in sources)
            wanted = [one.name if often[one.name.casefold()] == 1 else f"{folders[one.data_set]}.{one.name}" for one in sources]
            return [Planned(name=name + ending, members=((one.name, one),)) for name, one in zip(_apart(wanted), sources, strict=True)]


def _folders(sources: Sequence[Source]) -> dict[str, str]:
    """Return for each data set a name that a file or folder can have, no two the same."""
    data_sets = list(dict.fromkeys(source.data_set for source in sources))
    names = _apart([_NOT_SAFE.sub("_", data_set).lstrip(".")[:100] or "data" for data_set in data_sets])
    return dict(zip(data_sets, names, strict=True))


def _apart(names: Sequence[str]) -> list[str]:
    """Return names as they are, but none too long, and none like another, on servers that take "A" for "a", too."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        apart = short = name.encode()[:_LONGEST_NAME].decode(errors="ignore")
        count = 1
        while apart.casefold() in taken:
            count += 1
            apart = f"{count}-{short}"
        taken.add(apart.casefold())
        found.append(apart)
    return found


class Preparing:
    """Prepares files.

    Args:
        files: the folder of the archive that `Source.path` is below.
        mark: in the names of files that are not finished, so that no other worker writes into them.
        beat: called between pieces; raises where the work is to be left.
    """

    def __init__(self, files: Path, mark: str, beat: Callable[[], None]) -> None:
        self._files = files
        self._mark = mark
        self._beat = beat

    def make(self, planned: Planned, compression: Compression, packaging: Packaging | None, folder: Path, when: datetime) -> Made:
        """Make one file in a folder; half a file never has its name. It outlives a loss of power once `sync_folder` was called.

        Raises:
            PreparingError: a source is not there, or not as it was registered.
            OSError: the file cannot be written.
        """
        if not is_plain_name(planned.name):
            raise ValueError(f"{planned.name!r} cannot be the name of a file")
        unfinished = folder / f".{hashlib.sha256(planned.name.encode()).hexdigest()[:32]}.{self._mark}.part"
        try:
            with unfinished.open("wb") as out:
                self._write(planned, compression, packaging, out, when)
                out.flush()
                os.fsync(out.fileno())
            alone = compression is Compression.NONE
            made = Made(
                name=planned.name,
                bytes=unfinished.stat().st_size,
                sha256=planned.members[0][1].sha256 if alone else digest(unfinished),
            )
            unfinished.rename(folder / planned.name)
        finally:
            unfinished.unlink(missing_ok=True)
        return made

    def _write(self, planned: Planned, compression: Compression, packaging: Packaging | None, out: BinaryIO, when: datetime) -> None:
        match compression:
            case Compression.NONE:
                self._copy(planned.members[0][1], out)
            case Compression.GZIP if packaging is Packaging.FILES:
                with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as zipped:
                    self._copy(planned.members[0][1], cast("BinaryIO", zipped))
            case Compression.GZIP:
                with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as zipped:
                    self._tar(planned, cast("BinaryIO", zipped), when)
            case Compression.TAR:
                self._tar(planned, out, when)
            case Compression.ZIP:
                self._zip(planned, out, when)
            case _:
                assert_never(compression)

    def _tar(self, planned: Planned, out: BinaryIO, when: datetime) -> None:
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.GNU_FORMAT) as tar:
            for name, source in planned.members:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mtime, entry.mode = source.bytes, int(when.timestamp()), 0o644
                with _Verified(self._files, source, self._beat) as opened:
                    tar.addfile(entry, cast("BinaryIO", opened))

    def _zip(self, planned: Planned, out: BinaryIO, when: datetime) -> None:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, source in planned.members:
                entry = zipfile.ZipInfo(name, when.timetuple()[:6])
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_STORED if name.lower().endswith(_ALREADY) else zipfile.ZIP_DEFLATED
                entry.file_size = source.bytes
                with packed.open(entry, "w") as inside:
                    self._copy(source, cast("BinaryIO", inside))

    def _copy(self, source: Source, out: BinaryIO) -> None:
        with _Verified(self._files, source, self._beat) as opened:
            while piece := opened.read(PIECE):
                out.write(piece)


class _Verified:
    """A file of the archive, read once from its beginning to its end. Leaving it tells whether it was as registered."""

    def __init__(self, files: Path, source: Source, beat: Callable[[], None]) -> None:
        self._source = source
        self._beat = beat
        self._found = hashlib.sha256()
        self._read = 0
        path = files / source.path
        if ".." in Path(source.path).parts or not path.resolve().is_relative_to(files.resolve()):
            raise PreparingError(_DAMAGED, name=source.name)  # a link that leads out of the archive
        try:
            self._opened = path.open("rb")
        except OSError as error:
            raise PreparingError(_MISSING, name=source.name) from error

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            PreparingError: the disk cannot read them, or they are more than were registered.
        """
        self._beat()
        try:
            piece = self._opened.read(size)
        except OSError as error:
            raise PreparingError(_DAMAGED, name=self._source.name) from error
        self._found.update(piece)
        self._read += len(piece)
        if self._read > self._source.bytes or (len(piece) < size and self._read < self._source.bytes):
            raise PreparingError(_DAMAGED, name=self._source.name)
        return piece

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            longer = kind is None and bool(self._opened.read(1))
        finally:
            self._opened.close()
        if kind is None and (longer or self._found.hexdigest() != self._source.sha256):
            raise PreparingError(_DAMAGED, name=self._source.name)
