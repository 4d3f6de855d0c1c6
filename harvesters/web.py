"""The one way of harvesters to the web: guarded addresses, bounded answers, pauses, credentials that stay at home."""

import copy
import email.utils
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

import httpcore
import httpx

from harvesters.addresses import GuardedNetwork
from harvesters.errors import Fault, HarvestError
from harvesters.source import Source
from harvesters.unpacking import unpacked

MAX_REDIRECTS: Final = 5
MAX_ATTEMPTS: Final = 4
MAX_SILENCES: Final = 2
"""A server that was silent for the whole timeout is asked only once more: a smaller question serves both better."""
LONGEST_PAUSE: Final = 300.0
"""Seconds that a server may ask us to wait (Retry-After) before we call it unreachable."""
LONGEST_ANSWER: Final = 900.0
"""Seconds that a whole answer may take, however steadily it drips."""
_FIRST_PAUSE: Final = 1.0
_SHOWN_BYTES: Final = 64 * 1024
_TO_COME_BACK: Final = frozenset({408, 429, 502, 503, 504})
"""Statuses after which the same question is asked again (RFC 9110, RFC 6585)."""
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered.

    Attributes:
        url: the address that answered, after redirects.
        content: unpacked.
    """

    status: int
    headers: httpx.Headers
    content: bytes = field(repr=False)
    url: str


class _Body(httpx.SyncByteStream):
    """An answer's body on its way."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Transport(httpx.BaseTransport):
    """Connections through the guarded network."""

    def __init__(self, network: httpcore.NetworkBackend, context: ssl.SSLContext, connections: int) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, max_connections=connections, max_keepalive_connections=connections, network_backend=network
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(status_code=response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions)

    def close(self) -> None:
        self._pool.close()


