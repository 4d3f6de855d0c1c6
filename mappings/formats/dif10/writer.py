"""From a Record to DIF 10, valid against dif_v10.2.xsd.

An element that the schema demands and the record has nothing for holds "Not provided", DIF's own word for it, which the reader reads as
nothing. What the elements do not hold exactly travels in Extended_Metadata, so nothing of a record is lost.
"""

import re
from collections.abc import Iterable
from typing import Final

from lxml import etree

from mappings.formats.dif10.reader import members_of
from mappings.formats.shared.dif import codes, writing
from mappings.formats.shared.dif.document import write_dif
from mappings.formats.shared.dif.elements import NAMESPACE, NOT_PROVIDED, add, add_if
from records.codes import ConstraintKind, DateTypeCode, KeywordTypeCode
from records.dates import Date
from records.model import EARTH, Box, Contact, Extent, Instrument, Platform, Polygon, Record

_MOON: Final = "body:moon"
_PLATFORM_TYPES: Final = frozenset(
    (
        *("Aircraft", "Balloons/Rockets", "Earth Observation Satellites", "In Situ Land-based Platforms", "In Situ Ocean-based Platforms"),
        *("Interplanetary Spacecraft", "Maps/Charts/Photographs", "Models/Analyses", "Navigation Platforms"),
        *("Solar/Space Observation Satellites", "Space Stations/Manned Spacecraft", "Space Stations/Crewed Spacecraft"),
    )
)
_PROGRESS: Final = frozenset({"PLANNED", "IN WORK", "COMPLETE", "DEPRECATED", "PREPRINT", "INREVIEW", "SUPERSEDED"})
_DATA_TYPES: Final = frozenset({"NEAR_REAL_TIME", "LOW_LATENCY", "EXPEDITED", "SCIENCE_QUALITY", "OTHER", "ON_DEMAND"})
_LEVELS: Final = frozenset({"0", "1", "1A", "1B", "1T", "2", "2G", "2P", "3", "4"})
_LEVEL: Final = re.compile(r"(?:level|l|n)[ -]?(\d[ABTGP]?)", re.IGNORECASE)
_DAY: Final = re.compile(r"(-?\d{4,9})-\d\d-\d\d(?:T.*)?")
_ORGANISATION_TYPES: Final = {role: kind for kind, (_, role) in codes.ORGANISATIONS.items()}


def write(record: Record) -> bytes:
    """Return the record as a DIF 10."""
    return write_dif(record, _build, members_of)


def carried(record: Record) -> Record:
    """Return the record itself: Extended_Metadata takes what the elements of DIF 10 cannot hold."""
    return record


def _build(root: etree._Element, record: Record) -> None:
    _describe(root, record)
    _cover(root, record)
    _distribute(root, record)
    _account(root, record)


def _describe(root: etree._Element, record: Record) -> None:
    """Entry_ID to Platform."""
    short, edition = _entry_id(root, record)
    add(root, "Entry_Title", record.title or NOT_PROVIDED)
    _citations(root, record, None if short else edition)
    for contact in record.contacts:
        role = writing.personnel_role(contact)
        if role is not None:
            element = add(root, "Personnel")
            add(element, "Role", role)
            _person(element, contact, contact.organisation or contact.position)
    terms = writing.of_list(record, codes.SCIENCE_KEYWORDS)
    for keyword in terms:
        writing.levels(root, "Science_Keywords", keyword, writing.KEYWORD_LEVELS, 3)
    if not terms:
        _fill(add(root, "Science_Keywords"), "Category", "Topic", "Term")
    writing.topics(root, record)
    for keyword in record.keywords:
        if keyword.thesaurus not in _OWN_PLACE and not _is_temporal(keyword.type, keyword.thesaurus):
            add(root, "Ancillary_Keyword", keyword.term)
    _platforms(root, record)


_OWN_PLACE: Final = frozenset({codes.SCIENCE_KEYWORDS, codes.LOCATIONS, codes.PROGRESS, codes.DATA_TYPES})
"""Thesauri whose keywords have an element of their own."""


def _is_temporal(kind: KeywordTypeCode | None, thesaurus: str | None) -> bool:
    return kind is KeywordTypeCode.TEMPORAL and thesaurus is None


def _fill(element: etree._Element, *names: str) -> None:
    for name in names:
        add(element, name, NOT_PROVIDED)


