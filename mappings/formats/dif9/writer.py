"""From a Record to DIF 9, valid against dif_v9.9.3.xsd.

An element that the schema demands and the record has nothing for holds "Not provided", which the reader reads as nothing. What the
elements do not hold exactly travels in Extended_Metadata, so nothing of a record is lost.
"""

from typing import Final

from lxml import etree

from mappings.formats.dif9.reader import members_of
from mappings.formats.shared.dif import codes, writing
from mappings.formats.shared.dif.document import write_dif
from mappings.formats.shared.dif.elements import NAMESPACE, NOT_PROVIDED, add, add_if
from records.codes import ConstraintKind, KeywordTypeCode, RelationType, RoleCode
from records.model import EARTH, Contact, Keyword, Record

_OWN_PLACE: Final = frozenset({codes.SCIENCE_KEYWORDS, codes.LOCATIONS, codes.PROGRESS})
"""Thesauri whose keywords have an element of their own."""

_DISCIPLINE: Final = ("Discipline_Name", "Subdiscipline", "Detailed_Subdiscipline")


def write(record: Record) -> bytes:
    """Return the record as a DIF 9."""
    return write_dif(record, _build, members_of)


def carried(record: Record) -> Record:
    """Return the record itself: Extended_Metadata takes what the elements of DIF 9 cannot hold."""
    return record


def _build(root: etree._Element, record: Record) -> None:
    _describe(root, record)
    _cover(root, record)
    _distribute(root, record)
    _account(root, record)


def _describe(root: etree._Element, record: Record) -> None:
    """Entry_ID to Source_Name."""
    add(root, "Entry_ID", record.identifier)
    add(root, "Entry_Title", record.title or NOT_PROVIDED)
    _citations(root, record)
    for contact in record.contacts:
        role = writing.personnel_role(contact)
        if role is not None:
            element = add(root, "Personnel")
            add(element, "Role", role)
            _person(element, contact, contact.organisation or contact.position)
    _keywords(root, record)
    for instrument in record.instruments:
        writing.short_and_long(add(root, "Sensor_Name"), instrument.name, instrument.long_name)
    for platform in record.platforms:
        writing.short_and_long(add(root, "Source_Name"), platform.name, platform.long_name)


def _citations(root: etree._Element, record: Record) -> None:
    page = writing.landing_page(record)
    dois = writing.dois(record)
    element = etree.Element(f"{{{NAMESPACE}}}Data_Set_Citation")
    writing.citation(element, record, record.edition, page or (dois[0] if dois else None))
    if len(element) or page or dois:
        root.append(element)
        add_if(element, "Dataset_DOI", dois[0] if dois else None)
        add_if(element, "Online_Resource", page)
    for doi in dois[1:]:
        add(add(root, "Data_Set_Citation"), "Dataset_DOI", doi)


def _person(element: etree._Element, contact: Contact, group: str | None) -> None:
    """Append the parts of a Personnel behind its role; a group or an organisation stands as a last name."""
    if contact.individual:
        writing.person_name(element, contact.individual)
    else:
        add(element, "Last_Name", group or NOT_PROVIDED)
    for email in contact.emails:
        add(element, "Email", email)
    for phone in contact.phones:
        add(element, "Phone", phone)
    if any((contact.address, contact.city, contact.region, contact.postal_code, contact.country)):
        where = add(element, "Contact_Address")
        for street in contact.address:
            add(where, "Address", street)
        add_if(where, "City", contact.city)
        add_if(where, "Province_or_State", contact.region)
        add_if(where, "Postal_Code", contact.postal_code)
        add_if(where, "Country", contact.country)


def _keywords(root: etree._Element, record: Record) -> None:
    for keyword in record.keywords:
        if _is_discipline(keyword):
            writing.levels(root, "Discipline", keyword, _DISCIPLINE, 1)
    terms = writing.of_list(record, codes.SCIENCE_KEYWORDS)
    for keyword in terms:
        writing.levels(root, "Parameters", keyword, writing.KEYWORD_LEVELS, 3)
    if not terms:
        element = add(root, "Parameters")
        for name in writing.KEYWORD_LEVELS[:3]:
            add(element, name, NOT_PROVIDED)
    writing.topics(root, record)
    for keyword in record.keywords:
        if keyword.thesaurus not in _OWN_PLACE and not _is_discipline(keyword):
            add(root, "Keyword", keyword.term)


