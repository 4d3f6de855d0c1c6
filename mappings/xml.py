"""XML as everything here reads and writes it: no network, no entities, bounded, every place nameable."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from records.errors import FormatError

MAX_DOCUMENT_BYTES: Final = 32 * 1024 * 1024
"""A larger document is refused unread. The largest real record known to us has 2 MB."""

ISO_19115_3: Final = "http://standards.iso.org/iso/19115/-3/"
"""How the namespaces of ISO 19115-3 begin; the name of a module and its version follow."""

NAMESPACES: Final = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gmi": "http://www.isotc211.org/2005/gmi",
    "gco": "http://www.isotc211.org/2005/gco",
    "gmx": "http://www.isotc211.org/2005/gmx",
    "gts": "http://www.isotc211.org/2005/gts",
    "srv": "http://www.isotc211.org/2005/srv",
    **{
        prefix: f"{ISO_19115_3}{module}"
        for prefix, module in (
            *(("mdb", "mdb/2.0"), ("cit", "cit/2.0"), ("mac", "mac/2.0"), ("mrc", "mrc/2.0"), ("mrl", "mrl/2.0"), ("srv3", "srv/2.0")),
            *(("gco3", "gco/1.0"), ("gcx", "gcx/1.0"), ("gex", "gex/1.0"), ("lan", "lan/1.0"), ("mcc", "mcc/1.0"), ("mco", "mco/1.0")),
            *(("mmi", "mmi/1.0"), ("mrd", "mrd/1.0"), ("mri", "mri/1.0")),
        )
    },
    "gml": "http://www.opengis.net/gml/3.2",
    "gml31": "http://www.opengis.net/gml",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "dif": "http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/",
    "csw": "http://www.opengis.net/cat/csw/2.0.2",
    "csw30": "http://www.opengis.net/cat/csw/3.0",
    "ows": "http://www.opengis.net/ows",
    "ows20": "http://www.opengis.net/ows/2.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dct": "http://purl.org/dc/terms/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
}
"""The prefixes of all paths in `mappings`, one table so that a path means the same everywhere.

Where ISO 19115-3 has a prefix that ISO 19139 has as well, its own is "gco3" and "srv3" here.
"""

_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_PARSER: Final = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True, collect_ids=False
)
"""Made once, since making it costs as much as parsing a document. lxml lets threads share it, one after the other."""

_PREFIXES: Final = {uri: prefix for prefix, uri in NAMESPACES.items()}


def parse_xml(content: bytes) -> etree._Element:
    """Return the root element of an XML document.

    Tolerates a byte order mark and blanks before the XML declaration. Nothing is fetched, no entity is expanded.

    Raises:
        FormatError: not well-formed XML (with the line), larger than MAX_DOCUMENT_BYTES, or with a document type declaration, which
            metadata has no use for and attackers have.
    """
    if len(content) > MAX_DOCUMENT_BYTES:
        raise FormatError(f"the document has {len(content):,} bytes; at most {MAX_DOCUMENT_BYTES:,} are read")
    try:
        root = etree.fromstring(content.lstrip(), _PARSER)
    except etree.XMLSyntaxError as error:
        if "entity" in str(error.msg).casefold():
            raise FormatError("the document declares entities (DOCTYPE), which is not accepted", line=error.lineno) from error
        message = re.sub(r",? (use XML_PARSE_HUGE( option)?|try XML_PARSE_HUGE)|,? line \d+, column \d+$", "", str(error.msg))
        raise FormatError(f"not well-formed XML: {message}", line=error.lineno) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise FormatError("the document declares a document type (DOCTYPE), which is not accepted")
    return root


def root_of(content: bytes, top: object) -> etree._Element:
    """Return `top` where it is the document's root element already, else the document's root, parsed; see `parse_xml`."""
    return top if isinstance(top, etree._Element) else parse_xml(content)


def local_name(element: etree._Element) -> str:
    """Return the element's name without its namespace; "" for a comment or a processing instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """Return the element's namespace; "" where it has none."""
    return etree.QName(element).namespace or "" if isinstance(element.tag, str) else ""


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements, leaving out comments and processing instructions."""
    return element.iterchildren("*")


def place(element: etree._Element) -> str:
    """Return where an element stands, as an XPath with this module's prefixes: "/gmd:MD_Metadata/gmd:contact[2]"."""
    steps = []
    current: etree._Element | None = element
    while current is not None:
        name = prefixed(current)
        before = sum(1 for _ in current.itersiblings(current.tag, preceding=True))
        if before or next(current.itersiblings(current.tag), None) is not None:
            name = f"{name}[{before + 1}]"
        steps.append(name)
        current = current.getparent()
    return "/" + "/".join(reversed(steps))


def prefixed(element: etree._Element) -> str:
    """Return the element's name with this module's prefix, or else the document's own; "node()" for a comment or an instruction."""
    if not isinstance(element.tag, str):
        return "node()"
    return prefixed_name(element.tag, element.prefix)


def prefixed_name(name: str, otherwise: str | None = None) -> str:
    """Return "prefix:local" for a name in Clark notation, with this module's prefix or else the one given; the contrary of `qname`."""
    qualified = etree.QName(name)
    prefix = _PREFIXES.get(qualified.namespace or "") or otherwise
    return f"{prefix}:{qualified.localname}" if prefix else qualified.localname


def qname(name: str) -> str:
    """Return "prefix:local" in Clark notation, "{namespace}local"; a name without a prefix as it is."""
    prefix, colon, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name


def legal(text: str) -> str:
    """Return `text` without the characters that XML 1.0 cannot hold."""
    return _ILLEGAL.sub("", text)


def to_bytes(root: etree._Element) -> bytes:
    """Return the document as UTF-8, indented, with an XML declaration and without unused namespace declarations."""
    etree.cleanup_namespaces(root)
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
