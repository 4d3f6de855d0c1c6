"""The identifier of a document, found without reading the document as a record."""

from typing import Final

from lxml import etree

from mappings.formats.shared.dif.reading import entry_id
from mappings.xml import local_name, parse_xml
from records.errors import FormatError

_PATHS: Final = {
    "MD_Metadata": ("{*}fileIdentifier", "{*}metadataIdentifier/*/{*}code"),
    "MI_Metadata": ("{*}fileIdentifier", "{*}metadataIdentifier/*/{*}code"),
    "Record": ("{http://purl.org/dc/elements/1.1/}identifier",),
    "SummaryRecord": ("{http://purl.org/dc/elements/1.1/}identifier",),
    "BriefRecord": ("{http://purl.org/dc/elements/1.1/}identifier",),
    "DIF": ("{*}Entry_ID",),
}
"""The local name of a root, and where its identifier stands below it."""


def identifier_of(root: etree._Element) -> str | None:
    """Return the identifier that a document names itself by; None where it has none, or is of a kind not known here."""
    for path in _PATHS.get(local_name(root), ()):
        found = root.find(path)
        if found is None:
            continue
        text = (entry_id(found) if local_name(found) == "Entry_ID" else None) or _text(found)
        if text:
            return text
    return None


def own_identifier(content: bytes) -> str | None:
    """Return the identifier that a document names itself by; None likewise, and where it is no XML."""
    try:
        return identifier_of(parse_xml(content))
    except FormatError:
        return None


def _text(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())
