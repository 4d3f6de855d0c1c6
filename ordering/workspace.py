"""Where prepared files lie: one folder an order, below the archive's folder `workspace`."""

import hashlib
import hmac
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_NUMBER: Final = re.compile(r"R[0-9A-Z]{14}")
_PIECE: Final = 1 << 20


class Shelves:
    """The folders of orders.

    Args:
        archive: the archive's folder.
    """

    def __init__(self, archive: Path) -> None:
        self.folder = archive / "workspace"

    def of(self, number: str) -> Path:
        """Return the folder of an order.

        Raises:
            ValueError: this is no order's number.
        """
        if not _NUMBER.fullmatch(number):
            raise ValueError(f"{number!r} is no number of an order")
        return self.folder / number

    def numbers(self) -> Iterator[str]:
        """Yield the numbers of all orders that have a folder."""
        if self.folder.is_dir():
            yield from sorted(entry.name for entry in os.scandir(self.folder) if _NUMBER.fullmatch(entry.name))

    def clear(self, number: str) -> None:
        """Take the folder of an order away, with all that is in it; one that is not there is away."""
        try:
            shutil.rmtree(self.of(number))
        except FileNotFoundError:
            return

    def free(self) -> int:
        """Return the bytes that the disk has left for us."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free


def is_plain_name(name: str) -> bool:
    """Tell whether a text is the name of a file, and no path to somewhere else."""
    return bool(name) and len(name.encode()) <= 255 and name.isprintable() and "/" not in name and "\\" not in name and name[0] != "."


def sync_folder(folder: Path) -> None:
    """Have the names in a folder outlive a loss of power."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class Links:
    """Signed links to orders of people without an account; whether the files are still there is asked of the order.

    Args:
        secret: of the installation.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"reflecs: links to orders", "sha256")

    def token(self, number: str) -> str:
        """Return what opens the order of this number."""
        return hmac.new(self._key, number.encode(), hashlib.sha256).hexdigest()[:43]

    def opens(self, number: str, token: str) -> bool:
        """Tell whether a token opens an order."""
        return hmac.compare_digest(self.token(number).encode(), token.encode())


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as opened:
        found = hashlib.sha256()
        while piece := opened.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
