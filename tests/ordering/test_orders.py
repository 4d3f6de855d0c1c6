"""Placing, watching, cancelling and repeating orders."""

import re
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.codelists import AccountState, Compression, Role
from accounts.visitors import ANONYMOUS, Visitor
from database import Base, DatabaseError
from ordering.criteria import Criteria
from ordering.destinations import Destination, Network
from ordering.models import DataFile, DeliveryMode, Order, OrderItem, OrderState, Packaging
from ordering.quota import room_for
from ordering.sentences import OrderError
from ordering.submitting import Submission
from tests.ordering.shop import BEGIN, Clock, Shop, whose

FTP = Destination(host="ftp.museion.example", port=21, user="hypatia", password="secret of hypatia", folder="in")


@pytest.fixture
def shop(tmp_path: Path, clock: Clock) -> Shop:
    made = Shop(tmp_path, clock, quota=100_000, network=Network(resolve=lambda _host, _port: ("93.184.216.34",)))
    made.data_set("STARWIND", [b"x" * 100] * 10)
    return made


def test_an_order_takes_the_selection_and_leaves_an_empty_one(shop: Shop) -> None:
    user = shop.user()
    shop.select(user, criteria=Criteria(targets=((1, 6),)))
    order = shop.orders.submit(whose(user), user, Submission(compression=Compression.TAR, packaging=Packaging.ORDER), address="192.0.2.1")
    assert re.fullmatch(r"R[0-9A-HJKMNP-TV-Z]{14}", order.number)
    assert (order.state, order.files, order.bytes, order.submitted) == (OrderState.WAITING, 6, 600, BEGIN)
    assert (order.compression, order.packaging, order.email) == (Compression.TAR, Packaging.ORDER, "hypatia@museion.example")
    [item] = order.items
    assert (item.identifier, item.files, item.bytes, item.criteria.targets) == ("STARWIND", 6, 600, ((1, 6),))
    assert shop.selecting.current(whose(user)).items == ()
    assert shop.woken == 1
    lines, _ = shop.accounts.audit(text="order submitted")
    assert [(line.actor, line.subject, line.address) for line in lines] == [("hypatia", order.number, "192.0.2.1")]


def test_what_comes_into_the_archive_later_is_not_of_the_order(shop: Shop) -> None:
    user = shop.user()
    shop.select(user)
    number = shop.submit(user)
    shop.data_set("LATER", [b"1"])
    files = Base.metadata.tables["files"]
    with shop.database.writing() as session:
        session.execute(files.update().where(files.c.name.like("%LATER%")).values(node_id=1))
    order = shop.orders.order(number, user)
    assert order is not None
    assert (order.files, order.items[0].files) == (10, 10)


@pytest.mark.parametrize("compression", [Compression.GZIP, Compression.ZIP, Compression.TAR])
def test_a_format_needs_a_packaging(shop: Shop, compression: Compression) -> None:
    user = shop.user()
    shop.select(user)
    assert shop.refused(user, compression=compression).field == "packaging"


def test_without_a_format_a_packaging_means_nothing(shop: Shop) -> None:
    user = shop.user()
    shop.select(user)
    order = shop.orders.order(shop.submit(user, packaging=Packaging.ORDER), user)
    assert order is not None
    assert order.packaging is None


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"mode": DeliveryMode.FTP}, "host"),
        ({"mode": DeliveryMode.FTP, "destination": replace(FTP, host="")}, "host"),
        ({"mode": DeliveryMode.FTP, "destination": replace(FTP, host="http://museion.example/")}, "host"),
        ({"mode": DeliveryMode.FTP, "destination": replace(FTP, port=25)}, "port"),
        ({"mode": DeliveryMode.FTP, "destination": replace(FTP, port=70000)}, "port"),
        ({"mode": DeliveryMode.FTP, "destination": replace(FTP, user="")}, "user"),
        ({"mode": DeliveryMode.FTP, "destination": replace(FTP, user="hypatia\r\nDELE all")}, "user"),
        ({"mode": DeliveryMode.FTP, "destination": replace(FTP, folder="in\nDELE all")}, "folder"),
        ({"mode": DeliveryMode.FTP, "destination": replace(FTP, password="x" * 501)}, "password"),
        ({"mode": DeliveryMode.SFTP, "destination": replace(FTP, fingerprint="MD5:00:11")}, "fingerprint"),
        ({"due": BEGIN - timedelta(days=2)}, "due"),
        ({"due": BEGIN + timedelta(days=400)}, "due"),
    ],
)
def test_a_form_is_refused_by_the_field_at_fault(shop: Shop, form: dict[str, object], field: str) -> None:
    user = shop.user()
    shop.select(user)
    refusal = shop.refused(user, **form)
    assert refusal.field == field
    assert refusal.told("fr") != refusal.told("en") == str(refusal)


