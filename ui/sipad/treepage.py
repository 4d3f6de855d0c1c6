"""The data tree as a page: what stands in its rows, and which are open."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from werkzeug.datastructures import MultiDict

from accounts.visitors import Visitor
from catalogue.service.addresses import quote_identifier, with_parameters
from mappings.vocabularies.words import number_words
from ordering.models import NodeKind
from ordering.tree import NodeView, Tree
from ui.language import language
from ui.sipad.current import Sipad
from ui.sipad.quantities import Amount, Moment, amount, day
from ui.sipad.sight import Seen, TreeSight, known_node

MAX_OPEN: Final = 200
"""Nodes that one address opens, or closes."""
MAX_ROWS: Final = 500
"""Nodes under one that are shown at first."""
DEVELOPED: Final = 5000
"""Nodes of a developed tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """A row of the tree, with those under it.

    Attributes:
        anchor: its `id` in the page.
        href: of its description; None where its reader may know the name only.
        amount: its files; None where its reader may not know of them.
        lock: why its data are shut; None where they are open.
        select: where its files are chosen; None where they cannot be.
        chosen: whether it is in the reader's selection.
        toggle: the page with it opened, or closed; None where nothing is under it.
        under: where a script gets the rows under it.
        left: how many under it are not shown, in words; None where all are.
        left_href: the page that shows them.
    """

    identifier: str
    anchor: str
    title: str
    kind: NodeKind
    href: str | None
    amount: Amount | None
    begins: Moment | None
    ends: Moment | None
    lock: str | None
    select: str | None
    chosen: bool
    open: bool
    toggle: str | None
    under: str
    rows: tuple["TreeRow", ...] = ()
    left: str | None = None
    left_href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePage:
    """What the page shows.

    Attributes:
        developed: whether all of the tree is open.
        cut: whether there was more of it than a page shows.
    """

    rows: tuple[TreeRow, ...]
    developed: bool
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Which nodes are open.

    Attributes:
        identifiers: of the open ones; None for the first step of the tree, as it is met first.
        developed: whether all are open but those `closed`.
        closed: identifiers.
        whole: the identifier of the node whose rows are all shown, however many.
    """

    identifiers: tuple[str, ...] | None = None
    developed: bool = False
    closed: tuple[str, ...] = ()
    whole: str | None = None

    @classmethod
    def parse(cls, arguments: "MultiDict[str, str]") -> Self:
        """Return which nodes an address opens."""
        opened, closed = (tuple(dict.fromkeys(arguments.getlist(name)))[:MAX_OPEN] for name in ("open", "closed"))
        return cls(
            identifiers=opened if "open" in arguments else None,
            developed=arguments.get("develop") == "1",
            closed=closed,
            whole=arguments.get("whole"),
        )

    def toggled(self, identifier: str, roots: Sequence[str]) -> str:
        """Return the address of the tree with one node more, or less, open."""
        if self.developed:
            return with_parameters("/sipad/tree", [("develop", "1"), *(("closed", each) for each in _turned(self.closed, identifier))])
        now = self.identifiers if self.identifiers is not None else tuple(roots)
        return with_parameters("/sipad/tree", [("open", each) for each in _turned(now, identifier)] or [("open", "")])


def _turned(identifiers: Sequence[str], identifier: str) -> list[str]:
    """Identifiers without one that is among them, or with one that is not."""
    if identifier in identifiers:
        return [each for each in identifiers if each != identifier]
    return [*identifiers, identifier]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Makes rows of nodes for one reader.

    Attributes:
        chosen: the ids of the nodes in the reader's selection.
        children: what is under each open node, by its id.
        roots: the identifiers of the nodes that are open when none is asked for.
        everything: whether all rows under a node are shown, however many.
    """

    sight: TreeSight
    opened: Opened
    chosen: frozenset[int]
    children: Mapping[int, Sequence[NodeView]]
    roots: tuple[str, ...] = ()
    everything: bool = False

    def of(self, nodes: Iterable[NodeView]) -> tuple[TreeRow, ...]:
        """Return the rows of nodes that the reader may see, with those under the open ones."""
        return tuple(self._row(seen) for seen in self.sight.of(nodes))

    def _row(self, seen: Seen) -> TreeRow:
        node, described = seen.node, seen.decision.described
        under = self.sight.of(self.children[node.id]) if described and node.id in self.children else []
        shown = under if self.everything or self.opened.whole == node.identifier else under[:MAX_ROWS]
        left = len(under) - len(shown)
        path = quote_identifier(node.identifier)
        return TreeRow(
            identifier=node.identifier,
            anchor=f"n{node.id}",
            title=node.title,
            kind=node.kind,
            href=f"/sipad/data/{path}" if described else None,
            amount=amount(seen.files, seen.bytes) if described else None,
            begins=day(node.begins) if described else None,
            ends=day(node.ends) if described else None,
            lock=seen.lock,
            select=f"/sipad/select/{path}" if seen.choosable else None,
            chosen=node.id in self.chosen,
            open=bool(under),
            toggle=f"{self.opened.toggled(node.identifier, self.roots)}#n{node.id}" if self.sight.opens(seen) else None,
            under=f"/sipad/under/{path}",
            rows=tuple(self._row(each) for each in shown),
            left=number_words(left, language()) if left else None,
            left_href=with_parameters("/sipad/tree", [("open", node.identifier), ("whole", node.identifier)]) if left else None,
        )


def tree_page(sipad: Sipad, visitor: Visitor, chosen: frozenset[int], opened: Opened) -> TreePage:
    """Return the page with the nodes that are open."""
    sight, tree = TreeSight(sipad, visitor), sipad.tree
    if opened.developed:
        nodes = tree.whole(limit=DEVELOPED)
        roots = [node for node in nodes if node.parent_id is None]
        rows = Rows(sight=sight, opened=opened, chosen=chosen, children=_all_under(nodes, opened.closed), everything=True)
        return TreePage(rows=rows.of(roots), developed=True, cut=len(nodes) >= DEVELOPED)
    roots = tree.roots()
    first = tuple(root.identifier for root in roots)
    rows = Rows(sight=sight, opened=opened, chosen=chosen, children=_under(tree, opened, first), roots=first)
    return TreePage(rows=rows.of(roots), developed=False, cut=False)


def rows_under(sipad: Sipad, visitor: Visitor, chosen: frozenset[int], identifier: str) -> tuple[TreeRow, ...] | None:
    """Return the rows under one node; None where there is none that this visitor may know of."""
    sight = TreeSight(sipad, visitor)
    seen = sight.node(identifier)
    if seen is None or not seen.decision.described:
        return None
    nodes = {seen.node.id: sipad.tree.children(seen.node.id)}
    return Rows(sight=sight, opened=Opened(identifiers=()), chosen=chosen, children=nodes).of([seen.node])[0].rows


def _under(tree: Tree, opened: Opened, first: tuple[str, ...]) -> dict[int, list[NodeView]]:
    """What is under each open node."""
    found = {}
    for identifier in first if opened.identifiers is None else opened.identifiers:
        node = known_node(tree, identifier)
        if node is not None:
            found[node.id] = tree.children(node.id)
    return found


def _all_under(nodes: Sequence[NodeView], closed: Collection[str]) -> dict[int, list[NodeView]]:
    """What is under each node of a whole tree but those that are closed."""
    shut = {node.id for node in nodes if node.identifier in closed}
    found: dict[int, list[NodeView]] = {}
    for node in nodes:
        if node.parent_id is not None and node.parent_id not in shut:
            found.setdefault(node.parent_id, []).append(node)
    return found
