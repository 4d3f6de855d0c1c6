"""The tables of the data tree, the inventory of files, deliveries of producers, and orders."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.codelists import Compression
from database import Base, Coded, Instant

_DRAFT = text("state = 'draft'")
Long = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys by itself


class NodeKind(StrEnum):
    """What a node of the data tree is."""

    MISSION = "mission"
    LEVEL = "level"
    RUN = "run"
    COLLECTION = "collection"  # a step between, where a mission has no runs (SMOS's products)
    DATA_SET = "data set"


class Node(Base):
    """A node of the data tree. Only data sets have files; what the others tell of files and dates is of all below."""

    __tablename__ = "nodes"
    __table_args__ = (Index("ix_nodes_parent_id_position", "parent_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(String(512), unique=True)
    """The identifier of its catalogue record, e.g. "DA_TC_COROT_R04_AN0_FULLIMAGE"."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("nodes.id"))
    kind: Mapped[NodeKind] = mapped_column(Coded(NodeKind))
    code: Mapped[str | None] = mapped_column(String(80))
    """How file names call it: "SRc01" of a run, "AN0_STARWIND" of a data set."""
    title: Mapped[str] = mapped_column(String(500))
    position: Mapped[int] = mapped_column(default=0)
    """Among its siblings."""
    begins: Mapped[datetime | None] = mapped_column(Instant)
    ends: Mapped[datetime | None] = mapped_column(Instant)
    files: Mapped[int] = mapped_column(default=0)
    """Registered files, here and below; kept up with each delivery."""
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    longest: Mapped[int | None] = mapped_column(BigInteger)
    """Of a data set: seconds that the longest of its files lasts; None where that is not known. It makes searches by time short."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the description page tells beside, keyed as `ordering.describing` knows it; a node without a key has that of its parent."""
    criteria: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Of a data set: what its files can be selected by, "time", "target", and names in `FileValue`."""


class DataFile(Base):
    """A data object: one file of a data set, in the archive."""

    __tablename__ = "files"
    __table_args__ = (
        UniqueConstraint("node_id", "name"),
        Index("ix_files_node_id_target", "node_id", "target", "begins", "ends", "bytes"),
        Index("ix_files_node_id_begins", "node_id", "begins", "ends", "bytes"),
        Index("ix_files_node_id_bytes", "node_id", "bytes"),
    )

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("nodes.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    name: Mapped[str] = mapped_column(String(255))
    path: Mapped[str] = mapped_column(String(1000))
    """Where it lies in the archive, below its folder `files`."""
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    begins: Mapped[datetime | None] = mapped_column(Instant)
    ends: Mapped[datetime | None] = mapped_column(Instant)
    target: Mapped[int | None] = mapped_column(BigInteger)
    """The COROTID, or what else numbers what was observed."""


class FileValue(Base):
    """What else a file can be selected by: a name of the data set's `criteria` and the file's value, a number or a text."""

    __tablename__ = "file_values"
    __table_args__ = (
        Index("ix_file_values_node_id_name_number", "node_id", "name", "number", "file_id"),
        Index("ix_file_values_node_id_name_text", "node_id", "name", "text", "file_id"),
    )

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("nodes.id"))
    """That of the file, so that the values of one data set lie together."""
    number: Mapped[float | None]
    text: Mapped[str | None] = mapped_column(String(255))


class DeliveryState(StrEnum):
    """What became of a producer's delivery."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"  # an administrator threw it away


class Delivery(Base):
    """What a producer brought, as a whole accepted or quarantined."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    """Of the folder or manifest it came as."""
    received: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[DeliveryState] = mapped_column(Coded(DeliveryState), index=True)
    files: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    problems: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Why it was not accepted: "file" and "reason" of each, and "lost" where the file is not in quarantine with the rest."""
    path: Mapped[str | None] = mapped_column(String(1000))
    """Where its files lie: below the archive's folder `quarantine` or, accepted, below `files`."""


class OrderState(StrEnum):
    """Where an order stands. Which step may follow which is the table `ordering.states.STEPS`."""

    DRAFT = "draft"  # a selection, not yet submitted
    ACTIVATING = "activating"  # submitted without an account: waits for the code sent by e-mail
    WAITING = "waiting"  # for its turn, or its date
    PREPARING = "preparing"
    DELIVERING = "delivering"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # done, and its files in the workspace are gone again


