"""A SIPAD on a small archive with real services, somebody who browses it, and people with accounts."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import ui
import ui.account
import ui.sipad
from accounts.access import Access
from accounts.accounts import Accounts
from accounts.codelists import Role
from accounts.mail import Mail, open_mail
from accounts.visitors import COMMAND_LINE
from catalogue.service import Catalogue
from database import Database
from ordering.destinations import Network
from ordering.inventory import Inventory
from ordering.orders import Orders
from ordering.selecting import Selecting
from ordering.tree import Tree
from ordering.worker import Worker
from tests.ui.account.conftest import TOKEN
from tests.ui.sipad.archive import fill
from ui.people import init_people
from ui.sipad import Sipad

BASE = "http://catalogue.example"
SECRET = b"a secret of the tests, long enough"
QUOTA = 1_000_000
NETWORK = Network(resolve=lambda _host, _port: ("93.184.215.14",))
OPENS = datetime(2027, 1, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass(kw_only=True)
class House:
    """A SIPAD with all it is made of."""

    app: Flask
    sipad: Sipad
    database: Database
    folder: Path
    clock: Clock
    mail: Mail

    def worker(self) -> Worker:
        """The one who prepares orders."""
        return Worker(
            self.database,
            self.sipad.accounts,
            self.mail,
            archive=self.folder / "archive",
            secret=SECRET,
            network=NETWORK,
            base_url=BASE,
            contact="sipad@example.org",
            may_have=lambda visitor, identifier: self.sipad.access.decide(identifier, visitor).open,
            clock=self.clock,
        )

    def letters(self) -> list[str]:
        """What was sent, the oldest first."""
        found = sorted((self.folder / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default).get_content().replace("\r\n", "\n") for path in found]


class Reader:
    """Somebody before a browser without scripts, who sends the forms that pages hold."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def fetch(self, path: str) -> bytes:
        """Download a file."""
        with self.client.get(path) as answer:
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert "no-store" in answer.headers["Cache-Control"]
            return bytes(answer.data)

    def send(self, path: str, page: str | None = None, **fields: str | list[str]) -> TestResponse:
        """Send a form; its token is that of the page it stands on."""
        shown = self.client.get(page or path).text
        token = TOKEN.search(shown)
        assert token is not None, shown
        return self.client.post(path, data={"csrf_token": token[1], **fields}, follow_redirects=False)

    def follow(self, answer: TestResponse) -> TestResponse:
        """Go where an answer leads."""
        assert answer.status_code == 303, answer.text
        return self.client.get(answer.headers["Location"])

    def sign_in(self, username: str) -> "Reader":
        answer = self.send("/login", username=username, password=PASSWORD)
        assert answer.status_code in {302, 303}, answer.text
        return self


@pytest.fixture(scope="session")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive and two accounts, which each test gets a copy of."""
    folder = tmp_path_factory.mktemp("mould")
    found(folder)
    return folder


@pytest.fixture
def house(tmp_path: Path, mould: Path, catalogue: Catalogue) -> Iterator[House]:
    """A SIPAD of its own."""
    shutil.copytree(mould, tmp_path, dirs_exist_ok=True)
    yield from build(tmp_path, catalogue)


def found(folder: Path) -> None:
    """Make the database and the archive of a SIPAD, and two accounts."""
    database = Database(f"sqlite:///{folder / 'reflecs.sqlite'}")
    database.upgrade()
    fill(database, folder / "archive")
    mail = open_mail(f"outbox:{folder / 'outbox'}", sender="sipad@example.org")
    accounts = Accounts(database, mail, base_url=BASE, contact="sipad@example.org")
    for username, role in (("marie", Role.USER), ("pierre", Role.USER), ("admin-anne", Role.ADMINISTRATOR)):
        accounts.create_user(username, f"{username}@example.org", role=role, password=PASSWORD, by=COMMAND_LINE, address=None)
    database.close()


def build(folder: Path, catalogue: Catalogue) -> Iterator[House]:
    """Put a SIPAD together in a folder that has its database and archive."""
    clock = Clock()
    database = Database(f"sqlite:///{folder / 'reflecs.sqlite'}")
    mail = open_mail(f"outbox:{folder / 'outbox'}", sender="sipad@example.org")
    accounts = Accounts(database, mail, base_url=BASE, contact="sipad@example.org", clock=clock)
    tree, inventory = Tree(database), Inventory(database)
    access = Access(database, clock, parent_of=tree.parent_of, children_of=tree.children_of)
    selecting = Selecting(database, tree, inventory, clock)
    orders = Orders(
        database,
        inventory,
        accounts,
        archive=folder / "archive",
        quota=QUOTA,
        secret=SECRET,
        network=NETWORK,
        base_url=BASE,
        may_have=lambda visitor, identifier: access.decide(identifier, visitor).open,
        clock=clock,
    )
    here = Catalogue(catalogue.engine, base_url=BASE, sipad_url=f"{BASE}/sipad/order?dataset={{identifier}}", clock=clock)
    sipad = Sipad(
        tree=tree,
        inventory=inventory,
        selecting=selecting,
        orders=orders,
        access=access,
        accounts=accounts,
        catalogue=here,
        contact="sipad@example.org",
        quota=QUOTA,
    )
    app = Flask("reflecs", static_folder=None)
    ui.register(app, here)
    init_people(app, accounts, secret=SECRET, secure=False, adopt=selecting.adopt)
    ui.account.register(app)
    app.register_blueprint(ui.sipad.blueprint(sipad))
    yield House(app=app, sipad=sipad, database=database, folder=folder, clock=clock, mail=mail)
    database.close()


@pytest.fixture
def anybody(house: House) -> Reader:
    """Somebody who is not signed in."""
    return Reader(house.app.test_client())


@pytest.fixture
def pierre(house: House) -> Reader:
    """Somebody else with an account."""
    return Reader(house.app.test_client()).sign_in("pierre")


@pytest.fixture
def marie(house: House) -> Reader:
    """Somebody with an account."""
    return Reader(house.app.test_client()).sign_in("marie")
