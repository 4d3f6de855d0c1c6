"""Access rules: who may have what, and from when on."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from accounts.access import RuleView
from accounts.models import RuleKind, Shown
from accounts.views import GroupSummary
from catalogue.service.addresses import record_path
from ui.account.fields import typed
from ui.administration.current import administration, answered, blueprint
from ui.administration.words import Mark, Turning, page_asked, rule_mark, shown_words, turning
from ui.people import accounts, address, required_administrator
from ui.speech import _

_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule in the list.

    Attributes:
        title: of the record or node it stands on; None where there is none (yet).
        href: of the record's page; None where there is none.
        shown: what those see whom it keeps out; None where it keeps nobody out.
    """

    rule: RuleView
    mark: Mark
    title: str | None
    href: str | None
    shown: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleForm:
    """The form for a rule, with what it holds.

    Attributes:
        opens: the day from which all is open, as HTML's date fields have it.
        exists: whether there is a rule on the identifier.
    """

    identifier: str
    kind: RuleKind
    opens: str
    shown: Shown
    groups: frozenset[str]
    exists: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPage:
    """All rules, and the form for one."""

    rows: list[RuleRow]
    total: int
    form: RuleForm
    kinds: list[tuple[RuleKind, str, str]]
    showns: list[tuple[Shown, str]]
    groups: list[GroupSummary]
    turning: Turning | None


@blueprint.get("/access")
def access() -> str:
    """All rules by identifier, and the form that sets one."""
    rules, page = administration().access.rules(), page_asked()
    now = administration().catalogue.clock()
    return render_template(
        "administration/access.html",
        page=AccessPage(
            rows=_rows(rules[(page - 1) * _AT_ONCE : page * _AT_ONCE], now),
            total=len(rules),
            form=_form(rules, typed(request.args, "identifier", 512), now),
            kinds=_kinds(),
            showns=[(each, shown_words(each)) for each in Shown],
            groups=accounts().groups(),
            turning=turning(page, len(rules), _AT_ONCE),
        ),
    )


@blueprint.post("/access")
def set_rule() -> Response:
    """Put a rule on a record or node."""
    by, identifier = required_administrator(), typed(request.form, "identifier", 600)
    kind = next((each for each in RuleKind if each.value == request.form.get("kind")), None)
    shown = next((each for each in Shown if each.value == request.form.get("shown")), Shown.DESCRIPTION)
    groups, given = request.form.getlist("group")[:200], typed(request.form, "opens", 20)
    try:
        opens = datetime.combine(date.fromisoformat(given), datetime.min.time(), UTC) if given and kind is RuleKind.UNTIL else None
    except ValueError:
        opens = None
    if kind is None:
        flash(_("Please choose who may have the data."), "wrong")
        return redirect("/admin/access", 303)
    act = administration().access.set_rule
    return answered(
        "/admin/access", lambda: act(identifier, kind, opens, shown, groups, by=by, address=address()), _("The rule counts from now on.")
    )


@blueprint.post("/access/remove")
def remove_rule() -> Response:
    """Take a rule away."""
    by, identifier = required_administrator(), typed(request.form, "identifier", 512)
    words = _("The rule is removed. What is above decides from now on.")
    return answered("/admin/access", lambda: administration().access.remove_rule(identifier, by=by, address=address()), words)


def _rows(rules: list[RuleView], now: datetime) -> list[RuleRow]:
    records = administration().catalogue.engine.get_many([rule.identifier for rule in rules])
    rows = []
    for rule, record in zip(rules, records, strict=True):
        node = None if record else administration().tree.node(rule.identifier)
        rows.append(
            RuleRow(
                rule=rule,
                mark=rule_mark(rule.kind, rule.opens, now),
                title=record.title if record else node.title if node else None,
                href=record_path(rule.identifier) if record else None,
                shown=None if _is_open(rule, now) else shown_words(rule.shown),
            )
        )
    return rows


def _is_open(rule: RuleView, now: datetime) -> bool:
    return rule.kind is RuleKind.OPEN or (rule.kind is RuleKind.UNTIL and rule.opens is not None and rule.opens <= now)


def _form(rules: list[RuleView], identifier: str, now: datetime) -> RuleForm:
    """The form as the rule on `identifier` has it; else as a new one begins."""
    rule = next((each for each in rules if each.identifier == identifier), None)
    return RuleForm(
        identifier=identifier,
        kind=rule.kind if rule else RuleKind.UNTIL,
        opens=(rule.opens if rule and rule.opens else now + timedelta(days=365)).date().isoformat(),
        shown=rule.shown if rule else Shown.DESCRIPTION,
        groups=frozenset(rule.groups) if rule else frozenset(),
        exists=rule is not None,
    )


def _kinds() -> list[tuple[RuleKind, str, str]]:
    return [
        (RuleKind.UNTIL, _("Under embargo until a date"), _("Members of the ticked groups have them before.")),
        (RuleKind.GROUPS, _("For groups only"), _("Members of the ticked groups have them; with none ticked, administrators alone.")),
        (RuleKind.OPEN, _("Open to everybody"), _("Also where something above is not.")),
    ]
