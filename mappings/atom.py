"""Records as Atom (RFC 4287): an entry for each, with their places (GeoRSS) and times as OGC 10-032r8 has them, and the feed around them.

An entry names the record's page, the formats the record can be had in, and the links of the record itself. Positions of GeoRSS are latitude
first; a box that crosses the antimeridian is written as its two halves, and of a polygon its outer ring. Holes, circles, and places that
are not on the Earth are not said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from lxml import etree

from mappings.formats import WRITTEN
from mappings.xml import NAMESPACES, legal
from records.codes import LinkFunctionCode
from records.model import EARTH, Box, Link, Polygon, Record

ATOM: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml"
_GEORSS: Final = "http://www.georss.org/georss"
_ENTRY: Final[dict[str, str]] = {None: ATOM, "dc": NAMESPACES["dc"], "georss": _GEORSS}  # type: ignore[dict-item]  # the stubs do not know the default namespace
OPENSEARCH: Final = {
    "os": "http://a9.com/-/spec/opensearch/1.1/",
    "geo": "http://a9.com/-/opensearch/extensions/geo/1.0/",
    "time": "http://a9.com/-/opensearch/extensions/time/1.0/",
}
"""The namespaces of OpenSearch 1.1 and of its extensions for places and times."""

_DATE: Final = re.compile(r"(?!0000)[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?:T.*Z)?)?)?")
_FIRST_MOMENT: Final = "0000-01-01T00:00:00Z"
_RELATIONS: Final = {
    LinkFunctionCode.ORDER: "order",
    LinkFunctionCode.DOWNLOAD: "enclosure",
}
"""The relations of a record's links; of any other function they are "related"."""
_MEDIA_TYPE: Final = re.compile(r"[^\s/;]+/[^\s/;]+(?:;.*)?")
_END: Final = b"</feed>"
_IRI: Final = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A link of a feed: what it is to it, where it leads, and the media type there."""

    rel: str
    href: str
    media_type: str = MEDIA_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed of search results says of itself (OpenSearch 1.1, response elements).

    Attributes:
        identifier: an IRI, the same for the same question.
        title: for people.
        updated: when anything in it last changed, aware.
        author: who answers for the entries that name nobody.
        links: to itself, its neighbours, its description.
        total: how many records match in all.
        start: the position of its first entry, from 1.
        count: how many entries there is room for.
        query: what was asked, by the names of OpenSearch ("searchTerms", "geo:box", …).
    """

    identifier: str
    title: str
    updated: datetime
    author: str
    links: tuple[Relation, ...]
    total: int
    start: int
    count: int
    query: Mapping[str, str] = field(default_factory=dict)


def entry(record: Record, *, url: str, author: str = "Reflecs") -> bytes:
    """Return a record as an entry that declares its own namespaces, UTF-8 without XML declaration.

    Args:
        record: its links are those of the entry.
        url: the address of its page, which takes the parameter "f" for each format; also the entry's identifier.
        author: who answers for a record that names nobody.
    """
    root = etree.Element(_name("entry"), nsmap=_ENTRY)
    _text(root, "id", url)
    _text(root, "title", record.display_title)
    _text(root, "updated", _updated(record))
    etree.SubElement(root, f"{{{NAMESPACES['dc']}}}identifier").text = legal(record.identifier)
    for name in _authors(record) or (author,):
        _text(etree.SubElement(root, _name("author")), "name", name)
    if record.abstract is not None:
        _text(root, "summary", record.abstract)
    for term in dict.fromkeys(keyword.term for keyword in record.keywords):
        etree.SubElement(root, _name("category"), term=legal(term))
    rights = [constraint.text or constraint.code for constraint in record.constraints]
    rights += [record.licence.name, record.licence.url] if record.licence else []
    if any(rights):
        _text(root, "rights", "; ".join(dict.fromkeys(filter(None, rights))))
    for interval in record.intervals:
        etree.SubElement(root, f"{{{NAMESPACES['dc']}}}date").text = f"{interval.begin or '..'}/{interval.end or '..'}"
    for name, numbers in _places(record):
        etree.SubElement(root, f"{{{_GEORSS}}}{name}").text = numbers
    _links(root, record, url)
    return etree.tostring(root, encoding="UTF-8")


