"""Hypothesis strategies for the model: records as a reader could make them, with all that documents are known to hold.

What the docstrings of `records.model` promise holds in each of them: texts are stripped and never empty, lists hold each value
once, boxes are in range, rings are closed. A text is as `mappings.rules.clean_text` leaves it; only abstract, purpose, lineage,
citation and the words of a constraint have paragraphs. Keywords of type platform, instrument and project are not made: readers
lift them into their own fields.
"""

import math
from dataclasses import replace
from typing import Final, TypeVar

from hypothesis import strategies as st

from mappings.rules import clean_text
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
from records.model import (
    EARTH,
    ICRS,
    Access,
    Box,
    Circle,
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
    Polygon,
    Project,
    Record,
    Relation,
    ResourceDate,
)

T = TypeVar("T")
Ring = tuple[tuple[float, float], ...]

_WORDS: Final = (
    *(
        "sea",
        "ice",
        "COROT",
        "MODIS/Terra",
        "Level-3",
        "2007",
        "data:",
        "(v1.2)",
        "C++",
        "a,b;c",
        "50%",
        "#1",
        "l'été",
        "Müller",
        "Ångström",
    ),
    *(
        "données",
        "φασματο-",
        "Ω",
        "日本語",
        "海氷",
        "данные",
        "שלום",
        "🛰",
        "👩‍🚀",
        "<&>\"']]>",
        "a&b",
        "<tag/>",
        "{x}",
        "\\n",
        "µm",
        "e\u0301t\u0301",
    ),
)
_CHARACTERS: Final = "abcXYZ019éèñßøŁπλ中あ—–’“”«»°±×½²€™.,:;!?()[]{}|/\\&<=+*%#@$_~^`'\"-🌍\u0301"
_SHAPES: Final[tuple[Ring, ...]] = (
    ((-1.0, -1.0), (1.0, -1.0), (0.0, 1.0)),
    ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)),
    ((0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)),
    ((-0.5, -1.0), (0.5, -1.0), (1.0, 0.0), (0.5, 1.0), (-0.5, 1.0), (-1.0, 0.0)),
)
"""Convex rings around the origin, counter-clockwise, not yet closed."""

_words = st.one_of(st.sampled_from(_WORDS), st.text(_CHARACTERS, min_size=1, max_size=8))
lines = st.lists(_words, min_size=1, max_size=4).map(" ".join).filter(lambda line: clean_text(line) == line)
"""A text on one line."""

paragraphs = st.lists(lines, min_size=1, max_size=3).map("\n\n".join).filter(lambda text: clean_text(text) == text)
"""A text of some paragraphs, parted by an empty line."""

identifiers = st.one_of(
    st.sampled_from(
        (
            "MYD05_L2_6.1",
            "urn:uuid:94bc9c83-97f6-4b40-9eb8-a8e8787a5c63",
            "doi:10.5067/MODIS/MYD05_L2.061",
            "https://doi.org/10.1594/PANGAEA.123?x=1&y=2#z",
            "ivo://CDS.VizieR/J/A+A/650/A12",
            "fr.cnes COROT N2 LRa01",
            "a<b>&\"c'",
            "données/été 100%",
        )
    ),
    lines,
)
"""Identifiers of records: any characters."""

urls = st.one_of(
    st.sampled_from(
        (
            "https://example.org/data?a=1&b=2#part",
            "http://example.org/a path/with blanks.nc",
            "ftp://user@example.org:21/pub/",
            "doi:10.5067/ABC",
            "../relative/file.xml",
            "www.example.org",
            "https://exämple.org/été/日本?q=<x>",
            "mailto:someone@example.org",
        )
    ),
    lines,
)
"""Addresses as documents have them: not all are valid."""

languages = st.sampled_from(("eng", "fra", "deu", "spa", "jpn", "ita"))


def _moments(years: st.SearchStrategy[int]) -> st.SearchStrategy[Date]:
    day = st.builds("{:02d}".format, st.integers(1, 28))
    month = st.builds("{:02d}".format, st.integers(1, 12))
    year = years.map(lambda number: f"{number:04d}" if 0 <= number <= 9999 else f"{number:+05d}")
    clock = st.builds(
        "{:02d}:{:02d}:{:02d}{}Z".format,
        st.integers(0, 23),
        st.integers(0, 59),
        st.integers(0, 59),
        st.sampled_from(("", "", "", ".5", ".123")),
    )
    return st.one_of(
        year,
        st.builds("{}-{}".format, year, month),
        st.builds("{}-{}-{}".format, year, month, day),
        st.builds("{}-{}-{}T{}".format, year, month, day, clock),
    ).map(Date.parse)


near_dates = _moments(st.integers(1900, 2100))
"""Dates of any precision that people who work today could have written."""

dates = st.one_of(near_dates, near_dates, _moments(st.sampled_from((-65_000_000, -44, 1, 999, 1582, 9999, 12_000))))
"""Dates of any precision, deep time and the far future included."""


