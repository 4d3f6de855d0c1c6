"""Signing in, and those who try to without being let in."""

import threading
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from accounts import passwords
from accounts.codelists import Role
from accounts.errors import PasswordError, SignInError
from accounts.models import Audit, User
from tests.accounts.desk import ADMINISTRATOR, HERE, OTHER, PASSWORD, Desk

MAIL = "faraday@example.org"


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """What passwords were held against: each of these costs a tenth of a second, whoever asks."""
    seen: list[str | None] = []
    real = passwords.fits

    def fits(kept: str | None, password: str) -> bool:
        seen.append(kept)
        return real(kept, password)

    monkeypatch.setattr(passwords, "fits", fits)
    return seen


def _refused(desk: Desk, name: str, password: str, address: str | None = None) -> str:
    with pytest.raises(SignInError) as refused:
        desk.accounts.sign_in(name, password, address=address)
    return str(refused.value)


def test_name_and_address_are_taken_in_any_case_and_accents_as_any_keyboard_makes_them(desk: Desk) -> None:
    user_id = desk.active()
    assert desk.accounts.sign_in(" MFaraday ", PASSWORD, address=HERE).user_id == user_id
    assert desk.accounts.sign_in("FARADAY@example.org", PASSWORD.replace("ü", "u\u0308"), address=HERE).user_id == user_id


def test_every_reason_has_the_same_sentence_and_the_trail_knows_which(desk: Desk) -> None:
    closed = desk.active("closed", "closed@example.org")
    desk.accounts.close(closed, by=ADMINISTRATOR, address=None)
    desk.requested("waiting", "waiting@example.org")
    desk.active()
    names = ["closed", "waiting", "mfaraday", "nobody", "", "x" * 10_000, "' OR 1=1 --", "%", "\x00", "\ud800"]
    assert len({_refused(desk, name, "wrong password") for name in names}) == 1
    assert desk.lines("no such account") == 7
    assert desk.lines("wrong password") == 3
    assert len({_refused(desk, "mfaraday", password) for password in ("", "x" * 1_000_000)}) == 1


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(desk: Desk, looked_at: list[str | None]) -> None:
    """One password is verified, with the same parameters, for whatever name; no timing is needed to see that."""
    desk.active()
    desk.requested("waiting", "waiting@example.org")
    for name in ("mfaraday", "waiting", "nobody"):
        _refused(desk, name, "wrong password")
    known, waiting, unknown = looked_at
    assert known is not None
    assert waiting is unknown is None
    nobodys = passwords._NOBODYS  # noqa: SLF001 -- what stands in for None
    assert PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).check_needs_rehash(nobodys) is False
    assert known.split("$")[1:4] == nobodys.split("$")[1:4]


def test_a_thousand_attempts_on_one_account_are_ten(desk: Desk, looked_at: list[str | None]) -> None:
    desk.active()
    for number in range(1_000):
        _refused(desk, "mfaraday", f"guess number {number}", address=f"198.51.100.{number % 250}")
    assert len(looked_at) == 10
    assert desk.lines("was kept from signing in") == 990
    _refused(desk, MAIL, PASSWORD, address="203.0.113.1")  # nor with the right one, nor by the other name
    desk.clock.forward(minutes=15)
    assert desk.accounts.sign_in(MAIL, PASSWORD, address=HERE)


def test_attempts_on_many_accounts_from_one_address_are_ten(desk: Desk, looked_at: list[str | None]) -> None:
    for number in range(15):
        _refused(desk, f"somebody{number}", "wrong password", address=HERE)
    assert len(looked_at) == 10
    desk.active()
    _refused(desk, "mfaraday", PASSWORD, address=HERE)
    assert desk.accounts.sign_in("mfaraday", PASSWORD, address="198.51.100.1")


def test_an_unknown_name_is_kept_waiting_like_a_known_one(desk: Desk, looked_at: list[str | None]) -> None:
    """Else the eleventh attempt would tell which it is."""
    for number in range(12):
        _refused(desk, "nobody", "wrong password", address=f"198.51.100.{number}")
    assert len(looked_at) == 10


def test_ones_own_account_buys_no_attempts_on_others(desk: Desk, looked_at: list[str | None]) -> None:
    desk.active()
    desk.active("mallory", "mallory@example.org")
    for number in range(30):
        if number % 3 == 2:
            desk.accounts.sign_in("mallory", PASSWORD, address=HERE) if number < 14 else _refused(desk, "mallory", PASSWORD, HERE)
        else:
            _refused(desk, "mfaraday", "wrong password", address=HERE)
    assert desk.lines("wrong password") == 10
    assert len(looked_at) == 10 + 4


def test_attempts_at_the_same_time_are_not_more_than_one_after_another(desk: Desk, looked_at: list[str | None]) -> None:
    desk.active()
    barrier = threading.Barrier(20)

    def attempt() -> None:
        barrier.wait()
        _refused(desk, "mfaraday", "wrong password")

    _together([attempt] * 20)
    assert len(looked_at) == 10


