"""Orders and workspaces as they are shown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from accounts.codelists import Compression
from accounts.models import User
from ordering.criteria import Criteria
from ordering.destinations import DestinationError, Sealing
from ordering.models import DataFile, DeliveryMode, Order, OrderedFile, OrderItem, OrderState, Packaging, Parcel
from ordering.states import CANCELLABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedItem:
    """What an order takes of one data set.

    Attributes:
        identifier: of the data set.
        criteria: what its files had to meet when they were ordered.
        files: ordered.
        bytes: of these, as they lie in the archive.
    """

    node_id: int
    identifier: str
    title: str
    criteria: Criteria
    files: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelView:
    """A prepared file in a workspace.

    Attributes:
        number: of its order.
        sha256: hexadecimal.
        expires: when it goes.
    """

    number: str
    name: str
    bytes: int
    sha256: str
    expires: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Somebody's prepared files and the room they take.

    Attributes:
        parcels: that can be downloaded, those that go first first.
        quota: bytes they may take.
        used: bytes they take, with what is kept for orders in the making.
        left: bytes for more.
    """

    parcels: tuple[ParcelView, ...]
    quota: int
    used: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order.

    Attributes:
        number: what people call it by.
        reason: why it failed or was cancelled, in the language it was ordered in.
        due: the date asked for; not before it is it prepared and sent.
        files: ordered.
        bytes: of these, as they lie in the archive.
        prepared: files that are prepared.
        expires: when its files leave the workspace; of a failed one, until when it can be tried again.
        items: by data set.
        parcels: what it was made into: there to be downloaded while it is done and in the workspace.
        sent: how many of the parcels have arrived at the reader's server.
        destination: the reader's server as an address without the password; None for the workspace, and when the order has ended.
        username: of who ordered; None without an account.
        language: in which it was ordered.
        can_be_cancelled: it has not come to its end.
        can_be_retried: it has failed, and it is not too late.
    """

    number: str
    state: OrderState
    reason: str | None
    mode: DeliveryMode
    compression: Compression
    packaging: Packaging | None
    due: datetime | None
    files: int
    bytes: int
    prepared: int
    submitted: datetime | None
    ended: datetime | None
    expires: datetime | None
    items: tuple[OrderedItem, ...]
    parcels: tuple[ParcelView, ...]
    sent: int
    destination: str | None
    email: str | None
    username: str | None
    language: str
    can_be_cancelled: bool
    can_be_retried: bool


def views_of(session: Session, orders: Sequence[Order], sealing: Sealing) -> list[OrderView]:
    """Return the views of orders, in their order."""
    numbers = [order.id for order in orders]
    counts = _counts(session, numbers)
    usernames = dict(session.execute(select(User.id, User.username).where(User.id.in_({order.user_id for order in orders}))).tuples().all())
    with_parts = (selectinload(Order.items).joinedload(OrderItem.node), selectinload(Order.parcels))
    session.scalars(select(Order).where(Order.id.in_(numbers)).options(*with_parts)).all()
    return [_view(order, counts[order.id], usernames.get(order.user_id or 0), sealing) for order in orders]


def parcels_of(order: Order) -> tuple[ParcelView, ...]:
    """Return the views of an order's prepared files."""
    return tuple(_parcel(order, parcel) for parcel in order.parcels)


def _counts(session: Session, orders: Sequence[int]) -> dict[int, dict[int, tuple[int, int]]]:
    """Return the numbers and bytes of ordered files, by order and data set."""
    by_set = (OrderedFile.order_id, DataFile.node_id)
    query = select(*by_set, func.count(), func.sum(DataFile.bytes)).join(DataFile, DataFile.id == OrderedFile.file_id)
    found: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for order_id, node_id, files, size in session.execute(query.where(OrderedFile.order_id.in_(orders)).group_by(*by_set)):
        found[order_id][node_id] = (int(files), int(size))
    return found


def _view(order: Order, counts: dict[int, tuple[int, int]], username: str | None, sealing: Sealing) -> OrderView:
    retried = order.state is OrderState.FAILED and order.expires is not None
    return OrderView(
        number=order.number,
        state=order.state,
        reason=order.reason,
        mode=order.mode,
        compression=order.compression,
        packaging=order.packaging,
        due=order.due,
        files=order.files,
        bytes=order.bytes,
        prepared=order.prepared,
        submitted=order.submitted,
        ended=order.ended,
        expires=order.expires,
        items=tuple(_item(item, *counts.get(item.node_id, (0, 0))) for item in order.items),
        parcels=parcels_of(order),
        sent=sum(parcel.sent is not None for parcel in order.parcels),
        destination=_destination(order, sealing),
        email=order.email,
        username=username,
        language=order.language,
        can_be_cancelled=order.state in CANCELLABLE,
        can_be_retried=retried,
    )


def _item(item: OrderItem, files: int, size: int) -> OrderedItem:
    return OrderedItem(
        node_id=item.node_id,
        identifier=item.node.identifier,
        title=item.node.title,
        criteria=Criteria.from_json(item.criteria),
        files=files,
        bytes=size,
    )


def _parcel(order: Order, parcel: Parcel) -> ParcelView:
    return ParcelView(number=order.number, name=parcel.name, bytes=parcel.bytes, sha256=parcel.sha256, expires=order.expires)


def _destination(order: Order, sealing: Sealing) -> str | None:
    if order.destination is None:
        return None
    try:
        return sealing.open(order.destination, order.number).shown(order.mode)
    except DestinationError:
        return None  # the secret was changed; the worker will say so where it matters
