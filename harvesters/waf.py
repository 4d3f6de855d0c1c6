"""A web-accessible folder: the documents that its listings link to, folder by folder, in the order of their addresses.

A document that is there as it was is told by the server (ETag, Last-Modified) or by its content. What robots.txt forbids is left alone.
"""

import fnmatch
import urllib.robotparser
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
from lxml import etree, html

from harvesters.errors import Fault, HarvestError
from harvesters.outcomes import Fetched, Outcome, Rejected, Unchanged
from harvesters.pages import Known, Step, digest, mark_of
from harvesters.source import Checkpoint
from harvesters.web import Answer, Session

DEFAULT_FILES: Final = "*.xml *.json"
MAX_DEPTH: Final = 20
MAX_FAILURES: Final = 20
ROBOT: Final = "Reflecs-harvester"


def harvest(session: Session, *, since: datetime | None, known: Known, checkpoint: Checkpoint | None) -> Generator[Step, None, None]:
    """Yield the documents of a folder, a page at a time; see `harvesters.harvest`."""
    del since  # the server tells of each document whether it changed
    values = checkpoint.values() if checkpoint else {}
    with ThreadPoolExecutor(session.source.concurrency) as pool:
        run = _Run(session, known, pool, after=str(values.get("after") or ""), doubt=bool(values.get("doubt")))
        yield from run.steps()


class _Run:
    """One harvest of one folder. Addresses are visited in order, so that the last one says what is behind."""

    def __init__(self, session: Session, known: Known, pool: ThreadPoolExecutor, *, after: str, doubt: bool) -> None:
        source = session.source
        self._session = session
        self._known = known
        self._pool = pool
        self._after = after
        self._doubt = doubt
        self._size = source.page_size
        self._home = source.url if source.url.endswith("/") else f"{source.url}/"
        self._files = source.filters.get("files", DEFAULT_FILES).split()
        self._depth = int(source.filters["depth"]) if source.filters.get("depth", "").isdecimal() else MAX_DEPTH
        self._robots = self._read_robots()
        self._failures = 0

    def steps(self) -> Iterator[Step]:
        batch: list[str] = []
        for address in self._addresses(self._home, self._depth):
            batch.append(address)
            if len(batch) == self._size:
                yield self._step(batch, last=False)
                batch = []
        yield self._step(batch, last=True)

    def _step(self, batch: Sequence[str], *, last: bool) -> Step:
        outcomes = tuple(self._pool.map(self._outcome, batch))
        after = batch[-1] if batch else self._after
        return Step(outcomes=outcomes, checkpoint=Checkpoint.of(after=after, doubt=self._doubt), complete=last and not self._doubt)

    def _addresses(self, folder: str, depth: int) -> Iterator[str]:
        """Yield the documents below a folder that are not behind already, in the order of their addresses."""
        for address in self._listed(folder):
            if not address.endswith("/"):
                if address > self._after and self._allowed(address):
                    yield address
            elif address > self._after or self._after.startswith(address):
                if depth == 0:
                    self._doubt = True
                elif self._allowed(address):
                    yield from self._addresses(address, depth - 1)

    def _listed(self, folder: str) -> list[str]:
        """The addresses that a listing links to: folders straight below it, and documents that are of interest."""
        try:
            answer = self._session.ask(folder, headers={"Accept": "text/html"})
        except HarvestError as error:
            if folder == self._home or error.fault is Fault.UNREACHABLE:
                raise
            self._doubt = True  # what is in there is not known
            return []
        try:
            page = html.document_fromstring(answer.content)
        except (etree.LxmlError, ValueError) as error:
            if folder == self._home:
                raise HarvestError("this is no listing of a folder", fault=Fault.ANSWER, where=folder) from error
            self._doubt = True
            return []
        self._doubt = self._doubt or not _is_whole(answer.content)
        found = {address for anchor in page.iter("a") if (address := self._below(folder, anchor.get("href") or "")) is not None}
        return sorted(found)

    def _below(self, folder: str, href: str) -> str | None:
        try:
            url = httpx.URL(folder).join(href.strip()).copy_with(fragment=None, query=None)
        except httpx.InvalidURL:
            return None
        address = str(url)
        name = address.removeprefix(folder)
        if not address.startswith(folder) or not name or "/" in name[:-1] or "?" in href:
            return None
        return address if name.endswith("/") or any(fnmatch.fnmatch(name.lower(), each.lower()) for each in self._files) else None

    def _allowed(self, address: str) -> bool:
        return self._robots is None or self._robots.can_fetch(ROBOT, address)

    def _read_robots(self) -> urllib.robotparser.RobotFileParser | None:
        """What robots.txt says; None where there is none. A server that errs there has forbidden everything (RFC 9309, 2.3.1.4)."""
        answer = self._session.ask(str(httpx.URL(self._home).join("/robots.txt")), statuses=frozenset(range(200, 500)) - {429})
        if answer.status >= 400:
            return None
        robots = urllib.robotparser.RobotFileParser()
        robots.parse(answer.content.decode("utf-8", errors="replace").splitlines())
        if not robots.can_fetch(ROBOT, self._home):
            raise HarvestError("robots.txt of the server asks not to harvest this folder", fault=Fault.REFUSED, where=self._home)
        return robots

    def _outcome(self, address: str) -> Outcome:
        mark = mark_of(self._known, address) or ""
        headers = _conditions(mark)
        try:
            answer = self._session.ask(address, headers=headers, statuses=frozenset({200, 304} if headers else {200}))
        except HarvestError as error:
            self._failures += 1
            if error.fault is Fault.UNREACHABLE or self._failures > MAX_FAILURES:
                raise
            return Rejected(origin=address, reason=str(error), content=error.content or None)
        self._failures = 0
        fresh = _mark(answer)
        if answer.status == 304 or mark.rpartition(" ")[2] == fresh.rpartition(" ")[2]:
            return Unchanged(key=address)
        changed = _time(answer.headers.get("Last-Modified", ""))
        return Fetched(identifier=None, content=answer.content, origin=address, changed=changed, mark=fresh)


def _is_whole(listing: bytes) -> bool:
    """Whether a listing came to its end, so that what it does not list is gone; one without a frame has to list something."""
    text = listing.lower()
    return b"</html" in text if b"<html" in text else b"<a" in text


def _mark(answer: Answer) -> str:
    """What tells a document's state: the server's own mark first, its content last."""
    tag, modified = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
    said = f"etag={tag}" if tag else f"modified={modified}" if modified else ""
    return f"{said} {digest(answer.content)}".strip()


def _conditions(mark: str) -> dict[str, str]:
    said = mark.rpartition(" ")[0]
    kind, _, value = said.partition("=")
    if not value or "\n" in value or "\r" in value:
        return {}
    return {"If-None-Match": value} if kind == "etag" else {"If-Modified-Since": value}


def _time(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value)
    except ValueError:
        return None
