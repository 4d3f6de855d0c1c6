"""The limits of the web: one table of what is refused, where, and in which words; and what is cut without a word."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from catalogue.query import MAX_TEXT
from catalogue.service.exporting import MAX_WEB_RECORDS
from ui import export
from ui.search_form import MAX_PAGE, MAX_SELECTED, MORE_SIZE

TICKS = "&".join(f"id=record-{number}" for number in range(MAX_WEB_RECORDS + 1))
SELECTED = "&".join(
    f"{name}=value{number}" for number in range(3) for name in ("project", "platform", "instrument", "organisation", "level")
)
SPELT = "&".join(["type=dataset"] * (MAX_SELECTED + 1))


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        (f"/search?page={MAX_PAGE}", 200, ""),
        (f"/search?page={MAX_PAGE + 1}", 400, "is no page of results"),
        (f"/search?{SELECTED}&keyword=a&keyword=b&format=c&category=d&category=e", 200, ""),
        (f"/search?{SELECTED}&keyword=a&keyword=b&format=c&category=d&category=e&type=dataset", 400, "At most 20 values can be selected"),
        (f"/search?{SPELT}", 400, "At most 20 values can be selected"),
        (f"/feed?{SPELT}", 400, "At most 20 values can be selected"),
        (f"/export?f=csv&{SPELT}", 400, "At most 20 values can be selected"),
        (f"/search?{SPELT}&lang=fr", 400, "On peut choisir 20 valeurs au plus"),
        (f"/export?f=csv&{TICKS}", 400, "101 records are ticked, and at most 100 are exported at once."),
        (f"/export?f=csv&{TICKS}&lang=fr", 400, "101 fiches sont cochées, et 100 au plus"),
        (f"/export?f=csv&{'id=COROT&' * (MAX_WEB_RECORDS + 1)}", 200, ""),
        (f"/suggest?q={'a' * 5000}", 200, ""),
        ("/sitemap.xml?page=1", 200, ""),
        ("/sitemap.xml?page=000000001" + "1" * 25, 404, ""),
        ("/sitemap.xml?page=" + "9" * 5000, 404, ""),
    ],
)
def test_what_the_web_may_ask(client: FlaskClient, path: str, status: int, sentence: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status, path[:99]
    assert sentence in unescape(answer.text)


def test_a_body_has_at_most_a_mebibyte(client: FlaskClient) -> None:
    assert client.post("/export", data={"f": "csv", "id": ["COROT"], "more": "x" * 200_000}).status_code == 200
    assert client.post("/export", data={"f": "csv", "id": "x" * 1024 * 1024}).status_code == 413


def test_a_long_text_is_cut(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "ice " * 1000}).text
    searched = re.search(r'name="q" value="([^"]*)"', page)
    assert searched is not None
    assert len(searched[1]) <= MAX_TEXT


def test_all_that_is_found_is_exported_up_to_a_number(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_WEB_RECORDS", 42)
    assert client.get("/export?f=csv&project=COROT").data.count(b"\r\n") == 43
    monkeypatch.setattr(export, "MAX_WEB_RECORDS", 41)
    answer = client.get("/export?f=csv&project=COROT")
    assert answer.status_code == 400
    assert "42 records match, and at most 41 are exported at once." in answer.text


def test_a_facet_at_length_has_an_end(client: FlaskClient) -> None:
    page = unescape(client.get("/search?more=keyword&keyword=Ocean+word+1").text)
    assert 100 < page.count("keyword=Ocean+word+1&keyword=") <= MORE_SIZE


def test_what_to_take_off_is_counted_once_for_each_facet(client: FlaskClient) -> None:
    page = unescape(client.get("/search?q=corot&domain=life&domain=material").text)
    assert re.search(r'<a href="/search\?q=corot">Domain: Life, Material</a> \(\d+ records\)', page)
    assert page.count("Taking off one of these") == 1


@pytest.mark.parametrize("path", ["/records/COROT?f=pdf", "/export?id=COROT&id=COROT_SRc01"])
def test_so_many_pdfs_are_made_at_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(export, "PATIENCE", 0.01)
    for _ in range(export.AT_ONCE):
        assert export.presses.acquire(blocking=False)
    try:
        answer = client.get(path)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Other people’s PDFs are being made just now." in answer.text
        assert "Please try again in a few seconds." in answer.text
        assert "Le catalogue prépare déjà d’autres PDF." in client.get(f"{path}&lang=fr").text
        assert client.get("/records/COROT?f=csv").status_code == 200
    finally:
        export.presses.release(export.AT_ONCE)
    assert client.get(path).data.startswith(b"%PDF-")


def test_a_pdf_that_fails_gives_its_press_back(client: FlaskClient) -> None:
    for _ in range(export.AT_ONCE + 1):
        assert client.get("/records/nothing?f=pdf").status_code == 404
