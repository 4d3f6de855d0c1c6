"""How things stand: what takes the disk's room, and how many orders are where."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from accounts.codelists import Compression
from database import Database
from ordering.models import Delivery, DeliveryMode, DeliveryState, Node, NodeKind, Order, OrderState
from ordering.standing import Standing

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def _order(number: int, state: OrderState, size: int, mode: DeliveryMode = DeliveryMode.WORKSPACE) -> Order:
    return Order(number=f"R{number:014}", state=state, mode=mode, parcel_bytes=size, compression=Compression.NONE, created=NOW)


def test_each_byte_is_counted_where_it_lies(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'reflecs.sqlite'}")
    database.upgrade()
    standing = Standing(database, tmp_path / "archive")
    empty = standing.disk()
    assert (empty.files, empty.workspaces, empty.quarantine) == (0, 0, 0)
    with database.writing() as session:
        root = Node(identifier="A", kind=NodeKind.MISSION, title="A", files=2, bytes=1000)
        session.add(root)
        session.flush()
        session.add(Node(identifier="B", kind=NodeKind.DATA_SET, title="B", parent_id=root.id, files=2, bytes=1000))
        session.add(Node(identifier="C", kind=NodeKind.MISSION, title="C", files=1, bytes=500))
        session.add_all(
            [
                _order(1, OrderState.DONE, 100),
                _order(2, OrderState.WAITING, 20),
                _order(3, OrderState.EXPIRED, 4000),
                _order(4, OrderState.DONE, 8000, DeliveryMode.FTP),
                _order(5, OrderState.DRAFT, 0),
            ]
        )
        for state in DeliveryState:
            session.add(Delivery(name=state.value, received=NOW, state=state, bytes=70))
    use = standing.disk()
    assert (use.files, use.workspaces, use.quarantine) == (1500, 120, 70)
    assert use.total == shutil.disk_usage(tmp_path).total
    assert 0 < use.free <= use.total
    counts = standing.orders()
    assert counts[OrderState.DONE] == 2
    assert counts[OrderState.FAILED] == 0
    assert sum(counts.values()) == 5
    database.close()
