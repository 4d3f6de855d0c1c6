"""Which passwords are taken, and how new ones come in place of old."""

import pytest

from accounts import passwords
from accounts.codelists import AccountState
from accounts.errors import NotAllowedError, PasswordError, ResetError, SignInError, StateError
from accounts.mail import MailError
from accounts.visitors import Visitor
from tests.accounts.desk import ADMINISTRATOR, HERE, OTHER, PASSWORD, Desk

MAIL = "faraday@example.org"
NAMES = ("mfaraday", MAIL, "Faraday", "Michael", "")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "ninesigns",
        "x" * 201,
        "ﬀ" * 150,  # 300 letters once it is spelled out
        "password123",
        "Passw0rd!!",
        "P@ssw0rd2026",
        "motdepasse2026",
        "passwordpassword",
        "iloveyou!!!!",
        "1234567890",
        "9876543210",
        "azertyuiop",
        "qwertyuiop",
        "1q2w3e4r5t",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefghijklm",
        "123abc123abc" * 3,
        "Corot-2026-!",
        "bonjour bonjour",
        "michael 42 stars",
        "the mfaraday way",
        "FARADAY.in.london",
    ],
)
def test_passwords_that_are_guessed_soon_are_refused(password: str) -> None:
    with pytest.raises(PasswordError):
        passwords.check(password, NAMES)


@pytest.mark.parametrize("password", [PASSWORD, OTHER, "gT7#kk2&pQ", "correct horse battery staple", "日本語の長い合言葉です"])
def test_others_are_taken(password: str) -> None:
    passwords.check(password, NAMES)
    kept = passwords.hashed(password)
    assert passwords.fits(kept, password)
    assert not passwords.fits(kept, password + " ")


def test_an_empty_password_is_never_right() -> None:
    assert not passwords.fits(None, "")
    assert not passwords.fits(passwords.hashed(""), "x" * 201)


