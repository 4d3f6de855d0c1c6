import json
from typing import Any

import pytest
from hypothesis import given, settings

from mappings.formats import FORMATS, format_named
from mappings.formats.jsonld import jsonld, to_script
from records.codes import AccessLevel, ContactScope, DateTypeCode, LinkFunctionCode, RoleCode, ScopeCode
from records.dates import Date, TimeInterval
from records.model import (
    ICRS,
    Access,
    Box,
    Circle,
    Contact,
    Extent,
    Identifier,
    Keyword,
    Licence,
    Link,
    Polygon,
    Record,
    ResourceDate,
)
from tests.strategies import records


def spatial(*extents: Extent) -> Any:
    return jsonld(Record(identifier="a", extents=extents)).get("spatialCoverage")


def test_all_that_schema_org_asks_for_is_told() -> None:
    record = Record(
        identifier="corot.n2",
        type=ScopeCode.SERIES,
        title="COROT N2",
        alternate_titles=("N2",),
        abstract="Light curves.",
        edition="4",
        languages=("eng", "fra"),
        identifiers=(Identifier(code="10.26093/cds/vizier", codespace="doi"),),
        keywords=(Keyword(term="stars"), Keyword(term="Variable stars", thesaurus="UAT", uri="http://astrothesaurus.org/uat/1761")),
        contacts=(
            Contact(role=RoleCode.PRINCIPAL_INVESTIGATOR, individual="Annie Baglin", organisation="LESIA"),
            Contact(role=RoleCode.PUBLISHER, organisation="CNES", url="https://cnes.fr"),
            Contact(role=RoleCode.PUBLISHER, organisation="CNES", url="https://cnes.fr"),
            Contact(role=RoleCode.AUTHOR, scope=ContactScope.METADATA, individual="Nobody here"),
        ),
        dates=(ResourceDate(date=Date("2016-09"), type=DateTypeCode.PUBLICATION),),
        datestamp=Date("2026-11-23"),
        intervals=(TimeInterval(begin=Date("2007-02-03"), end=Date("2012-11-02")),),
        licence=Licence(name="CC-BY-4.0", url="https://creativecommons.org/licenses/by/4.0/"),
        access=Access(),
        parent_identifier="doi:10.5067/PARENT",
        citation="Cite it so.",
        links=(
            Link(url="https://example.org/n2.fits", function=LinkFunctionCode.DOWNLOAD, media_type="application/fits"),
            Link(url="https://example.org/order", function=LinkFunctionCode.ORDER),
            Link(url="https://example.org/about", function=LinkFunctionCode.INFORMATION),
        ),
    )
    assert jsonld(record, url="https://reflecs.example/records/corot.n2", catalogue="https://reflecs.example/") == {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": "https://reflecs.example/records/corot.n2",
        "url": "https://reflecs.example/records/corot.n2",
        "name": "COROT N2",
        "alternateName": "N2",
        "description": "Light curves.",
        "identifier": ["corot.n2", {"@type": "PropertyValue", "propertyID": "doi", "value": "10.26093/cds/vizier"}],
        "sameAs": "https://doi.org/10.26093/cds/vizier",
        "keywords": [
            "stars",
            {"@type": "DefinedTerm", "name": "Variable stars", "inDefinedTermSet": "UAT", "url": "http://astrothesaurus.org/uat/1761"},
        ],
        "version": "4",
        "inLanguage": ["en", "fr"],
        "temporalCoverage": "2007-02-03/2012-11-02",
        "distribution": {"@type": "DataDownload", "contentUrl": "https://example.org/n2.fits", "encodingFormat": "application/fits"},
        "potentialAction": {"@type": "OrderAction", "target": "https://example.org/order"},
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isAccessibleForFree": True,
        "includedInDataCatalog": {"@type": "DataCatalog", "url": "https://reflecs.example/"},
        "isPartOf": {"@type": "Dataset", "@id": "https://doi.org/10.5067/PARENT", "identifier": "doi:10.5067/PARENT"},
        "creditText": "Cite it so.",
        "sdDatePublished": "2026-11-23",
        "creator": {"@type": "Person", "name": "Annie Baglin", "affiliation": {"@type": "Organization", "name": "LESIA"}},
        "publisher": {"@type": "Organization", "name": "CNES", "url": "https://cnes.fr"},
        "datePublished": "2016-09",
    }


def test_nothing_is_told_that_the_record_does_not_say() -> None:
    assert jsonld(Record(identifier="a")) == {"@context": "https://schema.org/", "@type": "Dataset", "identifier": "a"}


@pytest.mark.parametrize(
    ("identifier", "address"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("doi:10.5067/ABC", "https://doi.org/10.5067/ABC"),
        ("ivo://CDS/x", None),
        ("https://example.org/a b", None),
    ],
)
def test_an_identifier_that_is_an_address_is_the_address_where_no_other_is_known(identifier: str, address: str | None) -> None:
    assert jsonld(Record(identifier=identifier)).get("@id") == address


def test_a_box_is_south_west_north_east() -> None:
    assert spatial(Extent(boxes=(Box(west=-4.5, south=47, east=1, north=51),), description="Channel")) == {
        "@type": "Place",
        "name": "Channel",
        "geo": {"@type": "GeoShape", "box": "47 -4.5 51 1"},
    }


def test_a_box_across_the_antimeridian_is_two() -> None:
    found = spatial(Extent(boxes=(Box(west=170, south=-5, east=-170, north=5),)))
    assert [shape["box"] for shape in found["geo"]] == ["-5 170 5 180", "-5 -180 5 -170"]


def test_a_point_is_coordinates() -> None:
    found = spatial(Extent(boxes=(Box(west=1.5, south=43.6, east=1.5, north=43.6),)))
    assert found["geo"] == {"@type": "GeoCoordinates", "latitude": 43.6, "longitude": 1.5}


def test_a_polygon_is_latitude_first_and_the_box_around_it_where_it_crosses_the_antimeridian() -> None:
    near, far = ((0.0, 0.0), (10.0, 0.0), (5.0, 5.0), (0.0, 0.0)), ((175.0, 0.0), (-175.0, 0.0), (180.0, 5.0), (175.0, 0.0))
    found = spatial(Extent(polygons=(Polygon(rings=(near,)), Polygon(rings=(far,)))))
    assert [shape.get("polygon") or shape.get("box") for shape in found["geo"]] == ["0 0 0 10 5 5 0 0", "0 175 5 180", "0 -180 5 -175"]


def test_the_sky_is_no_place() -> None:
    assert spatial(Extent(frame=ICRS, circles=(Circle(x=290, y=1, radius=2),))) is None


def test_restricted_data_are_not_called_free() -> None:
    assert "isAccessibleForFree" not in jsonld(Record(identifier="a", access=Access(level=AccessLevel.RESTRICTED)))


def test_it_may_stand_in_a_script_element() -> None:
    script = to_script(Record(identifier="a", title="</script><script>alert(1)</script> & <!--"))
    assert not set("<>&") & set(script)
    assert json.loads(script)["name"] == "</script><script>alert(1)</script> & <!--"


def test_it_is_registered_and_only_written() -> None:
    known = format_named("jsonld")
    assert known in FORMATS
    assert (known.read, known.carried, known.media_type) == (None, None, "application/ld+json")


@settings(max_examples=60, deadline=None)
@given(records())
def test_every_record_can_be_written(record: Record) -> None:
    top = json.loads(format_named("jsonld").write(record))
    assert top["@context"] == "https://schema.org/"
    assert top.get("name") == record.title
