"""What is decided on fetched documents, and what of a run decisions depend on."""

from dataclasses import dataclass, field

from catalogue.engines.base import Entry
from catalogue.harvesting.codelists import Policy
from catalogue.harvesting.conflicts import Conflict
from catalogue.harvesting.items import Item
from catalogue.service.preparing import Ready
from harvesters.outcomes import Fetched
from records.codes import Domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A run and its source, as decisions need them."""

    run_id: int
    source_id: int
    name: str
    policy: Policy
    domain: Domain | None
    anew: bool


@dataclass(slots=True, kw_only=True)
class Decision:
    """What becomes of one document.

    Attributes:
        item: what is known of it then.
        entry: what is to be kept; None where nothing is.
        held: whether the document had the record already that its entry takes the place of.
        new: whether there is no record of this identifier yet.
        same: whether the record has this very document.
        conflict: what it met; None for nothing.
        refused: whether it is told as a problem.
        settled: whether it is taken for what its source has: one without a name may have lost it on the way, unless it comes so twice.
    """

    fetched: Fetched
    ready: Ready
    item: Item
    entry: Entry | None = None
    held: bool = False
    new: bool = False
    same: bool = False
    conflict: Conflict | None = None
    refused: bool = False
    settled: bool = True

    @property
    def mark(self) -> str | None:
        """What the document is known by next time; None to ask for it anew."""
        return self.fetched.mark if self.settled else None


@dataclass(slots=True, kw_only=True)
class Decided:
    """What becomes of some documents.

    Attributes:
        decisions: of each, in their order.
        losers: items whose records are another document's now.
        dropped: items of which nothing is left.
        abandoned: items, of no document any more, that hold what documents were kept as before they got other identifiers.
    """

    decisions: list[Decision] = field(default_factory=list)
    losers: list[Item] = field(default_factory=list)
    dropped: list[Item] = field(default_factory=list)
    abandoned: list[Item] = field(default_factory=list)
