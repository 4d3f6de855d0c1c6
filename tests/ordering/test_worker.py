"""Orders go through: prepared, delivered, told of, expired; and fail with a reason that can be mended."""

import io
import re
import tarfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.codelists import AccountState, Compression
from accounts.mail import MailError, Message
from accounts.models import User
from accounts.visitors import ANONYMOUS
from ordering.destinations import Network
from ordering.models import Order, OrderState, Packaging
from ordering.sentences import OrderError
from ordering.workspace import Shelves
from tests.ordering.conftest import CONTENTS, by_ftp
from tests.ordering.servers import PASSWORD, Seen, ftp_server
from tests.ordering.shop import BEGIN, Clock, Shop, text_of


def test_an_order_waits_in_the_workspace_for_ten_days(shop: Shop, clock: Clock) -> None:
    user = shop.user()
    number = shop.order(user, compression=Compression.TAR, packaging=Packaging.ORDER)
    assert shop.worker().run_due() == 1
    order = shop.orders.order(number, user)
    assert order is not None
    assert (order.state, order.prepared, order.expires) == (OrderState.DONE, 10, BEGIN + timedelta(days=10))
    [parcel] = shop.orders.workspace(user).parcels
    path = shop.orders.parcel_path(number, parcel.name, user)
    assert path is not None
    with tarfile.open(path) as packed:
        assert sorted(opened.read() for one in packed if (opened := packed.extractfile(one))) == sorted(CONTENTS)
    assert shop.orders.workspace(user).used == path.stat().st_size == parcel.bytes
    [letter] = shop.letters_about(number)
    assert f"https://reflecs.example/sipad/order/{number}\n" in letter
    assert parcel.sha256 in letter
    clock.advance(days=9, hours=23)
    shop.worker().run_due()
    assert shop.orders.parcel_path(number, parcel.name, user) == path
    clock.advance(hours=1)
    assert shop.orders.parcel_path(number, parcel.name, user) is None  # at once, not when the worker comes
    assert shop.orders.workspace(user).parcels == ()
    shop.worker().run_due()
    assert shop.state(number) == (OrderState.EXPIRED, None)
    assert not path.parent.exists()
    assert shop.orders.workspace(user).used == 0
    assert len(shop.letters_about(number)) == 1


def test_an_order_without_an_account_is_opened_by_the_link_in_its_letter(shop: Shop) -> None:
    french = replace(ANONYMOUS, language="fr")
    number = shop.order(french, email="somebody@museion.example")
    code = re.search(r"^ {4}(\w{8})$", text_of(shop.letters()[-1]), re.MULTILINE)
    assert code
    assert shop.orders.activate(number, "somebody@museion.example", code[1]) is not None
    shop.worker().run_due()
    letter = shop.letters_about(number)[-1]
    link = re.search(rf"https://reflecs\.example/sipad/order/{number}\?link=(\w+)", letter)
    assert link
    assert "téléchargées" in letter
    order = shop.orders.order(number, ANONYMOUS, link[1])
    assert order is not None
    assert len(order.parcels) == 10
    path = shop.orders.parcel_path(number, order.parcels[0].name, ANONYMOUS, link[1])
    assert path is not None
    assert path.read_bytes() == CONTENTS[0]
    for wrong in (None, "", link[1][:-1], link[1].swapcase(), "é" * 43):
        assert shop.orders.order(number, ANONYMOUS, wrong) is None
        assert shop.orders.parcel_path(number, order.parcels[0].name, ANONYMOUS, wrong) is None


@pytest.mark.parametrize("name", ["../../files/STARWIND/x", "..", "/etc/passwd", "", ".", "%2e%2e/x", "nothing"])
def test_no_other_file_is_fetched(shop: Shop, name: str) -> None:
    user = shop.user()
    number = shop.order(user)
    shop.worker().run_due()
    assert shop.orders.parcel_path(number, name, user) is None
    assert shop.orders.parcel_path(f"../{number}", "x", user) is None


