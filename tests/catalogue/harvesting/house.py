"""A house that harvests a folder: real database, real engine, documents of the tests' own, a clock that stands until it is moved."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from accounts.accounts import Accounts
from accounts.codelists import Role
from accounts.visitors import Visitor
from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.engines.stored import entry_of
from catalogue.harvesting.codelists import LineKind
from catalogue.harvesting.items import Item, to_item
from catalogue.harvesting.models import HarvestItem
from catalogue.harvesting.runner import Runner
from catalogue.harvesting.runs import Runs
from catalogue.harvesting.sources import Sources
from catalogue.harvesting.views import LineView, RunView, SourceSpec
from database import Database
from harvesters.source import Protocol
from harvesters.web import Client
from mappings.formats import read
from tests.accounts.desk import Clock, Letters
from tests.database.fresh import fresh

CURATOR = Visitor(user_id=1, username="cpayne", role=Role.CURATOR)
READER = Visitor(user_id=2, username="reader")
HERE = "192.0.2.7"
SECRET = b"of the tests, thirty-two bytes.."

_ISO = """<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier><gco:CharacterString>{identifier}</gco:CharacterString></gmd:fileIdentifier>
<gmd:dateStamp><gco:Date>{date}</gco:Date></gmd:dateStamp>
<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>
<gmd:title><gco:CharacterString>{title}</gco:CharacterString></gmd:title>
</gmd:CI_Citation></gmd:citation><gmd:abstract><gco:CharacterString>Of {identifier}.</gco:CharacterString></gmd:abstract>
</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"""


def document(identifier: str, title: str = "Light curves", date: str = "2026-01-01") -> bytes:
    return _ISO.format(identifier=identifier, title=title, date=date).encode()


def documents(count: int, title: str = "Light curves") -> dict[str, bytes]:
    """Documents by the names of their files."""
    return {f"{number:04}.xml": document(f"record-{number:04}", title) for number in range(count)}


@dataclass
class House:
    """All that harvests need."""

    path: Path
    clock: Clock = field(default_factory=Clock)
    stopping: Callable[[], bool] = lambda: False
    woken: int = 0

    def __post_init__(self) -> None:
        self.database = Database(fresh(self.path))
        self.accounts = Accounts(self.database, Letters(), base_url="https://data.example.org", contact="c@example.org", clock=self.clock)
        self.engine: Engine = open_engine(f"embedded:{self.path}/catalogue")
        self.sources = Sources(self.database, self.accounts, secret=SECRET, allow_private=True, clock=self.clock)
        self.runs = Runs(self.database, self.accounts, wake=self.wake, clock=self.clock)
        self._stamp = 0

    def close(self) -> None:
        self.engine.close()
        self.database.close()

    def wake(self) -> None:
        self.woken += 1

    def runner(self, engine: Callable[[], Engine] | None = None, **other: Any) -> Runner:
        return Runner(
            self.database,
            engine or (lambda: self.engine),
            secret=SECRET,
            client=Client(contact="c@example.org", allow_private=True, pause=lambda _: None),
            accounts=self.accounts,
            clock=self.clock,
            stopping=self.stopping,
            **({"processes": 1} | other),
        )

    def folder(self, name: str, files: Mapping[str, bytes] | None = None, **other: Any) -> Path:
        """Set up a source that is a folder with these files."""
        folder = self.path / name
        folder.mkdir()
        self.fill(name, files or {})
        spec = SourceSpec(name=name, protocol=Protocol.FOLDER, url=str(folder), page_size=10, share=1.0)
        self.sources.add(replace(spec, **other), by=CURATOR, address=HERE)
        return folder

    def fill(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write files into a source's folder; each is newer than all before."""
        for file, content in files.items():
            path = self.path / name / file
            path.write_bytes(content)
            self._stamp += 1
            os.utime(path, (self._stamp, self._stamp))

    def empty(self, name: str, files: Iterable[str]) -> None:
        """Take files out of a source's folder."""
        for file in files:
            (self.path / name / file).unlink()

    def start(self, name: str, **other: Any) -> int:
        return self.runs.start(name, by=CURATOR, address=HERE, **other)

    def harvest(self, name: str, **other: Any) -> RunView:
        return self.runner().run(self.start(name, **other))

    def kept(self) -> dict[str, bytes]:
        """What the catalogue holds."""
        names = list(self.engine.identifiers())
        found = self.engine.get_many(names, documents=True)
        return {one.identifier: one.source.content for one in found if one is not None and one.source is not None}

    def titles(self) -> dict[str, str | None]:
        return {one.identifier: one.title for one in self.engine.get_many(list(self.engine.identifiers())) if one is not None}

    def source_of(self, identifier: str) -> str | None:
        record = self.engine.get(identifier)
        assert record is not None
        return record.provenance.source

    def load(self, *contents: bytes, source: str | None = None) -> None:
        """Keep documents as somebody does who brings them in by hand."""
        self.engine.put([entry_of(read(content), harvest_source=source) for content in contents], now=self.clock())

    def items(self, name: str) -> dict[str, Item]:
        """What is known of the documents of a source, by key."""
        source_id = self.sources.source(name).id
        with self.database.reading() as session:
            return {row.key: to_item(row) for row in session.scalars(select(HarvestItem).where(HarvestItem.source_id == source_id))}

    def lines(self, run: RunView, kind: LineKind) -> list[LineView]:
        return self.runs.lines(run.id, kind, size=20_000)[0]


def counts(run: RunView) -> dict[str, int]:
    """The numbers of a run that are not 0."""
    names = ("received", "created", "updated", "unchanged", "withdrawn", "rejected", "conflicts")
    return {name: number for name in names if (number := getattr(run, name))}
