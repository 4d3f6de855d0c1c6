"""From DIF 9 to a Record."""

from collections.abc import Iterator
from typing import Any, Final

from mappings.formats.shared.dif import codes, people, places, reading
from mappings.formats.shared.dif.document import read_dif
from mappings.formats.shared.dif.elements import Parts, date, flag, line, lines, paragraphs, parts, text, url
from mappings.rules import Problems
from records.codes import ConstraintKind, DateTypeCode, KeywordTypeCode, RelationType, RoleCode
from records.dates import TimeInterval
from records.model import Constraint, Contact, Extent, Identifier, Instrument, Keyword, Platform, Record, Relation, ResourceDate

UNREAD: Final = {
    "Data_Resolution": "the model has no resolution",
    "Reference": "publications about the data; the model has no bibliography",
    "IDN_Node": "the nodes of GCMD's own network that show the record",
    "Originating_Metadata_Node": "as IDN_Node",
    "Metadata_Name": "always the same words",
    "Metadata_Version": "of the format, not of the data",
    "DIF_Revision_History": "of the metadata; the catalogue keeps earlier versions itself",
    "Future_DIF_Review_Date": "of the metadata",
    "Data_Set_Citation/Dataset_Series_Name": "a series is no title of the data",
    "Data_Set_Citation/Dataset_Release_Place": "the model has no place of publication",
    "Data_Set_Citation/Issue_Identification": "the number within a series",
    "Data_Set_Citation/Data_Presentation_Form": "the model has no presentation form",
    "Data_Center/Personnel/Role": "the data centre's own role is the distributor's",
    "Data_Center/Personnel/Fax": "the model has no fax numbers",
    "Personnel/Fax": "the model has no fax numbers",
    "Distribution/Distribution_Media": "the links say how the data are had",
    "Distribution/Fees": "the model has no fees",
    "Multimedia_Sample/File": "a file name without a place; the name where there is no caption",
}
"""Elements that are not read, and why; what begins with one of these paths belongs to it. The source document keeps them."""

_READ: Final = frozenset(
    (
        *("Entry_ID", "Entry_Title", "Data_Set_Citation", "Personnel", "Discipline", "Parameters", "ISO_Topic_Category", "Keyword"),
        *("Sensor_Name", "Source_Name", "Temporal_Coverage", "Paleo_Temporal_Coverage", "Data_Set_Progress", "Spatial_Coverage"),
        *("Location", "Project", "Quality", "Access_Constraints", "Use_Constraints", "Data_Set_Language", "Originating_Center"),
        *("Data_Center", "Distribution", "Multimedia_Sample", "Summary", "Related_URL", "Parent_DIF", "DIF_Creation_Date"),
        *("Last_DIF_Revision_Date", "Private", "Extended_Metadata"),
    )
)
_KNOWN: Final = _READ | UNREAD.keys()


def read(content: bytes, top: object = None) -> Record:
    """Return the Record of a DIF 9.

    Raises:
        FormatError: no DIF 9, or an empty one.
    """
    return read_dif(content, top, version=9, members_of=members_of, known=_KNOWN)


def members_of(found: Parts, problems: Problems) -> dict[str, Any]:
    """Return the members of the Record that the elements hold; Extended_Metadata is not looked at."""
    citations = [parts(element) for element in found.get("Data_Set_Citation", ())]
    title = line(found, "Entry_Title")
    formats, size = reading.distributions(found, problems)
    parents = lines(found, "Parent_DIF")
    pages = [page for citation in citations if (page := url(citation, "Online_Resource")) is not None]
    abstract, purpose = _summary(found)
    return {
        "identifier": line(found, "Entry_ID"),
        "parent_identifier": parents[0] if parents else None,
        "title": title,
        "alternate_titles": tuple(
            dict.fromkeys(other for citation in citations for other in lines(citation, "Dataset_Title") if other != title)
        ),
        "abstract": abstract,
        "purpose": purpose,
        "languages": reading.languages(found, "Data_Set_Language", problems),
        "identifiers": tuple(dict.fromkeys(_identifiers(found, citations))),
        "edition": next((version for citation in citations if (version := line(citation, "Version"))), None),
        "keywords": tuple(dict.fromkeys(_keywords(found, problems))),
        "topic_categories": reading.topics(found, problems),
        "contacts": tuple(dict.fromkeys(_contacts(found, citations, problems))),
        "created": date(found, "DIF_Creation_Date", problems),
        "datestamp": date(found, "Last_DIF_Revision_Date", problems),
        "dates": tuple(dict.fromkeys(_released(citations, problems))),
        "intervals": tuple(dict.fromkeys(_intervals(found, problems))),
        "extents": _extents(found, problems),
        "platforms": tuple(dict.fromkeys(Platform(name=short, long_name=long) for short, long, _ in reading.names(found, "Source_Name"))),
        "instruments": tuple(
            dict.fromkeys(Instrument(name=short, long_name=long) for short, long, _ in reading.names(found, "Sensor_Name"))
        ),
        "projects": reading.projects(found),
        "formats": formats,
        "size": size,
        "lineage": text(found, "Quality"),
        "constraints": _constraints(found, problems),
        "links": reading.with_landing_pages(tuple(reading.links(found, problems)), pages),
        "relations": tuple(Relation(identifier=other, type=RelationType.PARENT) for other in parents[1:]),
        "citation": next((details for citation in citations if (details := text(citation, "Other_Citation_Details"))), None),
    }


