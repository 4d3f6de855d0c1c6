"""Taking records away. What they were stays in their history, and can be restored."""

from collections.abc import Iterable
from typing import Final

from accounts.desk import must_curate
from accounts.errors import StateError
from accounts.visitors import Visitor
from catalogue.curating.keeping import Keeping, bounded

LONGEST_REASON: Final = 1_000


class Withdrawing(Keeping):
    """Withdraws records."""

    def withdraw(self, identifiers: Iterable[str], *, reason: str = "", by: Visitor, address: str | None) -> int:
        """Withdraw records; return how many there were. Those that are not there are passed over.

        Args:
            identifiers: of the records, 1,000 at most.
            reason: why, for the audit trail.
            by: a curator.
            address: of the asker, on the network.

        Raises:
            NotAllowedError: `by` is no curator.
            StateError: there are too many records or none, or the reason is too long.
            EngineError, DatabaseError: that cannot be done now. After the latter the records are withdrawn.
        """
        must_curate(by)
        once = bounded(identifiers)
        reason = reason.strip()
        if len(reason) > LONGEST_REASON:
            raise StateError(f"A reason has at most {LONGEST_REASON:,} characters.")
        there = [record.identifier for record in self._engine().get_many(once) if record is not None]
        if not there:
            return 0
        withdrawn = self._engine().delete(there, now=self._clock())
        with self._database.writing() as session:
            self._note(session, "withdrew a record", there, reason, by=by, address=address)
        self._look_at(there)
        return withdrawn
