"""Where deliveries are while they are checked: read from the producer's folder without leaving it, copied, and put in place as a whole."""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from ordering.manifest import NAME, Problem
from records.errors import CatalogueError

_PIECE: Final = 1 << 20
_UNNAMED_TOLD: Final = 100


class ReceivingError(CatalogueError):
    """A delivery that cannot be received at all."""


class UnfitFileError(CatalogueError):
    """A file that is not what the manifest says; its text is the reason."""


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
            target.parent.mkdir(parents=True, exist_ok=True)
            digest, copied = hashlib.sha256(), 0
            with target.open("xb") as copy:
                while copied <= size and (piece := file.read(_PIECE)):
                    digest.update(piece)
                    copied += len(piece)
                    copy.write(piece)
        if copied != size:
            raise UnfitFileError("It changed while it was copied.")
        return digest.hexdigest()

    def unnamed(self, named: Collection[str]) -> list[Problem]:
        """Return what lies in the folder and is not in the manifest; [] where the manifest need not name all."""
        if not self._complete:
            return []
        found: list[Problem] = []
        for root, folders, files, _ in os.fwalk(".", dir_fd=self._folder, follow_symlinks=False):
            links = [name for name in folders if (Path("/proc/self/fd") / str(self._folder) / root / name).is_symlink()]
            for name in sorted([*files, *links]):
                path = os.path.normpath(f"{root}/{name}")
                if path != self._manifest_name and path not in named:
                    found.append(Problem(file=ascii(path)[1:-1][:255], reason="It lies in the delivery and is not in the manifest."))
                if len(found) >= _UNNAMED_TOLD:
                    return found
        return found

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
            raise UnfitFileError(_why(error)) from error
        finally:
            os.close(step)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise UnfitFileError("It is no regular file.")
        return file


def _why(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT:
            return "It is not in the delivery."
        case errno.ELOOP | errno.ENOTDIR:
            return "It is a link, or lies behind one; links are not followed."
        case _:
            return f"It cannot be read: {error.strerror}."


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
    """Remove what a receiving that died has left: copies, and a folder that was put in place and not registered."""
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


def _make_durable(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
