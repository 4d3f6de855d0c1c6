"""What a person types, and what they find."""

import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.engines.base import Engine, Suggestion
from catalogue.query import Page, SearchQuery
from records.model import Instrument, Record
from tests.contracts.making import NOW, entry, found, keywords, platforms, record

CATALOGUE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("sst", "Sea Surface Temperature", {"abstract": "Measured by radiometers over all oceans."}),
    ("ice", "Sea ice concentration of the Arctic", {"abstract": "Sea ice. The surface temperature is given, too."}),
    ("neige", "Mesures de l’albédo de la neige en été", {"abstract": "Données d'albédo."}),
    ("who", "The Who", {"abstract": "A band of galaxies."}),
    ("it", "IT", {"abstract": "Ionosphere and thermosphere."}),
    ("myd", "MODIS/Aqua Leaf Area Index", {"identifiers": (), "alternate_titles": ("MYD15A2H",), "platforms": platforms("Aqua")}),
    ("wind", "SRc01 - Asteroseismology channel - AN0_STARWIND", {"abstract": "Light curves."}),
    ("terra", "Terra orbit", {}),
    ("terre", "La terre vue du ciel", {}),
    (
        "modis",
        "Calibrated radiances",
        {"instruments": (Instrument(name="MODIS", long_name="Moderate Resolution Imaging Spectroradiometer"),)},
    ),
    ("mention", "A study", {"abstract": "This study compares MODIS with others. " * 5, "keywords": keywords("oceans")}),
    ("c", "C++ and F# & <b>R</b>: 100 % of “it”", {}),
)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    engine.put([entry(identifier, title, **fields) for identifier, title, fields in CATALOGUE], now=NOW)
    return engine


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sea surface temperature", "sst"),  # a title that is the whole text
        ("temperature surface sea", "sst"),  # word order is free; a title before a text in which the words are scattered
        ("SEA SURFACE TEMPERATURES", "sst"),
        ("oceans radiometer", "sst"),
        ("été", "neige"),
        ("ete neige", "neige"),
        ("l'été", "neige"),
        ("d’albédo", "neige"),
        ("albedo mesure", "neige"),
        ("The Who", "who"),
        ("who", "who"),
        ("IT", "it"),
        ("it", "it"),
        ("MYD15A2H", "myd"),
        ("myd15", "myd"),
        ("MYD15 index", "myd"),
        ("AN0_STARWIND", "wind"),
        ("ANO_STARWIND", "wind"),
        ("an0 starwind", "wind"),
        ("an0_star", "wind"),
        ("terra", "terra"),
        ("terre", "terre"),
        ("aqua", "myd"),
        ("MODIS", "modis"),
        ("moderate resolution", "modis"),
        ('"ice concentration"', "ice"),
        ("temperatur", "sst"),
    ],
)
def test_first(filled: Engine, text: str, first: str) -> None:
    assert found(filled, text)[0] == first


@pytest.mark.parametrize(
    ("before", "behind", "text"), [("modis", "mention", "modis"), ("sst", "ice", "surface temperature"), ("it", "c", "it")]
)
def test_before(filled: Engine, before: str, behind: str, text: str) -> None:
    order = found(filled, text)
    assert order.index(before) < order.index(behind)


def test_a_phrase_wants_its_words_side_by_side(filled: Engine) -> None:
    assert found(filled, '"concentration ice"') == []
    assert found(filled, '"sea ice concentration" arctic') == ["ice"]


def test_a_word_that_occurs_nowhere_is_searched_as_the_nearest(filled: Engine) -> None:
    page = filled.search(SearchQuery(text="Arctic concentraton"))
    assert [hit.record.identifier for hit in page.hits] == ["ice"]
    assert page.searched_as == "Arctic concentration"
    exact = filled.search(SearchQuery(text="concentraton", exact=True))
    assert (exact.number_matched, exact.searched_as) == (0, None)


def test_words_that_occur_are_searched_as_they_are(filled: Engine) -> None:
    assert filled.search(SearchQuery(text="sea ice")).searched_as is None


def test_a_word_near_to_nothing_is_left_out_and_said_so(filled: Engine) -> None:
    page = filled.search(SearchQuery(text="arctic qqqqzzzzwwww"))
    assert ([hit.record.identifier for hit in page.hits], page.searched_as) == (["ice"], "arctic")
    assert found(filled, "qqqqzzzzwwww") == []


def test_filters_do_not_change_what_is_searched(filled: Engine) -> None:
    page = filled.search(SearchQuery(text="arctic ice", ids=("sst",)))
    assert (page.number_matched, page.searched_as) == (0, None)


