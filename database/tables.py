"""What every table is made of."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are called, so that a migration can name each on every database."""
_CODE_LENGTH: Final = 20


class Base(DeclarativeBase):
    """The class of all tables."""

    metadata = MetaData(naming_convention=_NAMES)


class Instant(TypeDecorator[datetime]):
    """A moment: an aware datetime, UTC, in the program and in the database (SQLite keeps no zone; it is UTC there, too)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102 -- SQLAlchemy's
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002, D102 -- SQLAlchemy's
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class Coded(TypeDecorator[StrEnum]):
    """A value of a code list: its member in the program, its text in the database."""

    impl = String
    cache_ok = True

    def __init__(self, codes: type[StrEnum]) -> None:
        super().__init__(_CODE_LENGTH)
        self.codes = codes

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 -- SQLAlchemy's
        return None if value is None else self.codes(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:  # noqa: ANN401, ARG002, D102 -- SQLAlchemy's
        return None if value is None else self.codes(value)


class Secret(Base):
    """A secret of the installation, made when it is first needed; all its processes share it."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class Progress(Base):
    """How far a background work has come that one worker at a time is on, e.g. checking all records."""

    __tablename__ = "progress"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    lease: Mapped[datetime | None] = mapped_column(Instant)
    """Until when nobody else works on it."""
