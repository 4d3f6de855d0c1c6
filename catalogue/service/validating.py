"""Checking documents before they are loaded: against their schema, and for what a reader of the record would miss."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from catalogue.service.documents import Found, PassedOver, Unreadable, find
from mappings.validation import Finding, Report, Severity, validate


def validate_all(paths: Iterable[Path], schemas: Path | None) -> Iterator[tuple[str, Report]]:
    """Yield the name of every document at these paths and what was found in it; `schemas` is a folder with more XSDs, or None."""
    for seen in find(paths):
        match seen:
            case Found():
                yield seen.origin, _report(seen, schemas)
            case Unreadable():
                yield seen.origin, _unreadable(seen)
            case PassedOver():
                continue


def _report(found: Found, schemas: Path | None) -> Report:
    try:
        content = found.read()
    except Unreadable as error:
        return _unreadable(error)
    return validate(content, schemas)


def _unreadable(error: Unreadable) -> Report:
    found = Finding(severity=Severity.ERROR, code="unreadable", message=error.reason)
    return Report(format=None, identifier=None, schema=None, no_schema="the document could not be read", findings=(found,))