def _is_discipline(keyword: Keyword) -> bool:
    return keyword.type is KeywordTypeCode.DISCIPLINE and keyword.thesaurus is None


def _cover(root: etree._Element, record: Record) -> None:
    """Temporal_Coverage to Quality."""
    for interval in record.intervals:
        element = add(root, "Temporal_Coverage")
        add_if(element, "Start_Date", interval.begin.text if interval.begin else None)
        add_if(element, "Stop_Date", interval.end.text if interval.end else None)
    progress = writing.of_list(record, codes.PROGRESS)
    add_if(root, "Data_Set_Progress", progress[0].term if progress else None)
    _places(root, record)
    for keyword in writing.of_list(record, codes.LOCATIONS):
        writing.levels(root, "Location", keyword, writing.LOCATION_LEVELS, 1)
    for project in record.projects:
        writing.short_and_long(add(root, "Project"), project.name, project.long_name)
    add_if(root, "Quality", record.lineage)


def _places(root: etree._Element, record: Record) -> None:
    """Append the boxes on the Earth, then the heights. What is on the sky or elsewhere has no place on the Earth's map."""
    here = [extent for extent in record.extents if extent.frame == EARTH]
    for box in (box for extent in here for box in extent.boxes):
        element = add(root, "Spatial_Coverage")
        add(element, "Southernmost_Latitude", writing.number(box.south))
        add(element, "Northernmost_Latitude", writing.number(box.north))
        add(element, "Westernmost_Longitude", writing.number(box.west))
        add(element, "Easternmost_Longitude", writing.number(box.east))
    for low, high in (extent.vertical for extent in here if extent.vertical is not None):
        element = add(root, "Spatial_Coverage")
        add(element, "Minimum_Altitude", f"{writing.number(low)} m")
        add(element, "Maximum_Altitude", f"{writing.number(high)} m")


def _distribute(root: etree._Element, record: Record) -> None:
    """Access_Constraints to Related_URL."""
    uses = (ConstraintKind.USE, ConstraintKind.USE_LIMITATION, ConstraintKind.OTHER)
    add_if(root, "Access_Constraints", writing.words(record.constraints, ConstraintKind.ACCESS))
    add_if(root, "Use_Constraints", _use(record, writing.words(record.constraints, *uses)))
    for language in record.languages:
        add(root, "Data_Set_Language", codes.LANGUAGES.get(language, language))
    origins = (contact.organisation for contact in record.contacts if contact.role is RoleCode.ORIGINATOR)
    add_if(root, "Originating_Center", next((origin for origin in origins if origin), None))
    _centres(root, record)
    writing.distributions(root, record)
    summary = add(root, "Summary")
    add_if(summary, "Abstract", record.abstract)
    add_if(summary, "Purpose", record.purpose)
    for link in record.links:
        element = add(root, "Related_URL")
        writing.content_type(element, link, landing=False)
        add(element, "URL", link.url)
        add_if(element, "Description", link.description or link.name)


def _use(record: Record, words: str | None) -> str | None:
    """The limits of use in words, and the licence, which DIF 9 has no other place for."""
    licence = record.licence
    said = (words, licence.name if licence else None, licence.url if licence else None)
    return "\n\n".join(text for text in said if text) or None


def _centres(root: etree._Element, record: Record) -> None:
    """Append the data centres: the organisations that distribute the data."""
    centres = [contact for contact in record.contacts if contact.role is RoleCode.DISTRIBUTOR and contact.organisation]
    for contact in centres or [Contact()]:
        element = add(root, "Data_Center")
        writing.organisation_name(element, "Data_Center_Name", contact.organisation or NOT_PROVIDED)
        add_if(element, "Data_Center_URL", contact.url)
        people = add(element, "Personnel")
        add(people, "Role", "DATA CENTER CONTACT")
        _person(people, contact, contact.position)


def _account(root: etree._Element, record: Record) -> None:
    """Parent_DIF to Last_DIF_Revision_Date."""
    add_if(root, "Parent_DIF", record.parent_identifier)
    if record.parent_identifier:
        for relation in record.relations:
            if relation.type is RelationType.PARENT:
                add(root, "Parent_DIF", relation.identifier)
    add(root, "Metadata_Name", "CEOS IDN DIF")
    add(root, "Metadata_Version", "VERSION 9.9.3")
    add_if(root, "DIF_Creation_Date", record.created.text if record.created else None)
    add_if(root, "Last_DIF_Revision_Date", record.datestamp.text if record.datestamp else None)
