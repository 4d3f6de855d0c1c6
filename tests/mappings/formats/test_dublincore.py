from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from mappings.formats import detect, losses, read, write
from records.codes import (
    ConstraintKind,
    ContactScope,
    DateTypeCode,
    Domain,
    RelationType,
    RestrictionCode,
    RoleCode,
    ScopeCode,
    TopicCategoryCode,
)
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import (
    ICRS,
    Box,
    Circle,
    Constraint,
    Contact,
    DataFormat,
    Extent,
    Keyword,
    Licence,
    Link,
    Platform,
    Polygon,
    Problem,
    Record,
    Relation,
    ResourceDate,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "dublincore"
NAMESPACES = {
    "csw": "http://www.opengis.net/cat/csw/2.0.2",
    "ows": "http://www.opengis.net/ows",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dct": "http://purl.org/dc/terms/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


def csw(inner: str) -> bytes:
    return f"<csw:Record {_DECLARED}>{inner}</csw:Record>".encode()


def oai(inner: str) -> bytes:
    return f"<oai_dc:dc {_DECLARED}>{inner}</oai_dc:dc>".encode()


def boxed(corners: str, crs: str = "") -> Record:
    low, high = corners.split("/")
    box = f"<ows:BoundingBox {crs}><ows:LowerCorner>{low}</ows:LowerCorner><ows:UpperCorner>{high}</ows:UpperCorner></ows:BoundingBox>"
    return read(csw(f"<dc:title>t</dc:title>{box}"))


def test_a_record_of_the_conformance_suite_is_read() -> None:
    record = read((GOLDEN / "cite-94bc9c83.xml").read_bytes())
    assert record == Record(
        identifier="urn:uuid:94bc9c83-97f6-4b40-9eb8-a8e8787a5c63",
        type=ScopeCode.DATASET,
        resource_type="http://purl.org/dc/dcmitype/Dataset",
        title="Mauris sed neque",
        abstract="Curabitur lacinia, ante non porta tempus, mi lorem feugiat odio, eget suscipit eros pede ac velit.",
        keywords=(Keyword(term="Vegetation-Cropland", thesaurus="http://www.digest.org/2.1"),),
        dates=(ResourceDate(date=Date("2006-03-26")),),
        extents=(Extent(boxes=(Box(west=-4.097, south=47.595, east=0.889, north=51.217),)),),
    )
    assert record.problems == ()


def test_a_record_of_csw_3_is_read() -> None:
    record = read((GOLDEN / "texas-elevation-csw3.xml").read_bytes())
    assert record == Record(
        identifier="ac522ef2-89a6-11db-91b1-7eea55d89593",
        type=ScopeCode.SERVICE,
        resource_type="Service",
        title="National Elevation Mapping Service for Texas",
        abstract="Elevation data collected for the National Elevation Dataset (NED) based on 30m horizontal and 15m vertical accuracy.",
        languages=("eng",),
        keywords=(Keyword(term="Elevation, Hypsography, and Contours"), Keyword(term="elevation")),
        contacts=(
            Contact(role=RoleCode.ORIGINATOR, individual="U.S. Geological Survey"),
            Contact(role=RoleCode.CONTRIBUTOR, individual="State of Texas"),
            Contact(role=RoleCode.PUBLISHER, organisation="U.S. Geological Survey"),
        ),
        datestamp=Date("2004-03-01"),
        intervals=(TimeInterval(begin=Date("2001-12-01T09:30:47Z"), end=Date("2001-12-17T09:30:47Z")),),
        extents=(Extent(boxes=(Box(west=-108.44, south=28.229, east=-96.223, north=34.353),)),),
        constraints=(Constraint(kind=ConstraintKind.USE, text="Copyright © 2004, State of Texas"),),
        relations=(
            Relation(identifier="OfferedBy"),
            Relation(identifier="dd1b2ce7-0722-4642-8cd4-6f885f132777", type=RelationType.SOURCE),
        ),
    )


def test_links_points_and_topic_categories_of_a_catalogues_answer_are_read() -> None:
    record = read((GOLDEN / "pacioos-ns06agg.xml").read_bytes())
    assert record.topic_categories == (TopicCategoryCode.CLIMATOLOGY,)
    assert len(record.keywords) == 19
    assert record.keywords[6].term == (
        "Ocean > Pacific Ocean > Western Pacific Ocean > Micronesia > Federated States of Micronesia"  # escaped twice in the source
    )
    assert record.extents == (Extent(boxes=(Box(west=158.22, south=6.96, east=158.22, north=6.96),)),)
    assert len(record.links) == 8
    assert record.links[7] == Link(url="http://pacioos.org/metadata/browse/NS06agg.png", protocol="WWW:LINK-1.0-http--image-thumbnail")
    assert record.relations == ()


def test_corners_that_make_sense_in_one_order_only_are_read_in_that_order_and_told() -> None:
    record = read((GOLDEN / "allspecies.xml").read_bytes())
    assert record.extents == (Extent(boxes=(Box(west=-180, south=-90, east=180, north=90),)),)
    assert [problem.code for problem in record.problems] == ["swapped-axes"]


def test_oai_dc_is_read() -> None:
    record = read((GOLDEN / "highway-runoff-oai_dc.xml").read_bytes())
    assert record.identifier == "doi:10.4122/1.1000001239"
    assert record.abstract is not None
    assert record.abstract.startswith("Abstract\n\nIn the framework")
    assert [contact.role for contact in record.contacts] == [RoleCode.ORIGINATOR] * 2 + [RoleCode.CONTRIBUTOR] * 2 + [RoleCode.PUBLISHER]
    assert record.resource_type is not None
    assert [problem.code for problem in record.problems] == ["many-types"]
    assert record.source is not None
    assert record.source.format == "oai_dc"


LAT_FIRST = Box(west=-4, south=47, east=1, north=51)


@pytest.mark.parametrize(
    ("corners", "crs"),
    [
        ("47 -4/51 1", 'crs="urn:x-ogc:def:crs:EPSG:6.11:4326"'),
        ("47 -4/51 1", 'crs="urn:ogc:def:crs:EPSG::4326"'),
        ("47 -4/51 1", 'crs="http://www.opengis.net/def/crs/EPSG/0/4326"'),
        ("-4 47/1 51", 'crs="EPSG:4326"'),
        ("-4 47/1 51", 'crs="urn:ogc:def:crs:OGC:1.3:CRS84"'),
        ("-4 47/1 51", ""),
    ],
)
def test_the_name_of_the_reference_system_tells_the_order_of_axes(corners: str, crs: str) -> None:
    assert boxed(corners, crs).extents == (Extent(boxes=(LAT_FIRST,)),)


@pytest.mark.parametrize(
    ("corners", "code"), [("a b/c d", "bad-box"), ("1 2/3", "bad-box"), ("1 2/200 300", "bad-box"), ("-4 51/1 47", "swapped-box")]
)
def test_corners_that_are_no_box_are_told(corners: str, code: str) -> None:
    assert [problem.code for problem in boxed(corners).problems] == ["no-identifier", code]


def test_refinements_are_read() -> None:
    record = read(
        csw(
            "<dc:identifier>a</dc:identifier><dc:identifier scheme='doi'>10.1/b</dc:identifier><dc:title>t</dc:title>"
            "<dct:alternative>u</dct:alternative><dct:created>2001</dct:created><dct:issued>2002-03</dct:issued>"
            "<dct:temporal>2007-04/..</dct:temporal><dct:temporal>start=2001; end=2003; scheme=W3C-DTF</dct:temporal>"
            "<dct:spatial>Gulf of Lion</dct:spatial><dct:license>CC-BY-4.0</dct:license>"
            "<dct:license>https://creativecommons.org/licenses/by/4.0/</dct:license><dct:accessRights>restricted</dct:accessRights>"
            "<dct:isPartOf>parent</dct:isPartOf><dct:provenance>made so</dct:provenance><dct:extent>120 bytes</dct:extent>"
            "<dct:bibliographicCitation>cite</dct:bibliographicCitation>"
        )
    )
    assert record.alternate_titles == ("u",)
    assert [identifier.code for identifier in record.identifiers] == ["10.1/b"]
    assert record.dates == (
        ResourceDate(date=Date("2001"), type=DateTypeCode.CREATION),
        ResourceDate(date=Date("2002-03"), type=DateTypeCode.PUBLICATION),
    )
    assert record.intervals == (TimeInterval(begin=Date("2007-04")), TimeInterval(begin=Date("2001"), end=Date("2003")))
    assert record.extents == (Extent(description="Gulf of Lion"),)
    assert record.licence == Licence(name="CC-BY-4.0", url="https://creativecommons.org/licenses/by/4.0/")
    assert record.constraints == (Constraint(kind=ConstraintKind.ACCESS, code=RestrictionCode.RESTRICTED),)
    assert (record.parent_identifier, record.lineage, record.size, record.citation) == ("parent", "made so", 120, "cite")


@pytest.mark.parametrize(
    ("coverage", "intervals", "extents"),
    [
        ("2007-04-03/2012", (TimeInterval(begin=Date("2007-04-03"), end=Date("2012")),), ()),
        ("2007", (TimeInterval(begin=Date("2007"), end=Date("2007")),), ()),
        ("Toulouse", (), (Extent(description="Toulouse"),)),
        (
            "northlimit=51.2; southlimit=47; westlimit=-4; eastlimit=1.5; units=signed decimal degrees",
            (),
            (Extent(boxes=(Box(west=-4, south=47, east=1.5, north=51.2),)),),
        ),
    ],
)
def test_coverage_is_a_time_a_box_or_a_place(coverage: str, intervals: tuple[TimeInterval, ...], extents: tuple[Extent, ...]) -> None:
    record = read(oai(f"<dc:identifier>a</dc:identifier><dc:coverage>{coverage}</dc:coverage>"))
    assert (record.intervals, record.extents) == (intervals, extents)


@pytest.mark.parametrize(
    ("written", "type_"),
    [
        ("dataset", ScopeCode.DATASET),
        ("http://purl.org/dc/dcmitype/Dataset", ScopeCode.DATASET),
        ("http://purl.org/dc/dcmitype/Text", ScopeCode.DOCUMENT),
        ("Service", ScopeCode.SERVICE),
        ("nonGeographicDataset", ScopeCode.NON_GEOGRAPHIC_DATASET),
        ("http://purl.org/dc/dcmitype/Image", None),
    ],
)
def test_types_of_both_lists_are_read(written: str, type_: ScopeCode | None) -> None:
    record = read(csw(f"<dc:identifier>a</dc:identifier><dc:title>t</dc:title><dc:type>{written}</dc:type>"))
    assert record.type is type_
    assert record.resource_type == (None if type_ == written else written)  # the words are kept where they say more than the code
    assert read(write(record, "dc")).resource_type == record.resource_type
    assert record.problems == ()


def test_a_document_without_identifier_and_title_is_read_and_told() -> None:
    content = csw("<dct:abstract>only this</dct:abstract>")
    record = read(content)
    assert record.identifier == read(content).identifier
    assert record.title is None
    assert {problem.code for problem in record.problems} == {"no-identifier", "no-title"}


@pytest.mark.parametrize("content", [csw(""), csw("<dc:title>  </dc:title>"), csw("<other/>"), oai("")])
def test_a_container_of_nothing_is_refused_with_its_place(content: bytes) -> None:
    with pytest.raises(FormatError, match="holds no Dublin Core element") as refused:
        read(content)
    assert refused.value.path in {"/csw:Record", "/oai_dc:dc"}


def test_other_containers_of_plain_elements_are_read_as_oai_dc() -> None:
    content = b'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>t</dc:title></metadata>'
    assert detect(content).name == "oai_dc"
    assert read(content).title == "t"


RICH = Record(
    identifier="corot/n2?x=1&y",
    type=ScopeCode.SERIES,
    title="COROT <N2> & more",
    abstract="one\n\ntwo",
    keywords=(Keyword(term="Stars > Variable", thesaurus="http://astrothesaurus.org/uat/"), Keyword(term="été", thesaurus="not an URI")),
    topic_categories=(TopicCategoryCode.EXTRA_TERRESTRIAL,),
    domain=Domain.UNIVERSE,
    cnes_categories=("Astronomy",),
    contacts=(
        Contact(role=RoleCode.PRINCIPAL_INVESTIGATOR, individual="Baglin, A.", organisation="LESIA"),
        Contact(role=RoleCode.DISTRIBUTOR, scope=ContactScope.DISTRIBUTION, individual="Someone", organisation="CNES"),
        Contact(role=RoleCode.AUTHOR, scope=ContactScope.METADATA, organisation="The writer of the metadata"),
        Contact(role=RoleCode.POINT_OF_CONTACT, organisation="Help"),
    ),
    platforms=(Platform(name="COROT", long_name="Convection, Rotation"),),
    intervals=(TimeInterval(begin=Date("2007-02"), end=None),),
    extents=(
        Extent(boxes=(Box(west=170, south=-10, east=-170, north=10.5),)),
        Extent(polygons=(Polygon(rings=(((0.0, 0.0), (10.0, 0.0), (5.0, 5.0), (0.0, 0.0)),)),)),
        Extent(frame=ICRS, circles=(Circle(x=290, y=1, radius=2),)),
    ),
    formats=(DataFormat(name="FITS", version="4.0"),),
    links=(Link(url="https://example.org/a b", protocol="HTTPS", name="lost"),),
)


def test_csw_record_is_written_as_the_conformance_suite_wants_it() -> None:
    root = etree.fromstring(write(RICH, "dc"))
    assert root.xpath("string(dc:identifier)", namespaces=NAMESPACES) == "corot/n2?x=1&y"
    assert root.xpath("ows:BoundingBox/@crs", namespaces=NAMESPACES) == ["urn:x-ogc:def:crs:EPSG:6.11:4326"] * 2
    assert root.xpath("ows:BoundingBox[1]/*/text()", namespaces=NAMESPACES) == ["-10 170", "10.5 -170"]
    assert root.xpath("ows:BoundingBox[2]/*/text()", namespaces=NAMESPACES) == ["0 0", "5 10"]
    assert root.xpath("dc:creator/text() | dc:publisher/text()", namespaces=NAMESPACES) == ["Baglin, A.", "CNES"]
    assert root.xpath("dct:temporal/text()", namespaces=NAMESPACES) == ["2007-02/.."]


def test_what_csw_record_cannot_carry_is_named() -> None:
    assert set(losses(RICH, "dc")) == {"keywords", "contacts", "platforms", "extents", "formats", "links"}
    assert set(losses(replace(RICH, language="fra"), "dc")) >= {"language"}


def test_oai_dc_is_written_in_the_fifteen_plain_elements() -> None:
    root = etree.fromstring(write(RICH, "oai_dc"))
    assert {etree.QName(element).namespace for element in root} == {NAMESPACES["dc"]}
    assert not root.xpath("dc:*/@*", namespaces=NAMESPACES)
    assert root.xpath("dc:subject/text()", namespaces=NAMESPACES) == ["Stars > Variable", "été", "Astronomy", "COROT"]
    assert root.xpath("dc:coverage/text()", namespaces=NAMESPACES) == [
        "2007-02/..",
        "northlimit=10.5; eastlimit=-170; southlimit=-10; westlimit=170",
        "northlimit=5; eastlimit=10; southlimit=0; westlimit=0",
    ]


def test_a_problem_names_the_place() -> None:
    record = read(csw("<dc:identifier>a</dc:identifier><dc:title>t</dc:title><dc:date>2001</dc:date><dc:date>soon</dc:date>"))
    assert record.problems == (Problem(code="bad-date", message="not a date: 'soon'", path="/csw:Record/dc:date[2]"),)


@pytest.mark.parametrize("name", ["dc", "oai_dc"])
def test_what_looks_like_markup_does_not_come_back_and_is_declared(name: str) -> None:
    record = Record(
        identifier="a",
        title="A &amp; <b>B</b>",
        abstract="said &quot;so&quot;<br>twice",
        keywords=(Keyword(term="<i>"), Keyword(term="C&amp;D")),
        constraints=(Constraint(kind=ConstraintKind.USE, text="<p>"), Constraint(kind=ConstraintKind.USE, text="&lt;free&gt;")),
    )
    again = read(write(record, name))
    assert (again.title, again.abstract) == ("A & B", 'said "so"\n\ntwice')
    assert again.keywords == (Keyword(term="C&D"),)
    assert again.constraints == (Constraint(kind=ConstraintKind.USE, text="<free>"),)
    assert set(losses(record, name)) == {"title", "abstract", "keywords", "constraints"}
