"""What guards every page: whose form it is, who asks, where one is led, how often one may try, and what caches may keep."""

import pytest

from accounts.codelists import Role
from tests.accounts.desk import ADMINISTRATOR, OTHER, PASSWORD
from tests.ui.account.conftest import House
from ui.people import LIMITS, local_path

IN_PLACE = {
    "<any(validate, close, reopen):step>": "close",
    "<key:user_id>": "1",
    "<key:delivery_id>": "1",
    "<key:token_id>": "1",
    "<number>": "R1",
}


def forms(house: House) -> set[str]:
    """The addresses that forms of these pages are sent to."""
    found = set()
    for rule in house.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint.startswith(("account.", "administration.")):
            path = rule.rule
            for place, value in IN_PLACE.items():
                path = path.replace(place, value)
            found.add(path)
    return found


def test_no_form_is_taken_without_its_token(house: House) -> None:
    person = house.administrator()
    paths = forms(house)
    assert len(paths) > 20
    assert "/admin/users/1/close" in paths
    lines = house.desk.accounts.audit()[1]
    for path in paths:
        answer = person.client.post(path)
        assert answer.status_code == 400, path
        assert "Nothing was changed." in answer.text
    assert house.desk.accounts.audit()[1] == lines
    assert person.who()["username"] == "ghopper"


def test_nor_with_the_token_of_another_session(house: House) -> None:
    person, other = house.signed_in(), house.client()
    answer = person.client.post("/account/tokens", data={"csrf_token": other.token(), "name": "theirs"})
    assert answer.status_code == 400
    assert not house.desk.accounts.tokens(house.desk.accounts.user_named("mfaraday").user_id)


def test_doors_and_what_changes_nothing_need_no_token(house: House) -> None:
    person = house.client()
    answer = person.client.post("/export", data={"f": "csv", "q": "x"})
    assert "Nothing was changed." not in answer.text
    for door in ("/csw", "/oai"):
        assert "Nothing was changed." not in person.client.post(door, data={"verb": "Identify"}).text


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "evil",
        "/\tx",
        "/a\\b",
        "/\r\nSet-Cookie: a=b",
        "",
        "javascript:alert(1)",
        "/" * 3000,
    ],
)
def test_nobody_is_led_elsewhere(house: House, wanted: str) -> None:
    assert local_path(wanted) is None
    house.desk.active()
    assert house.client().sign_in("mfaraday", next=wanted).location == "/account"


def test_one_is_led_back_to_where_one_was(house: House) -> None:
    house.desk.active()
    person = house.client()
    answer = person.get("/account?x=1&y=%2F")
    assert answer.status_code == 303
    assert answer.location == "/login"  # account pages are where one gets anyway
    answer = person.get("/admin/users?text=a%26b")
    assert answer.location == "/login?next=%2Fadmin%2Fusers%3Ftext%3Da%2526b"
    assert 'name="next" value="/admin/users?text=a%26b"' in person.get(answer.location).text
    assert person.sign_in("mfaraday", next="/admin/users?text=a%26b").location == "/admin/users?text=a%26b"


def test_signing_in_begins_a_new_session_and_takes_the_selection_along(house: House) -> None:
    number = house.desk.active()
    person = house.client()
    assert person.get("/whose").cache_control.private
    key = person.ask("/whose")["key"]
    assert len(key) == 32
    assert person.ask("/whose")["key"] == key
    token = person.token()
    person.sign_in("mfaraday")
    assert house.adopted == [(key, number)]
    assert person.ask("/whose") == {"user_id": number, "key": None}
    assert person.client.post("/logout", data={"csrf_token": token}).status_code == 400  # of the session before
    person.send("/logout")
    assert person.who()["username"] is None
    assert person.ask("/whose")["key"] != key


def test_cookies_cannot_be_read_by_scripts_nor_go_in_the_clear(house: House, secure_house: House) -> None:
    [plain] = house.client().get("/login").headers.getlist("Set-Cookie")
    [secured] = secure_house.client().get("/login").headers.getlist("Set-Cookie")
    assert plain.startswith("reflecs=")
    assert secured.startswith("__Host-reflecs=")
    for cookie in (plain, secured):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    assert "Secure" in secured


def test_readers_of_the_catalogue_get_no_cookie_and_caches_may_keep_its_pages(house: House) -> None:
    person = house.client()
    for path in ("/", "/search", "/about"):
        answer = person.get(path)
        assert "Set-Cookie" not in answer.headers
        assert not answer.cache_control.private
    static = person.get("/static/mark.svg")
    assert static.cache_control.public
    assert "Cookie" not in static.headers.get("Vary", "")


def test_no_cache_keeps_what_was_made_for_somebody(house: House) -> None:
    person = house.administrator()
    assert person.get("/about").cache_control.private
    assert "Cookie" in person.get("/about").headers["Vary"]
    for path in ("/account", "/account/password", "/admin", "/admin/users"):
        assert person.get(path).cache_control.no_store, path
    static = person.get("/static/mark.svg")
    assert static.cache_control.public
    assert "Cookie" not in static.headers.get("Vary", "")


def test_a_forged_or_old_session_is_nobodys(house: House) -> None:
    person = house.signed_in()
    cookie = person.client.get_cookie("reflecs")
    assert cookie
    person.client.set_cookie("reflecs", cookie.value[:-3] + "abc")
    assert person.who()["username"] is None
    person.client.set_cookie("reflecs", cookie.value)
    assert person.who()["username"] == "mfaraday"


