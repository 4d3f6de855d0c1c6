"""From DIF 10 to a Record."""

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from mappings.formats.shared.dif import codes, people, places, reading
from mappings.formats.shared.dif.document import read_dif
from mappings.formats.shared.dif.elements import Parts, date, flag, leaf, line, lines, one_date, paragraphs, parts, text, url
from mappings.rules import Problems, all_text
from records.codes import AccessLevel, ConstraintKind, DateTypeCode, KeywordTypeCode, RoleCode
from records.dates import TimeInterval
from records.model import (
    EARTH,
    Access,
    Constraint,
    Contact,
    Extent,
    Identifier,
    Instrument,
    Keyword,
    Licence,
    Platform,
    Record,
    ResourceDate,
)

UNREAD: Final = {
    "Version_Description": "words about the version; the model has its number",
    "Data_Resolution": "the model has no resolution",
    "Data_Maturity": "the model has no maturity",
    "DirectDistributionInformation": "the way into one provider's cloud",
    "Reference": "publications about the data; the model has no bibliography",
    "File_Naming_Convention": "the model has no files",
    "IDN_Node": "the nodes of GCMD's own network that show the record",
    "Originating_Metadata_Node": "as IDN_Node",
    "Metadata_Name": "always the same words",
    "Metadata_Version": "of the format, not of the data",
    "DIF_Revision_History": "of the metadata; the catalogue keeps earlier versions itself",
    "Additional_Attributes": "what the granules of the collection are searched by; the model describes collections",
    "Product_Flag": "NASA's word for the kind of file",
    "Dataset_Citation/Version": "the version in Entry_ID stands; read where that has none",
    "Dataset_Citation/Dataset_Series_Name": "a series is no title of the data",
    "Dataset_Citation/Dataset_Release_Place": "the model has no place of publication",
    "Dataset_Citation/Issue_Identification": "the number within a series",
    "Dataset_Citation/Data_Presentation_Form": "the model has no presentation form",
    "Dataset_Citation/Persistent_Identifier/Type": "DOI or ARK is plain from the identifier",
    "Dataset_Citation/Persistent_Identifier/Previous_Version": "the history of a DOI",
    "Distribution/Distribution_Media": "the links say how the data are had",
    "Distribution/Fees": "the model has no fees",
    "Metadata_Association/Description": "words about the relation, not the other's title",
    "Associated_DOIs/Authority": "who gave the DOI",
    "Associated_DOIs/Description_Of_Other_Type": "words for a type that is in no list",
    "Metadata_Dates/Metadata_Future_Review": "of the metadata",
    "Metadata_Dates/Metadata_Delete": "of the metadata",
    "Organization/Hours_Of_Service": "the model has no hours",
    "Organization/Instructions": "the model has no instructions",
    "Organization/Personnel/Role": "always DATA CENTER CONTACT; the organisation's own type is the role",
    "Platform/Characteristics": "attributes of one kind of platform",
    "Platform/Instrument/Characteristics": "as those of the platform",
    "Platform/Instrument/NumberOfSensors": "the sensors are counted where they stand",
    "Platform/Instrument/OperationalMode": "the model has no modes",
    "Platform/Instrument/Sensor/Characteristics": "as those of the platform",
    "Project/Start_Date": "the model has no dates of projects",
    "Project/End_Date": "as Start_Date",
    "Spatial_Coverage/Spatial_Coverage_Type": "the shapes show it; only Lunar says more",
    "Spatial_Coverage/Granule_Spatial_Representation": "how granules are drawn",
    "Spatial_Coverage/Zone_Identifier": "a number within a projection",
    "Spatial_Coverage/Orbit_Parameters": "the model has no orbits",
    "Spatial_Coverage/Spatial_Info": "the projection of the granules",
    "Spatial_Coverage/Geometry/Coordinate_System": "how edges are drawn between points",
    "Temporal_Coverage/Time_Type": "UTC in practice",
    "Temporal_Coverage/Date_Type": "Gregorian in practice",
    "Temporal_Coverage/Temporal_Range_Type": "the name of the choice that follows",
    "Temporal_Coverage/Precision_Of_Seconds": "the dates show their precision",
    "Temporal_Coverage/Periodic_DateTime": "only its first and last day are read; the model has no cycles",
    "Temporal_Coverage/Temporal_Info/Temporal_Resolution": "the model has no resolution",
    "Use_Constraints/EULA_Identifier": "NASA's number of an agreement",
    "Use_Constraints/License_URL/Description": "the licence has name and address",
    "Use_Constraints/License_URL/Mime_Type": "of the licence's page",
    "Multimedia_Sample/File": "a file name without a place; the name where there is no caption",
}
"""Elements that are not read, and why; what begins with one of these paths belongs to it. The source document keeps them."""

