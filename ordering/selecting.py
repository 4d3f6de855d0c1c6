"""The current selection: a draft of an order, of somebody signed in or of a visitor's session."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database import Database
from ordering.criteria import Criteria
from ordering.inventory import Inventory
from ordering.models import DataFile, NodeKind, Order, OrderedFile, OrderItem, OrderState, UntickedFile
from ordering.sentences import OrderError, Sentence
from ordering.states import step
from ordering.tree import NodeView, Tree

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FOREVER: Final = Criteria()
_NO_DATA_SET: Final = Sentence(
    "This is no data set; only data sets have files.", "Ceci n’est pas un jeu de données ; eux seuls ont des fichiers."
)
_NO_ITEM: Final = Sentence("This is not in your selection any more.", "Ceci n’est plus dans votre sélection.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose selection it is: a user's, or that of the session of somebody who is not signed in.

    Attributes:
        user_id: of somebody signed in; where it is there, the key counts for nothing.
        visitor_key: random, of a session.
    """

    user_id: int | None = None
    visitor_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """What is selected of one data set.

    Attributes:
        item_id: by which it is changed and removed.
        node: the data set.
        criteria: what its files have to meet.
        files: selected: they meet the criteria and are not unticked.
        bytes: of these.
        unticked: files that meet the criteria and are unticked.
    """

    item_id: int
    node: NodeView
    criteria: Criteria
    files: int
    bytes: int
    unticked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What somebody has selected.

    Attributes:
        number: of the order to be; None while nothing was ever selected.
        items: by data set, in the order they were added.
        files: selected, of all items.
        bytes: of these, estimated as they lie in the archive.
    """

    number: str | None
    items: tuple[ItemView, ...]
    files: int
    bytes: int


class Selecting:
    """Keeps everybody's current selection.

    Args:
        database: where it is kept.
        tree: the data sets.
        inventory: their files.
        clock: tells the time, UTC.
    """

    def __init__(self, database: Database, tree: Tree, inventory: Inventory, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._tree = tree
        self._inventory = inventory
        self._clock = clock

    def current(self, whose: Whose) -> Selection:
        """Return what somebody has selected, counted now."""
        with self._database.reading() as session:
            draft = draft_of(session, whose)
            number = draft.number if draft else None
            kept = [(item.id, item.node_id, Criteria.from_json(item.criteria)) for item in draft.items] if draft else []
        items = tuple(self._view(item_id, node_id, criteria) for item_id, node_id, criteria in kept)
        return Selection(number=number, items=items, files=sum(item.files for item in items), bytes=sum(item.bytes for item in items))

    def add(self, whose: Whose, node_id: int, criteria: Criteria = _FOREVER) -> int:
        """Select files of a data set, or change by what they are selected where it is in the selection already; return the item.

        Raises:
            OrderError: the node is no data set.
        """
        node = self._tree.by_id(node_id)
        if node is None or node.kind is not NodeKind.DATA_SET:
            raise OrderError("", _NO_DATA_SET)
        with self._database.writing() as session:
            return add_item(session, made_draft(session, whose, self._clock()), node_id, criteria).id

    def set_criteria(self, whose: Whose, item_id: int, criteria: Criteria) -> None:
        """Change by what the files of an item are selected; what was unticked stays so.

        Raises:
            OrderError: the item is not in this selection.
        """
        with self._database.writing() as session:
            _item(session, whose, item_id).criteria = criteria.to_json()

    def remove(self, whose: Whose, item_id: int) -> None:
        """Take an item out of the selection; one that is not in it is out of it."""
        with self._database.writing() as session:
            draft = draft_of(session, whose)
            session.execute(delete(OrderItem).where(OrderItem.id == item_id, OrderItem.order_id == (draft.id if draft else None)))

    def untick(self, whose: Whose, item_id: int, file_ids: Collection[int], ticked: bool) -> None:  # noqa: FBT001 -- the plan's signature
        """Untick files of an item, or tick them again; files of other data sets are passed over.

        Raises:
            OrderError: the item is not in this selection.
        """
        with self._database.writing() as session:
            item = _item(session, whose, item_id)
            chosen = DataFile.id.in_(file_ids)
            _tick(session, item, chosen, ticked=ticked)

    def tick_all(self, whose: Whose, item_id: int, ticked: bool) -> None:  # noqa: FBT001 -- the plan's signature
        """Tick or untick all files of an item that meet its criteria.

        Raises:
            OrderError: the item is not in this selection.
        """
        with self._database.writing() as session:
            item = _item(session, whose, item_id)
            if ticked:
                session.execute(delete(UntickedFile).where(UntickedFile.item_id == item.id))
                return
            matching = self._inventory.matching(session, item.node_id, Criteria.from_json(item.criteria))
            _tick(session, item, DataFile.id.in_(matching), ticked=False)

    def unticked(self, whose: Whose, item_id: int, file_ids: Collection[int]) -> frozenset[int]:
        """Return which of these files are unticked in an item; none where the item is not in this selection."""
        with self._database.reading() as session:
            draft = draft_of(session, whose)
            if draft is None or item_id not in {item.id for item in draft.items}:
                return frozenset()
            query = select(UntickedFile.file_id).where(UntickedFile.item_id == item_id, UntickedFile.file_id.in_(file_ids))
            return frozenset(session.scalars(query))

    def adopt(self, visitor_key: str, user_id: int) -> None:
        """Make what a session selected the user's, who has signed in; for a data set that both hold, the session's is the newer word."""
        with self._database.writing() as session:
            theirs = draft_of(session, Whose(visitor_key=visitor_key), changing=True)
            if theirs is None:
                return
            own = made_draft(session, Whose(user_id=user_id), self._clock())
            for item in theirs.items:
                copy_item(session, item, own)
            session.delete(theirs)

    def _view(self, item_id: int, node_id: int, criteria: Criteria) -> ItemView:
        node = self._tree.by_id(node_id)
        assert node is not None  # noqa: S101 -- an item has a node, by its foreign key, and nodes never go
        matching = self._inventory.count(node_id, criteria)
        out, out_bytes = self._unticked(item_id, node_id, criteria)
        files, size = matching.files - out, matching.bytes - out_bytes
        return ItemView(item_id=item_id, node=node, criteria=criteria, files=files, bytes=size, unticked=out)

    def _unticked(self, item_id: int, node_id: int, criteria: Criteria) -> tuple[int, int]:
        """Return how many files that meet the criteria are unticked, and their bytes."""
        unticked = select(UntickedFile.file_id).where(UntickedFile.item_id == item_id)
        query = select(func.count(), func.coalesce(func.sum(DataFile.bytes), 0)).where(DataFile.id.in_(unticked))
        with self._database.reading() as session:
            if not criteria.empty:
                query = query.where(DataFile.id.in_(self._inventory.matching(session, node_id, criteria)))
            files, size = session.execute(query).one()
            return int(files), int(size)


def draft_of(session: Session, whose: Whose, *, changing: bool = False) -> Order | None:
    """Return somebody's draft, if there is one; where `changing`, nobody else changes it until the transaction ends."""
    if whose.user_id is not None:
        owner = Order.user_id == whose.user_id
    elif whose.visitor_key:
        owner = Order.visitor == whose.visitor_key
    else:
        return None
    query = select(Order).where(Order.state == OrderState.DRAFT, owner).order_by(Order.id).limit(1)
    return session.scalar(query.with_for_update() if changing else query)


