"""The pages about records in a real browser: accessible, quiet, whole at any width; a curator's work without scripts, and what they add."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.codelists import Role, RuleKind
from records.model import Keyword, Link
from tests.accounts.desk import PASSWORD
from tests.ui.curate.conftest import CURATOR, House
from tests.ui.curate.keeping import BAD, GOOD, keep, kept, path
from tests.ui.hard_records import HARD
from tests.ui.looking import Watched, violations

pytestmark = pytest.mark.browser

LONG = "urn:x-" + "nothing-to-break-at" * 12
PAGES = (
    "/curate/records",
    "/curate/records?state=invalid",
    "/curate/records?state=withdrawn",
    path("", "good"),
    path("", "bad"),
    path("", "gone"),
    path("", LONG),
    path("/report", "bad"),
    path("/report", LONG),
    path("/history", "good"),
    path("/difference", "good", older="1", newer="2"),
    path("/document", "good"),
    path("/access", "good"),
    path("/edit", "good"),
    path("/edit", LONG),
    path("/edit", "hard-keywords"),
    "/curate/upload",
    "/curate/upload/checked",
)


@pytest.fixture
def full_house(house: House) -> House:
    """One with something of everything."""
    number = house.desk.active("acurator", "acurator@example.org", Role.CURATOR)
    keep(house, replace(GOOD, title="Sea ice", abstract="Another."), BAD, replace(BAD, identifier="gone"))
    keep(
        house,
        GOOD,
        replace(GOOD, identifier=LONG, title=LONG * 2, keywords=(Keyword(term=LONG),), links=(Link(url=f"https://{LONG}"),)),
        *HARD,
    )
    house.curation.curating.withdraw(["gone"], reason="a test", by=CURATOR, address=None)
    by = replace(CURATOR, user_id=number)
    files = [(f"{LONG}.xml", b"<no/>"), ("a.xml", house.curation.curating.document("good", 1))]
    house.curation.curating.upload(files, by=by, address=None)
    house.curation.access.set_rule("good", RuleKind.UNTIL, house.clock() + timedelta(days=30), by=CURATOR, address=None)
    return house


@pytest.fixture
def watched(full_house: House, people_address: str, browser: Browser) -> Iterator[Watched]:
    assert full_house
    context = browser.new_context(viewport={"width": 1440, "height": 800}, locale="en-GB")
    context.set_default_timeout(20_000)
    watched = Watched(context, people_address)
    _sign_in(watched.open("/login?next=/curate/records"))
    yield watched
    context.close()


def _sign_in(page: Page) -> None:
    page.fill("#username", "acurator")
    page.fill("#password", PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()


def test_axe_finds_nothing_no_page_is_too_wide_and_the_console_is_silent(watched: Watched) -> None:
    wrong = [each for path in PAGES for each in watched.look_over(path)]
    assert not wrong, "\n".join(wrong)


def test_what_is_wrong_is_found_and_mended_without_scripts(full_house: House, people_address: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{people_address}/login?next=/curate/records")
    _sign_in(page)
    page.get_by_label("Which").select_option("with errors")
    page.get_by_label("Words").fill("bad")
    page.get_by_role("button", name="Show these").click()
    page.get_by_role("link", name="Bad", exact=True).click()
    expect(page.get_by_text("the record names nobody to ask")).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Abstract").fill("What there is to say of it.")
    page.locator("summary", has_text="Add a contact").click()
    page.get_by_label("E-mail addresses").fill("curie@example.org")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Please name an organisation, a person or a position.").click()
    page.get_by_label("Organisation name").fill("CNES")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The record is changed.")).to_be_visible()
    expect(page.get_by_text("the record names nobody to ask")).to_have_count(0)
    expect(page.get_by_role("link", name="Errors")).to_be_visible()
    expect(page.locator(".work li").first).to_contain_text("0")
    context.close()
    record = kept(full_house, "bad")
    assert record.abstract == "What there is to say of it."
    assert record.contacts[0].emails == ("curie@example.org",)


def test_terms_appear_while_one_types(watched: Watched, full_house: House) -> None:
    page = watched.open(path("/edit", "good"))
    expect(page.get_by_role("button", name="Look up")).to_be_hidden()
    look = page.get_by_label("Look up in the vocabularies")
    look.press_sequentially("sea ice")
    page.get_by_label(re.compile("OCEANS > SEA ICE NASA")).check()
    look.fill("glaci")
    expect(page.get_by_label(re.compile("GLACIERS")).first).to_be_visible()
    expect(page.get_by_label(re.compile("OCEANS > SEA ICE NASA"))).to_be_checked()
    assert not violations(page)
    look.press("Enter")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The record is changed.")).to_be_visible()
    assert "EARTH SCIENCE > OCEANS > SEA ICE" in {each.term for each in kept(full_house, "good").keywords}
    assert not watched.wrong


def test_all_of_a_page_is_ticked_at_once(watched: Watched) -> None:
    page = watched.open("/curate/records?text=ice")
    rows = page.locator("tbody input[type=checkbox]")
    page.get_by_label("All of this page").check()
    assert all(row.is_checked() for row in rows.all())
    rows.first.uncheck()
    assert not page.get_by_label("All of this page").is_checked()
    page.get_by_role("button", name="Withdraw…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdraw records")
    assert not violations(page)
    assert not watched.wrong
