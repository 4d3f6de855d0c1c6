"""The elements of a DIF as they are read and built: by local name, since real documents come with and without the namespace."""

import html
import re
from contextlib import suppress
from typing import Final, TypeGuard

from lxml import etree

from mappings.rules import Problems, all_text, clean_text
from mappings.rules import date as read_date
from mappings.xml import NAMESPACES, legal, local_name, namespace
from records.dates import Date

NAMESPACE: Final = NAMESPACES["dif"]
NOT_PROVIDED: Final = "Not provided"
"""What DIF writes where its schema demands an element and there is no value."""

_NOTHING: Final = frozenset({"not provided", "not applicable"})
_NO_DATE: Final = frozenset({"unknown", "present", "now", "ongoing", "current", "unbounded", "future", "none", "n/a"})
"""Words that stand where a date would (UmmCommon's DateEnum, and what people write)."""

_FAR_FUTURE: Final = re.compile(r"\d{5,9}-\d\d-\d\d")

Parts = dict[str, list[etree._Element]]
"""The children of an element by local name, each list in document order."""


def parts(element: etree._Element) -> Parts:
    """Return the child elements by local name."""
    found: Parts = {}
    for child in element:
        tag = child.tag
        if isinstance(tag, str):
            found.setdefault(tag[tag.rfind("}") + 1 :], []).append(child)
    return found


def is_dif(top: object) -> TypeGuard[etree._Element]:
    """Return whether `top` is the root element of a DIF of any version."""
    return (
        isinstance(top, etree._Element)
        and local_name(top) == "DIF"
        and (namespace(top) in {"", NAMESPACE} or "/dif" in namespace(top).casefold())
    )


def is_dif10(root: etree._Element) -> bool:
    """Return whether a DIF is of version 10: its Entry_ID has parts, or, where it has none, only version 10 has elements like its own."""
    found = parts(root)
    for entry in found.get("Entry_ID", ()):
        return len(entry) > 0
    if any(name in found for name in ("Science_Keywords", "Organization", "Platform", "Metadata_Dates", "Dataset_Citation")):
        return True
    return any(" 10" in all_text(version) for version in found.get("Metadata_Version", ()))


def leaf(element: etree._Element) -> str | None:
    """The element's text on one line; None for nothing and for DIF's words for nothing."""
    written = all_text(element) if len(element) else element.text
    if not written:
        return None
    written = " ".join(written.split())
    if not written or written.casefold() in _NOTHING:
        return None
    if "&" in written and ";" in written:  # escaped twice
        return " ".join(html.unescape(written).split()) or None
    return written


def line(found: Parts, name: str) -> str | None:
    """The first text among the elements called `name`, on one line."""
    for element in found.get(name, ()):
        value = leaf(element)
        if value is not None:
            return value
    return None


def lines(found: Parts, name: str) -> tuple[str, ...]:
    """The texts of the elements called `name`, on one line each, each once."""
    values = (leaf(element) for element in found.get(name, ()))
    return tuple(dict.fromkeys(value for value in values if value is not None))


def url(found: Parts, name: str) -> str | None:
    """The first address among the elements called `name`, as it is written."""
    for element in found.get(name, ()):
        written = all_text(element).strip()
        if written and written.casefold() not in _NOTHING:
            return written
    return None


def text(found: Parts, name: str) -> str | None:
    """The first text among the elements called `name`, as plain paragraphs."""
    for element in found.get(name, ()):
        value = paragraphs(all_text(element))
        if value is not None:
            return value
    return None


def paragraphs(written: str) -> str | None:
    """Return `written` as plain paragraphs; None for nothing and for DIF's words for nothing."""
    value = clean_text(written)
    return None if value is None or value.casefold() in _NOTHING else value


def flag(found: Parts, name: str, problems: Problems) -> bool:
    """Whether the element called `name` says true; a problem "bad-flag" where it says neither true nor false."""
    for element in found.get(name, ()):
        written = (leaf(element) or "false").casefold()
        if written not in {"true", "false", "1", "0"}:
            problems.add("bad-flag", f"neither true nor false: {written[:80]!r}", element)
        return written in {"true", "1"}
    return False


def date(found: Parts, name: str, problems: Problems) -> Date | None:
    """The first date among the elements called `name`; a problem "bad-date" for another text than a date or a word for none."""
    for element in found.get(name, ()):
        value = one_date(element, problems)
        if value is not None:
            return value
    return None


def one_date(element: etree._Element, problems: Problems) -> Date | None:
    """The element's date, as `date` reads it."""
    written = leaf(element)
    if written is None or written.casefold() in _NO_DATE:
        return None
    if " - " in written:  # two dates: `Date.parse` would take the second for a time of day
        problems.add("bad-date", f"not one date: {written[:80]!r}", element)
        return None
    if _FAR_FUTURE.match(written):  # XML Schema writes no sign before the year 12000, ISO 8601 does
        with suppress(ValueError):
            return Date.parse(f"+{written}")
    return read_date(element, problems)


def joined(element: etree._Element) -> str | None:
    """The texts of the children joined with " > ", as the levels of a GCMD keyword are; None when there are none."""
    levels = (leaf(child) for child in element if isinstance(child.tag, str))
    return " > ".join(level for level in levels if level is not None) or None


def add(parent: etree._Element, name: str, value: str | None = None) -> etree._Element:
    """Append an element in DIF's namespace, with this text; characters that XML cannot hold are left out of it."""
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    if value is not None:
        element.text = legal(value)
    return element


def add_if(parent: etree._Element, name: str, value: str | None) -> None:
    """Append an element with this text, or nothing where there is none."""
    if value is not None:
        add(parent, name, value)