def test_delivery_to_a_server_needs_an_active_account(shop: Shop) -> None:
    shop.select()
    form = {"mode": DeliveryMode.FTP, "destination": FTP}
    assert shop.refused(ANONYMOUS, email="a@b.example", **form).field == "mode"
    temporary = shop.user("porphyry", state=AccountState.TEMPORARY)
    shop.select(temporary)
    assert shop.refused(temporary, **form).field == "mode"


def test_nothing_selected_and_nothing_found_is_no_order(shop: Shop) -> None:
    user = shop.user()
    assert "empty" in str(shop.refused(user))
    shop.select(user, criteria=Criteria(targets=((99, 99),)))
    assert "No file" in str(shop.refused(user))


def test_data_that_are_not_open_cannot_be_ordered(shop: Shop) -> None:
    user = shop.user()
    shop.select(user)
    shop.closed.add("STARWIND")
    assert "not open to you" in str(shop.refused(user))


def test_the_quota_counts_what_waits_and_is_the_accounts_own(shop: Shop) -> None:
    small, large = shop.user("hypatia", quota=1500), shop.user("porphyry")
    for user in (small, large):
        shop.select(user)
        shop.submit(user)
    shop.select(small)
    refusal = _refused_for_quota(shop, small)
    assert "500 of 1,500" in refusal
    shop.select(large)
    shop.submit(large)
    workspace = shop.orders.workspace(small)
    assert (workspace.quota, workspace.used, workspace.left) == (1500, 1000, 500)
    assert shop.orders.workspace(large).used == 2000


def _refused_for_quota(shop: Shop, visitor: Visitor) -> str:
    with pytest.raises(OrderError) as refused:
        shop.submit(visitor)
    return str(refused.value)


