"""What producers brought, above all what was not accepted."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from mappings.vocabularies.words import size_words
from ordering.models import DeliveryState
from ordering.quarantine import DeliveryView, QuarantineError
from ordering.staging import ReceivingError
from ui.administration.current import administration, blueprint
from ui.administration.words import Mark, Turning, delivery_mark, page_asked, turning
from ui.language import language
from ui.people import accounts, address, required_administrator
from ui.speech import _

_AT_ONCE = 20
PROBLEMS_SHOWN = 10
"""Of a delivery in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesPage:
    """Deliveries in a state, or all; each with its mark and its size in words."""

    deliveries: list[tuple[DeliveryView, Mark, str]]
    total: int
    state: DeliveryState | None
    states: list[tuple[DeliveryState, str]]
    turning: Turning | None


@blueprint.get("/deliveries")
def deliveries() -> str:
    """Deliveries, the newest first: those in quarantine, unless others are asked for."""
    asked = request.args.get("state", DeliveryState.QUARANTINED.value)
    state, page = next((each for each in DeliveryState if each.value == asked), None), page_asked()
    found, total = administration().quarantine.deliveries(state, page=page, size=_AT_ONCE)
    shown = DeliveriesPage(
        deliveries=[(each, delivery_mark(each.state), size_words(each.bytes, language())) for each in found],
        total=total,
        state=state,
        states=[(each, delivery_mark(each).words) for each in DeliveryState],
        turning=turning(page, total, _AT_ONCE),
    )
    return render_template("administration/deliveries.html", page=shown, most=PROBLEMS_SHOWN)


@blueprint.post("/deliveries/<key:delivery_id>/check")
def check_again(delivery_id: int) -> Response:
    """Check a delivery as if it came now."""

    def check() -> str:
        received = administration().quarantine.check_again(delivery_id)
        if received.state is DeliveryState.ACCEPTED:
            return _("The delivery is accepted now.")
        return _("The delivery was checked again and stays in quarantine.")

    return _done(delivery_id, "checked a delivery again", check)


@blueprint.post("/deliveries/<key:delivery_id>/discard")
def discard(delivery_id: int) -> Response:
    """Throw a delivery away."""

    def throw() -> str:
        administration().quarantine.discard(delivery_id)
        return _("The delivery is thrown away.")

    return _done(delivery_id, "threw a delivery away", throw)


def _done(delivery_id: int, action: str, act: Callable[[], str]) -> Response:
    """Do something to a delivery, write that down, and lead back to the list."""
    by = required_administrator()
    delivery = administration().quarantine.delivery(delivery_id)
    if delivery is None:
        raise NotFound
    try:
        words = act()
    except QuarantineError:
        flash(_("This delivery is not in quarantine any more."), "wrong")
    except ReceivingError as error:
        flash(str(error), "wrong")
    else:
        accounts().record(action, f"{delivery.id}: {delivery.name}", by=by, address=address())
        flash(words)
    return redirect("/admin/deliveries", 303)
