"""Contacts (CI_ResponsibleParty) and identifiers (MD_Identifier) as ISO 19139 has them."""

from lxml import etree

from mappings.doi import doi_of
from mappings.formats.iso19139.elements import anchor, child, code, descend, literal, said, said_by_all, spelt, spelt_by_all
from mappings.rules import Problems, Value
from mappings.xml import local_name
from records.codes import ContactScope, RoleCode
from records.model import Contact, Identifier

_role = code(RoleCode)


def contact(scope: ContactScope) -> Value[Contact]:
    """Return the conversion of a CI_ResponsibleParty to a contact of `scope`."""

    def read(element: etree._Element, problems: Problems) -> Contact | None:
        individual, organisation, position = (said(element, name) for name in ("individualName", "organisationName", "positionName"))
        role = child(element, "role")
        info = descend(element, "contactInfo", "CI_Contact")
        address = descend(info, "address", "CI_Address")
        found = Contact(
            scope=scope,
            role=None if role is None else _role(role, problems),
            individual=individual,
            organisation=organisation,
            position=position,
            emails=spelt_by_all(address, "electronicMailAddress"),
            phones=said_by_all(descend(info, "phone", "CI_Telephone"), "voice"),
            address=said_by_all(address, "deliveryPoint"),
            city=said(address, "city"),
            region=said(address, "administrativeArea"),
            postal_code=said(address, "postalCode"),
            country=said(address, "country"),
            url=_url(info, problems) or _address_of(element),
        )
        if individual or organisation or position:
            return found
        if found.emails or found.phones or found.url or found.address:
            where = ", ".join((*found.emails, *found.phones, *filter(None, (found.url,)), *found.address))
            problems.add("nameless-contact", f"a contact without name, organisation and position was left out: {where[:200]}", element)
        return None

    return read


def _url(info: etree._Element | None, problems: Problems) -> str | None:
    if info is None:
        return None
    online = child(info, "onlineResource")
    if online is None:
        return None
    resource = child(online, "CI_OnlineResource")
    linkage = child(online if resource is None else resource, "linkage")
    return None if linkage is None else literal(linkage, problems)


def _address_of(element: etree._Element) -> str | None:
    """Return the address (an ORCID, for instance) that the name of the person, or else of the organisation, points to."""
    holders = (child(element, name) for name in ("individualName", "organisationName"))
    return next((href for holder in holders if holder is not None and (href := anchor(holder))), None)


def identifier(element: etree._Element, problems: Problems) -> Identifier | None:
    """An MD_Identifier or RS_Identifier, or a gmd:ISBN or gmd:ISSN, as an identifier of the resource."""
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
