"""Identifiers (MD_Identifier) as ISO 19139 and ISO 19115-3 have them."""

from lxml import etree

from mappings.doi import doi_of
from mappings.formats.shared.iso.elements import descend, literal, said, spelt
from mappings.rules import Problems
from mappings.xml import local_name
from records.model import Identifier


def identifier(element: etree._Element, problems: Problems) -> Identifier | None:
    """An MD_Identifier or RS_Identifier, or an ISBN or ISSN, as an identifier of the resource."""
    name = local_name(element)
    if name in {"ISBN", "ISSN"}:
        number = literal(element, problems)
        return normal_identifier(Identifier(code=number, codespace=name.lower())) if number else None
    written = spelt(element, "code")
    if written is None:
        return None
    space = spelt(element, "codeSpace") or said(descend(element, "authority", "CI_Citation"), "title")
    return normal_identifier(Identifier(code=written, codespace=space))


def normal_identifier(found: Identifier) -> Identifier:
    """Return a DOI, however it is written, as its bare name in the codespace "doi"; any other identifier as it is."""
    doi = doi_of(found.code)
    return Identifier(code=doi, codespace="doi") if doi else found
