"""Create, replace and delete (OGC API Features, part 4), for those who have a curator's token."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalogue.protocols.ogcapi.making import ITEMS, feature, identifiers, path_of, problem, written
from tests.catalogue.protocols.serving import HOLDINGS, ISO_3, TOKEN, serving

CURATOR = {"Authorization": f"Bearer {TOKEN}"}
NEW = json.dumps(feature("a/new:one", title="New", domain="life")).encode()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with serving(tmp_path, written(tmp_path / "documents"), tokens=(TOKEN,)) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("content_type", ["application/geo+json", "application/json", "application/x-www-form-urlencoded", None])
def test_a_new_record_is_kept_at_the_address_told(client: FlaskClient, content_type: str | None) -> None:
    answer = client.post(ITEMS, data=NEW, headers=CURATOR, content_type=content_type)
    assert answer.status_code == 201, answer.text
    assert answer.data == b""
    assert answer.headers["Location"] == "http://catalogue.example/ogc/collections/records/items/a/new:one"
    record: Any = client.get(answer.headers["Location"].removeprefix("http://catalogue.example")).json
    assert record["properties"]["title"] == "New"
    assert identifiers(client, f"{ITEMS}?q=new") == ["a/new:one"]


def test_a_document_of_any_format_is_read(client: FlaskClient) -> None:
    path = next(HOLDINGS.rglob("*.xml"))
    answer = client.post("/ogc/collections/records/items", data=path.read_bytes(), headers=CURATOR, content_type="application/xml")
    assert answer.status_code == 201
    assert len(identifiers(client, ITEMS)) == 6


def test_a_document_of_iso_19115_3_is_a_link_away_byte_for_byte(app: Flask, client: FlaskClient) -> None:
    document = (ISO_3 / "auscope-otway.xml").read_bytes()
    answer = client.post(ITEMS, data=document, headers=CURATOR, content_type="application/xml")
    record: Any = client.get(path_of(app, answer.headers["Location"])).json
    (address,) = [link["href"] for link in record["links"] if link.get("title") == "ISO 19115-3"]
    assert client.get(path_of(app, address)).data == document


def test_a_record_is_replaced(client: FlaskClient) -> None:
    document = json.dumps(feature("arctic", title="Replaced"))
    answer = client.put(f"{ITEMS}/arctic", data=document, headers=CURATOR)
    assert (answer.status_code, answer.data) == (204, b"")
    record: Any = client.get(f"{ITEMS}/arctic").json
    assert record["properties"] == {"title": "Replaced"}


def test_who_read_another_state_changes_nothing(client: FlaskClient) -> None:
    read = client.get(f"{ITEMS}/arctic")
    document = read.data.replace(b"Arctic", b"Antarctic")
    stale = client.put(f"{ITEMS}/arctic", data=document, headers={**CURATOR, "If-Match": '"another"'})
    assert stale.status_code == 412
    assert problem(stale)["code"] == "PreconditionFailed"
    assert client.get(f"{ITEMS}/arctic").data == read.data
    assert client.put(f"{ITEMS}/arctic", data=document, headers={**CURATOR, "If-Match": read.headers["ETag"]}).status_code == 204
    assert client.delete(f"{ITEMS}/arctic", headers={**CURATOR, "If-Match": read.headers["ETag"]}).status_code == 412


def test_who_read_the_state_compressed_changes_it(client: FlaskClient) -> None:
    long = json.dumps(feature("arctic", title="Arctic", description="Sea ice. " * 200))
    assert client.put(f"{ITEMS}/arctic", data=long, headers=CURATOR).status_code == 204
    tag = client.get(f"{ITEMS}/arctic", headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    assert tag.startswith("W/")
    assert client.delete(f"{ITEMS}/arctic", headers={**CURATOR, "If-Match": tag}).status_code == 204


@pytest.mark.parametrize(("method", "path"), [("POST", ITEMS), ("PUT", f"{ITEMS}/arctic"), ("DELETE", f"{ITEMS}/arctic")])
def test_what_has_no_content_has_no_type(client: FlaskClient, method: str, path: str) -> None:
    document = NEW if method == "POST" else json.dumps(feature("arctic", title="Replaced"))
    answer = client.open(path, method=method, data=document, headers=CURATOR)
    assert (answer.status_code, answer.data) == (201 if method == "POST" else 204, b"")
    assert "Content-Type" not in answer.headers


def test_a_record_is_deleted_and_leaves_a_tombstone(app: Flask, client: FlaskClient) -> None:
    answer = client.delete(f"{ITEMS}/urn:x-test:ozone/2007", headers=CURATOR)
    assert (answer.status_code, answer.data) == (204, b"")
    assert client.get(f"{ITEMS}/urn:x-test:ozone/2007").status_code == 404
    assert [stone.identifier for stone in app.extensions["catalogue"].engine.tombstones()] == ["urn:x-test:ozone/2007"]


@pytest.mark.parametrize(
    ("method", "path", "document", "status", "says"),
    [
        ("POST", ITEMS, NEW.replace(b"a/new:one", b"arctic"), 409, "already a record with the identifier 'arctic'"),
        ("POST", ITEMS, b"", 400, "No data found"),
        ("POST", ITEMS, b"<a", 400, "line 1"),
        ("POST", ITEMS, b"<unknown/>", 400, "no known format"),
        ("POST", ITEMS, b'{"type": "Feature", "properties": 1}', 400, "/properties"),
        ("POST", ITEMS, b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 400, "document type"),
        ("POST", ITEMS, NEW.replace(b"a/new:one", b"x" * 2001), 422, "2001"),
        ("POST", "/ogc/collections/earth/items", NEW, 422, "not of the domain 'earth'"),
        ("POST", "/ogc/collections/nix/items", NEW, 404, "no collection 'nix'"),
        ("POST", f"{ITEMS}?nix=1", NEW, 400, "there are: f"),
        ("PUT", f"{ITEMS}/nix", NEW, 404, "'nix'"),
        ("PUT", f"{ITEMS}/arctic", NEW, 422, "'a/new:one'"),
        ("PUT", f"{ITEMS}/arctic", b"{}", 400, "no known format"),
        ("PUT", "/ogc/collections/universe/items/arctic", NEW, 404, "'arctic'"),
        ("DELETE", f"{ITEMS}/nix", b"", 404, "'nix'"),
        ("DELETE", "/ogc/collections/universe/items/arctic", b"", 404, "'arctic'"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    app: Flask, client: FlaskClient, method: str, path: str, document: bytes, status: int, says: str
) -> None:
    state = app.extensions["catalogue"].engine.statistics().state
    answer = client.open(path, method=method, data=document, headers=CURATOR)
    assert answer.status_code == status, answer.text
    assert says in problem(answer)["detail"]
    assert app.extensions["catalogue"].engine.statistics().state == state


@pytest.mark.parametrize("authorization", [None, "Bearer another-token-of-tests", f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer é"])
@pytest.mark.parametrize(("method", "path"), [("POST", ITEMS), ("PUT", f"{ITEMS}/arctic"), ("DELETE", f"{ITEMS}/arctic")])
def test_who_has_no_token_changes_nothing(client: FlaskClient, authorization: str | None, method: str, path: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = client.open(path, method=method, data=NEW, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == ('Bearer error="invalid_token"' if authorization else "Bearer")
    assert problem(answer)["code"] == "Unauthorized"
    assert ("not known here" in problem(answer)["detail"]) == bool(authorization)
    assert len(identifiers(client, ITEMS)) == 5


def test_large_documents_are_read_from_curators(client: FlaskClient) -> None:
    large = json.dumps(feature("large", title="T", description="word " * 500_000)).encode()
    assert client.post(ITEMS, data=large, headers=CURATOR).status_code == 201
    answer = client.post(ITEMS, data=b" " * (32 * 1024 * 1024 + 1), headers=CURATOR)
    assert answer.status_code == 413
    assert problem(answer)["status"] == 413
    assert client.post(ITEMS, data=large).status_code == 401


def test_what_may_be_changed_is_told(client: FlaskClient, five: FlaskClient) -> None:
    assert set(client.options(ITEMS).headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert set(client.options(f"{ITEMS}/arctic").headers["Allow"].split(", ")) == {"DELETE", "GET", "HEAD", "OPTIONS", "PUT"}
    name = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete"
    assert name in (client.get("/ogc/conformance").json or {})["conformsTo"]
    assert name not in (five.get("/ogc/conformance").json or {})["conformsTo"]


def test_without_curators_nothing_can_be_changed(five: FlaskClient) -> None:
    answer = five.post(ITEMS, data=NEW, headers=CURATOR)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert five.put(f"{ITEMS}/arctic", data=NEW, headers=CURATOR).status_code == 405
    assert five.delete(f"{ITEMS}/arctic", headers=CURATOR).status_code == 405
