"""The application as a whole: health and headers."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.service import load
from catalogue.settings import Settings
from mappings.formats import write
from records.model import Record


@pytest.fixture
def engine_url(tmp_path: Path) -> str:
    url = f"embedded:{tmp_path / 'catalogue'}"
    document = tmp_path / "a.xml"
    document.write_bytes(write(Record(identifier="a", title="Sea ice"), "iso19139"))
    engine = open_engine(url)
    load(engine, [document])
    engine.close()
    return url


@pytest.fixture
def client(engine_url: str) -> Iterator[FlaskClient]:
    app = create_app(Settings(engine=engine_url))
    yield app.test_client()
    app.extensions["catalogue"].engine.close()


def test_health_says_how_many_records_there_are(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "records": 1}


def test_every_answer_forbids_what_comes_from_elsewhere(client: FlaskClient) -> None:
    for path in ("/", "/search?q=ice", "/records/a", "/records/a?f=iso19139", "/nothing", "/health"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_record_comes_as_it_was_loaded(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/records/a?f=iso19139").data == (tmp_path / "a.xml").read_bytes()


def test_what_is_loaded_while_serving_is_found(client: FlaskClient, engine_url: str, tmp_path: Path) -> None:
    later = tmp_path / "later.xml"
    later.write_bytes(write(Record(identifier="b", title="Salinity"), "iso19139"))
    writer = open_engine(engine_url)
    load(writer, [later])
    writer.close()
    assert "Salinity" in client.get("/search?q=salinity").get_data(as_text=True)


def test_health_says_when_the_catalogue_cannot_answer(client: FlaskClient, engine_url: str) -> None:
    with closing(sqlite3.connect(Path(engine_url.partition(":")[2]) / "records.sqlite")) as connection:
        connection.execute("DROP TABLE record")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "down"
    assert "sqlite" not in answer.get_data(as_text=True).lower()
    page = client.get("/")
    assert page.status_code == 503
    assert page.headers["Retry-After"]
