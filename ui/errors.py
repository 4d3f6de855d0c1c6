"""What went wrong, said on a page: one table from errors to HTTP status."""

import secrets
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from catalogue.query import MAX_TEXT
from database import DatabaseError
from records.errors import CatalogueError, ConflictError, EngineError, FormatError, InvalidRecordError, NotFoundError, QueryError
from ui.speech import _
from ui.wayback import WayBack, way_back

STATUS: Final[dict[type[CatalogueError], int]] = {
    QueryError: 400,
    FormatError: 400,
    NotFoundError: 404,
    ConflictError: 409,
    InvalidRecordError: 500,
    EngineError: 503,
    DatabaseError: 503,
}

Answer = tuple[str, int, dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What the error page shows.

    Attributes:
        says: what happened, a sentence.
        also: what else is wrong, sentences.
        advice: what the reader can do; None where the sentence says it all.
        reference: under which the log knows of it; None where the log has nothing.
        q: the words that were searched, for the box.
        back: how the reader goes on with the search; None where it was none.
    """

    status: int
    title: str
    says: str
    also: tuple[str, ...] = ()
    advice: str | None = None
    reference: str | None = None
    q: str = ""
    back: WayBack | None = None


def init_errors(app: Flask) -> None:
    """Let `app` answer errors with pages."""
    app.register_error_handler(CatalogueError, _catalogue_error)
    app.register_error_handler(HTTPException, _http_error)


def _catalogue_error(error: CatalogueError) -> Answer:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    match error:
        case NotFoundError():
            title, says = _("No such record"), _("No record has the identifier “%(identifier)s”.", identifier=error.identifier)
            return _answer(
                status, title, says, _("It may have been withdrawn, or its address was cut. Searching for its title may find it.")
            )
        case EngineError() | DatabaseError():
            current_app.logger.error("the catalogue cannot answer %s: %s", request.path, error)
            says = _("Something the catalogue needs is out of order. The fault is ours, and our log has it.")
            return _answer(status, _("The catalogue cannot answer now"), says, _("Please try again in a few minutes."), retry=60)
        case QueryError() | FormatError():
            return _refused(status, error)
        case _:
            return _fault(error)


def _http_error(error: HTTPException) -> Answer:
    if isinstance(error, InternalServerError):
        return _fault(error.original_exception or error)
    status = error.code or 500
    match status:
        case 404:
            return _answer(
                status, _("No such page"), _("There is no page at this address."), _("Search the catalogue, or start from the home page.")
            )
        case 405:
            return _answer(status, _("We cannot answer this request"), _("This address does not take a request of this kind."))
        case 413:
            return _answer(status, _("Too much at once"), _("The request is larger than this catalogue takes."))
        case 503:
            advice = _("Please try again in a few seconds.")
            return _answer(status, _("Too much at once"), error.description or error.name, advice, retry=10)
        case _:
            return _answer(status, _("We cannot answer this request"), error.description or error.name)


def _refused(status: int, error: QueryError | FormatError) -> Answer:
    """A page that tells what is wrong with a question and leads back to the rest of it."""
    back = way_back(error)
    title = _("We cannot answer this search") if request.endpoint == "ui.search" else _("We cannot answer this request")
    also = tuple(_sentence(fault) for fault in back.faults[1:]) if back else ()
    q = request.values.get("q", "")[:MAX_TEXT]
    page = ErrorPage(status=status, title=title, says=_sentence(str(error)), also=also, q=q, back=back)
    return render_template("error.html", page=page), status, {}


def _fault(error: BaseException) -> Answer:
    reference = secrets.token_hex(4)
    current_app.logger.error("reference %s: %s %s", reference, request.method, request.full_path, exc_info=error)
    page = ErrorPage(
        status=500,
        title=_("Something went wrong here"),
        says=_("The catalogue failed to make this page. The fault is ours, not yours."),
        advice=_("Please try again. If it happens again, tell the catalogue’s operators this reference:"),
        reference=reference,
    )
    return render_template("error.html", page=page), 500, {}


def _answer(status: int, title: str, says: str, advice: str | None = None, *, retry: int | None = None) -> Answer:
    """A page of a status; `retry`: after so many seconds it is worth asking again."""
    page = ErrorPage(status=status, title=title, says=says, advice=advice, q=request.args.get("q", "")[:200])
    return render_template("error.html", page=page), status, {"Retry-After": str(retry)} if retry else {}


def _sentence(text: str) -> str:
    """Text with a capital at its beginning and a stop at its end."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
