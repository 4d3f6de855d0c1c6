"""The histogram of the years the records are about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue.query import FacetCount
from mappings.index.fields import OPEN_UNTIL
from mappings.vocabularies.words import number_words
from records.dates import Date
from ui.search_form import SearchForm
from ui.speech import _

WIDTH: Final = 240
HEIGHT: Final = 48
_BARS: Final = 32
_PAST: Final = 120
"""So many years back from the present year are drawn at most: satellites are young, and deep time would leave one bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar: one year or a few; `height` 0 to HEIGHT, that of its fullest year; following `href` keeps the records about any of them."""

    x: float
    width: float
    height: float
    title: str
    href: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """The bars, and the first and last year drawn."""

    bars: tuple[Bar, ...]
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT


def histogram(counts: Iterable[FacetCount], form: SearchForm, *, now: datetime, language: str) -> Histogram | None:
    """Return the histogram of these years; None where there are fewer than two to compare."""
    all_years = {int(row.value): row.count for row in counts}
    years = {year: count for year, count in all_years.items() if now.year - _PAST <= year <= now.year + 1}
    if len(years) < 2:
        return None
    first, last = min(years), max(years)
    if last > now.year and years[last] <= all_years.get(OPEN_UNTIL, 0):
        last = now.year  # what goes on is counted beyond the present; nothing is known to end there
    step = next(size for size in (1, 2, 5, 10) if (last - first) // size < _BARS)
    first -= first % step
    return Histogram(bars=tuple(_bars(years, first, last, step, form, language)), first=str(first), last=str(last))


def _bars(years: dict[int, int], first: int, last: int, step: int, form: SearchForm, language: str) -> Iterator[Bar]:
    number = (last - first) // step + 1
    width = WIDTH / number
    highest = max(years.values())
    for index in range(number):
        begin = first + index * step
        end = begin + step - 1
        # A record spans years: a sum would count it again and again, so the bar is as high as its fullest year, and says so.
        count = max(years.get(year, 0) for year in range(begin, end + 1))
        if not count:
            continue
        begin_date, end_date = Date.parse(str(begin)), Date.parse(str(end))
        yield Bar(
            x=round(index * width, 1),
            width=round(max(width - 1, 1), 1),
            height=round(max(2, count / highest * HEIGHT), 1),
            title=_title(begin, end, number_words(count, language)),
            href=form.first(begin=begin_date, end=end_date).address(),
            selected=_inside(begin_date, end_date, form),
        )


def _title(begin: int, end: int, count: str) -> str:
    if begin == end:
        return _("%(name)s: %(value)s", name=begin, value=count)
    return _("%(begin)s–%(end)s: up to %(count)s a year", begin=begin, end=end, count=count)


def _inside(begin: Date, end: Date, form: SearchForm) -> bool:
    if not (form.begin or form.end):
        return False
    after = form.begin is None or end.last_second >= form.begin.first_second
    return after and (form.end is None or begin.first_second <= form.end.last_second)
