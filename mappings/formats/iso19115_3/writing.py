"""From a Record to an ISO 19115-3 document, in the namespaces of 2018 (mdb 2.0)."""

from decimal import Decimal
from itertools import groupby
from typing import Final

from lxml import etree

from mappings.formats.iso19115_3.building import (
    BUILD,
    add_anchor,
    add_code,
    add_text,
    add_texts,
    add_value,
    need_code,
    need_date,
    need_text,
    nothing,
)
from mappings.formats.iso19115_3.parties import write_contact
from mappings.formats.shared.iso.acquiring import write_acquisition
from mappings.formats.shared.iso.building import add, is_writable, uri
from mappings.formats.shared.iso.keywords import keywords_of
from mappings.formats.shared.iso.links import is_picture
from mappings.formats.shared.iso.locating import write_extents
from mappings.formats.shared.iso.rights import access_note
from mappings.formats.shared.iso.values import OBJECTS_UNIT
from mappings.xml import NAMESPACES, legal, qname, to_bytes
from records.codes import AccessLevel, Code, ConstraintKind, ContactScope, DateTypeCode, RestrictionCode
from records.dates import Date
from records.model import Access, Constraint, Contact, Keyword, Licence, Link, Record, Relation

_PREFIXES: Final = ("mdb", "cit", "gcx", "gex", "lan", "mac", "mcc", "mco", "mrd", "mri", "mrl", "gml", "xlink")
_CODED: Final = {ConstraintKind.ACCESS: "mco:accessConstraints", ConstraintKind.USE: "mco:useConstraints"}


def write(record: Record) -> bytes:
    """Return the record as an ISO 19115-3 document, valid against its schema; `carried` says what it cannot hold."""
    declared = {prefix: NAMESPACES[prefix] for prefix in _PREFIXES} | {"gco": NAMESPACES["gco3"]}
    root = etree.Element(qname("mdb:MD_Metadata"), nsmap=declared)
    _write_head(root, record)
    _write_identification(add(root, "mdb:identificationInfo", "mri:MD_DataIdentification"), record)
    _write_distribution(root, record)
    if record.lineage:
        add_text(add(root, "mdb:resourceLineage", "mrl:LI_Lineage"), "mrl:statement", record.lineage)
    if record.platforms or record.instruments or record.projects:
        acquired = add(root, "mdb:acquisitionInformation", "mac:MI_AcquisitionInformation")
        need_code(add(acquired, "mac:scope", "mcc:MD_Scope"), "mcc:level", "MD_ScopeCode", record.type)
        write_acquisition(acquired, record, BUILD)
    return to_bytes(root)


def _write_head(root: etree._Element, record: Record) -> None:
    add_text(add(root, "mdb:metadataIdentifier", "mcc:MD_Identifier"), "mcc:code", record.identifier)
    if record.language:
        _write_locale(root, "mdb:defaultLocale", record.language)
    if record.parent_identifier:
        _write_reference(root, "mdb:parentMetadata", record.parent_identifier)
    if record.type:
        scope = add(root, "mdb:metadataScope", "mdb:MD_MetadataScope")
        add_code(scope, "mdb:resourceScope", "MD_ScopeCode", record.type)
    contacts = _contacts_of(record, ContactScope.METADATA)
    for contact in contacts:
        write_contact(add(root, "mdb:contact"), contact)
    if not contacts:
        nothing(root, "mdb:contact")
    stamps = ((record.created, DateTypeCode.CREATION), (record.datestamp, DateTypeCode.REVISION))
    written = [(date, kind) for date, kind in stamps if date and is_writable(date)]
    for date, kind in written:
        _write_date(root, "mdb:dateInfo", date, kind)
    if not written:
        nothing(root, "mdb:dateInfo")
    standard = add(root, "mdb:metadataStandard", "cit:CI_Citation")
    add_text(standard, "cit:title", "ISO 19115-3")
    add_text(standard, "cit:edition", "2016")