_READ: Final = frozenset(
    (
        *("Entry_ID", "Entry_Title", "Dataset_Citation", "Other_Identifiers", "Associated_DOIs", "Personnel", "Science_Keywords"),
        *("ISO_Topic_Category", "Ancillary_Keyword", "Platform", "Temporal_Coverage", "Dataset_Progress", "Spatial_Coverage", "Location"),
        *("Project", "Quality", "Access_Constraints", "Use_Constraints", "Dataset_Language", "Originating_Center", "Organization"),
        *("Distribution", "Multimedia_Sample", "Summary", "Related_URL", "Metadata_Association", "Metadata_Dates", "Private"),
        *("Product_Level_Id", "Collection_Data_Type", "Extended_Metadata"),
    )
)
_KNOWN: Final = _READ | UNREAD.keys()
_DATA_DATES: Final = (
    ("Data_Creation", DateTypeCode.CREATION),
    ("Data_Last_Revision", DateTypeCode.REVISION),
    ("Data_Future_Review", DateTypeCode.NEXT_UPDATE),
    ("Data_Delete", DateTypeCode.UNAVAILABLE),
)


def read(content: bytes, top: object = None) -> Record:
    """Return the Record of a DIF 10.

    Raises:
        FormatError: no DIF 10, or an empty one.
    """
    return read_dif(content, top, version=10, members_of=members_of, known=_KNOWN)


def members_of(found: Parts, problems: Problems) -> dict[str, Any]:
    """Return the members of the Record that the elements hold; Extended_Metadata is not looked at."""
    entry = parts(found["Entry_ID"][0]) if "Entry_ID" in found else {}
    citations = [parts(element) for element in found.get("Dataset_Citation", ())]
    title = line(found, "Entry_Title")
    dates = parts(found["Metadata_Dates"][0]) if "Metadata_Dates" in found else {}
    summary = parts(found["Summary"][0]) if "Summary" in found else {}
    formats, size = reading.distributions(found, problems)
    parent, relations = reading.relations(found, problems)
    platforms, instruments = _platforms(found)
    intervals, temporal = _times(found, problems)
    constraints, licence, access = _constraints(found, problems)
    pages = [page for citation in citations if (page := url(citation, "Online_Resource")) is not None]
    return {
        "identifier": reading.entry_id(found["Entry_ID"][0]) if "Entry_ID" in found else None,
        "parent_identifier": parent,
        "title": title,
        "alternate_titles": tuple(
            dict.fromkeys(other for citation in citations for other in lines(citation, "Dataset_Title") if other != title)
        ),
        "abstract": text(summary, "Abstract") or (None if summary else text(found, "Summary")),
        "purpose": text(summary, "Purpose"),
        "languages": reading.languages(found, "Dataset_Language", problems),
        "identifiers": tuple(dict.fromkeys(_identifiers(found, citations))),
        "edition": line(entry, "Version") or next((version for citation in citations if (version := line(citation, "Version"))), None),
        "keywords": tuple(dict.fromkeys((*_keywords(found), *temporal))),
        "topic_categories": reading.topics(found, problems),
        "contacts": tuple(dict.fromkeys(_contacts(found, citations, problems))),
        "created": date(dates, "Metadata_Creation", problems),
        "datestamp": date(dates, "Metadata_Last_Revision", problems),
        "dates": tuple(dict.fromkeys(_dates(dates, citations, problems))),
        "intervals": intervals,
        "extents": _extents(found, problems),
        "platforms": platforms,
        "instruments": instruments,
        "projects": reading.projects(found),
        "processing_level": _level(found),
        "formats": formats,
        "size": size,
        "lineage": _quality(found),
        "constraints": constraints,
        "licence": licence,
        "access": access,
        "links": reading.with_landing_pages(tuple(reading.links(found, problems)), pages),
        "relations": relations,
        "citation": next((details for citation in citations if (details := text(citation, "Other_Citation_Details"))), None),
    }


