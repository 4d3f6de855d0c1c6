"""From the form that asks for an account to the first sign-in, and the ways back in: what is said, kept, refused and never told."""

import re

import pytest

from accounts.codelists import AccountState
from tests.accounts.desk import OTHER, PASSWORD
from tests.ui.account.conftest import House
from ui.people import LIMITS

FORM = {
    "username": "mfaraday",
    "email": "Faraday@Example.org",
    "surname": "Faraday",
    "first_name": "Michael",
    "middle_name": "",
    "address": "21 Albemarle Street\r\nLondon",
    "telephone": "+44 20 0000 0000",
    "organisation": "Royal Institution",
    "reasons": "Light curves\r\nof stars",
    "compression": "gzip",
}


def test_the_whole_way_in(house: House) -> None:
    accounts, letters, person = house.desk.accounts, house.desk.letters, house.client()
    answer = person.send("/register", **FORM)
    assert answer.location == "/register/sent"
    assert "Please look at your e-mail" in person.page("/register/sent")
    link = letters.link("faraday@example.org")
    assert "Yes, this address is mine" in person.page(f"/account/confirm?token={link}")
    user = accounts.user_named("mfaraday")
    assert user.state is AccountState.UNCONFIRMED  # a program that follows links confirms nothing
    assert "Your address is confirmed" in person.send("/account/confirm", token=link).text
    administrator = house.administrator()
    page = administrator.page("/admin/registrations")
    assert "Michael Faraday" in page
    assert "Light curves\nof stars" in page
    assert administrator.send(f"/admin/registrations/{user.user_id}/validate").location == "/admin/registrations"
    assert "A temporary password is on its way." in administrator.page("/admin/registrations")
    temporary = letters.password("faraday@example.org")
    assert person.sign_in("faraday@example.org", temporary).location == "/account/password"
    assert "You have signed in with a temporary password" in person.page("/account/password")
    assert person.send("/account/password", old=temporary, new=OTHER, again=OTHER).location == "/account"
    page = person.page("/account")
    assert "Your password is changed." in page
    assert '<option value="gzip" selected>' in page
    assert house.client().sign_in("MFaraday", OTHER).location == "/account"


def test_a_form_that_cannot_be_taken_comes_back_as_it_was_filled_in(house: House) -> None:
    person = house.client()
    wrong = FORM | {"username": "<b>x", "email": "nonsense", "surname": '"><script>alert(1)</script>', "telephone": ""}
    answer = person.send("/register", **wrong)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&#34;&gt;&lt;script&gt;" in answer.text
    assert answer.text.count('class="fault"') == 3
    for name in ("username", "email", "telephone"):
        assert f'href="#{name}"' in answer.text
        assert f'aria-describedby="{"hint-" + name + " " if name != "telephone" else ""}fault-{name}" aria-invalid="true"' in answer.text
    assert "Light curves" in answer.text
    assert not house.desk.letters.sent


def test_a_known_address_is_not_told_from_an_unknown_one(house: House) -> None:
    house.desk.active("somebody", "faraday@example.org")
    known, unknown = house.client(), house.client()
    first = known.send("/register", **FORM)
    second = unknown.send("/register", **FORM | {"email": "other@example.org", "username": "other-name"})
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, "/register/sent")
    pages = [
        person.send("/account/forgot", email=email).text
        for person, email in ((known, "faraday@example.org"), (unknown, "nobody@example.org"))
    ]
    assert pages[0] == pages[1]


def test_a_wrong_password_is_not_told_from_an_unknown_name(house: House) -> None:
    house.desk.active()
    answers = [house.client().sign_in(name, "wrong") for name in ("mfaraday", "m-nobody")]
    assert {answer.status_code for answer in answers} == {401}
    first, second = (re.sub(r'value="[^"]*"', "", answer.text) for answer in answers)
    assert first == second
    assert "wrong" not in first.replace('class="wrong"', "")


