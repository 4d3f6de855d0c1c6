"""Everybody's orders."""

from dataclasses import dataclass

from flask import render_template, request
from werkzeug.wrappers import Response

from mappings.vocabularies.words import size_words
from ordering.models import OrderState
from ordering.orders import PAGE
from ordering.viewing import OrderView
from ui.administration.current import administration, answered, blueprint
from ui.administration.words import Mark, Turning, order_mark, page_asked, turning
from ui.language import language
from ui.people import address, required_administrator
from ui.speech import _

_STATES = tuple(state for state in OrderState if state is not OrderState.DRAFT)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersPage:
    """Orders in a state, or all; each with its mark and its size in words."""

    orders: list[tuple[OrderView, Mark, str]]
    total: int
    state: OrderState | None
    states: list[tuple[OrderState, str]]
    turning: Turning | None


@blueprint.get("/orders")
def orders() -> str:
    """Orders, the newest first."""
    state, page = next((each for each in _STATES if each.value == request.args.get("state")), None), page_asked()
    found, total = administration().orders.all(state, page)
    shown = OrdersPage(
        orders=[(each, order_mark(each.state), size_words(each.bytes, language())) for each in found],
        total=total,
        state=state,
        states=[(each, order_mark(each).words) for each in _STATES],
        turning=turning(page, total, PAGE),
    )
    return render_template("administration/orders.html", page=shown)


@blueprint.post("/orders/<number>/retry")
def retry(number: str) -> Response:
    """Have a failed order tried again."""
    by = required_administrator()
    words = _("The order is tried again.")
    return answered("/admin/orders", lambda: administration().orders.retry(number, by, address=address()), words)


@blueprint.post("/orders/<number>/cancel")
def cancel(number: str) -> Response:
    """Call an order off."""
    by = required_administrator()
    words = _("The order is cancelled.")
    return answered("/admin/orders", lambda: administration().orders.cancel(number, by, address=address()), words)
