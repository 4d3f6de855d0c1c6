"""Links (CI_OnlineResource, MD_BrowseGraphic, SV_OperationMetadata) as ISO 19139 and ISO 19115-3 have them."""

import re
from dataclasses import replace
from typing import Final

from lxml import etree

from mappings.formats.shared.iso.elements import child, code, descend, literal, plain, said, spelt, words
from mappings.rules import Problems, clean_line, clean_text
from mappings.xml import children, local_name, qname
from records.codes import LinkFunctionCode
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
    address = spelt(descend(element, "linkage", "CI_OnlineResource"), "linkage")
    url = source or address or written
    if url is None:
        if about:
            problems.add("no-url", f"a picture without an address was left out: {about[:120]!r}", element)
        return None
    name = written if written != url else None
    kind = said(element, "fileType")
    media_type = None if kind is None else kind if MEDIA_TYPE.match(kind) else _IMAGES.get(kind.casefold().lstrip("."))
    if kind and media_type is None:
        problems.add("unknown-media-type", f"{kind[:80]!r} is no media type", element)
    return Link(url=url, name=name, description=about, function=LinkFunctionCode.BROWSE_GRAPHIC, media_type=media_type)


def operation(element: etree._Element, problems: Problems) -> tuple[Link, ...]:
    """An SV_OperationMetadata as the links to where it is called, named by the operation where they have no name."""
    name = child(element, "operationName")
    called = None if name is None else plain(words(name))
    found = []
    for point in element.iterchildren("{*}connectPoint"):
        resource = child(point, "CI_OnlineResource")
        link = None if resource is None else online_resource(resource, problems)
        if link is not None:
            found.append(link if link.name else replace(link, name=called))
    return tuple(found)


def coupled_resource(element: etree._Element, problems: Problems) -> Relation | None:
    """An srv:operatesOn, by which a service names its data, as a relation; None where the data are described in the same document."""
    href = (element.get(qname("xlink:href")) or "").strip()
    identifier = clean_line(element.get("uuidref", ""))
    if identifier is None:
        if href and not href.startswith("#"):
            problems.add("unresolved-reference", f"the data of the service are described elsewhere, at {href[:200]}", element)
        return None
    return Relation(identifier=identifier, title=plain(element.get(qname("xlink:title"), "")))


def is_picture(link: Link) -> bool:
    """Return whether a link is written as a graphicOverview, which holds less than an onLine."""
    plain_kind = link.media_type is None or MEDIA_TYPE.match(link.media_type) is not None
    return link.function is LinkFunctionCode.BROWSE_GRAPHIC and link.name is None and link.protocol is None and plain_kind
