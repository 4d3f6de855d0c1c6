"""Asks the addresses that records link to, in the background, whether something answers there."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import Final, assert_never
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, true, update
from sqlalchemy.orm import Session

from catalogue.curating.models import LinkCheck, LinkState, RecordCheck, RecordLink
from catalogue.curating.storing import batches
from database import Database
from harvesters.links import Answered, Found, Pace, ask
from harvesters.web import Client
from mappings.doi import doi_address

MOST_FAILURES: Final = 3
"""Days in a row on which an address that may be only out of order has to fail before it is called broken."""
_WORKING: Final = timedelta(days=30)
_BROKEN: Final = timedelta(days=3)
_FAILING: Final = timedelta(days=1)
_CLAIM: Final = timedelta(hours=2)
"""How long an address is left alone that was taken by somebody who was killed then."""
_OUTAGE: Final = timedelta(hours=1)
_PATIENCE: Final = 3
"""Addresses of one host in a row that are waited for in vain; its others are then left for later, for the sake of other hosts."""
_FEW: Final = 5
"""Hosts that have to be silent, and no other to answer, for us to believe that it is our own network that is out of order."""
_HOSTS: Final = 8
_BATCH: Final = 20
_ROWS: Final = 400
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """An address that was asked.

    Attributes:
        answered: None where it was left for later.
        later: how much, from now on.
    """

    key: str
    host: str
    answered: Answered | None
    later: timedelta = timedelta()


class LinkChecking:
    """Asks addresses: several hosts side by side, each once a second at most.

    An address that works is asked again after 30 days, one that fails on the next day. What is gone for good (404, 410, no such server)
    is broken at once; what may be only out of order after three days in a row.

    Args:
        database: where they are, and what came of asking.
        client: the way to the web.
        clock: tells the time, UTC.
        stopping: tells whether to leave the work where it stands.
    """

    def __init__(
        self, database: Database, client: Client, *, clock: Callable[[], datetime], stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._stopping = stopping

    def run_due(self, most: int = 500) -> int:
        """Ask the addresses that are due, so many at most; return how many were asked. Those that no record has any more are removed.

        Several workers may do it at once: each takes other addresses.
        """
        self._tell()  # what a worker that was killed had not told any more
        with self._database.writing() as session:
            due = _claim(session, self._clock(), most)
        asked, heard = 0, False
        silent: list[_Asked] = []
        with closing(self._ask_all(due)) as answers:
            for some in batches(answers, _BATCH):
                asked += sum(each.answered is not None for each in some)
                heard = heard or any(each.answered is not None and each.answered.status is not None for each in some)
                silent += [each for each in some if _is_silent(each)]
                self._write_down([each for each in some if not _is_silent(each)])
        if heard or len({each.host for each in silent}) < _FEW:
            self._write_down(silent)
        else:
            _LOG.warning("no link of %d answers: it is our own network that is out of order, and they are asked again later", len(silent))
            self._write_down([replace(each, answered=None, later=_OUTAGE) for each in silent])
        self._tell()
        return asked

    def _ask_all(self, due: Mapping[str, str]) -> Generator[_Asked]:
        """Yield what came of each, as it comes; the addresses of one host are asked one after the other."""
        by_host = defaultdict(list)
        for key, url in due.items():
            by_host[_host(url)].append((key, url))
        pace, came, left = Pace(self._client), SimpleQueue[_Asked](), threading.Event()

        def walk(host: str) -> None:
            silences = 0
            for key, url in by_host[host]:
                if left.is_set() or self._stopping():
                    came.put(_Asked(key=key, host=host, answered=None))
                elif silences >= _PATIENCE:
                    came.put(_Asked(key=key, host=host, answered=None, later=_OUTAGE))
                else:
                    answered = self._ask(url, pace)
                    silences = silences + 1 if answered.silent else 0
                    came.put(_Asked(key=key, host=host, answered=answered))

        with ThreadPoolExecutor(_HOSTS) as pool:
            try:
                for host in by_host:
                    pool.submit(walk, host)
                for _ in due:
                    yield came.get()
            finally:
                left.set()

    def _ask(self, url: str, pace: Pace) -> Answered:
        try:
            return ask(self._client, doi_address(url) or url, pace)
        except Exception:  # noqa: BLE001 -- a fault of ours with one address must not stop the asking of all others; it is logged
            _LOG.exception("%r cannot be asked, for a fault of Reflecs itself", url)
            return Answered(found=Found.BUSY, message="The address could not be asked.")

    def _write_down(self, asked: Sequence[_Asked]) -> None:
        now = self._clock()
        with self._database.writing() as session:
            for each in sorted(asked, key=lambda each: each.key):
                row = session.get(LinkCheck, each.key, with_for_update=True)
                if row is not None and each.answered is None:
                    row.due = now + each.later
                elif row is not None and each.answered is not None:
                    _change(row, each.answered, now)

    def _tell(self) -> None:
        """Have the records known of addresses that broke or were mended: an address may be that of very many."""
        with self._database.reading() as session:
            turned = {row.url_digest: row.checked for row in session.scalars(select(LinkCheck).where(LinkCheck.turned == true()))}
        for key, checked in turned.items():
            after: str | None = ""
            while after is not None:
                if self._stopping():
                    return
                with self._database.writing() as session:
                    after = _tell_some(session, key, after)
            with self._database.writing() as session:  # one that has turned once more meanwhile is not done with
                done = update(LinkCheck).where(LinkCheck.url_digest == key, LinkCheck.checked == checked)
                session.execute(done.values(turned=False))


def _is_silent(asked: _Asked) -> bool:
    return asked.answered is not None and asked.answered.silent


def _claim(session: Session, now: datetime, most: int) -> dict[str, str]:
    """Take addresses that are due, by their keys; those that no record has any more are removed."""
    query = select(LinkCheck.url_digest, LinkCheck.url).where(LinkCheck.due <= now).order_by(LinkCheck.due).limit(most)
    due = {row.url_digest: row.url for row in session.execute(query.with_for_update(skip_locked=True))}
    for keys in batches(list(due), _ROWS):
        linked = set(session.scalars(select(RecordLink.url_digest).where(RecordLink.url_digest.in_(keys)).distinct()))
        gone = [key for key in keys if key not in linked]
        session.execute(delete(LinkCheck).where(LinkCheck.url_digest.in_(gone)))
        session.execute(update(LinkCheck).where(LinkCheck.url_digest.in_(linked)).values(due=now + _CLAIM))
        for key in gone:
            del due[key]
    return due


def _change(row: LinkCheck, answered: Answered, now: datetime) -> None:
    """Write down what came of asking an address."""
    before = row.state
    match answered.found:
        case Found.WORKS:
            row.state, row.failures, row.due = LinkState.WORKS, 0, now + _WORKING
        case Found.NOT_ASKED:
            row.state, row.failures, row.due = LinkState.NOT_ASKED, 0, now + _WORKING
        case Found.GONE:
            row.state, row.failures, row.due = LinkState.BROKEN, row.failures + 1, now + _BROKEN
        case Found.FAILING:
            row.failures += 1
            broken = row.failures >= MOST_FAILURES or before is LinkState.BROKEN
            row.state, row.due = (LinkState.BROKEN, now + _BROKEN) if broken else (before, now + _FAILING)
        case Found.BUSY:
            row.due = now + _FAILING
        case _:
            assert_never(answered.found)
    row.status, row.message, row.checked = answered.status, answered.message, now
    row.turned = row.turned or (before is LinkState.BROKEN) != (row.state is LinkState.BROKEN)


def _tell_some(session: Session, key: str, after: str) -> str | None:
    """Count the broken links of some records that have an address; they are to be assessed again.

    Return the key of the last of them; None where there was none behind `after`.
    """
    having = select(RecordLink.identifier_digest).where(RecordLink.url_digest == key, RecordLink.identifier_digest > after)
    keys = list(session.scalars(having.order_by(RecordLink.identifier_digest).limit(_ROWS)))
    if not keys:
        return None
    these = RecordCheck.identifier_digest.in_(keys)
    session.execute(select(RecordCheck.identifier_digest).where(these).order_by(RecordCheck.identifier_digest).with_for_update())
    broken = select(func.count()).select_from(RecordLink).join(LinkCheck, LinkCheck.url_digest == RecordLink.url_digest)
    broken = broken.where(RecordLink.identifier_digest == RecordCheck.identifier_digest, LinkCheck.state == LinkState.BROKEN)
    change = update(RecordCheck).where(these).values(broken=broken.scalar_subquery(), stale=True)
    session.execute(change.execution_options(synchronize_session=False))
    return keys[-1]


def _host(url: str) -> str:
    try:
        return urlsplit(doi_address(url) or url.strip()).hostname or ""
    except ValueError:
        return ""
