"""Days and moments on pages, with what machines read of them."""

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from markupsafe import Markup

from mappings.vocabularies.words import date_words
from records.dates import Date
from ui.language import language


def init_dates(app: Flask) -> None:
    """Give templates the filters "day", "last_day" and "minute"."""
    app.jinja_env.filters.update(day=day, last_day=last_day, minute=minute)


def day(moment: datetime) -> Markup:
    """Return the day of a moment, UTC, as HTML."""
    return _day(moment.astimezone(UTC).date())


def last_day(end: datetime) -> Markup:
    """Return the last day, UTC, before an end that is excluded, as HTML."""
    return _day((end.astimezone(UTC) - timedelta(microseconds=1)).date())


def minute(moment: datetime) -> Markup:
    """Return a moment to the minute, UTC, as HTML."""
    at = moment.astimezone(UTC)
    words = f"{date_words(Date.of(at.date()), language())}, {at:%H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), words)


def end_of_day(typed: str) -> datetime | None:
    """Return the end, excluded, of a day typed as HTML's date fields send it; None where none was typed.

    Raises:
        ValueError: that is no day.
    """
    if not typed:
        return None
    day = date.fromisoformat(typed)
    if day == date.max:
        raise ValueError("there is no day after this one")
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)


def _day(day: date) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), date_words(Date.of(day), language()))
