"""Orders without an account: the code that is sent by e-mail."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from accounts.accounts import Accounts
from accounts.codelists import Role
from accounts.mail import MailError, Message
from accounts.visitors import ANONYMOUS
from database import DatabaseError
from ordering.activating import MOST_ACTIVATING
from ordering.criteria import Criteria
from ordering.destinations import Destination, Network
from ordering.models import Order, OrderedFile, OrderState
from ordering.orders import Orders
from ordering.sentences import OrderError
from ordering.submitting import Submission
from tests.ordering.shop import BASE, SECRET, Clock, Shop, text_of, whose

FTP = Destination(host="ftp.museion.example", port=21, user="hypatia", password="secret of hypatia", folder="in")


@pytest.fixture
def shop(tmp_path: Path, clock: Clock) -> Shop:
    made = Shop(tmp_path, clock, quota=100_000, network=Network(resolve=lambda _host, _port: ("93.184.216.34",)))
    made.data_set("STARWIND", [b"x" * 100] * 10)
    return made


def _listed(shop: Shop) -> dict[str, int]:
    """Return how many files are written down of each order."""
    with shop.database.reading() as session:
        rows = session.query(Order.number).join(OrderedFile, OrderedFile.order_id == Order.id)
        return dict(Counter(number for (number,) in rows))


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
    assert _listed(shop) == {}
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
    with shop.database.writing() as session:
        session.query(Order).filter_by(number=numbers[0]).update({"state": OrderState.EXPIRED})
    activated = shop.orders.activate(numbers[1], "somebody@museion.example", codes[1])  # the code was not spent on the refusal
    assert activated is not None
    assert activated.state is OrderState.WAITING


def test_a_code_is_not_spent_where_the_order_cannot_be_moved(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.select()
    number, code = shop.submit(ANONYMOUS, email="somebody@museion.example"), shop.code()

    def broken(*_: object) -> None:
        raise DatabaseError("The database does not answer now.")

    with monkeypatch.context() as patched:
        patched.setattr("ordering.submitting.quota_of", broken)
        with pytest.raises(DatabaseError):
            shop.orders.activate(number, "somebody@museion.example", code)
    assert shop.state(number)[0] is OrderState.ACTIVATING
    assert shop.orders.activate(number, "somebody@museion.example", code) is not None


def test_of_one_address_three_orders_wait_for_a_code_and_the_oldest_gives_way(shop: Shop, clock: Clock) -> None:
    numbers, codes = [], []
    for _ in range(MOST_ACTIVATING + 1):
        clock.advance(minutes=1)
        shop.select()
        numbers.append(shop.submit(replace(ANONYMOUS, language="fr"), email="somebody@museion.example"))
        codes.append(shop.code())
    shop.select()
    other = shop.submit(ANONYMOUS, email="other@museion.example")
    state, reason = shop.state(numbers[0])
    assert (state, "3 commandes suivantes" in str(reason)) == (OrderState.CANCELLED, True)
    assert _listed(shop) == dict.fromkeys([*numbers[1:], other], 10)
    assert shop.orders.activate(numbers[0], "somebody@museion.example", codes[0]) is None
    assert shop.orders.activate(numbers[1], "somebody@museion.example", codes[1]) is not None


def test_nobody_loses_an_order_by_letters_that_are_not_sent(shop: Shop, clock: Clock) -> None:
    numbers = []
    for _ in range(MOST_ACTIVATING):
        shop.select()
        numbers.append(shop.submit(ANONYMOUS, email="victim@museion.example"))
    shop.mail = _Failing(lambda: None)
    orders = _with_mail(shop, clock)
    shop.select()
    with pytest.raises(OrderError):
        orders.submit(whose(), ANONYMOUS, Submission(email="victim@museion.example"), address=None)
    assert {shop.state(number)[0] for number in numbers} == {OrderState.ACTIVATING}


def test_an_order_called_off_before_it_is_activated_keeps_no_list_of_files(shop: Shop) -> None:
    shop.select()
    number = shop.submit(ANONYMOUS, email="somebody@museion.example")
    link = shop.orders.parcel_link(shop.orders.all()[0][0])
    assert shop.orders.cancel(number, ANONYMOUS, link).state is OrderState.CANCELLED
    assert _listed(shop) == {}


class _Failing:
    """Mail that breaks, after something else has happened."""

    def __init__(self, before: Callable[[], object], error: BaseException | None = None) -> None:
        self.before = before
        self.error = error or MailError("no letter")

    def send(self, message: Message) -> None:
        assert message.to
        self.before()
        raise self.error


def _with_mail(shop: Shop, clock: Clock) -> Orders:
    shop.accounts = Accounts(shop.database, shop.mail, base_url=BASE, contact="archive@reflecs.example", clock=clock)
    return shop.make_orders(SECRET)


@pytest.mark.parametrize("error", [MailError("no letter"), DatabaseError("The database does not answer now."), KeyboardInterrupt()])
def test_whatever_keeps_the_letter_back_the_selection_stays(shop: Shop, clock: Clock, error: BaseException) -> None:
    shop.mail = _Failing(lambda: None, error)
    shop.select()
    before = shop.selecting.current(whose())
    with pytest.raises(OrderError if isinstance(error, MailError) else type(error)):
        _with_mail(shop, clock).submit(whose(), ANONYMOUS, Submission(email="a@b.example"), address="192.0.2.1")
    assert shop.selecting.current(whose()) == before
    assert _listed(shop) == {}
    lines, _ = shop.accounts.audit(text=str(before.number))
    assert [line.action for line in lines if line.subject == before.number] == ["order taken back", "order submitted"]


def test_a_selection_begun_while_the_letter_fails_gets_what_it_lacks(shop: Shop, clock: Clock) -> None:
    shop.data_set("IMAGES", [b"1"])

    def meanwhile() -> None:
        shop.select(criteria=Criteria(targets=((1, 2),)))

    shop.mail = _Failing(meanwhile)
    shop.select()
    shop.select(identifier="IMAGES")
    with pytest.raises(OrderError):
        _with_mail(shop, clock).submit(whose(), ANONYMOUS, Submission(email="a@b.example"), address=None)
    selection = shop.selecting.current(whose())
    assert [(item.node.identifier, item.files) for item in selection.items] == [("STARWIND", 2), ("IMAGES", 1)]
    with shop.database.reading() as session:
        assert session.query(Order).count() == 1
    assert _listed(shop) == {}


def test_an_order_called_off_while_the_letter_fails_stays_so(shop: Shop, clock: Clock) -> None:
    def meanwhile() -> None:
        shop.orders.cancel(shop.orders.all()[0][0].number, replace(ANONYMOUS, role=Role.ADMINISTRATOR))

    shop.mail = _Failing(meanwhile)
    shop.select()
    with pytest.raises(OrderError):
        _with_mail(shop, clock).submit(whose(), ANONYMOUS, Submission(email="a@b.example"), address=None)
    assert shop.selecting.current(whose()).number is None
    assert [order.state for order in shop.orders.all()[0]] == [OrderState.CANCELLED]
