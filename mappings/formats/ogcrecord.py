"""Records as GeoJSON features, as OGC API Records (OGC 20-004r1, clause 8) has them; read and written.

What the standard has no member for, or not so exactly, stands in members of our own beside the standard's: in `properties` under
the names of `records.model` (`platforms`, `intervals`, `extents`, …), with the prefix "reflecs:" where the standard uses the name
otherwise, and in contacts, links and formats. So nothing is lost. Only places on the Earth make a geometry: the sky is never put on
its map.
"""

import json
from dataclasses import fields, replace
from typing import Any, Final

from mappings.coordinates import is_sound
from mappings.formats.format import Format, derived_identifier
from mappings.formats.shared.json import parts
from mappings.formats.shared.json.geojson import from_geometry, to_geometry
from mappings.formats.shared.json.members import completed, parse_json, plain_text
from mappings.formats.shared.json.parts import Members
from mappings.formats.shared.plain import Json, from_plain, type_hints
from mappings.formats.shared.resource_types import types_of
from mappings.rules import Problems
from mappings.vocabularies.languages import language_code, language_tag
from records.codes import ConstraintKind
from records.dates import Date
from records.errors import FormatError
from records.model import Constraint, Identifier, Keyword, Licence, Record, Source

_NAME: Final = "json"
_CONFORMANCE: Final = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"
_STANDARD: Final = {"type", "title", "keywords", "language", "languages", "created", "formats", "contacts", "links"}
"""Names that the standard gives another meaning or form than `records.model` does."""

_NOT_MEMBERS: Final = {"identifier", "source", "provenance", "assigned", "problems"}


def _recognises(top: object) -> bool:
    """A feature that is no item of STAC, whose features are another thing."""
    return isinstance(top, dict) and top.get("type") == "Feature" and "stac_version" not in top and "properties" in top


def _key(field: str) -> str:
    return parts.own(field) if field in _STANDARD else field


def _read(content: bytes, top: object = None) -> Record:
    top = parse_json(content) if top is None else top
    if not isinstance(top, dict) or top.get("type") != "Feature":
        raise FormatError("a record is an object of type Feature", path="/type")
    if not isinstance(top.get("properties"), dict):
        raise FormatError("a record has an object of properties", path="/properties")
    problems = Problems()
    document = Members(values=top, path="", problems=problems)
    identifier = document.text("id")
    if identifier is None:
        problems.add("no-identifier", "the document has no identifier", "/id")
    record = replace(_standard(document), identifier=identifier or derived_identifier(content))
    record = replace(record, **_own_members(document.object("properties")))
    if record.title is None:
        problems.add("no-title", "the document has no title", "/properties/title")
    return replace(record, source=Source(content=content, format=_NAME), problems=problems.found())


def _own_members(properties: Members) -> dict[str, Any]:
    """Return the fields that members of our own hold; what they hold that belongs to no field is a problem."""
    found = {}
    for field in fields(Record):
        key = _key(field.name)
        if field.name in _NOT_MEMBERS or key not in properties.values:
            continue
        path = f"{properties.path}/{key}"
        try:
            value = from_plain(type_hints(Record)[field.name], properties.values[key], path, plain_text)
        except ValueError as error:
            properties.problems.add("bad-member", str(error), path)
            continue
        if isinstance(value, tuple):
            value = tuple(dict.fromkeys(value))
        if field.name == "extents" and not all(map(is_sound, value)):
            properties.problems.add("bad-box", "an extent that is not in its frame", path)
            continue
        found[field.name] = value
    return found


def _standard(document: Members) -> Record:
    """Read the members of the standard."""
    properties = document.object("properties")
    languages = (language.text("code") for language in properties.objects("resourceLanguages"))
    keywords = (Keyword(term=term) for term in properties.texts("keywords"))
    scope, resource_type = types_of(properties.text("type"))
    return Record(
        identifier="",
        type=scope,
        resource_type=resource_type,
        title=properties.text("title"),
        abstract=properties.text("description"),
        language=language_code(properties.object("language").text("code") or ""),
        languages=tuple(dict.fromkeys(filter(None, (language_code(code or "") for code in languages)))),
        identifiers=tuple(dict.fromkeys(_external_identifiers(properties))),
        keywords=tuple(dict.fromkeys((*keywords, *parts.from_themes(properties.objects("themes"))))),
        contacts=tuple(dict.fromkeys(parts.from_contacts(properties.objects("contacts")))),
        created=properties.date("created"),
        datestamp=properties.date("updated"),
        intervals=parts.from_time(document.object("time")),
        extents=from_geometry(document.values.get("geometry"), document.problems, "/geometry"),
        formats=tuple(dict.fromkeys(parts.from_formats(properties.objects("formats")))),
        constraints=tuple(Constraint(kind=ConstraintKind.USE, text=text) for text in [properties.text("rights")] if text),
        licence=_licence(document),
        links=tuple(dict.fromkeys(parts.from_links(document.objects("links")))),
    )


