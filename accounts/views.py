"""What `Accounts` tells: of people, groups, tokens and the audit trail. No view holds a secret."""

from dataclasses import dataclass
from datetime import datetime

from accounts.codelists import AccountState, Compression, Role
from accounts.models import Audit, Group, Membership, Token, User


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A sign-in that went well.

    Attributes:
        session_number: what the session carries; it is over when the account's is another.
        must_change: it was a temporary password, which is used up; nothing else may be done before there is a new one.
    """

    user_id: int
    session_number: int
    must_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSummary:
    """An account in a list.

    Attributes:
        name: first, middle and last, as they are written.
        signed_in: the last time; None for never.
    """

    user_id: int
    username: str
    email: str
    name: str
    organisation: str
    state: AccountState
    role: Role
    created: datetime
    signed_in: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipView:
    """Somebody's being in a group.

    Attributes:
        until: the end, excluded; None for none.
        ended: whether it is over.
    """

    group: str
    title: str
    until: datetime | None
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDetails(UserSummary):
    """All of an account.

    Attributes:
        quota_bytes: of the workspace; None for the installation's own.
        refusal: why an administrator refused it.
        temporary_until: until when a temporary password that is out can be used; None where none is.
    """

    surname: str
    first_name: str
    middle_name: str
    address: str
    telephone: str
    reasons: str
    compression: Compression
    language: str
    quota_bytes: int | None
    refusal: str | None
    temporary_until: datetime | None
    memberships: tuple[MembershipView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSummary:
    """A group in a list.

    Attributes:
        members: those whose membership has not ended.
    """

    group_id: int
    name: str
    title: str
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSummary:
    """A personal token in a list: all that is known of it, for the token itself is not kept.

    Attributes:
        expires: excluded; None for never.
        used: the last time, to the hour; None for never.
    """

    token_id: int
    name: str
    created: datetime
    expires: datetime | None
    used: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """A line of the audit trail: who did what, when, from where."""

    at: datetime
    actor: str
    address: str | None
    action: str
    subject: str
    detail: str


def to_summary(user: User) -> UserSummary:
    """Return an account as it is listed."""
    return UserSummary(
        user_id=user.id,
        username=user.username,
        email=user.email,
        name=" ".join(part for part in (user.first_name, user.middle_name, user.surname) if part),
        organisation=user.organisation,
        state=user.state,
        role=user.role,
        created=user.created,
        signed_in=user.signed_in,
    )


def to_details(user: User, now: datetime) -> UserDetails:
    """Return all of an account, as it stands `now`."""
    summary = to_summary(user)
    return UserDetails(
        **{name: getattr(summary, name) for name in UserSummary.__slots__},
        surname=user.surname,
        first_name=user.first_name,
        middle_name=user.middle_name or "",
        address=user.address,
        telephone=user.telephone,
        reasons=user.reasons,
        compression=user.compression,
        language=user.language,
        quota_bytes=user.quota_bytes,
        refusal=user.refusal,
        temporary_until=user.temporary_until,
        memberships=tuple(sorted((_membership(one, now) for one in user.memberships), key=lambda one: one.group)),
    )


def _membership(membership: Membership, now: datetime) -> MembershipView:
    ended = membership.until is not None and membership.until <= now
    return MembershipView(group=membership.group.name, title=membership.group.title, until=membership.until, ended=ended)


def to_group(group: Group, members: int) -> GroupSummary:
    """Return a group as it is listed."""
    return GroupSummary(group_id=group.id, name=group.name, title=group.title, members=members)


def to_token(token: Token) -> TokenSummary:
    """Return a token as it is listed."""
    return TokenSummary(token_id=token.id, name=token.name, created=token.created, expires=token.expires, used=token.used)


def to_line(line: Audit) -> AuditLine:
    """Return a line of the audit trail."""
    return AuditLine(at=line.at, actor=line.actor, address=line.address, action=line.action, subject=line.subject, detail=line.detail)
