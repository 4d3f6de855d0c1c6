"""The documents about the catalogue, and what all answers have in common."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalogue.protocols.ogcapi.parameters import STANDARD_NAMES
from mappings.index.fields import FIELDS
from tests.catalogue.protocols.ogcapi.making import ITEMS, hrefs, path_of, problem, written
from tests.catalogue.protocols.serving import serving

COLLECTIONS = ["records", "earth", "universe", "life", "material"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_the_landing_page_leads_on(five: FlaskClient) -> None:
    for path in ("/ogc", "/ogc/", "/ogc?f=json"):
        page: Any = five.get(path).json
        assert hrefs(page["links"], "service-desc") == ["http://catalogue.example/ogc/openapi"]
        assert hrefs(page["links"], "service-doc") == ["http://catalogue.example/programs"]
        assert hrefs(page["links"], "conformance") == ["http://catalogue.example/ogc/conformance"]
        assert hrefs(page["links"], "data") == ["http://catalogue.example/ogc/collections"]


def test_every_link_of_the_documents_leads_somewhere(five: FlaskClient) -> None:
    for path in (
        "/ogc",
        "/ogc/collections",
        *(f"/ogc/collections/{name}" for name in COLLECTIONS),
        "/ogc/collections/records/facets",
        ITEMS,
    ):
        document: Any = five.get(path).json
        parts = [document, *document.get("collections", ()), *document.get("features", ())]
        for link in (link for part in parts for link in part["links"] if "www.opengis.net" not in link["href"]):
            answer = five.get(path_of(five.application, link["href"]))
            assert answer.status_code in {200, 303}, link
            if answer.status_code == 200 and link.get("type"):
                assert answer.content_type.partition(";")[0] == link["type"].partition(";")[0], link


def test_the_conformance_classes_are_the_standards_and_stay_the_same(five: FlaskClient) -> None:
    first = five.get("/ogc/conformance").data
    classes: Any = five.get("/ogc/conformance").json
    assert five.get("/ogc/conformance").data == first
    for name in (
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-records-1/1.0/conf/record-core",
        "ogcapi-records-1/1.0/conf/searchable-catalog",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/cql2-json",
    ):
        assert f"http://www.opengis.net/spec/{name}" in classes["conformsTo"]
    assert len(set(classes["conformsTo"])) == len(classes["conformsTo"])
    assert not any("create-replace-delete" in name for name in classes["conformsTo"])


def test_the_collections_are_all_records_and_each_domain(five: FlaskClient) -> None:
    every: Any = five.get("/ogc/collections").json
    assert [each["id"] for each in every["collections"]] == COLLECTIONS
    assert [each["itemCount"] for each in every["collections"]] == [5, 3, 1, 0, 0]
    for each in every["collections"]:
        assert five.get(f"/ogc/collections/{each['id']}").json == each
        assert [each["itemType"], each["type"]] == ["record", "Collection"]
        (geojson,) = [link for link in each["links"] if link["rel"] == "items" and link["type"] == "application/geo+json"]
        assert geojson["href"].startswith(f"http://catalogue.example/ogc/collections/{each['id']}/items")
        assert each["extent"]["spatial"]["bbox"] == [[-180, -90, 180, 90]]


def test_a_collection_tells_the_times_it_covers_where_they_end(five: FlaskClient) -> None:
    every: Any = five.get("/ogc/collections").json
    extents = {each["id"]: each["extent"] for each in every["collections"]}
    assert extents["universe"]["temporal"]["interval"] == [["2000-01-01T00:00:00Z", "2007-04-03T23:59:59Z"]]
    assert "temporal" not in extents["earth"]  # a record goes on, and OGC's suite for Features reads every end as a date-time


def test_the_collections_follow_the_catalogue(tmp_path: Path) -> None:
    with serving(tmp_path, written(tmp_path / "documents")) as app:
        client, catalogue = app.test_client(), app.extensions["catalogue"]
        assert (client.get("/ogc/collections/records").json or {})["itemCount"] == 5
        catalogue.engine.delete(["stars"], now=catalogue.clock())
        assert (client.get("/ogc/collections/records").json or {})["itemCount"] == 4
        assert (client.get("/ogc/collections/universe").json or {})["itemCount"] == 0


def test_an_empty_catalogue_is_described_as_well(tmp_path: Path) -> None:
    with serving(tmp_path, []) as app:
        document: Any = app.test_client().get("/ogc/collections/records").json
        page: Any = app.test_client().get(ITEMS).json
    assert document["itemCount"] == 0
    assert "temporal" not in document["extent"]
    assert [page["numberMatched"], page["numberReturned"], page["features"]] == [0, 0, []]


@pytest.mark.parametrize("kind", ["queryables", "sortables"])
def test_a_schema_names_what_can_be_asked(five: FlaskClient, kind: str) -> None:
    answer = five.get(f"/ogc/collections/earth/{kind}")
    assert answer.content_type == "application/schema+json"
    schema: Any = answer.get_json(force=True)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"http://catalogue.example/ogc/collections/earth/{kind}"
    assert [schema["type"], schema["additionalProperties"]] == ["object", False]
    names = [name for name, field in FIELDS.items() if (field.sortable if kind == "sortables" else name != "sky")]
    if kind == "queryables":
        names += STANDARD_NAMES
        assert {"id", "type", "title"} <= set(names)  # /req/searchable-catalog/mandatory-queryables
    assert list(schema["properties"]) == names
    for name, described in schema["properties"].items():
        assert described["title"]
        assert ("type" in described) != (name in {"extent", "geometry"})


def test_each_sortable_and_each_queryable_parameter_is_taken(five: FlaskClient) -> None:
    sortables: Any = five.get("/ogc/collections/records/sortables").get_json(force=True)
    for name in sortables["properties"]:
        assert five.get(f"{ITEMS}?sortby=-{name}").status_code == 200
    queryables: Any = five.get("/ogc/collections/records/queryables").get_json(force=True)
    for name, described in queryables["properties"].items():
        value = "2007" if described.get("type") == "integer" or described.get("format") == "date-time" else "x"
        taken = described.get("type") in {"string", "integer"}
        assert five.get(f"{ITEMS}?{name}={value}").status_code == (200 if taken else 400), name
        assert five.get(f"{ITEMS}?filter={name} IS NOT NULL").status_code == 200, name


def test_the_facets_are_those_that_are_counted(five: FlaskClient) -> None:
    document: Any = five.get("/ogc/collections/records/facets").json
    assert list(document["facets"]) == [name for name, field in FIELDS.items() if field.facet]
    assert document["facets"]["platform"] == {"type": "term", "property": "platform", "sortedBy": "count"}
    counted: Any = five.get(f"{ITEMS}?facets={','.join(document['facets'])}").json
    assert list(counted["facets"]) == list(document["facets"])


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/ogc", "/programs"),
        ("/ogc/openapi", "/programs"),
        ("/ogc/api", "/programs"),
        ("/ogc/conformance", "/programs"),
        ("/ogc/collections", "/"),
        ("/ogc/collections/records", "/search"),
        ("/ogc/collections/earth", "/search?domain=earth"),
        ("/ogc/collections/earth/queryables", "/programs"),
        ("/ogc/collections/earth/sortables", "/programs"),
        ("/ogc/collections/earth/facets", "/programs"),
        ("/ogc/collections/earth/items?q=sea+ice&bbox=0,0,1,1", "/search?domain=earth&q=sea+ice&bbox=0,0,1,1"),
    ],
)
def test_a_reader_is_led_to_the_pages(five: FlaskClient, path: str, leads: str) -> None:
    for asked in (five.get(path, headers={"Accept": BROWSER}), five.get(f"{path}{'&' if '?' in path else '?'}f=html")):
        assert asked.status_code == 303
        assert asked.headers["Location"] == leads
        assert five.get(leads).status_code == 200
    assert five.get(f"{path}{'&' if '?' in path else '?'}f=json", headers={"Accept": BROWSER}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/html;q=0"},
        {"Accept": "*/*;q=1.2.3"},
        {"Accept": ";;;,,,q"},
        {"Accept": "application/xml"},
        {"Accept-Language": "fr;q=0"},
        {"Accept-Language": "*;q=0, de-1996-xx-yy;q=x"},
        {"Accept-Encoding": "br, deflate"},
    ],
)
def test_odd_headers_are_answered_in_json(five: FlaskClient, headers: dict[str, str]) -> None:
    for path in ("/ogc", "/ogc/collections", ITEMS, f"{ITEMS}/arctic"):
        answer = five.get(path, headers=headers)
        assert answer.status_code == 200
        assert answer.json


@pytest.mark.parametrize(
    "path", ["/ogc/nix", "/ogc/collections/records/nix", "/ogc/collections/records/items/", "/ogc//collections", "/ogc/%00"]
)
def test_there_is_no_html_below_the_door(five: FlaskClient, path: str) -> None:
    answer = five.get(path, headers={"Accept": BROWSER})
    assert answer.status_code == 404 or path.endswith("/items/")
    if answer.status_code == 404:
        assert problem(answer)["detail"]


@pytest.mark.parametrize("path", ["/ogc", "/ogc/openapi", "/ogc/collections/records", ITEMS, f"{ITEMS}/arctic"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_another_method_is_told_those_there_are(five: FlaskClient, path: str, method: str) -> None:
    answer = five.open(path, method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert problem(answer)["code"] == "MethodNotAllowed"


def test_options_tell_the_methods(five: FlaskClient) -> None:
    answer = five.options(ITEMS)
    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_only_pages_of_the_door_are_answered_so(five: FlaskClient) -> None:
    assert five.get("/ogcapi").content_type.startswith("text/html")


def test_pygeoapi_reads_no_environment_and_leaves_the_logging_alone(tmp_path: Path) -> None:
    program = """
import logging, sys
from pathlib import Path
from tests.catalogue.protocols.serving import serving
before = (logging.root.level, list(logging.root.handlers))
with serving(Path(sys.argv[1]), []) as app:
    assert app.test_client().get("/ogc").status_code == 200
assert (logging.root.level, list(logging.root.handlers)) == before, logging.root.handlers
assert "pygeoapi.api" in sys.modules
assert not {"pygeoapi.flask_app", "pygeoapi.admin"} & sys.modules.keys()
"""
    trap = tmp_path / "nothing.yml"
    environment = {**os.environ, "PYGEOAPI_CONFIG": str(trap), "PYGEOAPI_OPENAPI": str(trap)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[4],
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
