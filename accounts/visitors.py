"""Who asks: what pages, doors and orders know of the person before them."""

from dataclasses import dataclass
from typing import Final

from accounts.codelists import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who asks, at this moment: built anew for each request, so that what changed counts at once.

    Attributes:
        user_id: of the account; None for nobody signed in.
        username: of the account, or what the audit trail calls a process ("command line", "worker").
        email: of the account.
        role: what the visitor may do beside what everybody may.
        groups: the names of the groups of which the membership has not ended.
        language: "en" or "fr".
        must_change: signed in by a temporary password, which has to be changed before anything else; no role, no groups until then.
    """

    user_id: int | None = None
    username: str | None = None
    email: str | None = None
    role: Role = Role.USER
    groups: frozenset[str] = frozenset()
    language: str = "en"
    must_change: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether there is an account behind the visitor."""
        return self.user_id is not None

    @property
    def curates(self) -> bool:
        """Whether the visitor may work on records: curators and administrators."""
        return self.role in {Role.CURATOR, Role.ADMINISTRATOR}

    @property
    def administers(self) -> bool:
        """Whether the visitor may do what administrators do."""
        return self.role is Role.ADMINISTRATOR

    @property
    def actor(self) -> str:
        """What the audit trail calls the visitor."""
        return self.username or "anonymous"


ANONYMOUS: Final = Visitor()
COMMAND_LINE: Final = Visitor(username="command line", role=Role.ADMINISTRATOR)
"""Whoever may run `reflecs` on the machine: can read the database anyway."""
TOKEN_HOLDER: Final = Visitor(username="installation token", role=Role.CURATOR)
"""Whoever writes at the doors with a token of `REFLECS_CURATOR_TOKENS`."""
WORKER: Final = Visitor(username="worker")
RESERVED: Final = frozenset({"anonymous", "worker", "public", "admin", "administrator", "reflecs", "sipad", "system"})
"""Usernames nobody gets: the audit trail or readers would take them for somebody else."""
