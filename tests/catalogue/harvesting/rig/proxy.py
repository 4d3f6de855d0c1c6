"""A proxy on the loopback that lets things go wrong between a harvester and a source: seeded, counted, and lifted at will."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from tests.catalogue.harvesting.rig.faults import FAULTS
from tests.harvesters.sites import Asked, Reply, live

LATE: Final = "late"
REPEAT: Final = "repeat"
KINDS: Final = (*FAULTS, LATE, REPEAT)
_HOPS: Final = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "host", "accept-encoding"}
)
"""Headers that are for one hop alone."""
_LATENESS: Final = 0.1
_BY_NAME: Final = b"GetRecordById"
"""What is asked for by this may be named otherwise than it names itself, so that nobody could tell one from another."""


class Proxy:
    """A site that asks another one, and hands on its answer as it came, or spoilt.

    Attributes:
        share: of the answers that are spoilt, from 0 to 1.
        kinds: of faults that happen.
        done: how many of each did.
        asked: how many requests came.
        lifted: whether no more shall happen.
    """

    def __init__(self, address: str, *, seed: int, share: float = 0.2, kinds: Sequence[str] = KINDS) -> None:
        parts = urlsplit(address)
        self.share = share
        self.kinds = tuple(kinds)
        self.done: Counter[str] = Counter()
        self.asked = 0
        self.lifted = False
        self._host, self._port = parts.hostname or "", parts.port
        self._chance = random.Random(seed)  # noqa: S311  -- the same faults each time
        self._lock = threading.Lock()
        self._before: dict[str, Reply] = {}

    def __call__(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked += 1
            wrong = not self.lifted and self._chance.random() < self.share
            kind = self._chance.choice(self.kinds) if wrong else ""
            lateness = self._chance.uniform(0, _LATENESS)
        true = self._forwarded(asked)
        if kind == LATE:
            time.sleep(lateness)
        with self._lock:
            spoilt = self._spoilt(kind, asked, true) if kind else true
            if true.status == 200:
                self._before[asked.path] = true
        return spoilt

    def _spoilt(self, kind: str, asked: Asked, true: Reply) -> Reply:
        if kind == LATE:
            spoilt: Reply | None = true
        elif kind == REPEAT:
            spoilt = self._before.get(asked.path) if _BY_NAME not in asked.body else None
        else:
            spoilt = FAULTS[kind](true, self._chance)
        if spoilt is None:  # there is nothing of that kind to spoil
            kind, spoilt = "error", FAULTS["error"](true, self._chance)
        self.done[kind] += 1
        return spoilt or true

    def _forwarded(self, asked: Asked) -> Reply:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=60)
        given = {name: value for name, value in asked.headers.items() if name.lower() not in _HOPS}
        connection.request(asked.method, asked.target, asked.body, given)
        answer = connection.getresponse()
        body = answer.read()
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in _HOPS | {"date", "server"}}
        connection.close()
        return Reply(status=answer.status, headers=headers, body=body)


@contextmanager
def between(address: str, proxy: Proxy) -> Iterator[str]:
    """Yield the address at which a source at `address` is asked through the proxy."""
    path = urlsplit(address).path
    with live(proxy) as home:
        yield home + path
