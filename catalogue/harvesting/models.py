"""The tables of harvest sources, their runs, what each source has, and what each run has to tell."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalogue.harvesting.codelists import DEFAULT_SHARE, ItemState, LineKind, Policy, RunState
from database import Base, Coded, Instant
from harvesters.source import Protocol
from records.codes import Domain

Long = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself


class HarvestSource(Base):
    """A source that records are harvested from."""

    __tablename__ = "harvest_sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    """1 to 40 characters: letters a to z, digits, "-"; begins with a letter. Records bear it as their `Provenance.source`."""
    protocol: Mapped[Protocol] = mapped_column(Coded(Protocol))
    url: Mapped[str] = mapped_column(Text)
    enabled: Mapped[bool] = mapped_column(default=True)
    """Whether its schedule counts."""
    schedule: Mapped[str | None] = mapped_column(String(40))
    """As `catalogue.harvesting.schedules` reads it ("hourly", "daily 03:00", "weekly monday 03:00", "monthly 1 03:00"), UTC."""
    due: Mapped[datetime | None] = mapped_column(Instant, index=True)
    """When it is harvested next; None without a schedule."""
    page_size: Mapped[int] = mapped_column(default=100)
    rate: Mapped[float | None]
    concurrency: Mapped[int] = mapped_column(default=2)
    filters: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    credentials: Mapped[str | None] = mapped_column(Text)
    """JSON of a user and password or a token, encrypted; None where everybody is let in."""
    domain: Mapped[Domain | None] = mapped_column(Coded(Domain))
    timeout: Mapped[float] = mapped_column(default=60.0)
    max_bytes: Mapped[int] = mapped_column(BigInteger, default=32 * 1024 * 1024)
    policy: Mapped[Policy] = mapped_column(Coded(Policy), default=Policy.NEWER)
    share: Mapped[float] = mapped_column(default=DEFAULT_SHARE)
    """The part of its records, from 0 to 1, that a run withdraws without a curator's word."""
    complete_since: Mapped[datetime | None] = mapped_column(Instant)
    """When the last walk began that came to its end and left nothing to doubt: what changed since is asked for next."""
    records_before: Mapped[int | None]
    """How many records it had before the walks of which nobody knows yet that they may withdraw what they miss: they are measured against
    it. None where the last run was settled."""
    leaving: Mapped[bool] = mapped_column(default=False)
    """Whether it is being removed, by a run that is held and confirmed."""
    created: Mapped[datetime] = mapped_column(Instant)
    changed: Mapped[datetime] = mapped_column(Instant)


class HarvestRun(Base):
    """One run of a source, or a preview of one, which keeps no record."""

    __tablename__ = "harvest_runs"
    __table_args__ = (Index("ix_harvest_runs_source_id_id", "source_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("harvest_sources.id", ondelete="CASCADE"))
    preview: Mapped[bool] = mapped_column(default=False)
    anew: Mapped[bool] = mapped_column(default=False)
    """Whether everything is fetched, as if nothing were known."""
    state: Mapped[RunState] = mapped_column(Coded(RunState), default=RunState.WAITING, index=True)
    by: Mapped[str] = mapped_column(String(254))
    """Who asked for it; "schedule" for the schedule."""
    asked: Mapped[datetime] = mapped_column(Instant)
    started: Mapped[datetime | None] = mapped_column(Instant)
    ended: Mapped[datetime | None] = mapped_column(Instant)
    since: Mapped[datetime | None] = mapped_column(Instant)
    """What the source was asked for: what changed since then; None for all."""
    walk: Mapped[int] = mapped_column(default=0)
    """The number of the run that began the walk which this one goes on with; its own where it began at the beginning. 0 until it runs."""
    checkpoint: Mapped[str | None] = mapped_column(Text)
    worker: Mapped[str | None] = mapped_column(String(64))
    """Who works on it: random, of one process."""
    lease: Mapped[datetime | None] = mapped_column(Instant)
    """Until when nobody else takes it."""
    progressed: Mapped[datetime | None] = mapped_column(Instant)
    """When its last page was kept."""
    cancelling: Mapped[bool] = mapped_column(default=False)
    confirmed: Mapped[bool] = mapped_column(default=False)
    """Of a run that is held: a curator decided on what it holds back; whoever works on runs does it."""
    sparing: Mapped[bool] = mapped_column(default=False)
    """Of a run that is held and confirmed: its records stay."""
    expected: Mapped[int | None] = mapped_column()
    """How many documents the source says it has; None where it does not say."""
    complete: Mapped[bool] = mapped_column(default=False)
    """Whether all that the source has was seen."""
    received: Mapped[int] = mapped_column(default=0)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    """Of a run that is held: how many would be."""
    rejected: Mapped[int] = mapped_column(default=0)
    conflicts: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    """Why it failed or is held, or what there is to doubt at its end; a plain English sentence, "" for nothing."""


class HarvestItem(Base):
    """What is known of one document of a source, by the name the source has for it."""

    __tablename__ = "harvest_items"
    __table_args__ = (
        UniqueConstraint("source_id", "key_digest"),
        Index("ix_harvest_items_source_id_state_seen", "source_id", "state", "seen"),
        Index("ix_harvest_items_identifier_digest", "identifier_digest"),
    )

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("harvest_sources.id", ondelete="CASCADE"))
    key_digest: Mapped[str] = mapped_column(String(32))
    """BLAKE2b of the key, 16 bytes, hexadecimal: keys may be longer than an index takes."""
    key: Mapped[str] = mapped_column(Text)
    identifier: Mapped[str | None] = mapped_column(Text)
    """Of its record; None where it could not be read."""
    identifier_digest: Mapped[str | None] = mapped_column(String(32))
    mark: Mapped[str | None] = mapped_column(Text)
    """What the harvester tells this state of the document by; None asks for it anew."""
    digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the document as this source gave it last and it was kept: a record of which the document is another was changed here."""
    coming: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the document that came last, where it may not be kept: it was rejected, or a run was killed that was about to keep it.

    Of one that could not be had: how often, in a row, as `catalogue.harvesting.outcomes` tells it.
    """
    state: Mapped[ItemState] = mapped_column(Coded(ItemState))
    seen: Mapped[int] = mapped_column(default=0)
    """The number of the run that saw it last."""


class HarvestLine(Base):
    """Something that a run has to tell of one document."""

    __tablename__ = "harvest_lines"
    __table_args__ = (Index("ix_harvest_lines_run_id_kind_id", "run_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("harvest_runs.id", ondelete="CASCADE"))
    kind: Mapped[LineKind] = mapped_column(Coded(LineKind))
    origin: Mapped[str] = mapped_column(Text)
    identifier: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The document, or what came in its place, where it is needed to mend it: not longer than 1 MiB; None, too, after a later run."""
