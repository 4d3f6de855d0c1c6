"""The engines under contract. A later engine joins by being listed in ENGINES."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine


def embedded(folder: Path) -> str:
    return f"embedded:{folder / 'catalogue'}"


ENGINES: dict[str, Callable[[Path], str]] = {"embedded": embedded}
"""For each engine the function that gives the url of an empty catalogue."""


@pytest.fixture(params=sorted(ENGINES))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The url of an empty catalogue."""
    return ENGINES[request.param](tmp_path)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An empty catalogue, open for writing."""
    opened = open_engine(url)
    yield opened
    opened.close()