def _write_locale(parent: etree._Element, name: str, language: str) -> None:
    locale = add(parent, name, "lan:PT_Locale")
    add_code(locale, "lan:language", "LanguageCode", language)
    add_code(locale, "lan:characterEncoding", "MD_CharacterSetCode", "utf8")


def _write_reference(parent: etree._Element, name: str, identifier: str) -> None:
    """Append a property that cites the record of this identifier."""
    citation = add(parent, name, "cit:CI_Citation")
    nothing(citation, "cit:title")
    add_text(add(citation, "cit:identifier", "mcc:MD_Identifier"), "mcc:code", identifier)


def _contacts_of(record: Record, scope: ContactScope) -> list[Contact]:
    return [contact for contact in record.contacts if contact.scope is scope]


def _write_date(parent: etree._Element, name: str, date: Date, kind: Code | None) -> None:
    holder = add(parent, name, "cit:CI_Date")
    need_date(holder, "cit:date", date)
    need_code(holder, "cit:dateType", "CI_DateTypeCode", kind)


def _write_identification(element: etree._Element, record: Record) -> None:
    _write_citation(add(element, "mri:citation", "cit:CI_Citation"), record)
    need_text(element, "mri:abstract", record.abstract)
    add_text(element, "mri:purpose", record.purpose)
    for contact in _contacts_of(record, ContactScope.RESOURCE):
        write_contact(add(element, "mri:pointOfContact"), contact)
    for topic in record.topic_categories:
        add(element, "mri:topicCategory", "mri:MD_TopicCategoryCode").text = topic
    write_extents(element, "mri:extent", record, BUILD)
    if record.processing_level:
        add_text(add(element, "mri:processingLevel", "mcc:MD_Identifier"), "mcc:code", record.processing_level)
    for link in filter(is_picture, record.links):
        _write_picture(add(element, "mri:graphicOverview", "mcc:MD_BrowseGraphic"), link)
    for _, group in groupby(keywords_of(record), key=lambda keyword: (keyword.type, keyword.thesaurus)):
        _write_keywords(add(element, "mri:descriptiveKeywords", "mri:MD_Keywords"), list(group))
    _write_rights(element, record)
    for relation in record.relations:
        _write_relation(add(element, "mri:associatedResource", "mri:MD_AssociatedResource"), relation)
    for number, language in enumerate(record.languages):
        _write_locale(element, "mri:otherLocale" if number else "mri:defaultLocale", language)


def _write_citation(element: etree._Element, record: Record) -> None:
    need_text(element, "cit:title", record.title)
    add_texts(element, "cit:alternateTitle", record.alternate_titles)
    for found in record.dates:
        if is_writable(found.date):
            _write_date(element, "cit:date", found.date, found.type)
    add_text(element, "cit:edition", record.edition)
    for identifier in record.identifiers:
        holder = add(element, "cit:identifier", "mcc:MD_Identifier")
        add_text(holder, "mcc:code", identifier.code)
        add_text(holder, "mcc:codeSpace", identifier.codespace)
    add_text(element, "cit:otherCitationDetails", record.citation)


def _write_keywords(element: etree._Element, keywords: list[Keyword]) -> None:
    for keyword in keywords:
        add_anchor(element, "mri:keyword", keyword.term, uri(keyword.uri) if keyword.uri else None)
    add_code(element, "mri:type", "MD_KeywordTypeCode", keywords[0].type)
    if keywords[0].thesaurus:
        add_text(add(element, "mri:thesaurusName", "cit:CI_Citation"), "cit:title", keywords[0].thesaurus)


def _write_rights(element: etree._Element, record: Record) -> None:
    if record.licence:
        _write_licence(add(element, "mri:resourceConstraints", "mco:MD_LegalConstraints"), record.licence)
    for constraint in record.constraints:
        _write_constraint(element, constraint)
    if record.access:
        _write_access(add(element, "mri:resourceConstraints", "mco:MD_SecurityConstraints"), record.access)


