"""What lists and pages say of a record in a few words."""

from dataclasses import dataclass
from datetime import datetime

from catalogue.service.addresses import record_path
from mappings.vocabularies.domains import domain_of
from mappings.vocabularies.labels import label
from mappings.vocabularies.words import date_words
from records.codes import AccessLevel, Domain
from records.dates import TimeInterval
from records.model import Record
from ui.speech import _
from ui.words import day, days


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessWords:
    """Who may get the data, in words; `open` now."""

    open: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordItem:
    """A record in a list.

    Attributes:
        kind: what it is: "Data set"; None when not known.
        period: the time its data are about, in days; None when not known.
        dated: the words before `date`, whose date it is.
        date: of the metadata, in words and as ISO 8601.
    """

    href: str
    title: str
    domain: Domain | None
    kind: str | None
    period: str | None
    dated: str
    date: tuple[str, str] | None
    access: AccessWords | None


def record_item(record: Record, *, language: str, now: datetime) -> RecordItem:
    """Return the record as an item of a list."""
    date = record.metadata_date
    return RecordItem(
        href=record_path(record.identifier),
        title=record.display_title,
        domain=domain_of(record),
        kind=label(record.type, language) if record.type else None,
        period=period_words(record, language),
        dated=_dated(record),
        date=(date_words(day(date), language), date.text) if date else None,
        access=access_words(record, language=language, now=now),
    )


def _dated(record: Record) -> str:
    """The words before the date of the metadata: French has others before a day than before a month or a year."""
    date = record.metadata_date
    if date is None or len(date.text.partition("T")[0].lstrip("+-").split("-")) == 3:
        return _("metadata made") if record.created else _("metadata changed")
    return _("metadata made in") if record.created else _("metadata changed in")


def access_words(record: Record, *, language: str, now: datetime) -> AccessWords | None:
    """Return who may get the data now; None when the record does not say."""
    access = record.access
    if access is None:
        return None
    if access.is_open(now):
        return AccessWords(open=True, words=label(AccessLevel.OPEN, language))
    words = [_("For members of %(groups)s", groups=", ".join(access.groups))] if access.groups else []
    if access.until is not None:
        date = date_words(access.until, language)
        words.append(_("open from %(date)s", date=date) if words else _("Open from %(date)s", date=date))
    return AccessWords(open=False, words=", ".join(words) or label(AccessLevel.RESTRICTED, language))


def period_words(record: Record, language: str) -> str | None:
    """Return the time the data are about, from the first beginning to the last end; None when the record gives none."""
    intervals = [interval for interval in record.intervals if interval.begin or interval.end]
    if not intervals:
        return None
    begins = [interval.begin for interval in intervals if interval.begin]
    ends = [interval.end for interval in intervals if interval.end]
    begin = min(begins, key=lambda date: date.first_second) if len(begins) == len(intervals) else None
    end = max(ends, key=lambda date: date.last_second) if len(ends) == len(intervals) else None
    return days(TimeInterval(begin=begin, end=end), language) or None
