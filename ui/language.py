"""The language of a page: asked for in the address, kept in a cookie, or else the one the browser prefers."""

from pathlib import Path
from typing import Final

from flask import Flask, Response, g, request
from flask_babel import Babel

from catalogue.service.addresses import quote_identifier, with_parameters
from mappings.vocabularies.labels import LANGUAGES
from records.errors import QueryError
from ui.addresses import is_reading
from ui.speech import _

NAMES: Final = {"en": "English", "fr": "Français"}
_COOKIE: Final = "lang"
_YEAR: Final = 365 * 24 * 3600


def init_language(app: Flask) -> None:
    """Let the pages of `app` speak English and French."""
    translations = Path(__file__).with_name("translations")
    Babel(app, default_locale=LANGUAGES[0], default_translation_directories=str(translations), locale_selector=language)
    app.before_request(_check)
    app.after_request(_remember)


def language() -> str:
    """Return the language of this request, ISO 639-1."""
    if "language" not in g:
        wanted = (request.args.get("lang"), request.cookies.get(_COOKIE))
        g.language = next((name for name in wanted if name in LANGUAGES), None) or (
            request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0])
        )
    return str(g.language)


def in_language(name: str) -> str:
    """Return the address of the present page in another language."""
    if not is_reading():
        return with_parameters("/", [("lang", name)])
    others = [(key, value) for key, value in request.args.items(multi=True) if key != "lang" and value]
    return with_parameters(_path(), [*others, ("lang", name)])


def _path() -> str:
    """The path as it was asked for, percent-encoded: identifiers hold what must stay so. Never the address of another host."""
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    path = raw.partition("?")[0]
    if not path.startswith("/"):
        path = quote_identifier(request.path)
    return "/" if path.startswith(("//", "/\\")) else path


def _check() -> None:
    asked = request.args.get("lang")
    if asked and asked not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise QueryError(_("There are no pages in “%(language)s”; there are in: %(known)s.", language=asked, known=known), parameter="lang")


def _remember(response: Response) -> Response:
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(_COOKIE, language(), max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    if response.mimetype in {"text/html", "application/pdf", "application/atom+xml"}:
        response.vary.update(["Accept-Language", "Cookie"])
    return response
