"""Brings the tables of a database up to this program (Alembic; the steps are in `database/migrations/versions`)."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine

_LOCK = 7_352_861  # what PostgreSQL knows the lock by


def migrate(engine: Engine) -> None:
    """Take all steps that are missing, together or none; of several processes that come at once, one takes them."""
    config = Config()
    config.set_main_option("script_location", str(files("database") / "migrations"))
    with engine.execution_options(reflecs_writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
