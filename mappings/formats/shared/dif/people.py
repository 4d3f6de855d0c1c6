"""Contacts of a DIF: the persons and groups of Personnel, the organisations with theirs, and the names in citations."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from mappings.formats.shared.dif import codes
from mappings.formats.shared.dif.elements import Parts, line, lines, parts
from mappings.rules import Problems
from records.codes import ContactScope, RoleCode
from records.model import Contact

_NOBODY = Contact()


def personnel(found: Parts, problems: Problems) -> Iterator[Contact]:
    """Yield a contact for each person or group and each of its roles."""
    for element in found.get("Personnel", ()):
        inside = parts(element)
        roles = list(_roles(inside, problems)) or [(ContactScope.RESOURCE, None)]
        for who in _people(inside):
            if who.individual or who.organisation:
                for scope, role in roles:
                    yield replace(who, scope=scope, role=role)
            elif who != _NOBODY:
                problems.add("nameless-contact", "a contact without a name", element)


def organisation(name: str, role: codes.Part, inside: Parts, address: str | None) -> Iterator[Contact]:
    """Yield the organisation called `name`, once for each of its persons; alone where none has a name or an address."""
    scope, code = role
    found = False
    for element in inside.get("Personnel", ()):
        for who in _people(parts(element)):
            found = True
            yield replace(
                who, scope=scope, role=code, organisation=name, position=who.organisation if not who.individual else None, url=address
            )
    if not found:
        yield Contact(scope=scope, role=code, organisation=name, url=address)


def organisation_name(found: Parts, name: str) -> tuple[str, str] | None:
    """Return an organisation's whole name, "short > long" as GCMD joins them, and its short name; None where it has none."""
    for element in found.get(name, ()):
        inside = parts(element)
        short, long = line(inside, "Short_Name"), line(inside, "Long_Name")
        if short and long and short != long:
            return f"{short} > {long}", short
        whole = short or long
        if whole:
            return whole, whole
    return None


def cited(found: Parts) -> Iterator[Contact]:
    """Yield creator, editor and publisher of a citation, each as it is written: a creator may be many names."""
    for person in lines(found, "Dataset_Creator"):
        yield Contact(role=RoleCode.AUTHOR, individual=person)
    for person in lines(found, "Dataset_Editor"):
        yield Contact(role=RoleCode.EDITOR, individual=person)
    for publisher in lines(found, "Dataset_Publisher"):
        yield Contact(role=RoleCode.PUBLISHER, organisation=publisher)


def _roles(inside: Parts, problems: Problems) -> Iterator[tuple[ContactScope, RoleCode | None]]:
    for element in inside.get("Role", ()):
        for role in (element.text or "").upper().split(","):
            written = " ".join(role.split())
            if not written:
                continue
            known = codes.PERSONNEL.get(written)
            if known is None:
                code = RoleCode.match(written)
                if code is None:
                    problems.add("unknown-code", f"{written[:80]!r} is no role of DIF", element)
                yield ContactScope.RESOURCE, code
            else:
                yield known


def _people(inside: Parts) -> Iterator[Contact]:
    """Yield the persons and groups in a Personnel: in parts of their own (DIF 10), or the element's own parts (DIF 9)."""
    people = inside.get("Contact_Person", []) + inside.get("Contact_Group", [])
    for element in people:
        yield _person(parts(element))
    if not people:
        yield _person(inside)


def _person(found: Parts) -> Contact:
    names = (line(found, "First_Name"), line(found, "Middle_Name"), line(found, "Last_Name"))
    where = _first(found, "Address") if "Contact_Address" not in found else _first(found, "Contact_Address")
    return Contact(
        individual=" ".join(name for name in names if name) or None,
        organisation=line(found, "Name"),
        emails=lines(found, "Email"),
        phones=tuple(dict.fromkeys(_phones(found))),
        address=lines(where, "Street_Address") or lines(where, "Address"),
        city=line(where, "City"),
        region=line(where, "State_Province") or line(where, "Province_or_State"),
        postal_code=line(where, "Postal_Code"),
        country=line(where, "Country"),
    )


def _first(found: Parts, name: str) -> Parts:
    elements: list[etree._Element] = found.get(name, [])
    return parts(elements[0]) if elements else {}


def _phones(found: Parts) -> Iterator[str]:
    for element in found.get("Phone", ()):
        if len(element) == 0:
            yield from lines({"Phone": [element]}, "Phone")
            continue
        inside = parts(element)
        number = line(inside, "Number")
        if number is not None and (line(inside, "Type") or "").casefold() != "fax":
            yield number
