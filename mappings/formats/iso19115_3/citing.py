"""What citations (CI_Citation) are read for beside the one of the resource: parents, relations, formats, documents."""

from dataclasses import replace

from lxml import etree

from mappings.formats.shared.iso.elements import child, code, descend, said, spelt
from mappings.formats.shared.iso.links import online_resource
from mappings.rules import Problems, clean_line
from mappings.xml import children
from records.codes import RelationType
from records.model import DataFormat, Link, Relation

_relation_type = code(RelationType)


def referred(element: etree._Element | None) -> str | None:
    """Return the identifier of what a property refers to: by `uuidref`, or by an identifier of the citation in it."""
    if element is None:
        return None
    citation = child(element, "CI_Citation")
    holders = () if citation is None else citation.iterchildren("{*}identifier")
    codes = (spelt(inside, "code") for holder in holders for inside in children(holder))
    return clean_line(element.get("uuidref", "")) or next((found for found in codes if found), None)


def parent(element: etree._Element, problems: Problems) -> str | None:
    """A mdb:parentMetadata as the identifier of the parent."""
    found = referred(element)
    title = said(child(element, "CI_Citation"), "title")
    if found is None and title:
        problems.add("parent-without-identifier", f"a parent without identifier was left out: {title[:200]!r}", element)
    return found


def relation(element: etree._Element, problems: Problems) -> Relation | None:
    """An MD_AssociatedResource as a relation: by the identifier of its metadata, or else of itself."""
    name, reference = child(element, "name"), child(element, "metadataReference")
    title = said(child(name, "CI_Citation"), "title") or said(child(reference, "CI_Citation"), "title")
    found = referred(reference) or referred(name)
    kind = child(element, "associationType")
    kind_code = None if kind is None else _relation_type(kind, problems)
    if found is None:
        if title:
            problems.add("relation-without-identifier", f"a related resource without identifier was left out: {title[:200]!r}", element)
        return None
    return Relation(identifier=found, type=kind_code or RelationType.CROSS_REFERENCE, title=title)


def data_format(element: etree._Element, problems: Problems) -> DataFormat | None:
    """An MD_Format."""
    del problems
    citation = descend(element, "formatSpecificationCitation", "CI_Citation")
    name = said(citation, "title") or said(citation, "alternateTitle")
    return DataFormat(name=name, version=said(citation, "edition")) if name else None


def documents(element: etree._Element, problems: Problems) -> tuple[Link, ...] | None:
    """A CI_Citation of a document as links to it, named by its title where they have no name."""
    title = said(element, "title")
    resources = [resource for held in element.iterchildren("{*}onlineResource") for resource in children(held)]
    links = (online_resource(resource, problems) for resource in resources)
    return tuple(link if link.name else replace(link, name=title) for link in links if link) or None
