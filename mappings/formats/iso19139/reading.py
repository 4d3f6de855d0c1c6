"""From an ISO 19139 document to a Record: the table of rules, and what is made of several of them."""

from typing import Final, cast

from lxml import etree

from mappings.formats.format import derived_identifier
from mappings.formats.iso19139.contacts import contact
from mappings.formats.iso19139.links import data_set_uri, relation
from mappings.formats.iso19139.structure import CHILDREN
from mappings.formats.shared.iso.acquisition import acquisition
from mappings.formats.shared.iso.elements import code, language, line, literal, resolve_references, said, text, words
from mappings.formats.shared.iso.extents import extents, interval
from mappings.formats.shared.iso.identifiers import identifier
from mappings.formats.shared.iso.keywords import keyword_group, lift
from mappings.formats.shared.iso.links import browse_graphic, coupled_resource, online_resource, operation
from mappings.formats.shared.iso.rights import merged, rights
from mappings.formats.shared.iso.structure import report_misplaced
from mappings.formats.shared.iso.values import level, megabytes, objects, one_size, resource_date
from mappings.rules import Many, Maybe, One, Problems, clean_line, date, read_once
from mappings.xml import NAMESPACES, local_name, namespace, qname, root_of
from records.codes import ContactScope, ScopeCode, TopicCategoryCode
from records.dates import Date
from records.errors import FormatError
from records.model import Contact, DataFormat, Link, Record, Source

NAME: Final = "iso19139"
ROOTS: Final = (qname("gmd:MD_Metadata"), qname("gmi:MI_Metadata"))
SERIES: Final = qname("gmd:DS_Series")
OTHER_ROOTS: Final = (
    "{http://standards.iso.org/iso/19115/-2/gmi/1.0}MI_Metadata",
    "{http://sdi.eurac.edu/metadata/iso19139-2/schema/gmi}MI_Metadata",
)
"""MI_Metadata in the namespace of ISO's later schema of part 2, and in one that GeoNetwork once used; read as gmi."""
CREATED_NOTE: Final = "Metadata created: "
"""How a maintenance note begins that says when the metadata were first made, for which ISO 19115:2003 has no element."""


def data_format(element: etree._Element, problems: Problems) -> DataFormat | None:
    """An MD_Format."""
    del problems
    name = said(element, "name")
    return DataFormat(name=name, version=said(element, "version")) if name else None


def creation(element: etree._Element, problems: Problems) -> Date | None:
    """A maintenance note that says when the metadata were first made; None for any other note."""
    note = clean_line(words(element)) or ""
    if not note.startswith(CREATED_NOTE):
        return None
    try:
        return Date.parse(note.removeprefix(CREATED_NOTE))
    except ValueError:
        problems.add("bad-date", f"not a date: {note[:80]!r}", element)
        return None


# Relative to gmd:MD_Metadata or gmi:MI_Metadata.
IDENTIFIER: Final = One("identifier", "gmd:fileIdentifier", literal)
PARENT: Final = Maybe("parent_identifier", "gmd:parentIdentifier", literal)
TYPE: Final = Many("type", "gmd:hierarchyLevel", code(ScopeCode))
LANGUAGE: Final = Maybe("language", "gmd:language", language)
DATESTAMP: Final = Maybe("datestamp", "gmd:dateStamp", date)
CREATED: Final = Maybe("created", "gmd:metadataMaintenance/*/gmd:maintenanceNote", creation)
LINEAGE: Final = Many("lineage", "gmd:dataQualityInfo/*/gmd:lineage/*/gmd:statement", text)
STEPS: Final = Many("lineage", "gmd:dataQualityInfo/*/gmd:lineage/*/gmd:processStep/*/gmd:description", text)
FORMATS: Final = Many("formats", "gmd:distributionInfo//gmd:MD_Format", data_format)
SIZES: Final = Many("size", "gmd:distributionInfo//gmd:transferSize", megabytes)
OBJECT_COUNT: Final = Maybe("object_count", "gmd:distributionInfo//gmd:unitsOfDistribution", objects)
LINKS: Final = Many("links", "gmd:distributionInfo//gmd:onLine/*", online_resource)
DATA_SET: Final = Many("links", "gmd:dataSetURI", data_set_uri)
METADATA_CONTACTS: Final = Many("contacts", "gmd:contact/*", contact(ContactScope.METADATA))
DISTRIBUTORS: Final = Many("contacts", "gmd:distributionInfo//gmd:distributorContact/*", contact(ContactScope.DISTRIBUTION))
CODED_LEVEL: Final = Maybe("processing_level", "gmd:contentInfo/*/gmd:processingLevelCode", level)

