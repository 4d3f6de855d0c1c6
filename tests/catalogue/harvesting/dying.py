"""A worker that dies at a chosen line: the database and the engine are real, and end it before or after one of their steps."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from catalogue.engines.base import Change, Engine, Entry, Expect
from catalogue.harvesting.runner import Runner
from database import Database
from harvesters.web import Client
from tests.catalogue.harvesting.house import SECRET, House
from tests.database.fresh import fresh


class Killed(BaseException):
    """The worker is dead."""


@dataclass
class Death:
    """Comes at the step of this number, counted from 1; each step of the database or the engine is counted before and after."""

    at: int
    steps: int = 0

    def __call__(self) -> None:
        self.steps += 1
        if self.steps >= self.at:
            raise Killed


class DyingDatabase(Database):
    def __init__(self, path: Path, death: Callable[[], None]) -> None:
        super().__init__(fresh(path))
        self._death = death

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self._death()
        with super().writing() as session:
            yield session
        self._death()


class DyingEngine:
    def __init__(self, engine: Engine, death: Callable[[], None]) -> None:
        self._engine = engine
        self._death = death

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def put(self, entries: Iterable[Entry], *, now: datetime, expect: Expect = Expect.ANY) -> list[Change]:
        self._death()
        changes = self._engine.put(entries, now=now, expect=expect)
        self._death()
        return changes

    def delete(self, identifiers: Iterable[str], *, now: datetime, only: Mapping[str, bytes] | None = None) -> int:
        self._death()
        deleted = self._engine.delete(identifiers, now=now, only=only)
        self._death()
        return deleted


@contextmanager
def dying(house: House, death: Death) -> Iterator[Runner]:
    """A runner that dies."""
    database = DyingDatabase(house.path, death)
    engine: Any = DyingEngine(house.engine, death)
    yield Runner(
        database,
        lambda: engine,
        secret=SECRET,
        client=Client(contact="c@example.org", allow_private=True, pause=lambda _: None),
        accounts=house.accounts,
        clock=house.clock,
        processes=1,
    )
    database.close()
