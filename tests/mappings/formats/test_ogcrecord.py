import json
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, shape

from mappings.formats import detect, read, write
from records.codes import ContactScope, Domain, KeywordTypeCode, LinkFunctionCode, RoleCode, ScopeCode
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import (
    ICRS,
    Box,
    Circle,
    Contact,
    DataFormat,
    Extent,
    Identifier,
    Instrument,
    Keyword,
    Licence,
    Link,
    Platform,
    Polygon,
    Record,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "ogcrecord"


def feature(geometry: Any = None, time: Any = None, links: Any = (), **properties: Any) -> bytes:
    top = {
        "id": "a",
        "type": "Feature",
        "geometry": geometry,
        "time": time,
        "links": list(links),
        "properties": {"title": "t", **properties},
    }
    return json.dumps(top).encode()


def written(record: Record) -> Any:
    return json.loads(write(record, "json"))


def test_the_standards_own_example_is_read() -> None:
    record = read((GOLDEN / "total-ozone.json").read_bytes())
    assert record.problems == ()
    assert record.identifier == "urn:x-wmo:md:int.wmo.wis::https://geo.woudc.org/def/data/ozone/total-column-ozone/totalozone"
    assert record.type is ScopeCode.DATASET
    assert record.language == "eng"
    assert record.identifiers == (Identifier(code=record.identifier, codespace="WMO:WIS"),)
    assert record.created == Date("2021-02-08T00:00:00Z")
    assert record.intervals == (TimeInterval(begin=Date("1924-08-17T00:00:00Z")),)
    assert record.extents == (Extent(boxes=(Box(west=-180, south=-90, east=180, north=90),)),)
    assert record.keywords[0] == Keyword(term="total")
    scheme = "https://geo.woudc.org/codelists.xml#WOUDC_InstrumentCode"
    assert record.keywords[7] == Keyword(term="dobson", thesaurus=scheme, uri=f"{scheme}_dobson")
    assert record.contacts == (
        Contact(role=RoleCode.PUBLISHER, individual="World Ozone and Ultraviolet Radiation Data Centre", url="https://woudc.org"),
    )
    assert record.formats[0] == DataFormat(name="TEXT")
    assert record.licence == Licence(url="https://woudc.org/about/data-policy.php")
    assert [link.function for link in record.links] == [
        LinkFunctionCode.INFORMATION,
        LinkFunctionCode.INFORMATION,
        LinkFunctionCode.BROWSE_GRAPHIC,
        LinkFunctionCode.DOWNLOAD,
        LinkFunctionCode.DOWNLOAD,
        LinkFunctionCode.SEARCH,
    ]


def test_a_record_with_codes_of_its_own_is_read_and_told() -> None:
    record = read((GOLDEN / "geohazards-platform.json").read_bytes())
    assert record.title == "Geohazards Exploitation Platform"
    assert record.abstract is None
    assert record.contacts[0].emails == ("contact@geohazards-tep.eu",)
    assert (record.type, record.resource_type) == (None, "ogc_backend")
    assert {problem.path for problem in record.problems} == {"/properties/contacts/0/roles"}


@pytest.mark.parametrize(
    ("type_", "scope", "resource_type"),
    [
        ("dataset", ScopeCode.DATASET, None),
        ("Dataset", ScopeCode.DATASET, "Dataset"),
        ("http://purl.org/dc/dcmitype/Service", ScopeCode.SERVICE, "http://purl.org/dc/dcmitype/Service"),
        ("algorithm_provider", None, "algorithm_provider"),
    ],
)
def test_a_type_is_a_code_or_the_documents_own_words(type_: str, scope: ScopeCode | None, resource_type: str | None) -> None:
    record = read(feature(type=type_))
    assert (record.type, record.resource_type, record.problems) == (scope, resource_type, ())
    properties = written(record.without_source())["properties"]
    assert properties["type"] == (scope or resource_type)
    assert properties.get("resource_type") == (resource_type if scope else None)  # in its place, and nowhere else
    for name in ("dc", "oai_dc"):
        assert f"<dc:type>{type_}</dc:type>".encode() in write(record, name)


SQUARE = [[[0, 0], [10, 0], [10, 5], [0, 5], [0, 0]]]
TRIANGLE = [[[0, 0], [10, 0], [5, 5], [0, 0]]]


@pytest.mark.parametrize(
    ("geometry", "extent"),
    [
        ({"type": "Point", "coordinates": [3, 4, 100]}, Extent(boxes=(Box(west=3, south=4, east=3, north=4),))),
        ({"type": "LineString", "coordinates": [[3, 4], [1, 9]]}, Extent(boxes=(Box(west=1, south=4, east=3, north=9),))),
        ({"type": "Polygon", "coordinates": SQUARE}, Extent(boxes=(Box(west=0, south=0, east=10, north=5),))),
        (
            {"type": "Polygon", "coordinates": TRIANGLE},
            Extent(polygons=(Polygon(rings=(((0.0, 0.0), (10.0, 0.0), (5.0, 5.0), (0.0, 0.0)),)),)),
        ),
        (
            {
                "type": "MultiPolygon",
                "coordinates": [
                    [[[170, 0], [180, 0], [180, 5], [170, 5], [170, 0]]],
                    [[[-180, 0], [-160, 0], [-160, 5], [-180, 5], [-180, 0]]],
                ],
            },
            Extent(boxes=(Box(west=170, south=0, east=-160, north=5),)),
        ),
        (
            {"type": "GeometryCollection", "geometries": [{"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}]},
            Extent(boxes=(Box(west=1, south=2, east=1, north=2), Box(west=3, south=4, east=3, north=4))),
        ),
    ],
)
def test_geometries_are_read_as_extents(geometry: Any, extent: Extent) -> None:
    record = read(feature(geometry))
    assert record.extents == (extent,)
    assert record.problems == ()


@pytest.mark.parametrize(
    "geometry",
    [
        "Polygon",
        {"type": "Polygon"},
        {"type": "Blob", "coordinates": []},
        {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Point", "coordinates": [0, 91]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]},
        {"type": "Point", "coordinates": [1e400, 0]},
    ],
)
def test_what_is_no_geometry_is_told(geometry: Any) -> None:
    record = read(feature(geometry))
    assert record.extents == ()
    assert [(problem.code, problem.path) for problem in record.problems] == [("bad-geometry", "/geometry")]


@pytest.mark.parametrize(
    ("time", "intervals"),
    [
        (None, ()),
        ({"date": "2007-04-03"}, (TimeInterval(begin=Date("2007-04-03"), end=Date("2007-04-03")),)),
        ({"timestamp": "2007-04-03T12:00:00Z"}, (TimeInterval(begin=Date("2007-04-03T12:00:00Z"), end=Date("2007-04-03T12:00:00Z")),)),
        ({"interval": ["2007-04-03", ".."]}, (TimeInterval(begin=Date("2007-04-03")),)),
        ({"interval": ["..", "2012"]}, (TimeInterval(end=Date("2012")),)),
        ({"interval": ["..", ".."]}, ()),
    ],
)
def test_times_are_read(time: Any, intervals: tuple[TimeInterval, ...]) -> None:
    record = read(feature(time=time))
    assert (record.intervals, record.problems) == (intervals, ())


@pytest.mark.parametrize(
    ("properties", "code", "path"),
    [
        ({"title": {"en": "t"}}, "bad-member", "/properties/title"),
        ({"keywords": "one, two"}, "bad-member", "/properties/keywords"),
        ({"keywords": ["one", {}]}, "bad-member", "/properties/keywords/1"),
        ({"contacts": [{"roles": ["publisher"]}]}, "bad-member", "/properties/contacts/0"),
        ({"contacts": ["CNES"]}, "bad-member", "/properties/contacts/0"),
        ({"contacts": [{"name": "a", "roles": ["publisher", "wizard"]}]}, "unknown-code", "/properties/contacts/0/roles"),
        ({"created": "soon"}, "bad-date", "/properties/created"),
        ({"size": -1}, "bad-member", "/properties/size"),
        ({"size": "12 MB"}, "bad-member", "/properties/size"),
        ({"domain": "astrology"}, "bad-member", "/properties/domain"),
        ({"platforms": ["COROT"]}, "bad-member", "/properties/platforms"),
        ({"platforms": [{"long_name": "no name"}]}, "bad-member", "/properties/platforms"),
        ({"extents": [{"boxes": [{"west": 900, "south": 0, "east": 1, "north": 1}]}]}, "bad-box", "/properties/extents"),
        ({"extents": [{"boxes": [{"west": float("nan"), "south": 0, "east": 1, "north": 1}]}]}, "bad-member", "/properties/extents"),
    ],
)
def test_what_is_not_as_it_should_be_is_told_with_its_place(properties: dict[str, Any], code: str, path: str) -> None:
    problems = [problem for problem in read(feature(**properties)).problems if problem.code != "no-title"]
    assert [(problem.code, problem.path) for problem in problems] == [(code, path)]


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b'{"type": "Feature", "id": "a", "properties": null}', "/properties"),
        (b'{"type": "Feature", "id": "a", "properties": []}', "/properties"),
    ],
)
def test_a_feature_without_properties_is_refused_with_its_place(content: bytes, path: str) -> None:
    with pytest.raises(FormatError) as refused:
        read(content)
    assert refused.value.path == path


@pytest.mark.parametrize(
    "content",
    [
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "Feature", "stac_version": "1.0.0", "id": "a", "properties": {}}',
        b'{"type": "Catalog"}',
        b"[]",
    ],
)
def test_other_json_is_of_no_known_format(content: bytes) -> None:
    with pytest.raises(FormatError, match="no known format"):
        detect(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"type": "Feature", "size": ' + b"9" * 5000 + b"}", "a number that is too long"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": "\xff"}', "not UTF-8 at byte 7"),
        (b'{"type": "Feature",\n"id": }', "not well-formed JSON"),
    ],
)
def test_json_that_cannot_be_parsed_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(content)


