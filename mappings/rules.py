"""Typed rules from a path in a document to a field of a Record.

A rule is the code that reads a field and the row that documents it: its field, where it stands, how its text becomes a value. What a
rule cannot read it reports to `Problems`; it never drops a value in silence and never invents one.
"""

import hashlib
import html
import re
from collections.abc import Callable
from typing import Final, Generic, TypeVar, cast

from lxml import etree

from mappings.xml import NAMESPACES, place
from records.codes import Code
from records.dates import Date
from records.model import Problem

T = TypeVar("T")
C = TypeVar("C", bound=Code)


MOST: Final = 2**63 - 1
"""The largest size or count: what every engine can keep."""

MOST_PROBLEMS: Final = 500
"""No more are told of one document: the first ones say what is wrong with it, and each costs the search of its place."""


class Problems:
    """Collects what one reading could not read. One instance a document.

    Attributes:
        told: how many were reported so far, those that are not kept included.
    """

    def __init__(self) -> None:
        self.told = 0
        self._found: list[Problem] = []

    def add(self, code: str, message: str, where: "etree._Element | str" = "/") -> None:
        """Report a problem; `where` is the element it is about, or a path. After MOST_PROBLEMS one last says that there are more."""
        self.told += 1
        if len(self._found) >= MOST_PROBLEMS:
            if len(self._found) == MOST_PROBLEMS:
                self._found.append(Problem(code="more-problems", message=f"more than {MOST_PROBLEMS} problems; the rest is not told"))
            return
        path = where if isinstance(where, str) else place(where)
        self._found.append(Problem(code=code, message=message, path=path))

    def found(self) -> tuple[Problem, ...]:
        """Return what was reported, in order, each once."""
        return tuple(dict.fromkeys(self._found))


Value = Callable[[etree._Element, Problems], T | None]
"""How an element becomes a value: None when it holds nothing, and a problem when it holds what cannot be read."""


_REMEMBERED: Final = 4 * 1024 * 1024
"""Bytes of the elements of which each conversion remembers what it made; one that is an eighth of it is not remembered."""


def read_once(value: Value[T]) -> Value[T]:
    """Return a conversion that is asked once of elements that are the same to the byte: records of one agency share contacts and terms.

    Only for what looks at nothing outside its element, and gives what cannot change. Where it reports a problem it is asked each time,
    since a problem tells its place.
    """
    known: dict[bytes, tuple[T | None]] = {}
    size = 0

    def read(element: etree._Element, problems: Problems) -> T | None:
        nonlocal size
        written = etree.tostring(element, encoding="UTF-8", with_tail=False)
        digest = hashlib.blake2b(written, digest_size=32).digest()
        held = known.get(digest)
        if held is None:
            told = problems.told
            held = (value(element, problems),)
            if problems.told == told and len(written) < _REMEMBERED // 8:
                if size > _REMEMBERED:
                    known.clear()
                    size = 0
                known[digest] = held
                size += len(written)
        return held[0]

    return read


class _Rule(Generic[T]):
    """What all rules have: the field they fill, the XPath (prefixes of `mappings.xml.NAMESPACES`, relative), the conversion."""

    __slots__ = ("_find", "field", "path", "value")

    def __init__(self, field: str, path: str, value: Value[T]) -> None:
        self.field = field
        self.path = path
        self.value = value
        # all prefixes and the functions for regular expressions would be declared anew for each document
        used = {prefix: NAMESPACES[prefix] for prefix in _PREFIXES.findall(path)}
        self._find = etree.XPath(path, namespaces=used, smart_strings=False, regexp=False)

    def elements(self, element: etree._Element) -> list[etree._Element]:
        """Return the elements the rule applies to."""
        return cast("list[etree._Element]", self._find(element))


class Maybe(_Rule[T]):
    """The first value found at the path; None when there is none. Path in, `T | None` out."""

    def __call__(self, element: etree._Element, problems: Problems) -> T | None:
        """Read the field below `element`."""
        for found in self.elements(element):
            value = self.value(found, problems)
            if value is not None:
                return value
        return None


