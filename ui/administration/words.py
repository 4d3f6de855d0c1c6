"""States, roles and rules in words, with how good or bad they are: what the administrator's lists show."""

from dataclasses import dataclass
from datetime import datetime

from flask import request

from accounts.codelists import AccountState, RuleKind
from catalogue.service.addresses import with_parameters
from ordering.models import DeliveryState, OrderState
from ui.speech import _


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as it is shown.

    Attributes:
        words: what it is.
        kind: "good", "bad", "wait" or "over", for its colour; the words say it too.
    """

    words: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """Where a long list goes on: addresses of the pages before and after, None where there is none."""

    words: str
    before: str | None
    after: str | None


def account_mark(state: AccountState) -> Mark:
    """Return an account's state."""
    return {
        AccountState.UNCONFIRMED: Mark(_("Not confirmed"), "over"),
        AccountState.REQUESTED: Mark(_("Waits for an answer"), "wait"),
        AccountState.REFUSED: Mark(_("Refused"), "over"),
        AccountState.TEMPORARY: Mark(_("Has a temporary password"), "wait"),
        AccountState.ACTIVE: Mark(_("Active"), "good"),
        AccountState.CLOSED: Mark(_("Closed"), "over"),
    }[state]


def order_mark(state: OrderState) -> Mark:
    """Return an order's state."""
    return {
        OrderState.DRAFT: Mark(_("Selection"), "over"),
        OrderState.ACTIVATING: Mark(_("Waits for its code"), "wait"),
        OrderState.WAITING: Mark(_("Waits"), "wait"),
        OrderState.PREPARING: Mark(_("Is prepared"), "wait"),
        OrderState.DELIVERING: Mark(_("Is delivered"), "wait"),
        OrderState.DONE: Mark(_("Done"), "good"),
        OrderState.FAILED: Mark(_("Failed"), "bad"),
        OrderState.CANCELLED: Mark(_("Cancelled"), "over"),
        OrderState.EXPIRED: Mark(_("Over"), "over"),
    }[state]


def delivery_mark(state: DeliveryState) -> Mark:
    """Return a delivery's state."""
    return {
        DeliveryState.ACCEPTED: Mark(_("Accepted"), "good"),
        DeliveryState.QUARANTINED: Mark(_("In quarantine"), "bad"),
        DeliveryState.DISCARDED: Mark(_("Thrown away"), "over"),
    }[state]


def rule_mark(kind: RuleKind, opens: datetime | None, now: datetime) -> Mark:
    """Return whom a rule lets in."""
    match kind:
        case RuleKind.OPEN:
            return Mark(_("Open to everybody"), "good")
        case RuleKind.GROUPS:
            return Mark(_("For groups only"), "wait")
        case RuleKind.UNTIL:
            return Mark(_("Open since"), "good") if opens and opens <= now else Mark(_("Under embargo until"), "wait")


def page_asked() -> int:
    """Return the page of a list that is asked for, from 1; what is no number is the first."""
    text = request.args.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def turning(page: int, total: int, size: int) -> Turning | None:
    """Return how a list goes on; None for one of a single page."""
    if total <= size:
        return None
    last = -(-total // size)

    def at(number: int) -> str:
        others = [(name, value) for name, value in request.args.items(multi=True) if name != "page" and value]
        return with_parameters(request.path, [*others, ("page", str(number))])

    return Turning(
        words=_("Page %(page)s of %(last)s", page=page, last=last),
        before=at(page - 1) if page > 1 else None,
        after=at(page + 1) if page < last else None,
    )
