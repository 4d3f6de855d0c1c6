"""The record page and its other views."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

import ui
from catalogue.service import Catalogue
from catalogue.service.addresses import record_path
from records.model import Box, Extent, Instrument, Platform, Project, Record
from tests.ui.hard_records import ESCAPES, FULL, HARD, KEYWORDS, SKY
from ui.facts import facts
from ui.words import box_words, breaks

HOSTILE_ELEMENTS = "//b | //*[@style] | //*[starts-with(@href, 'javascript:') or starts-with(@href, 'data:')]"


def tree(page: str) -> Any:
    """A page as a tree; lxml's stubs do not know what HTML adds to elements."""
    return html.fromstring(page)


def plain(page: str) -> str:
    """The words of a page, blanks folded."""
    for script in (document := tree(page)).iter("script"):
        script.text = ""
    return " ".join(document.text_content().split())


def test_a_record_shows_what_it_holds(client: FlaskClient) -> None:
    words = plain(client.get("/records/hard-full?lang=en").text)
    for said in (
        "Mesure de l’été austral à Kerguelen",
        "To be whole.",
        "Calibrated ashore.",
        "CC BY 4.0",
        "A. Personne",
        "65,000,001 BC – 2010",
        "since 1 April 2011, 12:30 UTC",
        "70.25° E, 49.35° S",
        "73.7 MB",
        "12,345",
        "Marion Dufresne",
        "Level 2",
        "NetCDF",
        "Published",
        "French",
        "Oceanography",
        "29 February 2020",
        "Open",
    ):
        assert said in words.replace("\u202f", " "), said


def test_a_record_says_the_same_in_french(client: FlaskClient) -> None:
    words = plain(client.get("/records/hard-full?lang=fr").text).replace("\u202f", " ").replace("\xa0", " ")
    for said in ("Résumé", "Comment citer", "73,7 Mo", "12 345", "29 février 2020", "depuis le 1er avril 2011", "Océans", "Contacts"):
        assert said in words, said


@pytest.mark.parametrize(
    ("box", "english", "french"),
    [
        (Box(west=-180, south=-29, east=180, north=23), "all longitudes, 29° S – 23° N", "toutes longitudes, 29° S – 23° N"),
        (Box(west=-180, south=-90, east=180, north=90), "the whole Earth", "toute la Terre"),
        (Box(west=180, south=-29, east=180, north=23), "180°, 29° S – 23° N", "180°, 29° S – 23° N"),
        (Box(west=170, south=-29, east=-170, north=23), "170° E – 170° W, 29° S – 23° N", "170° E – 170° O, 29° S – 23° N"),
    ],
)
def test_a_box_is_said_in_words(box: Box, english: str, french: str) -> None:
    assert [box_words(box, language).replace("\u202f", " ") for language in ("en", "fr")] == [english, french]


def test_a_fact_says_each_value_once() -> None:
    here = Box(west=55, south=-22, east=56, north=-20)
    channels = (Instrument(name="SBUV/2", platform="NOAA-9"), Instrument(name="SBUV/2", platform="NOAA-11"))
    record = Record(
        identifier="often",
        projects=(Project(name="B"), Project(name="A"), Project(name="B")),
        platforms=(Platform(name="NOAA-11"),) * 3,
        instruments=channels,
        extents=(Extent(boxes=(here, here)), Extent(boxes=(here,))),
    )
    said = {fact.name: [value.words for value in fact.values] for fact in facts(record, "en")}
    assert said["Projects"] == ["B", "A"]
    assert said["Platforms"] == ["NOAA-11"]
    assert said["Instruments"] == ["SBUV/2"]
    assert len(said["Place"]) == 1


def test_empty_fields_are_not_shown(client: FlaskClient) -> None:
    words = plain(client.get("/records/hard-long-title").text)
    for absent in ("Lineage", "Constraints and licence", "Contacts", "Keywords", "Processing level", "None"):
        assert absent not in words, absent
    assert "This record has no abstract." in words


def test_corot_shows_its_runs_and_leads_to_them(client: FlaskClient) -> None:
    page = client.get("/records/COROT").text
    assert page.count('href="/records/COROT_') >= 20
    assert "What it contains" in page
    assert "3 April 2007 – 9 May 2007" in page


