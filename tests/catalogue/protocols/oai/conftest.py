"""The small catalogue: seven records, two of them deleted, over three days."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from records.codes import Domain
from tests.catalogue.protocols.oai.asking import DAY, Repository, made
from tests.catalogue.protocols.serving import NOW


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Repository]:
    """A catalogue that never held anything."""
    repository = Repository(tmp_path)
    yield repository
    repository.engine.close()


@pytest.fixture
def repository(empty: Repository) -> Repository:
    """The small catalogue, an hour after its last change; changes are half a second behind the second."""
    half = timedelta(milliseconds=500)
    put, delete = empty.engine.put, empty.engine.delete
    put([made("a", "Sea ice", domain=Domain.EARTH), made("b", "Clouds", domain=Domain.EARTH, source="nasa")], now=NOW + half)
    put([made("c", "Stars", domain=Domain.UNIVERSE, source="esa: œuvres ~1")], now=NOW + half)
    put([made("d", "Cells", domain=Domain.LIFE, source="nasa"), made("e", "Nothing known")], now=NOW + DAY + half)
    put([made("f", "Gone"), made("g", "Gone of NASA's", domain=Domain.EARTH, source="nasa")], now=NOW + DAY + half)
    delete(["f", "g"], now=NOW + 2 * DAY + half)
    empty.now = NOW + 2 * DAY + timedelta(hours=1)
    return empty
