"""From the order form to the files: with an account, and without."""

import hashlib
import re
from urllib.parse import urlsplit

import pytest

from accounts.codelists import Compression, RuleKind
from accounts.models import User
from accounts.visitors import COMMAND_LINE
from ordering.selecting import Whose
from tests.ui.account.conftest import TOKEN
from tests.ui.sipad.archive import FULLIMAGE, SALINITY, STARWIND
from tests.ui.sipad.conftest import House, Reader

ORDER = f"/sipad/order?dataset={FULLIMAGE}"
PLAIN = {"mode": "workspace", "compression": "none", "packaging": ""}
SERVER = {"mode": "ftp", "compression": "none", "host": "ftp.example.org", "user": "marie", "password": "p%40ss word"}


def ordered(reader: Reader, path: str = ORDER, **fields: str) -> str:
    """Submit an order; return the address of its page."""
    answer = reader.send("/sipad/order", page=path, dataset=[FULLIMAGE], **{**PLAIN, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def activated(house: House, reader: Reader) -> str:
    """Order without an account and type the code; return the address of the order with its link."""
    path = ordered(reader, email="somebody@example.org")
    code = re.search(r"^ {4}(\S{8,})$", house.letters()[-1], re.MULTILINE)
    assert code is not None, house.letters()[-1]
    answer = reader.send(f"{path}/activate", page=path, email="Somebody@Example.org", code=code[1])
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def done(house: House, path: str) -> str:
    house.worker().run_due()
    return path


def downloads(page: str) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(r'href="(/sipad/files/[^"]+)"', page)]


def test_from_a_record_two_clicks_make_an_order(marie: Reader) -> None:
    form = marie.get(ORDER).text
    assert "SRc01 - Asteroseismology Full Image" in form
    assert "4 files" in form
    assert "Nothing is selected yet" in marie.get("/sipad/selection").text, "looking selects nothing"
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form.split("data-order")[1]))
    answer = marie.client.post("/sipad/order", data={**fields, **PLAIN})
    page = marie.follow(answer).text
    assert "Waits for its turn" in page
    assert "AN0_FULLIMAGE" in page


def test_a_record_of_a_run_leads_to_its_data_sets(marie: Reader) -> None:
    answer = marie.get("/sipad/order?dataset=COROT_SRc01")
    assert answer.status_code == 303
    assert f'value="{STARWIND}"' in marie.follow(answer).text


def test_a_record_without_data_says_so(marie: Reader) -> None:
    answer = marie.get("/sipad/order?dataset=%3Cb%3Enothing")
    assert answer.status_code == 404
    assert "&lt;b&gt;nothing" in answer.text


def test_what_was_selected_before_is_ordered_too_and_said_so(marie: Reader) -> None:
    marie.send(f"/sipad/select/{STARWIND}", targets="7528")
    form = marie.get(ORDER).text
    assert "they are ordered together" in form
    assert "AN0_STARWIND" in form
    assert "5 files" in marie.get(ordered(marie)).text


