"""`reflecs user`: the first administrator, and accounts without pages."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from accounts.accounts import Accounts
from accounts.codelists import Role
from accounts.errors import SignInError
from accounts.mail import open_mail
from catalogue.people import user
from database import Database
from tests.accounts.desk import OTHER, PASSWORD, registration

MAIL = "faraday@example.org"


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    monkeypatch.setenv("REFLECS_DATABASE", f"sqlite:///{tmp_path / 'reflecs.sqlite'}")
    monkeypatch.setenv("REFLECS_MAIL", f"outbox:{tmp_path / 'outbox'}")
    assert _run("list").exit_code == 1  # makes the tables
    mail = open_mail(f"outbox:{tmp_path / 'outbox'}", sender="contact@example.org")
    return Accounts(Database(f"sqlite:///{tmp_path / 'reflecs.sqlite'}"), mail, base_url="http://localhost", contact="contact@example.org")


def _run(*words: str, typed: str = "") -> Result:
    result = CliRunner().invoke(user, words, input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_first_administrator_types_a_password(accounts: Accounts) -> None:
    made = _run("add", "MFaraday", MAIL, "--role", "administrator", typed=f"{PASSWORD}\n")
    assert (made.exit_code, made.stdout) == (0, "")
    assert PASSWORD not in made.stderr
    signed = accounts.sign_in(MAIL, PASSWORD, address=None)
    visitor = accounts.visitor(signed.user_id, signed.session_number)
    assert visitor is not None
    assert visitor.administers
    assert [(line.actor, line.action) for line in accounts.audit(text="made an account")[0]] == [("command line", "made an account")]


def test_or_gets_a_temporary_one(accounts: Accounts) -> None:
    made = _run("add", "mfaraday", MAIL, "--temporary")
    assert accounts.sign_in("mfaraday", made.stdout.strip(), address=None).must_change


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (("add", "x", MAIL), PASSWORD, "5 to 16 characters"),
        (("add", "mfaraday", "nobody"), PASSWORD, "e-mail address such as"),
        (("add", "mfaraday", MAIL), "password123", "guessed first"),
        (("add", "mfaraday", MAIL), "", "--temporary"),
        (("password", "nobody", "--temporary"), "", "no such account"),
        (("role", "nobody", "curator"), "", "no such account"),
        (("close", "nobody"), "", "no such account"),
    ],
)
def test_what_cannot_be_done_is_told(accounts: Accounts, words: tuple[str, ...], typed: str, told: str) -> None:
    result = _run(*words, typed=typed)
    assert result.exit_code == 2
    assert told in result.stderr
    assert accounts.users()[1] == 0


def test_accounts_are_listed_validated_and_closed(accounts: Accounts, tmp_path: Path) -> None:
    accounts.register(registration(), address=None)
    (letter,) = (tmp_path / "outbox").iterdir()
    assert accounts.confirm(letter.read_text().partition("?token=")[2].split()[0])
    assert "requested" in _run("list", "--state", "requested").stdout
    assert _run("validate", "mfaraday").exit_code == 0
    newest = max((tmp_path / "outbox").iterdir())
    temporary = newest.read_text().partition("Temporary password: ")[2].split()[0]
    assert accounts.sign_in("mfaraday", temporary, address=None).must_change
    assert _run("password", "mfaraday", typed=f"{OTHER}\n").exit_code == 0
    assert accounts.sign_in("mfaraday", OTHER, address=None)
    assert _run("role", "mfaraday", "curator").exit_code == 0
    assert accounts.user_named(MAIL).role == Role.CURATOR
    (listed,) = json.loads(_run("list", "royal", "--json").stdout)
    assert listed == {"username": "mfaraday", "email": MAIL, "name": "Michael Faraday", "state": "active", "role": "curator"}
    assert _run("close", "mfaraday").exit_code == 0
    with pytest.raises(SignInError):
        accounts.sign_in("mfaraday", OTHER, address=None)
    assert _run("open", "mfaraday").exit_code == 0
    assert accounts.user_named(MAIL).state == "temporary"


def test_a_mail_setting_that_cannot_be_used_is_told_without_its_password(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFLECS_MAIL", "smtp://user:topsecret@mail.example.org")
    result = _run("list")
    assert result.exit_code == 2
    assert "topsecret" not in result.stderr
    assert accounts.users()[1] == 0
