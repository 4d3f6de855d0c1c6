"""Roles of contacts (CI_RoleCode), and what they are to Dublin Core."""

from collections.abc import Iterator
from typing import Final

from records.codes import ContactScope, RoleCode
from records.model import Record

_CONTACT_ELEMENTS: Final[dict[RoleCode | None, str]] = {
    RoleCode.ORIGINATOR: "dc:creator",
    RoleCode.AUTHOR: "dc:creator",
    RoleCode.CO_AUTHOR: "dc:creator",
    RoleCode.PRINCIPAL_INVESTIGATOR: "dc:creator",
    RoleCode.PUBLISHER: "dc:publisher",
    RoleCode.DISTRIBUTOR: "dc:publisher",
    RoleCode.RESOURCE_PROVIDER: "dc:publisher",
    RoleCode.CONTRIBUTOR: "dc:contributor",
    RoleCode.COLLABORATOR: "dc:contributor",
    RoleCode.EDITOR: "dc:contributor",
    RoleCode.PROCESSOR: "dc:contributor",
    RoleCode.SPONSOR: "dc:contributor",
    RoleCode.FUNDER: "dc:contributor",
    RoleCode.RIGHTS_HOLDER: "dct:rightsHolder",
    RoleCode.OWNER: "dct:rightsHolder",
}
"""What a contact of each role is to Dublin Core; the others are nothing to it."""


def contact_elements(record: Record) -> Iterator[tuple[str, str]]:
    """Yield name and text of the elements for those who made, publish or hold the resource; other contacts have no element."""
    for contact in record.contacts:
        element = _CONTACT_ELEMENTS.get(contact.role) if contact.scope is not ContactScope.METADATA else None
        if element is not None:
            names = (contact.individual, contact.organisation, contact.position)
            ordered = (contact.organisation, contact.individual, contact.position) if element == "dc:publisher" else names
            yield element, next(name for name in ordered if name is not None)
