"""What is above and below a record or a node of the data tree: along this access rules are inherited (`accounts.access`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from catalogue.engines.base import Engine
from catalogue.query import MAX_LIMIT, Page, SearchQuery, SortKey
from mappings.formats import read
from ordering.tree import Tree
from records.errors import FormatError

_STEP: Final = 1000
_BY_IDENTIFIER: Final = (SortKey("identifier"),)


@dataclass(frozen=True, slots=True)
class _Buried:
    """The tombstones of a catalogue: the parent that each record had last, and when the youngest of them was set."""

    parents: dict[str, str | None]
    latest: datetime | None


class Descent:
    """The parents and children of all identifiers: a node's are those of the tree, where it is not at its top; else the record's own.

    A record that was deleted keeps the parent it had: what nobody may be told of is not to be told of by its deletion.

    Args:
        engine: what keeps the records; all of them, hidden or not.
        tree: the data tree.
    """

    def __init__(self, engine: Engine, tree: Tree) -> None:
        self._engine = engine
        self._tree = tree
        self._buried = _Buried({}, None)

    def state(self) -> str:
        """Return what is another whenever a parent or a child is."""
        return f"{self._engine.statistics().state} {self._tree.state()}"

    def parent_of(self, identifier: str) -> str | None:
        """Return the identifier above one; None at the top."""
        above = self._tree.parent_of(identifier)
        if above is not None:
            return above
        (record,) = self._engine.get_many([identifier])
        return record.parent_identifier if record is not None else self._dead().get(identifier)

    def children_of(self, identifiers: Sequence[str]) -> list[str]:
        """Return the identifiers right below any of these."""
        parents = frozenset(identifiers)
        own = [*self._living(identifiers), *(name for name, parent in self._dead().items() if parent in parents)]
        placed = self._tree.placed(own)
        return [*self._tree.children_of(identifiers), *(name for name in own if name not in placed)]

    def _living(self, parents: Sequence[str]) -> list[str]:
        found: list[str] = []
        for some in _steps(parents):
            query = SearchQuery(parents=some, sort=_BY_IDENTIFIER, page=Page(limit=MAX_LIMIT))
            while True:
                answer = self._engine.search(query)
                found += [hit.record.identifier for hit in answer.hits]
                if answer.next_cursor is None:
                    break
                query = replace(query, page=replace(query.page, cursor=answer.next_cursor))
        return found

    def _dead(self) -> dict[str, str | None]:
        """Return the parents that the deleted records had; those deleted since it was asked last are added.

        Where there are fewer than that, records came back, and all are looked at anew.
        """
        deleted = self._engine.statistics().deleted
        buried = self._read_tombstones(self._buried) if deleted else _Buried({}, None)
        if len(buried.parents) != deleted:
            buried = self._read_tombstones(_Buried({}, None))
        self._buried = buried
        return buried.parents

    def _read_tombstones(self, buried: _Buried) -> _Buried:
        parents, latest = dict(buried.parents), buried.latest
        for tombstone in self._engine.tombstones(latest):
            parents[tombstone.identifier] = self._last_parent(tombstone.identifier)
            latest = tombstone.deleted
        return _Buried(parents, latest)

    def _last_parent(self, identifier: str) -> str | None:
        version = next(iter(self._engine.versions(identifier)), None)
        try:
            return None if version is None else read(version.content).parent_identifier
        except FormatError:  # it was read once, by a program that took more
            return None


def _steps(identifiers: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield identifiers, so many at a time as a question holds."""
    for start in range(0, len(identifiers), _STEP):
        yield tuple(identifiers[start : start + _STEP])
