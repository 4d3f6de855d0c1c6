"""A search and its answer, a feed."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from catalogue.protocols.doors import FAULTS, PAGE_BYTES, Doors, until_full
from catalogue.protocols.opensearch.asking import PARAMETERS, Search
from catalogue.protocols.opensearch.describing import DESCRIPTION_TYPE
from catalogue.query import SearchPage
from catalogue.service.addresses import with_parameters
from mappings.atom import Feed, Relation, entry, feed
from records.model import Record

BYTES: Final = PAGE_BYTES
"""A page ends once its entries are so large together, whatever their number."""
_NOTE: Final = "This record cannot be written as Atom; its other formats may hold it."
_PLACES: Final = {"count", "startIndex", "startPage"}
"""Parameters that choose a page and do not change what is found."""

_LOG: Final = logging.getLogger(__name__)


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
    found, entries, room = _page(doors, search, asker)
    asked = {name: value for name, value in search.given.items() if name not in _PLACES}
    said = Feed(
        identifier=_absolute(address, asked),
        title=f"{doors.provider}: {search.query.text}" if search.query.text else doors.provider,
        updated=doors.catalogue.engine.statistics().updated or doors.catalogue.clock(),
        author=doors.provider,
        links=(
            *_pages(search, found, asked, address),
            Relation(rel="search", href=description, media_type=DESCRIPTION_TYPE),
        ),
        total=found.number_matched,
        start=search.start + 1,
        count=room,
        query={PARAMETERS[name]: value for name, value in asked.items() if PARAMETERS[name].partition(":")[0] != "reflecs"},
    )
    return feed(said, entries)


def _page(doors: Doors, search: Search, asker: str) -> tuple[SearchPage, list[bytes], int]:
    """Return the records of a page, their entries, and how many there was room for: as many as were asked for, unless they are too large.

    Those that are, are asked for again, as many as there was room for: so the next page begins behind the last of them. The feed's
    itemsPerPage tells it to those who count by startIndex; who counts by startPage has to compare it with what was asked.
    """
    query = search.query
    while True:
        found = doors.positions.search(doors.catalogue, query, start=search.start, asker=asker)
        entries = until_full((_entry(doors, hit.record) for hit in found.hits), BYTES)
        if len(entries) == len(found.hits):
            return found, entries, query.page.limit
        query = replace(query, page=replace(query.page, limit=len(entries)))


def _entry(doors: Doors, record: Record) -> bytes:
    """Return the entry of a record; of one that cannot be written an entry that says so."""
    url = doors.catalogue.url_of(record.identifier)
    try:
        return entry(doors.catalogue.with_order(record), url=url, author=doors.provider)
    except FAULTS:
        _LOG.exception("the record %r cannot be written as Atom", record.identifier)
        bare = Record(identifier=record.identifier, title=record.title, abstract=_NOTE)
        return entry(bare, url=url, author=doors.provider)


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
