"""From a UMM-C to a Record."""

from collections.abc import Iterator
from typing import Final

from mappings.formats.format import derived_identifier
from mappings.formats.shared.dif import codes
from mappings.formats.shared.json.members import parse_json
from mappings.formats.shared.json.parts import Members
from mappings.formats.ummc.linking import files, identifiers, links, relations
from mappings.formats.ummc.people import contacts
from mappings.formats.ummc.places import extents, intervals
from mappings.formats.ummc.values import date, language, levels, line, lines, named, paragraphs
from mappings.rules import Problems
from records.codes import AccessLevel, ConstraintKind, DateTypeCode, KeywordTypeCode, TopicCategoryCode
from records.dates import Date
from records.errors import FormatError
from records.model import Access, Constraint, Instrument, Keyword, Licence, Platform, Project, Record, ResourceDate, Source

NAME: Final = "ummc"
TITLE: Final = "UMM-C"
PROGRESS: Final = "UMM Collection Progress"
DATA_TYPES: Final = "UMM Collection Data Type"

UNREAD: Final = {
    "AccessConstraints/Value": "a number by which one provider's rules choose",
    "AdditionalAttributes": "what the granules of the collection are searched by; the model describes collections",
    "ArchiveAndDistributionInformation": "the formats and the size are read, those of the archive where no others are",
    "AssociatedDOIs/Authority": "who gave the DOI",
    "CollectionCitations/DataPresentationForm": "the model has no presentation form",
    "CollectionCitations/IssueIdentification": "the number within a series",
    "CollectionCitations/OnlineResource/ApplicationProfile": "the program for one page",
    "CollectionCitations/OnlineResource/Function": "it is the page of the collection",
    "CollectionCitations/OnlineResource/Protocol": "plain from the address",
    "CollectionCitations/ReleasePlace": "the model has no place of publication",
    "CollectionCitations/SeriesName": "a series is no title of the data",
    "CollectionCitations/Version": "the version of the collection stands",
    "DOI/Authority": "who gave the DOI",
    "DataCenters/ContactGroups/ContactInformation/ContactInstruction": "the model has no instructions",
    "DataCenters/ContactGroups/ContactInformation/RelatedUrls": "the first address is read",
    "DataCenters/ContactGroups/ContactInformation/ServiceHours": "the model has no hours",
    "DataCenters/ContactGroups/NonDataCenterAffiliation": "the center stands",
    "DataCenters/ContactInformation/ContactInstruction": "the model has no instructions",
    "DataCenters/ContactInformation/RelatedUrls": "the first address is read",
    "DataCenters/ContactInformation/ServiceHours": "the model has no hours",
    "DataCenters/ContactPersons/NonDataCenterAffiliation": "the center stands",
    "DataMaturity": "the model has no maturity",
    "DirectDistributionInformation": "the way into one provider's cloud",
    "DirectoryNames": "the nodes of GCMD's own network that show the record",
    "Distributions/DistributionMedia": "the links say how the data are had",
    "Distributions/Fees": "the model has no fees",
    "Distributions/Sizes": "of single files",
    "FileNamingConvention": "the model has no files",
    "MetadataAssociations/Description": "words about the relation, not the other's title",
    "MetadataSpecification": "of the format, not of the data",
    "Organizations": "of the first version of UMM, which no server hands out any more",
    "Personnel": "as Organizations",
    "Platforms/Characteristics": "attributes of one kind of platform",
    "Platforms/Instruments/Characteristics": "as those of the platform",
    "Platforms/Instruments/ComposedOf": "read where it is not the instrument itself; its characteristics are as those of the platform",
    "Platforms/Instruments/NumberOfInstruments": "they are counted where they stand",
    "Platforms/Instruments/OperationalModes": "the model has no modes",
    "ProcessingLevel/ProcessingLevelDescription": "words for the level that stands beside them",
    "Projects/EndDate": "the model has no dates of projects",
    "Projects/StartDate": "the model has no dates of projects",
    "PublicationReferences": "publications about the data; the model has no bibliography",
    "RelatedUrls/GetData/Checksum": "of one file",
    "RelatedUrls/GetData/Fees": "the model has no fees",
    "RelatedUrls/GetData/Format": "the media type says it",
    "RelatedUrls/GetData/Size": "of one file",
    "RelatedUrls/GetData/Unit": "as Size",
    "RelatedUrls/URLContentType": "the type within it says more",
    "SpatialExtent/GranuleSpatialRepresentation": "how granules are drawn",
    "SpatialExtent/HorizontalSpatialDomain/Geometry/CoordinateSystem": "how edges are drawn between points",
    "SpatialExtent/HorizontalSpatialDomain/ResolutionAndCoordinateSystem": "the model has no resolution",
    "SpatialExtent/HorizontalSpatialDomain/ZoneIdentifier": "a number within a projection",
    "SpatialExtent/OrbitParameters": "the model has no orbits",
    "SpatialExtent/SpatialCoverageType": "the shapes show it; only LUNAR says more",
    "SpatialInformation": "the projection of the granules",
    "SpatialKeywords": "in old versions only; locations have taken their place",
    "StandardProduct": "NASA's word for what it makes regularly",
    "TemporalExtents/PrecisionOfSeconds": "the dates show their precision",
    "TemporalExtents/TemporalRangeType": "the name of the choice that follows",
    "TemporalExtents/TemporalResolution": "the model has no resolution",
    "TilingIdentificationSystems": "how granules are numbered",
    "UseConstraints/EULAIdentifiers": "NASA's number of an agreement",
    "UseConstraints/LicenseURL/Description": "the licence has name and address",
    "UseConstraints/LicenseURL/MimeType": "of the licence's page",
    "VersionDescription": "words about the version; the model has its number",
}
"""Members that are not read, or in part, and why; what begins with one of these belongs to it. The source document keeps them."""

