"""The pages in a real browser: accessible, quiet, whole at any width, by keyboard and without scripts."""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pypdf
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from catalogue.service.addresses import record_path
from tests.ui.hard_records import ESCAPES, SKY
from tests.ui.looking import Watched, violations

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "results": "/search?q=corot",
    "results with filters": "/search?domain=universe&type=dataset&from=2007&bbox=&sky=290,0,20",
    "results that open the box": "/search?bbox=170,-25,-170,-10",
    "nothing found": "/search?q=corot&domain=life",
    "another spelling": "/search?q=asteroseismolgy",
    "a long facet": "/search?more=organisation",
    "mission": "/records/COROT",
    "run": "/records/COROT_SRc01",
    "full record": "/records/hard-full",
    "long title": "/records/hard-long-title",
    "many keywords": "/records/hard-keywords",
    "many contacts": "/records/hard-contacts",
    "antimeridian": "/records/hard-antimeridian",
    "sky field": record_path(SKY.identifier),
    "embargo": "/records/hard-embargo",
    "escapes": record_path(ESCAPES.identifier),
    "metadata": "/records/COROT?view=metadata",
    "ISO view": "/records/COROT?view=iso",
    "advanced view": "/records/COROT?view=advanced",
    "advanced view of JSON": "/records/hard-full?view=advanced",
    "browse": "/browse/organisation",
    "programs": "/programs",
    "about": "/about",
    "French home": "/?lang=fr",
    "French record": "/records/COROT?lang=fr",
    "not found": "/records/nothing",
    "refused": "/search?q=ice&domain=earth&from=2010&to=2009&bbox=1,2&page=0",
}


Opener = Callable[..., Watched]


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opener]:
    """A way to open browsers' windows, which are closed at the end."""
    contexts: list[BrowserContext] = []

    def window(*, width: int = 1440, **options: Any) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB", **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Watched(context, address)

    yield window
    for context in contexts:
        context.close()


def test_every_page_is_accessible_silent_fits_and_has_its_title_and_landmarks(opened: Opener) -> None:
    watched = opened()
    titles, wrong = {}, []
    for name, path in PAGES.items():
        wrong += watched.look_over(path)
        page = watched.page
        assert page.locator("main").count() == page.locator("header.top").count() == page.locator("footer").count() == 1, name
        titles[name] = page.title()
    assert not wrong, "\n".join(wrong)
    assert len(set(titles.values())) == len(titles) - 1  # the two views of COROT in two languages share their title
    assert all(title.endswith("– Reflecs") for title in titles.values())


def test_nothing_moves_after_the_page_is_drawn(opened: Opener) -> None:
    script = """new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
      .observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 300); })"""
    watched = opened(width=360)
    for path in ("/", "/search?q=corot", "/records/COROT_SRc01"):
        assert watched.open(path).evaluate(script) < 0.01, path


def test_a_scientist_reaches_the_order_by_keyboard(opened: Opener) -> None:
    watched = opened()
    page = watched.open("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("light curves embargo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=light+curves+embargo")
    link = page.get_by_role("link", name="Light curves under embargo", exact=True)
    _tab_to(page, link)
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/hard-embargo")
    order = page.get_by_role("link", name="Order the data")
    _tab_to(page, order)
    assert order.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    assert order.get_attribute("href") == "https://sipad.example/embargo"
    assert not watched.wrong


def _tab_to(page: Page, wanted: Any, limit: int = 120) -> None:
    for _ in range(limit):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail("not reached by Tab")


def test_suggestions_are_chosen_by_keyboard(opened: Opener) -> None:
    watched = opened()
    page = watched.open("/")
    box = page.get_by_role("combobox", name="Search the catalogue")
    box.press_sequentially("coro")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "?")
    text = box.input_value()
    assert text.lower().startswith("coro")
    assert not violations(page)
    box.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q="))
    assert page.locator(".hit").count()
    assert not watched.wrong


def test_escape_gives_back_what_was_typed(opened: Opener) -> None:
    page = opened().open("/")
    box = page.get_by_role("combobox", name="Search the catalogue")
    box.press_sequentially("coro")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("coro")


def test_menus_open_and_close_by_keyboard(opened: Opener) -> None:
    page = opened().open("/records/COROT")
    export = page.locator("summary", has_text="Export")
    export.press("Enter")
    expect(page.get_by_role("link", name="PDF")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="PDF")).to_be_hidden()
    expect(export).to_be_focused()