def test_marks(filled: Engine) -> None:
    (hit,) = filled.search(SearchQuery(text="albédos", highlight=True)).hits
    assert [piece.text for piece in hit.title if piece.marked] == ["albédo"]
    assert "".join(piece.text for piece in hit.title) == hit.record.title
    assert [piece.text for piece in hit.snippet if piece.marked] == ["albédo"]
    assert hit.found_in == ()
    hits = filled.search(SearchQuery(text="oceans", highlight=True)).hits
    assert {hit.record.identifier: hit.found_in for hit in hits} == {"sst": (), "mention": ("keyword",)}
    assert filled.search(SearchQuery(text="sea")).hits[0].title == ()


def test_a_snippet_shows_the_match_deep_in_the_abstract(engine: Engine) -> None:
    engine.put([entry("deep", "Deep", abstract="much before " * 100 + "here the chlorophyll is found " + "much behind " * 100)], now=NOW)
    (hit,) = engine.search(SearchQuery(text="chlorophyll", highlight=True)).hits
    assert "chlorophyll" in [piece.text for piece in hit.snippet if piece.marked]
    assert 100 < len("".join(piece.text for piece in hit.snippet)) < 320


def test_everything_suggested_finds_something(filled: Engine) -> None:
    for prefix in ("s", "se", "sea", "mod", "moderate r", "la t", "myd", "aqu", "oc", "é", "an0_"):
        suggested = filled.suggest(prefix)
        assert len(suggested) <= 8
        for suggestion in suggested:
            assert filled.search(SearchQuery(text=suggestion.text)).number_matched >= 1, suggestion
    assert filled.suggest("mod")[0] == Suggestion(text="MODIS", field="instrument", count=1)
    assert "Sea Surface Temperature" in [s.text for s in filled.suggest("surface te")]
    assert filled.suggest("") == filled.suggest("?!") == filled.suggest("qqq") == []


def test_what_was_deleted_is_not_suggested(filled: Engine) -> None:
    filled.delete(["modis", "myd"], now=NOW)
    assert "MODIS" not in [s.text for s in filled.suggest("modis")]


def test_any_character_alone_doubled_and_in_a_title(filled: Engine) -> None:
    for char in (*string.printable, "é", "Ω", "“", "\u200b", "\u0301", "\x00", "🛰"):
        for text in (char, char * 2, f'"{char}', f"sea{char}"):
            filled.search(SearchQuery(text=text, highlight=True))
            filled.suggest(text)
        in_title = found(filled, f"Sea {char} Surface {char} Temperature")
        assert char.isalnum() or in_title[0] == "sst"


def test_long_pastes(filled: Engine) -> None:
    assert found(filled, "Sea Surface Temperature " * 130)[0] == "sst"
    filled.search(SearchQuery(text="x" * 3000))
    filled.search(SearchQuery(text='"' * 3000))
    filled.search(SearchQuery(text=" ".join(f"w{number}" for number in range(900))))


TITLES = st.lists(
    st.text(min_size=1, max_size=60).filter(lambda text: any(ch.isalnum() for ch in text)), min_size=1, max_size=6, unique=True
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles=TITLES, question=st.text(max_size=80))
def test_every_title_pasted_finds_its_record(engine: Engine, titles: list[str], question: str) -> None:
    engine.delete(list(engine.identifiers()), now=NOW)
    engine.put([entry(f"id {number}", title.encode("utf-8", "replace").decode()) for number, title in enumerate(titles)], now=NOW)
    for number, title in enumerate(titles):
        page = engine.search(SearchQuery(text=title.encode("utf-8", "replace").decode(), page=Page(limit=100)))
        assert f"id {number}" in [hit.record.identifier for hit in page.hits]
    engine.search(SearchQuery(text=question, highlight=True))


def test_a_lone_surrogate_in_a_question(filled: Engine) -> None:
    assert filled.search(SearchQuery(text="\ud800")).number_matched >= 0
    assert isinstance(record("x"), Record)


def test_a_text_without_words_where_it_is_looked_at(filled: Engine) -> None:
    assert filled.search(SearchQuery(text="- " * 1000 + "sea")).number_matched == len(CATALOGUE)
    assert filled.search(SearchQuery(text="l'_" * 3)).number_matched >= 0


def test_of_many_words_that_occur_nowhere_a_few_are_replaced(filled: Engine) -> None:
    wrong = [f"concentrato{letter}" for letter in "abcdefghij"]
    page = filled.search(SearchQuery(text=" ".join(["arctic", *wrong])))
    assert [hit.record.identifier for hit in page.hits] == ["ice"]
    assert page.searched_as is not None
    assert page.searched_as.split() == ["arctic", *["concentration"] * 8]


@pytest.mark.parametrize("slip", ["xlbedo", "lbedo", "aalbedo", "labedo"])
def test_a_slip_in_the_first_letter_is_found(filled: Engine, slip: str) -> None:
    assert found(filled, slip) == ["neige"]