_TOPICS: Final = {name: code for code, name in codes.TOPICS.items()}
_DATES: Final = {
    "CREATE": DateTypeCode.CREATION,
    "UPDATE": DateTypeCode.REVISION,
    "REVIEW": DateTypeCode.NEXT_UPDATE,
    "DELETE": DateTypeCode.UNAVAILABLE,
}
_UNKNOWN_DATES: Final = {"1970-01-01", "1970-01-01T00:00:00Z"}
_VARIABLES: Final = ("Category", "Topic", "Term", "VariableLevel1", "VariableLevel2", "VariableLevel3", "DetailedVariable")
_LOCATIONS: Final = ("Category", "Type", "Subregion1", "Subregion2", "Subregion3", "Subregion4", "DetailedLocation")
_UNITS: Final = ("Eon", "Era", "Period", "Epoch", "Stage", "DetailedClassification")


def is_collection(top: object) -> bool:
    """Return whether a JSON value is a UMM-C, bare or as an item of the CMR's search results."""
    inside = top.get("umm", top) if isinstance(top, dict) else None
    return isinstance(inside, dict) and "EntryTitle" in inside and ("ShortName" in inside or "EntryId" in inside)


def read(content: bytes, top: object = None) -> Record:
    """Return the Record of a UMM-C.

    Raises:
        FormatError: not JSON, or no UMM-C.
    """
    top = parse_json(content) if top is None else top
    if not isinstance(top, dict) or not is_collection(top):
        raise FormatError("the document is no collection of UMM", path="/EntryTitle")
    problems = Problems()
    whole = Members(values=top, path="", problems=problems)
    document = whole.object("umm") if "umm" in top else whole
    identifier, title = _entry_id(document), line(document, "EntryTitle")
    for name, member, found in (("identifier", "ShortName", identifier), ("title", "EntryTitle", title)):
        if found is None:
            problems.add(f"no-{name}", f"the document has no {name}", f"{document.path}/{member}")
    parent, others = relations(document)
    formats, size = files(document)
    platforms, instruments = _platforms(document)
    stamps = dict(_stamps(document, "MetadataDates"))
    return Record(
        identifier=identifier or derived_identifier(content),
        parent_identifier=parent,
        title=title,
        alternate_titles=tuple(dict.fromkeys(name for name in _cited(document, "Title") if name != title)),
        abstract=paragraphs(document, "Abstract"),
        purpose=paragraphs(document, "Purpose"),
        language=language(document, "MetadataLanguage"),
        languages=tuple(filter(None, (language(document, "DataLanguage"),))),
        identifiers=identifiers(document),
        edition=line(document, "Version"),
        keywords=tuple(dict.fromkeys(_keywords(document))),
        topic_categories=tuple(dict.fromkeys(_topics(document))),
        contacts=tuple(dict.fromkeys(contacts(document))),
        created=stamps.get("CREATE"),
        datestamp=stamps.get("UPDATE"),
        dates=tuple(dict.fromkeys(_dates(document))),
        intervals=intervals(document),
        extents=extents(document.object("SpatialExtent")),
        platforms=platforms,
        instruments=instruments,
        projects=_projects(document),
        processing_level=line(document.object("ProcessingLevel"), "Id"),
        formats=formats,
        size=size,
        lineage=_quality(document),
        constraints=tuple(dict.fromkeys(_constraints(document))),
        licence=_licence(document),
        access=Access(level=AccessLevel.OPEN) if _use(document).values.get("FreeAndOpenData") is True else None,
        links=links(document),
        relations=others,
        citation=next(iter(_cited(document, "OtherCitationDetails")), None),
        source=Source(content=content, format=NAME),
        problems=problems.found(),
    )


