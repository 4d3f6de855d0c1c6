"""What those who run the service ask it: whether it lives, whether it is ready, what it has counted."""

from flask import Flask, Response, jsonify, request

from catalogue.metrics import Metrics
from catalogue.pulse import Pulse
from records.errors import EngineError


def register(app: Flask, pulse: Pulse, metrics: Metrics) -> None:
    """Put `/health`, `/health/live`, `/health/ready` and `/metrics` into `app`."""
    metrics.show(pulse)

    @app.get("/health/ready", endpoint="health_ready")
    @app.get("/health")
    def health() -> tuple[Response, int]:
        """Whether the catalogue can be searched: 200 with its number of records, or 503 with a sentence; within two seconds."""
        try:
            statistics = pulse.take()
        except EngineError as error:
            return jsonify(status="down", reason=str(error)), 503
        return jsonify(status="ok", records=statistics.records), 200

    @app.get("/health/live")
    def health_live() -> Response:
        """Whether the process answers, whatever the engine does."""
        return jsonify(status="ok")

    @app.get("/metrics", endpoint="metrics")
    def show() -> Response:
        """What was counted, by all workers, and how the engine is; 200 also where it is down."""
        return metrics.answer(request.headers.get("Accept", ""))