def made_draft(session: Session, whose: Whose, now: datetime) -> Order:
    """Return somebody's draft, made where there is none.

    Raises:
        ValueError: nobody is named whose it would be.
    """
    found = draft_of(session, whose, changing=True)
    if found is not None:
        return found
    if whose.user_id is None and not whose.visitor_key:
        raise ValueError("a selection is somebody's")
    visitor = None if whose.user_id is not None else whose.visitor_key
    made = Order(number=_number(), user_id=whose.user_id, visitor=visitor, state=OrderState.DRAFT, created=now)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # of two begun at once, one is there; the database has seen to it
        found = draft_of(session, whose, changing=True)
        if found is None:
            raise
        return found
    return made


def add_item(session: Session, draft: Order, node_id: int, criteria: Criteria) -> OrderItem:
    """Put a data set into a draft, or change its criteria there."""
    for item in draft.items:
        if item.node_id == node_id:
            item.criteria = criteria.to_json()
            return item
    made = OrderItem(order_id=draft.id, node_id=node_id, criteria=criteria.to_json())
    draft.items.append(made)
    session.flush()
    return made


def copy_item(session: Session, item: OrderItem, draft: Order) -> None:
    """Put what an item selects into a draft, in place of what it has of the same data set."""
    made = add_item(session, draft, item.node_id, Criteria.from_json(item.criteria))
    session.execute(delete(UntickedFile).where(UntickedFile.item_id == made.id))
    unticked = select(literal(made.id), UntickedFile.file_id).where(UntickedFile.item_id == item.id)
    session.execute(insert(UntickedFile).from_select(["item_id", "file_id"], unticked))


def draft_again(session: Session, order: Order, now: datetime) -> None:
    """Make a submitted order a draft again; where its owner has begun another one meanwhile, that one gets what it has not."""
    session.execute(delete(OrderedFile).where(OrderedFile.order_id == order.id))
    try:
        with session.begin_nested():
            step(order, OrderState.DRAFT)
    except IntegrityError:
        newer = made_draft(session, Whose(user_id=order.user_id, visitor_key=order.visitor), now)
        selected = {item.node_id for item in newer.items}
        for item in order.items:
            if item.node_id not in selected:  # of which the later word counts
                copy_item(session, item, newer)
        session.delete(order)


def _number() -> str:
    drawn = secrets.randbits(70)
    return "R" + "".join(_ALPHABET[drawn >> shift & 31] for shift in range(0, 70, 5))


def _item(session: Session, whose: Whose, item_id: int) -> OrderItem:
    draft = draft_of(session, whose, changing=True)
    for item in draft.items if draft else ():
        if item.id == item_id:
            return item
    raise OrderError("", _NO_ITEM)


def _tick(session: Session, item: OrderItem, chosen: ColumnElement[bool], *, ticked: bool) -> None:
    """Take away what says that chosen files are unticked; say it of them where they are not to be ticked."""
    files = select(DataFile.id).where(chosen, DataFile.node_id == item.node_id)
    session.execute(delete(UntickedFile).where(UntickedFile.item_id == item.id, UntickedFile.file_id.in_(files)))
    if not ticked:
        session.execute(insert(UntickedFile).from_select(["item_id", "file_id"], files.with_only_columns(literal(item.id), DataFile.id)))
