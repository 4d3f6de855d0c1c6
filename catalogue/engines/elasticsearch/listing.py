"""What is listed: headers, tombstones, values, counts."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from catalogue.engines.base import Header, Statistics, Tombstone, Window
from catalogue.engines.compile import visible
from catalogue.engines.elasticsearch.clauses import ElasticsearchClauses
from catalogue.engines.elasticsearch.mapping import Body
from catalogue.engines.elasticsearch.reader import DELETED, LIVING, WINDOW, Reader, from_microseconds, to_microseconds
from mappings.index.fields import IndexField, Kind
from records.errors import QueryError

_COLUMNS: Final = ("kept.changed", "kept.deleted", "kept.domain", "kept.harvest_source")
_MOST: Final = 65_000
"""Buckets that the server gives in one answer."""


def headers(reader: Reader, window: Window, after: str | None, limit: int) -> list[Header]:
    """Return the first headers of the window behind `after`, by identifier."""
    query = _in_window(reader, window)
    if after is not None and limit < WINDOW and window == Window(hidden=window.hidden):
        hits = reader.behind(reader.name, query, after, limit, docvalue_fields=list(_COLUMNS))
        return [_header(hit["sort"][0], hit["fields"]) for hit in hits]
    if after is not None:
        query["bool"]["filter"].append({"range": {"identifier": {"gt": after}}})
    walk = reader.walk(reader.name, query, WINDOW, limit, docvalue_fields=list(_COLUMNS))
    return [_header(hit["sort"][0], hit["fields"]) for hit in walk]


def count_headers(reader: Reader, window: Window) -> int:
    """Return how many headers are in the window."""
    return reader.count(_in_window(reader, window))


def _in_window(reader: Reader, window: Window) -> Body:
    changed = {
        **({"gte": to_microseconds(window.since)} if window.since else {}),
        **({"lte": to_microseconds(window.until)} if window.until else {}),
    }
    return {
        "bool": {
            "filter": [
                *([{"range": {"kept.changed": changed}}] if changed else []),
                *([{"term": {"kept.domain": window.domain}}] if window.domain is not None else []),
                *([{"term": {"kept.harvest_source": window.harvest_source}}] if window.harvest_source is not None else []),
                *([{"exists": {"field": "kept.domain"}}] if window.any_domain else []),
                *([{"exists": {"field": "kept.harvest_source"}}] if window.any_source else []),
                *visible(window.hidden, ElasticsearchClauses(reader)),
            ]
        }
    }


def _header(identifier: str, columns: dict[str, list[Any]]) -> Header:
    return Header(
        identifier=identifier,
        changed=from_microseconds(columns["kept.changed"][0]),
        deleted=columns.get("kept.deleted", [False])[0],
        domain=columns.get("kept.domain", [None])[0],
        harvest_source=columns.get("kept.harvest_source", [None])[0],
    )


def header(reader: Reader, identifier: str) -> Header | None:
    """Return the header of a record or a tombstone; None where there never was one."""
    found = reader.get(identifier, _COLUMNS)
    if found is None:
        return None
    kept = found[1]
    changed = from_microseconds(kept.changed)
    return Header(identifier=identifier, changed=changed, deleted=kept.deleted, domain=kept.domain, harvest_source=kept.harvest_source)


def tombstones(reader: Reader, since: int | None) -> Iterator[Tombstone]:
    """Yield the tombstones set at or after `since`, oldest first."""
    query = {"bool": {"filter": [DELETED, {"range": {"kept.changed": {} if since is None else {"gte": since}}}]}}
    for hit in reader.walk(reader.name, query, WINDOW, docvalue_fields=list(_COLUMNS), sort=["kept.changed", "identifier"]):
        told = _header(hit["sort"][1], hit["fields"])
        yield Tombstone(identifier=told.identifier, deleted=told.changed, harvest_source=told.harvest_source)


def sources(reader: Reader) -> list[str]:
    """Return the names of all harvest sources."""
    return [str(key) for key in _keys(reader.look_up, {"match_all": {}}, "kept.harvest_source", _MOST)]


def values_of(reader: Reader, field: IndexField, limit: int, told: Sequence[Body] = ()) -> list[str]:
    """Return the first `limit` values of a field of kind KEYWORD or INTEGER, in order, of the records that match all of `told`.

    Raises:
        QueryError: the field is of another kind.
    """
    if field.kind not in (Kind.KEYWORD, Kind.INTEGER):
        raise QueryError(f"the values of {field.name} cannot be listed", parameter=field.name)
    return [str(key) for key in _keys(reader.search, _living(told), field.name, min(limit, _MOST))]


def _keys(ask: Callable[[Body], Body], query: Body, field: str, limit: int) -> list[str | int]:
    if limit < 1:
        return []
    terms = {"terms": {"field": field, "size": limit, "order": {"_key": "asc"}}}
    answer = ask({"query": query, "size": 0, "track_total_hits": False, "aggs": {"keys": terms}})
    return [bucket["key"] for bucket in answer["aggregations"]["keys"]["buckets"]]


def _living(told: Sequence[Body]) -> Body:
    return {"bool": {"filter": [LIVING, *told]}} if told else LIVING


def bounds_of(reader: Reader, field: IndexField, told: Sequence[Body] = ()) -> tuple[int, int] | None:
    """Return the least and the greatest value of a field of kind INTEGER or MOMENT; None where no record has one.

    Only records that match all of `told` count.

    Raises:
        QueryError: the field is of another kind.
    """
    if field.kind not in (Kind.INTEGER, Kind.MOMENT):
        raise QueryError(f"{field.name} has no least and greatest value", parameter=field.name)
    aggregations = {"least": {"min": {"field": field.name}}, "greatest": {"max": {"field": field.name}}}
    found = reader.search({"query": _living(told), "size": 0, "track_total_hits": False, "aggs": aggregations})["aggregations"]
    least, greatest = found["least"]["value"], found["greatest"]["value"]
    return None if least is None or greatest is None else (int(least), int(greatest))


def state(reader: Reader) -> tuple[str, int]:
    """Return what differs after each change that searches see, and the bytes on disk.

    The server counts the changes of each shard, and how often its copies let them be seen. A copy that is being made, which nobody
    searches yet, has no counts.
    """
    path = "indices.*.uuid,indices.*.shards.*.seq_no.max_seq_no,indices.*.shards.*.refresh.external_total,_all.total.store.size_in_bytes"
    client = reader.client
    found = client.indices.stats(index=f"{reader.name},{reader.kept}", metric="refresh,store", level="shards", filter_path=path).body
    counts = [
        f"{index['uuid']} {number} {_counted(copies)}"
        for name, index in sorted(found["indices"].items())
        if name != reader.kept
        for number, copies in sorted(index["shards"].items())
    ]
    return " ".join(counts), int(found["_all"]["total"]["store"]["size_in_bytes"])


def _counted(copies: list[Body]) -> list[tuple[int, int]]:
    return sorted((copy["seq_no"]["max_seq_no"], copy["refresh"]["external_total"]) for copy in copies if "seq_no" in copy)


def statistics(reader: Reader, at: str, size: int, told: Sequence[Body] = ()) -> Statistics:
    """Return what is held of what matches all of `told`; `at` is the state."""
    aggregations = {
        "formats": {"filter": {"bool": {"must_not": [DELETED]}}, "aggs": {"of": {"terms": {"field": "kept.format", "size": 1000}}}},
        "deleted": {"filter": DELETED},
        "latest": {"max": {"field": "kept.changed"}},
        "earliest": {"min": {"field": "kept.changed"}},
    }
    among: Body = {"query": {"bool": {"filter": list(told)}}} if told else {}
    found = reader.look_up({"size": 0, "track_total_hits": False, "aggs": aggregations, **among})["aggregations"]
    formats = {bucket["key"]: bucket["doc_count"] for bucket in found["formats"]["of"]["buckets"]}
    latest, earliest = found["latest"]["value"], found["earliest"]["value"]
    return Statistics(
        records=found["formats"]["doc_count"],
        deleted=found["deleted"]["doc_count"],
        updated=None if latest is None else from_microseconds(int(latest)),
        earliest=None if earliest is None else from_microseconds(int(earliest)),
        bytes=size,
        formats=dict(sorted(formats.items())),
        state=at,
    )