# Relative to the same, since a document may identify its resource in several ways (as data and as services, for instance).
CONTACTS: Final = Many("contacts", "gmd:identificationInfo/*/gmd:pointOfContact/*", contact(ContactScope.RESOURCE))
AUTHORS: Final = Many("contacts", "gmd:identificationInfo/*/gmd:citation/*/gmd:citedResponsibleParty/*", contact(ContactScope.RESOURCE))
KEYWORDS: Final = Many(
    "keywords",
    "gmd:identificationInfo/*/gmd:descriptiveKeywords/gmd:MD_Keywords | gmd:identificationInfo/*/srv:keywords/gmd:MD_Keywords",
    read_once(keyword_group),
)
TOPICS: Final = Many("topic_categories", "gmd:identificationInfo/*/gmd:topicCategory", code(TopicCategoryCode))
EXTENTS: Final = Many("extents", "gmd:identificationInfo/*/gmd:extent/* | gmd:identificationInfo/*/srv:extent/*", extents)
INTERVALS: Final = Many(
    "intervals",
    "gmd:identificationInfo/*/gmd:extent//gmd:temporalElement/*/gmd:extent/*"
    " | gmd:identificationInfo/*/srv:extent//gmd:temporalElement/*/gmd:extent/*",
    interval,
)
RIGHTS: Final = Many("constraints", "gmd:identificationInfo/*/gmd:resourceConstraints/*", read_once(rights))
RESOURCE_FORMATS: Final = Many("formats", "gmd:identificationInfo/*/gmd:resourceFormat/gmd:MD_Format", data_format)
GRAPHICS: Final = Many("links", "gmd:identificationInfo/*/gmd:graphicOverview/*", browse_graphic)
OPERATIONS: Final = Many("links", "gmd:identificationInfo/*/srv:containsOperations/*", operation)
RELATIONS: Final = Many("relations", "gmd:identificationInfo/*/gmd:aggregationInfo/*", relation)
COUPLED: Final = Many("relations", "gmd:identificationInfo/*/srv:operatesOn", coupled_resource)

# Relative to the one MD_DataIdentification or SV_ServiceIdentification that the record is about.
TITLE: Final = One("title", "gmd:citation/*/gmd:title", line)
ALTERNATE_TITLES: Final = Many("alternate_titles", "gmd:citation/*/gmd:alternateTitle", line)
DATES: Final = Many("dates", "gmd:citation/*/gmd:date/gmd:CI_Date", resource_date)
EDITION: Final = Maybe("edition", "gmd:citation/*/gmd:edition", line)
IDENTIFIERS: Final = Many("identifiers", "gmd:citation/*/gmd:identifier/* | gmd:citation/*/gmd:ISBN | gmd:citation/*/gmd:ISSN", identifier)
CITATION: Final = Maybe("citation", "gmd:citation/*/gmd:otherCitationDetails", text)
ABSTRACT: Final = Maybe("abstract", "gmd:abstract", text)
PURPOSE: Final = Maybe("purpose", "gmd:purpose", text)
LANGUAGES: Final = Many("languages", "gmd:language", language)
LEVEL: Final = Maybe("processing_level", "gmd:processingLevel", level)

REFERENCES: Final = etree.XPath("descendant::*/@xlink:href/parent::gmd:*[not(*)]", namespaces=NAMESPACES)
_identifications = etree.XPath("gmd:identificationInfo/*", namespaces=NAMESPACES)


