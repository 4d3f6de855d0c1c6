"""Who may have one record, and from when on."""

from dataclasses import dataclass

from flask import render_template
from werkzeug.wrappers import Response

from ui.administration.words import Mark
from ui.curate.current import answered, blueprint, curation, required_curator
from ui.curate.marks import access_mark
from ui.curate.one import Head, asked_identifier, curate_path, head
from ui.people import address
from ui.rules import RuleForm, rule_form
from ui.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPage:
    """What decides on a record now, and the form for a rule of its own; `inherited` where a rule above it decides."""

    head: Head
    mark: Mark
    inherited: bool
    form: RuleForm


@blueprint.get("/record/access")
def record_access() -> str:
    """Who may have the record."""
    shown = head()
    rule = curation().access.rule(shown.identifier)
    decision = curation().access.decide(shown.identifier, required_curator())
    page = AccessPage(
        head=shown,
        mark=access_mark(decision),
        inherited=rule is None and decision.ruled,
        form=rule_form(rule, shown.identifier, curation().catalogue.clock()),
    )
    return render_template("curate/access.html", page=page)


@blueprint.post("/record/access/remove")
def remove_rule() -> Response:
    """Take the record's own rule away; one is put on it as on many (`ui.curate.batch`)."""
    by, identifier = required_curator(), asked_identifier()
    words = _("The rule is removed. What is above decides from now on.")
    act = curation().access.remove_rule
    return answered(curate_path(identifier, "access"), lambda: act(identifier, by=by, address=address()), words)
