"""Collections of NASA's Common Metadata Repository, as DIF 10 or UMM-C.

With `since`, collections revised from then on are asked for, and those that were deleted. A page that cannot be had is asked for again
as smaller ones; the place in the list (`CMR-Search-After`) is a value of the last record, so no page repeats or leaves out any.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

from harvesters.answers import JsonObject, answered, objects, written
from harvesters.cutting import documents
from harvesters.errors import Fault, HarvestError
from harvesters.outcomes import Fetched, Outcome, Rejected, Withdrawn
from harvesters.pages import Known, Seen, Step, digest, told
from harvesters.source import Checkpoint
from harvesters.times import time_of
from harvesters.web import Answer, Session
from mappings.xml import children, local_name, parse_xml
from records.errors import FormatError

AFTER: Final = "CMR-Search-After"
HITS: Final = "CMR-Hits"
_LARGEST_PAGE: Final = 2000
_FORMATS: Final = {"dif10": "dif10", "umm": "umm_json"}


def harvest(session: Session, *, since: datetime | None, known: Known, checkpoint: Checkpoint | None) -> Generator[Step, None, None]:
    """Yield the collections of a CMR, a page at a time; see `harvesters.harvest`.

    The source's address is that of the search API, "https://cmr.earthdata.nasa.gov/search".
    """
    with closing(Seen()) as seen:
        yield from _Run(session, known, seen, since).steps(checkpoint)


class _Run:
    """One harvest of one CMR."""

    def __init__(self, session: Session, known: Known, seen: Seen, since: datetime | None) -> None:
        filters = dict(session.source.filters)
        wanted = filters.pop("format", "dif10")
        if wanted not in _FORMATS:
            raise HarvestError(f"the filter “format” is dif10 or umm, not {wanted!r}", fault=Fault.REFUSED, where=session.source.url)
        self._session = session
        self._home = session.source.url.rstrip("/")
        self._address = f"{self._home}/collections.{_FORMATS[wanted]}"
        self._params = {**filters, "sort_key": "entry_id"}
        self._known = known
        self._seen = seen
        self._since = _written(since) if since is not None else None
        if self._since is not None:
            self._params["updated_since"] = self._since

    def steps(self, checkpoint: Checkpoint | None) -> Iterator[Step]:
        values = checkpoint.values() if checkpoint else {}
        after = values.get("after")
        resumed, doubt = after is not None, bool(values.get("doubt"))
        hits = None
        while after != "":
            answer, outcomes = self._page(after if isinstance(after, str) else None)
            hits = int(answer.headers[HITS]) if answer.headers.get(HITS, "").isdecimal() else hits
            new = self._seen.add(each.key for each in outcomes)
            doubt = doubt or any(isinstance(each, Rejected) and each.identifier is None for each in outcomes)
            following = answer.headers.get(AFTER, "") if outcomes else ""
            if following and (following == after or not new):
                doubt, following = True, ""
            if not following:
                doubt = doubt or (not resumed and self._seen.distinct != hits)
            complete = not following and not doubt and self._since is None
            after = following
            yield Step(outcomes=outcomes, checkpoint=Checkpoint.of(after=after, doubt=doubt), expected=hits, complete=complete)
        if self._since is not None:
            yield Step(outcomes=self._deleted(), checkpoint=Checkpoint.of(after="", doubt=doubt), expected=hits, whole=not doubt)

    def _page(self, after: str | None) -> tuple[Answer, tuple[Outcome, ...]]:
        """The page behind a place; smaller where one of the size that was asked for cannot be had."""
        size = min(self._session.source.page_size, _LARGEST_PAGE)
        headers = {AFTER: after} if after is not None else {}
        while True:
            try:
                answer = self._session.ask(self._address, params={**self._params, "page_size": str(size)}, headers=headers)
                return answer, tuple(self._outcomes(answer))
            except HarvestError as error:
                if error.fault is not Fault.ANSWER or size == 1:
                    raise
                size = max(size // 4, 1)

    def _outcomes(self, answer: Answer) -> Iterator[Outcome]:
        if self._address.endswith("umm_json"):
            items = answered(answer).get("items")
            if not isinstance(items, list):
                raise HarvestError("the answer has no items", fault=Fault.ANSWER, where=answer.url)
            for each in objects(items):
                yield self._of_umm(each, answer.url)
            return
        try:
            root = parse_xml(answer.content)
        except FormatError as error:
            raise HarvestError(f"the answer cannot be read: {error}", fault=Fault.ANSWER, where=answer.url) from error
        if local_name(root) != "results":
            raise HarvestError(f"this is no answer of a CMR but {local_name(root)!r}", fault=Fault.ANSWER, where=answer.url)
        results = [(result.get("concept-id") or None, next(children(result), None)) for result in root.iter("result")]
        contents = iter(documents(answer.content, [document for _, document in results if document is not None]))
        for identifier, document in results:
            content = None if document is None else next(contents)
            if content is None or identifier is None:
                yield Rejected(origin=answer.url, identifier=identifier, reason="the result holds no document, or has no concept-id")
            else:
                yield self._told(identifier, content, answer.url, None)

    def _of_umm(self, item: JsonObject | None, url: str) -> Outcome:
        meta = item.get("meta") if item is not None else None
        identifier = meta.get("concept-id") if isinstance(meta, dict) else None
        if item is None or not isinstance(identifier, str) or not isinstance(item.get("umm"), dict):
            return Rejected(origin=url, identifier=identifier if isinstance(identifier, str) else None, reason="the item holds no UMM")
        revised = meta.get("revision-date") if isinstance(meta, dict) else None
        return self._told(identifier, written(item["umm"]), url, time_of(revised) if isinstance(revised, str) else None)

    def _told(self, identifier: str, content: bytes, url: str, changed: datetime | None) -> Outcome:
        origin = f"{self._home}/concepts/{identifier}" if identifier else url
        fetched = Fetched(identifier=identifier, content=content, origin=origin, changed=changed, mark=digest(content))
        return told(fetched, self._known)

    def _deleted(self) -> tuple[Outcome, ...]:
        """What was deleted since."""
        params = {"revision_date": f"{self._since},", "page_size": str(_LARGEST_PAGE)}
        gone: dict[str, Outcome] = {}
        places: list[str] = []
        while True:
            headers = {AFTER: places[-1]} if places else {}
            answer = self._session.ask(f"{self._home}/deleted-collections.json", params=params, headers=headers)
            feed = answered(answer).get("feed")
            entries = objects(feed.get("entry")) if isinstance(feed, dict) else ()
            names = [str(each["id"]) for each in entries if each is not None and isinstance(each.get("id"), str)]
            gone |= {name: Withdrawn(identifier=name) for name in names}
            following = answer.headers.get(AFTER)
            if not entries or following is None or following in places:
                return tuple(gone.values())
            places.append(following)


def _written(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