def _external_identifiers(properties: Members) -> "list[Identifier]":
    found = ((external.text("value"), external.text("scheme")) for external in properties.objects("externalIds"))
    return [Identifier(code=code, codespace=scheme) for code, scheme in found if code]


def _licence(document: Members) -> Licence | None:
    """The licence by name, and by the address that a link gives; "other" is the standard's word for one without a name."""
    name = document.object("properties").text("license")
    url = next(filter(None, (link.text("href") for link in document.objects("links") if link.text("rel") == "license")), None)
    if name is not None and name.startswith(("http://", "https://")):
        name, url = None, url or name
    return Licence(name=None if name == "other" else name, url=url) if url or name not in {None, "other"} else None


def _write(record: Record) -> bytes:
    return json.dumps(feature(record), ensure_ascii=False, indent=1).encode()


def feature(record: Record) -> dict[str, Json]:
    """Return the record as the GeoJSON feature that is written of it, its members in their order; not to be changed: parts are shared."""
    licence = record.licence
    top = {
        "id": record.identifier,
        "type": "Feature",
        "conformsTo": [_CONFORMANCE],
        "time": parts.to_time(record.intervals),
        "geometry": to_geometry(record.extents),
        "properties": {},
        "links": [parts.to_link(link) for link in record.links],
    }
    if licence is not None and licence.url is not None:
        top["links"].append({"href": licence.url, "rel": "license"})
    properties = _properties(record)

    def read_back(members: dict[str, Json]) -> Record:
        # contacts, half of the work, are completed each for itself (`parts.to_contact`) and so read back as they are, but for those that
        # have no name and those that are there twice
        document = Members(values={**top, "properties": {**members, "contacts": []}}, path="", problems=Problems())
        named = dict.fromkeys(contact for contact in record.contacts if contact.individual or contact.organisation or contact.position)
        return replace(_standard(document), identifier=record.identifier, contacts=tuple(named))

    top["properties"] = completed(properties, record, read_back, _key)
    return top


def _properties(record: Record) -> dict[str, Json]:
    rights = [constraint.text for constraint in record.constraints if constraint.text and constraint.kind is not ConstraintKind.ACCESS]
    members = {
        "created": _moment(record.created),
        "updated": _moment(record.datestamp),
        "type": record.type.value if record.type else record.resource_type,
        "title": record.title,
        "description": record.abstract,
        "keywords": [keyword.term for keyword in record.keywords if keyword.thesaurus is None],
        "themes": parts.to_themes(record.keywords),
        "language": record.language and {"code": language_tag(record.language)},
        "resourceLanguages": [{"code": language_tag(language)} for language in record.languages],
        "externalIds": [_external(identifier) for identifier in record.identifiers],
        "formats": [parts.to_format(data_format) for data_format in record.formats],
        "contacts": [parts.to_contact(contact) for contact in record.contacts],
        "license": (record.licence.name or "other") if record.licence else None,
        "rights": "\n\n".join(rights),
    }
    return {name: value for name, value in members.items() if value}


def _external(identifier: Identifier) -> dict[str, Json]:
    return {"value": identifier.code, **({"scheme": identifier.codespace} if identifier.codespace else {})}


def _moment(date: Date | None) -> str | None:
    """Return the first moment of a date, which is all that the schema takes; the date as it is stands beside it."""
    if date is None or not 0 <= date.year <= 9999:
        return None
    return date.text if "T" in date.text else f"{date.text}-01-01"[:10] + "T00:00:00Z"


def _carried(record: Record) -> Record:
    """All of it."""
    return record


FORMAT = Format(
    name=_NAME,
    title="OGC API Records GeoJSON",
    media_type="application/geo+json",
    extension=".json",
    recognises=_recognises,
    read=_read,
    write=_write,
    carried=_carried,
)