def _write_licence(element: etree._Element, licence: Licence) -> None:
    address = uri(licence.url) if licence.url else None
    add_code(element, "mco:useConstraints", "MD_RestrictionCode", RestrictionCode.LICENSE)
    add_anchor(element, "mco:otherConstraints", licence.name or address or "", address)


def _write_constraint(parent: etree._Element, constraint: Constraint) -> None:
    if constraint.kind is ConstraintKind.USE_LIMITATION:
        if constraint.text:
            add_text(add(parent, "mri:resourceConstraints", "mco:MD_Constraints"), "mco:useLimitation", constraint.text)
    elif constraint.kind is ConstraintKind.OTHER:
        if constraint.text:
            add_text(add(parent, "mri:resourceConstraints", "mco:MD_LegalConstraints"), "mco:otherConstraints", constraint.text)
    else:
        block = add(parent, "mri:resourceConstraints", "mco:MD_LegalConstraints")
        need_code(block, _CODED[constraint.kind], "MD_RestrictionCode", constraint.code)
        add_text(block, "mco:otherConstraints", constraint.text)


def _write_access(element: etree._Element, access: Access) -> None:
    level = "unclassified" if access.level is AccessLevel.OPEN else "restricted"
    add_code(element, "mco:classification", "MD_ClassificationCode", level)
    add_text(element, "mco:userNote", access_note(access))


def _write_relation(element: etree._Element, relation: Relation) -> None:
    if relation.title:
        add_text(add(element, "mri:name", "cit:CI_Citation"), "cit:title", relation.title)
    add_code(element, "mri:associationType", "DS_AssociationTypeCode", relation.type)
    _write_reference(element, "mri:metadataReference", relation.identifier)


def _write_distribution(root: etree._Element, record: Record) -> None:
    contacts = _contacts_of(record, ContactScope.DISTRIBUTION)
    links = [link for link in record.links if not is_picture(link)]
    counted = record.size is not None or record.object_count is not None
    if not (contacts or links or counted or record.formats):
        return
    distribution = add(root, "mdb:distributionInfo", "mrd:MD_Distribution")
    for data_format in record.formats:
        citation = add(distribution, "mrd:distributionFormat", "mrd:MD_Format", "mrd:formatSpecificationCitation", "cit:CI_Citation")
        add_text(citation, "cit:title", data_format.name)
        add_text(citation, "cit:edition", data_format.version)
    for contact in contacts:
        write_contact(add(distribution, "mrd:distributor", "mrd:MD_Distributor", "mrd:distributorContact"), contact)
    if counted or links:
        options = add(distribution, "mrd:transferOptions", "mrd:MD_DigitalTransferOptions")
        if record.object_count is not None:
            add_text(options, "mrd:unitsOfDistribution", f"{record.object_count}{OBJECTS_UNIT}")
        if record.size is not None:
            add_value(options, "mrd:transferSize", "Real", f"{Decimal(record.size).scaleb(-6).normalize():f}")
        for link in links:
            _write_link(add(options, "mrd:onLine", "cit:CI_OnlineResource"), link)


def _write_picture(element: etree._Element, link: Link) -> None:
    add_text(element, "mcc:fileName", link.url)
    add_text(element, "mcc:fileDescription", link.description)
    add_text(element, "mcc:fileType", link.media_type)


def _write_link(element: etree._Element, link: Link) -> None:
    add_text(element, "cit:linkage", link.url)
    add_text(element, "cit:protocol", link.protocol)
    if link.media_type:
        kind = add(element, "cit:name", "gcx:MimeFileType", type=legal(link.media_type))
        kind.text = legal(link.name or "")
    else:
        add_text(element, "cit:name", link.name)
    add_text(element, "cit:description", link.description)
    add_code(element, "cit:function", "CI_OnLineFunctionCode", link.function)
