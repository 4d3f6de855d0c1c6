"""The database: its writers wait for each other, its tables are those of the program, its moments have a zone."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

import accounts.models
import catalogue.curating.models
import catalogue.harvesting.models
import ordering.models
from accounts.codelists import Purpose
from accounts.models import Audit, Code, Group, Membership
from database import Base, Database, DatabaseError
from tests.database.fresh import fresh

assert accounts.models
assert ordering.models
assert catalogue.curating.models
assert catalogue.harvesting.models
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(fresh(tmp_path))
    yield opened
    opened.close()


def test_the_steps_of_migration_make_the_tables_of_the_program(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.sqlite
def test_its_file_and_folder_are_made(tmp_path: Path) -> None:
    made = tmp_path / "some" / "folder" / "reflecs.sqlite"
    opened = Database(f"sqlite:///{made}")
    opened.upgrade()
    opened.close()
    assert made.is_file()


def test_coming_up_to_date_again_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        session.add(Group(name="n1", title="N1"))
    database.upgrade()
    with database.reading() as session:
        assert session.scalars(select(Group.name)).all() == ["n1"]


def test_moments_come_back_in_utc_whatever_zone_they_had(database: Database) -> None:
    with database.writing() as session:
        session.add(Audit(at=NOW.astimezone(timezone(timedelta(hours=5))), actor="x", action="y"))
    with database.reading() as session:
        (found,) = session.scalars(select(Audit)).all()
        assert (found.at, found.at.tzinfo) == (NOW, UTC)
        assert session.scalars(select(Audit).where(Audit.at >= NOW)).all() == [found]


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="no time zone"), database.writing() as session:
        session.add(Audit(at=NOW.replace(tzinfo=None), actor="x", action="y"))


def test_what_raises_keeps_nothing(database: Database) -> None:
    def fail_in_the_middle() -> None:
        with database.writing() as session:
            session.add(Group(name="n1", title="N1"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()
    with database.reading() as session:
        assert session.scalars(select(Group)).all() == []


def test_writers_take_turns(database: Database) -> None:
    """Each reads, then writes what it read and one more: none may have read what another is about to change."""
    with database.writing() as session:
        session.add(Code(purpose=Purpose.CONFIRM, subject="1", email="a@b.example", code_hash="", created=NOW, expires=NOW))

    def count() -> None:
        for _ in range(25):
            with database.writing() as session:
                code = session.scalars(select(Code).with_for_update()).one()
                code.tries = code.tries + 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalars(select(Code.tries)).one() == 100


def test_a_reader_holds_one_state(database: Database) -> None:
    with database.reading() as session:
        before = session.scalars(select(Group)).all()
        with database.writing() as other:
            other.add(Group(name="n1", title="N1"))
        assert session.scalars(select(Group)).all() == before


def test_a_database_that_is_gone_is_told_in_a_sentence(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'gone.sqlite'}")
    database.upgrade()
    with database.writing() as session:
        session.execute(text("DROP TABLE audit"))
    with pytest.raises(DatabaseError, match="does not answer now") as raised, database.reading() as session:
        session.scalars(select(Audit)).all()
    assert "audit" not in str(raised.value)
    database.close()


def test_broken_references_are_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Membership(user_id=1, group_id=1))


def test_codes_come_back_as_members_of_their_list(database: Database) -> None:
    with database.writing() as session:
        session.add(Code(purpose=Purpose.RESET, subject="1", email="a@b.example", code_hash="", created=NOW, expires=NOW))
    with database.reading() as session:
        assert session.scalars(select(Code)).one().purpose is Purpose.RESET
    with pytest.raises(StatementError), database.writing() as session:
        session.add(Code(purpose="nonsense", subject="1", email="a@b.example", code_hash="", created=NOW, expires=NOW))


def test_its_secret_is_made_once(database: Database) -> None:
    first = database.secret()
    assert len(first) == 32
    assert database.secret() == first != database.secret("another")


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/none/reflecs.sqlite", "mysql://user:hidden@host/x"])
def test_what_cannot_be_opened_is_told_in_a_sentence(url: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        Database(url).upgrade()
    assert "hidden" not in str(raised.value)
