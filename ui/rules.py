"""The form for a rule of access: what it holds, and what it was sent with. Administrators and curators have the same."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import request

from accounts.access import Access, RuleView
from accounts.codelists import RuleKind, Shown
from accounts.views import GroupSummary
from accounts.visitors import Visitor
from ui.account.fields import typed
from ui.people import accounts
from ui.speech import _

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """The form for a rule, with what it holds and what there is to choose from.

    Attributes:
        opens: the day from which all is open, as HTML's date fields have it.
        groups: the names of those that are ticked.
        exists: whether there is a rule on the identifier.
        kinds: with their words, and what they mean.
        all_groups: that can be let in.
    """

    identifier: str
    kind: RuleKind
    opens: str
    shown: Shown
    groups: frozenset[str]
    exists: bool
    kinds: list[tuple[RuleKind, str, str]]
    showns: list[tuple[Shown, str]]
    all_groups: list[GroupSummary]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRule:
    """What the form was sent with; `opens` is None where no day was typed, or what is none."""

    kind: RuleKind
    opens: datetime | None
    shown: Shown
    groups: list[str]

    def put_on(self, identifier: str, access: Access, *, by: Visitor, address: str | None) -> None:
        """Put the rule on a record or node; what is refused is told as `Access.set_rule` tells it."""
        access.set_rule(identifier, self.kind, self.opens, self.shown, self.groups, by=by, address=address)


def shown_words(shown: Shown) -> str:
    """Return what those whom a rule keeps out see."""
    return {
        Shown.DESCRIPTION: _("the description, with a padlock on the data"),
        Shown.NAME: _("the name in the tree, with a padlock"),
        Shown.NOTHING: _("nothing"),
    }[shown]


def rule_form(rule: RuleView | None, identifier: str, now: datetime) -> RuleForm:
    """Return the form as the rule on `identifier` has it; where there is none, as a new one begins: an embargo of a year."""
    return RuleForm(
        identifier=identifier,
        kind=rule.kind if rule else RuleKind.UNTIL,
        opens=(rule.opens if rule and rule.opens else now + _YEAR).date().isoformat(),
        shown=rule.shown if rule else Shown.DESCRIPTION,
        groups=frozenset(rule.groups) if rule else frozenset(),
        exists=rule is not None,
        kinds=[
            (RuleKind.UNTIL, _("Under embargo until a date"), _("Members of the ticked groups have them before.")),
            (RuleKind.GROUPS, _("For groups only"), _("Members of the ticked groups have them; with none ticked, administrators alone.")),
            (RuleKind.OPEN, _("Open to everybody"), _("Also where something above is not.")),
        ],
        showns=[(each, shown_words(each)) for each in Shown],
        all_groups=accounts().groups(),
    )


def sent_rule() -> SentRule | None:
    """Return what the form was sent with; None where nobody said who may have the data."""
    kind = next((each for each in RuleKind if each.value == request.form.get("kind")), None)
    shown = next((each for each in Shown if each.value == request.form.get("shown")), Shown.DESCRIPTION)
    given = typed(request.form, "opens", 20)
    try:
        opens = datetime.combine(date.fromisoformat(given), datetime.min.time(), UTC) if given and kind is RuleKind.UNTIL else None
    except ValueError:
        opens = None
    return SentRule(kind=kind, opens=opens, shown=shown, groups=request.form.getlist("group")[:200]) if kind else None
