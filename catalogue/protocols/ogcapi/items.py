"""Pages of records: a GeoJSON FeatureCollection with numbers, links and facets (OGC 17-069r4, 7.16; 20-004r1, 8)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from catalogue.protocols.doors import PAGE_BYTES, until_full
from catalogue.protocols.ogcapi.features import JSON, MEDIA_TYPE, PROFILE, Features
from catalogue.protocols.ogcapi.holdings import Collection
from catalogue.protocols.ogcapi.parameters import Asked
from catalogue.query import SearchPage, SearchQuery
from catalogue.service import Catalogue
from records.errors import QueryError
from records.model import Record

BYTES: Final = PAGE_BYTES
"""A page ends once its records are so large together, whatever their number."""
_KEPT: Final = ":,'()*!"
"""Characters that an address holds as they are: a filter is full of them, and an address has an end."""


def items(catalogue: Catalogue, features: Features, collection: Collection, asked: Asked) -> bytes:
    """Return the page that was asked for.

    Raises:
        QueryError: what the engine finds wrong with a filter or a cursor.
        EngineError: the catalogue cannot answer now.
    """
    try:
        found, written = _page(catalogue, features, collection, asked.query)
    except QueryError as error:
        raise _told(error, asked.given) from error
    members: dict[str, Any] = {
        "type": "FeatureCollection",
        "numberMatched": found.number_matched,
        "numberReturned": len(written),
        "timeStamp": f"{catalogue.clock():%Y-%m-%dT%H:%M:%SZ}",
        "links": links(features, collection, asked, found),
    }
    if asked.buckets:
        members["facets"] = _facets(asked.buckets, found)
    return b'%b,"features":[%b]}' % (msgspec.json.encode(members)[:-1], b",".join(written))


def _page(catalogue: Catalogue, features: Features, collection: Collection, query: SearchQuery) -> tuple[SearchPage, list[bytes]]:
    """Return the records of a page and what is written of them; fewer than were asked for where they are too large together.

    Those that are, are asked for again, as many as there was room for: so the next page begins behind the last of them.
    """
    while True:
        found = catalogue.search(query)
        records = _with_json(catalogue, [hit.record for hit in found.hits])
        written = until_full((features.feature(record, collection) for record in records), BYTES)
        if len(written) == len(found.hits):
            return found, written
        query = replace(query, page=replace(query.page, limit=len(written)))


def _with_json(catalogue: Catalogue, records: list[Record]) -> list[Record]:
    """Return records; those that came as GeoJSON with their documents, since they are handed out as they came. The others do without.

    One that was replaced since it was found stays as it was found: what stands in its place, the question may not have meant.
    """
    came = [record.identifier for record in records if record.provenance.format == JSON]
    if not came:
        return records
    whole = {record.identifier: record for record in catalogue.engine.get_many(came, documents=True) if record is not None}
    now = [whole.get(record.identifier, record) for record in records]
    return [new if new.provenance.loaded == old.provenance.loaded else old for new, old in zip(now, records, strict=True)]


def _told(error: QueryError, given: Mapping[str, str]) -> QueryError:
    """Return an error of the engine's by the parameter that it comes from: names in a filter are no parameters."""
    known = error.parameter if error.parameter in given or "filter" not in given else "filter"
    return QueryError(str(error), parameter=known)


def links(features: Features, collection: Collection, asked: Asked, found: SearchPage) -> list[dict[str, str]]:
    """Return the links of a page: itself, as a page for readers, the next and the previous one, its collection."""
    address = features.items_url(collection)
    here = {name: value for name, value in asked.given.items() if name != "f"}
    onward = {name: value for name, value in here.items() if name not in {"cursor", "offset"}}
    made = [
        _link("self", MEDIA_TYPE, address, asked.given, "This page"),
        _link("alternate", "text/html", address, {**here, "f": "html"}, "This search on the catalogue's pages"),
    ]
    if found.next_cursor is not None:
        made.append(_link("next", MEDIA_TYPE, address, {**onward, "cursor": found.next_cursor}, "The next page"))
    offset, limit = asked.query.page.offset, asked.query.page.limit
    if offset:
        before = {**onward, "limit": str(min(limit, offset)), "offset": str(max(0, offset - limit))}
        made.append(_link("prev", MEDIA_TYPE, address, before, "The page before"))
    made.append(_link("collection", "application/json", f"{features.root}/collections/{collection.id}", {}, collection.title))
    made.append(_link("profile", "text/html", PROFILE, {}, "What these records conform to"))
    return made


def _link(rel: str, media_type: str, address: str, parameters: Mapping[str, str], title: str) -> dict[str, str]:
    href = f"{address}?{urlencode(parameters, safe=_KEPT)}" if parameters else address
    return {"rel": rel, "type": media_type, "title": title, "href": href}


def _facets(buckets: Mapping[str, int], found: SearchPage) -> dict[str, Any]:
    """Return the counts, as the draft of part 2 of the standard (simple facets) has them."""
    return {
        name: {
            "type": "term",
            "property": name,
            "buckets": [{"value": row.value, "count": row.count} for row in found.facets[name][:size]],
            "more": len(found.facets[name]) > size,
        }
        for name, size in buckets.items()
    }
