"""Records as features of this catalogue: the GeoJSON document that a record is, and its links here.

The document is not parsed into objects and built again: its members are cut apart as bytes, the links are added, and the bytes put
together. What `ogcrecord` writes is remembered, since the same records are asked for again and again.
"""

import logging
from typing import Any, Final

import msgspec

from catalogue.engines.stored import state_of
from catalogue.protocols.doors import FAULTS
from catalogue.protocols.ogcapi.holdings import Collection
from catalogue.service import Catalogue
from catalogue.service.addresses import quote_identifier, record_path
from catalogue.service.remembered import Remembered, key_of
from mappings.formats import WRITTEN, format_named, write
from mappings.formats.ogcrecord import feature
from mappings.formats.shared.json.parts import to_link
from records.model import Record

MEDIA_TYPE: Final = "application/geo+json"
PROFILE: Final = "http://www.opengis.net/def/profile/OGC/0/ogc-record"
JSON: Final = "json"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LINKS: Final = msgspec.json.Decoder(list[dict[str, Any]])
_NAVIGATION: Final = frozenset({"self", "collection", "root", "parent", "items", "next", "prev", "first", "last"})
"""Relations of links that lead around in the catalogue a document came from; here others stand in their place."""

_LOG: Final = logging.getLogger(__name__)


class Features:
    """Writes the records of a catalogue as features.

    Attributes:
        root: the address of the door, without a slash at its end.
    """

    def __init__(self, catalogue: Catalogue, root: str) -> None:
        self.root = root
        self._catalogue = catalogue
        self._written = Remembered()
        self._renditions = [
            (f"f={known.name}".encode(), msgspec.json.encode({"rel": "alternate", "type": known.media_type, "title": known.title}))
            for known in WRITTEN
        ]

    def items_url(self, collection: Collection) -> str:
        """Return the address of a collection's records."""
        return f"{self.root}/collections/{collection.id}/items"

    def url_of(self, identifier: str, collection: Collection) -> str:
        """Return the address of a record in a collection; as a question where a path would lose it (see `record_path`)."""
        if not {".", ".."}.isdisjoint(identifier.split("/")):
            return f"{self.items_url(collection)}?ids={quote_identifier(identifier)}"
        return f"{self.items_url(collection)}/{quote_identifier(identifier)}"

    def feature(self, record: Record, collection: Collection) -> bytes:
        """Return a record as a feature of a collection; one that cannot be written comes with its title alone, and says so."""
        try:
            members, links = self._parts(record)
            order = self._order(record)
        except FAULTS:
            _LOG.exception("the record %r cannot be written as GeoJSON", record.identifier)
            members, links, order = _stand_in(record), b"", b""
        parts = [links, order, *self._links(record.identifier, collection)]
        return b"".join((members[:-1], b',"links":[', b",".join(filter(None, parts)), b"]}"))

    def _order(self, record: Record) -> bytes:
        order = self._catalogue.order_to_add(record)
        return b"" if order is None else msgspec.json.encode(to_link(order))

    def _links(self, identifier: str, collection: Collection) -> list[bytes]:
        page = f"{self._catalogue.base_url}{record_path(identifier)}"
        asking = (page + ("&" if "?" in page else "?")).encode()
        encode_link = msgspec.json.encode
        return [
            encode_link({"rel": "self", "type": MEDIA_TYPE, "href": self.url_of(identifier, collection)}),
            encode_link({"rel": "collection", "type": "application/json", "href": f"{self.root}/collections/{collection.id}"}),
            encode_link({"rel": "profile", "type": "text/html", "href": PROFILE}),
            encode_link({"rel": "alternate", "type": "text/html", "title": "The record's page", "href": page}),
            *(b'%b,"href":"%b%b"}' % (link[:-1], asking, parameter) for parameter, link in self._renditions),
        ]

    def _parts(self, record: Record) -> tuple[bytes, bytes]:
        """Return the members of a record's document, links aside, and what stands between the brackets of its links."""
        if record.source is not None and record.source.format == JSON:
            return _document_parts(record)
        key = key_of(state_of(record), record.provenance)
        known = self._written.get(key)
        if known is not None:
            members, links = known
            return members, links
        parts = _cut(msgspec.json.encode(feature(record)), record.identifier)
        self._written.keep(key, parts)
        return parts


def _document_parts(record: Record) -> tuple[bytes, bytes]:
    """Return the parts of a document that came as GeoJSON, each member byte for byte."""
    content = write(record, JSON).removeprefix(_BYTE_ORDER_MARK)
    try:
        return _cut(content, record.identifier)
    except msgspec.DecodeError:  # NaN, for instance, which Python reads and no JSON is
        return _cut(format_named(JSON).write(record), record.identifier)


def _cut(content: bytes, identifier: str) -> tuple[bytes, bytes]:
    members = _MEMBERS.decode(content)
    links = _LINKS.decode(members.pop("links", msgspec.Raw(b"[]")))
    kept = [link for link in links if link.get("rel") not in _NAVIGATION]
    # what GeoJSON demands of a feature (RFC 7946, 3.2), where the document leaves it out
    whole = {"id": msgspec.Raw(msgspec.json.encode(identifier)), **members}
    whole["id"] = msgspec.Raw(msgspec.json.encode(identifier))
    whole.setdefault("geometry", msgspec.Raw(b"null"))
    return msgspec.json.encode(whole), msgspec.json.encode(kept)[1:-1]


def _stand_in(record: Record) -> bytes:
    note = "This record cannot be written as GeoJSON; its other formats may hold it."
    members = {
        "id": record.identifier,
        "type": "Feature",
        "time": None,
        "geometry": None,
        "properties": {"title": record.display_title},
        "reflecs:problem": note,
    }
    return msgspec.json.encode(members)
