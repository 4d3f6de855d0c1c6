"""Files reach the reader's server whole, once, and leave what is there alone: real FTP and SFTP on loopback."""

import hashlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import paramiko
import pytest

from ordering.delivering import DeliveryError, Folder, Outgoing, send, told
from ordering.destinations import Destination
from ordering.ftp import FtpFolder
from ordering.sftp import SftpFolder, fingerprint
from tests.ordering.servers import PASSWORD, USER, Seen, ftp_server, sftp_server

CONTENT = random.Random(3).randbytes(3_000_000)  # noqa: S311 -- the same each time is meant


@pytest.fixture(scope="session")
def key() -> paramiko.PKey:
    return paramiko.ECDSAKey.generate()


@dataclass
class Server:
    """A server and how it is connected to."""

    seen: Seen
    connect: Callable[[Destination, tuple[str, ...]], Folder]
    destination: Destination

    @contextmanager
    def folder(self, **changes: str) -> Iterator[Folder]:
        with closing(self.connect(replace(self.destination, **changes), ("127.0.0.1",))) as connected:  # type: ignore[arg-type]
            yield connected


@pytest.fixture(params=["ftp", "sftp"])
def server(request: pytest.FixtureRequest, tmp_path: Path, key: paramiko.PKey) -> Iterator[Server]:
    (tmp_path / "theirs" / "in").mkdir(parents=True)
    if request.param == "ftp":
        with ftp_server(tmp_path / "theirs") as seen:
            yield Server(seen, FtpFolder, Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD, folder="in"))
        return
    with sftp_server(tmp_path / "theirs", key) as seen:
        yield Server(seen, SftpFolder, Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD, folder="in"))


@pytest.fixture
def parcel(tmp_path: Path) -> Outgoing:
    path = tmp_path / "prepared.tar"
    path.write_bytes(CONTENT)
    return Outgoing(name="R1.tar", path=path, bytes=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest(), mark="R1")


def _arrived(server: Server) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (server.seen.folder / "in").iterdir()}


def _quiet() -> None:
    return None


def test_a_file_arrives_whole_under_its_name(server: Server, parcel: Outgoing) -> None:
    with server.folder() as folder:
        send(folder, parcel, _quiet)
    assert _arrived(server) == {"R1.tar": CONTENT}
    assert (server.seen.renamed, server.seen.received) == (["in/R1.tar"], len(CONTENT))


def test_a_file_that_arrived_before_is_not_sent_again(server: Server, parcel: Outgoing) -> None:
    """The worker was killed after it had renamed the file, and before it could write that down."""
    for _ in range(2):
        with server.folder() as folder:
            send(folder, parcel, _quiet)
    assert _arrived(server) == {"R1.tar": CONTENT}
    assert (server.seen.renamed, server.seen.received) == (["in/R1.tar"], len(CONTENT))


def test_a_broken_delivery_says_why_and_goes_on_where_it_broke(server: Server, parcel: Outgoing) -> None:
    server.seen.break_after = 1_000_000
    with pytest.raises(DeliveryError, match=r"connection|refused"), server.folder() as folder:
        send(folder, parcel, _quiet)
    assert set(_arrived(server)) == {parcel.on_its_way}
    with server.folder() as folder:
        send(folder, parcel, _quiet)
    assert _arrived(server) == {"R1.tar": CONTENT}
    assert server.seen.received < len(CONTENT) + 1_000_000
    assert server.seen.renamed == ["in/R1.tar"]


@pytest.mark.parametrize("left", [CONTENT[:1000], CONTENT, b"not ours" * 10, CONTENT + b"more", b""])
def test_what_lies_half_there_is_gone_on_with_only_where_it_is_ours(server: Server, parcel: Outgoing, left: bytes) -> None:
    (server.seen.folder / "in" / parcel.on_its_way).write_bytes(left)
    with server.folder() as folder:
        send(folder, parcel, _quiet)
    assert _arrived(server) == {"R1.tar": CONTENT}


