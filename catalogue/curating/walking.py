"""A walk over all that changes in the catalogue, which goes on where it was whoever was killed, and which one worker at a time is on."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from catalogue.curating.storing import upsert
from database import Database
from database.tables import Progress

LEASE: Final = timedelta(minutes=3)
_OVERLAP: Final = timedelta(minutes=5)
"""What changed so long before a walk is looked for once more: who changed it may have had another clock."""


class LeftError(Exception):
    """Another worker is on the walk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a walk has come. Walks go by identifiers.

    Attributes:
        holder: who is on it.
        since: what changed since then is walked; None for all there is, whenever it changed.
        begun: when the walk began.
        after: the last identifier that was walked; None at the beginning.
    """

    holder: str
    since: datetime | None
    begun: datetime
    after: str | None = None


class Walk:
    """A walk by name.

    Args:
        database: where it stands how far it has come.
        name: of the walk.
        rules: another text than last time begins anew, with all there is.
        clock: tells the time, UTC.
    """

    def __init__(self, database: Database, name: str, rules: str, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._name = name
        self._rules = rules
        self._clock = clock

    def claim(self) -> Place | None:
        """Return the place where to go on; None while another worker is on the walk."""
        now = self._clock()
        with self._database.writing() as session:
            upsert(session, Progress, [{"name": self._name, "state": {}}], changing=())
            row = session.get_one(Progress, self._name, with_for_update=True)
            if row.lease is not None and row.lease > now:
                return None
            place = self._place(row.state, now)
            self._write(row, place, now + LEASE)
        return place

    def keep(self, session: Session, place: Place) -> None:
        """Write down, as a part of a transaction, that the walk has come so far.

        Raises:
            LeftError: it took too long, and another worker is on the walk now.
        """
        self._write(self._held(session, place), place, self._clock() + LEASE)

    def end(self, session: Session, place: Place) -> None:
        """Write down that the walk is over; the next one begins with what changed meanwhile.

        Raises:
            LeftError: as for `keep`.
        """
        row = self._held(session, place)
        row.state, row.lease = {"rules": self._rules, "since": (place.begun - _OVERLAP).isoformat()}, None

    def leave(self, place: Place) -> None:
        """Let the next worker go on at once, unless one does already."""
        with self._database.writing() as session:
            row = session.get_one(Progress, self._name, with_for_update=True)
            if row.state.get("holder") == place.holder:
                row.lease = None

    def _place(self, state: dict[str, str], now: datetime) -> Place:
        holder = secrets.token_hex(8)
        if state.get("rules") != self._rules:
            return Place(holder=holder, since=None, begun=now)
        since = datetime.fromisoformat(state["since"]) if "since" in state else None
        if "begun" not in state:
            return Place(holder=holder, since=since, begun=now)
        return Place(holder=holder, since=since, begun=datetime.fromisoformat(state["begun"]), after=state.get("after"))

    def _held(self, session: Session, place: Place) -> Progress:
        row = session.get_one(Progress, self._name, with_for_update=True)
        if row.state.get("holder") != place.holder:
            raise LeftError("another worker is on the walk")
        return row

    def _write(self, row: Progress, place: Place, lease: datetime) -> None:
        kept = {
            "rules": self._rules,
            "holder": place.holder,
            "since": place.since.isoformat() if place.since else None,
            "begun": place.begun.isoformat(),
            "after": place.after,
        }
        row.state, row.lease = {name: value for name, value in kept.items() if value is not None}, lease
