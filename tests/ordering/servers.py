"""Real FTP and SFTP servers on loopback, which write down what they did and can be told to misbehave."""

import os
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import paramiko

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it stands on asyncore, which Python 3.11 calls old
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import DTPHandler, FTPHandler
    from pyftpdlib.ioloop import IOLoop
    from pyftpdlib.servers import FTPServer

USER: Final = "hypatia"
PASSWORD: Final = "of Alexandria"
_ACCEPT: Final = 0.05  # seconds between two looks at whether to end


@dataclass
class Seen:
    """What a server saw.

    Attributes:
        folder: the user's.
        port: where it listens.
        renamed: new names of files, from its folder on, in their order.
        received: bytes of files it took.
        break_after: bytes of one upload after which the server breaks the connection, once; None for never.
        refuse: commands that the FTP server refuses, with its reply.
    """

    folder: Path
    port: int = 0
    renamed: list[str] = field(default_factory=list)
    received: int = 0
    break_after: int | None = None
    refuse: dict[str, str] = field(default_factory=dict)
    signed_in: int = 0


@contextmanager
def ftp_server(folder: Path, *, permissions: str = "elradfmwMT") -> Iterator[Seen]:
    """Serve a folder by FTP."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = Seen(folder)
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, PASSWORD, str(folder), perm=permissions)

    class Transfer(DTPHandler):  # type: ignore[misc]  # pyftpdlib has no annotations
        taken = 0

        def handle_read(self) -> None:
            before = self.tot_bytes_received
            super().handle_read()
            seen.received += self.tot_bytes_received - before
            if seen.break_after is not None and self.tot_bytes_received >= seen.break_after:
                seen.break_after = None
                self.cmd_channel.close()

        handle_read_event = handle_read  # which pyftpdlib calls

    class Handler(FTPHandler):  # type: ignore[misc]  # as above
        def ftp_RNTO(self, path: str) -> Any:  # noqa: N802 -- pyftpdlib's
            seen.renamed.append(str(Path(path).relative_to(folder)))
            return super().ftp_RNTO(path)

        def on_login(self, username: str) -> None:
            seen.signed_in += username == USER

        def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
            if cmd in seen.refuse:
                self.respond(seen.refuse[cmd])
                return
            super().pre_process_command(line, cmd, arg)

    Handler.authorizer = authorizer
    Handler.dtp_handler = Transfer
    Handler.permit_foreign_addresses = False
    loop = IOLoop()
    server = FTPServer(("127.0.0.1", 0), Handler, ioloop=loop)
    seen.port = server.socket.getsockname()[1]
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            loop.loop(timeout=_ACCEPT, blocking=False)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
        server.close_all()


class _Door(paramiko.ServerInterface):  # type: ignore[misc]  # paramiko has no annotations
    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def check_auth_password(self, username: str, password: str) -> int:
        self._seen.signed_in += 1
        return int(paramiko.AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else paramiko.AUTH_FAILED)

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 -- paramiko's
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002 -- paramiko's
        return int(paramiko.OPEN_SUCCEEDED)


class _SilentDoor(_Door):
    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:  # noqa: ARG002 -- paramiko's
        return True  # and nobody is behind it


class _File(paramiko.SFTPHandle):  # type: ignore[misc]  # paramiko has no annotations
    def __init__(self, seen: Seen, path: Path, flags: int) -> None:
        super().__init__(flags)
        self._seen = seen
        self._opened = os.open(path, flags, 0o644)

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._opened, length, offset)

    def write(self, offset: int, data: bytes) -> int:
        os.pwrite(self._opened, data, offset)
        self._seen.received += len(data)
        if self._seen.break_after is not None and offset + len(data) >= self._seen.break_after:
            self._seen.break_after = None
            raise OSError("the server dies")
        return int(paramiko.SFTP_OK)

    def close(self) -> None:
        os.close(self._opened)


class _Files(paramiko.SFTPServerInterface):  # type: ignore[misc]  # paramiko has no annotations
    seen: Seen

    def __init__(self, server: _Door, *args: object, **kwargs: object) -> None:
        self.seen = server._seen  # noqa: SLF001 -- of the same server
        super().__init__(server, *args, **kwargs)

    def _real(self, path: str) -> Path:
        return self.seen.folder / str(self.canonicalize(path)).lstrip("/")

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def open(self, path: str, flags: int, attr: Any) -> Any:  # noqa: ARG002 -- paramiko's
        try:
            return _File(self.seen, self._real(path), flags)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def remove(self, path: str) -> Any:
        self._real(path).unlink()
        return paramiko.SFTP_OK

    def rename(self, oldpath: str, newpath: str) -> Any:
        if self._real(newpath).exists():
            return paramiko.SFTP_FAILURE
        self.seen.renamed.append(newpath.lstrip("/"))
        self._real(oldpath).rename(self._real(newpath))
        return paramiko.SFTP_OK


@contextmanager
def sftp_server(folder: Path, key: paramiko.PKey, *, silent: bool = False) -> Iterator[Seen]:
    """Serve a folder by SFTP; `silent`, open the channel and say nothing there."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = Seen(folder)
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(_ACCEPT)
    seen.port = listening.getsockname()[1]
    ended = threading.Event()
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            connection.settimeout(None)
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files)
            try:
                transport.start_server(server=_SilentDoor(seen) if silent else _Door(seen))
            except (paramiko.SSHException, EOFError, OSError):
                continue  # the other one left: it did not like our key

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()
        for transport in transports:
            transport.close()
        listening.close()