def test_a_record_that_says_nothing_is_refused() -> None:
    with pytest.raises(FormatError, match="says nothing that can be read"):
        read(b'{"type": "Feature", "properties": {}}')


def test_a_feature_without_identifier_gets_one_of_its_content() -> None:
    content = b'{"type": "Feature", "properties": {"title": "t"}}'
    assert read(content).identifier == read(content).identifier
    assert [problem.code for problem in read(content).problems] == ["no-identifier"]


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    assert read(feature(description="a\u0000b\ufffe c\n\n\n d")).abstract == "ab c\n\nd"


def test_the_sky_makes_no_geometry() -> None:
    sky = Extent(frame=ICRS, circles=(Circle(x=290, y=1.5, radius=2),))
    top = written(Record(identifier="a", domain=Domain.UNIVERSE, extents=(sky,)))
    assert top["geometry"] is None
    assert top["properties"]["extents"] == [{"frame": "icrs", "circles": [{"x": 290, "y": 1.5, "radius": 2}]}]
    assert top["properties"]["domain"] == "universe"


def test_what_crosses_the_antimeridian_is_written_in_two_parts() -> None:
    box = Extent(boxes=(Box(west=170, south=-5, east=-170, north=5),))
    ring = ((170.0, 0.0), (-170.0, 0.0), (-170.0, 10.0), (175.0, 10.0), (170.0, 0.0))
    for extent in (box, Extent(polygons=(Polygon(rings=(ring,)),))):
        geometry = written(Record(identifier="a", extents=(extent,)))["geometry"]
        assert geometry["type"] == "MultiPolygon"
        assert len(geometry["coordinates"]) == 2
        for (outer,) in geometry["coordinates"]:
            longitudes = [x for x, _ in outer]
            assert max(longitudes) == 180 or min(longitudes) == -180
            assert max(longitudes) - min(longitudes) <= 10


