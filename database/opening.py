"""Opens the database and hands out sessions."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError, TimeoutError  # noqa: A004 (of the pool)
from sqlalchemy.orm import Session, sessionmaker

from database.migrating import migrate
from database.tables import Secret
from records.errors import CatalogueError

_AWAY: Final = "The database does not answer now."


class DatabaseError(CatalogueError):
    """The database cannot be opened or asked. What it said itself is the cause, for the log only."""


class Database:
    """An open database.

    Args:
        url: a SQLAlchemy address, such as "sqlite:///var/reflecs.sqlite" or "postgresql+psycopg://user:password@host/reflecs".

    Raises:
        DatabaseError: it cannot be opened.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine = _opened(url)
        except (ArgumentError, SQLAlchemyError, OSError, ImportError) as error:
            raise DatabaseError("The database cannot be opened.") from error
        self._reading = sessionmaker(_one_state(self.engine), expire_on_commit=False)
        self._writing = sessionmaker(self.engine.execution_options(reflecs_writes=True), expire_on_commit=False)

    def upgrade(self) -> None:
        """Bring the tables up to this program, or make them.

        Raises:
            DatabaseError: that failed.
        """
        try:
            migrate(self.engine)
        except SQLAlchemyError as error:
            raise DatabaseError("The tables of the database cannot be brought up to date.") from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads; it holds one state of the database to its end.

        Raises:
            DatabaseError: the database does not answer.
        """
        try:
            with self._reading() as session:
                yield session
        except (OperationalError, TimeoutError) as error:
            raise DatabaseError(_AWAY) from error

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose changes are kept together when it ends well, and none of them when it raises.

        On SQLite it has the one place of a writer from its beginning, and others wait: keep it short, do no work on files or
        the network within.

        Raises:
            DatabaseError: the database does not answer, or has no place for a writer; nothing was kept.
        """
        try:
            with self._writing.begin() as session:
                yield session
        except (OperationalError, TimeoutError) as error:
            raise DatabaseError(_AWAY) from error

    def secret(self, name: str = "key") -> bytes:
        """Return 32 random bytes that are the installation's own; made by whoever asks first."""
        with self.writing() as session:
            known = session.get(Secret, name)
            if known is None:
                known = Secret(name=name, value=secrets.token_hex(32))
                session.add(known)
            return bytes.fromhex(known.value)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def _opened(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=30)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": 30})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _one_state(engine: Engine) -> Engine:
    """Return the engine for those who read: all they see is of one moment. On SQLite every transaction is so."""
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own connection
    connection.isolation_level = None  # transactions begin where `_begin` says, not where sqlite3 guesses
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's connection
    writes = connection.get_execution_options().get("reflecs_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
