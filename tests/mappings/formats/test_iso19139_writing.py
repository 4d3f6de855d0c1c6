"""ISO 19139: records are written to the standard, and what it cannot hold is declared."""

from dataclasses import replace

import pytest
from lxml import etree

from mappings.formats import iso19139
from mappings.formats.shared.iso.building import uri
from records.codes import (
    AccessLevel,
    ConstraintKind,
    ContactScope,
    DateTypeCode,
    Domain,
    KeywordTypeCode,
    LinkFunctionCode,
    RelationType,
    RestrictionCode,
    RoleCode,
    ScopeCode,
    TopicCategoryCode,
)
from records.dates import Date, TimeInterval
from records.model import (
    ICRS,
    Access,
    Box,
    Circle,
    Constraint,
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
    Project,
    Record,
    Relation,
    ResourceDate,
)
from tests.mappings.formats.iso19139_documents import again, carried, read, select

# Writing

FULL = Record(
    identifier="fr.cnes.corot.N2/LRa01",
    parent_identifier="fr.cnes.corot",
    type=ScopeCode.SERIES,
    title="COROT, long run LRa01",
    alternate_titles=("LRa01",),
    abstract="Light curves.\n\nOf stars.",
    purpose="Transits & oscillations",
    language="eng",
    languages=("eng", "fra"),
    identifiers=(Identifier(code="10.5067/X", codespace="doi"), Identifier(code="LRa01")),
    edition="4",
    keywords=(
        Keyword(term="exoplanets", type=KeywordTypeCode.THEME, thesaurus="UAT", uri="http://astrothesaurus.org/uat/498"),
        Keyword(term="free"),
        Keyword(term="stars", type=KeywordTypeCode.THEME, thesaurus="UAT"),
    ),
    topic_categories=(TopicCategoryCode.IMAGERY, TopicCategoryCode.EXTRA_TERRESTRIAL),
    domain=Domain.UNIVERSE,
    cnes_categories=("Exobiology",),
    contacts=(
        Contact(scope=ContactScope.METADATA, role=RoleCode.POINT_OF_CONTACT, organisation="CNES", emails=("a@example.org",)),
        Contact(scope=ContactScope.RESOURCE, role=RoleCode.PRINCIPAL_INVESTIGATOR, individual="A. B.", country="France"),
        Contact(scope=ContactScope.DISTRIBUTION, organisation="SERAD", phones=("+33 5",), url="https://cnes.fr"),
    ),
    created=Date("2008-01-02"),
    datestamp=Date("2009-01-02T03:04:05Z"),
    dates=(ResourceDate(date=Date("2008"), type=DateTypeCode.PUBLICATION), ResourceDate(date=Date("2008-05"))),
    intervals=(TimeInterval(begin=Date("2007-10-15"), end=Date("2008-03-03")), TimeInterval(begin=Date("2008"))),
    extents=(
        Extent(frame=ICRS, description="anticentre", circles=(Circle(x=102.5, y=0.0, radius=10.0),)),
        Extent(
            frame=ICRS,
            boxes=(Box(west=350.0, south=-1.5, east=10.0, north=1.5),),
            polygons=(Polygon(rings=(((0.0, 0.0), (1.0, 0.0), (1.0, 1e-05), (0.0, 0.0)),)),),
        ),
        Extent(boxes=(Box(west=170.0, south=-10.0, east=-170.0, north=1e-07),), vertical=(-10.0, 900.5)),
        Extent(frame="body:mars", description="Gale"),
    ),
    platforms=(Platform(name="COROT", long_name="Convection, Rotation et Transits", type="satellite"), Platform(name="B", type="T")),
    instruments=(Instrument(name="CAM", platform="COROT"), Instrument(name="X", platform="elsewhere")),
    projects=(Project(name="Proteus", long_name="Plate-forme"),),
    processing_level="N2",
    formats=(DataFormat(name="FITS", version="4.0"), DataFormat(name="CSV")),
    size=123_456_789_012_345,
    object_count=294,
    lineage="Made from N1.",
    constraints=(
        Constraint(kind=ConstraintKind.USE_LIMITATION, text="Cite."),
        Constraint(kind=ConstraintKind.ACCESS, code=RestrictionCode.OTHER_RESTRICTIONS, text="Ask."),
        Constraint(kind=ConstraintKind.USE, text="Not for sale."),
        Constraint(kind=ConstraintKind.OTHER, text="More."),
    ),
    licence=Licence(name="Etalab 2.0", url="https://www.etalab.gouv.fr/x"),
    access=Access(level=AccessLevel.RESTRICTED, groups=('a, "b"', "c; until: 2020"), until=Date("2027-01-12")),
    links=(
        Link(url="https://example.org/order?a=1&b=2", name="Order", function=LinkFunctionCode.ORDER, protocol="HTTPS"),
        Link(url="https://example.org/a", name="File", description="A file", media_type="application/fits"),
        Link(url="https://example.org/p.png", function=LinkFunctionCode.BROWSE_GRAPHIC, media_type="image/png"),
    ),
    relations=(Relation(identifier="SRa01", type=RelationType.CROSS_REFERENCE, title="Short run"),),
    citation="CNES, 2008.",
)