@pytest.mark.parametrize(
    ("rings", "inside", "outside"),
    [
        ((((0.0, -60.0), (90.0, -65.0), (180.0, -60.0), (-90.0, -65.0), (0.0, -60.0)),), [(50, -85), (-170, -66)], [(0, 0), (50, -50)]),
        (
            (
                ((170.0, 0.0), (-170.0, 0.0), (-170.0, 20.0), (170.0, 20.0), (170.0, 0.0)),
                ((-176.0, 8.0), (-172.0, 8.0), (-172.0, 12.0), (-176.0, 12.0), (-176.0, 8.0)),
            ),
            [(-178, 10), (175, 10), (-171, 10)],
            [(-174, 10), (0, 10)],
        ),
    ],
    ids=["around the south pole", "with a hole beyond the antimeridian"],
)
def test_a_polygon_that_crosses_the_antimeridian_keeps_its_area(rings: Any, inside: Any, outside: Any) -> None:
    geometry = shape(written(Record(identifier="a", extents=(Extent(polygons=(Polygon(rings=rings),)),)))["geometry"])
    assert geometry.is_valid
    assert geometry.bounds[0] >= -180
    assert geometry.bounds[2] <= 180
    assert all(geometry.covers(Point(*place)) for place in inside)
    assert not any(geometry.covers(Point(*place)) for place in outside)