@pytest.mark.parametrize("theirs", [b"a file of the reader's", CONTENT[:-1] + b"?"])
def test_a_file_of_the_readers_is_not_overwritten(server: Server, parcel: Outgoing, theirs: bytes) -> None:
    (server.seen.folder / "in" / "R1.tar").write_bytes(theirs)
    with server.folder() as folder, pytest.raises(DeliveryError, match="already another file"):
        send(folder, parcel, _quiet)
    assert _arrived(server) == {"R1.tar": theirs}


def test_a_folder_that_is_not_there_is_told(server: Server) -> None:
    with pytest.raises(DeliveryError, match="no folder elsewhere"), server.folder(folder="elsewhere"):
        pass


def test_a_wrong_password_is_told_and_not_shown(server: Server) -> None:
    with pytest.raises(DeliveryError, match="did not let us in") as refused, server.folder(password="another word"):
        pass
    assert "another word" not in str(refused.value)


def test_a_server_that_does_not_answer_is_told(server: Server) -> None:
    closed = replace(server.destination, port=1)
    with pytest.raises(DeliveryError, match="does not answer"):
        server.connect(closed, ("127.0.0.1",))


def test_of_several_addresses_the_one_that_answers_is_taken(server: Server, parcel: Outgoing) -> None:
    with closing(server.connect(server.destination, ("127.0.0.2", "127.0.0.1"))) as folder:
        send(folder, parcel, _quiet)
    assert _arrived(server) == {"R1.tar": CONTENT}


def test_the_work_can_be_left_in_the_middle(server: Server, parcel: Outgoing) -> None:
    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1
        if beats == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), server.folder() as folder:
        send(folder, parcel, beat)
    assert "R1.tar" not in _arrived(server)
    with server.folder() as folder:
        send(folder, parcel, _quiet)
    assert _arrived(server) == {"R1.tar": CONTENT}


def test_a_server_that_goes_on_in_no_file_gets_it_anew(tmp_path: Path, parcel: Outgoing) -> None:
    with ftp_server(tmp_path / "theirs") as seen:
        seen.refuse["REST"] = "502 Command not implemented."
        (seen.folder / parcel.on_its_way).write_bytes(CONTENT[:1000])
        destination = Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD)
        with closing(FtpFolder(destination, ("127.0.0.1",))) as folder:
            send(folder, parcel, _quiet)
        assert (seen.folder / "R1.tar").read_bytes() == CONTENT


def test_a_server_that_says_to_connect_elsewhere_is_not_obeyed(tmp_path: Path, parcel: Outgoing) -> None:
    """The address of the data connection is the one that was checked, whatever PASV answers."""
    with ftp_server(tmp_path / "theirs") as seen, socket.create_server(("127.0.0.9", 0)) as inside:
        port = inside.getsockname()[1]
        seen.refuse["PASV"] = f"227 Entering passive mode (127,0,0,9,{port >> 8},{port & 255})."
        destination = Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD)
        with closing(FtpFolder(destination, ("127.0.0.1",))) as folder, pytest.raises(DeliveryError):
            send(folder, parcel, _quiet)
        inside.settimeout(0)
        with pytest.raises(BlockingIOError):
            inside.accept()


def test_a_full_server_says_why(tmp_path: Path, parcel: Outgoing) -> None:
    with ftp_server(tmp_path / "theirs") as seen:
        seen.refuse["STOR"] = f"552 No room for you, {PASSWORD}."
        destination = Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD)
        with closing(FtpFolder(destination, ("127.0.0.1",))) as folder, pytest.raises(DeliveryError) as refused:
            send(folder, parcel, _quiet)
    assert str(refused.value) == "The server localhost refused: 552 No room for you, •••."
    assert refused.value.told("fr") == "Le serveur localhost a refusé : 552 No room for you, •••."


