"""The command line, `reflecs`. Exit code 0: done; 1: done in part, or not found; 2: asked wrongly, or the catalogue cannot answer."""

import socket
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalogue import moving, working
from catalogue.archiving import archive
from catalogue.collecting import collect_rarely
from catalogue.console import Failed, counted, opened, plain_errors, print_json, progress_bar, some
from catalogue.harvests import harvest
from catalogue.people import user
from catalogue.settings import DEFAULT_PORT, Settings

if TYPE_CHECKING:
    from catalogue.service import Catalogue, LoadReport
    from mappings.validation import Report


@contextmanager
def _catalogue() -> "Iterator[Catalogue]":
    from catalogue.service import Catalogue

    settings = Settings.from_environment()
    with opened(read_only=True) as engine:
        yield Catalogue(engine, base_url=settings.known_as(), sipad_url=settings.sipad_url)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="reflecs")
def main() -> None:
    """Reflecs: a metadata catalogue. Find data here, order them from SIPAD.

    Settings are environment variables (REFLECS_ENGINE, REFLECS_BASE_URL, …): see docs/settings.md.
    """
    collect_rarely()


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--shipped", is_flag=True, help="Load the records that come with Reflecs.")
@click.option("--if-empty", is_flag=True, help="Load only into a catalogue that holds nothing yet.")
@click.option("--processes", type=click.IntRange(min=1), help="Processes that read documents side by side (default: one a core).")
@click.option("--verbose", "-v", is_flag=True, help="Show every problem of every document.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@plain_errors
def load(paths: tuple[Path, ...], *, shipped: bool, if_empty: bool, processes: int | None, verbose: bool, as_json: bool) -> None:
    """Load documents: files, folders, zip archives; ISO 19139, DIF 9 and 10, Dublin Core, OGC API Records, mixed.

    Exit code 0 when every document was loaded, 1 when some were refused (the others are loaded).
    """
    from catalogue.service import load as load_documents

    if shipped:
        paths = (*paths, Path(str(files("records"))) / "holdings")
    if not paths:
        raise click.UsageError("name a file, a folder or a zip archive to load, or --shipped")
    _check_there(paths)
    with opened(read_only=False) as engine, progress_bar("Loading") as progress:
        held = engine.statistics()
        if if_empty and (held.records or held.deleted):
            click.echo(f"The catalogue holds {counted(held.records, 'record')} already; nothing was loaded.", err=True)
            sys.exit(0)
        report = load_documents(engine, paths, progress=progress, processes=processes)
    if as_json:
        print_json(_report_as_json(report))
    else:
        _show_report(report, verbose=verbose)
    sys.exit(0 if report.complete else 1)


def _check_there(paths: tuple[Path, ...]) -> None:
    for path in paths:
        if not path.exists():
            raise click.UsageError(f"there is no file or folder {str(path)!r}")


def _report_as_json(report: "LoadReport") -> dict[str, object]:
    return {
        "documents": report.documents,
        "changes": {change.value: count for change, count in report.changes.items()},
        "refused": [{"document": one.origin, "reason": one.reason} for one in report.refused],
        "problems": [
            {
                "document": one.origin,
                "identifier": one.identifier,
                "problems": [{"code": p.code, "message": p.message, "path": p.path} for p in one.problems],
            }
            for one in report.doubtful
        ],
        "conflicts": [{"identifier": one.identifier, "earlier": one.earlier, "later": one.later} for one in report.conflicts],
        "passed_over": report.passed_over,
    }


def _show_report(report: "LoadReport", *, verbose: bool) -> None:
    from catalogue.engines.base import Change

    for refused in some(report.refused, verbose=verbose):
        click.echo(f"refused   {refused.origin}: {refused.reason}", err=True)
    for conflict in some(report.conflicts, verbose=verbose):
        told = f"conflict  {conflict.identifier}: {conflict.later} stands, {conflict.earlier} is kept as its earlier version"
        click.echo(told, err=True)
    if verbose:
        for doubtful in report.doubtful:
            for problem in doubtful.problems:
                click.echo(f"problem   {doubtful.origin}: {problem.message} ({problem.path})", err=True)
    if verbose:
        for origin in report.passed_over:
            click.echo(f"passed over  {origin}: its ending is no metadata document's", err=True)
    counts = report.changes
    click.echo(
        f"{counted(report.documents, 'document')}: {counts[Change.CREATED]:,} new, {counts[Change.UPDATED]:,} replaced, "
        f"{counts[Change.UNCHANGED]:,} unchanged, {len(report.refused):,} refused."
    )
    if report.passed_over:
        told = counted(len(report.passed_over), "file")
        click.echo(f"Passed over for its ending: {told}{'' if verbose else ' (--verbose names it)'}.")
    if report.doubtful:
        kinds = Counter(problem.code for doubtful in report.doubtful for problem in doubtful.problems)
        told = ", ".join(f"{code} {count:,}" for code, count in kinds.most_common(8))
        number = counted(len(report.doubtful), "document")
        click.echo(f"With problems: {number} ({told}){'' if verbose else '; --verbose shows each'}.")


@main.command()
@click.argument("identifiers", nargs=-1, required=True, metavar="ID…")
@click.option(
    "--format", "-f", "format_name", required=True, help="iso19139, iso19115-3, dif10, dif9, dc, oai_dc, json, jsonld, pdf or csv."
)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File to write; without it, standard output.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of a PDF.")
@plain_errors
def export(identifiers: tuple[str, ...], *, format_name: str, output: Path | None, language: str) -> None:
    """Write records as documents: one record in any format, several as a zip, any number as one PDF or CSV.

    A record asked for in the format it came in is written byte for byte.
    """
    with _catalogue() as catalogue:
        document = catalogue.export(identifiers, format_name, language=language)
    if output is None:
        if sys.stdout.isatty() and not document.media_type.startswith(
            ("text/", "application/xml", "application/json", "application/geo+json")
        ):
            raise click.UsageError(f"this is no text ({document.media_type}); name a file with --output")
        sys.stdout.buffer.write(document.content)
    else:
        try:
            output.write_bytes(document.content)
        except OSError as error:
            raise Failed(f"{output} cannot be written: {error.strerror}", 2) from error
    for identifier, lost in document.losses.items():
        click.echo(f"{identifier}: {format_name} does not carry all of {', '.join(lost)}", err=True)


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type.partition(";")[0].endswith(("xml", "json"))


@main.command()
@click.argument("text", nargs=-1)
@click.option("--domain", type=click.Choice(["earth", "universe", "life", "material"]), help="Only this science domain.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="How many records to show.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@plain_errors
def search(text: tuple[str, ...], *, domain: str | None, limit: int, as_json: bool) -> None:
    """Search the catalogue; without words, list it. Exit code 1 when no record matches."""
    from catalogue.query import FacetRequest, Page, SearchQuery

    facets = (FacetRequest(field="domain", selected=(domain,), size=0),) if domain else ()
    with _catalogue() as catalogue:
        page = catalogue.search(SearchQuery(text=" ".join(text), facets=facets, page=Page(limit=limit)))
        rows = [(hit.record, catalogue.url_of(hit.record.identifier)) for hit in page.hits]
    if as_json:
        found = [{"identifier": record.identifier, "title": record.title, "url": url} for record, url in rows]
        print_json({"number_matched": page.number_matched, "searched_as": page.searched_as, "records": found})
    else:
        if page.searched_as is not None:
            click.echo(f"Searched as: {page.searched_as}", err=True)
        for record, _ in rows:
            click.echo(f"{record.identifier}\t{record.display_title}")
        click.echo(f"{len(rows)} of {page.number_matched:,} records" if rows else "No record matches.", err=True)
    sys.exit(0 if rows else 1)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@plain_errors
def validate(paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Check documents against the schema of their format, and their content. Exit code 1 when one has an error."""
    from catalogue.service.validating import validate_all

    _check_there(paths)
    reports = list(validate_all(paths, Settings.from_environment().schemas))
    if as_json:
        print_json([_validation_as_json(origin, report) for origin, report in reports])
    else:
        for origin, report in reports:
            _show_validation(origin, report)
        valid = sum(report.valid for _, report in reports)
        click.echo(f"{counted(len(reports), 'document')}: {valid:,} without errors, {len(reports) - valid:,} with.")
    sys.exit(0 if all(report.valid for _, report in reports) else 1)


def _validation_as_json(origin: str, report: "Report") -> dict[str, object]:
    findings = [{"severity": f.severity, "code": f.code, "message": f.message, "path": f.path, "line": f.line} for f in report.findings]
    return {
        "document": origin,
        "identifier": report.identifier,
        "format": report.format,
        "schema": report.schema,
        "no_schema": report.no_schema,
        "valid": report.valid,
        "findings": findings,
    }


def _show_validation(origin: str, report: "Report") -> None:
    checked = f"checked against {report.schema}" if report.schema else f"form not checked: {report.no_schema}"
    click.echo(f"{origin}: {'no errors' if report.valid else 'errors'} ({report.format or 'unknown format'}, {checked})")
    for finding in report.findings:
        place = f"line {finding.line}" if finding.line else finding.path
        click.echo(f"  {finding.severity}: {finding.message} ({place})")


@main.command()
@plain_errors
def reindex() -> None:
    """Rebuild the index from the kept documents, while searches go on."""
    from catalogue.service.preparing import refresh

    with opened(read_only=True) as engine:
        engine.statistics()  # opened for writing, a catalogue that is not there would be made
    with opened(read_only=False) as engine, progress_bar("Indexing") as progress:
        count = engine.reindex(refresh, lambda done, _total: progress(done))
    click.echo(f"{count:,} records indexed.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@plain_errors
def stats(*, as_json: bool) -> None:
    """Show what the catalogue holds."""
    with _catalogue() as catalogue:
        statistics = catalogue.engine.statistics()
        overview = catalogue.overview()
    values: dict[str, Any] = {
        "records": statistics.records,
        "deleted": statistics.deleted,
        "orderable": overview.orderable,
        "updated": statistics.updated.isoformat() if statistics.updated else None,
        "bytes": statistics.bytes,
        "domains": {domain.value: count for domain, count in overview.domains.items()},
        "formats": statistics.formats,
    }
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        told = ", ".join(f"{key} {count:,}" for key, count in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name:10} {told:,}" if isinstance(told, int) else f"{name:10} {told or '–'}")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that answer.")
@click.option("--threads", type=click.IntRange(min=1), default=8, show_default=True, help="Threads in each process.")
@click.option("--work/--no-work", default=True, show_default=True, help="Work on orders, too, in a process beside (see `reflecs work`).")
@plain_errors
def serve(*, host: str, port: int, workers: int, threads: int, work: bool) -> None:
    """Serve the catalogue's pages and doors, accounts and the SIPAD."""
    from catalogue.server import run

    with opened(read_only=True):
        pass  # a catalogue that cannot be opened is told here, not by each worker
    settings = Settings.from_environment()
    _check_free(host, port)
    settings = replace(settings, base_url=settings.known_as(port or DEFAULT_PORT))
    run(settings, host=host, port=port, workers=workers, threads=threads, work=work and settings.sipad_url is None)


def _check_free(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise Failed(f"http://{host}:{port} cannot be listened at: {error.strerror}", 2) from error


main.add_command(archive)
main.add_command(user)
main.add_command(harvest)
main.add_command(working.work)
main.add_command(moving.backup)
main.add_command(moving.restore)
main.add_command(moving.copy)

if __name__ == "__main__":
    main()
