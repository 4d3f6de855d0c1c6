"""What the curators' pages stand on, who may see them, and how they answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect
from werkzeug.wrappers import Response

from accounts.access import Access
from accounts.errors import AccountError
from accounts.visitors import Visitor
from catalogue.curating.checking import Checking
from catalogue.curating.curating import Curating
from catalogue.curating.reports import Reports
from catalogue.harvesting.runs import Runs
from catalogue.harvesting.sources import Sources
from catalogue.service import Catalogue
from ui.curate.sentences import said
from ui.people import required_visitor
from ui.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Curation:
    """What the pages ask, beside the accounts that `ui.people` knows.

    Attributes:
        sources: that records are harvested from.
        runs: of them.
        curating: what is done with records.
        checking: what checking all records found.
        reports: what there is to say of one record.
        access: who may have what.
        catalogue: the records, and the time.
        allow_private: whether sources may be on this machine or its network.
    """

    sources: Sources
    runs: Runs
    curating: Curating
    checking: Checking
    reports: Reports
    access: Access
    catalogue: Catalogue
    allow_private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """Where one can go from every page, and how much waits there."""

    words: str
    href: str
    waits: int = 0


blueprint = Blueprint("curate", __name__, url_prefix="/curate")


def curation() -> Curation:
    """Return what answers this request."""
    found: Curation = current_app.extensions["curation"]
    return found


def required_curator() -> Visitor:
    """Return the curator who asks; anybody else is refused."""
    visitor = required_visitor()
    if not visitor.curates:
        abort(403, _("This page is for the curators of this catalogue."))
    return visitor


@blueprint.before_request
def only_curators() -> None:
    """Let nobody else in."""
    required_curator()


@blueprint.context_processor
def chrome() -> dict[str, Any]:
    """What every page of these has."""
    return {"tabs": _tabs()}


def answered(to: str, act: Callable[[], object], words: str) -> Response:
    """Do something, lead on to a page, and have it say `words`, or else why it was not done."""
    try:
        act()
    except AccountError as error:
        flash(said(str(error)), "wrong")
    else:
        flash(words)
    return redirect(to, 303)


def _tabs() -> list[Tab]:
    return [
        Tab(words=_("Overview"), href="/curate"),
        Tab(words=_("Records"), href="/curate/records"),
        Tab(words=_("Upload"), href="/curate/upload"),
        Tab(words=_("Sources"), href="/curate/sources", waits=len(curation().runs.attention())),
    ]
