"""What only ISO 19139 has of links and relations: gmd:dataSetURI and MD_AggregateInformation."""

from lxml import etree

from mappings.formats.shared.iso.elements import child, code, descend, literal, said, spelt
from mappings.rules import Problems
from mappings.xml import children
from records.codes import RelationType
from records.model import Link, Relation

_relation_type = code(RelationType)


def data_set_uri(element: etree._Element, problems: Problems) -> Link | None:
    """A gmd:dataSetURI as a link that says nothing of its purpose."""
    url = literal(element, problems)
    return Link(url=url) if url else None


def relation(element: etree._Element, problems: Problems) -> Relation | None:
    """An MD_AggregateInformation as a relation to another resource."""
    cited = descend(element, "aggregateDataSetName", "CI_Citation")
    title = said(cited, "title")
    holders = (child(element, "aggregateDataSetIdentifier"), child(cited, "identifier"))
    insides = [inside for holder in holders if holder is not None and (inside := next(children(holder), None)) is not None]
    found = next((code for inside in insides if (code := spelt(inside, "code"))), None)
    kind = child(element, "associationType")
    kind_code = None if kind is None else _relation_type(kind, problems)
    if found is None:
        if title:
            problems.add("relation-without-identifier", f"a related resource without identifier was left out: {title[:200]!r}", element)
        return None
    return Relation(identifier=found, type=kind_code or RelationType.CROSS_REFERENCE, title=title)
