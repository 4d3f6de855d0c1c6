"""Contacts (CI_Responsibility) as ISO 19115-3 has them: parties in a role, organisations with the individuals in them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lxml import etree

from mappings.formats.shared.iso.elements import anchor, child, code, descend, said, said_by_all, spelt, spelt_by_all
from mappings.rules import Problems, Value, read_once
from mappings.xml import children, local_name
from records.codes import ContactScope, RoleCode
from records.model import Contact

_role = code(RoleCode)


def contacts(scope: ContactScope) -> Value[tuple[Contact, ...]]:
    """Return the conversion of a CI_Responsibility to contacts of `scope`: one for each individual, or else for each organisation."""

    def read(element: etree._Element, problems: Problems) -> tuple[Contact, ...] | None:
        holder = child(element, "role")
        answering = Contact(scope=scope, role=None if holder is None else _role(holder, problems))
        parties = [party for held in element.iterchildren("{*}party") for party in children(held)]
        found = [contact for party in parties for contact in _of_party(party, answering, problems)]
        return tuple(dict.fromkeys(found)) or None

    return read_once(read)


def _of_party(party: etree._Element, answering: Contact, problems: Problems) -> list[Contact]:
    name = said(party, "name")
    if local_name(party) == "CI_Individual":
        person = replace(_reached(party, answering), individual=name, position=said(party, "positionName"))
        return _named(person, party, problems)
    if local_name(party) != "CI_Organisation":
        problems.add("unexpected-element", f"{local_name(party)} stands where a party should", party)
        return []
    organisation = replace(_reached(party, answering), organisation=name)
    individuals = [part for held in party.iterchildren("{*}individual") for part in children(held)]
    people = [
        replace(_reached(person, organisation), individual=said(person, "name"), position=said(person, "positionName"))
        for person in individuals
    ]
    named = [person for person in people if person.individual or person.position]
    return named or _named(organisation, party, problems)


def _named(contact: Contact, party: etree._Element, problems: Problems) -> list[Contact]:
    """Return the contact, or none, and a problem where it can be reached but has no name."""
    if contact.individual or contact.organisation or contact.position:
        return [contact]
    where = ", ".join((*contact.emails, *contact.phones, *filter(None, (contact.url,)), *contact.address))
    if where:
        problems.add("nameless-contact", f"a contact without name, organisation and position was left out: {where[:200]}", party)
    return []


def _reached(party: etree._Element, otherwise: Contact) -> Contact:
    """Return a contact with what the party says of where it is reached; what it does not say is as in `otherwise`."""
    infos = [info for held in party.iterchildren("{*}contactInfo") for info in children(held)]
    addresses = [address for info in infos for held in info.iterchildren("{*}address") for address in children(held)]
    found = replace(
        otherwise,
        emails=_all(spelt_by_all(address, "electronicMailAddress") for address in addresses) or otherwise.emails,
        phones=_all(_phones(info) for info in infos) or otherwise.phones,
        url=next((url for info in infos if (url := _url(info))), None) or _identified(party) or otherwise.url,
    )
    place = next((address for address in addresses if any(_place(address).values())), None)
    return found if place is None else replace(found, **_place(place))


def _all(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for group in groups for text in group))


def _place(address: etree._Element) -> dict[str, Any]:
    return {
        "address": said_by_all(address, "deliveryPoint"),
        "city": said(address, "city"),
        "region": said(address, "administrativeArea"),
        "postal_code": said(address, "postalCode"),
        "country": said(address, "country"),
    }


def _phones(info: etree._Element) -> tuple[str, ...]:
    """Return the numbers of telephones, not those of fax machines."""
    telephones = [part for held in info.iterchildren("{*}phone") for part in children(held)]
    return tuple(number for part in telephones if not _is_fax(part) and (number := said(part, "number")))


def _is_fax(telephone: etree._Element) -> bool:
    kind = descend(telephone, "numberType", "CI_TelephoneTypeCode")
    return kind is not None and (kind.get("codeListValue") or kind.text or "").strip().casefold() in {"facsimile", "fax"}


def _url(info: etree._Element) -> str | None:
    return spelt(descend(info, "onlineResource", "CI_OnlineResource"), "linkage")


def _identified(party: etree._Element) -> str | None:
    """Return the address (an ORCID, a ROR, for instance) that identifies the party, or that its name points to."""
    codes = (spelt(inside, "code") for held in party.iterchildren("{*}partyIdentifier") for inside in children(held))
    address = next((found for found in codes if found and found.startswith(("http://", "https://"))), None)
    name = child(party, "name")
    return address or (None if name is None else anchor(name))
