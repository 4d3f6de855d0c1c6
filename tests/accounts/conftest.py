from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.accounts import Accounts
from database import Database
from tests.accounts.desk import Clock, Desk, Letters
from tests.database.fresh import fresh


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database, letters, clock = Database(fresh(tmp_path)), Letters(), Clock()
    accounts = Accounts(database, letters, base_url="https://data.example.org", contact="contact@example.org", clock=clock)
    yield Desk(accounts, database, letters, clock)
    database.close()
