"""Criteria, the current selection and its files."""

import re

import pytest

from accounts.codelists import RuleKind, Shown
from accounts.visitors import COMMAND_LINE
from tests.ui.account.conftest import TOKEN
from tests.ui.sipad.archive import FULLIMAGE, SALINITY, STARWIND
from tests.ui.sipad.conftest import House, Reader

SELECT = f"/sipad/select/{STARWIND}"
COUNT = f"/sipad/count/{STARWIND}"


def chosen(reader: Reader, identifier: str = STARWIND, **criteria: str) -> str:
    """Put a data set into the selection; return the address of its files."""
    answer = reader.send(f"/sipad/select/{identifier}", **criteria)
    page = reader.follow(answer).text
    objects = re.findall(r'href="(/sipad/selection/\d+/objects)"', page)
    assert objects, page
    return str(objects[-1])


def ids(page: str) -> list[str]:
    return re.findall(r'name="shown" value="(\d+)"', page)


@pytest.mark.parametrize(
    ("criteria", "says"),
    [
        ("", "All 10 files, 19.2\u202fkB"),
        ("targets=7528-7616", "4 files of 10, 7.58\u202fkB"),
        ("targets=7548+7613", "2 files of 10, 3.79\u202fkB"),
        ("targets=1", "No file meets these criteria."),
        ("begins=2008", "No file meets these criteria."),
        ("begins=0001-01-01&ends=9999-12-31", "All 10 files, 19.2\u202fkB"),
        ("value.channel=A1&targets=7700-7800", "No file meets these criteria."),
        ("value.channel=A2", "5 files of 10, 9.72\u202fkB"),
        ("value.magnitude.least=7.7", "5 files of 10, 9.72\u202fkB"),
    ],
)
def test_criteria_recount(anybody: Reader, criteria: str, says: str) -> None:
    assert anybody.get(f"{COUNT}?{criteria}").json == {
        "files": int(says.split(maxsplit=1)[0]) if says[0].isdigit() else 10 if "All" in says else 0,
        "says": says,
    }
    assert says in anybody.get(f"{SELECT}?{criteria}").text


@pytest.mark.parametrize(
    ("criteria", "field", "problem"),
    [
        ("targets=x", "targets", "is neither a number nor a range"),
        ("begins=yesterday", "begins", "is not a date such as 2007-04-03"),
        ("begins=2008&ends=2007", "ends", "The end lies before the beginning."),
        ("value.magnitude.least=low", "value.magnitude.least", "is not a number"),
        ("value.channel=%3Cscript%3E", "value.channel", "Choose from the values that are offered."),
    ],
)
def test_criteria_that_cannot_be_are_told_beside_their_field(anybody: Reader, criteria: str, field: str, problem: str) -> None:
    told = anybody.get(f"{COUNT}?{criteria}").json
    assert told is not None
    assert told["field"] == field
    assert problem in told["problem"]
    page = anybody.get(f"{SELECT}?{criteria}").text
    assert problem in page
    assert "<script>" not in page.split("<main")[1]
    assert "Please mend what is marked." in page


def test_typed_criteria_stay_escaped(anybody: Reader) -> None:
    page = anybody.get(SELECT, query_string={"targets": '"><img src=x onerror=alert(1)>'}).text
    assert "<img" not in page.split("<main")[1]


def test_counting_again_leads_to_an_address(anybody: Reader) -> None:
    answer = anybody.send(SELECT, targets="7528-7616", do="count")
    assert answer.headers["Location"] == f"{SELECT}?targets=7528-7616"
    assert anybody.get("/sipad/selection").text.count("Nothing is selected yet") == 1


def test_bad_criteria_are_not_selected(anybody: Reader) -> None:
    answer = anybody.send(SELECT, targets="x")
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert "Nothing is selected yet" in anybody.get("/sipad/selection").text


def test_criteria_are_shown_edited_and_removed(anybody: Reader) -> None:
    chosen(anybody, targets="7528-7616", begins="2007-04-03", **{"value.magnitude.most": "7.6", "value.channel": "A1"})
    page = anybody.get("/sipad/selection").text
    assert "COROTID 7528–7616" in page
    assert "2 files" in page
    edit = anybody.get(SELECT).text
    for typed in ('value="2007-04-03"', ">7528-7616</textarea>", 'value="7.6"', 'value="A1" checked', "Save these criteria"):
        assert typed in edit
    chosen(anybody, targets="7528")
    page = anybody.get("/sipad/selection").text
    assert page.count('class="slight"') == 1
    removal = re.search(r'action="(/sipad/selection/\d+/remove)"', page)
    assert removal is not None
    anybody.send(removal[1], page="/sipad/selection")
    assert "Nothing is selected yet" in anybody.get("/sipad/selection").text


def test_ticked_data_sets_are_selected_whole_and_those_there_stay(anybody: Reader) -> None:
    chosen(anybody, targets="7528")
    answer = anybody.send("/sipad/selection", page="/sipad/tree?develop=1", dataset=[STARWIND, SALINITY, "NOTHING", "\x00"])
    page = anybody.follow(answer).text
    assert "1 data set was put into your selection." in page
    assert "COROTID 7528" in page
    assert "45 files" in page
    tree = anybody.get("/sipad/tree?develop=1").text
    assert tree.count("In your selection") == 2


def test_data_that_are_not_open_are_not_selected(house: House, anybody: Reader) -> None:
    house.sipad.access.set_rule(FULLIMAGE, RuleKind.GROUPS, by=COMMAND_LINE, address=None)
    anybody.send("/sipad/selection", page="/sipad/tree", dataset=[FULLIMAGE])
    assert "Nothing is selected yet" in anybody.get("/sipad/selection").text
    assert anybody.send(f"/sipad/select/{FULLIMAGE}", page="/sipad/tree").status_code == 403


