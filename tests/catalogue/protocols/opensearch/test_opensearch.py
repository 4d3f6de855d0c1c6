"""OpenSearch: the description says how to ask, and who asks so gets feeds that hold all records once."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from catalogue.engines.base import Engine, Statistics
from catalogue.engines.stored import entry_of
from catalogue.protocols.doors import UNAVAILABLE
from catalogue.protocols.opensearch import answering
from catalogue.protocols.opensearch.asking import PARAMETERS
from mappings.atom import entry
from mappings.formats import read, write
from mappings.xml import parse_xml
from records.codes import Domain
from records.dates import Date, TimeInterval
from records.model import Box, Extent, Record, Source
from tests.catalogue.protocols.serving import HOLDINGS, NOW, serving

A = "{http://www.w3.org/2005/Atom}"
OS = "{http://a9.com/-/spec/opensearch/1.1/}"
DC = "{http://purl.org/dc/elements/1.1/}"
_DOCUMENT = Source(content=b"<record/>", format="iso19139")
PROBLEM = "{urn:ietf:rfc:7807}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The shipped records."""
    with serving(tmp_path_factory.mktemp("opensearch"), [HOLDINGS]) as app:
        yield app


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Flask]:
    """Three records made for places, times and words."""
    places = {
        "north": (Box(west=-20, south=60, east=20, north=80), "2000", "2005-06", Domain.EARTH),
        "date line": (Box(west=170, south=-10, east=-170, north=10), "2006", None, Domain.EARTH),
        "stars": (None, "1990", "1995", Domain.UNIVERSE),
    }
    with serving(tmp_path, []) as app:
        for identifier, (box, begin, end, domain) in places.items():
            record = Record(
                identifier=identifier,
                title=f"Glaciology of the {identifier}",
                domain=domain,
                intervals=(TimeInterval(begin=Date(begin), end=Date(end) if end else None),),
                extents=(Extent(boxes=(box,)),) if box else (),
            )
            app.extensions["catalogue"].engine.put([entry_of(read(write(record, "json")))], now=NOW)
        yield app


def ask(app: Flask, address: str) -> etree._Element:
    """Return the feed at an address, whole or as a path."""
    parts = urlsplit(address)
    answer = app.test_client().get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return parse_xml(answer.data)


def identifiers(feed: etree._Element) -> list[str | None]:
    return [entry.findtext(f"{DC}identifier") for entry in feed.iter(f"{A}entry")]


def links(feed: etree._Element) -> dict[str | None, str]:
    return {link.get("rel"): link.get("href") or "" for link in feed.findall(f"{A}link")}


def filled(template: str, **values: str) -> str:
    """Return a URL template with its parameters filled in, the others empty, as a client does it (OpenSearch 1.1, URL template syntax)."""
    return re.sub(r"\{([^}?]+)\?\}", lambda match: quote(values.get(match[1].replace(":", "_"), "")), template)


def templates(app: Flask) -> dict[str | None, str]:
    answer = app.test_client().get("/opensearch")
    assert answer.content_type == "application/opensearchdescription+xml"
    return {url.get("type"): url.get("template") or "" for url in parse_xml(answer.data).iter(f"{OS}Url")}


def test_the_description_keeps_to_the_limits_of_the_standard(app: Flask) -> None:
    root = parse_xml(app.test_client().get("/opensearch").data)
    said = {name: root.findtext(f"{OS}{name}") or "" for name in ("ShortName", "LongName", "Description", "Contact")}
    assert said == {
        "ShortName": "Reflecs",
        "LongName": "Reflecs",
        "Description": "Reflecs: descriptions of scientific data, found by words, places and times",
        "Contact": "serad@example.org",
    }
    prefixes = root.nsmap
    for url in root.iter(f"{OS}Url"):
        template = url.get("template") or ""
        names = re.findall(r"\{([^}]+)\}", template)
        assert all(prefix in prefixes for name in names if (prefix := name.rpartition(":")[0]))
        bare = re.sub(r"\{[^}]+\}", "", template)
        assert re.fullmatch(r"[A-Za-z0-9\-._~:/?@!$&'()*+,;=]+", bare), "what stands around the parameters is a URI"
    (example,) = root.iter(f"{OS}Query")
    assert identifiers(ask(app, f"/opensearch/search?q={example.get('searchTerms')}"))


