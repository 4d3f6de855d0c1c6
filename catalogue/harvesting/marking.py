"""What is known of a source is marked and removed a portion after the other, each in a transaction of its own: nobody waits long for his.

A worker may be killed between two of them. What is marked is not looked for again, and the rest is found by whoever comes next.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import Session

from catalogue.harvesting.codelists import ItemState
from catalogue.harvesting.gone import absent, forget, give_up, gone, hand_over, spare
from catalogue.harvesting.lease import Lease
from catalogue.harvesting.models import HarvestItem, HarvestLine, HarvestRun
from database import Database

PORTION: Final = 2000
"""Rows of a transaction."""


class Marking:
    """Marks and removes what is known of the source of one run.

    All of it raises LostError, StoppingError and CancelledError where the run is not to go on.

    Args:
        database: where it is.
        lease: by which the run is held.
        source_id: of the source.
    """

    def __init__(self, database: Database, lease: Lease, source_id: int) -> None:
        self._database = database
        self._lease = lease
        self._source_id = source_id

    def give_up_absent(self, walk: int) -> None:
        """Write down as gone what a walk did not see."""
        self._each(give_up, _items(*absent(self._source_id, walk)))

    def give_up_all(self) -> None:
        """Write down as gone all that the source has."""
        self._each(give_up, _items(HarvestItem.source_id == self._source_id, HarvestItem.state != ItemState.GONE))

    def hand_over(self) -> None:
        """Forget what is gone and is there elsewhere."""
        self._each(lambda session, ids: hand_over(session, self._source_id, ids), _items(*gone(self._source_id)))

    def spare(self) -> None:
        """Keep the records of what is gone."""
        self._each(spare, _items(*gone(self._source_id)))

    def forget_all(self) -> None:
        """Forget what is known of the documents of the source, and what its runs told."""
        self._each(forget, _items(HarvestItem.source_id == self._source_id))
        self._each(_forget_lines, lines_of(self._source_id))

    def _each(self, change: Callable[[Session, Sequence[int]], None], query: Select[tuple[int]]) -> None:
        with self._database.reading() as session:
            found = array("q", session.scalars(query))  # eight bytes each: a million of them are little
        for begin in range(0, len(found), PORTION):
            self._lease.look()
            with self._database.writing() as session:
                self._lease.held(session)
                change(session, found[begin : begin + PORTION])


def lines_of(source_id: int) -> Select[tuple[int]]:
    """Return the numbers of the lines that the runs of a source told, to be asked for."""
    return select(HarvestLine.id).join(HarvestRun, HarvestRun.id == HarvestLine.run_id).where(HarvestRun.source_id == source_id)


def _items(*conditions: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(HarvestItem.id).where(*conditions)


def _forget_lines(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(HarvestLine).where(HarvestLine.id.in_(ids)))
