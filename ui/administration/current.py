"""What the administrator's pages stand on, who may see them, and how they answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect
from werkzeug.wrappers import Response

from accounts.access import Access
from accounts.errors import AccountError
from accounts.mail import MailError
from catalogue.service import Catalogue
from ordering.models import DeliveryState
from ordering.orders import Orders
from ordering.quarantine import Quarantine
from ordering.sentences import ToldError
from ordering.standing import Standing
from ordering.tree import Tree
from ui.language import language
from ui.people import accounts, required_administrator
from ui.refusals import said
from ui.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """What the pages ask, beside the accounts that `ui.people` knows.

    Attributes:
        access: who may have what.
        orders: of everybody.
        tree: of the data.
        quarantine: deliveries that were not accepted.
        standing: how full the archive is, and how many orders are where.
        catalogue: whose records rules stand on, too; tells the time.
    """

    access: Access
    orders: Orders
    tree: Tree
    quarantine: Quarantine
    standing: Standing
    catalogue: Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """Where one can go from every page, and how much waits there."""

    words: str
    href: str
    waits: int = 0


blueprint = Blueprint("administration", __name__, url_prefix="/admin")


def administration() -> Administration:
    """Return what answers this request."""
    found: Administration = current_app.extensions["administration"]
    return found


@blueprint.before_request
def only_administrators() -> None:
    """Let nobody else in."""
    required_administrator()


@blueprint.context_processor
def chrome() -> dict[str, Any]:
    """What every page of these has."""
    return {"tabs": _tabs()}


def answered(to: str, act: Callable[[], object], words: str) -> Response:
    """Do something, lead on to a page, and have it say `words`, or else why it was not done."""
    try:
        act()
    except (AccountError, MailError, ToldError) as error:
        flash(told(error), "wrong")
    else:
        flash(words)
    return redirect(to, 303)


def told(error: AccountError | MailError | ToldError) -> str:
    """Return why something was not done, in the reader's language."""
    return error.told(language()) if isinstance(error, ToldError) else said(str(error))


def waiting_deliveries() -> int:
    """Return how many deliveries are in quarantine."""
    return administration().quarantine.deliveries(DeliveryState.QUARANTINED, size=1)[1]


def _tabs() -> list[Tab]:
    return [
        Tab(words=_("Overview"), href="/admin"),
        Tab(words=_("Registrations"), href="/admin/registrations", waits=len(accounts().pending())),
        Tab(words=_("Users"), href="/admin/users"),
        Tab(words=_("Groups"), href="/admin/groups"),
        Tab(words=_("Access"), href="/admin/access"),
        Tab(words=_("Orders"), href="/admin/orders"),
        Tab(words=_("Deliveries"), href="/admin/deliveries", waits=waiting_deliveries()),
        Tab(words=_("Audit trail"), href="/admin/audit"),
    ]
