"""FIELDS: for each searchable property of a record its kind, its values, its names at each door. One row, one fact.

The engines' schemas, the queryables, the CSW capabilities and the facet menu are functions of this table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from records.errors import QueryError
from records.model import Record


class Kind(StrEnum):
    """How a field is indexed, and what its values are."""

    TEXT = "text"
    """Searched by words (English and French stems, accents folded) and compared as a whole, folded. Values are str."""
    KEYWORD = "keyword"
    """Compared and counted as a whole; its words are searched as well where it has a boost. Values are str."""
    INTEGER = "integer"
    """Values are int, signed 64 bits."""
    MOMENT = "moment"
    """Values are int: seconds from 1970-01-01T00:00:00Z."""
    INTERVAL = "interval"
    """Values are `TimeInterval`."""
    EXTENT = "extent"
    """Values are `Extent`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexField:
    """A searchable property.

    Attributes:
        name: in queries, filters, facets and URLs.
        kind: see `Kind`.
        values: its values in a record; () when it has none.
        boost: weight of a word found in it, relative to one found in the abstract (1.0); 0: its words are not searched.
        csw: its names at the CSW door; () when it has none there.
        sortable: whether answers can be ordered by it (then by its first value).
        facet: whether its values can be counted.
    """

    name: str
    kind: Kind
    values: Callable[[Record], Sequence[object]]
    boost: float = 0.0
    csw: tuple[str, ...] = ()
    sortable: bool = False
    facet: bool = False


def _one(value: object) -> tuple[object, ...]:
    return () if value is None else (value,)


_FIELDS: Final[tuple[IndexField, ...]] = (
    IndexField(name="identifier", kind=Kind.KEYWORD, values=lambda r: (r.identifier,), csw=("dc:identifier", "apiso:Identifier"), sortable=True),
    IndexField(name="title", kind=Kind.TEXT, values=lambda r: _one(r.title), boost=8.0, csw=("dc:title", "apiso:Title"), sortable=True),
)

FIELDS: Final[Mapping[str, IndexField]] = MappingProxyType({row.name: row for row in _FIELDS})


def field_named(name: str) -> IndexField:
    """Return the field called `name`.

    Raises:
        QueryError: there is none; the message names those there are.
    """
    try:
        return FIELDS[name]
    except KeyError:
        raise QueryError(f"there is no field {name!r}; there are {', '.join(FIELDS)}", parameter=name) from None
