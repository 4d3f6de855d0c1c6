"""What a record reaches of the FAIR principles, and that each point that is not full says what to do."""

from dataclasses import replace
from pathlib import Path

import pytest

from mappings import fair
from mappings.fair import Fair, Point, assess
from mappings.formats import read
from records.codes import (
    AccessLevel,
    ConstraintKind,
    DateTypeCode,
    Domain,
    KeywordTypeCode,
    LinkFunctionCode,
    RestrictionCode,
    RoleCode,
    ScopeCode,
    TopicCategoryCode,
)
from records.dates import Date, TimeInterval
from records.model import (
    Access,
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
    Problem,
    Record,
    Relation,
    ResourceDate,
    Source,
)

GOLDEN = Path(__file__).parents[1] / "golden"
PAGE = "https://example.org/ozone"
DATA = "https://example.org/ozone.nc"
BARE = Record(identifier="a")
FULL = Record(
    identifier="no.nilu:ozone",
    type=ScopeCode.DATASET,
    title="Total ozone over the Arctic, 1994 to 2024",
    abstract="Measured each day. " * 20,
    language="eng",
    identifiers=(Identifier(code="10.5067/OZONE-1", codespace="doi"),),
    keywords=tuple(Keyword(term=term, thesaurus="GCMD") for term in ("OZONE", "ATMOSPHERE", "ARCTIC")),
    domain=Domain.EARTH,
    contacts=(Contact(role=RoleCode.POINT_OF_CONTACT, organisation="NILU", emails=("data@nilu.example",)),),
    datestamp=Date("2025-01-01"),
    dates=(ResourceDate(date=Date("2024-12-31"), type=DateTypeCode.PUBLICATION),),
    intervals=(TimeInterval(begin=Date("1994"), end=Date("2024")),),
    extents=(Extent(boxes=(Box(west=-180, south=60, east=180, north=90),)),),
    platforms=(Platform(name="Zeppelin"),),
    instruments=(Instrument(name="Brewer"),),
    formats=(DataFormat(name="netCDF"),),
    lineage="Calibrated each year. " * 10,
    licence=Licence(name="CC BY 4.0", url="https://creativecommons.org/licenses/by/4.0/"),
    access=Access(level=AccessLevel.OPEN),
    links=(Link(url=DATA, function=LinkFunctionCode.DOWNLOAD), Link(url=PAGE)),
    relations=(Relation(identifier="no.nilu:ozone-raw"),),
    source=Source(content=b"", format="iso19139"),
)


def point(record: Record, title: str, **options: tuple[str, ...]) -> Point:
    (found,) = (each for each in assess(record, **options).points if each.title == title)
    return found


def test_a_record_that_says_all_reaches_all_and_is_told_nothing() -> None:
    found = assess(FULL)
    assert found.score == 100
    assert [each for each in found.points if not each.full or each.advice] == []


def test_the_points_of_a_whole_record_are_a_hundred_and_all_four_letters_count() -> None:
    points = assess(FULL).points
    assert sum(each.most for each in points) == 100
    assert {letter: sum(each.most for each in points if each.letter == letter) for letter in "FAIR"} == {"F": 30, "A": 20, "I": 20, "R": 30}


def test_the_module_tells_of_each_point_as_it_is() -> None:
    told = [line.split(maxsplit=1) for line in (fair.__doc__ or "").splitlines() if line[:1] in "FAIR" and line[1:2].isdigit()]
    for number, rest in told:
        assert any(
            each.principle == number and rest.startswith(each.title) and f" {each.most}  " in rest for each in assess(FULL).points
        ), rest
    assert len(told) == len(assess(FULL).points)


def test_each_point_that_is_not_full_says_what_to_do() -> None:
    missing = assess(BARE)
    assert missing.score < 10
    assert [each.title for each in missing.points if not each.full and not each.advice] == []
    for each in missing.points:
        assert each.full or (each.advice % each.values).endswith(".")


EMPTY: dict[str, dict[str, object]] = {
    "Persistent identifier": {"identifiers": ()},
    "Title": {"title": None},
    "Abstract": {"abstract": None},
    "Keywords": {"keywords": ()},
    "Place": {"extents": ()},
    "Time": {"intervals": ()},
    "Identifier of the data": {"identifiers": ()},
    "Way to the data": {"links": ()},
    "Links that work": {"links": ()},
    "Open protocol": {"links": ()},
    "Conditions of access": {"access": None},
    "Language": {"language": None},
    "Format of the data": {"formats": ()},
    "Terms of vocabularies": {"keywords": ()},
    "Relations": {"relations": ()},
    "How the data were taken": {"platforms": (), "instruments": ()},
    "Licence": {"licence": None},
    "Contact": {"contacts": ()},
    "Lineage": {"lineage": None},
    "Dates of the data": {"dates": ()},
    "Date of the metadata": {"datestamp": None},
}


@pytest.mark.parametrize("title", EMPTY)
def test_what_is_left_out_costs_its_point_whole(title: str) -> None:
    assert point(replace(FULL, **EMPTY[title]), title).reached == 0  # type: ignore[arg-type]
    assert assess(replace(FULL, **EMPTY[title])).score < 100  # type: ignore[arg-type]


