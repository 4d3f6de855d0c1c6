"""What pages and commands are given of sources and runs, and what they hand over to set a source up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from catalogue.harvesting.codelists import DEFAULT_SHARE, LineKind, Policy, RunState
from harvesters.source import Protocol
from records.codes import Domain

if TYPE_CHECKING:
    from catalogue.harvesting.models import HarvestLine, HarvestRun, HarvestSource

SCHEDULE: Final = "schedule"
"""Who asked for a run that was due."""
STUCK: Final = timedelta(minutes=30)
"""A run that kept nothing for so long is stuck."""
UNSEEN: Final = "It is not certain that all was seen, so nothing was taken for gone."
PASSED_OVER: Final = "It is not certain that all that changed was seen; the next run asks for it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """A source as a curator wants it.

    Attributes:
        name: 1 to 40 characters: letters a to z, digits, "-"; begins with a letter.
        protocol: how it is asked.
        url: where; for a folder its path.
        page_size: documents asked for at once.
        rate: requests a second at most; None for no limit.
        concurrency: requests under way at once.
        filters: what is taken, by names that depend on the protocol (docs/harvesters.md).
        user: who is let in; None for nobody in particular. Of a source that is changed, None leaves what is kept.
        password: of the user; None likewise.
        token: in place of a user; None likewise.
        domain: of records that do not tell theirs; None for no guess.
        timeout: seconds that the source may be silent.
        max_bytes: of one answer, unpacked.
        policy: what stands where two documents claim one identifier.
        share: the part of its records, from 0 to 1, that a run withdraws without a curator's word; 1 for all of them.
        schedule: as `catalogue.harvesting.schedules` reads it; None for none.
        enabled: whether the schedule counts.
    """

    name: str
    protocol: Protocol
    url: str
    page_size: int = 100
    rate: float | None = 10.0
    concurrency: int = 2
    filters: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    domain: Domain | None = None
    timeout: float = 60.0
    max_bytes: int = 32 * 1024 * 1024
    policy: Policy = Policy.NEWER
    share: float = DEFAULT_SHARE
    schedule: str | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run, or a preview, at the moment it was looked at.

    Attributes:
        source: the name of its source.
        state: where it stands.
        by: who asked for it; "schedule" for the schedule.
        since: what the source was asked for: what changed since then; None for all.
        progressed: when its last page was kept; None before.
        expected: how many documents the source says it has; None where it does not say.
        complete: whether all that the source has was seen.
        received: documents seen so far; of these `created`, `updated`, `unchanged` and `rejected`.
        withdrawn: records withdrawn; of a run that is held: how many would be.
        conflicts: documents that claimed an identifier that was taken.
        message: why it failed or is held, or what there is to doubt at its end, a plain English sentence; "" for nothing.
        cancelling: whether somebody asked it to stop.
        confirmed: whether a curator decided on what it holds back, and somebody is to do it.
        sparing: whether he decided that the records stay.
        now: when it was looked at.
    """

    id: int
    source: str
    preview: bool
    anew: bool
    state: RunState
    by: str
    asked: datetime
    started: datetime | None
    ended: datetime | None
    since: datetime | None
    progressed: datetime | None
    expected: int | None
    complete: bool
    received: int
    created: int
    updated: int
    unchanged: int
    withdrawn: int
    rejected: int
    conflicts: int
    message: str
    cancelling: bool
    confirmed: bool
    now: datetime
    sparing: bool = False

    @property
    def seconds(self) -> float | None:
        """How long it took, or has been going on; None before it began."""
        if self.started is None:
            return None
        return max(((self.ended or self.now) - self.started).total_seconds(), 0.0)

    @property
    def unsure(self) -> bool:
        """Whether it came to its end, and may not have seen all that it asked for."""
        return self.state is RunState.DONE and self.message in {UNSEEN, PASSED_OVER}

    @property
    def would_be_held(self) -> bool:
        """Whether it is a preview of a run that would wait for a curator."""
        return self.preview and self.state is RunState.DONE and bool(self.message) and not self.unsure

    @property
    def stuck(self) -> bool:
        """Whether it runs, and nothing came for half an hour."""
        last = self.progressed or self.started
        return self.state is RunState.RUNNING and last is not None and self.now - last > STUCK


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source as it is set up, without its secrets, and how it stands.

    Attributes:
        has_credentials: whether a user or a token is kept for it.
        due: when it is harvested next; None without a schedule.
        records: how many records are kept from it.
        rejected: how many of its documents could not be had or read.
        last: its last run that was no preview and is over or held; None before the first.
        running: its run or preview that waits or is under way; None for none.
        leaving: whether it is being removed.

    The other attributes are those of `SourceSpec`.
    """

    id: int
    name: str
    protocol: Protocol
    url: str
    page_size: int
    rate: float | None
    concurrency: int
    filters: Mapping[str, str]
    domain: Domain | None
    timeout: float
    max_bytes: int
    policy: Policy
    share: float
    schedule: str | None
    enabled: bool
    has_credentials: bool
    due: datetime | None
    records: int
    rejected: int
    last: RunView | None
    running: RunView | None
    leaving: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """Something that a run has to tell of one document.

    Attributes:
        origin: where the document was found.
        identifier: of its record; None where it is not known.
        title: of its record; None where it is not known.
        reason: a plain English sentence; "" for nothing.
        has_document: whether the document, or what came in its place, can be looked at.
    """

    id: int
    kind: LineKind
    origin: str
    identifier: str | None
    title: str | None
    reason: str
    has_document: bool


def to_run(run: "HarvestRun", source: str, now: datetime) -> RunView:
    """Return a run as pages see it."""
    return RunView(
        id=run.id,
        source=source,
        preview=run.preview,
        anew=run.anew,
        state=run.state,
        by=run.by,
        asked=run.asked,
        started=run.started,
        ended=run.ended,
        since=run.since,
        progressed=run.progressed,
        expected=run.expected,
        complete=run.complete,
        received=run.received,
        created=run.created,
        updated=run.updated,
        unchanged=run.unchanged,
        withdrawn=run.withdrawn,
        rejected=run.rejected,
        conflicts=run.conflicts,
        message=run.message,
        cancelling=run.cancelling,
        confirmed=run.confirmed,
        sparing=run.sparing,
        now=now,
    )


def to_source(source: "HarvestSource", counts: tuple[int, int], last: RunView | None, running: RunView | None) -> SourceView:
    """Return a source as pages see it; `counts` are its records and its rejected documents."""
    records, rejected = counts
    return SourceView(
        id=source.id,
        name=source.name,
        protocol=source.protocol,
        url=source.url,
        page_size=source.page_size,
        rate=source.rate,
        concurrency=source.concurrency,
        filters=dict(source.filters),
        domain=source.domain,
        timeout=source.timeout,
        max_bytes=source.max_bytes,
        policy=source.policy,
        share=source.share,
        schedule=source.schedule,
        enabled=source.enabled,
        has_credentials=source.credentials is not None,
        due=source.due,
        records=records,
        rejected=rejected,
        last=last,
        running=running,
        leaving=source.leaving,
    )


def to_line(line: "HarvestLine", *, has_document: bool) -> LineView:
    """Return a line as pages see it."""
    return LineView(
        id=line.id,
        kind=line.kind,
        origin=line.origin,
        identifier=line.identifier,
        title=line.title,
        reason=line.reason,
        has_document=has_document,
    )
