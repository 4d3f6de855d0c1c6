"""Asking an address: what counts as working, gone and failing, and that no more is asked, read or waited for than that takes."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from harvesters.links import Answered, Found, Pace, ask
from harvesters.web import Client
from tests.harvesters.sites import Asked, Reply, client, live


def asked(address: str, way: Client | None = None) -> Answered:
    used = way or client()
    return ask(used, address, Pace(used, apart=0))


def answering(*replies: Reply, seen: list[str] | None = None) -> Callable[[Asked], Reply]:
    """A site that gives these answers, one after the other, the last one again and again."""
    left = list(replies)

    def site(request: Asked) -> Reply:
        if seen is not None:
            seen.append(f"{request.method} {request.path}")
        return left.pop(0) if len(left) > 1 else left[0]

    return site


@pytest.mark.parametrize("status", [200, 204, 206, 304, 401, 403, 407, 451])
def test_whatever_answers_works_be_it_shut(status: int) -> None:
    seen: list[str] = []
    with live(answering(Reply(status=status), seen=seen)) as url:
        assert asked(f"{url}/x") == Answered(found=Found.WORKS, status=status)
    assert seen == ["HEAD /x"]


@pytest.mark.parametrize(
    ("status", "found"),
    [(404, Found.GONE), (410, Found.GONE), (400, Found.FAILING), (500, Found.FAILING), (503, Found.FAILING), (429, Found.BUSY)],
)
def test_errors_are_told_apart(status: int, found: Found) -> None:
    with live(answering(Reply(status=status))) as url:
        answer = asked(url)
    assert (answer.found, answer.status) == (found, status)
    assert answer.message.endswith(".")
    assert not answer.silent


@pytest.mark.parametrize("status", [405, 501, 404, 410, 400, 500, 503])
def test_a_server_that_has_no_answer_to_head_is_asked_for_the_first_bytes(status: int) -> None:
    ranges = []

    def site(request: Asked) -> Reply:
        ranges.append((request.method, request.headers.get("Range")))
        return Reply(status=status) if request.method == "HEAD" else Reply(body=b"x" * 2000)

    with live(site) as url:
        assert asked(url).found is Found.WORKS
    assert ranges == [("HEAD", None), ("GET", "bytes=0-1023")]


def test_an_empty_file_works_though_it_has_no_first_bytes() -> None:
    with live(answering(Reply(status=405), Reply(status=416))) as url:
        assert asked(url).found is Found.WORKS


def test_what_breaks_off_fails_and_may_be_different_tomorrow() -> None:
    with _raw(lambda connection: connection.close()) as url:
        assert asked(url) == Answered(found=Found.FAILING, message="The server broke off its answer.")


def test_where_nobody_listens_there_is_no_connection() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        answer = asked(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert answer == Answered(found=Found.FAILING, silent=True, message="There is no connection to the server.")


@pytest.mark.parametrize(
    ("error", "found"), [(socket.EAI_NONAME, Found.GONE), (socket.EAI_NODATA, Found.GONE), (socket.EAI_AGAIN, Found.FAILING)]
)
def test_a_name_that_does_not_exist_is_gone_one_that_cannot_be_looked_up_is_not(
    error: int, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise socket.gaierror(error, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    answer = asked("https://data.example.org/")
    assert (answer.found, answer.silent) == (found, True)


@pytest.mark.parametrize("address", ["http://[broken/", f"http://{'x' * 70}.example.org/"])
def test_a_name_that_cannot_be_one_is_gone(address: str) -> None:
    assert asked(address).found is Found.GONE


def test_a_certificate_that_is_not_good_is_told(tmp_path: Path) -> None:
    with _encrypted(tmp_path) as port:
        answer = asked(f"https://127.0.0.1:{port}/")
    assert answer == Answered(found=Found.FAILING, silent=True, message="The server's certificate is not good.")


def test_redirects_are_followed_and_counted() -> None:
    def site(request: Asked) -> Reply:
        number = int(request.path[1:])
        return Reply(status=302, headers={"Location": f"/{number - 1}"}) if number else Reply()

    with live(site) as url:
        assert asked(f"{url}/5").found is Found.WORKS
        assert asked(f"{url}/6").found is Found.FAILING


def test_a_redirect_to_what_is_gone_is_gone() -> None:
    with live(lambda request: Reply(status=301, headers={"Location": "/new"}) if request.path == "/" else Reply(status=404)) as url:
        assert asked(f"{url}/") == Answered(found=Found.GONE, status=404, message="There is nothing at this address.")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "//nas/x",
        "ozone.nc",
        "http://",
        "https://user:hunter2@example.org/",
    ],
)
def test_what_is_none_of_the_web_is_not_asked(address: str) -> None:
    answer = asked(address)
    assert answer.found is Found.NOT_ASKED
    assert "hunter2" not in answer.message


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data"])
def test_private_addresses_are_not_asked(address: str) -> None:
    answer = asked(address, client(allow_private=False))
    assert answer.found is Found.NOT_ASKED
    assert "public internet" in answer.message


def test_a_redirect_leads_to_no_private_place() -> None:
    seen: list[str] = []
    with live(answering(Reply(status=302, headers={"Location": "http://10.0.0.1/secret"}), seen=seen)) as url:
        host, port = url.removeprefix("http://").split(":")
        answer = asked("http://93.184.215.14/x", client(allow_private=False, network=_Only(host, int(port))))
    assert answer.found is Found.NOT_ASKED
    assert seen == ["HEAD /x"]


def test_a_redirect_to_a_file_is_none() -> None:
    with live(answering(Reply(status=302, headers={"Location": "file:///etc/passwd"}))) as url:
        assert asked(url) == Answered(found=Found.FAILING, status=302, message="It redirects to what is no address of http or https.")


def test_a_head_that_drips_is_left_after_a_minute() -> None:
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not stop.wait(0.005):
            connection.sendall(b"x")

    ticks = iter(range(0, 10**6, 5))  # each look at the clock finds it five seconds on
    with _raw(drip) as url:
        answer = asked(url, client(clock=lambda: float(next(ticks))))
        stop.set()
    assert answer == Answered(found=Found.FAILING, silent=True, message="The server did not answer in time.")


def test_what_is_there_is_not_read() -> None:
    sent: list[int] = []

    def pour(connection: socket.socket) -> None:
        if connection.recv(1).startswith(b"H"):
            connection.sendall(b"HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n")
            return
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        try:
            while sum(sent) < 10**9:
                sent.append(connection.send(b"x" * 65536))
        except OSError:
            return

    with _raw(pour) as url:
        assert asked(url).found is Found.WORKS
    assert sum(sent) < 20_000_000  # what the two ends of a socket hold by themselves


def test_requests_to_one_host_are_kept_apart_and_others_do_not_wait() -> None:
    pauses: list[float] = []
    pace = Pace(client(clock=lambda: 100.0, pause=pauses.append), apart=1.0)
    for host in ("a", "a", "b", "a"):
        pace.wait(host)
    assert pauses == [1.0, 2.0]


class _Only:
    """A network with one server: whatever address is connected to, it is that one."""

    def __init__(self, host: str, port: int) -> None:
        self._backend, self._host, self._port = httpcore.SyncBackend(), host, port

    def connect_tcp(self, _host: str, _port: int, *arguments: object) -> object:
        return self._backend.connect_tcp(self._host, self._port, *arguments)  # type: ignore[arg-type]


@contextmanager
def _encrypted(folder: Path) -> Iterator[int]:
    """The port of a server whose certificate it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "data.example.org")])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + timedelta(days=36500))
    path = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + builder.sign(key, SHA256()).public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def shake_hands(connection: socket.socket) -> None:
        connection.settimeout(5)
        context.wrap_socket(connection, server_side=True).close()

    with _raw(shake_hands) as url:
        yield int(url.rsplit(":", 1)[1].rstrip("/"))


@contextmanager
def _raw(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that says what it is told to, once the head of a request has begun to come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def loop() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    try:
                        serve(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        over.set()
        thread.join()