def test_temporary_passwords_are_taken_by_the_same_rules_and_never_the_same() -> None:
    made = {passwords.temporary() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        passwords.check(password, NAMES)


def test_a_new_password_needs_the_old_one_and_is_another(desk: Desk) -> None:
    user_id = desk.active()
    for old, new in (("wrong password", OTHER), (PASSWORD, PASSWORD), (PASSWORD, "short")):
        with pytest.raises(PasswordError):
            desk.accounts.change_password(user_id, old, new, address=HERE)
    assert desk.accounts.sign_in(MAIL, PASSWORD, address=HERE)


def test_a_stolen_session_does_not_find_out_the_password(desk: Desk) -> None:
    user_id = desk.active()
    for _ in range(10):
        with pytest.raises(PasswordError, match="not right"):
            desk.accounts.change_password(user_id, "wrong password", OTHER, address=HERE)
    with pytest.raises(PasswordError, match="too many"):
        desk.accounts.change_password(user_id, PASSWORD, OTHER, address="198.51.100.1")
    desk.clock.forward(minutes=15)
    assert desk.accounts.change_password(user_id, PASSWORD, OTHER, address=HERE)


def test_a_forgotten_password_is_chosen_anew_once(desk: Desk) -> None:
    user_id = desk.active()
    signed = desk.accounts.sign_in(MAIL, PASSWORD, address=HERE)
    token = desk.accounts.add_token(user_id, "script", None, by=Visitor(user_id=user_id), address=HERE)
    desk.accounts.ask_reset("Faraday@Example.org ", address=HERE)
    link = desk.letters.link(MAIL)
    with pytest.raises(PasswordError):
        desk.accounts.reset(link, "short", address=HERE)
    desk.accounts.reset(link, OTHER, address=HERE)
    assert desk.accounts.visitor(user_id, signed.session_number) is None
    assert desk.accounts.visitor_by_token(token) is None
    assert desk.accounts.sign_in(MAIL, OTHER, address=HERE)
    with pytest.raises(ResetError):
        desk.accounts.reset(link, PASSWORD, address=HERE)


def test_a_link_is_over_after_two_hours_a_newer_one_or_a_change(desk: Desk) -> None:
    user_id = desk.active()
    links = []
    for _ in range(2):
        desk.accounts.ask_reset(MAIL, address=HERE)
        links.append(desk.letters.link(MAIL))
    with pytest.raises(ResetError):
        desk.accounts.reset(links[0], OTHER, address=HERE)
    desk.clock.forward(hours=2)
    with pytest.raises(ResetError):
        desk.accounts.reset(links[1], OTHER, address=HERE)
    desk.accounts.ask_reset(MAIL, address=HERE)
    desk.accounts.change_password(user_id, PASSWORD, OTHER, address=HERE)
    with pytest.raises(ResetError):
        desk.accounts.reset(next(one for one in reversed(_links(desk)) if one not in links), PASSWORD, address=HERE)


def _links(desk: Desk) -> list[str]:
    return [one.text.partition("?token=")[2].split()[0] for one in desk.letters.sent if "?token=" in one.text]


def test_asking_for_a_reset_looks_the_same_for_every_address(desk: Desk) -> None:
    """Each address gets one letter: neither page nor duration tells which are known."""
    desk.active()
    desk.requested("waiting", "waiting@example.org")
    desk.letters.sent.clear()
    for email in (MAIL, "waiting@example.org", "nobody@example.org"):
        desk.accounts.ask_reset(email, address=HERE)
    assert [one.to for one in desk.letters.sent] == [MAIL, "waiting@example.org", "nobody@example.org"]
    assert ["?token=" in one.text for one in desk.letters.sent] == [True, False, False]
    desk.accounts.ask_reset("nobody@example.org\nBcc: all@example.org", address=HERE)
    assert len(desk.letters.sent) == 3


def test_a_reset_lets_in_whom_an_attacker_locked_out(desk: Desk) -> None:
    desk.active()
    for number in range(12):
        with pytest.raises(SignInError):
            desk.accounts.sign_in(MAIL, "wrong password", address=f"198.51.100.{number}")
    desk.accounts.ask_reset(MAIL, address=HERE)
    desk.accounts.reset(desk.letters.link(MAIL), OTHER, address=HERE)
    assert desk.accounts.sign_in(MAIL, OTHER, address=HERE)


def test_a_lost_temporary_password_is_no_end(desk: Desk) -> None:
    temporary = desk.accounts.create_user("mfaraday", MAIL, by=ADMINISTRATOR, address=None)
    assert temporary
    desk.accounts.sign_in(MAIL, temporary, address=HERE)  # and the browser is closed
    desk.accounts.ask_reset(MAIL, address=HERE)
    desk.accounts.reset(desk.letters.link(MAIL), OTHER, address=HERE)
    assert not desk.accounts.sign_in(MAIL, OTHER, address=HERE).must_change


def test_a_change_counts_though_no_letter_tells_of_it(desk: Desk) -> None:
    user_id = desk.active()
    desk.letters.broken = True
    number = desk.accounts.change_password(user_id, PASSWORD, OTHER, address=HERE)
    assert desk.accounts.visitor(user_id, number) is not None
    with pytest.raises(MailError):
        desk.accounts.ask_reset(MAIL, address=HERE)


def test_an_administrator_gives_passwords_to_open_accounts_only(desk: Desk) -> None:
    user_id = desk.active()
    signed = desk.accounts.sign_in(MAIL, PASSWORD, address=HERE)
    temporary = desk.accounts.new_password(user_id, None, by=ADMINISTRATOR, address=None)
    assert temporary
    assert desk.accounts.visitor(user_id, signed.session_number) is None
    assert desk.accounts.user(user_id).state == AccountState.TEMPORARY
    assert desk.accounts.new_password(user_id, OTHER, by=ADMINISTRATOR, address=None) is None
    assert not desk.accounts.sign_in(MAIL, OTHER, address=HERE).must_change
    waiting = desk.requested("waiting", "waiting@example.org")
    with pytest.raises(StateError):
        desk.accounts.new_password(waiting, OTHER, by=ADMINISTRATOR, address=None)
    with pytest.raises(NotAllowedError):
        desk.accounts.new_password(user_id, OTHER, by=Visitor(user_id=user_id), address=None)
