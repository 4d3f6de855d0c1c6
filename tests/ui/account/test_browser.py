"""The pages of accounts and administrators in a real browser: accessible, quiet, whole at any width and without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.codelists import Role, RuleKind
from ordering.models import DeliveryState, OrderState
from tests.accounts.desk import ADMINISTRATOR, OTHER, PASSWORD, registration
from tests.ui.account.conftest import House
from tests.ui.looking import Watched, violations

pytestmark = pytest.mark.browser

OPEN_PAGES = ("/login", "/register", "/register/sent", "/account/forgot", "/account/reset?token=x", "/account/confirm?token=x")
OWN_PAGES = ("/account", "/account/password")
ADMIN_PAGES = (
    "/admin",
    "/admin/registrations",
    "/admin/users",
    "/admin/users/2",
    "/admin/groups",
    "/admin/access?identifier=COROT_N1",
    "/admin/orders",
    "/admin/deliveries",
    "/admin/audit",
)


@pytest.fixture
def full_house(house: House) -> House:
    """One in which something of everything waits."""
    accounts = house.desk.accounts
    house.desk.active("ghopper", "ghopper@example.org", Role.ADMINISTRATOR)
    long = registration(organisation="Zentrum für Astronomie der Universität Heidelberg " * 3, reasons="Wörter" * 60)
    accounts.register(long, address="192.0.2.7")
    accounts.confirm(house.desk.letters.link("faraday@example.org"))
    number = house.desk.active("mcurie", "curie@example.org")
    accounts.add_group("corot-n1", "COROT N1 group", by=ADMINISTRATOR, address=None)
    accounts.join(number, "corot-n1", None, by=ADMINISTRATOR, address=None)
    access = house.administration.access
    access.set_rule("COROT_N1", RuleKind.GROUPS, groups=["corot-n1"], by=ADMINISTRATOR, address=None)
    access.set_rule("urn:" + "x" * 200, RuleKind.OPEN, by=ADMINISTRATOR, address=None)
    house.deliver(DeliveryState.QUARANTINED, problems=[{"file": "x" * 200, "reason": "Its SHA-256 differs."}] * 12)
    house.order(OrderState.FAILED, reason="The server refused the file.")
    return house


@pytest.fixture
def watched(full_house: House, people_address: str, browser: Browser) -> Iterator[Watched]:
    assert full_house
    context = browser.new_context(viewport={"width": 1440, "height": 800}, locale="en-GB")
    context.set_default_timeout(20_000)
    yield Watched(context, people_address)
    context.close()


def _sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.fill("#username", username)
    page.fill("#password", password)
    page.locator("main").get_by_role("button", name="Sign in").click()


def test_axe_finds_nothing_no_page_is_too_wide_and_the_console_is_silent(watched: Watched) -> None:
    wrong = [each for path in OPEN_PAGES for each in watched.look_over(path)]
    _sign_in(watched.open("/login"), "ghopper")
    wrong += [each for path in (*OWN_PAGES, *ADMIN_PAGES) for each in watched.look_over(path)]
    assert not wrong, "\n".join(wrong)


def test_a_form_that_comes_back_is_accessible_and_leads_to_what_is_wrong(watched: Watched) -> None:
    page = watched.open("/register")
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.fill("#username", "Ab")
    page.get_by_role("button", name="Send the request").click()
    assert not violations(page)
    page.get_by_role("link", name=re.compile("^Username:")).click()
    expect(page.locator("#username")).to_be_focused()
    expect(page.locator("#username")).to_have_value("Ab")


def test_the_menu_of_who_is_here(watched: Watched) -> None:
    _sign_in(watched.open("/login"), "ghopper")
    page = watched.page
    page.set_viewport_size({"width": 360, "height": 800})
    summary = page.locator("summary", has_text="ghopper")
    summary.press("Enter")
    expect(page.get_by_role("link", name="Administration", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert not violations(page)
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    summary.press("Enter")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert not watched.wrong


@pytest.mark.parametrize("width", [360, 1440])
def test_the_way_in_needs_no_scripts(full_house: House, people_address: str, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(20_000)
    watched = Watched(context, people_address)
    page = watched.open("/admin/registrations")
    _sign_in(page, "ghopper")
    assert page.url.endswith("/admin/registrations")
    page.locator("summary", has_text="Refuse").first.click()
    expect(page.get_by_label("Why")).to_be_visible()
    page.get_by_role("button", name="Validate").click()
    expect(page.get_by_role("status")).to_contain_text("A temporary password is on its way.")
    page.locator("summary", has_text="ghopper").click()
    page.get_by_role("button", name="Sign out").click()
    _sign_in(watched.open("/login"), "mfaraday", full_house.desk.letters.password("faraday@example.org"))
    page.fill("#old", full_house.desk.letters.password("faraday@example.org"))
    page.fill("#new", OTHER)
    page.fill("#again", OTHER)
    page.get_by_role("button", name="Keep the new password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password is changed.")
    page.get_by_label("What it is for").fill("night job")
    page.get_by_role("button", name="Make a token").click()
    expect(page.locator("#shown-token")).to_contain_text("rfx_")
    assert not watched.wrong
    context.close()
