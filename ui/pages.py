"""The pages' routes: each asks the catalogue for what one page shows and renders it."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request

from catalogue.service.addresses import record_path
from mappings.formats import WRITTEN
from mappings.vocabularies.labels import label
from records.errors import QueryError
from ui.addresses import search_path
from ui.closed import closed_page, is_asked_for_page
from ui.current import catalogue
from ui.export import bundle, negotiated, rendition
from ui.home import browse_page, home_page
from ui.language import NAMES, in_language, language
from ui.metadata import metadata_page
from ui.programs import programs_page
from ui.record import record_page
from ui.results import results_page
from ui.search_form import FACETS, SearchForm
from ui.speech import _
from ui.treepage import tree_page
from ui.words import breaks

blueprint = Blueprint("ui", __name__, template_folder="templates")


def init_pages(app: Flask) -> None:
    """Give all templates what every page has: its languages, addresses, words for codes."""
    app.jinja_env.filters["breaks"] = breaks
    app.jinja_env.globals.update(record_path=record_path, search_path=search_path, label=label, formats=WRITTEN)

    @app.context_processor
    def chrome() -> dict[str, Any]:
        return {"language": language(), "languages": [(name, NAMES[name], in_language(name)) for name in NAMES]}


@blueprint.get("/")
def home() -> str:
    """Home: the box, the four domains, the newest records."""
    return render_template("home.html", page=home_page(catalogue(), language=language(), now=catalogue().clock()))


@blueprint.get("/search")
def search() -> str:
    """Results."""
    form = SearchForm.parse(request.args)
    return render_template("results.html", page=results_page(catalogue(), form, language=language(), now=catalogue().clock()))


@blueprint.get("/records/<identifier:identifier>")
def record(identifier: str) -> str | Response:
    """A record: its page, its metadata as a tree, or the record in the format asked for.

    This address and that of `record_by_parameter` are also written by `catalogue.service.addresses`, for documents that name records.
    """
    closed = closed_page(catalogue(), identifier, language=language())
    if closed is not None:
        if not is_asked_for_page():
            abort(403, _("This record is not open to you. Its page tells who may see it, and when."))
        return render_template("closed.html", page=closed)
    asked = request.args.get("f") or negotiated(request.accept_mimetypes, catalogue(), identifier)
    if asked and asked != "html":
        return rendition(catalogue(), identifier, asked, language=language())
    spoken = language()
    match request.args.get("view") or "record":
        case "record":
            full = request.args.get("keywords") == "all"
            page = record_page(catalogue(), identifier, language=spoken, now=catalogue().clock(), all_keywords=full)
            return render_template("record.html", page=page)
        case "metadata":
            return render_template("metadata.html", page=metadata_page(catalogue(), identifier, language=spoken))
        case "iso" | "advanced" as view:
            return render_template("tree.html", page=tree_page(catalogue(), identifier, advanced=view == "advanced", language=spoken))
        case other:
            known = "record, metadata, iso, advanced"
            raise QueryError(_("A record has no view “%(view)s”; it has: %(known)s.", view=other, known=known), parameter="view")


@blueprint.after_request
def negotiable(response: Response) -> Response:
    """Tell caches that a record's address answers as it is asked."""
    if request.endpoint in {"ui.record", "ui.record_by_parameter"}:
        response.vary.add("Accept")
    return response


@blueprint.get("/records")
def record_by_parameter() -> str | Response:
    """A record whose identifier cannot be a path: see `record_path`."""
    identifier = request.args.get("id", "")
    if not identifier:
        abort(404)
    return record(identifier)


@blueprint.route("/export", methods=["GET", "POST"])
def export() -> Response:
    """The ticked records, or all results of a search, as one document."""
    arguments = request.form if request.method == "POST" else request.args
    return bundle(catalogue(), arguments, language=language())


@blueprint.get("/suggest")
def suggest() -> Response:
    """What a person who typed `q` may want to type, as JSON."""
    prefix = request.args.get("q", "").strip()[:100]
    found = catalogue().suggest(prefix) if prefix else []
    spoken = language()
    return jsonify(
        suggestions=[{"text": each.text, "field": each.field, "label": label(each.field, spoken), "count": each.count} for each in found]
    )


@blueprint.get("/browse/<facet>")
def browse(facet: str) -> str:
    """All values of a facet."""
    if facet not in FACETS:
        abort(404)
    return render_template("browse.html", page=browse_page(catalogue(), FACETS[facet], language=language()))


@blueprint.get("/programs")
def programs() -> str:
    """How a program uses this catalogue."""
    return render_template("programs.html", page=programs_page(catalogue(), language=language()))


@blueprint.get("/about")
def about() -> str:
    """What this is."""
    return render_template("about.html")
