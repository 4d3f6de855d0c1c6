"""A search and its answer, a feed."""

from collections.abc import Mapping
from typing import Final

from catalogue.protocols.doors import Doors
from catalogue.protocols.opensearch.asking import PARAMETERS, Search
from catalogue.protocols.opensearch.describing import DESCRIPTION_TYPE
from catalogue.query import SearchPage
from catalogue.service.addresses import with_parameters
from mappings.atom import Feed, Relation, feed

_PLACES: Final = {"count", "startIndex", "startPage"}
"""Parameters that choose a page and do not change what is found."""


def answer(doors: Doors, search: Search, *, asker: str, address: str, description: str) -> bytes:
    """Return the feed that answers a search.

    Args:
        doors: who answers.
        search: what is asked.
        asker: tells one client from another (`catalogue.protocols.positions`).
        address: where searches are asked.
        description: where the description document is.

    Raises:
        QueryError: the question cannot be answered as it is.
        EngineError: the catalogue cannot answer now.
    """
    catalogue = doors.catalogue
    found = doors.positions.search(catalogue, search.query, start=search.start, asker=asker)
    asked = {name: value for name, value in search.given.items() if name not in _PLACES}
    said = Feed(
        identifier=_absolute(address, asked),
        title=f"{doors.provider}: {search.query.text}" if search.query.text else doors.provider,
        updated=catalogue.engine.statistics().updated or catalogue.clock(),
        author=doors.provider,
        links=(
            *_pages(search, found, asked, address),
            Relation(rel="search", href=description, media_type=DESCRIPTION_TYPE),
        ),
        total=found.number_matched,
        start=search.start + 1,
        count=search.count,
        query={PARAMETERS[name]: value for name, value in asked.items() if PARAMETERS[name].partition(":")[0] != "reflecs"},
        correction=found.searched_as,
    )
    records = (catalogue.with_order(hit.record) for hit in found.hits)
    return feed(said, ((record, catalogue.url_of(record.identifier)) for record in records))


def _pages(search: Search, found: SearchPage, asked: Mapping[str, str], address: str) -> list[Relation]:
    """Return the links to this page and to those around it; a page of no records has no neighbours."""
    count, start = search.count, search.start

    def page(rel: str, begin: int) -> Relation:
        return Relation(rel=rel, href=_absolute(address, {**asked, "count": str(count), "startIndex": str(begin + 1)}))

    if not count:
        return [page("self", start)]
    links = [page("self", start), page("first", 0)]
    if start:
        links.append(page("previous", max(0, start - count)))
    if found.next_cursor is not None:
        links.append(page("next", start + len(found.hits)))
    return [*links, page("last", max(0, found.number_matched - 1) // count * count)]


def _absolute(address: str, parameters: Mapping[str, str]) -> str:
    return with_parameters(address, parameters.items())