def _entry_id(root: etree._Element, record: Record) -> tuple[bool, str | None]:
    """Append Entry_ID; return whether it says the edition, and the edition. The two parts read back to the identifier."""
    entry = add(root, "Entry_ID")
    edition = record.edition
    short = record.identifier.removesuffix(f"_{edition}") if edition else record.identifier
    parted = short not in {record.identifier, ""}
    add(entry, "Short_Name", short or record.identifier)
    add(entry, "Version", edition if parted and edition else NOT_PROVIDED)
    return parted, edition


def _citations(root: etree._Element, record: Record, edition: str | None) -> None:
    page = writing.landing_page(record)
    dois = writing.dois(record)
    element = etree.Element(f"{{{NAMESPACE}}}Dataset_Citation")
    writing.citation(element, record, edition, page or (dois[0] if dois else None))
    if len(element) or page or dois:
        root.append(element)
        if dois:
            _doi(element, dois[0])
        add_if(element, "Online_Resource", writing.uri(page) if page else None)
    for doi in dois[1:]:
        _doi(add(root, "Dataset_Citation"), doi)


def _doi(citation: etree._Element, doi: str) -> None:
    if len(doi) <= 1024:
        element = add(citation, "Persistent_Identifier")
        add(element, "Type", "DOI")
        add(element, "Identifier", doi)


def _person(element: etree._Element, contact: Contact, group: str | None) -> None:
    """Append a person, or a group where the contact names none."""
    if contact.individual:
        who = add(element, "Contact_Person")
        writing.person_name(who, contact.individual)
    else:
        who = add(element, "Contact_Group")
        add(who, "Name", group or NOT_PROVIDED)
    if any((contact.address, contact.city, contact.region, contact.postal_code, contact.country)):
        where = add(who, "Address")
        for street in contact.address:
            add(where, "Street_Address", street)
        add_if(where, "City", contact.city)
        add_if(where, "State_Province", contact.region)
        add_if(where, "Postal_Code", contact.postal_code)
        add_if(where, "Country", contact.country)
    for number in contact.phones:
        phone = add(who, "Phone")
        add(phone, "Number", number)
        add(phone, "Type", "Telephone")
    for email in contact.emails:
        add(who, "Email", email)


def _platforms(root: etree._Element, record: Record) -> None:
    """Append each platform with its instruments, then the instruments that sit on none that is named."""
    names = {platform.name for platform in record.platforms}
    for platform in record.platforms:
        _platform(root, platform, [instrument for instrument in record.instruments if instrument.platform == platform.name])
    loose = [instrument for instrument in record.instruments if instrument.platform not in names]
    if loose or not record.platforms:
        _platform(root, None, loose)


def _platform(root: etree._Element, platform: Platform | None, instruments: Iterable[Instrument]) -> None:
    element = add(root, "Platform")
    kind = platform.type if platform else None
    add(element, "Type", kind if kind in _PLATFORM_TYPES else NOT_PROVIDED)
    writing.short_and_long(element, platform.name if platform else NOT_PROVIDED, platform.long_name if platform else None)
    carried = list(instruments)
    for instrument in carried:
        inside = add(element, "Instrument")
        writing.short_and_long(inside, instrument.name, instrument.long_name)
        add_if(inside, "Technique", instrument.type)
    if not carried:
        _fill(add(element, "Instrument"), "Short_Name")


def _cover(root: etree._Element, record: Record) -> None:
    """Temporal_Coverage to Quality."""
    _times(root, record)
    progress = next((keyword.term for keyword in writing.of_list(record, codes.PROGRESS) if keyword.term in _PROGRESS), None)
    add_if(root, "Dataset_Progress", progress)
    _place(root, record.extents)
    for keyword in writing.of_list(record, codes.LOCATIONS):
        writing.levels(root, "Location", keyword, writing.LOCATION_LEVELS, 1)
    for project in record.projects:
        writing.short_and_long(add(root, "Project"), project.name, project.long_name)
    if not record.projects:
        _fill(add(root, "Project"), "Short_Name")
    add_if(root, "Quality", record.lineage)


