"""What a run is to do, as it stands when a worker takes it: what is asked for, and where the walk begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalogue.harvesting.codelists import RunState
from catalogue.harvesting.credentials import Sealing, as_asked
from catalogue.harvesting.decisions import Facts
from catalogue.harvesting.gone import numbers_of
from catalogue.harvesting.models import HarvestRun, HarvestSource
from harvesters.harvest import asks_since
from harvesters.source import Checkpoint, Source

_INTERRUPTED: Final = (RunState.FAILED, RunState.LOST, RunState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is to do.

    Attributes:
        source: what is asked, and how.
        share: the part of its records that may be withdrawn without a curator's word.
        preview: whether nothing is kept.
        walk: the number of the run that began the walk; its own where it begins at the beginning.
        since: what is asked for: what changed since then; None for all.
        checkpoint: where it goes on; None for the beginning.
        had: documents that the source had before.
        records: that the source had before this walk, and those before it of which nobody knew what they may withdraw.
        started: when the run began.
    """

    facts: Facts
    source: Source
    share: float
    preview: bool
    walk: int
    since: datetime | None
    checkpoint: Checkpoint | None
    had: int
    records: int
    started: datetime

    @property
    def resumed(self) -> bool:
        """Whether it goes on where an earlier worker was interrupted."""
        return self.checkpoint is not None


def plan(session: Session, run: HarvestRun, sealing: Sealing, now: datetime) -> Plan:
    """Return what a run is to do, and write it down with the run.

    Raises:
        StateError: the credentials of its source cannot be read.
    """
    source = session.get_one(HarvestSource, run.source_id)
    asked = as_asked(source, sealing)
    if run.checkpoint is None:
        run.since = None if run.anew or not asks_since(asked) else source.complete_since
        before = None if run.preview else _interrupted(session, run)
        run.walk = run.id if before is None else before.walk
        run.checkpoint = None if before is None else before.checkpoint
    run.started = run.started or now
    numbers = numbers_of(session, source.id)
    records = source.records_before or numbers.records
    if not run.preview:
        source.records_before = records
    facts = Facts(run_id=run.id, source_id=source.id, name=source.name, policy=source.policy, domain=source.domain, anew=run.anew)
    return Plan(
        facts=facts,
        source=asked,
        share=source.share,
        preview=run.preview,
        walk=run.walk,
        since=run.since,
        checkpoint=None if run.checkpoint is None else Checkpoint(text=run.checkpoint),
        had=numbers.documents,
        records=records,
        started=run.started,
    )


def _interrupted(session: Session, run: HarvestRun) -> HarvestRun | None:
    """Return the run before this one, where that asked for the same and was interrupted on the way."""
    earlier = (HarvestRun.source_id == run.source_id, HarvestRun.id < run.id, HarvestRun.preview.is_(False))
    query = select(HarvestRun).where(*earlier, HarvestRun.started.is_not(None)).order_by(HarvestRun.id.desc()).limit(1)
    before = session.scalar(query)
    if before is None or before.state not in _INTERRUPTED or before.checkpoint is None:
        return None
    return before if (before.since, before.anew) == (run.since, run.anew) else None
