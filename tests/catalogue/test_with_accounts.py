"""The application with accounts: who writes through the doors, and what is said where the database is gone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from accounts.codelists import Role
from accounts.visitors import COMMAND_LINE, Visitor
from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.service import Catalogue
from catalogue.services import Services
from catalogue.settings import Settings
from mappings.formats import write
from records.model import Record

ITEMS = "/ogc/collections/records/items"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DOCUMENT = write(Record(identifier="new", title="A new record"), "iso19139")
PASSWORD = "four words by chance"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'reflecs.sqlite'}",
        archive=tmp_path / "archive",
        mail=f"outbox:{tmp_path / 'outbox'}",
        queue=f"sqlite:{tmp_path / 'queue.sqlite'}",
    )
    app = create_app(settings, Catalogue(engine, base_url="http://localhost"))
    yield app
    app.extensions["services"].database.close()
    engine.close()


def _token(app: Flask, username: str, role: Role) -> str:
    services: Services = app.extensions["services"]
    services.accounts.create_user(username, f"{username}@example.org", role=role, password=PASSWORD, by=COMMAND_LINE, address=None)
    (found,), _ = services.accounts.users(text=username)
    return services.accounts.add_token(found.user_id, "a script", None, by=Visitor(user_id=found.user_id), address=None)


@pytest.mark.parametrize(("role", "status"), [(Role.USER, 401), (Role.CURATOR, 201), (Role.ADMINISTRATOR, 201)])
def test_who_writes_with_a_token_of_his_own(app: Flask, role: Role, status: int) -> None:
    token = _token(app, "hypatia", role)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/xml"}
    client = app.test_client()
    assert client.post(ITEMS, data=DOCUMENT, headers=headers).status_code == status
    assert (client.get(f"{ITEMS}/new").status_code == 200) is (status == 201)


def test_a_session_alone_writes_nothing_at_the_doors(app: Flask) -> None:
    _token(app, "hypatia", Role.ADMINISTRATOR)
    client = app.test_client()
    page = client.get("/login").text
    form = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post("/login", data={"csrf_token": form, "username": "hypatia", "password": PASSWORD})
    assert answer.status_code == 303
    assert client.get("/admin").status_code == 200
    assert client.post(ITEMS, data=DOCUMENT, headers={"Content-Type": "application/xml"}).status_code == 401
    assert client.get(f"{ITEMS}/new").status_code == 404


def test_where_the_database_does_not_answer_pages_and_doors_say_so(app: Flask) -> None:
    services: Services = app.extensions["services"]
    with services.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE access_rules")
    client = app.test_client()
    for path in (
        "/",
        "/search",
        "/sipad/tree",
        ITEMS,
        "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc",
        "/csw?service=CSW&request=GetRecords",
    ):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert answer.headers["Retry-After"]
        assert "access_rules" not in answer.text
