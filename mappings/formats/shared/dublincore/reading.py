"""From Dublin Core to a Record, for both formats of it.

The elements are those of ISO 15836 (dc:) and of the DCMI terms (dct:). A creator is read as an originator, who "created the resource"
(CI_RoleCode). Creators and contributors are read as persons, publishers as organisations: Dublin Core does not say which they are.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from lxml import etree

from mappings.coordinates import read_box
from mappings.formats.format import derived_identifier
from mappings.formats.shared.resource_types import types_of
from mappings.gml import LONGEST_SYSTEM
from mappings.rules import Many, Maybe, One, Problems, all_text, clean_line, clean_text, date, line, text
from mappings.vocabularies.languages import language_code
from mappings.xml import NAMESPACES, children, local_name, namespace, place
from records.codes import (
    ConstraintKind,
    DateTypeCode,
    Domain,
    RelationType,
    RestrictionCode,
    RoleCode,
    ScopeCode,
    TopicCategoryCode,
)
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import (
    Box,
    Constraint,
    Contact,
    DataFormat,
    Extent,
    Identifier,
    Instrument,
    Keyword,
    Licence,
    Link,
    Platform,
    Project,
    Record,
    Relation,
    ResourceDate,
    Source,
)

ROLES: Final = {
    "creator": RoleCode.ORIGINATOR,
    "publisher": RoleCode.PUBLISHER,
    "contributor": RoleCode.CONTRIBUTOR,
    "rightsHolder": RoleCode.RIGHTS_HOLDER,
}
DATE_TYPES: Final = {"created": DateTypeCode.CREATION, "issued": DateTypeCode.PUBLICATION, "available": DateTypeCode.RELEASED}
RELATION_TYPES: Final = {
    "relation": RelationType.CROSS_REFERENCE,
    "source": RelationType.SOURCE,
    "requires": RelationType.DEPENDENCY,
    "hasPart": RelationType.IS_COMPOSED_OF,
    "isVersionOf": RelationType.REVISION_OF,
    "isReplacedBy": RelationType.SUPERSEDED_BY,
}

TOPIC_SCHEME: Final = "http://www.isotc211.org/2005/resources/Codelist/gmxCodelists.xml#MD_TopicCategoryCode"
DOMAIN_SCHEME: Final = "urn:x-reflecs:domain"
CNES_SCHEME: Final = "urn:x-reflecs:cnes-category"
PLATFORM_SCHEME: Final = "urn:x-reflecs:platform"
INSTRUMENT_SCHEME: Final = "urn:x-reflecs:instrument"
PROJECT_SCHEME: Final = "urn:x-reflecs:project"

_LIFTED: Final = {TOPIC_SCHEME, DOMAIN_SCHEME, CNES_SCHEME, PLATFORM_SCHEME, INSTRUMENT_SCHEME, PROJECT_SCHEME}
"""Subjects of these schemes are read into fields of their own."""

_RESTRICTION_CODES: Final = {code.value for code in RestrictionCode}
_NAMESPACES: Final = {NAMESPACES["dc"], NAMESPACES["dct"]}
_DCMI_BOX: Final = re.compile(r"\b(north|south|east|west)limit\s*=\s*([-+0-9.eE]+)")
_DCMI_PERIOD: Final = re.compile(r"\b(start|end)\s*=\s*([^;]+)")
_AMOUNT: Final = re.compile(r"(\d{1,18}) (bytes|objects)")
_LATITUDE_FIRST: Final = re.compile(r"^(?:urn:|https?:).*EPSG.*\b(?:4326|4258)$", re.IGNORECASE)
"""Names of EPSG:4326 (and of its twin for Europe) that mean its own order of axes; the bare name and no name mean longitude first."""


def plain_line(written: str) -> str | None:
    """Return what a title or a subject says, on one line, without markup and without what was escaped twice."""
    return clean_line(clean_text(written) or "")


def _words(element: etree._Element, problems: Problems) -> str | None:
    del problems
    return plain_line(all_text(element))


def _identifier(element: etree._Element, problems: Problems) -> Identifier | None:
    del problems
    code = clean_line(all_text(element))
    return Identifier(code=code, codespace=clean_line(element.get("scheme", ""))) if code else None


def _subject(element: etree._Element, problems: Problems) -> Keyword | None:
    term = _words(element, problems)
    return Keyword(term=term, thesaurus=clean_line(element.get("scheme", ""))) if term else None


def _contact(element: etree._Element, problems: Problems) -> Contact | None:
    name = line(element, problems)
    return contact(name, ROLES[local_name(element)]) if name else None


def contact(name: str, role: RoleCode) -> Contact:
    """Return the contact that a name in an element of this role is read as."""
    if role is RoleCode.PUBLISHER:
        return Contact(role=role, organisation=name)
    return Contact(role=role, individual=name)


def _resource_date(element: etree._Element, problems: Problems) -> ResourceDate | None:
    found = date(element, problems)
    return ResourceDate(date=found, type=DATE_TYPES.get(local_name(element))) if found else None


def _type(written: tuple[str, ...], problems: Problems) -> tuple[ScopeCode | None, str | None]:
    """Return what the types of a document say; of several the first that is a code, or else the first. The others are told."""
    chosen = next((words for words in written if types_of(words)[0] is not None), written[0] if written else None)
    for other in written:
        if other != chosen:
            problems.add("many-types", f"one type is kept, {chosen!r}; not {other[:80]!r}", "dc:type")
    return types_of(chosen)


def _format(element: etree._Element, problems: Problems) -> DataFormat | None:
    name = line(element, problems)
    return DataFormat(name=name) if name else None


def _language(element: etree._Element, problems: Problems) -> str | None:
    written = all_text(element).strip()
    found = language_code(written)
    if found is None and written:
        problems.add("unknown-code", f"{written[:80]!r} is no language that is known here", element)
    return found


def _relation(element: etree._Element, problems: Problems) -> Relation | None:
    del problems
    identifier = clean_line(all_text(element))
    return Relation(identifier=identifier, type=RELATION_TYPES[local_name(element)]) if identifier else None


def _constraint(element: etree._Element, problems: Problems) -> Constraint | None:
    words = text(element, problems)
    if words is None:
        return None
    return constraint(words, ConstraintKind.ACCESS if local_name(element) == "accessRights" else ConstraintKind.USE)


def constraint(words: str, kind: ConstraintKind) -> Constraint:
    """Return the constraint that these words are read as: a code where they are the very code."""
    if words in _RESTRICTION_CODES:
        return Constraint(kind=kind, code=RestrictionCode(words))
    return Constraint(kind=kind, text=words)


def _link(element: etree._Element, problems: Problems) -> Link | None:
    del problems
    url = clean_line(all_text(element))
    return Link(url=url, protocol=clean_line(element.get("scheme", ""))) if url else None


def _interval(element: etree._Element, problems: Problems) -> TimeInterval | None:
    parts = [all_text(child).strip() for child in children(element)]
    written = "/".join(parts) if len(parts) == 2 else all_text(element).strip()
    found = parse_interval(written)
    if found is None and written:
        problems.add("bad-date", f"no interval of time: {written[:80]!r}", element)
    return found


def parse_interval(written: str) -> TimeInterval | None:
    """Return the interval that `written` gives as ISO 8601 ("2007-04/.."), as DCMI Period ("start=2007; end=2009") or as one date."""
    period = dict(_DCMI_PERIOD.findall(written))
    parts = (period.get("start", ""), period.get("end", "")) if period else tuple(written.split("/"))
    if len(parts) == 2:
        try:
            begin, end = (None if part.strip() in {"", ".."} else Date.parse(part) for part in parts)
        except ValueError:
            pass
        else:
            return TimeInterval(begin=begin, end=end) if begin or end else None
    try:
        moment = Date.parse(written)
    except ValueError:
        return None
    return TimeInterval(begin=moment, end=moment)


def _box(element: etree._Element, problems: Problems) -> Box | None:
    """An ows:BoundingBox: two corners, whose order of axes `crs` tells."""
    corners = " ".join(all_text(child) for child in children(element)).split()
    try:
        numbers = [float(corner) for corner in corners]
    except ValueError:
        numbers = []
    if len(numbers) != 4:
        problems.add("bad-box", f"not two corners of two numbers: {' '.join(corners)[:80]!r}", element)
        return None
    latitude_first = bool(_LATITUDE_FIRST.match(element.get("crs", "")[:LONGEST_SYSTEM]))
    latitudes, longitudes = (numbers[0::2], numbers[1::2]) if latitude_first else (numbers[1::2], numbers[0::2])
    if any(abs(value) > 90 for value in latitudes) and all(abs(value) <= 90 for value in longitudes):
        problems.add("swapped-axes", "the corners make a box only in the other order of axes, and were read so", element)
        latitudes, longitudes = longitudes, latitudes
    return read_box(longitudes[0], latitudes[0], longitudes[1], latitudes[1], problems, element)


def is_dcmi_box(written: str) -> bool:
    """Return whether `written` is a DCMI Box ("northlimit=51; southlimit=…")."""
    return len(dict(_DCMI_BOX.findall(written))) == 4


def _dcmi_box(written: str, problems: Problems, where: etree._Element) -> Box | None:
    limits = dict(_DCMI_BOX.findall(written))
    try:
        west, south, east, north = (float(limits[side]) for side in ("west", "south", "east", "north"))
    except ValueError:
        problems.add("bad-box", f"not four numbers: {written[:80]!r}", where)
        return None
    return read_box(west, south, east, north, problems, where)


IDENTIFIERS = Many("identifier", "dc:identifier", _identifier)
TITLE = One("title", "dc:title", _words)
ALTERNATE_TITLES = Many("alternate_titles", "dc:title | dct:alternative", _words)
ABSTRACTS = Many("abstract", "dct:abstract | dc:description", text)
TYPES = Many("type", "dc:type", line)
CONTACTS = Many("contacts", "dc:creator | dc:publisher | dc:contributor | dct:rightsHolder", _contact)
DATES = Many("dates", "dc:date | dct:created | dct:issued | dct:available", _resource_date)
DATESTAMP = Maybe("datestamp", "dct:modified", date)
FORMATS = Many("formats", "dc:format", _format)
AMOUNTS = Many("size", "dct:extent", line)
LANGUAGES = Many("languages", "dc:language", _language)
PARENT = Maybe("parent_identifier", "dct:isPartOf", line)
RELATIONS = Many("relations", " | ".join(f"{'dc' if n in ('relation', 'source') else 'dct'}:{n}" for n in RELATION_TYPES), _relation)
CONSTRAINTS = Many("constraints", "dc:rights | dct:accessRights", _constraint)
LICENCES = Many("licence", "dct:license", line)
LINEAGE = Maybe("lineage", "dct:provenance", text)
CITATION = Maybe("citation", "dct:bibliographicCitation", text)
LINKS = Many("links", "dct:references", _link)
INTERVALS = Many("intervals", "dct:temporal | csw30:TemporalExtent", _interval)
BOXES = Many("extents", "ows:BoundingBox | ows:WGS84BoundingBox | ows20:BoundingBox | ows20:WGS84BoundingBox", _box)
SUBJECTS = Many("keywords", "dc:subject", _subject)
_PLACES = Many("extents", "dc:coverage | dct:spatial", lambda element, _: element)


def read_dublin_core(root: etree._Element, content: bytes, name: str) -> Record:
    """Return the record of a container of Dublin Core elements: one literal, each field beside the rule that reads it.

    Args:
        root: the container.
        content: the document.
        name: of the format it is in.

    Raises:
        FormatError: the container holds no Dublin Core element with a value.
    """
    if not any(namespace(child) in _NAMESPACES and all_text(child).strip() for child in children(root)):
        raise FormatError("the document holds no Dublin Core element with a value", path=place(root))
    problems = Problems()
    identifiers = IDENTIFIERS(root, problems)
    if not identifiers:
        problems.add("no-identifier", "the document has no identifier", "dc:identifier")
    title = TITLE(root, problems)
    subjects = SUBJECTS(root, problems)
    coverage, extents = _coverage(root, problems)
    scope, resource_type = _type(TYPES(root, problems), problems)
    amounts = {found[2]: int(found[1]) for words in AMOUNTS(root, problems) if (found := _AMOUNT.fullmatch(words))}
    return Record(
        identifier=identifiers[0].code if identifiers else derived_identifier(content),
        parent_identifier=PARENT(root, problems),
        type=scope,
        resource_type=resource_type,
        title=title,
        alternate_titles=tuple(other for other in ALTERNATE_TITLES(root, problems) if other != title),
        abstract="\n\n".join(ABSTRACTS(root, problems)) or None,
        languages=LANGUAGES(root, problems),
        identifiers=identifiers[1:],
        keywords=tuple(subject for subject in subjects if _scheme(subject) not in _LIFTED),
        topic_categories=tuple(filter(None, map(TopicCategoryCode.match, _terms(subjects, TOPIC_SCHEME)))),
        domain=next(filter(None, map(Domain.match, _terms(subjects, DOMAIN_SCHEME))), None),
        cnes_categories=_terms(subjects, CNES_SCHEME),
        contacts=CONTACTS(root, problems),
        datestamp=DATESTAMP(root, problems),
        dates=DATES(root, problems),
        intervals=(*INTERVALS(root, problems), *coverage),
        extents=extents,
        platforms=tuple(Platform(name=term) for term in _terms(subjects, PLATFORM_SCHEME)),
        instruments=tuple(Instrument(name=term) for term in _terms(subjects, INSTRUMENT_SCHEME)),
        projects=tuple(Project(name=term) for term in _terms(subjects, PROJECT_SCHEME)),
        formats=FORMATS(root, problems),
        size=amounts.get("bytes"),
        object_count=amounts.get("objects"),
        lineage=LINEAGE(root, problems),
        constraints=CONSTRAINTS(root, problems),
        licence=licence(LICENCES(root, problems)),
        links=LINKS(root, problems),
        relations=RELATIONS(root, problems),
        citation=CITATION(root, problems),
        source=Source(content=content, format=name),
        problems=problems.found(),
    )


def licence(values: Iterable[str]) -> Licence | None:
    """Return the licence whose name and address `values` are; the first of each counts."""
    found = tuple(values)
    url = next((value for value in found if value.startswith(("http://", "https://"))), None)
    name = next((value for value in found if not value.startswith(("http://", "https://"))), None)
    return Licence(name=name, url=url) if found else None


def extents_of(descriptions: Iterable[str], boxes: Iterable[Box]) -> tuple[Extent, ...]:
    """Return the extents that these places and boxes are read as: the boxes stand with the first place in words."""
    places = [Extent(description=description) for description in dict.fromkeys(descriptions)]
    found = tuple(dict.fromkeys(boxes))
    if not found:
        return tuple(places)
    first = places[0] if places else Extent()
    return (replace(first, boxes=found), *places[1:])


def _scheme(subject: Keyword) -> str | None:
    """Return the scheme of a subject; a topic category that is in no list stays a keyword."""
    if subject.thesaurus and subject.thesaurus.endswith("MD_TopicCategoryCode") and TopicCategoryCode.match(subject.term):
        return TOPIC_SCHEME
    if subject.thesaurus == DOMAIN_SCHEME and Domain.match(subject.term) is None:
        return None
    return subject.thesaurus


def _terms(subjects: Iterable[Keyword], scheme: str) -> tuple[str, ...]:
    return tuple(subject.term for subject in subjects if _scheme(subject) == scheme)


def _coverage(root: etree._Element, problems: Problems) -> tuple[tuple[TimeInterval, ...], tuple[Extent, ...]]:
    """Read dc:coverage and dct:spatial, which hold times, boxes and places in words, and the boxes of OWS."""
    intervals: list[TimeInterval] = []
    boxes: list[Box] = []
    descriptions: list[str] = []
    for element in _PLACES(root, problems):
        written = line(element, problems)
        interval = parse_interval(written) if written and local_name(element) == "coverage" else None
        if interval is not None:
            intervals.append(interval)
        elif written and is_dcmi_box(written):
            box = _dcmi_box(written, problems, element)
            boxes.extend([box] if box else [])
        elif written:
            descriptions.append(written)
    boxes.extend(BOXES(root, problems))
    return tuple(intervals), extents_of(descriptions, boxes)
