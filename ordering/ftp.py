"""A folder on an FTP server. Passive only: nobody connects to us, and data go to the address that was checked, whatever the server says."""

import ftplib
import hashlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final

from ordering.delivering import MARGIN, NO_FOLDER, NOT_LET_IN, PATIENCE, PIECE, REFUSED, UNREACHABLE, DeliveryError, told, within
from ordering.destinations import Destination

_NO_SUCH_FILE: Final = "550"
_LONGEST_REPLY: Final = 1000
"""Lines; the longest greetings of servers have some dozens."""
_NO_OFFSET: Final = ("501", "502", "504")  # what servers say that do not know REST


class _Control(ftplib.FTP):
    """An FTP connection that ends when it is told to, and where a reply has no end.

    What is shut down for reading goes on being read on Linux as long as the other side is faster with writing.
    """

    ended = False
    _lines = 0

    def getmultiline(self) -> str:
        self._lines = 0
        return super().getmultiline()

    def getline(self) -> str:
        self._lines += 1
        if self.ended or self._lines > _LONGEST_REPLY:
            raise EOFError
        return super().getline()


class FtpFolder:
    """A folder on an FTP server (`ordering.delivering.Folder`).

    Args:
        destination: what the reader told.
        addresses: of its host, checked.
        margin: seconds until it has to have let us in.

    Raises:
        DeliveryError: it cannot be reached, does not let us in, or has no such folder.
    """

    def __init__(self, destination: Destination, addresses: tuple[str, ...], margin: float = MARGIN) -> None:
        self._destination = destination
        self._ftp = _Control(timeout=PATIENCE, encoding="utf-8")
        try:
            with within(margin, self.abort):
                self._connect(addresses)
                self._sign_in()
                self._enter()
        except BaseException:
            self._ftp.close()
            raise

    def size(self, name: str) -> int | None:
        """Return the size of a file; None where there is none of this name."""
        with self._plain_errors():
            try:
                return self._ftp.size(name)
            except ftplib.error_perm as error:
                if str(error).startswith(_NO_SUCH_FILE):
                    return None
                raise

    def digest(self, name: str, beat: Callable[[], None]) -> str | None:
        """Return the SHA-256 of a file, read back; None where it may not be read."""
        found = hashlib.sha256()

        def take(piece: bytes) -> None:
            beat()
            found.update(piece)

        with self._plain_errors():
            try:
                self._ftp.retrbinary(f"RETR {name}", take, PIECE)
            except ftplib.error_perm:
                return None
        return found.hexdigest()

    def put(self, name: str, content: BinaryIO, offset: int, beat: Callable[[], None]) -> None:
        """Write a file from `offset` on; anew where the server cannot go on in a file."""
        with self._plain_errors():
            try:
                self._ftp.storbinary(f"STOR {name}", content, PIECE, lambda _piece: beat(), rest=offset or None)
            except ftplib.error_perm as error:
                if not offset or not str(error).startswith(_NO_OFFSET):
                    raise
                content.seek(0)
                self._ftp.storbinary(f"STOR {name}", content, PIECE, lambda _piece: beat())

    def rename(self, old: str, new: str) -> None:
        """Give a file another name."""
        with self._plain_errors():
            self._ftp.rename(old, new)

    def remove(self, name: str) -> None:
        """Take a file away."""
        with self._plain_errors():
            self._ftp.delete(name)

    def close(self) -> None:
        """End the connection, with a farewell where the server is still there."""
        with suppress(*ftplib.all_errors, UnicodeError), within(PATIENCE, self.abort):
            self._ftp.quit()
        self._ftp.close()

    def abort(self) -> None:
        """End the connection, from another thread."""
        self._ftp.ended = True
        connection = self._ftp.sock
        if connection is not None:
            with suppress(OSError):  # it has ended
                connection.shutdown(socket.SHUT_RDWR)

    def _connect(self, addresses: tuple[str, ...]) -> None:
        for position, address in enumerate(addresses, start=1):
            try:
                self._ftp.connect(address, self._destination.port)
            except (OSError, EOFError, ftplib.Error) as error:
                if position == len(addresses):
                    raise DeliveryError(UNREACHABLE, host=self._destination.host) from error
            else:
                return

    def _sign_in(self) -> None:
        with self._plain_errors():
            try:
                self._ftp.login(self._destination.user, self._destination.password)
            except ftplib.error_perm as error:
                raise DeliveryError(NOT_LET_IN, host=self._destination.host) from error
            self._ftp.voidcmd("TYPE I")  # sizes in bytes, and no line ends changed

    def _enter(self) -> None:
        if not self._destination.folder:
            return
        with self._plain_errors():
            try:
                self._ftp.cwd(self._destination.folder)
            except ftplib.error_perm as error:
                raise DeliveryError(NO_FOLDER, folder=self._destination.folder, host=self._destination.host) from error

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except (ftplib.error_perm, ftplib.error_temp, ftplib.error_reply) as error:
            reply = told(str(error), self._destination.password)
            raise DeliveryError(REFUSED, host=self._destination.host, reply=reply) from error
        except (OSError, EOFError, ftplib.Error, UnicodeError) as error:
            raise DeliveryError(UNREACHABLE, host=self._destination.host) from error
