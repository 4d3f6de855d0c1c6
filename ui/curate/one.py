"""What all pages about one record begin with: which it is, and where one can go from here."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from catalogue.service.addresses import record_path, with_parameters
from mappings.formats import format_named
from mappings.vocabularies.domains import domain_of
from records.codes import Domain
from records.errors import NotFoundError
from records.model import Record
from ui.account.fields import typed
from ui.curate.current import Tab, blueprint, curation
from ui.people import local_path
from ui.speech import _

_LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A record, or what is left of one that was withdrawn, above the page about it.

    Attributes:
        title: or else the identifier.
        record: with its document; None where it was withdrawn.
        withdrawn: when; None where it is there.
        format: the title of its document's format; None where it was withdrawn.
        source: the harvest source that it came from; None when it came by hand.
        changed: when it was last loaded, changed or withdrawn.
        href: of its public page; None where it was withdrawn.
    """

    identifier: str
    title: str
    record: Record | None
    withdrawn: datetime | None
    domain: Domain | None
    format: str | None
    source: str | None
    changed: datetime
    href: str | None

    def at(self, page: str = "", **parameters: str) -> str:
        """Return the address of a page about this record: "", "report", "edit", and so on."""
        return curate_path(self.identifier, page, **parameters)

    @property
    def tabs(self) -> list[Tab]:
        """The pages about it."""
        there = [
            Tab(words=_("Overview"), href=self.at()),
            Tab(words=_("What was found"), href=self.at("report")),
            Tab(words=_("Edit"), href=self.at("edit")),
            Tab(words=_("History"), href=self.at("history")),
            Tab(words=_("Access"), href=self.at("access")),
        ]
        return there if self.record else [there[0], there[3], there[4]]


def curate_path(identifier: str, page: str = "", **parameters: str) -> str:
    """Return the address of a page about a record: identifiers hold what no path holds, so they are parameters."""
    return with_parameters(f"/curate/record/{page}".rstrip("/"), [("id", identifier), *parameters.items()])


@blueprint.record_once
def lead_here(state: BlueprintSetupState) -> None:
    """Let the public page of a record lead here, in applications that have these pages."""
    state.app.jinja_env.globals["curate_path"] = curate_path


def asked_identifier() -> str:
    """Return the identifier of the record that the request is about; there is no page without."""
    identifier = request.values.get("id", "")[:_LONGEST]
    if not identifier:
        raise NotFound
    return identifier


def head() -> Head:
    """Return the record that the request is about.

    Raises:
        NotFoundError: there never was one.
    """
    identifier, engine = asked_identifier(), curation().catalogue.engine
    record, found = engine.get(identifier), engine.header(identifier)
    if found is None:
        raise NotFoundError(identifier)
    return Head(
        identifier=identifier,
        title=record.display_title if record else identifier,
        record=record,
        withdrawn=None if record else found.changed,
        domain=domain_of(record) if record else Domain.match(found.domain),
        format=format_named(record.source.format).title if record and record.source else None,
        source=found.harvest_source,
        changed=found.changed,
        href=record_path(identifier) if record else None,
    )


def present() -> tuple[Head, Record]:
    """Return the record that the request is about, which has to be there.

    Raises:
        NotFoundError: there is none now.
    """
    shown = head()
    if shown.record is None:
        raise NotFoundError(shown.identifier)
    return shown, shown.record


def back(page: str = "") -> Response:
    """Lead to a page about the record that the request is about."""
    return redirect(curate_path(asked_identifier(), page), 303)


def way_back(otherwise: str) -> str:
    """Return the curators' page that the form says it was sent from; `otherwise` where it says none."""
    wanted = local_path(typed(request.form, "back", 2000))
    return wanted if wanted and wanted.startswith("/curate/record") else otherwise