class Many(_Rule[T]):
    """All values found at the path, in document order, each once; () when there is none."""

    def __call__(self, element: etree._Element, problems: Problems) -> tuple[T, ...]:
        """Read the field below `element`."""
        elements = self.elements(element)
        if not elements:
            return ()
        values = [self.value(found, problems) for found in elements]
        return tuple(dict.fromkeys([value for value in values if value is not None]))


class One(_Rule[T]):
    """A value that should be there: as `Maybe`, and its absence is a problem "no-<field>"."""

    def __call__(self, element: etree._Element, problems: Problems) -> T | None:
        """Read the field below `element`."""
        for found in self.elements(element):
            value = self.value(found, problems)
            if value is not None:
                return value
        problems.add(f"no-{self.field.replace('_', '-')}", f"the document has no {self.field.replace('_', ' ')}", self.path)
        return None


_PREFIXES: Final = re.compile(r"(\w+):(?!:)")
_BLANKS: Final = re.compile(r"[^\S\n ]|  ")
"""What tells that blanks are not single spaces: most are, and are not each replaced by itself."""
_RUNS_OF_BLANKS: Final = re.compile(r"[^\S\n]+")
_PARAGRAPHS: Final = re.compile(r"\n(?: ?\n)+")
_TAGS: Final = re.compile(r"</?(?:p|br|div|b|i|em|strong|a|ul|ol|li|sub|sup|span|font|u|h\d|table|tr|td|th|tbody)\b[^<>]*>", re.IGNORECASE)
_BREAKING_TAGS: Final = re.compile(r"<(?:br|/?p|/?div|/?li|/?h\d|/?tr)\b[^<>]*>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")


def clean_line(text: str) -> str | None:
    """Return `text` on one line, blanks folded; None when nothing is left."""
    return " ".join(text.split()) or None


def clean_text(text: str) -> str | None:
    """Return `text` as plain paragraphs parted by an empty line; None when nothing is left.

    Text that was escaped twice is unescaped, HTML markup is taken away and its breaks kept as breaks.
    """
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if "<" in text:
        text = _TAGS.sub("", _BREAKING_TAGS.sub("\n\n", text))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _BLANKS.search(text):
        text = _RUNS_OF_BLANKS.sub(" ", text)
    if "\n" not in text:
        return text.strip() or None
    paragraphs = (" ".join(line.strip() for line in paragraph.split("\n")).strip() for paragraph in _PARAGRAPHS.split(text))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) or None


def has_markup(text: str) -> bool:
    """Return whether a text holds HTML markup, which `clean_text` takes away."""
    return "<" in text and (_TAGS.search(text) or _BREAKING_TAGS.search(text)) is not None


def all_text(element: etree._Element) -> str:
    """Return the text of the element and of all elements in it."""
    if len(element) == 0:
        return element.text or ""
    return "".join(cast("list[str]", list(element.itertext(etree.Element))))


def line(element: etree._Element, problems: Problems) -> str | None:
    """The element's text on one line."""
    del problems
    return clean_line(all_text(element))


def text(element: etree._Element, problems: Problems) -> str | None:
    """The element's text as plain paragraphs."""
    del problems
    return clean_text(all_text(element))


def number(element: etree._Element, problems: Problems) -> float | None:
    """The element's text as a finite number; a problem "bad-number" otherwise."""
    written = all_text(element).strip()
    if not written:
        return None
    try:
        value = float(written.replace(",", "."))
    except ValueError:
        value = float("nan")
    if value - value != 0:  # neither nan nor an infinity is a number here
        problems.add("bad-number", f"not a number: {written[:80]!r}", element)
        return None
    return value


def date(element: etree._Element, problems: Problems) -> Date | None:
    """The element's text as a date; a problem "bad-date" otherwise."""
    written = all_text(element).strip()
    if not written:
        return None
    try:
        return Date.parse(written)
    except ValueError:
        problems.add("bad-date", f"not a date: {written[:80]!r}", element)
        return None


def code(codes: type[C]) -> Value[C]:
    """Return a conversion to a code of `codes`, from `codeListValue` or else the text; a problem "unknown-code" for another value."""

    def read(element: etree._Element, problems: Problems) -> C | None:
        written = (element.get("codeListValue") or all_text(element)).strip()
        if not written:
            return None
        found = codes.match(written)
        if found is None:
            problems.add("unknown-code", f"{written[:80]!r} is no {codes.__name__}", element)
        return found

    return read
