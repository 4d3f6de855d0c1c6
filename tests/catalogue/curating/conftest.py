from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalogue.curating.workshop import Workshop, opened


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    with opened(tmp_path) as made:
        yield made
