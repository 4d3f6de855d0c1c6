"""The page of a record that shows its name alone: what it is called, and who may see more, and when."""

from dataclasses import dataclass

from flask import request

from catalogue.service import Catalogue
from ui.records_in_words import AccessWords, ruled_words
from ui.seeing import decision_on

_HTML = "text/html"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPage:
    """What the page shows."""

    title: str
    access: AccessWords


def closed_page(catalogue: Catalogue, identifier: str, *, language: str) -> ClosedPage | None:
    """Return the page of a record of which the visitor may see the name and no more; None for all others.

    What he must not even be told of is to the catalogue as if it were not there, and goes the way of what is not there.
    """
    decision = decision_on(identifier)
    if decision is None or decision.described or not decision.named:
        return None
    title = catalogue.name(identifier)
    return None if title is None else ClosedPage(title=title, access=ruled_words(decision, language))


def is_asked_for_page() -> bool:
    """Return whether the request is for the page of a record, and not for its document, its tree or another format."""
    accept = request.accept_mimetypes
    readable = "f" in request.args or not accept.provided or accept.quality(_HTML) > 0
    return readable and request.args.get("f") in {None, "", "html"} and request.args.get("view") in {None, "", "record"}
