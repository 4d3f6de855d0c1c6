"""The current selection as a page."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.service.addresses import quote_identifier
from mappings.vocabularies.words import number_words
from ordering.selecting import ItemView, Selection
from ui.language import language
from ui.sipad.current import Sipad
from ui.sipad.quantities import Amount, amount
from ui.sipad.sight import TreeSight
from ui.speech import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedItem:
    """A data set of the selection.

    Attributes:
        href: of its description.
        objects: where its files are listed.
        edit: where its criteria are changed.
        unticked: how many of its files are left out, in words; None for none.
        lock: why its data cannot be ordered by this reader any more; None where they can.
    """

    id: int
    title: str
    href: str
    amount: Amount
    objects: str
    edit: str
    criteria: str
    unticked: str | None
    lock: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionPage:
    """What the page of the current selection shows."""

    items: tuple[SelectedItem, ...]
    amount: Amount
    orderable: bool


def selection_page(sipad: Sipad, sight: TreeSight, selection: Selection) -> SelectionPage:
    """Return the page of a selection."""
    items = tuple(selected_items(sipad, sight, selection))
    return SelectionPage(
        items=items,
        amount=amount(selection.files, selection.bytes),
        orderable=bool(selection.files) and not any(item.lock for item in items),
    )


def selected_items(sipad: Sipad, sight: TreeSight, selection: Selection) -> Iterator[SelectedItem]:
    """Yield the data sets of a selection, as they are shown."""
    seen = {each.node.id: each for each in sight.of(item.node for item in selection.items)}
    for item in selection.items:
        found = seen.get(item.node.id)
        known = found is not None and found.decision.described
        path = quote_identifier(item.node.identifier)
        yield SelectedItem(
            id=item.item_id,
            title=item.node.title if found else _("A data set that is not open to you any more"),
            href=f"/sipad/data/{path}" if known else "",
            amount=amount(item.files, item.bytes) if known else amount(0, 0),
            objects=f"/sipad/selection/{item.item_id}/objects",
            edit=f"/sipad/select/{path}",
            criteria=item.criteria.words(language(), sipad.inventory.offered(item.node.id)) if known else "",
            unticked=_unticked(item) if known else None,
            lock=None if found and found.choosable else (found.lock if found else None) or _("Not open to you"),
        )


def _unticked(item: ItemView) -> str | None:
    if not item.unticked:
        return None
    return ngettext("%(count)s file left out", "%(count)s files left out", item.unticked, count=number_words(item.unticked, language()))
