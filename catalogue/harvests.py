"""`reflecs harvest`: sources, runs and schedules of harvests.

Exit codes: 0 all went in, 1 some documents were rejected, or perhaps not all were seen, 2 the source failed, or the brake holds or would
hold, or what was asked for is not done.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from accounts.visitors import COMMAND_LINE
from catalogue.console import Failed, counted, plain_errors, print_json, progress_bar, some, writable
from catalogue.harvesting.codelists import LineKind, Policy, RunState
from catalogue.harvesting.views import LineView, RunView, SourceSpec, SourceView
from catalogue.settings import Settings
from harvesters.source import Protocol
from records.codes import Domain

if TYPE_CHECKING:
    from catalogue.harvesting.runs import Runs
    from catalogue.harvesting.sources import Sources
    from database import Database

_NAME: Final = click.argument("name")
_VERBOSE: Final = click.option("--verbose", "-v", is_flag=True, help="Show every line.")
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
_TROUBLES: Final = (LineKind.REJECTED, LineKind.CONFLICT)
_CHANGES: Final = (LineKind.CREATED, LineKind.UPDATED, LineKind.WITHDRAWN)
_PAGE: Final = 1000


@click.group()
def harvest() -> None:
    """Bring other catalogues' records in, and keep them as they are there."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the commands work with."""

    settings: Settings
    database: "Database"
    sources: "Sources"
    runs: "Runs"

    worker: str
    """In whose name this process takes runs: as soon as they are asked for, so that `reflecs work` leaves them alone."""

    def work(self, run_id: int, progress: Callable[[RunView], None] | None = None) -> RunView:
        """Work on a run that this process has, to its end."""
        from catalogue.services import runner  # noqa: PLC0415 (as below)

        with writable(self.settings.engine) as writing:
            return runner(self.settings, self.database, writing).run(run_id, progress, worker=self.worker)


@contextmanager
def _desk() -> Iterator[_Desk]:
    from catalogue.harvesting.standing import new_worker  # noqa: PLC0415 (a command loads what it needs, so that --help is quick)
    from catalogue.services import database, harvesting  # noqa: PLC0415 (as above)

    settings = Settings.from_environment()
    with database(settings) as kept:
        sources, runs = harvesting(settings, kept, wake=lambda: None)  # whoever asks here works on it himself
        yield _Desk(settings, kept, sources, runs, new_worker())


