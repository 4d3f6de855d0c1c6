"""What keeps a harvest, as small as can be: documents and marks by key, and withdrawals only after a complete run."""

from dataclasses import dataclass, field
from typing import assert_never

from harvesters.errors import HarvestError
from harvesters.harvest import harvest
from harvesters.outcomes import Fetched, Rejected, Unchanged, Withdrawn
from harvesters.source import Checkpoint, Source
from tests.harvesters.sites import client


@dataclass
class Kept:
    """What is kept of one source, and where its harvest goes on."""

    documents: dict[str, bytes] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    checkpoint: Checkpoint | None = None
    seen: set[str] = field(default_factory=set)

    def run(self, asked: Source, *, dies_after: int | None = None) -> bool:
        """Harvest, from the checkpoint of a run that failed or died; whether it came to its end and saw everything."""
        if self.checkpoint is None:
            self.seen = set()
        complete = False
        try:
            with harvest(asked, client=client(), known=self.marks.get, checkpoint=self.checkpoint) as steps:
                for number, step in enumerate(steps, 1):
                    self._keep(step.outcomes)
                    self.checkpoint = step.checkpoint
                    if number == dies_after:
                        return False
                complete = steps.complete
        except HarvestError:
            return False
        self.checkpoint = None
        if complete:
            for key in set(self.documents) - self.seen:
                self._forget(key)
        return complete

    def _keep(self, outcomes: tuple[Fetched | Unchanged | Withdrawn | Rejected, ...]) -> None:
        for each in outcomes:
            self.seen.add(each.key)
            match each:
                case Fetched():
                    self.documents[each.key] = each.content
                    self.marks[each.key] = each.mark or ""
                case Withdrawn():
                    self._forget(each.key)
                case Unchanged() | Rejected():
                    pass
                case _:
                    assert_never(each)

    def _forget(self, key: str) -> None:
        self.documents.pop(key, None)
        self.marks.pop(key, None)
