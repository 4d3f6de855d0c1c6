"""Schemas of the answers in the API definition: the standards' own in few words (17-069r4; 20-004r1), closed in themselves."""

from typing import Any, Final

Json = dict[str, Any]


def _array(of: str) -> Json:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{of}"}}


def _object(*required: str, **properties: Json) -> Json:
    return {"type": "object", **({"required": list(required)} if required else {}), "properties": properties}


_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer", "minimum": 0}
_OPEN: Final = {"type": "object"}
_BOX: Final = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
_ENDS: Final = {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string", "nullable": True}}

SCHEMAS: Final[Json] = {
    "link": _object("href", "rel", href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT, hreflang=_TEXT),
    "landingPage": _object("links", title=_TEXT, description=_TEXT, links=_array("link")),
    "confClasses": _object("conformsTo", conformsTo={"type": "array", "items": _TEXT}),
    "definition": _object("openapi", "info", "paths", openapi=_TEXT, info=_OPEN, paths=_OPEN),
    "collections": _object("links", "collections", links=_array("link"), collections=_array("collection")),
    "collection": _object(
        *("id", "type", "links", "itemType"),
        id=_TEXT,
        type={"type": "string", "enum": ["Collection"]},
        title=_TEXT,
        description=_TEXT,
        links=_array("link"),
        itemType={"type": "string", "enum": ["record"]},
        itemCount=_NUMBER,
        extent=_object(
            spatial=_object(bbox={"type": "array", "minItems": 1, "items": _BOX}, crs=_TEXT),
            temporal=_object(interval={"type": "array", "minItems": 1, "items": _ENDS}),
        ),
    ),
    "schema": _object("$schema", "$id", "type", "properties", properties=_OPEN),
    "facets": _object("facets", id=_TEXT, title=_TEXT, facets=_OPEN, defaultBucketCount=_NUMBER),
    "featureCollectionGeoJSON": _object(
        *("type", "features", "numberMatched", "numberReturned", "timeStamp", "links"),
        type={"type": "string", "enum": ["FeatureCollection"]},
        features=_array("featureGeoJSON"),
        links=_array("link"),
        timeStamp={"type": "string", "format": "date-time"},
        numberMatched=_NUMBER,
        numberReturned=_NUMBER,
        facets={"type": "object", "additionalProperties": {"$ref": "#/components/schemas/facet"}},
    ),
    "facet": _object(
        *("type", "property", "buckets"),
        type={"type": "string", "enum": ["term"]},
        property=_TEXT,
        buckets={"type": "array", "items": _object("value", "count", value=_TEXT, count=_NUMBER)},
        more={"type": "boolean"},
    ),
    "featureGeoJSON": _object(
        *("id", "type", "geometry", "properties", "links"),
        id=_TEXT,
        type={"type": "string", "enum": ["Feature"]},
        time={"type": "object", "nullable": True},
        geometry={"type": "object", "nullable": True},
        properties={"type": "object", "nullable": True},
        links=_array("link"),
    ),
    "exception": _object(
        *("title", "status", "code", "detail"), type=_TEXT, title=_TEXT, status=_NUMBER, code=_TEXT, detail=_TEXT, parameter=_TEXT
    ),
}
