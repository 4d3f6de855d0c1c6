"""Where deliveries are while they are checked: read from the producer's folder without leaving it, copied, and put in place as a whole."""

import errno
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from ordering.manifest import DEEPEST, NAME, Problem
from records.errors import CatalogueError

_PIECE: Final = 1 << 20
UNNAMED: Final = "It lies in the delivery and is not in the manifest."
_UNNAMED_TOLD: Final = 100
_KEY: Final = re.compile(r"\d{8}-[0-9a-f]{10}")
"""What `new_key` makes."""


class ReceivingError(CatalogueError):
    """A delivery that cannot be received at all."""


class UnfitFileError(CatalogueError):
    """A file that is not what the manifest says; its text is the reason."""


class AbsentFileError(UnfitFileError):
    """A file that is not there at all."""


class Inbox:
    """A producer's folder, opened so that nothing outside it can be reached.

    Args:
        folder: the open folder, a file descriptor.
        manifest_name: of its manifest.
        complete: whether the manifest must name every file in it.
    """

    def __init__(self, folder: int, manifest_name: str, *, complete: bool) -> None:
        self._folder = folder
        self._manifest_name = manifest_name
        self._complete = complete

    def manifest(self, most: int) -> bytes:
        """Return the manifest.

        Raises:
            ReceivingError: there is none, or it has more than `most` bytes.
        """
        try:
            with os.fdopen(self._opened(self._manifest_name), "rb") as file:
                content = file.read(most + 1)
        except UnfitFileError as error:
            raise ReceivingError(f"There is no {self._manifest_name} to be read: {error}") from error
        if len(content) > most:
            raise ReceivingError(f"The manifest has more than {most:,} bytes.")
        return content

    def copy(self, name: str, target: Path, *, size: int) -> str:
        """Copy a file that must have `size` bytes; return the SHA-256 of the copy.

        Raises:
            UnfitFileError: it is not there, no regular file, or of another size.
        """
        with os.fdopen(self._opened(name), "rb") as file:
            if (found := os.fstat(file.fileno()).st_size) != size:
                raise UnfitFileError(f"It has {found:,} bytes; the manifest says {size:,}.")
            copied, sha256 = _copy(file, target, size)
        if copied != size:
            target.unlink()
            raise UnfitFileError("It changed while it was copied.")
        return sha256

    def copy_as_it_is(self, name: str, target: Path, *, most: int) -> int:
        """Copy a file, whatever it is said to be; return how many bytes it has.

        Raises:
            UnfitFileError: it is not there, no regular file, or has more than `most` bytes.
        """
        with os.fdopen(self._opened(name), "rb") as file:
            copied = os.fstat(file.fileno()).st_size
            if copied <= most:
                copied, _ = _copy(file, target, most)
        if copied > most:
            target.unlink(missing_ok=True)
            raise UnfitFileError(f"It has more than the {most:,} bytes that the archive has room for.")
        return copied

    def names(self, named: Collection[str]) -> Iterator[str]:
        """Yield what the delivery has beside its manifest, by path: all in the folder, or, where the manifest need not name all, `named`.

        Links are among it, and what lies too deep is told as the folder in which it lies.

        Raises:
            ReceivingError: a folder cannot be read.
        """
        if not self._complete:
            yield from named
            return
        for root, folders, files, folder in os.fwalk(".", dir_fd=self._folder, follow_symlinks=False, onerror=_unreadable):
            folders.sort()
            others = folders[:] if len(Path(root).parts) + 1 >= DEEPEST else [name for name in folders if _is_link(folder, name)]
            folders[:] = [name for name in folders if name not in others]
            for name in sorted([*files, *others]):
                path = os.path.normpath(f"{root}/{name}")
                if path != self._manifest_name:
                    yield path

    def unnamed(self, named: Collection[str]) -> list[Problem]:
        """Return what lies in the folder and is not in the manifest; of very much, the first."""
        strays = (path for path in self.names(named) if path not in named)
        return [Problem(file=shown(path), reason=UNNAMED) for path in islice(strays, _UNNAMED_TOLD)]

    def _opened(self, name: str) -> int:
        """Return a regular file, opened for reading; no link is followed on the way to it."""
        *folders, last = name.split("/")
        step = os.dup(self._folder)
        try:
            for folder in folders:
                inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=step)
                os.close(step)
                step = inner
            file = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=step)  # a pipe must not hold us up
        except OSError as error:
            raise _unfit(error) from error
        finally:
            os.close(step)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise UnfitFileError("It is no regular file.")
        return file


def shown(path: str) -> str:
    """Return a path as it can be shown, whatever bytes a producer named a file with."""
    return ascii(path)[1:-1][:255]


