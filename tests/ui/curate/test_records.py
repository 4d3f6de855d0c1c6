"""The pages about records: who gets in, what they tell of each, what is done with many, and what others wrote stays text."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from accounts.codelists import Role, RuleKind
from accounts.visitors import ANONYMOUS, Visitor
from records.codes import ContactScope, Domain
from records.model import Contact, Keyword, Link
from tests.contracts.making import entry
from tests.ui.account.conftest import TOKEN, Person
from tests.ui.curate.conftest import CURATOR, House
from tests.ui.curate.keeping import BAD, GOOD, edit_form, found, keep, kept, path, words_in

NASTY = '"><script>alert(1)</script>'
PAGES = (
    "/curate/records",
    "/curate/records?state=withdrawn",
    "/curate/record?id=good",
    "/curate/record/report?id=good",
    "/curate/record/history?id=good",
    "/curate/record/difference?id=good&older=1&newer=2",
    "/curate/record/document?id=good",
    "/curate/record/document/file?id=good",
    "/curate/record/access?id=good",
    "/curate/record/edit?id=good",
    "/curate/upload",
    "/curate/upload/checked",
    "/curate/keywords?q=ice",
)
FORMS = (
    "/curate/batch",
    "/curate/batch/withdraw",
    "/curate/batch/assign",
    "/curate/batch/access",
    "/curate/record/restore",
    "/curate/record/edit",
    "/curate/record/access/remove",
    "/curate/upload",
    "/curate/upload/store",
    "/curate/upload/discard",
)


@pytest.fixture
def curie(house: House) -> Person:
    """A curator, in a catalogue with a good record of two versions and a bad one."""
    keep(house, replace(GOOD, title="Sea ice"), BAD)
    keep(house, GOOD)
    return house.curator()


def titles(page: str) -> list[str]:
    """Return the titles in the list of records."""
    return [words_in(each) for each in found(page, "//a[@class='title']")]


def test_only_curators_get_in(house: House, curie: Person) -> None:
    for each in PAGES:
        assert curie.get(each).status_code == 200, each
        assert house.client().get(each).location.startswith("/login"), each
    reader = house.signed_in("mfaraday", Role.USER)
    before = house.desk.accounts.audit()[1]
    for each in PAGES:
        assert reader.get(each).status_code == 403, each
    for each in FORMS:
        assert reader.send(each, id="good", reason="x", do="withdraw", number="1").status_code == 403, each
        assert curie.client.post(each, data={"id": "good"}).status_code == 400, each
    assert house.desk.accounts.audit()[1] == before
    assert kept(house, "good").title == GOOD.title


def test_the_list_is_narrowed(house: House, curie: Person) -> None:
    keep(house, replace(GOOD, identifier="theirs", title="Glaciers of Peru"), source="neighbour")
    keep(house, replace(GOOD, identifier="gone", title="Gone"))
    house.curation.curating.withdraw(["gone"], reason="a test", by=CURATOR, address=None)
    house.curation.access.set_rule("theirs", RuleKind.UNTIL, house.clock() + timedelta(days=30), by=CURATOR, address=None)
    edit_form(curie, "good").fill(title="Mine now").send()
    for parameters, expected in (
        ("", ["Bad", "Glaciers of Peru", "Mine now"]),
        ("state=invalid", ["Bad"]),
        ("state=broken+links", []),
        ("state=withdrawn", ["Gone"]),
        ("state=restricted", ["Glaciers of Peru"]),
        ("source=neighbour", ["Glaciers of Peru"]),
        ("source=by+hand", ["Bad", "Mine now"]),
        ("mine=yes", ["Mine now"]),
        ("text=peru", ["Glaciers of Peru"]),
        ("mine=yes&state=invalid", []),
    ):
        assert sorted(titles(curie.page(f"/curate/records?{parameters}"))) == expected, parameters
    assert "There is no such record." in curie.page("/curate/records?mine=yes&state=invalid")
    for nonsense in ("state=nonsense", "source=nobody", "mine=2", "after=nowhere", f"text={'x' * 3000}", "text=%00"):
        assert curie.get(f"/curate/records?{nonsense}").status_code in {200, 400, 409}, nonsense


def test_a_long_list_goes_on(house: House, curie: Person) -> None:
    keep(house, *(replace(GOOD, identifier=f"r{number:03}", title=f"Record {number:03}") for number in range(60)))
    walked, page = [], "/curate/records?source=by+hand"
    while page:
        text = curie.page(page)
        walked += titles(text)
        following = found(text, "//a[@rel='next']/@href")
        page = following[0] if following else ""
    assert len(walked) == len(set(walked)) == 62
    assert "From the beginning" in text


def test_a_record_at_a_glance(curie: Person) -> None:
    good = curie.page(path("", "good"))
    assert "Nothing wrong was found." in good
    assert '<span class="figure">2</span><a href="/curate/record/history?id=good">Versions</a>' in good
    bad = curie.page(path("", "bad"))
    assert "the record has no abstract" in bad
    assert "the record names nobody to ask" in bad
    assert "of 100 points" in bad
    assert curie.get(path("", "nothing")).status_code == 404
    assert curie.get("/curate/record").status_code == 404


def test_the_report_says_what_to_do(curie: Person) -> None:
    bad = curie.page(path("/report", "bad"))
    for words in ("no-abstract", "Findable", "Reusable", "Write an abstract", "The record has no link."):
        assert words in bad, words
    good = curie.page(path("/report", "good"))
    assert "https://data.example/ice.nc" in good
    assert "Not asked yet" in good


def test_findings_lead_to_their_line(house: House, curie: Person) -> None:
    content = kept(house, "good").source
    assert content
    broken = content.content.replace(b"<gmd:language>", b"<gmd:nonsense/>\n<gmd:language>")
    house.curation.curating.upload([("a.xml", broken)], by=_account(house), address=None)
    [upload] = house.curation.curating.uploads(_account(house))
    house.curation.curating.store([upload.id], by=_account(house), address=None)
    links = found(curie.page(path("/report", "good")), "//*[contains(@class, 'findings')]//a/@href")
    line = broken[: broken.index(b"<gmd:nonsense/>")].count(b"\n") + 1
    assert f"/curate/record/document?id=good#line-{line}" in links
    [shown] = found(curie.get(links[0]).text, f"//li[@id='line-{line}']")
    assert "gmd:nonsense" in words_in(shown)


def test_what_others_wrote_stays_text(house: House, curie: Person) -> None:
    nasty = replace(
        GOOD,
        identifier=NASTY,
        title=NASTY,
        abstract=NASTY,
        keywords=(Keyword(term=NASTY, thesaurus=NASTY),),
        contacts=(Contact(scope=ContactScope.RESOURCE, individual=NASTY, organisation=NASTY, emails=(NASTY,)),),
        links=(Link(url=f"javascript:alert(1)//{NASTY}", name=NASTY, description=NASTY),),
    )
    keep(house, nasty, source=NASTY)
    keep(house, replace(nasty, abstract=f"{NASTY} again"), source=NASTY)
    house.curation.curating.assign([NASTY], categories=[NASTY], by=CURATOR, address=None)
    house.curation.curating.upload([(NASTY, b"<x/>"), ("a.xml", _document(house, NASTY))], by=_account(house), address=None)
    pages = ["/curate/records", "/curate/records?state=invalid", "/curate/upload/checked", f"/curate/records?text={NASTY}&source={NASTY}"]
    pages += [path(page, NASTY) for page in ("", "/report", "/history", "/access", "/edit", "/document")]
    pages += [path("/difference", NASTY, older="1", newer="2")]
    for page in pages:
        answer = curie.get(page)
        assert answer.status_code == 200, page
        assert "<script>alert" not in answer.text, page
        assert not [each for each in found(answer.text, "//a/@href") if "javascript:" in each[:20].lower()], page
    answer = curie.send("/curate/batch", do="withdraw", id=NASTY)
    assert NASTY in unescape(answer.text)
    assert "<script>alert" not in answer.text


def test_versions_are_compared_and_restored(house: House, curie: Person) -> None:
    first = _version(house, 1)
    page = curie.page(path("/difference", "good", older="1", newer="2"))
    gone, come = (found(page, f"//dd[@class='{sign}']") for sign in ("gone", "come"))
    assert [words_in(each) for each in gone] == ["Before: Sea ice"]
    assert [words_in(each) for each in come] == ["After: Sea ice from the air"]
    assert "<gco:CharacterString>Sea ice</gco:CharacterString>" in page
    turned = curie.page(path("/difference", "good", older="2", newer="1"))
    assert len({TOKEN.sub("", each.partition("<main")[2]) for each in (page, turned)}) == 1, "a token tells its second"
    answer = curie.send("/curate/record/restore", id="good", number="1")
    assert answer.location == "/curate/record/history?id=good"
    assert "Version 1 stands again." in curie.page("/curate/record/history?id=good")
    assert _document(house, "good") == first
    assert len(house.curation.curating.versions("good")) == 3
    curie.send("/curate/record/restore", id="good", number="3")
    assert "This version is the one that stands now." in curie.page("/curate/record/history?id=good")
    for number in ("0", "9", "x", "٣", "9" * 30, ""):
        assert curie.send("/curate/record/restore", id="good", number=number).status_code in {303, 404}, number
        assert curie.get(path("/document", "good", number=number)).status_code == 404, number
        assert curie.get(path("/difference", "good", older="1", newer=number)).status_code == 404, number
    assert len(house.curation.curating.versions("good")) == 3


def test_a_document_is_had_to_the_byte_and_never_opened(house: House, curie: Person) -> None:
    answer = curie.get(path("/document/file", "good", number="1"))
    assert answer.data == _version(house, 1)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="good-1.xml"'
    assert answer.mimetype == "application/octet-stream"


def test_domain_and_categories_are_set_beside_the_document(house: House, curie: Person) -> None:
    before = _document(house, "good")
    form = {"id": "good", "back": path("", "good"), "domain": "life", "more": "Space biology\r\n\r\n  Medicine "}
    assert curie.send("/curate/batch/assign", **form).location == path("", "good")
    record = kept(house, "good")
    assert (record.domain, record.cnes_categories) == (Domain.LIFE, ("Space biology", "Medicine"))
    assert _document(house, "good") == before
    page = curie.page(path("", "good"))
    assert found(page, "//select[@name='domain']/option[@selected]/@value") == ["life"]
    assert found(page, "//input[@name='category'][@checked]/@value") == ["Medicine", "Space biology"]
    curie.send("/curate/batch/assign", id="good", domain="nonsense", categories="keep")
    assert kept(house, "good").domain is Domain.LIFE
    curie.send("/curate/batch/assign", id="good", domain="", more="x" * 5000)
    record = kept(house, "good")
    assert record.assigned.domain is None
    assert [len(each) for each in record.cnes_categories] == [200]


def test_an_embargo_is_set_and_removed(house: House, curie: Person) -> None:
    form = {"id": "good", "back": path("/access", "good"), "kind": "until", "opens": "2027-06-01", "shown": "description"}
    assert curie.send("/curate/batch/access", **form).location == path("/access", "good")
    assert "1 June 2027" in curie.page(path("/access", "good"))
    assert not house.curation.access.decide("good", ANONYMOUS).open
    curie.send("/curate/batch/access", **form | {"kind": ""})
    assert "Please choose who may have the data." in curie.page(path("/access", "good"))
    curie.send("/curate/batch/access", **form | {"opens": "tomorrow"})
    assert "Please give the date from which the data are open." in curie.page(path("/access", "good"))
    curie.send("/curate/record/access/remove", id="good")
    assert house.curation.access.decide("good", ANONYMOUS).open
    curie.send("/curate/record/access/remove", id="good")
    assert "There is no such rule." in curie.page(path("/access", "good"))


def test_a_rule_above_is_told(house: House, curie: Person) -> None:
    keep(house, replace(GOOD, identifier="part", parent_identifier="good"))
    house.curation.access.set_rule("good", RuleKind.GROUPS, by=CURATOR, address=None)
    assert "by a rule on something above it" in curie.page(path("/access", "part"))
    assert "by a rule on something above it" not in curie.page(path("/access", "good"))


def test_many_are_withdrawn_after_a_second_look_and_brought_back(house: House, curie: Person) -> None:
    both = {"id": ["good", "bad"], "back": "/curate/records?text=ice"}
    page = unescape(curie.send("/curate/batch", do="withdraw", which="ticked", **both).text)
    assert "2 records are chosen" in page
    assert "Sea ice from the air" in page
    assert house.engine.get("good")
    answer = curie.send("/curate/batch/withdraw", reason="They are wrong.", **both)
    assert answer.location == "/curate/records?text=ice"
    assert house.engine.get("good") is house.engine.get("bad") is None
    assert "2 records are withdrawn." in curie.page("/curate/records")
    lines, total = house.desk.accounts.audit(text="withdrew a record")
    assert total == 2
    assert all("They are wrong." in line.detail and line.actor == "acurator" for line in lines)
    left = curie.page(path("", "good"))
    assert "This record was withdrawn." in left
    assert curie.get(path("/edit", "good")).status_code == 404
    curie.send("/curate/batch", do="restore", id=["good", "bad"], back="/curate/records?state=withdrawn")
    assert "2 records are there again." in curie.page("/curate/records")
    assert kept(house, "good").title == GOOD.title


@pytest.mark.parametrize("back", ["/curate/records", path("", "good")])
def test_nothing_is_withdrawn_without_a_word_of_why(house: House, curie: Person, back: str) -> None:
    for reason in ({}, {"reason": ""}, {"reason": " \n "}):
        assert curie.send("/curate/batch/withdraw", id="good", back=back, **reason).location == back
        assert "Please say why; nothing was withdrawn." in curie.page(back)
    assert house.engine.get("good")


@pytest.mark.parametrize(("do", "words"), [("assign", "Leave the categories as they are"), ("access", "Under embargo until a date")])
def test_what_is_to_be_done_asks_for_what_it_needs(curie: Person, do: str, words: str) -> None:
    page = unescape(curie.send("/curate/batch", do=do, id=["good", "bad"], which="ticked").text)
    assert words in page
    assert found(page, f"//form[@action='/curate/batch/{do}']//input[@name='id']/@value") == ["good", "bad"]


def test_all_of_a_list_is_chosen_on_all_its_pages(house: House, curie: Person) -> None:
    keep(house, *(replace(GOOD, identifier=f"r{number:03}", title=f"Record {number:03}") for number in range(60)), source="neighbour")
    page = unescape(curie.send("/curate/batch", do="assign", which="all", source="neighbour", id="good").text)
    assert "60 records are chosen" in page
    assert "and 50 more" in page
    chosen = found(page, "//input[@name='id']/@value")
    curie.send("/curate/batch/assign", id=chosen, domain="material", categories="keep")
    assert {kept(house, f"r{number:03}").domain for number in range(60)} == {Domain.MATERIAL}
    assert kept(house, "good").domain is not Domain.MATERIAL


def test_a_list_that_takes_too_long_to_walk_through_is_to_be_narrowed(house: House, curie: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalogue.curating.listing._EFFORT", 10)
    monkeypatch.setattr("catalogue.curating.listing._AT_ONCE", 10)
    monkeypatch.setattr("catalogue.curating.listing._CHEAP", 1)
    keep(house, *(replace(GOOD, identifier=f"a{number:03}") for number in range(150)), source="neighbour")
    asked = {"do": "withdraw", "which": "all", "source": "by hand", "back": "/curate/records?source=by+hand"}
    assert "1 record is chosen" in curie.send("/curate/batch", text="bad", **asked).text
    assert curie.send("/curate/batch", **asked).location == asked["back"]
    assert "This list takes too long to walk through." in curie.page("/curate/records")


def test_a_choice_that_cannot_be(house: House, curie: Person) -> None:
    for form, says in (
        ({"do": "withdraw"}, "Please tick at least one record."),
        ({"do": "nonsense", "id": "good"}, "Please choose what to do with the records."),
        ({"do": "withdraw", "id": [f"x{number}" for number in range(1001)]}, "At most 1,000 records can be worked on at once."),
    ):
        assert curie.send("/curate/batch", **form).location == "/curate/records"
        assert says in curie.page("/curate/records")
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/admin", "/curate/record\\evil", "/curate/record?\nx"):
        assert curie.send("/curate/batch", do="withdraw", back=elsewhere).location == "/curate/records", elsewhere
    curie.send("/curate/batch/assign", id=["good", "nothing"], domain="life", categories="keep")
    assert "nothing was changed" in curie.page("/curate/records")
    assert kept(house, "good").domain is not Domain.LIFE


def test_a_selection_is_exported(curie: Person) -> None:
    asked: Callable[[str], bytes] = lambda form: curie.send("/curate/batch", do="export", f=form, id=["good", "bad"]).data  # noqa: E731
    assert sorted(zipfile.ZipFile(io.BytesIO(asked("iso19139"))).namelist()) == ["bad.xml", "good.xml"]
    assert asked("csv").decode("utf-8-sig").count("\r\n") == 3
    assert asked("pdf").startswith(b"%PDF")


def test_a_selection_with_a_record_that_is_gone_is_not_exported_and_says_which(house: House, curie: Person) -> None:
    house.curation.curating.withdraw(["bad"], reason="a test", by=CURATOR, address=None)
    for form in ("pdf", "csv", "iso19139"):
        answer = curie.send("/curate/batch", do="export", f=form, id=["good", "bad"], back="/curate/records?text=ice")
        assert (answer.status_code, answer.location) == (303, "/curate/records?text=ice")
        assert "There is no record bad any more; nothing was exported." in curie.page("/curate/records")


def test_curators_export_more_than_others_at_once(house: House, curie: Person) -> None:
    many = [f"one-{number}" for number in range(101)]
    house.engine.put([entry(identifier, identifier) for identifier in many], now=house.clock.now)
    assert curie.send("/curate/batch", do="export", f="csv", id=many).data.count(b"\r\n") == 102
    refused = curie.send("/curate/batch", do="export", f="pdf", id=many)
    assert (refused.status_code, "101 records are ticked, and at most 100" in refused.text) == (400, True)


def test_the_public_page_leads_curators_here(house: House, curie: Person) -> None:
    assert 'href="/curate/record?id=good"' in curie.page("/records/good")
    assert "/curate" not in house.signed_in("mfaraday", Role.USER).page("/records/good")
    assert "/curate" not in house.client().page("/records/good")


@pytest.mark.parametrize(("language", "end"), [("en", ": "), ("fr", "\u00a0: ")])
def test_narrow_tables_name_their_cells_as_the_language_does(house: House, curie: Person, language: str, end: str) -> None:
    house.source()
    house.harvested()
    pages = ["/curate/records", path("/history", "good"), "/curate/sources", "/curate/runs"]
    for page in pages:
        names = found(curie.client.get(page, headers={"Accept-Language": language}).text, "//td/@data-name")
        assert names, page
        assert [name for name in names if not re.fullmatch(rf"[\w ’-]*\w{end}", name)] == [], page


def test_nothing_of_these_pages_is_kept_by_caches(curie: Person) -> None:
    for each in PAGES:
        assert curie.get(each).cache_control.no_store, each


def _account(house: House) -> Visitor:
    user = house.desk.accounts.user_named("acurator")
    return Visitor(user_id=user.user_id, username=user.username, role=Role.CURATOR)


def _document(house: House, identifier: str) -> bytes:
    source = kept(house, identifier).source
    assert source
    return source.content


def _version(house: House, number: int) -> bytes:
    return house.curation.curating.document("good", number)
