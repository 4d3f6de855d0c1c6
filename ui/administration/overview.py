"""What needs an administrator today, and how full the disk is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template

from accounts.codelists import RuleKind
from mappings.vocabularies.words import number_words, size_words
from ordering.models import OrderState
from ordering.standing import DiskUse
from ui.administration.current import administration, blueprint, waiting_deliveries
from ui.language import language
from ui.people import accounts
from ui.speech import _

_SOON = timedelta(days=30)
_RUNNING = (OrderState.WAITING, OrderState.PREPARING, OrderState.DELIVERING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Something that may need an administrator.

    Attributes:
        number: how much of it there is.
        due: whether somebody waits for an answer.
    """

    number: str
    words: str
    says: str
    href: str
    due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of the disk.

    Attributes:
        begins: where it begins in the bar, per mille.
        width: in the bar, per mille.
        part: which colour it has.
    """

    words: str
    size: str
    begins: float
    width: float
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage:
    """All that the overview shows; `full` warns where the disk is nearly so."""

    work: list[Work]
    shares: list[Share]
    total: str
    full: bool


@blueprint.get("/", strict_slashes=False)
@blueprint.get("")
def overview() -> str:
    """The overview."""
    use = administration().standing.disk()
    return render_template(
        "administration/overview.html",
        page=OverviewPage(
            work=_work(administration().catalogue.clock()),
            shares=_shares(use),
            total=size_words(use.total, language()),
            full=use.free < use.total / 10,
        ),
    )


def _work(now: datetime) -> list[Work]:
    asked, shut, orders = len(accounts().pending()), waiting_deliveries(), administration().standing.orders()
    failed, running = orders[OrderState.FAILED], sum(orders[state] for state in _RUNNING)
    ends = [rule.opens for rule in administration().access.rules() if rule.kind is RuleKind.UNTIL and rule.opens]
    soon = sum(now < end <= now + _SOON for end in ends)
    return [
        _one(asked, _("Registrations"), _("wait for an answer"), "/admin/registrations", due=asked > 0),
        _one(shut, _("Deliveries"), _("are in quarantine"), "/admin/deliveries", due=shut > 0),
        _one(failed, _("Failed orders"), _("can be tried again for some days"), "/admin/orders?state=failed", due=failed > 0),
        _one(running, _("Orders under way"), _("wait, are prepared or delivered"), "/admin/orders", due=False),
        _one(soon, _("Embargoes"), _("end within 30 days"), "/admin/access", due=False),
    ]


def _one(number: int, words: str, says: str, href: str, *, due: bool) -> Work:
    return Work(number=number_words(number, language()), words=words, says=says, href=href, due=due)


def _shares(use: DiskUse) -> list[Share]:
    """The parts of the disk, side by side; what the database does not know of is the rest."""
    other = max(0, use.total - use.free - use.files - use.workspaces - use.quarantine)
    parts = [
        (_("Files of the archive"), use.files, "0"),
        (_("Workspaces, with what is kept for orders in the making"), use.workspaces, "1"),
        (_("Quarantine"), use.quarantine, "2"),
        (_("Something else"), other, "3"),
        (_("Free"), use.free, "free"),
    ]
    whole = max(sum(size for _words, size, _part in parts), 1)
    found, begins = [], 0.0
    for words, size, part in parts:
        width = 1000 * size / whole
        found.append(Share(words=words, size=size_words(size, language()), begins=round(begins, 2), width=round(width, 2), part=part))
        begins += width
    return found
