"""What a record was: its versions, what is between two of them, and back to one."""

from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from accounts.errors import AccountError
from catalogue.curating.views import Line, VersionView
from catalogue.engines.base import Change
from mappings.filenames import file_name
from mappings.formats import format_named
from mappings.vocabularies.words import size_words
from ui.curate.current import blueprint, curation, required_curator
from ui.curate.document_text import Shown, shown
from ui.curate.marks import DifferenceRow, difference_rows
from ui.curate.one import Head, asked_identifier, back, curate_path, head
from ui.curate.sentences import said
from ui.language import language
from ui.people import address
from ui.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A version in the list; `document` and `before` are addresses: of its document, and of what differs from the one before it."""

    version: VersionView
    format: str
    size: str
    document: str
    before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """All versions, the newest first."""

    head: Head
    rows: list[VersionRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencePage:
    """What is between two versions.

    Attributes:
        cut: whether the documents differ in more lines than are shown.
        stands: whether the later one stands now.
    """

    head: Head
    older: VersionView
    newer: VersionView
    fields: list[DifferenceRow]
    lines: tuple[Line, ...]
    cut: bool
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """The document of a version."""

    head: Head
    version: VersionView
    format: str
    document: Shown


@blueprint.get("/record/history")
def history() -> str:
    """All versions of a record, the newest first."""
    record = head()
    versions = curation().curating.versions(record.identifier)
    return render_template("curate/history.html", page=HistoryPage(head=record, rows=[_row(record, each) for each in reversed(versions)]))


@blueprint.get("/record/difference")
def difference() -> str:
    """What is between two versions."""
    record, curating = head(), curation().curating
    versions = {each.number: each for each in curating.versions(record.identifier)}
    older, newer = sorted((_number("older"), _number("newer")))
    if older not in versions or newer not in versions:
        raise NotFound
    found = curating.difference(record.identifier, older, newer, language=language())
    page = DifferencePage(
        head=record,
        older=versions[older],
        newer=versions[newer],
        fields=difference_rows(found.fields),
        lines=found.lines,
        cut=found.cut,
        stands=versions[newer].replaced is None,
    )
    return render_template("curate/difference.html", page=page)


@blueprint.get("/record/document")
def document() -> str:
    """The document of a version, as text with numbered lines; of the last one where none is asked for."""
    record = head()
    version = _version(record.identifier)
    content = curation().curating.document(record.identifier, version.number)
    page = DocumentPage(head=record, version=version, format=format_named(version.format).title, document=shown(content))
    return render_template("curate/document.html", page=page)


@blueprint.get("/record/document/file")
def document_file() -> Response:
    """The document of a version as a file, to the byte; never opened by the browser."""
    identifier = asked_identifier()
    version = _version(identifier)
    response = Response(curation().curating.document(identifier, version.number), content_type="application/octet-stream")
    name = file_name(f"{identifier}-{version.number}", format_named(version.format).extension)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/record/restore")
def restore() -> Answer:
    """Let an earlier version stand again."""
    by, identifier, number = required_curator(), asked_identifier(), _number("number")
    try:
        change = curation().curating.restore(identifier, number, by=by, address=address())
    except AccountError as error:
        flash(said(str(error)), "wrong")
        return back("history")
    flash(_("This version stands already.") if change is Change.UNCHANGED else _("Version %(number)s stands again.", number=number))
    return redirect(curate_path(identifier, "history"), 303)


def _row(record: Head, version: VersionView) -> VersionRow:
    number = version.number
    return VersionRow(
        version=version,
        format=format_named(version.format).title,
        size=size_words(version.size, language()),
        document=record.at("document", number=str(number)),
        before=record.at("difference", older=str(number - 1), newer=str(number)) if number > 1 else None,
    )


def _version(identifier: str) -> VersionView:
    """Return the version that is asked for, or else the last one."""
    versions = curation().curating.versions(identifier)
    number = _number("number") if "number" in request.values else len(versions)
    found = next((each for each in versions if each.number == number), None)
    if found is None:
        raise NotFound
    return found


def _number(name: str) -> int:
    """Return the number of a version that is asked for."""
    text = request.values.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise NotFound
    return int(text)
