"""The data tree and descriptions: what is shown to whom."""

import re

import pytest

from accounts.codelists import RuleKind, Shown
from accounts.visitors import COMMAND_LINE
from tests.ui.sipad.archive import FULLIMAGE, SALINITY, STARWIND
from tests.ui.sipad.conftest import OPENS, House, Reader


def shut(house: House, identifier: str, shown: Shown, kind: RuleKind = RuleKind.UNTIL) -> None:
    opens = OPENS if kind is RuleKind.UNTIL else None
    house.sipad.access.set_rule(identifier, kind, opens, shown, by=COMMAND_LINE, address=None)


def row(page: str, title: str) -> str:
    """The row of a title, without those under it."""
    return next(part.split("<ul>")[0] for part in page.split('<li id="n') if title in part.split("<ul>")[0])


def test_roots_are_open_at_first_and_the_rest_is_closed(anybody: Reader) -> None:
    page = anybody.get("/sipad/tree").text
    assert "Corot N0 data" in page
    assert "SRc01 - 03/04/2007" not in page


def test_every_toggle_leads_to_the_tree_with_one_node_more_or_less(anybody: Reader) -> None:
    page = anybody.get("/sipad/tree?open=COROT&open=COROT_N0").text
    close = re.search(r'href="([^"]+)"[^>]*>Corot N0 data<', page)
    opens = re.search(r'href="([^"]+)"[^>]*>SRc01 - 03/04/2007', page)
    assert close is not None
    assert opens is not None
    assert "SRc01 -" not in anybody.get(close[1].replace("&amp;", "&")).text
    assert "AN0_STARWIND" in anybody.get(opens[1].replace("&amp;", "&")).text


def test_a_developed_tree_shows_all_with_files_and_dates(anybody: Reader) -> None:
    page = anybody.get("/sipad/tree?develop=1").text
    starwind = row(page, "AN0_STARWIND")
    assert "10 files" in starwind
    assert '<time datetime="2007-04-03">3 April 2007</time>' in starwind
    assert '<time datetime="2007-05-09">9 May 2007</time>' in starwind
    assert f'value="{STARWIND}"' in starwind
    assert "14 files" in row(page, "Corot N0 data")
    assert SALINITY in page


def test_a_data_set_without_files_cannot_be_ticked(anybody: Reader) -> None:
    assert "checkbox" not in row(anybody.get("/sipad/tree?develop=1").text, "a data set without files")


def test_a_script_gets_the_rows_under_a_node(anybody: Reader) -> None:
    part = anybody.get("/sipad/under/COROT_SRc01").text
    assert part.strip().startswith("<ul>")
    assert "AN0_STARWIND" in part
    assert "<html" not in part


@pytest.mark.parametrize("path", ["/sipad/under/", "/sipad/data/", "/sipad/select/", "/sipad/count/"])
@pytest.mark.parametrize("identifier", ["NOTHING", "%00", "a" * 600, "..%2f..%2fetc", "%F0%9F%9A%80"])
def test_what_is_no_node_is_not_found(anybody: Reader, path: str, identifier: str) -> None:
    assert anybody.get(path + identifier).status_code == 404


def test_addresses_that_open_nonsense_show_the_tree(anybody: Reader) -> None:
    assert "COROT" in anybody.get("/sipad/tree?open=%00&open=NOTHING&whole=%00").text


def test_shut_data_show_a_padlock_and_when_they_open(house: House, anybody: Reader) -> None:
    shut(house, FULLIMAGE, Shown.DESCRIPTION)
    closed = row(anybody.get("/sipad/tree?develop=1").text, "AN0_FULLIMAGE")
    assert "Open from 12 January 2027" in closed
    assert "4 files" in closed
    assert "checkbox" not in closed
    assert anybody.get(f"/sipad/select/{FULLIMAGE}").status_code == 403
    house.clock.now = OPENS
    assert "checkbox" in row(anybody.get("/sipad/tree?develop=1").text, "AN0_FULLIMAGE")


