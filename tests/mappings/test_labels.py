import inspect
from dataclasses import fields

import pytest

from mappings.vocabularies.labels import LANGUAGES, label, table, value_label
from records import codes
from records.codes import Code, Domain, RestrictionCode, ScopeCode, TopicCategoryCode
from records.model import Record

CODE_LISTS = [found for _, found in inspect.getmembers(codes, inspect.isclass) if issubclass(found, Code) and found is not Code]
FACETS = [
    "domain",
    "type",
    "project",
    "platform",
    "instrument",
    "topic",
    "organisation",
    "level",
    "keyword",
    "category",
    "format",
    "year",
]


@pytest.mark.parametrize("codes_of", CODE_LISTS, ids=lambda found: found.__name__)
def test_every_code_has_words_and_no_words_lack_a_code(codes_of: type[Code]) -> None:
    assert set(table()[codes_of.__name__]) == {member.value for member in codes_of}


def test_words_are_words_in_both_languages() -> None:
    for rows in table().values():
        for words in rows.values():
            assert len(words) == len(LANGUAGES)
            assert all(word and word == word.strip() for word in words)
            assert "'" not in "".join(words), "the apostrophe is ’"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_facet_and_every_field_of_a_record_has_a_name(language: str) -> None:
    names = [*FACETS, *(field.name for field in fields(Record))]
    assert [name for name in names if label(name, language) == name] == []


def test_words_of_a_code_are_those_of_its_own_list() -> None:
    assert label(Domain.UNIVERSE, "en") == "Universe"
    assert label(Domain.UNIVERSE, "fr") == "Univers"
    assert label(ScopeCode.DATASET, "fr-FR") == "Jeu de données"
    assert label(TopicCategoryCode.OCEANS, "fr") == "Océans"
    assert label(RestrictionCode.IN_CONFIDENCE, "en") == "In confidence"


def test_a_language_without_words_of_its_own_gets_english() -> None:
    assert label(Domain.EARTH, "de") == "Earth"


def test_names_of_languages() -> None:
    assert [label(code, "fr") for code in ("eng", "fra", "fre", "deu")] == ["anglais", "français", "français", "allemand"]


def test_what_is_no_code_is_shown_as_it_is() -> None:
    assert label("Klingon", "en") == "Klingon"
    assert value_label("type", "dataset", "en") == "Data set"
    assert value_label("platform", "earth", "en") == "earth"
    assert value_label("type", "something else", "fr") == "something else"
