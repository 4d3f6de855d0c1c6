"""Catalogues of the twelve records of OGC's suites, read alone and written to, and of the whole corpus."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.service import Catalogue, load
from catalogue.settings import Settings
from tests.catalogue.protocols.serving import BASE_URL, CITE, HOLDINGS, NOW, TOKEN, serving


@pytest.fixture(scope="session")
def cite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with serving(tmp_path_factory.mktemp("cite"), sorted(CITE.glob("*.xml"))) as app:
        yield app


@pytest.fixture
def cite(cite_app: Flask) -> FlaskClient:
    """Somebody who asks a catalogue of the twelve CITE records."""
    return cite_app.test_client()


@pytest.fixture
def curated(tmp_path: Path) -> Iterator[FlaskClient]:
    """Somebody who asks a catalogue of their own, which curators write to."""
    with serving(tmp_path, sorted(CITE.glob("*.xml")), tokens=(TOKEN,)) as app:
        yield app.test_client()


@pytest.fixture(scope="session")
def holdings_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The shipped records, and a SIPAD where they are ordered."""
    folder = tmp_path_factory.mktemp("holdings")
    with serving(folder, [HOLDINGS], sipad_url="https://sipad.example/order?dataset={identifier}") as app:
        yield app


@pytest.fixture
def holdings(holdings_app: Flask) -> FlaskClient:
    return holdings_app.test_client()


@pytest.fixture(scope="session")
def corpus_app(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Iterator[Flask]:
    """All of the corpus that is read here."""
    url = f"embedded:{tmp_path_factory.mktemp('corpus') / 'catalogue'}"
    engine = open_engine(url)
    load(engine, [corpus], processes=1, clock=lambda: NOW)
    catalogue = Catalogue(engine, base_url=BASE_URL, clock=lambda: NOW)
    yield create_app(Settings(engine=url, base_url=BASE_URL), catalogue)
    engine.close()
