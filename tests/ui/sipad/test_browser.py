"""The SIPAD's pages in a real browser: accessible, quiet, whole at any width, with scripts and without."""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from accounts.codelists import RuleKind, Shown
from accounts.visitors import COMMAND_LINE
from catalogue.app import create_app
from catalogue.service import Catalogue
from catalogue.services import Services
from catalogue.settings import Settings
from tests.ui.looking import Watched, violations
from tests.ui.sipad.archive import FULLIMAGE, SALINITY, STARWIND
from tests.ui.sipad.conftest import OPENS, PASSWORD, found

pytestmark = pytest.mark.browser

PAGES = (
    "/sipad",
    "/sipad/tree",
    "/sipad/tree?develop=1",
    f"/sipad/data/{STARWIND}",
    f"/sipad/data/{FULLIMAGE}",
    "/sipad/data/COROT_LRc01",
    f"/sipad/select/{STARWIND}",
    f"/sipad/select/{STARWIND}?targets=x&value.channel=A1",
    "/sipad/selection",
    "/sipad/order",
    f"/sipad/order?dataset={SALINITY}",
    "/sipad/order/R00000000000000",
    "/sipad/order?dataset=NOTHING",
    "/sipad/documents",
    "/sipad/contact",
)
OWN = ("/sipad/orders", "/sipad/workspace")
Opener = Callable[..., Watched]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Iterator[tuple[str, Services]]:
    """The application as it is served, its address, and what it stands on."""
    folder = tmp_path_factory.mktemp("served")
    found(folder)
    settings = Settings(
        base_url="http://catalogue.example",
        database=f"sqlite:///{folder / 'reflecs.sqlite'}",
        archive=folder / "archive",
        mail=f"outbox:{folder / 'outbox'}",
        queue=f"sqlite:{folder / 'queue.sqlite'}",
        contact="sipad@example.org",
        secret_key="a secret of the tests, long enough",
    )
    app = create_app(settings, Catalogue(catalogue.engine, base_url=catalogue.base_url, sipad_url=None, clock=catalogue.clock))
    services: Services = app.extensions["services"]
    for identifier, shown in ((FULLIMAGE, Shown.DESCRIPTION), ("COROT_LRc01", Shown.NAME)):
        services.access.set_rule(identifier, RuleKind.UNTIL, OPENS, shown, by=COMMAND_LINE, address=None)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", services
    server.shutdown()
    thread.join()
    server.server_close()
    services.database.close()


@pytest.fixture
def opened(browser: Browser, served: tuple[str, Services]) -> Iterator[Opener]:
    """A way to open browsers' windows, which are closed at the end."""
    contexts: list[BrowserContext] = []

    def window(*, width: int = 1440, **options: Any) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Watched(context, served[0])

    yield window
    for context in contexts:
        context.close()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.fill("[name=username]", "marie")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/login" not in url)


def select(page: Page, address: str, identifier: str = STARWIND) -> None:
    page.goto(f"{address}/sipad/select/{identifier}")
    page.get_by_role("button", name="Put into my selection").or_(page.get_by_role("button", name="Save these criteria")).click()
    page.wait_for_url("**/sipad/selection")


def test_axe_finds_nothing_and_no_page_is_wider_than_the_window(opened: Opener, served: tuple[str, Services]) -> None:
    watched = opened()
    select(watched.page, served[0])
    objects = watched.page.locator("a[href$='/objects']").get_attribute("href") or ""
    wrong = [each for path in (*PAGES, objects, "/sipad/order?lang=fr", "/sipad/tree") for each in watched.look_over(path)]
    assert not wrong, "\n".join(wrong)