@pytest.mark.parametrize("width", [360, 1440])
def test_the_journeys_work_without_scripts(opened: Opener, width: int) -> None:
    watched = opened(width=width, java_script_enabled=False, accept_downloads=True)
    page = watched.open("/")
    page.fill("#q", "corot")
    page.locator("button", has_text="Search").click()
    if width == 360:
        assert not page.locator("#filters").is_visible()
        page.get_by_role("link", name="Filters").click()
    page.locator("#filters a", has_text=re.compile("^Data set")).click()
    assert "type=dataset" in page.url
    if width == 360:
        page.get_by_role("link", name="Filters").click()
    page.fill("#from", "2007-04-10")
    page.fill("#to", "2007-04-12")
    page.get_by_role("button", name="Keep this period").click()
    assert "from=2007-04-10" in page.url
    page.get_by_role("checkbox").first.check()
    page.locator("#export-format").select_option("csv")
    with page.expect_download() as download:
        page.locator("#export button").click()
    assert download.value.suggested_filename == "reflecs-records.csv"
    page.locator(".hit h2 a").first.click()
    page.locator("summary", has_text="Export").click()
    assert page.get_by_role("link", name="PDF").is_visible()
    page.locator("summary", has_text="Export").click()
    page.get_by_role("link", name="ISO view").click()
    assert "File identifier" in page.inner_text("main")
    page.get_by_role("link", name="Français").click()
    assert page.get_attribute("html", "lang") == "fr"
    assert not watched.wrong


def test_a_box_is_drawn_on_the_map(opened: Opener) -> None:
    watched = opened()
    page = watched.open("/search")
    assert not page.evaluate("performance.getEntriesByType('resource').some(each => each.name.includes('leaflet'))")
    page.locator("summary", has_text="On the Earth").click()
    page.get_by_role("button", name="Draw it on a map").click()
    expect(page.locator(".map path").first).to_be_attached()
    assert not violations(page)
    page.locator(".map").scroll_into_view_if_needed()
    where = page.locator(".map").bounding_box()
    assert where is not None
    page.mouse.move(where["x"] + 60, where["y"] + 100)
    page.mouse.down()
    page.mouse.move(where["x"] + 120, where["y"] + 160)
    page.mouse.up()
    drawn = [float(side) for side in page.input_value("#bbox").split(",")]
    assert len(drawn) == 4
    assert drawn[1] < drawn[3]
    page.get_by_role("button", name="Keep this box").click()
    page.wait_for_url(re.compile(r"bbox=-?\d"))
    assert page.locator(".chip", has_text="On the Earth").count() == 1
    assert not watched.wrong


def test_a_records_map_can_be_moved(opened: Opener) -> None:
    watched = opened()
    page = watched.open("/records/hard-antimeridian")
    page.get_by_role("button", name="Open a map to move").click()
    place = page.locator(".map path[stroke='#0b5a9e']").first
    expect(place).to_be_visible()
    where, frame = place.bounding_box(), page.locator(".map").bounding_box()
    assert where is not None
    assert frame is not None
    assert frame["x"] <= where["x"] <= where["x"] + where["width"] <= frame["x"] + frame["width"]
    assert where["width"] > frame["width"] / 3
    assert not watched.wrong


def test_a_long_list_is_searched(opened: Opener) -> None:
    page = opened().open("/search?more=organisation")
    before = page.locator("#facet-organisation li:visible").count()
    page.get_by_label("Find in this list").fill("cnes")
    after = page.locator("#facet-organisation li:visible")
    assert 0 < after.count() < before
    assert all("cnes" in text.lower() for text in after.all_inner_texts())


def test_a_citation_is_copied(opened: Opener, address: str) -> None:
    watched = opened(permissions=["clipboard-read", "clipboard-write"])
    assert urlsplit(address).hostname == "127.0.0.1"  # the clipboard is there only on secure origins, which this counts as
    page = watched.open("/records/hard-full")
    page.locator("#cite ~ .row button").click()
    assert "Kerguelen" in page.evaluate("navigator.clipboard.readText()")


def test_a_record_prints_clean(opened: Opener) -> None:
    page = opened().open("/records/COROT")
    page.emulate_media(media="print")
    for gone in (".top", ".actions", ".tabs", ".foot"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_nothing_to_press_is_printed(opened: Opener) -> None:
    page = opened().open("/records/hard-antimeridian")
    expect(page.locator("[data-move]")).to_be_visible()
    page.emulate_media(media="print")
    for pressed in page.locator("button, summary").all():
        expect(pressed).to_be_hidden()


def test_printed_sheets_are_full(opened: Opener) -> None:
    page = opened().open("/records/COROT")
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]
    assert "What it contains" in sheets[0], "a list begins where there is room, and goes on on the next sheet"
    assert len(sheets) <= 4


def test_the_first_screen_of_a_phone_shows_the_box_and_the_domains(opened: Opener) -> None:
    page = opened(width=360).open("/")
    page.set_viewport_size({"width": 360, "height": 640})
    for locator in (page.locator("#q"), *page.locator(".card h2").all()):
        box = locator.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 640


def test_contacts_are_read_without_scrolling_sideways_on_a_phone(opened: Opener) -> None:
    page = opened(width=360).open("/records/COROT")
    table = page.locator("[aria-labelledby=contacts] .scroll")
    assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
    letter = page.locator(".contacts a[href^=mailto]").first
    box = letter.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 360
    assert letter.evaluate("each => getComputedStyle(each.closest('td'), '::before').content").startswith('"E-mail')


def test_a_refused_search_is_mended_where_it_was_refused(opened: Opener) -> None:
    page = opened(width=360, java_script_enabled=False).open("/search?q=corot&from=2010&to=2007")
    page.get_by_label("From").fill("2006")
    page.get_by_role("button", name="Search again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “corot”")
    expect(page.locator(".chips")).to_contain_text("To: 2007")
