"""CSW 2.0.2 and 3.0: a walk by position over the documents, then one over the short list where something is left to doubt.

With `since`, only documents whose own date is not before it are fetched; the short list then tells what else is new, and what is gone.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import Final

from harvesters.catalogue_service import CatalogueService, Found
from harvesters.errors import Fault, HarvestError
from harvesters.outcomes import Fetched, Outcome, Rejected, Unchanged
from harvesters.pages import Known, Seen, Step, digest, mark_of, told
from harvesters.positions import Missing, Stretch, Walk
from harvesters.source import Checkpoint, JsonValue
from harvesters.web import Session

_LISTED_AT_ONCE: Final = 1000
"""Names are short: the list of them is asked for in larger pages than the documents."""


def harvest(session: Session, *, since: datetime | None, known: Known, checkpoint: Checkpoint | None) -> Generator[Step, None, None]:
    """Yield what a CSW has, a page at a time; see `harvesters.harvest`."""
    with closing(Seen()) as fetched:
        yield from _Run(session, known, fetched).steps(since, checkpoint.values() if checkpoint else {})


class _Run:
    """One harvest of one CSW.

    Attributes:
        fetched: the keys of what this run fetched.
        mended: identifiers of records that came alone, since their page could not be had.
        nameless: whether something was there of which not even the name is known.
        walked: whether every record was to be handed out by position, from the first on: what the short list has beside was passed over.
        sure: whether nothing that changed can have been passed over.
    """

    def __init__(self, session: Session, known: Known, fetched: Seen) -> None:
        self.fetched = fetched
        self.mended: set[str] = set()
        self.nameless = False
        self.walked = False
        self.sure = False
        self._source = session.source
        self._known = known
        self._service = CatalogueService.opened(session)

    def steps(self, since: datetime | None, place: dict[str, JsonValue]) -> Iterator[Step]:
        if place.get("phase") != "listing":
            sifted = since if since is not None and self._sifts(since) else None
            walk = Walk(lambda start, size: self._service.page(start, size, since=sifted), self._source.page_size, self.fetched)
            told_start = place.get("start")
            start = told_start if isinstance(told_start, int) and told_start > 0 else 1
            for stretch in walk.stretches(start, ahead=self._source.concurrency > 1):
                outcomes = tuple(self._outcomes(stretch))
                yield Step(outcomes=outcomes, checkpoint=Checkpoint.of(phase="records", start=stretch.after), expected=walk.matched)
            if sifted is None and walk.doubt is None and walk.matched is not None and not self.nameless:
                yield Step(outcomes=(), checkpoint=Checkpoint.of(phase="listing"), expected=walk.matched, complete=True)
                return
            self.walked = sifted is None and start == 1
            self.sure = self.walked or (walk.doubt is None and start == 1)
        yield from self._listing()

    def _sifts(self, since: datetime) -> bool:
        """Whether the service can leave out what is older."""
        if "cql" in self._source.filters:
            return False
        try:
            self._service.page(1, 1, brief=True, since=since)
        except HarvestError as error:
            if error.fault is not Fault.ANSWER:
                raise
            return False
        return True

    def _outcomes(self, stretch: Stretch) -> Iterator[Outcome]:
        for position, each in enumerate(self._named(stretch), stretch.start):
            if isinstance(each, Missing):
                yield self._mended(each)
            else:
                yield self._outcome(each, f"{self._source.url}#{position}")

    def _named(self, stretch: Stretch) -> Sequence[Found | Missing]:
        """The stretch, with names from the short list for documents that do not name themselves."""
        if all(isinstance(each, Missing) or each.identifier for each in stretch.found):
            return stretch.found
        names = self._short_list(stretch.start, len(stretch.found))
        agree = len(names) == len(stretch.found) and all(
            isinstance(each, Missing) or each.identifier in {None, name} for each, name in zip(stretch.found, names, strict=True)
        )
        if not agree or None in names:
            self.nameless = True
            return stretch.found
        return [
            each if isinstance(each, Missing) or each.identifier else replace(each, identifier=name)
            for each, name in zip(stretch.found, names, strict=True)
        ]

    def _short_list(self, start: int, size: int) -> tuple[str | None, ...]:
        try:
            return tuple(each.identifier for each in self._service.page(start, size, brief=True).records)
        except HarvestError as error:
            if error.fault is not Fault.ANSWER:
                raise
            return ()

    def _outcome(self, found: Found, origin: str) -> Outcome:
        if found.flaw is not None:
            self.nameless = self.nameless or found.identifier is None
            return Rejected(origin=origin, identifier=found.identifier, reason=found.flaw, content=found.content)
        mark = digest(found.content)
        origin = origin if found.identifier else f"{self._source.url}#{mark}"  # a position says nothing the next time
        return told(Fetched(identifier=found.identifier, content=found.content, origin=origin, mark=mark), self._known)

    def _mended(self, missing: Missing) -> Outcome:
        """What can be had of a record whose position cannot be asked for: the record by its name, or else the name."""
        origin = f"{self._source.url}#{missing.position}"
        names = self._short_list(missing.position, 1)
        name = names[0] if names else None
        if name is None:
            self.nameless = True
            return Rejected(origin=origin, reason=str(missing.error), content=missing.error.content or None)
        self.mended.add(name)
        return next(iter(self._by_name([name])))

    def _listing(self) -> Iterator[Step]:
        """Yield what the short list knows and this run has not fetched; whatever is on it is not gone."""
        self.nameless = False
        with closing(Seen()) as listed:
            size = min(self._source.page_size * 10, _LISTED_AT_ONCE)
            walk = Walk(lambda start, size: self._service.page(start, size, brief=True), size, listed)
            for stretch in walk.stretches(1, ahead=self._source.concurrency > 1):
                yield Step(outcomes=tuple(self._listed(stretch)), checkpoint=Checkpoint.of(phase="listing"), expected=walk.matched)
            complete = walk.doubt is None and walk.matched is not None and not self.nameless
            whole = complete and self.sure
            yield Step(outcomes=(), checkpoint=Checkpoint.of(phase="listing"), expected=walk.matched, complete=complete, whole=whole)

    def _listed(self, stretch: Stretch) -> Iterator[Outcome]:
        wanted = []
        for each in stretch.found:
            name = each.identifier if isinstance(each, Found) else None
            if name is None:
                self.nameless = True
            elif name not in self.mended and name not in self.fetched:
                if self.walked or mark_of(self._known, name) is None:
                    wanted.append(name)
                else:
                    yield Unchanged(key=name)
        for begin in range(0, len(wanted), self._service.at_once):
            yield from self._by_name(wanted[begin : begin + self._service.at_once])

    def _by_name(self, names: Sequence[str]) -> Iterator[Outcome]:
        """Yield what becomes of each of these records when it is asked for by name."""
        reason, content = "the source lists it, and does not hand it out by its name", b""
        try:
            records = self._service.by_identifiers(names)
        except HarvestError as error:
            if error.fault is not Fault.ANSWER:
                raise
            records, reason, content = (), str(error), error.content
        if len(names) == 1 and len(records) == 1:
            records = (replace(records[0], identifier=names[0]),)
        found = {record.identifier: record for record in records}
        for name in names:
            record = found.get(name)
            if record is not None:
                yield self._outcome(record, f"{self._source.url}#{name}")
            elif len(names) > 1:
                yield from self._by_name([name])
            else:
                yield Rejected(origin=f"{self._source.url}#{name}", identifier=name, reason=reason, content=content or None)
