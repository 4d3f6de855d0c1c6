"""What was counted of a catalogue, kept as long as the catalogue stays as it was."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from catalogue.engines.base import Statistics

_KEPT: Final = 16
"""Different sets of hidden records whose counts are kept: there are as many as kinds of askers."""


class Counted:
    """The statistics of one state of the catalogue, by what is hidden. Threads may share it."""

    def __init__(self) -> None:
        self._found: OrderedDict[frozenset[str], Statistics] = OrderedDict()

    def at(self, state: str, hidden: frozenset[str], count: Callable[[], Statistics]) -> Statistics:
        """Return what `count` counts, unless it was counted at this state and with this hidden."""
        known = self._found.get(hidden)
        if known is not None and known.state == state:
            return known
        counted = count()
        found = self._found.copy()  # a copy, since another thread may look meanwhile
        found[hidden] = counted
        found.move_to_end(hidden)
        while len(found) > _KEPT:
            found.popitem(last=False)
        self._found = found
        return counted
