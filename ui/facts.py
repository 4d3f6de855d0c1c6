"""The facts of a record, as the record page lists them beside its text."""

from collections.abc import Iterator
from dataclasses import dataclass

from mappings.vocabularies.labels import label
from mappings.vocabularies.words import THIN, date_words, degrees_words, interval_words, number_words, size_words
from records.dates import TimeInterval
from records.model import EARTH, ICRS, Extent, Instrument, Platform, Project, Record
from ui.addresses import search_path
from ui.words import box_words, circle_words, days, followable

_PLACES = 8
"""Boxes and circles of an extent that are said in words; the drawing shows all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a fact; `href` searches by it or leads to it; `says` is the rest of what is known, in small."""

    words: str
    href: str | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact: what it is called and its values."""

    name: str
    values: tuple[Value, ...]


def facts(record: Record, language: str) -> Iterator[Fact]:
    """Yield the facts the record gives, those first that tell whether the data are the right ones; each value once."""
    rows: tuple[tuple[str, Iterator[Value]], ...] = (
        ("intervals", _intervals(record, language)),
        ("extents", _places(record, language)),
        ("projects", _carriers("project", record.projects)),
        ("platforms", _carriers("platform", record.platforms)),
        ("instruments", _carriers("instrument", record.instruments)),
        ("processing_level", _searched("level", record.processing_level)),
        (
            "topic_categories",
            (Value(words=label(code, language), href=search_path(("topic", code.value))) for code in record.topic_categories),
        ),
        ("formats", (Value(words=each.name, href=search_path(("format", each.name)), says=each.version) for each in record.formats)),
        ("size", _plain(size_words(record.size, language) if record.size is not None else None)),
        ("object_count", _plain(number_words(record.object_count, language) if record.object_count is not None else None)),
        ("edition", _plain(record.edition)),
        ("dates", _dates(record, language)),
        ("languages", (Value(words=label(code, language)) for code in record.languages)),
        ("alternate_titles", (Value(words=title) for title in record.alternate_titles)),
        ("identifiers", _identifiers(record)),
        ("identifier", _plain(record.identifier)),
        ("created", _plain(date_words(record.created, language) if record.created else None)),
        ("datestamp", _plain(date_words(record.datestamp, language) if record.datestamp else None)),
    )
    for name, found in rows:
        values = tuple(dict.fromkeys(found))
        if values:
            yield Fact(name=label(name, language), values=values)


def _plain(words: str | None) -> Iterator[Value]:
    if words:
        yield Value(words=words)


def _searched(parameter: str, words: str | None) -> Iterator[Value]:
    if words:
        yield Value(words=words, href=search_path((parameter, words)))


def _intervals(record: Record, language: str) -> Iterator[Value]:
    for interval in record.intervals:
        words = days(interval, language) if _whole_days(interval) else interval_words(interval, language)
        if words:
            yield Value(words=words)


def _whole_days(interval: TimeInterval) -> bool:
    """Whether the interval begins and ends with a day, though it may be written to the second."""
    begins = interval.begin is None or interval.begin.text.partition("T")[2][:5] in {"", "00:00"}
    return begins and (interval.end is None or interval.end.text.partition("T")[2][:5] in {"", "00:00", "23:59"})


def _dates(record: Record, language: str) -> Iterator[Value]:
    for date in record.dates:
        yield Value(words=date_words(date.date, language), says=label(date.type, language) if date.type else None)


def _carriers(parameter: str, things: tuple[Platform, ...] | tuple[Instrument, ...] | tuple[Project, ...]) -> Iterator[Value]:
    for thing in things:
        says = thing.long_name if thing.long_name != thing.name else None
        yield Value(words=thing.name, href=search_path((parameter, thing.name)), says=says)


def _identifiers(record: Record) -> Iterator[Value]:
    for identifier in record.identifiers:
        yield Value(words=identifier.code, href=followable(identifier.code), says=identifier.codespace)


def _places(record: Record, language: str) -> Iterator[Value]:
    for extent in record.extents:
        if extent.description:
            yield Value(words=extent.description)
        for box in extent.boxes[:_PLACES]:
            yield Value(words=box_words(box, language, sky=extent.frame != EARTH), says=_frame(extent, language))
        for circle in extent.circles[:_PLACES]:
            yield Value(words=circle_words(circle, language), says=_frame(extent, language))
        if extent.vertical:
            low, high = (f"{degrees_words(height, language).removesuffix('°')}{THIN}m" for height in extent.vertical)
            yield Value(words=low if low == high else f"{low} – {high}")


def _frame(extent: Extent, language: str) -> str | None:
    """The frame of coordinates, where it is not the Earth's."""
    if extent.frame == EARTH:
        return None
    if extent.frame == ICRS:
        return "ciel (ICRS)" if language == "fr" else "sky (ICRS)"
    return extent.frame.removeprefix("body:").capitalize()
