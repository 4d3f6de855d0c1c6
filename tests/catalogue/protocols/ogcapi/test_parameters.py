"""The parameters of items: what each finds, and what is told of what cannot be."""

from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from tests.catalogue.protocols.ogcapi.making import ITEMS, identifiers, problem

OZONE = "urn:x-test:ozone/2007"
ALL = ["arctic", "okhotsk", "stars", OZONE, "with,comma"]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ("", ALL),
        ("?q=", ALL),
        ("?bbox=&datetime=&ids=&q=&limit=&f=json", ALL),
        # the words of a term stand side by side; of several terms one is enough
        ("?q=ice", ["arctic", "okhotsk"]),
        ("?q=ICE", ["arctic", "okhotsk"]),
        ("?q=etoile", ["stars"]),
        ("?q=sea+ice", ["arctic"]),
        ("?q=sea%20%20%20ice", ["arctic"]),
        ("?q=ice+sea", []),
        ("?q=ice+sea,ozone", [OZONE]),
        ("?q=sea+ice,ozone", ["arctic", OZONE]),
        ("?q=planet,ozone", ["stars", OZONE]),
        ("?q=ozone,planets", ["stars", OZONE]),
        ("?q=ozone%2Cplanets", ["stars", OZONE]),
        ("?q=ozone,,+,", [OZONE]),
        ("?q=ozo", []),
        ("?q=%22sea+ice%22", ["arctic"]),
        ("?q=!!!", ALL),
        # bbox: touching, across the antimeridian, with heights; what has no place on the Earth is in no box
        ("?bbox=-180,-90,180,90", ["arctic", "okhotsk", OZONE]),
        ("?bbox=5,5,6,6", [OZONE]),
        ("?bbox=5,5,-1000,6,6,9000", [OZONE]),
        ("?bbox=10,10,20,20", [OZONE]),
        ("?bbox=175,50,-175,55", ["okhotsk"]),
        ("?bbox=-178,50,-177,55", ["okhotsk"]),
        ("?bbox=20,86,30,90", []),
        ("?bbox=5%2C5%2C6%2C6", [OZONE]),
        ("?bbox=5,5,6,6&bbox-crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84", [OZONE]),
        # the times of a record, and what is asked for, have a moment in common
        ("?datetime=2003-06-01", ["arctic"]),
        ("?datetime=2003-06-01T12:00:00Z", ["arctic"]),
        ("?datetime=2005-12-31T23:59:59Z", ["arctic"]),
        ("?datetime=2005-12-31T23:59:59.5%2B00:00", ["arctic"]),
        ("?datetime=2006-01-01/2007-04-03", [OZONE]),
        ("?datetime=2005-01-01/..", ["arctic", "okhotsk", OZONE]),
        ("?datetime=2007-04-04/", ["okhotsk"]),
        ("?datetime=../2000-01-01", ["arctic"]),
        ("?datetime=/2000-01-01", ["arctic"]),
        ("?datetime=../..", ["arctic", "okhotsk", OZONE]),
        ("?datetime=2040-01-01", ["okhotsk"]),
        ("?datetime=1999-12-31", []),
        # lists
        ("?ids=stars", ["stars"]),
        ("?ids=stars,arctic,nix", ["arctic", "stars"]),
        (f"?ids={quote(OZONE, safe='')}", [OZONE]),
        ("?ids=with%2Ccomma", ["with,comma"]),
        ("?ids=with,comma", ["with,comma"]),
        ("?type=dataset", ["arctic", "stars"]),
        ("?type=Series,service", ["okhotsk", OZONE]),
        ("?type=nix", []),
        ("?externalIds=10.5/arctic", ["arctic"]),
        ("?externalIds=10.5/arctic,10.5/okhotsk", ["arctic", "okhotsk"]),
        ("?externalIds=doi:10.5/arctic", ["arctic"]),
        ("?externalIds=doi:10.5/okhotsk", []),
        ("?externalIds=https://doi.org:10.5/okhotsk", ["okhotsk"]),
        ("?externalIds=doi:10.5/stars", ["stars"]),
        ("?externalIds=doi:", ["arctic"]),
        ("?externalIds=doi:,https://doi.org:", ["arctic", "okhotsk"]),
        ("?externalIds=https:", []),
        ("?externalIds=nix", []),
        # properties
        ("?keyword=ice", ["arctic", "okhotsk"]),
        ("?keywords=ice,ozone&id=arctic,stars", ["arctic"]),
        ("?keyword=ice,ozone", ["arctic", "okhotsk", OZONE]),
        ("?keyword=Arctic*", ["arctic"]),
        ("?keyword=*o*e", [OZONE]),
        ("?title=ozone,+total+column", [OZONE]),
        ("?title=*ice*", ["arctic", "okhotsk"]),
        ("?title=stars", []),
        ("?platform=SMOS&type=series", ["okhotsk"]),
        ("?year=2004", ["arctic"]),
        ("?updated=2021", ["okhotsk"]),
        ("?updated=2021-05-01T00:00:00Z,2022-05", ["okhotsk", "stars"]),
        ("?domain=universe", ["stars"]),
        ("?identifier=with%2Ccomma", ["with,comma"]),
        # order
        ("?sortby=title", ["with,comma", "stars", "okhotsk", OZONE, "arctic"]),
        ("?sortby=%2Btitle", ["with,comma", "stars", "okhotsk", OZONE, "arctic"]),
        ("?sortby=+title", ["with,comma", "stars", "okhotsk", OZONE, "arctic"]),
        ("?sortby=-updated", [OZONE, "stars", "okhotsk", "arctic", "with,comma"]),
        ("?sortby=-updated,+title", [OZONE, "stars", "okhotsk", "arctic", "with,comma"]),
        ("?sortby=title,+-updated", ["with,comma", "stars", "okhotsk", OZONE, "arctic"]),
        ("?limit=2", ALL[:2]),
        ("?limit=1000000000000000000000000", ALL),
        ("?limit=2&offset=3", ALL[3:]),
        ("?offset=999999999", []),
        # all of them narrow
        ("?q=ice&bbox=-180,-90,180,90&datetime=2012-01-01&type=series&ids=okhotsk,arctic&keyword=ice", ["okhotsk"]),
        ("?q=ozone,ice&datetime=2003-01-01/2008-01-01", ["arctic", OZONE]),
    ],
)
def test_a_question_finds(five: FlaskClient, parameters: str, found: list[str]) -> None:
    assert identifiers(five, ITEMS + parameters) == (found if "sortby" in parameters or "q=" in parameters else sorted(found))


