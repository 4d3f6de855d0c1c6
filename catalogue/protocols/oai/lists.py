"""Lists and their parts: headers in the order of their identifiers, from one identifier on (OAI-PMH 2.0, 3.5).

The place where a list goes on is an identifier and no number, so that nothing that is written meanwhile moves it: a record that stays in
the list is handed out exactly once, one that is deleted stays as a tombstone, one that is changed stays unless an `until` shuts it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from catalogue.engines.base import Engine, Header, Window
from catalogue.protocols.oai.asking import ErrorCode, ProtocolError
from catalogue.protocols.oai.datestamps import window
from catalogue.protocols.oai.sets import narrowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a list begins or goes on.

    Attributes:
        arguments: those with which the list began.
        window: the datestamps and the set it is of.
        after: the record identifier behind which it goes on; None for its beginning.
        cursor: how many were handed out before.
        size: how many the whole list had when it began.
    """

    arguments: Mapping[str, str]
    window: Window
    after: str | None
    cursor: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a list, never empty; `more` when there are others behind it."""

    headers: tuple[Header, ...]
    more: bool


def placed(engine: Engine, arguments: Mapping[str, str], *, after: str | None = None, cursor: int = 0, size: int | None = None) -> Place:
    """Return the place of a list in the catalogue; `size` is counted where it is None.

    Raises:
        ProtocolError: badArgument for wrong dates, noRecordsMatch for a list that begins and is empty.
    """
    within = narrowed(window(arguments), arguments.get("set"))
    if within is not None:
        counted = engine.count_headers(within) if size is None else size
        if counted:
            return Place(arguments=arguments, window=within, after=after, cursor=cursor, size=counted)
    asked = arguments.get("set")
    where = "" if asked is None else f" in the set {asked[:100]!r}; ListSets names the sets there are"
    raise ProtocolError(ErrorCode.NO_RECORDS_MATCH, f"No record has such a datestamp{where}.")


def stretch(engine: Engine, place: Place, limit: int) -> Stretch:
    """Return the next part of a list, at most `limit` headers.

    Where others have meanwhile taken away all that was left, the last header is handed out again: an empty part cannot be said.

    Raises:
        ProtocolError: noRecordsMatch where there is not even that.
    """
    found = engine.headers(place.window, after=place.after, limit=limit + 1)
    if not found and place.after is not None:
        last = engine.header(place.after)
        found = [] if last is None else [last]
    if not found:
        raise ProtocolError(ErrorCode.NO_RECORDS_MATCH, "No record has such a datestamp in such a set.")
    return Stretch(headers=tuple(found[:limit]), more=len(found) > limit)
