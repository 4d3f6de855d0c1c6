"""How elements of ISO 19139 are made: properties, texts, codes, and the schema's own way of saying that there is nothing."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from lxml import etree

from mappings.xml import legal, parse_xml, qname
from records.codes import Code

CODE_LISTS: Final = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
_STRAY: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|[\[\]]")
"""What stands in an address only as part of something else: a percent sign, brackets."""
_ANY_URI: Final = etree.XMLSchema(
    parse_xml(b'<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:element name="uri" type="s:anyURI"/></s:schema>')
)


def add(parent: etree._Element, *names: str, **attributes: str) -> etree._Element:
    """Append elements, each inside the one before ("gmd:contactInfo", "gmd:CI_Contact"), and return the innermost, with `attributes`."""
    for name in names:
        parent = etree.SubElement(parent, qname(name))
    for name, value in attributes.items():
        parent.set(name, value)
    return parent


def nothing(parent: etree._Element, name: str) -> None:
    """Append a property that the schema demands and that the record has nothing for."""
    add(parent, name).set(qname("gco:nilReason"), "missing")


def add_text(parent: etree._Element, name: str, text: str | None) -> None:
    """Append a property with a text, where there is one."""
    if text is not None:
        add(parent, name, "gco:CharacterString").text = legal(text)


def add_texts(parent: etree._Element, name: str, texts: Iterable[str]) -> None:
    """Append a property for each text."""
    for text in texts:
        add_text(parent, name, text)


def need_text(parent: etree._Element, name: str, text: str | None) -> None:
    """Append a property that the schema demands, with its text or without."""
    if text is None:
        nothing(parent, name)
    else:
        add_text(parent, name, text)


def add_anchor(parent: etree._Element, name: str, text: str, address: str | None) -> None:
    """Append a property with a text that points to an address, where there is one."""
    if address is None:
        add_text(parent, name, text)
    else:
        anchor = add(parent, name, "gmx:Anchor")
        anchor.set(qname("xlink:href"), legal(address))
        anchor.text = legal(text)


def add_code(parent: etree._Element, name: str, code_list: str, value: str | None) -> None:
    """Append a property with a code of a list ("CI_RoleCode"), where there is one."""
    if value is not None:
        code = add(parent, name, f"gmd:{code_list}")
        code.set("codeList", f"{CODE_LISTS}#{code_list}")
        code.set("codeListValue", value)
        code.text = value


def need_code(parent: etree._Element, name: str, code_list: str, value: Code | str | None) -> None:
    """Append a property that the schema demands, with its code or without."""
    if value is None:
        nothing(parent, name)
    else:
        add_code(parent, name, code_list, str(value))


def uri(address: str) -> str:
    """Return an address that is of type xs:anyURI, as links are in the schema.

    Most addresses are, blanks and accents included. In others, percent signs that encode nothing, brackets and further number signs are
    percent-encoded; where that is not enough, all that has a meaning in an address is.
    """
    address = legal(address)
    before, sign, fragment = address.partition("#")
    mended = _STRAY.sub(_encoded, before) + sign + _STRAY.sub(_encoded, fragment).replace("#", "%23")
    return next((found for found in (address, mended) if _is_uri(found)), quote(address, safe=""))


def _encoded(match: re.Match[str]) -> str:
    return quote(match[0])


def _is_uri(address: str) -> bool:
    element = etree.Element("uri")
    element.text = address
    return _ANY_URI.validate(element)
