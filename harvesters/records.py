"""OGC API – Records: a collection's items, along the links `next`; where a page cannot be had, its records one by one.

`since` changes nothing: not every server knows `updated`, and none lists what is gone. What did not change is told by its content.
"""

import re
from collections.abc import Generator
from datetime import datetime
from typing import Final

import httpx

from harvesters.answers import JsonObject, answered, count, link, objects, written
from harvesters.errors import Fault, HarvestError
from harvesters.linked import LinkedPage, along, walk
from harvesters.outcomes import Fetched, Outcome, Rejected
from harvesters.pages import Known, Step, digest, told
from harvesters.source import Checkpoint
from harvesters.times import time_of
from harvesters.web import Session

_ACCEPT: Final = {"Accept": "application/geo+json, application/json;q=0.9"}
_POSITIONS: Final = ("offset", "startindex", "startIndex")
"""Parameters by which servers that count positions say where a page begins (from 0)."""
MAX_FAILURES: Final = 20


def harvest(session: Session, *, since: datetime | None, known: Known, checkpoint: Checkpoint | None) -> Generator[Step, None, None]:
    """Yield the records of a collection, a page at a time; see `harvesters.harvest`.

    The source's address is that of the items, of the collection, or of a service that has only one collection of records.
    """
    del since
    run = _Run(session, known)
    place = checkpoint.values().get("next") if checkpoint else None
    yield from walk(run.page, place if isinstance(place, str) else run.first(), checkpoint)


class _Run:
    """One harvest of one collection."""

    def __init__(self, session: Session, known: Known) -> None:
        self._session = session
        self._source = session.source
        self._known = known
        self._failures = 0
        self._first = ""

    def first(self) -> str:
        """Return the address of the first page."""
        given = {name: value for name, value in self._source.filters.items() if name != "collection"}
        self._first = str(httpx.URL(self._items()).copy_merge_params({**given, "limit": str(self._source.page_size)}))
        return self._first

    def _items(self) -> str:
        address = self._source.url.rstrip("/")
        path = httpx.URL(address).path.rstrip("/")
        if path.endswith("/items"):
            return address
        if path.rpartition("/")[0].endswith("/collections"):
            return _below(address, "items")
        document = self._ask(_below(address, "collections"))
        collections = [each for each in objects(document.get("collections")) if each is not None]
        wanted = self._source.filters.get("collection")
        names = [
            str(each.get("id"))
            for each in collections
            if (each.get("id") == wanted if wanted else each.get("itemType", "record") == "record")
        ]
        if len(names) != 1:
            there = ", ".join(str(each.get("id")) for each in collections)[:500] or "none"
            message = f"say which collection is meant, by its address or the filter “collection”; there are: {there}"
            raise HarvestError(message, fault=Fault.REFUSED, where=address)
        return _below(address, f"collections/{names[0]}/items")

    def _ask(self, address: str) -> JsonObject:
        return answered(self._session.ask(address, headers=_ACCEPT))

    def page(self, address: str) -> LinkedPage:
        """Return the page at an address.

        Raises:
            HarvestError: it cannot be had, nor its records one by one.
        """
        try:
            document = self._ask(address)
        except HarvestError as error:
            if error.fault is not Fault.ANSWER or (_position(address) is None and address != self._first):
                raise
            return self._one_by_one(address, error)
        return self._read(document, address)

    def _read(self, document: JsonObject, address: str) -> LinkedPage:
        if not isinstance(document.get("features"), list):
            raise HarvestError("the answer has no features", fault=Fault.ANSWER, where=address)
        features = objects(document["features"])
        outcomes = tuple(self._outcome(each, address) for each in features)
        following = link(document, "next")
        return LinkedPage(
            outcomes=outcomes,
            following=along(address, following) if following else None,
            matched=count(document.get("numberMatched")),
            doubt=any(isinstance(each, Rejected) and each.identifier is None for each in outcomes),
        )

    def _outcome(self, feature: JsonObject | None, address: str) -> Outcome:
        if feature is None or not isinstance(feature.get("id"), str | int):
            content = written(feature) if feature is not None else None
            return Rejected(origin=address, reason="the record is no JSON object with an id", content=content)
        content = written(feature)
        properties = feature.get("properties")
        updated = properties.get("updated") if isinstance(properties, dict) else None
        return told(
            Fetched(
                identifier=str(feature["id"]),
                content=content,
                origin=address,
                changed=time_of(updated) if isinstance(updated, str) else None,
                mark=digest(content),
            ),
            self._known,
        )

    def _one_by_one(self, address: str, error: HarvestError) -> LinkedPage:
        """The same page in parts, halved down to the records that are to blame; only where pages are told by positions."""
        url = httpx.URL(address)
        name, start = _position(address) or ("offset", 0)
        told_size = url.params.get("limit", "")
        size = int(told_size) if re.fullmatch(r"[1-9]\d{0,5}", told_size) else self._source.page_size
        pending, outcomes = [(start, size)], list[Outcome]()
        matched, ends = None, False
        while pending:
            at, many = pending.pop()
            if matched is not None and at >= matched:
                continue
            try:
                part = self._ask(str(url.copy_merge_params({name: str(at), "limit": str(many)})))
                page = self._read(part, address)
            except HarvestError as failure:
                if failure.fault is not Fault.ANSWER:
                    raise
                if many > 1:
                    pending += [(at + many // 2, many - many // 2), (at, many // 2)]
                    continue
                self._failures += 1
                if self._failures > MAX_FAILURES:
                    raise error from failure
                outcomes.append(Rejected(origin=f"{address}#{at + 1}", reason=str(failure), content=failure.content or None))
                continue
            self._failures = 0
            outcomes += page.outcomes
            matched, ends = page.matched if page.matched is not None else matched, page.following is None
        more = start + size < matched if matched is not None else not ends
        following = str(url.copy_merge_params({name: str(start + size), "limit": str(size)})) if more else None
        return LinkedPage(outcomes=tuple(outcomes), following=following, matched=matched, doubt=True)


def _below(address: str, path: str) -> str:
    url = httpx.URL(address)
    return str(url.copy_with(path=f"{url.path.rstrip('/')}/{path}"))


def _position(address: str) -> tuple[str, int] | None:
    """The parameter by which an address says its position, and that position; None where it says none."""
    params = httpx.URL(address).params
    return next(((name, int(params[name])) for name in _POSITIONS if params.get(name, "").isdecimal()), None)
