"""A data tree as it is written down: the JSON files that say which nodes there shall be, and what is told of them.

    {"nodes": [{"identifier": "COROT", "kind": "mission", "title": "…", "children": [{"identifier": "COROT_N0", "kind": "level", …}]}]}

Beside these a node may have "code", "begins" and "ends" (dates as `records.dates` reads them; a day's end is its last minute), "details"
(of `ordering.describing`) and "criteria"; a node at the top may name its "parent", one that is in the tree already.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from ordering.models import NodeKind
from records.dates import Date
from records.errors import CatalogueError

_KEYS: Final = frozenset({"identifier", "kind", "title", "code", "begins", "ends", "details", "criteria", "parent", "children"})
_DEEPEST: Final = 12
_LARGEST: Final = 50_000_000
"""Bytes of a tree file."""
COLUMNS: Final = frozenset({"file", "bytes", "sha256", "data_set", "begins", "ends"})
"""Columns of manifests that tell something else than a criterion."""
CRITERION: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""What a criterion of a data set is called: a column of manifests and a field of forms."""


class TreeError(CatalogueError):
    """A tree that cannot be as it is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSpec:
    """A node that shall be in the tree, and those below it. Attributes as of `ordering.models.Node`.

    Attributes:
        parent: of a node at the top, the identifier of the node it belongs below; None for a root.
        begins: None to have it of what is below.
        ends: as `begins`.
    """

    identifier: str
    kind: NodeKind
    title: str
    code: str | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    criteria: tuple[str, ...] = ()
    parent: str | None = None
    children: tuple["NodeSpec", ...] = ()

    def walk(self) -> Iterator["NodeSpec"]:
        """Yield this node and all below it, each before its children."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_tree(content: bytes) -> tuple[NodeSpec, ...]:
    """Return the nodes that a tree file writes.

    Raises:
        TreeError: it is no tree file, or a node in it cannot be.
    """
    if len(content) > _LARGEST:
        raise TreeError(f"The tree file has more than {_LARGEST:,} bytes.")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TreeError(f"The tree file is not JSON: {error}.") from error
    nodes = document.get("nodes") if isinstance(document, dict) else None
    if not isinstance(nodes, list):
        raise TreeError('The tree file has no list of "nodes".')
    specs = tuple(_spec(node, depth=0) for node in nodes)
    check(specs)
    return specs


def check(specs: Sequence[NodeSpec]) -> None:
    """See that each identifier is there once, and that only what is no data set has nodes below.

    Raises:
        TreeError: that is not so.
    """
    seen: set[str] = set()
    for spec in (node for top in specs for node in top.walk()):
        if spec.identifier in seen:
            raise TreeError(f"{spec.identifier!r} is in the tree twice.")
        seen.add(spec.identifier)
        if spec.kind is NodeKind.DATA_SET and spec.children:
            raise TreeError(f"{spec.identifier!r} is a data set and has nodes below it.")
        if any(child.parent for child in spec.children):
            raise TreeError(f"A node below {spec.identifier!r} names another parent.")
        if spec.begins and spec.ends and spec.begins > spec.ends:
            raise TreeError(f"{spec.identifier!r} ends before it begins.")


def _spec(node: object, depth: int) -> NodeSpec:
    if not isinstance(node, dict) or depth > _DEEPEST:
        raise TreeError(f"A node is written as an object, and not more than {_DEEPEST} below each other.")
    name = _text(node, "identifier", 512, needed=True)
    if unknown := sorted(node.keys() - _KEYS):
        raise TreeError(f"{name!r} has {', '.join(unknown)}, which means nothing here.")
    try:
        kind = NodeKind(node.get("kind", ""))
    except ValueError as error:
        raise TreeError(f"{name!r} has no kind, or one that there is not: {', '.join(NodeKind)}.") from error
    details, criteria, children = node.get("details", {}), node.get("criteria", []), node.get("children", [])
    if not isinstance(details, dict) or not isinstance(children, list):
        raise TreeError(f'"details" of {name!r} is no object, or "children" no list.')
    if not isinstance(criteria, list) or not all(isinstance(one, str) and _is_criterion(one) for one in criteria):
        raise TreeError(f'"criteria" of {name!r} is no list of names of small letters, digits and "_", or has one that is taken.')
    return NodeSpec(
        identifier=name or "",
        kind=kind,
        title=_text(node, "title", 500, needed=True) or "",
        code=_text(node, "code", 80),
        begins=moment(node, "begins"),
        ends=moment(node, "ends"),
        details=details,
        criteria=tuple(criteria),
        parent=_text(node, "parent", 512),
        children=tuple(_spec(child, depth + 1) for child in children),
    )


def _is_criterion(name: str) -> bool:
    return CRITERION.fullmatch(name) is not None and name not in COLUMNS


def _text(node: Mapping[str, Any], key: str, longest: int, *, needed: bool = False) -> str | None:
    value = node.get(key)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
        raise TreeError(f'"{key}" of {node.get("identifier")!r} is no text of 1 to {longest} characters in one line.')
    return value.strip()


def moment(node: Mapping[str, Any], key: str) -> datetime | None:
    """Return the date under a key as a moment: the first second it covers, or for "ends" the last minute."""
    value = node.get(key)
    if value is None:
        return None
    try:
        date = Date.parse(value if isinstance(value, str) else "")
        second = date.last_second // 60 * 60 if key == "ends" and "T" not in date.text else date.first_second
        return datetime.fromtimestamp(second, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise TreeError(f'"{key}" of {node.get("identifier")!r} is no date: {value!r}.') from error