def test_a_run_shows_its_path(client: FlaskClient) -> None:
    page = client.get("/records/COROT_SRc01").text
    crumbs = re.search(r'<ol class="crumbs">(.*?)</ol>', page, re.DOTALL)
    assert crumbs is not None
    assert re.findall(r'href="([^"]*)"', crumbs[1])[:3] == ["/search", "/search?domain=universe", "/records/COROT"]


def test_addresses_in_the_abstract_are_links_and_paragraphs_kept(client: FlaskClient) -> None:
    page = client.get("/records/hard-antimeridian").text
    assert '<a href="https://example.org/fiji?a=1&amp;b=2">' in page
    assert "<p>A second paragraph.</p>" in page


def test_the_order_is_the_main_action_only_where_there_is_one(client: FlaskClient, sipad_client: FlaskClient) -> None:
    assert 'class="button main" href="https://sipad.example/embargo"' in client.get("/records/hard-embargo").text
    assert "Order the data" not in client.get("/records/hard-keywords").text
    assert 'href="https://sipad.example/order?dataset=hard-keywords"' in sipad_client.get("/records/hard-keywords").text


def test_an_embargo_is_said(client: FlaskClient) -> None:
    assert "For members of COROT Co-Is, open from 12 January 2027" in client.get("/records/hard-embargo").text


def test_many_keywords_are_cut_and_all_are_to_be_had(client: FlaskClient) -> None:
    short = client.get("/records/hard-keywords").text
    assert len(short) <= 60_000
    assert "Show 1199 more keywords" in short
    assert client.get("/records/hard-keywords?keywords=all").text.count("/search?keyword=") == len(KEYWORDS.keywords)


def test_forty_contacts_are_a_table(client: FlaskClient) -> None:
    table = tree(client.get("/records/hard-contacts").text).find(".//table")
    assert table is not None
    assert [cell.text_content() for cell in table.findall(".//th")] == ["Type", "Organisation name", "Individual name", "E-mail"]
    assert len(table.findall(".//tbody/tr")) == 40


def test_each_keyword_is_a_search_that_finds_the_record(client: FlaskClient) -> None:
    page = client.get("/records/COROT").text
    searches = [unescape(href) for href in re.findall(r'href="(/search\?(?:keyword|category)=[^"]*)"', page)]
    assert len(searches) >= 5
    for search in searches:
        assert "/records/COROT" in client.get(search).text, search


