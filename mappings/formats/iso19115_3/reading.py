"""From an ISO 19115-3 document to a Record: the table of rules, and what is made of several of them."""

import re
from typing import Final, cast

from lxml import etree

from mappings.formats.format import derived_identifier
from mappings.formats.iso19115_3.citing import data_format, documents, parent, relation
from mappings.formats.iso19115_3.contacts import contacts
from mappings.formats.iso19115_3.structure import CHILDREN, IDENTIFICATION
from mappings.formats.shared.iso.acquisition import acquisition
from mappings.formats.shared.iso.elements import code, language, line, literal, resolve_references, text
from mappings.formats.shared.iso.extents import extents, interval
from mappings.formats.shared.iso.identifiers import identifier
from mappings.formats.shared.iso.keywords import keyword_group, lift
from mappings.formats.shared.iso.links import browse_graphic, coupled_resource, online_resource, operation
from mappings.formats.shared.iso.rights import merged, rights
from mappings.formats.shared.iso.structure import report_misplaced
from mappings.formats.shared.iso.values import level, megabytes, objects, one_size, resource_date
from mappings.rules import Many, Maybe, One, Problems, read_once
from mappings.xml import ISO_19115_3, NAMESPACES, local_name, place, qname, root_of
from records.codes import ContactScope, DateTypeCode, ScopeCode, TopicCategoryCode
from records.dates import Date
from records.errors import FormatError
from records.model import Contact, Link, Record, Source

NAME: Final = "iso19115-3"
CHANGES: Final = (DateTypeCode.REVISION, DateTypeCode.LAST_REVISION, DateTypeCode.LAST_UPDATE)
"""What a date of the metadata is called that says when they were last changed."""

# Relative to mdb:MD_Metadata.
IDENTIFIER: Final = One("identifier", "mdb:metadataIdentifier/*/mcc:code", literal)
PARENT: Final = Maybe("parent_identifier", "mdb:parentMetadata", parent)
TYPE: Final = Many("type", "mdb:metadataScope/*/mdb:resourceScope", code(ScopeCode))
LANGUAGE: Final = Maybe("language", "mdb:defaultLocale/*/lan:language", language)
STAMPS: Final = Many("datestamp", "mdb:dateInfo/*", resource_date)
LINEAGE: Final = Many("lineage", "mdb:resourceLineage/*/mrl:statement", text)
STEPS: Final = Many("lineage", "mdb:resourceLineage/*/mrl:processStep/*/mrl:description", text)
FORMATS: Final = Many("formats", "mdb:distributionInfo//mrd:MD_Format", data_format)
SIZES: Final = Many("size", "mdb:distributionInfo//mrd:transferSize", megabytes)
OBJECT_COUNT: Final = Maybe("object_count", "mdb:distributionInfo//mrd:unitsOfDistribution", objects)
LINKS: Final = Many("links", "mdb:distributionInfo//mrd:onLine/*", online_resource)
METADATA_LINKS: Final = Many("links", "mdb:metadataLinkage/*", online_resource)
METADATA_CONTACTS: Final = Many("contacts", "mdb:contact/*", contacts(ContactScope.METADATA))
DISTRIBUTORS: Final = Many("contacts", "mdb:distributionInfo//mrd:distributorContact/*", contacts(ContactScope.DISTRIBUTION))
CODED_LEVEL: Final = Maybe("processing_level", "mdb:contentInfo/*/mrc:processingLevelCode", level)

# Relative to the same, since a document may identify its resource in several ways (as data and as services, for instance).
CONTACTS: Final = Many("contacts", "mdb:identificationInfo/*/mri:pointOfContact/*", contacts(ContactScope.RESOURCE))
AUTHORS: Final = Many("contacts", "mdb:identificationInfo/*/mri:citation/*/cit:citedResponsibleParty/*", contacts(ContactScope.RESOURCE))
KEYWORDS: Final = Many("keywords", "mdb:identificationInfo/*/mri:descriptiveKeywords/mri:MD_Keywords", read_once(keyword_group))
TOPICS: Final = Many("topic_categories", "mdb:identificationInfo/*/mri:topicCategory", code(TopicCategoryCode))
EXTENTS: Final = Many("extents", "mdb:identificationInfo/*/mri:extent/*", extents)
INTERVALS: Final = Many("intervals", "mdb:identificationInfo/*/mri:extent//gex:temporalElement/*/gex:extent/*", interval)
RIGHTS: Final = Many("constraints", "mdb:identificationInfo/*/mri:resourceConstraints/*", read_once(rights))
RESOURCE_FORMATS: Final = Many("formats", "mdb:identificationInfo/*/mri:resourceFormat/mrd:MD_Format", data_format)
GRAPHICS: Final = Many("links", "mdb:identificationInfo/*/mri:graphicOverview/*", browse_graphic)
OPERATIONS: Final = Many("links", "mdb:identificationInfo/*/srv3:containsOperations/*", operation)
CITED: Final = Many("links", "mdb:identificationInfo/*/mri:citation/*/cit:onlineResource/*", online_resource)
DOCUMENTS: Final = Many("links", "mdb:identificationInfo/*/mri:additionalDocumentation/cit:CI_Citation", documents)
RELATIONS: Final = Many("relations", "mdb:identificationInfo/*/mri:associatedResource/*", relation)
COUPLED: Final = Many("relations", "mdb:identificationInfo/*/srv3:operatesOn", coupled_resource)

