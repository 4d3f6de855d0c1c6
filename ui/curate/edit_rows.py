"""Rows of the form that a record is edited by: what they show of a part of the record, and what was typed read back into it.

What was not touched stays the value it was: only texts that differ from what was shown are read.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mappings.vocabularies.words import number_words
from records.codes import Code
from records.dates import Date
from ui.account.fields import Field
from ui.language import language
from ui.speech import _

Sent = Mapping[str, str]
"""What a form was sent with, by the names of its fields."""


class WrongError(ValueError):
    """A text that is not what its field asks for; its message is a sentence in the reader's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A field that every row of a kind has.

    Attributes:
        name: of the attribute that it shows.
        words: its label.
        show: tells the text of a value.
        read: tells the value of a text that is not empty; raises WrongError.
        empty: the value of no text.
        length: characters of a text that is typed, at most.
        kind, hint, options: as `ui.account.fields.Field` has them.
    """

    name: str
    words: str
    show: Callable[[Any], str]
    read: Callable[[str], object]
    empty: object = None
    kind: str = "text"
    hint: str | None = None
    length: int = 1000
    options: Sequence[tuple[str, str]] = ()


@dataclass(slots=True, kw_only=True)
class Row:
    """A part of a record in the form.

    Attributes:
        key: what its fields' names begin with.
        legend: what it is, in a few words.
        is_new: whether it is one that can be filled in, of a part that is not there yet.
        removed: whether it is ticked to be taken away.
        rows: parts of the part.
        fault: what is wrong with it as a whole; None where nothing is.
        note: what else there is in it that is not shown and stays; None where nothing is.
    """

    key: str
    legend: str
    fields: list[Field]
    is_new: bool
    removed: bool = False
    rows: list["Row"] = field(default_factory=list)
    fault: str | None = None
    note: str | None = None

    @property
    def faulty(self) -> bool:
        """Whether something in it is wrong."""
        return bool(self.fault) or any(each.fault for each in self.fields) or any(row.faulty for row in self.rows)

    @property
    def filled(self) -> bool:
        """Whether something is typed into it; what is chosen from a list is no sign of it."""
        return any(each.value for each in self.fields if each.kind != "select") or any(row.filled for row in self.rows)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What is wrong, sentences with the names of the fields."""
        own = [(self.key, self.fault)] if self.fault else []
        own += [(each.name, _("%(name)s: %(value)s", name=each.words, value=each.fault)) for each in self.fields if each.fault]
        return own + [fault for row in self.rows for fault in row.faults]


def text_column(name: str, words: str, *, kind: str = "text", length: int = 1000) -> Column:
    """Return a column of text."""
    return Column(name=name, words=words, show=lambda value: value or "", read=str, kind=kind, length=length)


def lines_column(name: str, words: str, hint: str) -> Column:
    """Return a column of texts, one a line."""
    return Column(name=name, words=words, show="\n".join, read=_lines, empty=(), kind="textarea", hint=hint, length=4000)


def code_column(name: str, words: str, codes: type[Code], label: Callable[[Code], str], *, none: bool = True) -> Column:
    """Return a column of codes; where `none`, there may be none."""
    options = [*([("", "–")] if none else []), *((each.value, label(each)) for each in codes)]
    return Column(
        name=name, words=words, show=lambda value: value.value if value else "", read=_code(codes), kind="select", options=options
    )


def date_column(name: str, words: str, hint: str | None = None) -> Column:
    """Return a column of dates of any precision."""
    return Column(name=name, words=words, show=lambda value: value.text if value else "", read=_date, hint=hint, length=40)


def number_column(name: str, words: str, low: float, high: float) -> Column:
    """Return a column of numbers from `low` to `high`."""

    def read(text: str) -> float:
        try:
            value = float(text.replace(",", ".").replace("−", "-"))
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise WrongError(_("Please give a number from %(low)s to %(high)s.", low=f"{low:g}", high=f"{high:g}"))
        return value

    return Column(name=name, words=words, show=lambda value: "" if value is None else f"{value:.10g}", read=read, length=30)


def row_of(columns: Sequence[Column], part: object, key: str, sent: Sent | None, *, legend: str = "", is_new: bool = False) -> Row:
    """Return the row of a part: as it is, or as it was sent."""
    fields = []
    for column in columns:
        name, shown = f"{key}-{column.name}", column.show(getattr(part, column.name))
        value = shown if sent is None else unified(sent.get(name, shown))
        field_ = Field(
            name=name,
            words=column.words,
            value=value,
            hint=column.hint,
            kind=column.kind,
            optional=True,
            options=column.options,
            rows=min(6, max(2, value.count("\n") + 1)),
        )
        fields.append(field_)
    return Row(key=key, legend=legend, fields=fields, is_new=is_new, removed=sent is not None and f"{key}-remove" in sent)


def values_of(columns: Sequence[Column], part: object, row: Row) -> dict[str, Any]:
    """Return what the row says of a part, by attribute; what cannot be read is written into the row as its faults."""
    found: dict[str, Any] = {}
    for number, (column, shown) in enumerate(zip(columns, row.fields, strict=True)):
        present = getattr(part, column.name)
        text, before = shown.value.strip(), unified(column.show(present)).strip()
        if text == before:
            found[column.name] = present
            continue
        try:
            found[column.name] = column.read(within(text, before, column.length)) if text else column.empty
        except WrongError as error:
            found[column.name] = present
            row.fields[number] = with_fault(shown, str(error))
    return found


def with_fault(shown: Field, fault: str) -> Field:
    """Return a field with what is wrong with it."""
    return replace(shown, fault=fault)


def within(text: str, before: str, length: int) -> str:
    """Return a text as it was typed, which is never cut.

    Raises:
        WrongError: it has more than `length` characters, and more than the text that was there before.
    """
    most = max(length, len(before))
    if len(text) > most:
        raise WrongError(_("Please write at most %(limit)s characters.", limit=number_words(most, language())))
    return text


def unified(text: str) -> str:
    """Return a text with the line ends that are kept here; browsers send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _code(codes: type[Code]) -> Callable[[str], Code]:
    def read(text: str) -> Code:
        found = codes.match(text)
        if found is None:
            raise WrongError(_("Please choose one of the list."))
        return found

    return read


def _date(text: str) -> Date:
    try:
        return Date.parse(text)
    except ValueError as error:
        raise WrongError(_("Please write a date such as 2007, 2007-04, 2007-04-03 or 2007-04-03T12:30:00Z.")) from error
