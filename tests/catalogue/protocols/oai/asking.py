"""A small catalogue with a history, and a harvester's view of the door."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.serving import make_server

from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.engines.base import Engine, Entry
from catalogue.engines.stored import entry_of
from catalogue.service import Catalogue
from catalogue.settings import Settings
from mappings import schemas as xsd
from mappings.formats import read, write
from mappings.xml import NAMESPACES, parse_xml
from records.codes import Domain
from records.model import Record
from tests.catalogue.protocols.serving import BASE_URL, NOW

OAI: Final = "{http://www.openarchives.org/OAI/2.0/}"
DAY: Final = timedelta(days=1)
_IDENTIFIER: Final = Path(__file__).parent / "oai-identifier.xsd"
ENVELOPE: Final = xsd.Schema(
    title="OAI-PMH 2.0",
    imports=(
        ("http://www.openarchives.org/OAI/2.0/", "ivoa-older/OAI-v2.0.xsd"),
        (NAMESPACES["oai_dc"], "ivoa-older/oai_dc.xsd"),
        ("http://www.openarchives.org/OAI/2.0/oai-identifier", str(_IDENTIFIER)),
    ),
    installed=False,
)


def made(identifier: str, title: str, *, source: str | None = None, domain: Domain | None = None, format_name: str = "json") -> Entry:
    """Return a record that came in a format, ready to be kept."""
    record = Record(identifier=identifier, title=title, domain=domain)
    return entry_of(read(write(record, format_name)), harvest_source=source)


@dataclass
class Repository:
    """A catalogue at its door. Time stands still until a test moves it."""

    folder: Path
    base_url: str = BASE_URL
    now: datetime = NOW
    engine: Engine = field(init=False)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.engine = open_engine(self.url)
        self.restart()

    @property
    def url(self) -> str:
        return f"embedded:{self.folder / 'catalogue'}"

    def restart(self, **settings: str) -> None:
        """Put up the application anew, on the same catalogue."""
        catalogue = Catalogue(self.engine, base_url=self.base_url, clock=lambda: self.now)
        self.app = create_app(Settings(engine=self.url, contact="serad@example.org", **settings), catalogue)  # type: ignore[arg-type]

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def ask(self, query: str) -> etree._Element:
        """Return the answer to "verb=…&…"."""
        answer = self.client.get(f"/oai?{query}")
        assert answer.status_code == 200
        assert answer.content_type == "text/xml; charset=utf-8"
        return parse_xml(answer.data)

    def code(self, query: str) -> str | None:
        """Return the code of the error that a query gets."""
        return code_of(self.ask(query))

    def found(self, query: str) -> list[str]:
        """Return the record identifiers of a list, all its parts."""
        return [identifier for part in self.parts(query) for identifier in identifiers(part)]

    def parts(self, query: str) -> Iterator[etree._Element]:
        """Yield the parts of a list, as a harvester asks for one after the other."""
        verb = query.partition("&")[0]
        while True:
            part = self.ask(query)
            yield part
            token = part.findtext(f".//{OAI}resumptionToken")
            if not token:
                return
            query = f"{verb}&resumptionToken={token}"

    @contextmanager
    def live(self) -> Iterator[str]:
        """Yield the address of the door on a server."""
        server = make_server("127.0.0.1", 0, self.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.port}/oai"
        server.shutdown()
        thread.join()
        server.server_close()


def identifiers(part: etree._Element) -> list[str]:
    """Return the identifiers of the records in an answer, as the other doors hand them out where they hold no blank."""
    prefix = "oai:catalogue.example:"
    return [(header.findtext(f"{OAI}identifier") or "").removeprefix(prefix) for header in part.iter(f"{OAI}header")]


def code_of(answer: etree._Element) -> str | None:
    error = answer.find(f"{OAI}error")
    return None if error is None else error.get("code")


def metadata(answer: etree._Element) -> list[etree._Element]:
    """Return the metadata in an answer, each the root of a record."""
    return [parts[0] for parts in answer.iter(f"{OAI}metadata")]


def envelope_faults(answer: etree._Element, schemas: Path) -> list[tuple[int, str]]:
    """Return what OAI-PMH.xsd finds in an answer, metadata in formats of their own aside: those have schemas of their own."""
    schema = xsd.compiled(ENVELOPE, schemas)
    assert schema is not None
    for root in metadata(answer):
        if etree.QName(root).namespace != NAMESPACES["oai_dc"]:
            parent = root.getparent()
            assert parent is not None
            assert etree.QName(root).namespace, "OAI-PMH.xsd wants metadata in a namespace"
            parent.replace(root, etree.Element(f"{{{NAMESPACES['oai_dc']}}}dc"))
    return xsd.check(schema, answer)
