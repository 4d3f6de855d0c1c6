"""The results page: what it finds, how it narrows, what it says when it cannot."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.query import FacetCount
from mappings.index.fields import OPEN_UNTIL
from tests.ui.hard_records import LONG_TITLE
from ui.histogram import histogram
from ui.search_form import SearchForm


def links(page: str, pattern: str) -> list[str]:
    """The addresses on a page that match."""
    return [unescape(href) for href in re.findall(r'href="([^"]*)"', page) if re.search(pattern, unescape(href))]


def hits(page: str) -> list[str]:
    """The addresses of the hits."""
    return [unescape(href) for href in re.findall(r'<li class="hit">\s*<h2><a href="([^"]*)"', page)]


def facet_values(page: str, parameter: str) -> list[tuple[str, str]]:
    """The values of a facet: the address each leads to and its count, "" where it has none."""
    facet = re.search(rf'<details class="facet" id="facet-{parameter}".*?</details>', page, re.DOTALL)
    assert facet is not None, parameter
    values = re.findall(r'<li><a href="([^"]*)"[^>]*>(.*?)</li>', facet[0])
    return [(unescape(href), "".join(re.findall(r'<span class="n">([^<]*)</span>', inside))) for href, inside in values]


def count(page: str) -> int:
    """How many records the page says match."""
    said = re.search(r'<p class="count" role="status">(?:[\d,]+–[\d,]+ of )?([\d,]+) records?</p>', page)
    return int(said[1].replace(",", "")) if said else 0


def test_words_find_and_are_marked(client: FlaskClient) -> None:
    page = client.get("/search?q=corot+mission").text
    assert hits(page)[0] == "/records/COROT"
    assert "<mark>" in page
    assert "<title>Results for “corot mission”" in page


def test_where_words_were_found_is_said_when_they_are_not_seen(client: FlaskClient) -> None:
    page = client.get("/search?q=Nom-de-Famille").text
    assert hits(page) == ["/records/hard-contacts"]
    assert re.search(r"Found in: .*(individual|person)", page)


def test_the_count_is_in_words(client: FlaskClient) -> None:
    page = client.get("/search?project=COROT").text
    assert re.search(r"1–10 of \d+ records", page)
    assert "1 record<" in client.get("/search?q=%22Waves+around+Fiji%22").text


def test_a_facet_narrows_by_as_many_as_it_says(client: FlaskClient) -> None:
    page = client.get("/search?q=corot").text
    link = re.search(r'<a href="([^"]*type=dataset[^"]*)".*?<span class="n">(\d+)</span>', page)
    assert link is not None
    narrowed = client.get(unescape(link[1])).text
    assert count(narrowed) == int(link[2])
    assert "Type: Data set" in narrowed  # the chip


@pytest.mark.parametrize("facet", ["domain", "type", "project", "platform", "instrument", "topic", "organisation", "level"])
def test_every_facet_is_counted(client: FlaskClient, facet: str) -> None:
    values = facet_values(client.get("/search").text, facet)
    assert len(values) > 1
    assert all(re.fullmatch(r"[\d,]+", number) for _, number in values)


def test_a_selected_value_without_records_stays_and_can_be_taken_off(client: FlaskClient) -> None:
    page = client.get("/search?q=corot&domain=life&project=COROT&project=No+such").text
    assert ("/search?q=corot&domain=life&project=COROT", "0") in facet_values(page, "project")
    assert ("/search?q=corot&project=COROT&project=No+such", "0") in facet_values(page, "domain")


def test_a_selected_value_is_counted_however_seldom_it_is(client: FlaskClient) -> None:
    seldom = "Institute of Long Names and Bones, Department 39"
    page = client.get("/search", query_string={"organisation": seldom}).text
    assert ("/search", "1") in facet_values(page, "organisation")


def test_values_of_one_facet_widen_each_other(client: FlaskClient) -> None:
    life = count(client.get("/search?domain=life").text)
    material = count(client.get("/search?domain=material").text)
    assert life
    assert material
    assert count(client.get("/search?domain=life&domain=material").text) == life + material


def test_a_chip_takes_its_filter_off(client: FlaskClient) -> None:
    page = client.get("/search?q=corot&domain=universe&type=dataset&page=2&sort=title").text
    chips = [unescape(chip) for chip in re.findall(r'class="chip" href="([^"]*)"', page)]
    assert chips == [
        "/search?q=corot&type=dataset&sort=title",
        "/search?q=corot&domain=universe&sort=title",
        "/search?q=corot&sort=title",
    ]


def test_orders_differ_and_keep_the_search(client: FlaskClient) -> None:
    up, down = (hits(client.get(f"/search?domain=life&sort={sort}").text) for sort in ("title", "-title"))
    assert up
    assert up != down
    assert links(client.get("/search?domain=life").text, r"^/search\?domain=life&sort=-created$")


def test_pages_follow_each_other(client: FlaskClient) -> None:
    first = client.get("/search?project=COROT").text
    second = client.get(links(first, r"page=2$")[0]).text
    assert not set(hits(first)) & set(hits(second))
    assert 'rel="prev"' in second


def test_a_page_behind_the_last_leads_back(client: FlaskClient) -> None:
    page = client.get("/search?project=COROT&page=99999").text
    assert "There are fewer pages of results than that." in page
    last = links(page, r"^/search\?project=COROT&page=5$")
    assert last
    assert hits(client.get(last[0]).text)


def test_a_misspelt_word_is_searched_as_the_nearest(client: FlaskClient) -> None:
    page = client.get("/search?q=asteroseismolgy").text
    assert "These are results for" in page
    assert hits(page)
    exact = client.get(links(page, "exact=1")[0]).text
    assert "No record matches" in exact


def test_nothing_found_says_what_to_take_off(client: FlaskClient) -> None:
    page = client.get("/search?q=corot&domain=life").text
    assert "No record matches" in page
    said = re.search(r'<a href="([^"]*)">Domain: Life</a> \((\d+) records?\)', page)
    assert said is not None
    assert count(client.get(unescape(said[1])).text) == int(said[2])


def test_nothing_found_at_all_still_helps(client: FlaskClient) -> None:
    page = client.get("/search?q=zzzzqqqq&exact=1").text
    assert "No record matches" in page
    assert links(page, "^/browse/project$|^/search")


def test_time_narrows_by_what_touches_it(client: FlaskClient) -> None:
    found = hits(client.get("/search?project=COROT&from=2007-04-10&to=2007-04-12&sort=title").text)
    assert "/records/COROT_SRc01" in found
    assert "/records/COROT_LRa05" not in found


def test_the_histogram_draws_the_years(client: FlaskClient) -> None:
    page = client.get("/search?project=COROT").text
    bars = re.findall(r"<title>(\d{4}): (\d+)</title>", page)
    assert ("2007", bars[1][1]) == bars[1]
    assert links(page, r"from=2007&to=2007$")


def test_the_years_end_at_the_present_unless_something_goes_beyond() -> None:
    def last(*counts: tuple[int, int]) -> str:
        drawn = histogram(
            (FacetCount(value=str(year), count=count) for year, count in counts),
            SearchForm(),
            now=datetime(2026, 11, 23, tzinfo=UTC),
            language="en",
        )
        assert drawn is not None
        return drawn.last

    going_on = ((2024, 5), (2025, 4), (2026, 3), (2027, 2), (OPEN_UNTIL, 2))
    assert last(*going_on) == "2026"
    assert last((2024, 5), (2026, 3), (2027, 3), (OPEN_UNTIL, 2)) == "2027"
    assert last((2024, 5), (2025, 4)) == "2025"


@pytest.mark.parametrize(("language", "few"), [("en", "2005–2009: up to 3 a year"), ("fr", "2005–2009\u00a0: jusqu’à 3 par an")])
def test_a_bar_of_several_years_says_that_its_number_is_of_one(app: Flask, language: str, few: str) -> None:
    counts = [FacetCount(value=str(year), count=count) for year, count in ((1930, 1), (2005, 2), (2007, 3), (2009, 1))]
    with app.test_request_context(f"/search?lang={language}"):
        drawn = histogram(counts, SearchForm(), now=datetime(2026, 11, 23, tzinfo=UTC), language=language)
    assert drawn is not None
    assert drawn.bars[-1].title == few


def test_a_box_finds_over_the_antimeridian(client: FlaskClient) -> None:
    assert "/records/hard-antimeridian" in hits(client.get("/search?q=waves&bbox=178,-16,-179,-14").text)
    assert "/records/hard-antimeridian" not in hits(client.get("/search?q=waves&bbox=0,-16,10,-14").text)


def test_a_cone_finds_on_the_sky(client: FlaskClient) -> None:
    found = hits(client.get("/search?sky=290,0,1&q=%22three+degrees%22").text)
    assert found == ["/records/ivo://hard.example/sky%3Ffield%3D3%23deg"]
    assert not hits(client.get("/search?sky=10,60,1&q=%22three+degrees%22").text)


def test_parts_of_a_record_are_searched(client: FlaskClient) -> None:
    page = client.get("/search?parent=COROT").text
    assert count(page) == 20
    assert "Part of: COROT Mission" in page


def test_a_facet_is_shown_at_length(client: FlaskClient) -> None:
    short = client.get("/search").text
    more = links(short, "more=organisation")
    assert more
    assert len(links(client.get(more[0]).text, "organisation=")) > len(links(short, "organisation="))


def test_a_pasted_title_finds_itself(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": LONG_TITLE.title}).text
    assert hits(page)[0] == "/records/hard-long-title"


@pytest.mark.parametrize("text", ["((((", '"', "+-", "…", "_"])
def test_a_text_without_words_is_passed_over_and_that_is_said(client: FlaskClient, text: str) -> None:
    page = unescape(client.get("/search", query_string={"q": text}).text)
    assert f"There is no word to search for in “{text}”" in page
    assert "<title>All records" in page
    assert '<strong aria-current="true">Title A–Z</strong>' in page
    assert hits(page) == hits(client.get("/search").text)
    assert count(page) == count(client.get("/search").text)
    assert "There is no word" not in client.get("/search", query_string={"q": f"ice {text}"}).text


@pytest.mark.parametrize("text", ['"', "(", "a:b", "[", "*", "?", "\\", "a AND", "^~", "'", "<b>", "\x00", "+-", "😀", "/" * 50])
def test_no_text_breaks_the_page(client: FlaskClient, text: str) -> None:
    assert client.get("/search", query_string={"q": text}).status_code == 200


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("domain=mars", "“mars” is no domain; there are: earth, universe, life, material."),
        ("type=thing", "“thing” is no type."),
        ("topic=cooking", "“cooking” is no topic."),
        ("page=0", "“0” is no page of results; pages are counted from 1."),
        ("page=-1", "“-1” is no page of results"),
        ("page=two", "“two” is no page of results"),
        ("page=99999999999999999999", "is no page of results"),
        ("from=2010&to=2009", "The period ends (2009) before it begins (2010)."),
        ("from=soon", "“soon” is no date."),
        ("to=2010-02-30", "“2010-02-30” is no date."),
        ("bbox=1,2,3,4,5", "A box has four numbers (west, south, east, north), not 5."),
        ("bbox=1,2,3", "A box has four numbers (west, south, east, north), not 3."),
        ("bbox=a,b,c,d", "“a,b,c,d” is no list of numbers."),
        ("bbox=0,50,10,40", "The box’s south is above its north."),
        ("bbox=-190,0,10,10", "The longitudes of a box are from −180 to 180 degrees."),
        ("bbox=nan,0,10,10", "The longitudes of a box are from −180 to 180 degrees."),
        ("bbox=0,-100,10,10", "The latitudes of a box are from −90 to 90 degrees."),
        ("sky=1,2", "A cone on the sky has three numbers (right ascension, declination, radius), not 2."),
        ("sky=400,0,1", "A cone’s right ascension is from 0 to 360"),
        ("sort=size", "Results cannot be ordered by “size”"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(client: FlaskClient, query: str, sentence: str) -> None:
    answer = client.get(f"/search?{query}&q=ice")
    assert answer.status_code == 400
    assert sentence in unescape(answer.text)
    assert 'value="ice"' in answer.text  # the words are not lost


@pytest.mark.parametrize("query", ["unknown=1", "bbox=", "from=&to=", "page=", "sort=", "domain=", "q="])
def test_what_says_nothing_is_passed_over(client: FlaskClient, query: str) -> None:
    assert client.get(f"/search?{query}").status_code == 200


def test_empty_parameters_leave_no_trace_in_addresses(client: FlaskClient) -> None:
    page = client.get("/search?q=corot&bbox=&from=&sort=").text
    assert not links(page, r"^/search.*(bbox=|from=&|sort=&)")


def test_restricted_data_have_a_padlock_and_a_date(client: FlaskClient) -> None:
    page = client.get("/search?q=embargo").text
    assert "For members of COROT Co-Is, open from 12 January 2027" in page


def test_data_are_ordered_from_the_results(client: FlaskClient) -> None:
    assert links(client.get("/search?q=embargo").text, "^https://sipad.example/embargo$")
    assert not links(client.get("/search?q=%22Waves+around+Fiji%22").text, "^https://sipad")


def test_a_results_page_fits_its_budget(client: FlaskClient) -> None:
    assert len(client.get("/search").data) <= 60_000
    assert len(client.get("/search?q=corot").data) <= 60_000


def test_suggestions_come_as_json_and_are_found(client: FlaskClient) -> None:
    found = client.get("/suggest?q=coro").get_json()["suggestions"]
    assert any(each["text"] == "COROT" for each in found)
    for each in found:
        assert hits(client.get("/search", query_string={"q": each["text"]}).text), each
    assert client.get("/suggest?q=").get_json() == {"suggestions": []}


def test_french_results_read_french(client: FlaskClient) -> None:
    page = client.get("/search?q=corot&domain=universe&lang=fr").text
    assert "Résultats pour «\u00a0corot\u00a0»" in page
    assert re.search(r"1–10 sur \d+ fiches", page)
    assert "Domaine\u00a0: Univers" in page


def test_what_was_searched_instead_is_said_without_stray_signs(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "<corot>asteroseismolgy(1)</corot>"}).text
    said = re.search(r"These are results for <strong>(.*?)</strong>", page.replace("\n", " "))
    assert said is not None
    assert not re.search(r"[<>()]", unescape(said[1]))
    assert "corot" in said[1].lower()


def test_parts_of_no_record_are_said_to_be_that(client: FlaskClient) -> None:
    assert "No record has the identifier “NO<PE”." in unescape(client.get("/search?parent=NO%3CPE").text)
    assert "Aucune fiche n’a l’identifiant" in client.get("/search?parent=NOPE&lang=fr").text
    assert "No record has the identifier" not in client.get("/search?parent=COROT&q=zzzzqqqq&exact=1").text


def test_the_date_of_a_hit_says_whose_it_is(client: FlaskClient) -> None:
    assert "metadata made <time" in client.get("/search?q=corot").text
    assert "fiche créée le <time" in client.get("/search?q=corot&lang=fr").text
