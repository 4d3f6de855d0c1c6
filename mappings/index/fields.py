"""FIELDS: for each searchable property of a record its kind, its values, its names at each door. One row, one fact.

The engines' schemas, the queryables, the CSW capabilities and the facet menu are functions of this table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from mappings.vocabularies.domains import domain_of
from mappings.vocabularies.roles import contact_elements
from records.codes import DateTypeCode, LinkFunctionCode
from records.dates import Date, TimeInterval
from records.errors import QueryError
from records.model import EARTH, ICRS, Extent, Record

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
"""The years that the field "year" counts; what lies outside is found by the intervals."""
OPEN_UNTIL: Final = 2035
"""The year to which "year" counts an interval that goes on: beyond the present, which whoever draws them knows."""


class Kind(StrEnum):
    """How a field is indexed, and what its values are."""

    TEXT = "text"
    """Searched by words (English and French stems, accents folded) and compared as a whole, folded. Values are str."""
    KEYWORD = "keyword"
    """Compared and counted as a whole; its words are searched as well where it has a boost. Values are str."""
    INTEGER = "integer"
    """Values are int, signed 64 bits."""
    MOMENT = "moment"
    """Values are int: seconds from 1970-01-01T00:00:00Z."""
    INTERVAL = "interval"
    """Values are `TimeInterval`."""
    EXTENT = "extent"
    """Values are `Extent`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexField:
    """A searchable property.

    Attributes:
        name: in queries, filters, facets and URLs.
        kind: see `Kind`.
        values: its values in a record; () when it has none.
        boost: weight of a word found in it, relative to one found in the abstract (1.0); 0: its words are not searched.
        csw: its names at the CSW door; () when it has none there.
        sortable: whether answers can be ordered by it (then by its first value).
        facet: whether its values can be counted.
        whole: of a TEXT field, whether its values are short enough to be kept and compared as a whole; those of other texts are compared
            on the records themselves. ("anytext" has no values of its own: it stands for all words of all fields.)
        more: texts that are searched as the field's own, but neither compared nor counted; None where there are none.
    """

    name: str
    kind: Kind
    values: Callable[[Record], Sequence[object]]
    boost: float = 0.0
    csw: tuple[str, ...] = ()
    sortable: bool = False
    facet: bool = False
    whole: bool = False
    more: Callable[[Record], Sequence[str]] | None = None


def _one(value: object) -> tuple[object, ...]:
    return () if value is None else (value,)