PARTLY: list[tuple[str, dict[str, object], int]] = [
    ("Persistent identifier", {"identifiers": (Identifier(code="ozone-7"),)}, 3),
    ("Persistent identifier", {"identifiers": (Identifier(code="https://hdl.handle.net/10013/epic.1"),)}, 8),
    ("Persistent identifier", {"identifiers": (Identifier(code="ark:/12148/btv1b8449691v"),)}, 8),
    ("Persistent identifier", {"identifiers": (), "identifier": "ivo://cds.vizier/i/239"}, 8),
    ("Persistent identifier", {"identifiers": (), "identifier": "doi:10.5067/ABC"}, 8),
    ("Identifier of the record", {"problems": (Problem(code="no-identifier", message="none"),)}, 0),
    ("Title", {"title": "Ozone"}, 1),
    ("Title", {"title": "no.nilu:ozone"}, 1),
    ("Abstract", {"abstract": "x" * 99}, 1),
    ("Abstract", {"abstract": "x" * 100}, 3),
    ("Abstract", {"abstract": "x" * 300}, 5),
    ("Keywords", {"keywords": FULL.keywords[:1], "topic_categories": (TopicCategoryCode.OCEANS,)}, 2),
    ("Place", {"extents": (), "keywords": (Keyword(term="Arctic", type=KeywordTypeCode.PLACE),)}, 3),
    ("Way to the data", {"links": (Link(url=PAGE),)}, 3),
    ("Way to the data", {"links": (Link(url=PAGE, protocol="OGC:WMS"),)}, 8),
    ("Open protocol", {"links": (Link(url=DATA), Link(url="//nas/ozone.nc"))}, 1),
    ("Open protocol", {"links": (Link(url="doi:10.5067/ABC"), Link(url="ftp://example.org/x"))}, 3),
    ("Open protocol", {"links": (Link(url="http://[broken"), Link(url="C:\\ozone.nc"), Link(url="ozone.nc"))}, 0),
    ("Conditions of access", {"access": None, "constraints": (Constraint(kind=ConstraintKind.ACCESS, text="Ask."),)}, 4),
    ("Conditions of access", {"access": None, "constraints": (Constraint(kind=ConstraintKind.USE_LIMITATION, text="Cite."),)}, 0),
    ("Terms of vocabularies", {"keywords": FULL.keywords[:2]}, 5),
    ("Terms of vocabularies", {"keywords": tuple(Keyword(term=term) for term in "abcdef")}, 0),
    ("Terms of vocabularies", {"keywords": (Keyword(term="a", uri="https://gcmd.example/1"),)}, 3),
    ("Relations", {"relations": (), "parent_identifier": "no.nilu"}, 5),
    ("How the data were taken", {"instruments": ()}, 2),
    ("Licence", {"licence": Licence(name="CC BY 4.0")}, 6),
    ("Licence", {"licence": None, "constraints": (Constraint(kind=ConstraintKind.USE, code=RestrictionCode.COPYRIGHT),)}, 3),
    ("Licence", {"licence": None, "constraints": (Constraint(kind=ConstraintKind.ACCESS, text="Ask."),)}, 0),
    ("Contact", {"contacts": (Contact(organisation="NILU"),)}, 2),
    ("Contact", {"contacts": (Contact(organisation="NILU", role=RoleCode.OWNER),)}, 3),
    ("Contact", {"contacts": (Contact(organisation="NILU", url="https://nilu.example/"),)}, 4),
    ("Lineage", {"lineage": "Calibrated."}, 3),
    ("Dates of the data", {"dates": (ResourceDate(date=Date("2030"), type=DateTypeCode.NEXT_UPDATE),)}, 0),
    ("Standard", {"source": Source(content=b"", format="json")}, 3),
    ("Standard", {"source": Source(content=b"", format="oai_dc")}, 1),
]


@pytest.mark.parametrize(("title", "change", "reached"), PARTLY)
def test_what_is_said_in_part_reaches_a_part(title: str, change: dict[str, object], reached: int) -> None:
    found = point(replace(FULL, **change), title)  # type: ignore[arg-type]
    assert found.reached == reached
    assert bool(found.advice) is (reached < found.most)


def test_broken_links_cost_their_share_and_are_named() -> None:
    found = point(FULL, "Links that work", broken=(PAGE, "https://elsewhere.example/"))
    assert (found.reached, found.most) == (2, 5)
    assert found.advice % found.values == f"Mend or remove the links at which nothing answers; 1 of 2, the first: {PAGE}"


def test_one_broken_link_of_many_costs_something() -> None:
    many = replace(FULL, links=tuple(Link(url=f"{PAGE}/{number}") for number in range(100)))
    assert point(many, "Links that work", broken=(f"{PAGE}/7",)).reached == 4


def test_what_does_not_apply_does_not_count() -> None:
    service = replace(FULL, type=ScopeCode.SERVICE, extents=(), intervals=(), formats=(), platforms=(), instruments=())
    assert assess(service).score == 100
    life = replace(FULL, domain=Domain.LIFE, extents=())
    assert assess(life).score == 100
    assert assess(replace(life, intervals=())).score < 100


def test_what_is_said_though_it_need_not_be_counts() -> None:
    assert "Place" in {each.title for each in assess(replace(FULL, domain=Domain.LIFE)).points}


def _golden(name: str) -> Fair:
    return assess(read((GOLDEN / name).read_bytes()))


def test_real_records_are_told_apart() -> None:
    well, poor = _golden("dif/OMSO2_003.xml"), _golden("dublincore/highway-runoff-oai_dc.xml")
    assert well.score >= 85
    assert poor.score <= 45
