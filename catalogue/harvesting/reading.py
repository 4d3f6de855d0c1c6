"""Fetched documents are read as records while the next ones are fetched: in this process, and in several where there are many."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, Self

from catalogue.service.documents import Found
from catalogue.service.preparing import Ready, Refused, begin_reader, prepare
from records.codes import Domain
from records.errors import EngineError

FEW: Final = 300
"""Documents that are read in this process: starting others takes longer."""
_PORTION: Final = 50
"""Documents handed to a process at a time."""

Reads = Sequence["Future[list[Ready | Refused]]"]


class Reading:
    """Reads the documents of one run.

    Args:
        source: the name of the source, which records bear.
        domain: is assigned to records that tell none; None for no guess.
        processes: how many read side by side, once there are many documents; 1 for this one alone.
    """

    def __init__(self, source: str, domain: Domain | None, processes: int) -> None:
        self._source = source
        self._domain = domain
        self._processes = processes
        self._begun = 0
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, documents: Sequence[Found]) -> Reads:
        """Have documents read; what becomes of them is told by `results`, in their order."""
        self._begun += len(documents)
        if self._processes > 1 and self._begun > FEW and self._pool is None:
            # a fresh interpreter a process: forking one that runs an engine's threads may hang
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context, initializer=begin_reader)
        portions = [documents[begin : begin + _PORTION] for begin in range(0, len(documents), _PORTION)]
        try:
            return [self._read(portion) for portion in portions]
        except BrokenProcessPool as error:
            raise EngineError(_ENDED) from error

    def _read(self, documents: Sequence[Found]) -> "Future[list[Ready | Refused]]":
        if self._pool is not None:
            return self._pool.submit(prepare_portion, documents, self._source, self._domain)
        done: Future[list[Ready | Refused]] = Future()
        done.set_result(prepare_portion(documents, self._source, self._domain))
        return done


def results(reads: Reads) -> list[Ready | Refused]:
    """Return what became of documents, in their order, once all of them are read.

    Raises:
        EngineError: a process was ended from outside.
    """
    try:
        return [one for read in reads for one in read.result()]
    except BrokenProcessPool as error:
        raise EngineError(_ENDED) from error


def prepare_portion(documents: Sequence[Found], source: str, domain: Domain | None) -> list[Ready | Refused]:
    """Read some documents."""
    return [prepare(found, harvest_source=source, domain=domain) for found in documents]


_ENDED: Final = "A process that reads documents was ended from outside. What was kept before stays."
