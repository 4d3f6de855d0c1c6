"""Backup, restore, copy: what comes back is what was there."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.engines import open_engine
from catalogue.engines.base import Change, Engine, Entry, Window
from catalogue.engines.stored import entry_of, pack
from catalogue.service.archives import ArchiveError, backup, check, copy, restore
from catalogue.service.assigning import assign
from mappings.formats import read, write
from records.codes import Domain
from records.errors import EngineError
from records.model import Assigned, Record
from tests.catalogue.service.archives.conftest import NOW, day, entry, kept

Catalogues = Callable[[str], Engine]


def test_what_is_restored_is_what_was_there(lived: Engine, catalogues: Catalogues, tmp_path: Path) -> None:
    holdings = backup(lived, tmp_path / "a.zip", now=NOW)
    assert (holdings.records, holdings.tombstones, holdings.documents) == (7, 2, 14)
    report = restore(catalogues("restored"), tmp_path / "a.zip")
    assert report.complete
    assert (report.records, report.tombstones, report.there) == (7, 2, 0)
    assert kept(catalogues("restored")) == kept(lived)


def test_what_is_assigned_comes_back_and_is_copied(lived: Engine, catalogues: Catalogues, tmp_path: Path) -> None:
    life = Assigned(domain=Domain.LIFE, categories=("Exobiology",))
    assign(lived, ["doi:10.1/x y"], lambda _: life, now=day(10))
    backup(lived, tmp_path / "a.zip", now=NOW)
    assert restore(catalogues("restored"), tmp_path / "a.zip").complete
    assert copy(lived, catalogues("copied"), now=NOW).complete
    for name in ("restored", "copied"):
        record = catalogues(name).get("doi:10.1/x y")
        assert record is not None
        assert (record.assigned, record.domain) == (life, Domain.LIFE)
        assert kept(catalogues(name)) == kept(lived)
    assert restore(catalogues("restored"), tmp_path / "a.zip", merge=True).there == 9


def test_what_is_restored_is_found(lived: Engine, catalogues: Catalogues, tmp_path: Path) -> None:
    from catalogue.query import SearchQuery

    backup(lived, tmp_path / "a.zip", now=NOW)
    restore(catalogues("restored"), tmp_path / "a.zip")
    query = SearchQuery(text="etoiles")
    assert [hit.record.identifier for hit in catalogues("restored").search(query).hits] == ["doi:10.1/x y"]


def test_an_archive_is_a_zip_that_anybody_opens(lived: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    backup(lived, path, now=NOW)
    record = lived.get("doi:10.1/x y")
    assert record is not None
    assert record.source is not None
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        rows = [json.loads(line) for line in archive.read("manifest.jsonl").splitlines()]
        (row,) = (row for row in rows if row.get("identifier") == "doi:10.1/x y")
        assert archive.read(row["file"]) == record.source.content
        for each in rows[1:-1]:
            if each["kind"] != "deleted":
                assert hashlib.sha256(archive.read(each["file"])).hexdigest() == each["sha256"]
    assert row | {"file": "", "sha256": ""} == {
        "identifier": "doi:10.1/x y",
        "kind": "current",
        "file": "",
        "format": "iso19139",
        "sha256": "",
        "loaded": "2026-11-27T12:00:00.123456Z",
        "origin": "Étoiles.xml",
    }
    assert [row["identifier"] for row in rows[1:-1]] == sorted(row["identifier"] for row in rows[1:-1])
    assert len(names) == len({name.casefold() for name in names})
    assert all(not name.startswith("/") and ".." not in name.split("/") for name in names)


def test_what_was_unpacked_and_packed_by_another_program_is_restored(lived: Engine, catalogues: Catalogues, tmp_path: Path) -> None:
    backup(lived, tmp_path / "a.zip", now=NOW)
    shutil.unpack_archive(tmp_path / "a.zip", tmp_path / "unpacked")
    shutil.make_archive(str(tmp_path / "again"), "zip", tmp_path / "unpacked")
    assert restore(catalogues("restored"), tmp_path / "again.zip").complete
    assert kept(catalogues("restored")) == kept(lived)


def test_an_empty_catalogue_makes_an_archive_too(catalogues: Catalogues, tmp_path: Path) -> None:
    backup(catalogues("empty"), tmp_path / "a.zip", now=NOW)
    assert restore(catalogues("restored"), tmp_path / "a.zip").complete
    assert check(tmp_path / "a.zip").records == 0


def test_a_file_that_is_there_is_replaced_only_when_asked_and_only_by_a_whole_one(
    lived: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "backups" / "a.zip"
    path.parent.mkdir()
    path.write_bytes(b"before")
    with pytest.raises(ArchiveError, match="already"):
        backup(lived, path, now=NOW)
    with monkeypatch.context() as patched:
        patched.setattr(type(lived), "versions_of", _broken)
        with pytest.raises(EngineError):
            backup(lived, path, now=NOW, overwrite=True)
    assert path.read_bytes() == b"before"
    assert list(path.parent.iterdir()) == [path]
    backup(lived, path, now=NOW, overwrite=True)
    assert zipfile.is_zipfile(path)
    with pytest.raises(ArchiveError, match="cannot be written: No such file or directory"):
        backup(lived, tmp_path / "nowhere" / "a.zip", now=NOW)


def _broken(_engine: Engine, _identifier: str) -> None:
    raise EngineError("The catalogue cannot be read.")


def test_a_catalogue_that_holds_something_is_restored_into_only_when_asked(lived: Engine, catalogues: Catalogues, tmp_path: Path) -> None:
    backup(lived, tmp_path / "a.zip", now=NOW)
    other = catalogues("other")
    other.put([entry("own", "Own"), entry("twice", "Third"), entry("doi:10.1/x y", "Étoiles")], now=day(9))
    before = kept(other)
    with pytest.raises(ArchiveError, match="not empty"):
        restore(other, tmp_path / "a.zip")
    assert kept(other) == before
    report = restore(other, tmp_path / "a.zip", merge=True)
    assert (report.records, report.tombstones, report.there, report.differing) == (5, 2, 1, ["twice"])
    assert not report.complete
    own = other.header("own"), other.header("twice"), other.header("doi:10.1/x y")
    assert [header and header.changed for header in own] == [day(9)] * 3
    assert other.versions("same/1") == lived.versions("same/1")
    again = restore(other, tmp_path / "a.zip", merge=True)
    assert (again.records, again.tombstones, again.there) == (0, 0, 8)


def test_what_has_gone_on_since_the_backup_stays_as_it_is(lived: Engine, tmp_path: Path) -> None:
    backup(lived, tmp_path / "a.zip", now=NOW)
    lived.put([entry("twice", "Third")], now=day(10))
    before = kept(lived)
    report = restore(lived, tmp_path / "a.zip", merge=True)
    assert report.complete
    assert report.there == 9
    assert kept(lived) == before


class _Interrupted(Exception):  # noqa: N818 (no error of the house)
    pass


class _Failing:
    """An engine that keeps so many steps and then is gone."""

    def __init__(self, engine: Engine, steps: int) -> None:
        self._engine = engine
        self._left = steps

    def __getattr__(self, name: str) -> object:
        if name in {"put", "delete"}:
            self._left -= 1
            if self._left < 0:
                raise _Interrupted
        return getattr(self._engine, name)


@pytest.mark.parametrize("steps", range(10))
def test_a_restoration_that_was_interrupted_goes_on(steps: int, lived: Engine, catalogues: Catalogues, tmp_path: Path) -> None:
    backup(lived, tmp_path / "a.zip", now=NOW)
    target = catalogues("restored")
    with pytest.raises(_Interrupted):
        restore(_Failing(target, steps), tmp_path / "a.zip")  # type: ignore[arg-type]  # an engine in all but name
    assert restore(target, tmp_path / "a.zip", merge=True).complete
    assert kept(target) == kept(lived)


def test_a_document_that_cannot_be_read_any_more_is_kept_to_the_byte(catalogues: Catalogues, tmp_path: Path) -> None:
    source, target = catalogues("source"), catalogues("target")
    strange = replace(entry("a", "Ice"), content=pack(b"<unheard-of/>"))
    source.put([strange, entry("b", "Salt")], now=day(0))
    source.put([entry("b", "Salt 2")], now=day(1))
    backup(source, tmp_path / "a.zip", now=NOW)
    report = restore(target, tmp_path / "a.zip")
    assert [unread.identifier for unread in report.unread] == ["a"]
    assert not report.complete
    record = target.get("a")
    assert record is not None
    assert record.source is not None
    assert (record.source.content, record.source.format, record.display_title) == (b"<unheard-of/>", "iso19139", "a")


def test_an_identifier_is_kept_that_is_read_otherwise_now(catalogues: Catalogues, tmp_path: Path) -> None:
    source, target = catalogues("source"), catalogues("target")
    document = write(Record(identifier="a", title="Ice"), "iso19139")
    source.put([entry_of(replace(read(document), identifier="once"))], now=day(0))
    backup(source, tmp_path / "a.zip", now=NOW)
    assert restore(target, tmp_path / "a.zip").complete
    record = target.get("once")
    assert record is not None
    assert (record.identifier, record.title) == ("once", "Ice")


def test_a_copy_is_the_same(lived: Engine, catalogues: Catalogues) -> None:
    report = copy(lived, catalogues("copy"), now=NOW)
    assert report.complete
    assert kept(catalogues("copy")) == kept(lived)
    lived.put([entry("new", "New")], now=day(11))
    lived.delete(["twice"], now=day(12))
    again = copy(lived, catalogues("copy"), now=NOW)
    assert again.complete
    assert (again.restored.records, again.restored.tombstones, again.restored.there) == (1, 1, 8)
    assert kept(catalogues("copy")) == kept(lived)


def test_a_copy_into_another_catalogue_is_refused(lived: Engine, catalogues: Catalogues) -> None:
    other = catalogues("other")
    other.put([entry("own", "Own")], now=day(0))
    before = kept(other)
    with pytest.raises(ArchiveError, match="'own'"):
        copy(lived, other, now=NOW)
    assert kept(other) == before


def test_a_copy_says_what_is_not_the_same(lived: Engine, catalogues: Catalogues) -> None:
    other = catalogues("other")
    other.put([entry("twice", "Third")], now=day(1))
    report = copy(lived, other, now=NOW)
    assert (report.restored.differing, report.differing) == (["twice"], ["twice"])


class _Busy:
    """An engine whose records another process changes while they are read."""

    def __init__(self, engine: Engine, entries: list[Entry]) -> None:
        self._engine = engine
        self._entries = entries

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def versions_of(self, identifiers: Sequence[str]) -> object:
        if self._entries:
            later = self._entries.pop()
            assert self._engine.put([later], now=day(20 - len(self._entries))) != [Change.UNCHANGED]
        return self._engine.versions_of(identifiers)


def test_a_record_that_is_changed_while_it_is_written_is_whole(catalogues: Catalogues, tmp_path: Path) -> None:
    source, target = catalogues("source"), catalogues("target")
    source.put([entry("a", "0"), entry("b", "0")], now=day(0))
    busy = _Busy(source, [entry("a", str(number)) for number in range(1, 8)])
    backup(busy, tmp_path / "a.zip", now=NOW)  # type: ignore[arg-type]  # an engine in all but name
    assert restore(target, tmp_path / "a.zip").complete
    assert kept(target) == kept(source)


_TURNS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["One", "Two", "Three", None]), st.integers(0, 2)),
    max_size=12,
)


@given(turns=_TURNS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happened_to_records_comes_back(
    turns: Sequence[tuple[str, str | None, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Loaded, replaced, deleted, at the same time or later, or with the clock put back."""
    folder = tmp_path_factory.mktemp("turns")
    source, target = (open_engine(f"embedded:{folder / name}") for name in ("source", "target"))
    try:
        for number, (identifier, title, days) in enumerate(turns):
            now: datetime = day(number // 3 + days)
            if title is None:
                source.delete([identifier], now=now)
            else:
                source.put([entry(identifier, title)], now=now)
        backup(source, folder / "a.zip", now=NOW)
        assert restore(target, folder / "a.zip", processes=1).complete
        assert {**kept(target), "statistics": 0} == {**kept(source), "statistics": 0}
    finally:
        source.close()
        target.close()
        shutil.rmtree(folder)


@pytest.mark.corpus
def test_the_corpus_comes_back(corpus: Path, catalogues: Catalogues, tmp_path: Path) -> None:
    from catalogue.service import load

    source, target = catalogues("source"), catalogues("target")
    load(source, [corpus], processes=1)
    backup(source, tmp_path / "a.zip", now=NOW)
    assert restore(target, tmp_path / "a.zip").complete
    assert source.headers(Window(), limit=5000) == target.headers(Window(), limit=5000)
    identifiers = list(source.identifiers())
    assert len(identifiers) > 700
    assert target.known(identifiers) == source.known(identifiers)


@pytest.mark.elasticsearch
def test_a_catalogue_goes_to_a_cluster_and_back(elasticsearch_url: str, lived: Engine, catalogues: Catalogues, tmp_path: Path) -> None:
    cluster = open_engine(elasticsearch_url)
    try:
        assert copy(lived, cluster, now=NOW).complete
        assert kept(cluster) == kept(lived)
        backup(cluster, tmp_path / "a.zip", now=NOW)
    finally:
        cluster.close()
    assert restore(catalogues("restored"), tmp_path / "a.zip").complete
    assert kept(catalogues("restored")) == kept(lived)
