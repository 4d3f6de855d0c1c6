"""Routes of what is read: start page, data tree, descriptions, documents, contact."""

from flask import Blueprint, Response, abort, redirect, render_template, request

from ui.people import current_visitor
from ui.sipad.current import sipad
from ui.sipad.description import description_page
from ui.sipad.documents import contact_page, documents_page
from ui.sipad.frame import chosen
from ui.sipad.treepage import Opened, rows_under, tree_page

blueprint = Blueprint("reading", __name__)


@blueprint.get("")
def start() -> str:
    """Start page: how data are got, and by whom."""
    return render_template("sipad/start.html", quota=sipad().quota)


@blueprint.get("/")
def start_below() -> Response:
    """The start page's address with a slash behind it."""
    return redirect("/sipad", 308)  # type: ignore[return-value] # werkzeug's own class of it


@blueprint.get("/tree")
def tree() -> str:
    """The data tree: `open` names a node that is open, `develop=1` opens all but those that `closed` names."""
    page = tree_page(sipad(), current_visitor(), chosen(), Opened.parse(request.args))
    return render_template("sipad/tree.html", page=page)


@blueprint.get("/under/<identifier:identifier>")
def under(identifier: str) -> str:
    """The rows under one node, for a script that opens it."""
    rows = rows_under(sipad(), current_visitor(), chosen(), identifier)
    if rows is None:
        abort(404)
    return render_template("sipad/under.html", rows=rows)


@blueprint.get("/data/<identifier:identifier>")
def data(identifier: str) -> str:
    """The description of a node."""
    page = description_page(sipad(), current_visitor(), identifier)
    if page is None:
        abort(404)
    return render_template("sipad/description.html", page=page)


@blueprint.get("/documents")
def documents() -> str:
    """Documents that go with the data."""
    return render_template("sipad/documents.html", page=documents_page(sipad(), current_visitor()))


@blueprint.get("/contact")
def contact() -> str:
    """Who helps."""
    return render_template("sipad/contact.html", page=contact_page(sipad(), current_visitor()))
