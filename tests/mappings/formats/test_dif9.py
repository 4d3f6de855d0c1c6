"""DIF 9: real documents read as they should, records of other formats written field by field, wrong input answered."""

from pathlib import Path

import pytest
from lxml import etree

from mappings.formats import dif9
from mappings.xml import NAMESPACES
from records.codes import ContactScope, KeywordTypeCode, LinkFunctionCode, RoleCode
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import Box, Contact, Extent, Identifier, Keyword, Link, Record
from tests.mappings.formats.test_dif10 import BORN_ISO, as_expected, codes, texts
from tests.mappings.formats.test_dif10 import read as read_any


def read(content: bytes) -> Record:
    return read_any(content, dif9.FORMAT)


def document(inside: str) -> bytes:
    return f"<DIF><Entry_ID>A</Entry_ID><Entry_Title>A title</Entry_Title>{inside}</DIF>".encode()


@pytest.mark.parametrize("name", ["LGB_10m_traverse", "allspecies"])
def test_a_real_document_is_read_as_it_was_checked_by_eye(name: str) -> None:
    found, expected = as_expected(name, dif9.FORMAT)
    assert found == expected


def test_a_dif_10_is_refused_with_the_place() -> None:
    with pytest.raises(FormatError) as caught:
        read(b"<DIF><Entry_ID><Short_Name>A</Short_Name></Entry_ID></DIF>")
    assert caught.value.path == "/dif:DIF/dif:Entry_ID"


def test_a_summary_of_bare_text_is_the_abstract() -> None:
    assert read(document("<Summary>Bare words.</Summary>")).abstract == "Bare words."
    record = read(document("<Summary><Abstract>Words</Abstract><Purpose>Why</Purpose></Summary>"))
    assert (record.abstract, record.purpose) == ("Words", "Why")


def test_flat_names_make_persons() -> None:
    person = """<Personnel><Role>Investigator</Role><Role>DIF AUTHOR</Role><First_Name>ADA</First_Name><Middle_Name>M.</Middle_Name>
        <Last_Name>LOVELACE</Last_Name><Email>a@example.org</Email><Phone>01</Phone><Fax>02</Fax>
        <Contact_Address><Address>1 Road</Address><Address>Mill</Address><City>Town</City></Contact_Address></Personnel>"""
    ada = {"individual": "ADA M. LOVELACE", "emails": ("a@example.org",), "phones": ("01",), "address": ("1 Road", "Mill"), "city": "Town"}
    assert read(document(person)).contacts == (
        Contact(role=RoleCode.PRINCIPAL_INVESTIGATOR, **ada),  # type: ignore[arg-type]  # one dictionary for texts and lists
        Contact(scope=ContactScope.METADATA, role=RoleCode.AUTHOR, **ada),  # type: ignore[arg-type]  # as above
    )


def test_a_data_centre_distributes() -> None:
    centre = """<Data_Center><Data_Center_Name><Short_Name>CNES</Short_Name><Long_Name>Centre national</Long_Name></Data_Center_Name>
        <Data_Center_URL>https://cnes.fr/</Data_Center_URL><Data_Set_ID>doi:10.1594/GFZ/1</Data_Set_ID><Data_Set_ID>X 1</Data_Set_ID>
        <Personnel><Role>DATA CENTER CONTACT</Role><Last_Name>Not provided</Last_Name></Personnel></Data_Center>"""
    record = read(document(centre))
    assert record.contacts == (
        Contact(scope=ContactScope.DISTRIBUTION, role=RoleCode.DISTRIBUTOR, organisation="CNES > Centre national", url="https://cnes.fr/"),
    )
    assert record.identifiers == (Identifier(code="10.1594/GFZ/1", codespace="doi"), Identifier(code="X 1", codespace="CNES"))


def test_several_addresses_in_one_related_url_are_several_links() -> None:
    inside = """<Related_URL><URL_Content_Type><Type>Get Data</Type><Subtype>THREDDS DIRECTORY</Subtype></URL_Content_Type>
        <URL>http://a.org/</URL><URL>http://b.org/x y</URL><Description>Both</Description></Related_URL>"""
    common = {"name": "THREDDS DIRECTORY", "description": "Both", "protocol": "THREDDS"}
    assert read(document(inside)).links == tuple(
        Link(url=url, function=LinkFunctionCode.DOWNLOAD, **common) for url in ("http://a.org/", "http://b.org/x y")
    )


