"""Building what DIF 9 and DIF 10 write alike: keywords, names, links, sizes, numbers."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from lxml import etree

from mappings.formats.shared.dif import codes
from mappings.formats.shared.dif.elements import NOT_PROVIDED, add, add_if
from records.codes import ConstraintKind, ContactScope, DateTypeCode, LinkFunctionCode, RoleCode
from records.model import Constraint, Contact, DataFormat, Keyword, Link, Record

KEYWORD_LEVELS: Final = ("Category", "Topic", "Term", "Variable_Level_1", "Variable_Level_2", "Variable_Level_3", "Detailed_Variable")
LOCATION_LEVELS: Final = (
    *("Location_Category", "Location_Type", "Location_Subregion1", "Location_Subregion2", "Location_Subregion3"),
    "Detailed_Location",
)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_UNITS: Final = (("PB", 10**15), ("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("KB", 10**3))
_URI: Final = "!#$%&'()*+,-./:;=?@_~"
"""What stands in an address as it is."""

_ADDRESS: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:(?=[^#])|(?![^/?#]*:))(?://(?:[^/?#@]*@)?[^/?#@:]*(?::\d{0,5})?(?=[/?#]|$))?(?!//)[^?#]*(?:\?[^#]*)?(?:#[^#]*)?"
)
"""An address in the grammar of RFC 3986, its characters apart."""


def levels(parent: etree._Element, name: str, keyword: Keyword, names: Sequence[str], needed: int) -> None:
    """Append a GCMD keyword level by level; the last takes what is left, the first `needed` are there even when there is nothing."""
    element = add(parent, name)
    uuid = (keyword.uri or "").removeprefix(codes.CONCEPT)
    if keyword.uri != uuid and _UUID.fullmatch(uuid):
        element.set("uuid", uuid)
    terms = keyword.term.split(" > ", len(names) - 1)
    for level, term in zip(names, terms + [NOT_PROVIDED] * (needed - len(terms)), strict=False):
        add(element, level, term)


def of_list(record: Record, thesaurus: str) -> list[Keyword]:
    """Return the keywords taken from a list, in order."""
    return [keyword for keyword in record.keywords if keyword.thesaurus == thesaurus]


def short_and_long(parent: etree._Element, short: str, long: str | None) -> None:
    """Append short and long name."""
    add(parent, "Short_Name", short)
    add_if(parent, "Long_Name", long)


def organisation_name(parent: etree._Element, name: str, organisation: str) -> None:
    """Append an organisation's name, parted again into short and long."""
    short, mark, long = organisation.partition(" > ")
    short_and_long(add(parent, name), short, long if mark else None)


def person_name(parent: etree._Element, individual: str) -> None:
    """Append first and last name; what is written "last, first" or has one word is a last name as a whole."""
    first, blank, last = individual.rpartition(" ")
    if blank and "," not in individual:
        add(parent, "First_Name", first)
        add(parent, "Last_Name", last)
    else:
        add(parent, "Last_Name", individual)


def topics(parent: etree._Element, record: Record) -> None:
    """Append the ISO topic categories under GCMD's names."""
    for topic in record.topic_categories:
        add(parent, "ISO_Topic_Category", codes.TOPICS.get(topic, topic.value.upper()))


def citation(parent: etree._Element, record: Record, edition: str | None, pages: str | None) -> None:
    """Append the members of a citation up to the DOI: names joined with "; ", the first date of publication."""
    authors = (contact.individual or contact.organisation for contact in _with_role(record, RoleCode.AUTHOR))
    editors = (contact.individual or contact.organisation for contact in _with_role(record, RoleCode.EDITOR))
    publishers = (contact.organisation or contact.individual for contact in _with_role(record, RoleCode.PUBLISHER))
    released = next((date.date.text for date in record.dates if date.type is DateTypeCode.PUBLICATION), None)
    said = {
        "Dataset_Creator": "; ".join(name for name in authors if name) or None,
        "Dataset_Editor": "; ".join(name for name in editors if name) or None,
        "Dataset_Title": record.title,
        "Dataset_Release_Date": released,
        "Dataset_Publisher": "; ".join(name for name in publishers if name) or None,
        "Version": edition,
        "Other_Citation_Details": record.citation,
    }
    if not pages and not any(value for name, value in said.items() if name != "Dataset_Title"):
        return
    for name, value in said.items():
        add_if(parent, name, value)


def _with_role(record: Record, role: RoleCode) -> list[Contact]:
    return [contact for contact in record.contacts if contact.role is role and contact.scope is ContactScope.RESOURCE]


def dois(record: Record) -> list[str]:
    """Return the DOIs of the data."""
    return [identifier.code for identifier in record.identifiers if identifier.codespace == "doi"]


def landing_page(record: Record) -> str | None:
    """Return the address of the page about the data: the one that calls itself so, or leads by DOI; else the first for information."""
    pages = [link for link in record.links if link.function is LinkFunctionCode.INFORMATION]
    names = tuple(dois(record))
    for link in pages:
        if "landing page" in f"{link.name} {link.description}".casefold() or any(name in link.url for name in names):
            return link.url
    return pages[0].url if pages else None


def personnel_role(contact: Contact) -> str | None:
    """Return DIF's role of a person; None for a contact that Personnel has no role for."""
    if contact.scope is ContactScope.METADATA:
        return "METADATA AUTHOR"
    if contact.role is RoleCode.PRINCIPAL_INVESTIGATOR:
        return "INVESTIGATOR"
    return "TECHNICAL CONTACT" if contact.role is RoleCode.POINT_OF_CONTACT else None


def content_type(parent: etree._Element, link: Link, *, landing: bool) -> None:
    """Append what a link is for in GCMD's words; nothing for what they do not have."""
    if link.function not in codes.FUNCTIONS:
        return
    kind, subtype = codes.FUNCTIONS[link.function]
    element = add(parent, "URL_Content_Type")
    add(element, "Type", "DATA SET LANDING PAGE" if landing else kind)
    add_if(element, "Subtype", subtype)


def uri(address: str) -> str:
    """Return an address with what none may have percent-encoded; where it is no address even so, all of it."""
    written = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(address, safe=_URI))
    return written if _ADDRESS.fullmatch(written) else quote(address, safe="")


def distributions(parent: etree._Element, record: Record) -> None:
    """Append the formats, and the size with the first."""
    formats: Sequence[DataFormat | None] = record.formats or ((None,) if record.size is not None else ())
    for index, form in enumerate(formats):
        element = add(parent, "Distribution")
        if index == 0 and record.size is not None:
            add(element, "Distribution_Size", size(record.size))
        if form is not None:
            add(element, "Distribution_Format", f"{form.name} {form.version}" if form.version else form.name)


def size(count: int) -> str:
    """Return a number of bytes in the largest decimal unit that takes no more than three decimals."""
    for unit, factor in _UNITS:
        if count >= factor and count * 1000 % factor == 0:
            return f"{number(count / factor)} {unit}" if count < 10**15 else f"{Decimal(count) / factor:f} {unit}"
    return f"{count} bytes"


def number(value: float) -> str:
    """Return a number in digits, without exponent, as short as it comes back the same."""
    written = format(Decimal(repr(value)), "f")
    return written.removesuffix(".0")


def words(constraints: Iterable[Constraint], *kinds: ConstraintKind) -> str | None:
    """Return the constraints of these kinds in words, a paragraph each; a code alone stands for itself."""
    said = (constraint.text or constraint.code for constraint in constraints if constraint.kind in kinds)
    return "\n\n".join(dict.fromkeys(text for text in said if text)) or None