def test_a_full_record_comes_back_whole() -> None:
    assert carried(FULL) == FULL
    assert again(FULL) == FULL
    assert again(FULL).problems == ()


def test_the_root_says_which_part_of_the_standard() -> None:
    assert b"<gmi:MI_Metadata" in iso19139.FORMAT.write(FULL)
    assert b"<gmd:MD_Metadata" in iso19139.FORMAT.write(replace(FULL, platforms=(), instruments=(), projects=()))


def test_a_circle_on_the_sky_is_written_as_the_house_has_agreed() -> None:
    root = etree.fromstring(iso19139.FORMAT.write(FULL))
    found = select(
        root,
        "//gmd:EX_BoundingPolygon/gmd:polygon/gml:Polygon[@srsName='http://www.ivoa.net/rdf/refframe#ICRS']"
        "/gml:exterior/gml:Ring/gml:curveMember/gml:Curve/gml:segments/gml:CircleByCenterPoint",
    )
    assert [select(circle, "gml:pos")[0].text for circle in found] == ["102.5 0.0"]
    assert select(found[0], "gml:radius")[0].get("uom") == "deg"


def test_what_has_no_value_is_said_to_be_missing_never_invented() -> None:
    written = iso19139.FORMAT.write(Record(identifier="A"))
    root = etree.fromstring(written)
    assert len(select(root, "//gmd:title[@gco:nilReason='missing']")) == 1
    assert read(written) == Record(identifier="A")


@pytest.mark.parametrize(
    "record",
    [
        Record(identifier="A", dates=(ResourceDate(date=Date("+12000")),), datestamp=Date("0000-01")),
        Record(identifier="A", intervals=(TimeInterval(), TimeInterval(end=Date("+12000-01")))),
        Record(identifier="A", extents=(Extent(frame=ICRS, vertical=(1.0, 2.0)),)),
        Record(identifier="A", identifiers=(Identifier(code="https://doi.org/10.5067/X", codespace="url"),)),
        Record(identifier="A", keywords=(Keyword(term="A > B", type=KeywordTypeCode.PLATFORM, thesaurus="T"),)),
        Record(identifier="A", constraints=(Constraint(kind=ConstraintKind.OTHER, code=RestrictionCode.COPYRIGHT, text="x"),)),
        Record(identifier="A", constraints=(Constraint(kind=ConstraintKind.OTHER, code=RestrictionCode.COPYRIGHT),)),
        Record(identifier="A", constraints=(Constraint(kind=ConstraintKind.ACCESS, code=RestrictionCode.LICENSE, text="x"),)),
        Record(
            identifier="A", constraints=(Constraint(kind=ConstraintKind.OTHER, text="See https://creativecommons.org/licenses/by/4.0/"),)
        ),
        Record(identifier="A", title="CO<sub>2</sub> &gt; 400", keywords=(Keyword(term="a", thesaurus="None"),)),
        Record(identifier="A", platforms=(Platform(name="A", long_name="A", type="A"),), projects=(Project(name="Not provided"),)),
        Record(identifier="A", access=Access(groups=("a",))),
        Record(identifier="A", links=(Link(url="100%"), Link(url="a#b#c"), Link(url="[x]"))),
    ],
)
def test_what_the_format_cannot_hold_is_declared(record: Record) -> None:
    assert again(record) == carried(record)
    assert carried(carried(record)) == carried(record)


def test_control_characters_cannot_be_written_and_are_left_out() -> None:
    assert again(Record(identifier="A", title="a\x00b\x0bc")).title == "abc"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/a b/é?x=[1]", "https://example.org/a b/é?x=%5B1%5D"),
        ("50%25", "50%25"),
        ("50%", "50%25"),
        ("a#b#c", "a#b%23c"),
        ("://", "%3A%2F%2F"),
        ("../x.xml", "../x.xml"),
    ],
)
def test_an_address_that_the_schema_refuses_is_mended_as_little_as_can_be(address: str, expected: str) -> None:
    assert uri(address) == expected
    assert uri(expected) == expected
