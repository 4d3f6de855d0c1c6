"""STAC collections: of an API, page by page, or of a static catalogue, from child to child. Read through pystac-client, over our own way.

`since` changes nothing, since collections have no common date of change: what did not change is told by its content.
"""

import json
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime
from typing import Any, Final

import httpx
from pystac import Link
from pystac_client.stac_api_io import StacApiIO

from harvesters.answers import JsonObject, count, link, object_of, objects, written
from harvesters.errors import Fault, HarvestError
from harvesters.linked import LinkedPage, along, walk
from harvesters.outcomes import Fetched, Outcome, Rejected
from harvesters.pages import Known, Seen, Step, digest, told
from harvesters.source import Checkpoint
from harvesters.web import Session

MAX_CHILDREN: Final = 100_000
"""So many catalogues and collections of a static catalogue are followed."""
MAX_FAILURES: Final = 20


class GuardedIO(StacApiIO):
    """pystac-client's reading of links, over our own way to the web: no file, no session of its own."""

    def __init__(self, session: Session) -> None:
        super().__init__(max_retries=None)
        self._guarded = session

    def read_text(self, source: Any, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401  -- as pystac-client has it
        """Return the text at a link or an address."""
        if isinstance(source, Link):
            return super().read_text(source, *args, **kwargs)
        return self.request(str(source), *args, **kwargs)  # what is no address is refused there, where theirs would open a file

    def request(
        self,
        href: str,
        method: str | None = None,
        headers: dict[str, str] | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> str:
        """Return the text that a request is answered with."""
        given = {"Accept": "application/json, application/geo+json;q=0.9", **(headers or {})}
        if (method or "GET").upper() == "POST":
            body = json.dumps(parameters or {}).encode()
            answer = self._guarded.ask(href, method="POST", body=body, headers={**given, "Content-Type": "application/json"})
        else:
            answer = self._guarded.ask(href, params={name: str(value) for name, value in (parameters or {}).items()}, headers=given)
        try:
            return answer.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise HarvestError("the answer is not UTF-8", fault=Fault.ANSWER, where=href) from error


def harvest(session: Session, *, since: datetime | None, known: Known, checkpoint: Checkpoint | None) -> Generator[Step, None, None]:
    """Yield the collections of a STAC API or catalogue; see `harvesters.harvest`."""
    del since
    run = _Run(session, known)
    if checkpoint is not None and "next" in checkpoint.values():
        yield from walk(run.page, "", checkpoint)
        return
    root = run.read(session.source.url)
    collections = link(root, "data") or (_below(session.source.url, "collections") if "conformsTo" in root else None)
    if collections is None:
        yield from run.children(checkpoint)
        return
    address = httpx.URL(session.source.url).join(collections)
    first = str(address.copy_merge_params({"limit": str(session.source.page_size), **session.source.filters}))
    yield from walk(run.page, json.dumps({"rel": "next", "href": first}), checkpoint)


class _Run:
    """One harvest of one STAC."""

    def __init__(self, session: Session, known: Known) -> None:
        self._source = session.source
        self._io = GuardedIO(session)
        self._known = known
        self._failures = 0

    def read(self, place: str | Link) -> JsonObject:
        """Return the JSON object at a link or an address."""
        where = place if isinstance(place, str) else str(place.href)
        return object_of(self._io.read_text(place).encode(), where)

    def page(self, place: str) -> LinkedPage:
        """Return the page of the API that a link, written as JSON, leads to."""
        here = json.loads(place)
        document = self.read(Link.from_dict(here))
        if not isinstance(document.get("collections"), list):
            raise HarvestError("the answer has no collections", fault=Fault.ANSWER, where=str(here["href"]))
        outcomes = tuple(self._outcome(each, str(here["href"])) for each in objects(document["collections"]))
        following = next((each for each in objects(document.get("links")) if each and each.get("rel") == "next"), None)
        if following is not None and isinstance(following.get("href"), str):
            following = {**following, "href": along(str(here["href"]), following["href"])}
        return LinkedPage(
            outcomes=outcomes,
            following=json.dumps(following, sort_keys=True) if following is not None and "href" in following else None,
            matched=count(document.get("numberMatched")),
            doubt=any(isinstance(each, Rejected) and each.identifier is None for each in outcomes),
        )

    def _outcome(self, collection: JsonObject | None, origin: str) -> Outcome:
        if collection is None or not isinstance(collection.get("id"), str) or not collection["id"]:
            content = written(collection) if collection is not None else None
            return Rejected(origin=origin, reason="the collection is no JSON object with an id", content=content)
        content = written(collection)
        own = link(collection, "self")
        return told(Fetched(identifier=collection["id"], content=content, origin=own or origin, mark=digest(content)), self._known)

    def children(self, checkpoint: Checkpoint | None) -> Iterator[Step]:
        """Yield the collections of a static catalogue, a catalogue or collection at a time."""
        values = checkpoint.values() if checkpoint else {}
        kept = values.get("pending")
        pending = [str(each) for each in kept] if isinstance(kept, list) else [self._source.url]
        doubt = bool(values.get("doubt"))
        with closing(Seen()) as followed:
            followed.add(pending)
            while pending:
                outcomes, below = self._child(pending.pop())
                fresh = [each for each in below if each not in followed]
                followed.add(fresh)
                pending += reversed(fresh)
                if followed.distinct > MAX_CHILDREN:
                    raise HarvestError(f"it has more than {MAX_CHILDREN:,} children", fault=Fault.REFUSED, where=self._source.url)
                doubt = doubt or any(isinstance(each, Rejected) for each in outcomes)
                at = Checkpoint.of(pending=list(pending), doubt=doubt)
                yield Step(outcomes=outcomes, checkpoint=at, complete=not pending and not doubt)

    def _child(self, address: str) -> tuple[tuple[Outcome, ...], list[str]]:
        try:
            document = self.read(address)
        except HarvestError as error:
            self._failures += 1
            if error.fault is Fault.UNREACHABLE or self._failures > MAX_FAILURES or address == self._source.url:
                raise
            return (Rejected(origin=address, reason=str(error), content=error.content or None),), []
        self._failures = 0
        outcomes = (self._outcome(document, address),) if document.get("type") == "Collection" else ()
        below: list[str] = []
        elsewhere: list[Outcome] = []
        for each in objects(document.get("links")):
            if each is not None and each.get("rel") == "child" and isinstance(each.get("href"), str):
                child = self._near(address, each["href"])
                if child is not None:
                    below.append(child)
                else:
                    reason = "this child is not at the same host; make it a source of its own"
                    elsewhere.append(Rejected(origin=each["href"], reason=reason))
        return (*outcomes, *elsewhere), below

    def _near(self, address: str, href: str) -> str | None:
        """Where a link leads; None where that is no address of the source's own host."""
        try:
            url = httpx.URL(address).join(href)
        except httpx.InvalidURL:
            return None
        return str(url) if url.host == httpx.URL(self._source.url).host else None


def _below(address: str, path: str) -> str:
    url = httpx.URL(address)
    return str(url.copy_with(path=f"{url.path.rstrip('/')}/{path}"))