def _identifiers(found: Parts, citations: list[Parts]) -> Iterator[Identifier]:
    for citation in citations:
        for element in citation.get("Persistent_Identifier", ()):
            inside = parts(element)
            identifier = reading.doi(line(inside, "Identifier"), (line(inside, "Type") or "").casefold() or None)
            if identifier is not None:
                yield identifier
    for element in found.get("Other_Identifiers", ()):
        inside = parts(element)
        identifier = reading.doi(line(inside, "Identifier"), line(inside, "Description_Of_Other_Type") or line(inside, "Type"))
        if identifier is not None:
            yield identifier
    for element in found.get("Organization", ()):
        inside = parts(element)
        name = people.organisation_name(inside, "Organization_Name")
        for dataset in lines(inside, "Dataset_ID"):
            identifier = reading.doi(dataset, name[1] if name else None)
            if identifier is not None:
                yield identifier


def _keywords(found: Parts) -> Iterator[Keyword]:
    yield from reading.keywords(found, "Science_Keywords", KeywordTypeCode.THEME, codes.SCIENCE_KEYWORDS)
    yield from reading.plain_keywords(found, "Ancillary_Keyword")
    yield from reading.keywords(found, "Location", KeywordTypeCode.PLACE, codes.LOCATIONS)
    yield from reading.plain_keywords(found, "Dataset_Progress", thesaurus=codes.PROGRESS)
    yield from reading.plain_keywords(found, "Collection_Data_Type", thesaurus=codes.DATA_TYPES)


def _contacts(found: Parts, citations: list[Parts], problems: Problems) -> Iterator[Contact]:
    for citation in citations:
        yield from people.cited(citation)
    yield from people.personnel(found, problems)
    for centre in lines(found, "Originating_Center"):
        yield Contact(role=RoleCode.ORIGINATOR, organisation=centre)
    for element in found.get("Organization", ()):
        inside = parts(element)
        name = people.organisation_name(inside, "Organization_Name")
        if name is None:
            continue
        for kind in inside.get("Organization_Type", ()):
            written = (leaf(kind) or "").upper()
            role = codes.ORGANISATIONS.get(written)
            if role is None:
                problems.add("unknown-code", f"{written[:80]!r} is no type of organisation", kind)
                continue
            yield from people.organisation(name[0], role, inside, url(inside, "Organization_URL"))


def _dates(dates: Parts, citations: list[Parts], problems: Problems) -> Iterator[ResourceDate]:
    for citation in citations:
        released = date(citation, "Dataset_Release_Date", problems)
        if released is not None:
            yield ResourceDate(date=released, type=DateTypeCode.PUBLICATION)
    for name, kind in _DATA_DATES:
        found = date(dates, name, problems)
        if found is not None:
            yield ResourceDate(date=found, type=kind)


def _times(found: Parts, problems: Problems) -> tuple[tuple[TimeInterval, ...], tuple[Keyword, ...]]:
    intervals: dict[TimeInterval, None] = {}
    words: list[Keyword] = []
    for element in found.get("Temporal_Coverage", ()):
        inside = parts(element)
        present = flag(inside, "Ends_At_Present_Flag", problems)
        for names, kind in (
            (("Beginning_Date_Time", "Ending_Date_Time"), "Range_DateTime"),
            (("Start_Date", "End_Date"), "Periodic_DateTime"),
        ):
            for stretch in inside.get(kind, ()):
                ends = parts(stretch)
                begin, end = date(ends, names[0], problems), date(ends, names[1], problems)
                if begin is not None or end is not None:
                    intervals[TimeInterval(begin=begin, end=None if present else end)] = None
        for single in inside.get("Single_DateTime", ()):
            moment = one_date(single, problems)
            if moment is not None:
                intervals[TimeInterval(begin=moment, end=moment)] = None
        words += reading.chronostratigraphy(inside, problems)
        for info in inside.get("Temporal_Info", ()):
            words += reading.plain_keywords(parts(info), "Ancillary_Temporal_Keyword", KeywordTypeCode.TEMPORAL)
    return tuple(intervals), tuple(words)


