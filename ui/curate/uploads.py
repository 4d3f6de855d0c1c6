"""Bringing documents in: files and pasted text, checked before they are stored."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from accounts.errors import AccountError
from catalogue.curating.views import Standing, Stored, UploadView
from mappings.formats import FORMATS, format_named
from ui.administration.words import Mark, Turning, page_asked, turning
from ui.curate.current import answered, blueprint, curation, required_curator
from ui.curate.marks import (
    DifferenceRow,
    FindingRow,
    PointRow,
    change_words,
    counted_marks,
    difference_rows,
    finding_row,
    points_to_gain,
    standing_mark,
)
from ui.curate.one import curate_path
from ui.curate.sentences import said
from ui.people import address, current_visitor
from ui.speech import _, ngettext
from ui.words import excerpt

_LARGEST: Final = 22 * 1024 * 1024
"""Bytes of one request; the service bounds what is in it."""
_PASTED: Final = 6 * 1024 * 1024
"""Bytes of the fields beside the files."""
_FORM: Final = 1024 * 1024
"""Bytes of the other forms."""
_FILES: Final = 500
_AT_ONCE: Final = 20
_FINDINGS: Final = 10
"""Of a document that waits, so many are shown."""
_TOLD: Final = 5
"""So many documents that were not stored are named: what is told travels in a cookie."""
PASTED: Final = "pasted"
_DECLARED: Final = re.compile(r"""[\s\ufeff]*<\?xml\b[^>]*?\sencoding\s*=\s*["'](?P<encoding>[A-Za-z][A-Za-z0-9._-]*)["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRow:
    """A document that waits.

    Attributes:
        format: the title of its format; None where it could not be read.
        href: of the record that it would replace; None where there is none.
        left: findings that are not shown.
        score: FAIR; None where it could not be read.
        points: of FAIR that can be gained.
        ticked: whether storing it is what one would do.
        storable: whether it can be.
    """

    upload: UploadView
    standing: Mark
    marks: list[Mark]
    format: str | None
    href: str | None
    findings: list[FindingRow]
    left: int
    score: int | None
    points: list[PointRow]
    differences: list[DifferenceRow]
    ticked: bool
    storable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPage:
    """The documents of this curator that wait; of all of them, how many there are of each standing."""

    rows: list[UploadRow]
    total: int
    standings: list[tuple[Mark, int]]
    turning: Turning | None


@blueprint.url_value_preprocessor
def take_more(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let curators send more at once than others may: before anything of the request is read."""
    if request.method != "POST" or not current_visitor().curates:
        return
    if endpoint == "curate.send_upload":
        request.max_content_length, request.max_form_memory_size, request.max_form_parts = _LARGEST, _PASTED, _FILES + 10
    else:
        request.max_form_memory_size = _FORM  # records with thousands of keywords, a thousand identifiers


@blueprint.get("/upload")
def upload() -> str:
    """The form, and how many documents wait already."""
    waiting = curation().curating.waiting(required_curator())
    return render_template("curate/upload.html", waiting=waiting, read=", ".join(each.title for each in FORMATS if each.read is not None))


@blueprint.post("/upload")
def send_upload() -> Response:
    """Take documents in to be checked."""
    by, pasted = required_curator(), request.form.get("text", "")
    files = [(each.filename or "", each.read()) for each in request.files.getlist("files") if each.filename]
    if pasted.strip():
        files.append((PASTED, _encoded(pasted)))
    if not files:
        flash(_("Please choose a file, or paste a document."), "wrong")
        return redirect("/curate/upload", 303)
    try:
        curation().curating.upload(files, by=by, address=address())
    except AccountError as error:
        flash(said(str(error)), "wrong")
        return redirect("/curate/upload", 303)
    return redirect("/curate/upload/checked", 303)


@blueprint.get("/upload/checked")
def checked() -> str:
    """What was found in the documents that wait."""
    curating, by, page = curation().curating, required_curator(), page_asked()
    standings = curating.standings(by)
    found = CheckedPage(
        rows=[_row(each) for each in curating.uploads(by, offset=(page - 1) * _AT_ONCE, limit=_AT_ONCE)],
        total=standings.total(),
        standings=[(standing_mark(standing), number) for standing, number in standings.items()],
        turning=turning(page, standings.total(), _AT_ONCE),
    )
    return render_template("curate/checked.html", page=found)


@blueprint.post("/upload/store")
def store() -> Response:
    """Store the ticked documents."""
    by, ids = required_curator(), _ticked()
    if not ids:
        flash(_("Please tick at least one document."), "wrong")
        return redirect("/curate/upload/checked", 303)
    try:
        stored = curation().curating.store(ids, by=by, address=address())
    except AccountError as error:
        flash(said(str(error)), "wrong")
        return redirect("/curate/upload/checked", 303)
    _tell(stored)
    kept = [each for each in stored if each.change]
    if len(kept) == len(stored) == 1 and kept[0].identifier:
        return redirect(curate_path(kept[0].identifier), 303)
    return redirect("/curate/upload/checked" if curation().curating.waiting(by) else "/curate/records?mine=yes", 303)


@blueprint.post("/upload/discard")
def discard() -> Response:
    """Throw the ticked documents away."""
    by, ids = required_curator(), _ticked()
    words = ngettext("%(num)s document is thrown away.", "%(num)s documents are thrown away.", len(ids))
    return answered("/curate/upload/checked", lambda: curation().curating.discard(ids, by=by), words)


def _encoded(text: str) -> bytes:
    """Return the bytes of a document of which there are the characters alone: in the encoding that its XML declaration names.

    In UTF-8, which is named there then, where that encoding is not known, has not all of the characters, or would hide its own name, as
    UTF-16 does; likewise where none is named.
    """
    declared = _DECLARED.match(text)
    if declared is None:
        return text.encode()
    try:
        content = text.encode(declared["encoding"])
    except (LookupError, UnicodeError):
        content = b""
    if content.startswith(declared[0].encode()):
        return content
    start, end = declared.span("encoding")
    return f"{text[:start]}UTF-8{text[end:]}".encode()


def _ticked() -> list[int]:
    return [int(each) for each in request.form.getlist("upload")[:1000] if each.isascii() and each.isdecimal() and len(each) < 16]


def _tell(stored: list[Stored]) -> None:
    """Say what was stored, and why the others were not."""
    changes = Counter(each.change for each in stored if each.change)
    if changes:
        parts = ", ".join(change_words(change, count) for change, count in sorted(changes.items()))
        count = changes.total()
        flash(ngettext("%(num)s document is stored (%(parts)s).", "%(num)s documents are stored (%(parts)s).", count, parts=parts))
    failed = [each for each in stored if each.change is None]
    for each in failed[:_TOLD]:
        flash(_("%(name)s was not stored: %(reason)s", name=excerpt(each.name, 80), reason=excerpt(said(each.reason or ""), 200)), "wrong")
    if len(failed) > _TOLD:
        flash(ngettext("%(num)s more was not stored.", "%(num)s more were not stored.", len(failed) - _TOLD), "wrong")


def _row(upload: UploadView) -> UploadRow:
    found = upload.checked
    kept = found.standing in {Standing.CHANGED, Standing.UNCHANGED} and found.identifier is not None
    return UploadRow(
        upload=upload,
        standing=standing_mark(found.standing),
        marks=[] if found.standing is Standing.UNREADABLE else counted_marks(found.errors, found.warnings),
        format=format_named(found.format).title if found.format else None,
        href=curate_path(found.identifier) if kept and found.identifier else None,
        findings=[finding_row(finding) for finding in found.report.findings[:_FINDINGS]],
        left=max(0, len(found.report.findings) - _FINDINGS),
        score=found.fair.score if found.fair else None,
        points=points_to_gain(found.fair) if found.fair else [],
        differences=difference_rows(found.differences),
        ticked=found.standing in {Standing.NEW, Standing.RETURNING, Standing.CHANGED},
        storable=found.standing is not Standing.UNREADABLE,
    )
