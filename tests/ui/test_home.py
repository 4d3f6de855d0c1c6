"""Home, the lists to browse by, and the pages of words."""

import re

import pytest
from flask.testing import FlaskClient


def test_home_shows_the_box_the_domains_and_the_newest(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'name="q"' in page
    for domain in ("earth", "universe", "life", "material"):
        assert f'href="/search?domain={domain}"' in page
    assert page.count('<li><a class="title"') == 8
    assert re.search(r"\d+ records · \d+ with data to order · last change on", page)


def test_home_fits_its_budget(client: FlaskClient) -> None:
    assert len(client.get("/").data) <= 60_000


def test_home_speaks_french(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"}).text
    assert '<html lang="fr">' in page
    assert "Trouver des données de sciences spatiales" in page


def test_the_language_asked_for_is_kept(client: FlaskClient) -> None:
    assert '<html lang="fr">' in client.get("/?lang=fr").text
    assert '<html lang="fr">' in client.get("/about").text
    assert '<html lang="en">' in client.get("/about?lang=en", headers={"Accept-Language": "fr"}).text


@pytest.mark.parametrize("path", ["/", "/records/COROT", "/search?q=corot&domain=universe"])
def test_who_asks_for_the_head_is_told_what_the_page_has(client: FlaskClient, path: str) -> None:
    head, page = client.head(path), client.get(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == page.headers["Content-Length"]


def test_a_language_without_pages_is_told(client: FlaskClient) -> None:
    answer = client.get("/?lang=de")
    assert answer.status_code == 400
    assert "There are no pages in “de”" in answer.text


@pytest.mark.parametrize("facet", ["project", "platform", "instrument", "topic", "organisation", "keyword", "domain"])
def test_browsing_leads_to_searches(client: FlaskClient, facet: str) -> None:
    page = client.get(f"/browse/{facet}").text
    first = re.search(rf'href="(/search\?{facet}=[^"]+)"', page)
    assert first is not None
    found = client.get(first[1].replace("&amp;", "&"))
    assert found.status_code == 200
    assert "No record matches" not in found.text


def test_browsing_by_nothing_known_is_no_page(client: FlaskClient) -> None:
    assert client.get("/browse/colour").status_code == 404


@pytest.mark.parametrize("path", ["/programs", "/about"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_of_words_answer(client: FlaskClient, path: str, language: str) -> None:
    assert client.get(f"{path}?lang={language}").status_code == 200


def test_what_the_page_for_programs_says_works(client: FlaskClient) -> None:
    page = client.get("/programs").text
    lines = re.findall(r"&#39;http://catalogue\.example(/[^&]*(?:&amp;[^&#]*)*)&#39;|'http://catalogue\.example(/[^']*)'", page)
    paths = [(a or b).replace("&amp;", "&") for a, b in lines]
    assert len(paths) >= 5
    for path in paths:
        assert client.get(path).status_code == 200, path
