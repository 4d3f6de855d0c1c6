"""The catalogue that is filled, all of its parts on real files, and what it holds."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from accounts.accounts import Accounts
from accounts.codelists import Role
from accounts.visitors import Visitor
from catalogue.engines import Engine, open_engine
from catalogue.harvesting.runner import Runner
from catalogue.harvesting.runs import Runs
from catalogue.harvesting.sources import Sources
from catalogue.harvesting.views import RunView, SourceSpec
from database import Database
from harvesters.source import Protocol
from harvesters.web import Client
from tests.accounts.desk import Letters
from tests.database.fresh import fresh

CURATOR = Visitor(username="curator", role=Role.CURATOR)
SECRET = b"the secret of a test installation"
_LONGEST_PAUSE = 0.02


class Target:
    """A catalogue that harvests.

    Args:
        folder: holds it, and is made where it is not there.
        clock: tells the time, UTC.
        processes: how many read documents side by side.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime], *, processes: int = 1) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._address = f"embedded:{folder / 'catalogue'}"
        self._engine: Engine | None = None
        self.database = Database(fresh(folder))
        self.accounts = Accounts(self.database, Letters(), base_url="http://target.example", contact="curator@example.org", clock=clock)
        self.sources = Sources(self.database, self.accounts, secret=SECRET, allow_private=True, clock=clock)
        self.runs = Runs(self.database, self.accounts, wake=lambda: None, clock=clock)
        self.runner = Runner(
            self.database,
            self.engine,
            secret=SECRET,
            client=Client(
                contact="curator@example.org", allow_private=True, pause=lambda seconds: time.sleep(min(seconds, _LONGEST_PAUSE))
            ),
            accounts=self.accounts,
            clock=clock,
            processes=processes,
        )

    def engine(self) -> Engine:
        """Return the engine, opened for writing when it is first needed."""
        if self._engine is None:
            self._engine = open_engine(self._address)
        return self._engine

    def close(self) -> None:
        if self._engine is not None:
            self._engine.close()
        self.database.close()

    def add(self, name: str, protocol: str, url: str, **options: Any) -> None:
        """Set a source up that is asked as fast as can be."""
        asked = {"page_size": 10, "rate": None, "timeout": 20.0, **options}
        self.sources.add(SourceSpec(name=name, protocol=Protocol(protocol), url=url, **asked), by=CURATOR, address=None)

    def run(self, name: str, **how: Any) -> RunView:
        """Run a source, or preview it, to its end."""
        return self.runner.run(self.runs.start(name, by=CURATOR, address=None, **how))

    def documents(self) -> dict[str, bytes]:
        """Return what the catalogue holds, by identifier."""
        engine = self.engine()
        names = list(engine.identifiers())
        kept = engine.get_many(names, documents=True)
        return {record.identifier: record.source.content for record in kept if record is not None and record.source is not None}
