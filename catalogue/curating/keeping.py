"""Keeping what curators bring and mend: the engine takes it, then one transaction writes down who did it and who looks after it."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from accounts.access import Access
from accounts.accounts import Accounts
from accounts.desk import utc_now
from accounts.errors import StateError
from accounts.visitors import Visitor
from catalogue.curating.checking import Checking
from catalogue.curating.models import RecordCare
from catalogue.curating.storing import upsert
from catalogue.curating.views import MOST
from catalogue.engines.base import Change, Engine, Entry, Expect
from catalogue.service.depositing import Deed
from database import Database, DatabaseError
from database.keys import digest_of
from records.errors import EngineError

_LOG: Final = logging.getLogger(__name__)
_AT_ONCE: Final = 20
"""Records that are checked before a step ends; more are left to the background."""
_DEEDS: Final = {
    Deed.CREATED: "deposited a record",
    Deed.REPLACED: "deposited a record again",
    Deed.DELETED: "withdrew a record through a door",
}


class Keeping:
    """A part of `catalogue.curating.curating.Curating`: what all its parts stand on.

    Args:
        database: where it is written down who did what.
        accounts: of the installation, for its audit trail.
        access: who may have what.
        engine: tells what keeps all records, hidden or not, open for writing; the same each time it is asked.
        checking: checks records.
        schemas: a folder of more schemas than come with pycsw; None when there is none.
        clock: tells the time; aware, UTC.
    """

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        access: Access,
        engine: Callable[[], Engine],
        *,
        checking: Checking,
        schemas: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._access = access
        self._engine = engine
        self._checking = checking
        self._schemas = schemas
        self._clock = clock

    def deposited(self, deed: Deed, identifiers: Sequence[str], *, by: Visitor, address: str | None) -> None:
        """Write down what came through the doors (`catalogue.service.depositing`), and check it: it has been kept already.

        Raises:
            EngineError: that cannot be written down now; its sentence tells that the records are kept.
        """
        try:
            with self._database.writing() as session:
                self._note(session, _DEEDS[deed], identifiers, by=by, address=address, cares=deed is not Deed.DELETED)
        except DatabaseError as error:
            raise EngineError("This was kept, but it cannot be written down now who did it.") from error
        self._look_at(identifiers)

    def _keep(
        self,
        entries: Sequence[Entry],
        action: str,
        detail: str = "",
        *,
        by: Visitor,
        address: str | None,
        expect: Expect = Expect.ANY,
        also: Callable[[Session], object] | None = None,
    ) -> list[Change]:
        """Keep documents, and write down who did it; return what was done with each.

        Args:
            entries: the documents, made ready.
            action: what is done, as the audit trail has it.
            detail: what else it has of it.
            by: a curator.
            address: of the asker, on the network.
            expect: see `catalogue.engines.base.Engine.put`.
            also: what else is done in the transaction that writes it down.

        Raises:
            NotFoundError: `expect` is KNOWN, and one of the records is not there any more.
            EngineError, DatabaseError: that cannot be done now. After the latter the documents are kept.
        """
        changes = self._engine().put(entries, now=self._clock(), expect=expect)
        changed = [entry.identifier for entry, change in zip(entries, changes, strict=True) if change is not Change.UNCHANGED]
        with self._database.writing() as session:
            self._note(session, action, changed, detail, by=by, address=address, cares=True)
            if also is not None:
                also(session)
        self._look_at(changed)
        return changes

    def _note(
        self,
        session: Session,
        action: str,
        identifiers: Sequence[str],
        detail: str = "",
        *,
        by: Visitor,
        address: str | None,
        cares: bool = False,
    ) -> None:
        """Write a line for each record, or one for very many; where `cares`, whoever did it looks after the records from now on."""
        for identifier in identifiers if len(identifiers) <= MOST else ():
            self._accounts.record(action, identifier, detail, by=by, address=address, within=session)
        if len(identifiers) > MOST:
            subject = f"{len(identifiers):,} records: {', '.join(identifiers[:3])}, …"
            self._accounts.record(action, subject, detail, by=by, address=address, within=session)
        if cares and by.user_id is not None:
            _take_care(session, identifiers, by.user_id, self._clock())

    def _look_at(self, identifiers: Sequence[str]) -> None:
        """Check a few records now, so that lists tell of them at once; what cannot be checked now is checked in the background."""
        if not 0 < len(identifiers) <= _AT_ONCE:
            return
        try:
            self._checking.check_now(identifiers)
        except (DatabaseError, EngineError) as error:
            _LOG.warning("checking %d records is left to the background: %s", len(identifiers), error, exc_info=error)


def bounded(identifiers: Iterable[str]) -> list[str]:
    """Return the identifiers, each once.

    Raises:
        StateError: there are none, or more than one step is done with.
    """
    once = list(dict.fromkeys(identifiers))
    if not once:
        raise StateError("Please choose at least one record.")
    if len(once) > MOST:
        raise StateError(f"At most {MOST:,} records can be chosen at once.")
    return once


def _take_care(session: Session, identifiers: Sequence[str], user_id: int, now: datetime) -> None:
    cared = {digest_of(identifier): identifier for identifier in identifiers if "\0" not in identifier}  # which no database takes
    rows = [
        {"identifier_digest": digest, "identifier": identifier, "user_id": user_id, "changed": now}
        for digest, identifier in sorted(cared.items())  # in one order, so that no two steps wait for each other
    ]
    upsert(session, RecordCare, rows)
