"""The list of records, with what is wrong with each, and one record at a glance."""

from dataclasses import dataclass
from typing import Final

from flask import render_template, request

from catalogue.curating.models import LinkState
from catalogue.curating.views import Filter, Listing, Row, State
from catalogue.service.addresses import with_parameters
from mappings.formats import WRITTEN
from mappings.validation import Severity
from mappings.vocabularies.words import number_words
from ui.account.fields import typed
from ui.administration.words import Mark
from ui.curate.assigning import AssignForm, assign_form
from ui.curate.current import blueprint, curation, required_curator
from ui.curate.marks import (
    FindingRow,
    PointRow,
    access_mark,
    check_marks,
    counted_marks,
    finding_row,
    points_to_gain,
)
from ui.curate.one import Head, curate_path, head
from ui.language import language
from ui.speech import _, ngettext

AT_ONCE: Final = 50
_FIRST: Final = 5
"""Of what is to be mended, so much is shown at a glance."""
BY_HAND: Final = "by hand"
"""The parameter's value for records that came by hand; no source has this name, for it holds a blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """A record in the list."""

    row: Row
    href: str
    marks: list[Mark]
    access: Mark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsPage:
    """The list.

    Attributes:
        total: how many there are, in words; None where nobody counted.
        begin: address of the first page; None on that page.
        next: address of the next page; None at the end.
        here: the address of this page, to which steps lead back.
        filters: what narrows the list, as the batch has to know it.
    """

    rows: list[RecordRow]
    total: str | None
    filter: Filter
    asked_source: str
    sources: list[tuple[str, str]]
    states: list[tuple[State, str]]
    begin: str | None
    next: str | None
    here: str
    filters: list[tuple[str, str]]
    formats: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was found in a record now, and what is to be mended first.

    Attributes:
        score: FAIR, 0 to 100.
        findings: the first of them, the worst first.
        points: of FAIR, those of which the most is to gain.
    """

    marks: list[Mark]
    errors: int
    warnings: int
    broken: int
    links: int
    score: int
    findings: list[FindingRow]
    points: list[PointRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class GlancePage:
    """One record at a glance; `quality` and `assign` are None where it was withdrawn."""

    head: Head
    quality: Quality | None
    versions: int
    access: Mark
    assign: AssignForm | None


@blueprint.get("/records")
def records() -> str:
    """The list."""
    asked, after = asked_filter(), request.args.get("after") or None
    listing = curation().curating.listing(asked, after=after, limit=AT_ONCE, by=required_curator())
    return render_template("curate/records.html", page=_page(asked, listing, after))


@blueprint.get("/record")
def record() -> str:
    """One record at a glance."""
    shown = head()
    page = GlancePage(
        head=shown,
        quality=_quality(shown.identifier) if shown.record else None,
        versions=len(curation().curating.versions(shown.identifier)),
        access=access_mark(curation().access.decide(shown.identifier, required_curator())),
        assign=assign_form(shown.record) if shown.record else None,
    )
    return render_template("curate/record.html", page=page)


def asked_filter() -> Filter:
    """Return what narrows the list that the request is about; what is nonsense does not."""
    values = request.values
    source = typed(values, "source", 200)
    return Filter(
        mine=values.get("mine") == "yes",
        source=None if not source else "" if source == BY_HAND else source,
        state=next((each for each in State if each.value == values.get("state")), State.ALL),
        text=typed(values, "text", 500),
    )


def _page(asked: Filter, listing: Listing, after: str | None) -> RecordsPage:
    filters = _filters(asked)
    return RecordsPage(
        rows=[
            RecordRow(
                row=row,
                href=curate_path(row.identifier),
                marks=check_marks(row.check, deleted=row.deleted),
                access=access_mark(row.restricted) if row.restricted else None,
            )
            for row in listing.rows
        ],
        total=None if listing.total is None else _total(listing.total),
        filter=asked,
        asked_source=_source(asked),
        sources=[(BY_HAND, _("brought by hand")), *((name, name) for name in curation().catalogue.engine.sources())],
        states=[
            (State.ALL, _("all")),
            (State.INVALID, _("with errors")),
            (State.BROKEN, _("with broken links")),
            (State.RESTRICTED, _("not open to everybody")),
            (State.WITHDRAWN, _("withdrawn")),
        ],
        begin=with_parameters("/curate/records", filters) if after else None,
        next=with_parameters("/curate/records", [*filters, ("after", listing.next)]) if listing.next else None,
        here=with_parameters("/curate/records", [*filters, *([("after", after)] if after else [])]),
        filters=filters,
        formats=[("pdf", "PDF"), ("csv", "CSV"), *((each.name, each.title) for each in WRITTEN)],
    )


def _filters(asked: Filter) -> list[tuple[str, str]]:
    given = [("mine", "yes" if asked.mine else ""), ("source", _source(asked)), ("state", asked.state.value), ("text", asked.text)]
    return [(name, value) for name, value in given if value and value != State.ALL.value]


def _source(asked: Filter) -> str:
    return "" if asked.source is None else asked.source or BY_HAND


def _total(total: int) -> str:
    return (
        ngettext("%(num)s record", "%(num)s records", total)
        if total < 1000
        else _("%(count)s records", count=number_words(total, language()))
    )


def _quality(identifier: str) -> Quality:
    report = curation().reports.report(identifier)
    broken = sum(link.state is LinkState.BROKEN for link in report.links)
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings.findings)
    warnings = len(report.findings.findings) - errors
    return Quality(
        marks=counted_marks(errors, warnings, broken),
        errors=errors,
        warnings=warnings,
        broken=broken,
        links=len(report.links),
        score=report.fair.score,
        findings=[finding_row(finding) for finding in report.findings.findings[:_FIRST]],
        points=points_to_gain(report.fair)[:_FIRST],
    )
