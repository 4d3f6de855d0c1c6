"""What is assigned to records stays with them, and their documents stay as they came."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Change, Engine
from catalogue.engines.stored import entry_of
from catalogue.service.assigning import assign, entries_for, read_as_kept
from catalogue.service.loading import load
from catalogue.service.preparing import refresh
from records.codes import Domain
from records.errors import NotFoundError
from records.model import Assigned
from tests.contracts.making import NOW

GOLDEN = Path(__file__).parents[2] / "golden"
LIFE = Assigned(domain=Domain.LIFE, categories=("Exobiology",))


@pytest.fixture
def document() -> bytes:
    return next(path for path in sorted(GOLDEN.rglob("*.xml")) if b"MD_Metadata" in path.read_bytes()).read_bytes()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"embedded:{tmp_path}/catalogue")
    yield opened
    opened.close()


def kept(engine: Engine, identifier: str) -> tuple[object, ...]:
    record = engine.get(identifier)
    assert record is not None
    assert record.source is not None
    return record.domain, record.cnes_categories[-1:], record.assigned, record.source.content


def test_assigned_to_a_record_and_taken_back(engine: Engine, document: bytes) -> None:
    plain = read_as_kept(document)
    engine.put([entry_of(plain, origin="here", harvest_source="neighbour")], now=NOW)
    assert assign(engine, [plain.identifier], lambda _: LIFE, now=NOW) == [Change.UPDATED]
    assert kept(engine, plain.identifier) == (Domain.LIFE, ("Exobiology",), LIFE, document)
    assert assign(engine, [plain.identifier], lambda now: replace(now, domain=None), now=NOW) == [Change.UPDATED]
    assert kept(engine, plain.identifier)[:2] == (plain.domain, ("Exobiology",))
    record = engine.get(plain.identifier)
    assert record is not None
    assert (record.provenance.origin, record.provenance.source) == ("here", "neighbour")
    assert engine.versions(plain.identifier) == []
    assign(engine, [plain.identifier], lambda _: Assigned(), now=NOW)
    assert kept(engine, plain.identifier) == (plain.domain, plain.cnes_categories[-1:], Assigned(), document)


def test_nothing_is_assigned_where_one_of_them_is_not_there(engine: Engine, document: bytes) -> None:
    plain = read_as_kept(document)
    engine.put([entry_of(plain)], now=NOW)
    with pytest.raises(NotFoundError):
        assign(engine, [plain.identifier, "nobody"], lambda _: LIFE, now=NOW)
    assert kept(engine, plain.identifier)[2] == Assigned()


def test_loading_another_document_keeps_it(engine: Engine, document: bytes, tmp_path: Path) -> None:
    engine.put([entry_of(read_as_kept(document, assigned=LIFE))], now=NOW)
    later = document.replace(b"</", b" </", 1)
    (tmp_path / "later.xml").write_bytes(later)
    load(engine, [tmp_path / "later.xml"])
    assert kept(engine, read_as_kept(document).identifier) == (Domain.LIFE, ("Exobiology",), LIFE, later)


def test_a_new_document_and_a_rebuilt_index_keep_it(engine: Engine, document: bytes) -> None:
    identifier = read_as_kept(document).identifier
    engine.put([entry_of(read_as_kept(document, assigned=LIFE))], now=NOW)
    later = document.replace(b"</", b" </", 1)
    assert engine.put(entries_for(engine, [read_as_kept(later)]), now=NOW) == [Change.UPDATED]
    assert kept(engine, identifier) == (Domain.LIFE, ("Exobiology",), LIFE, later)
    engine.reindex(refresh)
    assert kept(engine, identifier) == (Domain.LIFE, ("Exobiology",), LIFE, later)