def _entry_id(document: Members) -> str | None:
    """Return short name and version joined with "_", as NASA joins them for DIF; the entry identifier of old versions."""
    short, version = line(document, "ShortName"), line(document, "Version")
    return f"{short}_{version}" if short and version else short or line(document, "EntryId")


def _cited(document: Members, name: str) -> tuple[str, ...]:
    found = (paragraphs(citation, name) for citation in document.objects("CollectionCitations"))
    return tuple(dict.fromkeys(filter(None, found)))


def _keywords(document: Members) -> Iterator[Keyword]:
    for name, kind, thesaurus, within in (
        ("ScienceKeywords", KeywordTypeCode.THEME, codes.SCIENCE_KEYWORDS, _VARIABLES),
        ("LocationKeywords", KeywordTypeCode.PLACE, codes.LOCATIONS, _LOCATIONS),
    ):
        terms = (levels(inside, *within) for inside in document.objects(name))
        yield from (Keyword(term=term, type=kind, thesaurus=thesaurus) for term in terms if term)
    yield from (Keyword(term=term) for term in lines(document, "AncillaryKeywords"))
    yield from (Keyword(term=term, type=KeywordTypeCode.TEMPORAL) for term in lines(document, "TemporalKeywords"))
    for name, thesaurus in (("CollectionProgress", PROGRESS), ("CollectionDataType", DATA_TYPES)):
        term = line(document, name)
        if term is not None:
            yield Keyword(term=term, thesaurus=thesaurus)
    for ages in document.objects("PaleoTemporalCoverages"):
        begin, end = line(ages, "StartDate"), line(ages, "EndDate")
        if begin or end:
            words = f"{begin or ''} to {end or ''}".strip()
            ages.problems.add("unread-date", f"geological time is kept as a keyword: {words!r}", ages.path)
            yield Keyword(term=words, type=KeywordTypeCode.TEMPORAL)
        units = (levels(unit, *_UNITS) for unit in ages.objects("ChronostratigraphicUnits"))
        yield from (Keyword(term=unit, type=KeywordTypeCode.TEMPORAL, thesaurus=codes.CHRONOSTRATIGRAPHY) for unit in units if unit)