class _Turns:
    """When the next request may be made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free = 0.0

    def take(self, now: float, apart: float) -> float:
        """Return the time of a turn, and keep the next one `apart` seconds from it."""
        with self._lock:
            turn = max(now, self._free)
            self._free = turn + apart
            return turn


class Session:
    """All requests to one source. Threads may share it.

    Made by `Client.session`.
    """

    def __init__(self, source: Source, client: "Client", web: httpx.Client) -> None:
        self.source = source
        self._client = client
        self._web = web
        self._home = _origin(url_of(source.url))
        self._turns = _Turns()

    def at(self, address: str, **filters: str) -> "Session":
        """Return the session for another address of the same source, with other filters; pauses are kept together."""
        session = copy.copy(self)
        session.source = replace(self.source, url=address, filters={**self.source.filters, **filters})
        return session

    def ask(
        self,
        address: str,
        *,
        method: str = "GET",
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        statuses: frozenset[int] = frozenset({200}),
    ) -> Answer:
        """Return the answer to a request, asked again after a pause where the server or the network was not ready.

        Args:
            address: http or https.
            method: GET or POST.
            params: are put behind those that the address has.
            body: of a POST.
            headers: more than those that each request has.
            statuses: that are answers; any other is an error.

        Raises:
            HarvestError: there is no answer that can be used.
        """
        url = url_of(address)
        if params:
            url = url.copy_merge_params(params)
        tries = 0
        while True:
            tries += 1
            try:
                answer = self._followed(method, url, body, headers or {})
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
                if tries >= (MAX_SILENCES if isinstance(error, httpcore.ReadTimeout) else MAX_ATTEMPTS):
                    raise _broken(error, url) from error
                self._client.pause(_FIRST_PAUSE * 2 ** (tries - 1))
                continue
            if answer.status in statuses:
                return answer
            if answer.status not in _TO_COME_BACK or tries >= MAX_ATTEMPTS:
                raise _refusal(answer)
            self._client.pause(self._asked_pause(answer, tries))

    def _asked_pause(self, answer: Answer, tries: int) -> float:
        asked = retry_after(answer.headers.get("Retry-After"), self._client.now())
        if asked is not None and asked > LONGEST_PAUSE:
            raise _refusal(answer, f"the server wants to be left alone for {asked:,.0f} seconds")
        return asked if asked is not None else _FIRST_PAUSE * 2 ** (tries - 1)

    def _followed(self, method: str, url: httpx.URL, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._once(method, url, body, headers)
            target = answer.headers.get("Location")
            if answer.status not in REDIRECTS or not target:
                return answer
            try:
                url = url_of(str(url.join(target)))
            except httpx.InvalidURL as error:
                raise HarvestError("it redirects to what is no address", fault=Fault.ANSWER, where=shown(url)) from error
            if answer.status == 303:
                method, body = "GET", None
        raise HarvestError(f"it redirects more than {MAX_REDIRECTS} times", fault=Fault.REFUSED, where=shown(url))

    def _once(self, method: str, url: httpx.URL, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        self._wait_turn()
        given = dict(headers)
        secret = self._secret(url)
        if secret is not None:
            given["Authorization"] = secret
        request = self._web.build_request(method, url, content=body, headers=given)
        until = self._client.clock() + LONGEST_ANSWER
        response = self._web.send(request, stream=True, follow_redirects=False)
        try:
            content = self._read(response, url, until)
        finally:
            response.close()
        return Answer(status=response.status_code, headers=response.headers, content=content, url=str(url))

    def _read(self, response: httpx.Response, url: httpx.URL, until: float) -> bytes:
        most = self.source.max_bytes
        content = bytearray()
        for piece in unpacked(self._in_time(response.iter_raw(), url, until), response.headers.get("Content-Encoding", ""), shown(url)):
            content += piece
            if len(content) > most:
                raise HarvestError(f"the answer has more than {most:,} bytes", fault=Fault.ANSWER, where=shown(url))
        return bytes(content)

    def _in_time(self, pieces: Iterable[bytes], url: httpx.URL, until: float) -> Iterator[bytes]:
        for piece in pieces:
            if self._client.clock() > until:
                raise HarvestError(f"the answer takes longer than {LONGEST_ANSWER:.0f} seconds", fault=Fault.ANSWER, where=shown(url))
            yield piece

    def _secret(self, url: httpx.URL) -> str | None:
        credentials = self.source.credentials
        if credentials is None or _origin(url) != self._home:
            return None
        if credentials.token is not None:
            return f"Bearer {credentials.token}"
        return httpx.BasicAuth(credentials.user or "", credentials.password)._auth_header  # noqa: SLF001  -- how it is spelled is httpx's

    def _wait_turn(self) -> None:
        if self.source.rate is None:
            return
        now = self._client.clock()
        turn = self._turns.take(now, 1 / self.source.rate)
        if turn > now:
            self._client.pause(turn - now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """How this installation goes to the web.

    Attributes:
        contact: an e-mail address or page that the User-Agent names: whoever is asked too much can say so.
        allow_private: whether addresses that are not public, and folders of this machine, may be sources.
        pause: waits so many seconds.
        clock: seconds that only grow.
        now: seconds since 1970.
        network: what makes connections.
    """

    contact: str
    allow_private: bool = False
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    network: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)

    @contextmanager
    def session(self, source: Source) -> Iterator[Session]:
        """Yield the session of a source.

        Raises:
            HarvestError: its address is none of the web.
        """
        with self.guarded(timeout=source.timeout, connections=max(source.concurrency, 1)) as web:
            yield Session(source, self, web)

    @contextmanager
    def guarded(self, *, timeout: float, connections: int = 1) -> Iterator[httpx.Client]:
        """Yield what makes bare requests: to allowed addresses only (`HarvestError` where one is not), whatever redirects lead to.

        Args:
            timeout: seconds that a server may be silent.
            connections: at once, at most.
        """
        network = GuardedNetwork(allow_private=self.allow_private, network=self.network)
        headers = {
            "User-Agent": f"Reflecs-harvester/1.0 ({self.contact})",
            "Accept-Encoding": "gzip, deflate",
            "Accept": "*/*",
        }
        transport = _Transport(network, _trust(), connections)
        with httpx.Client(transport=transport, headers=headers, timeout=httpx.Timeout(timeout), trust_env=False) as web:
            yield web


def retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that `Retry-After` asks for, a number or a date; None where it says nothing that can be read."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        return max(email.utils.parsedate_to_datetime(text).timestamp() - now, 0.0)
    except (ValueError, OverflowError):
        return None


def shown(url: httpx.URL) -> str:
    """Return an address as messages show it: without what a query may hold of secrets."""
    return str(url.copy_with(query=None, fragment=None))


@cache
def _trust() -> ssl.SSLContext:
    """The certificates that servers are trusted by; reading them takes longer than most requests."""
    return httpx.create_ssl_context(trust_env=False)


def url_of(address: str) -> httpx.URL:
    """Return an address that may be asked.

    Raises:
        HarvestError: it is none, not of http or https, or holds a password.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise HarvestError("this is no address", fault=Fault.REFUSED, where=address[:200]) from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise HarvestError("only http and https addresses are asked", fault=Fault.REFUSED, where=address[:200])
    if url.userinfo:
        raise HarvestError(
            "a password in the address would be shown to everybody; give it as credentials",
            fault=Fault.REFUSED,
            where=shown(url.copy_with(username=None, password=None)),
        )
    return url


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _broken(error: Exception, url: httpx.URL) -> HarvestError:
    said = str(error) or type(error).__name__
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout):
        return HarvestError(f"no connection: {said}", fault=Fault.UNREACHABLE, where=shown(url))
    if isinstance(error, httpcore.TimeoutException):
        return HarvestError("no answer in time", fault=Fault.ANSWER, where=shown(url))
    return HarvestError(f"the answer breaks off: {said}", fault=Fault.ANSWER, where=shown(url))


def _refusal(answer: Answer, because: str | None = None) -> HarvestError:
    told = f"the server answers with status {answer.status}" + (f": {because}" if because else "")
    if answer.status in _TO_COME_BACK:
        fault = Fault.UNREACHABLE
    else:
        fault = Fault.ANSWER if answer.status >= 500 or answer.status == 400 else Fault.REFUSED
    where = shown(httpx.URL(answer.url))
    return HarvestError(told, fault=fault, where=where, status=answer.status, content=answer.content[:_SHOWN_BYTES])
