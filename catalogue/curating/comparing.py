"""Two states of a record side by side: what differs in it, field by field and in words, and in the lines of its documents."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from difflib import SequenceMatcher
from typing import Final

from lxml import etree

from catalogue.curating.views import Difference, Line, Sign
from mappings.vocabularies.labels import label
from mappings.xml import parse_xml
from records.codes import Code
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import Box, Record

_LONGEST_VALUE: Final = 4_000
_LONGEST_LINE: Final = 500
_LONGEST_SET_OUT: Final = 16 * 1024 * 1024
"""Characters of a document that is set out: what is nested deep becomes some hundred times as long by that."""
_MOST_SET_OUT: Final = 250_000
"""Lines of a document of which any are compared."""
_MOST_COMPARED: Final = 10_000
"""Lines of a document, from the first that differs to the last."""
_MOST_LINES: Final = 2_000
"""Of a comparison."""
_AROUND: Final = 3


def differences(before: Record, after: Record, *, language: str = "en") -> tuple[Difference, ...]:
    """Return what differs between two states of a record, in the order of its fields.

    Args:
        before: the earlier state.
        after: the later one.
        language: of the words for codes, "en" or "fr".
    """
    found = []
    for each in fields(Record):
        earlier, later = getattr(before, each.name), getattr(after, each.name)
        if each.compare and earlier != later:
            found.append(_difference(each.name, _values(earlier, language), _values(later, language)))
    return tuple(found)


def _difference(name: str, before: tuple[str, ...], after: tuple[str, ...]) -> Difference:
    gone, come = _without(before, after), _without(after, before)
    return Difference(field=name, before=gone, after=come) if gone or come else Difference(field=name, before=before, after=after)


def _without(values: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values that are not among the others, each as often as it is more often here."""
    left = Counter(others)
    found = []
    for value in values:
        if left[value]:
            left[value] -= 1
        else:
            found.append(value)
    return tuple(found)


def _values(value: object, language: str) -> tuple[str, ...]:
    each = value if isinstance(value, tuple) else () if value is None else (value,)
    return tuple(_cut(_words(one, language), _LONGEST_VALUE) for one in each)


def _words(value: object, language: str) -> str:
    """Return a value in words that hold all of it."""
    match value:
        case Code():
            return label(value, language)
        case TimeInterval():
            return f"{value.begin or '…'} – {value.end or '…'}"
        case Box():
            return ", ".join(f"{side.name} {getattr(value, side.name):.10g}" for side in fields(value))
        case tuple():
            return ", ".join(filter(None, (_words(each, language) for each in value)))
        case _ if is_dataclass(value) and not isinstance(value, Date):
            return ", ".join(filter(None, (_words(getattr(value, each.name), language) for each in fields(value))))
        case _:
            return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def compared_lines(before: bytes, after: bytes) -> tuple[tuple[Line, ...], bool]:
    """Return what differs in two documents, set out in lines, and whether that is not all of it."""
    old, new = _set_out(before), _set_out(after)
    if old == new:
        return (), False
    if max(len(old), len(new)) > _MOST_SET_OUT:
        return (), True
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    first = max(start - _AROUND, 0)
    left = max(end - _AROUND, 0)
    old, new = old[first : len(old) - left], new[first : len(new) - left]
    if max(len(old), len(new)) > _MOST_COMPARED:
        return (), True
    lines = [Line(Sign.GAP, "")] if first else []
    for line in _diff(old, new):
        lines.append(line)
        if len(lines) == _MOST_LINES:
            return tuple(lines), True
    return (*lines, *([Line(Sign.GAP, "")] if left else ())), False


def _diff(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for number, group in enumerate(SequenceMatcher(None, old, new).get_grouped_opcodes(_AROUND)):
        if number:
            yield Line(Sign.GAP, "")
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                yield from (Line(Sign.SAME, _cut(line, _LONGEST_LINE)) for line in old[old_from:old_to])
                continue
            yield from (Line(Sign.REMOVED, _cut(line, _LONGEST_LINE)) for line in old[old_from:old_to])
            yield from (Line(Sign.ADDED, _cut(line, _LONGEST_LINE)) for line in new[new_from:new_to])


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return with how many equal lines both begin."""
    return next((number for number, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))


def _set_out(content: bytes) -> list[str]:
    """Return the lines of a document, of very many the first, and all that is behind them as one.

    There is one for each element or member, whatever blanks the document has. What is neither XML nor JSON, or would become huge, stays as
    it stands.
    """
    try:
        if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
            text = _set_out_json(json.loads(content))
        else:
            text = _set_out_xml(parse_xml(content))
    except (FormatError, ValueError, RecursionError):
        text = None
    if text is None:
        text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n", _MOST_SET_OUT)


def _set_out_json(value: object) -> str | None:
    """Return a value with each of its members on a line; None where that would be huge."""
    parts, size = [], 0
    for part in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        size += len(part)
        if size > _LONGEST_SET_OUT:
            return None
        parts.append(part)
    return "".join(parts)


def _set_out_xml(root: etree._Element) -> str | None:
    """Return an element with each of those in it on a line; None where that would be huge."""
    if _blanks(etree.iterwalk(root, events=("start", "end", "comment", "pi"))) > _LONGEST_SET_OUT:
        return None
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")


def _blanks(walk: Iterable[tuple[str, object]]) -> int:
    """Return how many blanks there are at the beginnings of lines, one for each step of a walk, about."""
    depth = blanks = 0
    for event, _ in walk:
        depth += (event == "start") - (event == "end")
        blanks += 2 * depth
    return blanks


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
