"""The server: where it is, how it is asked, and its troubles as plain sentences. None of its own words goes further than this module."""

import base64
import logging
import math
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from elastic_transport import (
    ConnectionError,  # noqa: A004 (its name; Python's own is of no use here)
    ConnectionTimeout,
    HttpHeaders,
    JsonSerializer,
    NodeConfig,
    TlsError,
    TransportError,
    Urllib3HttpNode,
)
from elastic_transport._node import NodeApiResponse
from elastic_transport.client_utils import DEFAULT, DefaultType
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from catalogue.settings import ElasticsearchAccess
from records.errors import EngineError, QueryError

_LOG: Final = logging.getLogger(__name__)
DEFAULT_NAME: Final = "reflecs"
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,99}")
_NO_ADDRESS: Final = "An Elasticsearch address is elasticsearch:http://HOST:PORT/NAME."
_LAST_PORT: Final = 65_535

UNREADABLE: Final = "The catalogue cannot be read now."
_PASSING: Final = frozenset({429, 502, 503, 504})
BUSY: Final = "The catalogue's server is overloaded; ask again later."
_SENTENCES: Final = {
    401: "The catalogue's server refuses the sign-in; see REFLECS_ELASTICSEARCH_USER and REFLECS_ELASTICSEARCH_API_KEY.",
    403: "The catalogue's server does not let this user, or this key, do that; see REFLECS_ELASTICSEARCH_USER for the rights it needs.",
    **dict.fromkeys(_PASSING, BUSY),
}
"""What is told of an answer's status."""

_LISTEN_SECONDS: Final = 0.3
"""For which a node that did not answer in time is listened to at first, and for which nothing heard is believed."""
_LISTEN_LONGEST: Final = 60.0
_until: ContextVar[float | None] = ContextVar("until", default=None)
"""When what is being asked has to be answered, by the clock of `time.monotonic`."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a catalogue is: the nodes that may be asked, and its name there, which begins the names of its indexes."""

    nodes: tuple[str, ...]
    name: str = DEFAULT_NAME

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Return the address that "http://HOST:PORT/NAME" writes; further nodes stand before the name, each behind a comma.

        Raises:
            EngineError: it is none.
        """
        nodes, name = [], DEFAULT_NAME
        for part in text.split(","):
            try:
                node = urlsplit(part.strip())
            except ValueError as error:
                raise EngineError(_NO_ADDRESS) from error
            if node.username or node.password:
                raise EngineError("Who signs in to Elasticsearch is told by REFLECS_ELASTICSEARCH_USER and _PASSWORD, not in the address.")
            if node.scheme not in ("http", "https") or node.query or node.fragment or not _is_host_and_port(node.netloc):
                raise EngineError(_NO_ADDRESS)
            nodes.append(f"{node.scheme}://{node.netloc}")
            name = node.path.strip("/") or name
        if not _NAME.fullmatch(name):
            raise EngineError(f"A catalogue in Elasticsearch is called by small letters, digits, - and _; not {name!r}.")
        return cls(tuple(nodes), name)


def _is_host_and_port(netloc: str) -> bool:
    found = re.fullmatch(r"(?:\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})", netloc)
    return found is not None and int(found[1]) <= _LAST_PORT


class _Json(JsonSerializer):
    """Reads and writes JSON several times as fast as the client's own."""

    def loads(self, data: bytes) -> Any:  # noqa: ANN401 (as the class it stands in for)
        return msgspec.json.decode(data)

    def dumps(self, data: Any) -> bytes:  # noqa: ANN401 (as above)
        return data if isinstance(data, bytes) else msgspec.json.encode(data)


class _CompatibleJson(_Json):
    mimetype = "application/vnd.elasticsearch+json"


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give all requests made here so many seconds together, however many there are."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


class _Node(Urllib3HttpNode):
    """A node whose answer is waited for as long as there is time for what is being asked (`within`), and no longer.

    Once an answer did not come in time, it is made sure that the node answers at all before it is asked more: were it not, whoever
    comes behind those who wait for a node that stands still would wait for their time and his own.
    """

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self._silent = False
        self._listening = threading.Lock()
        self._patience = _LISTEN_SECONDS
        self._last_heard_nothing = -math.inf

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        given = self.config.request_timeout if isinstance(request_timeout, DefaultType) else request_timeout
        if self._silent:
            self._listen(headers, _left(given) / 2)
        left = _left(given)
        request_timeout = None if math.isinf(left) else left
        try:
            answer = super().perform_request(method, target, body, headers, request_timeout)
        except ConnectionTimeout:
            self._silent = True
            raise
        self._silent, self._patience = False, _LISTEN_SECONDS
        return answer

    def _listen(self, headers: HttpHeaders | None, most: float) -> None:
        """Make sure that the node answers, be it that it refuses; several who want to know that ask once.

        Each time it is listened to for twice as long, up to `most` seconds: a node may be slow, and answer all the same.

        Raises:
            ConnectionError: it does not; another node may be asked.
        """
        with self._listening:
            if self._silent and time.monotonic() - self._last_heard_nothing > _LISTEN_SECONDS:
                try:
                    super().perform_request("HEAD", "/", headers=headers, request_timeout=min(self._patience, most))
                    self._silent, self._patience = False, _LISTEN_SECONDS
                except TransportError:
                    self._last_heard_nothing = time.monotonic()
                    self._patience = min(2 * self._patience, _LISTEN_LONGEST)
            if self._silent:
                raise ConnectionError("it does not answer")


