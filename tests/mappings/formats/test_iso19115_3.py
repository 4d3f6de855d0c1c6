"""ISO 19115-3: real documents of all versions are read as they should, written ones are valid, what is odd is told."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from lxml import etree

from mappings import schemas as xsd
from mappings.formats import detect, iso19115_3, losses, read, write
from mappings.rules import all_text, clean_text
from mappings.validation import validate
from mappings.xml import ISO_19115_3, NAMESPACES
from records.codes import ConstraintKind, ContactScope, DateTypeCode, KeywordTypeCode, LinkFunctionCode, RelationType, RoleCode, ScopeCode
from records.dates import Date
from records.errors import FormatError
from records.model import (
    EARTH,
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
    Project,
    Record,
    Relation,
    ResourceDate,
)
from tests.mappings.formats import golden

PREFIXES = ("mdb", "cit", "mac", "mrc", "mrl", "srv3", "gco3", "gcx", "gex", "lan", "mcc", "mco", "mmi", "mrd", "mri", "gml", "xlink")
DECLARED = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in PREFIXES)


def text(words: str) -> str:
    return f"<gco3:CharacterString>{words}</gco3:CharacterString>"


def nest(inside: str, *names: str) -> str:
    """Elements, each inside the one before, and `inside` in the innermost."""
    return "".join(f"<{name}>" for name in names) + inside + "".join(f"</{name}>" for name in reversed(names))


def document(identification: str = "", *, citation: str = "", rest: str = "", head: str = "") -> bytes:
    return f"""<mdb:MD_Metadata {DECLARED}>
        {nest(text("A"), "mdb:metadataIdentifier", "mcc:MD_Identifier", "mcc:code")}{head}
        <mdb:identificationInfo><mri:MD_DataIdentification>
            <mri:citation><cit:CI_Citation><cit:title>{text("A title")}</cit:title>{citation}</cit:CI_Citation></mri:citation>
            {identification}
        </mri:MD_DataIdentification></mdb:identificationInfo>{rest}</mdb:MD_Metadata>""".encode()


def codes(record: Record) -> list[str]:
    return [problem.code for problem in record.problems]


# Real documents


@pytest.mark.parametrize("path", golden.documents("iso19115-3"), ids=lambda path: path.stem)
def test_a_real_document_is_read_as_it_was_checked_by_eye(path: Path) -> None:
    golden.check(path, read(path.read_bytes()))


def test_each_golden_document_has_its_source_and_licence() -> None:
    golden.check_sources("iso19115-3")


@pytest.mark.parametrize("path", golden.documents("iso19115-3"), ids=lambda path: path.stem)
def test_a_real_document_is_handed_out_as_it_came(path: Path) -> None:
    record = read(path.read_bytes())
    assert (detect(path.read_bytes()).name, write(record, "iso19115-3")) == ("iso19115-3", path.read_bytes())
    assert losses(record, "iso19115-3") == ()


def test_all_versions_of_the_namespaces_are_read_alike() -> None:
    content = golden.documents("iso19115-3")[-1].read_bytes()
    assert b"/cit/2.0" in content
    for version in (b"1.0", b"1.3", b"3.0"):
        other = content
        for module in (b"mdb", b"cit", b"mac", b"mrc", b"mrl", b"gex", b"srv", b"mri"):
            for known in (b"1.0", b"2.0", b"2.1"):
                other = other.replace(b"/" + module + b"/" + known + b'"', b"/" + module + b"/" + version + b'"')
        assert other != content
        assert read(other) == read(content)


COUNTED = {
    "keyword": "//mdb:identificationInfo//mri:keyword",
    "address of a link": "//mdb:distributionInfo//mrd:onLine/*/cit:linkage",
    "organisation": "//mdb:identificationInfo/*/mri:pointOfContact//cit:CI_Organisation/cit:name",
    "person": "//mdb:contact//cit:CI_Individual/cit:name",
    "title": "//mdb:identificationInfo[1]/*/mri:citation/*/cit:title",
    "lineage": "//mdb:resourceLineage/*/mrl:statement",
    "identifier": "//mdb:identificationInfo[1]/*/mri:citation/*/cit:identifier/*/mcc:code",
    "abstract": "//mdb:identificationInfo[1]/*/mri:abstract",
    "box": "//mdb:identificationInfo//gex:westBoundLongitude",
}
"""What an independent look at the XML finds. An address in the record may be shorter: a DOI is without its resolver."""


@pytest.mark.corpus
@pytest.mark.parametrize("what", COUNTED)
def test_nothing_of_a_document_is_left_out_in_silence(corpus: Path, what: str) -> None:
    seen = 0
    for path in sorted((corpus / "iso19115-3").iterdir()):
        content = path.read_bytes()
        if b"/mdb/2.0" not in content:
            continue  # the prefixes of the paths above are those of 2018
        try:
            record = read(content)
        except FormatError:
            continue
        told = bag(" ".join(strings(replace(record, source=None))))
        for element in cast("list[etree._Element]", etree.fromstring(content).xpath(COUNTED[what], namespaces=NAMESPACES)):
            written = clean_text(all_text(next(iter(element), element)))
            if written:
                seen += 1
                assert bag(written) in told or number_of(written) in told, f"{path.name}: {written[:200]}"
    assert seen > 1


def bag(words: str) -> str:
    return "".join(ch for ch in words.replace("&gt;", "").casefold() if ch.isalnum())


def number_of(written: str) -> str:
    try:
        return bag(repr(float(written)))
    except ValueError:
        return "no number"


def strings(value: object) -> list[str]:
    match value:
        case str() | float():
            return [str(value)]
        case tuple():
            return [found for part in value for found in strings(part)]
        case _ if hasattr(value, "__dataclass_fields__"):
            return [found for name in value.__dataclass_fields__ for found in strings(getattr(value, name))]
        case _:
            return []


# Recognised and refused


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f'<mdb:MD_Metadata xmlns:mdb="{ISO_19115_3}mdb/2.0"/>', "holds nothing"),
        (f'<mdb:MD_Metadata xmlns:mdb="{ISO_19115_3}mdb/2.0"><mdb:contact/></mdb:MD_Metadata>', "holds nothing"),
        (f'<!DOCTYPE x [<!ENTITY a "b">]><mdb:MD_Metadata xmlns:mdb="{ISO_19115_3}mdb/2.0">&a;</mdb:MD_Metadata>', "DOCTYPE"),
        (f'<mdb:MD_Metadata xmlns:mdb="{ISO_19115_3}mdb/2.0">', "not well-formed"),
        (f'<mdb:MD_Other xmlns:mdb="{ISO_19115_3}mdb/2.0">x</mdb:MD_Other>', "no known format"),
        ('<m:MD_Metadata xmlns:m="http://example.org/mdb/2.0">x</m:MD_Metadata>', "no known format"),
    ],
)
def test_what_is_no_record_is_refused(content: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(content.encode())


def test_another_document_is_refused_by_the_reader_itself() -> None:
    assert iso19115_3.FORMAT.read is not None
    with pytest.raises(FormatError, match="no mdb:MD_Metadata"):
        iso19115_3.FORMAT.read(b"<a>b</a>")


def test_a_document_without_identification_says_so() -> None:
    content = f"<mdb:MD_Metadata {DECLARED}>{nest(text('A'), 'mdb:metadataIdentifier', 'mcc:MD_Identifier', 'mcc:code')}</mdb:MD_Metadata>"
    assert codes(read(content.encode())) == ["no-identification", "no-title"]


# Contacts


def party(inside: str) -> bytes:
    role = '<cit:role><cit:CI_RoleCode codeList="x" codeListValue="author"/></cit:role>'
    return document(nest(f"{role}{nest(inside, 'cit:party')}", "mri:pointOfContact", "cit:CI_Responsibility"))


def info(*parts: str) -> str:
    return nest("".join(parts), "cit:contactInfo", "cit:CI_Contact")


def email(address: str) -> str:
    return nest(text(address), "cit:address", "cit:CI_Address", "cit:electronicMailAddress")


def test_individuals_of_an_organisation_are_contacts_reached_by_it_or_by_themselves() -> None:
    people = [
        f"<cit:name>{text('Ada')}</cit:name>",
        f"<cit:name>{text('Grace')}</cit:name>{info(email('g@x'))}<cit:positionName>{text('Admiral')}</cit:positionName>",
    ]
    held = "".join(nest(person, "cit:individual", "cit:CI_Individual") for person in people)
    found = read(
        party(f"<cit:CI_Organisation><cit:name>{text('CNES')}</cit:name>{info(email('c@x'))}{held}</cit:CI_Organisation>")
    ).contacts
    assert found == (
        Contact(role=RoleCode.AUTHOR, individual="Ada", organisation="CNES", emails=("c@x",)),
        Contact(role=RoleCode.AUTHOR, individual="Grace", organisation="CNES", position="Admiral", emails=("g@x",)),
    )


def test_faxes_are_no_telephones() -> None:
    def telephone(number: str, kind: str) -> str:
        code = f'<cit:numberType><cit:CI_TelephoneTypeCode codeList="x" codeListValue="{kind}"/></cit:numberType>'
        return nest(f"<cit:number>{text(number)}</cit:number>{code}", "cit:phone", "cit:CI_Telephone")

    numbers = info(telephone("1", "voice"), telephone("2", "facsimile"), telephone("3", ""))
    assert read(party(f"<cit:CI_Individual><cit:name>{text('Ada')}</cit:name>{numbers}</cit:CI_Individual>")).contacts[0].phones == (
        "1",
        "3",
    )


def test_a_contact_is_identified_by_an_address() -> None:
    orcid = nest(text("https://orcid.org/0000-0001"), "cit:partyIdentifier", "mcc:MD_Identifier", "mcc:code")
    assert read(party(f"<cit:CI_Individual><cit:name>{text('Ada')}</cit:name>{orcid}</cit:CI_Individual>")).contacts[0].url == (
        "https://orcid.org/0000-0001"
    )


def test_a_contact_without_a_name_is_told() -> None:
    record = read(party(f"<cit:CI_Organisation>{info(email('c@x'))}</cit:CI_Organisation>"))
    assert (record.contacts, codes(record)) == ((), ["nameless-contact"])
    assert "c@x" in record.problems[0].message


def test_what_is_no_party_is_told() -> None:
    assert codes(read(party("<cit:CI_Robot/>"))) == ["unexpected-element"]


# Dates, parents, relations


def stamp(written: str, kind: str) -> str:
    code = f'<cit:dateType><cit:CI_DateTypeCode codeList="x" codeListValue="{kind}"/></cit:dateType>' if kind else ""
    return nest(f"<cit:date><gco3:DateTime>{written}</gco3:DateTime></cit:date>{code}", "mdb:dateInfo", "cit:CI_Date")


@pytest.mark.parametrize(
    ("stamps", "created", "changed"),
    [
        ([("2001-01-01", "creation"), ("2002-02-02", "revision")], "2001-01-01", "2002-02-02"),
        ([("2002-02-02", "lastUpdate"), ("2001-01-01", "creation")], "2001-01-01", "2002-02-02"),
        ([("2003-03-03", "publication"), ("2002-02-02", "revision")], None, "2002-02-02"),
        ([("2003-03-03", "publication")], None, "2003-03-03"),
        ([("2003-03-03", "")], None, "2003-03-03"),
        ([("2033-03-03", "nextUpdate")], None, None),
    ],
)
def test_the_metadata_were_made_and_changed(stamps: list[tuple[str, str]], created: str | None, changed: str | None) -> None:
    record = read(document(head="".join(stamp(*each) for each in stamps)))
    assert (record.created and str(record.created), record.datestamp and str(record.datestamp)) == (created, changed)


def cited(identifier: str, title: str = "") -> str:
    code = nest(text(identifier), "cit:identifier", "mcc:MD_Identifier", "mcc:code") if identifier else ""
    return nest(f"<cit:title>{text(title)}</cit:title>{code}", "cit:CI_Citation")


def test_the_parent_is_cited_or_referred_to() -> None:
    assert read(document(head=nest(cited("P"), "mdb:parentMetadata"))).parent_identifier == "P"
    referred = read(document(head='<mdb:parentMetadata uuidref="P" xlink:href="https://x/P"/>'))
    assert (referred.parent_identifier, referred.problems) == ("P", ())
    titled = read(document(head=nest(cited("", "The parent"), "mdb:parentMetadata")))
    assert (titled.parent_identifier, codes(titled)) == (None, ["parent-without-identifier"])


def test_related_resources_are_named_by_their_metadata_or_by_themselves() -> None:
    kind = '<mri:associationType><mri:DS_AssociationTypeCode codeList="x" codeListValue="source"/></mri:associationType>'
    resources = (
        f'<mri:name>{cited("N", "One")}</mri:name>{kind}<mri:metadataReference uuidref="M"/>',
        f"<mri:name>{cited('N', 'Two')}</mri:name>{kind}",
        f"<mri:name>{cited('', 'Three')}</mri:name>{kind}",
    )
    record = read(document("".join(nest(inside, "mri:associatedResource", "mri:MD_AssociatedResource") for inside in resources)))
    assert record.relations == (
        Relation(identifier="M", type=RelationType.SOURCE, title="One"),
        Relation(identifier="N", type=RelationType.SOURCE, title="Two"),
    )
    assert codes(record) == ["relation-without-identifier"]


# Constraints, links, heights, references


def constraints(inside: str) -> Record:
    return read(document(nest(inside, "mri:resourceConstraints", "mco:MD_LegalConstraints")))


REFERENCE = nest(
    f"<cit:title>{text('CC BY 4.0')}</cit:title>"
    + nest(text("https://l/by"), "cit:onlineResource", "cit:CI_OnlineResource", "cit:linkage"),
    "mco:reference",
    "cit:CI_Citation",
)


@pytest.mark.parametrize("spelt", ["license", "licence"])
def test_a_reference_under_the_code_of_a_licence_is_the_licence(spelt: str) -> None:
    code = f'<mco:useConstraints><mco:MD_RestrictionCode codeList="x" codeListValue="{spelt}"/></mco:useConstraints>'
    record = constraints(f"{REFERENCE}{code}<mco:otherConstraints>{text('Cite us.')}</mco:otherConstraints>")
    assert record.licence == Licence(name="CC BY 4.0", url="https://l/by")
    assert record.constraints == (Constraint(kind=ConstraintKind.OTHER, text="Cite us."),)


def test_a_reference_without_that_code_is_words() -> None:
    record = constraints(REFERENCE)
    assert record.constraints == (Constraint(kind=ConstraintKind.OTHER, text="CC BY 4.0, https://l/by"),)


def resource(url: str, *names: str) -> str:
    return nest(f"<cit:linkage>{text(url)}</cit:linkage>", *names, "cit:CI_OnlineResource")


def test_links_are_of_the_distribution_the_documents_the_citation_and_the_metadata() -> None:
    documents = nest(
        f"<cit:title>{text('The guide')}</cit:title>{resource('https://guide', 'cit:onlineResource')}",
        "mri:additionalDocumentation",
        "cit:CI_Citation",
    )
    picture = nest(
        f"<mcc:fileName>{text('map')}</mcc:fileName>{resource('https://map', 'mcc:linkage')}", "mri:graphicOverview", "mcc:MD_BrowseGraphic"
    )
    distributed = resource(
        "https://data", "mdb:distributionInfo", "mrd:MD_Distribution", "mrd:transferOptions", "mrd:MD_DigitalTransferOptions", "mrd:onLine"
    )
    page = resource("https://page", "cit:onlineResource") + resource("https://data", "cit:onlineResource")
    record = read(document(documents + picture, citation=page, head=resource("https://metadata", "mdb:metadataLinkage"), rest=distributed))
    assert record.links == (
        Link(url="https://data"),
        Link(url="https://guide", name="The guide"),
        Link(url="https://page"),
        Link(url="https://metadata"),
        Link(url="https://map", name="map", function=LinkFunctionCode.BROWSE_GRAPHIC),
    )


@pytest.mark.parametrize(("code", "vertical"), [("5714", (-10.0, 20.0)), ("EPSG:5715", (-20.0, 10.0)), ("1", None)])
def test_heights_are_in_the_system_that_is_named(code: str, vertical: tuple[float, float] | None) -> None:
    system = nest(
        text(code), "gex:verticalCRSId", "mrs:MD_ReferenceSystem", "mrs:referenceSystemIdentifier", "mcc:MD_Identifier", "mcc:code"
    )
    ends = "<gex:minimumValue><gco3:Real>-10</gco3:Real></gex:minimumValue><gex:maximumValue><gco3:Real>20</gco3:Real></gex:maximumValue>"
    held = nest(ends + system, "mri:extent", "gex:EX_Extent", "gex:verticalElement", "gex:EX_VerticalExtent")
    content = document(held).replace(b"<mdb:MD_Metadata ", f'<mdb:MD_Metadata xmlns:mrs="{ISO_19115_3}mrs/1.0" '.encode(), 1)
    assert read(content).extents == ((Extent(frame=EARTH, vertical=vertical),) if vertical else ())


def test_what_pycsw_puts_into_the_namespace_of_services_is_read() -> None:
    keywords = nest(f"<mri:keyword>{text('View')}</mri:keyword>", "srv3:descriptiveKeywords", "mri:MD_Keywords")
    content = document().replace(b"mri:MD_DataIdentification", b"srv3:SV_ServiceIdentification")
    record = read(content.replace(b"</mri:citation>", f"</mri:citation>{keywords}".encode()))
    assert (record.keywords, record.problems) == ((Keyword(term="View"),), ())


def test_what_stands_elsewhere_in_the_document_is_read_where_it_is_needed() -> None:
    owner = f'<cit:CI_Responsibility id="me">{nest(text("Ada"), "cit:party", "cit:CI_Individual", "cit:name")}</cit:CI_Responsibility>'
    record = read(
        document('<mri:pointOfContact xlink:href="#me"/><mri:pointOfContact xlink:href="https://x"/>', head=nest(owner, "mdb:contact"))
    )
    assert [(contact.scope, contact.individual) for contact in record.contacts] == [
        (ContactScope.METADATA, "Ada"),
        (ContactScope.RESOURCE, "Ada"),
    ]
    assert codes(record) == ["unresolved-reference"]


def test_what_stands_where_it_has_no_place_is_told_with_the_place() -> None:
    record = read(document(f"<mri:title>{text('Lost')}</mri:title>"))
    assert [(problem.code, problem.path) for problem in record.problems] == [
        ("unexpected-element", "/mdb:MD_Metadata/mdb:identificationInfo/mri:MD_DataIdentification/mri:title")
    ]


def test_a_text_in_several_languages_is_read_in_its_main_one() -> None:
    localised = nest("<lan:LocalisedCharacterString>Glace</lan:LocalisedCharacterString>", "lan:PT_FreeText", "lan:textGroup")
    assert read(document(f"<mri:abstract>{text('Ice')}{localised}</mri:abstract>")).abstract == "Ice"
    assert read(document(f"<mri:abstract>{text('')}{localised}</mri:abstract>")).abstract == "Glace"


# Written


FULL = Record(
    identifier="corot.n2",
    parent_identifier="corot",
    type=ScopeCode.SERIES,
    title="Light curves",
    abstract="One.\n\nTwo.",
    language="eng",
    languages=("eng", "fra"),
    identifiers=(Identifier(code="10.5067/A", codespace="doi"),),
    edition="4",
    keywords=(Keyword(term="stars", type=KeywordTypeCode.THEME, thesaurus="UAT", uri="http://astrothesaurus.org/uat/1"),),
    contacts=(Contact(scope=ContactScope.METADATA, role=RoleCode.AUTHOR, individual="Ada", organisation="CNES", phones=("1",)),),
    created=Date("2001-01-01"),
    datestamp=Date("2002-02-02"),
    dates=(ResourceDate(date=Date("2003"), type=DateTypeCode.PUBLICATION),),
    platforms=(Platform(name="COROT"),),
    instruments=(Instrument(name="CCD", platform="COROT"),),
    projects=(Project(name="COROT"),),
    processing_level="N2",
    formats=(DataFormat(name="FITS", version="4.0"),),
    size=1500,
    object_count=3,
    lineage="Reduced.",
    licence=Licence(name="CC BY 4.0", url="https://l/by"),
    links=(Link(url="odd address with blanks", name="Data", media_type="application/fits", function=LinkFunctionCode.DOWNLOAD),),
    relations=(Relation(identifier="other", title="Other"),),
    citation="Cite it.",
)


def test_what_it_carries_comes_back_to_the_letter() -> None:
    assert read(write(FULL, "iso19115-3")) == FULL
    assert losses(FULL, "iso19115-3") == ()


def test_what_it_cannot_say_is_declared_lost() -> None:
    record = replace(FULL, resource_type="Event", created=Date("+12000"))
    assert losses(record, "iso19115-3") == ("resource_type", "created")
    assert read(write(record, "iso19115-3")).created is None


def test_it_is_written_in_the_prefixes_of_the_standard() -> None:
    written = write(FULL, "iso19115-3")
    root = etree.fromstring(written)
    assert root.nsmap["gco"] == f"{ISO_19115_3}gco/1.0"
    assert b"gco3" not in written


@pytest.mark.schemas
def test_written_documents_and_real_ones_are_checked_against_the_schema_of_their_version(schemas: Path) -> None:
    report = validate(write(FULL, "iso19115-3"), schemas)
    assert (report.schema, report.valid) == (xsd.MDB.title, True)
    broken = write(FULL, "iso19115-3").replace(b"<mri:abstract>", b"<mri:abstrakt>").replace(b"</mri:abstract>", b"</mri:abstrakt>")
    assert "schema" in {finding.code for finding in validate(broken, schemas).findings}
    (older,) = (path for path in golden.documents("iso19115-3") if b"/mdb/1.0" in path.read_bytes())
    assert validate(older.read_bytes(), schemas).schema == xsd.MDB_2016.title


@pytest.mark.schemas
def test_real_records_of_other_formats_are_written_valid(corpus: Path, schemas: Path) -> None:
    schema = xsd.compiled(xsd.MDB, schemas)
    assert schema is not None
    every = [path for folder in ("iso19139", "dif", "umm-c", "stac-collection") for path in sorted((corpus / folder).iterdir())[::25]]
    for path in every:
        try:
            record = read(path.read_bytes())
        except FormatError:
            continue
        assert xsd.check(schema, etree.fromstring(write(record, "iso19115-3"))) == [], path.name
