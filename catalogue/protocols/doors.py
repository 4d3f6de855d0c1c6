"""What every door is given: the catalogue, who may write through it, and what it says of itself."""

import hmac
from dataclasses import dataclass, field
from typing import Final

from catalogue.protocols.positions import Positions
from catalogue.query import SortKey
from catalogue.service import Catalogue, Depositing

HARVEST_ORDER: Final = (SortKey("identifier"),)
"""The order of an answer where none is asked for and nothing ranks it: no change of a record moves it to another page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What every door is given.

    Attributes:
        catalogue: answers.
        depositing: writes; used only for those whom `admits` lets in.
        curator_tokens: what curators sign in with at the doors; () when nobody writes through them.
        secret: signs what is handed out and comes back, so that it cannot be forged.
        provider: the name of those who run the catalogue.
        contact: their e-mail address.
        positions: remembers where pages begin.
    """

    catalogue: Catalogue
    depositing: Depositing
    curator_tokens: tuple[str, ...] = field(default=(), repr=False)
    secret: bytes = field(repr=False)
    provider: str
    contact: str
    positions: Positions = field(default_factory=Positions)

    @property
    def writable(self) -> bool:
        """Whether anybody may write through the doors."""
        return bool(self.curator_tokens)

    def admits(self, authorization: str | None) -> bool:
        """Return whether an HTTP Authorization header holds a curator's token, as "Bearer TOKEN" (RFC 6750, 2.1)."""
        scheme, _, token = (authorization or "").strip().partition(" ")
        given = token.strip().encode("utf-8", "replace")
        # every token is compared, so that the time it takes tells nothing
        found = [hmac.compare_digest(known.encode(), given) for known in self.curator_tokens]
        return scheme.casefold() == "bearer" and any(found)
