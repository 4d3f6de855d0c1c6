"""What was found and what became of documents, in a few words with how good or bad they are."""

from dataclasses import dataclass, replace

from accounts.access import Decision
from catalogue.curating.checking import CheckView
from catalogue.curating.models import LinkState
from catalogue.curating.views import Difference, Standing
from catalogue.engines.base import Change
from mappings.fair import Fair, Point
from mappings.validation import Finding, Severity
from mappings.vocabularies.labels import label
from mappings.vocabularies.words import number_words
from ui.administration.words import Mark
from ui.curate.sentences import said
from ui.language import language
from ui.records_in_words import ruled_words
from ui.speech import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding as pages show it.

    Attributes:
        where: its place in the document; "" where that is told by its line, or is the whole.
        line: its line, from 1; None where that is not known.
    """

    mark: Mark
    message: str
    code: str
    where: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """A point of FAIR that can be gained; `advice` says by what."""

    principle: str
    title: str
    reached: int
    most: int
    advice: str

    @property
    def left(self) -> int:
        """How much there is to gain."""
        return self.most - self.reached


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    """A field that differs, with what stood there before alone and what stands there after."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def check_marks(check: CheckView | None, *, deleted: bool = False) -> list[Mark]:
    """Return what the last check of a record found, the worst first; one that says so where nothing was, or it was not checked."""
    if deleted:
        return [Mark(_("Was withdrawn"), "over")]
    if check is None:
        return [Mark(_("Not checked yet"), "over")]
    return counted_marks(check.errors, check.warnings, check.broken)


def counted_marks(errors: int, warnings: int, broken: int = 0) -> list[Mark]:
    """Return numbers of what is wrong, the worst first; one mark that says so where nothing is."""
    found = []
    if errors:
        found.append(Mark(ngettext("%(num)s error", "%(num)s errors", errors), "bad"))
    if broken:
        found.append(Mark(ngettext("%(num)s broken link", "%(num)s broken links", broken), "bad"))
    if warnings:
        found.append(Mark(ngettext("%(num)s warning", "%(num)s warnings", warnings), "wait"))
    return found or [Mark(_("Nothing wrong"), "good")]


def standing_mark(standing: Standing) -> Mark:
    """Return what a document that waits is to the catalogue."""
    return {
        Standing.NEW: Mark(_("New record"), "good"),
        Standing.RETURNING: Mark(_("Brings a withdrawn record back"), "wait"),
        Standing.CHANGED: Mark(_("Replaces a record"), "wait"),
        Standing.UNCHANGED: Mark(_("Kept already"), "over"),
        Standing.UNREADABLE: Mark(_("Cannot be read"), "bad"),
    }[standing]


def link_mark(state: LinkState, status: int | None) -> Mark:
    """Return whether something answers at an address."""
    match state:
        case LinkState.WORKS:
            return Mark(_("Works"), "good")
        case LinkState.BROKEN:
            return Mark(_("Broken (%(status)s)", status=status) if status else _("Broken"), "bad")
        case LinkState.NOT_ASKED:
            return Mark(_("Not asked"), "over")
        case LinkState.UNCHECKED:
            return Mark(_("Not asked yet"), "over")


def change_words(change: Change, number: int) -> str:
    """Return what was done with so many documents that were stored."""
    count = number_words(number, language())
    match change:
        case Change.CREATED:
            return ngettext("%(count)s new", "%(count)s new", number, count=count)
        case Change.UPDATED:
            return ngettext("%(count)s replaced", "%(count)s replaced", number, count=count)
        case Change.UNCHANGED:
            return ngettext("%(count)s kept already", "%(count)s kept already", number, count=count)


def access_mark(decision: Decision | None) -> Mark:
    """Return who may have the data, by the rule that restricts them."""
    if decision is None or not decision.restricted:
        return Mark(_("Open"), "good")
    return Mark(ruled_words(replace(decision, open=False), language()).words, "wait")  # what others read of it


def finding_row(finding: Finding) -> FindingRow:
    """Return a finding as pages show it."""
    wrong = finding.severity is Severity.ERROR
    return FindingRow(
        mark=Mark(_("Error"), "bad") if wrong else Mark(_("Warning"), "wait"),
        message=said(finding.message),
        code=finding.code,
        where="" if finding.line or finding.path == "/" else finding.path,
        line=finding.line,
    )


def point_row(point: Point) -> PointRow:
    """Return a point of FAIR in the reader's language."""
    advice = _(point.advice, **point.values) if point.advice else ""
    return PointRow(principle=point.principle, title=_(point.title), reached=point.reached, most=point.most, advice=advice)


def points_to_gain(fair: Fair) -> list[PointRow]:
    """Return what can be gained, the most first."""
    return sorted((point_row(point) for point in fair.points if not point.full), key=lambda row: -row.left)


def difference_rows(differences: tuple[Difference, ...]) -> list[DifferenceRow]:
    """Return what differs, with the names of the fields in the reader's language."""
    return [DifferenceRow(name=label(each.field, language()), before=each.before, after=each.after) for each in differences]
