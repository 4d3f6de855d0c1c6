"""Mending a record by its form: what is typed is changed, what is not touched is not, and what cannot be is told beside its field."""

from dataclasses import replace
from pathlib import Path

import pytest

import records
from accounts.codelists import Role
from catalogue.service import load
from mappings.vocabularies.domains import domain_of
from records.codes import ContactScope, Domain, LinkFunctionCode, RoleCode
from records.dates import Date, TimeInterval
from records.model import ICRS, Box, Circle, Contact, Extent, Keyword, Polygon
from tests.ui.account.conftest import Person
from tests.ui.curate.conftest import House
from tests.ui.curate.keeping import GOOD, Form, edit_form, found, keep, kept, path, words_in
from tests.ui.hard_records import HARD


@pytest.fixture
def curie(house: House) -> Person:
    """A curator, in a catalogue with one record."""
    keep(house, GOOD)
    return house.curator()


def form(person: Person) -> Form:
    """The form of the record."""
    return edit_form(person, "good")


def faults(text: str) -> list[str]:
    """Return what the form says is wrong, above it."""
    return [words_in(each) for each in found(text, "//div[@class='wrong']//li")]


def test_a_form_that_is_sent_as_it_came_changes_nothing(house: House, curie: Person) -> None:
    holdings = Path(records.__path__[0]) / "holdings"
    load(house.engine, sorted(holdings.rglob("*.xml"))[::8], processes=1)
    for record in HARD:
        for name in ("iso19139", "iso19115-3", "dif10", "dif9"):
            keep(house, replace(record, identifier=f"{name}-{record.identifier}"), form=name)
    sent = 0
    for identifier in list(house.engine.identifiers()):
        before = kept(house, identifier).source
        text = curie.get(path("/edit", identifier)).text
        assert found(text, "//button[@value='save']"), identifier
        answer = Form(curie, text, "/curate/record/edit").send()
        assert answer.status_code == 303, (identifier, faults(answer.text))
        assert kept(house, identifier).source == before, identifier
        sent += 1
    assert sent > 50
    assert not house.desk.accounts.audit(text="edited a record")[1]


def test_title_and_abstract(house: House, curie: Person) -> None:
    before = kept(house, "good")
    answer = form(curie).fill(title="  Ice <from> the air & below ", abstract="One.\n\nTwo.").send()
    assert answer.location == "/curate/record?id=good"
    assert "The record is changed." in curie.page("/curate/record?id=good")
    after = kept(house, "good")
    assert (after.title, after.abstract) == ("Ice <from> the air & below", "One.\n\nTwo.")
    assert after.datestamp == Date("2026-11-27")
    assert replace(after, title=before.title, abstract=before.abstract, datestamp=before.datestamp) == before
    [line] = house.desk.accounts.audit(text="edited a record")[0]
    assert (line.actor, line.subject) == ("acurator", "good")
    assert "title" in curie.page(path("/difference", "good", older="1", newer="2")).lower()
    assert faults(form(curie).fill(title=" ").send().text) == ["Title: Please give a title."]


def test_keywords_are_lines_of_the_list_they_are_from(house: House, curie: Person) -> None:
    opened = form(curie)
    assert opened.values["keywords-0"] == "SEA ICE\nALTIMETRY"
    opened.fill(keywords_0="ALTIMETRY\n new   word \n\nALTIMETRY", keywords_1="ICE SHEETS\nGLACIERS").send()
    keywords = kept(house, "good").keywords
    assert len(keywords) == 4
    assert set(keywords) == {
        Keyword(term="ALTIMETRY"),
        Keyword(term="new word"),
        Keyword(term="ICE SHEETS", thesaurus="GCMD Science Keywords"),
        Keyword(term="GLACIERS", thesaurus="GCMD Science Keywords"),
    }


def test_terms_are_looked_up_and_ticked(house: House, curie: Person) -> None:
    page = form(curie).fill(look="oce", title="Typed meanwhile").send("look").text
    assert found(page, "//textarea[@name='title']/text()") == ["Typed meanwhile"]
    [box, *_] = found(page, "//input[@name='found']")
    answer = curie.client.get("/curate/keywords?q=oce").json
    assert answer
    assert box.get("value") == answer["suggestions"][0]["value"]
    again = Form(curie, page, "/curate/record/edit")
    again.values.add("found", box.get("value"))
    assert again.send().status_code == 303
    added = [each for each in kept(house, "good").keywords if each not in GOOD.keywords]
    assert [(each.term, each.thesaurus) for each in added] == [
        (answer["suggestions"][0]["words"], answer["suggestions"][0]["list"] or None)
    ]
    assert kept(house, "good").title == "Typed meanwhile"
    invented = form(curie)
    invented.values.add("found", "An invented term|Nobody’s list")
    invented.send()
    assert "An invented term" not in {each.term for each in kept(house, "good").keywords}
    assert curie.client.get("/curate/keywords?q=").json == {"suggestions": []}


