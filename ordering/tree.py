"""The data tree: mission, level, run, data set, as it is shown and as it is made."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from database import Database
from ordering.models import Node, NodeKind
from ordering.planting import plant
from ordering.specs import NodeSpec

_AT_ONCE: Final = 1000
"""Values in one question: databases take some thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A node of the tree, to be shown. Attributes as of `ordering.models.Node`.

    Attributes:
        files: registered files, here and below.
        bytes: of these files.
        has_children: whether it can be opened.
        details: what it tells itself; what it has of those above is told by `ordering.describing`.
    """

    id: int
    identifier: str
    parent_id: int | None
    kind: NodeKind
    code: str | None
    title: str
    begins: datetime | None
    ends: datetime | None
    files: int
    bytes: int
    has_children: bool
    details: Mapping[str, Any]
    criteria: tuple[str, ...]


class Tree:
    """The data tree of a database.

    Args:
        database: where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: tuple[object, frozenset[str]] = (None, frozenset())

    def roots(self) -> list[NodeView]:
        """Return the nodes at the top, in their order."""
        return self._views(_nodes().where(Node.parent_id.is_(None)).order_by(Node.position, Node.id))

    def children(self, node_id: int) -> list[NodeView]:
        """Return the nodes right below one, in their order; [] where there is none, or no such node."""
        return self._views(_nodes().where(Node.parent_id == node_id).order_by(Node.position, Node.id))

    def node(self, identifier: str) -> NodeView | None:
        """Return the node of an identifier, or None."""
        return next(iter(self._views(_nodes().where(Node.identifier == identifier))), None)

    def by_id(self, node_id: int) -> NodeView | None:
        """Return a node by its number in the database, or None."""
        return next(iter(self._views(_nodes().where(Node.id == node_id))), None)

    def path(self, node_id: int) -> list[NodeView]:
        """Return the nodes from the root down to one, itself last; [] where there is none."""
        steps = select(Node.id, Node.parent_id).where(Node.id == node_id).cte(recursive=True)
        steps = steps.union(select(Node.id, Node.parent_id).join(steps, Node.id == steps.c.parent_id))
        found = {view.id: view for view in self._views(_nodes().join(steps, Node.id == steps.c.id))}
        path: list[NodeView] = []
        step = found.get(node_id)
        while step is not None:
            path.append(step)
            step = found.get(step.parent_id) if step.parent_id is not None else None
        return path[::-1]

    def whole(self, limit: int = 5000) -> list[NodeView]:
        """Return the nodes of the whole tree, each before its children, not more than `limit`."""
        with self._database.reading() as session:
            numbers = _in_order(session)[:limit]
            found: dict[int, NodeView] = {}
            for first in range(0, len(numbers), _AT_ONCE):
                some = _nodes().where(Node.id.in_(numbers[first : first + _AT_ONCE]))
                found |= {row.id: _view(row) for row in session.execute(some)}
        return [found[number] for number in numbers]

    def parent_of(self, identifier: str) -> str | None:
        """Return the identifier of the node above one; None for a root, and where there is no such node."""
        above = aliased(Node)
        with self._database.reading() as session:
            return session.scalar(select(above.identifier).join(Node, Node.parent_id == above.id).where(Node.identifier == identifier))

    def children_of(self, identifiers: Sequence[str]) -> list[str]:
        """Return the identifiers of all nodes right below any of these."""
        above = aliased(Node)
        found: list[str] = []
        with self._database.reading() as session:
            for first in range(0, len(identifiers), _AT_ONCE):
                some = above.identifier.in_(identifiers[first : first + _AT_ONCE])
                found += session.scalars(select(Node.identifier).join(above, Node.parent_id == above.id).where(some))
        return found

    def placed(self, identifiers: Sequence[str]) -> set[str]:
        """Return those of these identifiers that are nodes below another one."""
        found: set[str] = set()
        with self._database.reading() as session:
            for first in range(0, len(identifiers), _AT_ONCE):
                some = Node.identifier.in_(identifiers[first : first + _AT_ONCE])
                found |= set(session.scalars(select(Node.identifier).where(some, Node.parent_id.is_not(None))))
        return found

    def state(self) -> str:
        """Return what is another whenever a node comes or is moved."""
        with self._database.reading() as session:
            count, last, places = session.execute(select(func.count(), func.max(Node.id), func.sum(Node.id * Node.parent_id))).one()
        return f"{count} {last} {places}"

    def held(self) -> frozenset[str]:
        """Return the identifiers of all nodes with files, here or below: of these, data can be ordered."""
        with self._database.reading() as session:
            state = session.execute(select(func.count(), func.sum(Node.id)).where(Node.files > 0)).one()
            if tuple(state) != self._held[0]:  # nodes come and never go, and none changes its name
                known = frozenset(session.scalars(select(Node.identifier).where(Node.files > 0)))
                self._held = (tuple(state), known)
        return self._held[1]

    def ensure(self, specs: Sequence[NodeSpec]) -> int:
        """Make the nodes that are missing, change those that are otherwise, leave the rest; return how many were made or changed.

        Raises:
            TreeError: they cannot be as they are written; nothing is changed then.
        """
        with self._database.writing() as session:
            return plant(session, specs)

    def _views(self, query: Select[Any]) -> list[NodeView]:
        with self._database.reading() as session:
            return [_view(row) for row in session.execute(query)]


def _nodes() -> Select[Any]:
    below = aliased(Node)
    columns = (Node.id, Node.identifier, Node.parent_id, Node.kind, Node.code, Node.title, Node.begins, Node.ends, Node.files, Node.bytes)
    has_children = select(below.id).where(below.parent_id == Node.id).exists().label("has_children")
    return select(*columns, Node.details, Node.criteria, has_children)


def _view(row: Row[Any]) -> NodeView:
    values = row._asdict()
    kind, criteria, has_children = NodeKind(values.pop("kind")), tuple(values.pop("criteria")), bool(values.pop("has_children"))
    return NodeView(**values, kind=kind, criteria=criteria, has_children=has_children)


def _in_order(session: Session) -> list[int]:
    """Return the numbers of all nodes, each before its children."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for number, parent in session.execute(select(Node.id, Node.parent_id).order_by(Node.position, Node.id)):
        below[parent].append(number)
    order: list[int] = []
    waiting = below[None][::-1]
    while waiting:
        order.append(waiting.pop())
        waiting += below[order[-1]][::-1]
    return order
