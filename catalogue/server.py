"""The application under gunicorn, for `reflecs serve`."""

import gc
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from catalogue.collecting import collect_rarely
from catalogue.protocols.positions import Positions
from catalogue.settings import Settings, child_environment

_BREATH_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 10.0


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, settings: Settings, folder: Path, options: dict[str, Any]) -> None:
        self._settings = settings
        self._folder = folder
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        # In the worker: the measuring library learns when it is imported that several processes count together.
        from catalogue.app import create_app  # noqa: PLC0415

        app = create_app(self._settings, positions=_positions(self._folder), metrics=_counts(self._folder))
        gc.freeze()  # what was made so far stays
        collect_rarely()
        return app


def _positions(folder: Path) -> Path:
    """Return the file by which the workers share where pages begin."""
    return folder / "positions.sqlite"


def _counts(folder: Path) -> Path:
    """Return the folder, in what the workers share, that they count into."""
    return folder / "metrics"


class _Worker:
    """`reflecs work`, run beside the server and started again where it ends by itself."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {"REFLECS_BASE_URL": settings.known_as()}
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="worker", daemon=True)

    def start(self) -> None:
        """Start it."""
        self._thread.start()

    def stop(self) -> None:
        """End it; what it was working on, the next one goes on with."""
        with self._starting:
            self._stopping.set()
            process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:  # it waits for a server somewhere; the next worker goes on where it stopped
            process.kill()
            process.wait()

    def _watch(self) -> None:
        command = [sys.executable, "-m", "catalogue.cli", "work", "--gentle", "--quiet"]
        while True:
            with self._starting:
                if self._stopping.is_set():
                    return
                self._process = subprocess.Popen(command, env=child_environment(self._environment))  # noqa: S603 (our own command)
            self._process.wait()
            self._stopping.wait(_BREATH_SECONDS)


def run(settings: Settings, *, host: str, port: int, workers: int, threads: int, work: bool) -> None:
    """Serve until interrupted. Each worker opens the engine for itself: an engine's threads and files do not cross a fork.

    Where orders, harvests and checks are to be worked on here, too (`work`), another process does so (`catalogue.working`).
    """
    worker = _Worker(settings)
    folder = Path(tempfile.mkdtemp(prefix="reflecs-"))
    _counts(folder).mkdir()
    Positions(_positions(folder)).close()  # made once, before there are workers
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": 60,
        "graceful_timeout": 10,
        "keepalive": 5,
        "loglevel": "warning",
        "limit_request_line": 8190,  # filters travel in addresses; gunicorn takes no longer ones without taking any
        "proc_name": "reflecs",
        "raw_env": [f"PROMETHEUS_MULTIPROC_DIR={_counts(folder)}"],
        "on_exit": lambda _arbiter: _leave(worker, folder),  # not a context: workers would leave it, too
        "when_ready": lambda _arbiter: worker.start() if work else None,
        "post_worker_init": lambda ready: _greet(ready, settings, folder),
    }
    _Server(settings, folder, options).run()


def _leave(worker: _Worker, folder: Path) -> None:
    try:
        worker.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _greet(ready: Worker, settings: Settings, folder: Path) -> None:
    """Say where Reflecs answers, once its first worker does: now the application is loaded, and with port 0 the port known."""
    try:
        (folder / "greeted").touch(exist_ok=False)
    except FileExistsError:
        return  # another one was the first
    for listener in ready.sockets:
        print(f"Reflecs answers at {listener} and is known as {settings.base_url}. Stop it with Ctrl-C.", file=sys.stderr, flush=True)