def test_axe_finds_nothing_on_the_pages_of_somebody_signed_in(opened: Opener, served: tuple[str, Services]) -> None:
    address, services = served
    watched = opened()
    sign_in(watched.page, address)
    page = watched.open(f"/sipad/order?dataset={SALINITY}")
    page.get_by_role("button", name="Submit order").click()
    page.wait_for_url("**/sipad/order/R*")
    order = page.url.removeprefix(address)
    wrong = watched.look_over(order)
    services.worker(stopping=lambda: False).run_due()
    wrong += [each for path in (order, f"/sipad/order?dataset={STARWIND}", *OWN) for each in watched.look_over(path)]
    assert not wrong, "\n".join(wrong)


def test_the_tree_opens_and_closes_without_a_reload(opened: Opener) -> None:
    watched = opened()
    page = watched.open("/sipad/tree")
    page.evaluate("window.same = true")
    level = page.get_by_role("button", name="Corot N0 data")
    level.click()
    run = page.get_by_role("button", name=re.compile("^SRc01"))
    expect(run).to_be_visible()
    expect(level).to_have_attribute("aria-expanded", "true")
    run.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("SRc01 - Asteroseismology channel - AN0_STARWIND", exact=True)).to_be_visible()
    level.press("Space")
    expect(run).to_be_hidden()
    level.click()
    expect(run).to_be_visible()
    assert page.evaluate("window.same")
    page.reload()
    expect(page.get_by_label("SRc01 - Asteroseismology channel - AN0_STARWIND", exact=True)).to_be_visible()
    assert not watched.wrong


def test_a_developed_tree_remembers_what_was_closed(opened: Opener) -> None:
    page = opened().open("/sipad/tree?develop=1")
    page.get_by_role("button", name=re.compile("^SRc01")).click()
    page.reload()
    expect(page.get_by_role("button", name=re.compile("^SRc01"))).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_label("Ocean salinity: 10-day products", exact=True)).to_be_visible()


def test_titles_are_found_in_what_is_open(opened: Opener) -> None:
    page = opened().open("/sipad/tree?develop=1")
    page.get_by_label("Find in what is open").fill("stárwind")
    expect(page.get_by_label("SRc01 - Asteroseismology channel - AN0_STARWIND", exact=True)).to_be_visible()
    expect(page.get_by_label("Ocean salinity: 10-day products", exact=True)).to_be_hidden()
    page.get_by_label("Find in what is open").fill("nothing like it")
    expect(page.get_by_text("Nothing here has this in its title")).to_be_visible()


def test_criteria_open_below_the_tree_and_count_as_they_are_typed(opened: Opener) -> None:
    watched = opened()
    page = watched.open("/sipad/tree?develop=1")
    page.locator(f"a[href='/sipad/select/{STARWIND}']").click()
    panel = page.locator("#criteria")
    expect(panel.locator("[data-counted]")).to_contain_text("All 10 files")
    panel.get_by_label("COROTID", exact=True).fill("7528-7616")
    expect(panel.locator("[data-counted]")).to_contain_text("4 files of 10")
    panel.get_by_label("COROTID", exact=True).fill("7528-x")
    expect(panel.locator(".problem")).to_contain_text("neither a number nor a range")
    assert not violations(page)
    panel.get_by_role("link", name="Clear the criteria").click()
    expect(panel.locator("[data-counted]")).to_contain_text("All 10 files")
    panel.get_by_label("COROTID", exact=True).fill("7528")
    panel.get_by_role("button", name="Put into my selection").click()
    page.wait_for_url("**/sipad/selection")
    expect(page.locator("main")).to_contain_text("COROTID 7528")
    assert not watched.wrong


def test_ticks_recount_at_once_and_are_kept(opened: Opener, served: tuple[str, Services]) -> None:
    watched = opened()
    page = watched.page
    select(page, served[0])
    page.locator("a[href$='/objects']").click()
    for number in range(4):
        page.locator("[name=ticked]").nth(number).uncheck()
    expect(page.locator("[data-counted]")).to_contain_text("6 files")
    page.reload()
    assert page.locator("[name=ticked]:checked").count() == 6
    assert not watched.wrong


