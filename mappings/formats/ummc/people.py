"""Contacts of a UMM-C: data centers with their persons and groups, persons and groups of no center, and the names in citations."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mappings.formats.shared.dif import codes
from mappings.formats.shared.json.parts import Members
from mappings.formats.ummc.values import line, lines
from records.codes import ContactScope, RoleCode
from records.model import Contact

_ROLES: Final = {
    **codes.PERSONNEL,
    "SCIENCE CONTACT": (ContactScope.RESOURCE, RoleCode.POINT_OF_CONTACT),
    "SCIENCE SOFTWARE DEVELOPMENT": (ContactScope.RESOURCE, RoleCode.PROCESSOR),
    "USER SERVICES": (ContactScope.DISTRIBUTION, RoleCode.POINT_OF_CONTACT),
}
"""What a person or a group of a UMM-C does."""


def contacts(document: Members) -> Iterator[Contact]:
    """Yield a contact for each role of each center, person and group."""
    for citation in document.objects("CollectionCitations"):
        yield from _cited(citation)
    for center in document.objects("DataCenters"):
        name = _name(center)
        if name is None:
            center.problems.add("nameless-contact", "a data center without a name was left out", center.path)
            continue
        yield from _in_roles(_reached(center, Contact(organisation=name)), center, codes.ORGANISATIONS)
        for person in center.objects("ContactPersons"):
            yield from _in_roles(_reached(person, Contact(individual=_person(person), organisation=name)), person, _ROLES)
        for group in center.objects("ContactGroups"):
            yield from _in_roles(_reached(group, Contact(position=line(group, "GroupName"), organisation=name)), group, _ROLES)
    for person in document.objects("ContactPersons"):
        who = Contact(individual=_person(person), organisation=line(person, "NonDataCenterAffiliation"))
        yield from _in_roles(_reached(person, who), person, _ROLES)
    for group in document.objects("ContactGroups"):
        affiliation, name = line(group, "NonDataCenterAffiliation"), line(group, "GroupName")
        who = Contact(organisation=affiliation or name, position=name if affiliation else None)
        yield from _in_roles(_reached(group, who), group, _ROLES)


def _cited(citation: Members) -> Iterator[Contact]:
    """Yield creator, editor and publisher of a citation, each as it is written: a creator may be many names."""
    creator, editor, publisher = (line(citation, name) for name in ("Creator", "Editor", "Publisher"))
    if creator:
        yield Contact(role=RoleCode.AUTHOR, individual=creator)
    if editor:
        yield Contact(role=RoleCode.EDITOR, individual=editor)
    if publisher:
        yield Contact(role=RoleCode.PUBLISHER, organisation=publisher)


def _name(center: Members) -> str | None:
    """Return a center's whole name, "short > long" as GCMD joins them."""
    short, long = line(center, "ShortName"), line(center, "LongName")
    return f"{short} > {long}" if short and long and short != long else short or long


def _person(person: Members) -> str | None:
    return " ".join(filter(None, (line(person, name) for name in ("FirstName", "MiddleName", "LastName")))) or None


def _in_roles(contact: Contact, inside: Members, known: dict[str, codes.Part]) -> Iterator[Contact]:
    """Yield the contact once for each of its roles, or once without one; one without any name is a problem."""
    if not (contact.individual or contact.organisation or contact.position):
        inside.problems.add("nameless-contact", "a contact without a name was left out", inside.path)
        return
    roles = lines(inside, "Roles")
    for role in roles:
        if role.upper() not in known:
            inside.problems.add("unknown-code", f"{role[:80]!r} is no role of UMM-C", f"{inside.path}/Roles")
    for scope, code in dict.fromkeys(known[role.upper()] for role in roles if role.upper() in known) or [(contact.scope, contact.role)]:
        yield replace(contact, scope=scope, role=code)


def _reached(inside: Members, contact: Contact) -> Contact:
    """Return the contact with how and where it is reached."""
    info = inside.object("ContactInformation")
    ways = [(line(way, "Type") or "", line(way, "Value")) for way in info.objects("ContactMechanisms")]
    place = next(info.objects("Addresses"), Members(values={}, path=info.path, problems=info.problems))
    pages = (line(page, "URL") for page in info.objects("RelatedUrls"))
    return replace(
        contact,
        emails=tuple(dict.fromkeys(value for kind, value in ways if value and kind.casefold() == "email")),
        phones=tuple(dict.fromkeys(value for kind, value in ways if value and kind.casefold() in _PHONES)),
        address=lines(place, "StreetAddresses"),
        city=line(place, "City"),
        region=line(place, "StateProvince"),
        postal_code=line(place, "PostalCode"),
        country=line(place, "Country"),
        url=next(filter(None, pages), None),
    )


_PHONES: Final = {"telephone", "direct line", "mobile", "primary", "u.s. toll free", "tdd/tty phone"}
"""Ways of contact that are telephones, in small letters."""
