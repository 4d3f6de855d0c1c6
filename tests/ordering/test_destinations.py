"""Servers that orders are sent to: none on the inside network, no password to be read."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from database import Base
from ordering.destinations import Destination, Network
from ordering.models import DeliveryMode
from ordering.submitting import Submission
from tests.ordering.shop import Clock, Shop, whose

FTP = Destination(host="ftp.museion.example", port=21, user="hypatia", password="secret of hypatia", folder="in")


@pytest.fixture
def shop(tmp_path: Path, clock: Clock) -> Shop:
    made = Shop(tmp_path, clock, quota=100_000, network=Network(resolve=lambda _host, _port: ("93.184.216.34",)))
    made.data_set("STARWIND", [b"x" * 100] * 10)
    return made


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.9.9",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 -- refused
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "not an address",
    ],
)
def test_a_server_on_the_inside_network_is_refused(tmp_path: Path, address: str) -> None:
    shop = Shop(tmp_path, network=Network(resolve=lambda _host, _port: ("93.184.216.34", address)))
    shop.data_set("STARWIND", [b"1"])
    user = shop.user()
    shop.select(user)
    refusal = shop.refused(user, mode=DeliveryMode.FTP, destination=FTP)
    assert refusal.field == "host"
    assert "public network" in str(refusal)
    assert address not in str(refusal)


def test_public_addresses_and_allowed_ones_are_taken() -> None:
    public = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34")
    assert Network(resolve=lambda _host, _port: public).addresses("ftp.museion.example", 21) == public
    assert Network(allow_private=True, resolve=lambda _host, _port: ("127.0.0.1",)).addresses("localhost", 21) == ("127.0.0.1",)


def test_a_server_that_cannot_be_found_is_told(tmp_path: Path) -> None:
    def unknown(_host: str, _port: int) -> tuple[str, ...]:
        raise OSError("Name or service not known")

    shop = Shop(tmp_path, network=Network(resolve=unknown))
    shop.data_set("STARWIND", [b"1"])
    user = shop.user()
    shop.select(user)
    assert "cannot be found" in str(shop.refused(user, mode=DeliveryMode.FTP, destination=FTP))


def test_the_password_of_a_server_is_nowhere_to_be_read(shop: Shop) -> None:
    user = shop.user()
    shop.select(user)
    order = shop.orders.submit(whose(user), user, Submission(mode=DeliveryMode.FTP, destination=FTP), address=None)
    assert order.destination == "ftp://hypatia@ftp.museion.example/in"
    assert FTP.password not in repr(order) + repr(FTP)
    for path in shop.folder.rglob("reflecs.sqlite*"):
        assert FTP.password.encode() not in path.read_bytes()


def test_another_secret_or_another_order_does_not_read_a_destination(shop: Shop) -> None:
    user = shop.user()
    shop.select(user)
    number = shop.submit(user, mode=DeliveryMode.FTP, destination=FTP)
    elsewhere = shop.make_orders(b"another secret of the installation").order(number, user)
    assert elsewhere is not None
    assert elsewhere.destination is None
    shop.select(user)
    second = shop.submit(user, mode=DeliveryMode.FTP, destination=replace(FTP, host="other.museion.example"))
    table = Base.metadata.tables["orders"]
    with shop.database.writing() as session:
        moved = select(table.c.destination).where(table.c.number == second).scalar_subquery()
        session.execute(table.update().where(table.c.number == number).values(destination=moved))
    order = shop.orders.order(number, user)
    assert order is not None
    assert order.destination is None