def test_data_that_were_closed_since_are_neither_delivered_nor_fetched(shop: Shop) -> None:
    user = shop.user()
    fetched = shop.order(user)
    shop.worker().run_due()
    closed = shop.order(user)
    shop.closed.add("STARWIND")
    shop.worker().run_due()
    assert shop.state(closed) == (OrderState.FAILED, "Data of STARWIND is not open to you any more.")
    assert shop.orders.parcel_path(fetched, shop.orders.workspace(user).parcels[0].name, user) is None


def test_somebody_whose_account_was_closed_gets_nothing(shop: Shop) -> None:
    user = shop.user()
    number = shop.order(user)
    with shop.database.writing() as session:
        session.get_one(User, user.user_id).state = AccountState.CLOSED
    shop.worker().run_due()
    assert shop.state(number) == (OrderState.FAILED, "Your account is not active any more.")


def test_nothing_is_sent_before_its_date(shop: Shop, clock: Clock, server: Seen) -> None:
    number = shop.order(shop.user(), **by_ftp(server, due=BEGIN + timedelta(days=3)))
    clock.advance(days=2, hours=23)
    assert shop.worker().run_due() == 0
    assert server.signed_in == 0
    clock.advance(hours=1)
    assert shop.worker().run_due() == 1
    assert shop.state(number) == (OrderState.DONE, None)


def test_an_order_is_delivered_by_ftp_and_leaves_nothing_here(shop: Shop, server: Seen) -> None:
    user = shop.user()
    number = shop.order(user, **by_ftp(server, compression=Compression.GZIP, packaging=Packaging.DATA_SET))
    shop.worker().run_due()
    [path] = server.folder.iterdir()
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as packed:
        assert sorted(opened.read() for one in packed if (opened := packed.extractfile(one))) == sorted(CONTENTS)
    order = shop.orders.order(number, user)
    assert order is not None
    assert (order.state, order.sent, order.destination, order.expires) == (OrderState.DONE, 1, None, None)
    assert list(Shelves(shop.archive).numbers()) == []
    assert shop.orders.workspace(user).used == 0
    assert shop.orders.parcel_path(number, order.parcels[0].name, user) is None
    [letter] = shop.letters_about(number)
    assert order.parcels[0].sha256 in letter
    assert PASSWORD not in letter


def test_a_delivery_that_failed_says_why_and_is_tried_again_without_doubling(shop: Shop, clock: Clock, server: Seen) -> None:
    user = shop.user()
    number = shop.order(user, **by_ftp(server))
    server.refuse["RNTO"] = "553 Not today."
    shop.worker().run_due()
    assert shop.state(number) == (OrderState.FAILED, "The server localhost refused: 553 Not today.")
    server.refuse.clear()
    clock.advance(days=1)
    assert shop.worker().run_due() == 0  # not by itself
    again = shop.orders.retry(number, user)
    assert (again.state, again.reason) == (OrderState.WAITING, None)
    shop.worker().run_due()
    assert shop.state(number) == (OrderState.DONE, None)
    assert sorted(path.read_bytes() for path in server.folder.iterdir()) == sorted(CONTENTS)
    assert server.received == sum(map(len, CONTENTS))
    assert len(server.renamed) == len(set(server.renamed)) == 10
    failed, done = shop.letters_about(number)
    assert "553 Not today." in failed
    assert "arrived whole" in done


def test_what_failed_can_be_tried_again_for_ten_days(shop: Shop, clock: Clock, server: Seen) -> None:
    user = shop.user()
    number = shop.order(user, **by_ftp(server))
    server.refuse["STOR"] = "552 Full."
    shop.worker().run_due()
    assert list(Shelves(shop.archive).numbers()) == [number]
    clock.advance(days=10)
    shop.worker().run_due()
    assert list(Shelves(shop.archive).numbers()) == []
    assert shop.order_of(number).destination is None
    with pytest.raises(OrderError, match="order the data again"):
        shop.orders.retry(number, user)
    assert shop.state(number)[0] is OrderState.FAILED


