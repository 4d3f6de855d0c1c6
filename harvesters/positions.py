"""A walk over numbered records: whatever a server does on the way, it ends, and it knows whether it saw everything."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Protocol

from harvesters.catalogue_service import Found, Page
from harvesters.errors import Fault, HarvestError
from harvesters.pages import Seen, digest

MAX_FAILURES: Final = 20
"""So many records one after the other that cannot be had are not bad records but a bad server."""
MAX_STALLS: Final = 3
"""So many pages one after the other without anything new are the end, whatever the server says of how many there are."""


class Ask(Protocol):
    """What answers for positions: `start` from 1, `size` records at most."""

    def __call__(self, start: int, size: int) -> Page:
        """Return the page.

        Raises:
            HarvestError: it cannot be had.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A position whose record cannot be had."""

    position: int
    error: HarvestError


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What a walk found between two of its halts.

    Attributes:
        start: the position of the first.
        after: the position to go on at.
    """

    start: int
    found: tuple[Found | Missing, ...]
    after: int


class Walk:
    """A walk from one position to the end.

    Attributes:
        matched: how many records there are, as told last; None where it is not told.
        doubt: why not everything may have been seen; None while nothing speaks for that.
        seen: the keys of what was found.
    """

    def __init__(self, ask: Ask, size: int, seen: Seen) -> None:
        self.matched: int | None = None
        self.doubt: str | None = None
        self.seen = seen
        self._ask = ask
        self._size = size
        self._failures = 0
        self._missing = 0

    def stretches(self, start: int, *, ahead: bool) -> Iterator[Stretch]:
        """Yield what there is from a position on.

        Args:
            start: from 1.
            ahead: whether the next page is asked for while the one before is looked at.

        Raises:
            HarvestError: the source fails as a whole.
        """
        if start != 1:
            self._doubted("the walk did not begin at the first record")
        stalls, ends = 0, True
        with ThreadPoolExecutor(1) as pool:
            coming: Future[Page] | None = None
            while stalls < MAX_STALLS and (self.matched is None or start <= self.matched):
                pages = list(self._pages(start, self._size, coming))
                found = tuple(each for page in pages for each in (page.records if isinstance(page, Page) else (page,)))
                ends = isinstance(pages[-1], Page) and pages[-1].ends
                following = start + (len(found) or self._size)
                more = not ends if self.matched is None else following <= self.matched
                coming = pool.submit(self._ask, following, self._size) if ahead and found and more else None
                stalls = 0 if self._noted(found) else stalls + 1
                yield Stretch(start=start, found=found, after=following)
                start = following
                if not found and (ends or self.matched is None):
                    break
                if self.matched is None and ends:
                    break
        if self.matched is not None and start > self.matched and not ends:
            self._look_behind(start)
        self._judged()

    def _pages(self, start: int, size: int, coming: "Future[Page] | None") -> Iterator[Page | Missing]:
        """Yield the page at a position; where it cannot be had, its halves, down to the records that are to blame."""
        pending = [(start, size)]
        while pending:
            at, count = pending.pop()
            if at != start and self.matched is not None and at > self.matched:
                continue
            try:
                page = coming.result() if coming is not None else self._ask(at, count)
            except HarvestError as error:
                if error.fault is not Fault.ANSWER:
                    raise
                if count == 1:
                    yield self._lost(at, error)
                else:
                    pending += [(at + count // 2, count - count // 2), (at, count // 2)]
                coming = None
                continue
            coming = None
            self._counted(page)
            yield page
            got = len(page.records)
            if got and (at, count) != (start, size):
                self._failures = 0
                if got < count:
                    pending.append((at + got, count - got))
            elif not got and count < size:
                self._doubted(f"there is nothing at position {at}")

    def _lost(self, position: int, error: HarvestError) -> Missing:
        self._failures += 1
        self._missing += 1
        if self._failures > MAX_FAILURES:
            raise error
        return Missing(position=position, error=error)

    def _look_behind(self, start: int) -> None:
        """Ask for one record more than there are said to be, where the source did not say that it is at its end: it may tell of too few."""
        try:
            behind = self._ask(start, 1).records
        except HarvestError as error:
            if error.fault is not Fault.ANSWER:
                raise
            return  # which is how some servers say that there is none
        if any(key_of(each) not in self.seen for each in behind):
            self._doubted("there are more records than the source tells of")

    def _counted(self, page: Page) -> None:
        if page.matched is None:
            return
        if self.matched is not None and page.matched != self.matched:
            self._doubted("the number of records changed on the way")
        self.matched = page.matched

    def _noted(self, found: tuple[Found | Missing, ...]) -> bool:
        """Whether anything in a stretch is new."""
        keys = [key_of(each) for each in found if isinstance(each, Found)]
        lost = len(found) - len(keys)
        return self.seen.add(keys) > 0 or lost > 0

    def _judged(self) -> None:
        told = self.matched
        have = self.seen.distinct + self._missing
        if told is not None and have != told:
            self._doubted(f"the source tells of {told:,} records, and {have:,} were seen")

    def _doubted(self, why: str) -> None:
        self.doubt = self.doubt or why


def key_of(found: Found) -> str:
    """Return what tells a record from others: its identifier, or else its content."""
    return found.identifier or digest(found.content)
