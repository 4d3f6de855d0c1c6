"""What went wrong is said on a page."""

import logging
import re
from html import unescape

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


def links(page: str) -> dict[str, str]:
    """The links of the page's own part, by their words."""
    return {words: unescape(href) for href, words in re.findall(r'<p><a href="([^"]*)">([^<]*)</a></p>', page)}


@pytest.mark.parametrize(
    ("query", "words", "href"),
    [
        ("from=2010&to=2009", "Search without the period", "/search?q=ice&type=dataset"),
        ("to=soon", "Search without the period", "/search?q=ice&type=dataset"),
        ("from=2001&to=soon", "Search without the period", "/search?q=ice&type=dataset&from=2001"),
        ("bbox=1,2", "Search without the box", "/search?q=ice&type=dataset"),
        ("sky=1", "Search without the cone", "/search?q=ice&type=dataset"),
        ("sort=size&to=2010", "Search in the usual order", "/search?q=ice&type=dataset&to=2010"),
        ("page=0", "Show the first page of results", "/search?q=ice&type=dataset"),
        ("domain=mars", "Search without the filter “Domain”", "/search?q=ice&type=dataset"),
        ("from=soon&bbox=1&page=x", "Search without all of these", "/search?q=ice&type=dataset"),
    ],
)
def test_a_search_that_cannot_be_leads_back_to_the_rest_of_it(client: FlaskClient, query: str, words: str, href: str) -> None:
    answer = client.get(f"/search?q=ice&type=dataset&{query}")
    assert answer.status_code == 400
    assert "<h1>We cannot answer this search</h1>" in answer.text
    assert links(answer.text)[words] == href
    assert client.get(href).status_code == 200


def test_all_that_is_wrong_is_told_and_what_was_typed_is_not_lost(client: FlaskClient) -> None:
    page = unescape(client.get("/search?q=ice&domain=earth&from=soon&bbox=1,2&page=0").text)
    for sentence in ("“soon” is no date", "A box has four numbers", "“0” is no page"):
        assert sentence in page
    form = re.search(r'<form class="mend".*?</form>', page, re.DOTALL)
    assert form is not None
    assert re.findall(r'name="(\w+)" value="([^"]*)"', form[0]) == [("q", "ice"), ("domain", "earth"), ("from", "soon"), ("bbox", "1,2")]


def test_too_many_filters_lead_back_to_the_words(client: FlaskClient) -> None:
    many = "&".join(f"keyword=k{number}" for number in range(21))
    assert links(client.get(f"/search?q=ice&{many}").text)["Search without what is wrong"] == "/search?q=ice"


@pytest.mark.parametrize(
    ("path", "words", "href"),
    [
        ("/export?f=docx&q=ice&id=COROT", "Back to the results", "/search?q=ice"),
        ("/export?f=csv&q=zzzzqqqq&exact=1", "Back to the results", "/search?q=zzzzqqqq&exact=1"),
        ("/export?f=csv&lang=fr&q=zzzzqqqq&exact=1", "Retour aux résultats", "/search?q=zzzzqqqq&exact=1"),
        ("/records/COROT?f=docx", "Show the record", "/records/COROT"),
        ("/records/COROT?view=x", "Show the record", "/records/COROT"),
    ],
)
def test_what_cannot_be_exported_or_shown_leads_back(client: FlaskClient, path: str, words: str, href: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert links(answer.text)[words] == href