def _filters(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if any(not equals or not name for name, equals, _ in pairs):
        raise click.BadParameter("a filter is NAME=VALUE, as docs/harvesters.md lists them")
    return {name: value for name, _, value in pairs}


@harvest.command()
@_NAME
@click.argument("protocol", type=click.Choice([each.value for each in Protocol]))
@click.argument("url")
@click.option("--page-size", type=int, default=100, show_default=True, help="Documents asked for at once.")
@click.option("--rate", type=float, default=10.0, show_default=True, help="Requests a second at most; 0 for no limit.")
@click.option("--concurrency", type=int, default=2, show_default=True, help="Requests under way at once.")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", callback=_filters, help="What is taken; may be given again.")
@click.option("--user", help="Who is let in; the password is asked for.")
@click.option("--token", is_flag=True, help="A bearer token lets in; it is asked for.")
@click.option("--domain", type=click.Choice([each.value for each in Domain]), help="Of records that do not tell theirs.")
@click.option("--timeout", type=float, default=60.0, show_default=True, help="Seconds that the source may be silent.")
@click.option(
    "--policy",
    type=click.Choice([each.value for each in Policy]),
    default=Policy.NEWER.value,
    show_default=True,
    help="Whose record stands where two have one identifier.",
)
@click.option(
    "--share", type=float, default=0.1, show_default=True, help="The part of its records that a run withdraws without asking, 0 to 1."
)
@click.option("--schedule", help='When it is harvested: hourly, "daily 03:00", "weekly monday 03:00", "monthly 1 03:00" (UTC).')
@plain_errors
def add(name: str, protocol: str, url: str, **options: Any) -> None:  # noqa: ANN401 -- what click hands over
    """Set up the source NAME: asked by PROTOCOL at URL, for a folder its path."""
    secret = _asked("Password" if options["user"] else "Token") if options["user"] or options["token"] else None
    spec = SourceSpec(
        name=name,
        protocol=Protocol(protocol),
        url=url,
        page_size=options["page_size"],
        rate=options["rate"] or None,
        concurrency=options["concurrency"],
        filters=options["filters"],
        user=options["user"],
        password=secret if options["user"] else None,
        token=None if options["user"] else secret,
        domain=Domain(options["domain"]) if options["domain"] else None,
        timeout=options["timeout"],
        policy=Policy(options["policy"]),
        share=options["share"],
        schedule=options["schedule"],
    )
    with _desk() as desk:
        desk.sources.add(spec, by=COMMAND_LINE, address=None)
    click.echo(f"The source {name} is set up. Look at what would come in: reflecs harvest preview {name}", err=True)


def _asked(what: str) -> str:
    """Return a secret: asked for at a terminal, else the first line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True))
    return sys.stdin.readline().rstrip("\r\n")


@harvest.command()
@_NAME
@click.option("--anew", is_flag=True, help="Fetch everything, as if nothing were known.")
@_VERBOSE
@_JSON
@plain_errors
def run(name: str, *, anew: bool, verbose: bool, as_json: bool) -> None:
    """Harvest a source now, in this process. What was broken off goes on where it stopped."""
    _run(name, preview=False, anew=anew, verbose=verbose, as_json=as_json)


@harvest.command()
@_NAME
@click.option("--anew", is_flag=True, help="Fetch everything, as if nothing were known.")
@_VERBOSE
@_JSON
@plain_errors
def preview(name: str, *, anew: bool, verbose: bool, as_json: bool) -> None:
    """Show what a harvest would do, and do none of it."""
    _run(name, preview=True, anew=anew, verbose=verbose, as_json=as_json)


def _run(name: str, *, preview: bool, anew: bool, verbose: bool, as_json: bool) -> None:
    with _desk() as desk, progress_bar(f"Harvesting {name}") as progress:
        run_id = desk.runs.start(name, preview=preview, anew=anew, by=COMMAND_LINE, address=None, worker=desk.worker)
        done = desk.work(run_id, lambda view: progress(view.received, view.expected))
        kinds = (*_CHANGES, *_TROUBLES) if preview else _TROUBLES
        lines = {kind: _lines(desk.runs, run_id, kind) for kind in kinds}
    if as_json:
        print_json(_run_as_json(done) | {"lines": {kind.value: [_line_as_json(each) for each in found] for kind, found in lines.items()}})
    else:
        _show(done, lines, verbose=verbose)
    sys.exit(_exit_code(done))


def _exit_code(run: RunView) -> int:
    if run.state is not RunState.DONE or run.would_be_held:
        return 2
    return 1 if run.rejected or run.unsure else 0


def _lines(runs: "Runs", run_id: int, kind: LineKind) -> list[LineView]:
    found, total = runs.lines(run_id, kind, size=_PAGE)
    page = 2
    while len(found) < total and (more := runs.lines(run_id, kind, page=page, size=_PAGE)[0]):
        found, page = [*found, *more], page + 1
    return found


def _show(run: RunView, lines: dict[LineKind, list[LineView]], *, verbose: bool) -> None:
    for kind, found in lines.items():
        for line in some(found, verbose=verbose):
            about = " · ".join(filter(None, (line.identifier, line.title)))
            click.echo(f"{kind.value:9}  {about or line.origin}{f': {line.reason}' if line.reason else ''}", err=kind in _TROUBLES)
    click.echo(_in_words(run))
    if run.message:
        click.echo(run.message, err=True)
    if run.state is RunState.HELD and not run.confirmed:
        click.echo(f"Decide: reflecs harvest confirm {run.source}, or: reflecs harvest keep {run.source}", err=True)


def _in_words(run: RunView) -> str:
    would = "would be " if run.preview else ""
    of = f" of {run.expected:,}" if run.expected is not None else ""
    parts = [
        f"{run.received:,}{of} documents seen",
        f"{run.created:,} {would}new",
        f"{run.updated:,} {would}changed",
        f"{run.unchanged:,} unchanged",
        f"{run.withdrawn:,} {'would be ' if run.preview or run.state is RunState.HELD else ''}withdrawn",
        f"{run.rejected:,} rejected",
        *([counted(run.conflicts, "conflict")] if run.conflicts else []),
    ]
    seconds = f" in {run.seconds:,.0f} s" if run.seconds is not None else ""
    return f"{run.source}, {'preview' if run.preview else 'run'} {run.id}: {run.state.value}{seconds}; {', '.join(parts)}."


@harvest.command()
@click.argument("name", required=False)
@_VERBOSE
@_JSON
@plain_errors
def status(name: str | None, *, verbose: bool, as_json: bool) -> None:
    """Show how all sources stand, or one with its last runs.

    Exit code 2 when a last run failed or is held, 1 when it rejected documents or perhaps did not see all.
    """
    with _desk() as desk:
        sources = [desk.sources.source(name)] if name else desk.sources.all()
        runs = desk.runs.runs(name, size=1000 if verbose else 10)[0] if name else []
    if as_json:
        print_json([_source_as_json(source) | ({"runs": [_run_as_json(each) for each in runs]} if name else {}) for source in sources])
    else:
        for source in sources:
            click.echo(_source_in_words(source))
        for each in runs:
            click.echo(f"  {each.asked:%Y-%m-%d %H:%M}  {_in_words(each)}")
            if each.message:
                click.echo(f"      {each.message}")
        if not sources:
            click.echo("There is no source yet. Set one up: reflecs harvest add NAME PROTOCOL URL", err=True)
    sys.exit(max((_exit_code(source.last) for source in sources if source.last), default=0))


def _source_in_words(source: SourceView) -> str:
    last = source.last
    ended = f"{last.state.value} {last.ended:%Y-%m-%d %H:%M}" if last and last.ended else last.state.value if last else "never run"
    running = source.running
    now = f", {'stuck' if running.stuck else running.state.value} at {running.received:,} documents" if running else ""
    due = f", due {source.due:%Y-%m-%d %H:%M}" if source.due else ""
    rejected = f", {source.rejected:,} rejected" if source.rejected else ""
    conflicts = f", {counted(last.conflicts, 'conflict')}" if last and last.conflicts else ""
    unsure = ", perhaps not all seen" if last and last.unsure else ""
    held = f"{counted(source.records, 'record')}{rejected}{conflicts}{unsure}"
    return f"{source.name:20}  {source.protocol.value:8}  {held}  {ended}{now}{due}  {source.url}"


@harvest.command()
@_NAME
@click.argument("when", required=False)
@click.option("--off", is_flag=True, help="Harvest it no more by itself.")
@plain_errors
def schedule(name: str, when: str | None, *, off: bool) -> None:
    """Harvest a source by itself, WHEN: hourly, "daily 03:00", "weekly monday 03:00", "monthly 1 03:00" (UTC). `reflecs work` does it."""
    if (when is None) is not off:
        raise click.UsageError("give either WHEN or --off")
    with _desk() as desk:
        source = desk.sources.schedule(name, when, by=COMMAND_LINE, address=None)
    click.echo(
        f"{name} is due {source.due:%Y-%m-%d %H:%M} UTC." if source.due else f"{name} is harvested when somebody asks for it.", err=True
    )


@harvest.command()
@_NAME
@plain_errors
def confirm(name: str) -> None:
    """Withdraw the records that a held run of a source would withdraw."""
    with _desk() as desk:
        run_id = _held(desk, name)
        desk.runs.confirm(run_id, by=COMMAND_LINE, address=None, worker=desk.worker)
        done = desk.work(run_id)
    _show(done, {}, verbose=False)
    sys.exit(_exit_code(done))


@harvest.command()
@_NAME
@plain_errors
def keep(name: str) -> None:
    """Keep the records that a held run of a source would withdraw."""
    with _desk() as desk:
        run_id = _held(desk, name)
        if not desk.runs.dismiss(run_id, by=COMMAND_LINE, address=None, worker=desk.worker):
            _must_be_done(desk.work(run_id))
    click.echo(f"The records of {name} stay.", err=True)


def _must_be_done(run: RunView) -> None:
    """See that what was decided on is done; else it ends with 2."""
    if run.state is not RunState.DONE:
        _show(run, {}, verbose=False)
        sys.exit(2)


def _held(desk: _Desk, name: str) -> int:
    last = desk.sources.source(name).last
    if last is None or last.state is not RunState.HELD:
        raise Failed(f"No run of {name} is held.", 1)
    return last.id


@harvest.command()
@_NAME
@click.option("--withdraw", is_flag=True, help="Withdraw its records, too; else they stay.")
@plain_errors
def remove(name: str, *, withdraw: bool) -> None:
    """Remove a source, with what is known of its runs."""
    with _desk() as desk:
        run_id = desk.sources.remove(name, withdraw=withdraw, by=COMMAND_LINE, address=None, worker=desk.worker)
        if run_id is not None:
            _must_be_done(desk.work(run_id))
    click.echo(f"The source {name} is removed; its records {'are withdrawn' if withdraw else 'stay'}.", err=True)


def _run_as_json(run: RunView) -> dict[str, Any]:
    counts = ("expected", "received", "created", "updated", "unchanged", "withdrawn", "rejected", "conflicts")
    times = {name: value.isoformat() if (value := getattr(run, name)) else None for name in ("asked", "started", "ended", "since")}
    told = {"run": run.id, "source": run.source, "preview": run.preview, "state": run.state.value, "by": run.by, **times}
    others = ("complete", "unsure", "stuck", "message")
    return told | {name: getattr(run, name) for name in (*counts, *others)}


def _line_as_json(line: LineView) -> dict[str, Any]:
    return {"origin": line.origin, "identifier": line.identifier, "title": line.title, "reason": line.reason}


def _source_as_json(source: SourceView) -> dict[str, Any]:
    told = {
        "name": source.name,
        "protocol": source.protocol.value,
        "url": source.url,
        "records": source.records,
        "rejected": source.rejected,
    }
    due = source.due.isoformat() if source.due else None
    last, running = (_run_as_json(run) if run else None for run in (source.last, source.running))
    return told | {"schedule": source.schedule, "due": due, "last": last, "running": running}
