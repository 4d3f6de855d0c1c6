"""Finding and viewing records: what the pages and the other doors ask of the catalogue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from pygeofilter import ast

from catalogue.engines.base import Engine, Suggestion
from catalogue.engines.stored import state_of
from catalogue.query import Direction, FacetCount, FacetRequest, Page, SearchPage, SearchQuery, SortKey
from catalogue.service import exporting
from catalogue.service.addresses import record_path
from catalogue.service.exporting import Document
from catalogue.service.remembered import Remembered, key_of
from catalogue.service.visible import Visible
from mappings.formats import losses, offered, write
from mappings.vocabularies.domains import domain_of
from records.codes import Domain, LinkFunctionCode
from records.errors import NotFoundError
from records.model import Link, Record

_ANCESTORS: Final = 8
"""A chain of parents is followed so far; longer ones are circles or mistakes."""
_CHILDREN: Final = 100
_RELATED: Final = 6
_NEWEST: Final = 8
_MISSIONS: Final = 3
_VIEWS: Final = 8
"""So many overviews are kept: askers who see different records have different ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The catalogue as a whole.

    Attributes:
        records: how many there are.
        orderable: how many of them say where their data are ordered.
        updated: the time of the last change; None for an empty catalogue.
        domains: how many records each domain has, all four domains in their order.
        missions: the projects with most records, for each domain.
        newest: the records whose metadata are newest.
    """

    records: int
    orderable: int
    updated: datetime | None
    domains: dict[Domain, int]
    missions: dict[Domain, tuple[FacetCount, ...]]
    newest: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A format a record can be had in."""

    name: str
    title: str
    extension: str
    is_source: bool
    record: Record

    @property
    def losses(self) -> tuple[str, ...]:
        """Names of the record's fields that this format cannot carry whole; computed when asked."""
        return losses(self.record, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """A record with what stands around it.

    Attributes:
        record: with its source document.
        url: its permanent address.
        domain: its science domain; None when it is not known.
        ancestors: the records it is a part of, the outermost first.
        children: the records that are parts of it, by title, the first hundred.
        children_total: how many of those there are.
        related: other records it names, then its siblings, then others of its first project.
        order: where its data are ordered; None when nowhere is known.
        renditions: the formats it can be had in, the one it came in first.
    """

    record: Record
    url: str
    domain: Domain | None
    ancestors: tuple[Record, ...]
    children: tuple[Record, ...]
    children_total: int
    related: tuple[Record, ...]
    order: Link | None
    renditions: tuple[Rendition, ...]


class Catalogue:
    """The catalogue as its doors see it.

    Args:
        engine: keeps and finds all records.
        hidden: tells the identifiers of what whoever asks now must not be told of; None where all is for everybody.
        base_url, sipad_url, held, viewpoint, clock: as the attributes.

    Attributes:
        engine: keeps and finds the records, as far as whoever asks may see them (`catalogue.service.visible`).
        base_url: the address the catalogue is known by, without a slash at its end.
        sipad_url: template of the address where data are ordered, with "{identifier}"; None when there is no other SIPAD.
        held: tells the identifiers of the records whose data the SIPAD that is served here holds.
        viewpoint: tells, of whoever asks now, what tells those apart who may see different records.
        clock: tells the time, aware, UTC.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        base_url: str,
        sipad_url: str | None = None,
        held: Callable[[], frozenset[str]] = frozenset,
        hidden: Callable[[], frozenset[str]] | None = None,
        viewpoint: Callable[[], str] = str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._all = engine
        self.engine: Engine = engine if hidden is None else Visible(engine, hidden)
        self.viewpoint = viewpoint
        self.base_url = base_url
        self.sipad_url = sipad_url
        self.held = held
        self.clock = clock
        self._overviews: dict[str, Overview] = {}
        self._written = Remembered()

    def url_of(self, identifier: str) -> str:
        """Return the permanent address of a record."""
        return f"{self.base_url}{record_path(identifier)}"

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a question; see `catalogue.engines.base.Engine.search`."""
        return self.engine.search(query)

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """Return what a person who typed `prefix` may want to type."""
        return self.engine.suggest(prefix, limit)

    def record(self, identifier: str) -> Record:
        """Return the record with its source document.

        Raises:
            NotFoundError: there is none.
        """
        record = self.engine.get(identifier)
        if record is None:
            raise NotFoundError(identifier)
        return record

    def orderable(self, record: Record) -> Link | None:
        """Return where the record's data are ordered; None when that is not known.

        By its own order link; at the SIPAD that is served here where that holds its data; else, unless it says where its data are
        downloaded, at the configured SIPAD, or where there is none by a letter to its distributor.
        """
        own = next(record.links_for(LinkFunctionCode.ORDER), None)
        if own is None and record.identifier in self.held():
            url = f"{self.base_url}/sipad/order?dataset={quote(record.identifier, safe='')}"
            return Link(url=url, name="SIPAD", function=LinkFunctionCode.ORDER)
        if own is not None or next(record.links_for(LinkFunctionCode.DOWNLOAD), None) is not None:
            return own
        if self.sipad_url is not None:
            url = self.sipad_url.replace("{identifier}", quote(record.identifier, safe=""))
            return Link(url=url, name="SIPAD", function=LinkFunctionCode.ORDER)
        if record.distributor_email is not None:
            subject = quote(f"{record.identifier}: {record.display_title}", safe="")
            url = f"mailto:{quote(record.distributor_email, safe='@')}?subject={subject}"
            return Link(url=url, name=record.distributor_email, function=LinkFunctionCode.ORDER)
        return None

    def _is_orderable(self) -> ast.Node:
        """The filter that `orderable` answers."""
        delivery = ast.Attribute("delivery")
        elsewhere = ast.Not(ast.Equal(delivery, "download"))
        if self.sipad_url is None:
            elsewhere = ast.And(elsewhere, ast.Equal(delivery, "e-mail"))
        orderable = ast.Or(ast.Equal(delivery, "order"), elsewhere)
        held = sorted(self.held())
        return ast.Or(orderable, ast.In(ast.Attribute("identifier"), held, not_=False)) if held else orderable

    def view(self, identifier: str) -> RecordView:
        """Return the record with what stands around it.

        Raises:
            NotFoundError: there is none.
        """
        record = self.record(identifier)
        parts = self.search(SearchQuery(parents=(identifier,), sort=(SortKey("title"),), page=Page(limit=_CHILDREN)))
        return RecordView(
            record=record,
            url=self.url_of(identifier),
            domain=domain_of(record),
            ancestors=self._ancestors(record),
            children=tuple(hit.record for hit in parts.hits),
            children_total=parts.number_matched,
            related=self._related(record),
            order=self.orderable(record),
            renditions=_renditions(record),
        )

    def overview(self) -> Overview:
        """Return the catalogue as a whole."""
        statistics = self.engine.statistics()
        found = self._overviews.get(statistics.state)
        if found is None:
            found = self._look_over(statistics.records, statistics.updated)
            kept = dict(list(self._overviews.items())[1 - _VIEWS :])
            self._overviews = {**kept, statistics.state: found}
        return found

    def name(self, identifier: str) -> str | None:
        """Return what a record is called, be it hidden or not; None where there is none.

        For those alone who may know its name (`accounts.access.Decision.named`).
        """
        (record,) = self._all.get_many([identifier])
        return None if record is None else record.display_title

    def export(self, identifiers: Sequence[str], format_name: str, *, language: str = "en", most: int = exporting.MAX_RECORDS) -> Document:
        """Return these records, at most so many, as one document: see `catalogue.service.exporting.export`.

        Raises:
            NotFoundError: one of them does not exist.
            FormatError: there is no such format.
            QueryError: none are asked for, or too many.
        """
        records = [self.record(identifier) for identifier in exporting.checked(identifiers, most)]
        records = [self.with_order(record) for record in records]
        return exporting.export(records, format_name, url_of=self.url_of, language=language, now=self.clock())

    def rendition(self, record: Record, format_name: str) -> bytes:
        """Return a record, come with its source document, in a format; byte for byte in the one it came in.

        What had to be written is remembered, since the same records are asked for again and again.

        Raises:
            FormatError: there is no such format.
        """
        if record.source is not None and record.source.format == format_name:  # `write` would give the same; it needs no memory
            return record.source.content
        order = self.order_to_add(record)
        key = key_of(format_name, state_of(record), record.provenance, order)
        known = self._written.get(key)
        if known is None:
            known = (write(_with_link(record, order), format_name),)
            self._written.keep(key, known)
        return known[0]

    def with_order(self, record: Record) -> Record:
        """Return the record with the SIPAD link that was made for it, so that every rendition carries it; its source is as it was."""
        return _with_link(record, self.order_to_add(record))

    def order_to_add(self, record: Record) -> Link | None:
        """Return the link to SIPAD that was made for a record; None where it has its own, or none but a letter."""
        order = self.orderable(record)
        return None if order is None or order in record.links or order.url.startswith("mailto:") else order

    def _ancestors(self, record: Record) -> tuple[Record, ...]:
        found: list[Record] = []
        seen = {record.identifier}
        parent = record.parent_identifier
        while parent is not None and parent not in seen and len(found) < _ANCESTORS:
            seen.add(parent)
            (above,) = self.engine.get_many([parent])
            if above is None:
                break
            found.append(above)
            parent = above.parent_identifier
        return tuple(reversed(found))

    def _related(self, record: Record) -> tuple[Record, ...]:
        named = self.engine.get_many([relation.identifier for relation in record.relations])
        found = {other.identifier: other for other in named if other is not None}
        around = [SearchQuery(parents=(record.parent_identifier,), page=Page(limit=_RELATED + 1))] if record.parent_identifier else []
        if record.projects:
            project = FacetRequest(field="project", selected=(record.projects[0].name,), size=0)
            around.append(SearchQuery(facets=(project,), page=Page(limit=_RELATED + 2)))
        for query in around:
            if len(found) < _RELATED:
                found |= {hit.record.identifier: hit.record for hit in self.search(query).hits if hit.record.identifier not in found}
        outside = {record.identifier, record.parent_identifier}
        others = [other for other in found.values() if other.identifier not in outside and other.parent_identifier != record.identifier]
        return tuple(others[: max(_RELATED, len(record.relations))])

    def _look_over(self, records: int, updated: datetime | None) -> Overview:
        every = FacetRequest(field="domain", size=len(Domain))
        counts = {row.value: row.count for row in self.search(SearchQuery(facets=(every,), page=Page(limit=0))).facets["domain"]}
        missions: dict[Domain, tuple[FacetCount, ...]] = {}
        for domain in Domain:
            within = FacetRequest(field="domain", selected=(domain.value,), size=0)
            projects = FacetRequest(field="project", size=_MISSIONS)
            missions[domain] = self.search(SearchQuery(facets=(within, projects), page=Page(limit=0))).facets["project"]
        newest = SearchQuery(sort=(SortKey("created", Direction.DESCENDING),), page=Page(limit=_NEWEST))
        return Overview(
            records=records,
            orderable=self.search(SearchQuery(filter=self._is_orderable(), page=Page(limit=0))).number_matched,
            updated=updated,
            domains={domain: counts.get(domain.value, 0) for domain in Domain},
            missions=missions,
            newest=tuple(hit.record for hit in self.search(newest).hits),
        )


def _with_link(record: Record, link: Link | None) -> Record:
    return record if link is None else replace(record, links=(*record.links, link))


def _renditions(record: Record) -> tuple[Rendition, ...]:
    source = record.source.format if record.source else None
    made = [
        Rendition(name=known.name, title=known.title, extension=known.extension, is_source=known.name == source, record=record)
        for known in offered(record)
    ]
    return tuple(sorted(made, key=lambda rendition: not rendition.is_source))
