"""`reflecs archive`: what producers deliver comes in, what is there is looked after. Exit codes as in `catalogue.cli`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from catalogue.console import counted, plain_errors, print_json, progress_bar, some
from catalogue.settings import Settings

if TYPE_CHECKING:
    from database import Database
    from ordering.receiving import Received

_VERBOSE = click.option("--verbose", "-v", is_flag=True, help="Show every problem.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


@click.group()
def archive() -> None:
    """Register what producers deliver, make samples, and look after the archive."""


@contextmanager
def _database() -> "Iterator[Database]":
    from catalogue.services import database  # noqa: PLC0415 (a command loads what it needs, so that --help is quick)

    with database(Settings.from_environment()) as opened:
        yield opened


@archive.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@plain_errors
def tree(file: Path) -> None:
    """Bring the data tree to what a tree file (JSON) says: nodes that are missing are made, none is removed."""
    from ordering.specs import read_tree  # noqa: PLC0415 (as above)
    from ordering.tree import Tree  # noqa: PLC0415 (as above)

    with _database() as opened:
        changed = Tree(opened).ensure(read_tree(file.read_bytes()))
    click.echo(f"{counted(changed, 'node')} made or changed.")


@archive.command()
@click.argument("source", metavar="DIR|MANIFEST", type=click.Path(path_type=Path, exists=True))
@_VERBOSE
@_JSON
@plain_errors
def ingest(source: Path, *, verbose: bool, as_json: bool) -> None:
    """Check a delivery against its manifest and the data tree, and register its files, all of them or none.

    DIR holds manifest.csv and every file that it names; a MANIFEST names files beside it. What does not match goes into quarantine as a
    whole. Exit code 1 when it does.
    """
    from ordering.receiving import receive  # noqa: PLC0415 (as above)

    with _database() as opened, progress_bar("Checking") as progress:
        received = receive(opened, Settings.from_environment().archive, source, progress=progress)
    if as_json:
        print_json(_as_json(received))
    else:
        _show(source, received, verbose=verbose)
    sys.exit(1 if received.problems else 0)


def _as_json(received: "Received") -> dict[str, object]:
    problems = [{"file": problem.file, "reason": problem.reason} for problem in received.problems]
    counts = {"files": received.files, "bytes": received.bytes, "already": received.already}
    return {"delivery": received.delivery_id, "state": received.state, **counts, "problems": problems}


def _show(source: Path, received: "Received", *, verbose: bool) -> None:
    for problem in some(list(received.problems), verbose=verbose):
        click.echo(f"{problem.file or source}: {problem.reason}", err=True)
    if received.problems:
        problems = counted(len(received.problems), "problem")
        click.echo(f"{source}: quarantined as delivery {received.delivery_id}, {problems}; nothing was registered.")
    else:
        there = f"; {counted(received.already, 'file')} were there already" if received.already else ""
        files = f"{counted(received.files, 'file')}, {received.bytes:,} bytes"
        click.echo(f"{source}: accepted as delivery {received.delivery_id}, {files}{there}.")


@archive.command()
@click.option("--if-empty", is_flag=True, help="Only where the data tree is empty.")
@plain_errors
def samples(*, if_empty: bool) -> None:
    """Make sample files for the COROT N0 and the SMOS trees, and register them.

    They are small and marked as samples. Of COROT there are as many as in the archive of 2014, of SMOS fewer.
    """
    from ordering.receiving import receive  # noqa: PLC0415 (as above)
    from ordering.samples import TREES, sample_tree, write_delivery  # noqa: PLC0415 (as above)
    from ordering.tree import Tree  # noqa: PLC0415 (as above)

    settings = Settings.from_environment()
    with _database() as opened:
        tree = Tree(opened)
        if if_empty and tree.roots():
            click.echo("The data tree has nodes already; nothing was made.", err=True)
            return
        for name in TREES:
            tree.ensure(sample_tree(name))
            settings.archive.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix="samples-", dir=settings.archive) as folder, progress_bar(f"Registering {name}") as progress:
                write_delivery(name, Path(folder))
                received = receive(opened, settings.archive, Path(folder), name=f"samples of {name}", progress=progress)
            _show(Path(name), received, verbose=False)
            if received.problems:
                sys.exit(1)


@archive.command()
@_JSON
@plain_errors
def status(*, as_json: bool) -> None:
    """Show what the archive holds."""
    from ordering.verifying import status as ask  # noqa: PLC0415 (as above)

    with _database() as opened:
        found = ask(opened)
    if as_json:
        print_json({"data_sets": found.data_sets, "files": found.files, "bytes": found.bytes, "deliveries": found.deliveries})
        return
    deliveries = ", ".join(f"{state} {count:,}" for state, count in found.deliveries.items()) or "none"
    for name, value in (("data sets", f"{found.data_sets:,}"), ("files", f"{found.files:,}"), ("bytes", f"{found.bytes:,}")):
        click.echo(f"{name:10} {value}")
    click.echo(f"deliveries {deliveries}")


@archive.command()
@_VERBOSE
@_JSON
@plain_errors
def verify(*, verbose: bool, as_json: bool) -> None:
    """Read every file of the archive again and compare it with what was registered. Exit code 1 when one is not the same."""
    from ordering.verifying import status as ask  # noqa: PLC0415 (as above)
    from ordering.verifying import verify as look  # noqa: PLC0415 (as above)

    problems = []
    count = 0
    with _database() as opened, progress_bar("Reading", ask(opened).files) as progress:
        for problem in look(opened, Settings.from_environment().archive):
            count += 1
            progress(count)
            if problem is not None:
                problems.append(problem)
    if as_json:
        print_json([{"file": problem.file, "reason": problem.reason} for problem in problems])
    else:
        for problem in some(problems, verbose=verbose):
            click.echo(f"{problem.file}: {problem.reason}", err=True)
        click.echo(f"The archive is as it was registered, {counted(count, 'file')}." if not problems else counted(len(problems), "problem"))
    sys.exit(1 if problems else 0)
