"""The API definition: it is one, it is the standards' where they say how, it is what the door does; a fuzzer finds nothing else."""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from jsonschema import Draft4Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from catalogue.protocols.ogcapi.parameters import ITEMS as PARAMETERS
from tests.catalogue.protocols.ogcapi.making import written
from tests.catalogue.protocols.serving import TOKEN, serving


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, with a curator."""
    folder = tmp_path_factory.mktemp("writable")
    with serving(folder, written(folder / "documents"), tokens=(TOKEN,)) as app:
        yield app


@pytest.fixture(scope="module")
def definition(five: FlaskClient) -> Any:
    return five.get("/ogc/openapi").get_json(force=True)


def test_it_is_an_openapi_document(five: FlaskClient, writable: Flask) -> None:
    schema = json.loads(resources.files("pygeoapi").joinpath("schemas/openapi/openapi-3.0.x.json").read_text("utf-8"))
    for client in (five, writable.test_client()):
        answer = client.get("/ogc/openapi")
        assert answer.content_type == "application/vnd.oai.openapi+json;version=3.0"
        assert [error.message for error in Draft4Validator(schema).iter_errors(answer.get_json(force=True))] == []
        assert client.get("/ogc/api").data == answer.data


def test_it_refers_to_nothing_outside_itself(definition: Any) -> None:
    def references(part: Any) -> Iterator[str]:
        for name, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
            if name == "$ref":
                yield value
            yield from references(value)

    named = list(references(definition))
    assert named
    for reference in named:
        assert reference.startswith("#/")
        found: Any = definition
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 10}),
        ("bbox", {"type": "array", "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}], "items": {"type": "number"}}),
        ("datetime", {"type": "string"}),
        ("q", {"type": "array", "items": {"type": "string"}}),
        ("ids", {"type": "array", "items": {"type": "string"}}),
        ("type", {"type": "array", "items": {"type": "string"}}),
        ("externalIds", {"type": "array", "items": {"type": "string"}}),
        ("sortby", {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "[+|-]?[A-Za-z_].*"}}),
        ("filter", {"type": "string"}),
        ("filter-lang", {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"}),
    ],
)
def test_the_parameters_are_to_the_letter_of_the_standards(definition: Any, name: str, schema: Any) -> None:
    parameter = dict(definition["components"]["parameters"][name])
    assert parameter.pop("description")
    assert parameter == {"name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False}


def test_it_lists_the_parameters_that_are_taken(definition: Any) -> None:
    listed = definition["paths"]["/collections/{collectionId}/items"]["get"]["parameters"]
    assert [reference["$ref"].rpartition("/")[2] for reference in listed] == list(PARAMETERS)


@pytest.mark.parametrize("changing", [False, True])
def test_it_lists_the_addresses_that_there_are(five: FlaskClient, writable: Flask, *, changing: bool) -> None:
    app = writable if changing else five.application
    given = app.test_client().get("/ogc/openapi").get_json(force=True)["paths"]
    listed = {(path, method.upper()) for path, operations in given.items() for method in operations if method != "parameters"}
    names = {"<name>": "{collectionId}", "<identifier:identifier>": "{recordId}"}
    there = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("ogcapi."):
            path = rule.rule.removeprefix("/ogc") or "/"
            for ours, theirs in names.items():
                path = path.replace(ours, theirs)
            there |= {(path, method) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert listed == there
    assert any(method == "POST" for _, method in listed) is changing


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)


OPERATIONS = [
    *(("GET", path) for path in ("/", "/conformance", "/openapi", "/api", "/collections")),
    *(
        ("GET", f"/collections/{{collectionId}}{rest}")
        for rest in ("", "/queryables", "/sortables", "/facets", "/items", "/items/{recordId}")
    ),
    ("POST", "/collections/{collectionId}/items"),
    ("PUT", "/collections/{collectionId}/items/{recordId}"),
    ("DELETE", "/collections/{collectionId}/items/{recordId}"),
]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_fuzzer_finds_nothing_undocumented(writable: Flask, method: str, path: str, mode: GenerationMode) -> None:
    operation = schemathesis.openapi.from_wsgi("/ogc/openapi", writable)[path][method]

    @FEW
    @given(operation.as_strategy(generation_mode=mode), booleans())
    def fuzz(case: "schemathesis.Case[Any]", curator: bool) -> None:  # noqa: FBT001  # hypothesis draws it
        plain = {"Accept-Encoding": "identity"}  # it takes gzip, and does not unpack what comes from an application
        case.call_and_validate(checks=CHECKS, headers={**plain, "Authorization": f"Bearer {TOKEN}"} if curator else plain)

    fuzz()
