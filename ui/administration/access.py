"""Access rules: who may have what, and from when on."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from accounts.access import RuleView
from accounts.codelists import RuleKind
from catalogue.service.addresses import record_path
from ui.account.fields import typed
from ui.administration.current import administration, answered, blueprint
from ui.administration.words import Mark, Turning, page_asked, rule_mark, turning
from ui.people import address, required_administrator
from ui.rules import RuleForm, rule_form, sent_rule, shown_words
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
class AccessPage:
    """All rules, and the form for one."""

    rows: list[RuleRow]
    total: int
    form: RuleForm
    turning: Turning | None


@blueprint.get("/access")
def access() -> str:
    """All rules by identifier, and the form that sets one."""
    rules, page = administration().access.rules(), page_asked()
    now, identifier = administration().catalogue.clock(), typed(request.args, "identifier", 512)
    return render_template(
        "administration/access.html",
        page=AccessPage(
            rows=_rows(rules[(page - 1) * _AT_ONCE : page * _AT_ONCE], now),
            total=len(rules),
            form=rule_form(next((each for each in rules if each.identifier == identifier), None), identifier, now),
            turning=turning(page, len(rules), _AT_ONCE),
        ),
    )


@blueprint.post("/access")
def set_rule() -> Response:
    """Put a rule on a record or node."""
    by, identifier, rule = required_administrator(), typed(request.form, "identifier", 600), sent_rule()
    if rule is None:
        flash(_("Please choose who may have the data."), "wrong")
        return redirect("/admin/access", 303)
    access = administration().access
    return answered("/admin/access", lambda: rule.put_on(identifier, access, by=by, address=address()), _("The rule counts from now on."))


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