def _extents(found: Parts, problems: Problems) -> tuple[Extent, ...]:
    extents = []
    for element in found.get("Spatial_Coverage", ()):
        inside = parts(element)
        boxes, polygons, heights = [], [], list(places.vertical_infos(inside, problems))
        for geometry in inside.get("Geometry", ()):
            shapes = parts(geometry)
            rectangles = shapes.get("Bounding_Rectangle", [])
            boxes += [places.rectangle(rectangle, problems) for rectangle in rectangles]
            boxes += [places.box_around(shape, problems) for shape in shapes.get("Point", []) + shapes.get("Line", [])]
            polygons += [places.polygon(shape, problems) for shape in shapes.get("Polygon", ())]
            heights += places.heights(rectangles, problems)
        lunar = line(inside, "Spatial_Coverage_Type") == "Lunar"
        extent = Extent(
            frame="body:moon" if lunar else EARTH,
            boxes=tuple(dict.fromkeys(box for box in boxes if box is not None)),
            polygons=tuple(dict.fromkeys(polygon for polygon in polygons if polygon is not None)),
            vertical=places.span(heights),
        )
        if extent.boxes or extent.polygons or extent.vertical:
            extents.append(extent)
    return tuple(dict.fromkeys(extents))


def _platforms(found: Parts) -> tuple[tuple[Platform, ...], tuple[Instrument, ...]]:
    """Platforms and, of each, its instruments; a sensor that is not the instrument itself is an instrument too."""
    platforms: dict[Platform, None] = {}
    instruments: dict[Instrument, None] = {}
    for element in found.get("Platform", ()):
        inside = parts(element)
        name, long_name = line(inside, "Short_Name"), line(inside, "Long_Name")
        carrier = name or long_name
        if carrier is not None:
            platforms[Platform(name=carrier, long_name=long_name if name else None, type=line(inside, "Type"))] = None
        for short, long, made_of in reading.names(inside, "Instrument"):
            instruments[Instrument(name=short, long_name=long, type=line(made_of, "Technique"), platform=carrier)] = None
            for sensor, full, details in reading.names(made_of, "Sensor"):
                if sensor != short:
                    instruments[Instrument(name=sensor, long_name=full, type=line(details, "Technique"), platform=carrier)] = None
    return tuple(platforms), tuple(instruments)


def _level(found: Parts) -> str | None:
    level = line(found, "Product_Level_Id")
    return None if level == "NA" else level


def _quality(found: Parts) -> str | None:
    """The words of Quality; where it has parts, each is a paragraph."""
    for element in found.get("Quality", ()):
        if len(element) == 0:
            return paragraphs(all_text(element))
        return paragraphs("\n\n".join(element.itertext(etree.Element)))  # type: ignore[arg-type]  # lxml-stubs leave out the class
    return None


def _constraints(found: Parts, problems: Problems) -> tuple[tuple[Constraint, ...], Licence | None, Access | None]:
    read: list[Constraint] = []
    licence, access = None, None
    limit = text(found, "Access_Constraints")
    if limit is not None:
        read.append(Constraint(kind=ConstraintKind.ACCESS, text=limit))
    for element in found.get("Use_Constraints", ()):
        inside = parts(element)
        words = text(inside, "Description") if len(element) else paragraphs(all_text(element))
        own = paragraphs(element.text or "") if len(element) else None
        read += (Constraint(kind=ConstraintKind.USE, text=said) for said in (own, words) if said is not None)
        page = parts(inside["License_URL"][0]) if "License_URL" in inside else {}
        name, address = line(page, "Title") or line(inside, "License_Text"), url(page, "URL")
        if name is not None or address is not None:
            licence = Licence(name=name, url=address)
        if flag(inside, "Free_And_Open_Data", problems):
            access = Access(level=AccessLevel.OPEN)
    if flag(found, "Private", problems):
        problems.add("private", "the document says that it is private", found["Private"][0])
    return tuple(dict.fromkeys(read)), licence, access
