"""What the files of a data set are selected by: a time, targets, and what else their data set offers."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Self

from records.dates import Date
from records.errors import CatalogueError

_LONGEST: Final = 20_000
"""Characters of a list of targets."""
MOST_SINGLE: Final = 2000
"""Targets that may be listed one by one."""
MOST_RANGES: Final = 100
_MOST_TEXTS: Final = 50
_TARGET: Final = re.compile(r"\d{1,10}")
_BETWEEN: Final = re.compile(r"\s*[-–—]\s*")
_APART: Final = re.compile(r"[\s,;]+")


class CriteriaError(CatalogueError):
    """Criteria that cannot be understood.

    Attributes:
        field: the name of the form's field at fault.
        sentence: what is wrong, with places for `values` ("%(text)s"), so that it can be said in another language.
        values: what stands in these places.
    """

    def __init__(self, field: str, sentence: str, **values: object) -> None:
        self.field = field
        self.sentence = sentence
        self.values = values
        super().__init__(sentence % values)


class OfferedKind(StrEnum):
    """What the values of an offered criterion are, and which fields its form has."""

    TIME = "time"  # fields "begins" and "ends"
    NUMBER = "number"  # of targets the field "targets", of others "value.<name>.least" and "value.<name>.most"
    TEXT = "text"  # field "value.<name>", as often as texts are chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Something that the files of a data set can be selected by.

    Attributes:
        name: "time", "target", or a name in `ordering.models.FileValue`.
        label: what people call it, e.g. "COROTID".
        kind: what its values are.
        least: the least value there is, the first moment of TIME; None where no file has one.
        most: as `least`, the greatest or last.
        values: the texts there are to choose from, 50 at most; () of other kinds.
    """

    name: str
    label: str
    kind: OfferedKind
    least: datetime | float | None = None
    most: datetime | float | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRange:
    """Numbers that are wanted of a criterion.

    Attributes:
        name: of the criterion.
        least: included; None for no bound.
        most: as `least`.
    """

    name: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChoice:
    """Texts of which a file must have one."""

    name: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What files are wanted of a data set: those that meet all of it.

    Attributes:
        begins: wanted are files whose time touches the time from here …
        ends: … to here, both included; None for no bound.
        targets: ranges of targets, both ends included, in order and apart; () for any.
        values: of other criteria.
    """

    begins: datetime | None = None
    ends: datetime | None = None
    targets: tuple[tuple[int, int], ...] = ()
    values: tuple[ValueRange | ValueChoice, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether all files meet it."""
        return not (self.begins or self.ends or self.targets or self.values)

    @classmethod
    def parse(cls, form: Mapping[str, Sequence[str]], offered: Collection[Offered]) -> Self:
        """Return what a form asks for; fields are named as `OfferedKind` tells, and what is not offered is not read.

        Raises:
            CriteriaError: a field cannot be understood; names it.
        """
        begins = ends = None
        targets: tuple[tuple[int, int], ...] = ()
        values: list[ValueRange | ValueChoice] = []
        for one in offered:
            if one.kind is OfferedKind.TIME:
                begins, ends = _moment(form, "begins"), _moment(form, "ends")
                if begins and ends and begins > ends:
                    raise CriteriaError("ends", "The end lies before the beginning.")
            elif one.name == "target":
                targets = parse_targets(_one(form, "targets"))
            elif one.kind is OfferedKind.NUMBER:
                values += _range(form, one.name)
            else:
                values += _choice(form, one)
        return cls(begins=begins, ends=ends, targets=targets, values=tuple(values))

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept with an order; {} when it is empty."""
        kept: dict[str, Any] = {}
        if self.begins:
            kept["begins"] = self.begins.isoformat()
        if self.ends:
            kept["ends"] = self.ends.isoformat()
        if self.targets:
            kept["targets"] = [list(both) for both in self.targets]
        if self.values:
            kept["values"] = [_value_to_json(value) for value in self.values]
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return what `to_json` wrote."""
        return cls(
            begins=datetime.fromisoformat(kept["begins"]) if "begins" in kept else None,
            ends=datetime.fromisoformat(kept["ends"]) if "ends" in kept else None,
            targets=tuple((first, last) for first, last in kept.get("targets", ())),
            values=tuple(_value_from_json(value) for value in kept.get("values", ())),
        )

    def words(self, language: str = "en", offered: Collection[Offered] = ()) -> str:
        """Return it in words, e.g. "3 April 2007 to 9 May 2007; objects 7548, 7613–7700"; labels of criteria are those of `offered`."""
        french = language == "fr"
        labels = {one.name: one.label for one in offered}
        told = []
        if self.begins or self.ends:
            told.append(_time_in_words(self.begins, self.ends, french=french))
        if self.targets:
            listed = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in self.targets)
            told.append(f"{labels.get('target') or ('objets' if french else 'objects')} {listed}")
        told += [_value_in_words(value, labels.get(value.name, value.name.replace("_", " ")), french=french) for value in self.values]
        return (" ; " if french else "; ").join(told) or ("toutes les données" if french else "all data")

    def targets_as_typed(self) -> str:
        """Return the targets as the field of a form has them: "7548, 7613-7700"."""
        return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in self.targets)


