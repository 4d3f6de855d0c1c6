"""The science domain: what is declared, what is plain, and never more."""

import pytest

from mappings.vocabularies.domains import domain_of
from records.codes import Domain, TopicCategoryCode
from records.model import Box, Circle, Extent, Keyword, Record

EARTH_BOX = Extent(boxes=(Box(west=0, south=0, east=1, north=1),))
SKY = Extent(frame="icrs", circles=(Circle(x=1, y=2, radius=3),))
MARS = Extent(frame="body:mars", boxes=(Box(west=0, south=0, east=1, north=1),))


def keyword(term: str, thesaurus: str | None = None) -> tuple[Keyword, ...]:
    return (Keyword(term=term, thesaurus=thesaurus),)


@pytest.mark.parametrize(
    ("fields", "domain"),
    [
        ({}, None),
        ({"domain": Domain.LIFE, "extents": (EARTH_BOX,)}, Domain.LIFE),
        ({"keywords": keyword("EARTH SCIENCE > Oceans > Salinity")}, Domain.EARTH),
        ({"keywords": keyword("Earth Science > Oceans"), "extents": (SKY,)}, Domain.EARTH),
        ({"keywords": keyword("SPACE SCIENCE > Astronomy")}, Domain.UNIVERSE),
        ({"keywords": keyword("EARTH SCIENCE > Sun-Earth Interactions > Solar Activity")}, None),
        ({"keywords": keyword("Exoplanets", "Unified Astronomy Thesaurus")}, Domain.UNIVERSE),
        ({"keywords": (*keyword("EARTH SCIENCE > Oceans"), *keyword("SPACE SCIENCE > Astronomy"))}, None),
        ({"keywords": keyword("oceans")}, None),
        ({"topic_categories": (TopicCategoryCode.OCEANS, TopicCategoryCode.BIOTA)}, Domain.EARTH),
        ({"topic_categories": (TopicCategoryCode.EXTRA_TERRESTRIAL,)}, Domain.UNIVERSE),
        ({"topic_categories": (TopicCategoryCode.HEALTH,)}, None),
        ({"topic_categories": (TopicCategoryCode.EXTRA_TERRESTRIAL, TopicCategoryCode.OCEANS)}, None),
        ({"extents": (EARTH_BOX,)}, Domain.EARTH),
        ({"extents": (SKY,)}, Domain.UNIVERSE),
        ({"extents": (MARS,)}, Domain.UNIVERSE),
        ({"extents": (Extent(description="somewhere"),)}, None),
        ({"extents": (SKY, EARTH_BOX)}, None),
    ],
)
def test_domain(fields: dict[str, object], domain: Domain | None) -> None:
    assert domain_of(Record(identifier="x", **fields)) is domain  # type: ignore[arg-type]  # fields of many kinds
