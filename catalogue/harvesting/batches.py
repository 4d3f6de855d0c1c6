"""Pages of a harvest, put together to batches: what is kept costs less in large steps."""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from catalogue.harvesting.reading import Reading, Reads, results
from catalogue.service.documents import Found
from catalogue.service.preparing import Ready, Refused
from harvesters.outcomes import Fetched, Outcome
from harvesters.pages import Step
from harvesters.source import Checkpoint

LARGE: Final = 2000
"""Documents of a batch."""
MOST: Final = 10_000
"""Outcomes of a batch, most of which are unchanged then."""
LARGE_BYTES: Final = 32 * 1024 * 1024
AGE: Final = 4.0
"""Seconds that a page waits for others, at most."""

Result = Ready | Refused | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is kept in one step.

    Attributes:
        outcomes: in their order; with each `Fetched` what reading it made of it.
        checkpoint: where to go on after it.
        expected: how many documents the source says it has; None where it does not say.
    """

    outcomes: Sequence[tuple[Outcome, Result]]
    checkpoint: Checkpoint
    expected: int | None


@dataclass(slots=True, kw_only=True)
class _Page:
    """A page while its documents are read."""

    step: Step
    reads: Reads
    documents: int
    size: int
    came: float = field(default_factory=time.monotonic)


class Batches:
    """Collects pages; hands out batches as they are large, or old, enough."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._pages: deque[_Page] = deque()

    def add(self, step: Step) -> None:
        """Take a page in, and begin to read its documents."""
        found = [Found(origin=each.origin, content=each.content) for each in step.outcomes if isinstance(each, Fetched)]
        size = sum(len(each.content or b"") for each in found)
        self._pages.append(_Page(step=step, reads=self._reading.begin(found) if found else (), documents=len(found), size=size))

    def due(self) -> Iterator[Batch]:
        """Yield the batches that are to be kept now. Twice as much waits as is kept, so that reading goes on meanwhile."""
        while self._pages and (self._enough(2) or time.monotonic() - self._pages[0].came > AGE):
            yield self._next()

    def rest(self) -> Iterator[Batch]:
        """Yield all that waits."""
        while self._pages:
            yield self._next()

    def _enough(self, times: int) -> bool:
        documents = sum(page.documents for page in self._pages)
        size = sum(page.size for page in self._pages)
        outcomes = sum(len(page.step.outcomes) for page in self._pages)
        return documents >= times * LARGE or size >= times * LARGE_BYTES or outcomes >= MOST

    def _next(self) -> Batch:
        outcomes: list[tuple[Outcome, Result]] = []
        documents = size = 0
        expected = None
        while self._pages:
            page = self._pages.popleft()
            read = iter(results(page.reads))
            outcomes += [(each, next(read) if isinstance(each, Fetched) else None) for each in page.step.outcomes]
            documents, size = documents + page.documents, size + page.size
            checkpoint = page.step.checkpoint
            expected = page.step.expected if page.step.expected is not None else expected
            if documents >= LARGE or size >= LARGE_BYTES or len(outcomes) >= MOST:
                break
        return Batch(outcomes=outcomes, checkpoint=checkpoint, expected=expected)
