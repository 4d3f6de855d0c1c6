"""A DIF as a whole, of either version: read to a Record, written from one."""

from collections.abc import Callable, Collection
from typing import Any, Literal

from lxml import etree

from mappings.formats.format import derived_identifier
from mappings.formats.shared.dif.elements import NAMESPACE, Parts, is_dif, is_dif10, parts
from mappings.formats.shared.dif.extended import extend, lift
from mappings.rules import Problems
from mappings.xml import local_name, root_of, to_bytes
from records.errors import FormatError
from records.model import Record, Source

MembersOf = Callable[[Parts, Problems], dict[str, Any]]
"""The members of the Record that the elements of one version hold; Extended_Metadata is not looked at."""


def read_dif(content: bytes, top: object, *, version: Literal[9, 10], members_of: MembersOf, known: Collection[str]) -> Record:
    """Return the Record of a DIF.

    Args:
        content: the document.
        top: its root element, where it is parsed already.
        version: of DIF.
        members_of: reads its elements.
        known: the names of the elements that there are in this version; any other is a problem.

    Raises:
        FormatError: not well-formed, no DIF, a DIF of the other version, or one with nothing in it.
    """
    problems = Problems()
    found = parts(_parsed(content, top, version))
    for name in found.keys() - known:
        problems.add("unknown-element", f"no element of DIF {version}: {name}", found[name][0])
    members = lift(found, members_of(found, problems), problems)
    if not members.get("title"):
        problems.add("no-title", "the document has no title", "/dif:DIF/dif:Entry_Title")
    if not members.get("identifier"):
        problems.add("no-identifier", "the document has no identifier; one is derived from its content", "/dif:DIF/dif:Entry_ID")
        members["identifier"] = derived_identifier(content)
    return Record(**members, source=Source(content=content, format=f"dif{version}"), problems=problems.found())


def _parsed(content: bytes, top: object, version: Literal[9, 10]) -> etree._Element:
    root = root_of(content, top)
    if not is_dif(root):
        raise FormatError(f"no DIF: the root element is {local_name(root)}", path=f"/{local_name(root)}")
    if not any(value.strip() for value in root.itertext()):
        raise FormatError("the DIF holds nothing", path="/dif:DIF")
    if is_dif10(root) != (version == 10):
        raise FormatError(f"a DIF of version {19 - version}, not {version}", path="/dif:DIF/dif:Entry_ID")
    return root


def write_dif(record: Record, build: Callable[[etree._Element, Record], None], members_of: MembersOf) -> bytes:
    """Return the record as a DIF.

    Args:
        record: what is written.
        build: appends the elements of one version to the root.
        members_of: reads them back, so that what they do not hold exactly can go into Extended_Metadata.
    """
    root = etree.Element(f"{{{NAMESPACE}}}DIF", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the stubs do not know the default namespace
    build(root, record)
    extend(root, record, Record(**members_of(parts(root), Problems())))
    return to_bytes(root)
