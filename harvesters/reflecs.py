"""Another Reflecs: its OAI-PMH door tells what changed, its CSW door hands each document out in the bytes it came in.

The address is the catalogue's own, as its pages show it. A record is fetched where its datestamp is not the one that is known.
"""

import re
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from oaipmh_scythe.exceptions import BadResumptionToken, OAIPMHException

from harvesters.errors import Fault, HarvestError
from harvesters.identifying import own_identifier
from harvesters.oai import MARGIN, MAX_FAILURES, MAX_RESTARTS
from harvesters.outcomes import Fetched, Outcome, Rejected, Unchanged, Withdrawn
from harvesters.pages import Known, Seen, Step, mark_of
from harvesters.repository import Item, Part, Repository, said
from harvesters.source import Checkpoint
from harvesters.times import time_of
from harvesters.web import Session

_NAME: Final = re.compile(r"oai:[^:]*:(.*)", re.DOTALL)
_PAGE: Final = 100


def harvest(session: Session, *, since: datetime | None, known: Known, checkpoint: Checkpoint | None) -> Generator[Step, None, None]:
    """Yield what changed in another Reflecs, a page at a time; see `harvesters.harvest`."""
    home = session.source.url.rstrip("/")
    values = checkpoint.values() if checkpoint else {}
    token = values.get("token")
    with closing(Seen()) as seen, _repository(session, f"{home}/oai") as repository, ThreadPoolExecutor(session.source.concurrency) as pool:
        run = _Run(session, repository, known, pool)
        doubt, restarts = bool(values.get("doubt")), 0
        here = token if isinstance(token, str) else None
        resumed, size = here is not None, None
        while True:
            part, restarts, here = run.part(since, here, restarts)
            if part is None:
                continue
            new = seen.add(item.identifier for item in part.items)
            doubt = doubt or bool(part.nameless) or (not new and part.token is not None)
            size = part.size if part.size is not None else size
            for begin in range(0, len(part.items) - _PAGE, _PAGE):
                # the part is not done: whoever goes on from here asks for it again, and knows these then
                yield Step(outcomes=run.outcomes(part.items[begin : begin + _PAGE]), checkpoint=_at(here, doubt=doubt), expected=size)
            rest = run.outcomes(part.items[(len(part.items) - 1) // _PAGE * _PAGE :]) if part.items else ()
            if part.token is None or not new:
                whole = (resumed or size is None or seen.distinct >= size) and not doubt
                complete = whole and since is None
                yield Step(outcomes=rest, checkpoint=_at(None, doubt=doubt), expected=size, complete=complete, whole=whole)
                return
            here = part.token
            yield Step(outcomes=rest, checkpoint=_at(here, doubt=doubt), expected=size)


def _at(token: str | None, *, doubt: bool) -> Checkpoint:
    return Checkpoint.of(token=token, doubt=doubt)


@contextmanager
def _repository(session: Session, address: str) -> Iterator[Repository]:
    with closing(Repository(session.at(address, prefix="oai_dc"))) as repository:
        yield repository


class _Run:
    """One harvest of one Reflecs."""

    def __init__(self, session: Session, repository: Repository, known: Known, pool: ThreadPoolExecutor) -> None:
        self._session = session
        self._repository = repository
        self._known = known
        self._pool = pool
        self._csw = session.source.url.rstrip("/") + "/csw"
        self._oai = session.source.url.rstrip("/") + "/oai"
        self._failures = 0

    def part(self, since: datetime | None, token: str | None, restarts: int) -> tuple[Part | None, int, str | None]:
        """The next part of the list of names, how often it was begun anew, and the token it came by; no part: it is begun anew."""
        begin = since - MARGIN if since is not None else None
        group = self._session.source.filters.get("set")
        try:
            return self._repository.part("ListIdentifiers", since=begin, group=group, token=token), restarts, token
        except BadResumptionToken as error:
            if token is None or restarts >= MAX_RESTARTS:
                raise HarvestError(said(error), fault=Fault.ANSWER, where=self._oai) from error
            return None, restarts + 1, None
        except OAIPMHException as error:
            raise HarvestError(said(error), fault=Fault.REFUSED, where=self._oai) from error

    def outcomes(self, items: tuple[Item, ...]) -> tuple[Outcome, ...]:
        """What becomes of these records; those that changed are fetched side by side."""
        return tuple(self._pool.map(self._outcome, items))

    def _outcome(self, item: Item) -> Outcome:
        name = _NAME.fullmatch(item.identifier)
        identifier = unquote(name[1]) if name else item.identifier
        if item.deleted:
            return Withdrawn(identifier=identifier, at=time_of(item.datestamp))
        if item.datestamp and mark_of(self._known, identifier) == item.datestamp:
            return Unchanged(key=identifier)
        params = {"service": "CSW", "version": "2.0.2", "request": "GetRepositoryItem", "id": identifier}
        try:
            answer = self._session.ask(self._csw, params=params, statuses=frozenset({200, 404}))
        except HarvestError as error:
            self._failures += 1
            if error.fault is not Fault.ANSWER or self._failures > MAX_FAILURES:
                raise
            return Rejected(origin=self._csw, identifier=identifier, reason=str(error), content=error.content or None)
        self._failures = 0
        if answer.status == 404:
            return Rejected(origin=answer.url, identifier=identifier, reason="it is listed, and was not there when it was asked for")
        own = own_identifier(answer.content)
        if own is not None and identifier != own and not identifier.startswith(f"{own}@"):  # as one is kept beside another of its name
            return Rejected(
                origin=answer.url, identifier=identifier, reason=f"another document came in its place: {own}", content=answer.content
            )
        return Fetched(
            identifier=identifier,
            content=answer.content,
            origin=answer.url,
            changed=time_of(item.datestamp),
            mark=item.datestamp or None,
        )
