"""Routes of orders: the form, one order, all of somebody's, the workspace and its files."""

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from ordering.sentences import OrderError
from ordering.viewing import OrderView
from ui.language import language
from ui.people import address, current_visitor, current_whose, limit, required_visitor
from ui.sipad.current import sipad
from ui.sipad.frame import remember_email, remembered_email, selection, selection_changed, tell
from ui.sipad.order_form import OrderForm, compressions, first_form, form_page, modes, packagings
from ui.sipad.order_selection import Coming, coming, put_in
from ui.sipad.orders_page import order_lines, order_page, order_path
from ui.sipad.workspace_page import SUMS, workspace_page
from ui.speech import _

blueprint = Blueprint("ordering", __name__)

Answer = str | tuple[str, int] | AnyResponse

_LOG: Final = logging.getLogger(__name__)
_LONGEST: Final = 254
_NUMBER: Final = re.compile(r"[0-9A-Za-z]{1,24}")


@blueprint.before_request
def look_at_number() -> None:
    """Refuse what can be no number of an order before anything is asked of it."""
    number = (request.view_args or {}).get("number")
    if number is not None and not _NUMBER.fullmatch(number):
        abort(404)


@blueprint.get("/order")
def order() -> Answer:
    """The order form; `dataset` names a data set that is ordered beside the selection, and is not put into it by looking."""
    form = first_form(sipad(), current_visitor(), request.args)
    return _form(form, coming(sipad(), current_visitor(), form.data_sets, selection()), {})


@blueprint.post("/order")
def submit() -> Answer:
    """Submit the selection as an order."""
    visitor, whose, form = current_visitor(), current_whose(), OrderForm.parse(request.form)
    found = coming(sipad(), visitor, form.data_sets, selection())
    submission, problems = form.submission()
    if submission is None or found.elsewhere or found.unknown:
        return _form(form, found, problems, 400)
    put_in(sipad(), whose, found)
    selection_changed()
    if not visitor.signed_in:
        limit("ask for a letter")
        visitor = replace(visitor, language=language())
    try:
        made = sipad().orders.submit(whose, visitor, submission, address=address())
    except OrderError as error:
        return _form(form, found, {error.field: error.told(language())}, 400)
    if not visitor.signed_in:
        remember_email(form.email)
    return redirect(order_path(made.number), 303)


@blueprint.get("/order/<number>")
def one_order(number: str) -> Answer:
    """An order; for somebody without an account the place to type its code, unless he comes by its link."""
    found = _order(number)
    if found is not None:
        page = order_page(sipad(), found, link=_link(), page=request.args.get("page", 1, type=int))
        return render_template("sipad/order_state.html" if request.args.get("part") == "1" else "sipad/order.html", page=page)
    if current_visitor().signed_in:
        abort(404)
    return _activation(number, remembered_email())


