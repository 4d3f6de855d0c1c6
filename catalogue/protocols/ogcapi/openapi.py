"""The API definition (OpenAPI 3.0): what is really here, in one document that refers to nothing outside itself.

The parameters of the standards are as the standards write them (17-069r4, 7.15; 20-004r1, 8.4; 19-079r2, 6 to 8), to the letter: OGC's
suites compare them.
"""

from typing import Any, Final

from catalogue.protocols.doors import Doors
from catalogue.protocols.ogcapi.holdings import COLLECTIONS
from catalogue.protocols.ogcapi.parameters import (
    BUCKETS,
    CRS84,
    FACETS,
    FORMATS,
    LANGUAGES,
    MAX_BUCKETS,
    MAX_OFFSET,
    PROPERTIES,
    SORTABLES,
    STANDARD,
)
from catalogue.protocols.ogcapi.schemas import SCHEMAS
from catalogue.query import DEFAULT_LIMIT, MAX_LIMIT
from mappings.formats import FORMATS as DOCUMENTS
from mappings.index.fields import IndexField, Kind
from mappings.vocabularies.labels import label

Json = dict[str, Any]

_VERSION: Final = "1.0.0"
_TEXTS: Final = {"type": "array", "items": {"type": "string"}}
_GEOJSON: Final = "application/geo+json"


def definition(doors: Doors, root: str) -> Json:
    """Return the API definition of the door at `root`."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{doors.provider}: metadata catalogue",
            "description": "Descriptions of scientific data, by OGC API – Records – Part 1: Core (OGC 20-004r1).",
            "version": _VERSION,
            "contact": {"name": doors.provider, "email": doors.contact},
        },
        "servers": [{"url": root}],
        "tags": [{"name": "about", "description": "What is here"}, {"name": "records", "description": "The records"}],
        "paths": _paths(writable=doors.writable),
        "components": {
            "parameters": _parameters(),
            "responses": _responses(),
            "schemas": SCHEMAS,
            **({"securitySchemes": {"curator": {"type": "http", "scheme": "bearer"}}} if doors.writable else {}),
        },
    }


def _paths(*, writable: bool) -> Json:
    one = "/collections/{collectionId}"
    paths = {
        "/": _about("getLandingPage", "The landing page", "landingPage"),
        "/conformance": _about("getConformance", "What this API conforms to", "confClasses"),
        "/openapi": _about("getDefinition", "This document", "definition", "application/vnd.oai.openapi+json;version=3.0"),
        "/api": _about("getApi", "This document", "definition", "application/vnd.oai.openapi+json;version=3.0"),
        "/collections": _about("getCollections", "The collections", "collections"),
        one: _about("describeCollection", "A collection", "collection", of_collection=True),
        f"{one}/queryables": _about("getQueryables", "What filters can name", "schema", "application/schema+json", of_collection=True),
        f"{one}/sortables": _about(
            "getSortables", "What records can be sorted by", "schema", "application/schema+json", of_collection=True
        ),
        f"{one}/facets": _about("getFacets", "What can be counted", "facets", of_collection=True),
        f"{one}/items": {"parameters": [_ref("parameters", "collectionId")], "get": _items()},
        f"{one}/items/{{recordId}}": {
            "parameters": [_ref("parameters", "collectionId"), _ref("parameters", "recordId")],
            "get": _item(),
        },
    }
    if writable:
        paths[f"{one}/items"]["post"] = _create()
        paths[f"{one}/items/{{recordId}}"] |= {"put": _replace(), "delete": _delete()}
    return paths


def _ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def _about(operation: str, summary: str, schema: str, media_type: str = "application/json", *, of_collection: bool = False) -> Json:
    get = {
        "tags": ["about"],
        "operationId": operation,
        "summary": summary,
        "parameters": [_ref("parameters", "f")],
        "responses": {
            "200": {"description": summary, "content": {media_type: {"schema": _ref("schemas", schema)}}},
            **_answers("303", "400", *(("404",) if of_collection else ()), "503"),
        },
    }
    return {"parameters": [_ref("parameters", "collectionId")], "get": get} if of_collection else {"get": get}


def _answers(*statuses: str) -> Json:
    return {status: _ref("responses", _RESPONSES[status]) for status in statuses}


def _items() -> Json:
    return {
        "tags": ["records"],
        "operationId": "getRecords",
        "summary": "Records of a collection",
        "parameters": [_ref("parameters", name) for name in (*STANDARD, *PROPERTIES)],
        "responses": {
            "200": {"description": "A page of records", "content": {_GEOJSON: {"schema": _ref("schemas", "featureCollectionGeoJSON")}}},
            **_answers("303", "400", "404", "503"),
        },
    }


def _item() -> Json:
    return {
        "tags": ["records"],
        "operationId": "getRecord",
        "summary": "A record",
        "parameters": [_ref("parameters", "f")],
        "responses": {
            "200": {"description": "The record", "content": {_GEOJSON: {"schema": _ref("schemas", "featureGeoJSON")}}},
            **_answers("303", "400", "404", "503"),
        },
    }


def _change(operation: str, summary: str, *statuses: str) -> Json:
    return {
        "tags": ["records"],
        "operationId": operation,
        "summary": summary,
        "security": [{"curator": []}],
        "responses": _answers(*statuses, "400", "401", "404", "413", "503"),
    }


def _body() -> Json:
    any_document = {"schema": {"type": "string", "format": "binary"}}
    known = sorted({known.media_type.partition(";")[0] for known in DOCUMENTS if known.read is not None} | {"application/xml"})
    return {"required": True, "content": dict.fromkeys(known, any_document)}


def _create() -> Json:
    return {**_change("createRecord", "Keep a new record", "201", "409", "422"), "requestBody": _body()}


def _replace() -> Json:
    return {**_change("replaceRecord", "Replace a record", "204", "422"), "requestBody": _body()}


def _delete() -> Json:
    return _change("deleteRecord", "Delete a record", "204")


_RESPONSES: Final = {
    "201": "Created",
    "204": "Done",
    "303": "Page",
    "400": "InvalidParameter",
    "401": "Unauthorized",
    "404": "NotFound",
    "409": "Conflict",
    "413": "TooLarge",
    "422": "InvalidRecord",
    "503": "Unavailable",
}


def _responses() -> Json:
    told = {"application/problem+json": {"schema": _ref("schemas", "exception")}}
    location = {"Location": {"description": "The address", "schema": {"type": "string"}}}
    return {
        "Created": {"description": "The record is kept, at this address.", "headers": location},
        "Done": {"description": "It is done."},
        "Page": {"description": "Readers (f=html) find this on the catalogue's pages.", "headers": location},
        "InvalidParameter": {"description": "The request cannot be understood; the answer says why.", "content": told},
        "Unauthorized": {"description": "A curator's token is needed.", "content": told},
        "NotFound": {"description": "There is no such collection or record.", "content": told},
        "Conflict": {"description": "There is a record with that identifier already.", "content": told},
        "TooLarge": {"description": "The document is larger than what is read.", "content": told},
        "InvalidRecord": {"description": "The record cannot be kept; the answer says why.", "content": told},
        "Unavailable": {"description": "The catalogue cannot answer now.", "content": told},
    }


def _parameters() -> Json:
    return {
        "collectionId": _in_path("collectionId", "local identifier of a collection", {"type": "string", "enum": list(COLLECTIONS)}),
        "recordId": _in_path("recordId", "identifier of a record, percent-encoded", {"type": "string", "minLength": 1}),
        **{name: _in_query(name, description, schema) for name, (description, schema) in _STANDARD.items()},
        **{name: _in_query(name, _description(field), _TEXTS) for name, field in PROPERTIES.items()},
    }


def _in_path(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _in_query(name: str, description: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _description(field: IndexField) -> str:
    name = label(field.name, "en")
    match field.kind:
        case Kind.TEXT | Kind.KEYWORD:
            return f"{name}: only records that have one of these values. An asterisk stands for any characters."
        case Kind.MOMENT:
            return f"{name}: only records that have one of these dates; a year or a month stands for all of it."
        case _:
            return f"{name}: only records that have one of these numbers."


_CRS: Final = {"type": "string", "format": "uri", "enum": [CRS84], "default": CRS84}

_STANDARD: Final[dict[str, tuple[str, Json]]] = {
    "bbox": (
        """Only records whose place intersects this box: longitude and latitude of the lower left corner, then of the upper right one; with