def feed(said: Feed, entries: Iterable[bytes]) -> bytes:
    """Return a feed as a document, UTF-8; the entries, as `entry` writes them, are set into it as they are."""
    root = etree.Element(_name("feed"), nsmap={**_ENTRY, **OPENSEARCH})
    _text(root, "title", said.title)
    _text(root, "id", said.identifier)
    _text(root, "updated", _moment(said.updated))
    _text(etree.SubElement(root, _name("author")), "name", said.author)
    for link in said.links:
        _link(root, link.rel, link.href, link.media_type)
    for name, number in (("totalResults", said.total), ("startIndex", said.start), ("itemsPerPage", said.count)):
        etree.SubElement(root, _opensearch(name)).text = str(number)
    _query(root, "request", {**said.query, "count": str(said.count), "startIndex": str(said.start)})
    alone = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return b"".join([alone.removesuffix(_END), *entries, _END])


def _query(root: etree._Element, role: str, asked: Mapping[str, str]) -> None:
    element = etree.SubElement(root, _opensearch("Query"), role=role)
    for name, value in asked.items():
        prefix, colon, local = name.partition(":")
        element.set(f"{{{OPENSEARCH[prefix]}}}{local}" if colon else name, legal(value))


def _authors(record: Record) -> tuple[str, ...]:
    """The organisations of a record, or else its persons; each once."""
    persons = (contact.individual for contact in record.contacts if contact.individual)
    return record.organisations or tuple(dict.fromkeys(persons))


def _updated(record: Record) -> str:
    """Return when a record last changed: by its own word, or else when it was loaded."""
    date = record.datestamp or record.created
    if date is not None and _DATE.fullmatch(date.text):
        return date.text + _FIRST_MOMENT[len(date.text) :]
    return _moment(record.provenance.loaded or datetime.fromtimestamp(0, UTC))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _places(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the elements of GeoRSS Simple (OGC 17-002r1, 6) and their numbers."""
    for extent in record.extents:
        if extent.frame == EARTH:
            yield from (("box", _box(half)) for box in extent.boxes for half in _halves(box))
            yield from (("polygon", _ring(polygon)) for polygon in extent.polygons)


def _halves(box: Box) -> tuple[Box, ...]:
    if box.west <= box.east:
        return (box,)
    return (
        Box(west=box.west, south=box.south, east=180.0, north=box.north),
        Box(west=-180.0, south=box.south, east=box.east, north=box.north),
    )


def _box(box: Box) -> str:
    return " ".join(_number(side) for side in (box.south, box.west, box.north, box.east))


def _ring(polygon: Polygon) -> str:
    return " ".join(f"{_number(y)} {_number(x)}" for x, y in polygon.rings[0])


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _links(root: etree._Element, record: Record, url: str) -> None:
    _link(root, "alternate", url, "text/html")
    mark = "&" if "?" in url else "?"
    for known in WRITTEN:
        _link(root, "via", f"{url}{mark}f={known.name}", known.media_type, known.title)
    for link in record.links:
        _link(root, _relation(link), quote(legal(link.url.strip()), safe=_IRI), link.media_type, link.name)


def _relation(link: Link) -> str:
    return _RELATIONS.get(link.function, "related") if link.function else "related"


def _link(root: etree._Element, rel: str, href: str, media_type: str | None, title: str | None = None) -> None:
    link = etree.SubElement(root, _name("link"), rel=rel, href=legal(href))
    if media_type is not None and _MEDIA_TYPE.fullmatch(media_type):
        link.set("type", media_type)
    if title is not None:
        link.set("title", legal(title))


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _name(name)).text = legal(text)


def _name(local: str) -> str:
    return f"{{{ATOM}}}{local}"


def _opensearch(local: str) -> str:
    return f"{{{OPENSEARCH['os']}}}{local}"
