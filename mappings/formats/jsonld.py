"""schema.org in JSON-LD, as search engines for data sets read it in a page's head; only written.

Only what the record says is told. Places are on the Earth alone: schema.org has no place on the sky. A box is written south, west,
north, east, with latitude first as schema.org has it (and unlike GeoJSON).
"""

import json
from collections.abc import Iterator
from typing import Final

from mappings.coordinates import box_around
from mappings.doi import doi_address
from mappings.formats.format import Format
from mappings.formats.shared.plain import Json
from mappings.vocabularies.languages import language_tag
from records.codes import AccessLevel, ContactScope, DateTypeCode, LinkFunctionCode, RoleCode, ScopeCode
from records.model import EARTH, Box, Contact, Extent, Keyword, Record

_TYPES: Final[dict[ScopeCode | None, str]] = {
    ScopeCode.SOFTWARE: "SoftwareApplication",
    ScopeCode.APPLICATION: "SoftwareApplication",
    ScopeCode.REPOSITORY: "DataCatalog",
    ScopeCode.DOCUMENT: "CreativeWork",
}
"""All else is a Dataset, the type by which these search engines find."""

_PROPERTIES: Final[dict[RoleCode | None, str]] = {
    RoleCode.AUTHOR: "creator",
    RoleCode.CO_AUTHOR: "creator",
    RoleCode.ORIGINATOR: "creator",
    RoleCode.PRINCIPAL_INVESTIGATOR: "creator",
    RoleCode.PUBLISHER: "publisher",
    RoleCode.DISTRIBUTOR: "provider",
    RoleCode.RESOURCE_PROVIDER: "provider",
    RoleCode.CONTRIBUTOR: "contributor",
    RoleCode.COLLABORATOR: "contributor",
    RoleCode.EDITOR: "editor",
    RoleCode.FUNDER: "funder",
    RoleCode.SPONSOR: "sponsor",
    RoleCode.RIGHTS_HOLDER: "copyrightHolder",
    RoleCode.OWNER: "copyrightHolder",
    RoleCode.CUSTODIAN: "maintainer",
}
_DATES: Final = {
    DateTypeCode.CREATION: "dateCreated",
    DateTypeCode.PUBLICATION: "datePublished",
    DateTypeCode.REVISION: "dateModified",
    DateTypeCode.LAST_UPDATE: "dateModified",
}


def jsonld(record: Record, *, url: str | None = None, catalogue: str | None = None) -> dict[str, Json]:
    """Return the record as schema.org has it: one literal, each property beside what it is made of.

    Args:
        record: what is described.
        url: the address of its page; None where it is not known: then its own identifier is its address, if it is one.
        catalogue: the address of the catalogue it stands in; None where that is not known.
    """
    members = {
        "@context": "https://schema.org/",
        "@type": _TYPES.get(record.type, "Dataset"),
        "@id": url or _address(record.identifier),
        "url": url,
        "name": record.title,
        "alternateName": list(record.alternate_titles),
        "description": record.abstract,
        "identifier": [
            record.identifier,
            *({"@type": "PropertyValue", "propertyID": i.codespace, "value": i.code} for i in record.identifiers),
        ],
        "sameAs": list(dict.fromkeys(filter(None, map(_address, (record.identifier, *(i.code for i in record.identifiers)))))),
        "keywords": [_keyword(keyword) for keyword in record.keywords],
        "version": record.edition,
        "inLanguage": [language_tag(language) for language in record.languages],
        "temporalCoverage": [f"{interval.begin or '..'}/{interval.end or '..'}" for interval in record.intervals],
        "spatialCoverage": [place for extent in record.extents if extent.frame == EARTH for place in _places(extent)],
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": link.url,
                "name": link.name,
                "description": link.description,
                "encodingFormat": link.media_type,
            }
            for link in record.links_for(LinkFunctionCode.DOWNLOAD)
        ],
        "potentialAction": [
            {"@type": "OrderAction", "name": link.name, "target": link.url} for link in record.links_for(LinkFunctionCode.ORDER)
        ],
        "license": record.licence and (record.licence.url or record.licence.name),
        "isAccessibleForFree": True if record.access and record.access.level is AccessLevel.OPEN else None,
        "includedInDataCatalog": {"@type": "DataCatalog", "url": catalogue} if catalogue else None,
        "isPartOf": _part_of(record.parent_identifier),
        "creditText": record.citation,
        "sdDatePublished": record.datestamp and record.datestamp.text,
        **_contacts(record),
        **{_DATES[dated.type]: dated.date.text for dated in record.dates if dated.type in _DATES},
    }
    return {name: _tidy(value) for name, value in members.items() if value not in (None, [], "")}


