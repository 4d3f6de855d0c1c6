"""Pages of records: numbers, links, order, what a record looks like, and one that cannot be written."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.engines import open_engine
from catalogue.engines.stored import encode, entry_of
from catalogue.protocols.ogcapi import features
from catalogue.service import Catalogue
from mappings.formats import WRITTEN, ogcrecord, read, write
from records.dates import Date, TimeInterval
from records.model import Record
from tests.catalogue.protocols.ogcapi.making import FIVE, ITEMS, feature, hrefs, identifiers, path_of, written
from tests.catalogue.protocols.serving import serving
from tests.contracts.making import NOW, entry


def test_a_page_tells_its_numbers_and_where_it_is(five: FlaskClient) -> None:
    answer = five.get(f"{ITEMS}?limit=2&type=dataset,series")
    assert answer.content_type == "application/geo+json"
    page: Any = answer.json
    assert [page["type"], page["numberMatched"], page["numberReturned"], len(page["features"])] == ["FeatureCollection", 3, 2, 2]
    assert page["timeStamp"] == "2026-11-27T12:00:00Z"
    here = "http://catalogue.example/ogc/collections/records"
    assert hrefs(page["links"], "self") == [f"{here}/items?limit=2&type=dataset,series"]
    assert hrefs(page["links"], "alternate") == [f"{here}/items?limit=2&type=dataset,series&f=html"]
    assert hrefs(page["links"], "collection") == [here]
    assert all({"rel", "type", "href", "title"} <= link.keys() for link in page["links"])


@pytest.mark.parametrize("parameters", ["", "&q=ice", "&q=ice,stars", "&sortby=-title", "&bbox=-180,-90,180,90&f=json", "&offset=1"])
def test_next_links_lead_through_all_and_end(five: FlaskClient, parameters: str) -> None:
    whole = identifiers(five, f"{ITEMS}?limit=100{parameters}")
    path, walked = f"{ITEMS}?limit=1{parameters}", []
    while path:
        page: Any = five.get(path).json
        assert page["numberReturned"] == 1
        walked += [record["id"] for record in page["features"]]
        onward = hrefs(page["links"], "next")
        path = path_of(five.application, onward[0]) if onward else ""
    assert walked == whole
    assert len(whole) > 1


def test_an_offset_has_a_page_before_it(five: FlaskClient) -> None:
    page: Any = five.get(f"{ITEMS}?limit=2&offset=3").json
    before: Any = five.get(path_of(five.application, hrefs(page["links"], "prev")[0])).json
    assert [record["id"] for record in before["features"]] == ["okhotsk", "stars"]
    before = five.get(path_of(five.application, hrefs(before["links"], "prev")[0])).json
    assert [record["id"] for record in before["features"]] == ["arctic"]
    assert not hrefs(before["links"], "prev")


def test_a_next_link_holds_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    with serving(tmp_path, written(tmp_path / "documents")) as app:
        page: Any = app.test_client().get(f"{ITEMS}?limit=3&q=data,ice,ozone,stars").json
    with serving(tmp_path, []) as app:
        assert folder.is_dir()
        found = identifiers(app.test_client(), path_of(app, hrefs(page["links"], "next")[0]))
    assert [record["id"] for record in page["features"]] + found == ["arctic", "okhotsk", "stars", "urn:x-test:ozone/2007", "with,comma"]


def test_what_came_as_geojson_is_handed_out_member_for_member(tmp_path: Path) -> None:
    source = (
        b'\xef\xbb\xbf{ "type":"Feature", "unknown": {"a" : [1.50, 1e2 ]},\n "properties": {"title":"T\\u00e9","kept":  true},'
        b' "id": "a/b", "links": [{"rel":"self","href":"http://elsewhere.example/a"},{"rel":"item","href":"http://data.example/","x":1}]}'
    )
    (tmp_path / "a.json").write_bytes(source)
    with serving(tmp_path, [tmp_path / "a.json"]) as app:
        content = app.test_client().get(ITEMS).data
    for member in (
        b'"unknown":{"a" : [1.50, 1e2 ]}',
        b'"properties":{"title":"T\\u00e9","kept":  true}',
        b'"id":"a/b"',
        b'"geometry":null',
    ):
        assert member in content
    (record,) = json.loads(content)["features"]
    assert {"rel": "item", "href": "http://data.example/", "x": 1} in record["links"]
    assert hrefs(record["links"], "self") == ["http://catalogue.example/ogc/collections/records/items/a/b"]


def test_what_is_replaced_while_a_page_is_made_is_handed_out_as_it_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question may not have meant what stands in its place, and who asked may not see it."""
    (tmp_path / "a.json").write_text('{"type":"Feature","id":"a","properties":{"title":"Found"}}', encoding="utf-8")
    with serving(tmp_path, [tmp_path / "a.json"]) as app:
        engine = app.extensions["catalogue"].engine
        replaced = read(b'{"type":"Feature","id":"a","properties":{"title":"Another"}}')

        def get_many(identifiers: list[str], *, documents: bool) -> list[Record | None]:
            engine.put([entry_of(replaced)], now=NOW + timedelta(seconds=1))
            found: list[Record | None] = type(engine).get_many(engine, identifiers, documents=documents)
            return found

        monkeypatch.setattr(engine, "get_many", get_many, raising=True)
        (record,) = json.loads(app.test_client().get(ITEMS).data)["features"]
    assert record["properties"]["title"] == "Found"


def test_a_document_that_is_no_json_to_the_letter_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"type":"Feature","id":"a","properties":{"title":"T"},"odd":NaN}', encoding="utf-8")
    with serving(tmp_path, [tmp_path / "a.json"]) as app:
        (record,) = msgspec.json.decode(app.test_client().get(ITEMS).data)["features"]
    assert record["properties"]["title"] == "T"
    assert "odd" not in record