def parse_targets(text: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges that a text such as "7548, 7613-7700 7616" lists, in order, put together where they meet.

    Raises:
        CriteriaError: something in it is no number of 10 digits at most and no range, or it lists too many.
    """
    if len(text) > _LONGEST:
        raise CriteriaError("targets", "The list is longer than %(most)s characters.", most=_LONGEST)
    found = []
    for part in _APART.split(_BETWEEN.sub("-", text).strip()):
        if not part:
            continue
        first, dash, last = part.partition("-")
        if not (first.isascii() and _TARGET.fullmatch(first)) or (dash and not (last.isascii() and _TARGET.fullmatch(last))):
            raise CriteriaError("targets", "%(text)s is neither a number nor a range such as 7613-7700.", text=repr(part[:40]))
        if dash and int(first) > int(last):
            raise CriteriaError("targets", "The range %(text)s ends before it begins.", text=part)
        found.append((int(first), int(last) if dash else int(first)))
    merged = _merged(found)
    singles = sum(first == last for first, last in merged)
    if singles > MOST_SINGLE or len(merged) - singles > MOST_RANGES:
        raise CriteriaError(
            "targets", "At most %(single)s numbers and %(ranges)s ranges can be asked for.", single=MOST_SINGLE, ranges=MOST_RANGES
        )
    return merged


def _merged(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the ranges in order; those that meet or follow each other as one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _one(form: Mapping[str, Sequence[str]], field: str) -> str:
    return next(iter(form.get(field, ())), "").strip()


def _moment(form: Mapping[str, Sequence[str]], field: str) -> datetime | None:
    text = _one(form, field)
    if not text:
        return None
    try:
        date = Date.parse(text)
        if field == "ends":
            return datetime.fromtimestamp(date.last_second, UTC).replace(microsecond=999_999)
        return datetime.fromtimestamp(date.first_second, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise CriteriaError(field, "%(text)s is not a date such as 2007-04-03.", text=repr(text[:40])) from error


def _range(form: Mapping[str, Sequence[str]], name: str) -> list[ValueRange]:
    least, most = _number(form, f"value.{name}.least"), _number(form, f"value.{name}.most")
    if least is not None and most is not None and least > most:
        raise CriteriaError(f"value.{name}.most", "The greatest value is less than the least.")
    return [] if least is most is None else [ValueRange(name=name, least=least, most=most)]


def _number(form: Mapping[str, Sequence[str]], field: str) -> float | None:
    text = _one(form, field).replace(",", ".")
    if not text:
        return None
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d{0,15})?(e[+-]?\d{1,2})?", text, re.ASCII | re.IGNORECASE):
        raise CriteriaError(field, "%(text)s is not a number.", text=repr(text[:40]))
    return float(text)


def _choice(form: Mapping[str, Sequence[str]], one: Offered) -> list[ValueChoice]:
    texts = tuple(sorted({text for text in form.get(f"value.{one.name}", ()) if text}))
    if len(texts) > _MOST_TEXTS or not set(texts) <= set(one.values):
        raise CriteriaError(f"value.{one.name}", "Choose from the values that are offered.")
    return [ValueChoice(name=one.name, texts=texts)] if texts else []


def _value_to_json(value: ValueRange | ValueChoice) -> dict[str, Any]:
    match value:
        case ValueRange():
            return {"name": value.name, "least": value.least, "most": value.most}
        case ValueChoice():
            return {"name": value.name, "texts": list(value.texts)}


def _value_from_json(kept: Mapping[str, Any]) -> ValueRange | ValueChoice:
    if "texts" in kept:
        return ValueChoice(name=kept["name"], texts=tuple(kept["texts"]))
    return ValueRange(name=kept["name"], least=kept["least"], most=kept["most"])


_MONTHS: Final = {
    False: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    True: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
}


def _time_in_words(begins: datetime | None, ends: datetime | None, *, french: bool) -> str:
    first = _day(begins, french=french, whole=(0, 0, 0)) if begins else None
    last = _day(ends, french=french, whole=(23, 59, 59)) if ends else None
    if first and last:
        return first if first == last else f"du {first} au {last}" if french else f"{first} to {last}"
    if first:
        return f"à partir du {first}" if french else f"from {first} on"
    return f"jusqu'au {last}" if french else f"until {last}"


def _day(moment: datetime, *, french: bool, whole: tuple[int, int, int]) -> str:
    """Return a moment in words; without its time of day where the whole day is meant."""
    number = "1er" if french and moment.day == 1 else str(moment.day)
    day = f"{number} {_MONTHS[french][moment.month - 1]} {moment.year}"
    if (moment.hour, moment.minute, moment.second) == whole:
        return day
    return f"{day} {'à ' if french else ''}{moment:%H:%M:%S} UTC"


def _value_in_words(value: ValueRange | ValueChoice, label: str, *, french: bool) -> str:
    match value:
        case ValueChoice():
            return f"{label}{' :' if french else ':'} {', '.join(value.texts)}"
        case ValueRange(least=None):
            return f"{label} ≤ {value.most:.15g}"
        case ValueRange(most=None):
            return f"{label} ≥ {value.least:.15g}"
        case ValueRange():
            return f"{label} {value.least:.15g}–{value.most:.15g}"
