"""Which elements may stand where: what stands elsewhere would be read by nobody, and is told."""

from collections.abc import Mapping

from lxml import etree

from mappings.rules import Problems
from mappings.xml import children, local_name

Table = Mapping[str, frozenset[str]]
"""The children that elements may have which a reader looks into, by their local names: documents mix the namespaces."""


def names(table: str) -> frozenset[str]:
    """Return the names in a text that blanks part."""
    return frozenset(table.split())


def report_misplaced(root: etree._Element, table: Table, problems: Problems) -> None:
    """Report, as a problem "unexpected-element", each element that stands where the standard has no place for it."""
    for element in root.iter(*table):
        known = table[str(element.tag)]
        for part in children(element):
            if str(part.tag).rpartition("}")[2] not in known:
                problems.add("unexpected-element", f"{local_name(part)} has no place in {local_name(element)} and was not read", part)
