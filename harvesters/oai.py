"""OAI-PMH 2.0: the list of records, part by part; where a part cannot be had, the list of names, and each record by its own.

With `since`, the repository is asked for what changed from then on, deletions among it.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from oaipmh_scythe.exceptions import BadResumptionToken, OAIPMHException

from harvesters.errors import Fault, HarvestError
from harvesters.outcomes import Fetched, Outcome, Rejected, Unchanged, Withdrawn
from harvesters.pages import Known, Seen, Step, digest, mark_of, told
from harvesters.repository import Item, Part, Repository, said
from harvesters.source import Checkpoint
from harvesters.times import time_of
from harvesters.web import Session

MARGIN: Final = timedelta(minutes=1)
"""A record's datestamp may be earlier than the moment from which it can be seen."""
MAX_RESTARTS: Final = 3
"""So often a list is begun anew when its token is not taken any more."""
MAX_STALLS: Final = 3
"""So many parts one after the other with nothing new in them are a circle."""
MAX_FAILURES: Final = 20
"""So many records one after the other that cannot be had are a bad server."""


@dataclass(slots=True, kw_only=True)
class Place:
    """Where a list is.

    Attributes:
        verb: ListRecords; ListIdentifiers where a part of it could not be had.
        token: of the next part; None for the first.
        doubt: whether something may have been missed.
        groups: the sets still to be walked through; None for everything.
    """

    verb: str
    groups: list[str | None]
    token: str | None = None
    doubt: bool = False

    def checkpoint(self) -> Checkpoint:
        """Return it as a checkpoint."""
        groups = ["" if each is None else each for each in self.groups]
        return Checkpoint.of(verb=self.verb, token=self.token, doubt=self.doubt, groups=groups)

    @classmethod
    def of(cls, checkpoint: Checkpoint | None, filters_set: str) -> "Place":
        """Return the place of a checkpoint, or the beginning."""
        match checkpoint.values() if checkpoint else {}:
            case {"verb": str(verb), "token": (str() | None) as token, "doubt": bool(doubt), "groups": list(groups)}:
                return cls(verb=verb, token=token, doubt=doubt, groups=[each or None for each in groups])
        wanted: list[str | None] = [each for each in filters_set.split() if each]
        return cls(verb="ListRecords", groups=wanted or [None])


class _List:
    """One list, from its first part or from where an earlier run left it, to its end.

    Attributes:
        ended: whether there is no further part; `place` is then that of the next list.
        expected: how many records it is told to have; None where it is not told, or is one of several lists.
    """

    def __init__(self, place: Place) -> None:
        self.ended = False
        self.expected: int | None = None
        self._place = place
        self._whole = place.token is None
        self._several = len(place.groups) > 1
        self._seen = Seen()
        self._stalls = 0

    def begin_anew(self) -> None:
        """Forget what was seen: the list is asked for from its first part again."""
        self._seen.close()
        self._seen = Seen()
        self._stalls = 0
        self._whole = True

    def note(self, part: Part) -> None:
        """Move `place` behind a part."""
        place = self._place
        new = self._seen.add(item.identifier for item in part.items)
        self._stalls = 0 if new else self._stalls + 1
        if part.size is not None and not self._several:
            self.expected = part.size
        circling = part.token is not None and (part.token == place.token or self._stalls >= MAX_STALLS)
        place.doubt = place.doubt or circling or part.nameless > 0
        place.token = None if circling else part.token
        if place.token is None:
            self.ended = True
            place.groups = place.groups[1:]
            # a list that was gone on with was counted by an earlier run only in part
            place.doubt = place.doubt or (self._whole and self.expected is not None and self._seen.distinct < self.expected)

    def close(self) -> None:
        """Forget what was seen."""
        self._seen.close()


def harvest(session: Session, *, since: datetime | None, known: Known, checkpoint: Checkpoint | None) -> Generator[Step, None, None]:
    """Yield what a repository has, a part at a time; see `harvesters.harvest`."""
    with closing(Seen()) as fetched:
        run = _Run(session, known, fetched, since - MARGIN if since is not None else None)
        with closing(run.repository):
            yield from run.steps(Place.of(checkpoint, session.source.filters.get("set", "")))


class _Run:
    """One harvest of one repository.

    Attributes:
        fetched: the names of what this run fetched.
    """

    def __init__(self, session: Session, known: Known, fetched: Seen, since: datetime | None) -> None:
        self.repository = Repository(session)
        self.fetched = fetched
        self._url = session.source.url
        self._known = known
        self._since = since
        self._restarts = 0
        self._failures = 0

    def steps(self, place: Place) -> Iterator[Step]:
        while place.groups:
            with closing(_List(place)) as listed:
                while not listed.ended:
                    part = self._next(place)
                    if part is None:
                        listed.begin_anew()
                        continue
                    outcomes = tuple(self._outcome(item, place) for item in part.items)
                    self.fetched.add(each.key for each in outcomes if isinstance(each, Fetched | Unchanged))
                    listed.note(part)
                    whole = not place.groups and not place.doubt
                    complete = whole and self._since is None
                    yield Step(outcomes=outcomes, checkpoint=place.checkpoint(), expected=listed.expected, complete=complete, whole=whole)

    def _next(self, place: Place) -> Part | None:
        """The next part; None where the list has to be asked for in another way, which `place` then says."""
        try:
            return self.repository.part(place.verb, since=self._since, group=place.groups[0], token=place.token)
        except BadResumptionToken as error:
            self._restarts += 1
            if place.token is None or self._restarts > MAX_RESTARTS:
                raise HarvestError(said(error), fault=Fault.ANSWER, where=self._url) from error
            place.token = None
        except OAIPMHException as error:
            raise HarvestError(said(error), fault=Fault.REFUSED, where=self._url) from error
        except HarvestError as error:
            if error.fault is not Fault.ANSWER or place.verb == "ListIdentifiers":
                raise
            place.verb, place.token = "ListIdentifiers", None
        return None

    def _outcome(self, item: Item, place: Place) -> Outcome:
        if item.deleted:
            return Withdrawn(identifier=item.identifier, at=time_of(item.datestamp))
        if place.verb == "ListRecords":
            return self._fetched(item)
        ours = mark_of(self._known, item.identifier)
        if item.identifier in self.fetched or (ours is not None and ours.partition(" ")[0] == item.datestamp):
            return Unchanged(key=item.identifier)
        return self._alone(item)

    def _alone(self, header: Item) -> Outcome:
        try:
            item = self.repository.record(header.identifier)
        except OAIPMHException as error:
            return Rejected(origin=self._url, identifier=header.identifier, reason=said(error))
        except HarvestError as error:
            self._failures += 1
            if error.fault is not Fault.ANSWER or self._failures > MAX_FAILURES:
                raise
            return Rejected(origin=self._url, identifier=header.identifier, reason=str(error), content=error.content or None)
        self._failures = 0
        if item is None or item.identifier != header.identifier:
            return Rejected(origin=self._url, identifier=header.identifier, reason="the repository lists it, and does not hand it out")
        return Withdrawn(identifier=header.identifier, at=time_of(item.datestamp)) if item.deleted else self._fetched(item)

    def _fetched(self, item: Item) -> Outcome:
        if item.document is None:
            return Rejected(origin=self._url, identifier=item.identifier, reason="the record has no metadata, and is not deleted")
        return told(
            Fetched(
                identifier=item.identifier,
                content=item.document,
                origin=self._url,
                changed=time_of(item.datestamp),
                mark=f"{item.datestamp} {digest(item.document)}",
            ),
            self._known,
        )
