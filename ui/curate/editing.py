"""Mending a record in place: the form, what is looked up for it, and what became of it."""

import hashlib

from flask import Response, flash, jsonify, render_template, request
from werkzeug.wrappers import Response as Answer

from accounts.errors import StateError
from catalogue.engines.base import Change
from mappings.editing import EditError, editable
from mappings.vocabularies.suggestions import vocabulary_suggestions
from records.model import Record
from ui.account.fields import typed
from ui.curate.current import blueprint, curation, required_curator
from ui.curate.edit_form import EditForm, edit_form, read_edits
from ui.curate.edit_keywords import SUGGESTED, suggestion_key
from ui.curate.one import Head, back, present
from ui.curate.sentences import said
from ui.people import address
from ui.speech import _

_MOST_TICKED = 100


@blueprint.get("/record/edit")
def edit() -> str:
    """The form."""
    shown, record = present()
    return _page(shown, edit_form(record, _digest(record), _fields(record)))


@blueprint.post("/record/edit")
def send_edit() -> Answer | str | tuple[str, int]:
    """Mend the record; or give the form back, with what is wrong with it or with one row more."""
    by, (shown, record) = required_curator(), present()
    ticked = list(dict.fromkeys(request.form.getlist("found")))[:_MOST_TICKED]
    form = edit_form(record, typed(request.form, "digest", 64), _fields(record), request.form, ticked)
    if request.form.get("do") != "save":
        return _page(shown, form)
    edits = read_edits(record, form)
    if form.digest != _digest(record):
        form.says = _("Somebody else has changed this record since you opened it. Please look at it as it is now, and change it again.")
    if form.says or form.faults:
        return _page(shown, form), 422
    try:
        change = curation().curating.edit(shown.identifier, edits, digest=form.digest, by=by, address=address())
    except EditError as error:
        form.tell(error.field, said(str(error)))
    except StateError as error:
        form.says = said(str(error))
    else:
        flash(_("Nothing was changed.") if change is Change.UNCHANGED else _("The record is changed."))
        return back()
    return _page(shown, form), 422


@blueprint.get("/keywords")
def keywords() -> Response:
    """Terms of the vocabularies that begin as `q` does, as JSON."""
    wanted = typed(request.args, "q", 100)
    found = vocabulary_suggestions(wanted, SUGGESTED) if wanted else []
    return jsonify(suggestions=[{"value": suggestion_key(each), "words": each.term, "list": each.thesaurus or ""} for each in found])


def _page(shown: Head, form: EditForm) -> str:
    return render_template("curate/edit.html", page={"head": shown, "form": form})


def _fields(record: Record) -> frozenset[str]:
    return editable(record.source.format) if record.source else frozenset()


def _digest(record: Record) -> str:
    return hashlib.sha256(record.source.content if record.source else b"").hexdigest()