def _together(tasks: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def test_whoever_signs_in_often_is_never_kept_waiting(desk: Desk) -> None:
    user_id = desk.active()
    signed = [desk.accounts.sign_in("mfaraday", PASSWORD, address=HERE) for _ in range(12)]
    assert {(one.user_id, one.must_change) for one in signed} == {(user_id, False)}


def test_a_temporary_password_is_good_once(desk: Desk) -> None:
    temporary = desk.accounts.create_user("mfaraday", MAIL, by=ADMINISTRATOR, address=None)
    assert temporary is not None
    signed = desk.accounts.sign_in("mfaraday", temporary, address=HERE)
    _refused(desk, "mfaraday", temporary, address=HERE)
    assert desk.accounts.change_password(signed.user_id, temporary, PASSWORD, address=HERE) > signed.session_number
    _refused(desk, "mfaraday", temporary, address=HERE)
    with pytest.raises(PasswordError, match="not right"):
        desk.accounts.change_password(signed.user_id, temporary, OTHER, address=HERE)


def test_of_many_who_come_with_one_temporary_password_one_is_let_in(desk: Desk) -> None:
    temporary = desk.accounts.create_user("mfaraday", MAIL, by=ADMINISTRATOR, address=None) or ""
    barrier, let_in = threading.Barrier(8), []

    def attempt() -> None:
        barrier.wait()
        try:
            let_in.append(desk.accounts.sign_in("mfaraday", temporary, address=None))
        except SignInError:
            return

    _together([attempt] * 8)
    assert len(let_in) == 1


def test_a_temporary_password_is_good_for_seven_days(desk: Desk) -> None:
    temporary = desk.accounts.create_user("mfaraday", MAIL, by=ADMINISTRATOR, address=None) or ""
    desk.clock.forward(days=7)
    _refused(desk, "mfaraday", temporary)
    assert desk.lines("used or too old") == 1


def test_whoever_has_yet_to_change_his_password_has_no_role_and_no_groups(desk: Desk) -> None:
    temporary = desk.accounts.create_user("mfaraday", MAIL, role=Role.ADMINISTRATOR, by=ADMINISTRATOR, address=None) or ""
    desk.accounts.add_group("n1", "COROT N1", by=ADMINISTRATOR, address=None)
    desk.accounts.join(desk.accounts.user_named(MAIL).user_id, "n1", None, by=ADMINISTRATOR, address=None)
    signed = desk.accounts.sign_in("mfaraday", temporary, address=HERE)
    visitor = desk.accounts.visitor(signed.user_id, signed.session_number)
    assert visitor is not None
    assert (visitor.administers, visitor.groups, visitor.must_change) == (False, frozenset(), True)
    number = desk.accounts.change_password(signed.user_id, temporary, PASSWORD, address=HERE)
    visitor = desk.accounts.visitor(signed.user_id, number)
    assert visitor is not None
    assert (visitor.administers, visitor.groups, visitor.must_change) == (True, frozenset({"n1"}), False)


def test_a_session_is_over_when_the_password_changes(desk: Desk) -> None:
    user_id = desk.active()
    stolen = desk.accounts.sign_in("mfaraday", PASSWORD, address=HERE)
    number = desk.accounts.change_password(user_id, PASSWORD, OTHER, address=HERE)
    assert desk.accounts.visitor(user_id, stolen.session_number) is None
    assert desk.accounts.visitor(user_id, number) is not None
    assert desk.accounts.visitor(user_id + 1, number) is None
    assert desk.letters.last(MAIL).subject == "Your password was changed"


def test_a_role_counts_from_the_next_request_on(desk: Desk) -> None:
    user_id = desk.active(role=Role.CURATOR)
    signed = desk.accounts.sign_in("mfaraday", PASSWORD, address=HERE)
    before = desk.accounts.visitor(user_id, signed.session_number)
    desk.accounts.set_role(user_id, Role.USER, by=ADMINISTRATOR, address=None)
    after = desk.accounts.visitor(user_id, signed.session_number)
    assert before is not None
    assert after is not None
    assert (before.curates, after.curates) == (True, False)


def test_a_password_kept_with_older_parameters_is_kept_anew(desk: Desk) -> None:
    user_id = desk.active()
    with desk.database.writing() as session:
        weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
        session.execute(update(User).where(User.id == user_id).values(password_hash=weak))
    assert desk.accounts.sign_in("mfaraday", PASSWORD, address=HERE)
    with desk.database.reading() as session:
        kept = session.scalar(select(User.password_hash))
    assert kept is not None
    assert "m=19456,t=2,p=1" in kept
    assert desk.accounts.sign_in("mfaraday", PASSWORD, address=HERE)


def test_the_trail_has_who_from_where_and_no_line_ends_of_others(desk: Desk) -> None:
    desk.active()
    desk.accounts.sign_in("mfaraday", PASSWORD, address=HERE)
    _refused(desk, "x\nadministrator signed in", "y", address="1\n2" + "x" * 100)
    with desk.database.reading() as session:
        lines = session.scalars(select(Audit).order_by(Audit.id)).all()
    assert [(line.actor, line.address, line.action) for line in lines[-4:-2]] == [
        ("anonymous", HERE, "tried to sign in"),
        ("mfaraday", HERE, "signed in"),
    ]
    assert all((line.subject + line.detail + (line.address or "")).isprintable() for line in lines)


@pytest.mark.sqlite
def test_counting_attempts_does_not_look_at_those_kept_from_it(desk: Desk) -> None:
    """However many lines an attack leaves in the trail, the next attempt costs the same."""
    with desk.database.engine.connect() as connection:
        for column in ("subject", "address"):
            question = f"SELECT action FROM audit WHERE action IN ('a', 'b') AND at > '2026' AND {column} = 'x' ORDER BY id"  # noqa: S608 -- ours
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}").all()
            assert f"ix_audit_{column}_action_at ({column}=? AND action=? AND at>?)" in plan[0][-1]
