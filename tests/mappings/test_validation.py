from pathlib import Path

import pytest

from mappings import schemas as xsd
from mappings.formats import detect, write
from mappings.validation import Severity, schema_of, validate
from mappings.xml import parse_xml
from records.codes import ContactScope, RoleCode, ScopeCode
from records.dates import Date, TimeInterval
from records.model import Contact, Instrument, Keyword, Link, Record, Relation

GOLDEN = Path(__file__).parents[1] / "golden"
COMPLETE = Record(
    identifier="corot.n2",
    type=ScopeCode.SERIES,
    title="COROT N2",
    abstract="Light curves.",
    language="eng",
    languages=("eng",),
    keywords=(Keyword(term="stars"),),
    contacts=(
        Contact(scope=ContactScope.METADATA, role=RoleCode.POINT_OF_CONTACT, organisation="CNES"),
        Contact(role=RoleCode.PUBLISHER, organisation="CNES"),
    ),
    datestamp=Date("2026-11-23"),
    intervals=(TimeInterval(begin=Date("2007-02-03"), end=Date("2012-11-02")),),
    links=(Link(url="https://example.org/"),),
)


def gmd(inside: str, prefixes: str = "") -> bytes:
    return (
        '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" '
        f'xmlns:srv="http://www.isotc211.org/2005/srv" {prefixes}>'
        f"<gmd:fileIdentifier><gco:CharacterString>a</gco:CharacterString></gmd:fileIdentifier>{inside}</gmd:MD_Metadata>"
    ).encode()


def codes(content: bytes, severity: Severity | None = None) -> list[str]:
    return [finding.code for finding in validate(content).findings if severity in {None, finding.severity}]


def test_a_good_document_is_valid_without_any_folder_of_schemas() -> None:
    report = validate(write(COMPLETE, "iso19139"))
    assert (report.format, report.identifier, report.schema) == ("iso19139", "corot.n2", "ISO 19139 of 2007 (GML 3.2.1)")
    assert report.findings == ()
    assert report.valid


def test_what_the_schema_finds_is_told_with_its_line() -> None:
    content = (GOLDEN / "dublincore" / "cite-94bc9c83.xml").read_bytes().replace(b"<dc:date>", b"<dc:when>x</dc:when>\n<dc:date>")
    found = [finding for finding in validate(content).findings if finding.code == "schema"]
    assert [finding.line for finding in found] == [12]
    assert "when" in found[0].message
    assert not validate(content).valid


def test_csw_records_of_both_versions_are_checked() -> None:
    of_2 = validate((GOLDEN / "dublincore" / "cite-94bc9c83.xml").read_bytes())
    of_3 = validate((GOLDEN / "dublincore" / "texas-elevation-csw3.xml").read_bytes())
    assert (of_2.schema, of_3.schema) == ("CSW 2.0.2 record", "CSW 3.0 record")
    assert "schema" not in {finding.code for finding in (*of_2.findings, *of_3.findings)}


@pytest.mark.parametrize(
    ("content", "schema"),
    [
        (gmd("<gmd:contact/>"), xsd.GMD_2007),
        (gmd('<gml:Point xmlns:gml="http://www.opengis.net/gml/3.2"/>'), xsd.GMD_2007),
        (gmd('<gml:Point xmlns:gml="http://www.opengis.net/gml"/>'), xsd.GMD_2006),
        (gmd("<srv:SV_ServiceIdentification/>"), xsd.GMD_2006),
        (gmd('<srv:SV_ServiceIdentification/><gml:Point xmlns:gml="http://www.opengis.net/gml/3.2"/>'), xsd.GMD_SERVICES),
    ],
)
def test_the_gml_of_a_document_tells_its_schema(content: bytes, schema: xsd.Schema) -> None:
    assert schema_of(parse_xml(content), detect(content)) is schema


def test_a_document_of_2006_is_checked_with_the_installed_schemas() -> None:
    report = validate(gmd("<gmd:dateStamp/>", 'xmlns:gml="http://www.opengis.net/gml"') + b"<!-- -->")
    assert report.schema is not None
    assert "schema" in {finding.code for finding in report.findings}


def test_a_missing_schema_is_told_plainly() -> None:
    report = validate((GOLDEN / "dif" / "OMSO2_003.xml").read_bytes())
    assert report.schema is None
    assert report.no_schema == "the schema DIF 10.2 is not in the folder of schemas (none is set: see REFLECS_SCHEMAS)"
    assert "schema" not in {finding.code for finding in report.findings}


def test_json_is_checked_for_its_content() -> None:
    report = validate(write(COMPLETE, "json"))
    assert report.no_schema == "no schema of OGC API Records GeoJSON is checked here"
    assert report.valid


@pytest.mark.schemas
@pytest.mark.parametrize("name", ["dif10", "dif9", "oai_dc"])
def test_more_schemas_are_taken_from_a_folder(name: str, schemas: Path) -> None:
    report = validate(write(COMPLETE, name), schemas)
    assert report.no_schema is None
    assert [finding for finding in report.findings if finding.code == "schema"] == []


@pytest.mark.schemas
def test_a_schema_is_compiled_once_and_without_the_network(schemas: Path) -> None:
    assert xsd.compiled(xsd.GMI, schemas) is xsd.compiled(xsd.GMI, schemas)


