"""New elements as bytes of a document: in its prefixes, its line ends and its indentation."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from mappings.xml import NAMESPACES, children, local_name, namespace

_PREFERRED: Final = {uri: prefix.rstrip("0123456789") for prefix, uri in NAMESPACES.items()}
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_GML_ID: Final = re.compile(r"\{http://www\.opengis\.net/gml(?:/3\.2)?\}id")


def escaped(text: str, line_end: bytes = b"\n") -> bytes:
    """Return a text as it stands between tags."""
    written = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return written.encode().replace(b"\n", line_end)


def escaped_attribute(text: str, quote: str = '"') -> bytes:
    """Return a text as it stands in an attribute between these quotes."""
    written = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for character in ("\t", "\n", "\r", quote):
        written = written.replace(character, f"&#{ord(character)};")
    return written.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a document writes its elements where a new one comes to stand.

    Attributes:
        prefixes: those declared there.
        around: the prefix of the element around it, which is the one for its namespace where there are several.
        actual: the document's own address of a namespace that is given in another version.
        indent: line end and blanks before the element; None where the document is not indented.
        step: what an element inside another is indented further.
        line_end: how lines end.
        ids: the values of gml:id that are taken; those of new elements are added.
    """

    prefixes: Mapping[str | None, str]
    around: str | None
    actual: Callable[[str], str]
    indent: bytes | None
    step: bytes
    line_end: bytes
    ids: set[str] = field(default_factory=set)

    def written(self, element: etree._Element) -> bytes:
        """Return an element and all that is in it; the namespaces that are not declared yet are declared on it."""
        known = {uri: prefix for prefix, uri in self.prefixes.items()}
        named = {uri: prefix for prefix, uri in self.prefixes.items() if prefix is not None}
        known |= named
        if self.around in self.prefixes:
            known[self.prefixes[self.around]] = self.around
        new: dict[str, str] = {}
        for uri, needs_prefix in _namespaces(element):
            own = self.actual(uri)
            if not own or own in (named if needs_prefix else known) or own in new or own == _XML:
                continue
            new[own] = _free(_PREFERRED.get(own) or _PREFERRED.get(uri, "ns"), {*self.prefixes, *new.values()})
        writer = _Writer(self, known | new, named | new | {_XML: "xml"})
        declared = b"".join(b' xmlns:%s="%s"' % (prefix.encode(), escaped_attribute(uri)) for uri, prefix in new.items())
        return writer.element(element, self.indent, declared)


@dataclass(frozen=True, slots=True)
class _Writer:
    manner: Manner
    prefixes: Mapping[str, str | None]
    named: Mapping[str, str]

    def element(self, element: etree._Element, indent: bytes | None, declared: bytes = b"") -> bytes:
        name = self.name(namespace(element), local_name(element))
        tag = b"<" + name + declared + b"".join(self.attribute(str(key), str(value)) for key, value in element.attrib.items())
        inside = list(children(element))
        if inside:
            further = None if indent is None else indent + self.manner.step
            content = b"".join((further or b"") + self.element(part, further) for part in inside) + (indent or b"")
        else:
            content = escaped(element.text or "", self.manner.line_end)
        return tag + (b">" + content + b"</" + name + b">" if content else b"/>")

    def name(self, uri: str, local: str) -> bytes:
        prefix = self.prefixes.get(self.manner.actual(uri)) if uri else None
        return f"{prefix}:{local}".encode() if prefix else local.encode()

    def attribute(self, key: str, value: str) -> bytes:
        qualified = etree.QName(key)
        if _GML_ID.fullmatch(key):
            value = _free(value, self.manner.ids)
            self.manner.ids.add(value)
        uri = self.manner.actual(qualified.namespace) if qualified.namespace else ""
        name = f"{self.named[uri]}:{qualified.localname}" if uri else qualified.localname
        return b' %s="%s"' % (name.encode(), escaped_attribute(value))


def _namespaces(element: etree._Element) -> list[tuple[str, bool]]:
    """Return the namespaces that an element and what is in it need, and whether they need a prefix: attributes do."""
    found: dict[tuple[str, bool], None] = {}
    for part in element.iter(etree.Element):
        found |= {(namespace(part), False): None}
        found |= {(uri, True): None for key in part.attrib if (uri := etree.QName(str(key)).namespace)}
    return [(uri, needs_prefix) for uri, needs_prefix in found if uri]


def _free(name: str, taken: "set[str] | set[str | None]") -> str:
    """Return the name, or else the first of name-2, name-3, … that is not taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
