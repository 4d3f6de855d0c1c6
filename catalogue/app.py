"""The web application: a catalogue, its pages and doors, put together. The composition root of `reflecs serve`."""

from functools import partial
from pathlib import Path

from flask import Flask, Response, jsonify

import ui
from catalogue.engines import open_engine
from catalogue.protocols import csw, oai, ogcapi, opensearch
from catalogue.protocols.doors import Doors
from catalogue.protocols.positions import Positions
from catalogue.service import Catalogue, Depositing
from catalogue.settings import Settings
from records.errors import EngineError

_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
"""Content Security Policy: nothing from elsewhere, nothing inline."""


def create_app(settings: Settings | None = None, catalogue: Catalogue | None = None, *, positions: Path | None = None) -> Flask:
    """Return the WSGI application.

    Args:
        settings: None for those of the environment.
        catalogue: None for one of the settings' engine, opened for reading.
        positions: a file by which several processes share where pages begin (`catalogue.protocols.positions`); None for one process.

    Raises:
        SettingsError: a setting cannot be used.
        EngineError: the engine cannot be opened.
    """
    settings = settings or Settings.from_environment()
    if catalogue is None:
        engine = open_engine(settings.engine, read_only=True)
        catalogue = Catalogue(engine, base_url=settings.known_as(), sipad_url=settings.sipad_url)
    app = Flask("reflecs", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.config["MAX_FORM_PARTS"] = 2000
    app.after_request(_secure)
    _health(app, catalogue)
    ui.register(app, catalogue)
    _open_doors(app, settings, catalogue, positions)
    return app


def _open_doors(app: Flask, settings: Settings, catalogue: Catalogue, positions: Path | None) -> None:
    doors = Doors(
        catalogue=catalogue,
        depositing=Depositing(partial(open_engine, settings.engine), catalogue.clock),
        curator_tokens=settings.curator_tokens,
        secret=settings.secret_key.encode() if settings.secret_key else catalogue.engine.secret(),
        provider=settings.provider,
        contact=settings.contact,
        positions=Positions(positions),
    )
    app.extensions["doors"] = doors
    app.register_blueprint(csw.blueprint(doors), url_prefix="/csw")
    app.register_blueprint(ogcapi.blueprint(doors), url_prefix="/ogc")
    app.register_blueprint(oai.blueprint(doors), url_prefix="/oai")
    app.register_blueprint(opensearch.blueprint(doors), url_prefix="/opensearch")


def _secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response


def _health(app: Flask, catalogue: Catalogue) -> None:
    @app.get("/health")
    def health() -> tuple[Response, int]:
        """Whether the catalogue answers: 200 with its number of records, or 503 with a sentence."""
        try:
            statistics = catalogue.engine.statistics()
            stale = catalogue.engine.needs_reindex()
        except EngineError as error:
            return jsonify(status="down", reason=str(error)), 503
        if stale:
            return jsonify(status="down", reason="The index was built for another version; run `reflecs reindex`."), 503
        return jsonify(status="ok", records=statistics.records), 200
