"""A folder on an SFTP server. Where the reader gave the fingerprint of its key, no other server gets to see the password."""

import base64
import hashlib
import hmac
import posixpath
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

import paramiko

from ordering.delivering import MARGIN, NO_FOLDER, NOT_LET_IN, OTHER_KEY, PATIENCE, PIECE, REFUSED, UNREACHABLE, DeliveryError, told, within
from ordering.destinations import Destination

_READ: Final = 1 << 15  # what servers give at most in one answer


class SftpFolder:
    """A folder on an SFTP server (`ordering.delivering.Folder`).

    Args:
        destination: what the reader told.
        addresses: of its host, checked.
        margin: seconds until it has to have let us in.

    Raises:
        DeliveryError: it cannot be reached, is another one, does not let us in, or has no such folder.
    """

    def __init__(self, destination: Destination, addresses: tuple[str, ...], margin: float = MARGIN) -> None:
        self._destination = destination
        self._transport = paramiko.Transport(self._connected(addresses))
        try:
            with within(margin, self.abort):
                self._sign_in()
                self._sftp = self._opened()
        except BaseException:
            self._transport.close()
            raise

    def size(self, name: str) -> int | None:
        """Return the size of a file; None where there is none of this name."""
        with self._plain_errors():
            try:
                size: int | None = self._sftp.stat(name).st_size
            except FileNotFoundError:
                return None
        return size

    def digest(self, name: str, beat: Callable[[], None]) -> str | None:
        """Return the SHA-256 of a file, read back; None where it may not be read."""
        found = hashlib.sha256()
        with self._plain_errors():
            try:
                opened = self._sftp.open(name, "rb")
            except PermissionError:
                return None
            with opened:
                while piece := opened.read(_READ):
                    beat()
                    found.update(piece)
        return found.hexdigest()

    def put(self, name: str, content: BinaryIO, offset: int, beat: Callable[[], None]) -> None:
        """Write a file from `offset` on."""
        with self._plain_errors(), self._sftp.open(name, "r+b" if offset else "wb") as opened:
            opened.set_pipelined(True)
            opened.seek(offset)
            piece = content.read(PIECE)
            while piece:
                beat()
                following = content.read(PIECE)
                if not following:
                    opened.set_pipelined(False)  # paramiko looks at the answers to all earlier writes now; else it would drop them
                opened.write(piece)
                piece = following

    def rename(self, old: str, new: str) -> None:
        """Give a file another name; the protocol itself refuses one that is taken."""
        with self._plain_errors():
            self._sftp.rename(old, new)

    def remove(self, name: str) -> None:
        """Take a file away."""
        with self._plain_errors():
            self._sftp.remove(name)

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    def abort(self) -> None:
        """End the connection, from another thread."""
        self._transport.close()

    def _connected(self, addresses: tuple[str, ...]) -> socket.socket:
        for position, address in enumerate(addresses, start=1):
            try:
                return socket.create_connection((address, self._destination.port), PATIENCE)
            except OSError as error:
                if position == len(addresses):
                    raise DeliveryError(UNREACHABLE, host=self._destination.host) from error
        raise DeliveryError(UNREACHABLE, host=self._destination.host)

    def _sign_in(self) -> None:
        self._transport.banner_timeout = self._transport.auth_timeout = self._transport.handshake_timeout = PATIENCE
        with self._plain_errors():
            self._transport.start_client(timeout=PATIENCE)
            shown = fingerprint(self._transport.get_remote_server_key().asbytes())
            wanted = (self._destination.fingerprint or shown).rstrip("=")
            if not hmac.compare_digest(shown, wanted):
                raise DeliveryError(OTHER_KEY, host=self._destination.host, shown=shown)
            try:
                self._transport.auth_password(self._destination.user, self._destination.password, fallback=False)
            except paramiko.AuthenticationException as error:
                raise DeliveryError(NOT_LET_IN, host=self._destination.host) from error

    def _opened(self) -> paramiko.SFTPClient:
        with self._plain_errors():
            sftp = paramiko.SFTPClient.from_transport(self._transport)
            if sftp is None:
                raise DeliveryError(UNREACHABLE, host=self._destination.host)
            sftp.get_channel().settimeout(PATIENCE)
            if self._destination.folder:
                try:
                    sftp.chdir(posixpath.normpath(self._destination.folder))
                except OSError as error:
                    raise DeliveryError(NO_FOLDER, folder=self._destination.folder, host=self._destination.host) from error
            return sftp

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except (TimeoutError, ConnectionError, EOFError, paramiko.SSHException, socket.gaierror) as error:
            raise DeliveryError(UNREACHABLE, host=self._destination.host) from error
        except OSError as error:  # what the server refused
            raise DeliveryError(REFUSED, host=self._destination.host, reply=told(str(error), self._destination.password)) from error


def fingerprint(key: bytes) -> str:
    """Return the fingerprint of a server's public key, as ssh-keygen -lf writes it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
