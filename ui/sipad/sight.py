"""What one reader may see of the data tree, and how much there is of it for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from accounts.access import Decision
from accounts.visitors import Visitor
from mappings.vocabularies.labels import label
from mappings.vocabularies.words import moment_words
from ordering.models import NodeKind
from ordering.tree import NodeView, Tree
from records.codes import AccessLevel
from ui.language import language
from ui.sipad.current import Sipad
from ui.speech import _

_LONGEST: Final = 512
"""Characters of an identifier, as the database keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A node with what its reader may have of it.

    Attributes:
        files: here and below, those whose data sets this reader may know of.
        bytes: likewise.
    """

    node: NodeView
    decision: Decision
    files: int
    bytes: int

    @property
    def lock(self) -> str | None:
        """Why the data are shut, in words; None where they are open."""
        return None if self.decision.open else lock_words(self.decision)

    @property
    def choosable(self) -> bool:
        """Whether its files can be ordered by this reader."""
        return self.node.kind is NodeKind.DATA_SET and self.decision.described and self.decision.open and self.node.files > 0


class TreeSight:
    """The data tree as one reader may see it: what a rule hides is as if it were not there, in numbers too."""

    def __init__(self, sipad: Sipad, visitor: Visitor) -> None:
        self._tree = sipad.tree
        self._rules = sipad.access.rules
        self._sight = sipad.access.sight(visitor)

    def of(self, nodes: Iterable[NodeView]) -> list[Seen]:
        """Return those nodes of which this reader may know at least the name, in their order."""
        decided = [(node, self._sight.decide(node.identifier)) for node in nodes]
        return [self._seen(node, decision) for node, decision in decided if decision.named]

    def node(self, identifier: str) -> Seen | None:
        """Return a node; None where there is none that this reader may know of."""
        node = known_node(self._tree, identifier)
        seen = self.of([node]) if node else []
        return seen[0] if seen else None

    def opens(self, seen: Seen) -> bool:
        """Whether there is anything under a node that this reader may see."""
        if not seen.node.has_children or not seen.decision.described:
            return False
        return seen.node.id not in self._concealed or bool(self.of(self._tree.children(seen.node.id)))

    def _seen(self, node: NodeView, decision: Decision) -> Seen:
        files, size = self._concealed.get(node.id, (0, 0))
        return Seen(node=node, decision=decision, files=max(0, node.files - files), bytes=max(0, node.bytes - size))

    @cached_property
    def _concealed(self) -> dict[int, tuple[int, int]]:
        """Files and bytes below each node that this reader is not told of, by the node's id."""
        hidden = self._sight.hidden()
        found: dict[int, tuple[int, int]] = {}
        for rule in self._rules() if hidden else ():
            node = self._tree.node(rule.identifier) if rule.identifier in hidden else None
            above = self._tree.path(node.id)[:-1] if node else []
            if node is None or any(each.identifier in hidden for each in above):
                continue
            for each in above:
                files, size = found.get(each.id, (0, 0))
                found[each.id] = (files + node.files, size + node.bytes)
        return found


def known_node(tree: Tree, identifier: str) -> NodeView | None:
    """Return the node of an identifier that a reader sent; None where there is none, or it cannot be one."""
    return tree.node(identifier) if identifier.isprintable() and len(identifier) <= _LONGEST else None


def lock_words(decision: Decision) -> str:
    """Return who may have the data that are not open, and from when."""
    words = [_("For members of %(groups)s", groups=", ".join(decision.groups))] if decision.groups else []
    if decision.opens is not None:
        date = moment_words(decision.opens, language())
        words.append(_("open from %(date)s", date=date) if words else _("Open from %(date)s", date=date))
    return ", ".join(words) or label(AccessLevel.RESTRICTED, language())
