"""What is measured of the service, in the text format of Prometheus.

Several workers count into files of one folder, and whichever is asked adds them up: `prometheus_client` does so where the environment
names the folder (PROMETHEUS_MULTIPROC_DIR) before it is imported, which `catalogue.server` sees to.
"""

from collections import Counter as Counting
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from time import perf_counter
from typing import Any, Final, cast

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from catalogue.engines.base import Engine
from catalogue.harvesting.codelists import OVER, RunState
from catalogue.harvesting.views import SourceView
from catalogue.pulse import Pulse
from database import DatabaseError
from records.errors import EngineError

DOORS: Final = frozenset({"csw", "ogc", "oai", "opensearch"})
"""The doors, by the first step of their paths."""
_OPERATIONS: Final = frozenset({"health", "health_live", "health_ready", "metrics"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_ENGINE_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 30.0)
_WALKS: Final = frozenset({"identifiers", "tombstones"})
"""What answers bit by bit, as fast as it is read."""


class Metrics:
    """Counts requests and the engine's answers.

    Attributes:
        requests: answered, by door, method and the hundred of the status.
        seconds: from a request's arrival to its answer, by door.
        engine_seconds: of what the engine was asked, by the method of its contract.
        engine_errors: questions and changes that it could not answer or take, likewise.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._registry = CollectorRegistry()
        own = self._registry if folder is None else None
        self.requests = Counter("reflecs_requests", "Requests answered.", ("door", "method", "status"), registry=own)
        self.seconds = Histogram(
            "reflecs_request_seconds", "Seconds from a request to its answer.", ("door",), registry=own, buckets=_REQUEST_SECONDS
        )
        self.engine_seconds = Histogram(
            "reflecs_engine_seconds", "Seconds an answer of the engine took.", ("method",), registry=own, buckets=_ENGINE_SECONDS
        )
        self.engine_errors = Counter("reflecs_engine_errors", "What the engine could not answer or take.", ("method",), registry=own)
        if folder is not None:
            MultiProcessCollector(self._registry, path=str(folder))  # type: ignore[no-untyped-call]  # it has no annotations

    def timed(self, engine: Engine) -> Engine:
        """Return the engine, each of its methods measured."""
        return cast("Engine", _Timed(engine, self))

    def count(self, app: Flask) -> None:
        """Count what `app` is asked from now on. To be called before anything else is put into it: what comes first is measured."""

        @app.before_request
        def begin() -> None:
            g.began = perf_counter()

        @app.after_request
        def end(response: Response) -> Response:
            door = door_of_request()
            method = request.method if request.method in _METHODS else "other"
            self.requests.labels(door, method, f"{response.status_code // 100}xx").inc()
            self.seconds.labels(door).observe(perf_counter() - g.began)
            return response

    def show(self, pulse: Pulse) -> None:
        """Show from now on how the engine is, besides what was counted."""
        self._registry.register(_Holdings(pulse))

    def show_harvests(self, sources: Callable[[], Sequence[SourceView]]) -> None:
        """Show from now on how harvest sources stand, without their names: what is hidden of them is not told here either."""
        self._registry.register(_Harvests(sources))

    def answer(self, accepted: str) -> Response:
        """Return all of it, in the form that a scraper accepts."""
        encode, media_type = choose_encoder(accepted)
        return Response(encode(self._registry), content_type=media_type)


def door_of_request() -> str:
    """Return the door that the request came in by: one of `DOORS`, "pages", or "other" for operations and for what is not there."""
    first = request.path.split("/", 2)[1]
    if first in DOORS:
        return first
    return "other" if request.endpoint is None or request.endpoint in _OPERATIONS else "pages"


class _Timed:
    """An engine whose methods are measured."""

    def __init__(self, engine: Engine, metrics: Metrics) -> None:
        self._engine = engine
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the engine has)
        found = getattr(self._engine, name)
        if name in _WALKS or not callable(found):
            return found
        measured = _measured(found, self._metrics.engine_seconds.labels(name), self._metrics.engine_errors, name)
        setattr(self, name, measured)  # found at once the next time
        return measured


def _measured(method: Callable[..., object], seconds: Histogram, errors: Counter, name: str) -> Callable[..., object]:
    @wraps(method)
    def run(*args: object, **kwargs: object) -> object:
        began = perf_counter()
        try:
            return method(*args, **kwargs)
        except EngineError:
            errors.labels(name).inc()
            raise
        finally:
            seconds.observe(perf_counter() - began)

    return run


class _Holdings(Collector):
    """How the engine is and what it holds, asked when the metrics are asked for."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse

    def describe(self) -> Iterator[Metric]:
        """Return nothing: registering is no reason to ask the engine."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield whether the engine is up, and what it holds where it is."""
        try:
            held = self._pulse.take()
        except EngineError:
            yield GaugeMetricFamily("reflecs_engine_up", "Whether the catalogue can be searched.", value=0)
            return
        yield GaugeMetricFamily("reflecs_engine_up", "Whether the catalogue can be searched.", value=1)
        yield GaugeMetricFamily("reflecs_records", "Records in the catalogue.", value=held.records)
        yield GaugeMetricFamily("reflecs_tombstones", "Records that were deleted.", value=held.deleted)
        if held.bytes is not None:
            yield GaugeMetricFamily("reflecs_engine_bytes", "Bytes of the catalogue on disk.", value=held.bytes)
        if held.updated is not None:
            changed = held.updated.timestamp()
            yield GaugeMetricFamily("reflecs_updated_timestamp_seconds", "When the catalogue was last changed.", value=changed)


class _Harvests(Collector):
    """How harvest sources stand, asked when the metrics are asked for."""

    def __init__(self, sources: Callable[[], Sequence[SourceView]]) -> None:
        self._sources = sources

    def describe(self) -> Iterator[Metric]:
        """Return nothing: registering is no reason to ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield how many sources stand how after their last run, how many runs are under way or stuck, and when the last one ended."""
        try:
            sources = self._sources()
        except DatabaseError:
            yield GaugeMetricFamily("reflecs_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("reflecs_database_up", "Whether the database answers.", value=1)
        states = Counting(source.last.state.value if source.last else "never" for source in sources)
        standing = GaugeMetricFamily("reflecs_harvest_sources", "Harvest sources, by the state of their last run.", labels=("state",))
        for state in (*sorted(OVER), RunState.HELD, "never"):
            standing.add_metric((str(state),), states[str(state)])
        yield standing
        running = [source.running for source in sources if source.running]
        yield GaugeMetricFamily("reflecs_harvests_running", "Harvests that wait or are under way.", value=len(running))
        stuck = sum(run.stuck for run in running)
        yield GaugeMetricFamily("reflecs_harvests_stuck", "Harvests to which nothing came for half an hour.", value=stuck)
        ended = max((source.last.ended for source in sources if source.last and source.last.ended), default=None)
        if ended is not None:
            moment = ended.timestamp()
            yield GaugeMetricFamily("reflecs_harvest_ended_timestamp_seconds", "When the last harvest ended.", value=moment)
