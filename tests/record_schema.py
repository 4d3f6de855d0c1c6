"""The JSON Schema of OGC API Records, from the YAML files of ../shared/schemas/ogcapi-records."""

from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_BASE = "https://example.org/ogcapi-records/"
_GEOMETRY = "https://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/geometryGeoJSON.yaml"


def record_validator(folder: Path) -> Draft202012Validator:
    """Return a validator of records.

    The files are written for OpenAPI 3.0: `type: object, nullable: true` stands in them for null, and is made so; the schema of
    geometries, which is elsewhere, is stood in for by the RFC's list of types.
    """
    position = {"type": "array", "minItems": 2, "items": {"type": "number"}}
    levels = [position]
    for _ in range(3):
        levels.append({"type": "array", "minItems": 1, "items": levels[-1]})
    depths = {"Point": 0, "LineString": 1, "MultiPoint": 1, "Polygon": 2, "MultiLineString": 2, "MultiPolygon": 3}
    simple = [_geometry(name, "coordinates", levels[depth]) for name, depth in depths.items()]
    collection = _geometry("GeometryCollection", "geometries", {"type": "array", "items": {"oneOf": simple}})
    resources = [(_GEOMETRY, {"oneOf": [*simple, collection]})]
    resources += [(_BASE + file.name, _adapted(yaml.safe_load(file.read_text("utf-8")))) for file in sorted(folder.glob("*.yaml"))]
    registry: Registry[Any] = Registry().with_resources((uri, DRAFT202012.create_resource(contents)) for uri, contents in resources)
    return Draft202012Validator({"$ref": f"{_BASE}recordGeoJSON.yaml"}, registry=registry)


def _geometry(name: str, member: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": ["type", member], "properties": {"type": {"const": name}, member: schema}}


def _adapted(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_adapted(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema == {"type": "object", "nullable": True}:
        return {"type": "null"}
    return {name: _adapted(item) for name, item in schema.items()}
