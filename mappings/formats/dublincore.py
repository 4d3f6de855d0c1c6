"""Dublin Core as CSW hands it out: csw:Record of CSW 2.0.2 and 3.0, read in its brief, summary and full forms, written full in 2.0.2.

Boxes are written as the conformance suite of CSW 2.0.2 wants them: with the URN of EPSG:4326 and therefore latitude first. What Dublin
Core has no element for is not written, and `carried` says so; the words of domain, CNES categories, platforms, instruments and projects
are subjects whose scheme tells them apart.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from mappings.formats.format import Format
from mappings.formats.shared.dublincore import reading, writing
from mappings.formats.shared.resource_types import types_of
from mappings.vocabularies.roles import contact_elements
from mappings.xml import NAMESPACES, qname, root_of, to_bytes
from records.codes import ConstraintKind, DateTypeCode, RelationType
from records.model import (
    Constraint,
    DataFormat,
    Identifier,
    Keyword,
    Link,
    Record,
    Relation,
)

_NAME: Final = "dc"
_ROOTS: Final = {qname(f"{prefix}:{form}Record") for prefix in ("csw", "csw30") for form in ("", "Summary", "Brief")}
CRS: Final = "urn:x-ogc:def:crs:EPSG:6.11:4326"
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?::[A-Za-z0-9._~/@!$&'()*+,;=-]+)*(?:\?[A-Za-z0-9._~/=&-]*)?(?:#[A-Za-z0-9._~/=&-]*)?")
"""What may stand in a `scheme` attribute, which is of type anyURI: narrower than the standard, to be safe with every validator."""

_DATES: Final[dict[DateTypeCode | None, str]] = {code: f"dct:{name}" for name, code in reading.DATE_TYPES.items()}
_RELATIONS: Final = {code: f"{'dc' if name in ('relation', 'source') else 'dct'}:{name}" for name, code in reading.RELATION_TYPES.items()}

Element = tuple[str, str, str | None]
"""Name with its prefix, text, scheme."""


def _recognises(top: object) -> bool:
    return isinstance(top, etree._Element) and top.tag in _ROOTS  # lxml's name for the type of an element


def _read(content: bytes, top: object = None) -> Record:
    return reading.read_dublin_core(root_of(content, top), content, _NAME)


def _write(record: Record) -> bytes:
    root = etree.Element(qname("csw:Record"), nsmap={prefix: NAMESPACES[prefix] for prefix in ("csw", "dc", "dct", "ows")})
    for name, words, scheme in elements(writing.readable(record)):
        element = etree.SubElement(root, qname(name))
        element.text = words
        if scheme is not None:
            element.set("scheme", scheme)
    for box in writing.boxes_of(record):
        element = etree.SubElement(root, qname("ows:BoundingBox"), crs=CRS)
        etree.SubElement(element, qname("ows:LowerCorner")).text = f"{writing.number(box.south)} {writing.number(box.west)}"
        etree.SubElement(element, qname("ows:UpperCorner")).text = f"{writing.number(box.north)} {writing.number(box.east)}"
    return to_bytes(root)


def elements(record: Record) -> Iterator[Element]:
    """Yield the elements of a record (see `writing.readable`), but for the boxes."""
    yield "dc:identifier", record.identifier, None
    yield from (("dc:identifier", identifier.code, _scheme(identifier.codespace)) for identifier in record.identifiers)
    yield from _plain(("dc:title", record.title), *(("dct:alternative", title) for title in record.alternate_titles))
    yield from _plain(("dc:type", record.resource_type or record.type), ("dct:abstract", record.abstract))
    yield from _subjects(record)
    yield from ((name, words, None) for name, words in contact_elements(record))
    yield from ((_DATES.get(dated.type, "dc:date"), str(dated.date), None) for dated in record.dates)
    yield from _plain(("dct:modified", str(record.datestamp) if record.datestamp else None))
    yield from (("dct:temporal", writing.interval_text(interval), None) for interval in record.intervals)
    yield from (("dct:spatial", description, None) for description in writing.descriptions_of(record))
    yield from (("dc:language", language, None) for language in record.languages)
    yield from (("dc:format", data_format.name, None) for data_format in record.formats)
    if record.size is not None:
        yield "dct:extent", f"{record.size} bytes", None
    if record.object_count is not None:
        yield "dct:extent", f"{record.object_count} objects", None
    yield from _plain(("dct:provenance", record.lineage), ("dct:bibliographicCitation", record.citation))
    yield from ((_constraint_element(constraint), writing.constraint_words(constraint), None) for constraint in record.constraints)
    if record.licence is not None:
        yield from _plain(("dct:license", record.licence.name), ("dct:license", record.licence.url))
    yield from _plain(("dct:isPartOf", record.parent_identifier))
    yield from ((_RELATIONS.get(relation.type, "dc:relation"), relation.identifier, None) for relation in record.relations)
    yield from (("dct:references", link.url, _scheme(link.protocol)) for link in record.links)


def _plain(*elements: tuple[str, str | None]) -> Iterator[Element]:
    return ((name, words, None) for name, words in elements if words is not None)


def _subjects(record: Record) -> Iterator[Element]:
    yield from (("dc:subject", keyword.term, _scheme(keyword.thesaurus)) for keyword in record.keywords)
    yield from (("dc:subject", topic.value, reading.TOPIC_SCHEME) for topic in record.topic_categories)
    if record.domain is not None:
        yield "dc:subject", record.domain.value, reading.DOMAIN_SCHEME
    yield from (("dc:subject", category, reading.CNES_SCHEME) for category in record.cnes_categories)
    yield from (("dc:subject", platform.name, reading.PLATFORM_SCHEME) for platform in record.platforms)
    yield from (("dc:subject", instrument.name, reading.INSTRUMENT_SCHEME) for instrument in record.instruments)
    yield from (("dc:subject", project.name, reading.PROJECT_SCHEME) for project in record.projects)


def _scheme(written: str | None) -> str | None:
    return written if written is not None and _URI.fullmatch(written) else None


def _constraint_element(constraint: Constraint) -> str:
    return "dct:accessRights" if constraint.kind is ConstraintKind.ACCESS else "dc:rights"


def _carried(record: Record) -> Record:
    record = writing.readable(record)
    scope, resource_type = types_of(record.resource_type or record.type)
    return replace(
        record,
        type=scope,
        resource_type=resource_type,
        alternate_titles=tuple(other for other in record.alternate_titles if other != record.title),
        purpose=None,
        language=None,
        identifiers=_identifiers(record),
        edition=None,
        keywords=writing.each(Keyword(term=keyword.term, thesaurus=_scheme(keyword.thesaurus)) for keyword in record.keywords),
        contacts=writing.each(
            reading.contact(name, reading.ROLES[element.partition(":")[2]]) for element, name in contact_elements(record)
        ),
        created=None,
        dates=writing.each(replace(dated, type=dated.type if dated.type in _DATES else None) for dated in record.dates),
        extents=reading.extents_of(writing.descriptions_of(record), writing.boxes_of(record)),
        processing_level=None,
        formats=writing.each(DataFormat(name=data_format.name) for data_format in record.formats),
        constraints=writing.each(_carried_constraint(constraint) for constraint in record.constraints),
        licence=record.licence and reading.licence(filter(None, (record.licence.name, record.licence.url))),
        access=None,
        links=writing.each(Link(url=link.url, protocol=_scheme(link.protocol)) for link in record.links),
        relations=writing.each(_carried_relation(relation) for relation in record.relations),
    )


def _identifiers(record: Record) -> tuple[Identifier, ...]:
    first = Identifier(code=record.identifier)
    others = (replace(identifier, codespace=_scheme(identifier.codespace)) for identifier in record.identifiers)
    return writing.each(other for other in others if other != first)


def _carried_constraint(constraint: Constraint) -> Constraint:
    kind = ConstraintKind.ACCESS if constraint.kind is ConstraintKind.ACCESS else ConstraintKind.USE
    return reading.constraint(writing.constraint_words(constraint), kind)


def _carried_relation(relation: Relation) -> Relation:
    return Relation(identifier=relation.identifier, type=relation.type if relation.type in _RELATIONS else RelationType.CROSS_REFERENCE)


FORMAT = Format(
    name=_NAME,
    title="Dublin Core (csw:Record)",
    media_type="application/xml",
    extension=".xml",
    recognises=_recognises,
    read=_read,
    write=_write,
    carried=_carried,
)