def test_what_came_in_another_format_is_the_record_as_geojson_with_links(shipped: Flask) -> None:
    catalogue: Catalogue = shipped.extensions["catalogue"]
    page: Any = shipped.test_client().get(f"{ITEMS}?limit=1000").json
    assert page["numberReturned"] == page["numberMatched"] == catalogue.engine.statistics().records
    for given in page["features"]:
        record = catalogue.record(given["id"])
        whole = json.loads(write(catalogue.with_order(record), "json"))
        assert {**given, "links": None} == {**whole, "links": None}
        assert given["links"][: len(whole["links"])] == whole["links"]
        address = catalogue.url_of(record.identifier)
        alternates = hrefs(given["links"], "alternate")
        assert [href for href in alternates if href.startswith(address)] == [address, *(f"{address}?f={known.name}" for known in WRITTEN)]
        assert hrefs(given["links"], "collection") == ["http://catalogue.example/ogc/collections/records"]


def test_each_record_says_where_its_data_are_ordered(shipped: Flask) -> None:
    catalogue: Catalogue = shipped.extensions["catalogue"]
    page: Any = shipped.test_client().get(f"{ITEMS}?limit=1000").json
    orders = {given["id"]: hrefs(given["links"], "order") for given in page["features"]}
    expected = {}
    for identifier in orders:
        order = catalogue.orderable(catalogue.record(identifier))
        expected[identifier] = [order.url] if order else []
    assert orders == expected
    assert [f"https://sipad.example/order?id={quote(name, safe='')}" for name in orders if name == "ALICE"] == orders["ALICE"]


def test_a_letter_is_no_link_to_order_by(tmp_path: Path) -> None:
    record = feature("a", title="T", contacts=[{"name": "N", "emails": [{"value": "n@example.org"}], "roles": ["distributor"]}])
    with serving(tmp_path, written(tmp_path / "documents", [record])) as app:
        assert str(app.extensions["catalogue"].orderable(app.extensions["catalogue"].record("a")).url).startswith("mailto:")
        page: Any = app.test_client().get(ITEMS).json
    assert not hrefs(page["features"][0]["links"], "order")


def test_a_record_that_cannot_be_written_leaves_the_page_standing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    good, bad = entry("good", "A good one"), entry("bad", "A damaged one")
    damaged = open_engine(f"embedded:{tmp_path / 'scratch'}")
    damaged.put([bad], now=NOW)
    record = damaged.get("bad")
    damaged.close()
    assert record
    broken = replace(record, intervals=(TimeInterval(begin=Date("no date at all")),))
    with serving(tmp_path, []) as app:
        app.extensions["catalogue"].engine.put([good, replace(bad, stored=encode(broken))], now=NOW)
        with caplog.at_level(logging.ERROR):
            answer = app.test_client().get(ITEMS)
        one: Any = app.test_client().get(f"{ITEMS}/bad").json
    page: Any = answer.json
    assert answer.status_code == 200
    assert [given["id"] for given in page["features"]] == ["bad", "good"]
    poor, whole = page["features"]
    assert poor["properties"] == {"title": "A damaged one"}
    assert poor["geometry"] is None
    assert "cannot be written" in poor["reflecs:problem"]
    assert "reflecs:problem" not in whole
    assert hrefs(poor["links"], "self") == ["http://catalogue.example/ogc/collections/records/items/bad"]
    assert one == poor
    assert "'bad' cannot be written" in caplog.text


def test_a_fault_in_the_writer_stops_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(record: Record) -> dict[str, Any]:
        if record.identifier == "bad":
            raise TypeError("a secret")
        return whole(record)

    whole = ogcrecord.feature
    monkeypatch.setattr(features, "feature", failing)
    with serving(tmp_path, []) as app:
        app.extensions["catalogue"].engine.put([entry("good", "A good one"), entry("bad", "A bad one")], now=NOW)
        page: Any = app.test_client().get(ITEMS).json
    assert [given["properties"]["title"] for given in page["features"]] == ["A bad one", "A good one"]
    assert ["reflecs:problem" in given for given in page["features"]] == [True, False]


def test_a_replaced_record_is_seen_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, []) as app:
        engine = app.extensions["catalogue"].engine
        for title in ("One", "Two", "One"):
            engine.put([entry("a", title)], now=NOW)
            page: Any = app.test_client().get(ITEMS).json
            assert page["features"][0]["properties"]["title"] == title


@pytest.mark.parametrize("type_", ["algorithm_provider", "Algorithm provider", "http://purl.org/dc/dcmitype/Image", "Dataset"])
def test_the_type_that_a_record_shows_finds_it(tmp_path: Path, type_: str) -> None:
    with serving(tmp_path, written(tmp_path / "documents", [feature("eodc", title="EODC", type=type_), *FIVE])) as app:
        client = app.test_client()
        item: Any = client.get(f"{ITEMS}/eodc").json
        assert item["properties"]["type"] == type_
        in_json = json.dumps({"op": "=", "args": [{"property": "type"}, type_]})
        for asked in ({"type": type_}, {"filter": f"type = '{type_}'"}, {"filter": in_json, "filter-lang": "cql2-json"}):
            assert "eodc" in identifiers(client, f"{ITEMS}?{urlencode(asked)}"), asked
        others = urlencode({"filter": f"type <> '{type_}'"})
        assert "eodc" not in identifiers(client, f"{ITEMS}?{others}")
        assert f"<dc:type>{type_}</dc:type>" in client.get("/records/eodc?f=dc").text
        queryables: Any = client.get("/ogc/collections/records/queryables").get_json(force=True)
        assert queryables["properties"]["type"] == {"title": "Type", "type": "string", "facet": True}
