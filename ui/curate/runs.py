"""Runs of sources: how far one is, what it did, what it would withdraw, and the documents it tells of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Response as JsonResponse
from flask import jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from catalogue.harvesting.codelists import LineKind, RunState
from catalogue.harvesting.views import UNSEEN, LineView, RunView, SourceView
from catalogue.service.addresses import with_parameters
from mappings.filenames import file_name
from ui.administration.words import Turning, page_asked, turning
from ui.curate.current import answered, blueprint, curation, required_curator
from ui.curate.document_text import Shown, shown
from ui.curate.harvest_words import Progress, Standing, grouped, held, kind_words, message, progress, reason, run_mark, standing, under_way
from ui.curate.sentences import line_reason, said
from ui.people import address
from ui.speech import _, ngettext

_AT_ONCE: Final = 20
_LINES_AT_ONCE: Final = 50
_FIRST: Final = (LineKind.REJECTED, LineKind.CONFLICT, LineKind.WITHDRAWN, LineKind.DOUBTFUL, LineKind.UPDATED, LineKind.CREATED)
"""Kinds of lines, those that need somebody before those that do not."""
_TO_DO: Final = frozenset({LineKind.REJECTED, LineKind.CONFLICT})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsPage:
    """Runs of all sources, the newest first."""

    runs: list[Standing]
    total: int
    turning: Turning | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number of a run.

    Attributes:
        name: what the JSON calls it.
        href: of the lines behind it; None where there are none.
        due: whether somebody should look at them.
    """

    name: str
    words: str
    number: str
    href: str | None
    due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTab:
    """Lines of a kind, to be chosen."""

    kind: LineKind
    words: str
    number: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a run; `href` leads to its record, None where there is none; `reason` is what it has to say, "" for nothing."""

    line: LineView
    reason: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """A run.

    Attributes:
        notes: what else there is to know of it, sentences.
        says: what whoever worked on it wrote down at its end, or why it does not go on, a sentence; "" for nothing.
        held: what would be withdrawn, a sentence; None where nothing waits for a curator.
        again: the words of the button that begins a run after this one; None where there is nothing to do again.
        kind: of the lines that are shown; None where there are no lines at all.
        more: how many lines of the kind there would be, where only the first were kept; None where all were.
    """

    standing: Standing
    source: SourceView
    figures: list[Figure]
    notes: list[str]
    says: str
    held: str | None
    again: str | None
    tabs: list[KindTab]
    kind: LineKind | None
    rows: list[Row]
    more: str | None
    turning: Turning | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePage:
    """The document that a line tells of; `reason` is what the line has to say of it, "" for nothing."""

    line: LineView
    words: str
    reason: str
    document: Shown
    run: RunView | None


@blueprint.get("/runs")
def runs() -> str:
    """The last runs of all sources."""
    page = page_asked()
    found, total = curation().runs.runs(page=page, size=_AT_ONCE)
    shown_runs = RunsPage(runs=[standing(each) for each in found], total=total, turning=turning(page, total, _AT_ONCE))
    return render_template("curate/runs.html", page=shown_runs)


@blueprint.get("/runs/<key:run_id>")
def run(run_id: int) -> str:
    """A run."""
    return render_template("curate/run.html", page=_run_page(curation().runs.run(run_id)))


@blueprint.get("/runs/<key:run_id>.json")
def run_progress(run_id: int) -> JsonResponse:
    """How far a run is, for the script that shows it."""
    found = curation().runs.run(run_id)
    told: Progress = progress(found)
    mark = run_mark(found)
    return jsonify(
        run=found.id,
        state=found.state.value,
        over=not under_way(found),
        received=found.received,
        expected=found.expected,
        words=told.words,
        share=told.share,
        mark={"words": mark.words, "kind": mark.kind},
        figures={name: grouped(number) for name, _words, number in _numbers(found)},
    )


@blueprint.post("/runs/<key:run_id>/<any(cancel, confirm, dismiss):what>")
def act(run_id: int, what: str) -> Response:
    """Cancel a run, or decide on one that is held."""
    by, runs = required_curator(), curation().runs
    choices: dict[str, tuple[Callable[..., object], str]] = {
        "cancel": (runs.cancel, _("The run stops after the page it is at. What came in so far stays.")),
        "confirm": (runs.confirm, _("They are withdrawn as soon as a worker is free.")),
        "dismiss": (runs.dismiss, _("The records stay as they are.")),
    }
    do, words = choices[what]
    return answered(f"/curate/runs/{run_id}", lambda: do(run_id, by=by, address=address()), words)


@blueprint.get("/lines/<key:line_id>")
def line(line_id: int) -> str:
    """A document of a run as text: whatever it is, it stays text."""
    content, found = curation().runs.document(line_id)
    return render_template("curate/line.html", page=_line_page(content, found))


@blueprint.get("/lines/<key:line_id>/document")
def line_document(line_id: int) -> Response:
    """A document of a run as a file, to be mended; never opened by the browser."""
    content, found = curation().runs.document(line_id)
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/octet-stream"
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{file_name(found.identifier or found.origin, shown(content).extension)}"'
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _run_page(run: RunView) -> RunPage:
    source, counts = curation().sources.source(run.source), curation().runs.counts(run.id)
    kind, page = _kind(run, counts), page_asked()
    lines, total = curation().runs.lines(run.id, kind, page=page, size=_LINES_AT_ONCE) if kind else ([], 0)
    exact = _exact(run)
    return RunPage(
        standing=standing(run),
        source=source,
        figures=[_figure(run, counts, *each) for each in _numbers(run)],
        notes=_notes(run),
        says=reason(run) or message(run),
        held=_held(run, source),
        again=_again(run, source),
        tabs=[_tab(run, each, counts[each], exact) for each in _FIRST if counts.get(each)],
        kind=kind,
        rows=[Row(line=each, reason=line_reason(each.kind, each.reason), href=_record(run, each)) for each in lines],
        more=grouped(exact[kind]) if kind and exact.get(kind, 0) > counts[kind] else None,
        turning=turning(page, total, _LINES_AT_ONCE),
    )


def _kind(run: RunView, counts: dict[LineKind, int]) -> LineKind | None:
    """The lines that are asked for; else what would be withdrawn where that waits, or those that most need somebody."""
    asked = next((kind for kind in LineKind if kind.value == request.args.get("kind") and counts.get(kind)), None)
    if asked is None and held(run) and counts.get(LineKind.WITHDRAWN):
        return LineKind.WITHDRAWN
    return asked or next((kind for kind in _FIRST if counts.get(kind)), None)


def _would(run: RunView) -> bool:
    """Whether what the run tells of has not been done."""
    return run.preview or run.state is RunState.HELD


def _exact(run: RunView) -> dict[LineKind, int]:
    """How many there were, whatever lines of them are kept."""
    return {
        LineKind.CREATED: run.created,
        LineKind.UPDATED: run.updated,
        LineKind.WITHDRAWN: run.withdrawn,
        LineKind.REJECTED: run.rejected,
        LineKind.CONFLICT: run.conflicts,
    }


def _numbers(run: RunView) -> list[tuple[str, str, int]]:
    return [
        ("received", _("Received"), run.received),
        ("created", kind_words(LineKind.CREATED), run.created),
        ("updated", kind_words(LineKind.UPDATED), run.updated),
        ("unchanged", _("Unchanged"), run.unchanged),
        ("withdrawn", kind_words(LineKind.WITHDRAWN, would=_would(run)), run.withdrawn),
        ("rejected", kind_words(LineKind.REJECTED), run.rejected),
        ("conflict", kind_words(LineKind.CONFLICT), run.conflicts),
    ]


def _figure(run: RunView, counts: dict[LineKind, int], name: str, words: str, number: int) -> Figure:
    kind = next((each for each in LineKind if each.value == name), None)
    due = number > 0 and (kind in _TO_DO or (kind is LineKind.WITHDRAWN and held(run)))
    href = _lines_path(run, kind) if kind and counts.get(kind) else None
    return Figure(name=name, words=words, number=grouped(number), href=href, due=due)


def _tab(run: RunView, kind: LineKind, kept: int, exact: dict[LineKind, int]) -> KindTab:
    number = max(kept, exact.get(kind, 0))
    return KindTab(kind=kind, words=kind_words(kind, would=_would(run)), number=grouped(number), href=_lines_path(run, kind))


def _lines_path(run: RunView, kind: LineKind) -> str:
    return with_parameters(f"/curate/runs/{run.id}", [("kind", kind.value)]) + "#lines"


def _notes(run: RunView) -> list[str]:
    notes = []
    if run.preview:
        notes.append(_("A preview: it keeps nothing and withdraws nothing; it tells what a run would do."))
    if run.anew:
        notes.append(_("Everything is fetched anew, as if nothing were known of the source."))
    ended = run.state in {RunState.DONE, RunState.HELD} and not run.unsure
    counted = run.complete or (ended and run.since is not None)  # of what changed since, deletions are told and do not come
    if run.expected is not None and not under_way(run) and not counted and run.expected != run.received:
        received = ngettext("%(count)s document came", "%(count)s documents came", run.received, count=grouped(run.received))
        expected = grouped(run.expected)
        notes.append(_("The source says it has %(expected)s; %(received)s.", expected=expected, received=received))
    if ended:
        notes.append(_seen(run))
    return notes


def _seen(run: RunView) -> str:
    if run.complete and run.since is not None:
        return _(
            "Everything that the source lists was seen, and what changed since the run before was fetched. A document that changed without "
            "a later date of its own may have been passed over; “Run anew”, on the page of the source, fetches it."
        )
    if run.complete:
        return _("All that the source has was seen.")
    if run.since is not None:
        return _("Only what changed since the run before was asked for.")
    return said(UNSEEN)


def _held(run: RunView, source: SourceView) -> str | None:
    if not held(run):
        return None
    number = ngettext("%(count)s record", "%(count)s records", run.withdrawn, count=grouped(run.withdrawn))
    had = max(source.records, run.withdrawn)
    if run.withdrawn <= source.share * had:
        return _("%(number)s would be withdrawn, and the source has far fewer documents than before.", number=number)
    return _(
        "%(number)s would be withdrawn: %(share)s\u202f%% of those of this source. Without you, at most %(most)s\u202f%% are.",
        number=number,
        share=f"{100 * run.withdrawn / had:.3g}",
        most=f"{100 * source.share:g}",
    )


def _again(run: RunView, source: SourceView) -> str | None:
    if source.running is not None or under_way(run):
        return None
    if run.preview:
        return _("Run it now")
    return _("Run again") if run.unsure or run.state is not RunState.DONE else None


def _record(run: RunView, line: LineView) -> str | None:
    missing = line.kind is LineKind.REJECTED or (run.preview and line.kind is LineKind.CREATED)
    return None if missing or not line.identifier else with_parameters("/curate/record", [("id", line.identifier)])


def _line_page(content: bytes, line: LineView) -> LinePage:
    asked = request.args.get("run", "")
    found = curation().runs.run(int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    return LinePage(line=line, words=kind_words(line.kind), reason=line_reason(line.kind, line.reason), document=shown(content), run=found)