def test_a_drop_box_that_nobody_may_read_is_delivered_to(tmp_path: Path, parcel: Outgoing) -> None:
    with ftp_server(tmp_path / "theirs", permissions="elfdwM") as seen:
        seen.refuse["RETR"] = "550 Not enough privileges."
        destination = Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD)
        for _ in range(2):
            with closing(FtpFolder(destination, ("127.0.0.1",))) as folder:
                send(folder, parcel, _quiet)
        assert (seen.folder / "R1.tar").read_bytes() == CONTENT


def test_a_server_with_another_key_does_not_get_the_password(tmp_path: Path, key: paramiko.PKey) -> None:
    with sftp_server(tmp_path / "theirs", key) as seen:
        right = fingerprint(key.asbytes())
        destination = Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD, fingerprint=right)
        SftpFolder(destination, ("127.0.0.1",)).close()
        assert seen.signed_in == 1
        wrong = replace(destination, fingerprint="SHA256:" + "A" * 43)
        with pytest.raises(DeliveryError, match="another key") as refused:
            SftpFolder(wrong, ("127.0.0.1",))
        assert seen.signed_in == 1
        assert right in str(refused.value)


def test_a_fingerprint_is_the_one_that_openssh_writes(key: paramiko.PKey) -> None:
    assert fingerprint(key.asbytes()) == key.fingerprint


def test_a_server_that_is_too_slow_is_left(server: Server, parcel: Outgoing) -> None:
    """It takes a few bytes at a time, and so is never silent."""
    seconds = 0.0
    sizes: list[float] = []

    def clock() -> float:
        return seconds

    def beat() -> None:
        nonlocal seconds
        seconds += 200  # a piece of 262,144 bytes
        sizes.append(seconds)

    with server.folder() as folder, pytest.raises(DeliveryError, match=r"too slow: R1\.tar had not arrived after 17 minutes"):
        send(folder, parcel, beat, clock)
    assert sizes[-1] == 1200  # 120 and three times 300, and a piece
    assert "R1.tar" not in _arrived(server)


def test_a_server_that_keeps_us_waiting_is_told_to_be_slow(server: Server, parcel: Outgoing) -> None:
    """The connection is ended by the watch, while an answer is waited for."""
    told_times = iter([0.0])
    with server.folder() as folder:
        folder.abort()
        with pytest.raises(DeliveryError, match="too slow"):
            send(folder, parcel, _quiet, lambda: next(told_times, 1e6))
        with pytest.raises(DeliveryError, match=r"does not answer|closed"):
            folder.size("R1.tar")


@pytest.mark.parametrize("pause", [0, 0.01])
def test_a_server_that_greets_without_end_is_left(pause: float) -> None:
    with socket.create_server(("127.0.0.1", 0)) as endless:

        def greet() -> None:
            connection, _ = endless.accept()
            with connection, suppress(OSError):
                while True:
                    connection.sendall(b"220-Welcome\r\n")
                    time.sleep(pause)

        greeting = threading.Thread(target=greet)
        greeting.start()
        destination = Destination(host="localhost", port=endless.getsockname()[1], user=USER, password=PASSWORD)
        with pytest.raises(DeliveryError, match="does not answer"):
            FtpFolder(destination, ("127.0.0.1",), margin=0.2)
        greeting.join(20)
        assert not greeting.is_alive()


def test_a_server_that_opens_and_says_no_more_is_left(key: paramiko.PKey, tmp_path: Path) -> None:
    with sftp_server(tmp_path / "theirs", key, silent=True) as seen:
        destination = Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD)
        with pytest.raises(DeliveryError, match="does not answer"):
            SftpFolder(destination, ("127.0.0.1",), margin=2)
        assert seen.signed_in == 1


def test_replies_are_told_in_one_short_line_without_secrets() -> None:
    assert told("530-Go away\r\n\x1b[31mword!", "word") == "530-Go away [31m•••!"
    assert len(told("x" * 1000)) == 200
