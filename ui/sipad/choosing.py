"""Routes of what is chosen: criteria of a data set, the current selection, the files of one of its data sets."""

from typing import Final, NoReturn
from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ordering.criteria import Criteria, CriteriaError
from ordering.selecting import ItemView
from ordering.sentences import OrderError
from ui.links import NamedLink
from ui.people import current_visitor, current_whose
from ui.sipad.criteria_page import (
    as_typed,
    counted,
    criteria_address,
    criteria_page,
    criteria_problem,
    found_words,
)
from ui.sipad.current import sipad
from ui.sipad.description import above
from ui.sipad.frame import chosen, selection, tell
from ui.sipad.objects_page import SIZES, Shown, objects_page
from ui.sipad.quantities import amount
from ui.sipad.selection_page import selection_page
from ui.sipad.sight import Seen, TreeSight, known_node
from ui.speech import _, ngettext

blueprint = Blueprint("choosing", __name__)

MAX_TICKED: Final = 1000
"""Data sets that are put into the selection at once."""
_MAX_FILE: Final = 2**63
"""Above all numbers of files."""


@blueprint.get("/select/<identifier:identifier>")
def select(identifier: str) -> str:
    """The criteria of a data set, and how many of its files meet them."""
    seen = _choosable(identifier)
    page = criteria_page(sipad(), seen, request.args, _item_of(seen), _above(seen))
    template = "sipad/criteria_form.html" if request.args.get("part") == "1" else "sipad/select.html"
    return render_template(template, page=page)


@blueprint.post("/select/<identifier:identifier>")
def put_into_selection(identifier: str) -> AnyResponse | tuple[str, int]:
    """Count the files that meet the criteria (`do=count`), or put them into the selection."""
    seen = _choosable(identifier)
    typed = as_typed(request.form)
    if request.form.get("do") == "count":
        return redirect(criteria_address(request.path, typed), 303)
    offered = sipad().inventory.offered(seen.node.id)
    try:
        criteria = Criteria.parse(typed, offered)
    except CriteriaError:
        page = criteria_page(sipad(), seen, request.form, _item_of(seen), _above(seen))
        return render_template("sipad/select.html", page=page), 400
    sipad().selecting.add(current_whose(), seen.node.id, criteria)
    tell(_("“%(title)s” is in your selection.", title=seen.node.title))
    return redirect("/sipad/selection", 303)


@blueprint.get("/count/<identifier:identifier>")
def count(identifier: str) -> Response:
    """How many files of a data set meet criteria, for a script that tells it while they are typed."""
    seen = _choosable(identifier)
    typed = as_typed(request.args)
    try:
        found = counted(sipad(), seen, typed, sipad().inventory.offered(seen.node.id))
    except CriteriaError as error:
        return jsonify(field=error.field, problem=criteria_problem(error), says=_("Please mend what is marked."))
    return jsonify(files=found.number, says=found_words(found, amount(seen.node.files, seen.node.bytes)))


@blueprint.get("/selection")
def current_selection() -> str:
    """The current selection."""
    return render_template("sipad/selection.html", page=selection_page(sipad(), TreeSight(sipad(), current_visitor()), selection()))


@blueprint.post("/selection")
def put_data_sets() -> AnyResponse:
    """Put the ticked data sets into the selection, with all their files; those that are in it already stay as they are."""
    ticked = list(dict.fromkeys(request.form.getlist("dataset")))[:MAX_TICKED]
    nodes = [node for identifier in ticked if (node := known_node(sipad().tree, identifier)) and node.id not in chosen()]
    added = [seen for seen in TreeSight(sipad(), current_visitor()).of(nodes) if seen.choosable]
    for seen in added:
        sipad().selecting.add(current_whose(), seen.node.id)
    if not added and not ticked:
        tell(_("No data set was ticked."))
        return redirect("/sipad/tree", 303)
    tell(ngettext("%(num)s data set was put into your selection.", "%(num)s data sets were put into your selection.", len(added)))
    return redirect("/sipad/selection", 303)


@blueprint.post("/selection/<int:item>/remove")
def remove(item: int) -> AnyResponse:
    """Take a data set out of the selection."""
    if any(each.item_id == item for each in selection().items):
        sipad().selecting.remove(current_whose(), item)
    return redirect("/sipad/selection", 303)


@blueprint.get("/selection/<int:item>/objects")
def objects(item: int) -> str:
    """The files of a data set in the selection."""
    page = objects_page(sipad(), current_whose(), _selected(item), Shown.parse(request.args))
    return render_template("sipad/objects.html", page=page, sizes=SIZES)


@blueprint.post("/selection/<int:item>/objects")
def tick(item: int) -> AnyResponse:
    """Keep which of the files on a page are ticked, or tick or untick all there are (`do`); then show the page asked for (`go`)."""
    _selected(item)
    selecting, whose = sipad().selecting, current_whose()
    shown = [number for number in request.form.getlist("shown", type=int) if 0 < number < _MAX_FILE][: max(SIZES)]
    ticked = set(request.form.getlist("ticked", type=int))
    try:
        match request.form.get("do"):
            case "all":
                selecting.tick_all(whose, item, True)  # noqa: FBT003 -- its signature
            case "none":
                selecting.tick_all(whose, item, False)  # noqa: FBT003 -- its signature
            case _:
                selecting.untick(whose, item, [each for each in shown if each not in ticked], False)  # noqa: FBT003 -- its signature
                selecting.untick(whose, item, [each for each in shown if each in ticked], True)  # noqa: FBT003 -- its signature
    except OrderError:
        _gone()
    if request.accept_mimetypes.best == "application/json":
        now = _selected(item)
        return jsonify(files=now.files, says=amount(now.files, now.bytes).words)
    go = request.form.get("go")
    if go == "selection":
        return redirect("/sipad/selection", 303)
    return redirect(Shown.parse(_parameters(go or "")).address(item), 303)


def _parameters(address: str) -> "MultiDict[str, str]":
    """The parameters of an address of this site; only they are believed."""
    return MultiDict(parse_qsl(address.partition("?")[2], max_num_fields=20))


def _choosable(identifier: str) -> Seen:
    """A data set whose files the reader may order; others are told why not, or not told of."""
    seen = TreeSight(sipad(), current_visitor()).node(identifier)
    if seen is None:
        abort(404)
    if not seen.decision.open or not seen.decision.described:
        abort(403, _("These data are not open to you: %(why)s.", why=seen.lock))
    if not seen.choosable:
        abort(404)
    return seen


def _above(seen: Seen) -> tuple[NamedLink, ...]:
    return above(TreeSight(sipad(), current_visitor()), sipad().tree.path(seen.node.id))


def _item_of(seen: Seen) -> ItemView | None:
    """The item of the reader's selection that is of a data set."""
    return next((item for item in selection().items if item.node.id == seen.node.id), None)


def _selected(item: int) -> ItemView:
    """An item of the reader's selection; of another's there is nothing to see, nor of what has been shut since."""
    found = next((each for each in sipad().selecting.current(current_whose()).items if each.item_id == item), None)
    if found is None:
        _gone()
    _choosable(found.node.identifier)
    return found


def _gone() -> NoReturn:
    abort(404)
