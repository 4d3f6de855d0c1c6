"""The five collections: all records, and those of each science domain. What they hold, in numbers and in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from pygeofilter import ast

from catalogue.query import Page, SearchQuery
from catalogue.service import Catalogue
from mappings.vocabularies.domains import domain_of
from mappings.vocabularies.labels import label
from records.codes import Domain
from records.model import Record

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection of records.

    Attributes:
        id: as it stands in addresses.
        domain: the science domain its records are of; None for all records.
    """

    id: str
    title: str
    description: str
    domain: Domain | None = None

    @property
    def filter(self) -> ast.Node | None:
        """What its records fulfil; None where all do."""
        return ast.Equal(ast.Attribute("domain"), self.domain.value) if self.domain else None

    def has(self, record: Record) -> bool:
        """Return whether a record is one of the collection."""
        return self.domain is None or domain_of(record) is self.domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a collection holds.

    Attributes:
        records: how many.
        begin: the first moment the records are about (RFC 3339); None where one of them is open, or begins before the year 1.
        end: the last moment; None likewise.
    """

    records: int
    begin: str | None
    end: str | None


def _of_domain(domain: Domain) -> Collection:
    name = label(domain, "en")
    return Collection(
        id=domain.value,
        title=f"{name} science records",
        description=f"The records of the catalogue that describe data of the domain {name}.",
        domain=domain,
    )


COLLECTIONS: Final[Mapping[str, Collection]] = MappingProxyType(
    {
        collection.id: collection
        for collection in (
            Collection(id="records", title="All records", description="All records of the catalogue, whatever their science domain."),
            *map(_of_domain, Domain),
        )
    }
)


def holding(catalogue: Catalogue, collection: Collection) -> Holding:
    """Return what a collection holds. The times are those of the whole catalogue, unless the collection has records open to that side."""
    return Holding(
        records=_count(catalogue, collection, None),
        begin=_end_of_time(catalogue, collection, "begin", 0),
        end=_end_of_time(catalogue, collection, "end", 1),
    )


def _end_of_time(catalogue: Catalogue, collection: Collection, field: str, side: int) -> str | None:
    open_ones = ast.And(ast.Exists(ast.Attribute("interval"), not_=False), ast.IsNull(ast.Attribute(field), not_=False))
    bounds = catalogue.engine.bounds(field)
    if bounds is None or _count(catalogue, collection, open_ones):
        return None
    try:
        return f"{_EPOCH + timedelta(seconds=bounds[side]):%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0")
    except OverflowError:
        return None


def _count(catalogue: Catalogue, collection: Collection, narrowing: ast.Node | None) -> int:
    parts = [part for part in (collection.filter, narrowing) if part is not None]
    condition = ast.And(*parts) if len(parts) == 2 else parts[0] if parts else None
    return catalogue.search(SearchQuery(filter=condition, page=Page(limit=0))).number_matched
