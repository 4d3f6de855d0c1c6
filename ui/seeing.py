"""What whoever asks may see: decided once for each request, and told to caches."""

from collections.abc import Callable
from typing import Final

from flask import Flask, Response, current_app, g, has_request_context, request

from accounts.access import Access, Decision, Sight, viewpoint
from accounts.visitors import ANONYMOUS, Visitor
from database import DatabaseError
from records.errors import EngineError

_UNAVAILABLE: Final = "The catalogue cannot tell now what may be shown."


class Seeing:
    """Tells the catalogue (`catalogue.service.Catalogue`) and the pages what the present request may see.

    Where there is no request, as when the service is asked how it is, it is what anybody may see.

    Args:
        access: decides.
        visitor: tells who asks.
        admits: tells whether an Authorization header holds one of the curators' own tokens: from them nothing is hidden.
    """

    def __init__(self, access: Access, *, visitor: Callable[[], Visitor], admits: Callable[[str | None], bool]) -> None:
        self._access = access
        self._visitor = visitor
        self._admits = admits

    def sight(self) -> Sight:
        """Return what the visitor who asks may see; the same all through a request. Who it is is asked only where there are rules.

        Raises:
            EngineError: the rules cannot be read; then nothing is shown.
        """
        if has_request_context() and "sight" in g:
            known: Sight = g.sight
            return known
        try:
            sight = self._access.sight(ANONYMOUS)
            if has_request_context():
                g.sight = sight = self._access.sight(self._visitor()) if sight.restricted else sight
        except DatabaseError as error:
            raise EngineError(_UNAVAILABLE) from error
        return sight

    def hidden(self) -> frozenset[str]:
        """Return the identifiers of which the visitor must not be told."""
        sight = self.sight()
        return frozenset() if not sight.restricted or self._curates() else sight.hidden()

    def viewpoint(self) -> str:
        """Return what tells visitors apart who may see different records."""
        if not self.sight().restricted:
            return ""
        return "curators" if self._curates() else viewpoint(self._visitor())

    def _curates(self) -> bool:
        return has_request_context() and self._admits(request.headers.get("Authorization"))


def init_seeing(app: Flask, seeing: Seeing) -> None:
    """Let the pages of `app` ask, and caches know where an answer depends on who asked."""
    app.extensions["seeing"] = seeing
    app.after_request(_for_this_asker)


def decision_on(identifier: str) -> Decision | None:
    """Return what the visitor may know and have of a record; None in an application without rules of access."""
    seeing: Seeing | None = current_app.extensions.get("seeing")
    return None if seeing is None else seeing.sight().decide(identifier)


def _for_this_asker(response: Response) -> Response:
    """Tell caches that others are answered otherwise, where the answer was made by what somebody may see."""
    sight: Sight | None = g.get("sight")
    if sight is not None and sight.restricted:
        response.vary.update(("Cookie", "Authorization"))
        if not response.cache_control.no_store:
            response.cache_control.public = False
            response.cache_control.private = True
    return response