@st.composite
def intervals(draw: st.DrawFn) -> TimeInterval:
    """Intervals in order, open at one end at most, or a moment."""
    begin, end = sorted((draw(dates), draw(dates)), key=lambda date: date.first_second)
    match draw(st.sampled_from(("closed", "closed", "no begin", "no end", "moment"))):
        case "no begin":
            return TimeInterval(end=end)
        case "no end":
            return TimeInterval(begin=begin)
        case "moment":
            return TimeInterval(begin=begin, end=begin)
        case _:
            return TimeInterval(begin=begin, end=end)


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers as people write them: of no more than four decimals."""
    places = st.sampled_from((0, 0, 1, 2, 4))
    return st.builds(lambda part, digits: round(low + (high - low) * part / 10_000, digits), st.integers(0, 10_000), places)


@st.composite
def boxes(draw: st.DrawFn, *, sky: bool = False) -> Box:
    """Boxes: ordinary ones, across the antimeridian, points, the whole globe."""
    south, north = sorted((draw(numbers(-90, 90)), draw(numbers(-90, 90))))
    longitudes = numbers(0, 360) if sky else numbers(-180, 180)
    west, east = draw(longitudes), draw(longitudes)
    match draw(st.sampled_from(("plain", "plain", "as drawn", "point", "globe"))):
        case "plain":
            west, east = min(west, east), max(west, east)
        case "point":
            east, north = west, south
        case "globe":
            west, south, east, north = (0.0, -90.0, 360.0, 90.0) if sky else (-180.0, -90.0, 180.0, 90.0)
    return Box(west=west, south=south, east=east, north=north)


@st.composite
def polygons(draw: st.DrawFn, *, sky: bool = False) -> Polygon:
    """Convex polygons of either sense, some with a hole, some across the antimeridian."""
    x, y = draw(numbers(0, 359) if sky else numbers(-180, 180)), draw(numbers(-70, 70))
    width, height = draw(numbers(1, 15)), draw(numbers(1, 15))
    rings = [_ring(draw(st.sampled_from(_SHAPES)), (x, y), (width, height), sky=sky)]
    if draw(st.integers(0, 4)) == 0:
        rings.append(_ring(_SHAPES[0], (x, y), (width / 4, height / 4), sky=sky)[::-1])
    if draw(st.booleans()):
        rings = [ring[::-1] for ring in rings]
    return Polygon(rings=tuple(rings))


def _ring(shape: Ring, centre: tuple[float, float], size: tuple[float, float], *, sky: bool) -> Ring:
    def longitude(value: float) -> float:
        if sky:
            return round(value % 360, 4)
        return round(value if -180 <= value <= 180 else math.remainder(value, 360), 4)

    ring = tuple((longitude(centre[0] + x * size[0]), round(centre[1] + y * size[1], 4)) for x, y in shape)
    return (*ring, ring[0])


@st.composite
def extents(draw: st.DrawFn) -> Extent:
    """Extents in any frame; none is empty."""
    frame = draw(st.sampled_from((EARTH, EARTH, ICRS, "body:mars")))
    sky = frame == ICRS
    circles = st.builds(Circle, x=numbers(0, 359) if sky else numbers(-180, 180), y=numbers(-90, 90), radius=numbers(0.01, 20).filter(bool))
    extent = Extent(
        frame=frame,
        description=draw(_maybe(lines)),
        boxes=draw(_few(boxes(sky=sky))),
        polygons=draw(_few(polygons(sky=sky), 1)),
        circles=() if frame == EARTH else draw(_few(circles)),
        vertical=None if sky else draw(_maybe(st.tuples(numbers(-6000, 0), numbers(0, 900_000)))),
    )
    if any((extent.description, extent.boxes, extent.polygons, extent.circles, extent.vertical)):
        return extent
    return Extent(frame=frame, boxes=(draw(boxes(sky=sky)),))


def _maybe(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.one_of(st.none(), strategy)


def _few(strategy: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=most, unique=True).map(tuple)


_terms = st.one_of(lines, st.lists(lines, min_size=2, max_size=4).map(" > ".join)).filter(lambda term: clean_text(term) == term)
_lifted = {KeywordTypeCode.PLATFORM, KeywordTypeCode.INSTRUMENT, KeywordTypeCode.PROJECT}
keywords = st.builds(
    Keyword,
    term=_terms,
    type=_maybe(st.sampled_from([code for code in KeywordTypeCode if code not in _lifted])),
    thesaurus=_maybe(lines),
    uri=_maybe(st.sampled_from(("http://astrothesaurus.org/uat/486", "https://example.org/concept?id=1&v=2"))),
)
contacts = st.builds(
    Contact,
    scope=st.sampled_from(ContactScope),
    role=_maybe(st.sampled_from(RoleCode)),
    individual=_maybe(lines),
    organisation=_maybe(lines),
    position=_maybe(lines),
    emails=_few(st.sampled_from(("a.b@example.org", "été@example.fr", "odd address"))),
    phones=_few(st.sampled_from(("+33 5 61 27 31 31", "0561", "(1) 555-1234 ext. 2"))),
    address=_few(lines),
    city=_maybe(lines),
    region=_maybe(lines),
    postal_code=_maybe(lines),
    country=_maybe(lines),
    url=_maybe(urls),
).filter(lambda contact: any((contact.individual, contact.organisation, contact.position)))
constraints = st.one_of(
    st.builds(Constraint, kind=st.sampled_from((ConstraintKind.USE_LIMITATION, ConstraintKind.OTHER)), text=paragraphs),
    st.builds(
        Constraint,
        kind=st.sampled_from((ConstraintKind.ACCESS, ConstraintKind.USE)),
        code=_maybe(st.sampled_from(RestrictionCode)),
        text=_maybe(paragraphs),
    ).filter(lambda constraint: constraint.code is not None or constraint.text is not None),
)
licences = st.builds(Licence, name=_maybe(lines), url=_maybe(urls)).filter(lambda licence: licence != Licence())
accesses = st.one_of(
    st.just(Access()),
    st.builds(
        Access,
        level=st.just(AccessLevel.RESTRICTED),
        groups=_few(st.sampled_from(("corot-team", "cnes", "équipe", "a_b"))),
        until=_maybe(near_dates),
    ),
)
links = st.builds(
    Link,
    url=urls,
    name=_maybe(lines),
    description=_maybe(lines),
    function=_maybe(st.sampled_from(LinkFunctionCode)),
    protocol=_maybe(st.sampled_from(("HTTPS", "FTP", "OGC:WMS", "WWW:LINK-1.0-http--link", "odd protocol"))),
    media_type=_maybe(st.sampled_from(("text/html", "application/x-netcdf", "application/geo+json; charset=utf-8"))),
)
relations = st.builds(Relation, identifier=identifiers, type=st.sampled_from(RelationType), title=_maybe(lines))
platforms = st.builds(Platform, name=lines, long_name=_maybe(lines), type=_maybe(lines))


_identifiers_of_resources = st.builds(
    Identifier, code=identifiers, codespace=_maybe(st.sampled_from(("doi", "ivo", "issn", "http://example.org/ns")))
)
_without_platforms = st.builds(
    Record,
    identifier=identifiers,
    parent_identifier=_maybe(identifiers),
    type=_maybe(st.sampled_from(ScopeCode)),
    title=_maybe(lines),
    alternate_titles=_few(lines),
    abstract=_maybe(paragraphs),
    purpose=_maybe(paragraphs),
    language=_maybe(languages),
    languages=_few(languages),
    identifiers=_few(_identifiers_of_resources),
    edition=_maybe(lines),
    keywords=_few(keywords, 3),
    topic_categories=_few(st.sampled_from(TopicCategoryCode)),
    domain=_maybe(st.sampled_from(Domain)),
    cnes_categories=_few(lines),
    contacts=_few(contacts, 3),
    created=_maybe(near_dates),
    datestamp=_maybe(near_dates),
    dates=_few(st.builds(ResourceDate, date=dates, type=_maybe(st.sampled_from(DateTypeCode))), 3),
    intervals=_few(intervals()),
    extents=_few(extents()),
    projects=_few(st.builds(Project, name=lines, long_name=_maybe(lines))),
    processing_level=_maybe(lines),
    formats=_few(st.builds(DataFormat, name=lines, version=_maybe(lines))),
    size=_maybe(st.one_of(st.integers(0, 9), st.integers(0, 10**15))),
    resource_type=_maybe(st.sampled_from(["http://purl.org/dc/dcmitype/Image", "http://purl.org/dc/dcmitype/Dataset", "Event"])),
    object_count=_maybe(st.integers(0, 10**9)),
    lineage=_maybe(paragraphs),
    constraints=_few(constraints),
    licence=_maybe(licences),
    access=_maybe(accesses),
    links=_few(links, 3),
    relations=_few(relations),
    citation=_maybe(paragraphs),
)
_platforms = st.lists(platforms, max_size=2, unique_by=lambda platform: platform.name).map(tuple)
_instruments = st.lists(st.builds(Instrument, name=lines, long_name=_maybe(lines), type=_maybe(lines)), max_size=2)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Records as a reader could make them, from all but empty to full; an instrument is on a platform of its record, or on none."""
    carriers = draw(_platforms)
    names = [None, *(platform.name for platform in carriers)]
    aboard = [replace(instrument, platform=draw(st.sampled_from(names))) for instrument in draw(_instruments)]
    return replace(draw(_without_platforms), platforms=carriers, instruments=tuple(dict.fromkeys(aboard)))
