"""Records that pages find hard, each with something real records have. They are written as JSON, which carries all of a record."""

from typing import Final

from records.codes import (
    AccessLevel,
    ConstraintKind,
    ContactScope,
    DateTypeCode,
    Domain,
    KeywordTypeCode,
    LinkFunctionCode,
    RoleCode,
    ScopeCode,
    TopicCategoryCode,
)
from records.dates import Date, TimeInterval
from records.model import (
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
    ResourceDate,
)

HOSTILE: Final = '<script>alert(1)</script> "quoted" & <b>bold</b> </script><!-- \' -->'

LONG_TITLE: Final = Record(
    identifier="hard-long-title",
    type=ScopeCode.DATASET,
    domain=Domain.EARTH,
    title=(
        "Level 3 gridded daily composites of surface soil moisture over land and of sea surface salinity over the oceans, ascending and "
        "descending orbits, with the quality flags, auxiliary meteorological fields and climatologies that were used in their retrieval, "
        "Supercalifragilisticexpialidocious_product_name_without_any_blank_in_it_whatsoever_20100112T000000_20140119T235959"
    ),
    intervals=(TimeInterval(begin=Date("2010-01-12"), end=Date("2014-01-19")),),
    extents=(Extent(boxes=(Box(west=-180, south=-90, east=180, north=90),)),),
)
"""A title of 350 characters with a word of a hundred, and no abstract."""

KEYWORDS: Final = Record(
    identifier="hard-keywords",
    type=ScopeCode.DATASET,
    domain=Domain.EARTH,
    title="Everything the ocean has a word for",
    abstract="A record with 1,259 keywords.",
    keywords=tuple(
        Keyword(term=f"Ocean word {number}", type=KeywordTypeCode.THEME, thesaurus="Words of the sea") for number in range(1259)
    ),
)

CONTACTS: Final = Record(
    identifier="hard-contacts",
    type=ScopeCode.SERIES,
    domain=Domain.LIFE,
    title="Bones of forty crews",
    abstract="A record with forty contacts.",
    contacts=tuple(
        Contact(
            scope=ContactScope.RESOURCE if number % 2 else ContactScope.METADATA,
            role=RoleCode.PRINCIPAL_INVESTIGATOR,
            individual=f"Dr Prénom-Composé Nom-de-Famille the {number}th",
            organisation=f"Institute of Long Names and Bones, Department {number}",
            emails=(f"a.very.long.local.part.of.an.address.{number}@department.of.bones.example.org",),
        )
        for number in range(40)
    ),
)

ANTIMERIDIAN: Final = Record(
    identifier="hard-antimeridian",
    type=ScopeCode.DATASET,
    domain=Domain.EARTH,
    title="Waves around Fiji",
    abstract="A polygon that crosses the antimeridian. See https://example.org/fiji?a=1&b=2 for more.\n\nA second paragraph.",
    extents=(
        Extent(
            polygons=(Polygon(rings=(((175.0, -20.0), (-175.0, -20.0), (-175.0, -12.0), (175.0, -12.0), (175.0, -20.0)),)),),
            boxes=(Box(west=175, south=-20, east=-175, north=-12),),
        ),
    ),
    intervals=(TimeInterval(begin=Date("1999-05-01")),),
)

SKY: Final = Record(
    identifier="ivo://hard.example/sky?field=3#deg",
    type=ScopeCode.DATASET,
    domain=Domain.UNIVERSE,
    title="A field of three degrees",
    abstract="Light curves.",
    extents=(Extent(frame=ICRS, circles=(Circle(x=290.5, y=0.4, radius=1.5),)),),
    projects=(Project(name="FIELD"),),
)

EMBARGO: Final = Record(
    identifier="hard-embargo",
    type=ScopeCode.DATASET,
    domain=Domain.UNIVERSE,
    title="Light curves under embargo",
    abstract="Open in January.",
    access=Access(level=AccessLevel.RESTRICTED, groups=("COROT Co-Is",), until=Date("2027-01-12")),
    links=(Link(url="https://sipad.example/embargo", name="SIPAD", function=LinkFunctionCode.ORDER),),
)

