"""Extended_Metadata as DIF offers it for what it has no element for: members of a Record in the group "reflecs".

A member that the elements of DIF do not hold exactly travels whole beside them: a Metadata of its name, a Value for each of its
values, a structured one as JSON. Where elements do hold something of it, `Type` carries a mark of what they held when they were written
("instead of 1a2b3c4d"); when they have been edited since, the mark no longer fits and the elements are believed, with a problem. A
Metadata without Type, as a person would write it, stands for a member that the elements say nothing of.
"""

import json
import zlib
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Final, get_args, get_origin

from lxml import etree

from mappings.coordinates import is_sound
from mappings.formats.shared.dif.elements import Parts, add, line, parts
from mappings.formats.shared.plain import from_plain, to_plain, type_hints
from mappings.rules import Problems
from mappings.xml import legal
from records.model import Constraint, Contact, Extent, Licence, Record

GROUP: Final = "reflecs"
_INSTEAD: Final = "instead of "
_MEMBERS: Final = {field.name: type_hints(Record)[field.name] for field in fields(Record) if field.compare}


def lift(root_parts: Parts, said: dict[str, Any], problems: Problems) -> dict[str, Any]:
    """Return the members that the elements said, `said`, with those of the group "reflecs" in their place."""
    lifted = dict(said)
    for extended in root_parts.get("Extended_Metadata", ()):
        for element in parts(extended).get("Metadata", ()):
            found = parts(element)
            if line(found, "Group") != GROUP:
                continue
            name = line(found, "Name") or ""
            if name not in _MEMBERS:
                problems.add("bad-extended-metadata", f"no member of a record: {name[:80]!r}", element)
                continue
            if line(found, "Type") != _mark(name, said.get(name)):
                problems.add(
                    "edited-element",
                    f"{name} was edited in the elements; what they say is read, and the older copy here is passed over",
                    element,
                )
                continue
            try:
                lifted[name] = _member(name, found.get("Value", []))
            except ValueError as error:
                problems.add("bad-extended-metadata", f"{name}: {error}", element)
    return lifted


def _mark(name: str, value: object) -> str | None:
    """What `Type` says of the value that the elements hold: None for no value."""
    if value is None or value == ():
        return None
    written = json.dumps(to_plain(value), sort_keys=True, separators=(",", ":"))
    return f"{_INSTEAD}{zlib.crc32(f'{name}:{written}'.encode()):08x}"


def _member(name: str, values: list[etree._Element]) -> object:
    hint = _MEMBERS[name]
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return tuple(_checked(_value(item, element)) for element in values)
    return _checked(_value(hint, values[0])) if values else None


def _checked(value: object) -> object:
    """Return a value that is as the model wants it, whoever wrote the document.

    Raises:
        ValueError: it is not.
    """
    match value:
        case Contact(individual=None, organisation=None, position=None) | Constraint(code=None, text=None) | Licence(name=None, url=None):
            raise ValueError("it says nothing")
        case Extent() if not is_sound(value):
            raise ValueError("an extent that is not in its frame")
    return value


def _value(hint: object, element: etree._Element) -> object:
    written = element.text or ""
    structured = element.get("type") == "json" or int in get_args(hint)
    try:
        return from_plain(hint, json.loads(written) if structured else written, "the value")
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error


def extend(root: etree._Element, record: Record, said: Record) -> None:
    """Append to a DIF what its elements, which say `said`, do not hold of `record` exactly; nothing when they hold all."""
    missing = [name for name in _MEMBERS if getattr(record, name) != getattr(said, name)]
    if not missing:
        return
    extended = add(root, "Extended_Metadata")
    for name in missing:
        metadata = add(extended, "Metadata")
        add(metadata, "Group", GROUP)
        add(metadata, "Name", name)
        mark = _mark(name, getattr(said, name))
        if mark is not None:
            add(metadata, "Type", mark)
        value = getattr(record, name)
        for plain in _values(value):
            _add_value(metadata, plain)


def _values(value: object) -> Iterable[object]:
    plain = to_plain(value)
    if isinstance(value, tuple):
        return plain if isinstance(plain, list) else ()
    return () if plain is None else (plain,)


def _add_value(metadata: etree._Element, plain: object) -> None:
    if isinstance(plain, dict | list):
        written, kind = json.dumps(plain, ensure_ascii=False), "json"
    else:
        written, kind = str(plain), ""
    if legal(written) != written or written.strip() != written:
        written, kind = json.dumps(plain), "json"
    element = add(metadata, "Value", written)
    if kind:
        element.set("type", kind)
