"""Asks an address whether something is there, by a few bytes and within a minute; what is there is not read."""

import math
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import httpcore
import httpx

from harvesters.errors import HarvestError
from harvesters.web import MAX_REDIRECTS, REDIRECTS, Client, url_of

LONGEST: Final = 60.0
"""Seconds for all that one address takes, redirects included, however steadily an answer drips."""
_SILENCE: Final = 15.0
_GONE: Final = frozenset({404, 410})
_BUSY: Final = frozenset({429})
_GUARDED: Final = frozenset({401, 402, 403, 407, 451})
"""Something is there, and not for us."""
_NO_RANGE: Final = 416
_LITTLE: Final = {"Range": "bytes=0-1023"}


class Found(StrEnum):
    """What there is at an address."""

    WORKS = "works"
    """Something answers, be it that it wants to know who asks."""
    GONE = "gone"
    """Nothing, and it will not be different next time: no such page, no such server."""
    FAILING = "failing"
    """No answer, or an error; it may be different tomorrow."""
    BUSY = "busy"
    """The server does not want to be asked now, which tells nothing."""
    NOT_ASKED = "not asked"
    """It is none of the web, or not on the public internet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What asking an address came to.

    Attributes:
        status: of the last HTTP answer; None where there was none.
        message: a sentence where it does not work; "" where it does.
        silent: whether nobody was reached, or did not answer in time: there is no use in asking again at once.
    """

    found: Found
    status: int | None = None
    message: str = ""
    silent: bool = False


class Pace:
    """Keeps requests to one host apart, whichever thread makes them.

    Args:
        client: tells the time, and waits.
        apart: seconds between two requests to one host.
    """

    def __init__(self, client: Client, apart: float = 1.0) -> None:
        self._client = client
        self._apart = apart
        self._free: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str) -> None:
        """Return when it is the caller's turn with a host."""
        with self._lock:
            now = self._client.clock()
            turn = max(now, self._free.get(host, -math.inf))
            self._free[host] = turn + self._apart
        if turn > now:
            self._client.pause(turn - now)


def ask(client: Client, address: str, pace: Pace) -> Answered:
    """Return what there is at an address: HEAD is asked first, then the first bytes, where a server has no answer to HEAD.

    Redirects are followed, each to an allowed address only. Nothing is raised for what the other end does.
    """
    try:
        url = url_of(address.strip())
    except HarvestError:
        return Answered(found=Found.NOT_ASKED, message="Only addresses of http and https, without a password, are asked.")
    timed = replace(client, network=_Timed(network=client.network, clock=client.clock, left=LONGEST))
    with timed.guarded(timeout=_SILENCE) as web:
        found = _answer(web, "HEAD", url, pace)
        to_be_sure = found.found in {Found.GONE, Found.FAILING} and not found.silent
        return _answer(web, "GET", url, pace) if to_be_sure else found


def _answer(web: httpx.Client, method: str, url: httpx.URL, pace: Pace) -> Answered:
    try:
        return _followed(web, method, url, pace)
    except HarvestError:
        return Answered(found=Found.NOT_ASKED, message="The address, or one that it redirects to, is not on the public internet.")
    except httpcore.ConnectError as error:
        return _unconnected(error)
    except httpcore.TimeoutException:
        return Answered(found=Found.FAILING, silent=True, message="The server did not answer in time.")
    except (httpcore.NetworkError, httpcore.ProtocolError):
        return Answered(found=Found.FAILING, message="The server broke off its answer.")


def _followed(web: httpx.Client, method: str, url: httpx.URL, pace: Pace) -> Answered:
    for _ in range(MAX_REDIRECTS + 1):
        pace.wait(url.host)
        request = web.build_request(method, url, headers=_LITTLE if method == "GET" else {})
        response = web.send(request, stream=True, follow_redirects=False)
        response.close()  # unread: whatever comes behind the head is nobody's
        target = response.headers.get("Location")
        if response.status_code not in REDIRECTS or not target:
            return _judged(response.status_code)
        try:
            url = url_of(str(url.join(target)))
        except (httpx.InvalidURL, HarvestError):
            message = "It redirects to what is no address of http or https."
            return Answered(found=Found.FAILING, status=response.status_code, message=message)
    return Answered(found=Found.FAILING, status=response.status_code, message="It redirects from one address to the next without end.")


def _judged(status: int) -> Answered:
    if status < 400 or status in _GUARDED or status == _NO_RANGE:
        return Answered(found=Found.WORKS, status=status)
    if status in _GONE:
        return Answered(found=Found.GONE, status=status, message="There is nothing at this address.")
    if status in _BUSY:
        return Answered(found=Found.BUSY, status=status, message="The server does not want to be asked so often.")
    return Answered(found=Found.FAILING, status=status, message="The server answers with an error.")


def _unconnected(error: httpcore.ConnectError) -> Answered:
    cause = error.__cause__ or error.__context__  # the pool of connections raises it again "from None"
    if isinstance(cause, UnicodeError) or (isinstance(cause, socket.gaierror) and cause.errno in {socket.EAI_NONAME, socket.EAI_NODATA}):
        return Answered(found=Found.GONE, silent=True, message="There is no server of this name.")
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Answered(found=Found.FAILING, silent=True, message="The server's certificate is not good.")
    return Answered(found=Found.FAILING, silent=True, message="There is no connection to the server.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timed(httpcore.NetworkBackend):
    """A network that is there for so many seconds, counted from its making."""

    network: httpcore.NetworkBackend
    clock: Callable[[], float]
    left: float
    until: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "until", self.clock() + self.left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self.network.connect_tcp(host, port, self.remaining(timeout), local_address, socket_options)
        return _TimedStream(stream=stream, network=self)

    def remaining(self, timeout: float | None) -> float:
        """Return how long one step may take.

        Raises:
            httpcore.ReadTimeout: there is no time left.
        """
        left = self.until - self.clock()
        if left <= 0:
            raise httpcore.ReadTimeout("out of time")
        return left if timeout is None else min(timeout, left)


@dataclass(frozen=True, slots=True, kw_only=True)
class _TimedStream(httpcore.NetworkStream):
    stream: httpcore.NetworkStream
    network: _Timed

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.network.remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.network.remaining(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self.stream.start_tls(ssl_context, server_hostname, self.network.remaining(timeout))
        return _TimedStream(stream=stream, network=self.network)

    def get_extra_info(self, info: str) -> object:
        return self.stream.get_extra_info(info)