@pytest.mark.parametrize(
    ("language", "written", "found"),
    [
        (None, "title LIKE '%ice%'", ["arctic", "okhotsk"]),
        (None, "keywords = 'ozone' AND S_INTERSECTS(geometry, BBOX(5, 5, 6, 6)) AND id LIKE 'urn%'", [OZONE]),
        ("cql2-text", "keyword = 'ice' AND NOT type = 'series'", ["arctic"]),
        ("cql2-text", "S_INTERSECTS(extent, BBOX(175, 50, -175, 55))", ["okhotsk"]),
        ("cql2-text", "T_INTERSECTS(interval, INTERVAL('2007-01-01', '..'))", ["okhotsk", OZONE]),
        ("cql2-text", "A_CONTAINS(platform, ('SMOS', 'Nimbus-7'))", ["arctic"]),
        ("cql2-text", "updated > DATE('2021-12-31')", ["stars", OZONE]),
        ("cql2-json", '{"op": "=", "args": [{"property": "keyword"}, "ozone"]}', [OZONE]),
        ("cql2-json", '{"op": "s_intersects", "args": [{"property": "extent"}, {"bbox": [5, 5, 6, 6]}]}', [OZONE]),
    ],
)
def test_a_filter_finds(five: FlaskClient, language: str | None, written: str, found: list[str]) -> None:
    parameters = {"filter": written, **({"filter-lang": language} if language else {})}
    assert identifiers(five, f"{ITEMS}?{urlencode(parameters)}") == found


@pytest.mark.parametrize(
    ("collection", "found"),
    [("records", ALL), ("earth", ["arctic", "okhotsk", OZONE]), ("universe", ["stars"]), ("life", []), ("material", [])],
)
def test_a_collection_holds(five: FlaskClient, collection: str, found: list[str]) -> None:
    assert identifiers(five, f"/ogc/collections/{collection}/items") == sorted(found)
    narrowed = [identifier for identifier in sorted(found) if identifier in {"arctic", "stars"}]
    assert sorted(identifiers(five, f"/ogc/collections/{collection}/items?q=arctic,stars")) == narrowed


