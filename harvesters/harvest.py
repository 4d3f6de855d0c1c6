"""One door to all protocols: `harvest` asks a source, and yields pages of outcomes."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Final, Protocol

from harvesters import cmr, csw, oai, reflecs, stac, waf
from harvesters import folder as folders
from harvesters import records as ogcrecords
from harvesters.errors import Fault, HarvestError
from harvesters.pages import Known, Step
from harvesters.source import Checkpoint, Source
from harvesters.source import Protocol as Way
from harvesters.web import Client, Session


class _Asks(Protocol):
    """What the module of a protocol provides."""

    def __call__(
        self, session: Session, *, since: datetime | None, known: Known, checkpoint: Checkpoint | None
    ) -> Generator[Step, None, None]: ...


_ON_THE_WEB: Final[dict[Way, _Asks]] = {
    Way.CSW: csw.harvest,
    Way.RECORDS: ogcrecords.harvest,
    Way.OAI: oai.harvest,
    Way.STAC: stac.harvest,
    Way.CMR: cmr.harvest,
    Way.WAF: waf.harvest,
    Way.REFLECS: reflecs.harvest,
}


LIST_ALL: Final = frozenset({Way.CSW})
"""Protocols by which all names that a source has are listed, whatever is asked for `since`."""
_SINCE: Final = LIST_ALL | {Way.OAI, Way.CMR, Way.REFLECS}


def asks_since(source: Source) -> bool:
    """Return whether a source is asked for what changed `since`; else it is always walked through whole."""
    return source.protocol in _SINCE and not (source.protocol is Way.CSW and "cql" in source.filters)


class Harvest:
    """The steps of one harvest, and what they told so far.

    Attributes:
        expected: how many documents the source says it has for this harvest; None before it says so, or where it does not.
        complete: whether, after the last step, everything the source has was seen: what is known and was not seen is then gone.
        whole: whether, after the last step, everything that was asked for was seen: what changes from the beginning of this harvest on
            is all that has to be asked for next. A harvest that went on at a checkpoint knows that of its own part alone.
    """

    def __init__(self, steps: Iterator[Step]) -> None:
        self.expected: int | None = None
        self.complete = False
        self.whole = False
        self._steps = steps

    def __iter__(self) -> Iterator[Step]:
        return self

    def __next__(self) -> Step:
        step = next(self._steps)
        if step.expected is not None:
            self.expected = step.expected
        self.complete = step.complete
        self.whole = step.complete if step.whole is None else step.whole
        return step


@contextmanager
def harvest(
    source: Source, *, client: Client, known: Known, since: datetime | None = None, checkpoint: Checkpoint | None = None
) -> Iterator[Harvest]:
    """Yield the harvest of a source, to be walked through a step at a time; leaving it early closes what it holds.

    Args:
        source: what is asked, and how.
        client: how this installation goes to the web.
        known: the marks of documents that were fetched before, by their `key`; `{}` to fetch all anew.
        since: when the last complete harvest began: only what changed since is asked for, where the protocol allows. None for everything.
        checkpoint: of the last step that was kept, where a harvest with the same `since` was interrupted.

    Raises:
        HarvestError: while it is walked through: the source failed as a whole. What was yielded before holds.
    """
    if source.page_size < 1 or source.concurrency < 1 or (source.rate is not None and source.rate <= 0):
        raise HarvestError("page size, concurrency and rate are numbers above 0", fault=Fault.REFUSED, where=source.name)
    if source.protocol is Way.FOLDER:
        with closing(folders.harvest(source, allowed=client.allow_private, known=known, checkpoint=checkpoint)) as steps:
            yield Harvest(steps)
        return
    with (
        client.session(source) as session,
        closing(_ON_THE_WEB[source.protocol](session, since=since, known=known, checkpoint=checkpoint)) as steps,
    ):
        yield Harvest(steps)
