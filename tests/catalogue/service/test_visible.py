"""An engine as one asker may see it: earlier versions of what is hidden are none."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.service.visible import Visible
from tests.contracts.making import NOW, entry


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Two records of two versions each."""
    opened = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    for number in range(2):
        opened.put([entry(name, content=f"{name} {number}".encode()) for name in ("shown", "secret")], now=NOW + timedelta(days=number))
    yield opened
    opened.close()


def test_versions_of_what_is_hidden_are_none(engine: Engine) -> None:
    seen = Visible(engine, lambda: frozenset({"secret"}))
    assert seen.versions("secret") == []
    assert seen.versions_of(["secret", "shown"]) == {"shown": engine.versions("shown")}
    assert [version.content for version in seen.versions("shown")] == [b"shown 0"]


def test_who_may_see_all_sees_all_versions(engine: Engine) -> None:
    everything: Engine = Visible(engine, frozenset)
    assert set(everything.versions_of(["secret", "shown", "never"])) == {"secret", "shown"}