def _summary(found: Parts) -> tuple[str | None, str | None]:
    """Abstract and purpose; a Summary of bare text, as earlier versions had it, is the abstract."""
    for element in found.get("Summary", ()):
        inside = parts(element)
        return text(inside, "Abstract") or paragraphs(element.text or ""), text(inside, "Purpose")
    return None, None


def _identifiers(found: Parts, citations: list[Parts]) -> Iterator[Identifier]:
    for citation in citations:
        for code in lines(citation, "Dataset_DOI"):
            identifier = reading.doi(code, "doi")
            if identifier is not None:
                yield identifier
    for element in found.get("Data_Center", ()):
        inside = parts(element)
        name = people.organisation_name(inside, "Data_Center_Name")
        for code in lines(inside, "Data_Set_ID"):
            identifier = reading.doi(code, name[1] if name else None)
            if identifier is not None:
                yield identifier


def _keywords(found: Parts, problems: Problems) -> Iterator[Keyword]:
    yield from reading.keywords(found, "Discipline", KeywordTypeCode.DISCIPLINE, None)
    yield from reading.keywords(found, "Parameters", KeywordTypeCode.THEME, codes.SCIENCE_KEYWORDS)
    yield from reading.plain_keywords(found, "Keyword")
    yield from reading.keywords(found, "Location", KeywordTypeCode.PLACE, codes.LOCATIONS)
    yield from reading.plain_keywords(found, "Data_Set_Progress", thesaurus=codes.PROGRESS)
    yield from reading.chronostratigraphy(found, problems)


def _contacts(found: Parts, citations: list[Parts], problems: Problems) -> Iterator[Contact]:
    for citation in citations:
        yield from people.cited(citation)
    yield from people.personnel(found, problems)
    for centre in lines(found, "Originating_Center"):
        yield Contact(role=RoleCode.ORIGINATOR, organisation=centre)
    for element in found.get("Data_Center", ()):
        inside = parts(element)
        name = people.organisation_name(inside, "Data_Center_Name")
        if name is not None:
            yield from people.organisation(name[0], codes.ORGANISATIONS["DISTRIBUTOR"], inside, url(inside, "Data_Center_URL"))


def _released(citations: list[Parts], problems: Problems) -> Iterator[ResourceDate]:
    for citation in citations:
        released = date(citation, "Dataset_Release_Date", problems)
        if released is not None:
            yield ResourceDate(date=released, type=DateTypeCode.PUBLICATION)


def _intervals(found: Parts, problems: Problems) -> Iterator[TimeInterval]:
    for element in found.get("Temporal_Coverage", ()):
        inside = parts(element)
        begin = date(inside, "Start_Date", problems)
        end = date(inside, "Stop_Date", problems) or date(inside, "End_Date", problems)
        if begin is not None or end is not None:
            yield TimeInterval(begin=begin, end=end)


def _extents(found: Parts, problems: Problems) -> tuple[Extent, ...]:
    coverages = found.get("Spatial_Coverage", [])
    boxes = dict.fromkeys(places.rectangle(element, problems) for element in coverages)
    extent = Extent(boxes=tuple(box for box in boxes if box is not None), vertical=places.span(places.heights(coverages, problems)))
    return (extent,) if extent.boxes or extent.vertical else ()


def _constraints(found: Parts, problems: Problems) -> tuple[Constraint, ...]:
    if flag(found, "Private", problems):
        problems.add("private", "the document says that it is private", found["Private"][0])
    read = ((ConstraintKind.ACCESS, text(found, "Access_Constraints")), (ConstraintKind.USE, text(found, "Use_Constraints")))
    return tuple(Constraint(kind=kind, text=words) for kind, words in read if words is not None)
