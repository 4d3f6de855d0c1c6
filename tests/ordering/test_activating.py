"""Orders without an account: the code that is sent by e-mail."""

from dataclasses import replace
from pathlib import Path

import pytest

from accounts.visitors import ANONYMOUS
from ordering.destinations import Destination, Network
from ordering.models import OrderState
from ordering.sentences import OrderError
from ordering.submitting import Submission
from tests.ordering.shop import Clock, Shop, text_of, whose

FTP = Destination(host="ftp.museion.example", port=21, user="hypatia", password="secret of hypatia", folder="in")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(tmp_path: Path, clock: Clock) -> Shop:
    made = Shop(tmp_path, clock, quota=100_000, network=Network(resolve=lambda _host, _port: ("93.184.216.34",)))
    made.data_set("STARWIND", [b"x" * 100] * 10)
    return made


def test_an_order_without_an_account_waits_for_its_code(shop: Shop, clock: Clock) -> None:
    visitor = replace(ANONYMOUS, language="fr")
    shop.select(visitor)
    order = shop.orders.submit(whose(), visitor, Submission(email=" Somebody@Museion.example "), address="192.0.2.1")
    assert (order.state, order.email, order.username) == (OrderState.ACTIVATING, "somebody@museion.example", None)
    assert shop.woken == 0
    assert shop.worker().run_due() == 0
    letter = shop.letters()[-1]
    assert (letter["To"], "code d’activation" in letter["Subject"]) == ("somebody@museion.example", True)
    assert f"https://reflecs.example/sipad/order/{order.number}" in letter.get_content()
    clock.advance(hours=23)
    activated = shop.orders.activate(order.number, "SOMEBODY@museion.example", shop.code().lower())
    assert activated is not None
    assert activated.state is OrderState.WAITING
    assert shop.woken == 1
    assert shop.orders.activate(order.number, "somebody@museion.example", shop.code()) is None


def test_a_wrong_code_a_wrong_address_and_no_order_are_answered_alike(shop: Shop) -> None:
    shop.select()
    number = shop.submit(ANONYMOUS, email="somebody@museion.example")
    code = shop.code()
    assert shop.orders.activate(number, "other@museion.example", code) is None
    assert shop.orders.activate("R00000000000000", "somebody@museion.example", code) is None
    for _ in range(5):
        assert shop.orders.activate(number, "somebody@museion.example", "AAAAAAAA") is None
    assert shop.orders.activate(number, "somebody@museion.example", code) is None
    assert shop.order_of(number).state is OrderState.ACTIVATING


def test_a_code_sent_again_replaces_the_first_and_goes_to_nobody_else(shop: Shop) -> None:
    shop.select()
    number = shop.submit(ANONYMOUS, email="somebody@museion.example")
    first, letters = shop.code(), len(shop.letters())
    shop.orders.resend(number, "other@museion.example")
    shop.orders.resend("R00000000000000", "somebody@museion.example")
    assert len(shop.letters()) == letters
    shop.orders.resend(number, "somebody@museion.example")
    assert shop.orders.activate(number, "somebody@museion.example", first) is None
    assert shop.orders.activate(number, "somebody@museion.example", shop.code()) is not None


def test_an_order_whose_code_nobody_used_is_dropped(shop: Shop, clock: Clock) -> None:
    shop.select()
    number = shop.submit(ANONYMOUS, email="somebody@museion.example")
    code = shop.code()
    clock.advance(hours=24)
    shop.worker().run_due()
    assert shop.order_of(number).state is OrderState.CANCELLED
    assert shop.orders.activate(number, "somebody@museion.example", code) is None
    assert shop.letters_about(number) == [text_of(shop.letters()[0])]


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example", "x" * 250 + "@b.example"]
)
def test_without_an_account_a_valid_address_is_needed(shop: Shop, email: str) -> None:
    shop.select()
    assert shop.refused(ANONYMOUS, email=email).field == "email"


def test_nobodys_mailbox_is_filled_through_orders(shop: Shop) -> None:
    for _ in range(5):
        shop.select()
        shop.submit(ANONYMOUS, email="victim@museion.example")
    shop.select()
    with pytest.raises(OrderError) as refused:
        shop.submit(ANONYMOUS, email="victim@museion.example")
    assert refused.value.field == "email"
    assert len(shop.letters()) == 5
    assert len(shop.selecting.current(whose()).items) == 1  # the selection is still there


def test_anonymous_orders_that_wait_for_a_code_take_no_quota_and_activated_ones_do(tmp_path: Path) -> None:
    shop = Shop(tmp_path, quota=1500)
    shop.data_set("STARWIND", [b"x" * 100] * 10)
    numbers, codes = [], []
    for _ in range(2):
        shop.select()
        numbers.append(shop.submit(ANONYMOUS, email="somebody@museion.example"))
        codes.append(shop.code())
    assert shop.orders.activate(numbers[0], "somebody@museion.example", codes[0]) is not None
    with pytest.raises(OrderError, match="500 of 1,500"):
        shop.orders.activate(numbers[1], "somebody@museion.example", codes[1])
