"""From a Record to Dublin Core: the values that both formats of it write."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from mappings.coordinates import around
from mappings.dublincore.reading import is_dcmi_box
from records.codes import ContactScope, RoleCode
from records.dates import TimeInterval
from records.model import EARTH, Box, Constraint, Record

T = TypeVar("T")
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


def boxes_of(record: Record) -> tuple[Box, ...]:
    """Return the boxes of a record's extents on the Earth, and those around its polygons where an extent has no box."""
    found = (extent.boxes or tuple(map(around, extent.polygons)) for extent in record.extents if extent.frame == EARTH)
    return tuple(dict.fromkeys(box for boxes in found for box in boxes))


def descriptions_of(record: Record) -> tuple[str, ...]:
    """Return the names of the places on the Earth, but for one that would be read as a box."""
    found = (extent.description for extent in record.extents if extent.frame == EARTH)
    return tuple(dict.fromkeys(words for words in found if words is not None and not is_dcmi_box(words)))


def interval_text(interval: TimeInterval) -> str:
    """Return an interval as ISO 8601 and OGC API write it: "2007-04/..", each end as precise as it is known."""
    return f"{interval.begin or '..'}/{interval.end or '..'}"


def constraint_words(constraint: Constraint) -> str:
    """Return the words of a constraint: its text, or else its code."""
    return constraint.text or str(constraint.code)


def number(value: float) -> str:
    """Return a number as short as it can be written without loss."""
    return repr(value).removesuffix(".0")


def each(values: Iterable[T]) -> tuple[T, ...]:
    """Return the values in their order, each once."""
    return tuple(dict.fromkeys(values))
