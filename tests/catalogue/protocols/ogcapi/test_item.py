"""A record alone: any identifier, its links, what is not there, what has not changed."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.catalogue.protocols.ogcapi.making import ITEMS, feature, hrefs, identifiers, path_of, problem, written
from tests.catalogue.protocols.serving import serving

HARD = (
    "urn:x-test:a/b",
    "ivo://example/a",
    "https://doi.org/10.5/X?y=1&z=2#part",
    "/slashes/",
    "a//b",
    "with blank",
    "été",
    "100%",
    "a,b;c",
    "a/../b",
    "..",
    "items",
    "a+b",
    '"quoted"',
)


@pytest.mark.parametrize("safe", ["", "/:"])
def test_any_identifier_is_found_at_its_address(tmp_path: Path, safe: str) -> None:
    with serving(tmp_path, written(tmp_path / "documents", [feature(identifier, title="T") for identifier in HARD])) as app:
        client = app.test_client()
        for identifier in HARD:
            record: Any = client.get(f"{ITEMS}/{quote(identifier, safe=safe)}").json
            assert record["id"] == identifier
            (address,) = hrefs(record["links"], "self")
            # an address whose path browsers would shorten is a question for the one record
            again: Any = client.get(path_of(app, address)).json
            assert (again["features"][0] if again["type"] == "FeatureCollection" else again) == record


def test_a_record_is_the_one_of_the_page(five: FlaskClient) -> None:
    page: Any = five.get(f"{ITEMS}?ids=arctic").json
    answer = five.get(f"{ITEMS}/arctic")
    assert answer.content_type == "application/geo+json"
    assert answer.json == page["features"][0]


def test_a_record_is_in_its_domain_alone(five: FlaskClient) -> None:
    record: Any = five.get("/ogc/collections/universe/items/stars").json
    assert hrefs(record["links"], "self") == ["http://catalogue.example/ogc/collections/universe/items/stars"]
    assert hrefs(record["links"], "collection") == ["http://catalogue.example/ogc/collections/universe"]
    assert problem(five.get("/ogc/collections/earth/items/stars"))["status"] == 404
    assert identifiers(five, "/ogc/collections/earth/items?ids=stars") == []


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        (f"{ITEMS}/nix", 404, "nix"),
        ("/ogc/collections/nix/items/arctic", 404, "records, earth, universe, life, material"),
        (f"{ITEMS}/arctic?q=1", 400, "there are: f"),
        (f"{ITEMS}/arctic?f=iso19139", 400, "json, html"),
    ],
)
def test_what_is_not_there_is_told(five: FlaskClient, path: str, status: int, says: str) -> None:
    answer = five.get(path)
    assert answer.status_code == status
    assert says in problem(answer)["detail"]


def test_who_has_the_record_is_not_sent_it_again(five: FlaskClient) -> None:
    first = five.get(f"{ITEMS}/arctic")
    again = five.get(f"{ITEMS}/arctic", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert five.get(f"{ITEMS}/okhotsk", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_head_tells_the_length_alone(five: FlaskClient) -> None:
    whole, head = five.get(f"{ITEMS}/arctic"), five.head(f"{ITEMS}/arctic")
    assert head.data == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_a_reader_is_led_to_the_page(five: FlaskClient) -> None:
    answer = five.get(f"{ITEMS}/urn:x-test:ozone/2007?f=html")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/records/urn:x-test:ozone/2007"
    assert problem(five.get(f"{ITEMS}/nix?f=html"))["status"] == 404
