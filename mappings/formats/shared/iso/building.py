"""How elements of ISO documents are made: properties, texts, codes, and the schema's own way of saying that there is nothing."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from lxml import etree

from mappings.xml import legal, parse_xml, qname
from records.codes import Code
from records.dates import Date

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Makes elements in the names of one of the ISO schemas, which differ in little but their prefixes.

    Attributes:
        values: the prefix (of `mappings.xml.NAMESPACES`) of simple values: gco:CharacterString, gco:nilReason.
        anchors: the prefix of Anchor.
        code_lists: the address of the code lists.
        code: the prefix of the element that holds a code of a list ("CI_RoleCode").
        citation: the prefix of CI_Citation and what is in it.
        identifier: the prefix of MD_Identifier and what is in it.
        extent: the prefix of EX_Extent and what is in it.
        acquisition: the prefix of MI_AcquisitionInformation and what is in it.
        place: the element that identifies a place by a code and its space.
    """

    values: str
    anchors: str
    code_lists: str
    code: Callable[[str], str]
    citation: str
    identifier: str
    extent: str
    acquisition: str
    place: str

    def nothing(self, parent: etree._Element, name: str) -> None:
        """Append a property that the schema demands and that the record has nothing for."""
        add(parent, name).set(qname(f"{self.values}:nilReason"), "missing")

    def add_value(self, parent: etree._Element, name: str, kind: str, value: str) -> None:
        """Append a property with a simple value ("Real", "Decimal", "Date", …), written as it is given."""
        add(parent, name, f"{self.values}:{kind}").text = value

    def add_text(self, parent: etree._Element, name: str, text: str | None) -> None:
        """Append a property with a text, where there is one."""
        if text is not None:
            add(parent, name, f"{self.values}:CharacterString").text = legal(text)

    def add_texts(self, parent: etree._Element, name: str, texts: Iterable[str]) -> None:
        """Append a property for each text."""
        for text in texts:
            self.add_text(parent, name, text)

    def need_text(self, parent: etree._Element, name: str, text: str | None) -> None:
        """Append a property that the schema demands, with its text or without."""
        if text is None:
            self.nothing(parent, name)
        else:
            self.add_text(parent, name, text)

    def need_date(self, parent: etree._Element, name: str, date: Date | None) -> None:
        """Append a property that the schema demands, with its date or without; see `is_writable`."""
        if date is None or not is_writable(date):
            self.nothing(parent, name)
        else:
            self.add_value(parent, name, "DateTime" if "T" in date.text else "Date", date.text)

    def add_anchor(self, parent: etree._Element, name: str, text: str, address: str | None) -> None:
        """Append a property with a text that points to an address, where there is one."""
        if address is None:
            self.add_text(parent, name, text)
        else:
            anchor = add(parent, name, f"{self.anchors}:Anchor")
            anchor.set(qname("xlink:href"), legal(address))
            anchor.text = legal(text)

    def add_code(self, parent: etree._Element, name: str, code_list: str, value: str | None) -> None:
        """Append a property with a code of a list ("CI_RoleCode"), where there is one."""
        if value is not None:
            code = add(parent, name, f"{self.code(code_list)}:{code_list}")
            code.set("codeList", f"{self.code_lists}#{code_list}")
            code.set("codeListValue", value)
            code.text = value

    def need_code(self, parent: etree._Element, name: str, code_list: str, value: Code | str | None) -> None:
        """Append a property that the schema demands, with its code or without."""
        if value is None:
            self.nothing(parent, name)
        else:
            self.add_code(parent, name, code_list, str(value))


def is_writable(date: Date) -> bool:
    """Return whether an xs:date (or its year, or year and month) can say this date: it has no year 0 and none beyond 9999."""
    return not date.text.startswith(("+", "0000"))


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