@pytest.mark.parametrize("compression", ["gzip", "zip", "tar"])
def test_a_compression_needs_a_packaging(marie: Reader, compression: str) -> None:
    answer = marie.send("/sipad/order", page=ORDER, dataset=FULLIMAGE, mode="workspace", compression=compression)
    assert answer.status_code == 400
    assert "Choose a packaging too, or no compression." in answer.text
    assert f'value="{compression}" selected' in answer.text
    assert "You have not ordered anything yet" in marie.get("/sipad/orders").text
    assert "Waits for its turn" in marie.get(ordered(marie, compression=compression, packaging="order")).text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"mode": "pigeon"}, "Choose how the files are delivered."),
        ({"compression": "rar"}, "Choose a compression from the list."),
        ({**SERVER, "host": ""}, "Name the server"),
        ({**SERVER, "host": "ftp.example.org\r\nDELE x"}, "Name the server"),
        ({**SERVER, "port": "25"}, "The port must be"),
        ({**SERVER, "port": "٢١"}, "The port is a number."),
        ({**SERVER, "user": ""}, "user name on the server"),
        ({**SERVER, "folder": "a\r\nDELE b"}, "This must be one line"),
        ({**SERVER, "due": "soon"}, "Write the day as in 2027-01-31."),
        ({**SERVER, "due": "2020-01-01"}, "This date is past."),
        ({**SERVER, "mode": "sftp", "fingerprint": "MD5:1"}, "fingerprint"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(marie: Reader, fields: dict[str, str], says: str) -> None:
    answer = marie.send("/sipad/order", page=ORDER, dataset=FULLIMAGE, **{**PLAIN, **fields})
    assert answer.status_code == 400
    assert says in answer.text
    assert "please mend what is marked" in answer.text
    assert SERVER["password"] not in answer.text
    assert "You have not ordered anything yet" in marie.get("/sipad/orders").text


def test_an_order_by_ftp_shows_its_server_without_the_password(marie: Reader) -> None:
    page = marie.get(ordered(marie, **{**SERVER, "due": "2026-12-24"})).text.replace("<wbr>", "")
    assert "ftp://marie@ftp.example.org/" in page
    assert "Waits for its day" in page
    assert "24 December 2026" in page
    assert SERVER["password"] not in page


def test_an_empty_selection_is_no_order(marie: Reader) -> None:
    answer = marie.send("/sipad/order", page=ORDER, **PLAIN)
    assert answer.status_code == 400
    assert "Your selection is empty." in answer.text


def test_the_quota_is_shown_and_kept(house: House, marie: Reader) -> None:
    assert "0\u202fbytes of 1\u202fMB used" in marie.get(ORDER).text
    user = house.sipad.accounts.user_named("marie")
    house.sipad.accounts.set_quota(user.user_id, 100, by=COMMAND_LINE, address=None)
    answer = marie.send("/sipad/order", page=ORDER, dataset=FULLIMAGE, **PLAIN)
    assert answer.status_code == 400
    assert "of your workspace" in answer.text


def test_data_that_are_not_open_are_not_ordered(house: House, marie: Reader) -> None:
    house.sipad.access.set_rule(FULLIMAGE, RuleKind.GROUPS, by=COMMAND_LINE, address=None)
    assert marie.get(ORDER).status_code == 403
    assert marie.send("/sipad/order", page="/sipad/tree", dataset=FULLIMAGE, **PLAIN).status_code == 403
    assert "You have not ordered anything yet" in marie.get("/sipad/orders").text


def test_ordered_files_are_downloaded_byte_for_byte(house: House, marie: Reader) -> None:
    path = done(house, ordered(marie))
    page = marie.get(path).text
    files = downloads(page)
    assert len(files) == 4
    assert "10 days left" in page
    sums = marie.get(f"{path}/SHA256SUMS").text
    for address in files:
        content, name = marie.fetch(address), address.rsplit("/", 1)[1]
        assert content == (house.folder / "archive" / "files" / FULLIMAGE / name).read_bytes()
        assert f"{hashlib.sha256(content).hexdigest()}  {name}\n" in sums
    assert downloads(marie.get("/sipad/workspace").text) == files
    assert "Ready" in marie.get("/sipad/orders").text


def test_files_of_another_are_not_seen(house: House, marie: Reader, pierre: Reader, anybody: Reader) -> None:
    path = done(house, ordered(marie))
    file = downloads(marie.get(path).text)[0]
    for other in (pierre, anybody):
        assert other.get(file).status_code == 404
        assert other.get(f"{file}?link=0").status_code == 404
        assert other.get(f"{path}/SHA256SUMS").status_code == 404
        for action in ("cancel", "retry", "again"):
            assert other.send(f"{path}/{action}", page="/sipad/tree").status_code == 404
    assert pierre.get(path).status_code == 404
    assert "AN0_FULLIMAGE" not in anybody.get(path).text
    assert downloads(pierre.get("/sipad/workspace").text) == []
    assert marie.fetch(file)


def test_files_are_kept_back_when_their_data_are_shut(house: House, marie: Reader) -> None:
    file = downloads(marie.get(done(house, ordered(marie))).text)[0]
    house.sipad.access.set_rule(FULLIMAGE, RuleKind.GROUPS, by=COMMAND_LINE, address=None)
    assert marie.get(file).status_code == 404


@pytest.mark.parametrize("name", ["../../../reflecs.sqlite", "..%2f..%2f..%2freflecs.sqlite", "%2e%2e/x", "x%00", "/etc/passwd"])
def test_names_lead_to_no_other_file(house: House, marie: Reader, name: str) -> None:
    number = urlsplit(done(house, ordered(marie))).path.rsplit("/", 1)[1]
    assert marie.get(f"/sipad/files/{number}/{name}").status_code in {404, 308}
    assert marie.get(f"/sipad/files/..%2f..%2f/{name}").status_code == 404


def test_many_files_come_in_pages(monkeypatch: pytest.MonkeyPatch, house: House, marie: Reader) -> None:
    monkeypatch.setattr("ui.sipad.orders_page.FILES_A_PAGE", 3)
    path = done(house, ordered(marie))
    assert len(downloads(marie.get(path).text)) == 3
    assert len(downloads(marie.get(f"{path}?page=2").text)) == 1
    assert len(downloads(marie.get(f"{path}?page=99999999999999999999").text)) == 1


def test_an_order_is_cancelled_and_ordered_again(marie: Reader) -> None:
    path = ordered(marie)
    page = marie.follow(marie.send(f"{path}/cancel", page=path)).text
    assert "Cancelled" in page
    assert marie.send(f"{path}/cancel", page=path).status_code == 409
    assert marie.send(f"{path}/retry", page=path).status_code == 409
    assert "4 files" in marie.follow(marie.send(f"{path}/again", page=path)).text


def test_files_are_deleted_before_their_time(house: House, marie: Reader) -> None:
    path = done(house, ordered(marie))
    file = downloads(marie.get(path).text)[0]
    assert "Expired" in marie.follow(marie.send(f"{path}/cancel", page=path)).text
    assert marie.get(file).status_code == 404


def test_a_script_gets_the_state_alone(marie: Reader) -> None:
    path = ordered(marie)
    part = marie.get(f"{path}?part=1").text
    assert part.strip().startswith('<div class="orderstate"')
    assert f'data-live="{path}?part=1"' in part


# Without an account


def test_public_data_come_for_an_email_address(house: House, anybody: Reader) -> None:
    path = done(house, activated(house, anybody))
    page = anybody.get(path).text
    files = downloads(page)
    assert len(files) == 4
    assert all("link=" in file for file in files)
    stranger = Reader(house.app.test_client())
    for file in files:
        name = urlsplit(file).path.rsplit("/", 1)[1]
        assert stranger.fetch(file) == (house.folder / "archive" / "files" / FULLIMAGE / name).read_bytes()
        assert stranger.get(urlsplit(file).path).status_code == 404
    assert path in house.letters()[-1], "the letter leads to the files"
    house.clock.forward(days=11)
    assert stranger.get(files[0]).status_code == 404


def test_nothing_begins_without_the_code(house: House, anybody: Reader) -> None:
    path = ordered(anybody, email="somebody@example.org")
    assert "Begin your order" in anybody.get(path).text
    answer = anybody.send(f"{path}/activate", page=path, email="somebody@example.org", code="AAAAAAAA")
    assert answer.status_code == 400
    assert "This code is not good" in answer.text
    assert house.worker().run_due() == 0


def test_the_code_is_asked_for_alike_whether_there_is_an_order_or_not(anybody: Reader) -> None:
    there = ordered(anybody, email="somebody@example.org")
    other = Reader(anybody.client.application.test_client())
    nowhere = "/sipad/order/R00000000000000"

    def shown(path: str) -> str:
        return TOKEN.sub("", other.get(path).text.replace(path.rsplit("/", 1)[1], ""))

    assert shown(there) == shown(nowhere)
    answers = [other.send(f"{path}/activate", page=path, email="x@example.org", code="AAAAAAAA") for path in (there, nowhere)]
    assert [answer.status_code for answer in answers] == [400, 400]
    again = [other.send(f"{path}/code", page=path, email="x@example.org").status_code for path in (there, nowhere)]
    assert again == [303, 303]


def test_a_new_code_is_sent_and_the_old_one_is_over(house: House, anybody: Reader) -> None:
    path = ordered(anybody, email="somebody@example.org")
    first = re.findall(r"^ {4}(\S{8,})$", house.letters()[-1], re.MULTILINE)[0]
    anybody.send(f"{path}/code", page=path, email="somebody@example.org")
    assert len(house.letters()) == 2
    assert anybody.send(f"{path}/activate", page=path, email="somebody@example.org", code=first).status_code == 400


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"email": ""}, "Tell a valid e-mail address."),
        ({"email": "a@b.example\nBcc: c@d.example"}, "Tell a valid e-mail address."),
        ({"email": "x" * 300 + "@example.org"}, "Tell a valid e-mail address."),
        ({**SERVER, "email": "somebody@example.org"}, "Delivery to a server needs an account"),
    ],
)
def test_without_an_account_there_is_the_workspace_alone(house: House, anybody: Reader, fields: dict[str, str], says: str) -> None:
    answer = anybody.send("/sipad/order", page=ORDER, dataset=FULLIMAGE, **{**PLAIN, **fields})
    assert answer.status_code == 400
    assert says in answer.text
    assert house.letters() == []


