"""Deposits through the doors: CSW-T and OGC Records go through the same checks and the same history as what curators do on their pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from accounts.codelists import Role
from accounts.visitors import COMMAND_LINE, Visitor
from catalogue.app import create_app
from catalogue.curating.views import Difference, Filter, State
from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.engines.stored import entry_of
from catalogue.service import Catalogue
from catalogue.services import Services
from catalogue.settings import Settings
from mappings.formats import read
from records.codes import Domain
from tests.catalogue.curating.workshop import document
from tests.database.fresh import fresh

ITEMS = "/ogc/collections/records/items"
CSW = "http://www.opengis.net/cat/csw/2.0.2"
INSTALLATION = "a-token-of-the-installation"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    yield opened
    opened.close()


@pytest.fixture
def app(tmp_path: Path, engine: Engine) -> Iterator[Flask]:
    settings = Settings(
        database=fresh(tmp_path),
        archive=tmp_path / "archive",
        mail=f"outbox:{tmp_path / 'outbox'}",
        queue=f"sqlite:{tmp_path / 'queue.sqlite'}",
        curator_tokens=(INSTALLATION,),
    )
    made = create_app(settings, Catalogue(engine, base_url="http://localhost"))
    yield made
    made.extensions["services"].database.close()


class Depositor:
    """A curator's program, with a personal token."""

    def __init__(self, app: Flask) -> None:
        self.services: Services = app.extensions["services"]
        accounts = self.services.accounts
        accounts.create_user("hypatia", "h@example.org", role=Role.CURATOR, password="four words by chance", by=COMMAND_LINE, address=None)
        user_id = accounts.user_named("hypatia").user_id
        self.visitor = Visitor(user_id=user_id, username="hypatia", role=Role.CURATOR)
        self.token = accounts.add_token(user_id, "a script", None, by=self.visitor, address=None)
        self.client = app.test_client()

    def records(self, method: str, path: str, content: bytes = b"", token: str = "") -> int:
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/xml"}
        return self.client.open(path, method=method, data=content, headers=headers).status_code

    def csw(self, action: str, token: str = "") -> int:
        posted = f'<c:Transaction xmlns:c="{CSW}" service="CSW" version="2.0.2">{action}</c:Transaction>'
        return self.records("POST", "/csw", posted.encode(), token)

    def insert(self, *contents: bytes, token: str = "") -> int:
        inside = "".join(content.decode().partition("?>")[2] for content in contents)
        return self.csw(f"<c:Insert>{inside}</c:Insert>", token)

    def told(self, action: str) -> list[tuple[str, str, str | None]]:
        lines, _ = self.services.accounts.audit(text=action)
        return sorted((line.actor, line.subject, line.address) for line in lines if line.action == action)

    def listed(self, wanted: Filter) -> list[str]:
        return sorted(row.identifier for row in self.services.curating.listing(wanted, by=self.visitor).rows)


@pytest.fixture
def depositor(app: Flask) -> Depositor:
    return Depositor(app)


def test_what_is_deposited_is_checked_and_its_depositor_looks_after_it(depositor: Depositor) -> None:
    assert depositor.insert(document("csw-good"), document("csw-bad", contacts=())) == 200
    assert depositor.records("POST", ITEMS, document("ogc-bad", None)) == 201
    assert depositor.listed(Filter(mine=True)) == ["csw-bad", "csw-good", "ogc-bad"]
    assert depositor.listed(Filter(state=State.INVALID)) == ["csw-bad", "ogc-bad"]
    here = "127.0.0.1"
    assert depositor.told("deposited a record") == [("hypatia", name, here) for name in ("csw-bad", "csw-good", "ogc-bad")]


def test_what_is_replaced_and_deleted_has_the_same_history(depositor: Depositor) -> None:
    depositor.records("POST", ITEMS, document("a", "First"))
    curating = depositor.services.curating
    curating.assign(["a"], domain=Domain.LIFE, by=depositor.visitor, address=None)
    assert depositor.records("PUT", f"{ITEMS}/a", document("a", "Second")) in {200, 204}
    assert depositor.csw(f"<c:Update>{document('a', 'Third').decode().partition('?>')[2]}</c:Update>") == 200
    assert curating.difference("a", 1, 3).fields == (Difference(field="title", before=("First",), after=("Third",)),)
    (row,) = curating.listing(Filter(), by=depositor.visitor).rows
    assert (row.title, row.domain) == ("Third", Domain.LIFE)
    assert depositor.records("DELETE", f"{ITEMS}/a") in {200, 204}
    assert depositor.listed(Filter(state=State.WITHDRAWN, mine=True)) == ["a"]
    curating.restore("a", 2, by=depositor.visitor, address=None)
    assert depositor.listed(Filter(text="Second")) == ["a"]
    assert len(depositor.told("deposited a record again")) == 2
    assert depositor.told("withdrew a record through a door") == [("hypatia", "a", "127.0.0.1")]


def test_the_installations_token_is_nobodys(depositor: Depositor) -> None:
    assert depositor.insert(document("a"), token=INSTALLATION) == 200
    assert depositor.told("deposited a record") == [("installation token", "a", "127.0.0.1")]
    assert depositor.listed(Filter(mine=True)) == []


def test_what_is_refused_is_told_of_nobody(depositor: Depositor) -> None:
    assert depositor.insert(document("a"), token="rfx_not-a-token") == 401
    assert depositor.insert(document("a"), b"<?xml version='1.0'?><no-record/>") == 400
    depositor.insert(document("a"))
    assert depositor.insert(document("b"), document("a", "Again")) == 409
    assert depositor.listed(Filter(mine=True)) == ["a"]
    assert depositor.told("deposited a record") == [("hypatia", "a", "127.0.0.1")]


def test_a_record_that_was_harvested_is_its_depositors_from_then_on(depositor: Depositor, engine: Engine) -> None:
    engine.put([entry_of(read(document("a", "Theirs")), harvest_source="esa")], now=datetime(2026, 11, 27, tzinfo=UTC))
    assert depositor.records("PUT", f"{ITEMS}/a", document("a", "Ours")) in {200, 204}
    assert depositor.listed(Filter(source="esa")) == []
    assert depositor.listed(Filter(source="")) == ["a"]
