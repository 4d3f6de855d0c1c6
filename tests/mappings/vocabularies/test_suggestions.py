"""Terms of vocabularies for somebody who types."""

import pytest

from mappings.formats import format_named
from mappings.vocabularies.suggestions import vocabulary_suggestions
from mappings.vocabularies.terms.make import gcmd, uat
from records.codes import KeywordTypeCode
from records.model import Keyword, Record

SEA_ICE = Keyword(
    term="EARTH SCIENCE > OCEANS > SEA ICE",
    type=KeywordTypeCode.THEME,
    thesaurus="NASA/GCMD Science Keywords",
    uri="https://gcmd.earthdata.nasa.gov/kms/concept/d73e969a-4b66-4713-8d63-fa3cbb1e25e3",
)
EXOPLANETS = Keyword(
    term="Exoplanets",
    type=KeywordTypeCode.THEME,
    thesaurus="Unified Astronomy Thesaurus",
    uri="http://astrothesaurus.org/uat/498",
)


def test_a_term_is_found_by_the_beginning_of_its_narrowest_level_the_shortest_first() -> None:
    found = vocabulary_suggestions("sea ic")
    assert found[0] == SEA_ICE
    assert len(found) == 8
    assert all("SEA IC" in keyword.term for keyword in found)


@pytest.mark.parametrize("typed", ["exoplanets", "  EXOPLANETS ", "Éxoplanets", "exoplan"])
def test_case_accents_and_blanks_are_of_no_account(typed: str) -> None:
    assert vocabulary_suggestions(typed)[0] == EXOPLANETS


def test_a_concept_is_found_by_its_other_names_and_by_a_word_within() -> None:
    assert "Extrasolar gaseous planets" in [keyword.term for keyword in vocabulary_suggestions("gaseous pl", 20)]
    assert vocabulary_suggestions("A-type dwarf st")[0].term == "A dwarf stars"


@pytest.mark.parametrize("typed", ["", " ", "s", "xyzzy", "sea ice" * 100, "%", "\\", ".*"])
def test_what_no_term_begins_with_suggests_nothing(typed: str) -> None:
    assert vocabulary_suggestions(typed) == []


def test_no_more_are_suggested_than_asked_for() -> None:
    assert len(vocabulary_suggestions("star", 3)) == 3


def test_a_suggested_keyword_is_written_where_dif_has_science_keywords() -> None:
    written = format_named("dif10").write(Record(identifier="x", keywords=(vocabulary_suggestions("sea ice")[0],)))
    assert b"<Topic>OCEANS</Topic>" in written


def test_lists_are_made_of_the_vocabularies_own_files() -> None:
    lines = [
        '"Keyword Version: 14.3"',
        "Category,Topic,Term,Variable_Level_1,Variable_Level_2,Variable_Level_3,Detailed_Variable,UUID",
        '"EARTH SCIENCE","OCEANS","TIDES","","","","","u-1"',
    ]
    assert gcmd(lines) == [("EARTH SCIENCE > OCEANS > TIDES", "u-1")]
    concepts = '[{"uri": "http://a/uat/7", "name": "N", "altNames": ["M"]}, {"uri": "http://a/uat/8", "name": "O", "status": "deprecated"}]'
    assert uat(concepts) == [("N", "7", "M")]
