"""What every door is given: the catalogue, who may write through it, and what it says of itself."""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from flask import Request, Response, request
from flask.sansio.blueprints import BlueprintSetupState
from lxml import etree
from werkzeug.exceptions import HTTPException

from catalogue.protocols.positions import Positions
from catalogue.query import SortKey
from catalogue.service import Catalogue, Depositing
from records.errors import CatalogueError

HARVEST_ORDER: Final = (SortKey("identifier"),)
"""The order of an answer where none is asked for and nothing ranks it: no change of a record moves it to another page."""

RETRY_SECONDS: Final = 60
"""After so long it is worth asking again what cannot be answered now (HTTP, Retry-After)."""
UNAVAILABLE: Final = "The catalogue cannot answer now. The fault is ours; please ask again in a minute."
"""What readers are told, whatever is out of order: no word of an engine leaves the house by a door."""
FAULTS: Final = (CatalogueError, etree.LxmlError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the writer of a format may raise of a damaged record that nobody foresaw: the page that it is on arrives all the same."""


PAGE_BYTES: Final = 16 * 1024 * 1024
"""A page ends once its records are so large together, whatever their number; a single record may have more."""


def until_full(parts: Iterable[bytes], most: int) -> list[bytes]:
    """Return the first of the parts, as many as have `most` bytes together, and one at least."""
    kept: list[bytes] = []
    size = 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size >= most:
            break
    return kept


def answer_all_below(answer: Callable[[HTTPException], Response]) -> Callable[[BlueprintSetupState], None]:
    """Return what has a door answer also what no route takes, a wrong method or an address below: its clients read no HTML.

    It is recorded with the door's blueprint; `answer` says in the door's dialect what is wrong.
    """

    def register(state: BlueprintSetupState) -> None:
        prefix = state.url_prefix or ""

        def unrouted() -> Response | None:
            error = request.routing_exception
            below = f"{request.path}/".startswith(f"{prefix}/")
            return answer(error) if error is not None and below else None

        state.app.before_request(unrouted)

    return register


def asker(asked: Request, viewpoint: str) -> str:
    """Return what tells one asker from another: two who walk at a time must not get into each other's pages.

    Args:
        asked: the request.
        viewpoint: what tells those apart who may see different records.
    """
    return f"{viewpoint} {asked.remote_addr} {asked.headers.get('X-Forwarded-For', '')[:200]} {asked.user_agent.string[:200]}"


def admitted(tokens: Iterable[str], authorization: str | None) -> bool:
    """Return whether an HTTP Authorization header holds one of these tokens, as "Bearer TOKEN" (RFC 6750, 2.1)."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    given = token.strip().encode("utf-8", "replace")
    # every token is compared, so that the time it takes tells nothing
    found = [hmac.compare_digest(known.encode(), given) for known in tokens]
    return scheme.casefold() == "bearer" and any(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What every door is given.

    Attributes:
        catalogue: answers.
        depositing: writes; used only for those whom `admits` lets in.
        curator_tokens: what the installation's curators sign in with at the doors.
        curates: tells whether the request brings the personal token of somebody who curates; None where nobody has an account.
        secret: tells what signs what is handed out and comes back, so that it cannot be forged.
        provider: the name of those who run the catalogue.
        contact: their e-mail address.
        positions: remembers where pages begin.
    """

    catalogue: Catalogue
    depositing: Depositing
    curator_tokens: tuple[str, ...] = field(default=(), repr=False)
    curates: Callable[[], bool] | None = None
    secret: Callable[[], bytes] = field(repr=False)
    provider: str
    contact: str
    positions: Positions = field(default_factory=Positions)

    @property
    def writable(self) -> bool:
        """Whether anybody may write through the doors."""
        return bool(self.curator_tokens) or self.curates is not None

    def admits(self, authorization: str | None) -> bool:
        """Return whether an HTTP Authorization header holds a curator's token, the installation's or one of his own."""
        return admitted(self.curator_tokens, authorization) or (self.curates is not None and self.curates())
