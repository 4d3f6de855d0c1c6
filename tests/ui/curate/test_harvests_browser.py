"""The pages of harvests in a real browser: accessible, quiet, whole at any width and without scripts; and progress that moves by itself."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.codelists import Role
from catalogue.harvesting.codelists import LineKind, RunState
from catalogue.harvesting.models import HarvestRun
from tests.accounts.desk import PASSWORD
from tests.ui.curate.conftest import House, fill
from tests.ui.curate.test_harvests import kept_line, kept_run, records
from tests.ui.looking import Watched

pytestmark = pytest.mark.browser

LONG = "urn:x-" + "nothing-to-break-at" * 12
PAGES = ("", "/sources", "/new-source", "/sources/failing", "/sources/failing/edit", "/runs", "/runs/1", "/runs/2", "/runs/3", "/lines/1")


@pytest.fixture
def busy_house(house: House) -> House:
    """One with a run of every kind that pages find hard."""
    house.desk.active("acurator", "acurator@example.org", Role.CURATOR)
    now = house.clock.now
    house.source("failing")
    message = "The server of the source does not answer: " + LONG
    failed = kept_run(house, RunState.FAILED, message=message, ended=now, received=40, expected=123_456, rejected=60, conflicts=2)
    kept_line(house, failed, LineKind.REJECTED, origin=f"https://{LONG}", reason="It is not well-formed. " * 9, content=b"<a>" + b"x" * 999)
    kept_line(house, failed, LineKind.CONFLICT, origin="here", identifier=LONG, title=LONG, reason="Both have it.")
    for number in range(60):
        kept_line(house, failed, LineKind.REJECTED, origin=f"record {number}", reason="It has no title.")
    house.source("held")
    held = kept_run(house, RunState.HELD, withdrawn=3, message="It would withdraw too many records.", received=1, complete=True)
    for number in range(3):
        kept_line(house, held, LineKind.WITHDRAWN, identifier=f"glacier-{number}", title=f"Glacier {number}")
    house.source("under-way")
    kept_run(house, RunState.RUNNING, received=10, expected=40, progressed=now)
    return house


def test_axe_finds_nothing_no_page_is_too_wide_and_the_console_is_silent(
    busy_house: House,
    people_address: str,
    browser: Browser,
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 800}, locale="en-GB")
    context.set_default_timeout(20_000)
    watched = Watched(context, people_address)
    _sign_in(watched.open("/login?next=/curate"))
    wrong = [each for path in PAGES for each in watched.look_over(f"/curate{path}")]
    context.close()
    assert busy_house.curation.sources.all()
    assert not wrong, "\n".join(wrong)


def test_progress_moves_by_itself_and_the_end_is_shown(house: House, people_address: str, browser: Browser) -> None:
    house.desk.active("acurator", "acurator@example.org", Role.CURATOR)
    house.source()
    number = kept_run(house, RunState.WAITING)
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(20_000)
    watched = Watched(context, people_address)
    _sign_in(watched.open(f"/login?next=/curate/runs/{number}"))
    page = watched.page
    expect(page.locator(".state")).to_have_text("Waits to begin")
    expect(page.get_by_role("link", name="Look again")).to_be_hidden()
    _set(house, number, state=RunState.RUNNING, received=10, expected=40, progressed=house.clock.now)
    expect(page.locator("[data-words]")).to_have_text("10 of 40 documents")
    expect(page.locator(".state")).to_have_text("Under way")
    expect(page.locator(".state")).to_have_class("state wait")
    _set(house, number, progressed=house.clock.now - timedelta(hours=1))
    expect(page.locator(".state")).to_have_class("state bad")
    expect(page.locator(".state")).to_have_text("Stuck")
    _set(house, number, received=30, created=29)
    expect(page.locator("[data-words]")).to_have_text("30 of 40 documents")
    expect(page.locator("[data-figure=created]")).to_have_text("29")
    assert page.locator("progress").evaluate("bar => bar.value") == 750
    _set(house, number, received=40, state=RunState.DONE, ended=house.clock.now)
    expect(page.locator(".state")).to_have_text("Done")
    assert not watched.wrong
    context.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_a_source_is_added_previewed_and_harvested_without_scripts(
    house: House,
    people_address: str,
    browser: Browser,
    width: int,
) -> None:
    house.desk.active("acurator", "acurator@example.org", Role.CURATOR)
    folder = house.folder / "glaciers"
    folder.mkdir()
    fill(folder, *records(3))
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(20_000)
    watched = Watched(context, people_address)
    page = watched.open("/curate")
    _sign_in(page)
    page.get_by_role("link", name="Add a source").click()
    page.get_by_label("Name").fill("glaciers")
    page.get_by_label("Folder or zip of this machine").check()
    page.get_by_label("Address", exact=True).fill(str(folder))
    page.get_by_role("button", name="Keep the source").click()
    expect(page.get_by_role("status")).to_contain_text("The source is kept.")
    page.get_by_role("button", name="Preview").click()
    house.work()
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("[data-figure=created]")).to_have_text("3")
    page.get_by_role("button", name="Run it now").click()
    house.work()
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(".state").first).to_have_text("Done")
    page.get_by_role("link", name=re.compile("^Glacier 0")).click()
    expect(page.locator("h1")).to_contain_text("Glacier 0")
    assert not watched.wrong
    context.close()


def _set(house: House, number: int, **values: object) -> None:
    with house.database.writing() as session:
        run = session.get_one(HarvestRun, number)
        for name, value in values.items():
            setattr(run, name, value)


def _sign_in(page: Page) -> None:
    page.fill("#username", "acurator")
    page.fill("#password", PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
