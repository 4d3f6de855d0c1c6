"""What went wrong is said on a page."""

import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

import ui
from catalogue.service import Catalogue
from records.errors import EngineError, InvalidRecordError


@pytest.fixture
def broken(catalogue: Catalogue) -> FlaskClient:
    """An application with addresses that fail."""
    app = Flask("broken", static_folder=None)
    ui.register(app, catalogue)
    faults = {
        "/engine": EngineError("the index is of another version; run reflecs reindex"),
        "/fault": ZeroDivisionError("secret"),
        "/record": InvalidRecordError("no"),
    }
    for path, fault in faults.items():

        def fail(fault: Exception = fault) -> str:
            raise fault

        app.add_url_rule(path, path, fail)
    return app.test_client()


def test_an_address_that_is_no_page(client: FlaskClient) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "There is no page at this address." in answer.text
    assert '<html lang="en">' in answer.text


def test_errors_speak_french(client: FlaskClient) -> None:
    answer = client.get("/search?page=0&lang=fr")
    assert answer.status_code == 400
    assert "n’est pas une page de résultats" in answer.text


def test_a_catalogue_that_cannot_answer(broken: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = broken.get("/engine")
    assert "run reflecs reindex" in caplog.text
    assert "reindex" not in answer.text  # the visitor cannot do it
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "Please try again in a few minutes." in answer.text


@pytest.mark.parametrize("path", ["/fault", "/record"])
def test_a_fault_of_ours_has_a_reference_that_the_log_knows(broken: FlaskClient, caplog: pytest.LogCaptureFixture, path: str) -> None:
    with caplog.at_level(logging.ERROR):
        answer = broken.get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    reference = re.search(r'<strong class="mono">(\w{8})</strong>', answer.text)
    assert reference is not None
    assert reference[1] in caplog.text


def test_a_request_of_the_wrong_kind(client: FlaskClient) -> None:
    answer = client.post("/search")
    assert answer.status_code == 405
    assert "does not take a request of this kind" in answer.text


def test_a_request_that_is_too_large(client: FlaskClient) -> None:
    answer = client.post("/export", data={"id": "x" * 2_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\\\evil.example"])
def test_no_page_leads_to_where_the_asker_says(client: FlaskClient, path: str) -> None:
    answer = client.open(environ_overrides={"PATH_INFO": path, "RAW_URI": path, "REQUEST_URI": path})
    assert answer.status_code == 404
    assert 'href="//evil' not in answer.text
    assert 'href="/\\' not in answer.text