@pytest.mark.parametrize(
    ("parameters", "parameter", "says"),
    [
        ("nix=1", "nix", "there are: bbox, bbox-crs, datetime"),
        ("Limit=1", "Limit", "there are: "),
        ("limit=1&limit=2", "limit", "more than once"),
        ("limit=0", "limit", "a whole number from 1"),
        ("limit=-1", "limit", "a whole number from 1"),
        ("limit=x", "limit", "a whole number from 1"),
        ("limit=1.5", "limit", "a whole number from 1"),
        ("limit=²", "limit", "a whole number from 1"),
        ("offset=-1", "offset", "from 0"),
        ("offset=1000000000", "offset", "from 0 to 999999999"),
        ("bbox=0,0,0,1,1", "bbox", "or six"),
        ("cursor=x", "cursor", "no cursor"),
        ("cursor=x&offset=1", "cursor", "either an offset or a cursor"),
        ("bbox=1,2,3", "bbox", "four numbers"),
        ("bbox=1,2,3,4,5", "bbox", "or six"),
        ("bbox=a,b,c,d", "bbox", "numbers"),
        ("bbox=nan,0,1,1", "bbox", "degrees"),
        ("bbox=0,0,181,1", "bbox", "degrees"),
        ("bbox=0,2,1,1", "bbox", "south not above north"),
        ("bbox=0,0,1,1&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326", "bbox-crs", "CRS84"),
        ("bbox-crs=x", "bbox-crs", "CRS84"),
        ("filter-crs=x", "filter-crs", "CRS84"),
        ("datetime=x", "datetime", "a moment"),
        ("datetime=..", "datetime", "a moment"),
        ("datetime=2000-01-01/2001-01-01/2002-01-01", "datetime", "a moment"),
        ("datetime=2001-01-01/2000-01-01", "datetime", "ends (2000-01-01) before it begins (2001-01-01)"),
        ("datetime=2001-02-30", "datetime", "a moment"),
        ("sortby=nix", "sortby", "can by identifier, title"),
        ("sortby=abstract", "sortby", "can by identifier, title"),
        ("sortby=title,-title", "sortby", "each field once"),
        ("sortby=relevance", "sortby", "can by identifier, title"),
        ("facets=nix", "facets", "there are: domain, type"),
        ("facets=platform:0", "facets", "from 1 to 1000"),
        ("facets=platform:x", "facets", "from 1 to 1000"),
        ("filter=title", "filter", ""),
        ("filter=nix=1", "filter", "nix"),
        ("filter=updated='x'", "filter", "x"),
        ("filter=%7B&filter-lang=cql2-json", "filter", "no JSON"),
        ("filter=" + "[" * 2000 + "&filter-lang=cql2-json", "filter", "no JSON"),
        ("filter=%7B%7D&filter-lang=cql2-json", "filter", "a condition"),
        ("year=,", "year", "numbers"),
        ("filter=a&filter-lang=cql", "filter-lang", "cql2-text, cql2-json"),
        ("filter-lang=fes", "filter-lang", "cql2-text, cql2-json"),
        ("year=x", "year", "numbers"),
        ("year=20*", "year", "numbers"),
        ("updated=x", "updated", "x"),
        ("q=" + "x" * 2001, "q", "2000 characters"),
        ("q=" + ",".join(f"w{n}" for n in range(101)), "q", "100 terms"),
        ("externalIds=" + ",".join(map(str, range(101))), "externalIds", "100 values"),
        ("title=" + "x" * 2001 + "*", "title", "2000 characters"),
        ("f=xml", "f", "json, html"),
        ("extent=0,0,1,1", "extent", "there are: "),
    ],
)
def test_what_cannot_be_is_told(five: FlaskClient, parameters: str, parameter: str, says: str) -> None:
    answer = five.get(f"{ITEMS}?{parameters}")
    assert answer.status_code == 400, answer.text
    told = problem(answer)
    assert told["code"] == "InvalidParameterValue"
    assert told["parameter"] == parameter or (parameter == "filter" and told["parameter"] == "nix")
    assert says in told["detail"]


def test_facets_are_counted_in_the_answer(five: FlaskClient) -> None:
    answer = five.get(f"{ITEMS}?q=ice&facets=platform:1,type,domain&limit=1").json
    assert answer
    assert answer["facets"] == {
        "platform": {"type": "term", "property": "platform", "buckets": [{"value": "SMOS", "count": 2}], "more": True},
        "type": {
            "type": "term",
            "property": "type",
            "buckets": [{"value": "dataset", "count": 1}, {"value": "series", "count": 1}],
            "more": False,
        },
        "domain": {"type": "term", "property": "domain", "buckets": [{"value": "earth", "count": 2}], "more": False},
    }
    assert "facets" not in (five.get(ITEMS).json or {})