def test_what_was_shut_since_cannot_be_ordered(house: House, anybody: Reader) -> None:
    chosen(anybody)
    house.sipad.access.set_rule(STARWIND, RuleKind.GROUPS, by=COMMAND_LINE, address=None)
    page = anybody.get("/sipad/selection").text
    assert "Remove what has no files or is not open to you" in page
    assert 'href="/sipad/order">' not in page.split('class="sums"')[1]


def test_what_was_shut_since_shows_nothing_of_its_files(house: House, anybody: Reader) -> None:
    objects = chosen(anybody)
    shown = ids(anybody.get(objects).text)
    for how, status in ((Shown.DESCRIPTION, 403), (Shown.NAME, 403), (Shown.NOTHING, 404)):
        house.sipad.access.set_rule(STARWIND, RuleKind.GROUPS, None, how, by=COMMAND_LINE, address=None)
        answers = [anybody.get(objects), anybody.send(objects, page="/sipad/tree", shown=shown, ticked=shown[:1])]
        assert [answer.status_code for answer in answers] == [status, status]
        assert not any("0000007528" in answer.text for answer in answers)
    page = anybody.get("/sipad/selection").text
    assert "10 files" not in page
    assert "AN0_STARWIND" not in page


def test_files_are_unticked_and_recounted(anybody: Reader) -> None:
    objects = chosen(anybody)
    page = anybody.get(objects).text
    shown = ids(page)
    assert len(shown) == 10
    answer = anybody.send(objects, shown=shown, ticked=shown[4:], go="selection")
    page = anybody.follow(answer).text
    assert "6 files" in page
    assert "4 files left out" in page
    page = anybody.get(objects).text
    assert re.findall(r'value="(\d+)" id="o\d+" checked', page) == shown[4:]


def test_a_script_ticks_one_file_and_is_told_the_sum(anybody: Reader) -> None:
    objects = chosen(anybody)
    page = anybody.get(objects).text
    token = TOKEN.search(page)
    assert token is not None
    data = {"csrf_token": token[1], "shown": ids(page)[0]}
    answer = anybody.client.post(objects, data=data, headers={"Accept": "application/json"})
    assert answer.json == {"files": 9, "says": "9 files, 17.3\u202fkB"}
    assert len(re.findall(r'id="o\d+" checked', anybody.get(objects).text)) == 9


def test_all_are_ticked_and_unticked(anybody: Reader) -> None:
    objects = chosen(anybody, SALINITY)
    page = anybody.follow(anybody.send(objects, do="none")).text
    assert "0 files" in page
    assert " checked" not in page
    assert "45 files" in anybody.follow(anybody.send(objects, do="all")).text


def test_pages_of_files_keep_the_ticks_on_the_way(anybody: Reader) -> None:
    objects = chosen(anybody, SALINITY)
    page = anybody.get(objects).text
    assert "1–10 of 45" in page
    shown = ids(page)
    goes = dict(re.findall(r'name="go" value="([^"]+)">(?:<span[^>]*>Page </span>)?(\w+)', page))
    address = next(address for address, words in goes.items() if words == "2")
    second = anybody.follow(anybody.send(objects, shown=shown, ticked=shown[1:], go=address.replace("&amp;", "&"))).text
    assert "11–20 of 45" in second
    assert "44 files" in second
    assert len(ids(anybody.get(f"{objects}?size=100&page=9").text)) == 45
    assert len(ids(anybody.get(f"{objects}?size=7").text)) == 10


@pytest.mark.parametrize(("sort", "first"), [("name", "7528"), ("name&down=1", "7837"), ("size&down=1", "7837"), ("target", "7528")])
def test_files_are_sorted(anybody: Reader, sort: str, first: str) -> None:
    objects = chosen(anybody)
    names = re.findall(r'for="o\d+">([^/]+)</label', anybody.get(f"{objects}?sort={sort}").text)
    assert first in names[0]


def test_going_on_never_leads_elsewhere(anybody: Reader) -> None:
    objects = chosen(anybody)
    answer = anybody.send(objects, go="https://elsewhere.example/?page=2")
    assert answer.headers["Location"].startswith(objects)


def test_the_selection_of_another_is_not_seen(anybody: Reader, marie: Reader) -> None:
    objects = chosen(marie)
    assert anybody.get(objects).status_code == 404
    assert anybody.send(objects, page="/sipad/tree", do="none").status_code == 404
    anybody.send(objects.replace("/objects", "/remove"), page="/sipad/tree")
    assert "10 files" in marie.get("/sipad/selection").text


@pytest.mark.parametrize("number", ["0", "99999999999999999999999"])
def test_numbers_that_are_none_of_an_item_are_not_found(anybody: Reader, number: str) -> None:
    chosen(anybody)
    assert anybody.get(f"/sipad/selection/{number}/objects").status_code == 404
    assert anybody.send(f"/sipad/selection/{number}/remove", page="/sipad/selection").status_code == 303


def test_numbers_that_are_none_of_a_file_are_passed_over(anybody: Reader) -> None:
    objects = chosen(anybody)
    answer = anybody.send(objects, shown=["99999999999999999999999", "-1", "x", "123456"])
    assert "10 files" in anybody.follow(answer).text


def test_what_was_selected_before_goes_along_when_one_signs_in(anybody: Reader) -> None:
    chosen(anybody, targets="7528")
    anybody.sign_in("marie")
    assert "COROTID 7528" in anybody.get("/sipad/selection").text
