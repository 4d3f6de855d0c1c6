"""csw:Record, ISO 19139 and ISO 19115-3 in brief, summary and full: whole elements, and valid for records of every kind."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from catalogue.service.documents import Found, find
from mappings import schemas as xsd
from mappings.csw import ElementSet, csw_elements, csw_record, is_element_name, iso_record
from mappings.formats import Format, iso19115_3, iso19139, read
from mappings.xml import parse_xml
from records.errors import FormatError
from records.model import Box, Extent, Identifier, Record
from tests.catalogue.protocols.serving import CITE
from tests.strategies import records

CSW = 'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/"'
bounded = settings(
    max_examples=50,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
OWS = 'xmlns:ows="http://www.opengis.net/ows"'


@pytest.fixture(scope="module")
def cite() -> Record:
    return read((CITE / "94bc9c83.xml").read_bytes())


TWO_OF_EACH = Record(
    identifier="a&b",
    title="Sea <ice>",
    identifiers=(Identifier(code="10.5067/A", codespace="doi"),),
    extents=(Extent(boxes=(Box(west=-4.5, south=47.595, east=1, north=51),)),),
)
BOX = (
    '<ows:BoundingBox crs="urn:x-ogc:def:crs:EPSG:6.11:4326" dimensions="2"><ows:LowerCorner>47.595 -4.5</ows:LowerCorner>'
    "<ows:UpperCorner>51 1</ows:UpperCorner></ows:BoundingBox>"
)


def test_a_brief_record_is_identifier_title_type_and_box() -> None:
    assert csw_record(TWO_OF_EACH, "2.0.2", ElementSet.BRIEF).decode() == (
        f"<csw:BriefRecord {CSW} {OWS}><dc:identifier>a&amp;b</dc:identifier><dc:title>Sea &lt;ice&gt;</dc:title>{BOX}</csw:BriefRecord>"
    )


def test_a_record_of_3_0_has_its_own_namespaces_and_one_identifier() -> None:
    written = csw_record(TWO_OF_EACH, "3.0.0", ElementSet.FULL).decode()
    spaces = CSW.replace("csw=", "csw30=").replace("csw/2.0.2", "csw/3.0")
    assert written == (
        f'<csw30:Record {spaces} xmlns:ows="http://www.opengis.net/ows/2.0"><dc:identifier>a&amp;b</dc:identifier>'
        f"<dc:title>Sea &lt;ice&gt;</dc:title>{BOX}</csw30:Record>"
    )
    assert csw_record(TWO_OF_EACH, "2.0.2", ElementSet.FULL).count(b"<dc:identifier") == 2


def test_what_came_as_a_csw_record_keeps_its_own_words(cite: Record) -> None:
    assert cite.source is not None
    assert csw_record(cite, "2.0.2", ElementSet.FULL) in cite.source.content
    brief = csw_record(cite, "2.0.2", ElementSet.BRIEF)
    assert b"<dc:type>http://purl.org/dc/dcmitype/Dataset</dc:type>" in brief
    summary = csw_record(cite, "2.0.2", ElementSet.SUMMARY)
    assert b'<dc:subject scheme="http://www.digest.org/2.1">Vegetation-Cropland</dc:subject>' in summary


def test_a_csw_record_in_the_default_namespace_keeps_its_bytes() -> None:
    plain = (
        b'<!-- of a catalogue --><Record xmlns="http://www.opengis.net/cat/csw/2.0.2" xmlns:d="http://purl.org/dc/elements/1.1/">'
        b"<d:identifier>a</d:identifier>\n<d:title>Its own</d:title></Record>"
    )
    assert csw_record(read(plain), "2.0.2", ElementSet.FULL) == plain.partition(b"-->")[2]


@pytest.mark.parametrize("name", ["csw30:Record", "csw:SummaryRecord"])
def test_no_other_record_is_handed_out_as_one_of_2_0_2(name: str) -> None:
    spaces = f'xmlns:csw30="http://www.opengis.net/cat/csw/3.0" {CSW} xmlns:unused="http://www.opengis.net/cat/csw/2.0.2:Record"'
    other = f"<{name} {spaces}><dc:identifier>a</dc:identifier><dc:title>csw:Record</dc:title><!-- :Record --></{name}>"
    written = csw_record(read(other.encode()), "2.0.2", ElementSet.FULL)
    assert parse_xml(written).tag == "{http://www.opengis.net/cat/csw/2.0.2}Record"
    assert b"unused" not in written


def test_a_document_without_identifier_is_handed_out_with_the_one_it_was_given() -> None:
    document = f"<csw:Record {CSW}><dc:title>Nameless</dc:title></csw:Record>".encode()
    record = read(document)
    written = csw_record(record, "2.0.2", ElementSet.FULL)
    assert written != document
    assert f"<dc:identifier>{record.identifier}</dc:identifier>".encode() in written


@pytest.mark.parametrize("title", [None, "<br/>"])
def test_a_record_without_title_has_an_empty_one_in_brief_and_summary(title: str | None) -> None:
    bare = Record(identifier="a", title=title, abstract="Nothing more is known.")
    for element_set in (ElementSet.BRIEF, ElementSet.SUMMARY):
        assert b"</dc:identifier><dc:title></dc:title>" in csw_record(bare, "2.0.2", element_set)
    assert b"dc:title" not in csw_record(bare, "2.0.2", ElementSet.FULL)


@pytest.mark.parametrize("names", [("dc:title", "ows:BoundingBox"), ("Title", "boundingbox"), ("/csw:Record/dc:title", "ows:BoundingBox")])
def test_elements_are_asked_for_by_name(names: tuple[str, ...]) -> None:
    assert all(map(is_element_name, names))
    found = parse_xml(csw_elements(TWO_OF_EACH, "2.0.2", names))
    assert [etree.QName(child).localname for child in found] == ["title", "BoundingBox"]


@pytest.mark.parametrize("name", ["dc:nothing", "", "gmd:title/gco:CharacterString"])
def test_what_no_record_holds_is_no_element_name(name: str) -> None:
    assert not is_element_name(name)


def _validates(schema: etree.XMLSchema, element: bytes) -> None:
    schema.assertValid(parse_xml(element))


_CASES = [(version, element_set) for version in ("2.0.2", "3.0.0") for element_set in ElementSet]
CSW_SCHEMA = {"2.0.2": xsd.CSW_RECORD, "3.0.0": xsd.CSW30_RECORD}


_SHORT = (ElementSet.BRIEF, ElementSet.SUMMARY)


@bounded
@given(record=records())
def test_every_record_is_written_valid(record: Record) -> None:
    """Making a record costs more than writing it, so all that holds of all versions is asked of each record."""
    for version, element_set in _CASES:
        schema = xsd.compiled(CSW_SCHEMA[version])
        assert schema is not None
        _validates(schema, csw_record(record, version, element_set))
    for element_set in _SHORT:
        _is_valid_iso(record, element_set, iso19139.FORMAT, xsd.compiled(xsd.GMD_2007))


@pytest.mark.schemas
def test_every_record_of_iso_19115_3_is_written_valid(schemas: Path) -> None:
    @bounded
    @given(record=records())
    def valid(record: Record) -> None:
        for element_set in _SHORT:
            _is_valid_iso(record, element_set, iso19115_3.FORMAT, xsd.compiled(xsd.MDB, schemas))

    valid()


def _is_valid_iso(record: Record, element_set: ElementSet, iso: Format, schema: etree.XMLSchema | None) -> None:
    assert schema is not None
    written = iso_record(record, element_set, iso)
    _validates(schema, written)
    assert read(written).identifier == record.identifier


def test_both_editions_of_iso_hold_the_same_in_brief_and_summary() -> None:
    whole = replace(TWO_OF_EACH, abstract="How much of it there is.", purpose="To see", lineage="Measured")
    for element_set in _SHORT:
        told = [replace(read(iso_record(whole, element_set, iso)), source=None) for iso in (iso19139.FORMAT, iso19115_3.FORMAT)]
        assert told[0] == told[1]


@pytest.mark.corpus
def test_the_whole_corpus_is_written_valid(corpus: Path) -> None:
    schemas = {version: xsd.compiled(schema) for version, schema in CSW_SCHEMA.items()}
    iso = xsd.compiled(xsd.GMD_2007)
    assert iso is not None
    written = 0
    for found in find([corpus]):
        if not isinstance(found, Found):
            continue
        try:
            record = replace(read(found.read()), source=None)
        except FormatError:
            continue
        for version, element_set in _CASES:
            schema = schemas[version]
            assert schema is not None
            _validates(schema, csw_record(record, version, element_set))
        for element_set in _SHORT:
            _validates(iso, iso_record(record, element_set))
        written += 1
    assert written > 800
