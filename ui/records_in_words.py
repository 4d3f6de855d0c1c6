"""What lists and pages say of a record in a few words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.access import Decision
from catalogue.service.addresses import record_path
from mappings.vocabularies.domains import domain_of
from mappings.vocabularies.labels import label
from mappings.vocabularies.words import date_words
from records.codes import AccessLevel, Domain
from records.dates import Date, TimeInterval
from records.model import Record
from ui.seeing import decision_on
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
    """Return who may get the data now: by the rule that decides, else by what the record says; None when neither does."""
    decision = decision_on(record.identifier)
    if decision is not None and decision.ruled:
        return ruled_words(decision, language)
    access = record.access
    if access is None:
        return None
    if access.is_open(now):
        return AccessWords(open=True, words=label(AccessLevel.OPEN, language))
    return AccessWords(open=False, words=_shut(access.groups, access.until, language))


def ruled_words(decision: Decision, language: str) -> AccessWords:
    """Return who may get the data now, by the rule that decides."""
    if not decision.open:
        return AccessWords(open=False, words=_shut(decision.groups, Date.of(decision.opens) if decision.opens else None, language))
    return AccessWords(open=True, words=_("Open to you") if decision.restricted else label(AccessLevel.OPEN, language))


def _shut(groups: Sequence[str], opens: Date | None, language: str) -> str:
    words = [_("For members of %(groups)s", groups=", ".join(groups))] if groups else []
    if opens is not None:
        date = date_words(opens, language)
        words.append(_("open from %(date)s", date=date) if words else _("Open from %(date)s", date=date))
    return ", ".join(words) or label(AccessLevel.RESTRICTED, language)


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