def _times(root: etree._Element, record: Record) -> None:
    element = add(root, "Temporal_Coverage")
    for interval in record.intervals:
        stretch = add(element, "Range_DateTime")
        add(stretch, "Beginning_Date_Time", _first_day(interval.begin))
        add_if(stretch, "Ending_Date_Time", _last_day(interval.end) if interval.end else None)
    if not record.intervals:
        _fill(add(element, "Range_DateTime"), "Beginning_Date_Time")
    terms = [keyword.term for keyword in record.keywords if _is_temporal(keyword.type, keyword.thesaurus)]
    if terms:
        info = add(element, "Temporal_Info")
        for term in terms:
            add(info, "Ancillary_Temporal_Keyword", term)


def _first_day(date: Date | None) -> str:
    """The day a date begins on, as the schema wants a whole day; a stretch that begins in "2007" begins on its first day."""
    if date is None:
        return NOT_PROVIDED
    months = date.text.lstrip("+-").count("-")
    return _day(date.text + ("-01-01", "-01", "")[min(months, 2)])


def _last_day(date: Date) -> str:
    """The day a date ends on: "2007-02" ends on the 28th."""
    months = date.text.lstrip("+-").count("-")
    if months == 0:
        return _day(f"{date.text}-12-31")
    if months > 1:
        return _day(date.text)
    day = (date.last_second - date.first_second) // 86_400 + 1
    return _day(f"{date.text}-{day:02d}")


def _day(text: str) -> str:
    """A day or a moment as XML Schema 1.0 writes it, which knows no year 0; "Not provided" for what it cannot write."""
    match = _DAY.fullmatch(text.removeprefix("+"))
    return text.removeprefix("+") if match and int(match[1]) != 0 else NOT_PROVIDED


def _place(root: etree._Element, extents: tuple[Extent, ...]) -> None:
    """Append the coverage of the Earth, or else of the Moon. What is on the sky or elsewhere has no place on the Earth's map."""
    element = add(root, "Spatial_Coverage")
    frame = EARTH if any(extent.frame == EARTH for extent in extents) else _MOON
    here = [extent for extent in extents if extent.frame == frame]
    if frame == _MOON and here:
        add(element, "Spatial_Coverage_Type", "Lunar")
    boxes = [box for extent in here for box in extent.boxes]
    polygons = [polygon for extent in here for polygon in extent.polygons]
    if not boxes and not polygons:
        add(element, "Granule_Spatial_Representation", "NO_SPATIAL")
    else:
        kind = "GEODETIC" if polygons else "CARTESIAN"
        add(element, "Granule_Spatial_Representation", kind)
        geometry = add(element, "Geometry")
        add(geometry, "Coordinate_System", kind)
        for box in boxes:
            _rectangle(geometry, box)
        for polygon in polygons:
            _polygon(geometry, polygon)
    for low, high in (extent.vertical for extent in here if extent.vertical is not None):
        for name, value in (("Minimum_Altitude", low), ("Maximum_Altitude", high)):
            info = add(element, "Vertical_Spatial_Info")
            add(info, "Type", name)
            add(info, "Value", f"{writing.number(value)} m")


def _rectangle(geometry: etree._Element, box: Box) -> None:
    element = add(geometry, "Bounding_Rectangle")
    add(element, "Southernmost_Latitude", writing.number(box.south))
    add(element, "Northernmost_Latitude", writing.number(box.north))
    add(element, "Westernmost_Longitude", writing.number(box.west))
    add(element, "Easternmost_Longitude", writing.number(box.east))


def _polygon(geometry: etree._Element, polygon: Polygon) -> None:
    element = add(geometry, "Polygon")
    _ring(element, polygon.rings[0])
    if len(polygon.rings) > 1:
        zone = add(element, "Exclusive_Zone")
        for ring in polygon.rings[1:]:
            _ring(zone, ring)


def _ring(parent: etree._Element, ring: Iterable[tuple[float, float]]) -> None:
    boundary = add(parent, "Boundary")
    for x, y in ring:
        point = add(boundary, "Point")
        add(point, "Point_Longitude", writing.number(x))
        add(point, "Point_Latitude", writing.number(y))


def _distribute(root: etree._Element, record: Record) -> None:
    """Access_Constraints to Related_URL."""
    add_if(root, "Access_Constraints", writing.words(record.constraints, ConstraintKind.ACCESS))
    _use(root, record)
    for language in record.languages:
        add_if(root, "Dataset_Language", codes.LANGUAGES.get(language))
    _organisations(root, record)
    writing.distributions(root, record)
    summary = add(root, "Summary")
    add_if(summary, "Abstract", record.abstract)
    add_if(summary, "Purpose", record.purpose)
    page = writing.landing_page(record)
    for link in record.links:
        element = add(root, "Related_URL")
        writing.content_type(element, link, landing=link.url == page and "landing page" in f"{link.name} {link.description}".casefold())
        add_if(element, "Protocol", link.protocol)
        add(element, "URL", writing.uri(link.url))
        add_if(element, "Title", link.name)
        add_if(element, "Description", link.description)
        add_if(element, "Mime_Type", link.media_type)
    if not record.links:
        _fill(add(root, "Related_URL"), "URL")


