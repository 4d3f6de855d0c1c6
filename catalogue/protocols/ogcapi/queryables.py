"""What can be asked for, sorted by and counted: JSON Schemas made from `FIELDS` (OGC 19-079r2, 6; 20-004r1, 8.5; draft of part 2)."""

from typing import Any, Final

from catalogue.protocols.ogcapi.features import Features
from catalogue.protocols.ogcapi.holdings import Collection
from catalogue.protocols.ogcapi.parameters import BUCKETS, FACETS, SORTABLES, STANDARD_NAMES
from mappings.index.fields import FIELDS, IndexField, Kind
from mappings.vocabularies.labels import label
from records.codes import Domain, TopicCategoryCode

_SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"
_CODES: Final = {"domain": Domain, "topic": TopicCategoryCode}
_ROLES: Final = {"identifier": "id", "extent": "primary-geometry", "interval": "primary-interval"}
_NOT_ASKED: Final = frozenset({"sky"})
"""A filter has no word for the sky yet."""


def queryables(features: Features, collection: Collection) -> dict[str, Any]:
    """Return what filters can name."""
    fields = [field for name, field in FIELDS.items() if name not in _NOT_ASKED]
    properties = {field.name: _queryable(field) for field in fields}
    properties |= {
        name: {**_queryable(FIELDS[field]), "title": f"{label(field, 'en')} ({field})"} for name, field in STANDARD_NAMES.items()
    }
    return _schema(features, collection, "queryables", f"{collection.title}: queryables", properties)


def sortables(features: Features, collection: Collection) -> dict[str, Any]:
    """Return what `sortby` can name."""
    properties = {name: _property(FIELDS[name]) for name in SORTABLES}
    return _schema(features, collection, "sortables", f"{collection.title}: sortables", properties)


def facets(features: Features, collection: Collection) -> dict[str, Any]:
    """Return what the parameter `facets` can name."""
    here = f"{features.root}/collections/{collection.id}/facets"
    return {
        "id": collection.id,
        "title": f"{collection.title}: facets",
        "facets": {name: {"type": "term", "property": name, "sortedBy": "count"} for name in FACETS},
        "defaultBucketCount": BUCKETS,
        "links": [{"rel": "self", "type": "application/json", "href": here}],
    }


def _schema(features: Features, collection: Collection, name: str, title: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": _SCHEMA,
        "$id": f"{features.root}/collections/{collection.id}/{name}",
        "type": "object",
        "title": title,
        "properties": properties,
        "additionalProperties": False,
    }


def _queryable(field: IndexField) -> dict[str, Any]:
    made = _property(field)
    if field.facet:
        made["facet"] = True
    if field.name in _CODES:
        made["enum"] = [code.value for code in _CODES[field.name]]
    return made


def _property(field: IndexField) -> dict[str, Any]:
    """Return the schema of a field. A place has a format and no type (19-079r2, /req/queryables/get-queryables-response)."""
    made: dict[str, Any] = {"title": label(field.name, "en").replace("_", " "), **_type(field.kind)}
    if field.name in _ROLES:
        made["x-ogc-role"] = _ROLES[field.name]
    return made


def _type(kind: Kind) -> dict[str, Any]:
    match kind:
        case Kind.TEXT | Kind.KEYWORD:
            return {"type": "string"}
        case Kind.INTEGER:
            return {"type": "integer"}
        case Kind.MOMENT:
            return {"type": "string", "format": "date-time"}
        case Kind.INTERVAL:
            return {"type": "array", "format": "interval", "minItems": 2, "maxItems": 2, "items": {"type": "string"}}
        case Kind.EXTENT:
            return {"format": "geometry-any"}