# Relative to the one MD_DataIdentification or SV_ServiceIdentification that the record is about.
TITLE: Final = One("title", "mri:citation/*/cit:title", line)
ALTERNATE_TITLES: Final = Many("alternate_titles", "mri:citation/*/cit:alternateTitle", line)
DATES: Final = Many("dates", "mri:citation/*/cit:date/cit:CI_Date", resource_date)
EDITION: Final = Maybe("edition", "mri:citation/*/cit:edition", line)
IDENTIFIERS: Final = Many("identifiers", "mri:citation/*/cit:identifier/* | mri:citation/*/cit:ISBN | mri:citation/*/cit:ISSN", identifier)
CITATION: Final = Many("citation", "mri:citation/*/cit:otherCitationDetails", text)
ABSTRACT: Final = Maybe("abstract", "mri:abstract", text)
PURPOSE: Final = Maybe("purpose", "mri:purpose", text)
LANGUAGES: Final = Many("languages", "mri:defaultLocale/*/lan:language | mri:otherLocale/*/lan:language", language)
LEVEL: Final = Maybe("processing_level", "mri:processingLevel", level)

_identifications = etree.XPath("mdb:identificationInfo/*", namespaces=NAMESPACES)
REFERENCES: Final = etree.XPath(
    f"descendant::*/@xlink:href/parent::*[not(*)][not(@uuidref)][starts-with(namespace-uri(), '{ISO_19115_3}')]"
    "[not(self::gcx:*)][not(self::mac:*)]",
    namespaces=NAMESPACES,
)
"""Properties whose content is elsewhere; an anchor is no property, and instruments and platforms point to each other."""


def is_metadata(root: etree._Element) -> bool:
    """Return whether an element is a mdb:MD_Metadata, of whatever version."""
    tag = str(root.tag)
    return tag.startswith(f"{{{ISO_19115_3}mdb/") and tag.endswith("}MD_Metadata")


def read(content: bytes, top: object = None) -> Record:
    """Return the Record of an ISO 19115-3 document.

    Raises:
        FormatError: not well-formed, not of this format, or without any content.
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
    created, datestamp = _stamps(root, problems)
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
        created=created,
        datestamp=datestamp,
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
        citation="\n\n".join(CITATION(main, problems)) or None,
        source=Source(content=content, format=NAME),
        problems=problems.found(),
    )


def metadata(root: etree._Element) -> etree._Element:
    """Return the root of a document, all its elements in the versions of the namespaces that the rules name."""
    if not is_metadata(root):
        raise FormatError("the document is no mdb:MD_Metadata")
    if not any(part.text and part.text.strip() for part in root.iter(etree.Element)):
        raise FormatError("the document holds nothing", path=place(root))
    names: dict[str, str] = {}
    for element in root.iter("{*}*"):
        tag = str(element.tag)
        known = names.get(tag)
        if known is None:
            known = names[tag] = _in_known_version(tag)
        if known != tag:
            element.tag = known
    for service in root.iter(qname("srv3:SV_ServiceIdentification")):
        for part in service.iterchildren("{*}*"):  # pycsw has keywords and extents of services in srv, where no schema has them
            if local_name(part) in IDENTIFICATION:
                part.tag = qname(f"mri:{local_name(part)}")
    return root


_MODULE: Final = re.compile(rf"{{{re.escape(ISO_19115_3)}(\w{{3}})/[\d.]+}}")
_MODULES: Final = {uri.removeprefix(ISO_19115_3).partition("/")[0]: uri for uri in NAMESPACES.values() if uri.startswith(ISO_19115_3)}


def _in_known_version(tag: str) -> str:
    """Return the name of an element in the version of its namespace that the rules name: the versions differ in little that is read."""
    match = _MODULE.match(tag)
    if match is None or match[1] not in _MODULES:
        return tag
    return f"{{{_MODULES[match[1]]}}}{tag.rpartition('}')[2]}"


def identification(root: etree._Element, problems: Problems) -> etree._Element:
    """Return the identification that the record is about: the first of data, or else the first."""
    found = cast("list[etree._Element]", _identifications(root))
    if not found:
        problems.add("no-identification", "the document does not identify what it describes", "mdb:identificationInfo")
        return etree.Element("nothing")
    main = next((one for one in found if one.tag == qname("mri:MD_DataIdentification")), found[0])
    for other in found:
        if other is not main:
            problems.add("several-identifications", "title, abstract and dates of a further identification were not read", other)
    return main


def _type(root: etree._Element, problems: Problems) -> ScopeCode | None:
    found = TYPE(root, problems)
    if len(found) > 1:
        problems.add("several-types", f"the document is of several types ({', '.join(found)}); the first is kept", TYPE.path)
    return found[0] if found else None


def _stamps(root: etree._Element, problems: Problems) -> tuple[Date | None, Date | None]:
    """Return when the metadata were made, and when they were last changed: a date that says nothing of itself is taken for the latter."""
    found = STAMPS(root, problems)
    created = next((one.date for one in found if one.type is DateTypeCode.CREATION), None)
    changes = [one.date for kind in (*CHANGES, DateTypeCode.PUBLICATION, None) for one in found if one.type is kind]
    return created, next(iter(changes), None)


def _contacts(root: etree._Element, problems: Problems) -> tuple[Contact, ...]:
    rules = (METADATA_CONTACTS, CONTACTS, AUTHORS, DISTRIBUTORS)
    return tuple(dict.fromkeys(found for rule in rules for group in rule(root, problems) for found in group))


def _links(root: etree._Element, problems: Problems) -> tuple[Link, ...]:
    """Return the links, pictures last; those of the citation and of the metadata only where no other link has their address."""
    found = [*LINKS(root, problems), *(link for group in OPERATIONS(root, problems) for link in group)]
    found += [link for group in DOCUMENTS(root, problems) for link in group]
    pictures = GRAPHICS(root, problems)
    known = {link.url for link in (*found, *pictures)}
    others = (link for rule in (CITED, METADATA_LINKS) for link in rule(root, problems) if link.url not in known)
    return tuple(dict.fromkeys((*found, *others, *pictures)))