def _left(given: float | None) -> float:
    """Return the seconds that an answer may take: those given to the request, or left of what is being asked.

    Raises:
        ConnectionTimeout: none are left.
    """
    until = _until.get()
    left = min(math.inf if given is None else given, math.inf if until is None else until - time.monotonic())
    if left <= 0:
        raise ConnectionTimeout("the time is over")
    return left


def connect(address: Address, access: ElasticsearchAccess, seconds: float | None = None) -> Elasticsearch:
    """Return a client. It asks another node where one cannot be reached, and nobody a second time where an answer is late.

    Args:
        address: whom it asks.
        access: how it is let in.
        seconds: how long it waits for each answer; None for as long as `access` tells.

    Raises:
        EngineError: certificates are given for a node that shows none.
    """
    options: dict[str, Any] = {}
    if access.api_key is not None:
        options["api_key"] = access.api_key
    elif access.user is not None:  # the client writes no accents, which a password may have
        written = base64.b64encode(f"{access.user}:{access.password or ''}".encode()).decode()
        options["headers"] = {"authorization": f"Basic {written}"}
    if access.ca is not None:
        plain = next((node for node in address.nodes if not node.startswith("https:")), None)
        if plain is not None:
            raise EngineError(f"REFLECS_ELASTICSEARCH_CA is for nodes that are asked by https; {plain} is not.")
        options["ca_certs"] = str(access.ca)
    return Elasticsearch(
        list(address.nodes),
        node_class=_Node,
        request_timeout=access.timeout if seconds is None else seconds,
        retry_on_timeout=False,
        retry_on_status=(),
        max_retries=len(address.nodes),
        connections_per_node=20,
        serializers={"application/json": _Json(), _CompatibleJson.mimetype: _CompatibleJson()},
        **options,
    )


@contextmanager
def reading(*, filtered: bool = False) -> Iterator[None]:
    """Make the troubles of a question plain sentences. `filtered` tells that it holds a filter, which may be too much to be asked."""
    try:
        yield
    except ApiError as error:
        if filtered and error.status_code == 400 and error.error != "index_closed_exception":
            raise QueryError("the filter is too long or too involved", parameter="filter") from error
        raise EngineError(_told(error)) from error
    except (TransportError, KeyError, ValueError) as error:  # or an answer of another form; msgspec's errors are ValueErrors
        raise EngineError(_told(error)) from error


def _told(error: Exception) -> str:
    """Return what may be told of a trouble with a question; one that is none of the known ones is in the log as it is."""
    told = sentence(error, UNREADABLE)
    if told == UNREADABLE:
        _LOG.error("the catalogue's server gave an answer that was not expected: %s", _inner(error))
    return told


def _inner(error: Exception) -> str:
    """Return what the log is told: of a refusal its status and its kind, not the whole answer."""
    return f"status {error.status_code}, {error.error:.200}" if isinstance(error, ApiError) else f"{error!r:.500}"


def may_pass(error: Exception) -> bool:
    """Return whether a trouble may be over in a while, with nothing done about it on this side."""
    match error:
        case TlsError():
            return False
        case ApiError():
            return error.status_code in _PASSING
        case _:
            return isinstance(error, TransportError)


def sentence(error: Exception, otherwise: str) -> str:
    """Return what may be told of a trouble; `otherwise` for one that is none of the known ones."""
    match error:
        case ConnectionTimeout():
            return "The catalogue's server did not answer in time."
        case TlsError():
            return "The catalogue's server shows a certificate that is not trusted; see REFLECS_ELASTICSEARCH_CA."
        case TransportError():
            return "The catalogue's server cannot be reached now."
        case UnsupportedProductError():
            return "What answers there is no Elasticsearch."
        case ApiError():
            return _SENTENCES.get(error.status_code, otherwise)
        case _:
            return otherwise
