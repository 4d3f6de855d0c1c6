"""What a reader wants to order who comes from a record: data sets beside the selection, which is not changed by looking."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort

from accounts.visitors import Visitor
from catalogue.service.addresses import quote_identifier, with_parameters
from ordering.criteria import Criteria
from ordering.models import NodeKind
from ordering.selecting import Selection, Whose
from ordering.tree import NodeView
from ui.language import language
from ui.sipad.current import Sipad
from ui.sipad.quantities import amount
from ui.sipad.selection_page import SelectedItem
from ui.sipad.sight import Seen, TreeSight
from ui.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What comes beside the selection.

    Attributes:
        seen: the data sets that are not in the selection yet.
        elsewhere: where the reader has to go first, since what he came with is no data set; None where it is one.
        unknown: an identifier of which there are no data here.
    """

    seen: tuple[Seen, ...] = ()
    elsewhere: str | None = None
    unknown: str | None = None


def coming(sipad: Sipad, visitor: Visitor, identifiers: Sequence[str], selection: Selection) -> Coming:
    """Return what comes beside the selection; what the reader may not have is refused, and said why."""
    sight, there = TreeSight(sipad, visitor), {item.node.identifier for item in selection.items}
    found = []
    for identifier in identifiers:
        seen = sight.node(identifier)
        if seen is None:
            return Coming(unknown=identifier)
        if seen.lock is not None:
            abort(403, _("These data are not open to you: %(why)s.", why=seen.lock))
        if seen.node.kind is not NodeKind.DATA_SET:
            return Coming(elsewhere=tree_address(sipad.tree.path(seen.node.id)))
        if identifier not in there:
            found.append(seen)
    return Coming(seen=tuple(found))


def put_in(sipad: Sipad, whose: Whose, found: Coming) -> None:
    """Put what comes beside the selection into it, with all files."""
    for each in found.seen:
        sipad.selecting.add(whose, each.node.id, Criteria())


def tree_address(path: Sequence[NodeView]) -> str:
    """Return the address of the tree that is open down to a node, the last of its path."""
    return f"{with_parameters('/sipad/tree', [('open', each.identifier) for each in path])}#n{path[-1].id}"


def item_of(seen: Seen) -> SelectedItem:
    """Return a data set that is not in the selection yet as it is shown, with all its files."""
    path = quote_identifier(seen.node.identifier)
    return SelectedItem(
        id=0,
        title=seen.node.title,
        href=f"/sipad/data/{path}",
        amount=amount(seen.node.files, seen.node.bytes),
        objects="",
        edit=f"/sipad/select/{path}",
        criteria=Criteria().words(language()),
        unticked=None,
        lock=None,
    )