@blueprint.get(f"/order/<number>/{SUMS}")
def sums(number: str) -> AnyResponse:
    """The checksums of an order's files, as `sha256sum --check` reads them."""
    found = _order(number)
    if found is None:
        abort(404)
    answer = Response("".join(f"{parcel.sha256}  {parcel.name}\n" for parcel in found.parcels), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename={found.number}-{SUMS}"
    return answer


@blueprint.post("/order/<number>/activate")
def activate(number: str) -> Answer:
    """Begin an order of somebody without an account, by the code from his e-mail."""
    limit("answer a letter")
    email, code = _typed("email"), _typed("code")
    try:
        made = sipad().orders.activate(number, email, code)
    except OrderError as error:
        return _activation(number, email, error.told(language())), 400
    if made is None:
        problem = _("This code is not good for this order and e-mail address: it may be mistyped, used, or too old.")
        return _activation(number, email, problem), 400
    tell(_("Thank you. Your order begins."))
    return redirect(order_path(number, sipad().orders.parcel_link(made)), 303)


@blueprint.post("/order/<number>/code")
def send_again(number: str) -> Answer:
    """Send the code of an order again; the answer is the same whether there is such an order or not."""
    limit("ask for a letter")
    try:
        sipad().orders.resend(number, _typed("email"))
    except OrderError as error:  # told to the reader, it would say that the order waits for this address
        _LOG.warning("the code of order %s is not sent again: %s", number, error)
    tell(_("If this order waits for a code at this e-mail address, a new one is on its way; at most a few are sent in an hour."))
    return redirect(order_path(number), 303)


@blueprint.post("/order/<number>/cancel")
def cancel(number: str) -> Answer:
    """Call an order off, or take its files out of the workspace."""
    try:
        sipad().orders.cancel(number, current_visitor(), _link(), address=address())
    except OrderError as error:
        return _refused(number, error)
    tell(_("Nothing of this order is kept or delivered any more."))
    return redirect(order_path(number, _link()), 303)


@blueprint.post("/order/<number>/retry")
def retry(number: str) -> Answer:
    """Try a failed order again."""
    try:
        sipad().orders.retry(number, current_visitor(), _link(), address=address())
    except OrderError as error:
        return _refused(number, error)
    tell(_("Your order is tried again."))
    return redirect(order_path(number, _link()), 303)


@blueprint.post("/order/<number>/again")
def again(number: str) -> Answer:
    """Put what was ordered into the selection."""
    try:
        sipad().orders.again(number, current_whose(), current_visitor(), _link())
    except OrderError as error:
        return _refused(number, error)
    tell(_("What was ordered is in your selection again."))
    return redirect("/sipad/selection", 303)


@blueprint.get("/orders")
def orders() -> Answer:
    """All orders of somebody signed in."""
    return render_template("sipad/orders.html", lines=order_lines(sipad(), required_visitor()))


@blueprint.get("/workspace")
def workspace() -> Answer:
    """The prepared files of somebody signed in."""
    return render_template("sipad/workspace.html", page=workspace_page(sipad(), required_visitor()))


@blueprint.get("/files/<number>/<path:name>")
def file(number: str, name: str) -> AnyResponse:
    """A prepared file."""
    path = sipad().orders.parcel_path(number, name, current_visitor(), _link())
    if path is None:
        abort(404)
    answer = send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=name, conditional=True)
    answer.cache_control.no_store = True
    return answer


def _form(form: OrderForm, found: Coming, problems: Mapping[str, str], status: int = 200) -> Answer:
    """The order form; or, where what the reader came with is no data set, where he has to go."""
    if found.unknown is not None:
        return render_template("sipad/no_data.html", identifier=found.unknown), 404
    if found.elsewhere is not None:
        return redirect(found.elsewhere, 303)
    page = form_page(sipad(), current_visitor(), form, found, problems)
    return render_template("sipad/order_form.html", page=page, modes=modes(), compressions=compressions(), packagings=packagings()), status


def _order(number: str) -> OrderView | None:
    """An order that the reader may see; nobody known who has no link to it may see none."""
    visitor, link = current_visitor(), _link()
    return sipad().orders.order(number, visitor, link) if visitor.signed_in or link else None


def _link() -> str | None:
    """What opens an order to somebody without an account."""
    return request.values.get("link") or None


def _typed(name: str) -> str:
    """What was typed into a field of one line; "" where it cannot have been typed."""
    text = request.form.get(name, "").strip()[:_LONGEST]
    return text if text.isprintable() else ""


def _activation(number: str, email: str = "", problem: str | None = None) -> str:
    """The place to type a code: the same for every number, whether there is such an order or not."""
    return render_template("sipad/activation.html", number=number, email=email, problem_words=problem)


def _refused(number: str, error: OrderError) -> Answer:
    """The page of an order with why it cannot be changed as asked."""
    found = _order(number)
    if found is None:
        abort(404)
    return render_template("sipad/order.html", page=order_page(sipad(), found, link=_link(), problem=error.told(language()))), 409