def test_its_templates_are_what_the_door_takes(app: Flask) -> None:
    template = templates(app)["application/atom+xml"]
    assert template.startswith("http://catalogue.example/opensearch/search?")
    assert dict(parse_qsl(urlsplit(template).query)) == {name: f"{{{meaning}?}}" for name, meaning in PARAMETERS.items()}


def test_a_client_that_fills_in_the_templates_finds_the_same_records_on_the_page(few: Flask) -> None:
    known = templates(few)
    asked = {"searchTerms": "glaciology", "geo_box": "175,-1,178,1", "time_start": "2010"}
    assert identifiers(ask(few, filled(known["application/atom+xml"], **asked))) == ["date line"]
    page = urlsplit(filled(known["text/html"], **asked))
    shown = few.test_client().get(f"{page.path}?{page.query}").text
    assert [name for name in ("north", "date line", "stars") if f"Glaciology</mark> of the {name}" in shown] == ["date line"]


def test_what_is_not_filled_in_is_absent(app: Flask) -> None:
    feed = ask(app, filled(templates(app)["application/atom+xml"]))
    assert [feed.findtext(f"{OS}{name}") for name in ("totalResults", "startIndex", "itemsPerPage")] == ["110", "1", "10"]
    assert len(identifiers(feed)) == 10


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=glaciology", {"north", "date line", "stars"}),
        ("q=glaciology+stars", {"stars"}),
        ("q=zygote", set()),
        ("bbox=0,70,1,71", {"north"}),
        ("bbox=175,-5,-175,5", {"date line"}),
        ("bbox=-180,-90,180,90", {"north", "date line"}),
        ("bbox=+0,+70,+1,+71", {"north"}),
        ("start=2005-07", {"date line"}),
        ("start=2005", {"north", "date line"}),
        ("end=1990", {"stars"}),
        ("start=1995-12-31T23:59:59Z&end=2000-01-01", {"north", "stars"}),
        ("uid=date+line", {"date line"}),
        ("uid=north,stars", set()),
        ("domain=universe", {"stars"}),
        ("domain=Earth&start=2006", {"date line"}),
        ("q=&bbox=&start=&end=&uid=&domain=&count=&startIndex=&startPage=", {"north", "date line", "stars"}),
    ],
)
def test_each_parameter_narrows(few: Flask, query: str, found: set[str]) -> None:
    feed = ask(few, f"/opensearch/search?{query}")
    assert set(identifiers(feed)) == found
    assert feed.findtext(f"{OS}totalResults") == str(len(found))


@pytest.mark.parametrize("count", [1, 7, 10, 1000])
def test_a_walk_by_next_holds_each_record_once_while_others_write(app: Flask, count: int) -> None:
    other: Engine = app.extensions["doors"].depositing.engine
    before = list(other.identifiers())
    address: str | None = f"/opensearch/search?count={count}"
    seen: list[str | None] = []
    while address is not None:
        feed = ask(app, address)
        seen += identifiers(feed)
        address = links(feed).get("next")
        other.put([entry_of(Record(identifier="!new", title=f"{len(seen)}", source=_DOCUMENT))], now=NOW)
    other.delete(["!new"], now=NOW)
    assert seen == before


def test_pages_are_linked_in_both_directions(app: Flask) -> None:
    middle = links(ask(app, "/opensearch/search?domain=earth&count=5&startIndex=6"))
    begins = {rel: dict(parse_qsl(urlsplit(href).query)).get("startIndex") for rel, href in middle.items()}
    total = int(ask(app, "/opensearch/search?domain=earth&count=0").findtext(f"{OS}totalResults") or 0)
    last = (total - 1) // 5 * 5 + 1
    assert begins == {"self": "6", "first": "1", "previous": "1", "next": "11", "last": str(last), "search": None}
    assert set(links(ask(app, middle["first"]))) == {"self", "first", "next", "last", "search"}
    assert set(links(ask(app, middle["last"]))) == {"self", "first", "previous", "last", "search"}
    assert middle["search"] == "http://catalogue.example/opensearch"
    assert identifiers(ask(app, middle["self"])) == identifiers(ask(app, "/opensearch/search?domain=earth&count=5&startPage=2"))


def test_an_entry_leads_to_where_its_data_are_ordered(tmp_path: Path) -> None:
    with serving(tmp_path, [HOLDINGS], sipad_url="https://sipad.example/order/{identifier}") as app:
        (entry,) = ask(app, "/opensearch/search?uid=SWOT").iter(f"{A}entry")
        assert links(entry)["order"] == "https://sipad.example/order/SWOT"
        assert links(entry)["alternate"] == entry.findtext(f"{A}id") == "http://catalogue.example/records/SWOT"
        assert app.test_client().get(urlsplit(links(entry)["alternate"]).path).status_code == 200