def test_contacts_are_changed_added_and_removed(house: House, curie: Person) -> None:
    form(curie).fill(
        contact_1_emails="marie@example.org\n\n m.curie@example.org ", contact_1_city="Paris", contact_1_role="principalInvestigator"
    ).send()
    second, first = kept(house, "good").contacts
    assert (first.emails, first.city, first.role) == (
        ("marie@example.org", "m.curie@example.org"),
        "Paris",
        RoleCode.PRINCIPAL_INVESTIGATOR,
    )
    assert second == GOOD.contacts[0]
    opened = form(curie)
    opened.values["contact-1-remove"] = "yes"
    opened.fill(contact_2_organisation="CNRS", contact_2_scope="distribution", contact_2_emails="data@cnrs.example").send()
    new = Contact(scope=ContactScope.DISTRIBUTION, organisation="CNRS", emails=("data@cnrs.example",))
    stayed, added = kept(house, "good").contacts
    assert stayed == GOOD.contacts[0]
    assert replace(added, role=None) == new
    answer = form(curie).fill(contact_2_emails="nobody@example.org").send()
    assert faults(answer.text) == ["Please name an organisation, a person or a position."]
    assert found(answer.text, "//textarea[@name='contact-2-emails']/text()") == ["nobody@example.org"]
    assert len(kept(house, "good").contacts) == 2


def test_links_and_times(house: House, curie: Person) -> None:
    opened = form(curie).fill(link_1_url="https://docs.example/a?b=1&c=2", link_1_function="information", link_1_name="How")
    opened.fill(time_0_end="2019-05", time_1_begin="2020-04-03T12:30:00Z").send()
    record = kept(house, "good")
    assert record.links[0] == GOOD.links[0]
    added = record.links[1]
    assert (added.url, added.name, added.function) == ("https://docs.example/a?b=1&c=2", "How", LinkFunctionCode.INFORMATION)
    assert record.intervals == (
        TimeInterval(begin=Date("2019-04-01"), end=Date("2019-05")),
        TimeInterval(begin=Date("2020-04-03T12:30:00Z")),
    )
    for typed, fault in (
        ({"link_2_name": "No address"}, "Please give the address of the link."),
        ({"time_0_end": "yesterday"}, "End: Please write a date such as 2007, 2007-04, 2007-04-03 or 2007-04-03T12:30:00Z."),
        ({"time_0_end": "2018"}, "The end lies before the beginning."),
        ({"time_0_end": "", "time_0_begin": ""}, "Please give a beginning or an end, or remove this time."),
    ):
        answer = form(curie).fill(**typed).send()
        assert answer.status_code == 422
        assert faults(answer.text) == [fault]
        assert found(answer.text, "//details[@open]"), "what is wrong is not behind something closed"
        [target] = found(answer.text, "//div[@class='wrong']//a/@href")
        assert found(answer.text, f"//*[@id='{target[1:]}']")
    assert kept(house, "good") == record


def test_places(house: House, curie: Person) -> None:
    form(curie).fill(
        place_0_box_0_west="-170,25", place_0_box_1_west="1", place_0_box_1_south="2", place_0_box_1_east="3", place_0_box_1_north="4"
    ).send()
    [extent] = kept(house, "good").extents
    assert extent.boxes == (Box(west=-170.25, south=76, east=35, north=81), Box(west=1, south=2, east=3, north=4))
    for typed, fault in (
        ({"place_0_box_0_north": "91"}, "North: Please give a number from -90 to 90."),
        ({"place_0_box_0_north": "nan"}, "North: Please give a number from -90 to 90."),
        ({"place_0_box_0_north": "75"}, "The southern side lies north of the northern one."),
        ({"place_0_box_2_west": "5"}, "Please give all four sides, or remove this box."),
        ({"place_0_low": "5"}, "Please give the lowest height and the highest, or neither."),
    ):
        answer = form(curie).fill(**typed).send()
        assert faults(answer.text) == [fault], typed
    opened = form(curie)
    opened.values["place-0-box-0-remove"] = "yes"
    opened.send()
    assert [each.boxes for each in kept(house, "good").extents] == [(Box(west=1, south=2, east=3, north=4),)]


def test_places_on_the_sky(house: House, curie: Person) -> None:
    polygon = Polygon(rings=(((10, 10), (20, 10), (20, 20), (10, 10)),))
    sky = replace(GOOD, identifier="sky", extents=(Extent(frame=ICRS, circles=(Circle(x=290, y=0.5, radius=2),), polygons=(polygon,)),))
    keep(house, sky)
    opened = edit_form(curie, "sky")
    page = curie.page(path("/edit", "sky"))
    assert "1 polygon stays as it is." in page
    assert domain_of(sky) is Domain.UNIVERSE
    [extent] = kept(house, "sky").extents
    number = extent.circles[0]
    answer = opened.fill(place_0_cone_0_radius="3").send()
    after = kept(house, "sky").extents
    if answer.status_code == 303:
        assert after[0].circles == (replace(number, radius=3),)
        assert after[0].polygons == extent.polygons
    else:
        assert faults(answer.text)
        assert after == (extent,)


