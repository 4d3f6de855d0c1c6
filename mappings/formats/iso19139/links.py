"""Links (CI_OnlineResource, MD_BrowseGraphic) and relations (MD_AggregateInformation) as ISO 19139 has them."""

import re
from dataclasses import replace
from typing import Final

from lxml import etree

from mappings.formats.iso19139.elements import child, code, descend, literal, plain, said, spelt, words
from mappings.rules import Problems, clean_line, clean_text
from mappings.xml import children, local_name, qname
from records.codes import LinkFunctionCode, RelationType
from records.model import Link, Relation

MEDIA_TYPE: Final = re.compile(r"^(?:application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+(?:\s*;.*)?$")
_IMAGES: Final = {
    "png": "image/png",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}
"""Names of formats that documents write where a media type belongs, in small letters."""

_function = code(LinkFunctionCode)
_relation_type = code(RelationType)


def online_resource(element: etree._Element, problems: Problems) -> Link | None:
    """A CI_OnlineResource as a link."""
    linkage = child(element, "linkage")
    url = None if linkage is None else literal(linkage, problems)
    name = child(element, "name")
    function = child(element, "function")
    description = child(element, "description")
    kind = None if function is None else _function(function, problems)
    about = None if description is None else clean_text(words(description))
    if url is None:
        shown = (None if name is None else plain(words(name))) or about
        if shown:
            problems.add("no-url", f"a link without an address was left out: {shown[:120]!r}", element)
        return None
    profile = said(element, "applicationProfile")
    return Link(
        url=url,
        name=None if name is None else plain(words(name)),
        description=about,
        function=kind,
        protocol=said(element, "protocol"),
        media_type=_media_type_of(name) or (profile if profile and MEDIA_TYPE.match(profile) else None),
    )


def _media_type_of(name: etree._Element | None) -> str | None:
    """Return the type of a gmx:MimeFileType."""
    found = None if name is None else next(children(name), None)
    return clean_line(found.get("type", "")) if found is not None and local_name(found) == "MimeFileType" else None


def browse_graphic(element: etree._Element, problems: Problems) -> Link | None:
    """An MD_BrowseGraphic as a link to a picture of the data."""
    file_name = child(element, "fileName")
    inside = None if file_name is None else next(children(file_name), None)
    source = None if inside is None else clean_line(inside.get("src", ""))
    written = None if file_name is None else literal(file_name, problems)
    description = child(element, "fileDescription")
    about = None if description is None else clean_text(words(description))
    url = source or written
    if url is None:
        if about:
            problems.add("no-url", f"a picture without an address was left out: {about[:120]!r}", element)
        return None
    name = written if source and written != source else None
    kind = said(element, "fileType")
    media_type = None if kind is None else kind if MEDIA_TYPE.match(kind) else _IMAGES.get(kind.casefold().lstrip("."))
    if kind and media_type is None:
        problems.add("unknown-media-type", f"{kind[:80]!r} is no media type", element)
    return Link(url=url, name=name, description=about, function=LinkFunctionCode.BROWSE_GRAPHIC, media_type=media_type)


def data_set_uri(element: etree._Element, problems: Problems) -> Link | None:
    """A gmd:dataSetURI as a link that says nothing of its purpose."""
    url = literal(element, problems)
    return Link(url=url) if url else None


def operation(element: etree._Element, problems: Problems) -> tuple[Link, ...]:
    """An SV_OperationMetadata as the links to where it is called, named by the operation where they have no name."""
    name = element.find(qname("srv:operationName"))
    called = None if name is None else plain(words(name))
    found = []
    for point in element.iterfind(f"{qname('srv:connectPoint')}/{qname('gmd:CI_OnlineResource')}"):
        link = online_resource(point, problems)
        if link is not None:
            found.append(link if link.name else replace(link, name=called))
    return tuple(found)


def relation(element: etree._Element, problems: Problems) -> Relation | None:
    """An MD_AggregateInformation as a relation to another resource."""
    cited = descend(element, "aggregateDataSetName", "CI_Citation")
    title = said(cited, "title")
    holders = (child(element, "aggregateDataSetIdentifier"), child(cited, "identifier"))
    insides = [inside for holder in holders if holder is not None and (inside := next(children(holder), None)) is not None]
    found = next((code for inside in insides if (code := spelt(inside, "code"))), None)
    kind = child(element, "associationType")
    kind_code = None if kind is None else _relation_type(kind, problems)
    if found is None:
        if title:
            problems.add("relation-without-identifier", f"a related resource without identifier was left out: {title[:200]!r}", element)
        return None
    return Relation(identifier=found, type=kind_code or RelationType.CROSS_REFERENCE, title=title)


def coupled_resource(element: etree._Element, problems: Problems) -> Relation | None:
    """An srv:operatesOn, by which a service names its data, as a relation; None where the data are described in the same document."""
    href = (element.get(qname("xlink:href")) or "").strip()
    identifier = clean_line(element.get("uuidref", ""))
    if identifier is None:
        if href and not href.startswith("#"):
            problems.add("unresolved-reference", f"the data of the service are described elsewhere, at {href[:200]}", element)
        return None
    return Relation(identifier=identifier, title=plain(element.get(qname("xlink:title"), "")))
