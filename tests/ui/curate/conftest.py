"""The curators' pages on real services: a database file, a catalogue of its own for each test, and folders to harvest."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

import ui
import ui.account
import ui.curate
from accounts.access import Access
from accounts.accounts import Accounts
from accounts.codelists import Role
from accounts.visitors import Visitor
from catalogue.curating.checking import Checking
from catalogue.curating.curating import Curating
from catalogue.curating.reports import Reports
from catalogue.engines import Engine, open_engine
from catalogue.harvesting.codelists import Policy
from catalogue.harvesting.runner import Runner
from catalogue.harvesting.runs import Runs
from catalogue.harvesting.sources import Sources
from catalogue.harvesting.views import RunView, SourceSpec
from catalogue.service import Catalogue
from catalogue.service.descent import Descent
from database import Database
from harvesters.source import Protocol
from harvesters.web import Client
from mappings.formats import write
from ordering.tree import Tree
from records.model import Record
from tests.accounts.desk import Clock, Desk, Letters
from tests.database.fresh import fresh
from tests.ui.account.conftest import BASE, SECRET, Person, people_address  # noqa: F401 -- a fixture
from ui.curate import Curation
from ui.people import current_visitor, init_people
from ui.seeing import Seeing, init_seeing

CURATOR = Visitor(username="acurator", role=Role.CURATOR)
"""Who does things without a page."""


@dataclass(kw_only=True)
class House:
    """An application whose curators have all they need."""

    app: Flask
    desk: Desk
    curation: Curation
    database: Database
    engine: Engine
    folder: Path
    clock: Clock

    def client(self) -> Person:
        """Somebody with a browser."""
        return Person(self.app.test_client())

    def signed_in(self, username: str, role: Role) -> Person:
        """Somebody with an active account, signed in."""
        if not self.desk.accounts.users(text=username)[1]:
            self.desk.active(username, f"{username}@example.org", role)
        person = self.client()
        assert person.sign_in(username).status_code == 303
        return person

    def curator(self) -> Person:
        """A curator, signed in."""
        return self.signed_in("acurator", Role.CURATOR)

    def source(self, name: str = "neighbour", *, share: float = 0.1, policy: Policy = Policy.NEWER) -> Path:
        """Set a folder up as a source; return it, empty."""
        folder = self.folder / "sources" / name
        folder.mkdir(parents=True)
        spec = SourceSpec(name=name, protocol=Protocol.FOLDER, url=str(folder), share=share, policy=policy)
        self.curation.sources.add(spec, by=CURATOR, address=None)
        return folder

    def runner(self) -> Runner:
        """What works on runs."""
        client = Client(contact="contact@example.org", allow_private=True)
        return Runner(
            self.database,
            lambda: self.engine,
            secret=SECRET,
            client=client,
            accounts=self.desk.accounts,
            clock=self.clock,
            processes=1,
        )

    def work(self) -> None:
        """Have everything done that waits for a worker."""
        self.runner().run_due()

    def harvested(self, name: str = "neighbour", *, preview: bool = False) -> RunView:
        """Harvest a source now; return the run."""
        number = self.curation.runs.start(name, preview=preview, by=CURATOR, address=None)
        self.work()
        return self.curation.runs.run(number)


def fill(folder: Path, *records: Record) -> None:
    """Put records into a folder, each in a file of its own."""
    for record in records:
        (folder / f"{record.identifier}.xml").write_bytes(write(record, "iso19139"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = Database(fresh(tmp_path))
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    yield _built(tmp_path, database, engine)
    engine.close()
    database.close()


def _built(folder: Path, database: Database, engine: Engine) -> House:
    clock, letters = Clock(), Letters()
    accounts = Accounts(database, letters, base_url=BASE, contact="contact@example.org", clock=clock)
    descent = Descent(engine, Tree(database))
    access = Access(database, clock, parent_of=descent.parent_of, children_of=descent.children_of, state=descent.state)
    seeing = Seeing(access, visitor=current_visitor, admits=lambda _header: False)
    catalogue = Catalogue(engine, base_url=BASE, sipad_url=None, hidden=seeing.hidden, viewpoint=seeing.viewpoint, clock=clock)
    checking = Checking(database, engine, schemas=None, clock=clock)
    curation = Curation(
        sources=Sources(database, accounts, secret=SECRET, allow_private=True, clock=clock),
        runs=Runs(database, accounts, wake=lambda: None, clock=clock),
        curating=Curating(database, accounts, access, lambda: engine, checking=checking, schemas=None, clock=clock),
        checking=checking,
        reports=Reports(database, engine, schemas=None),
        access=access,
        catalogue=catalogue,
        allow_private=True,
    )
    app = Flask("reflecs", static_folder=None)
    ui.register(app, catalogue)
    init_people(app, accounts, secret=SECRET, secure=False, adopt=lambda _key, _user: None)
    init_seeing(app, seeing)
    ui.account.register(app)
    ui.curate.register(app, curation)
    desk = Desk(accounts, database, letters, clock)
    return House(app=app, desk=desk, curation=curation, database=database, engine=engine, folder=folder, clock=clock)
