"""Every command looks for garbage in cycles seldom, and so do the processes that read documents for it."""

import gc
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalogue.cli import main
from catalogue.harvesting.reading import Reading, results
from catalogue.service.documents import Found

_SELDOM = (20_000, 2, 2)


def test_commands_look_seldom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFLECS_ENGINE", f"embedded:{tmp_path}")
    before = gc.get_threshold()
    try:
        CliRunner().invoke(main, ["stats"])
        assert gc.get_threshold() == _SELDOM
    finally:
        gc.set_threshold(*before)


def test_processes_that_read_documents_look_seldom() -> None:
    with Reading("source", None, 2) as reading:
        results(reading.begin([Found(origin=str(number), content=b"<a/>") for number in range(301)]))
        pool = reading._pool  # noqa: SLF001 (how it was begun is looked at)
        assert isinstance(pool, ProcessPoolExecutor)
        assert pool.submit(gc.get_threshold).result() == _SELDOM