a height behind each where there are six numbers. West is greater than east where the box spans the antimeridian.""",
        {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}], "items": {"type": "number"}},
    ),
    "bbox-crs": ("The coordinate reference system of bbox.", _CRS),
    "datetime": (
        """Only records whose time intersects this one: a date-time ("2018-02-12T23:20:50Z"), or an interval
("2018-02-12T00:00:00Z/2018-03-18T12:31:12Z"), open with two dots ("2018-02-12T00:00:00Z/..").""",
        {"type": "string"},
    ),
    "limit": (
        f"At most so many records. Minimum = 1. Maximum = {MAX_LIMIT}; whoever asks for more gets so many. Default = {DEFAULT_LIMIT}.",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    ),
    "q": (
        """Only records that hold one of these terms (parted by commas) in any text. The words of a term, parted by blanks, stand side by
side in this order.""",
        _TEXTS,
    ),
    "ids": ("Only the records with these identifiers.", _TEXTS),
    "type": ("Only records of these types of resource.", _TEXTS),
    "externalIds": (
        "Only records of what others identify so: an identifier, or a scheme, a colon and an identifier, or a scheme and a colon.",
        _TEXTS,
    ),
    "sortby": (
        f"""Properties to sort by, each with - before it for descending order: {", ".join(SORTABLES)}. By default records come as they
answer q, without q by their identifiers.""",
        {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": r"[+|-]?[A-Za-z_].*"}},
    ),
    "filter": ("A filter, in the language of filter-lang, over the queryables.", {"type": "string"}),
    "filter-lang": ("The language of filter.", {"type": "string", "enum": list(LANGUAGES), "default": "cql2-text"}),
    "filter-crs": ("The coordinate reference system of geometries in filter.", _CRS),
    "facets": (
        f"""Properties whose values are counted, each with a colon and how many values (1 to {MAX_BUCKETS}, {BUCKETS} by default):
{", ".join(FACETS)}.""",
        _TEXTS,
    ),
    "offset": (
        "Records to pass over. To walk through all, follow the links next.",
        {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET},
    ),
    "cursor": ("Where a page begins, as links next have it.", {"type": "string"}),
    "f": ("The format of the answer; html leads to the catalogue's pages.", {"type": "string", "enum": list(FORMATS), "default": "json"}),
}
