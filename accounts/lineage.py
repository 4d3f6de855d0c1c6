"""What stands above and below an identifier, remembered as long as it stands so."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

_MOST: Final = 200_000
"""Parents that are remembered."""
_LONGEST: Final = 512
"""Characters of an identifier of which the parent is remembered: what visitors make up may be longer."""


@dataclass(slots=True, eq=False)
class _Memory:
    """What is known at one state. Threads may share it: each writes what is so."""

    state: str | None
    parents: dict[str, str | None] = field(default_factory=dict)
    below: dict[tuple[frozenset[str], frozenset[str]], frozenset[str]] = field(default_factory=dict)


class Lineage:
    """The parents and children of records and nodes. Threads may share it.

    Args:
        parent_of, children_of, state: as `accounts.access.Access` has them.
    """

    def __init__(
        self,
        parent_of: Callable[[str], str | None],
        children_of: Callable[[Sequence[str]], Sequence[str]],
        state: Callable[[], str] | None,
    ) -> None:
        self.parent_of = parent_of
        self.children_of = children_of
        self._state = state
        self._memory = _Memory(None)

    def memory(self) -> _Memory:
        """Return what is known at the present state. It is asked for before anything is looked up, so that nothing outlives its state."""
        if self._state is None:
            return _Memory(None)
        state = self._state()
        memory = self._memory
        if memory.state != state:
            memory = self._memory = _Memory(state)
        return memory


class Moment:
    """The lineage as it is during one request; whether it has changed since the one before is asked once, when it first matters."""

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage
        self._held: _Memory | None = None

    @property
    def _memory(self) -> _Memory:
        if self._held is None:
            self._held = self._lineage.memory()
        return self._held

    def nearest(self, identifier: str, marked: Collection[str]) -> str | None:
        """Return the first of the identifier itself, its parent, and so on up, that is marked; None where none is, or in a circle."""
        seen: set[str] = set()
        step: str | None = identifier
        while step is not None and step not in seen:
            if step in marked:
                return step
            seen.add(step)
            step = self._parent(step)
        return None

    def below(self, tops: frozenset[str], marked: Collection[str]) -> frozenset[str]:
        """Return the tops and all below them of which one of them is `nearest`; the tops are marked."""
        memory, key = self._memory, (tops, frozenset(marked))
        if key not in memory.below:
            memory.below[key] = self._descend(tops, key[1])
        return memory.below[key]

    def _descend(self, tops: frozenset[str], marked: frozenset[str]) -> frozenset[str]:
        found = set(tops)
        step = sorted(tops)
        while step:
            children = dict.fromkeys(self._lineage.children_of(step))
            step = [child for child in children if child not in found and child not in marked]
            found.update(step)
        return frozenset(found)

    def _parent(self, identifier: str) -> str | None:
        parents = self._memory.parents
        if len(parents) >= _MOST:
            parents = self._memory.parents = {}  # a new one, since another thread may be looking into the old
        if identifier in parents:
            return parents[identifier]
        if "\0" in identifier:
            return None  # nothing is called so, and databases do not take it
        parent = self._lineage.parent_of(identifier)
        if len(identifier) <= _LONGEST:
            parents[identifier] = parent
        return parent