def test_coverages_are_one_extent() -> None:
    sides = ("Southernmost_Latitude", "Northernmost_Latitude", "Westernmost_Longitude", "Easternmost_Longitude")
    coverages = "".join(
        "<Spatial_Coverage>" + "".join(f"<{side}>{value}</{side}>" for side, value in zip(sides, box, strict=True)) + "</Spatial_Coverage>"
        for box in ((-66, -77, 54, 78), (0, 1, 350, 355))
    )
    record = read(document(coverages + "<Temporal_Coverage><Start_Date>1998</Start_Date></Temporal_Coverage>"))
    assert record.extents == (Extent(boxes=(Box(west=54, south=-77, east=78, north=-66), Box(west=-10, south=0, east=-5, north=1))),)
    assert codes(record) == ["swapped-box"]
    assert record.intervals == (TimeInterval(begin=Date("1998")),)


def test_geological_time_is_a_keyword_and_a_problem() -> None:
    paleo = """<Paleo_Temporal_Coverage><Paleo_Start_Date>350 ka</Paleo_Start_Date><Paleo_Stop_Date>0 ka</Paleo_Stop_Date>
        <Chronostratigraphic_Unit><Eon>PHANEROZOIC</Eon><Era>CENOZOIC</Era></Chronostratigraphic_Unit></Paleo_Temporal_Coverage>"""
    record = read(document(paleo))
    assert record.keywords == (
        Keyword(term="350 ka to 0 ka", type=KeywordTypeCode.TEMPORAL),
        Keyword(term="PHANEROZOIC > CENOZOIC", type=KeywordTypeCode.TEMPORAL, thesaurus="GCMD Chronostratigraphic Units"),
    )
    assert codes(record) == ["unread-date"]


MAPPING = {
    "Entry_ID": ["urn:cnes:smos_L3"],
    "Entry_Title": ["SMOS level 3"],
    "Data_Set_Citation/Dataset_DOI": ["10.12770/xyz"],
    "Data_Set_Citation/Online_Resource": ["https://doi.org/10.12770/xyz"],
    "Data_Set_Citation/Dataset_Release_Date": ["2014"],
    "Data_Set_Citation/Version": ["3"],
    "Personnel/Role": ["INVESTIGATOR", "METADATA AUTHOR"],
    "Personnel/Last_Name": ["Lovelace", "Curie, Marie"],
    "Personnel/Email": ["ada@example.org"],
    "Parameters/Topic": ["OCEANS"],
    "ISO_Topic_Category": ["OCEANS", "CLIMATOLOGY/METEOROLOGY/ATMOSPHERE"],
    "Keyword": ["brine"],
    "Sensor_Name/Short_Name": ["MIRAS", "Loose"],
    "Source_Name/Short_Name": ["SMOS"],
    "Temporal_Coverage/Start_Date": ["2010", "2013-05-06"],
    "Temporal_Coverage/Stop_Date": ["2012-02"],
    "Spatial_Coverage/Southernmost_Latitude": ["-20"],
    "Spatial_Coverage/Minimum_Altitude": ["-5 m"],
    "Location/Location_Type": ["ATLANTIC OCEAN"],
    "Quality": ["Made."],
    "Access_Constraints": ["Register."],
    "Use_Constraints": ["Not for navigation.\n\nCC BY 4.0\n\nhttps://creativecommons.org/licenses/by/4.0/"],
    "Data_Set_Language": ["French", "English"],
    "Data_Center/Data_Center_Name/Short_Name": ["CNES"],
    "Distribution/Distribution_Format": ["netCDF 4"],
    "Related_URL/URL_Content_Type/Type": [
        *("GET DATA", "GET DATA", "VIEW RELATED INFORMATION", "VIEW RELATED INFORMATION", "GET DATA", "GET RELATED VISUALIZATION"),
    ],
    "Related_URL/URL_Content_Type/Subtype": ["Order", "PORTAL"],
    "Related_URL/Description": ["All files", "Order the data", "Landing page"],
    "Parent_DIF": ["urn:cnes:smos"],
    "Metadata_Version": ["VERSION 9.9.3"],
    "DIF_Creation_Date": ["2015-02-03"],
    "Last_DIF_Revision_Date": ["2016-07"],
}


@pytest.fixture(scope="module")
def written() -> etree._Element:
    return etree.fromstring(dif9.FORMAT.write(BORN_ISO))


@pytest.mark.parametrize("path", MAPPING)
def test_a_record_born_elsewhere_is_written_field_by_field(written: etree._Element, path: str) -> None:
    assert texts(written, path) == MAPPING[path]


def test_it_is_read_back_whole() -> None:
    assert read(dif9.FORMAT.write(BORN_ISO)) == BORN_ISO


@pytest.mark.schemas
@pytest.mark.parametrize("record", [BORN_ISO, Record(identifier="A")], ids=["full", "empty"])
def test_what_is_written_is_valid(schemas: Path, record: Record) -> None:
    schema = etree.XMLSchema(etree.parse(schemas / "dif9" / "dif_v9.9.3.xsd"))
    root = etree.fromstring(dif9.FORMAT.write(record))
    schema.assertValid(root)
    assert root.tag == f"{{{NAMESPACES['dif']}}}DIF"
