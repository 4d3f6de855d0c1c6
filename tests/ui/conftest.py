"""A catalogue of the shipped records and of records that pages find hard, its application, and a browser on it."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

import records
from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.service import Catalogue, load
from catalogue.settings import Settings
from mappings.formats import write
from tests.ui.hard_records import HARD

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIPAD = "https://sipad.example/order?dataset={identifier}"


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """The catalogue: shipped and hard records."""
    folder = tmp_path_factory.mktemp("pages")
    for number, record in enumerate(HARD):
        (folder / f"hard-{number}.json").write_bytes(write(record, "json"))
    engine = open_engine(f"embedded:{folder / 'catalogue'}")
    holdings = Path(records.__path__[0]) / "holdings"
    report = load(engine, [holdings, *folder.glob("*.json")], processes=1)
    assert not report.refused
    yield Catalogue(engine, base_url="http://catalogue.example", sipad_url=None, clock=lambda: NOW)
    engine.close()


@pytest.fixture(scope="session")
def app(catalogue: Catalogue) -> Flask:
    """The application on it."""
    return create_app(Settings(base_url="http://catalogue.example"), catalogue)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who asks it for pages."""
    return app.test_client()


@pytest.fixture
def sipad_client(catalogue: Catalogue) -> FlaskClient:
    """Somebody who asks a catalogue that knows a SIPAD."""
    ordering = Catalogue(catalogue.engine, base_url=catalogue.base_url, sipad_url=SIPAD, clock=catalogue.clock)
    return create_app(Settings(base_url="http://catalogue.example"), ordering).test_client()


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """The address at which a browser reaches the application."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line a request would bury what failed
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A Chromium."""
    with sync_playwright() as playwright:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()
