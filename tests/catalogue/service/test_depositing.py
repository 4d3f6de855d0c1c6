"""Depositing: all or nothing, and each refusal by its name."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.service import Depositing
from catalogue.service.assigning import assign
from catalogue.service.depositing import Deed
from mappings.formats import write
from records.codes import Domain
from records.errors import ConflictError, EngineError, FormatError, InvalidRecordError, NotFoundError
from records.model import Record
from tests.contracts.making import NOW


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    yield opened
    opened.close()


@pytest.fixture
def depositing(engine: Engine) -> Depositing:
    return Depositing(lambda: engine, clock=lambda: NOW)


def document(identifier: str, title: str) -> bytes:
    return write(Record(identifier=identifier, title=title), "iso19139")


def test_a_deposited_document_comes_back_to_the_byte(depositing: Depositing, engine: Engine) -> None:
    one = document("one", "First")
    assert [record.identifier for record in depositing.create([one])] == ["one"]
    kept = engine.get("one")
    assert kept is not None
    assert kept.source is not None
    assert kept.source.content == one


def test_a_replaced_document_becomes_an_earlier_version(depositing: Depositing, engine: Engine) -> None:
    depositing.create([document("one", "First")])
    depositing.replace([document("one", "Second")], "one")
    assert [version.content for version in engine.versions("one")] == [document("one", "First")]


def test_deleting_counts_what_was_there(depositing: Depositing, engine: Engine) -> None:
    depositing.create([document("one", "First")])
    assert depositing.delete(["one", "two"]) == 1
    assert [tombstone.identifier for tombstone in engine.tombstones()] == ["one"]


def test_what_is_refused_keeps_nothing(depositing: Depositing, engine: Engine) -> None:
    depositing.create([document("one", "First")])
    new = document("two", "Second")
    with pytest.raises(ConflictError, match="one"):
        depositing.create([new, document("one", "Again")])
    with pytest.raises(FormatError):
        depositing.create([new, b"<no-record/>"])
    with pytest.raises(InvalidRecordError, match="two documents"):
        depositing.create([new, document("two", "Again")])
    with pytest.raises(NotFoundError, match="three"):
        depositing.replace([document("one", "Changed"), document("three", "Third")])
    with pytest.raises(InvalidRecordError, match="not 'one'"):
        depositing.replace([new], "one")
    assert list(engine.identifiers()) == ["one"]
    assert engine.versions("one") == []


def test_what_is_assigned_to_a_record_stays_when_its_document_is_replaced(depositing: Depositing, engine: Engine) -> None:
    depositing.create([document("one", "First")])
    assign(engine, ["one"], lambda assigned: replace(assigned, domain=Domain.LIFE, categories=("Cells",)), now=NOW)
    depositing.replace([document("one", "Second")], "one")
    kept = engine.get("one")
    assert kept is not None
    assert (kept.title, kept.domain, kept.cnes_categories) == ("Second", Domain.LIFE, ("Cells",))


def test_a_deleted_record_comes_back_by_its_document(depositing: Depositing, engine: Engine) -> None:
    depositing.create([document("one", "First")])
    depositing.delete(["one"])
    depositing.create([document("one", "Second")])
    assert [version.content for version in engine.versions("one")] == [document("one", "First")]


def test_somebody_is_told_of_what_was_done_and_of_nothing_else(engine: Engine) -> None:
    told: list[tuple[Deed, list[str]]] = []
    depositing = Depositing(lambda: engine, clock=lambda: NOW, told=lambda deed, identifiers: told.append((deed, list(identifiers))))
    depositing.create([document("one", "First"), document("two", "Second")])
    depositing.replace([document("two", "Third")])
    with pytest.raises(ConflictError):
        depositing.create([document("one", "Again")])
    with pytest.raises(NotFoundError):
        depositing.replace([document("three", "Third")])
    depositing.delete(["one", "three"])
    assert depositing.delete(["one", "three"]) == 0
    assert told == [(Deed.CREATED, ["one", "two"]), (Deed.REPLACED, ["two"]), (Deed.DELETED, ["one"])]


def test_what_cannot_be_told_is_kept_all_the_same(engine: Engine) -> None:
    def refuse(deed: Deed, identifiers: Sequence[str]) -> None:
        raise EngineError(f"{deed} {identifiers}")

    depositing = Depositing(lambda: engine, clock=lambda: NOW, told=refuse)
    with pytest.raises(EngineError, match=r"created \['one'\]"):
        depositing.create([document("one", "First")])
    assert list(engine.identifiers()) == ["one"]