ESCAPES: Final = Record(
    identifier="hard/../escapes/<&>\"' %2F?#é",
    type=ScopeCode.DATASET,
    domain=Domain.MATERIAL,
    title=f"Escapes {HOSTILE}",
    abstract=f"Abstract {HOSTILE}",
    lineage=f"Lineage {HOSTILE}",
    keywords=(Keyword(term=HOSTILE, thesaurus=HOSTILE),),
    contacts=(
        Contact(
            organisation=HOSTILE,
            individual=HOSTILE,
            position=HOSTILE,
            emails=(HOSTILE, "a@b.example?bcc=everybody"),
            role=RoleCode.OWNER,
        ),
    ),
    platforms=(Platform(name=HOSTILE),),
    instruments=(Instrument(name=HOSTILE),),
    projects=(Project(name=HOSTILE),),
    constraints=(Constraint(kind=ConstraintKind.OTHER, text=HOSTILE),),
    links=(
        Link(url="javascript:alert(1)", name="Run me", function=LinkFunctionCode.DOWNLOAD),
        Link(url="javascript:alert(2)", name="Order me", function=LinkFunctionCode.ORDER),
        Link(url="data:text/html,<script>alert(1)</script>", name=HOSTILE, description=HOSTILE),
        Link(url="doi:10.1234/abc", name="By DOI"),
    ),
    extents=(Extent(description=HOSTILE),),
)

FULL: Final = Record(
    identifier="hard-full",
    type=ScopeCode.DATASET,
    title="Mesure de l’été austral à Kerguelen",
    alternate_titles=("KERG",),
    abstract="Données d’été. Voir doi:10.5555/12345678.",
    purpose="To be whole.",
    language="fra",
    languages=("fra", "eng"),
    identifiers=(Identifier(code="10.5555/12345678", codespace="doi"),),
    edition="2",
    domain=Domain.EARTH,
    topic_categories=(TopicCategoryCode.OCEANS,),
    cnes_categories=("Oceanography",),
    created=Date("2020-02-29"),
    datestamp=Date("2021-03-01"),
    dates=(ResourceDate(date=Date("2019"), type=DateTypeCode.PUBLICATION),),
    intervals=(TimeInterval(begin=Date("-65000000"), end=Date("2010")), TimeInterval(begin=Date("2011-04-01T12:30:00Z"))),
    extents=(Extent(boxes=(Box(west=70.25, south=-49.35, east=70.25, north=-49.35),), vertical=(-4000.0, 0.0)),),
    platforms=(Platform(name="Marion Dufresne", long_name="Research vessel"),),
    instruments=(Instrument(name="CTD"),),
    projects=(Project(name="KERFIX"),),
    processing_level="Level 2",
    formats=(DataFormat(name="NetCDF", version="4"),),
    size=73_709_000,
    object_count=12_345,
    lineage="Calibrated ashore.",
    licence=Licence(name="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"),
    access=Access(level=AccessLevel.OPEN),
    links=(Link(url="https://data.example/kerfix.nc", name="All data", function=LinkFunctionCode.DOWNLOAD, protocol="HTTPS"),),
    contacts=(Contact(organisation="CNRS", individual="A. Personne", role=RoleCode.AUTHOR, emails=("a@cnrs.example",)),),
)

BY_LETTER: Final = Record(
    identifier="hard-by-letter",
    type=ScopeCode.DATASET,
    domain=Domain.MATERIAL,
    title="Drops ordered by a letter",
    abstract="Nobody delivers these data but a person.",
    contacts=(Contact(scope=ContactScope.DISTRIBUTION, role=RoleCode.DISTRIBUTOR, organisation="SERAD", emails=("serad@cnes.example",)),),
)

HARD: Final = (LONG_TITLE, KEYWORDS, CONTACTS, ANTIMERIDIAN, SKY, EMBARGO, ESCAPES, FULL, BY_LETTER)
