"""The description of a node of the data tree: what its data are, who made them, with what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.visitors import Visitor
from catalogue.service.addresses import quote_identifier, record_path
from ordering.describing import Section, describe
from ordering.tree import NodeView
from ui.language import language
from ui.links import NamedLink
from ui.sipad.current import Sipad
from ui.sipad.order_selection import tree_address
from ui.sipad.sight import TreeSight


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionPage:
    """What the page shows.

    Attributes:
        described: whether its reader may know more than its name.
        record: the address of its catalogue record; None where there is none.
        select: where its files are chosen; None where they cannot be.
        tree: the tree, open down to it.
    """

    title: str
    above: tuple[NamedLink, ...]
    described: bool
    lock: str | None
    sections: tuple[Section, ...]
    record: str | None
    select: str | None
    tree: str


def description_page(sipad: Sipad, visitor: Visitor, identifier: str) -> DescriptionPage | None:
    """Return the description of a node; None where there is none that this visitor may know of."""
    sight = TreeSight(sipad, visitor)
    seen = sight.node(identifier)
    if seen is None:
        return None
    node, described = seen.node, seen.decision.described
    (record,) = sipad.catalogue.engine.get_many([identifier])
    path = sipad.tree.path(node.id)
    return DescriptionPage(
        title=node.title,
        above=above(sight, path),
        described=described,
        lock=seen.lock,
        sections=describe(sipad.tree, replace(node, files=seen.files, bytes=seen.bytes), language()) if described else (),
        record=record_path(identifier) if described and record is not None else None,
        select=f"/sipad/select/{quote_identifier(identifier)}" if seen.choosable else None,
        tree=tree_address(path),
    )


def above(sight: TreeSight, path: Sequence[NodeView]) -> tuple[NamedLink, ...]:
    """Return the nodes above the last of a path that the reader may know of, each leading to its description, the outermost first."""
    seen = sight.of(path[:-1])
    return tuple(
        NamedLink(words=each.node.title, href=f"/sipad/data/{quote_identifier(each.node.identifier)}" if each.decision.described else "")
        for each in seen
    )