def read(content: bytes, top: object = None) -> Record:
    """Return the Record of an ISO 19139 document.

    Raises:
        FormatError: not well-formed, not of this format, without any content, or of several records.
    """
    problems = Problems()
    root = metadata(root_of(content, top))
    resolve_references(root, cast("list[etree._Element]", REFERENCES(root)), problems)
    report_misplaced(root, CHILDREN, problems)
    main = identification(root, problems)
    found_identifier = IDENTIFIER(root, problems)
    acquired = acquisition(root, problems)
    groups = KEYWORDS(root, problems)
    keywords = lift((keyword for group in groups for keyword in group), acquired)
    limits = merged(RIGHTS(root, problems))
    return Record(
        identifier=found_identifier or derived_identifier(content),
        parent_identifier=PARENT(root, problems),
        type=_type(root, problems),
        title=TITLE(main, problems),
        alternate_titles=ALTERNATE_TITLES(main, problems),
        abstract=ABSTRACT(main, problems),
        purpose=PURPOSE(main, problems),
        language=LANGUAGE(root, problems),
        languages=LANGUAGES(main, problems),
        identifiers=IDENTIFIERS(main, problems),
        edition=EDITION(main, problems),
        keywords=keywords.keywords,
        topic_categories=tuple(dict.fromkeys(TOPICS(root, problems) + keywords.topics)),
        domain=keywords.domain,
        cnes_categories=keywords.cnes_categories,
        contacts=_contacts(root, problems),
        created=CREATED(root, problems),
        datestamp=DATESTAMP(root, problems),
        dates=DATES(main, problems),
        intervals=INTERVALS(root, problems),
        extents=tuple(dict.fromkeys(extent for group in EXTENTS(root, problems) for extent in group)),
        platforms=keywords.platforms,
        instruments=keywords.instruments,
        projects=keywords.projects,
        processing_level=LEVEL(main, problems) or CODED_LEVEL(root, problems),
        formats=tuple(dict.fromkeys(FORMATS(root, problems) + RESOURCE_FORMATS(root, problems))),
        size=one_size(SIZES(root, problems), SIZES.path, problems),
        object_count=OBJECT_COUNT(root, problems),
        lineage="\n\n".join(LINEAGE(root, problems) or STEPS(root, problems)) or None,
        constraints=limits.constraints,
        licence=limits.licence,
        access=limits.access,
        links=_links(root, problems),
        relations=tuple(dict.fromkeys(RELATIONS(root, problems) + COUPLED(root, problems))),
        citation=CITATION(main, problems),
        source=Source(content=content, format=NAME),
        problems=problems.found(),
    )


def metadata(root: etree._Element) -> etree._Element:
    """Return the metadata element of a document: its root, or the only one within a DS_Series."""
    if root.tag in OTHER_ROOTS:
        _rename(root)
    found = [root] if root.tag in ROOTS else list(root.iter(*ROOTS)) if root.tag == SERIES else []
    if not found:
        raise FormatError("the document is no gmd:MD_Metadata and no gmi:MI_Metadata")
    if len(found) > 1:
        raise FormatError(f"the series holds {len(found)} metadata documents; a record is one")
    if not any(part.text and part.text.strip() for part in found[0].iter(etree.Element)):
        raise FormatError("the document holds nothing")
    return found[0]


def _rename(root: etree._Element) -> None:
    """Bring all elements of the root's namespace into the namespace of gmi."""
    other = namespace(root)
    for element in root.iter(f"{{{other}}}*"):
        element.tag = qname(f"gmi:{local_name(element)}")


def identification(root: etree._Element, problems: Problems) -> etree._Element:
    """Return the identification that the record is about: the first of data, or else the first."""
    found = cast("list[etree._Element]", _identifications(root))
    if not found:
        problems.add("no-identification", "the document does not identify what it describes", "gmd:identificationInfo")
        return etree.Element("nothing")
    main = next((one for one in found if one.tag == qname("gmd:MD_DataIdentification")), found[0])
    for other in found:
        if other is not main:
            problems.add("several-identifications", "title, abstract and dates of a further identification were not read", other)
    return main


def _type(root: etree._Element, problems: Problems) -> ScopeCode | None:
    found = TYPE(root, problems)
    if len(found) > 1:
        problems.add("several-types", f"the document is of several types ({', '.join(found)}); the first is kept", TYPE.path)
    return found[0] if found else None


def _contacts(root: etree._Element, problems: Problems) -> tuple[Contact, ...]:
    rules = (METADATA_CONTACTS, CONTACTS, AUTHORS, DISTRIBUTORS)
    return tuple(dict.fromkeys(found for rule in rules for found in rule(root, problems)))


def _links(root: etree._Element, problems: Problems) -> tuple[Link, ...]:
    """Return the links, pictures last; the address of the data set only where no other link has it."""
    found = (*LINKS(root, problems), *(link for group in OPERATIONS(root, problems) for link in group))
    pictures = GRAPHICS(root, problems)
    known = {link.url for link in (*found, *pictures)}
    address = (link for link in DATA_SET(root, problems) if link.url not in known)
    return tuple(dict.fromkeys((*found, *address, *pictures)))