def test_an_address_that_leads_inside_by_now_is_not_connected_to(tmp_path: Path, clock: Clock) -> None:
    """DNS rebinding: public when it was ordered, ours when it is delivered."""
    told = ["93.184.216.34"]
    shop = Shop(tmp_path, clock, network=Network(resolve=lambda _host, _port: tuple(told)))
    shop.data_set("STARWIND", CONTENTS)
    with ftp_server(tmp_path / "inside") as inside:
        number = shop.order(shop.user(), **by_ftp(inside))
        told[:] = ["127.0.0.1"]
        shop.worker().run_due()
        assert (shop.state(number)[0], inside.signed_in) == (OrderState.FAILED, 0)
    assert "public network" in str(shop.state(number)[1])


def test_another_secret_of_the_installation_fails_an_order_with_a_reason(shop: Shop, server: Seen) -> None:
    number = shop.order(shop.user(), **by_ftp(server))
    shop.worker(secret=b"a secret that was changed").run_due()
    assert "cannot be read any more" in str(shop.state(number)[1])


def test_a_damaged_archive_fails_the_order_and_tells_who_keeps_it(shop: Shop) -> None:
    number = shop.order(shop.user())
    damaged = next((shop.archive / "files" / "STARWIND").iterdir())
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    shop.worker().run_due()
    state, reason = shop.state(number)
    assert state is OrderState.FAILED
    assert damaged.name in str(reason)
    assert [one["To"] for one in shop.letters()].count("archive@reflecs.example") == 1
    assert len(shop.letters_about(number)) == 1


def test_a_disk_that_cannot_be_written_fails_the_order_with_a_reason(shop: Shop) -> None:
    number = shop.order(shop.user())
    (shop.archive / "workspace").write_bytes(b"a file where the folder should be")
    shop.worker().run_due()
    assert "disk could not be written" in str(shop.state(number)[1])


def test_an_order_larger_than_the_disk_is_not_begun(shop: Shop) -> None:
    number = shop.order(shop.user())
    with shop.database.writing() as session:
        session.query(Order).filter_by(number=number).update({"parcel_bytes": 10**18})
    shop.worker().run_due()
    assert "not enough room" in str(shop.state(number)[1])


def test_files_can_be_removed_from_the_workspace_before_they_expire(shop: Shop) -> None:
    user = shop.user()
    number = shop.order(user)
    shop.worker().run_due()
    assert shop.orders.cancel(number, user).state is OrderState.EXPIRED
    assert shop.orders.workspace(user).used == 0
    shop.worker().run_due()
    assert list(Shelves(shop.archive).numbers()) == []


class _BrokenMail:
    """A mail server that is down."""

    def __init__(self) -> None:
        self.tried = 0

    def send(self, message: Message) -> None:
        self.tried += 1
        raise MailError(f"no letter to {message.to}")


def test_a_letter_that_cannot_be_sent_is_sent_later(shop: Shop, clock: Clock) -> None:
    number = shop.order(shop.user())
    working, broken = shop.mail, _BrokenMail()
    shop.mail = broken
    for _ in range(10):
        shop.worker().run_due()
        clock.advance(minutes=1)
    assert shop.state(number)[0] is OrderState.DONE  # the data do not wait for the mail
    assert 2 <= broken.tried <= 4  # it is asked less and less often
    shop.mail = working
    clock.advance(hours=6)
    for _ in range(3):
        shop.worker().run_due()
    assert len(shop.letters_about(number)) == 1


def test_a_worker_that_is_stopped_sends_no_more_letters(shop: Shop) -> None:
    user = shop.user()
    numbers = [shop.order(user) for _ in range(3)]
    working, shop.mail = shop.mail, _BrokenMail()
    shop.worker().run_due()
    shop.mail = working
    with shop.database.writing() as session:
        session.query(Order).update({"lease": None})
    shop.worker(stopping=lambda: any(shop.letters_about(number) for number in numbers)).run_due()
    assert sum(len(shop.letters_about(number)) for number in numbers) == 1
    shop.worker().run_due()
    assert [len(shop.letters_about(number)) for number in numbers] == [1, 1, 1]


def test_nothing_that_is_no_orders_folder_is_cleared_away(shop: Shop) -> None:
    other = shop.archive / "workspace" / "lost+found"
    stray = shop.archive / "workspace" / "R00000000000000"
    for folder in (other, stray):
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"1")
    shop.worker().run_due()
    assert other.exists()
    assert not stray.exists()
