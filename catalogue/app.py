"""The web application: a catalogue, its pages and doors, put together. The composition root of `reflecs serve`."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from flask import Flask, Response

import ui
from catalogue import operations
from catalogue.engines import Engine, open_engine
from catalogue.metrics import Metrics
from catalogue.protocols import csw, oai, ogcapi, opensearch
from catalogue.protocols.doors import Doors
from catalogue.protocols.positions import Positions
from catalogue.pulse import Pulse
from catalogue.service import Catalogue, Depositing
from catalogue.settings import Settings

_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""Content Security Policy: nothing from elsewhere, nothing inline."""


def create_app(
    settings: Settings | None = None, catalogue: Catalogue | None = None, *, positions: Path | None = None, metrics: Path | None = None
) -> Flask:
    """Return the WSGI application.

    Args:
        settings: None for those of the environment.
        catalogue: None for one of the settings' engine, opened for reading; curators write into the engine of one that is given.
        positions: a file by which several processes share where pages begin (`catalogue.protocols.positions`); None for one process.
        metrics: a folder by which they share what they count (`catalogue.metrics`); None likewise.

    Raises:
        SettingsError: a setting cannot be used.
        EngineError: the engine cannot be opened.
    """
    settings = settings or Settings.from_environment()
    counted = Metrics(metrics)
    writing: Callable[[], Engine]
    if catalogue is None:
        writing = partial(_writing, settings.engine, counted)
        engine = counted.timed(open_engine(settings.engine, read_only=True))
        catalogue = Catalogue(engine, base_url=settings.known_as(), sipad_url=settings.sipad_url)
    else:
        given = catalogue.engine
        writing = lambda: given  # noqa: E731 (as short as what it says)
    app = Flask("reflecs", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 2000
    counted.count(app)
    app.after_request(_secure)
    operations.register(app, Pulse(catalogue.engine), counted)
    ui.register(app, catalogue)
    _open_doors(app, settings, catalogue, positions, writing)
    return app


def _writing(url: str, counted: Metrics) -> Engine:
    return counted.timed(open_engine(url, prompt=True))


def _open_doors(app: Flask, settings: Settings, catalogue: Catalogue, positions: Path | None, writing: Callable[[], Engine]) -> None:
    doors = Doors(
        catalogue=catalogue,
        depositing=Depositing(writing, catalogue.clock),
        curator_tokens=settings.curator_tokens,
        secret=_secret(settings, catalogue.engine),
        provider=settings.provider,
        contact=settings.contact,
        positions=Positions(positions),
    )
    app.extensions["doors"] = doors
    app.register_blueprint(csw.blueprint(doors), url_prefix="/csw")
    app.register_blueprint(ogcapi.blueprint(doors), url_prefix="/ogc")
    app.register_blueprint(oai.blueprint(doors), url_prefix="/oai")
    app.register_blueprint(opensearch.blueprint(doors), url_prefix="/opensearch")


def _secret(settings: Settings, engine: Engine) -> Callable[[], bytes]:
    """Return what tells the doors' secret: that of the settings, or the catalogue's own, which is asked for when it is first needed."""
    if settings.secret_key is None:
        return cache(engine.secret)
    key = settings.secret_key.encode()
    return lambda: key


def _secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response
