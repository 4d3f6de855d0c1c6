r"""The index document: what an engine's index is given of a record. The same for all engines, made in the process that reads the record.

Its members, beside one for each field with values to compare (named as in `FIELDS`):

- `zone_<n>`: the words of all fields whose boost is n/10, in order, folded;
- `title_words`, `words`: the words of the title, and each word of the record once, folded, as written;
- `exact`: the title and the names of the record as wholes, see `exact_title` and `exact_name`;
- `title_length`: number of words of the title;
- `has`: names of the fields that have a value, and `<name>+` for an interval or extent that its envelope does not tell exactly;
- `<name>_begin`, `<name>_end`: the envelope of the intervals, seconds, an open end as OPEN_BEGIN or OPEN_END;
- `<name>_west`, …: the envelope of the places, degrees, cut at the antimeridian;
- `sky_cells`: see `mappings.index.sky`;
- `suggest`: `<folded>\0<field>\0<text>` of what may be suggested.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, cast

import msgspec

from mappings.index import earth
from mappings.index.fields import FIELDS, IndexField, Kind, seconds_of
from mappings.index.text import code_variants, fold, words
from records.dates import TimeInterval
from records.model import Extent, Record

OPEN_BEGIN: Final = -(2**62)
OPEN_END: Final = 2**62
MAX_WHOLE: Final = 2000
"""Characters of a value that are compared and counted; a longer value is cut there."""
LAYOUT: Final = 2
"""Raised when this module makes other documents of the same FIELDS."""

_SHORT: Final = 80
"""Characters of a text that is suggested, and that is likely to come again in other records."""
_REPEATED: Final = 20_000
"""Short texts of which what was made is remembered."""

SUGGESTED: Final = ("project", "platform", "instrument", "keyword", "category")
_NAMES: Final = ("identifier", "alternate_title", "project", "platform", "instrument", "resource_identifier")


class IndexDocument(msgspec.Struct, array_like=True, frozen=True):
    """What is indexed of a record, and what it is ordered by.

    Attributes:
        title: the folded title, by which it is ordered; None when it has none.
        created: `Record.metadata_date`, seconds from 1970; None when it has none.
        updated: `Record.datestamp`, seconds from 1970; None when it has none.
        date: the first value of the field "date", seconds from 1970; None when it has none.
        domain: the science domain, which outlives the record in its tombstone; None when it is not known.
        body: the index document, JSON.
    """

    title: str | None
    created: int | None
    updated: int | None
    date: int | None
    domain: str | None
    body: bytes


ZONE_OF: Final[dict[str, str]] = {field.name: f"zone_{round(field.boost * 10):03d}" for field in FIELDS.values() if field.boost}
"""For each field whose words are searched the zone in which they are."""

ZONES: Final[dict[str, float]] = {zone: FIELDS[name].boost for name, zone in ZONE_OF.items()}
"""The zones and their boosts."""


@lru_cache(maxsize=_REPEATED)
def _short_words_of(text: str) -> tuple[str, tuple[str, ...]]:
    found = words(fold(text))
    return " ".join(found), tuple(found)


def _words_of(text: str) -> tuple[str, Sequence[str]]:
    """Return the words of a text, joined and one by one. Short texts, as keywords and names are, come again in many records."""
    return _short_words_of(text) if len(text) <= _SHORT else _short_words_of.__wrapped__(text)


def exact_title(text: str) -> str:
    """Return the member of `exact` that a record with this title has."""
    return "t:" + " ".join(words(fold(text)))[:MAX_WHOLE]


def exact_name(text: str) -> str:
    """Return the member of `exact` that a record with this name has: identifier, project, platform and so on."""
    return "n:" + _words_of(text)[0][:MAX_WHOLE]


def index_document(record: Record) -> IndexDocument:
    """Return what is indexed of a record."""
    body: dict[str, Any] = {}
    has: list[str] = []
    texts: dict[str, list[str]] = {}
    every: set[str] = set()
    values_of: dict[str, Sequence[object]] = {}
    for name, field in FIELDS.items():
        values = values_of[name] = field.values(record)
        if values:
            has.append(name)
            _add_values(body, has, field, values)
        if field.boost and (values or field.more is not None):
            more = field.more(record) if field.more is not None else ()
            zone = texts.setdefault(ZONE_OF[name], [])
            for value in (*values, *more):
                joined, found = _words_of(str(value))
                zone.append(joined)
                every.update(found)
    names = texts.setdefault(ZONE_OF["alternate_title"], [])
    variants = sorted(set(code_variants(every)))
    names.extend(variants)
    every.update(variants)
    title = fold(record.title) if record.title else None
    title_words = words(title or "")
    body |= texts
    body["has"] = has
    body["words"] = " ".join(every)
    body["title_words"] = " ".join(title_words)
    body["title_length"] = len(title_words)
    body["exact"] = _exact(record, values_of)
    body["suggest"] = _suggestions(values_of)
    return IndexDocument(
        title=title,
        created=_first(values_of["created"]),
        updated=_first(values_of["updated"]),
        date=_first(values_of["date"]),
        domain=str(values_of["domain"][0]) if values_of["domain"] else None,
        body=msgspec.json.encode(body),
    )


def _first(values: Sequence[object]) -> int | None:
    return cast("int", values[0]) if values else None


def _add_values(body: dict[str, Any], has: list[str], field: IndexField, values: Sequence[object]) -> None:
    match field.kind:
        case Kind.TEXT:
            if field.whole:
                body[field.name] = [fold(str(value))[:MAX_WHOLE] for value in values]
        case Kind.KEYWORD:
            body[field.name] = [str(value)[:MAX_WHOLE] for value in values]
        case Kind.INTEGER | Kind.MOMENT:
            body[field.name] = list(values)
        case Kind.INTERVAL:
            _add_intervals(body, has, field.name, cast("Sequence[TimeInterval]", values))
        case Kind.EXTENT:
            _add_extents(body, has, field.name, cast("Sequence[Extent]", values))


def _add_intervals(body: dict[str, Any], has: list[str], name: str, intervals: Sequence[TimeInterval]) -> None:
    seconds = [seconds_of(interval) for interval in intervals]
    body[f"{name}_begin"] = min(OPEN_BEGIN if begin is None else begin for begin, _ in seconds)
    body[f"{name}_end"] = max(OPEN_END if end is None else end for _, end in seconds)
    if len(set(seconds)) > 1:
        has.append(f"{name}+")


def _add_extents(body: dict[str, Any], has: list[str], name: str, extents: Sequence[Extent]) -> None:
    if name == "sky":
        from mappings.index import sky  # noqa: PLC0415 (it imports astropy, 2.4 s, which few records need)

        body["sky_cells"] = sky.index_terms(extents)
        return
    pieces, simple = earth.pieces_of(extents)
    body[f"{name}_west"] = min(piece.west for piece in pieces)
    body[f"{name}_south"] = min(piece.south for piece in pieces)
    body[f"{name}_east"] = max(piece.east for piece in pieces)
    body[f"{name}_north"] = max(piece.north for piece in pieces)
    if not simple:
        has.append(f"{name}+")


def _exact(record: Record, values_of: dict[str, Sequence[object]]) -> list[str]:
    found = [exact_name(str(value)) for name in _NAMES for value in values_of[name]]
    if record.title:
        found.append(exact_title(record.title))
    return list(dict.fromkeys(found))


def _suggestions(values_of: dict[str, Sequence[object]]) -> list[str]:
    return [member for name in SUGGESTED for text in _short(values_of[name]) for member in _suggested(name, text)]


def _short(values: Sequence[object]) -> Iterable[str]:
    """Return the last levels of hierarchical values, those that are short enough to be typed."""
    return (text for value in values if (text := str(value).rpartition(" > ")[2]) and len(text) <= _SHORT)


@lru_cache(maxsize=_REPEATED)
def _suggested(name: str, text: str) -> tuple[str, ...]:
    """Return the members for a text folded, from each of its first words on, so that it is suggested for the second word as well."""
    folded = _words_of(text)[1]
    return tuple(f"{' '.join(folded[start:])}\0{name}\0{text}" for start in range(min(len(folded), 4)))