def test_a_forgotten_password(house: House) -> None:
    house.desk.active()
    person, letters = house.client(), house.desk.letters
    person.send("/account/forgot", email="faraday@example.org")
    link = letters.link("faraday@example.org")
    assert 'name="new"' in person.page(f"/account/reset?token={link}")
    differing = person.send("/account/reset", token=link, new=OTHER, again=OTHER + "x")
    assert differing.status_code == 422
    assert "The two passwords differ." in differing.text
    assert OTHER not in differing.text
    assert "at least 10 characters" in person.send("/account/reset", token=link, new="short", again="short").text
    assert person.send("/account/reset", token=link, new=OTHER, again=OTHER).location == "/login"
    assert "Your new password counts." in person.page("/login")
    again = person.send("/account/reset", token=link, new=PASSWORD, again=PASSWORD)
    assert again.status_code == 422
    assert "This link is not good any more." in again.text
    assert person.sign_in("mfaraday", OTHER).location == "/account"


@pytest.mark.parametrize("token", ["", "x", "1-" + "x" * 43, "9" * 30 + "-x", "x" * 5000, "1-\x00", "<script>"])
def test_links_that_nobody_was_sent(house: House, token: str) -> None:
    person = house.client()
    assert person.get("/account/confirm", query_string={"token": token}).status_code == 200
    assert person.send("/account/confirm", token=token).status_code == 400
    assert person.send("/account/reset", token=token, new=OTHER, again=OTHER).status_code == 422
    assert "<script>" not in person.get("/account/reset", query_string={"token": token}).text


def test_letters_cannot_be_asked_for_without_end(house: House) -> None:
    person = house.client()
    for _ in range(LIMITS["ask for a letter"].amount):
        assert person.send("/account/forgot", email="nobody@example.org").status_code == 200
    assert person.send("/account/forgot", email="nobody@example.org").status_code == 429


def test_a_mail_server_that_is_down_is_said(house: House) -> None:
    house.desk.letters.broken = True
    answer = house.client().send("/register", **FORM)
    assert answer.status_code == 503
    assert "The letter cannot be sent now; please try again later." in answer.text


def test_what_one_tells_of_oneself_can_be_changed_by_oneself_only(house: House) -> None:
    person, accounts = house.signed_in(), house.desk.accounts
    other = house.desk.active("other", "other@example.org")
    profile = {name: FORM[name] for name in ("surname", "first_name", "middle_name", "address", "telephone", "organisation", "compression")}
    sent = person.send(
        "/account/profile", **profile | {"organisation": "CNRS & CNES"}, language="fr", user_id=str(other), role="administrator"
    )
    assert sent.location == "/account"
    assert "CNRS & CNES" in person.page("/account")
    user = accounts.user_named("mfaraday")
    assert (user.organisation, user.language, user.role.value) == ("CNRS & CNES", "fr", "user")
    assert accounts.user(other).organisation == ""
    refused = person.send("/account/profile", **profile | {"surname": ""}, language="fr")
    assert refused.status_code == 422
    assert "Surname: Please fill in this field." in refused.text


def test_a_token_is_shown_once_and_removed_by_its_owner_only(house: House) -> None:
    person, accounts = house.signed_in(), house.desk.accounts
    answer = person.send("/account/tokens", name="<i>night</i> job", months="3")
    token = re.search(r"rfx_[\w-]{43}", answer.text)
    assert token
    assert answer.cache_control.no_store
    page = person.page("/account")
    assert token[0] not in page
    assert "<i>night</i> job" in page
    assert "<i>night" not in person.get("/account").text
    assert "good until" in page
    [kept] = accounts.tokens(accounts.user_named("mfaraday").user_id)
    stranger = house.signed_in("stranger")
    assert stranger.send(f"/account/tokens/{kept.token_id}/remove").status_code == 404
    assert person.get("/who", headers={"Authorization": f"Bearer {token[0]}"}).status_code == 200
    assert person.send(f"/account/tokens/{kept.token_id}/remove").location == "/account"
    assert house.client().get("/who", headers={"Authorization": f"Bearer {token[0]}"}).status_code == 401
    assert "Please give the token a name" in person.send("/account/tokens", name=" ", months="0").text


def test_no_page_holds_a_password_that_was_typed(house: House) -> None:
    person = house.signed_in()
    secret = "sehr geheimes wort"
    for path, values in (
        ("/login", {"username": "x", "password": secret}),
        ("/account/password", {"old": secret, "new": secret + "1", "again": secret + "2"}),
        ("/account/password", {"old": secret, "new": secret + "1", "again": secret + "1"}),
    ):
        answer = person.send(path, **values)
        assert answer.status_code in {401, 422}
        assert secret not in answer.text
    assert not house.desk.accounts.audit(text=secret)[1]
