"""The tables of people, groups, tokens, codes, access rules and the audit trail."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.codelists import AccountState, Compression, Purpose, Role, RuleKind, Shown
from database import Base, Coded, Instant


class User(Base):
    """Somebody with an account, or who asked for one."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(16), unique=True)
    """5 to 16 characters: letters a to z, digits, ".", "_", "-"; kept in lower case."""
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case."""
    surname: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    middle_name: Mapped[str | None] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(Text)
    telephone: Mapped[str] = mapped_column(String(50))
    organisation: Mapped[str] = mapped_column(String(200))
    reasons: Mapped[str] = mapped_column(Text)
    compression: Mapped[Compression] = mapped_column(Coded(Compression), default=Compression.NONE)
    language: Mapped[str] = mapped_column(String(2), default="en")
    state: Mapped[AccountState] = mapped_column(Coded(AccountState), default=AccountState.UNCONFIRMED, index=True)
    role: Mapped[Role] = mapped_column(Coded(Role), default=Role.USER)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """argon2; None until there is a password."""
    temporary_until: Mapped[datetime | None] = mapped_column(Instant)
    session_number: Mapped[int] = mapped_column(default=0)
    """Counts up with each change of password or state: sessions of an earlier number are over."""
    quota_bytes: Mapped[int | None] = mapped_column(BigInteger)
    """Of the workspace; None for the installation's own."""
    refusal: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Instant)
    signed_in: Mapped[datetime | None] = mapped_column(Instant)

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", cascade="all, delete-orphan")
    tokens: Mapped[list["Token"]] = relationship(back_populates="user", cascade="all, delete-orphan")


class Group(Base):
    """People who may see or get what others may not, e.g. COROT's N1 group."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    """What rules and the command line call it: letters a to z, digits, "-"."""
    title: Mapped[str] = mapped_column(String(200))
    memberships: Mapped[list["Membership"]] = relationship(back_populates="group", cascade="all, delete-orphan")


class Membership(Base):
    """Somebody's being in a group."""

    __tablename__ = "memberships"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True, index=True)
    until: Mapped[datetime | None] = mapped_column(Instant)
    """The end, excluded; None for none."""
    user: Mapped[User] = relationship(back_populates="memberships")
    group: Mapped[Group] = relationship(back_populates="memberships")


class Token(Base):
    """A personal token, which a program of the user's shows at the doors ("Authorization: Bearer …")."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256, hexadecimal: the token itself, of 256 random bits, is shown once and never kept."""
    created: Mapped[datetime] = mapped_column(Instant)
    expires: Mapped[datetime | None] = mapped_column(Instant)
    used: Mapped[datetime | None] = mapped_column(Instant)
    user: Mapped[User] = relationship(back_populates="tokens")


class Code(Base):
    """A code that was sent to an e-mail address, and is good once."""

    __tablename__ = "codes"
    __table_args__ = (Index("ix_codes_purpose_subject", "purpose", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(Coded(Purpose))
    subject: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(254), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime] = mapped_column(Instant)
    expires: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    used: Mapped[datetime | None] = mapped_column(Instant)


class Audit(Base):
    """One line of the audit trail: who did what, when. Nobody changes or deletes a line."""

    __tablename__ = "audit"
    __table_args__ = (  # attempts and letters are counted by each of these within minutes or hours, among all lines there ever were
        Index("ix_audit_subject_action_at", "subject", "action", "at"),
        Index("ix_audit_address_action_at", "address", "action", "at"),
        Index("ix_audit_action_at", "action", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str] = mapped_column(String(254))
    """A username, "anonymous", "command line" or "worker"."""
    address: Mapped[str | None] = mapped_column(String(64))
    """Of the asker, on the network."""
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(254), default="")
    detail: Mapped[str] = mapped_column(Text, default="")


class AccessRule(Base):
    """Who may have a record or node of the data tree, and all below it that has no rule of its own."""

    __tablename__ = "access_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(String(512), unique=True)
    """Of the catalogue record, or of the node of the data tree, which is the same where a node has a record."""
    kind: Mapped[RuleKind] = mapped_column(Coded(RuleKind))
    opens: Mapped[datetime | None] = mapped_column(Instant)
    """Of UNTIL: the moment from which it is open."""
    shown: Mapped[Shown] = mapped_column(Coded(Shown), default=Shown.DESCRIPTION)
    changed: Mapped[datetime] = mapped_column(Instant)
    groups: Mapped[list["RuleGroup"]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class RuleGroup(Base):
    """A group that a rule lets in."""

    __tablename__ = "access_rule_groups"
    rule_id: Mapped[int] = mapped_column(ForeignKey("access_rules.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    group: Mapped[Group] = relationship(lazy="joined")
