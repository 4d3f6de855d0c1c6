"""A walk through a source, page by page, into what keeps its documents."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalogue.harvesting.batches import Batch, Batches
from catalogue.harvesting.lease import CancelledError, Lease
from catalogue.harvesting.reading import Reading
from harvesters.errors import HarvestError
from harvesters.harvest import harvest
from harvesters.pages import Known
from harvesters.source import Checkpoint, Source
from harvesters.web import Client


class Keeps(Protocol):
    """What takes the batches of a walk."""

    def keep(self, batch: Batch) -> None:
        """Take one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a walk ended.

    Attributes:
        complete: whether all that the source has was seen.
        whole: whether all that was asked for was seen.
    """

    complete: bool
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What walks through a source.

    Attributes:
        known: the marks of its documents.
        told: is called after each batch.
    """

    source: Source
    client: Client
    known: Known
    reading: Reading
    keeps: Keeps
    lease: Lease
    told: Callable[[], None]

    def walk(self, since: datetime | None, checkpoint: Checkpoint | None) -> Ended:
        """Walk from a checkpoint, or from the beginning, to the end.

        Raises:
            HarvestError: the source failed as a whole. What was kept before stays, and so does what had come.
            LostError, StoppingError, CancelledError: the walk is not to go on.
            EngineError: the engine takes nothing now.
        """
        batches = Batches(self.reading)
        with harvest(self.source, client=self.client, known=self.known, since=since, checkpoint=checkpoint) as steps:
            try:
                for step in steps:
                    self.lease.look()
                    batches.add(step)
                    self._keep(batches.due())
            except (HarvestError, CancelledError):
                self._keep(batches.rest())
                raise
            self._keep(batches.rest())
            return Ended(complete=steps.complete, whole=steps.whole)

    def _keep(self, batches: Iterator[Batch]) -> None:
        for batch in batches:
            self.keeps.keep(batch)
            self.told()
