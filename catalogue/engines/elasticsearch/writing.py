"""Writing: bulk requests whose every line is looked at, and changes by which no other writer's change is lost.

A record's document carries the number of its changes as its version. A change is written as the next number, which the server refuses
where somebody else has written that number meanwhile: then the state is read again, and the change made on top of it. What a change
replaces is kept before it, under the number it has: whoever else writes that writes the same.
"""

import hashlib
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

import msgspec
from elasticsearch import ApiError

from catalogue.engines.base import Change, Entry, Expect
from catalogue.engines.elasticsearch.document import living, tombstone
from catalogue.engines.elasticsearch.mapping import Body, Kept
from catalogue.engines.elasticsearch.reader import STALE, Reader, document_id, to_microseconds
from catalogue.engines.elasticsearch.server import BUSY
from catalogue.engines.stored import assigned_to, decode_index, unpack
from records.errors import ChangedError, ConflictError, EngineError, NotFoundError

_BYTES: Final = 8_000_000
"""Of one bulk request, roughly."""
_RECORDS: Final = 1000
"""Whose states are read at once."""
_LONGEST_PAUSE: Final = 2.0
_ATTEMPTS: Final = 1000
_HEAD: Final = ["kept.format", "kept.changed", "kept.before", "kept.deleted", "kept.domain", "kept.harvest_source", "kept.digest"]
_CLOSED: Final = "The catalogue takes no changes now: it is being rebuilt, or a rebuild was interrupted (then run: reflecs reindex)."
_REASONS: Final = {
    404: STALE,
    429: "The catalogue's server has no room on its disk, and takes no changes.",
    401: "The catalogue's server does not let this program write.",
    403: "The catalogue's server does not let this program write.",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """A document to be written: its index, its name, its version (None to write over whatever is there).

    The index of one that has a version is an alias, so that none is made where there is none.
    """

    index: str
    id: str
    version: int | None
    body: Body

    @property
    def refused(self) -> str:
        """What is told of it where the server does not take it."""
        whose = self.body.get("identifier", [""])[0]
        return f"The record {whose!r} could not be written: the catalogue's server does not take it."

    def encoded(self) -> bytes:
        """Return it as two lines of a bulk request."""
        action: Body = {"_index": self.index, "_id": self.id}
        if self.version is not None:
            action |= {"version": self.version, "version_type": "external", "require_alias": True}
        return msgspec.json.encode({"index": action}) + b"\n" + msgspec.json.encode(self.body)


class Writer:
    """Writes one step of changes.

    Attributes:
        kept: counts what of it was acknowledged.
        unsure: whether something was sent of which it is not known whether it was kept.
    """

    def __init__(self, reader: Reader, seconds: float) -> None:
        """Wait so many seconds for each answer, and for a server that is overloaded or at the last step of a rebuilt index."""
        self._reader = reader
        self._client = reader.client.options(request_timeout=seconds)
        self._until = time.monotonic() + seconds
        self.kept = 0
        self.unsure = False

    @property
    def outcome(self) -> str:
        """What of the step was kept, for whoever is told that it failed."""
        if self.unsure:
            return "It is not known whether this step was kept; hand it over again, which does no harm."
        if self.kept:
            return "A part of this step was kept; hand it over again, which does no harm."
        return "Nothing of this step was kept."

    # The step

    def put(self, entries: Sequence[Entry], now: datetime, expect: Expect = Expect.ANY) -> list[Change]:
        """Keep these records; return what was done with each.

        Raises:
            ConflictError, NotFoundError, ChangedError: see `catalogue.engines.base.Engine.put`; of very many records some may be kept.
        """
        changes = [Change.UNCHANGED] * len(entries)
        for turn in _turns(list(enumerate(entries))):
            for some in batches(turn, _RECORDS):
                self._put(some, now, changes, expect)
        self.show()
        return changes

    def _put(self, entries: list[tuple[int, Entry]], now: datetime, changes: list[Change], expect: Expect) -> None:
        left = entries
        while left:
            states = self._reader.many((entry.identifier for _, entry in left), _HEAD)
            _check(expect, left, states)
            digests = {number: hashlib.sha256(unpack(entry.content)).digest() for number, entry in left}
            same = {entry.identifier for number, entry in left if _is_same(states.get(entry.identifier), entry, digests[number])}
            settled = self._settled([entry for _, entry in left if entry.identifier in same])
            lines: dict[str, tuple[int, Entry, Line]] = {}
            for number, entry in left:
                if entry.identifier in settled:
                    changes[number] = Change.UNCHANGED
                    continue
                version, before = states.get(entry.identifier, (0, None))
                _check_replaced(entry, before)
                changes[number] = Change.UPDATED if before is not None and not before.deleted else Change.CREATED
                replaced = _replaced(before, now, same=entry.identifier in same)
                line = Line(self._reader.index, document_id(entry.identifier), version + 1, _body(entry, replaced, digests[number], now))
                lines[line.id] = number, entry, line
            replacing = [entry.identifier for number, entry, _ in lines.values() if changes[number] is Change.UPDATED]
            self._keep_earlier([identifier for identifier in replacing if identifier not in same])
            refused = self._write([line for _, _, line in lines.values()])
            left = [lines[name][:2] for name in refused]

    def _settled(self, entries: Sequence[Entry]) -> set[str]:
        """Return the identifiers of those entries, kept to the byte, to which the same is assigned."""
        if not entries:
            return set()
        states = self._reader.many((entry.identifier for entry in entries), ["kept.stored"])
        return {
            entry.identifier
            for entry in entries
            if entry.identifier in states and assigned_to(states[entry.identifier][1].stored) == assigned_to(entry.stored)
        }

    def delete(self, identifiers: Iterable[str], now: datetime, only: Mapping[str, bytes] | None = None) -> int:
        """Leave tombstones for these records, those alone that have the documents meant; return how many there were."""
        deleted = 0
        for some in batches(list(dict.fromkeys(identifiers)), _RECORDS):
            deleted += self._delete(some, now, only)
        self.show()
        return deleted

    def _delete(self, identifiers: list[str], now: datetime, only: Mapping[str, bytes] | None) -> int:
        deleted, left = 0, identifiers
        while left:
            states = {name: state for name, state in self._reader.many(left, _HEAD).items() if not state[1].deleted}
            if only is not None:
                states = {name: state for name, state in states.items() if state[1].digest == only.get(name)}
            self._keep_earlier(list(states))
            lines = {}
            for identifier, (version, before) in states.items():
                kept = Kept(
                    format=before.format,
                    changed=to_microseconds(now),
                    deleted=True,
                    domain=before.domain,
                    harvest_source=before.harvest_source,
                )
                lines[document_id(identifier)] = identifier, version + 1, tombstone(identifier, kept)
            refused = self._write([Line(self._reader.index, name, version, body) for name, (_, version, body) in lines.items()])
            deleted += len(lines) - len(refused)
            left = [lines[name][0] for name in refused]
        return deleted

    def _keep_earlier(self, identifiers: Sequence[str]) -> None:
        """Keep the states of these records beside, each under its number; those not yet replaced are looked at by nobody."""
        if not identifiers:
            return
        states = self._reader.many(identifiers, [*_HEAD, "kept.content"])
        lines = []
        for identifier, (version, kept) in states.items():
            if kept.deleted:
                continue  # deleted by another writer meanwhile: ours is refused, and looks again
            earlier = {"format": kept.format, "loaded": kept.changed, "before": kept.before, "content": kept.content}
            lines.append(Line(self._reader.kept, f"{document_id(identifier)}-{version}", None, earlier))
        self._write(lines, counted=False)

    def show(self) -> None:
        """Let every search that begins from now on see what was written."""
        if self.kept:
            self._client.indices.refresh(index=self._reader.index)

    def bring(self, lines: Sequence[Line]) -> None:
        """Bring documents into another index; those that are there in a later state stay."""
        self._write(lines, counted=False)

    # The requests

    def _write(self, lines: Sequence[Line], *, counted: bool = True) -> list[str]:
        """Write documents; return the names of those that another writer was ahead of."""
        return [name for batch in _by_bytes(lines) for name in self._bulk(batch, counted=counted)]

    def _bulk(self, lines: list[tuple[Line, bytes]], *, counted: bool) -> list[str]:
        """Send documents until each is written or another writer was ahead of it; what the server has no room for now is sent again."""
        until = max(self._until, time.monotonic() + self._reader.patience)
        ahead: list[str] = []
        left = lines
        for attempt in range(_ATTEMPTS):
            answers = list(zip(left, self._send([encoded for _, encoded in left]), strict=True))
            self.kept += counted * sum(item["status"] in (200, 201) for _, item in answers)
            ahead += [line.id for (line, _), item in answers if item["status"] == 409]
            for (line, _), item in answers:
                if item["status"] not in (200, 201, 409) and not _may_wait(item):
                    raise EngineError(_REASONS.get(item["status"]) or line.refused)
            left = [pair for pair, item in answers if _may_wait(item)]
            if not left:
                break
            if time.monotonic() > until:
                raise EngineError(_CLOSED if any(_blocked(item) for _, item in answers) else BUSY)
            _pause(attempt, until)
        if ahead:
            _pause(0, until)
        return ahead

    def _send(self, lines: list[bytes]) -> list[Body]:
        """Return what was done with each line."""
        self.unsure = True  # until it is told
        try:
            answer: Body = self._client.bulk(operations=lines).body  # type: ignore[arg-type]  # the client takes lines as they are
        except ApiError as error:
            if error.status_code not in (429, 503):
                raise
            answer = {"items": [{"index": {"status": error.status_code}}] * len(lines)}
        self.unsure = False
        return [item["index"] for item in answer["items"]]


def _check(expect: Expect, entries: list[tuple[int, Entry]], states: Mapping[str, tuple[int, Kept]]) -> None:
    """Raise what `Engine.put` raises where an identifier is not as it was expected; another writer may have come between."""
    for _, entry in entries:
        before = states.get(entry.identifier)
        there = before is not None and not before[1].deleted
        if expect is Expect.NEW and there:
            raise ConflictError(entry.identifier)
        if expect is Expect.KNOWN and not there:
            raise NotFoundError(entry.identifier)


def _check_replaced(entry: Entry, before: Kept | None) -> None:
    """Raise ChangedError where the present document is not the one that an entry is meant to replace."""
    present = b"" if before is None or before.deleted else before.digest
    if entry.replaces is not None and entry.replaces != present:
        raise ChangedError(entry.identifier)


def _blocked(item: Body) -> bool:
    return bool(item.get("error", {}).get("type") == "cluster_block_exception")


def _may_wait(item: Body) -> bool:
    """Return whether a document may be written if it is sent again: where the server is busy, or a rebuild is about to end."""
    return item["status"] == 403 if _blocked(item) else item["status"] in (429, 503)


def _pause(attempt: int, until: float) -> None:
    """Wait a moment, longer each time, and not as long as others that wait; no longer than there is time."""
    moment = min(0.01 * 2**attempt, _LONGEST_PAUSE) * (0.5 + random.random())  # noqa: S311 (no secret)
    time.sleep(max(min(moment, until - time.monotonic()), 0))


def _turns(entries: list[tuple[int, Entry]]) -> Iterator[list[tuple[int, Entry]]]:
    """Yield entries so that none of a turn has the identifier of another: of two, the later one comes in a later turn."""
    left = entries
    while left:
        turn: dict[str, tuple[int, Entry]] = {}
        behind: list[tuple[int, Entry]] = []
        for pair in left:
            if pair[1].identifier in turn:
                behind.append(pair)
            else:
                turn[pair[1].identifier] = pair
        yield list(turn.values())
        left = behind


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield items by so many."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def _by_bytes(lines: Iterable[Line]) -> Iterator[list[tuple[Line, bytes]]]:
    batch: list[tuple[Line, bytes]] = []
    size = 0
    for line in lines:
        encoded = line.encoded()
        if batch and size + len(encoded) > _BYTES:
            yield batch
            batch, size = [], 0
        batch.append((line, encoded))
        size += len(encoded)
    if batch:
        yield batch


def _is_same(state: tuple[int, Kept] | None, entry: Entry, digest: bytes) -> bool:
    """Return whether a record is kept with the document of an entry."""
    if state is None or state[1].deleted:
        return False
    return (state[1].format, state[1].digest) == (entry.format, digest)


def _replaced(before: Kept | None, now: datetime, *, same: bool) -> int | None:
    """Return when the earlier document, if there is one, was replaced; `same`: the present one stays."""
    if before is None:
        return None
    if same:
        return before.before
    return before.changed if before.deleted else to_microseconds(now)


def _body(entry: Entry, replaced: int | None, digest: bytes, now: datetime) -> Body:
    kept = Kept(
        format=entry.format,
        changed=to_microseconds(now),
        before=replaced,
        domain=decode_index(entry.index).domain,
        origin=entry.origin,
        harvest_source=entry.harvest_source,
        digest=digest,
        stored=entry.stored,
        content=entry.content,
    )
    return living(entry.index, kept)