def test_the_submit_button_follows_the_rule(opened: Opener) -> None:
    page = opened().open(f"/sipad/order?dataset={SALINITY}")
    submit = page.get_by_role("button", name="Submit order")
    expect(submit).to_be_enabled()
    page.get_by_label("Compression").select_option("gzip")
    expect(submit).to_be_disabled()
    expect(page.get_by_text("Choose a packaging first.")).to_be_visible()
    page.get_by_label("Packaging").select_option("order")
    expect(submit).to_be_enabled()
    page.get_by_label("Compression").select_option("none")
    expect(submit).to_be_enabled()


def test_the_servers_fields_show_where_they_are_needed(opened: Opener, served: tuple[str, Services]) -> None:
    watched = opened()
    sign_in(watched.page, served[0])
    page = watched.open(f"/sipad/order?dataset={SALINITY}")
    expect(page.get_by_label("Folder")).to_be_hidden()
    page.get_by_role("radio", name=re.compile("^FTP")).check()
    expect(page.get_by_label("Folder")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_the_story_works_without_scripts(opened: Opener, served: tuple[str, Services], width: int) -> None:
    services = served[1]
    watched = opened(width=width, java_script_enabled=False, accept_downloads=True)
    page = watched.open("/sipad")
    page.locator("main").get_by_role("link", name="Browse the data tree").click()
    page.get_by_role("button", name="Corot N0 data").click()
    page.get_by_role("button", name=re.compile("^SRc01")).click()
    page.locator(f"a[href='/sipad/data/{STARWIND}']").click()
    expect(page.get_by_text(STARWIND)).to_be_visible()
    page.get_by_role("link", name="Choose files").click()
    page.get_by_label("COROTID", exact=True).fill("7528-7616")
    page.get_by_role("button", name="Count again").click()
    expect(page.locator(".counted")).to_contain_text("4 files of 10")
    page.get_by_role("button", name="Put into my selection").click()
    page.locator("a[href$='/objects']").click()
    page.locator("[name=ticked]").first.uncheck()
    page.get_by_role("button", name="Keep these ticks").click()
    expect(page.locator("main")).to_contain_text("1 file left out")
    page.get_by_role("link", name="Go on to the order").click()
    page.get_by_label("Your e-mail address").fill("somebody@example.org")
    page.get_by_role("button", name="Submit order").click()
    letter = max((services.settings.archive.parent / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    code = re.search(r"^ {4}(\w{8})\r?$", letter.read_text(), re.MULTILINE)
    assert code is not None
    expect(page.get_by_label("Your e-mail address").first).to_have_value("somebody@example.org")
    page.get_by_label("Code from the e-mail").fill(code[1].lower())
    page.get_by_role("button", name="Begin the order").click()
    expect(page.locator(".state")).to_contain_text("Waits for its turn")
    services.worker(stopping=lambda: False).run_due()
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(".downloads a")).to_have_count(3)
    with page.expect_download() as download:
        page.locator(".downloads a").first.click()
    name = download.value.suggested_filename
    assert Path(download.value.path()).read_bytes() == (services.settings.archive / "files" / STARWIND / name).read_bytes()
    assert not watched.wrong


def test_on_a_phone_the_menu_opens_by_a_link(opened: Opener) -> None:
    page = opened(width=360, java_script_enabled=False).open("/sipad")
    contact = page.get_by_role("navigation", name="Data archive").get_by_role("link", name="Contact")
    expect(contact).to_be_hidden()
    page.get_by_role("link", name="Menu", exact=True).click()
    contact.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contact")


def test_nothing_is_lost_when_a_node_cannot_be_loaded(opened: Opener) -> None:
    page = opened().open("/sipad/tree")
    page.route("**/sipad/under/**", lambda route: route.abort())
    page.get_by_role("button", name="Corot N0 data").click()
    expect(page.get_by_role("button", name=re.compile("^SRc01"))).to_be_visible()
