"""What curators are shown: plain values, made when they are asked for. Checks of many records are in `catalogue.curating.checking`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from accounts.access import Decision
from catalogue.curating.checking import CheckView
from catalogue.engines.base import Change
from mappings.fair import Fair
from mappings.validation import Report, Severity
from records.codes import Domain

MOST: Final = 1000
"""Records that one step is done with."""


class Standing(StrEnum):
    """What a document is to the catalogue."""

    NEW = "new"  # there never was a record of its identifier
    RETURNING = "returning"  # there was one that was withdrawn: storing it brings it back
    CHANGED = "changed"  # it would take the place of another document
    UNCHANGED = "unchanged"  # it is kept already, to the byte
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs in one field of two states of a record.

    Attributes:
        field: its name in `records.model.Record`; `mappings.vocabularies.labels.label` has words for it.
        before: what stands in the earlier state alone, each value in words. Where nothing but the order differs, all values.
        after: likewise of the later state.
    """

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A document that was checked and is not stored yet.

    Attributes:
        name: of its file, with its place in the archive ("holdings.zip!/a.xml"), or "pasted".
        format: the name of its format; None for UNREADABLE.
        identifier: of its record; None for UNREADABLE.
        title: of its record, or else the identifier; None for UNREADABLE.
        standing: what it is to the catalogue now.
        report: what was found in it; for UNREADABLE the one reason why.
        fair: None for UNREADABLE.
        differences: of CHANGED, from the document that is kept to this one.
    """

    name: str
    format: str | None
    identifier: str | None
    title: str | None
    standing: Standing
    report: Report
    fair: Fair | None
    differences: tuple[Difference, ...] = ()

    @property
    def errors(self) -> int:
        """How many errors were found."""
        return sum(finding.severity is Severity.ERROR for finding in self.report.findings)

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return len(self.report.findings) - self.errors


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """A document that waits for its curator to store it.

    Attributes:
        created: when it was uploaded, UTC; it waits for a day.
    """

    id: int
    name: str
    checked: Checked
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of an uploaded document that was to be stored.

    Attributes:
        identifier: of its record; None for a document that cannot be read.
        change: None where it was not stored: it waits on.
        reason: why it was not, a sentence; None where it was.
    """

    name: str
    identifier: str | None
    change: Change | None
    reason: str | None = None


class State(StrEnum):
    """Which records a list is of."""

    ALL = "all"  # those that are there
    INVALID = "invalid"  # an error was found when they were checked last
    BROKEN = "broken links"
    WITHDRAWN = "withdrawn"  # those that are not there any more
    RESTRICTED = "restricted"  # a rule of access keeps somebody from their data


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What narrows a list; all parts together.

    Attributes:
        mine: those that the asker brought or mended last.
        source: from this harvest source; "" for those that came by hand; None for all.
        state: see `State`.
        text: words, as they are searched everywhere; of withdrawn records, a part of the identifier.
    """

    mine: bool = False
    source: str | None = None
    state: State = State.ALL
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record in a list.

    Attributes:
        title: or else the identifier; of a withdrawn record, the last that it had.
        source: the harvest source that it came from; None when it came by hand.
        changed: when it was last loaded, changed or withdrawn, UTC.
        deleted: whether it was withdrawn.
        check: what the last check found; None where it was not checked yet.
        restricted: what the rule of access says that keeps somebody from its data, to the asker; None where there is none.
    """

    identifier: str
    title: str
    domain: Domain | None
    source: str | None
    changed: datetime
    deleted: bool = False
    check: CheckView | None = None
    restricted: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of a list.

    Attributes:
        rows: in an order that stays the same while one walks on; fewer than were asked for, or none, are no sign of the end.
        total: how many there are on all pages; None where that is not known without walking through them.
        next: what leads to the next page, as `after`; None at the end.
    """

    rows: tuple[Row, ...]
    total: int | None
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A state of a record's document.

    Attributes:
        number: 1 for the oldest.
        format: the name of its format.
        loaded: since when it stood, UTC.
        replaced: until when; None for the one that stands now. A withdrawn record has none that does.
        size: of the document, bytes.
        digest: SHA-256 of the document, hexadecimal.
    """

    number: int
    format: str
    loaded: datetime
    replaced: datetime | None
    size: int
    digest: str


class Sign(StrEnum):
    """What a line of a comparison is."""

    SAME = " "
    REMOVED = "-"
    ADDED = "+"
    GAP = "@"  # lines that are the same are left out here


@dataclass(frozen=True, slots=True)
class Line:
    """A line of two documents that are compared; of a long one, its beginning. A GAP has no text."""

    sign: Sign
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What lies between two versions of a record.

    Attributes:
        older: the number of the earlier version.
        newer: of the later one.
        fields: what differs in the record, in the order of its fields; () also where one of them cannot be read any more.
        lines: what differs in the documents, set out in lines, with a few that are the same around.
        cut: whether `lines` ends before the documents do, or is empty because they differ too much to be compared by lines.
    """

    older: int
    newer: int
    fields: tuple[Difference, ...]
    lines: tuple[Line, ...] = field(repr=False)
    cut: bool = False