def test_of_orders_placed_at_once_only_those_that_fit_are_taken(shop: Shop) -> None:
    """Ten processes of one user, who has room for three, try orders again that failed."""
    user = shop.user(quota=3500)
    shops = [Shop(shop.folder, shop.clock) for _ in range(10)]
    numbers = [f"R{index:014}" for index in range(10)]
    with shop.database.writing() as session:
        kept = {"user_id": user.user_id, "created": BEGIN, "state": OrderState.FAILED, "expires": BEGIN + timedelta(days=1)}
        session.add_all([Order(number=number, files=10, bytes=1000, items=[OrderItem(node_id=1)], **kept) for number in numbers])
    taken: list[str] = []

    def retry(one: Shop, number: str) -> None:
        try:
            taken.append(one.orders.retry(number, user).number)
        except OrderError:
            return

    threads = [threading.Thread(target=retry, args=both) for both in zip(shops, numbers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(taken)) == len(taken) == 3
    assert shop.orders.workspace(user).used == 3000


def test_room_is_kept_for_more_than_preparing_can_take() -> None:
    assert room_for(10, 1000, Compression.NONE, 10) == 1000
    assert room_for(10, 1000, Compression.TAR, 1) > 1000 + 10 * 1024 + 10_240


def test_orders_of_others_are_not_there(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    user, other = shop.user(), shop.user("porphyry")
    shop.select(user)
    number = shop.submit(user)
    shop.worker().run_due()
    [parcel, *_] = shop.orders.workspace(user).parcels
    assert shop.orders.parcel_path(number, parcel.name, user) is not None
    for visitor in (other, ANONYMOUS, replace(other, role=Role.CURATOR)):
        for link in (None, "", "0" * 43, shop.orders.parcel_link(shop.orders.all()[0][0])):
            assert shop.orders.order(number, visitor, link) is None
            assert shop.orders.parcel_path(number, parcel.name, visitor, link) is None
            for change in (shop.orders.cancel, shop.orders.retry):
                with pytest.raises(OrderError, match="no such order"):
                    change(number, visitor, link)
            with pytest.raises(OrderError, match="no such order"):
                shop.orders.again(number, whose(visitor), visitor, link)
    assert shop.orders.mine(other) == shop.orders.mine(ANONYMOUS) == []
    assert "asked for by porphyry" in caplog.text
    assert shop.orders.order(number, replace(other, role=Role.ADMINISTRATOR)) is not None


def test_a_draft_is_no_order_yet(shop: Shop) -> None:
    user = shop.user()
    shop.select(user)
    number = shop.selecting.current(whose(user)).number
    assert number is not None
    assert shop.orders.order(number, user) is None
    assert not shop.orders.has_orders(user)
    assert shop.orders.all() == ([], 0)
    shop.submit(user)
    assert shop.orders.has_orders(user)
    assert not shop.orders.has_orders(ANONYMOUS)


def test_a_waiting_order_can_be_cancelled_and_is_not_prepared(shop: Shop) -> None:
    user = shop.user()
    shop.select(user)
    number = shop.submit(user, mode=DeliveryMode.FTP, destination=FTP)
    cancelled = shop.orders.cancel(number, user)
    assert (cancelled.state, cancelled.destination, cancelled.can_be_cancelled) == (OrderState.CANCELLED, None, False)
    assert shop.worker().run_due() == 0
    assert shop.letters_about(number) == []
    with pytest.raises(OrderError, match="cannot be cancelled"):
        shop.orders.cancel(number, user)
    with pytest.raises(OrderError, match="cannot be tried again"):
        shop.orders.retry(number, user)


def test_an_order_again_selects_the_same(shop: Shop) -> None:
    user = shop.user()
    me = whose(user)
    shop.select(user, criteria=Criteria(targets=((1, 6),)))
    [item] = shop.selecting.current(me).items
    with shop.database.reading() as session:
        first = session.query(DataFile).order_by(DataFile.id).first()
        assert first is not None
    shop.selecting.untick(me, item.item_id, [first.id], ticked=False)
    number = shop.submit(user)
    shop.orders.again(number, me, user)
    shop.orders.again(number, me, user)
    again = shop.selecting.current(me)
    assert [(one.files, one.unticked, one.criteria.targets) for one in again.items] == [(5, 1, ((1, 6),))]
    assert again.number != number


def test_an_order_again_leaves_out_what_was_closed_since(shop: Shop) -> None:
    user = shop.user()
    me = whose(user)
    shop.data_set("IMAGES", [b"1"])
    shop.select(user)
    shop.select(user, "IMAGES")
    number = shop.submit(user)
    shop.closed.add("STARWIND")
    shop.orders.again(number, me, user)
    assert [item.node.identifier for item in shop.selecting.current(me).items] == ["IMAGES"]
    shop.submit(user)
    shop.closed.add("IMAGES")
    with pytest.raises(OrderError, match="Nothing of this order is open"):
        shop.orders.again(number, me, user)
    assert shop.selecting.current(me).number is None


def test_what_is_done_with_an_order_and_its_line_in_the_trail_are_kept_together(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    user = shop.user()
    failed = shop.order(user)
    shop.select(user)
    with shop.database.writing() as session:
        session.query(Order).filter_by(number=failed).update({"state": OrderState.FAILED, "expires": BEGIN + timedelta(days=1)})

    def broken(*_: object, **__: object) -> None:
        raise DatabaseError("The database does not answer now.")

    monkeypatch.setattr(shop.accounts, "record", broken)
    for change in (lambda: shop.submit(user), lambda: shop.orders.retry(failed, user)):
        with pytest.raises(DatabaseError):
            change()
    assert shop.state(failed)[0] is OrderState.FAILED
    assert len(shop.selecting.current(whose(user)).items) == 1
    assert shop.woken == 1


def test_administrators_list_orders_by_state(shop: Shop) -> None:
    user = shop.user()
    numbers = []
    for _ in range(3):
        shop.select(user)
        numbers.append(shop.submit(user))
    shop.orders.cancel(numbers[0], user)
    assert [one.number for one in shop.orders.all(OrderState.CANCELLED)[0]] == numbers[:1]
    assert [one.number for one in shop.orders.all()[0]] == numbers[::-1]
    assert shop.orders.all(page=2) == ([], 3)