def test_rows_are_added_without_losing_what_was_typed(curie: Person) -> None:
    page = form(curie).fill(title="Typed", link_1_url="https://one.example").send("", more="links").text
    assert "Typed" in page
    again = Form(curie, page, "/curate/record/edit").fill(link_2_url="https://two.example")
    assert again.values["link-1-url"] == "https://one.example"
    page = again.send("", more="links").text
    assert [each.get("value") for each in found(page, "//input[starts-with(@name, 'link-') and contains(@name, '-url')]")][1:] == [
        "https://one.example",
        "https://two.example",
        "",
    ]
    opened = form(curie)
    opened.values["blanks-links"] = "99999"
    assert len(found(opened.send("", more="links").text, "//input[contains(@name, '-url') and starts-with(@name, 'link-')]")) < 30


def test_two_curators_do_not_undo_each_other(house: House, curie: Person) -> None:
    mine, theirs = form(curie).fill(title="Mine"), form(house.signed_in("another", Role.CURATOR)).fill(title="Theirs")
    theirs.send()
    answer = mine.send()
    assert answer.status_code == 422
    assert "Somebody else has changed this record since you opened it." in faults(answer.text)[0]
    assert found(answer.text, "//textarea[@name='title']/text()") == ["Mine"]
    assert kept(house, "good").title == "Theirs"


def test_what_cannot_be_written_is_told_beside_its_field(house: House, curie: Person) -> None:
    keep(house, replace(GOOD, identifier="dif"), form="dif10")
    answer = edit_form(curie, "good").fill(title="A\x0bB").send()
    assert answer.status_code == 422
    assert faults(answer.text)[0].startswith("Title: ")
    assert kept(house, "good").title == GOOD.title


def test_what_was_not_touched_stays_however_long_it_is(house: House, curie: Person) -> None:
    words = "Thickness of the ice, as it was measured. " * 3_000
    long = replace(
        GOOD,
        abstract=words.strip(),
        keywords=(Keyword(term="k" * 1_500), *(Keyword(term=f"word {number}") for number in range(5_100))),
        links=(replace(GOOD.links[0], description=words[:30_000].strip()),),
    )
    keep(house, long)
    before = kept(house, "good")
    assert form(curie).fill(title="After").send().status_code == 303
    after = kept(house, "good")
    assert before.source
    assert after.source
    assert after.source.content == before.source.content.replace(b"Sea ice from the air", b"After").replace(b"2020-05-01", b"2026-11-27")
    assert form(curie).fill(abstract=f"{long.abstract}"[:-1]).send().status_code == 303
    assert kept(house, "good").abstract == words.strip()[:-1], "what is too long can be mended, if it is made no longer"


def test_what_is_typed_is_never_cut(house: House, curie: Person) -> None:
    for typed, fault, box in (
        ({"title": "t" * 2_001}, "Title: Please write at most 2,000 characters.", "//textarea[@name='title']/text()"),
        ({"abstract": "a" * 100_001}, "Abstract: Please write at most 100,000 characters.", "//textarea[@name='abstract']/text()"),
        ({"keywords_0": "k" * 1_001}, "Free words: Please write at most 1,000 characters.", "//textarea[@name='keywords-0']/text()"),
        ({"link_0_name": "n" * 30_000}, "Name: Please write at most 1,000 characters.", "//input[@name='link-0-name']/@value"),
    ):
        answer = form(curie).fill(**typed).send()
        assert answer.status_code == 422
        assert faults(answer.text) == [fault]
        assert found(answer.text, box) == list(typed.values())
    assert not house.desk.accounts.audit(text="edited a record")[1]
    assert form(curie).fill(title="t" * 2_000).send().status_code == 303
    assert kept(house, "good").title == "t" * 2_000
    assert not found(curie.page(path("/edit", "good")), "//form[@action='/curate/record/edit']//*[@maxlength]"), (
        "browsers cut what is pasted"
    )


def test_documents_that_are_not_edited_here(house: House, curie: Person) -> None:
    keep(house, replace(GOOD, identifier="other"), form="json")
    page = curie.page(path("/edit", "other"))
    assert "Documents of this format are not edited here." in page
    assert not found(page, "//form[@action='/curate/record/edit']")
    assert curie.send("/curate/record/edit", id="other", do="save", title="x").status_code in {303, 422}
    assert kept(house, "other").title == GOOD.title
