"""Brings prepared files into a folder on the reader's server: each whole or not at all, none twice, nothing of the reader's overwritten.

The steps are the same for every protocol; what a protocol does of them is `Folder` (`ordering.ftp`, `ordering.sftp`).
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from ordering.sentences import Sentence, ToldError

PIECE: Final = 1 << 18
"""Bytes sent at once."""
PATIENCE: Final = 30.0
"""Seconds that a server may be silent."""
MARGIN: Final = 120.0
"""Seconds that a server may take for what does not depend on a file's size."""
_LEAST_RATE: Final = 10_000
"""Bytes a second that it must take beside, or give back: whoever takes a few at a time is never silent."""
_CARRIED: Final = 3  # times, of a file, at most: its rest, reading it back, and all of it anew

REFUSED: Final = Sentence(
    "The server %(host)s refused: %(reply)s",
    "Le serveur %(host)s a refusé : %(reply)s",
)
UNREACHABLE: Final = Sentence(
    "The server %(host)s does not answer, or the connection to it broke.",
    "Le serveur %(host)s ne répond pas, ou la connexion a été coupée.",
)
NOT_LET_IN: Final = Sentence(
    "The server %(host)s did not let us in with this user name and password.",
    "Le serveur %(host)s a refusé ce nom d’utilisateur et ce mot de passe.",
)
NO_FOLDER: Final = Sentence(
    "There is no folder %(folder)s on the server %(host)s that we may write to.",
    "Il n’y a pas de dossier %(folder)s où écrire sur le serveur %(host)s.",
)
OTHER_KEY: Final = Sentence(
    "The server %(host)s showed another key than the one you gave: %(shown)s. Nothing was sent, not even the password.",
    "Le serveur %(host)s a présenté une autre clé que celle indiquée : %(shown)s. Rien n’a été envoyé, pas même le mot de passe.",
)
_IN_THE_WAY: Final = Sentence(
    "There is already another file %(name)s in the folder on the server; it was left as it is.",
    "Il y a déjà un autre fichier %(name)s dans le dossier du serveur ; il a été laissé tel quel.",
)
_NOT_WHOLE: Final = Sentence(
    "%(name)s did not arrive whole: %(arrived)s of %(bytes)s bytes.",
    "%(name)s n’est pas arrivé entier : %(arrived)s octets sur %(bytes)s.",
)

_TOO_SLOW: Final = Sentence(
    "The server was too slow: %(name)s had not arrived after %(minutes)s minutes.",
    "Le serveur était trop lent : %(name)s n’était pas arrivé après %(minutes)s minutes.",
)


class DeliveryError(ToldError):
    """A delivery that failed; its reader may be able to mend the cause and try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A prepared file to be brought.

    Attributes:
        name: that it gets.
        path: where it lies here.
        bytes: its size.
        sha256: hexadecimal.
        mark: of the order, in the name it has while it is on its way.
    """

    name: str
    path: Path
    bytes: int
    sha256: str
    mark: str

    @property
    def on_its_way(self) -> str:
        """Return the name it has until it has arrived."""
        return f"{self.mark}-{hashlib.sha256(self.name.encode()).hexdigest()[:16]}.part"


class Folder(Protocol):
    """A folder on a server, connected to. Every method raises DeliveryError where the server does not do it."""

    def size(self, name: str) -> int | None:
        """Return the size of a file; None where there is none of this name."""

    def digest(self, name: str, beat: Callable[[], None]) -> str | None:
        """Return the SHA-256 of a file, read back, hexadecimal; None where it may not be read."""

    def put(self, name: str, content: BinaryIO, offset: int, beat: Callable[[], None]) -> None:
        """Write a file from `offset` on (0: anew) with the rest of `content`, which stands there."""

    def rename(self, old: str, new: str) -> None:
        """Give a file another name, which none has."""

    def remove(self, name: str) -> None:
        """Take a file away."""

    def close(self) -> None:
        """End the connection; never raises."""

    def abort(self) -> None:
        """End the connection, from another thread: who waits for the server gets its DeliveryError; never raises."""


@contextmanager
def within(seconds: float, abort: Callable[[], None]) -> Iterator[None]:
    """Call `abort` from another thread where what is done takes too long: a server that always says a little keeps us no longer."""
    watch = threading.Timer(seconds, abort)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def send(folder: Folder, parcel: Outgoing, beat: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
    """Bring a file, or see that it is there already. What a broken connection left half is gone on with.

    Args:
        folder: where it goes.
        parcel: the file.
        beat: called now and then; raises where the work is to be left.
        clock: tells the seconds that have passed.

    Raises:
        DeliveryError: it is not there whole, or not in the time that a slow line takes.
    """
    seconds = MARGIN + _CARRIED * parcel.bytes / _LEAST_RATE
    last = clock() + seconds

    def beat_in_time() -> None:
        beat()
        if clock() > last:
            raise _too_slow(parcel, seconds)

    try:
        with within(seconds, folder.abort):
            _send(folder, parcel, beat_in_time)
    except DeliveryError as error:
        if clock() > last:
            raise _too_slow(parcel, seconds) from error
        raise


def _too_slow(parcel: Outgoing, seconds: float) -> DeliveryError:
    return DeliveryError(_TOO_SLOW, name=parcel.name, minutes=round(seconds / 60))


def _send(folder: Folder, parcel: Outgoing, beat: Callable[[], None]) -> None:
    there = folder.size(parcel.name)
    if there is not None:
        # Renamed by a worker that was killed before it could say so; or a file of the reader's.
        if there != parcel.bytes or not _is_ours(folder, parcel.name, parcel, beat):
            raise DeliveryError(_IN_THE_WAY, name=parcel.name)
        return
    begun = folder.size(parcel.on_its_way)
    if begun is not None:
        _put(folder, parcel, min(begun, parcel.bytes), beat)
        if not _is_ours(folder, parcel.on_its_way, parcel, beat):
            folder.remove(parcel.on_its_way)
            begun = None
    if begun is None:
        _put(folder, parcel, 0, beat)
    beat()
    arrived = folder.size(parcel.on_its_way)
    if arrived != parcel.bytes:
        raise DeliveryError(_NOT_WHOLE, name=parcel.name, arrived=f"{arrived or 0:,}", bytes=f"{parcel.bytes:,}")
    folder.rename(parcel.on_its_way, parcel.name)


def _is_ours(folder: Folder, name: str, parcel: Outgoing, beat: Callable[[], None]) -> bool:
    """Read back what was not brought in one go; where a server lets nobody read, its size has to do."""
    return folder.digest(name, beat) in {parcel.sha256, None}


def _put(folder: Folder, parcel: Outgoing, offset: int, beat: Callable[[], None]) -> None:
    if 0 < offset == parcel.bytes:
        return
    with parcel.path.open("rb") as content:
        content.seek(offset)
        folder.put(parcel.on_its_way, content, offset, beat)


def told(reply: str, *secrets: str) -> str:
    """Return what a server replied, fit to be shown: one line, not long, without what nobody should read."""
    for secret in secrets:
        if secret:
            reply = reply.replace(secret, "•••")
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in reply).split())
    return line if len(line) <= 200 else f"{line[:199]}…"
