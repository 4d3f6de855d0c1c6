"""Looks into packed files without unpacking them: whether they are whole, and whether they are what would harm who unpacks them."""

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

_PIECE: Final = 1 << 20
"""Bytes that are read at once; also the most that the headers of an archive may want."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedLimits:
    """What a packed file may become.

    Attributes:
        ratio: how many times its own size it may unpack to …
        free: … beyond this many bytes, which any may.
        most: bytes that none may exceed.
        members: files in one archive.
    """

    ratio: int = 200
    free: int = 10_000_000
    most: int = 500_000_000_000
    members: int = 100_000

    def allowed(self, packed: int) -> int:
        """Return the bytes that a file of `packed` bytes may unpack to."""
        return min(max(self.free, packed * self.ratio), self.most)


class _Unfit(Exception):  # noqa: N818 -- no error of the house: what is found, on its way out of the libraries' loops
    """What is wrong with an archive, as a sentence."""


def whats_wrong(path: Path, name: str, limits: PackedLimits) -> str | None:
    """Return why a packed file is not accepted, as a sentence; None when nothing is wrong, or `name` is of no packed file."""
    look = _looking(name)
    if look is None:
        return None
    size = path.stat().st_size
    if not size:
        return "It is empty."
    try:
        with path.open("rb") as file:
            look(file, limits.allowed(size), limits)
    except _Unfit as unfit:
        return str(unfit)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, NotImplementedError, RuntimeError) as error:
        return f"It is damaged, or not what its name says: {error}."
    return None


def _looking(name: str) -> Callable[[IO[bytes], int, PackedLimits], None] | None:
    match name.lower().split(".")[-2:]:
        case [_, "tgz"] | ["tar", "gz"]:
            return _look_into_tar_gz
        case [_, "gz"]:
            return _read_gz
        case [_, "tar"]:
            return _look_into_tar
        case [_, "zip"]:
            return _look_into_zip
    return None


class _Counted:
    """A stream that is read once, forwards, and never further than allowed, whatever the headers in it say."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile, allowed: int) -> None:
        self._file = file
        self._allowed = allowed
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; more than a piece at once is asked for by headers that lie."""
        if not 0 <= size <= _PIECE:
            raise _Unfit("A header in it is larger than any need be.")
        piece = self._file.read(size)
        self._read += len(piece)
        if self._read > self._allowed:
            raise _Unfit(f"It unpacks to more than {self._allowed:,} bytes, which is more than a file of its size may.")
        return piece

    def tell(self) -> int:
        """Return where it is read."""
        return self._read

    def seek(self, target: int) -> int:
        """Go forwards."""
        if target < self._read:
            raise _Unfit("Its headers point backwards.")
        while self._read < target and self.read(min(_PIECE, target - self._read)):
            pass
        return self._read

    def rest(self) -> Iterator[bytes]:
        """Yield what has not been read."""
        while piece := self.read(_PIECE):
            yield piece


@contextmanager
def _unzipped(file: IO[bytes], allowed: int) -> Iterator[_Counted]:
    with gzip.GzipFile(fileobj=file) as stream:
        yield _Counted(stream, allowed)


def _read_gz(file: IO[bytes], allowed: int, _limits: PackedLimits) -> None:
    with _unzipped(file, allowed) as stream:
        for _ in stream.rest():
            pass


def _look_into_tar_gz(file: IO[bytes], allowed: int, limits: PackedLimits) -> None:
    with _unzipped(file, allowed) as stream:
        _walk(stream, limits)


def _look_into_tar(file: IO[bytes], allowed: int, limits: PackedLimits) -> None:
    _walk(_Counted(file, allowed), limits)


def _walk(stream: _Counted, limits: PackedLimits) -> None:
    files = 0
    with tarfile.open(fileobj=stream, mode="r:") as archive:  # type: ignore[call-overload]  # it asks for no more than what _Counted has
        for number, member in enumerate(archive, start=1):
            archive.members = []  # which it would keep, one an entry
            if number > limits.members:
                raise _Unfit(f"It holds more than {limits.members:,} files.")
            _check_member(member.name)
            if not (member.isreg() or member.isdir()) or member.issparse():
                raise _Unfit(f"It holds {member.name!r}, which is neither a file nor a folder.")
            files += member.isreg()
    if not files:
        raise _Unfit("It holds no file.")
    if any(piece.strip(b"\0") for piece in stream.rest()):  # tarfile takes a damaged header for the end
        raise _Unfit("It is damaged: something follows its end.")


def _look_into_zip(file: IO[bytes], allowed: int, limits: PackedLimits) -> None:
    left = allowed
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) > limits.members or not members:
            raise _Unfit(f"It holds no file, or more than {limits.members:,}.")
        for member in members:
            _check_member(member.filename)
            if member.external_attr >> 28 not in {0, 4, 8}:  # the type of file that Unix keeps there: none, folder, file
                raise _Unfit(f"It holds {member.filename!r}, which is neither a file nor a folder.")
            with archive.open(member) as opened:
                while piece := opened.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        raise _Unfit(f"It unpacks to more than {allowed:,} bytes, which is more than a file of its size may.")


def _check_member(name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or not name.isprintable() or len(name) > 1000:
        raise _Unfit(f"It holds {name[:100]!r}, which would be unpacked elsewhere.")
