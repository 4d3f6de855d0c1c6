"""From the request to the open account, and what an attacker makes of the form."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.codelists import AccountState, Role
from accounts.errors import NotAllowedError, RegistrationErrors, ResetError, SignInError, StateError, UnknownError
from accounts.mail import MailError
from accounts.models import User
from accounts.visitors import ANONYMOUS, Visitor
from tests.accounts.desk import ADMINISTRATOR, HERE, OTHER, PASSWORD, Desk, registration

MAIL = "faraday@example.org"


def test_the_whole_way_to_an_open_account(desk: Desk) -> None:
    accounts, letters = desk.accounts, desk.letters
    accounts.register(registration(username="MFaraday", email="Faraday@Example.org"), address=HERE)
    assert accounts.pending() == []
    assert accounts.confirm(letters.link(MAIL))
    told = letters.last("contact@example.org")
    assert told.subject == "An account is asked for: mfaraday"
    assert "  Light curves\n  of stars" in told.text
    assert "Quelqu’un demande un compte" in told.text
    (waiting,) = accounts.pending()
    assert (waiting.username, waiting.name, waiting.state) == ("mfaraday", "Michael Faraday", AccountState.REQUESTED)
    accounts.validate(waiting.user_id, by=ADMINISTRATOR, address=None)
    temporary = letters.password(MAIL)
    signed = accounts.sign_in(MAIL, temporary, address=HERE)
    assert signed.must_change
    visitor = accounts.visitor(signed.user_id, signed.session_number)
    assert visitor is not None
    assert visitor.must_change
    number = accounts.change_password(signed.user_id, temporary, PASSWORD, address=HERE)
    assert accounts.visitor(signed.user_id, number) == Visitor(user_id=signed.user_id, username="mfaraday", email=MAIL)
    assert not accounts.sign_in("mfaraday", PASSWORD, address=HERE).must_change


def test_letters_are_in_the_language_of_their_reader(desk: Desk) -> None:
    desk.accounts.register(registration(language="fr"), address=HERE)
    assert desk.letters.last(MAIL).subject == "Veuillez confirmer votre adresse électronique"
    assert desk.accounts.confirm(desk.letters.link(MAIL))
    desk.accounts.validate(desk.accounts.user_named("mfaraday").user_id, by=ADMINISTRATOR, address=None)
    assert desk.letters.last(MAIL).subject == "Votre compte est ouvert"
    assert desk.accounts.sign_in("mfaraday", desk.letters.password(MAIL), address=None).must_change


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "four"),
        ("username", "seventeen.letters"),
        ("username", "<script>"),
        ("username", "été2026"),
        ("username", "-rf.all"),
        ("username", "worker"),  # the audit trail would take him for ours
        ("email", "faraday"),
        ("email", "a@example.org, b@example.org"),
        ("email", "a@example.org\nBcc: b@example.org"),
        ("email", "a@example.org\r\n\r\nBuy this"),
        ("email", f"{'a' * 250}@example.org"),
        ("email", "<a@example.org>"),
        ("surname", " "),
        ("surname", "x" * 101),
        ("surname", "Fara\x00day"),
        ("organisation", "Royal\u202eInstitution"),
        ("reasons", ""),
        ("reasons", "x" * 2001),
        ("compression", "rar"),
        ("language", "de"),
    ],
)
def test_each_field_that_cannot_be_taken_is_named(desk: Desk, field: str, value: str) -> None:
    with pytest.raises(RegistrationErrors) as refused:
        desk.accounts.register(registration(**{field: value}), address=HERE)
    assert list(refused.value.fields) == [field]
    assert desk.letters.sent == []
    assert desk.accounts.users()[1] == 0


def test_a_known_address_looks_to_the_asker_like_a_new_one(desk: Desk) -> None:
    desk.active("known", MAIL)
    for email in (MAIL, "new@example.org"):
        name = f"asker.{email[:3]}"
        desk.accounts.register(registration(username=name, email=email), address=HERE)
        with pytest.raises(RegistrationErrors) as taken:  # whether it met a known address or not, the name is gone for others
            desk.accounts.register(registration(username=name, email=f"x{email}"), address=HERE)
        assert list(taken.value.fields) == ["username"]
        desk.accounts.register(registration(username=name, email=email), address=HERE)  # and not for the same
    assert '"known"' in desk.letters.last(MAIL).text
    assert "confirm?token=" not in desk.letters.last(MAIL).text
    assert "confirm?token=" in desk.letters.last("new@example.org").text


def test_a_taken_username_is_told(desk: Desk) -> None:
    desk.active("mfaraday", "other@example.org")
    with pytest.raises(RegistrationErrors, match="taken"):
        desk.accounts.register(registration(), address=HERE)


def test_a_username_is_free_again_when_its_link_is_over(desk: Desk) -> None:
    desk.accounts.register(registration(), address=HERE)
    desk.clock.forward(hours=48)
    old = desk.letters.link(MAIL)
    desk.accounts.register(registration(email="other@example.org"), address=HERE)
    assert not desk.accounts.confirm(old)
    assert desk.accounts.confirm(desk.letters.link("other@example.org"))


def test_a_second_request_takes_the_place_of_the_first(desk: Desk) -> None:
    """Else whoever confirms would confirm what somebody else wrote before."""
    desk.accounts.register(registration(surname="Mallory"), address=HERE)
    first = desk.letters.link(MAIL)
    desk.accounts.register(registration(username="michael"), address=HERE)
    assert not desk.accounts.confirm(first)
    assert desk.accounts.confirm(desk.letters.link(MAIL))
    assert [(one.username, one.name) for one in desk.accounts.pending()] == [("michael", "Michael Faraday")]


def test_a_link_may_be_clicked_twice_and_counts_once(desk: Desk) -> None:
    desk.requested()
    token = desk.letters.link(MAIL)
    assert desk.accounts.confirm(token)
    assert len([one for one in desk.letters.sent if one.to == "contact@example.org"]) == 1


@pytest.mark.parametrize("token", ["", "-", "1-", "1", "1-x", "٣-x", "99999999999999999999-x", "1'--", "\x00", "1-" + "x" * 100_000])
def test_no_other_link_confirms(desk: Desk, token: str) -> None:
    desk.accounts.register(registration(), address=HERE)
    assert not desk.accounts.confirm(token)
    assert not desk.accounts.confirm(desk.letters.link(MAIL)[:-1] + token[:1])
    with desk.database.reading() as session:
        assert session.scalars(select(User.state)).all() == [AccountState.UNCONFIRMED]


def test_a_link_for_one_purpose_is_none_for_another(desk: Desk) -> None:
    user_id = desk.active()
    desk.accounts.ask_reset(MAIL, address=HERE)
    assert not desk.accounts.confirm(desk.letters.link(MAIL))
    assert desk.accounts.user(user_id).state == AccountState.ACTIVE


def test_nobodys_mailbox_is_filled(desk: Desk) -> None:
    for _ in range(5):
        desk.accounts.register(registration(), address=HERE)
    with pytest.raises(RegistrationErrors) as refused:
        desk.accounts.register(registration(), address="192.0.2.8")
    assert list(refused.value.fields) == ["email"]
    desk.accounts.ask_reset(MAIL, address=HERE)
    assert len(desk.letters.sent) == 5
    assert desk.lines("was refused a letter") == 2
    desk.clock.forward(hours=1)
    desk.accounts.register(registration(), address=HERE)
    assert len(desk.letters.sent) == 6


def test_what_a_stranger_types_does_not_go_to_the_address_he_types(desk: Desk) -> None:
    typed = dict.fromkeys(("surname", "first_name", "organisation", "reasons", "address", "telephone"), "BUY http://evil")
    desk.accounts.register(registration(**typed), address=HERE)
    assert "evil" not in desk.letters.last(MAIL).text


def test_a_form_may_be_sent_again_when_no_letter_went_out(desk: Desk) -> None:
    desk.letters.broken = True
    with pytest.raises(MailError):
        desk.accounts.register(registration(), address=HERE)
    desk.letters.broken = False
    desk.accounts.register(registration(), address=HERE)
    assert desk.accounts.confirm(desk.letters.link(MAIL))


def test_a_confirmation_counts_though_the_administrators_get_no_letter(desk: Desk) -> None:
    desk.accounts.register(registration(), address=HERE)
    desk.letters.broken = True
    assert desk.accounts.confirm(desk.letters.link(MAIL))
    assert len(desk.accounts.pending()) == 1
    assert desk.lines("letter not sent") == 1


def test_a_refusal_tells_why_and_may_be_taken_back(desk: Desk) -> None:
    user_id = desk.requested()
    with pytest.raises(StateError):
        desk.accounts.refuse(user_id, " ", by=ADMINISTRATOR, address=None)
    desk.accounts.refuse(user_id, "We do not know {username} at %s.", by=ADMINISTRATOR, address=None)
    assert "We do not know {username} at %s." in desk.letters.last(MAIL).text
    assert desk.accounts.pending() == []
    assert desk.accounts.user(user_id).refusal
    with pytest.raises(SignInError):
        desk.accounts.sign_in(MAIL, "", address=HERE)
    desk.accounts.validate(user_id, by=ADMINISTRATOR, address=None)
    assert desk.accounts.sign_in(MAIL, desk.letters.password(MAIL), address=HERE).must_change


def test_steps_that_do_not_begin_where_an_account_is_are_refused(desk: Desk) -> None:
    accounts, user_id = desk.accounts, desk.active()
    steps: list[Callable[[], object]] = [
        lambda: accounts.validate(user_id, by=ADMINISTRATOR, address=None),
        lambda: accounts.refuse(user_id, "no", by=ADMINISTRATOR, address=None),
        lambda: accounts.reopen(user_id, by=ADMINISTRATOR, address=None),
    ]
    for wrong in steps:
        with pytest.raises(StateError):
            wrong()
    accounts.close(user_id, by=ADMINISTRATOR, address=None)
    with pytest.raises(StateError):
        accounts.close(user_id, by=ADMINISTRATOR, address=None)
    with pytest.raises(UnknownError):
        accounts.validate(user_id + 1, by=ADMINISTRATOR, address=None)


def test_a_closed_account_lets_nobody_in_until_it_is_opened_with_a_new_password(desk: Desk) -> None:
    accounts, user_id = desk.accounts, desk.active()
    signed = accounts.sign_in(MAIL, PASSWORD, address=HERE)
    visitor = accounts.visitor(user_id, signed.session_number)
    assert visitor is not None
    token = accounts.add_token(user_id, "script", None, by=visitor, address=HERE)
    accounts.ask_reset(MAIL, address=HERE)
    link = desk.letters.link(MAIL)
    accounts.close(user_id, by=ADMINISTRATOR, address=None)
    assert accounts.visitor(user_id, signed.session_number) is None
    assert accounts.visitor_by_token(token) is None
    with pytest.raises(SignInError):
        accounts.sign_in(MAIL, PASSWORD, address=HERE)
    accounts.reopen(user_id, by=ADMINISTRATOR, address=None)
    with pytest.raises(SignInError):
        accounts.sign_in(MAIL, PASSWORD, address=HERE)
    with pytest.raises(ResetError):
        accounts.reset(link, OTHER, address=HERE)
    assert accounts.sign_in(MAIL, desk.letters.password(MAIL), address=HERE).must_change
    assert accounts.visitor_by_token(token) is None


@pytest.mark.parametrize("role", [Role.USER, Role.CURATOR])
def test_only_administrators_do_what_administrators_do(desk: Desk, role: Role) -> None:
    accounts = desk.accounts
    waiting, user_id = desk.requested("waiting", "waiting@example.org"), desk.active(role=role)
    by = Visitor(user_id=user_id, username="mfaraday", role=role)
    before = accounts.audit()[1]
    attempts: list[Callable[[], object]] = [
        lambda: accounts.validate(waiting, by=by, address=None),
        lambda: accounts.refuse(waiting, "no", by=by, address=None),
        lambda: accounts.close(user_id, by=by, address=None),
        lambda: accounts.reopen(user_id, by=by, address=None),
        lambda: accounts.set_role(user_id, Role.ADMINISTRATOR, by=by, address=None),
        lambda: accounts.set_quota(user_id, 1, by=by, address=None),
        lambda: accounts.create_user("another", "a@example.org", role=Role.ADMINISTRATOR, by=by, address=None),
        lambda: accounts.new_password(waiting, None, by=by, address=None),
        lambda: accounts.add_group("n1", "N1", by=by, address=None),
        lambda: accounts.remove_group("n1", by=by, address=None),
        lambda: accounts.join(user_id, "n1", None, by=by, address=None),
        lambda: accounts.leave(user_id, "n1", by=by, address=None),
        lambda: accounts.validate(waiting, by=ANONYMOUS, address=None),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowedError):
            attempt()
    assert accounts.audit()[1] == before


def test_the_last_administrator_cannot_shut_himself_out(desk: Desk) -> None:
    user_id = desk.active(role=Role.ADMINISTRATOR)
    by = Visitor(user_id=user_id, username="mfaraday", role=Role.ADMINISTRATOR)
    with pytest.raises(StateError):
        desk.accounts.close(user_id, by=by, address=None)
    with pytest.raises(StateError):
        desk.accounts.set_role(user_id, Role.USER, by=by, address=None)


def test_an_account_made_for_somebody_does_not_take_what_another_has(desk: Desk) -> None:
    desk.active()
    for username, email in (("MFaraday", "new@example.org"), ("newname", MAIL.upper())):
        with pytest.raises(RegistrationErrors, match="already"):
            desk.accounts.create_user(username, email, by=ADMINISTRATOR, address=None)


@pytest.mark.sqlite
def test_the_files_of_the_database_hold_no_secret(desk: Desk, tmp_path: Path) -> None:
    secrets = []
    user_id = desk.requested()
    secrets.append(desk.letters.link(MAIL))
    desk.accounts.validate(user_id, by=ADMINISTRATOR, address=None)
    secrets.append(desk.letters.password(MAIL))
    desk.accounts.sign_in(MAIL, secrets[-1], address=HERE)
    desk.accounts.change_password(user_id, secrets[-1], PASSWORD, address=HERE)
    desk.accounts.ask_reset(MAIL, address=HERE)
    secrets.append(desk.letters.link(MAIL))
    by = Visitor(user_id=user_id, username="mfaraday")
    secrets.append(desk.accounts.add_token(user_id, "script", None, by=by, address=HERE))
    with pytest.raises(SignInError):
        desk.accounts.sign_in(OTHER, PASSWORD, address=HERE)  # a password typed into the wrong field
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"faraday@example.org" in content
    assert [secret for secret in [*secrets, PASSWORD, OTHER] if secret.encode() in content] == []