def test_a_schema_that_does_not_compile_is_told_and_the_content_still_checked(tmp_path: Path) -> None:
    (tmp_path / "dif10").mkdir()
    (tmp_path / "dif10" / "dif_v10.2.xsd").write_text('<schema xmlns="http://www.w3.org/2001/XMLSchema"><element ref="nowhere"/></schema>')
    report = validate((GOLDEN / "dif" / "OMSO2_003.xml").read_bytes(), tmp_path)
    assert report.schema is None
    assert (report.no_schema or "").startswith("the schema DIF 10.2 does not compile: ")
    assert report.identifier is not None


@pytest.mark.parametrize("broken", ["catalog.xml", "dif10/dif_v10.2.xsd"])
@pytest.mark.parametrize("content", [b"", b"<catalog>", b"\x00\xff", b'<!DOCTYPE a [<!ENTITY a "&a;">]><a>&a;</a>'])
def test_a_broken_file_among_the_schemas_is_told_and_the_content_still_checked(tmp_path: Path, broken: str, content: bytes) -> None:
    (tmp_path / "dif10").mkdir()
    schema = b'<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/"/>'
    (tmp_path / "dif10" / "dif_v10.2.xsd").write_bytes(schema)
    (tmp_path / broken).write_bytes(content)
    report = validate((GOLDEN / "dif" / "OMSO2_003.xml").read_bytes(), tmp_path)
    assert report.identifier is not None
    assert report.schema is not None or (report.no_schema or "").startswith("the schema DIF 10.2 does not compile: ")


def test_a_folder_of_schemas_may_be_named_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dif10").mkdir()
    schema = '<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/"/>'
    (tmp_path / "dif10" / "dif_v10.2.xsd").write_text(schema)
    monkeypatch.chdir(tmp_path)
    report = validate((GOLDEN / "dif" / "OMSO2_003.xml").read_bytes(), Path())
    assert (report.schema, report.no_schema) == ("DIF 10.2", None)


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"", "the document is empty", None),
        (b"not metadata", "not well-formed XML", 1),
        (b"<a>\n<b></a>", "not well-formed XML", 2),
        (b"<other/>", "no known format: the root element is other", None),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "document type", None),
        (b'{"type": 1', "not well-formed JSON", 1),
    ],
)
def test_what_cannot_be_read_is_a_finding(content: bytes, message: str, line: int | None) -> None:
    report = validate(content)
    assert (report.format, report.valid) == (None, False)
    assert [(finding.code, finding.line) for finding in report.findings] == [("unreadable", line)]
    assert message in report.findings[0].message


def test_a_bare_record_is_told_all_that_it_lacks() -> None:
    content = b'{"type": "Feature", "id": "a", "properties": {}}'
    assert codes(content, Severity.ERROR) == ["no-title", "no-abstract", "no-contact", "no-date"]
    assert codes(content, Severity.WARNING) == ["no-language", "no-keyword", "no-time", "no-link"]


def test_values_that_cannot_all_be_true_are_told() -> None:
    record = Record(
        identifier="a",
        title="t",
        parent_identifier="a",
        intervals=(TimeInterval(begin=Date("2012"), end=Date("2007")),),
        instruments=(Instrument(name="CCD", platform="COROT"),),
        relations=(Relation(identifier="a"),),
    )
    found = {finding.code: finding.severity for finding in validate(write(record, "json")).findings}
    assert found["reversed-interval"] is Severity.ERROR
    assert found["own-parent"] is Severity.ERROR
    assert found["unknown-platform"] is Severity.WARNING
    assert found["own-relation"] is Severity.WARNING


def test_an_interval_within_one_year_is_not_reversed() -> None:
    record = Record(identifier="a", intervals=(TimeInterval(begin=Date("2007-06"), end=Date("2007")),))
    assert "reversed-interval" not in codes(write(record, "json"))


def test_what_a_reader_could_not_read_is_told_with_its_place() -> None:
    feature = b'{"type": "Feature", "id": "a", "properties": {"created": "soon"}}'
    assert _told(feature)["bad-date"] == (Severity.ERROR, "/properties/created")
    scope = b'<gmd:hierarchyLevel><gmd:MD_ScopeCode codeList="" codeListValue="wizardry"/></gmd:hierarchyLevel>'
    address = b"<gmd:dataSetURI><gco:CharacterString>a</gco:CharacterString></gmd:dataSetURI>"
    spaces = b'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
    found = _told(b"<gmd:MD_Metadata %b>%b%b</gmd:MD_Metadata>" % (spaces, scope, address))
    assert found["unknown-code"] == (Severity.WARNING, "/gmd:MD_Metadata/gmd:hierarchyLevel")


def _told(content: bytes) -> dict[str, tuple[Severity, str]]:
    return {finding.code: (finding.severity, finding.path) for finding in validate(content).findings}


@pytest.mark.corpus
def test_no_document_of_the_corpus_makes_it_raise(corpus: Path) -> None:
    for path in sorted(corpus.glob("*/*")):
        report = validate(path.read_bytes())
        assert (report.format is None) == any(finding.code == "unreadable" for finding in report.findings)