@pytest.mark.parametrize("number", ["%00", "R" * 99, "..%2f..", "a b", "%3Cscript%3E"])
def test_what_is_no_number_is_not_found(anybody: Reader, number: str) -> None:
    assert anybody.get(f"/sipad/order/{number}").status_code == 404
    assert anybody.send(f"/sipad/order/{number}/activate", page="/sipad/tree", email="\x00", code="\x00").status_code == 404


def test_codes_with_signs_no_keyboard_has_are_not_good(anybody: Reader) -> None:
    path = "/sipad/order/R00000000000000"
    assert anybody.send(f"{path}/activate", page=path, email="\x00", code="\x00").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        f"/sipad/select/{STARWIND}",
        "/sipad/selection",
        "/sipad/selection/1/remove",
        "/sipad/selection/1/objects",
        "/sipad/order",
        "/sipad/order/R00000000000000/activate",
        "/sipad/order/R00000000000000/code",
        "/sipad/order/R00000000000000/cancel",
        "/sipad/order/R00000000000000/retry",
        "/sipad/order/R00000000000000/again",
    ],
)
def test_no_form_is_taken_from_elsewhere(house: House, marie: Reader, path: str) -> None:
    answer = marie.client.post(path, data={"dataset": SALINITY, **PLAIN})
    assert answer.status_code == 400
    assert "did not come from this site" in answer.text
    assert house.sipad.selecting.current(Whose(user_id=house.sipad.accounts.user_named("marie").user_id)).items == ()


@pytest.mark.parametrize("path", ["/sipad/orders", "/sipad/workspace"])
def test_what_is_somebodys_asks_to_sign_in(anybody: Reader, path: str) -> None:
    answer = anybody.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login?next=")


def test_an_order_in_french_is_told_of_in_french(house: House, anybody: Reader) -> None:
    anybody.get("/sipad?lang=fr")
    ordered(anybody, email="quelquun@example.org")
    assert "commandé des données" in house.letters()[-1]


def test_the_preferred_compression_is_there_with_a_packaging(house: House, marie: Reader) -> None:
    user = house.sipad.accounts.user_named("marie")
    with house.database.writing() as session:
        session.get_one(User, user.user_id).compression = Compression.ZIP
    form = marie.get(ORDER).text
    assert '<option value="zip" selected>' in form
    assert '<option value="data set" selected>' in form
