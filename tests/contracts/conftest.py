"""The engines under contract. A later engine joins by being listed in ENGINES."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine


def embedded(request: pytest.FixtureRequest) -> Iterator[str]:
    folder: Path = request.getfixturevalue("tmp_path")
    yield f"embedded:{folder / 'catalogue'}"


def elasticsearch(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.getfixturevalue("elasticsearch_url")


ENGINES: dict[str, Callable[[pytest.FixtureRequest], Iterator[str]]] = {"embedded": embedded, "elasticsearch": elasticsearch}
"""For each engine what gives the url of an empty catalogue, and takes it away afterwards."""


@pytest.fixture(params=[pytest.param(name, marks=[pytest.mark.elasticsearch] if name == "elasticsearch" else []) for name in ENGINES])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The url of an empty catalogue."""
    yield from ENGINES[request.param](request)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An empty catalogue, open for writing."""
    opened = open_engine(url)
    yield opened
    opened.close()
