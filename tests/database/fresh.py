"""A fresh database for each test, with its tables: a SQLite file, or on the PostgreSQL that `python -m tests.database` has started.

Making the tables takes a tenth of a second; each is a copy of one that was made once.
"""

import os
import uuid
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

from database import Database

SERVER = "REFLECS_TEST_POSTGRESQL"
"""Names the server, such as "postgresql://tester@127.0.0.1:5432"."""
_TEMPLATE = "reflecs_template"


def fresh(folder: Path) -> str:
    """Return the address of a test's own database; the same for the same folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    server = os.environ.get(SERVER)
    if not server:
        path = folder / "reflecs.sqlite"
        if not path.exists():
            path.write_bytes(_new_file())
        return f"sqlite:///{path}"
    note = folder / "database"
    if not note.exists():
        note.write_text(_made(server))
    return f"{_with_driver(server)}/{note.read_text()}"


@cache
def _new_file() -> bytes:
    """Return a SQLite file that was just made."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.sqlite"
        database = Database(f"sqlite:///{path}")
        database.upgrade()
        database.close()
        return path.read_bytes()


def make_template(server: str) -> None:
    """Make the database that all others are copies of."""
    _create(server, _TEMPLATE)
    database = Database(f"{_with_driver(server)}/{_TEMPLATE}")
    database.upgrade()
    database.close()


def _made(server: str) -> str:
    name = f"test_{uuid.uuid4().hex}"
    _create(server, name, _TEMPLATE)
    return name


def _create(server: str, name: str, template: str = "template0") -> None:
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(made)


def _with_driver(server: str) -> str:
    return server.replace("postgresql://", "postgresql+psycopg://", 1)
