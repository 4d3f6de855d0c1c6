"""Whether the catalogue answers: asked with patience that ends, so that an engine that hangs keeps nobody waiting."""

import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Final

from catalogue.engines.base import Engine, Statistics
from records.errors import EngineError

PATIENCE: Final = 2.0
"""Seconds that the engine has to answer."""
_STALE: Final = "The index was built for another version; run `reflecs reindex`."


class Pulse:
    """Asks an engine how it is, from one thread of its own: as long as that waits for an answer, whoever asks waits for the same one.

    Attributes:
        patience: seconds that anybody waits at most.
    """

    def __init__(self, engine: Engine, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._engine = engine
        self._lock = threading.Lock()
        self._asked: SimpleQueue[Future[Statistics]] = SimpleQueue()
        self._current: Future[Statistics] | None = None
        self._thread: threading.Thread | None = None

    def take(self) -> Statistics:
        """Return what the engine holds, which it can tell and search.

        Raises:
            EngineError: it cannot, or does not answer in time.
        """
        with self._lock:
            current = self._current
            if current is None or current.done():
                current = self._current = Future()
                self._ask(current)
        try:
            return current.result(self.patience)
        except TimeoutError as error:
            raise EngineError(f"The catalogue does not answer within {self.patience:g} seconds.") from error

    def _ask(self, current: Future[Statistics]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._answer, name="pulse", daemon=True)
            self._thread.start()
        self._asked.put(current)

    def _answer(self) -> None:
        while True:
            current = self._asked.get()
            try:
                current.set_result(self._look())
            except EngineError as error:
                current.set_exception(error)
            finally:
                if not current.done():  # a fault of ours: this thread ends with it, the next question starts another
                    self._thread = None
                    current.set_exception(EngineError("The catalogue cannot answer, for a fault of Reflecs itself."))

    def _look(self) -> Statistics:
        statistics = self._engine.statistics()
        if self._engine.needs_reindex():
            raise EngineError(_STALE)
        return statistics
