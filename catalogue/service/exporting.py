"""Records as documents to take away: one or many, in any format, as CSV or as PDF."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mappings.filenames import file_name
from mappings.formats import Format, format_named, losses, write
from mappings.vocabularies.domains import domain_of
from records.errors import QueryError
from records.model import EARTH, Record

MAX_RECORDS: Final = 1000
"""So many records can be exported at once."""

MAX_WEB_RECORDS: Final = 100
"""So many can be exported at once over the web: setting a PDF takes about 3 MB a record (measured with 300)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document made for somebody to take away.

    Attributes:
        media_type: with its charset where it is text.
        filename: safe on every system.
        losses: for each record that is not carried whole, the names of the fields that are not.
    """

    content: bytes = field(repr=False)
    media_type: str
    filename: str
    losses: dict[str, tuple[str, ...]] = field(default_factory=dict)


def checked(identifiers: Sequence[str], most: int = MAX_RECORDS) -> tuple[str, ...]:
    """Return the identifiers, each once.

    Raises:
        QueryError: there are none, or more than `most`.
    """
    once = tuple(dict.fromkeys(identifiers))
    if not once:
        raise QueryError("choose at least one record to export", parameter="id")
    if len(once) > most:
        raise QueryError(f"at most {most:,} records can be exported at once like this, not {len(once):,}", parameter="id")
    return once


def export(records: Sequence[Record], format_name: str, *, url_of: Callable[[str], str], language: str, now: datetime) -> Document:
    """Return the records as one document.

    A single record is written in the format, byte for byte when it came in it; several become a zip of those; "pdf" and "csv" make one
    document of any number.

    Raises:
        FormatError: there is no such format, or it is only read and a record did not come in it.
    """
    if format_name == "pdf":
        from mappings.pdf import write_pdf  # noqa: PLC0415  -- typst and the maps cost memory that only those who print pay

        name = file_name(records[0].identifier, ".pdf") if len(records) == 1 else "reflecs-catalogue.pdf"
        content = write_pdf(records, url_of=url_of, language=language, now=now)
        return Document(content=content, media_type="application/pdf", filename=name)
    if format_name == "csv":
        return Document(content=_csv(records, url_of), media_type="text/csv; charset=utf-8", filename="reflecs-records.csv")
    known = format_named(format_name)
    lost = {record.identifier: fields for record in records if (fields := losses(record, format_name))}
    if len(records) == 1:
        name = file_name(records[0].identifier, known.extension)
        return Document(content=write(records[0], format_name), media_type=known.media_type, filename=name, losses=lost)
    packed = _zip(records, known, now)
    return Document(content=packed, media_type="application/zip", filename=f"reflecs-{format_name}.zip", losses=lost)


def _zip(records: Sequence[Record], known: Format, now: datetime) -> bytes:
    packed = io.BytesIO()
    used: set[str] = set()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in records:
            entry = zipfile.ZipInfo(file_name(record.identifier, known.extension, used), date_time=now.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, write(record, known.name))
    return packed.getvalue()


_NUMERIC: Final = frozenset("0123456789.;- ")
"""What the numbers of boxes and dates are written with: a sign before them makes no formula."""

_COLUMNS: Final[tuple[tuple[str, Callable[[Record], str]], ...]] = (
    ("identifier", lambda r: r.identifier),
    ("title", lambda r: r.title or ""),
    ("domain", lambda r: domain_of(r) or ""),
    ("type", lambda r: r.type or ""),
    ("abstract", lambda r: r.abstract or ""),
    ("begin", lambda r: _joined(str(interval.begin or "") for interval in r.intervals)),
    ("end", lambda r: _joined(str(interval.end or "") for interval in r.intervals)),
    ("west south east north", lambda r: _joined(_boxes(r))),
    ("projects", lambda r: _joined(project.name for project in r.projects)),
    ("platforms", lambda r: _joined(platform.name for platform in r.platforms)),
    ("instruments", lambda r: _joined(instrument.name for instrument in r.instruments)),
    ("organisations", lambda r: _joined(r.organisations)),
    ("processing level", lambda r: r.processing_level or ""),
    ("metadata date", lambda r: str(r.metadata_date or "")),
)


def _joined(values: Iterable[str]) -> str:
    return "; ".join(values)


def _boxes(record: Record) -> list[str]:
    boxes = [box for extent in record.extents if extent.frame == EARTH for box in extent.boxes]
    return [f"{box.west:g} {box.south:g} {box.east:g} {box.north:g}" for box in boxes]


def _csv(records: Sequence[Record], url_of: Callable[[str], str]) -> bytes:
    table = io.StringIO(newline="")
    rows = csv.writer(table)
    rows.writerow([*(name for name, _ in _COLUMNS), "address"])
    for record in records:
        rows.writerow([*(_cell(value(record)) for _, value in _COLUMNS), url_of(record.identifier)])
    return table.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    """Text that a spreadsheet will not run as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _NUMERIC.issuperset(text) else text
