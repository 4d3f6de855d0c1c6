"""DIF 10: real documents read as they should, records of other formats written field by field, wrong input answered."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mappings.formats import Format, detect, dif9, dif10
from mappings.formats.shared.dif.reading import parse_size
from mappings.formats.shared.dif.writing import size
from mappings.formats.shared.plain import to_plain
from mappings.xml import NAMESPACES
from records.codes import (
    AccessLevel,
    ConstraintKind,
    ContactScope,
    DateTypeCode,
    Domain,
    KeywordTypeCode,
    LinkFunctionCode,
    RelationType,
    RoleCode,
    ScopeCode,
    TopicCategoryCode,
)
from records.dates import Date, TimeInterval
from records.errors import FormatError
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

GOLDEN = Path(__file__).parents[2] / "golden" / "dif"
POINT = "<Point><Point_Longitude>1</Point_Longitude><Point_Latitude>1</Point_Latitude></Point>"
DIF = f'xmlns="{NAMESPACES["dif"]}"'


def read(content: bytes, known: Format = dif10.FORMAT) -> Record:
    assert known.read is not None
    return known.read(content)


def document(inside: str, entry: str = "<Short_Name>A</Short_Name><Version>1</Version>", namespace: str = DIF) -> bytes:
    return f"<DIF {namespace}><Entry_ID>{entry}</Entry_ID><Entry_Title>A title</Entry_Title>{inside}</DIF>".encode()


def codes(record: Record) -> list[str]:
    return [problem.code for problem in record.problems]


# Real documents


def as_expected(name: str, known: Format) -> tuple[Any, Any]:
    """The record of a golden document as plain data, and the one that was checked by eye. `GOLDEN=write` writes it anew."""
    record = read((GOLDEN / f"{name}.xml").read_bytes(), known)
    found = {"record": to_plain(replace(record, source=None, problems=())), "problems": codes(record)}
    kept = GOLDEN / f"{name}.expected.json"
    if os.environ.get("GOLDEN") == "write":
        kept.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return json.loads(json.dumps(found)), json.loads(kept.read_text())


@pytest.mark.parametrize("name", ["AST_L1B_003", "OMSO2_003", "erebus", "mapping-example"])
def test_a_real_document_is_read_as_it_was_checked_by_eye(name: str) -> None:
    found, expected = as_expected(name, dif10.FORMAT)
    assert found == expected


def test_identifier_is_short_name_and_version() -> None:
    record = read((GOLDEN / "OMSO2_003.xml").read_bytes())
    assert (record.identifier, record.edition) == ("OMSO2_003", "003")
    assert record.identifiers == (Identifier(code="10.5067/Aura/OMI/DATA2022", codespace="doi"),)


# Which version


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (f"<DIF {DIF}><Entry_ID><Short_Name>A</Short_Name><Version>1</Version></Entry_ID></DIF>", "dif10"),
        (f"<DIF {DIF}><Entry_ID>A</Entry_ID></DIF>", "dif9"),
        ("<DIF><Entry_ID><Short_Name>A</Short_Name></Entry_ID></DIF>", "dif10"),
        ("<DIF><Entry_ID>A</Entry_ID></DIF>", "dif9"),
        (f'<d:DIF xmlns:d="{NAMESPACES["dif"]}"><d:Entry_ID>A</d:Entry_ID></d:DIF>', "dif9"),
        (f"<DIF {DIF}><Entry_ID/><Metadata_Version>VERSION 9.9.3</Metadata_Version></DIF>", "dif9"),
        (f"<DIF {DIF}><Science_Keywords/></DIF>", "dif10"),
        (f"<DIF {DIF}><Metadata_Version>VERSION 10.2</Metadata_Version></DIF>", "dif10"),
        (f"<DIF {DIF}><Parameters/></DIF>", "dif9"),
    ],
)
def test_the_version_is_told_from_the_content(content: str, name: str) -> None:
    assert detect(content.encode()).name == name


@pytest.mark.parametrize("top", [{}, {"DIF": 1}, [], "DIF", None, etree.fromstring("<DIFF/>"), etree.fromstring('<DIF xmlns="urn:x"/>')])
def test_what_is_no_dif_is_not_recognised(top: object) -> None:
    assert not dif10.FORMAT.recognises(top)
    assert not dif9.FORMAT.recognises(top)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"<DIF/>", "/dif:DIF"),
        (b"<DIF><Entry_ID><Short_Name/></Entry_ID></DIF>", "/dif:DIF"),
        (b"<DIF><Entry_ID>A</Entry_ID></DIF>", "/dif:DIF/dif:Entry_ID"),
        (b"<MD_Metadata>A</MD_Metadata>", "/MD_Metadata"),
    ],
)
def test_what_is_no_dif_10_is_refused_with_the_place(content: bytes, path: str) -> None:
    with pytest.raises(FormatError) as caught:
        read(content)
    assert caught.value.path == path


# Odd documents


@pytest.mark.parametrize(
    ("entry", "identifier", "problems"),
    [
        ("<Short_Name>MYD05_L2</Short_Name><Version>6.1</Version>", "MYD05_L2_6.1", []),
        ("<Short_Name>MYD05_L2</Short_Name><Version>Not provided</Version>", "MYD05_L2", []),
        ("<Short_Name>MYD05_L2</Short_Name><Version/>", "MYD05_L2", []),
        ("<Short_Name>MYD05_L2</Short_Name>", "MYD05_L2", []),
        ("<Short_Name>Not provided</Short_Name><Version>1</Version>", None, ["no-identifier"]),
    ],
)
def test_entry_id(entry: str, identifier: str | None, problems: list[str]) -> None:
    record = read(document("", entry))
    assert codes(record) == problems
    if identifier is None:
        assert record.identifier == read(document("", entry)).identifier
        assert len(record.identifier) == 36
    else:
        assert record.identifier == identifier


def test_elements_without_namespace_and_with_prefix_say_the_same() -> None:
    inside = "<Summary><Abstract>Words</Abstract></Summary><Ancillary_Keyword>ice</Ancillary_Keyword>"
    plain, named = read(document(inside, namespace="")), read(document(inside))
    assert plain == named
    assert (plain.abstract, plain.keywords) == ("Words", (Keyword(term="ice"),))


def test_dif_s_words_for_nothing_are_nothing() -> None:
    record = read(
        document(
            """
            <Science_Keywords><Category>Not provided</Category><Topic>Not provided</Topic><Term>Not provided</Term></Science_Keywords>
            <Platform><Type>Not provided</Type><Short_Name>Not provided</Short_Name>
              <Instrument><Short_Name>NOT APPLICABLE</Short_Name></Instrument></Platform>
            <Temporal_Coverage><Range_DateTime><Beginning_Date_Time>unknown</Beginning_Date_Time>
              <Ending_Date_Time>present</Ending_Date_Time></Range_DateTime></Temporal_Coverage>
            <Project><Short_Name>Not provided</Short_Name></Project>
            <Organization><Organization_Type>DISTRIBUTOR</Organization_Type>
              <Organization_Name><Short_Name>Not provided</Short_Name></Organization_Name></Organization>
            <Summary><Abstract>Not provided</Abstract></Summary>
            <Related_URL><URL>Not provided</URL></Related_URL>
            <Metadata_Dates><Metadata_Creation>Not provided</Metadata_Creation></Metadata_Dates>
            <Product_Level_Id>Not provided</Product_Level_Id>"""
        )
    )
    assert record == Record(identifier="A_1", title="A title", edition="1")
    assert record.problems == ()


def test_escaped_markup_becomes_paragraphs() -> None:
    record = read(document("<Summary><Abstract>&lt;p&gt;One &amp;amp; two&lt;/p&gt;&lt;p&gt;three&lt;/p&gt;</Abstract></Summary>"))
    assert record.abstract == "One & two\n\nthree"


@pytest.mark.parametrize(
    ("inside", "code", "path"),
    [
        ("<Ancilary_Keyword>x</Ancilary_Keyword>", "unknown-element", "/dif:DIF/dif:Ancilary_Keyword"),
        ("<ISO_Topic_Category>MUSIC</ISO_Topic_Category>", "unknown-code", "/dif:DIF/dif:ISO_Topic_Category"),
        ("<Dataset_Language>Klingonian</Dataset_Language>", "unknown-code", "/dif:DIF/dif:Dataset_Language"),
        ("<Private>True</Private>", "private", "/dif:DIF/dif:Private"),
        (
            "<Metadata_Dates><Metadata_Creation>1999-02-30</Metadata_Creation></Metadata_Dates>",
            "bad-date",
            "/dif:DIF/dif:Metadata_Dates/dif:Metadata_Creation",
        ),
        (
            "<Dataset_Citation><Dataset_Release_Date>2001 - 2010</Dataset_Release_Date></Dataset_Citation>",
            "bad-date",
            "/dif:DIF/dif:Dataset_Citation/dif:Dataset_Release_Date",
        ),
        (
            "<Distribution><Distribution_Size>5 MB per file</Distribution_Size></Distribution>",
            "unread-size",
            "/dif:DIF/dif:Distribution",
        ),
        (
            f"<Spatial_Coverage><Geometry><Polygon><Boundary>{POINT}</Boundary></Polygon></Geometry></Spatial_Coverage>",
            "bad-polygon",
            "/dif:DIF/dif:Spatial_Coverage/dif:Geometry/dif:Polygon/dif:Boundary",
        ),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_place(inside: str, code: str, path: str) -> None:
    assert [(problem.code, problem.path) for problem in read(document(inside)).problems] == [(code, path)]


def test_end_at_present_opens_an_interval() -> None:
    inside = """<Temporal_Coverage><Ends_At_Present_Flag>true</Ends_At_Present_Flag><Range_DateTime>
        <Beginning_Date_Time>2001</Beginning_Date_Time><Ending_Date_Time>2005</Ending_Date_Time></Range_DateTime></Temporal_Coverage>"""
    assert read(document(inside)).intervals == (TimeInterval(begin=Date("2001")),)


def test_heights_are_metres_upwards() -> None:
    rectangle = "".join(
        f"<{side}>{value}</{side}>"
        for side, value in (
            ("Southernmost_Latitude", -10),
            ("Northernmost_Latitude", 10),
            ("Westernmost_Longitude", 170),
            ("Easternmost_Longitude", -170),
            ("Maximum_Altitude", 2),
            ("Altitude_Unit", "km"),
            ("Maximum_Depth", "150 m"),
        )
    )
    geometry = f"<Geometry><Bounding_Rectangle>{rectangle}</Bounding_Rectangle></Geometry>"
    record = read(document(f"<Spatial_Coverage>{geometry}</Spatial_Coverage>"))
    assert record.extents == (Extent(boxes=(Box(west=170, south=-10, east=-170, north=10),), vertical=(-150.0, 2000.0)),)


def test_what_was_escaped_twice_is_unescaped() -> None:
    record = read(document("<Ancillary_Keyword>&amp;nbsp; land &amp;amp; ice &amp;nbsp;</Ancillary_Keyword>"))
    assert record.keywords == (Keyword(term="land & ice"),)


@pytest.mark.parametrize("height", ["1e400 m", "nan m", "100 hPa", "37", "- 5 m"])
def test_what_is_no_height_is_a_problem(height: str) -> None:
    info = f"<Vertical_Spatial_Info><Type>Maximum_Altitude</Type><Value>{height}</Value></Vertical_Spatial_Info>"
    record = read(document(f"<Spatial_Coverage>{info}</Spatial_Coverage>"))
    assert (record.extents, codes(record)) == ((), ["unread-height"])


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("10088 KB", 10_088_000),
        ("134.028 Gbytes", 134_028_000_000),
        ("1,024 MB", 1_024_000_000),
        ("1 KiB", 1024),
        ("17 bytes", 17),
        ("118.948", None),
        ("1 MB per file", None),
        ("~180 MB VNIR; ~75 MB SWIR", None),
        ("9999999999999 PB", None),
        ("9" * 100_000 + " MB", None),
    ],
)
def test_sizes(written: str, count: int | None) -> None:
    assert parse_size(written) == count


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2_500_000_000, 10**15 - 1, 123 * 10**15, 2**63 - 1])
def test_a_written_size_is_read_back(count: int) -> None:
    assert parse_size(size(count)) == count


# Records of other formats, written


BORN_ISO = Record(
    identifier="urn:cnes:smos_L3",
    parent_identifier="urn:cnes:smos",
    type=ScopeCode.SERIES,
    title="SMOS level 3",
    abstract="First.\n\nSecond.",
    purpose="To know.",
    language="fra",
    languages=("fra", "eng"),
    identifiers=(Identifier(code="10.12770/xyz", codespace="doi"), Identifier(code="X-1", codespace="cnes")),
    edition="3",
    keywords=(
        Keyword(
            term="EARTH SCIENCE > OCEANS > SALINITY/DENSITY > SALINITY", type=KeywordTypeCode.THEME, thesaurus="NASA/GCMD Science Keywords"
        ),
        Keyword(term="brine"),
        Keyword(term="OCEAN > ATLANTIC OCEAN", type=KeywordTypeCode.PLACE, thesaurus="GCMD Locations"),
    ),
    topic_categories=(TopicCategoryCode.OCEANS, TopicCategoryCode.CLIMATOLOGY),
    domain=Domain.EARTH,
    contacts=(
        Contact(role=RoleCode.PRINCIPAL_INVESTIGATOR, individual="Ada Marie Lovelace", emails=("ada@example.org",), phones=("01",)),
        Contact(scope=ContactScope.METADATA, role=RoleCode.AUTHOR, individual="Curie, Marie"),
        Contact(
            scope=ContactScope.DISTRIBUTION,
            role=RoleCode.DISTRIBUTOR,
            organisation="CNES > Centre national d'études spatiales",
            city="Toulouse",
            country="France",
            url="https://cnes.fr/",
        ),
        Contact(role=RoleCode.OWNER, organisation="ESA"),
    ),
    created=Date("2015-02-03"),
    datestamp=Date("2016-07"),
    dates=(
        ResourceDate(date=Date("2014"), type=DateTypeCode.PUBLICATION),
        ResourceDate(date=Date("2013-01-01"), type=DateTypeCode.CREATION),
    ),
    intervals=(TimeInterval(begin=Date("2010"), end=Date("2012-02")), TimeInterval(begin=Date("2013-05-06"))),
    extents=(
        Extent(
            boxes=(Box(west=-10.5, south=-20, east=30, north=40),),
            polygons=(Polygon(rings=(((0.0, 0.0), (1e-7, 1.0), (1.0, 1.0), (0.0, 0.0)),)),),
            vertical=(-5.0, 0.0),
        ),
    ),
    platforms=(Platform(name="SMOS", long_name="Soil Moisture and Ocean Salinity", type="Earth Observation Satellites"),),
    instruments=(Instrument(name="MIRAS", platform="SMOS"), Instrument(name="Loose")),
    projects=(Project(name="SMOS", long_name="The mission"),),
    processing_level="Level 3",
    formats=(DataFormat(name="netCDF", version="4"),),
    size=1_500_000_000,
    object_count=12,
    lineage="Made.",
    constraints=(
        Constraint(kind=ConstraintKind.ACCESS, text="Register."),
        Constraint(kind=ConstraintKind.USE_LIMITATION, text="Not for navigation."),
    ),
    licence=Licence(name="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"),
    access=Access(level=AccessLevel.RESTRICTED, groups=("cnes",), until=Date("2027-01-12")),
    links=(
        Link(
            url="https://example.org/get?a=1&b=<2>",
            name="Data",
            description="All files",
            function=LinkFunctionCode.DOWNLOAD,
            protocol="HTTPS",
        ),
        Link(url="https://example.org/sipad", name="Order the data", function=LinkFunctionCode.ORDER),
        Link(url="https://example.org/guide.pdf", function=LinkFunctionCode.INFORMATION, media_type="application/pdf"),
        Link(url="https://doi.org/10.12770/xyz", name="Landing page", function=LinkFunctionCode.INFORMATION),
        Link(url="https://example.org/search", function=LinkFunctionCode.SEARCH),
        Link(url="https://example.org/wms", function=LinkFunctionCode.BROWSE_GRAPHIC, protocol="OGC:WMS"),
        Link(url="mailto:desk@example.org", function=LinkFunctionCode.EMAIL_SERVICE),
    ),
    relations=(Relation(identifier="urn:cnes:other", type=RelationType.SOURCE),),
    citation="Lovelace (2014).",
)

MAPPING = {
    "Entry_ID/Short_Name": ["urn:cnes:smos_L3"],
    "Entry_ID/Version": ["Not provided"],
    "Entry_Title": ["SMOS level 3"],
    "Dataset_Citation/Dataset_Title": ["SMOS level 3"],
    "Dataset_Citation/Dataset_Release_Date": ["2014"],
    "Dataset_Citation/Version": ["3"],
    "Dataset_Citation/Other_Citation_Details": ["Lovelace (2014)."],
    "Dataset_Citation/Persistent_Identifier/Type": ["DOI"],
    "Dataset_Citation/Persistent_Identifier/Identifier": ["10.12770/xyz"],
    "Dataset_Citation/Online_Resource": ["https://doi.org/10.12770/xyz"],
    "Personnel/Role": ["INVESTIGATOR", "METADATA AUTHOR"],
    "Personnel/Contact_Person/First_Name": ["Ada Marie"],
    "Personnel/Contact_Person/Last_Name": ["Lovelace", "Curie, Marie"],
    "Personnel/Contact_Person/Email": ["ada@example.org"],
    "Personnel/Contact_Person/Phone/Number": ["01"],
    "Science_Keywords/Category": ["EARTH SCIENCE"],
    "Science_Keywords/Variable_Level_1": ["SALINITY"],
    "ISO_Topic_Category": ["OCEANS", "CLIMATOLOGY/METEOROLOGY/ATMOSPHERE"],
    "Ancillary_Keyword": ["brine"],
    "Platform/Type": ["Earth Observation Satellites", "Not provided"],
    "Platform/Short_Name": ["SMOS", "Not provided"],
    "Platform/Long_Name": ["Soil Moisture and Ocean Salinity"],
    "Platform/Instrument/Short_Name": ["MIRAS", "Loose"],
    "Temporal_Coverage/Range_DateTime/Beginning_Date_Time": ["2010-01-01", "2013-05-06"],
    "Temporal_Coverage/Range_DateTime/Ending_Date_Time": ["2012-02-29"],
    "Spatial_Coverage/Granule_Spatial_Representation": ["GEODETIC"],
    "Spatial_Coverage/Geometry/Bounding_Rectangle/Westernmost_Longitude": ["-10.5"],
    "Spatial_Coverage/Geometry/Polygon/Boundary/Point/Point_Longitude": ["0", "0.0000001", "1", "0"],
    "Spatial_Coverage/Vertical_Spatial_Info/Value": ["-5 m", "0 m"],
    "Location/Location_Category": ["OCEAN"],
    "Location/Location_Type": ["ATLANTIC OCEAN"],
    "Project/Short_Name": ["SMOS"],
    "Project/Long_Name": ["The mission"],
    "Quality": ["Made."],
    "Access_Constraints": ["Register."],
    "Use_Constraints/Description": ["Not for navigation."],
    "Use_Constraints/License_URL/URL": ["https://creativecommons.org/licenses/by/4.0/"],
    "Use_Constraints/License_URL/Title": ["CC BY 4.0"],
    "Dataset_Language": ["French", "English"],
    "Organization/Organization_Type": ["DISTRIBUTOR"],
    "Organization/Organization_Name/Short_Name": ["CNES"],
    "Organization/Organization_Name/Long_Name": ["Centre national d'études spatiales"],
    "Organization/Organization_URL": ["https://cnes.fr/"],
    "Organization/Personnel/Contact_Group/Address/City": ["Toulouse"],
    "Distribution/Distribution_Size": ["1.5 GB"],
    "Distribution/Distribution_Format": ["netCDF 4"],
    "Summary/Abstract": ["First.\n\nSecond."],
    "Summary/Purpose": ["To know."],
    "Metadata_Association/Entry_ID/Short_Name": ["urn:cnes:smos", "urn:cnes:other"],
    "Metadata_Association/Type": ["Parent", "Input"],
    "Metadata_Dates/Metadata_Creation": ["2015-02-03"],
    "Metadata_Dates/Metadata_Last_Revision": ["Not provided"],
    "Metadata_Dates/Data_Creation": ["2013-01-01"],
    "Product_Level_Id": ["3"],
}


@pytest.fixture(scope="module")
def written() -> etree._Element:
    return etree.fromstring(dif10.FORMAT.write(BORN_ISO))


def texts(root: etree._Element, path: str) -> list[str | None]:
    steps = "/".join(f"dif:{step}" for step in path.split("/"))
    return [node.text for node in root.findall(steps, NAMESPACES)]


@pytest.mark.parametrize("path", MAPPING)
def test_a_record_born_elsewhere_is_written_field_by_field(written: etree._Element, path: str) -> None:
    assert texts(written, path) == MAPPING[path]


def test_links_go_where_a_client_of_dif_looks_for_them(written: etree._Element) -> None:
    """The threads of users on ISO to DIF: access links are GET DATA, the landing page is one, and no link is cut or lost."""
    found = [
        tuple(
            texts(link, path)[0] if texts(link, path) else None
            for path in ("URL_Content_Type/Type", "URL_Content_Type/Subtype", "URL", "Title")
        )
        for link in written.findall("dif:Related_URL", NAMESPACES)
    ]
    assert found == [
        ("GET DATA", None, "https://example.org/get?a=1&b=%3C2%3E", "Data"),
        ("GET DATA", "Order", "https://example.org/sipad", "Order the data"),
        ("VIEW RELATED INFORMATION", None, "https://example.org/guide.pdf", None),
        ("DATA SET LANDING PAGE", None, "https://doi.org/10.12770/xyz", "Landing page"),
        ("GET DATA", "PORTAL", "https://example.org/search", None),
        ("GET RELATED VISUALIZATION", None, "https://example.org/wms", None),
        (None, None, "mailto:desk@example.org", None),
    ]


def test_it_is_read_back_whole() -> None:
    assert read(dif10.FORMAT.write(BORN_ISO)) == BORN_ISO


@pytest.mark.parametrize("function", [*LinkFunctionCode, None])
def test_a_link_keeps_what_it_is_for(function: LinkFunctionCode | None) -> None:
    record = Record(identifier="A", title="A", links=(Link(url="https://example.org/", function=function),))
    assert read(dif10.FORMAT.write(record)).links == record.links


def test_the_sky_is_never_put_on_the_earth() -> None:
    record = Record(identifier="A", title="A", extents=(Extent(frame=ICRS, circles=(Circle(x=101.6, y=-0.2, radius=1.4),)),))
    root = etree.fromstring(dif10.FORMAT.write(record))
    assert texts(root, "Spatial_Coverage/Granule_Spatial_Representation") == ["NO_SPATIAL"]
    assert root.find(".//dif:Geometry", NAMESPACES) is None
    assert read(dif10.FORMAT.write(record)) == record


# Extended_Metadata


def extended(name: str, *values: str, kind: str = "") -> bytes:
    written = "".join(f"<Value{kind}>{value}</Value>" for value in values)
    return document(f"<Extended_Metadata><Metadata><Group>reflecs</Group><Name>{name}</Name>{written}</Metadata></Extended_Metadata>")


def test_a_person_may_write_extended_metadata() -> None:
    assert read(extended("domain", "universe")).domain is Domain.UNIVERSE
    assert read(extended("cnes_categories", "One", "Two")).cnes_categories == ("One", "Two")
    access = read(extended("access", '{"level": "restricted", "groups": ["cnes"]}', kind=' type="json"')).access
    assert access == Access(level=AccessLevel.RESTRICTED, groups=("cnes",))


def test_elements_edited_behind_our_back_are_believed() -> None:
    content = dif10.FORMAT.write(BORN_ISO).replace(b"<Last_Name>Lovelace</Last_Name>", b"<Last_Name>Byron</Last_Name>")
    record = read(content)
    assert "edited-element" in codes(record)
    assert "Ada Marie Byron" in {contact.individual for contact in record.contacts}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("colour", "red"),
        ("domain", "music"),
        ("object_count", "many"),
        ("object_count", "-1"),
        ("object_count", "9" * 30),
        ("size", "Infinity"),
        ("extents", '{"boxes": [{"west": 190.0, "south": 0, "east": 195.0, "north": 0}]}'),
        ("extents", '{"circles": [{"x": 1, "y": 1, "radius": 1e400}]}'),
        ("contacts", "{}"),
        ("contacts", '{"scope": "resource"}'),
        ("contacts", '{"nick": "x"}'),
        ("contacts", "[" * 100_000),
        ("extents", '{"boxes": [{"west": NaN, "south": 0, "east": 0, "north": 0}]}'),
        ("extents", '{"boxes": [{"west": 1e9, "south": 0, "east": 0, "north": 0}]}'),
        ("extents", '{"boxes": [{"west": 0}]}'),
        ("extents", '{"polygons": [{"rings": []}]}'),
        ("intervals", '{"begin": "then"}'),
        ("access", '{"groups": [" "]}'),
    ],
)
def test_extended_metadata_that_makes_no_record_is_a_problem(name: str, value: str) -> None:
    kind = ' type="json"' if value[0] in "[{" else ""
    record = read(extended(name, value, kind=kind))
    assert codes(record) == ["bad-extended-metadata"]
    assert record == Record(identifier="A_1", title="A title", edition="1")


def test_characters_that_xml_cannot_hold_come_through() -> None:
    record = Record(identifier="A\x00B", title="bell \x07 and \ufffe", abstract="carriage\rreturn")
    assert read(dif10.FORMAT.write(record)) == record


@pytest.mark.schemas
@pytest.mark.parametrize("entry", ["dif10/dif_v10.2.xsd", "dif10-pyquarc/dif10_schema.xsd"])
@pytest.mark.parametrize("record", [BORN_ISO, Record(identifier="A")], ids=["full", "empty"])
def test_what_is_written_is_valid_in_both_states_of_the_schema(schemas: Path, record: Record, entry: str) -> None:
    schema = etree.XMLSchema(etree.parse(schemas / entry))
    schema.assertValid(etree.fromstring(dif10.FORMAT.write(record)))