def test_of_named_data_nothing_but_the_name_is_told(house: House, anybody: Reader) -> None:
    shut(house, FULLIMAGE, Shown.NAME)
    page = anybody.get("/sipad/tree?develop=1").text
    named = row(page, "AN0_FULLIMAGE")
    assert "Open from 12 January 2027" in named
    assert "4 files" not in named
    assert "<time" not in named
    assert f"/sipad/data/{FULLIMAGE}" not in named
    assert "10 files" in row(page, "Corot N0 data")
    told = anybody.get(f"/sipad/data/{FULLIMAGE}").text
    assert "More than its name is not told" in told
    assert "Number of objects" not in told


@pytest.mark.parametrize("kind", [RuleKind.UNTIL, RuleKind.GROUPS])
def test_of_hidden_data_there_is_no_trace(house: House, anybody: Reader, kind: RuleKind) -> None:
    shut(house, "COROT_SRc01", Shown.NOTHING, kind)
    page = anybody.get("/sipad/tree?develop=1").text
    assert "SRc01" not in page
    assert "0 files" in row(page, "Corot N0 data")
    for path in ("/sipad/under/COROT_SRc01", f"/sipad/under/{STARWIND}", f"/sipad/data/{STARWIND}", f"/sipad/select/{STARWIND}"):
        assert anybody.get(path).status_code == 404, path
    assert "AN0" not in anybody.get(f"/sipad/order?dataset={STARWIND}").text.replace(STARWIND, "")
    assert anybody.get("/sipad/order?dataset=NOTHING").status_code == anybody.get(f"/sipad/order?dataset={STARWIND}").status_code == 404


def test_a_node_opens_only_where_something_is_to_be_seen_under_it(house: House, anybody: Reader) -> None:
    shut(house, SALINITY, Shown.NOTHING)
    assert "aria-expanded" not in row(anybody.get("/sipad/tree").text, "SMOS level 3")


def test_an_administrator_sees_what_is_hidden(house: House, anybody: Reader) -> None:
    shut(house, "COROT_SRc01", Shown.NOTHING)
    assert "AN0_STARWIND" in anybody.sign_in("admin-anne").get("/sipad/tree?develop=1").text


def test_many_rows_are_cut_and_can_be_had(monkeypatch: pytest.MonkeyPatch, anybody: Reader) -> None:
    monkeypatch.setattr("ui.sipad.treepage.MAX_ROWS", 1)
    page = anybody.get("/sipad/tree?open=COROT_SRc01&open=COROT_N0&open=COROT").text
    assert "Show 2 more" in page
    assert "AN0_STARWIND" not in page
    assert "AN0_STARWIND" in anybody.get("/sipad/tree?open=COROT&open=COROT_N0&open=COROT_SRc01&whole=COROT_SRc01").text


def test_a_description_tells_what_the_seed_tells(anybody: Reader) -> None:
    page = anybody.get(f"/sipad/data/{STARWIND}").text
    for words in (STARWIND, "Number of objects", "Total size", "Start date", f"/sipad/select/{STARWIND}"):
        assert words in page
    assert '<a href="/sipad/data/COROT_SRc01">' in page


def test_a_description_leads_to_its_catalogue_record(anybody: Reader) -> None:
    assert 'href="/records/COROT_SRc01"' in anybody.get("/sipad/data/COROT_SRc01").text


@pytest.mark.parametrize("path", ["/sipad", "/sipad/tree", f"/sipad/data/{STARWIND}", "/sipad/documents", "/sipad/contact"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_reading_needs_no_account(anybody: Reader, path: str, language: str) -> None:
    answer = anybody.get(f"{path}?lang={language}")
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert "public" in answer.text


def test_documents_and_contact_name_who_answers(anybody: Reader) -> None:
    assert 'href="/records/COROT?f=pdf"' in anybody.get("/sipad/documents").text
    contact = anybody.get("/sipad/contact").text
    assert "mailto:sipad@example.org" in contact
    assert "serad@cnes.fr" in contact.replace("<wbr>", "")
