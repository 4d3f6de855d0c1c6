"""The Record: what every format is read into and every format is written from.

All parts are frozen: a record is made once, by a reader, and never changed. Texts are Unicode, stripped, never empty: a text that is
missing or empty is None, a list that is missing is (). Coordinates are degrees; a position is always (x, y): longitude then latitude
on a body (CRS84 on the Earth), right ascension then declination on the sky (ICRS).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from records.codes import (
    AccessLevel,
    ConstraintKind,
    ContactScope,
    DateTypeCode,
    Domain,
    KeywordTypeCode,
    LinkFunctionCode,
    RelationType,
    RestrictionCode,
    RoleCode,
    ScopeCode,
    TopicCategoryCode,
)
from records.dates import Date, TimeInterval

EARTH = "earth"
ICRS = "icrs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document a record was read from.

    Attributes:
        content: the document's bytes, exactly as they came.
        format: the name of its format in `mappings.formats` ("iso19139", "dif10", …).
    """

    content: bytes = field(repr=False)
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a document came from.

    Attributes:
        origin: the path or URL it was loaded from; None when it was handed over directly.
        source: the name of the harvest source; None when it was loaded by hand.
        loaded: when it was first kept in this form, aware, UTC; None before it is kept.
        format: the name of the format of its document, also where a record comes without it; None before it is kept.
    """

    origin: str | None = None
    source: str | None = None
    loaded: datetime | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """What this catalogue says of a record beside its document, which stays as it came.

    Attributes:
        domain: in place of the one that the document tells; None for that one.
        categories: CNES categories, beside those that the document tells.
    """

    domain: Domain | None = None
    categories: tuple[str, ...] = ()


NOTHING_ASSIGNED: Final = Assigned()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something a reader could not read, or found missing or doubtful, in a document it did read.

    Attributes:
        code: what kind of problem, kebab-case: "no-identifier", "no-title", "bad-date", "unknown-code", "swapped-box", …
        message: a plain sentence, with the value at fault.
        path: where in the document, as an XPath or JSON pointer.
    """

    code: str
    message: str
    path: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """An identifier of the resource (a DOI, an accession number), beside the record's own identifier.

    Attributes:
        code: the identifier itself.
        codespace: the authority or scheme it belongs to ("doi", "ivo", …); None when not said.
    """

    code: str
    codespace: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A keyword.

    Attributes:
        term: the words; the levels of a hierarchical term are joined with " > ".
        type: what kind of thing it names; None when not said.
        thesaurus: the title of the list it is taken from; None for a free keyword.
        uri: the concept's address in that thesaurus; None when not said.
    """

    term: str
    type: KeywordTypeCode | None = None
    thesaurus: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or an organisation that answers for something (CI_ResponsibleParty).

    At least one of individual, organisation and position is not None.
    """

    scope: ContactScope = ContactScope.RESOURCE
    role: RoleCode | None = None
    individual: str | None = None
    organisation: str | None = None
    position: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    """Delivery points, each a line."""
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceDate:
    """A date in the life of the resource (CI_Date). `type` is None when the document's own is in no list."""

    date: Date
    type: DateTypeCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box of longitudes and latitudes, degrees, edges included (EX_GeographicBoundingBox).

    Longitudes are in [-180, 180], latitudes in [-90, 90], south ≤ north; west > east means that the box crosses the antimeridian. A
    point or a line is a box without width. On the sky, longitudes are right ascensions in [0, 360].
    """

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon:
    """A polygon: rings of (x, y) positions, the outer one first, holes behind it; each ring closed (its last position is its first).

    Where two neighbouring longitudes of a ring differ by more than 180°, the edge crosses the antimeridian. On the sky, edges are
    great circles.
    """

    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A cone on the sky (or a cap on a body): centre (x, y) and radius, all in degrees of arc."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Where the data are (EX_Extent), all parts together, in one frame.

    Attributes:
        frame: "earth" (CRS84), "icrs" (the sky), or "body:<name>" ("body:mars").
        description: the place in words; None when not said.
        vertical: lowest and highest, in metres, positive upwards; None when not said.
    """

    frame: str = EARTH
    description: str | None = None
    boxes: tuple[Box, ...] = ()
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    vertical: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What carries the instruments (MI_Platform): a satellite, a station, a ship."""

    name: str
    long_name: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What measures (MI_Instrument). `platform` is the `name` of the platform it sits on; None when not said."""

    name: str
    long_name: str | None = None
    type: str | None = None
    platform: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A mission, programme or campaign (MI_Operation; DIF's Project)."""

    name: str
    long_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFormat:
    """A format the data come in (MD_Format)."""

    name: str
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A limit on access or use. `code` and `text` may both be given; at least one is.

    Attributes:
        kind: the element of MD_Constraints it came from.
        code: a code of MD_RestrictionCode; None for words alone.
        text: the words; None for a code alone.
    """

    kind: ConstraintKind
    code: RestrictionCode | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The licence of the data: its name or its address, or both; at least one is given."""

    name: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may get the data. Whether they are open is computed when asked, so that an embargo ends by itself.

    Attributes:
        groups: the groups whose members may get restricted data.
        until: the restriction ends at the start of this date; None: it does not end.
    """

    level: AccessLevel = AccessLevel.OPEN
    groups: tuple[str, ...] = ()
    until: Date | None = None

    def is_open(self, now: datetime) -> bool:
        """Return whether anybody may get the data at `now` (aware)."""
        if self.level is AccessLevel.OPEN:
            return True
        return self.until is not None and now.timestamp() >= self.until.first_second


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that belongs to the resource (CI_OnlineResource).

    Attributes:
        url: as the document has it, which need not be a valid URL ("doi:10.…", relative, with blanks).
        function: what it is for; None when not said.
        protocol: "HTTPS", "OGC:WMS", "FTP", …; None when not said.
        media_type: of what is at the other end; None when not said.
    """

    url: str
    name: str | None = None
    description: str | None = None
    function: LinkFunctionCode | None = None
    protocol: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Another resource that this one names, by its identifier (MD_AggregateInformation; DIF's Metadata_Association).

    The parent has a field of its own, `Record.parent_identifier`.
    """

    identifier: str
    type: RelationType = RelationType.CROSS_REFERENCE
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Record:
    """A metadata record: a description of a collection of data, a mission, a service.

    Attributes:
        identifier: unlike every other record's; any characters. Derived from the content (UUID v5) where the document has none.
        parent_identifier: identifier of the record this one is a part of.
        type: what it describes; None when not said.
        resource_type: the same in the document's own words, where they say more than `type` or are no code of it: an address of the
            DCMI type vocabulary, for instance; None where they do not.
        title: None when the document has none; such a record is shown by its identifier.
        alternate_titles: other titles, short names and acronyms.
        abstract: plain text; paragraphs are parted by an empty line.
        language: of the metadata, ISO 639-2/T ("eng", "fra").
        languages: of the resource, ISO 639-2/T.
        identifiers: of the resource (DOI, …).
        edition: version of the resource.
        domain: the science domain, said by the document or plain from its keywords; None when neither tells.
        cnes_categories: CNES scientific categories ("Visible And Ultra-violet Astronomy").
        created: when the metadata record was first made; None when not said.
        datestamp: when the metadata record was last changed; None when not said.
        dates: of the resource.
        intervals: the times the data are about.
        extents: the places the data are about; () for data that have no place.
        processing_level: "N0", "Level 3", …
        size: of all the data, bytes.
        object_count: number of files or objects.
        lineage: how the data came to be.
        access: None when the document does not say.
        citation: how to cite, in the document's own words; None when it says nothing.
        source: the document it was read from; None for a record made in memory.
        assigned: what this catalogue says of it; `domain` and `cnes_categories` hold it already.
        problems: what the reader found; not part of what the record is.
    """

    identifier: str
    parent_identifier: str | None = None
    type: ScopeCode | None = None
    resource_type: str | None = None
    title: str | None = None
    alternate_titles: tuple[str, ...] = ()
    abstract: str | None = None
    purpose: str | None = None
    language: str | None = None
    languages: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    edition: str | None = None
    keywords: tuple[Keyword, ...] = ()
    topic_categories: tuple[TopicCategoryCode, ...] = ()
    domain: Domain | None = None
    cnes_categories: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    created: Date | None = None
    datestamp: Date | None = None
    dates: tuple[ResourceDate, ...] = ()
    intervals: tuple[TimeInterval, ...] = ()
    extents: tuple[Extent, ...] = ()
    platforms: tuple[Platform, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    projects: tuple[Project, ...] = ()
    processing_level: str | None = None
    formats: tuple[DataFormat, ...] = ()
    size: int | None = None
    object_count: int | None = None
    lineage: str | None = None
    constraints: tuple[Constraint, ...] = ()
    licence: Licence | None = None
    access: Access | None = None
    links: tuple[Link, ...] = ()
    relations: tuple[Relation, ...] = ()
    citation: str | None = None
    source: Source | None = field(default=None, compare=False)
    provenance: Provenance = field(default_factory=Provenance, compare=False)
    assigned: Assigned = field(default=NOTHING_ASSIGNED, compare=False)
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def display_title(self) -> str:
        """The title, or the identifier of a record that has none."""
        return self.title or self.identifier

    @property
    def metadata_date(self) -> Date | None:
        """The date by which records are ordered: when the metadata were made, or else last changed."""
        return self.created or self.datestamp

    @property
    def organisations(self) -> tuple[str, ...]:
        """The names of the organisations among the contacts, each once, in order."""
        return tuple(dict.fromkeys(contact.organisation for contact in self.contacts if contact.organisation))

    @property
    def distributor_email(self) -> str | None:
        """The first e-mail address of those who distribute the resource; None when none is given."""
        distributors = (c for c in self.contacts if c.scope is ContactScope.DISTRIBUTION or c.role is RoleCode.DISTRIBUTOR)
        return next((email for contact in distributors for email in contact.emails), None)

    def links_for(self, function: LinkFunctionCode) -> Iterator[Link]:
        """Yield the links that serve `function`, in order."""
        return (link for link in self.links if link.function is function)

    def with_assigned(self, assigned: Assigned) -> "Record":
        """Return the record, as its document tells it, with what this catalogue says of it beside."""
        categories = tuple(dict.fromkeys((*self.cnes_categories, *assigned.categories)))
        return replace(self, assigned=assigned, domain=assigned.domain or self.domain, cnes_categories=categories)

    def without_source(self) -> "Record":
        """Return the same record without its document, as it is kept beside it."""
        return replace(self, source=None)
