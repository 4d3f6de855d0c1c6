"""OGC API Records, STAC and CMR: pages in JSON, links that lead on, places that are handed back."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from harvesters.errors import HarvestError
from harvesters.outcomes import Fetched
from mappings.formats import read
from tests.harvesters.scripted import names
from tests.harvesters.sites import Asked, Ran, Reply, Site, live, run, source

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def _json(value: object, **headers: str) -> Reply:
    return Reply(body=json.dumps(value).encode(), headers=headers)


class Items:
    """A collection that counts positions."""

    def __init__(self, count: int, **lies: Any) -> None:
        self.records = {name: name for name in names(count)}
        self.bad: set[str] = set()
        self.lies = lies
        self.host = ""
        self.asked = 0

    def __call__(self, asked: Asked) -> Reply:
        self.asked += 1
        if asked.path == "/collections":
            there = [{"id": "one", "itemType": "record"}, {"id": "features", "itemType": "feature"}, *self.lies.get("more", [])]
            return _json({"collections": there})
        begin, limit = int(asked.query.get("offset", 0)), int(asked.query["limit"])
        page = list(self.records)[begin : begin + limit]
        if self.bad.intersection(page):
            return Reply(status=500, body=b"Traceback")
        after = begin + limit
        following = f"{self.host}{asked.path}?offset={0 if self.lies.get('circle') else after}&limit={limit}"
        links = [{"rel": "next", "href": following}] if after < len(self.records) else []
        features: list[Any] = [self._feature(name) for name in page]
        total = self.lies.get("total", len(self.records))
        return _json({"type": "FeatureCollection", "features": features, "numberMatched": total, "links": links})

    def _feature(self, name: str) -> object:
        if name in self.lies.get("odd", ()):
            return {"type": "Feature", "properties": {}}
        properties = {"title": self.records[name], "updated": "2026-11-01T00:00:00Z"}
        return {"type": "Feature", "id": name, "geometry": None, "properties": properties}


def _records(site: Site, path: str = "/collections/one/items", **options: Any) -> Ran:
    filters = options.pop("filters", {})
    with live(site) as address:
        return run(source("records", f"{address}{path}", filters=filters), **options)


@pytest.mark.parametrize("path", ["/collections/one/items", "/collections/one/", "/collections/one", "", "/"])
def test_items_are_found_from_wherever_the_address_leads(path: str) -> None:
    ran = _records(Items(25), path)
    assert ran.fetched == names(25)
    assert (ran.expected, ran.complete) == (25, True)


def test_which_collection_is_meant_has_to_be_clear() -> None:
    items = Items(5, more=[{"id": "two", "itemType": "record"}])
    with pytest.raises(HarvestError, match="one, features, two"):
        _records(items, "")
    assert _records(items, "", filters={"collection": "one"}).fetched == names(5)


def test_what_did_not_change_is_told_by_its_content() -> None:
    items = Items(25)
    marks = _records(items).marks
    items.records["record-0003"] = "changed"
    del items.records["record-0024"]
    ran = _records(items, known=marks, since=SINCE)
    assert ran.fetched == ["record-0003"]
    assert len(ran.unchanged) == 23
    assert ran.complete


def test_a_server_that_does_not_know_its_name_is_asked_where_it_was_found() -> None:
    items = Items(25)
    items.host = "http://internal.invalid:8080"
    assert _records(items).fetched == names(25)


def test_links_in_a_circle_end_and_leave_doubt() -> None:
    items = Items(25, circle=True)
    ran = _records(items)
    assert sorted(set(ran.fetched)) == names(10)
    assert not ran.complete
    assert items.asked < 10


@pytest.mark.parametrize("total", [24, 26, 10**9])
def test_totals_that_do_not_agree_leave_doubt(total: int) -> None:
    ran = _records(Items(25, total=total))
    assert ran.fetched == names(25)
    assert not ran.complete


@pytest.mark.parametrize("bad", ["record-0000", "record-0013", "record-0024"])
def test_a_page_that_fails_is_had_around_the_record_to_blame(bad: str) -> None:
    items = Items(25)
    items.bad = {bad}
    ran = _records(items)
    assert sorted(ran.fetched) == [name for name in names(25) if name != bad]
    assert len(ran.rejected) == 1
    assert not ran.complete


def test_a_record_without_an_id_is_rejected() -> None:
    ran = _records(Items(5, odd={"record-0002"}))
    assert len(ran.rejected) == 1
    assert len(ran.fetched) == 4
    assert not ran.complete


def test_it_goes_on_along_its_link() -> None:
    items = Items(25)
    first = _records(items, steps=1)
    assert first.fetched == names(10)
    with live(items) as address:
        moved = first.checkpoints[-1].text.replace(first.checkpoints[-1].text.split("/collections")[0].rpartition('"')[2], address)
        second = run(source("records", address), checkpoint=type(first.checkpoints[-1])(text=moved))
    assert second.fetched == names(25)[10:]


@pytest.mark.parametrize("body", [b"<html/>", b"[]", b'{"features": 3}', b"[" * 100_000, b'{"features": ' + b"9" * 5000 + b"}"])
def test_what_is_no_page_is_told(body: bytes) -> None:
    with pytest.raises(HarvestError):
        _records(lambda _: Reply(body=body))


def _collection(name: str) -> dict[str, Any]:
    return {"type": "Collection", "stac_version": "1.0.0", "id": name, "description": name, "license": "CC0-1.0", "extent": {}, "links": []}


def _stac_api(asked: Asked) -> Reply:
    if asked.path == "/":
        conforms = ["https://api.stacspec.org/v1.0.0/core"]
        return _json({"type": "Catalog", "id": "x", "conformsTo": conforms, "links": [{"rel": "data", "href": "/collections"}]})
    begin = int(asked.query.get("token", 0))
    limit = int(asked.query.get("limit", 10))
    links = [{"rel": "next", "href": f"/collections?token={begin + limit}&limit={limit}"}] if begin + limit < 25 else []
    return _json({"collections": [_collection(name) for name in names(25)[begin : begin + limit]], "links": links})


def test_collections_of_a_stac_api() -> None:
    with live(_stac_api) as address:
        asked = source("stac", f"{address}/")
        ran = run(asked)
        assert ran.fetched == names(25)
        assert ran.complete
        first = run(asked, steps=2)
        assert first.fetched + run(asked, checkpoint=first.checkpoints[-1]).fetched == names(25)
        assert run(asked, known=ran.marks).unchanged == names(25)
    assert json.loads(next(each.content for each in ran.outcomes if isinstance(each, Fetched)))["id"] == "record-0000"


def test_a_next_link_that_posts_is_followed() -> None:
    def site(asked: Asked) -> Reply:
        if asked.path == "/":
            return _stac_api(asked)
        page = json.loads(asked.body)["page"] if asked.method == "POST" else 0
        link = {"rel": "next", "href": "/collections", "method": "POST", "body": {"page": page + 1}}
        return _json({"collections": [_collection(f"c{page}")], "links": [link] if page < 2 else []})

    with live(site) as address:
        assert run(source("stac", f"{address}/")).fetched == ["c0", "c1", "c2"]


def _catalogue(pages: Mapping[str, object]) -> Site:
    return lambda asked: _json(pages[asked.path]) if asked.path in pages else Reply(status=404)


def _child(*hrefs: str) -> list[dict[str, str]]:
    return [{"rel": "child", "href": href} for href in hrefs]


def test_collections_of_a_static_catalogue() -> None:
    pages = {
        "/catalog.json": {"type": "Catalog", "id": "top", "links": _child("./a/catalog.json", "b.json", "catalog.json")},
        "/a/catalog.json": {"type": "Catalog", "id": "a", "links": _child("c.json", "../b.json")},
        "/a/c.json": {**_collection("c"), "links": _child("d.json")},
        "/a/d.json": _collection("d"),
        "/b.json": _collection("b"),
    }
    with live(_catalogue(pages)) as address:
        asked = source("stac", f"{address}/catalog.json")
        ran = run(asked)
        assert sorted(ran.fetched) == ["b", "c", "d"]
        assert ran.complete
        for steps in range(1, 5):
            first = run(asked, steps=steps)
            assert sorted(first.fetched + run(asked, checkpoint=first.checkpoints[-1]).fetched) == ["b", "c", "d"]


def test_a_child_that_is_missing_elsewhere_or_a_file_leaves_doubt() -> None:
    pages = {
        "/catalog.json": {
            "type": "Catalog", "id": "top",
            "links": _child("b.json", "gone.json", "http://elsewhere.invalid/c.json", "file:///etc/passwd", "http://["),
        },
        "/b.json": _collection("b"),
    }  # fmt: skip
    with live(_catalogue(pages)) as address:
        ran = run(source("stac", f"{address}/catalog.json"))
        assert ran.fetched == ["b"]
        assert {each.origin for each in ran.rejected} == {
            f"{address}/gone.json",
            "http://elsewhere.invalid/c.json",
            "file:///etc/passwd",
            "http://[",
        }
    assert not ran.complete


DIF = '<DIF xmlns="http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/"><Entry_ID><Short_Name>{0}</Short_Name><Version>1</Version></Entry_ID></DIF>'


class Cmr:
    """A CMR; its largest pages may fail."""

    def __init__(self, count: int, *, most: int = 2000, hits: int | None = None) -> None:
        self.concepts = {f"C{number}-TEST": name for number, name in enumerate(names(count), 1)}
        self.most = most
        self.hits = hits
        self.queries: list[Asked] = []

    def __call__(self, asked: Asked) -> Reply:
        self.queries.append(asked)
        if asked.path.endswith("deleted-collections.json"):
            return _json({"feed": {"entry": [{"id": "C99-TEST"}]}})
        size, begin = int(asked.query["page_size"]), int(asked.headers.get("CMR-Search-After") or 0)
        if size > self.most:
            return Reply(status=500, body=b'{"errors": ["An Internal Error has occurred."]}')
        page = list(self.concepts.items())[begin : begin + size]
        headers = {"CMR-Hits": str(self.hits if self.hits is not None else len(self.concepts))}
        headers |= {"CMR-Search-After": str(begin + len(page))} if page else {}
        if asked.path.endswith("umm_json"):
            items = [
                {"meta": {"concept-id": one, "revision-date": "2026-11-01T00:00:00Z"}, "umm": {"ShortName": name}} for one, name in page
            ]
            return _json({"hits": 1, "items": items}, **headers)
        results = "".join(f'<result concept-id="{one}" format="application/dif10+xml">{DIF.format(name)}</result>' for one, name in page)
        return Reply(body=f"<results><hits>1</hits>{results}</results>".encode(), headers=headers)


@pytest.mark.parametrize("wanted", ["dif10", "umm"])
def test_collections_of_a_cmr(wanted: str) -> None:
    cmr = Cmr(25)
    with live(cmr) as address:
        asked = source("cmr", f"{address}/search", filters={"format": wanted, "provider": "TEST"})
        ran = run(asked)
        assert ran.fetched == list(cmr.concepts)
        assert (ran.expected, ran.complete) == (25, True)
        assert {each.query["provider"] for each in cmr.queries} == {"TEST"}
        first = run(asked, steps=1)
        assert first.fetched + run(asked, checkpoint=first.checkpoints[-1]).fetched == list(cmr.concepts)
        assert run(asked, known=ran.marks).unchanged == list(cmr.concepts)
    if wanted == "dif10":
        assert read(next(each.content for each in ran.outcomes if isinstance(each, Fetched))).identifier == "record-0000_1"


def test_changes_of_a_cmr_come_with_what_was_deleted() -> None:
    cmr = Cmr(5)
    with live(cmr) as address:
        ran = run(source("cmr", f"{address}/search"), since=SINCE)
    assert ran.withdrawn == ["C99-TEST"]
    assert not ran.complete
    assert cmr.queries[0].query["updated_since"] == "2026-11-01T00:00:00Z"
    assert cmr.queries[-1].query["revision_date"] == "2026-11-01T00:00:00Z,"


def test_pages_too_large_for_a_cmr_are_made_smaller() -> None:
    with live(Cmr(25, most=3)) as address:
        ran = run(source("cmr", f"{address}/search"))
    assert ran.fetched == [f"C{number}-TEST" for number in range(1, 26)]
    assert ran.complete


@pytest.mark.parametrize("hits", [24, 26])
def test_hits_that_do_not_agree_leave_doubt(hits: int) -> None:
    with live(Cmr(25, hits=hits)) as address:
        assert not run(source("cmr", f"{address}/search")).complete


def test_a_format_that_is_none_is_told() -> None:
    with pytest.raises(HarvestError, match="dif10 or umm"):
        run(source("cmr", "http://example.org/search", filters={"format": "echo10"}))
