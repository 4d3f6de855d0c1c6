"""Brings the nodes of the database to what is written down, and what inner nodes tell to what is below them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ordering.models import Node, NodeKind
from ordering.specs import NodeSpec, TreeError, check


def plant(session: Session, specs: Sequence[NodeSpec]) -> int:
    """Make and change nodes as `specs` say; return how many. What the specs do not name stays.

    Raises:
        TreeError: a node would be what it cannot be.
    """
    check(specs)
    names = {spec.identifier for top in specs for spec in top.walk()}
    known = {node.identifier: node for node in session.scalars(select(Node)) if node.identifier in names}
    changed = 0
    for top in specs:
        parent = _parent(session, top, names)
        place = known[top.identifier].position if top.identifier in known else _behind(session, parent)
        changed += _plant(session, top, parent, place, known)
    session.flush()
    if changed:
        _sum_up(session, {spec.identifier: spec for top in specs for spec in top.walk()})
    return changed


def _parent(session: Session, top: NodeSpec, names: set[str]) -> Node | None:
    if top.parent is None:
        return None
    parent = session.scalar(select(Node).where(Node.identifier == top.parent))
    if parent is None or parent.kind == NodeKind.DATA_SET:
        raise TreeError(f"{top.identifier!r} cannot be below {top.parent!r}: there is no such node, or it is a data set.")
    above: Node | None = parent
    while above is not None:
        if above.identifier in names:
            raise TreeError(f"{top.identifier!r} cannot be below {top.parent!r}, which is in the same tree file.")
        above = session.get(Node, above.parent_id) if above.parent_id is not None else None
    return parent


def _behind(session: Session, parent: Node | None) -> int:
    where = Node.parent_id.is_(None) if parent is None else Node.parent_id == parent.id
    return (session.scalar(select(func.max(Node.position)).where(where)) or 0) + 1


def _plant(session: Session, spec: NodeSpec, parent: Node | None, position: int, known: dict[str, Node]) -> int:
    node = known.get(spec.identifier)
    if node is not None and (node.kind == NodeKind.DATA_SET) != (spec.kind is NodeKind.DATA_SET):
        raise TreeError(f"{spec.identifier!r} is {_a(node.kind)} and cannot become {_a(spec.kind)}.")
    if node is None:
        node = Node(identifier=spec.identifier, files=0, bytes=0)
        session.add(node)
    told: dict[str, Any] = {"kind": spec.kind, "code": spec.code, "title": spec.title, "position": position, "details": dict(spec.details)}
    told |= {"criteria": list(spec.criteria), "parent_id": None if parent is None else parent.id}
    if spec.begins is not None:
        told["begins"] = earliest([spec.begins, node.begins if spec.kind is NodeKind.DATA_SET else None])
    if spec.ends is not None:
        told["ends"] = latest([spec.ends, node.ends if spec.kind is NodeKind.DATA_SET else None])
    changed = node.id is None
    for name, value in told.items():
        if getattr(node, name) != value:
            setattr(node, name, value)
            changed = True
    session.flush()  # which gives a new node the number that its children need
    return changed + sum(_plant(session, child, node, place, known) for place, child in enumerate(spec.children))


def _a(kind: NodeKind) -> str:
    return "a data set" if kind == NodeKind.DATA_SET else "no data set"


def _sum_up(session: Session, specs: dict[str, NodeSpec]) -> None:
    """Give each inner node the files of all below it, and the dates where none are written down for it."""
    nodes = list(session.scalars(select(Node)))
    below: dict[int | None, list[Node]] = defaultdict(list)
    for node in nodes:
        below[node.parent_id].append(node)
    for node in _leaves_first(below):
        children, spec = below[node.id], specs.get(node.identifier)
        if node.kind == NodeKind.DATA_SET:
            continue
        node.files, node.bytes = sum(child.files for child in children), sum(child.bytes for child in children)
        if spec is not None and spec.begins is None:
            node.begins = earliest(child.begins for child in children)
        if spec is not None and spec.ends is None:
            node.ends = latest(child.ends for child in children)


def _leaves_first(below: dict[int | None, list[Node]]) -> list[Node]:
    order: list[Node] = []
    waiting = list(below[None])
    while waiting:
        order.append(waiting.pop())
        waiting += below[order[-1].id]
    return order[::-1]


def add_up(session: Session, node_id: int, times: Collection[tuple[datetime, datetime]], *, files: int, size: int) -> None:
    """Add new files to what a data set and all above it tell: how many, how much, from when to when.

    Args:
        session: that the files are registered in.
        node_id: of the data set.
        times: when each of the files begins and ends that tell it.
        files: how many are new.
        size: of these, bytes.
    """
    begins, ends = (min(first for first, _ in times), max(last for _, last in times)) if times else (None, None)
    _remember_longest(session, node_id, times)
    step: int | None = node_id
    while step is not None:
        node = session.execute(select(Node.parent_id, Node.begins, Node.ends).where(Node.id == step)).one()
        dates = {"begins": earliest([node.begins, begins]), "ends": latest([node.ends, ends])}
        session.execute(update(Node).where(Node.id == step).values(files=Node.files + files, bytes=Node.bytes + size, **dates))
        step = node.parent_id


def _remember_longest(session: Session, node_id: int, times: Collection[tuple[datetime, datetime]]) -> None:
    node = session.execute(select(Node.files, Node.longest).where(Node.id == node_id)).one()
    if node.files == 0 or node.longest is not None:
        longest = max((ceil((last - first).total_seconds()) for first, last in times), default=0)
        session.execute(update(Node).where(Node.id == node_id).values(longest=max(longest, node.longest or 0)))


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the first of those that are there."""
    return min((moment for moment in moments if moment is not None), default=None)


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the last of those that are there."""
    return max((moment for moment in moments if moment is not None), default=None)
