"""A curator's day, in a real browser: a source is added, previewed, run; what is bad is found, mended, kept back, taken away as PDF."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from accounts.codelists import Role
from accounts.visitors import ANONYMOUS
from records.model import Record
from tests.accounts.desk import PASSWORD
from tests.ui.curate.conftest import House, fill
from tests.ui.curate.keeping import GOOD, kept
from tests.ui.looking import Watched

pytestmark = pytest.mark.browser

BAD = Record(identifier="untold", title="Ice cores", language="eng")


@pytest.fixture
def watched(house: House, people_address: str, browser: Browser) -> Iterator[Watched]:
    house.desk.active("acurator", "acurator@example.org", Role.CURATOR)
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(20_000)
    watched = Watched(context, people_address)
    opened = watched.open("/login?next=/curate")
    opened.get_by_label("Username").fill("acurator")
    opened.get_by_label("Password", exact=True).fill(PASSWORD)
    opened.get_by_role("button", name="Sign in").click()
    yield watched
    context.close()


def test_a_curators_day(house: House, watched: Watched, tmp_path: Path) -> None:
    page = watched.page
    folder = tmp_path / "neighbour"
    folder.mkdir()
    fill(folder, GOOD, BAD)
    (folder / "broken.xml").write_bytes(b"<MD_Metadata><title>\x01</title>")
    _add(page, folder)
    _preview_and_run(house, page)
    document = kept(house, BAD.identifier).source
    _mend(house, page)
    mended = kept(house, BAD.identifier)
    assert mended.source is not None
    assert document is not None
    assert (mended.abstract, mended.provenance.source) == ("What the ice of a thousand years tells.", "neighbour")
    assert _without_abstract_and_date(mended.source.content) == _without_abstract_and_date(document.content)
    _keep_back(house, page)
    assert not watched.wrong
    _take_away(page)


def _add(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="Add a source").click()
    page.get_by_label("Name").fill("neighbour")
    page.get_by_label("Folder or zip of this machine").check()
    page.get_by_label("Address", exact=True).fill(str(folder))
    page.get_by_role("button", name="Keep the source").click()


def _preview_and_run(house: House, page: Page) -> None:
    page.get_by_role("button", name="Preview").click()
    house.work()
    expect(page.locator("[data-figure=created]")).to_have_text("2")
    assert list(house.engine.identifiers()) == []
    page.get_by_role("button", name="Run it now").click()
    house.work()
    expect(page.locator(".state").first).to_have_text("Done")
    assert sorted(house.engine.identifiers()) == [GOOD.identifier, BAD.identifier]
    expect(page.locator("main")).to_contain_text("broken.xml")
    page.get_by_role("link", name=re.compile("^See the document")).click()
    expect(page.locator("main")).to_contain_text("<MD_Metadata><title>")


def _mend(house: House, page: Page) -> None:
    house.curation.checking.run_due()
    page.get_by_role("link", name="Overview").first.click()
    page.get_by_role("link", name=re.compile("[Ii]nvalid")).first.click()
    page.get_by_role("link", name=BAD.title or "").first.click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label(re.compile("^Abstract")).fill("What the ice of a thousand years tells.")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("p.done")).to_be_visible()


def _without_abstract_and_date(document: bytes) -> bytes:
    text = re.sub(rb"\s*<gmd:abstract.*?(</gmd:abstract>|/>)", b"", document, count=1, flags=re.DOTALL)
    return re.sub(rb"\s*<gmd:dateStamp.*?(</gmd:dateStamp>|/>)", b"", text, count=1, flags=re.DOTALL)


def _keep_back(house: House, page: Page) -> None:
    page.get_by_role("navigation", name="This record").get_by_role("link", name="Access").click()
    page.get_by_label("Under embargo until a date").check()
    page.get_by_label("Open from").fill("2027-06-01")
    page.get_by_role("button", name="Set the rule").click()
    expect(page.locator("p.done")).to_be_visible()
    assert not house.curation.access.decide(BAD.identifier, ANONYMOUS).open


def _take_away(page: Page) -> None:
    page.get_by_role("link", name="Records", exact=True).first.click()
    for box in page.locator("input[name=id]").all():
        box.check()
    page.locator("#f").select_option("pdf")
    form = page.locator("form:has(#f)").evaluate("form => Object.fromEntries(new FormData(form))")
    with page.expect_response(lambda answer: answer.url.endswith("/curate/batch")) as shown:
        page.get_by_role("button", name="Export").click()
    assert (shown.value.status, shown.value.headers["content-type"]) == (200, "application/pdf")
    again = page.context.request.post(
        shown.value.url, form=form | {"do": "export", "id": BAD.identifier}
    )  # what the viewer has, to be read
    text = "\n".join(each.extract_text() for each in PdfReader(io.BytesIO(again.body())).pages)
    assert BAD.title is not None
    assert BAD.title in text
    assert "What the ice of a thousand years tells." in text
