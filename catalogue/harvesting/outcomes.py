"""The outcomes of a batch, each document once: what came last counts."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from catalogue.harvesting.batches import Batch
from catalogue.service.preparing import Ready, Refused
from harvesters.outcomes import Fetched, Rejected, Unchanged, Withdrawn

TRIES: Final = 10
"""Runs in a row that ask, with all that changed since, for a document that cannot be had; later ones wait until its source changes it."""
_NOT_HAD: Final = "not had, times: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A document that could not be had, or not be read.

    Attributes:
        content: what came; None for nothing.
        had: whether it came as the source has it.
    """

    key: str
    origin: str
    reason: str
    content: bytes | None = field(repr=False)
    had: bool

    def noted(self, before: str | None, *, fresh: bool) -> str:
        """Return what is noted of it; the same again where there is nothing to hope for, unless the source changes it.

        That is SHA-256 of what the source has, or else how often in a row it could not be had: up to so often that it is no chance.

        Args:
            before: what was noted last; None where it was not bad.
            fresh: whether the run meets it for the first time.
        """
        if self.had:
            return hashlib.sha256(self.content if self.content is not None else self.reason.encode(errors="replace")).hexdigest()
        times = int(before.removeprefix(_NOT_HAD)) if before is not None and before.startswith(_NOT_HAD) else 0
        return f"{_NOT_HAD}{min(times + fresh, TRIES)}"


@dataclass(slots=True, kw_only=True)
class Sorted:
    """What became of the documents of a batch, by their keys.

    Attributes:
        fetched: those that were had and read.
        bad: those that were not.
        withdrawn: those that the source says are gone.
        unchanged: those that are as they were.
    """

    fetched: dict[str, tuple[Fetched, Ready]] = field(default_factory=dict)
    bad: dict[str, Bad] = field(default_factory=dict)
    withdrawn: dict[str, Withdrawn] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, batch: Batch) -> "Sorted":
        """Sort a batch."""
        done = cls()
        for outcome, result in batch.outcomes:
            match outcome, result:
                case Unchanged(), _:
                    done.unchanged.add(outcome.key)
                case Fetched(), Ready():
                    done._put(done.fetched, outcome.key, (outcome, result))
                case Fetched(), Refused():
                    bad = Bad(key=outcome.key, origin=outcome.origin, reason=result.reason, content=outcome.content, had=True)
                    done._put(done.bad, outcome.key, bad)
                case Rejected(), _:
                    bad = Bad(key=outcome.key, origin=outcome.origin, reason=outcome.reason, content=outcome.content, had=False)
                    done._put(done.bad, outcome.key, bad)
                case Withdrawn(), _:
                    done._put(done.withdrawn, outcome.key, outcome)
        done.unchanged.difference_update(done.named())
        return done

    def named(self) -> Iterator[str]:
        """Yield the keys of all that were not as they were."""
        yield from self.fetched
        yield from self.bad
        yield from self.withdrawn

    def _put(self, kind: dict[str, Any], key: str, value: object) -> None:
        for other in (self.fetched, self.bad, self.withdrawn):
            other.pop(key, None)
        kind[key] = value