def _copy(file: BinaryIO, target: Path, most: int) -> tuple[int, str]:
    """Copy a file, and stop soon after `most` bytes; return how many were copied and their SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, copied = hashlib.sha256(), 0
    with target.open("xb") as copy:
        while copied <= most and (piece := file.read(_PIECE)):
            digest.update(piece)
            copied += len(piece)
            copy.write(piece)
    return copied, digest.hexdigest()


def _is_link(folder: int, name: str) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


def _unreadable(error: OSError) -> None:
    raise ReceivingError(f"The folder {shown(str(error.filename))} of the delivery cannot be read: {error.strerror}.") from error


def _unfit(error: OSError) -> UnfitFileError:
    match error.errno:
        case errno.ENOENT:
            return AbsentFileError("It is not in the delivery.")
        case errno.ELOOP | errno.ENOTDIR:
            return UnfitFileError("It is a link, or lies behind one; links are not followed.")
        case _:
            return UnfitFileError(f"It cannot be read: {error.strerror}.")


@contextmanager
def open_inbox(source: Path) -> Iterator[Inbox]:
    """Open a delivery: a folder with a manifest.csv, or a manifest that names files beside it.

    Raises:
        ReceivingError: there is no such folder or file.
    """
    complete = source.is_dir()
    try:
        folder = os.open(source if complete else source.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise ReceivingError(f"{source} cannot be read: {error.strerror}.") from error
    try:
        yield Inbox(folder, NAME if complete else source.name, complete=complete)
    finally:
        os.close(folder)


class Stage:
    """The place of one delivery in the archive's folder `incoming`, and its way out of there.

    Args:
        archive: the archive's folder.
        key: what the delivery's folders are called.
    """

    def __init__(self, archive: Path, key: str) -> None:
        self.key = key
        self._archive = archive
        self._folder = archive / "incoming" / key
        self.delivered = self._folder / "delivered"
        """What came, as it came."""
        self.kept = self._folder / "kept"
        """What of it goes into the archive, as it will lie there."""
        self.delivered.mkdir(parents=True)
        self.kept.mkdir()

    def keep(self, name: str, path: str) -> None:
        """Take a delivered file to be kept under a path."""
        target = self.kept / path
        target.parent.mkdir(exist_ok=True)
        (self.delivered / name).rename(target)
        target.chmod(0o440)

    def going(self, what: Path, kind: str) -> Callable[[], None]:
        """Make ready to put a folder into the archive's folder `kind`; return the step itself, which is one renaming.

        Until `gone`, a note says that it is on its way, so that `sweep` can tell what a crash left.
        """
        for folder, _, names in os.walk(what):
            for name in names:  # all at the end: the first one brings most of the others to the disk with it
                _make_durable(Path(folder) / name)
            _make_durable(Path(folder))
        target = self._archive / kind / self.key
        target.parent.mkdir(exist_ok=True)
        note = self._note()
        note.touch()
        _make_durable(note.parent)

        def go() -> None:
            what.rename(target)
            _make_durable(target.parent)

        return go

    def gone(self) -> None:
        """Say that it has arrived and is registered."""
        self._note().unlink()

    def clear(self) -> None:
        """Remove what is left."""
        shutil.rmtree(self._folder)

    def _note(self) -> Path:
        return self._archive / "incoming" / f"{self.key}.going"


def new_key(now: datetime) -> str:
    """Return what the folders of a new delivery are called: its day and something that no other has."""
    return f"{now:%Y%m%d}-{secrets.token_hex(5)}"


@contextmanager
def only_one(archive: Path) -> Iterator[None]:
    """Let one process receive into an archive at a time.

    Raises:
        ReceivingError: another one does.
    """
    archive.mkdir(parents=True, exist_ok=True)
    with (archive / "receiving.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ReceivingError("Another delivery is being received now; try again when that is done.") from error
        yield


def sweep(archive: Path, is_registered: Callable[[str], bool]) -> None:
    """Remove what a process that died has left: copies, and folders that were put in place, or thrown away, and are not registered."""
    incoming = archive / "incoming"
    incoming.mkdir(exist_ok=True)
    for note in incoming.glob("*.going"):
        if not is_registered(note.stem):
            for folder in (archive / kind / note.stem for kind in ("files", "quarantine")):
                if folder.exists():
                    shutil.rmtree(folder)
        note.unlink()
    for left in incoming.iterdir():
        shutil.rmtree(left)
    for folder in (archive / "quarantine").glob("*"):
        if _KEY.fullmatch(folder.name) and not is_registered(folder.name):
            shutil.rmtree(folder)


def _make_durable(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
