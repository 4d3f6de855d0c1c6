"""What is put is kept: documents to the byte, versions, tombstones, the sequence of changes."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
import zstandard

from catalogue.engines import open_engine
from catalogue.engines.base import Change, Engine, Entry, Expect
from catalogue.engines.stored import entry_of
from catalogue.query import FacetRequest, SearchQuery
from records.codes import Domain
from records.errors import ChangedError, ConflictError, EngineError, InvalidRecordError, NotFoundError
from records.model import Assigned, Provenance, Record
from tests.contracts.making import NOW, SEVEN, entry, found, record


def test_a_record_comes_back_whole_with_its_document_and_provenance(engine: Engine) -> None:
    kept = record("a/b:c?d#e &", "Título ñ Ω", abstract="x\n\ny", content=b"\xef\xbb\xbf\x00bytes\r\n")
    assert engine.put([entry_of(kept, origin="file.xml", harvest_source="nasa")], now=NOW) == [Change.CREATED]
    back = engine.get("a/b:c?d#e &")
    assert back == kept
    assert back is not None
    assert back.source == kept.source
    assert back.provenance == Provenance(origin="file.xml", source="nasa", loaded=NOW, format="iso19139")
    (hit,) = engine.search(SearchQuery()).hits
    assert (hit.record.source, hit.record.provenance) == (None, back.provenance), "a hit comes without its document, and tells its format"


def test_what_is_not_there_is_none(engine: Engine) -> None:
    assert engine.get("nothing") is None
    engine.put([entry("one", "One")], now=NOW)
    assert [r and r.identifier for r in engine.get_many(["two", "one", "one"])] == [None, "one", "one"]


def test_get_many_leaves_the_documents_away(engine: Engine) -> None:
    engine.put([entry("one", "One")], now=NOW)
    (only,) = engine.get_many(["one"])
    assert only is not None
    assert only.source is None


def test_the_same_bytes_change_nothing(engine: Engine) -> None:
    engine.put([entry("one", "One")], now=NOW)
    assert engine.put([entry("one", "One")], now=NOW + timedelta(days=1)) == [Change.UNCHANGED]
    assert engine.versions("one") == []
    assert engine.statistics().updated == NOW


def test_what_is_assigned_changes_a_record_and_makes_no_version(engine: Engine) -> None:
    one = record("one", "One", content=b"1")
    engine.put([entry("one", "None", content=b"0")], now=NOW)
    engine.put([entry_of(one)], now=NOW + timedelta(hours=1))
    assigned = entry_of(one.with_assigned(Assigned(domain=Domain.LIFE, categories=("Exobiology",))))
    assert engine.put([assigned], now=NOW + timedelta(hours=2)) == [Change.UPDATED]
    assert engine.put([assigned], now=NOW + timedelta(hours=3)) == [Change.UNCHANGED]
    kept = engine.get("one")
    assert kept is not None
    assert (kept.domain, kept.cnes_categories, kept.assigned) == (
        Domain.LIFE,
        ("Exobiology",),
        Assigned(domain=Domain.LIFE, categories=("Exobiology",)),
    )
    assert kept.source == one.source
    header = engine.header("one")
    assert header is not None
    assert (header.changed, header.domain) == (NOW + timedelta(hours=2), "life")
    assert found(engine, facets=(FacetRequest(field="category", selected=("Exobiology",), size=0),)) == ["one"]
    assert [(v.content, v.loaded, v.replaced) for v in engine.versions("one")] == [(b"0", NOW, NOW + timedelta(hours=1))]
    assert engine.put([entry_of(one)], now=NOW + timedelta(hours=4)) == [Change.UPDATED]
    assert engine.put([entry("one", "Two", content=b"2")], now=NOW + timedelta(hours=5)) == [Change.UPDATED]
    assert [(v.content, v.replaced) for v in engine.versions("one")] == [(b"1", NOW + timedelta(hours=5)), (b"0", NOW + timedelta(hours=1))]


def test_what_is_replaced_is_what_was_meant(engine: Engine) -> None:
    first, second = entry("one", "First", content=b"1"), entry("one", "Second", content=b"2")
    one, two = hashlib.sha256(b"1").digest(), hashlib.sha256(b"2").digest()
    with pytest.raises(ChangedError, match="'one' was changed"):
        engine.put([entry("other", "Other"), replace(first, replaces=two)], now=NOW)
    assert engine.known(["one", "other"]) == {}
    assert engine.put([replace(first, replaces=b"")], now=NOW) == [Change.CREATED]
    with pytest.raises(ChangedError):
        engine.put([replace(second, replaces=b"")], now=NOW)
    with pytest.raises(ChangedError):
        engine.put([replace(second, replaces=two[::-1])], now=NOW)
    assert engine.put([replace(second, replaces=one)], now=NOW) == [Change.UPDATED]
    assert engine.put([replace(second, replaces=one)], now=NOW) == [Change.UNCHANGED], "the same step again does no harm"
    assert engine.delete(["one"], now=NOW, only={"one": one}) == 0
    assert engine.delete(["one"], now=NOW, only={}) == 0
    assert engine.delete(["one"], now=NOW, only={"one": two}) == 1
    assert engine.put([replace(first, replaces=b"")], now=NOW) == [Change.CREATED]


def test_of_many_who_replace_the_same_document_one_does(url: str) -> None:
    with closing(open_engine(url)) as engine:
        engine.put([entry("one", "First", content=b"0")], now=NOW)
    first = hashlib.sha256(b"0").digest()

    def bring(number: int) -> int:
        with closing(open_engine(url)) as own:
            try:
                own.put([replace(entry("one", f"By {number}", content=b"by %d" % number), replaces=first)], now=NOW)
            except ChangedError:
                return 0
            return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(bring, range(6))) == 1


def test_other_bytes_replace_and_the_earlier_document_becomes_a_version(engine: Engine) -> None:
    engine.put([entry("one", "First", content=b"1")], now=NOW)
    assert engine.put([entry("one", "Second", content=b"2")], now=NOW + timedelta(hours=1)) == [Change.UPDATED]
    engine.put([entry("one", "Third", content=b"3")], now=NOW + timedelta(hours=2))
    assert [(v.content, v.loaded, v.replaced) for v in engine.versions("one")] == [
        (b"2", NOW + timedelta(hours=1), NOW + timedelta(hours=2)),
        (b"1", NOW, NOW + timedelta(hours=1)),
    ]
    assert found(engine, "first") == []
    assert found(engine, "third") == ["one"]


def test_of_two_in_one_batch_the_later_stands(engine: Engine) -> None:
    changes = engine.put([entry("one", "First", content=b"1"), entry("two", "Two"), entry("one", "Second", content=b"2")], now=NOW)
    assert changes == [Change.CREATED, Change.CREATED, Change.UPDATED]
    assert [v.content for v in engine.versions("one")] == [b"1"]
    assert found(engine) == ["one", "two"]
    assert found(engine, "first") == []


def test_the_versions_of_many_are_those_of_each(engine: Engine) -> None:
    for number in range(3):
        engine.put(
            [entry(name, name, content=f"{name} {number}".encode()) for name in ("one", "two", "gone")], now=NOW + timedelta(hours=number)
        )
    engine.put([entry("new", "New")], now=NOW)
    engine.delete(["gone"], now=NOW + timedelta(days=1))
    told = engine.versions_of(["gone", "new", "two", "never", "one", "two"])
    assert told == {name: engine.versions(name) for name in ("one", "two", "gone")}
    assert [version.content for version in told["two"]] == [b"two 1", b"two 0"]
    assert engine.versions_of([]) == {}


def test_a_deletion_leaves_a_tombstone_and_the_versions(engine: Engine) -> None:
    engine.put([entry_of(record("one", "One", content=b"1"), harvest_source="esa"), entry("two", "Two")], now=NOW)
    later = NOW + timedelta(days=2)
    assert engine.delete(["one", "never"], now=later) == 1
    assert engine.delete(["one"], now=later) == 0
    assert engine.get("one") is None
    assert engine.get_many(["one"]) == [None]
    assert found(engine) == ["two"]
    assert [(t.identifier, t.deleted, t.harvest_source) for t in engine.tombstones()] == [("one", later, "esa")]
    assert [v.content for v in engine.versions("one")] == [b"1"]
    assert list(engine.tombstones(later + timedelta(seconds=1))) == []
    assert len(list(engine.tombstones(later))) == 1


def test_what_was_deleted_comes_back(engine: Engine) -> None:
    engine.put([entry("one", "One")], now=NOW)
    engine.delete(["one"], now=NOW)
    assert engine.put([entry("one", "One")], now=NOW) == [Change.CREATED]
    assert list(engine.tombstones()) == []
    assert found(engine, "one") == ["one"]


def test_identifiers_come_in_code_point_order(engine: Engine) -> None:
    engine.put([entry(identifier, "T") for identifier in ("b", "a", "B", "é", "𝔘", "a/2", "a10")], now=NOW)
    assert list(engine.identifiers()) == ["B", "a", "a/2", "a10", "b", "é", "𝔘"]


def test_statistics(engine: Engine) -> None:
    assert (engine.statistics().records, engine.statistics().updated) == (0, None)
    engine.put([entry(identifier, title, **fields) for identifier, title, fields in SEVEN], now=NOW)
    engine.delete(["jason"], now=NOW + timedelta(days=1))
    held = engine.statistics()
    assert (held.records, held.deleted, held.updated, held.formats) == (6, 1, NOW + timedelta(days=1), {"iso19139": 6})


def test_known_tells_the_digests(engine: Engine) -> None:
    engine.put([entry("one", "One", content=b"1")], now=NOW)
    assert engine.known(["one", "two"]) == {"one": hashlib.sha256(b"1").digest()}


def test_all_of_a_batch_or_nothing(engine: Engine) -> None:
    def entries() -> Iterator[Entry]:
        yield entry("one", "One")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        engine.put(entries(), now=NOW)
    assert engine.get("one") is None


def test_what_cannot_be_kept_is_refused_before() -> None:
    with pytest.raises(InvalidRecordError):
        entry_of(Record(identifier="x"))
    with pytest.raises(InvalidRecordError):
        entry_of(record("x" * 3000))
    with pytest.raises(InvalidRecordError):
        entry_of(record("lone \ud800 surrogate"))


def test_reindexing_reads_the_documents_again(engine: Engine) -> None:
    engine.put([entry("one", "Old title", content=b"1"), entry("two", "Two"), entry("gone", "Gone")], now=NOW)
    engine.delete(["gone"], now=NOW)
    told: list[tuple[int, int]] = []

    def read(kept: Record) -> Entry:
        assert kept.source is not None
        title = "New title" if kept.source.content == b"1" else kept.title
        return entry_of(record(kept.identifier, title, content=kept.source.content))

    assert engine.reindex(read, lambda done, total: told.append((done, total))) == 2
    assert told[-1] == (2, 2)
    assert found(engine, "old") == []
    assert found(engine, "new") == ["one"]
    assert found(engine) == ["one", "two"]
    assert engine.versions("one") == []
    engine.put([entry("three", "Three")], now=NOW)
    assert found(engine, "three") == ["three"]


def test_a_reader_writes_nothing(engine: Engine, url: str) -> None:
    engine.put([entry("one", "One")], now=NOW)
    reader = open_engine(url, read_only=True)
    assert found(reader, "one") == ["one"]
    with pytest.raises(EngineError):
        reader.put([entry("two", "Two")], now=NOW)
    with pytest.raises(EngineError):
        reader.delete(["one"], now=NOW)
    reader.close()


def test_a_reader_makes_no_catalogue(url: str) -> None:
    with pytest.raises(EngineError):
        open_engine(url, read_only=True)
    open_engine(url).close()  # nothing was in the way


def test_an_unknown_url_is_told() -> None:
    with pytest.raises(EngineError, match="embedded:PATH"):
        open_engine("oracle:9i")


def test_the_same_document_packed_otherwise_changes_nothing(engine: Engine) -> None:
    first = entry("one", "One", content=b"<x>the same</x>" * 50)
    other = replace(first, content=zstandard.ZstdCompressor(level=19, write_checksum=True).compress(b"<x>the same</x>" * 50))
    assert other.content != first.content
    assert engine.put([first], now=NOW) == [Change.CREATED]
    assert engine.put([other], now=NOW) == [Change.UNCHANGED]
    assert engine.versions("one") == []


def test_the_state_changes_with_every_change_and_with_a_rebuilt_index(engine: Engine) -> None:
    states = [engine.statistics().state]
    engine.put([entry("one", "One")], now=NOW)
    states.append(engine.statistics().state)
    engine.put([entry("one", "Otherwise", content=b"2")], now=NOW)
    states.append(engine.statistics().state)
    engine.reindex(entry_of)
    states.append(engine.statistics().state)
    engine.delete(["one"], now=NOW)
    states.append(engine.statistics().state)
    assert len(set(states)) == 5
    engine.put([], now=NOW)
    assert engine.statistics().state == states[-1]


def test_of_two_who_bring_the_same_new_record_one_is_told(engine: Engine) -> None:
    engine.put([entry("one", "First")], now=NOW, expect=Expect.NEW)
    with pytest.raises(ConflictError, match="one"):
        engine.put([entry("two", "Second"), entry("one", "Other")], now=NOW, expect=Expect.NEW)
    assert list(engine.identifiers()) == ["one"]
    assert engine.versions("one") == []
    engine.delete(["one"], now=NOW)
    assert engine.put([entry("one", "Again")], now=NOW, expect=Expect.NEW) == [Change.CREATED]


def test_what_is_replaced_has_to_be_there(engine: Engine) -> None:
    engine.put([entry("one", "First")], now=NOW)
    with pytest.raises(NotFoundError, match="two"):
        engine.put([entry("one", "Changed"), entry("two", "Second")], now=NOW, expect=Expect.KNOWN)
    assert engine.versions("one") == []
    assert engine.put([entry("one", "Changed")], now=NOW, expect=Expect.KNOWN) == [Change.UPDATED]


def test_many_who_bring_the_same_new_record_at_once(url: str) -> None:
    open_engine(url).close()
    told: list[str] = []

    def bring(number: int) -> None:
        engine = open_engine(url)
        try:
            engine.put([entry("same", f"of {number}")], now=NOW, expect=Expect.NEW)
            told.append("kept")
        except ConflictError:
            told.append("refused")
        engine.close()

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["kept", *["refused"] * 5]
