"""What came through the doors is written down, looked after and checked."""

import pytest
from sqlalchemy import select

from accounts.visitors import TOKEN_HOLDER
from catalogue.curating.models import RecordCare
from catalogue.curating.views import Filter
from catalogue.service.depositing import Deed
from records.errors import EngineError
from tests.catalogue.curating.workshop import HERE, Workshop, document


def mine(workshop: Workshop) -> list[str]:
    return sorted(row.identifier for row in workshop.curating.listing(Filter(mine=True), by=workshop.marie).rows)


def test_who_deposits_looks_after_the_record(workshop: Workshop) -> None:
    workshop.load(document("a"), document("b", contacts=()))
    workshop.curating.deposited(Deed.CREATED, ["a"], by=workshop.marie, address=HERE)
    workshop.curating.deposited(Deed.REPLACED, ["b"], by=workshop.marie, address=HERE)
    assert mine(workshop) == ["a", "b"]
    assert workshop.told("deposited a record") == [("marie", "a", "", HERE)]
    assert workshop.told("deposited a record again") == [("marie", "b", "", HERE)]
    checks = workshop.checking.of(["a", "b"])
    assert (checks["a"].valid, checks["b"].valid) == (True, False)
    workshop.curating.deposited(Deed.REPLACED, ["a"], by=TOKEN_HOLDER, address=HERE)
    assert mine(workshop) == ["a", "b"]
    workshop.curating.deposited(Deed.REPLACED, ["a"], by=workshop.pierre, address=HERE)
    assert mine(workshop) == ["b"]


def test_what_was_deleted_is_forgotten_by_checks(workshop: Workshop) -> None:
    workshop.load(document("a"))
    workshop.checking.check_now(["a"])
    workshop.engine.delete(["a"], now=workshop.clock())
    workshop.curating.deposited(Deed.DELETED, ["a"], by=workshop.marie, address=HERE)
    assert workshop.checking.of(["a"]) == {}
    assert workshop.told("withdrew a record through a door") == [("marie", "a", "", HERE)]


def test_of_very_many_records_one_line_tells(workshop: Workshop) -> None:
    many = [f"r{number}" for number in range(1001)]
    workshop.curating.deposited(Deed.CREATED, many, by=workshop.marie, address=HERE)
    assert workshop.told("deposited a record") == [("marie", "1,001 records: r0, r1, r2, …", "", HERE)]
    with workshop.database.reading() as session:
        assert sorted(session.scalars(select(RecordCare.identifier))) == sorted(many)


@pytest.mark.sqlite  # PostgreSQL calls a table that is gone a fault of whoever asks
def test_where_it_cannot_be_written_down_it_is_told_that_the_records_are_kept(workshop: Workshop) -> None:
    with workshop.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO lost")
    with pytest.raises(EngineError, match="This was kept"):
        workshop.curating.deposited(Deed.CREATED, ["a"], by=workshop.marie, address=HERE)


def test_identifiers_that_no_database_takes_do_no_harm(workshop: Workshop) -> None:
    workshop.curating.deposited(Deed.CREATED, ["a\0b", "c"], by=workshop.marie, address=HERE)
    with workshop.database.reading() as session:
        assert list(session.scalars(select(RecordCare.identifier))) == ["c"]


@pytest.mark.sqlite  # PostgreSQL calls a table that is gone a fault of whoever asks
def test_what_cannot_be_checked_now_is_kept_and_left_to_the_background(workshop: Workshop) -> None:
    workshop.load(document("a"))
    with workshop.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE record_checks RENAME TO lost")
    workshop.curating.deposited(Deed.CREATED, ["a"], by=workshop.marie, address=HERE)
    with workshop.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lost RENAME TO record_checks")
    assert workshop.told("deposited a record") == [("marie", "a", "", HERE)]
    assert workshop.checking.of(["a"]) == {}
    workshop.checking.run_due()
    assert workshop.checking.of(["a"]).keys() == {"a"}