@pytest.mark.parametrize("record", HARD, ids=lambda record: record.identifier)
@pytest.mark.parametrize("view", ["record", "metadata", "iso", "advanced"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_view_of_every_hard_record_answers(client: FlaskClient, record: Record, view: str, language: str) -> None:
    path = record_path(record.identifier, view=view, lang=language)
    answer = client.get(path)
    assert answer.status_code == 200
    document = tree(answer.text)
    assert len(document.findall(".//h1")) == 1
    assert document.get("lang") == language


def test_every_shipped_record_has_its_page(client: FlaskClient, catalogue: Catalogue) -> None:
    for identifier in catalogue.engine.identifiers():
        assert client.get(record_path(identifier)).status_code == 200, identifier


@pytest.mark.parametrize("view", ["record", "metadata", "iso", "advanced"])
def test_nothing_hostile_gets_through(client: FlaskClient, view: str) -> None:
    page = client.get(record_path(ESCAPES.identifier, view=view)).text
    document = tree(page)
    scripts = [script for script in document.iter("script") if script.get("type") not in {"application/ld+json", "application/geo+json"}]
    assert [script.get("src", "").partition("?")[0] for script in scripts] == ["/static/reflecs.js"]
    assert not document.xpath(HOSTILE_ELEMENTS)
    assert "<script>alert" not in page


@pytest.mark.parametrize("path", ["/search?q=escapes", "/search?q=corot", "/feed?q=escapes", "/browse/project", "/"])
def test_nothing_hostile_gets_into_lists(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert "alert(1)" in page or "corot" in path or path == "/"
    assert not tree(page.partition("?>")[2] or page).xpath(HOSTILE_ELEMENTS)
    assert "<script>alert" not in page


def test_a_letter_to_a_contact_says_only_to_whom(client: FlaskClient) -> None:
    page = client.get(record_path(ESCAPES.identifier)).text
    assert 'href="mailto:a@b.example%3Fbcc%3Deverybody"' in page
    assert len(re.findall('href="mailto:[^?]', page)) == 1  # what is no e-mail address is no link


def test_data_are_ordered_by_a_letter_where_there_is_nothing_else(client: FlaskClient) -> None:
    page = client.get("/records/hard-by-letter").text
    letter = re.search(r'class="button main" href="(mailto:serad@cnes\.example\?subject=[^"]*)"', page)
    assert letter is not None
    assert f'<a href="{letter[1]}">by e-mail to serad@<wbr>cnes<wbr>.example</a>' in page
    assert "par courriel à serad@<wbr>cnes<wbr>.example" in client.get("/records/hard-by-letter?lang=fr").text
    assert "by e-mail to serad@<wbr>cnes<wbr>.example</span>" in page  # beside the button
    assert "#letter" in page
    results = client.get("/search?q=drops+letter&lang=en").text
    assert letter[1] in results
    assert "by e-mail to serad@<wbr>cnes<wbr>.example" in results
    assert "#order" in client.get("/records/hard-embargo").text


def test_jsonld_is_embedded_whole(client: FlaskClient) -> None:
    for identifier in ("COROT", ESCAPES.identifier):
        document = tree(client.get(record_path(identifier)).text)
        (script,) = document.xpath("//script[@type='application/ld+json']")
        assert json.loads(script.text)["@type"] == "Dataset"


def test_the_head_describes_the_record_and_offers_its_formats(client: FlaskClient) -> None:
    document = tree(client.get("/records/hard-full").text)
    meta = {each.get("name"): each.get("content") for each in document.iter("meta")}
    assert meta["DC.title"] == FULL.title
    assert meta["DC.date"] == "2020-02-29"
    assert meta["description"].startswith("Données d’été.")
    offered = {each.get("href") for each in document.xpath("//link[@rel='alternate' and @type]")}
    assert {"/records/hard-full?f=iso19139", "/records/hard-full?f=dif10", "/records/hard-full?f=pdf"} <= offered
    assert document.xpath("string(//link[@rel='canonical']/@href)") == "http://catalogue.example/records/hard-full"


@pytest.mark.parametrize("identifier", [SKY.identifier, ESCAPES.identifier, "hard-full"])
def test_any_identifier_has_an_address(client: FlaskClient, identifier: str) -> None:
    path = record_path(identifier)
    assert client.get(path).status_code == 200
    assert client.get(f"/records/{quote(identifier, safe='')}").status_code == 200
    assert client.get("/records", query_string={"id": identifier}).status_code == 200


def test_the_language_switch_keeps_the_record(client: FlaskClient) -> None:
    page = client.get(record_path(SKY.identifier) + "?view=metadata").text
    switch = re.search(r'<a href="([^"]*)" lang="fr"', page)
    assert switch is not None
    answer = client.get(unescape(switch[1]))
    assert answer.status_code == 200
    assert "A field of three degrees" in answer.text


def test_a_citation_is_given_three_ways(client: FlaskClient) -> None:
    page = client.get("/records/hard-full").text
    assert re.search(r'<blockquote class="cite" id="citation">[^<]*Kerguelen', page)
    assert client.get("/records/hard-full?f=bibtex").text.startswith("@")
    assert client.get("/records/hard-full?f=ris").text.startswith("TY  - ")


def test_metadata_say_formats_losses_and_origin(client: FlaskClient) -> None:
    page = client.get("/records/hard-full?view=metadata").text
    words = plain(page)
    assert "the document as it came, byte for byte" in words
    assert "http://catalogue.example/records/hard-full?f=json" in words
    assert re.search(r"hard-\d+\.json", words)
    assert "/tmp/" not in words  # the place on our disk is nobody's business  # noqa: S108
    losses = re.search(r"oai_dc\)</a>.*?<td>([^<]*)</td></tr>", page, re.DOTALL)
    assert losses is not None
    assert "Platforms" in losses[1]


def test_addresses_of_formats_are_those_that_answer(client: FlaskClient) -> None:
    for identifier in (ESCAPES.identifier, SKY.identifier, "COROT"):
        page = tree(client.get(record_path(identifier, view="metadata")).text)
        shown = [cell.text_content() for cell in page.xpath("//td[contains(@class, 'mono')]")] + page.xpath(
            "//dd[@class='mono small']/a/text()"
        )
        assert len(shown) > 5
        for address in shown:
            answer = client.get(address.removeprefix("http://catalogue.example"), headers={"Accept": "text/html"})
            assert answer.status_code == 200
            assert answer.mimetype != "text/html", address


def test_a_summary_is_not_said_to_carry_everything(client: FlaskClient) -> None:
    row = re.search(r"JSON-LD[^<]*</a>.*?<td>([^<]*)</td></tr>", client.get("/records/COROT?view=metadata").text, re.DOTALL)
    assert row is not None
    assert row[1] == "a summary for search engines"


def test_the_iso_view_reads_as_the_standard_names_things(client: FlaskClient) -> None:
    words = plain(client.get("/records/COROT?view=iso").text)
    assert "The document as it came: ISO 19139." in words
    assert "File identifier" in words
    assert "Identification info" in words
    assert "COROT Mission" in words


def test_the_iso_view_of_another_format_says_so(client: FlaskClient) -> None:
    assert "This record came as" in client.get("/records/hard-full?view=iso").text


def test_the_advanced_view_shows_paths_of_the_source(client: FlaskClient) -> None:
    page = client.get("/records/COROT?view=advanced").text
    assert "/gmd:fileIdentifier/gco:CharacterString" in page
    assert "code list" in page


def test_a_view_that_is_none_is_refused(client: FlaskClient) -> None:
    answer = client.get("/records/COROT?view=upside-down")
    assert answer.status_code == 400
    assert "record, metadata, iso, advanced" in answer.text


def test_an_unknown_record_is_told(client: FlaskClient) -> None:
    answer = client.get("/records/no/such")
    assert answer.status_code == 404
    assert "No record has the identifier “no/such”." in answer.text


def test_pages_are_well_formed_trees(client: FlaskClient) -> None:
    for path in ("/", "/search?q=corot", "/records/COROT", "/records/COROT?view=iso", "/records/COROT?view=metadata", "/programs"):
        parser = etree.HTMLParser(recover=True)
        etree.fromstring(client.get(path).data, parser)
        wrong = [error.message for error in parser.error_log if "invalid" not in error.message]  # libxml2 does not know HTML 5's elements
        assert not wrong, (path, wrong)


def test_templates_trust_nothing_but_the_figures() -> None:
    folder = Path(ui.__file__).parent / "templates"
    trusted = [
        line.strip() for path in folder.rglob("*.*") for line in path.read_text("utf-8").splitlines() if re.search(r"\|\s*safe\b", line)
    ]
    assert trusted
    assert all(".svg|safe" in line and line.count("safe") == 1 for line in trusted)


def test_what_a_record_contains_is_read_before_its_facts(client: FlaskClient) -> None:
    page = client.get("/records/COROT").text
    assert page.index('id="abstract"') < page.index('id="contains"') < page.index('id="facts"')


def test_addresses_go_on_in_a_new_line_where_they_may() -> None:
    assert breaks("serad@cnes.fr") == "serad@<wbr>cnes<wbr>.fr"
    assert breaks("https://a.example/records/COROT.") == "https://a<wbr>.example/<wbr>records/<wbr>COROT."
    assert breaks("<b>1.5</b>") == "&lt;b&gt;1.5&lt;/b&gt;"


def test_each_cell_of_a_contact_has_its_name_for_narrow_windows(client: FlaskClient) -> None:
    row = tree(client.get("/records/hard-contacts").text).find(".//tbody/tr")
    assert [cell.get("data-name").strip() for cell in row.findall("td")] == ["Type:", "Organisation name:", "Individual name:", "E-mail:"]
