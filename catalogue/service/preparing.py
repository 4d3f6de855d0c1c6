"""Documents made ready to be kept: read on all cores, in their order, each one's fate its own."""

import hashlib
import logging
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import chain
from multiprocessing import get_context, parent_process
from typing import Final

from catalogue.collecting import collect_rarely
from catalogue.engines.base import Entry
from catalogue.engines.stored import entry_of
from catalogue.service.documents import Found, Unreadable
from mappings import formats
from mappings.vocabularies.domains import domain_of
from records.codes import Domain
from records.errors import CatalogueError, EngineError
from records.model import Assigned, Problem, Record

_LOG: Final = logging.getLogger(__name__)
CHUNK: Final = 250
"""Documents handed to a process at a time. So few are read in this process: starting others would take longer."""
_CHUNK_BYTES: Final = 16 * 1024 * 1024
_AHEAD: Final = 24
"""Chunks read ahead, so that nobody waits while a batch is kept."""
_AHEAD_BYTES: Final = 128 * 1024 * 1024
"""Bytes of unpacked documents held for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A document that was not loaded, and why."""

    origin: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A document that was read.

    Attributes:
        digest: SHA-256 of the document.
        problems: what the reader found.
    """

    entry: Entry
    digest: bytes
    problems: tuple[Problem, ...]

    @property
    def nameless(self) -> bool:
        """Whether the document has no identifier: the record's is made of its content."""
        return any(problem.code == "no-identifier" for problem in self.problems)


def prepare(found: Found, *, harvest_source: str | None = None, domain: Domain | None = None) -> Ready | Refused:
    """Return the document read and made ready to be kept, or why it cannot be.

    Args:
        found: the document.
        harvest_source: the source it was harvested from; None where it is loaded by hand.
        domain: is assigned to a record that tells none; None for no guess.
    """
    try:
        content = found.read()
        record = formats.read(content)
        if domain is not None and domain_of(record) is None:
            record = record.with_assigned(Assigned(domain=domain))
        entry = entry_of(record, origin=found.origin, harvest_source=harvest_source)
    except Unreadable as error:
        return Refused(origin=found.origin, reason=error.reason)
    except CatalogueError as error:
        return Refused(origin=found.origin, reason=str(error))
    except Exception as error:  # noqa: BLE001  -- the edge of a process: a fault of ours in one document must not stop a thousand others
        return Refused(origin=found.origin, reason=f"a fault of Reflecs itself, please report it: {type(error).__name__}: {error}")
    return Ready(entry=entry, digest=hashlib.sha256(content).digest(), problems=record.problems)


def refresh(record: Record) -> Entry:
    """Return a kept record's entry, read anew from its document; as it is kept where this program cannot read the document any more."""
    again = record
    if record.source is not None:
        try:
            again = replace(formats.read(record.source.content), identifier=record.identifier, provenance=record.provenance)
            again = again.with_assigned(record.assigned)
        except CatalogueError as error:
            _LOG.warning("%s is kept as it was read before: %s", record.identifier, error)
        except Exception:  # noqa: BLE001  -- logged; a fault of ours in one document must not stop the rebuilding of a thousand others
            _LOG.exception("%s is kept as it was read before, for a fault of Reflecs itself", record.identifier)
    return entry_of(again, origin=record.provenance.origin, harvest_source=record.provenance.source)


def prepare_all(documents: Iterator[Found], processes: int) -> Iterator[Ready | Refused]:
    """Yield the fate of each document, in their order, read by so many processes side by side.

    Raises:
        EngineError: a process was ended from outside.
    """
    chunks = _chunks(documents)
    first, second = next(chunks, []), next(chunks, [])
    if processes == 1 or not second:
        yield from (prepare(found) for chunk in chain((first, second), chunks) for found in chunk)
        return
    try:
        yield from _side_by_side(chain((first, second), chunks), processes)
    except BrokenProcessPool as error:
        raise EngineError("A process that reads documents was ended from outside; what was kept before stays. Load again.") from error


def _side_by_side(chunks: Iterable[list[Found]], processes: int) -> Iterator[Ready | Refused]:
    pending: deque[tuple[Future[list[Ready | Refused]], int]] = deque()
    held = 0
    # A fresh interpreter a process: forking one that runs an engine's threads may hang.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=begin_reader) as pool:
        for chunk in chunks:
            size = _bytes_held(chunk)
            pending.append((pool.submit(_prepare_chunk, chunk), size))
            held += size
            while len(pending) > _AHEAD or (held > _AHEAD_BYTES and pending):
                future, size = pending.popleft()
                held -= size
                yield from future.result()
        for future, _ in pending:
            yield from future.result()


def begin_reader() -> None:
    """Begin a process that reads documents for another one: it ends when that one is gone, which, killed, could not say so."""
    collect_rarely()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _prepare_chunk(chunk: list[Found]) -> list[Ready | Refused]:
    return [prepare(found) for found in chunk]


def _chunks(documents: Iterator[Found]) -> Iterator[list[Found]]:
    chunk: list[Found] = []
    for found in documents:
        chunk.append(found)
        if len(chunk) == CHUNK or _bytes_held(chunk) > _CHUNK_BYTES:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _bytes_held(chunk: list[Found]) -> int:
    return sum(len(found.content or b"") for found in chunk)
