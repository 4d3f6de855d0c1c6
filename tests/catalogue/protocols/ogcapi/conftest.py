"""Catalogues behind the door: the five made records, the shipped ones."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalogue.protocols.ogcapi.making import written
from tests.catalogue.protocols.serving import HOLDINGS, serving


@pytest.fixture(scope="session")
def five(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Somebody who asks for the five made records."""
    folder = tmp_path_factory.mktemp("five")
    with serving(folder, written(folder / "documents")) as app:
        yield app.test_client()


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on the shipped records, and a SIPAD."""
    with serving(tmp_path_factory.mktemp("shipped"), [HOLDINGS], sipad_url="https://sipad.example/order?id={identifier}") as app:
        yield app
