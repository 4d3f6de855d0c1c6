"""A fresh database for each test: a SQLite file, or on the PostgreSQL that `python -m tests.database` has started."""

import os
import uuid
from pathlib import Path

import psycopg
from psycopg import sql

from database import Database

SERVER = "REFLECS_TEST_POSTGRESQL"
"""Names the server, such as "postgresql://tester@127.0.0.1:5432"."""
_TEMPLATE = "reflecs_template"


def fresh(folder: Path) -> str:
    """The address of a test's own database; the same for the same folder."""
    server = os.environ.get(SERVER)
    if not server:
        return f"sqlite:///{folder / 'reflecs.sqlite'}"
    note = folder / "database"
    if not note.exists():
        folder.mkdir(parents=True, exist_ok=True)
        note.write_text(_made(server))
    return f"{_with_driver(server)}/{note.read_text()}"


def on_postgresql() -> bool:
    return bool(os.environ.get(SERVER))


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
