"""A SIPAD with ten files to order, and a server that they may be sent to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ordering.destinations import Destination, Network
from ordering.models import DeliveryMode
from tests.ordering.servers import PASSWORD, USER, Seen, ftp_server
from tests.ordering.shop import Clock, Shop

CONTENTS = [bytes([number]) * (1000 + number) for number in range(10)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(tmp_path: Path, clock: Clock) -> Shop:
    made = Shop(tmp_path, clock, network=Network(allow_private=True))
    made.data_set("STARWIND", CONTENTS)
    return made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Seen]:
    with ftp_server(tmp_path / "theirs") as seen:
        yield seen


def by_ftp(seen: Seen, **form: object) -> dict[str, object]:
    """The form of an order that goes to a server."""
    return {"mode": DeliveryMode.FTP, "destination": Destination(host="localhost", port=seen.port, user=USER, password=PASSWORD)} | form
