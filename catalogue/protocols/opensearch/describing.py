"""The description document (OpenSearch 1.1), by which a client learns how to ask."""

from collections.abc import Mapping
from typing import Final

from lxml import etree

from catalogue.protocols.doors import Doors
from catalogue.protocols.opensearch.asking import PARAMETERS
from catalogue.query import MAX_LIMIT
from mappings.atom import MEDIA_TYPE, OPENSEARCH
from mappings.xml import legal
from records.codes import Domain

DESCRIPTION_TYPE: Final = "application/opensearchdescription+xml"
_REFLECS: Final = "urn:x-reflecs:opensearch"
_PARAMETERS: Final = "http://a9.com/-/spec/opensearch/extensions/parameters/1.0/"
_NAMESPACES: Final[dict[str, str]] = {
    None: OPENSEARCH["os"],  # type: ignore[dict-item]  # the stubs do not know the default namespace
    "geo": OPENSEARCH["geo"],
    "time": OPENSEARCH["time"],
    "parameters": _PARAMETERS,
    "reflecs": _REFLECS,
}
_PAGE_PARAMETERS: Final = {"q": "searchTerms", "bbox": "geo:box", "from": "time:start", "to": "time:end", "page": "startPage"}
"""The parameters of the results page that a template can fill in."""


def description(doors: Doors, address: str, search: str) -> bytes:
    """Return the description document.

    Args:
        doors: what is described.
        address: where the document itself is.
        search: where results are had as Atom.
    """
    root = etree.Element(_name("OpenSearchDescription"), nsmap=_NAMESPACES)
    provider = legal(doors.provider)
    for name, text in (
        ("ShortName", provider[:16]),
        ("Description", f"{provider[:200]}: descriptions of scientific data, found by words, places and times"),
        ("Contact", doors.contact),
        ("LongName", provider[:48]),
    ):
        etree.SubElement(root, _name(name)).text = text
    results = _url(root, "results", MEDIA_TYPE, _template(search, PARAMETERS))
    _restrict(results)
    _url(root, "results", "text/html", _template(f"{doors.catalogue.base_url}/search", _PAGE_PARAMETERS))
    _url(root, "self", DESCRIPTION_TYPE, address)
    etree.SubElement(root, _name("Query"), role="example", searchTerms="temperature")
    for name, text in (
        ("SyndicationRight", "open"),
        ("AdultContent", "false"),
        ("Language", "en"),
        ("Language", "fr"),
        ("OutputEncoding", "UTF-8"),
        ("InputEncoding", "UTF-8"),
    ):
        etree.SubElement(root, _name(name)).text = text
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _url(root: etree._Element, rel: str, media_type: str, template: str) -> etree._Element:
    url = etree.SubElement(root, _name("Url"), rel=rel, type=media_type, template=template)
    if rel == "results":
        url.set("indexOffset", "1")
        url.set("pageOffset", "1")
    return url


def _template(address: str, parameters: Mapping[str, str]) -> str:
    return f"{address}?{'&'.join(f'{name}={{{meaning}?}}' for name, meaning in parameters.items())}"


def _restrict(url: etree._Element) -> None:
    """Say which values are taken where not any are (OpenSearch parameter extension 1.0)."""
    count = _parameter(url, "count")
    count.set("minInclusive", "0")
    count.set("maxInclusive", str(MAX_LIMIT))
    domain = _parameter(url, "domain")
    for code in Domain:
        etree.SubElement(domain, f"{{{_PARAMETERS}}}Option", value=code.value)


def _parameter(url: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(url, f"{{{_PARAMETERS}}}Parameter", name=name, value=f"{{{PARAMETERS[name]}}}", minimum="0")


def _name(local: str) -> str:
    return f"{{{OPENSEARCH['os']}}}{local}"