def test_outer_rings_are_written_counter_clockwise() -> None:
    clockwise = Polygon(rings=(((0.0, 0.0), (5.0, 5.0), (10.0, 0.0), (0.0, 0.0)),))
    geometry = written(Record(identifier="a", extents=(Extent(polygons=(clockwise,)),)))["geometry"]
    assert geometry["coordinates"] == [[[0.0, 0.0], [10.0, 0.0], [5.0, 5.0], [0.0, 0.0]]]


@pytest.mark.parametrize(
    ("interval", "time"),
    [
        (TimeInterval(begin=Date("2007"), end=Date("2008-02")), {"interval": ["2007-01-01", "2008-02-29"]}),
        (TimeInterval(begin=Date("2007-04-03")), {"interval": ["2007-04-03", ".."]}),
        (TimeInterval(begin=Date("2007-04-03"), end=Date("2007-04-03")), {"date": "2007-04-03"}),
        (TimeInterval(begin=Date("-65000000"), end=Date("-64000000")), None),
    ],
)
def test_times_are_written_in_whole_days(interval: TimeInterval, time: Any) -> None:
    top = written(Record(identifier="a", intervals=(interval,)))
    assert top["time"] == time
    assert read(json.dumps(top).encode()).intervals == (interval,)


def test_several_times_are_written_from_first_to_last() -> None:
    first, second = TimeInterval(begin=Date("2007-01-01"), end=Date("2007-02-01")), TimeInterval(begin=Date("2006-05-05"))
    assert written(Record(identifier="a", intervals=(first, second)))["time"] == {"interval": ["2006-05-05", ".."]}


def test_what_the_standard_has_no_member_for_stands_beside_it() -> None:
    record = Record(
        identifier="a",
        created=Date("2007"),
        size=120,
        parent_identifier="b",
        platforms=(Platform(name="COROT"),),
        instruments=(Instrument(name="CCD", platform="COROT"),),
        contacts=(Contact(scope=ContactScope.METADATA, organisation="CNES", phones=("+33 5 61 27 31 31",)),),
        keywords=(Keyword(term="k", thesaurus="GCMD", type=KeywordTypeCode.THEME),),
        formats=(DataFormat(name="FITS", version="4.0"),),
        links=(
            Link(url="https://sipad.example/order", function=LinkFunctionCode.ORDER, name="Order"),
            Link(url="ftp://x", protocol="FTP", function=LinkFunctionCode.FILE_ACCESS),
        ),
    )
    top = written(record)
    properties = top["properties"]
    assert properties["created"] == "2007-01-01T00:00:00Z"
    assert properties["reflecs:created"] == "2007"
    assert (properties["size"], properties["parent_identifier"]) == (120, "b")
    assert properties["instruments"] == [{"name": "CCD", "platform": "COROT"}]
    assert properties["contacts"] == [
        {
            "organization": "CNES",
            "phones": [{"value": "+33561273131"}],
            "reflecs:scope": "metadata",
            "reflecs:phones": ["+33 5 61 27 31 31"],
        }
    ]
    assert properties["themes"] == [{"concepts": [{"id": "k", "reflecs:type": "theme"}], "scheme": "GCMD"}]
    assert properties["formats"] == [{"name": "FITS", "reflecs:version": "4.0"}]
    assert top["links"] == [
        {"href": "https://sipad.example/order", "rel": "order", "title": "Order"},
        {"href": "ftp://x", "rel": "related", "reflecs:function": "fileAccess", "reflecs:protocol": "FTP"},
    ]
    assert read(json.dumps(top).encode()) == record