def _unique(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


@lru_cache(maxsize=8192)
def seconds_of(interval: TimeInterval) -> tuple[int | None, int | None]:
    """Return first and last second of an interval: asked several times of each, and the same in many records."""
    return interval.seconds


@lru_cache(maxsize=8192)
def _year(date: Date) -> int:
    return date.year


def _second(date: Date | None) -> tuple[int, ...]:
    return () if date is None else (date.first_second,)


def _subjects(record: Record) -> tuple[str, ...]:
    """Whatever stands as a subject where a record is written as Dublin Core (`mappings.formats.dublincore`)."""
    named = (one.name for part in (record.platforms, record.instruments, record.projects) for one in part)
    known = (record.domain,) if record.domain is not None else ()
    return _unique((*(keyword.term for keyword in record.keywords), *record.topic_categories, *known, *record.cnes_categories, *named))


def _named_as(element: str) -> Callable[[Record], Sequence[str]]:
    """Return what tells the names that stand in one element of Dublin Core for those who made or publish the resource."""
    return lambda record: _unique(name for found, name in contact_elements(record) if found == element)


def _external(record: Record) -> tuple[str, ...]:
    """The identifiers of the resource as OGC API Records asks for them: alone, behind their scheme, and of each scheme "scheme:"."""
    schemes = [(identifier.codespace or "", identifier.code) for identifier in record.identifiers]
    return _unique(text for scheme, code in schemes for text in (code, f"{scheme}:{code}" if scheme else None, scheme and f"{scheme}:"))


def _any_date(record: Record) -> tuple[int, ...]:
    """The dates that Dublin Core calls a date: those of the resource, or else that of the metadata's last change."""
    return tuple(date.date.first_second for date in record.dates) or _second(record.datestamp)


def _dates(*types: DateTypeCode) -> Callable[[Record], Sequence[int]]:
    return lambda r: tuple(date.date.first_second for date in r.dates if date.type in types)


def _years(record: Record) -> tuple[int, ...]:
    """The years that the intervals cover, within FIRST_YEAR to LAST_YEAR; see OPEN_UNTIL for open ends."""
    found: set[int] = set()
    for interval in record.intervals:
        if interval.begin is None and interval.end is None:
            continue
        first = _year(interval.begin) if interval.begin else FIRST_YEAR
        last = _year(interval.end) if interval.end else max(first, OPEN_UNTIL)
        found.update(range(max(first, FIRST_YEAR), min(last, LAST_YEAR) + 1))
    return tuple(sorted(found))


def _ends(record: Record) -> tuple[str, ...]:
    """The years a person names a record by: those in which an interval begins or ends, and those of its dates."""
    dates = [date for interval in record.intervals for date in (interval.begin, interval.end)]
    dates += [*(date.date for date in record.dates), record.metadata_date]
    return _unique(str(_year(date)) for date in dates if date is not None)


def _begin(record: Record) -> tuple[int, ...]:
    begins = [seconds_of(interval)[0] for interval in record.intervals]
    known = [begin for begin in begins if begin is not None]
    return (min(known),) if known and len(known) == len(begins) else ()


def _end(record: Record) -> tuple[int, ...]:
    ends = [seconds_of(interval)[1] for interval in record.intervals]
    known = [end for end in ends if end is not None]
    return (max(known),) if known and len(known) == len(ends) else ()


def _nothing(_record: Record) -> tuple[str, ...]:
    return ()


def _on_sky(extent: Extent) -> bool:
    return extent.frame == ICRS


def _deliveries(record: Record) -> tuple[str, ...]:
    """How the data can be had: "order" and "download" by a link of the record's own, "e-mail" by writing to its distributor."""
    links = {link.function for link in record.links}
    by_link = (code.value for code in (LinkFunctionCode.ORDER, LinkFunctionCode.DOWNLOAD) if code in links)
    return (*by_link, "e-mail") if record.distributor_email else tuple(by_link)


_FIELDS: Final[tuple[IndexField, ...]] = (
    IndexField(
        name="identifier",
        kind=Kind.KEYWORD,
        values=lambda r: (r.identifier,),
        boost=5,
        sortable=True,
        csw=("dc:identifier", "apiso:Identifier"),
    ),
    IndexField(
        name="title",
        kind=Kind.TEXT,
        values=lambda r: _one(r.title),
        boost=8,
        whole=True,
        sortable=True,
        csw=("dc:title", "apiso:Title"),
    ),
    IndexField(
        name="alternate_title",
        kind=Kind.TEXT,
        values=lambda r: r.alternate_titles,
        boost=5,
        whole=True,
        csw=("apiso:AlternateTitle", "dct:alternative"),
    ),
    IndexField(
        name="abstract",
        kind=Kind.TEXT,
        values=lambda r: _one(r.abstract),
        boost=1,
        csw=("dct:abstract", "dc:description", "apiso:Abstract"),
    ),
    IndexField(name="domain", kind=Kind.KEYWORD, values=lambda r: _one(domain_of(r)), facet=True),
    IndexField(name="type", kind=Kind.KEYWORD, values=lambda r: _one(r.type), facet=True, csw=("apiso:Type",)),
    IndexField(name="resource_type", kind=Kind.KEYWORD, values=lambda r: _unique((r.resource_type, r.type)), csw=("dc:type",)),
    IndexField(
        name="project",
        kind=Kind.KEYWORD,
        values=lambda r: _unique(p.name for p in r.projects),
        boost=5,
        facet=True,
        more=lambda r: _unique(p.long_name for p in r.projects),
    ),
    IndexField(
        name="platform",
        kind=Kind.KEYWORD,
        values=lambda r: _unique(p.name for p in r.platforms),
        boost=5,
        facet=True,
        more=lambda r: _unique(p.long_name for p in r.platforms),
    ),
    IndexField(
        name="instrument",
        kind=Kind.KEYWORD,
        values=lambda r: _unique(i.name for i in r.instruments),
        boost=5,
        facet=True,
        more=lambda r: _unique(i.long_name for i in r.instruments),
    ),
    IndexField(
        name="keyword",
        kind=Kind.KEYWORD,
        values=lambda r: _unique(k.term for k in r.keywords),
        boost=3,
        facet=True,
    ),
    IndexField(name="subject", kind=Kind.KEYWORD, values=_subjects, csw=("dc:subject", "apiso:Subject")),
    IndexField(name="keyword_type", kind=Kind.KEYWORD, values=lambda r: _unique(k.type for k in r.keywords), csw=("apiso:KeywordType",)),
    IndexField(name="category", kind=Kind.KEYWORD, values=lambda r: r.cnes_categories, boost=3, facet=True),
    IndexField(
        name="topic",
        kind=Kind.KEYWORD,
        values=lambda r: r.topic_categories,
        boost=1,
        facet=True,
        csw=("apiso:TopicCategory",),
    ),
    IndexField(
        name="organisation",
        kind=Kind.KEYWORD,
        values=lambda r: r.organisations,
        boost=1,
        facet=True,
        csw=("apiso:OrganisationName",),
    ),
    IndexField(name="creator", kind=Kind.KEYWORD, values=_named_as("dc:creator"), csw=("dc:creator", "apiso:Creator")),
    IndexField(name="publisher", kind=Kind.KEYWORD, values=_named_as("dc:publisher"), csw=("dc:publisher", "apiso:Publisher")),
    IndexField(name="contributor", kind=Kind.KEYWORD, values=_named_as("dc:contributor"), csw=("dc:contributor", "apiso:Contributor")),
    IndexField(name="level", kind=Kind.KEYWORD, values=lambda r: _one(r.processing_level), boost=1, facet=True),
    IndexField(
        name="format",
        kind=Kind.KEYWORD,
        values=lambda r: _unique(f.name for f in r.formats),
        boost=1,
        facet=True,
        csw=("dc:format", "apiso:Format"),
    ),
    IndexField(
        name="language", kind=Kind.KEYWORD, values=lambda r: _unique((r.language, *r.languages)), csw=("dc:language", "apiso:Language")
    ),
    IndexField(name="resource_language", kind=Kind.KEYWORD, values=lambda r: r.languages, csw=("apiso:ResourceLanguage",)),
    IndexField(
        name="resource_identifier",
        kind=Kind.KEYWORD,
        values=lambda r: _unique(i.code for i in r.identifiers),
        boost=5,
        csw=("apiso:ResourceIdentifier",),
    ),
    IndexField(name="external_identifier", kind=Kind.KEYWORD, values=_external),
    IndexField(
        name="parent", kind=Kind.KEYWORD, values=lambda r: _one(r.parent_identifier), csw=("apiso:ParentIdentifier", "dct:isPartOf")
    ),
    IndexField(
        name="relation",
        kind=Kind.KEYWORD,
        values=lambda r: _unique((r.parent_identifier, *(other.identifier for other in r.relations))),
        csw=("dc:relation", "apiso:Association", "apiso:Relation"),
    ),
    IndexField(name="edition", kind=Kind.KEYWORD, values=lambda r: _one(r.edition), boost=1),
    IndexField(
        name="licence",
        kind=Kind.KEYWORD,
        values=lambda r: _unique((r.licence.name, r.licence.url)) if r.licence else (),
        csw=("dct:license",),
    ),
    IndexField(
        name="rights",
        kind=Kind.TEXT,
        values=lambda r: _unique(c.text or c.code for c in r.constraints),
        csw=("dc:rights", "dct:accessRights", "apiso:OtherConstraints", "apiso:AccessConstraints", "apiso:ConditionApplyingToAccessAndUse"),
    ),
    IndexField(
        name="lineage", kind=Kind.TEXT, values=lambda r: _one(r.lineage), boost=0.5, csw=("apiso:Lineage", "dc:source", "dct:provenance")
    ),
    IndexField(name="purpose", kind=Kind.TEXT, values=lambda r: _one(r.purpose), boost=0.5),
    IndexField(
        name="place",
        kind=Kind.TEXT,
        values=lambda r: _unique(e.description for e in r.extents),
        boost=1,
        csw=("dct:spatial", "dc:coverage", "apiso:GeographicDescriptionCode"),
    ),
    IndexField(name="person", kind=Kind.TEXT, values=lambda r: _unique(c.individual for c in r.contacts), boost=1),
    IndexField(name="delivery", kind=Kind.KEYWORD, values=_deliveries, facet=True),
    IndexField(name="link", kind=Kind.TEXT, values=lambda r: _unique(link.name for link in r.links), boost=0.5),
    IndexField(name="url", kind=Kind.KEYWORD, values=lambda r: _unique(link.url for link in r.links), csw=("dct:references",)),
    IndexField(name="year", kind=Kind.INTEGER, values=_years, facet=True),
    IndexField(name="named_year", kind=Kind.KEYWORD, values=_ends, boost=1),
    IndexField(name="size", kind=Kind.INTEGER, values=lambda r: _one(r.size), csw=("dct:extent",)),
    IndexField(name="created", kind=Kind.MOMENT, values=lambda r: _second(r.metadata_date), sortable=True, csw=("dct:created",)),
    IndexField(
        name="updated",
        kind=Kind.MOMENT,
        values=lambda r: _second(r.datestamp),
        sortable=True,
        csw=("dct:modified", "apiso:Modified"),
    ),
    IndexField(name="date", kind=Kind.MOMENT, values=_any_date, sortable=True, csw=("dc:date",)),
    IndexField(name="resource_created", kind=Kind.MOMENT, values=_dates(DateTypeCode.CREATION), csw=("apiso:CreationDate",)),
    IndexField(
        name="resource_published",
        kind=Kind.MOMENT,
        values=_dates(DateTypeCode.PUBLICATION, DateTypeCode.RELEASED),
        csw=("apiso:PublicationDate", "dct:issued"),
    ),
    IndexField(
        name="resource_revised",
        kind=Kind.MOMENT,
        values=_dates(DateTypeCode.REVISION, DateTypeCode.LAST_REVISION),
        csw=("apiso:RevisionDate",),
    ),
    IndexField(name="begin", kind=Kind.MOMENT, values=_begin, csw=("apiso:TempExtent_begin",)),
    IndexField(name="end", kind=Kind.MOMENT, values=_end, csw=("apiso:TempExtent_end",)),
    IndexField(name="interval", kind=Kind.INTERVAL, values=lambda r: r.intervals, csw=("apiso:TemporalExtent", "dct:temporal")),
    IndexField(
        name="extent",
        kind=Kind.EXTENT,
        values=lambda r: tuple(e for e in r.extents if e.frame == EARTH and (e.boxes or e.polygons or e.circles)),
        csw=("ows:BoundingBox", "apiso:BoundingBox"),
    ),
    IndexField(
        name="sky", kind=Kind.EXTENT, values=lambda r: tuple(e for e in r.extents if _on_sky(e) and (e.boxes or e.polygons or e.circles))
    ),
    IndexField(name="anytext", kind=Kind.TEXT, values=_nothing, csw=("csw:AnyText", "csw30:AnyText", "apiso:AnyText")),
)

FIELDS: Final[Mapping[str, IndexField]] = MappingProxyType({row.name: row for row in _FIELDS})


def field_named(name: str) -> IndexField:
    """Return the field called `name`.

    Raises:
        QueryError: there is none; the message names those there are.
    """
    try:
        return FIELDS[name]
    except KeyError:
        raise QueryError(f"there is no field {name!r}; there are {', '.join(FIELDS)}", parameter=name) from None
