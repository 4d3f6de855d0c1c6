"""robots.txt, sitemap and feed; files that pages load."""

import re
from html import unescape
from typing import cast

import pytest
from flask.testing import FlaskClient
from lxml import etree

from catalogue.service import Catalogue
from ui import crawlers

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def texts(document: bytes, path: str, namespaces: dict[str, str]) -> list[str]:
    """The texts at a path of a document."""
    return [str(text) for text in cast("list[str]", etree.fromstring(document).xpath(path, namespaces=namespaces))]


def test_robots_are_sent_to_the_sitemap(client: FlaskClient) -> None:
    told = client.get("/robots.txt").text
    assert "Sitemap: http://catalogue.example/sitemap.xml" in told
    for endless in ("/search", "/csw", "/ogc", "/oai", "/opensearch/"):
        assert f"Disallow: {endless}\n" in told


def test_the_sitemap_lists_every_record_once(client: FlaskClient, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawlers, "SITEMAP_SIZE", 40)
    files = texts(client.get("/sitemap.xml").data, "//s:loc/text()", SITEMAP)
    listed: list[str] = []
    for file in files:
        listed += texts(client.get(file.removeprefix("http://catalogue.example")).data, "//s:loc/text()", SITEMAP)
    assert sorted(listed) == sorted(catalogue.url_of(identifier) for identifier in catalogue.engine.identifiers())


@pytest.mark.parametrize("page", ["0", "x", "9", "99999999999999"])
def test_a_file_of_the_sitemap_that_is_none(client: FlaskClient, page: str) -> None:
    assert client.get(f"/sitemap.xml?page={page}").status_code == 404


def test_the_feed_holds_the_newest_of_a_search(client: FlaskClient) -> None:
    feed = client.get("/feed?project=COROT").data
    titles = texts(feed, "//a:entry/a:title/text()", ATOM)
    assert {title[:5] for title in titles[:21]} == {"SRc01", "Calib"}  # of COROT, the records of their data sets are the newest
    assert len(texts(feed, "//a:entry/a:updated/text()", ATOM)) == len(titles) == 30


def test_the_feed_takes_words_as_they_are_written(client: FlaskClient) -> None:
    assert "asteroseismology" in client.get("/search?q=asteroseismolo").text.lower()
    whole = texts(client.get("/feed?q=asteroseismology").data, "//a:entry/a:title/text()", ATOM)
    assert whole
    assert texts(client.get("/feed?q=asteroseismolo").data, "//a:entry/a:title/text()", ATOM) == whole  # nothing has that word


def test_the_feed_of_results_for_other_words_holds_those_results(client: FlaskClient) -> None:
    page = client.get("/search?q=asteroseismolgy").text
    assert "These are results for" in page
    (feed,) = set(re.findall(r'href="(/feed\?[^"]*)"', page))
    assert texts(client.get(unescape(feed)).data, "//a:entry/a:title/text()", ATOM)


def test_the_feed_escapes(client: FlaskClient) -> None:
    assert any("<script>" in title for title in texts(client.get("/feed?q=escapes").data, "//a:entry/a:title/text()", ATOM))


@pytest.mark.parametrize("text", ["corot\x00\x0b\x1f", "\ufffe\uffff", "\x07"])
def test_the_feed_of_any_text_is_well_formed(client: FlaskClient, text: str) -> None:
    assert texts(client.get("/feed", query_string={"q": text, "project": f"COROT{text}"}).data, "/a:feed/a:title/text()", ATOM)


def test_files_have_their_digest_and_are_kept(client: FlaskClient) -> None:
    page = client.get("/").text
    for address in set(re.findall(r'"(/static/[^"#]+)', page)):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/static/leaflet/leaflet.js", 200),
        ("/static/leaflet/images/layers.png", 200),
        ("/static/land/land.geojson", 200),
        ("/static/leaflet/leaflet-src.js", 404),
        ("/static/land/make.py", 404),
        ("/static/land/../../__init__.py", 404),
        ("/static/../__init__.py", 404),
        ("/static/nothing.css", 404),
    ],
)
def test_only_what_pages_load_is_served(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_our_scripts_are_small(client: FlaskClient) -> None:
    assert sum(len(client.get(f"/static/{name}").data) for name in ("reflecs.js", "map.js")) <= 40_000
