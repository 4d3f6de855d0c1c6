"""Editing a document of any format that can be edited: field after field, each read again before it is believed."""

from dataclasses import fields
from typing import Any, Final

from mappings.editing import dif, iso19115_3, iso19139
from mappings.editing.edits import EditError, Edits
from mappings.editing.listing import as_values, change
from mappings.editing.places import Manual
from mappings.editing.plan import CannotMerge
from mappings.editing.tidying import tidied
from mappings.formats import format_named, read
from records.errors import FormatError
from records.model import Record

_MANUALS: Final[dict[str, Manual]] = {
    "iso19139": iso19139.MANUAL,
    "iso19115-3": iso19115_3.MANUAL,
    "dif10": dif.DIF_10,
    "dif9": dif.DIF_9,
}
_WORDS: Final = {
    "title": "The title",
    "abstract": "The abstract",
    "keywords": "A keyword",
    "contacts": "A contact",
    "extents": "A place",
    "intervals": "A time",
    "links": "A link",
    "datestamp": "The date of the metadata",
}
_ROUNDS: Final = 4
"""How often a field is edited at most: where a value is taken away, another element may say it that was passed over before."""


def editable(format_name: str) -> frozenset[str]:
    """Return the names of the fields of `Edits` that documents of this format can be edited in; none for a format that is not edited."""
    return frozenset(_MANUALS[format_name].places) if format_name in _MANUALS else frozenset()


def edit(content: bytes, edits: Edits) -> bytes:
    """Return the document with its fields edited; what is not edited stays byte for byte as it is.

    The result is read, and says what `edits` says and all that it said before. Members of lists that stay are not touched and keep
    their order; new ones come to stand behind those of their kind; the order of a list alone is not edited. Texts may have blanks and
    line ends to spare, as people type them.

    Where the document has no identifier of its own, the one that is derived from its content becomes another: who keeps the record
    tells it its identifier.

    Raises:
        EditError: what cannot be said in this format, or would not be read back as it was written.
        FormatError: the document is of no format that is read here.
    """
    record = read(content)
    name = record.source.format if record.source else ""
    manual = _MANUALS.get(name)
    wanted = {field: value for field, value in tidied(edits, record).items() if not _is_same(getattr(record, field), value)}
    if not wanted:
        return content
    if manual is None:
        raise EditError(f"Documents in {format_named(name).title} cannot be edited in place.")
    for field, value in wanted.items():
        content, record = _edited(content, record, manual, field, value)
    return content


def _edited(content: bytes, record: Record, manual: Manual, field: str, wanted: object) -> tuple[bytes, Record]:
    """Return the document with one field edited, and its record."""
    found: Record | None = None
    for merging in (True, False):
        edited, found = _tried(content, record, manual, field, wanted, merging=merging)
        if found is not None and _is_same(getattr(found, field), wanted) and not _others(record, found, field):
            return edited, found
    raise EditError(_refusal(manual, field, record, found, wanted), field=field)


def _tried(content: bytes, record: Record, manual: Manual, field: str, wanted: object, *, merging: bool) -> tuple[bytes, Record | None]:
    """Return the document with one field edited in one way, and its record; None where that way is no way."""
    found = record
    try:
        for number in range(_ROUNDS):
            edited = change(content, manual, field, getattr(found, field), wanted, merging=merging, first=number == 0)
            if edited == content:
                break
            content, found = edited, read(edited)
            if manual.keeps and _is_same(getattr(found, field), wanted):
                break
        content = manual.settle(content, field, wanted)
        return content, read(content)
    except (CannotMerge, FormatError):
        return content, None


def _is_same(one: object, other: object) -> bool:
    """Return whether two values of a field are the same; the order of lists is not edited."""
    return set(one) == set(other) if isinstance(one, tuple) and isinstance(other, tuple) else one == other


def _others(before: Record, after: Record, field: str) -> list[str]:
    """Return the names of the other fields that are read differently."""
    derived = any(problem.code == "no-identifier" for problem in before.problems)
    left_out = {field, "identifier"} if derived else {field}
    names = (part.name for part in fields(Record) if part.compare and part.name not in left_out)
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _refusal(manual: Manual, field: str, before: Record, after: Record | None, wanted: object) -> str:
    """Return why a field could not be edited, in a sentence."""
    what = _WORDS[field]
    if after is None:
        return f"{what} cannot be changed in place in this document."
    others = _others(before, after, field)
    if others and _is_same(getattr(after, field), wanted):
        return (
            f"{what} cannot be changed alone in this document: what it says of {', '.join(others).replace('_', ' ')} would change with it."
        )
    lost = [value for value in as_values(wanted) if value not in as_values(getattr(after, field))]
    shown = f": {_shown(lost[0])}" if lost else ""
    return f"{what} would not be read from a document in {manual.title} as it is written here{shown}."


def _shown(value: Any) -> str:  # noqa: ANN401 - a value of any field
    """Return enough of a value to know which one it is."""
    names = ("term", "url", "individual", "organisation", "position", "description")
    name = next((found for name in names if (found := getattr(value, name, None))), None)
    return repr(str(name or value))[:120]