def test_no_records_asked_for_is_a_count(app: Flask) -> None:
    feed = ask(app, "/opensearch/search?count=0&startIndex=3")
    assert identifiers(feed) == []
    assert feed.findtext(f"{OS}totalResults") == "110"
    assert set(links(feed)) == {"self", "search"}


def test_behind_the_end_there_is_nothing(app: Flask) -> None:
    feed = ask(app, "/opensearch/search?startIndex=1000000000")
    assert (identifiers(feed), feed.findtext(f"{OS}totalResults")) == ([], "110")
    assert "next" not in links(feed)


def test_a_feed_tells_its_question(app: Flask) -> None:
    feed = ask(app, "/opensearch/search?q=temperature&bbox=-10,-10,10,10&start=2000&end=2020&domain=earth&count=3")
    (request,) = feed.iter(f"{OS}Query")
    assert dict(request.items()) == {
        "role": "request",
        "searchTerms": "temperature",
        "{http://a9.com/-/opensearch/extensions/geo/1.0/}box": "-10,-10,10,10",
        "{http://a9.com/-/opensearch/extensions/time/1.0/}start": "2000",
        "{http://a9.com/-/opensearch/extensions/time/1.0/}end": "2020",
        "count": "3",
        "startIndex": "1",
    }
    assert feed.findtext(f"{A}title") == "Reflecs: temperature"
    assert feed.findtext(f"{A}author/{A}name") == "Reflecs"
    assert feed.findtext(f"{A}updated") == "2026-11-27T12:00:00Z"


def test_words_are_searched_as_they_are_written(app: Flask) -> None:
    """As at every door for programs; the pages alone look for the nearest word."""
    feed = ask(app, "/opensearch/search?q=temprature")
    assert feed.findtext(f"{OS}totalResults") == "0"
    assert [query.get("role") for query in feed.iter(f"{OS}Query")] == ["request"]
    assert feed.findtext(f"{OS}totalResults") != ask(app, "/opensearch/search?q=temperature").findtext(f"{OS}totalResults")


@pytest.mark.parametrize("most", [1, 20_000])
def test_large_entries_make_short_pages_and_a_walk_is_whole(app: Flask, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "BYTES", most)
    address: str | None = "/opensearch/search?count=30"
    pages: list[list[str | None]] = []
    while address is not None:
        feed = ask(app, address)
        pages.append(identifiers(feed))
        address = links(feed).get("next")
        room = int(feed.findtext(f"{OS}itemsPerPage") or 0)
        assert room == (len(pages[-1]) if address else 30)
        assert feed.findtext(f"{OS}totalResults") == "110"
        written = [len(etree.tostring(entry)) for entry in feed.iter(f"{A}entry")]
        assert sum(written[:-1]) < most + 300 * len(written), "the last one alone goes beyond"
    assert [identifier for page in pages for identifier in page] == list(app.extensions["catalogue"].engine.identifiers())
    assert (max(map(len, pages)) == 1) == (most == 1)