def _tidy(value: Json) -> Json:
    """Return a value without empty members, and a list of one as its item, which is how schema.org is mostly written and read."""
    match value:
        case [alone]:
            return _tidy(alone)
        case list():
            return [_tidy(item) for item in value]
        case dict():
            return {name: _tidy(held) for name, held in value.items() if held not in (None, [], "")}
        case _:
            return value


def _address(identifier: str) -> str | None:
    """Return the address an identifier is or, for a DOI, resolves at; None where it is neither."""
    address = identifier if identifier.startswith(("http://", "https://")) and " " not in identifier else None
    return doi_address(identifier) or address


def _keyword(keyword: Keyword) -> Json:
    if keyword.thesaurus is None and keyword.uri is None:
        return keyword.term
    return {"@type": "DefinedTerm", "name": keyword.term, "inDefinedTermSet": keyword.thesaurus, "url": keyword.uri}


def _contacts(record: Record) -> dict[str, Json]:
    found: dict[str, list[Json]] = {}
    for contact in record.contacts:
        name = _PROPERTIES.get(contact.role) if contact.scope is not ContactScope.METADATA else None
        party = _party(contact)
        if name is not None and party is not None and party not in found.setdefault(name, []):
            found[name].append(party)
    return dict(found)


def _party(contact: Contact) -> Json:
    organisation = {"@type": "Organization", "name": contact.organisation} if contact.organisation else None
    if contact.individual is None:
        return {**organisation, "url": contact.url} if organisation else None
    return {"@type": "Person", "name": contact.individual, "affiliation": organisation, "url": contact.url}


def _places(extent: Extent) -> Iterator[Json]:
    shapes = [shape for box in extent.boxes for shape in _box(box)]
    for polygon in extent.polygons:
        # A ring across the antimeridian cannot be told in one list of positions; the box around it can.
        box = box_around(polygon)
        shapes.extend(_box(box) if box.west > box.east else [_polygon(polygon.rings[0])])
    if extent.description or shapes:
        yield {"@type": "Place", "name": extent.description, "geo": shapes}


def _box(box: Box) -> list[Json]:
    if box.west == box.east and box.south == box.north:
        return [{"@type": "GeoCoordinates", "latitude": box.south, "longitude": box.west}]
    sides = [(box.west, 180.0), (-180.0, box.east)] if box.west > box.east else [(box.west, box.east)]
    return [{"@type": "GeoShape", "box": f"{box.south:.10g} {west:.10g} {box.north:.10g} {east:.10g}"} for west, east in sides]


def _polygon(ring: tuple[tuple[float, float], ...]) -> Json:
    return {"@type": "GeoShape", "polygon": " ".join(f"{y:.10g} {x:.10g}" for x, y in ring)}


def _part_of(parent: str | None) -> Json:
    return {"@type": "Dataset", "@id": _address(parent), "identifier": parent} if parent else None


def to_script(record: Record, *, url: str | None = None, catalogue: str | None = None) -> str:
    """Return the record as JSON that may stand in a `script` element: no character in it means anything to HTML."""
    text = json.dumps(jsonld(record, url=url, catalogue=catalogue), ensure_ascii=False, indent=1)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _write(record: Record) -> bytes:
    return to_script(record).encode()


FORMAT = Format(
    name="jsonld",
    title="JSON-LD (schema.org)",
    media_type="application/ld+json",
    extension=".jsonld",
    recognises=lambda _: False,
    read=None,
    write=_write,
    carried=None,
)
