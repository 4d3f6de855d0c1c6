"""What there is to say of one record: what was found in it, how FAIR it is, and whether its links work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import render_template

from catalogue.curating.reports import LinkStanding
from mappings.formats import format_named
from ui.administration.words import Mark
from ui.curate.current import blueprint, curation
from ui.curate.marks import FindingRow, PointRow, counted_marks, finding_row, link_mark, point_row
from ui.curate.one import Head, present
from ui.curate.sentences import said
from ui.speech import _
from ui.words import followable

_FINDINGS: Final = 200
_LINKS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Principle:
    """One of the four, with its points."""

    letter: str
    words: str
    reached: int
    most: int
    points: list[PointRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link; `href` is None where the document's address cannot be followed."""

    words: str
    url: str
    href: str | None
    mark: Mark
    message: str
    checked: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The report.

    Attributes:
        marks: how much is wrong, in words.
        schema: the title of the schema that the document was checked against; None where none was.
        no_schema: why none was; None where one was.
        left: findings that are not shown.
        score: FAIR, 0 to 100.
    """

    head: Head
    marks: list[Mark]
    format: str | None
    schema: str | None
    no_schema: str | None
    findings: list[FindingRow]
    left: int
    score: int
    principles: list[Principle]
    links: list[LinkRow]
    links_left: int


@blueprint.get("/record/report")
def report() -> str:
    """The report on one record, made anew."""
    shown, _record = present()
    found = curation().reports.report(shown.identifier)
    rows = [finding_row(finding) for finding in found.findings.findings]
    errors = sum(row.mark.kind == "bad" for row in rows)
    links = sorted((_link(link) for link in found.links), key=lambda row: row.mark.kind != "bad")
    page = ReportPage(
        head=shown,
        marks=counted_marks(errors, len(rows) - errors, sum(link.mark.kind == "bad" for link in links)),
        format=format_named(found.findings.format).title if found.findings.format else None,
        schema=found.findings.schema,
        no_schema=said(found.findings.no_schema or "") or None,
        findings=rows[:_FINDINGS],
        left=max(0, len(rows) - _FINDINGS),
        score=found.fair.score,
        principles=_principles([point_row(point) for point in found.fair.points]),
        links=links[:_LINKS],
        links_left=max(0, len(links) - _LINKS),
    )
    return render_template("curate/report.html", page=page)


def _principles(points: list[PointRow]) -> list[Principle]:
    words = {"F": _("Findable"), "A": _("Accessible"), "I": _("Interoperable"), "R": _("Reusable")}
    found = []
    for letter, name in words.items():
        own = [point for point in points if point.principle.startswith(letter)]
        reached, most = sum(point.reached for point in own), sum(point.most for point in own)
        found.append(Principle(letter=letter, words=name, reached=reached, most=most, points=own))
    return found


def _link(link: LinkStanding) -> LinkRow:
    return LinkRow(
        words=link.name or link.url,
        url=link.url,
        href=followable(link.url),
        mark=link_mark(link.state, link.status),
        message=said(link.message),
        checked=link.checked,
    )
