"""Servers of the tests' own: a function that answers, real HTTP on the loopback, and what goes wrong between."""

import http.client
import logging
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.serving import make_server

from harvesters.harvest import harvest
from harvesters.outcomes import Fetched, Outcome, Rejected, Unchanged, Withdrawn
from harvesters.pages import Known
from harvesters.source import Checkpoint, Credentials, Protocol, Source
from harvesters.web import Client


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as a site sees it."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    target: str = ""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer. `cut`: the connection ends after so many bytes of it; `garbled`: it says that it is chunked, and is not."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None
    garbled: bool = False


Site = Callable[[Asked], Reply]


@contextmanager
def live(site: Site) -> Iterator[str]:
    """Yield the address of a site."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            asked = Asked(method=self.command, path=parts.path, query=query, headers=dict(self.headers), body=body, target=self.path)
            self.reply(site(asked))

        do_POST = do_HEAD = do_GET  # noqa: N815  -- http.server calls them so

        def reply(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.garbled:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body[: reply.cut])
            self.close_connection = self.close_connection or reply.cut is not None or reply.garbled

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a client that has seen enough hangs up

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def live_app(app: Flask) -> Iterator[str]:
    """Yield the address of a Flask application."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def forwarding(address: str) -> Site:
    """Return a site that asks another one, and hands on its answer."""
    parts = urlsplit(address)

    def site(asked: Asked) -> Reply:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        kept = {name: value for name, value in asked.headers.items() if name.lower() in {"content-type", "accept", "user-agent"}}
        connection.request(asked.method, asked.target, asked.body, kept)
        answer = connection.getresponse()
        body = answer.read()
        headers = {name: value for name, value in answer.getheaders() if name.lower() == "content-type"}
        connection.close()
        return Reply(status=answer.status, headers=headers, body=body)

    return site


class Faults:
    """What goes wrong at a site, at random: it is too slow, cuts, errs, is overloaded, repeats an answer, answers with garbage."""

    def __init__(self, site: Site, seed: int, share: float) -> None:
        self._site = site
        self._random = random.Random(seed)  # noqa: S311  -- the same faults each time
        self._share = share
        self._last: Reply | None = None
        self._lock = threading.Lock()
        self.lifted = False

    def __call__(self, asked: Asked) -> Reply:
        with self._lock:
            if self.lifted or self._random.random() >= self._share:
                self._last = self._site(asked)
                return self._last
            kind = self._random.choice(("error", "busy", "cut", "garbled", "repeat", "garbage", "empty", "half", "totals"))
            return self._wrong(kind, asked)

    def _wrong(self, kind: str, asked: Asked) -> Reply:
        instead = {
            "error": Reply(status=500, body=b"<html>Internal error</html>"),
            "busy": Reply(status=503, headers={"Retry-After": "1"}),
            "repeat": self._last or Reply(),
            "garbage": Reply(body=self._random.randbytes(300)),
            "empty": Reply(),
        }
        if kind in instead:
            return instead[kind]
        real = self._site(asked)
        match kind:
            case "cut":
                return replace(real, cut=self._random.randrange(len(real.body) + 1) if real.body else 0)
            case "garbled":
                return replace(real, garbled=True)
            case "half":
                return replace(real, body=real.body[: len(real.body) // 2])
            case _:
                return replace(real, body=real.body.replace(b'numberOfRecordsMatched="', b'numberOfRecordsMatched="9'))


def source(protocol: str, url: str, **options: Any) -> Source:
    """Return a source that is asked as fast as can be."""
    return Source(**{"name": "test", "protocol": Protocol(protocol), "url": url, "page_size": 10, "rate": None, "timeout": 20.0, **options})


def client(**options: Any) -> Client:
    """Return a way to the web that knows the loopback, and does not wait."""
    return Client(**{"contact": "curator@example.org", "allow_private": True, "pause": lambda _: None, **options})


@dataclass
class Ran:
    """A harvest that was walked through to its end."""

    outcomes: list[Outcome] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    expected: int | None = None
    complete: bool = False
    whole: bool = False

    @property
    def marks(self) -> dict[str, str]:
        return {each.key: each.mark or "" for each in self.outcomes if isinstance(each, Fetched)}

    @property
    def fetched(self) -> list[str]:
        return [each.key for each in self.outcomes if isinstance(each, Fetched)]

    @property
    def unchanged(self) -> list[str]:
        return [each.key for each in self.outcomes if isinstance(each, Unchanged)]

    @property
    def withdrawn(self) -> list[str]:
        return [each.key for each in self.outcomes if isinstance(each, Withdrawn)]

    @property
    def rejected(self) -> list[Rejected]:
        return [each for each in self.outcomes if isinstance(each, Rejected)]


def run(
    asked: Source,
    *,
    known: Known | None = None,
    since: datetime | None = None,
    checkpoint: Checkpoint | None = None,
    steps: int | None = None,
    way: Client | None = None,
) -> Ran:
    """Return a harvest, walked through to its end, or for so many steps."""
    ran = Ran()
    with harvest(asked, client=way or client(), known={} if known is None else known, since=since, checkpoint=checkpoint) as going:
        for step in going:
            ran.outcomes += step.outcomes
            ran.checkpoints.append(step.checkpoint)
            if len(ran.checkpoints) == steps:
                break
        ran.expected, ran.complete, ran.whole = going.expected, going.complete, going.whole
    return ran


SECRET: Final = Credentials(user="harvester", password="s3cret")
