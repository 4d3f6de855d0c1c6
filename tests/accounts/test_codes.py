"""Codes typed to show that an e-mail address is one's own."""

import re
import threading

import pytest

from accounts.codelists import Purpose
from accounts.errors import CodeError
from accounts.mail import MailError, Message
from tests.accounts.desk import HERE, Desk

MAIL = "faraday@example.org"


def _send(desk: Desk, subject: str = "order-1", email: str = MAIL, hours: int = 24) -> str:
    codes: list[str] = []

    def letter(code: str) -> Message:
        codes.append(code)
        return Message(to=email, subject="Your order", text=f"The code is {code}.\n")

    desk.accounts.send_code(Purpose.ACTIVATE, subject, email, hours=hours, letter=letter, address=HERE)
    return codes[0]


def _redeem(desk: Desk, code: str, subject: str = "order-1", email: str = MAIL, purpose: Purpose = Purpose.ACTIVATE) -> bool:
    return desk.accounts.redeem(purpose, subject, email, code, address=HERE)


def test_a_code_is_easy_to_type_and_good_once(desk: Desk) -> None:
    code = _send(desk)
    assert re.fullmatch(r"[A-HJKMNP-Z2-9]{8}", code)
    assert code in desk.letters.last(MAIL).text
    assert _redeem(desk, f" {code[:4].lower()}-{code[4:]} ", email="Faraday@example.org")
    assert not _redeem(desk, code)


def test_a_code_is_for_one_thing_and_one_address(desk: Desk) -> None:
    code = _send(desk)
    assert not _redeem(desk, code, subject="order-2")
    assert not _redeem(desk, code, email="mallory@example.org")
    assert not _redeem(desk, code, subject="order-1\x00", email="\x00")
    assert not _redeem(desk, code, purpose=Purpose.RESET)
    assert _redeem(desk, code)


@pytest.mark.parametrize("guess", ["", "A" * 8, "x" * 1_000_000, "%", "é", "\x00", "\ud800"])
def test_five_wrong_tries_end_a_code(desk: Desk, guess: str) -> None:
    code = _send(desk)
    for _ in range(5):
        assert not _redeem(desk, guess)
    assert not _redeem(desk, code)
    assert desk.lines("gave a wrong code") == 6


def test_the_fifth_try_may_be_the_right_one(desk: Desk) -> None:
    code = _send(desk)
    for _ in range(4):
        assert not _redeem(desk, "AAAAAAAA")
    assert _redeem(desk, code)


def test_a_code_is_over_at_its_hour_or_by_a_newer_one(desk: Desk) -> None:
    code = _send(desk, hours=1)
    desk.clock.forward(hours=1)
    assert not _redeem(desk, code)
    older, newer = _send(desk), _send(desk)
    assert not _redeem(desk, older)
    assert _redeem(desk, newer)


def test_of_many_who_come_with_one_code_one_is_the_first(desk: Desk) -> None:
    code = _send(desk)
    barrier, good = threading.Barrier(12), []

    def redeem() -> None:
        barrier.wait()
        good.append(_redeem(desk, code))

    threads = [threading.Thread(target=redeem) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(good) == [False] * 11 + [True]


def test_guessers_side_by_side_have_no_sixth_try(desk: Desk) -> None:
    code = _send(desk)
    barrier = threading.Barrier(12)

    def guess() -> None:
        barrier.wait()
        assert not _redeem(desk, "AAAAAAAA")

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not _redeem(desk, code)


def test_one_address_gets_five_letters_an_hour_for_whatever_orders(desk: Desk) -> None:
    for number in range(5):
        _send(desk, subject=f"order-{number}")
    with pytest.raises(CodeError, match="hour"):
        _send(desk, subject="order-6")
    _send(desk, email="other@example.org")
    desk.clock.forward(hours=1)
    assert _redeem(desk, _send(desk))


def test_a_code_that_was_not_sent_is_told(desk: Desk) -> None:
    desk.letters.broken = True
    with pytest.raises(MailError):
        _send(desk)
