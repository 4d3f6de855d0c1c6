"""Sources whose records change while they are harvested: our own service, an OAI-PMH repository, a static folder."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol
from xml.sax.saxutils import escape

from catalogue.app import create_app
from catalogue.engines import Engine, open_engine
from catalogue.engines.stored import entry_of
from catalogue.service import Catalogue
from catalogue.settings import Settings
from mappings.formats import read
from tests.harvesters.scripted import ScriptedOai
from tests.harvesters.sites import live, live_app

Clock = Callable[[], datetime]

_ISO = """<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier><gco:CharacterString>{name}</gco:CharacterString></gmd:fileIdentifier>
<gmd:dateStamp><gco:DateTime>{changed}</gco:DateTime></gmd:dateStamp>
<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>
<gmd:title><gco:CharacterString>{says}</gco:CharacterString></gmd:title>
</gmd:CI_Citation></gmd:citation><gmd:abstract><gco:CharacterString>About {name}.</gco:CharacterString></gmd:abstract>
</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"""


def document(name: str, says: str, changed: datetime) -> bytes:
    """Return an ISO 19139 record."""
    return _ISO.format(name=escape(name), says=escape(says), changed=f"{changed:%Y-%m-%dT%H:%M:%SZ}").encode()


class Living(Protocol):
    """A source that a test changes.

    Attributes:
        url: where it is asked.
    """

    url: str

    def keep(self, documents: Mapping[str, bytes]) -> None:
        """Add or replace records."""
        ...

    def drop(self, names: set[str]) -> None:
        """Take records away."""
        ...


@dataclass
class Service:
    """Our own service."""

    url: str
    engine: Engine
    clock: Clock

    def keep(self, documents: Mapping[str, bytes]) -> None:
        self.engine.put([entry_of(read(content)) for content in documents.values()], now=self.clock())

    def drop(self, names: set[str]) -> None:
        self.engine.delete(names, now=self.clock())


DOORS = {"csw": "/csw", "records": "/ogc/collections/records", "oai": "/oai", "reflecs": ""}


@contextmanager
def service(folder: Path, clock: Clock, door: str) -> Iterator[Service]:
    """Yield our own service, asked at one of its doors."""
    address = f"embedded:{folder / 'source'}"
    engine = open_engine(address)
    settings = Settings(engine=address, base_url="http://source.example", contact="curator@example.org")
    app = create_app(settings, Catalogue(engine, base_url="http://source.example", clock=clock))
    with live_app(app) as url:
        yield Service(url + DOORS[door], engine, clock)
    engine.close()


class _Repository(ScriptedOai):
    """A repository of whole documents: what a record says is its document."""

    def _entry(self, name: str) -> str:
        content = self.records.get(name)
        metadata = f"<metadata>{content}</metadata>" if content is not None else ""
        return f"<record>{self._header(name)}{metadata}</record>"


@dataclass
class Repository:
    """An OAI-PMH repository that marks what is gone, and never tells of fewer than all of its records."""

    url: str
    scripted: ScriptedOai
    clock: Clock

    def keep(self, documents: Mapping[str, bytes]) -> None:
        for name, content in documents.items():
            self.scripted.records[name] = content.decode()
            self.scripted.stamps[name] = f"{self.clock():%Y-%m-%dT%H:%M:%SZ}"
        self._count()

    def drop(self, names: set[str]) -> None:
        for name in names:
            self.scripted.records[name] = None
            self.scripted.stamps[name] = f"{self.clock():%Y-%m-%dT%H:%M:%SZ}"
        self._count()

    def _count(self) -> None:
        self.scripted.size = len(self.scripted.records)


@contextmanager
def repository(clock: Clock, *, page: int = 10) -> Iterator[Repository]:
    """Yield a repository without records."""
    scripted = _Repository({}, page=page, size=0)
    with live(scripted) as url:
        yield Repository(url, scripted, clock)


class _Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Folder:
    """A static folder, with a folder in it, as Python's own server lists it."""

    url: str
    path: Path
    clock: Clock
    _files: dict[str, Path] = field(default_factory=dict)

    def keep(self, documents: Mapping[str, bytes]) -> None:
        stamp = self.clock().astimezone(UTC).timestamp()
        for name, content in documents.items():
            place = self._files.setdefault(name, self.path / f"part{len(self._files) % 3}" / f"{len(self._files):05}.xml")
            place.parent.mkdir(exist_ok=True)
            fresh = place.with_suffix(".new")
            fresh.write_bytes(content)
            os.utime(fresh, (stamp, stamp))
            fresh.replace(place)

    def drop(self, names: set[str]) -> None:
        for name in names:
            self._files[name].unlink()


@contextmanager
def static_folder(path: Path, clock: Clock) -> Iterator[Folder]:
    """Yield a folder without documents."""
    path.mkdir(parents=True, exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(path)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield Folder(f"http://127.0.0.1:{server.server_port}/", path, clock)
    server.shutdown()
    thread.join()
    server.server_close()


KINDS = ("csw", "records", "oai", "reflecs", "waf", "repository")
"""What `living` knows: a door of our own service, or one of the others."""


@contextmanager
def living(kind: str, folder: Path, clock: Clock) -> Iterator[Living]:
    """Yield a source of a kind, without records."""
    match kind:
        case "waf":
            with static_folder(folder / "static", clock) as static:
                yield static
        case "repository":
            with repository(clock) as repo:
                yield repo
        case _:
            with service(folder, clock, kind) as own:
                yield own


def protocol_of(kind: str) -> str:
    return "oai" if kind == "repository" else kind
