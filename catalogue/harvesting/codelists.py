"""The code lists of sources, their runs and what these tell, as they stand in the tables (`catalogue.harvesting.models`)."""

from enum import StrEnum
from typing import Final

DEFAULT_SHARE: Final = 0.1
"""The part of its records that a run withdraws without a curator's word, unless the source says otherwise."""


class Policy(StrEnum):
    """Which document stands where two sources have one identifier, or where a record was changed here and at its source."""

    NEWER = "newer"  # the one whose own date is later; the one that is kept where neither says
    FIRST = "first"  # the one that is kept
    BOTH = "both"  # both: the other's record gets its source's name behind its identifier
    REFUSE = "refuse"  # the one that is kept; the other is told as a problem


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    HELD = "held"  # all is in; what would be withdrawn waits for a curator
    FAILED = "failed"  # the source failed; the next run goes on at the checkpoint
    CANCELLED = "cancelled"
    LOST = "lost"  # nobody worked on it any more; the next run goes on at its checkpoint


OVER: Final = frozenset({RunState.DONE, RunState.FAILED, RunState.CANCELLED, RunState.LOST})
"""States of a run on which nobody works any more, and which waits for nobody."""


class ItemState(StrEnum):
    """What became of one document of a source."""

    KEPT = "kept"  # its record is kept
    REJECTED = "rejected"  # it could not be had or read; what was kept of it before stays
    COMING = "coming"  # it has its record only if that is the document which is coming: a worker was killed there, or another let go of it
    SECOND = "second"  # another document has its identifier, and stands
    GONE = "gone"  # not at the source any more; its record is to be withdrawn
    SPARED = "spared"  # gone, and a curator said that its record stays


class LineKind(StrEnum):
    """What a line of a run tells of."""

    CREATED = "created"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"  # or would be
    REJECTED = "rejected"
    CONFLICT = "conflict"
    DOUBTFUL = "doubtful"  # kept, with problems that its reader found
