"""From a Record to an ISO 19139 document: gmi:MI_Metadata where it has platforms, instruments or projects, else gmd:MD_Metadata."""

from decimal import Decimal
from itertools import groupby
from typing import Final

from lxml import etree

from mappings.formats.iso19139.building import (
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
from mappings.formats.iso19139.reading import CREATED_NOTE
from mappings.formats.shared.iso.acquiring import write_acquisition
from mappings.formats.shared.iso.building import add, is_writable, uri
from mappings.formats.shared.iso.keywords import LATER_TOPICS, keywords_of
from mappings.formats.shared.iso.links import is_picture
from mappings.formats.shared.iso.locating import write_extents
from mappings.formats.shared.iso.rights import access_note
from mappings.formats.shared.iso.values import OBJECTS_UNIT
from mappings.xml import NAMESPACES, legal, qname, to_bytes
from records.codes import AccessLevel, ConstraintKind, ContactScope, RestrictionCode
from records.model import Access, Constraint, Contact, Identifier, Keyword, Licence, Link, Record, Relation

_PREFIXES: Final = ("gmd", "gmi", "gco", "gmx", "gml", "xlink")
_CODED: Final = {ConstraintKind.ACCESS: "gmd:accessConstraints", ConstraintKind.USE: "gmd:useConstraints"}


def write(record: Record) -> bytes:
    """Return the record as an ISO 19139 document, valid against its schema; `carried` says what it cannot hold."""
    acquired = bool(record.platforms or record.instruments or record.projects)
    name = "gmi:MI_Metadata" if acquired else "gmd:MD_Metadata"
    root = etree.Element(qname(name), nsmap={prefix: NAMESPACES[prefix] for prefix in _PREFIXES})
    _write_head(root, record)
    _write_identification(add(root, "gmd:identificationInfo", "gmd:MD_DataIdentification"), record)
    if record.processing_level:
        _write_level(root, record.processing_level)
    _write_distribution(root, record)
    if record.lineage:
        quality = add(root, "gmd:dataQualityInfo", "gmd:DQ_DataQuality")
        scope = add(quality, "gmd:scope", "gmd:DQ_Scope")
        need_code(scope, "gmd:level", "MD_ScopeCode", record.type)
        add_text(add(quality, "gmd:lineage", "gmd:LI_Lineage"), "gmd:statement", record.lineage)
    if record.created:
        maintenance = add(root, "gmd:metadataMaintenance", "gmd:MD_MaintenanceInformation")
        nothing(maintenance, "gmd:maintenanceAndUpdateFrequency")
        add_text(maintenance, "gmd:maintenanceNote", f"{CREATED_NOTE}{record.created}")
    if acquired:
        write_acquisition(add(root, "gmi:acquisitionInformation", "gmi:MI_AcquisitionInformation"), record, BUILD)
    return to_bytes(root)


def _write_head(root: etree._Element, record: Record) -> None:
    add_text(root, "gmd:fileIdentifier", record.identifier)
    add_code(root, "gmd:language", "LanguageCode", record.language)
    add_code(root, "gmd:characterSet", "MD_CharacterSetCode", "utf8")
    add_text(root, "gmd:parentIdentifier", record.parent_identifier)
    add_code(root, "gmd:hierarchyLevel", "MD_ScopeCode", record.type)
    contacts = _contacts_of(record, ContactScope.METADATA)
    for contact in contacts:
        _write_contact(add(root, "gmd:contact"), contact)
    if not contacts:
        nothing(root, "gmd:contact")
    need_date(root, "gmd:dateStamp", record.datestamp)
    part_two = root.tag == qname("gmi:MI_Metadata")
    add_text(root, "gmd:metadataStandardName", "ISO 19115-2:2009" if part_two else "ISO 19115:2003")
    add_text(root, "gmd:metadataStandardVersion", "ISO 19139-2:2012" if part_two else "ISO 19139:2007")


def _contacts_of(record: Record, scope: ContactScope) -> list[Contact]:
    return [contact for contact in record.contacts if contact.scope is scope]


def _write_identification(element: etree._Element, record: Record) -> None:
    _write_citation(add(element, "gmd:citation", "gmd:CI_Citation"), record)
    need_text(element, "gmd:abstract", record.abstract)
    add_text(element, "gmd:purpose", record.purpose)
    for contact in _contacts_of(record, ContactScope.RESOURCE):
        _write_contact(add(element, "gmd:pointOfContact"), contact)
    for link in filter(is_picture, record.links):
        _write_picture(add(element, "gmd:graphicOverview", "gmd:MD_BrowseGraphic"), link)
    for _, group in groupby(keywords_of(record, LATER_TOPICS), key=lambda keyword: (keyword.type, keyword.thesaurus)):
        _write_keywords(add(element, "gmd:descriptiveKeywords", "gmd:MD_Keywords"), list(group))
    _write_rights(element, record)
    for relation in record.relations:
        _write_relation(add(element, "gmd:aggregationInfo", "gmd:MD_AggregateInformation"), relation)
    for language in record.languages:
        add_code(element, "gmd:language", "LanguageCode", language)
    if not record.languages:
        nothing(element, "gmd:language")
    for topic in (topic for topic in record.topic_categories if topic not in LATER_TOPICS):
        add(element, "gmd:topicCategory", "gmd:MD_TopicCategoryCode").text = topic
    write_extents(element, "gmd:extent", record, BUILD)


def _write_citation(element: etree._Element, record: Record) -> None:
    need_text(element, "gmd:title", record.title)
    add_texts(element, "gmd:alternateTitle", record.alternate_titles)
    dates = [found for found in record.dates if is_writable(found.date)]
    for found in dates:
        holder = add(element, "gmd:date", "gmd:CI_Date")
        need_date(holder, "gmd:date", found.date)
        need_code(holder, "gmd:dateType", "CI_DateTypeCode", found.type)
    if not dates:
        nothing(element, "gmd:date")
    add_text(element, "gmd:edition", record.edition)
    for identifier in record.identifiers:
        _write_identifier(add(element, "gmd:identifier"), identifier)
    add_text(element, "gmd:otherCitationDetails", record.citation)


def _write_identifier(parent: etree._Element, identifier: Identifier) -> None:
    """Append an MD_Identifier, or the RS_Identifier that has room for a code space."""
    holder = add(parent, "gmd:RS_Identifier" if identifier.codespace else "gmd:MD_Identifier")
    add_text(holder, "gmd:code", identifier.code)
    add_text(holder, "gmd:codeSpace", identifier.codespace)


def _write_contact(parent: etree._Element, contact: Contact) -> None:
    party = add(parent, "gmd:CI_ResponsibleParty")
    add_text(party, "gmd:individualName", contact.individual)
    add_text(party, "gmd:organisationName", contact.organisation)
    add_text(party, "gmd:positionName", contact.position)
    places = (contact.address, contact.city, contact.region, contact.postal_code, contact.country, contact.emails)
    if any(places) or contact.phones or contact.url:
        info = add(party, "gmd:contactInfo", "gmd:CI_Contact")
        if contact.phones:
            add_texts(add(info, "gmd:phone", "gmd:CI_Telephone"), "gmd:voice", contact.phones)
        if any(places):
            address = add(info, "gmd:address", "gmd:CI_Address")
            add_texts(address, "gmd:deliveryPoint", contact.address)
            add_text(address, "gmd:city", contact.city)
            add_text(address, "gmd:administrativeArea", contact.region)
            add_text(address, "gmd:postalCode", contact.postal_code)
            add_text(address, "gmd:country", contact.country)
            add_texts(address, "gmd:electronicMailAddress", contact.emails)
        if contact.url:
            online = add(info, "gmd:onlineResource", "gmd:CI_OnlineResource")
            add(online, "gmd:linkage", "gmd:URL").text = uri(contact.url)
    need_code(party, "gmd:role", "CI_RoleCode", contact.role)


def _write_keywords(element: etree._Element, keywords: list[Keyword]) -> None:
    for keyword in keywords:
        add_anchor(element, "gmd:keyword", keyword.term, uri(keyword.uri) if keyword.uri else None)
    add_code(element, "gmd:type", "MD_KeywordTypeCode", keywords[0].type)
    if keywords[0].thesaurus:
        citation = add(element, "gmd:thesaurusName", "gmd:CI_Citation")
        add_text(citation, "gmd:title", keywords[0].thesaurus)
        nothing(citation, "gmd:date")


def _write_rights(element: etree._Element, record: Record) -> None:
    if record.licence:
        _write_licence(add(element, "gmd:resourceConstraints", "gmd:MD_LegalConstraints"), record.licence)
    for constraint in record.constraints:
        _write_constraint(element, constraint)
    if record.access:
        _write_access(add(element, "gmd:resourceConstraints", "gmd:MD_SecurityConstraints"), record.access)


def _write_licence(element: etree._Element, licence: Licence) -> None:
    address = uri(licence.url) if licence.url else None
    add_code(element, "gmd:useConstraints", "MD_RestrictionCode", RestrictionCode.LICENSE)
    add_anchor(element, "gmd:otherConstraints", licence.name or address or "", address)


def _write_constraint(parent: etree._Element, constraint: Constraint) -> None:
    if constraint.kind is ConstraintKind.USE_LIMITATION:
        if constraint.text:
            add_text(add(parent, "gmd:resourceConstraints", "gmd:MD_Constraints"), "gmd:useLimitation", constraint.text)
    elif constraint.kind is ConstraintKind.OTHER:
        if constraint.text:
            add_text(add(parent, "gmd:resourceConstraints", "gmd:MD_LegalConstraints"), "gmd:otherConstraints", constraint.text)
    else:
        block = add(parent, "gmd:resourceConstraints", "gmd:MD_LegalConstraints")
        need_code(block, _CODED[constraint.kind], "MD_RestrictionCode", constraint.code)
        add_text(block, "gmd:otherConstraints", constraint.text)


def _write_access(element: etree._Element, access: Access) -> None:
    level = "unclassified" if access.level is AccessLevel.OPEN else "restricted"
    add_code(element, "gmd:classification", "MD_ClassificationCode", level)
    add_text(element, "gmd:userNote", access_note(access))


def _write_relation(element: etree._Element, relation: Relation) -> None:
    if relation.title:
        citation = add(element, "gmd:aggregateDataSetName", "gmd:CI_Citation")
        add_text(citation, "gmd:title", relation.title)
        nothing(citation, "gmd:date")
    add_text(add(element, "gmd:aggregateDataSetIdentifier", "gmd:MD_Identifier"), "gmd:code", relation.identifier)
    add_code(element, "gmd:associationType", "DS_AssociationTypeCode", relation.type)


def _write_level(root: etree._Element, level: str) -> None:
    content = add(root, "gmd:contentInfo", "gmd:MD_ImageDescription")
    nothing(content, "gmd:attributeDescription")
    nothing(content, "gmd:contentType")
    add_text(add(content, "gmd:processingLevelCode", "gmd:MD_Identifier"), "gmd:code", level)


def _write_distribution(root: etree._Element, record: Record) -> None:
    contacts = _contacts_of(record, ContactScope.DISTRIBUTION)
    links = [link for link in record.links if not is_picture(link)]
    counted = record.size is not None or record.object_count is not None
    if not (contacts or links or counted or record.formats):
        return
    distribution = add(root, "gmd:distributionInfo", "gmd:MD_Distribution")
    for data_format in record.formats:
        holder = add(distribution, "gmd:distributionFormat", "gmd:MD_Format")
        add_text(holder, "gmd:name", data_format.name)
        need_text(holder, "gmd:version", data_format.version)
    for contact in contacts:
        _write_contact(add(distribution, "gmd:distributor", "gmd:MD_Distributor", "gmd:distributorContact"), contact)
    if counted or links:
        options = add(distribution, "gmd:transferOptions", "gmd:MD_DigitalTransferOptions")
        if record.object_count is not None:
            add_text(options, "gmd:unitsOfDistribution", f"{record.object_count}{OBJECTS_UNIT}")
        if record.size is not None:
            add_value(options, "gmd:transferSize", "Real", f"{Decimal(record.size).scaleb(-6).normalize():f}")
        for link in links:
            _write_link(add(options, "gmd:onLine", "gmd:CI_OnlineResource"), link)


def _write_picture(element: etree._Element, link: Link) -> None:
    add_text(element, "gmd:fileName", link.url)
    add_text(element, "gmd:fileDescription", link.description)
    add_text(element, "gmd:fileType", link.media_type)


def _write_link(element: etree._Element, link: Link) -> None:
    add(element, "gmd:linkage", "gmd:URL").text = uri(link.url)
    add_text(element, "gmd:protocol", link.protocol)
    if link.media_type:
        kind = add(element, "gmd:name", "gmx:MimeFileType", type=legal(link.media_type))
        kind.text = legal(link.name or "")
    else:
        add_text(element, "gmd:name", link.name)
    add_text(element, "gmd:description", link.description)
    add_code(element, "gmd:function", "CI_OnLineFunctionCode", link.function)
