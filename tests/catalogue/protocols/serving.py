"""A catalogue for the doors' tests: documents of one's choice, and the application on them."""

import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flask import Flask
from werkzeug.serving import make_server

import records
from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.service import Catalogue, load
from catalogue.settings import Settings

NOW: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)
BASE_URL: Final = "http://catalogue.example"
TOKEN: Final = "a-curators-token-of-tests"
HOLDINGS: Final = Path(records.__path__[0]) / "holdings"
"""The 110 shipped records."""
CITE: Final = Path(__file__).parents[2] / "golden" / "dublincore" / "cite"
"""The twelve records of OGC's conformance suites for CSW."""
ISO_3: Final = Path(__file__).parents[2] / "golden" / "iso19115-3"
"""Three real records of ISO 19115-3, one of its version of 2016."""


@contextmanager
def serving(
    folder: Path,
    documents: Iterable[Path],
    *,
    tokens: tuple[str, ...] = (),
    sipad_url: str | None = None,
    base_url: str = BASE_URL,
) -> Iterator[Flask]:
    """Yield the application on a new catalogue in `folder` that holds these documents; `app.extensions["catalogue"]` is it."""
    url = f"embedded:{folder / 'catalogue'}"
    engine = open_engine(url)
    report = load(engine, list(documents), processes=1, clock=lambda: NOW)
    assert not report.refused
    settings = Settings(engine=url, base_url=base_url, sipad_url=sipad_url, curator_tokens=tokens, contact="serad@example.org")
    catalogue = Catalogue(engine, base_url=base_url, sipad_url=sipad_url, clock=lambda: NOW)
    yield create_app(settings, catalogue)
    catalogue.engine.close()


@contextmanager
def listening(folder: Path, documents: Iterable[Path], *, tokens: tuple[str, ...] = ()) -> Iterator[str]:
    """Give the address of a catalogue of these documents, that knows it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with make_server("127.0.0.1", 0, lambda *_: (), threaded=True) as server:
        base_url = f"http://127.0.0.1:{server.port}"
        with serving(folder, documents, tokens=tokens, base_url=base_url) as app:
            server.app = app
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield base_url
            server.shutdown()
            thread.join()
