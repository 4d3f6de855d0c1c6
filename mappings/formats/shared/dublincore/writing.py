"""From a Record to Dublin Core: the values that both formats of it write."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from mappings.coordinates import box_around
from mappings.formats.shared.dublincore.reading import is_dcmi_box, plain_line
from mappings.rules import clean_line, clean_text
from records.dates import TimeInterval
from records.model import EARTH, Box, Constraint, Instrument, Platform, Project, Record

T = TypeVar("T")


def readable(record: Record) -> Record:
    """Return the record with its prose and subjects as they will be read: what looks like markup or like an entity does not come back."""
    return replace(
        record,
        title=readable_line(record.title),
        resource_type=record.resource_type and clean_line(record.resource_type),
        alternate_titles=_plain_lines(record.alternate_titles),
        abstract=prose(record.abstract),
        keywords=each(replace(keyword, term=term) for keyword in record.keywords if (term := readable_line(keyword.term))),
        cnes_categories=_plain_lines(record.cnes_categories),
        platforms=each(Platform(name=name) for name in _plain_lines(platform.name for platform in record.platforms)),
        instruments=each(Instrument(name=name) for name in _plain_lines(instrument.name for instrument in record.instruments)),
        projects=each(Project(name=name) for name in _plain_lines(project.name for project in record.projects)),
        constraints=each(
            constraint
            for written in record.constraints
            if (constraint := replace(written, text=prose(written.text))).text is not None or constraint.code is not None
        ),
        lineage=prose(record.lineage),
        citation=prose(record.citation),
    )


def readable_line(text: str | None) -> str | None:
    """Return a title or a subject as it will be read."""
    return _settled(text, plain_line)


def _plain_lines(texts: Iterable[str]) -> tuple[str, ...]:
    return each(filter(None, map(readable_line, texts)))


def _settled(text: str | None, read: Callable[[str], str | None]) -> str | None:
    """Return `text` as it is read when reading changes it no more: some texts are escaped three times and over."""
    while text is not None and (again := read(text)) != text:
        text = again
    return text


def boxes_of(record: Record) -> tuple[Box, ...]:
    """Return the boxes of a record's extents on the Earth, and those around its polygons where an extent has no box."""
    found = (extent.boxes or tuple(map(box_around, extent.polygons)) for extent in record.extents if extent.frame == EARTH)
    return tuple(dict.fromkeys(box for boxes in found for box in boxes))


def descriptions_of(record: Record) -> tuple[str, ...]:
    """Return the names of the places on the Earth, but for one that would be read as a box."""
    found = (extent.description for extent in record.extents if extent.frame == EARTH)
    return tuple(dict.fromkeys(words for words in found if words is not None and not is_dcmi_box(words)))


def interval_text(interval: TimeInterval) -> str:
    """Return an interval as ISO 8601 and OGC API write it: "2007-04/..", each end as precise as it is known."""
    return f"{interval.begin or '..'}/{interval.end or '..'}"


def constraint_words(constraint: Constraint) -> str:
    """Return the words of a constraint: its text, or else its code."""
    return constraint.text or str(constraint.code)


def number(value: float) -> str:
    """Return a number as short as it can be written without loss."""
    return repr(value).removesuffix(".0")


def each(values: Iterable[T]) -> tuple[T, ...]:
    """Return the values in their order, each once."""
    return tuple(dict.fromkeys(values))


def prose(text: str | None) -> str | None:
    """Return a text as it will be read."""
    return _settled(text, clean_text)
