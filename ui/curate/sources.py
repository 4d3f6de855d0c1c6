"""Sources that records are harvested from: all of them, one with its runs, and the form for one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from accounts.errors import StateError
from catalogue.harvesting.sources import LEAVING
from catalogue.harvesting.views import SourceSpec, SourceView
from mappings.vocabularies.labels import label
from ui.account.fields import Field
from ui.administration.words import Turning, page_asked, turning
from ui.curate.current import answered, blueprint, curation, required_curator
from ui.curate.harvest_words import Address, Standing, addresses, grouped, policies, policy_words, protocol_words, standing
from ui.curate.sentences import said
from ui.curate.source_form import SourceForm, faults_of, fields_of, form_of, new_form, spec_of, typed_form
from ui.curate.timing import Timing, choices
from ui.language import language
from ui.people import address
from ui.speech import _

_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source in the list.

    Attributes:
        last: its run that is under way, or else its last one; None where there was none yet.
        due: when it is harvested next by itself; None for never.
        idle: whether a run can be begun now.
    """

    source: SourceView
    protocol: str
    records: str
    last: Standing | None
    timing: str
    due: datetime | None
    idle: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """A source.

    Attributes:
        facts: of how it is set up, words with words.
        runs: the last ones.
        timing: its schedule, for the form.
    """

    row: SourceRow
    facts: list[tuple[str, str]]
    runs: list[Standing]
    total: int
    turning: Turning | None
    timing: Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """The form of a source; `name` of one that is there already, None for a new one. `says` is what is wrong with no single field."""

    form: SourceForm
    fields: dict[str, Field]
    addresses: list[Address]
    name: str | None = None
    says: str | None = None


@blueprint.get("/sources")
def sources() -> str:
    """All sources by name."""
    return render_template("curate/sources.html", rows=[_row(each) for each in curation().sources.all()])


@blueprint.get("/new-source")
def new_source() -> str:
    """The form for a new source."""
    return _form_page(new_form())


@blueprint.post("/new-source")
def add_source() -> str | Response | tuple[str, int]:
    """Keep a new source."""
    by, form = required_curator(), typed_form(request.form)

    def add(spec: SourceSpec) -> SourceView:
        return curation().sources.add(spec, by=by, address=address())

    return _kept(form, None, add, _("The source is kept. Have a look at a preview before its first run."))


@blueprint.get("/sources/<name>")
def source(name: str) -> str:
    """A source, its last runs, and what can be done with it."""
    found, page = curation().sources.source(name), page_asked()
    runs, total = curation().runs.runs(name, page=page, size=_AT_ONCE)
    shown = SourcePage(
        row=_row(found),
        facts=_facts(found),
        runs=[standing(each) for each in runs],
        total=total,
        turning=turning(page, total, _AT_ONCE),
        timing=Timing.of(found.schedule),
    )
    return render_template("curate/source.html", page=shown, choices=choices())


@blueprint.get("/sources/<name>/edit")
def edit_source(name: str) -> str:
    """The form of a source that is there."""
    return _form_page(form_of(curation().sources.source(name)), name)


@blueprint.post("/sources/<name>/edit")
def change_source(name: str) -> str | Response | tuple[str, int]:
    """Keep a source as it was changed."""
    by, found = required_curator(), curation().sources.source(name)
    form = typed_form(request.form, has_credentials=found.has_credentials)
    form = replace(form, values={**form.values, "name": name})

    def change(spec: SourceSpec) -> SourceView:
        return curation().sources.change(name, spec, forget_credentials="forget" in form.ticked, by=by, address=address())

    return _kept(form, name, change, _("The source is changed. Its next run does as it says."))


@blueprint.post("/sources/<name>/<any(preview, run, anew):what>")
def start(name: str, what: str) -> Response:
    """Have a run begun, and lead on to it."""
    by, runs = required_curator(), curation().runs
    try:
        number = runs.start(name, preview=what == "preview", anew=what == "anew", by=by, address=address())
    except StateError as error:
        flash(said(str(error)), "wrong")
        return redirect(f"/curate/sources/{name}", 303)
    return redirect(f"/curate/runs/{number}", 303)


@blueprint.post("/sources/<name>/schedule")
def schedule(name: str) -> Response:
    """Set when a source is harvested by itself."""
    by, text = required_curator(), Timing.typed(request.form).text()
    words = _("The schedule is set.") if text else _("The source is harvested by hand only.")
    return answered(f"/curate/sources/{name}", lambda: curation().sources.schedule(name, text, by=by, address=address()), words)


@blueprint.post("/sources/<name>/remove")
def remove_source(name: str) -> Response:
    """Take a source away; its records stay, unless they are to be withdrawn with it."""
    by, withdraw = required_curator(), request.form.get("records") == "withdraw"
    try:
        run = curation().sources.remove(name, withdraw=withdraw, by=by, address=address())
    except StateError as error:
        flash(said(str(error)), "wrong")
        return redirect(f"/curate/sources/{name}", 303)
    going = _("The records of this source are withdrawn as soon as a worker is free, and then it is gone.")
    flash(going if withdraw else _("The source is removed. Its records stay.") if run is None else said(LEAVING))
    return redirect("/curate/sources", 303)


def _kept(form: SourceForm, name: str | None, keep: Callable[[SourceSpec], SourceView], words: str) -> str | Response | tuple[str, int]:
    """Keep what a form says and lead on to the source; a form with something wrong comes back as it was."""
    faults = faults_of(form)
    if faults:
        return _form_page(replace(form, faults=faults), name), 422
    try:
        source = keep(spec_of(form))
    except StateError as error:
        return _form_page(form, name, said(str(error))), 422
    flash(words)
    return redirect(f"/curate/sources/{source.name}", 303)


def _form_page(form: SourceForm, name: str | None = None, says: str | None = None) -> str:
    page = FormPage(form=form, fields=fields_of(form), addresses=addresses(folders=curation().allow_private), name=name, says=says)
    return render_template("curate/source-form.html", page=page, policies=policies(), choices=choices())


def _row(source: SourceView) -> SourceRow:
    shown = source.running or source.last
    return SourceRow(
        source=source,
        protocol=protocol_words(source.protocol),
        records=grouped(source.records),
        last=standing(shown) if shown else None,
        timing=Timing.of(source.schedule).words(),
        due=source.due if source.enabled else None,
        idle=source.running is None and not source.leaving,
    )


def _facts(source: SourceView) -> list[tuple[str, str]]:
    facts = [
        (_("Asked by"), protocol_words(source.protocol)),
        (_("Filters"), ", ".join(f"{name} = {value}" for name, value in source.filters.items())),
        (_("Domain of records that do not tell theirs"), label(source.domain, language()) if source.domain else ""),
        (_("Where two documents have one identifier"), policy_words(source.policy)),
        (_("Withdraws by itself at most"), _("%(share)s\u202f%% of its records", share=f"{source.share * 100:g}")),
        (_("Signs in"), _("with credentials that are kept") if source.has_credentials else ""),
        (_("Documents that could not be had"), grouped(source.rejected) if source.rejected else ""),
    ]
    return [(words, value) for words, value in facts if value]
