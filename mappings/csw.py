"""Records as a catalogue service for the web hands them out: csw:Record, ISO 19139 and ISO 19115-3, in brief, summary and full.

The element sets of csw:Record are those of OGC 07-006r1 (CSW 2.0.2), 10.2.5, and OGC 12-176r7 (CSW 3.0), 7.3.4; those of ISO 19139 follow
the ISO application profile, OGC 07-045, 8.2.3, and those of ISO 19115-3, which has no profile, hold the same. Every function returns one
element as UTF-8 that declares its own namespaces, without an XML declaration, to be put into a response as it is.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from mappings.embedding import embedded, root_tag
from mappings.formats import dublincore, iso19139
from mappings.formats.dublincore import Element
from mappings.formats.format import Format
from mappings.formats.shared.dublincore import writing
from mappings.formats.shared.dublincore.reading import DATE_TYPES, DOMAIN_SCHEME, RELATION_TYPES
from mappings.formats.shared.iso.links import is_picture
from mappings.rules import clean_line
from mappings.xml import NAMESPACES, legal, qname
from records.codes import ContactScope
from records.model import Extent, Record, Source


class ElementSet(StrEnum):
    """How much of a record is asked for."""

    BRIEF = "brief"
    SUMMARY = "summary"
    FULL = "full"


_SUMMARY: Final = ("dc:identifier", "dc:type", "dc:subject", "dc:format", "dc:relation", "dct:modified", "dct:abstract", "dct:spatial")
"""The elements of summary records, but for the title behind the identifier; the schema fixes their order, and boxes stand behind them."""

_BOX: Final = "ows:BoundingBox"
_WHOLE: Final = qname("csw:Record")
_NAMES: Final = {ElementSet.BRIEF: "BriefRecord", ElementSet.SUMMARY: "SummaryRecord", ElementSet.FULL: "Record"}


def _start(version: str, name: str) -> str:
    prefix, ows = ("csw30", "ows20") if version == "3.0.0" else ("csw", "ows")
    spaces = {prefix: prefix, "dc": "dc", "dct": "dct", "ows": ows}
    declared = "".join(f' xmlns:{used}="{NAMESPACES[known]}"' for used, known in spaces.items())
    return f"<{prefix}:{name}{declared}>"


_ELEMENT_NAMES: Final = frozenset(
    name.casefold()
    for name in (
        *("identifier", "title", "alternative", "type", "abstract", "subject", "creator", "publisher", "contributor", "rightsHolder"),
        *("date", "modified", "temporal", "spatial", "language", "format", "extent", "provenance", "bibliographicCitation"),
        *("accessRights", "rights", "license", "isPartOf", "references", "BoundingBox"),
        *DATE_TYPES,
        *RELATION_TYPES,
    )
)
_STARTS: Final = {(version, name): _start(version, name) for version in ("2.0.2", "3.0.0") for name in _NAMES.values()}


def csw_record(record: Record, version: str, element_set: ElementSet) -> bytes:
    """Return a record as csw:BriefRecord, csw:SummaryRecord or csw:Record.

    A full record in the version it came in is its source document, as it is. In version 3.0.0 the identifiers of the resource and the
    domain are left out: its conformance suite wants one dc:identifier a record, and any dc:subject to be found by its words.

    Args:
        record: with its source document where that shall be handed out.
        version: "2.0.2" or "3.0.0".
        element_set: how much of it.
    """
    if element_set is ElementSet.FULL:
        if version == "2.0.2" and record.source is not None and _is_whole(record, record.source):
            return embedded(record.source.content)
        return _record(record, version, "Record", elements=_told(dublincore.elements(writing.readable(record)), version))
    name = _NAMES[element_set]
    if element_set is ElementSet.BRIEF:
        return _record(record, version, name, elements=_brief(record))
    found = list(_told(dublincore.elements(writing.readable(replace(record, identifiers=(), title=None))), version))
    ordered = [element for wanted in _SUMMARY for element in found if element[0] == wanted]
    ordered.insert(1, _title(record))
    return _record(record, version, name, elements=iter(ordered))


def csw_elements(record: Record, version: str, names: Collection[str]) -> bytes:
    """Return a record as a csw:Record of just the elements of these names, as `is_element_name` knows them."""
    asked = {_local(name) for name in names}
    found = _told(dublincore.elements(writing.readable(record)), version)
    return _record(record, version, "Record", elements=(one for one in found if _local(one[0]) in asked), boxes=_local(_BOX) in asked)


def is_element_name(name: str) -> bool:
    """Return whether a csw:Record may hold an element of this name: with or without a prefix, in any case, or the end of a path to it."""
    return _local(name) in _ELEMENT_NAMES


def iso_record(record: Record, element_set: ElementSet, iso: Format = iso19139.FORMAT) -> bytes:
    """Return a record in ISO 19139 or ISO 19115-3 with what the brief or the summary set holds; the full one is written by its format."""
    kept = _iso_brief(record) if element_set is ElementSet.BRIEF else _iso_summary(record)
    return embedded(iso.write(kept))


def _is_whole(record: Record, source: Source) -> bool:
    """Return whether a record came as a full csw:Record of version 2.0.2: brief and summary records and those of 3.0 are read as well.

    One that came without an identifier is none: nobody could ask for it again by what its document says.
    """
    if source.format != dublincore.FORMAT.name or any(problem.code == "no-identifier" for problem in record.problems):
        return False
    return root_tag(source.content) == _WHOLE


def _brief(record: Record) -> Iterator[Element]:
    """Yield the elements of a brief record, without making the others first: harvesters list whole catalogues so."""
    yield "dc:identifier", record.identifier, None
    yield _title(record)
    words = (record.resource_type and clean_line(record.resource_type)) or record.type
    if words is not None:
        yield "dc:type", words, None


def _title(record: Record) -> Element:
    """The title, which the schemas of brief and summary records want; nothing is made up for it where there is none."""
    return "dc:title", writing.readable_line(record.title) or "", None


def _told(elements: Iterator[Element], version: str) -> Iterator[Element]:
    """Yield the elements; in version 3.0.0 without identifiers behind the first, and without the domain, whose words are not searched."""
    yield next(elements)
    yield from (element for element in elements if version != "3.0.0" or not (element[0] == "dc:identifier" or element[2] == DOMAIN_SCHEME))


def _record(record: Record, version: str, name: str, *, elements: Iterator[Element], boxes: bool = True) -> bytes:
    start = _STARTS[version, name]
    parts = [start]
    for element, words, scheme in elements:
        attribute = f" scheme={quoteattr(scheme)}" if scheme is not None else ""
        parts.append(f"<{element}{attribute}>{escape(legal(words))}</{element}>")
    for box in writing.boxes_of(record) if boxes else ():
        south, west, north, east = map(writing.number, (box.south, box.west, box.north, box.east))
        parts.append(
            f'<{_BOX} crs="{dublincore.CRS}" dimensions="2"><ows:LowerCorner>{south} {west}</ows:LowerCorner>'
            f"<ows:UpperCorner>{north} {east}</ows:UpperCorner></{_BOX}>"
        )
    parts.append(f"</{start[1:].partition(' ')[0]}>")
    return "".join(parts).encode()


def _iso_brief(record: Record) -> Record:
    boxes = writing.boxes_of(record)
    return Record(
        identifier=record.identifier,
        type=record.type,
        title=record.title,
        contacts=tuple(contact for contact in record.contacts if contact.scope is ContactScope.METADATA),
        datestamp=record.datestamp,
        links=tuple(link for link in record.links if is_picture(link)),
        extents=(Extent(boxes=boxes),) if boxes else (),
    )


def _iso_summary(record: Record) -> Record:
    return replace(
        record,
        purpose=None,
        keywords=(),
        cnes_categories=(),
        domain=None,
        created=None,
        platforms=(),
        instruments=(),
        projects=(),
        processing_level=None,
        object_count=None,
        constraints=(),
        licence=None,
        access=None,
        relations=(),
        citation=None,
        source=None,
        problems=(),
    )


def _local(name: str) -> str:
    last = name.rstrip("/").rpartition("/")[2]
    return last.rpartition(":")[2].casefold()
