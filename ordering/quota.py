"""How much room somebody's prepared files may take, and how much they take.

From the moment an order is placed, room is kept for what preparing it can take at most (`Order.parcel_bytes`); when its files are ready,
the room they really take is counted. So an order that was taken never fails for want of quota.
"""

from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from accounts.codelists import Compression
from accounts.models import User
from ordering.models import DeliveryMode, Order, OrderState, Packaging

_COUNTED: Final = (OrderState.WAITING, OrderState.PREPARING, OrderState.DELIVERING, OrderState.DONE)
_A_FILE: Final = 2304  # at most, of what tar and zip write beside a file: headers, a long name twice, filling up of a block
_A_PACKAGE: Final = 12_288  # at most, of what ends a package: tar fills it up to 10,240 bytes


def room_for(files: int, size: int, compression: Compression, packages: int) -> int:
    """Return the bytes that prepared files can take at most.

    Args:
        files: how many are ordered.
        size: their bytes in the archive.
        compression: what they become.
        packages: how many files are made of them.
    """
    if compression is Compression.NONE:
        return size
    grown = size // 1024 + 1  # deflate adds less than this to what cannot be made smaller
    return size + grown + files * _A_FILE + packages * _A_PACKAGE


def packages_of(packaging: Packaging | None, files: int, data_sets: int) -> int:
    """Return how many files an order is delivered as."""
    match packaging:
        case Packaging.ORDER:
            return 1
        case Packaging.DATA_SET:
            return data_sets
        case Packaging.FILES | None:
            return files


def owned_by(user_id: int | None, email: str | None) -> ColumnElement[bool]:
    """Return the condition of an order's being somebody's: a user's, or, without an account, of an e-mail address."""
    if user_id is not None:
        return Order.user_id == user_id
    return (Order.user_id.is_(None)) & (Order.email == email)


def used(session: Session, owner: ColumnElement[bool]) -> int:
    """Return the bytes of the workspace that are taken or kept for somebody's orders."""
    in_workspace = (owner, Order.mode == DeliveryMode.WORKSPACE, Order.state.in_(_COUNTED))
    return int(session.scalar(select(func.coalesce(func.sum(Order.parcel_bytes), 0)).where(*in_workspace)) or 0)


def quota_of(session: Session, user_id: int | None, default: int) -> int:
    """Return the bytes somebody's workspace may take; of a user, nobody else places an order until the transaction ends."""
    user = session.get(User, user_id, with_for_update=True) if user_id is not None else None
    return default if user is None or user.quota_bytes is None else user.quota_bytes