def test_a_session_ends_with_its_account_and_with_another_password(house: House) -> None:
    here, there = house.signed_in(), house.signed_in()
    answer = here.send("/account/password", old=PASSWORD, new=OTHER, again=OTHER)
    assert answer.location == "/account"
    assert here.who()["username"] == "mfaraday"
    assert there.who()["username"] is None
    house.desk.accounts.close(house.desk.accounts.user_named("mfaraday").user_id, by=ADMINISTRATOR, address=None)
    assert here.who()["username"] is None
    assert here.get("/account").status_code == 303


def test_a_role_and_a_membership_count_from_the_next_request(house: House) -> None:
    person, accounts = house.signed_in(), house.desk.accounts
    number = accounts.user_named("mfaraday").user_id
    assert person.get("/admin").status_code == 403
    accounts.set_role(number, Role.ADMINISTRATOR, by=ADMINISTRATOR, address=None)
    accounts.add_group("corot-n1", "COROT N1", by=ADMINISTRATOR, address=None)
    accounts.join(number, "corot-n1", None, by=ADMINISTRATOR, address=None)
    assert person.get("/admin").status_code == 200
    assert person.who()["groups"] == ["corot-n1"]
    accounts.leave(number, "corot-n1", by=ADMINISTRATOR, address=None)
    assert person.who()["groups"] == []


def test_a_temporary_password_opens_nothing_but_the_page_that_changes_it(house: House) -> None:
    accounts, letters = house.desk.accounts, house.desk.letters
    number = house.desk.requested()
    accounts.validate(number, by=ADMINISTRATOR, address=None)
    temporary, person = letters.password("faraday@example.org"), house.client()
    key = person.ask("/whose")["key"]
    answer = person.sign_in("mfaraday", temporary, next="/sipad/tree")
    assert answer.location == "/account/password?next=%2Fsipad%2Ftree"
    for path in ("/", "/account", "/search?q=corot", "/records/COROT", "/whose", "/nowhere"):
        assert person.get(path).location == "/account/password", path
    assert person.ask("/csw/who")["username"] is None
    assert person.get("/csw?service=CSW&request=GetCapabilities").status_code == 200
    assert person.get("/static/account.css").status_code == 200
    assert not house.adopted
    assert person.send("/account/password", old=temporary, new=OTHER, again=OTHER, next="/sipad/tree").location == "/sipad/tree"
    assert person.who()["username"] == "mfaraday"
    assert house.adopted == [(key, number)]
    assert house.client().sign_in("mfaraday", temporary).status_code == 401


def test_a_temporary_password_can_be_left_by_signing_out(house: House) -> None:
    house.desk.accounts.validate(house.desk.requested(), by=ADMINISTRATOR, address=None)
    person = house.client()
    person.sign_in("mfaraday", house.desk.letters.password("faraday@example.org"))
    assert person.send("/logout").location == "/"
    assert person.get("/").status_code == 200


def test_tries_from_an_address_are_counted(house: House) -> None:
    person = house.client()
    for _ in range(LIMITS["sign in"].amount):
        assert person.sign_in("nobody", "wrong").status_code == 401
    refused = person.sign_in("nobody", "wrong")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) == 60
    assert "too many tries" in refused.text
    assert person.get("/login").status_code == 200  # looking is no try


def test_a_personal_token_is_its_owner_and_one_that_is_over_is_refused(house: House) -> None:
    number, person = house.desk.active(), house.client()
    token = house.desk.accounts.add_token(number, "job", None, by=house.desk.accounts.visitor(number, 0) or ADMINISTRATOR, address=None)
    shown = {"Authorization": f"Bearer {token}"}
    answer = person.get("/who", headers=shown)
    assert person.ask("/who", headers=shown)["username"] == "mfaraday"
    assert answer.cache_control.private
    assert "Authorization" in answer.headers["Vary"]
    assert person.who()["username"] is None
    for path in ("/who", "/csw/who", "/ogc/collections", "/account"):
        wrong = person.get(path, headers={"Authorization": f"Bearer {token[:-1]}{'a' if token[-1] != 'a' else 'b'}"})
        assert wrong.status_code == 401, path
        assert wrong.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert person.get("/who", headers={"Authorization": "Bearer of-a-curator-0123456789"}).status_code == 200


def test_a_token_does_not_change_the_account_it_belongs_to(house: House) -> None:
    number, person = house.desk.active(), house.client()
    token = house.desk.accounts.add_token(number, "job", None, by=house.desk.accounts.visitor(number, 0) or ADMINISTRATOR, address=None)
    shown = {"Authorization": f"Bearer {token}"}
    assert person.get("/account", headers=shown).status_code == 403
    assert person.get("/account/password", headers=shown).status_code == 404
    answer = person.client.post("/account/tokens", data={"csrf_token": person.token(), "name": "more"}, headers=shown)
    assert answer.status_code == 403
    assert len(house.desk.accounts.tokens(number)) == 1


def test_a_database_that_cannot_be_read_is_said_on_a_page(house: House) -> None:
    person = house.signed_in()
    house.database.close()
    for path in house.archive.parent.rglob("reflecs.sqlite*"):
        path.write_bytes(b"no database " * 1000)
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    for headers in ({}, {"Authorization": f"Bearer rfx_{'x' * 43}"}):
        answer = person.get("/about", headers=headers)
        assert answer.status_code == 500
        assert "Something went wrong here" in answer.text
    assert house.client().get("/about").status_code == 200
