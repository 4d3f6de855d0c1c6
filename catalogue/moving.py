"""The commands that move the whole catalogue: into one file, back from it, to another engine. Exit codes as in `catalogue.cli`."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogue.console import counted, opened, plain_errors, print_json, progress_bar, some
from catalogue.settings import Settings

if TYPE_CHECKING:
    from catalogue.service.archives import Holdings, RestoreReport

_PROCESSES = click.option("--processes", type=click.IntRange(min=1), help="Processes that read documents (default: one a core).")
_VERBOSE = click.option("--verbose", "-v", is_flag=True, help="Show every record that is told of.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Replace the file where it is there, once the new one is whole.")
@_JSON
@plain_errors
def backup(file: Path, *, overwrite: bool, as_json: bool) -> None:
    """Write the whole catalogue into one zip archive: documents byte for byte, earlier versions, tombstones, all times.

    The catalogue goes on being read and written meanwhile. Its secret is not in the archive.
    """
    from catalogue.engines.base import Window  # noqa: PLC0415 (a command loads what it needs, so that --help is quick)
    from catalogue.service.archives import backup as write  # noqa: PLC0415 (as above)

    with opened(read_only=True) as engine, progress_bar("Writing", engine.count_headers(Window())) as progress:
        holdings = write(engine, file, now=datetime.now(UTC), overwrite=overwrite, progress=progress)
    if as_json:
        print_json({"file": str(file), **_holdings(holdings)})
    else:
        click.echo(f"{file}: {_told(holdings)}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--merge", is_flag=True, help="Restore into a catalogue that is not empty; what it has stays as it is there.")
@click.option("--check", "only_check", is_flag=True, help="Only check the archive, all of it, and say what it holds.")
@_PROCESSES
@_VERBOSE
@_JSON
@plain_errors
def restore(file: Path, *, merge: bool, only_check: bool, processes: int | None, verbose: bool, as_json: bool) -> None:
    """Restore what `reflecs backup` wrote, on either engine: documents, earlier versions, tombstones, each with its time.

    All of the archive is checked before anything is written. Exit code 1 when some of it is not in the catalogue as it is in the archive.
    """
    from catalogue.service import archives  # noqa: PLC0415 (as above)

    if only_check:
        with progress_bar("Checking") as progress:
            holdings = archives.check(file, progress)
        if as_json:
            print_json({"file": str(file), **_holdings(holdings)})
        else:
            click.echo(f"{file} is whole: {_told(holdings)}.")
        return
    with opened(read_only=False) as engine, progress_bar("Checking") as progress:
        restoring = partial(progress, doing="Restoring")
        report = archives.restore(engine, file, merge=merge, processes=processes, checking=progress, progress=restoring)
    if as_json:
        print_json(_restored(report))
    else:
        _show(report, verbose=verbose)
    sys.exit(0 if report.complete else 1)


@click.command()
@click.argument("target", metavar="ENGINE")
@_PROCESSES
@_VERBOSE
@_JSON
@plain_errors
def copy(target: str, *, processes: int | None, verbose: bool, as_json: bool) -> None:
    """Copy the catalogue of REFLECS_ENGINE to another engine, written as REFLECS_ENGINE is, and compare the two.

    Run again after an interruption, it goes on where it ended. Exit code 1 when the two are not the same afterwards.
    """
    from catalogue.engines.base import Window  # noqa: PLC0415 (as above)
    from catalogue.service import archives  # noqa: PLC0415 (as above)

    if target == Settings.from_environment().engine:
        raise click.UsageError("that is where the catalogue is already; name another engine")
    with opened(read_only=True) as source:
        count = source.count_headers(Window())  # a catalogue that cannot be read is told before another is made
        with opened(target, read_only=False) as other, progress_bar("Reading", count) as progress:
            writing = partial(progress, doing="Writing")
            report = archives.copy(source, other, now=datetime.now(UTC), processes=processes, reading=progress, writing=writing)
    if as_json:
        print_json({"source": _holdings(report.holdings), **_restored(report.restored), "not_the_same": report.differing})
    else:
        _show(report.restored, verbose=verbose)
        _show_each("not the same", report.differing, verbose=verbose)
        click.echo(f"{_told(report.holdings)}: {'the same in both' if report.complete else 'NOT the same in both'}.")
    sys.exit(0 if report.complete else 1)


def _holdings(holdings: "Holdings") -> dict[str, object]:
    return {"records": holdings.records, "tombstones": holdings.tombstones, "documents": holdings.documents}


def _told(holdings: "Holdings") -> str:
    earlier = holdings.documents - holdings.records
    return f"{counted(holdings.records, 'record')}, {counted(holdings.tombstones, 'tombstone')}, {counted(earlier, 'earlier version')}"


def _restored(report: "RestoreReport") -> dict[str, object]:
    return {
        "records": report.records,
        "tombstones": report.tombstones,
        "there": report.there,
        "differing": report.differing,
        "lost": report.lost,
        "unread": [asdict(unread) for unread in report.unread],
    }


def _show(report: "RestoreReport", *, verbose: bool) -> None:
    _show_each("differs", (f"{one}: the catalogue's own stays" for one in report.differing), verbose=verbose)
    _show_each("lost", (f"{one}: a tombstone without any document cannot be restored" for one in report.lost), verbose=verbose)
    unread = (f"{one.identifier}: kept to the byte, but not read: {one.reason}" for one in report.unread)
    _show_each("unread", unread, verbose=verbose)
    click.echo(
        f"{counted(report.records, 'record')} and {counted(report.tombstones, 'tombstone')} restored, "
        f"{report.there:,} there already, {len(report.differing):,} differing."
    )


def _show_each(what: str, rows: Iterable[str], *, verbose: bool) -> None:
    for row in some(list(rows), verbose=verbose):
        click.echo(f"{what:12}  {row}", err=True)
