"""The pages of accounts and administrators on real services: a database file, an empty catalogue, a folder, letters in a list."""

import logging
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask, Response, jsonify, request
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

import ui
import ui.account
import ui.administration
from accounts.access import Access
from accounts.accounts import Accounts
from accounts.codelists import Compression, Role
from catalogue.engines import open_engine
from catalogue.protocols import csw, oai, ogcapi, opensearch
from catalogue.protocols.doors import Doors
from catalogue.protocols.positions import Positions
from catalogue.service import Catalogue, Depositing
from database import Database
from ordering.destinations import Network
from ordering.inventory import Inventory
from ordering.models import Delivery, DeliveryState, Order, OrderState
from ordering.orders import Orders
from ordering.quarantine import Quarantine
from ordering.standing import Standing
from ordering.tree import Tree
from tests.accounts.desk import PASSWORD, Clock, Desk, Letters
from tests.database.fresh import fresh
from ui.administration import Administration
from ui.people import current_visitor, current_whose, init_people

BASE = "http://catalogue.example"
SECRET = b"a secret of the tests, long enough"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class House:
    """An application with its accounts, and what selections went to whom."""

    app: Flask
    desk: Desk
    administration: Administration
    database: Database
    archive: Path
    adopted: list[tuple[str, int]] = field(default_factory=list)

    def client(self) -> "Person":
        """Somebody with a browser."""
        return Person(self.app.test_client())

    def signed_in(self, username: str = "mfaraday", role: Role = Role.USER) -> "Person":
        """Somebody with an active account, signed in."""
        if not self.desk.accounts.users(text=username)[1]:
            self.desk.active(username, f"{username}@example.org", role)
        person = self.client()
        assert person.sign_in(username).status_code == 303
        return person

    def administrator(self) -> "Person":
        """An administrator, signed in."""
        return self.signed_in("ghopper", Role.ADMINISTRATOR)

    def deliver(self, state: DeliveryState, *, name: str = "brought", problems: list[dict[str, str]] | None = None) -> int:
        """Register a delivery as if it had come; return its number."""
        (self.archive / "quarantine" / "brought").mkdir(parents=True, exist_ok=True)
        with self.database.writing() as session:
            delivery = Delivery(
                name=name,
                received=self.desk.clock.now,
                state=state,
                files=3,
                bytes=12_345,
                problems=problems or [],
                path="brought" if state is DeliveryState.QUARANTINED else None,
            )
            session.add(delivery)
            session.flush()
            return delivery.id

    def order(self, state: OrderState, *, reason: str | None = None) -> str:
        """Keep an order as if it had come so far; return its number."""
        number, now = f"R{'X' * 12}{self.administration.orders.all()[1]:02}", self.desk.clock.now
        with self.database.writing() as session:
            order = Order(number=number, state=state, reason=reason, email="reader@example.org", compression=Compression.NONE, created=now)
            order.submitted, order.expires = now, now + timedelta(days=5) if state is OrderState.FAILED else None
            session.add(order)
        return number


@dataclass
class Person:
    """Somebody who sends the forms of pages, with the token that pages gave him."""

    client: FlaskClient

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def page(self, path: str) -> str:
        """A page's text, as it reads."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return unescape(answer.text)

    def token(self) -> str:
        """The token of this session's forms."""
        found = TOKEN.search(self.client.get("/account/forgot").text) or TOKEN.search(self.client.get("/account/password").text)
        assert found
        return found[1]

    def send(self, path: str, **values: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token(), **values})

    def sign_in(self, username: str, password: str = PASSWORD, **others: str) -> TestResponse:
        return self.send("/login", username=username, password=password, **others)

    def ask(self, path: str, **options: Any) -> dict[str, Any]:
        """An answer in JSON."""
        return cast("dict[str, Any]", self.client.get(path, **options).json)

    def who(self) -> dict[str, Any]:
        """Who the application takes him for."""
        return self.ask("/who")


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    engine = open_engine(f"embedded:{tmp_path_factory.mktemp('people') / 'catalogue'}")
    yield Catalogue(engine, base_url=BASE, sipad_url=None, clock=Clock())
    engine.close()


@pytest.fixture
def house(tmp_path: Path, empty_catalogue: Catalogue) -> Iterator[House]:
    yield from _build(tmp_path, empty_catalogue, secure=False)


@pytest.fixture
def secure_house(tmp_path: Path, empty_catalogue: Catalogue) -> Iterator[House]:
    """One that people reach by https."""
    yield from _build(tmp_path, empty_catalogue, secure=True)


def _build(folder: Path, catalogue: Catalogue, *, secure: bool) -> Iterator[House]:
    database, letters, clock = Database(fresh(folder / f"people-{secure}")), Letters(), Clock()
    accounts = Accounts(database, letters, base_url=BASE, contact="contact@example.org", clock=clock)
    desk, archive, tree = Desk(accounts, database, letters, clock), folder / "archive", Tree(database)
    administration = Administration(
        access=Access(database, clock, parent_of=tree.parent_of, children_of=tree.children_of),
        orders=Orders(
            database,
            Inventory(database),
            accounts,
            archive=archive,
            quota=1_000_000,
            secret=SECRET,
            network=Network(),
            base_url=BASE,
            may_have=lambda _visitor, _identifier: True,
            clock=clock,
        ),
        tree=tree,
        quarantine=Quarantine(database, archive, clock),
        standing=Standing(database, archive),
        catalogue=catalogue,
    )
    app = Flask("reflecs", static_folder=None)
    house = House(app, desk, administration, database, archive)
    ui.register(app, catalogue)
    init_people(app, accounts, secret=SECRET, secure=secure, adopt=lambda key, user: house.adopted.append((key, user)))
    ui.account.register(app)
    ui.administration.register(app, administration)
    _open_doors(app, catalogue)
    app.add_url_rule("/who", view_func=_who)
    app.add_url_rule("/csw/who", view_func=_who)
    app.add_url_rule("/whose", view_func=_whose)
    yield house
    database.close()


def _open_doors(app: Flask, catalogue: Catalogue) -> None:
    doors = Doors(
        catalogue=catalogue,
        depositing=Depositing(lambda: catalogue.engine, catalogue.clock),
        curator_tokens=("a curator's own token".replace(" ", "-"),),
        secret=lambda: SECRET,
        provider="Tests",
        contact="contact@example.org",
        positions=Positions(None),
    )
    app.extensions["doors"] = doors
    for name, door in (("csw", csw), ("ogc", ogcapi), ("oai", oai), ("opensearch", opensearch)):
        app.register_blueprint(door.blueprint(doors), url_prefix=f"/{name}")


def _who() -> Response:
    visitor = current_visitor()
    return jsonify(username=visitor.username, role=visitor.role.value, groups=sorted(visitor.groups), address=request.remote_addr)


def _whose() -> Response:
    whose = current_whose()
    return jsonify(user_id=whose.user_id, key=whose.visitor_key)


@pytest.fixture
def people_address(house: House) -> Iterator[str]:
    """The address at which a browser reaches the application."""
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
