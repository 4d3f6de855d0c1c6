"""Contacts (CI_ResponsibleParty) as ISO 19139 has them."""

from lxml import etree

from mappings.formats.shared.iso.elements import (
    anchor,
    by_name,
    child,
    code,
    descend,
    literal,
    plain,
    said_by_all,
    spelt_by_all,
    words,
)
from mappings.rules import Problems, Value, read_once
from records.codes import ContactScope, RoleCode
from records.model import Contact

_role = code(RoleCode)


def contact(scope: ContactScope) -> Value[Contact]:
    """Return the conversion of a CI_ResponsibleParty to a contact of `scope`."""

    def read(element: etree._Element, problems: Problems) -> Contact | None:
        parts = by_name(element)
        individual, organisation, position = (_said(parts, name) for name in ("individualName", "organisationName", "positionName"))
        role = parts.get("role")
        info = descend(parts.get("contactInfo"), "CI_Contact")
        held = by_name(info)
        address = descend(held.get("address"), "CI_Address")
        lines = by_name(address)
        found = Contact(
            scope=scope,
            role=None if role is None else _role(role, problems),
            individual=individual,
            organisation=organisation,
            position=position,
            emails=spelt_by_all(address, "electronicMailAddress") if "electronicMailAddress" in lines else (),
            phones=said_by_all(descend(held.get("phone"), "CI_Telephone"), "voice"),
            address=said_by_all(address, "deliveryPoint") if "deliveryPoint" in lines else (),
            city=_said(lines, "city"),
            region=_said(lines, "administrativeArea"),
            postal_code=_said(lines, "postalCode"),
            country=_said(lines, "country"),
            url=_url(held.get("onlineResource"), problems) or _address_of(parts),
        )
        if individual or organisation or position:
            return found
        if found.emails or found.phones or found.url or found.address:
            where = ", ".join((*found.emails, *found.phones, *filter(None, (found.url,)), *found.address))
            problems.add("nameless-contact", f"a contact without name, organisation and position was left out: {where[:200]}", element)
        return None

    return read_once(read)


def _said(parts: dict[str, etree._Element], name: str) -> str | None:
    found = parts.get(name)
    return None if found is None else plain(words(found))


def _url(online: etree._Element | None, problems: Problems) -> str | None:
    if online is None:
        return None
    resource = child(online, "CI_OnlineResource")
    linkage = child(online if resource is None else resource, "linkage")
    return None if linkage is None else literal(linkage, problems)


def _address_of(parts: dict[str, etree._Element]) -> str | None:
    """Return the address (an ORCID, for instance) that the name of the person, or else of the organisation, points to."""
    holders = (parts.get(name) for name in ("individualName", "organisationName"))
    return next((href for holder in holders if holder is not None and (href := anchor(holder))), None)
