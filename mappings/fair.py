"""How findable, accessible, interoperable and reusable a record makes its data, and what to do to have it say more.

After the FAIR principles (Wilkinson et al. 2016, doi:10.1038/sdata.2016.18) and what a record alone can tell of them. What the catalogue
itself brings with it is no point of a record: that it is searchable (F4), can be had by open protocols (A1.1), and that its name and
date outlive the data (A2).

======  =============================  ======  =====================================================================================
number  title                          points  all of them for
======  =============================  ======  =====================================================================================
F1      Persistent identifier               8  a DOI, handle, ARK, IVOID, URN:NBN or PURL of the record or the resource
F1      Identifier of the record            2  one that the document says
F2      Title                               3  15 characters, and not the identifier
F2      Abstract                            5  300 characters
F2      Keywords                            3  three keywords and topic categories
F2      Place                               3  an extent, or a keyword of a place
F2      Time                                3  an interval
F3      Identifier of the data              3  an identifier of the resource
A1      Way to the data                     8  a link to download, order or search them, or to a service
A1      Links that work                     5  links, none of which is known to be broken
A1.1    Open protocol                       3  links of open protocols alone: https, http, sftp, ftp
A1.2    Conditions of access                4  whether the data are open, or who may have them
I1      Language                            3  the language of the metadata or of the data
I1      Format of the data                  4  a named format
I2      Terms of vocabularies               8  three terms whose vocabulary is named
I3      Relations                           5  a parent, or another resource
R1      How the data were taken             4  two of: platform, instrument, project, processing level
R1.1    Licence                             8  a licence with its address
R1.2    Contact                             5  a person or organisation with a role and an e-mail address or page
R1.2    Lineage                             5  150 characters
R1.2    Dates of the data                   2  a date of creation, publication or revision
R1.2    Date of the metadata                2  a date
R1.3    Standard                            4  a document in a standard of the field: ISO 19115, DIF, UMM, STAC
======  =============================  ======  =====================================================================================

Services and software have neither place nor time nor format, and data of life and material sciences need no place: such points are left
out where nothing is said, and the score is the share of those that are left.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from mappings.doi import doi_of
from records.codes import ConstraintKind, DateTypeCode, Domain, KeywordTypeCode, LinkFunctionCode, RestrictionCode, ScopeCode
from records.model import Contact, Link, Record

_SHORT_TITLE: Final = 15
_LONG_ABSTRACT: Final = 300
_SHORT_ABSTRACT: Final = 100
_LONG_LINEAGE: Final = 150
_ENOUGH_TERMS: Final = 3
_PERSISTENT: Final = re.compile(
    r"hdl:\S+|https?://hdl\.handle\.net/\S+|(https?://\S+/)?ark:/?\d{5,}/\S+|ivo://\S+|urn:nbn:\S+|https?://(purl\.(org|oclc\.org)|w3id\.org)/\S+",
    re.IGNORECASE,
)
_TO_THE_DATA: Final = frozenset(
    {
        LinkFunctionCode.DOWNLOAD,
        LinkFunctionCode.FILE_ACCESS,
        LinkFunctionCode.OFFLINE_ACCESS,
        LinkFunctionCode.ORDER,
        LinkFunctionCode.SEARCH,
    }
)
_SERVICE: Final = re.compile(r"OGC:|OPeNDAP|THREDDS|ESRI:|WWW:DOWNLOAD|WCS|WFS|WMS", re.IGNORECASE)
_OPEN_SCHEMES: Final = frozenset({"https", "http", "sftp", "ftp", "ftps"})
_NO_DATA: Final = frozenset({ScopeCode.SERVICE, ScopeCode.SOFTWARE, ScopeCode.APPLICATION, ScopeCode.DOCUMENT})
_NEED_NO_PLACE: Final = frozenset({Domain.LIFE, Domain.MATERIAL})
_DATES: Final = frozenset({DateTypeCode.CREATION, DateTypeCode.PUBLICATION, DateTypeCode.REVISION, DateTypeCode.RELEASED})
_LICENCES: Final = frozenset({RestrictionCode.LICENSE, RestrictionCode.LICENCE_UNRESTRICTED, RestrictionCode.UNRESTRICTED})
_STANDARDS: Final = frozenset({"iso19139", "iso19115-3", "dif10", "dif9", "ummc", "stac"})
_GENERAL: Final = frozenset({"json", "jsonld"})
"""Standards of the web that say less of science data than those of its own fields; Dublin Core says the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a record reaches for one thing that the principles ask for.

    Attributes:
        principle: its number: "F1", "A1.1", "I2", "R1.3", and so on.
        title: what is looked at, a few words.
        reached: points, from 0 to `most`.
        most: points that can be reached.
        advice: what to do to reach them all, a sentence; it may hold places such as %(count)s. "" where all are reached.
        values: what stands in the places of `advice`.
    """

    principle: str
    title: str
    reached: int
    most: int
    advice: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether there is nothing to do."""
        return self.reached == self.most

    @property
    def letter(self) -> str:
        """Which of the four it belongs to: "F", "A", "I" or "R"."""
        return self.principle[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fair:
    """What assessing a record found.

    Attributes:
        score: of 100; 100 only where every point is full.
        points: that apply to it, in the order of the principles.
    """

    score: int
    points: tuple[Point, ...]


def assess(record: Record, *, broken: Collection[str] = ()) -> Fair:
    """Return what a record reaches; `broken` are those of its links' addresses at which nothing answers.

    The record comes with its document: without it, its standard is not known.
    """
    points = (*_findable(record), *_accessible(record, frozenset(broken)), *_interoperable(record), *_reusable(record))
    return Fair(score=100 * sum(point.reached for point in points) // sum(point.most for point in points), points=points)


def _point(principle: str, title: str, most: int, reached: int, advice: str, **values: str) -> Point:
    """Return a point; what is full needs no advice."""
    if reached == most:
        return Point(principle=principle, title=title, reached=reached, most=most)
    return Point(principle=principle, title=title, reached=reached, most=most, advice=advice, values=values)


def _findable(record: Record) -> Iterator[Point]:
    yield _persistent(record)
    derived = any(problem.code == "no-identifier" for problem in record.problems)
    advice = "Give the document an identifier: the one it has here is made of its content, and another after each change."
    yield _point("F1", "Identifier of the record", 2, 0 if derived else 2, advice)
    yield _title(record)
    yield _abstract(record)
    count = len(record.keywords) + len(record.topic_categories)
    advice = "Add keywords: three at least, for people search by them; there are %(count)s now."
    yield _point("F2", "Keywords", 3, min(count, _ENOUGH_TERMS), advice, count=str(count))
    if record.extents or _has_place(record):
        placed = any(keyword.type is KeywordTypeCode.PLACE for keyword in record.keywords)
        advice = "Say what place the data are about: a box, an outline or a position on the sky."
        yield _point("F2", "Place", 3, 3 if record.extents or placed else 0, advice)
    if record.intervals or record.type not in _NO_DATA:
        advice = "Say what time the data are about, with its beginning and its end."
        yield _point("F2", "Time", 3, 3 if record.intervals else 0, advice)
    named = bool(record.identifiers) or doi_of(record.identifier) is not None
    advice = "Name the data themselves by an identifier, beside the identifier of the record."
    yield _point("F3", "Identifier of the data", 3, 3 if named else 0, advice)


def _persistent(record: Record) -> Point:
    codes = (record.identifier, *(identifier.code for identifier in record.identifiers))
    if any(doi_of(code) or _PERSISTENT.fullmatch(code.strip()) for code in codes):
        return _point("F1", "Persistent identifier", 8, 8, "")
    if record.identifiers:
        advice = "Register a persistent identifier, such as a DOI: the identifiers that the record names may come to an end."
        return _point("F1", "Persistent identifier", 8, 3, advice)
    advice = "Register a persistent identifier for the data, such as a DOI, and name it among the identifiers of the resource."
    return _point("F1", "Persistent identifier", 8, 0, advice)


def _title(record: Record) -> Point:
    if record.title is None:
        return _point("F2", "Title", 3, 0, "Give the record a title that says what the data are.")
    plain = len(record.title) >= _SHORT_TITLE and record.title != record.identifier
    advice = "Lengthen the title: say what was measured, by what, where and when; it is all that a list of results shows."
    return _point("F2", "Title", 3, 3 if plain else 1, advice)


def _abstract(record: Record) -> Point:
    length = len(record.abstract or "")
    if length == 0:
        return _point("F2", "Abstract", 5, 0, "Write an abstract: what the data are, how they were made, and what they are good for.")
    advice = "Lengthen the abstract from %(count)s to %(least)s characters: what the data are, how they were made, what they are good for."
    reached = 5 if length >= _LONG_ABSTRACT else 3 if length >= _SHORT_ABSTRACT else 1
    return _point("F2", "Abstract", 5, reached, advice, count=str(length), least=str(_LONG_ABSTRACT))


def _has_place(record: Record) -> bool:
    return record.type not in _NO_DATA and record.domain not in _NEED_NO_PLACE


def _accessible(record: Record, broken: frozenset[str]) -> Iterator[Point]:
    if any(_leads_to_data(link) for link in record.links):
        yield _point("A1", "Way to the data", 8, 8, "")
    elif record.links:
        advice = "Add a link to the data, or say of one that is there that it is for download, order or search."
        yield _point("A1", "Way to the data", 8, 3, advice)
    else:
        yield _point("A1", "Way to the data", 8, 0, "Add a link by which the data can be had: for download, order or search.")
    addresses = {link.url for link in record.links}
    yield _working(addresses, broken & addresses)
    closed = sorted(address for address in addresses if _scheme(address) not in _OPEN_SCHEMES)
    if addresses:
        advice = "Write all links as whole addresses of an open protocol, such as https; this one is none: %(address)s"
        yield _point("A1.1", "Open protocol", 3, 3 * (len(addresses) - len(closed)) // len(addresses), advice, address="".join(closed[:1]))
    else:
        yield _point("A1.1", "Open protocol", 3, 0, "Add a link of an open protocol, such as https.")
    said = record.access is not None or any(
        limit.kind in {ConstraintKind.ACCESS, ConstraintKind.OTHER} or limit.code in _LICENCES for limit in record.constraints
    )
    advice = "Say who may have the data: everybody, or who else and by what way."
    yield _point("A1.2", "Conditions of access", 4, 4 if said else 0, advice)


def _leads_to_data(link: Link) -> bool:
    return link.function in _TO_THE_DATA or (link.protocol is not None and _SERVICE.search(link.protocol) is not None)


def _working(addresses: set[str], broken: frozenset[str]) -> Point:
    if not addresses:
        return _point("A1", "Links that work", 5, 0, "Add a link: the record leads nowhere.")
    advice = "Mend or remove the links at which nothing answers; %(count)s of %(total)s, the first: %(address)s"
    reached = 5 * (len(addresses) - len(broken)) // len(addresses)
    values = {"count": str(len(broken)), "total": str(len(addresses)), "address": "".join(sorted(broken)[:1])}
    return _point("A1", "Links that work", 5, reached, advice, **values)


def _scheme(address: str) -> str:
    if doi_of(address):
        return "https"
    try:
        return urlsplit(address.strip()).scheme.lower()
    except ValueError:
        return ""


def _interoperable(record: Record) -> Iterator[Point]:
    advice = "Say what language the metadata are in."
    yield _point("I1", "Language", 3, 3 if record.language or record.languages else 0, advice)
    if record.formats or record.type not in _NO_DATA:
        advice = "Name the format of the data, such as netCDF, FITS or GeoTIFF: programs choose by it."
        yield _point("I1", "Format of the data", 4, 4 if record.formats else 0, advice)
    listed = sum(1 for keyword in record.keywords if keyword.thesaurus or keyword.uri) + len(record.topic_categories)
    advice = "Take keywords from vocabularies, such as GCMD or the UAT, and name them: three at least; there are %(count)s now."
    reached = (0, 3, 5, 8)[min(listed, _ENOUGH_TERMS)]
    yield _point("I2", "Terms of vocabularies", 8, reached, advice, count=str(listed))
    related = record.parent_identifier is not None or bool(record.relations)
    advice = "Name the collection that the data are part of, or other data and publications that go with them, by their identifiers."
    yield _point("I3", "Relations", 5, 5 if related else 0, advice)


def _reusable(record: Record) -> Iterator[Point]:
    if record.type not in _NO_DATA:
        told = sum(map(bool, (record.platforms, record.instruments, record.projects, record.processing_level)))
        advice = "Say how the data were taken: platform, instrument, project and processing level; two of these at least."
        yield _point("R1", "How the data were taken", 4, (0, 2, 4)[min(told, 2)], advice)
    yield _licence(record)
    yield _contact(record.contacts)
    length = len(record.lineage or "")
    advice = "Tell how the data came to be: from what, by which steps and with what quality."
    yield _point("R1.2", "Lineage", 5, 5 if length >= _LONG_LINEAGE else 3 if length else 0, advice)
    dated = any(date.type in _DATES for date in record.dates)
    yield _point("R1.2", "Dates of the data", 2, 2 if dated else 0, "Say when the data were made, published or last revised.")
    metadata = record.metadata_date is not None
    yield _point("R1.2", "Date of the metadata", 2, 2 if metadata else 0, "Say when the record was made or last changed.")
    name = record.source.format if record.source else ""
    advice = "Describe the data by a standard of their field, such as ISO 19115 or DIF: this document's says less than these can."
    yield _point("R1.3", "Standard", 4, 4 if name in _STANDARDS else 3 if name in _GENERAL else 1, advice)


def _licence(record: Record) -> Point:
    if record.licence and record.licence.url:
        return _point("R1.1", "Licence", 8, 8, "")
    if record.licence:
        return _point("R1.1", "Licence", 8, 6, "Give the address of the licence beside its name.")
    if any(limit.kind is not ConstraintKind.ACCESS for limit in record.constraints):
        advice = "Name a licence, such as CC BY 4.0, with its address: conditions in other words have to be asked about."
        return _point("R1.1", "Licence", 8, 3, advice)
    return _point("R1.1", "Licence", 8, 0, "Say under what licence the data may be used, such as CC BY 4.0, with its address.")


def _contact(contacts: tuple[Contact, ...]) -> Point:
    if not contacts:
        return _point("R1.2", "Contact", 5, 0, "Name somebody to ask, with a role and an e-mail address.")
    roles = any(contact.role is not None for contact in contacts)
    reachable = any(contact.emails or contact.url for contact in contacts)
    if reachable:
        return _point("R1.2", "Contact", 5, 5 if roles else 4, "Say what the contacts do: author, publisher, point of contact.")
    return _point("R1.2", "Contact", 5, 3 if roles else 2, "Give an e-mail address or a page of those who can be asked.")
