"""A document as its bytes and as a tree, and where in the bytes each element of the tree stands."""

import codecs
import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from lxml import etree

from mappings.editing.edits import EditError
from mappings.xml import parse_xml

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED: Final = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_TAG: Final = re.compile(rb"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_BLANKS: Final = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Span:
    """Where an element stands in the body: offsets of its start tag, of what is in it, of its end tag, and of what follows it.

    Of an element that is one tag (`<a/>`), `inner` and `inner_end` are both `end`.
    """

    start: int
    inner: int
    inner_end: int
    end: int

    @property
    def is_one_tag(self) -> bool:
        """Whether start tag and end tag are the same (`<a/>`)."""
        return self.inner == self.end


class XmlSource:
    """A document in which elements can be found by their place in the bytes.

    Attributes:
        body: the document in UTF-8, without a byte order mark and the blanks before it.
        root: its tree, which those who read may rename and add to.
    """

    def __init__(self, content: bytes) -> None:
        """Read a document.

        Raises:
            FormatError: it is not well-formed, or declares a document type.
            EditError: its bytes cannot be told from its characters.
        """
        self.root: etree._Element = parse_xml(content)
        blanks = len(content) - len(content.lstrip())
        rest = content[blanks:]
        bom, encoding = next(((bom, name) for bom, name in _BOMS if rest.startswith(bom)), (b"", None))
        self._head = content[: blanks + len(bom)]
        self._encoding = encoding or _declared(rest)
        self.body = self._decoded(rest[len(bom) :])
        self._elements = list(self.root.iter(etree.Element))
        self._pristine = list(parse_xml(content).iter(etree.Element))
        spans = _spans(self.body)
        if not len(spans) == len(self._elements) == len(self._pristine):
            raise EditError("This document cannot be edited in place: its elements were not found again in its bytes.")
        self._places = {element: place for place, element in enumerate(self._elements)}
        self._spans = spans

    def _decoded(self, rest: bytes) -> bytes:
        if self._encoding == "utf-8":
            return rest
        try:
            text = rest.decode(self._encoding)
            same = text.encode(self._encoding) == rest
        except (UnicodeError, LookupError) as error:
            raise EditError(f"This document cannot be edited in place: its encoding ({self._encoding}) is not known here.") from error
        if not same:
            raise EditError(f"This document cannot be edited in place: its encoding ({self._encoding}) has several ways to write it.")
        return text.encode()

    def content_of(self, body: bytes) -> bytes:
        """Return the document whose body in UTF-8 is `body`, as this one is: in its encoding, with what stands before it.

        A character that the encoding does not have is written as a character reference.
        """
        if self._encoding != "utf-8":
            body = body.decode().encode(self._encoding, "xmlcharrefreplace")
        return self._head + body

    def __contains__(self, element: etree._Element) -> bool:
        """Whether the element stands in the bytes, and was not added to the tree by a reader."""
        return element in self._places

    def span(self, element: etree._Element) -> Span:
        """Return where an element of `root` stands."""
        return self._spans[self._places[element]]

    def namespaces(self, element: etree._Element) -> dict[str | None, str]:
        """Return the prefixes that are declared where an element stands, whatever a reader has renamed since."""
        return self._pristine[self._places[element]].nsmap

    def name(self, element: etree._Element) -> bytes:
        """Return the element's name as its tag writes it, with its prefix."""
        pristine = self._pristine[self._places[element]]
        local = etree.QName(pristine).localname
        return (f"{pristine.prefix}:{local}" if pristine.prefix else local).encode()

    def prefix(self, element: etree._Element) -> str | None:
        """Return the prefix of the element's name; None where it has none."""
        return self._pristine[self._places[element]].prefix

    def declared(self) -> frozenset[str]:
        """Return all namespaces that elements of the document are in or declare."""
        return frozenset(uri for element in self._pristine for uri in (*element.nsmap.values(), etree.QName(element).namespace) if uri)

    def blanks_before(self, offset: int) -> int:
        """Return how many blanks stand right before an offset of the body, behind a tag; 0 where they belong to a text."""
        start = offset
        while start and self.body[start - 1] in _BLANKS:
            start -= 1
        return offset - start if self.body[start - 1 : start] == b">" else 0

    def indent(self, element: etree._Element) -> bytes | None:
        """Return the line end and the blanks before an element; None where it does not begin a line."""
        start = self.span(element).start
        blanks = self.body[start - self.blanks_before(start) : start]
        line = max(blanks.rfind(b"\n"), blanks.rfind(b"\r"))
        if line < 0:
            return None
        return self.line_end + blanks[line + 1 :]

    @property
    def line_end(self) -> bytes:
        """How lines end in the document."""
        first = self.body.find(b"\n")
        return b"\r\n" if first > 0 and self.body[first - 1 : first] == b"\r" else b"\n"


def _declared(rest: bytes) -> str:
    match = _DECLARED.match(rest[:300])
    try:
        return codecs.lookup(match[1].decode()).name if match else "utf-8"
    except LookupError as error:
        raise EditError("This document cannot be edited in place: its encoding is not known here.") from error


def _spans(body: bytes) -> list[Span]:
    """Return where the elements of a well-formed document in UTF-8 stand, in document order."""
    spans: list[Span | None] = []
    opened: list[tuple[int, int]] = []
    parser = expat.ParserCreate("utf-8")

    def start(_name: str, _attributes: object) -> None:
        opened.append((len(spans), parser.CurrentByteIndex))
        spans.append(None)

    def end(_name: str) -> None:
        place, begin = opened.pop()
        tag = _TAG.match(body, begin)
        inner = tag.end() if tag else begin
        if body[inner - 2 : inner] == b"/>":
            spans[place] = Span(begin, inner, inner, inner)
            return
        inner_end = parser.CurrentByteIndex
        spans[place] = Span(begin, inner, inner_end, body.index(b">", inner_end) + 1)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat's own parameter has no name
    except expat.ExpatError as error:
        raise EditError(f"This document cannot be edited in place: {error}.") from error
    return [span for span in spans if span is not None]
