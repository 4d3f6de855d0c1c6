"""A document, XML or JSON, as a tree to read: every element with its name in words, its value, and where it stands.

The tree is a sequence of lines (open, leaf, close), so that a document of any depth is walked and shown without recursion.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lxml import etree

from mappings.xml import NAMESPACES, children, local_name, parse_xml, prefixed, prefixed_name

_CLASS_PREFIX: Final = re.compile(r"^(?:MD|CI|EX|DQ|LI|LE|MI|MX|SV|DS|FC|PT|RS|SC|QE|TM|MF|Abstract)_")
_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_HREF: Final = f"{{{NAMESPACES['xlink']}}}href"
_SCAFFOLDING: Final = frozenset(
    {f"{{{NAMESPACES['xsi']}}}schemaLocation", f"{{{NAMESPACES['xsi']}}}type", "codeList", "codeListValue", "codeSpace", _HREF}
)
"""Attributes that a folded line says otherwise, or that say nothing to a reader."""


class Step(StrEnum):
    """What a line of a tree is."""

    OPEN = "open"
    """An element that holds others, which follow."""
    CLOSE = "close"
    """The end of the element opened last."""
    LEAF = "leaf"
    """An element that holds no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a tree.

    Attributes:
        name: the element's name in words ("Identification info"); "" for CLOSE.
        tag: its name in the document ("gmd:identificationInfo", a JSON key), with what was folded into it.
        path: where it stands, an XPath with the prefixes of `mappings.xml`, or a JSON pointer.
        value: its own text; None when it has none.
        type: the class it holds an instance of ("CI_ResponsibleParty"); None when there is none, or not folded.
        code_list: the name of the code list its value is from; None when it is no code.
        url: the address its value stands for (`xlink:href`); None when there is none.
        attributes: the others, name and value.
    """

    step: Step
    name: str = ""
    tag: str = ""
    path: str = ""
    value: str | None = None
    type: str | None = None
    code_list: str | None = None
    url: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()


_CLOSE: Final = Line(step=Step.CLOSE)


def lines(content: bytes, *, folded: bool) -> Iterator[Line]:
    """Yield the lines of a document.

    Args:
        content: XML or JSON.
        folded: whether the scaffolding of ISO's XML is folded away: a property and the class it holds are one line, as are a property and
            its text; elements that hold nothing are left out.

    Raises:
        FormatError: not well-formed XML.
        ValueError: not JSON.
    """
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        yield from _json_lines(json.loads(content.decode("utf-8-sig")), folded=folded)
    else:
        root = parse_xml(content)
        yield from _xml_lines(root, folded=folded)


def words_of(name: str) -> str:
    """Return an element's name in words: "identificationInfo" is "Identification info", "Entry_Title" is "Entry title"."""
    plain = _CLASS_PREFIX.sub("", name.rpartition(":")[2]).replace("_", " ").strip()
    words = [word if word.isupper() and len(word) > 1 else word.lower() for word in _WORD_START.sub(" ", plain).split()]
    said = " ".join(words)
    return said[:1].upper() + said[1:]


def _xml_lines(root: etree._Element, *, folded: bool) -> Iterator[Line]:
    open_elements: list[Iterator[tuple[etree._Element, str]]] = [iter([(root, f"/{prefixed(root)}")])]
    while open_elements:
        element, path = next(open_elements[-1], (None, ""))
        if element is None:
            open_elements.pop()
            if open_elements:
                yield _CLOSE
            continue
        if folded and _is_empty(element):
            continue
        inner = _held(element) if folded else None
        below = list(_paths(inner if inner is not None else element, path if inner is None else f"{path}/{prefixed(inner)}"))
        yield _line(element, inner, path, Step.OPEN if below else Step.LEAF, folded=folded)
        if below:
            open_elements.append(iter(below))


def _held(element: etree._Element) -> etree._Element | None:
    """The class or the text that a property holds, where it holds just that: ISO names properties in lower case, classes in upper."""
    held = list(children(element))
    if len(held) != 1 or not local_name(element)[:1].islower() or _own_text(element):
        return None
    return held[0] if local_name(held[0])[:1].isupper() else None


def _is_empty(element: etree._Element) -> bool:
    """Whether neither the element nor any in it says anything."""
    return not any(
        each.get("codeListValue") or each.get(_HREF) or (each.text or "").strip() or (each.tail or "").strip() for each in element.iter()
    )


def _paths(element: etree._Element, path: str) -> Iterator[tuple[etree._Element, str]]:
    inside = list(children(element))
    names = [prefixed(child) for child in inside]
    total, seen = Counter(names), Counter[str]()
    for child, name in zip(inside, names, strict=True):
        seen[name] += 1
        yield child, f"{path}/{name}[{seen[name]}]" if total[name] > 1 else f"{path}/{name}"


def _line(element: etree._Element, inner: etree._Element | None, path: str, step: Step, *, folded: bool) -> Line:
    last = element if inner is None else inner
    both = (element,) if inner is None else (element, inner)
    held = local_name(inner) if inner is not None else None
    code_list = last.get("codeList")
    attributes = [
        (prefixed_name(str(name)), str(value))
        for each in both
        for name, value in each.attrib.items()
        if not (folded and name in _SCAFFOLDING)
    ]
    return Line(
        step=step,
        name=words_of(local_name(element)),
        tag="/".join(prefixed(each) for each in both),
        path=path if inner is None else f"{path}/{prefixed(inner)}",
        value=_own_text(last) or last.get("codeListValue"),
        type=held if step is Step.OPEN else None,
        code_list=_code_list(code_list, last) if code_list is not None or last.get("codeListValue") else None,
        url=next((address for each in reversed(both) if (address := each.get(_HREF))), None),
        attributes=tuple(attributes),
    )


def _code_list(address: str | None, element: etree._Element) -> str:
    name = re.split(r"[#/]", address or "")[-1]
    return name or local_name(element)


def _own_text(element: etree._Element) -> str | None:
    """The text that stands in the element itself, between its children too."""
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join(" ".join(parts).split()) or None


def _json_lines(document: object, *, folded: bool) -> Iterator[Line]:
    open_values: list[Iterator[tuple[str, str, object]]] = [_members(document, "")]
    while open_values:
        name, path, value = next(open_values[-1], ("", "", open_values))
        if value is open_values:
            open_values.pop()
            if open_values:
                yield _CLOSE
        elif isinstance(value, dict | list) and value and not _numbers(value):
            yield Line(step=Step.OPEN, name=words_of(name), tag=name, path=path)
            open_values.append(_members(value, path))
        elif not (folded and value in (None, "", [], {})):
            yield Line(step=Step.LEAF, name=words_of(name), tag=name, path=path, value=_scalar(value))


def _numbers(value: object) -> bool:
    """Whether it is a list of numbers, as positions are: one line says it best."""
    return isinstance(value, list) and all(isinstance(each, int | float) for each in value)


def _members(value: object, path: str) -> Iterator[tuple[str, str, object]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield str(key), f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}", member
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield str(index + 1), f"{path}/{index}", member


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