def test_a_record_that_cannot_be_written_leaves_the_feed_standing(
    few: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(record: Record, *, url: str, author: str) -> bytes:
        if record.identifier == "north" and record.abstract is None:
            raise TypeError("a secret")
        return entry(record, url=url, author=author)

    monkeypatch.setattr(answering, "entry", failing)
    feed = ask(few, "/opensearch/search")
    assert identifiers(feed) == ["date line", "north", "stars"]
    (poor,) = [one for one in feed.iter(f"{A}entry") if one.findtext(f"{DC}identifier") == "north"]
    assert poor.findtext(f"{A}id") == "http://catalogue.example/records/north"
    assert poor.findtext(f"{A}title") == "Glaciology of the north"
    assert poor.findtext(f"{A}summary") == "This record cannot be written as Atom; its other formats may hold it."
    assert "'north' cannot be written as Atom" in caplog.text


_SIDES = "longitudes from -180 to 180, latitudes from -90 to 90, south not above north"
_WRONG_BOX = f"it must be four numbers, west,south,east,north in degrees, {_SIDES}"


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("count=-1", "count", "count is '-1'; it must be a whole number from 0"),
        ("count=1e2", "count", "count is '1e2'; it must be a whole number from 0"),
        ("count=٣", "count", "count is '٣'; it must be a whole number from 0"),
        ("startIndex=0", "startIndex", "startIndex is '0'; it must be a whole number from 1 to 1000000000"),
        ("startPage=0", "startPage", "startPage is '0'; it must be a whole number from 1 to 1000000"),
        ("startPage=1&startIndex=1", "startPage", "either startIndex or startPage, not both"),
        (
            "start=yesterday",
            "start",
            "start is 'yesterday'; it must be a date or a moment: 2007, 2007-04, 2007-04-03 or 2007-04-03T12:30:00Z",
        ),
        ("end=2007-02-30", "end", "end is '2007-02-30'; it must be a date or a moment: 2007, 2007-04, 2007-04-03 or 2007-04-03T12:30:00Z"),
        ("start=2008&end=2007", "start", "the time asked for ends (2007) before it begins (2008)"),
        ("domain=music", "domain", "domain is 'music'; it must be one of earth, universe, life, material"),
        ("q=a&q=b", "q", "q is given 2 times; it may be given once"),
        (
            "query=a",
            "query",
            "there is no parameter 'query'; there are q, bbox, start, end, uid, domain, count, startIndex, startPage",
        ),
        *(
            (f"bbox={box}", "bbox", f"bbox is '{box}'; {_WRONG_BOX}")
            for box in ("1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,3,1", "0,0,181,1", "0,-91,1,1", "nan,0,1,1", "0,0,inf,1", "1 2 3 4")
        ),
    ],
)
def test_what_cannot_be_is_told_by_its_name(app: Flask, query: str, parameter: str, detail: str) -> None:
    answer = app.test_client().get(f"/opensearch/search?{query}")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+xml")
    assert {element.tag: element.text for element in parse_xml(answer.data)} == {
        f"{PROBLEM}status": "400",
        f"{PROBLEM}title": "This search cannot be answered",
        f"{PROBLEM}detail": detail,
        f"{PROBLEM}parameter": parameter,
    }


def test_a_catalogue_out_of_order_says_when_to_come_back(few: Flask, tmp_path: Path) -> None:
    few.extensions["catalogue"].engine.close()
    for path in (tmp_path / "catalogue").glob("*.sqlite*"):
        path.write_bytes(b"broken")
    answer = few.test_client().get("/opensearch/search")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    told = parse_xml(answer.data)
    assert [told.findtext(f"{PROBLEM}{name}") for name in ("title", "detail")] == ["The catalogue cannot answer now", UNAVAILABLE]


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("POST", "/opensearch", 405, "This address does not take such a request"),
        ("DELETE", "/opensearch/search", 405, "This address does not take such a request"),
        ("GET", "/opensearch/", 404, "There is nothing at this address"),
        ("GET", "/opensearch/nowhere", 404, "There is nothing at this address"),
    ],
)
def test_errors_of_http_are_told_as_problems(app: Flask, method: str, path: str, status: int, title: str) -> None:
    answer = app.test_client().open(path, method=method, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.content_type) == (status, "application/problem+xml")
    told = parse_xml(answer.data)
    assert [told.findtext(f"{PROBLEM}{name}") for name in ("status", "title")] == [str(status), title]
    assert answer.headers.get("Allow") == ("GET, HEAD, OPTIONS" if status == 405 else None)


def test_a_fault_of_ours_is_told_without_a_word_of_it(few: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> Statistics:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(few.extensions["catalogue"].engine, "statistics", failing)
    answer = few.test_client().get("/opensearch/search")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+xml")
    assert parse_xml(answer.data).findtext(f"{PROBLEM}detail") == "The catalogue failed to answer. The fault is ours."


_VALUES = st.one_of(
    st.sampled_from(["ice", '"sea ice"', "-1", "5", "2007", "2007-04-03T12:00:00Z", "1,2,3,4", "earth", "\x00", "\x1f", "é", "]]>", "'"]),
    st.text(max_size=20),
)


def test_whatever_is_asked_is_answered_or_refused(app: Flask) -> None:
    client = app.test_client()

    @settings(max_examples=200, deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=[HealthCheck.too_slow])
    @given(query=st.dictionaries(st.sampled_from(sorted(PARAMETERS)), _VALUES, max_size=4))
    def answered(query: dict[str, str]) -> None:
        answer = client.get("/opensearch/search", query_string=query)
        assert answer.status_code in {200, 400}
        assert parse_xml(answer.data).tag == (f"{A}feed" if answer.status_code == 200 else f"{PROBLEM}problem")

    answered()
