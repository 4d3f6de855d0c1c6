"""The way to the web: which addresses, how much, how long, how often, and with what secrets."""

import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Iterable
from typing import Any

import httpcore
import pytest

from harvesters.addresses import is_public
from harvesters.errors import Fault, HarvestError
from harvesters.source import Credentials
from harvesters.web import LONGEST_PAUSE, Answer, retry_after
from tests.harvesters.sites import SECRET, Asked, Reply, Site, client, live, source

PUBLIC = "93.184.215.14"


class Internet(httpcore.SyncBackend):
    """The internet in small: whatever address is connected to, the loopback answers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connected: list[str] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        del port
        self.connected.append(host)
        return super().connect_tcp("127.0.0.1", self.port, timeout, local_address, socket_options)


def _ask(site: Site, url: str = f"http://{PUBLIC}/start", *, way: dict[str, Any] | None = None, **options: Any) -> tuple[Answer, Internet]:
    with live(site) as address:
        internet = Internet(int(address.rpartition(":")[2]))
        with client(**{"allow_private": False, "network": internet, **(way or {})}).session(source("waf", url, **options)) as session:
            return session.ask(url), internet


def _refused(url: str) -> HarvestError:
    with client(allow_private=False).session(source("waf", "http://example.org")) as session, pytest.raises(HarvestError) as caught:
        session.ask(url)
    return caught.value


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0", "0.0.0.0",  # noqa: S104  -- asked, not bound
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "224.0.0.1", "240.0.0.1", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[ff02::1]",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_refused_before_anything_is_sent(host: str) -> None:
    error = _refused(f"http://{host}/")
    assert error.fault is Fault.REFUSED
    assert "public internet" in str(error)
    assert not error.again


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "//example.org/", "etc/passwd", "http://", ""]
)
def test_only_the_web_is_asked(url: str) -> None:
    assert "only http and https" in str(_refused(url))


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    error = _refused("http://user:hunter2@example.org/x")
    assert "hunter2" not in str(error)
    assert "credentials" in str(error)


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/secret", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "//localhost/"]
)
def test_a_redirect_leads_to_no_private_place(target: str) -> None:
    asked: list[str] = []

    def site(request: Asked) -> Reply:
        asked.append(request.path)
        return Reply(status=302, headers={"Location": target})

    with pytest.raises(HarvestError) as caught:
        _ask(site)
    assert caught.value.fault is Fault.REFUSED
    assert asked == ["/start"]


def test_the_address_connected_to_is_the_one_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [PUBLIC, "127.0.0.1"]
    real = socket.getaddrinfo

    def resolve(host: str, *arguments: Any, **more: Any) -> list[Any]:
        return (
            [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), 80))]
            if host == "rebound.example"
            else real(host, *arguments, **more)
        )

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with live(lambda _: Reply(body=b"fine", headers={"Connection": "close"})) as address:
        internet = Internet(int(address.rpartition(":")[2]))
        with client(allow_private=False, network=internet).session(source("waf", "http://rebound.example/")) as session:
            assert session.ask("http://rebound.example/").content == b"fine"
            with pytest.raises(HarvestError, match=r"is at 127\.0\.0\.1"):
                session.ask("http://rebound.example/")
    assert internet.connected == [PUBLIC]
    assert answers == []


def test_a_name_with_a_public_and_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 80)) for number in (PUBLIC, "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert "10.0.0.1" in str(_refused("http://two.example/"))


def _authorization(asked: Asked) -> str | None:
    return asked.headers.get("Authorization")


@pytest.mark.parametrize(
    ("credentials", "sent"), [(SECRET, "Basic aGFydmVzdGVyOnMzY3JldA=="), (Credentials(token="t0ken"), "Bearer t0ken")]
)
def test_credentials_are_sent_home_and_nowhere_else(credentials: Credentials, sent: str) -> None:
    seen: list[tuple[str, str | None]] = []

    def site(asked: Asked) -> Reply:
        seen.append((asked.headers["Host"], _authorization(asked)))
        target = {"/start": f"http://{PUBLIC}/again", "/again": "http://93.184.215.15/elsewhere"}.get(asked.path)
        return Reply(status=307, headers={"Location": target}) if target else Reply(body=b"fine")

    answer, internet = _ask(site, credentials=credentials)
    assert answer.content == b"fine"
    assert seen == [(PUBLIC, sent), (PUBLIC, sent), ("93.184.215.15", None)]
    assert internet.connected == [PUBLIC, "93.184.215.15"]


def test_secrets_are_in_no_representation() -> None:
    asked = source("csw", "http://example.org", credentials=SECRET)
    assert "s3cret" not in repr(asked) + repr(SECRET) + repr(Credentials(token="s3cret"))


def test_redirects_end() -> None:
    with pytest.raises(HarvestError, match="more than 5 times"):
        _ask(lambda _: Reply(status=301, headers={"Location": "/start"}))


def test_a_posted_question_stays_one_where_the_server_moved() -> None:
    seen: list[tuple[str, str, bytes]] = []

    def site(asked: Asked) -> Reply:
        seen.append((asked.method, asked.path, asked.body))
        return Reply(status=301, headers={"Location": "/new"}) if asked.path == "/old" else Reply(body=b"fine")

    with live(site) as address, client().session(source("csw", address)) as session:
        session.ask(f"{address}/old", method="POST", body=b"question")
    assert seen == [("POST", "/old", b"question"), ("POST", "/new", b"question")]


BOMB = gzip.compress(bytes(300_000_000), 9)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_an_answer_that_unpacks_to_too_much_is_stopped_before_memory_is(encoding: str) -> None:
    body = BOMB if encoding == "gzip" else zlib.compress(bytes(300_000_000), 9)
    tracemalloc.start()
    with pytest.raises(HarvestError, match="more than 1,000,000 bytes") as caught:
        _ask(lambda _: Reply(headers={"Content-Encoding": encoding}, body=body), max_bytes=1_000_000)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.fault is Fault.ANSWER
    assert most < 20_000_000


def test_what_stands_behind_the_end_of_what_is_packed_is_not_taken() -> None:
    body = gzip.compress(b"fine") + bytes(30_000_000)
    tracemalloc.start()
    answer, _ = _ask(lambda _: Reply(headers={"Content-Encoding": "gzip"}, body=body), max_bytes=1_000_000)
    assert answer.content == b"fine"
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 40_000_000  # the test's own body among it


@pytest.mark.parametrize(
    ("encoding", "body", "told"),
    [
        ("gzip", BOMB[:1000], "breaks off"),
        ("gzip", b"no gzip", "cannot be unpacked"),
        ("br", b"x", "not asked for"),
        ("zstd", b"x", "not asked for"),
        ("gzip, gzip", b"x", "not asked for"),
    ],
)
def test_what_is_packed_wrongly_is_no_answer(encoding: str, body: bytes, told: str) -> None:
    with pytest.raises(HarvestError, match=told) as caught:
        _ask(lambda _: Reply(headers={"Content-Encoding": encoding}, body=body))
    assert caught.value.fault is Fault.ANSWER


@pytest.mark.parametrize("body", [zlib.compress(b"words"), zlib.compress(b"words")[2:-4]])
def test_both_kinds_of_deflate_are_read(body: bytes) -> None:
    assert _ask(lambda _: Reply(headers={"Content-Encoding": "deflate"}, body=body))[0].content == b"words"


@pytest.mark.parametrize(
    "reply", [Reply(body=b"x" * 100, cut=50), Reply(body=b"\xff\xfenot a chunk", garbled=True), Reply(body=b"", cut=0, garbled=True)]
)
def test_an_answer_that_breaks_off_is_asked_for_again_and_then_told(reply: Reply) -> None:
    times = 0

    def site(_: Asked) -> Reply:
        nonlocal times
        times += 1
        return reply

    with pytest.raises(HarvestError, match="breaks off") as caught:
        _ask(site)
    assert caught.value.fault is Fault.ANSWER
    assert times == 4


def test_a_server_that_was_cut_off_once_is_heard() -> None:
    replies = [Reply(body=b"x" * 100, cut=50), Reply(body=b"whole")]
    assert _ask(lambda _: replies.pop(0))[0].content == b"whole"


def test_it_waits_as_long_as_it_is_asked_to() -> None:
    replies = [Reply(status=429, headers={"Retry-After": "7"}), Reply(status=503), Reply(body=b"fine")]
    pauses: list[float] = []
    assert _ask(lambda _: replies.pop(0), way={"pause": pauses.append})[0].content == b"fine"
    assert pauses == [7.0, 2.0]


def test_it_does_not_wait_for_hours_and_does_not_insist() -> None:
    pauses: list[float] = []
    with pytest.raises(HarvestError, match="left alone") as caught:
        _ask(lambda _: Reply(status=503, headers={"Retry-After": str(int(LONGEST_PAUSE) + 1)}), way={"pause": pauses.append})
    assert caught.value.fault is Fault.UNREACHABLE
    with pytest.raises(HarvestError, match="status 503"):
        _ask(lambda _: Reply(status=503), way={"pause": pauses.append})
    assert pauses == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("12", 12.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        (None, None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, 10.0) == seconds


def test_requests_keep_their_distance_and_say_who_asks() -> None:
    now = 0.0
    times: list[float] = []
    agents: set[str] = set()

    def site(asked: Asked) -> Reply:
        times.append(now)
        agents.add(asked.headers["User-Agent"])
        return Reply()

    def pause(seconds: float) -> None:
        nonlocal now
        now += seconds

    with live(site) as address, client(pause=pause, clock=lambda: now).session(source("waf", address, rate=2.0)) as session:
        for _ in range(4):
            session.ask(address)
    assert times == [0.0, 0.5, 1.0, 1.5]
    assert agents == {"Reflecs-harvester/1.0 (curator@example.org)"}


def test_a_dripping_answer_has_an_end() -> None:
    hours = iter(range(0, 10_000_000, 3600))
    with pytest.raises(HarvestError, match="takes longer"):
        _ask(lambda _: Reply(body=b"x" * 100_000), way={"clock": lambda: float(next(hours))})


def test_nobody_there_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with client().session(source("csw", f"http://127.0.0.1:{port}/csw?token=s3cret")) as session, pytest.raises(HarvestError) as caught:
        session.ask(f"http://127.0.0.1:{port}/csw?token=s3cret")
    assert caught.value.fault is Fault.UNREACHABLE
    assert caught.value.again
    assert "s3cret" not in str(caught.value)
