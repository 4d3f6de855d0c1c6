"""The application under gunicorn, for `reflecs serve`."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from catalogue.app import create_app
from catalogue.settings import Settings


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self._settings)


def run(settings: Settings, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until interrupted. Each worker opens the engine for itself: engines' threads and files do not cross a fork."""
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "worker_tmp_dir": None,
        "timeout": 60,
        "graceful_timeout": 10,
        "keepalive": 5,
        "limit_request_line": 8190,
        "loglevel": "warning",
        "proc_name": "reflecs",
    }
    print(f"Reflecs answers at http://{host}:{port} (known as {settings.base_url}); stop with Ctrl-C.", flush=True)  # noqa: T201  -- said to the person who started it
    _Server(settings, options).run()
