"""What a run counts, and tells of single documents."""

from dataclasses import asdict, dataclass

from catalogue.engines.base import Change
from catalogue.engines.stored import decode
from catalogue.harvesting.codelists import LineKind
from catalogue.harvesting.decisions import Decision
from catalogue.harvesting.models import HarvestRun
from catalogue.harvesting.outcomes import Bad
from catalogue.harvesting.telling import Telling

_PROBLEMS = 5
"""Of one document, that are told."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """The numbers of a batch, as `HarvestRun` has them."""

    received: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    rejected: int = 0
    conflicts: int = 0

    def count(self, decision: Decision, change: Change, *, fresh: bool) -> None:
        """Count a document that was read; one that comes again is not `fresh`."""
        self.received += fresh
        self.conflicts += decision.conflict is not None
        self.rejected += decision.refused
        self.created += change is Change.CREATED
        self.updated += change is Change.UPDATED
        self.unchanged += change is Change.UNCHANGED and fresh and not decision.refused

    def add_to(self, run: HarvestRun) -> None:
        """Add the numbers to those of a run."""
        for name, number in asdict(self).items():
            setattr(run, name, getattr(run, name) + number)


def tell_decision(telling: Telling, decision: Decision, change: Change) -> None:
    """Tell what became of a document that was read."""
    ready, fetched, conflict = decision.ready, decision.fetched, decision.conflict
    identifier = decision.entry.identifier if decision.entry is not None else ready.entry.identifier
    told: list[tuple[LineKind, str, bytes | None]] = []
    if conflict is not None:
        told.append((LineKind.CONFLICT, str(conflict), fetched.content if decision.entry is None else None))
    if change is not Change.UNCHANGED:
        told.append((LineKind.CREATED if change is Change.CREATED else LineKind.UPDATED, "", None))
        if ready.problems:
            told.append((LineKind.DOUBTFUL, "; ".join(problem.message for problem in ready.problems[:_PROBLEMS]), None))
    for kind, reason, content in told:
        if telling.wants(kind):
            title = decode(ready.entry.stored).title
            telling.tell(kind, fetched.origin, identifier=identifier, title=title, reason=reason, content=content)


def tell_bad(telling: Telling, bad: Bad, identifier: str | None) -> None:
    """Tell of a document that could not be had or read."""
    telling.tell(LineKind.REJECTED, bad.origin, identifier=identifier, reason=bad.reason, content=bad.content)
