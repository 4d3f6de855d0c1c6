"""The application under gunicorn, for `reflecs serve`."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from catalogue.app import create_app
from catalogue.settings import Settings


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, settings: Settings, positions: Path, options: dict[str, Any]) -> None:
        self._settings = settings
        self._positions = positions
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self._settings, positions=self._positions)


def run(settings: Settings, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until interrupted. Each worker opens the engine for itself: an engine's threads and files do not cross a fork."""
    folder = Path(tempfile.mkdtemp(prefix="reflecs-"))
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": 60,
        "graceful_timeout": 10,
        "keepalive": 5,
        "loglevel": "warning",
        "proc_name": "reflecs",
        "on_exit": lambda _arbiter: shutil.rmtree(folder, ignore_errors=True),  # not a context: workers would leave it, too
        "when_ready": lambda arbiter: _greet(arbiter, settings),
    }
    _Server(settings, folder / "positions.sqlite", options).run()


def _greet(arbiter: Arbiter, settings: Settings) -> None:
    """Say where the server answers, once it does: with port 0 only now the port is known."""
    for listener in arbiter.LISTENERS:
        print(f"Reflecs answers at {listener} and is known as {settings.base_url}. Stop it with Ctrl-C.", file=sys.stderr, flush=True)