def _use(root: etree._Element, record: Record) -> None:
    """Append Use_Constraints: words alone as its text, beside a licence as its description (which holds 4,000 characters)."""
    words = writing.words(record.constraints, ConstraintKind.USE, ConstraintKind.USE_LIMITATION, ConstraintKind.OTHER)
    licence = record.licence
    if licence is None:
        add_if(root, "Use_Constraints", words)
        return
    element = add(root, "Use_Constraints", words if words and len(words) > 4000 else None)
    if words and len(words) <= 4000:
        add(element, "Description", words)
    if licence.url and len(writing.uri(licence.url)) <= 1024:
        page = add(element, "License_URL")
        add(page, "URL", writing.uri(licence.url))
        add_if(page, "Title", licence.name if licence.name and len(licence.name) <= 100 else None)
    elif licence.name and len(licence.name) <= 20_000:
        add(element, "License_Text", licence.name)


def _organisations(root: etree._Element, record: Record) -> None:
    """Append the organisations that distribute, keep, made or process the data, each with its person."""
    found = False
    for contact in record.contacts:
        kind = _ORGANISATION_TYPES.get(contact.role) if contact.role else None
        if kind is None or contact.organisation is None:
            continue
        found = True
        element = add(root, "Organization")
        add(element, "Organization_Type", kind)
        writing.organisation_name(element, "Organization_Name", contact.organisation)
        add_if(element, "Organization_URL", contact.url)
        people = add(element, "Personnel")
        add(people, "Role", "DATA CENTER CONTACT")
        _person(people, contact, contact.position)
    if not found:
        element = add(root, "Organization")
        add(element, "Organization_Type", "DISTRIBUTOR")
        _fill(add(element, "Organization_Name"), "Short_Name")
        people = add(element, "Personnel")
        add(people, "Role", "DATA CENTER CONTACT")
        _fill(add(people, "Contact_Group"), "Name")


def _account(root: etree._Element, record: Record) -> None:
    """Metadata_Association to Collection_Data_Type."""
    associations = [("Parent", record.parent_identifier)] if record.parent_identifier else []
    associations += [(codes.ASSOCIATION_OF.get(relation.type, "Related"), relation.identifier) for relation in record.relations]
    for kind, identifier in associations:
        element = add(root, "Metadata_Association")
        entry = add(element, "Entry_ID")
        add(entry, "Short_Name", identifier)
        add(entry, "Version", NOT_PROVIDED)
        add(element, "Type", kind)
    add(root, "Metadata_Name", "CEOS IDN DIF")
    add(root, "Metadata_Version", "VERSION 10.2")
    dates = add(root, "Metadata_Dates")
    add(dates, "Metadata_Creation", _day(record.created.text) if record.created else NOT_PROVIDED)
    add(dates, "Metadata_Last_Revision", _day(record.datestamp.text) if record.datestamp else NOT_PROVIDED)
    for name, kind_of_date, needed in (
        ("Data_Creation", DateTypeCode.CREATION, True),
        ("Data_Last_Revision", DateTypeCode.REVISION, True),
        ("Data_Future_Review", DateTypeCode.NEXT_UPDATE, False),
        ("Data_Delete", DateTypeCode.UNAVAILABLE, False),
    ):
        date = next((found.date for found in record.dates if found.type is kind_of_date), None)
        add_if(dates, name, _day(date.text) if date else NOT_PROVIDED if needed else None)
    _level(root, record.processing_level)
    for keyword in writing.of_list(record, codes.DATA_TYPES):
        if keyword.term in _DATA_TYPES:
            add(root, "Collection_Data_Type", keyword.term)


def _level(root: etree._Element, level: str | None) -> None:
    match = _LEVEL.fullmatch(level) if level else None
    short = match[1].upper() if match else level
    add_if(root, "Product_Level_Id", short if short in _LEVELS else None)
