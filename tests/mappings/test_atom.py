"""Records as Atom: entries that RFC 4287 allows, whatever the record."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from mappings.atom import ATOM, Feed, Relation, entry, feed
from mappings.formats import WRITTEN
from mappings.xml import legal, parse_xml
from records.codes import ConstraintKind, LinkFunctionCode
from records.dates import Date, TimeInterval
from records.model import Box, Constraint, Contact, Extent, Keyword, Licence, Link, Polygon, Provenance, Record
from tests.strategies import records

URL = "http://catalogue.example/records/sea%20ice"
A = f"{{{ATOM}}}"
GEORSS = "{http://www.georss.org/georss}"
DC = "{http://purl.org/dc/elements/1.1/}"
OS = "{http://a9.com/-/spec/opensearch/1.1/}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")

FULL = Record(
    identifier="sea ice",
    title="Sea <ice>",
    abstract="What\x0c it is.\n\nHow it came.",
    datestamp=Date("2007-04"),
    keywords=(Keyword(term="ice"), Keyword(term="snow"), Keyword(term="ice", thesaurus="GCMD")),
    contacts=(Contact(individual="A. Person"), Contact(organisation="CNES"), Contact(organisation="ESA"), Contact(organisation="CNES")),
    intervals=(TimeInterval(begin=Date("2007-04-03"), end=Date("2012")), TimeInterval(begin=Date("2013"))),
    extents=(
        Extent(boxes=(Box(west=-10.5, south=60, east=20, north=90), Box(west=170, south=-5, east=-170, north=5))),
        Extent(polygons=(Polygon(rings=(((0, 0), (10, 0), (10, 20.25), (0, 0)), ((1, 1), (2, 1), (2, 2), (1, 1)))),)),
        Extent(frame="icrs", boxes=(Box(west=1, south=2, east=3, north=4),)),
    ),
    constraints=(Constraint(kind=ConstraintKind.USE, text="Cite it."),),
    licence=Licence(name="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"),
    links=(
        Link(url="https://sipad.example/order?id=1&x=2", name="SIPAD", function=LinkFunctionCode.ORDER),
        Link(url="https://data.example/a file.nc", function=LinkFunctionCode.DOWNLOAD, media_type="application/x-netcdf"),
        Link(url="doi:10.1/é", function=LinkFunctionCode.INFORMATION, media_type="no type"),
    ),
)


def _texts(root: etree._Element, name: str) -> list[str | None]:
    return [element.text for element in root.iter(name)]


def test_an_entry_says_what_the_record_says() -> None:
    root = parse_xml(entry(FULL, url=URL))
    assert root.tag == f"{A}entry"
    assert {element.tag.removeprefix(A): element.text for element in root if element.tag.startswith(A) and not element.attrib} == {
        "id": URL,
        "title": "Sea <ice>",
        "updated": "2007-04-01T00:00:00Z",
        "author": None,
        "summary": "What it is.\n\nHow it came.",
        "rights": "Cite it.; CC BY 4.0; https://creativecommons.org/licenses/by/4.0/",
    }
    assert _texts(root, f"{DC}identifier") == ["sea ice"]
    assert _texts(root, f"{A}name") == ["CNES", "ESA"]
    assert [element.get("term") for element in root.iter(f"{A}category")] == ["ice", "snow"]
    assert _texts(root, f"{DC}date") == ["2007-04-03/2012", "2013/.."]


def test_places_are_latitude_first_and_cut_at_the_antimeridian() -> None:
    root = parse_xml(entry(FULL, url=URL))
    assert _texts(root, f"{GEORSS}box") == ["60 -10.5 90 20", "-5 170 5 180", "-5 -180 5 -170"]
    assert _texts(root, f"{GEORSS}polygon") == ["0 0 0 10 20.25 10 0 0"]


@pytest.mark.parametrize(("url", "mark"), [(URL, "?"), ("http://catalogue.example/records?id=../a", "&")])
def test_an_entry_leads_to_the_page_the_formats_and_the_data(url: str, mark: str) -> None:
    links = [
        tuple(link.get(name) for name in ("rel", "href", "type", "title")) for link in parse_xml(entry(FULL, url=url)).iter(f"{A}link")
    ]
    assert links == [
        ("alternate", url, "text/html", None),
        *(("via", f"{url}{mark}f={known.name}", known.media_type, known.title) for known in WRITTEN),
        ("order", "https://sipad.example/order?id=1&x=2", None, "SIPAD"),
        ("enclosure", "https://data.example/a%20file.nc", "application/x-netcdf", None),
        ("related", "doi:10.1/%C3%A9", None, None),
    ]


@pytest.mark.parametrize(
    ("record", "updated"),
    [
        (Record(identifier="a", datestamp=Date("2007")), "2007-01-01T00:00:00Z"),
        (Record(identifier="a", datestamp=Date("2007-04-03")), "2007-04-03T00:00:00Z"),
        (Record(identifier="a", datestamp=Date("2007-04-03T12:30:00.5Z")), "2007-04-03T12:30:00.5Z"),
        (Record(identifier="a", created=Date("2007-04")), "2007-04-01T00:00:00Z"),
        (
            Record(identifier="a", created=Date("-0044"), provenance=Provenance(loaded=datetime(2026, 1, 2, tzinfo=UTC))),
            "2026-01-02T00:00:00Z",
        ),
        (Record(identifier="a", datestamp=Date("0000-01")), "1970-01-01T00:00:00Z"),
        (Record(identifier="a"), "1970-01-01T00:00:00Z"),
    ],
)
def test_an_entry_was_updated_at_a_moment(record: Record, updated: str) -> None:
    assert _texts(parse_xml(entry(record, url=URL)), f"{A}updated") == [updated]


@pytest.mark.parametrize(
    ("contacts", "authors"),
    [
        ((), ["Reflecs"]),
        ((Contact(individual="A. Person"), Contact(position="head")), ["A. Person"]),
        ((Contact(position="head"),), ["Reflecs"]),
    ],
)
def test_an_entry_has_an_author(contacts: tuple[Contact, ...], authors: list[str]) -> None:
    assert _texts(parse_xml(entry(Record(identifier="a", contacts=contacts), url=URL)), f"{A}name") == authors


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(record=records())
def test_any_record_makes_an_entry_that_atom_allows(record: Record) -> None:
    root = parse_xml(entry(record, url=URL))
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"{A}{name}")) == 1
    for name in ("summary", "rights"):
        assert len(root.findall(f"{A}{name}")) <= 1
    assert MOMENT.fullmatch(root.findtext(f"{A}updated") or "")
    assert all((author.findtext(f"{A}name") or "").strip() for author in root.findall(f"{A}author"))
    assert root.findall(f"{A}author")
    assert [link.get("rel") for link in root.findall(f"{A}link")].count("alternate") == 1
    assert not [link.get("href") for link in root.iter(f"{A}link") if re.search(r"[\s<>\"{}|\\^`]", link.get("href") or " ")]
    assert root.findtext(f"{DC}identifier") == legal(record.identifier)


def test_a_feed_stands_around_its_entries() -> None:
    said = Feed(
        identifier="http://catalogue.example/search",
        title="Results",
        updated=datetime(2026, 11, 27, 12, tzinfo=UTC),
        author="CNES",
        links=(Relation(rel="self", href="http://catalogue.example/search?a=1&b=2"),),
        total=12,
        start=11,
        count=10,
        query={"searchTerms": "ice \x0c", "geo:box": "1,2,3,4", "time:start": "2007"},
    )
    root = parse_xml(feed(said, [entry(Record(identifier="a", title="A"), url=f"{URL}/a", author="CNES"), entry(FULL, url=URL)]))
    assert [element.tag.rpartition("}")[2] for element in root] == [
        "title", "id", "updated", "author", "link", "totalResults", "startIndex", "itemsPerPage", "Query", "entry", "entry",
    ]  # fmt: skip
    assert [root.findtext(f"{OS}{name}") for name in ("totalResults", "startIndex", "itemsPerPage")] == ["12", "11", "10"]
    (request,) = root.iter(f"{OS}Query")
    assert dict(request.items()) == {
        "role": "request",
        "searchTerms": "ice ",
        "{http://a9.com/-/opensearch/extensions/geo/1.0/}box": "1,2,3,4",
        "{http://a9.com/-/opensearch/extensions/time/1.0/}start": "2007",
        "count": "10",
        "startIndex": "11",
    }
    assert [one.findtext(f"{A}id") for one in root.iter(f"{A}entry")] == [f"{URL}/a", URL]
    assert _texts(root, f"{A}name") == ["CNES", "CNES", "CNES", "ESA"]


def test_a_feed_without_entries_is_whole() -> None:
    said = Feed(
        identifier="a:b", title="None", updated=datetime(2026, 11, 27, tzinfo=UTC), author="CNES", links=(), total=0, start=1, count=0
    )
    written = feed(said, ())
    assert written.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<feed ")
    assert parse_xml(written).findtext(f"{OS}totalResults") == "0"
