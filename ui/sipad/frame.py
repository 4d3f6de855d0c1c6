"""What every page of the SIPAD shows around its content: who is connected, and the menu."""

from dataclasses import dataclass

from flask import flash, g, get_flashed_messages

from ordering.selecting import Selection
from ui.people import current_visitor, current_whose
from ui.sipad.current import sipad
from ui.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a page.

    Attributes:
        name: whom one is connected as.
        selected: how many data sets are in the selection.
        has_orders: whether there is a workspace to show.
        told: what the last request did, sentences.
    """

    name: str
    signed_in: bool
    selected: int
    has_orders: bool
    told: tuple[str, ...]


def frame() -> Frame:
    """Return what stands around the page of this request."""
    visitor = current_visitor()
    return Frame(
        name=visitor.username or _("public"),
        signed_in=visitor.signed_in,
        selected=len(selection().items),
        has_orders=sipad().orders.has_orders(visitor),
        told=_flashed("sipad"),
    )


def selection() -> Selection:
    """Return the reader's current selection, counted once a request."""
    if "selection" not in g:
        g.selection = sipad().selecting.current(current_whose())
    found: Selection = g.selection
    return found


def selection_changed() -> None:
    """Have the selection counted anew when it is asked for again in this request."""
    g.pop("selection", None)


def chosen() -> frozenset[int]:
    """Return the ids of the nodes in the reader's selection."""
    return frozenset(item.node.id for item in selection().items)


def remember_email(email: str) -> None:
    """Have the next page that asks for the e-mail address of an order know it."""
    flash(email, "order email")


def remembered_email() -> str:
    """Return the e-mail address that was typed on the page before; "" where none was."""
    return next(iter(_flashed("order email")), "")


def tell(words: str) -> None:
    """Have the next page say what this request did."""
    flash(words, "sipad")


def _flashed(category: str) -> tuple[str, ...]:
    """What the request before left for this one."""
    return tuple(str(each) for each in get_flashed_messages(category_filter=[category]))
