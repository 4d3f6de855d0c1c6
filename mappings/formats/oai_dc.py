"""Dublin Core as OAI-PMH hands it out: the fifteen plain elements of ISO 15836, without schemes and refinements.

Read are oai_dc:dc and other containers of dc: elements that people make. Written are the fifteen: times, boxes and places are all
dc:coverage (ISO 8601 intervals, DCMI Box, words), platforms, instruments, projects and CNES categories are dc:subject, the licence is
dc:rights, and the parent and the links are dc:relation; read back they are no more than that, and `carried` says so.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mappings.formats.format import Format
from mappings.formats.shared.dublincore import reading, writing
from mappings.formats.shared.resource_types import types_of
from mappings.vocabularies.roles import contact_elements
from mappings.xml import NAMESPACES, children, local_name, namespace, qname, root_of, to_bytes
from records.codes import ConstraintKind, RelationType
from records.model import DataFormat, Identifier, Keyword, Record, Relation, ResourceDate

_NAME: Final = "oai_dc"
_CONTAINERS: Final = {"dc", "simpledc", "qualifieddc", "metadata", "record"}
"""Names of roots that hold plain dc: elements, whatever their namespace."""

_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd"


def _recognises(top: object) -> bool:
    if not isinstance(top, etree._Element):  # lxml's name for the type of an element
        return False
    if top.tag == qname("oai_dc:dc"):
        return True
    first = next(children(top), None) if local_name(top).casefold() in _CONTAINERS else None
    return first is not None and namespace(first) in {NAMESPACES["dc"], NAMESPACES["dct"]}


def _read(content: bytes, top: object = None) -> Record:
    return reading.read_dublin_core(root_of(content, top), content, _NAME)


def _write(record: Record) -> bytes:
    root = etree.Element(qname("oai_dc:dc"), nsmap={prefix: NAMESPACES[prefix] for prefix in ("oai_dc", "dc", "xsi")})
    root.set(qname("xsi:schemaLocation"), _SCHEMA)
    for name, words in _elements(writing.readable(record)):
        etree.SubElement(root, qname(name)).text = words
    return to_bytes(root)


def _elements(record: Record) -> Iterator[tuple[str, str]]:
    yield "dc:identifier", record.identifier
    yield from (("dc:identifier", identifier.code) for identifier in record.identifiers)
    yield from (("dc:title", title) for title in (record.title, *record.alternate_titles) if title is not None)
    if record.resource_type or record.type:
        yield "dc:type", record.resource_type or str(record.type)
    if record.abstract is not None:
        yield "dc:description", record.abstract
    yield from (("dc:subject", term) for term in _terms(record))
    yield from _contacts(record)
    yield from (("dc:date", str(dated.date)) for dated in record.dates)
    yield from (("dc:coverage", writing.interval_text(interval)) for interval in record.intervals)
    yield from (("dc:coverage", description) for description in _descriptions(record))
    for box in writing.boxes_of(record):
        sides = {"northlimit": box.north, "eastlimit": box.east, "southlimit": box.south, "westlimit": box.west}
        yield "dc:coverage", "; ".join(f"{side}={writing.number(value)}" for side, value in sides.items())
    yield from (("dc:language", language) for language in record.languages)
    yield from (("dc:format", data_format.name) for data_format in record.formats)
    yield from (("dc:rights", words) for words in _rights(record))
    yield from (("dc:source" if type_ is RelationType.SOURCE else "dc:relation", other) for type_, other in _relations(record))


def _terms(record: Record) -> Iterator[str]:
    yield from (keyword.term for keyword in record.keywords)
    yield from record.cnes_categories
    yield from (platform.name for platform in record.platforms)
    yield from (instrument.name for instrument in record.instruments)
    yield from (project.name for project in record.projects)


def _contacts(record: Record) -> Iterator[tuple[str, str]]:
    return ((element, name) for element, name in contact_elements(record) if element.startswith("dc:"))


def _descriptions(record: Record) -> Iterator[str]:
    """Yield the names of places, but for one that would be read as a time ("2007")."""
    return (description for description in writing.descriptions_of(record) if reading.parse_interval(description) is None)


def _rights(record: Record) -> Iterator[str]:
    yield from (writing.constraint_words(constraint) for constraint in record.constraints)
    if record.licence is not None:
        yield from filter(None, (writing.prose(words) for words in (record.licence.name, record.licence.url)))


def _relations(record: Record) -> Iterator[tuple[RelationType, str]]:
    if record.parent_identifier is not None:
        yield RelationType.CROSS_REFERENCE, record.parent_identifier
    for relation in record.relations:
        yield RelationType.SOURCE if relation.type is RelationType.SOURCE else RelationType.CROSS_REFERENCE, relation.identifier
    yield from ((RelationType.CROSS_REFERENCE, link.url) for link in record.links)


def _carried(record: Record) -> Record:
    record = writing.readable(record)
    titles = tuple(dict.fromkeys(title for title in (record.title, *record.alternate_titles) if title is not None))
    identifiers = (Identifier(code=identifier.code) for identifier in record.identifiers)
    scope, resource_type = types_of(record.resource_type or record.type)
    return Record(
        identifier=record.identifier,
        type=scope,
        resource_type=resource_type,
        title=titles[0] if titles else None,
        alternate_titles=titles[1:],
        abstract=record.abstract,
        languages=record.languages,
        identifiers=writing.each(other for other in identifiers if other.code != record.identifier),
        keywords=writing.each(Keyword(term=term) for term in _terms(record)),
        contacts=writing.each(reading.contact(name, reading.ROLES[element.removeprefix("dc:")]) for element, name in _contacts(record)),
        dates=writing.each(ResourceDate(date=dated.date) for dated in record.dates),
        intervals=record.intervals,
        extents=reading.extents_of(_descriptions(record), writing.boxes_of(record)),
        formats=writing.each(DataFormat(name=data_format.name) for data_format in record.formats),
        constraints=writing.each(reading.constraint(words, ConstraintKind.USE) for words in _rights(record)),
        relations=writing.each(Relation(identifier=other, type=type_) for type_, other in _relations(record)),
    )


FORMAT = Format(
    name=_NAME,
    title="Dublin Core (oai_dc)",
    media_type="application/xml",
    extension=".xml",
    recognises=_recognises,
    read=_read,
    write=_write,
    carried=_carried,
)