class DeliveryMode(StrEnum):
    """How ordered data reach their reader."""

    WORKSPACE = "workspace"  # the seed's USER_WORKSPACE
    FTP = "ftp"
    SFTP = "sftp"


class Packaging(StrEnum):
    """How the prepared files are put together."""

    FILES = "files"  # each file by itself
    DATA_SET = "data set"  # one archive a data set
    ORDER = "order"  # one archive for all


class Order(Base):
    """An order, from the selection on."""

    __tablename__ = "orders"
    __table_args__ = (
        Index("ix_orders_state_due", "state", "due"),
        # Nobody has two selections, however many clicks come at once.
        Index("ix_orders_user_id_draft", "user_id", unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT),
        Index("ix_orders_visitor_draft", "visitor", unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    """What people call it by, not to be guessed: "R" and 14 letters and digits, of 70 random bits."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    visitor: Mapped[str | None] = mapped_column(String(64), index=True)
    """Of a draft of somebody who is not signed in: what his session is known by."""
    email: Mapped[str | None] = mapped_column(String(254))
    """Where its one e-mail goes; None until it is submitted."""
    language: Mapped[str] = mapped_column(String(2), default="en")
    state: Mapped[OrderState] = mapped_column(Coded(OrderState), default=OrderState.DRAFT)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it failed or was cancelled, in a sentence for its reader."""
    mode: Mapped[DeliveryMode] = mapped_column(Coded(DeliveryMode), default=DeliveryMode.WORKSPACE)
    destination: Mapped[str | None] = mapped_column(Text)
    """Of FTP and SFTP: host, port, folder, user, password as JSON, encrypted (`ordering.destinations`).

    Gone when the order ends; of one that failed, when it can no longer be tried again (10 days).
    """
    compression: Mapped[Compression] = mapped_column(Coded(Compression), default=Compression.NONE)
    packaging: Mapped[Packaging | None] = mapped_column(Coded(Packaging))
    due: Mapped[datetime | None] = mapped_column(Instant)
    """The date asked for the transfer; not before it is it delivered."""
    files: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    prepared: Mapped[int] = mapped_column(default=0)
    """Files that are prepared, for the progress shown."""
    parcel_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    """What its files take in the workspace."""
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(64))
    lease: Mapped[datetime | None] = mapped_column(Instant)
    """Until when the worker that has it may be believed alive; another one takes it over then."""
    created: Mapped[datetime] = mapped_column(Instant)
    submitted: Mapped[datetime | None] = mapped_column(Instant)
    ended: Mapped[datetime | None] = mapped_column(Instant)
    notified: Mapped[datetime | None] = mapped_column(Instant)
    expires: Mapped[datetime | None] = mapped_column(Instant)
    """When its files leave the workspace."""

    items: Mapped[list["OrderItem"]] = relationship(back_populates="order", cascade="all, delete-orphan", order_by="OrderItem.id")
    parcels: Mapped[list["Parcel"]] = relationship(back_populates="order", cascade="all, delete-orphan", order_by="Parcel.id")


class OrderItem(Base):
    """What an order takes of one data set."""

    __tablename__ = "order_items"
    __table_args__ = (UniqueConstraint("order_id", "node_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    node_id: Mapped[int] = mapped_column(ForeignKey("nodes.id"))
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """As `ordering.criteria` writes and reads it."""
    order: Mapped[Order] = relationship(back_populates="items")
    node: Mapped[Node] = relationship(lazy="joined")
    unticked: Mapped[list["UntickedFile"]] = relationship(cascade="all, delete-orphan")


class UntickedFile(Base):
    """A file that meets an item's criteria and is not wanted all the same."""

    __tablename__ = "unticked_files"

    item_id: Mapped[int] = mapped_column(ForeignKey("order_items.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)


class OrderedFile(Base):
    """A file of a submitted order: what was asked for is what is delivered, whatever the inventory does meanwhile."""

    __tablename__ = "ordered_files"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)


class Parcel(Base):
    """A prepared file of an order: what is downloaded from the workspace or was sent to the user's server."""

    __tablename__ = "parcels"
    __table_args__ = (UniqueConstraint("order_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(300))
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    sent: Mapped[datetime | None] = mapped_column(Instant)
    """When it had arrived whole at the user's server; None for the workspace, and until then."""
    order: Mapped[Order] = relationship(back_populates="parcels")