def _topics(document: Members) -> Iterator[TopicCategoryCode]:
    for written in lines(document, "ISOTopicCategories"):
        found = _TOPICS.get(written.upper()) or TopicCategoryCode.match(written)
        if found is None:
            document.problems.add("unknown-code", f"{written[:80]!r} is no TopicCategoryCode", f"{document.path}/ISOTopicCategories")
        else:
            yield found


def _dates(document: Members) -> Iterator[ResourceDate]:
    for citation in document.objects("CollectionCitations"):
        released = date(citation, "ReleaseDate")
        if released is not None:
            yield ResourceDate(date=released, type=DateTypeCode.PUBLICATION)
    for kind, found in _stamps(document, "DataDates"):
        yield ResourceDate(date=found, type=_DATES.get(kind or ""))


def _stamps(document: Members, name: str) -> Iterator[tuple[str | None, Date]]:
    """Yield kind and date of what happened to the data or the metadata, without the date by which the CMR says that it knows none."""
    for stamp in document.objects(name):
        found = date(stamp, "Date")
        if found is not None and found.text not in _UNKNOWN_DATES:
            yield line(stamp, "Type"), found


def _platforms(document: Members) -> tuple[tuple[Platform, ...], tuple[Instrument, ...]]:
    """Return the platforms and their instruments; one that an instrument is composed of, and is not itself, is an instrument too."""
    platforms: list[Platform] = []
    instruments: list[Instrument] = []
    for carrier, long_name, platform in named(document, "Platforms"):
        platforms.append(Platform(name=carrier, long_name=long_name, type=line(platform, "Type")))
        for name, full, instrument in named(platform, "Instruments"):
            instruments.append(Instrument(name=name, long_name=full, type=line(instrument, "Technique"), platform=carrier))
            for part, whole, inside in named(instrument, "ComposedOf"):
                if part != name:
                    instruments.append(Instrument(name=part, long_name=whole, type=line(inside, "Technique"), platform=carrier))
    return tuple(dict.fromkeys(platforms)), tuple(dict.fromkeys(instruments))


def _projects(document: Members) -> tuple[Project, ...]:
    """Return the projects, and the campaigns within them."""
    found = []
    for name, long_name, inside in named(document, "Projects"):
        found += [Project(name=name, long_name=long_name), *(Project(name=campaign) for campaign in lines(inside, "Campaigns"))]
    return tuple(dict.fromkeys(found))


def _quality(document: Members) -> str | None:
    """Return the words about the quality; where they have parts, each is a paragraph."""
    value = document.values.get("Quality")
    if not isinstance(value, dict):
        return paragraphs(document, "Quality")
    inside = document.object("Quality")
    return "\n\n".join(filter(None, (paragraphs(inside, name) for name, part in value.items() if isinstance(part, str)))) or None


def _use(document: Members) -> Members:
    """Return the use constraints that have parts; old versions have words alone."""
    value = document.values.get("UseConstraints")
    return document.object("UseConstraints") if isinstance(value, dict) else Members(values={}, path="", problems=document.problems)


def _constraints(document: Members) -> Iterator[Constraint]:
    limit = paragraphs(document.object("AccessConstraints"), "Description")
    if limit is not None:
        yield Constraint(kind=ConstraintKind.ACCESS, text=limit)
    use = _use(document)
    nested = use.object("Description") if isinstance(use.values.get("Description"), dict) else use
    words = paragraphs(nested, "Description") or (None if use.values else paragraphs(document, "UseConstraints"))
    if words is not None:
        yield Constraint(kind=ConstraintKind.USE, text=words)


def _licence(document: Members) -> Licence | None:
    use = _use(document)
    page = use.object("LicenseURL")
    name, url = line(page, "Name") or line(use, "LicenseText"), line(page, "Linkage")
    return Licence(name=name, url=url) if name or url else None
