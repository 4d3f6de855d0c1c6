"""Numbers of files, sizes and dates, as the SIPAD's pages say them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mappings.vocabularies.words import date_words, moment_words, number_words, size_words
from records.dates import Date
from ui.language import language
from ui.speech import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So many files of such a size, in words; `count` is the number of files alone."""

    number: int
    count: str
    files: str
    size: str

    @property
    def words(self) -> str:
        """Both: "10 files, 326 MB"."""
        return _("%(files)s, %(size)s", files=self.files, size=self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment in words, and as `datetime` attributes have it."""

    words: str
    iso: str


def amount(files: int, size: int) -> Amount:
    """Return so many files of so many bytes together."""
    return Amount(number=files, count=number_words(files, language()), files=files_words(files), size=size_words(size, language()))


def files_words(files: int) -> str:
    """Return "1 file", "2,820 files"."""
    return ngettext("%(count)s file", "%(count)s files", files, count=number_words(files, language()))


def day(moment: datetime | None) -> Moment | None:
    """Return the day of a moment, UTC; None for None."""
    if moment is None:
        return None
    moment = moment.astimezone(UTC)
    return Moment(words=moment_words(moment, language()), iso=moment.date().isoformat())


def minute(moment: datetime | None) -> Moment | None:
    """Return a moment to the minute, UTC; None for None."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    return Moment(words=date_words(Date(text), language()), iso=text)


def left(until: datetime, now: datetime) -> str:
    """Return how long it is until a moment: "9 days left", "less than an hour left"."""
    rest = until - now
    if rest >= timedelta(days=1):
        return ngettext("%(num)s day left", "%(num)s days left", rest.days)
    if rest >= timedelta(hours=1):
        return ngettext("%(num)s hour left", "%(num)s hours left", rest.seconds // 3600)
    return _("less than an hour left")
