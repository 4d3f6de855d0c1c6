"""The tables of curators: documents that wait to be stored, who looks after a record, what checking records and their links found."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from database import Base, Coded, Instant


class Upload(Base):
    """A document that was checked and waits for its curator to store it, a day at most."""

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    """Of the file, or "pasted"."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    looked: Mapped[bytes] = mapped_column(LargeBinary)
    """What was found in it, encoded (`catalogue.curating.uploading`): checking some hundred documents takes seconds."""
    created: Mapped[datetime] = mapped_column(Instant, index=True)


class RecordCare(Base):
    """Who brought or mended a record last, and so looks after it."""

    __tablename__ = "record_care"

    identifier_digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    """BLAKE2b of the identifier, 16 bytes, hexadecimal: identifiers may be longer than an index takes (`database.keys`)."""
    identifier: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    changed: Mapped[datetime] = mapped_column(Instant)


class RecordCheck(Base):
    """What checking a record's document found: for lists and counts; the findings themselves are made anew where they are shown."""

    __tablename__ = "record_checks"
    __table_args__ = (Index("ix_record_checks_valid_identifier_digest", "valid", "identifier_digest"),)

    identifier_digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    identifier: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the document that was checked."""
    checked: Mapped[datetime] = mapped_column(Instant)
    valid: Mapped[bool] = mapped_column()
    errors: Mapped[int] = mapped_column()
    warnings: Mapped[int] = mapped_column()
    score: Mapped[int] = mapped_column()
    """FAIR, 0 to 100 (`mappings.fair`)."""
    broken: Mapped[int] = mapped_column(default=0, index=True)
    """How many of its links are broken."""
    stale: Mapped[bool] = mapped_column(default=False, index=True)
    """Whether a link of it broke or was mended since, so that it is to be checked again."""


class LinkState(StrEnum):
    """What came of asking for an address."""

    UNCHECKED = "unchecked"
    WORKS = "works"
    BROKEN = "broken"
    NOT_ASKED = "not asked"  # not http or https, or not on the public internet


class LinkCheck(Base):
    """An address that records link to, and whether something answers there."""

    __tablename__ = "link_checks"

    url_digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    state: Mapped[LinkState] = mapped_column(Coded(LinkState), default=LinkState.UNCHECKED, index=True)
    status: Mapped[int | None] = mapped_column()
    """Of the HTTP answer; None where there was none."""
    message: Mapped[str] = mapped_column(Text, default="")
    checked: Mapped[datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(default=0)
    """In a row: an address is called broken after three, on different days."""
    due: Mapped[datetime] = mapped_column(Instant, index=True)
    turned: Mapped[bool] = mapped_column(default=False, index=True)
    """Whether it broke or was mended, and not all of its records have been told yet."""


class RecordLink(Base):
    """A link of a record."""

    __tablename__ = "record_links"
    __table_args__ = (Index("ix_record_links_url_digest_identifier_digest", "url_digest", "identifier_digest"),)

    identifier_digest: Mapped[str] = mapped_column(ForeignKey("record_checks.identifier_digest", ondelete="CASCADE"), primary_key=True)
    url_digest: Mapped[str] = mapped_column(ForeignKey("link_checks.url_digest"), primary_key=True)
