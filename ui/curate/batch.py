"""What is done with records, one or many: chosen in the list, asked for once more with what it needs, then done."""

from dataclasses import dataclass
from typing import Final

from flask import Response, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from accounts.errors import AccountError
from catalogue.curating.views import MOST, State
from mappings.vocabularies.words import number_words
from records.errors import NotFoundError
from ui.account.fields import typed
from ui.curate.assigning import AssignForm, assign_form, sent_assignment
from ui.curate.current import answered, blueprint, curation, required_curator
from ui.curate.one import curate_path, way_back
from ui.curate.records import asked_filter
from ui.curate.sentences import said
from ui.export import bundle
from ui.language import language
from ui.people import address
from ui.rules import RuleForm, SentRule, rule_form, sent_rule
from ui.speech import _, ngettext
from ui.words import excerpt

_NAMED: Final = 10
"""So many of the chosen records are named."""
_STEP: Final = 200
_PAGES: Final = 10
"""So many pages of a list are walked through: where few records are wanted, each is some thousand that are looked at."""
_RESTORED: Final = 100
"""So many are brought back at once: each is a step of its own, and a page of the list has fewer."""
_LIST: Final = "/curate/records"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """What is asked for before something is done with many records.

    Attributes:
        do: "withdraw", "assign" or "access".
        named: titles and addresses of the first of them.
        more: how many others there are.
        back: the page of the list to which one comes back.
        assign: the form, where it is for that; None otherwise. Likewise `rule`.
    """

    do: str
    heading: str
    identifiers: list[str]
    named: list[tuple[str, str]]
    more: int
    back: str
    assign: AssignForm | None
    rule: RuleForm | None


@blueprint.post("/batch")
def batch() -> Response | Answer | str:
    """Ask for what is needed to do something with the chosen records; or export them, or bring them back."""
    chosen, leads_back, do = _chosen(), way_back(_LIST), request.form.get("do", "")
    if chosen is None or not 0 < len(chosen) <= MOST:
        flash(_refusal(chosen), "wrong")
        return redirect(leads_back, 303)
    if do == "export":
        asked = request.form.copy()
        asked.setlist("id", chosen)
        return _export(asked, leads_back)
    if do == "restore":
        return _restore(chosen, leads_back)
    headings = {"withdraw": _("Withdraw records"), "assign": _("Set domain and categories"), "access": _("Set access")}
    if do not in headings:
        flash(_("Please choose what to do with the records."), "wrong")
        return redirect(leads_back, 303)
    page = BatchPage(
        do=do,
        heading=headings[do],
        identifiers=chosen,
        named=_named(chosen[:_NAMED]),
        more=max(0, len(chosen) - _NAMED),
        back=leads_back,
        assign=assign_form(None) if do == "assign" else None,
        rule=rule_form(None, "", curation().catalogue.clock()) if do == "access" else None,
    )
    return render_template("curate/batch.html", page=page)


@blueprint.post("/batch/withdraw")
def withdraw() -> Answer:
    """Take records out of the catalogue; their versions are kept."""
    by, identifiers, reason = required_curator(), _identifiers(), typed(request.form, "reason", 2000)
    if not reason:
        flash(_("Please say why; nothing was withdrawn."), "wrong")
        return redirect(way_back(_LIST), 303)
    try:
        count = curation().curating.withdraw(identifiers, reason=reason, by=by, address=address())
    except AccountError as error:
        flash(said(str(error)), "wrong")
    else:
        flash(ngettext("%(num)s record is withdrawn.", "%(num)s records are withdrawn.", count))
    return redirect(way_back(_LIST), 303)


@blueprint.post("/batch/assign")
def assign() -> Answer:
    """Set domain and categories of records."""
    by, identifiers, sent = required_curator(), _identifiers(), sent_assignment()
    return answered(
        way_back(_LIST),
        lambda: curation().curating.assign(identifiers, domain=sent.domain, categories=sent.categories, by=by, address=address()),
        _("Domain and categories are set. The documents stay as they are."),
    )


@blueprint.post("/batch/access")
def restrict() -> Answer:
    """Put a rule on records, each its own."""
    identifiers, rule = _identifiers(), sent_rule()
    if rule is None:
        flash(_("Please choose who may have the data."), "wrong")
        return redirect(way_back(_LIST), 303)
    return answered(way_back(_LIST), lambda: _restrict(identifiers, rule), _("The rule counts from now on."))


def _export(asked: "MultiDict[str, str]", leads_back: str) -> Response | Answer:
    """Hand records out as one document; where one of them is gone, that is told, and none is."""
    try:
        return bundle(curation().catalogue, asked, language=language(), most=MOST)
    except NotFoundError as error:
        flash(_("There is no record %(identifier)s any more; nothing was exported.", identifier=excerpt(error.identifier, 200)), "wrong")
        return redirect(leads_back, 303)


def _restore(identifiers: list[str], leads_back: str) -> Answer:
    """Bring withdrawn records back, each as it was last; what cannot be brought back is told."""
    by, curating, failed = required_curator(), curation().curating, ""
    chosen, count = identifiers[:_RESTORED], 0
    for identifier in chosen:
        try:
            curating.restore(identifier, curating.versions(identifier)[-1].number, by=by, address=address())
            count += 1
        except AccountError as error:
            failed = _("%(name)s: %(value)s", name=excerpt(identifier, 200), value=said(str(error)))
    if failed:
        flash(failed, "wrong")
    flash(ngettext("%(num)s record is there again.", "%(num)s records are there again.", count))
    return redirect(leads_back, 303)


def _restrict(identifiers: list[str], rule: SentRule) -> None:
    by = required_curator()
    for identifier in identifiers[:MOST]:
        rule.put_on(identifier, curation().access, by=by, address=address())


def _identifiers() -> list[str]:
    """Return the identifiers that the form names, each once, one more than can be taken at most."""
    return list(dict.fromkeys(each for each in request.form.getlist("id") if each))[: MOST + 1]


def _chosen() -> list[str] | None:
    """Return what is ticked, or all that the list has, one more than can be taken at most; None where walking through it takes too long."""
    return _identifiers() if request.form.get("which") != "all" else _listed()


def _listed() -> list[str] | None:
    asked, by, after = asked_filter(), required_curator(), None
    found: list[str] = []
    if asked.state is State.WITHDRAWN:
        return found
    for _page in range(_PAGES):
        listing = curation().curating.listing(asked, after=after, limit=_STEP, by=by)
        found += [row.identifier for row in listing.rows]
        after = listing.next
        if after is None or len(found) > MOST:
            return found[: MOST + 1]
    return None


def _named(identifiers: list[str]) -> list[tuple[str, str]]:
    found = curation().catalogue.engine.get_many(identifiers)
    titles = (record.display_title if record else each for each, record in zip(identifiers, found, strict=True))
    return [(title, curate_path(each)) for each, title in zip(identifiers, titles, strict=True)]


def _refusal(chosen: list[str] | None) -> str:
    """Return why nothing can be done with what is chosen."""
    if chosen is None:
        return _("This list takes too long to walk through. Please narrow it, or tick records.")
    if not chosen:
        return _("Please tick at least one record.")
    return _("At most %(limit)s records can be worked on at once. Please narrow the list.", limit=number_words(MOST, language()))
