"""The manifest of a delivery: a table that names each file, what it must be, and where it belongs.

A text file `manifest.csv` in UTF-8, with commas or semicolons. Its first line names the columns, in any order: `file`, `bytes` and
`sha256` must be there; `data_set`, `begins`, `ends` and `target` as the data set needs them; other columns are values of the data set's own
criteria. Empty fields are values that a file does not have.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO
from typing import Final

from ordering.naming import is_safe
from ordering.specs import COLUMNS, CRITERION
from records.dates import Date
from records.errors import CatalogueError

NAME: Final = "manifest.csv"
_NEEDED: Final = ("file", "bytes", "sha256")
_KNOWN: Final = frozenset({*COLUMNS, "target"})
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
DEEPEST: Final = 8
"""Parts of a path within a delivery."""
_LONGEST: Final = 255
"""Characters of a text value."""


class ManifestError(CatalogueError):
    """A manifest that cannot be read as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a delivery is not accepted.

    Attributes:
        file: the file at fault, as the manifest names it; "manifest.csv" for the manifest itself, "" for the delivery.
        reason: a plain sentence.
        lost: whether the file is not in quarantine with the rest, so that checking what lies there tells nothing of it.
    """

    file: str
    reason: str
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file as its producer tells of it.

    Attributes:
        file: where it lies in the delivery, with "/" between folders; made of safe names.
        bytes: its size.
        sha256: in hexadecimal, small letters.
        data_set: the identifier of the data set; None to be told by the name.
        begins: of what it holds; None where that is not told.
        ends: as `begins`, and the same moment where only the beginning is told.
        target: the COROTID or what else numbers what was observed.
        values: of the data set's own criteria, as they are written.
    """

    file: str
    bytes: int
    sha256: str
    data_set: str | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    target: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.file.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a manifest tells.

    Attributes:
        entries: of the lines without a fault.
        named: the files of all its lines, as they are written: of faulty ones, whatever stands there.
        problems: what is wrong with its lines.
    """

    entries: list[Entry]
    named: frozenset[str]
    problems: list[Problem]

    def reachable(self) -> list[str]:
        """Return those of the named files whose names lie within the delivery."""
        return sorted(name for name in self.named if _is_within(name))


class _FaultyLineError(CatalogueError):
    """A line that cannot be read; `reasons` are sentences."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def read_manifest(content: bytes, *, most: int) -> Manifest:
    """Return what a manifest tells.

    Args:
        content: of the manifest.
        most: how many files are taken.

    Raises:
        ManifestError: it is no such table, or has more lines.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestError(f"The manifest is not UTF-8 from byte {error.start + 1} on.") from error
    if "\0" in text:
        raise ManifestError("The manifest is not a text.")
    lines = csv.DictReader(StringIO(text, newline=""), delimiter=";" if ";" in text.partition("\n")[0] else ",", strict=True)
    entries: list[Entry] = []
    problems: list[Problem] = []
    named: set[str] = set()
    try:
        _check_columns(lines.fieldnames or ())
        for number, line in enumerate(lines):
            if number >= most:
                raise ManifestError(f"The manifest names more than {most:,} files; deliver them in several parts.")
            named.add((line["file"] or "").strip())
            try:
                entries.append(_entry(line))
            except _FaultyLineError as error:
                where = f"(line {lines.line_num} of the manifest)"
                problems += [Problem(file=_told(line), reason=f"{reason} {where}") for reason in error.reasons]
    except csv.Error as error:
        raise ManifestError(f"The manifest cannot be read at line {lines.line_num}: {error}.") from error
    if not entries and not problems:
        raise ManifestError("The manifest names no file.")
    return Manifest(entries=entries, named=frozenset(named), problems=problems)


def _check_columns(columns: Sequence[str]) -> None:
    if missing := [name for name in _NEEDED if name not in columns]:
        raise ManifestError(f"The manifest has no column {', '.join(missing)}; its first line names the columns.")
    if len(set(columns)) < len(columns):
        raise ManifestError("The manifest has a column twice.")
    for name in columns:
        if name not in _KNOWN and (name == "time" or not CRITERION.fullmatch(name)):
            raise ManifestError(f"The manifest has a column {name[:60]!r}, which no criterion can be called.")


def _told(line: Mapping[str | None, str | list[str] | None]) -> str:
    name = line.get("file")
    return name[:_LONGEST] if isinstance(name, str) and name.isprintable() else ""


def _entry(line: Mapping[str | None, str | list[str] | None]) -> Entry:
    """Return what a line tells, or raise all that is wrong with it."""
    if None in line or None in line.values():
        raise _FaultyLineError(["The line has more or fewer fields than there are columns."])
    told = {name: value.strip() for name, value in line.items() if name is not None and isinstance(value, str)}
    values = {name: value for name, value in told.items() if name not in _KNOWN and value}
    begins, ends, faults = _times(told.get("begins"), told.get("ends"))
    target = told.get("target") or None
    if found := [*_file_faults(told), *faults, *_value_faults(target, values)]:
        raise _FaultyLineError(found)
    return Entry(
        file=told["file"],
        bytes=int(told["bytes"]),
        sha256=told["sha256"].lower(),
        data_set=told.get("data_set") or None,
        begins=begins,
        ends=ends or begins,
        target=None if target is None else int(target),
        values=values,
    )


def _is_within(name: str) -> bool:
    parts = name.split("/")
    return len(parts) <= DEEPEST and all(is_safe(part) for part in parts)


def _file_faults(told: Mapping[str, str]) -> Iterator[str]:
    if not _is_within(told["file"]):
        yield 'A file is named by letters, digits and ". _ + = -", with "/" between folders, and lies within its delivery.'
    if not re.fullmatch(r"\d{1,15}", told["bytes"], re.ASCII):
        yield "The size is no number of bytes."
    if not _SHA256.fullmatch(told["sha256"].lower()):
        yield "The SHA-256 is not 64 hexadecimal digits."


def _value_faults(target: str | None, values: Mapping[str, str]) -> Iterator[str]:
    if target is not None and not re.fullmatch(r"\d{1,15}", target, re.ASCII):
        yield "The target is no number."
    if any(len(value) > _LONGEST or not value.isprintable() for value in values.values()):
        yield f"A value is longer than {_LONGEST} characters, or is not one line."


def _times(begins: str | None, ends: str | None) -> tuple[datetime | None, datetime | None, list[str]]:
    """Return the beginning and the end that are told, and what is wrong with them."""
    first, last = _moment(begins), _moment(ends, last=True)
    faults = [
        f"The {what} is no date such as 2007-04-03 or 2007-04-03T12:30:00Z."
        for text, moment, what in ((begins, first, "beginning"), (ends, last, "end"))
        if text and moment is None
    ]
    if ends and not begins:
        faults.append("An end is told, and no beginning.")
    if first and last and last < first:
        faults.append("The end lies before the beginning.")
    return first, last, faults


def _moment(text: str | None, *, last: bool = False) -> datetime | None:
    """Return the moment that a text writes, or None."""
    if not text:
        return None
    try:
        date = Date.parse(text)
        return datetime.fromtimestamp(date.last_second if last else date.first_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None
