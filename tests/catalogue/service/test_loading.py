"""Loading: everything that can be is loaded, the rest is told, and the second time nothing changes."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Change, Engine
from catalogue.service import load
from catalogue.service.preparing import refresh
from mappings.formats import write
from records.codes import Domain
from records.model import Record

_BOMB = b'<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><a>&y;&y;&y;</a>'
_EXTERNAL = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    yield opened
    opened.close()


def _document(identifier: str, title: str = "Sea ice", format_name: str = "iso19139") -> bytes:
    return write(Record(identifier=identifier, title=title, abstract="An abstract.", domain=Domain.EARTH), format_name)


def _folder(tmp_path: Path, documents: dict[str, bytes]) -> Path:
    folder = tmp_path / "documents"
    for name, content in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_formats_are_mixed_and_come_back_byte_for_byte(engine: Engine, tmp_path: Path) -> None:
    names = {"iso19139": "a.xml", "dif10": "b.xml", "dif9": "c.xml", "dc": "d.xml", "oai_dc": "e.xml", "json": "f.json"}
    documents = {file: _document(f"record-{name}", format_name=name) for name, file in names.items()}
    report = load(engine, [_folder(tmp_path, documents)])
    assert report.changes == {Change.CREATED: len(names)}
    assert report.complete
    for name, file in names.items():
        kept = next(record for record in map(engine.get, engine.identifiers()) if record and record.source and record.source.format == name)
        assert kept.source is not None
        assert kept.source.content == documents[file]
        assert kept.title == "Sea ice"
        assert kept.provenance.origin == str(tmp_path / "documents" / file)


def test_one_bad_document_does_not_stop_the_good_ones(engine: Engine, tmp_path: Path) -> None:
    bad = {
        "bomb.xml": (_BOMB, "DOCTYPE"),
        "broken.xml": (b"<gmd:MD_Metadata>", "not well-formed XML"),
        "empty.xml": (b"", "empty"),
        "external.xml": (_EXTERNAL, "DOCTYPE"),
        "html.xml": (b"<html><body/></html>", "no known format: the root element is html"),
        "list.json": (b"[1, 2]", "no known format"),
        "text.json": (b"{ no json", "not well-formed JSON"),
        "words.xml": (b"just words", "not well-formed XML"),
    }
    documents = {name: content for name, (content, _) in bad.items()} | {"good.xml": _document("good")}
    report = load(engine, [_folder(tmp_path, documents)])
    assert list(engine.identifiers()) == ["good"]
    told = {Path(refused.origin).name: refused.reason for refused in report.refused}
    assert told.keys() == bad.keys()
    for name, (_, reason) in bad.items():
        assert reason in told[name]
        assert "root:" not in told[name]
    assert not report.complete


def test_a_large_file_is_refused_and_told(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    report = load(engine, [path])
    assert [refused.reason for refused in report.refused] == ["the file has 104,857,600 bytes; at most 33,554,432 are read"]


def test_without_identifier_or_title_it_is_loaded_with_a_problem(engine: Engine, tmp_path: Path) -> None:
    content = (
        b'<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"><gmd:identificationInfo>'
        b"<gmd:MD_DataIdentification><gmd:abstract><gco:CharacterString>Ice.</gco:CharacterString></gmd:abstract></gmd:MD_DataIdentification>"
        b"</gmd:identificationInfo></gmd:MD_Metadata>"
    )
    folder = _folder(tmp_path, {"a.xml": content})
    report = load(engine, [folder])
    (doubtful,) = report.doubtful
    assert {"no-identifier", "no-title"} <= {problem.code for problem in doubtful.problems}
    (identifier,) = engine.identifiers()
    assert load(engine, [folder]).changes == {Change.UNCHANGED: 1}
    assert list(engine.identifiers()) == [identifier]


def test_the_second_time_nothing_changes(engine: Engine, tmp_path: Path) -> None:
    folder = _folder(tmp_path, {f"{number:03}.xml": _document(f"r{number}", f"Title {number}") for number in range(30)})
    assert load(engine, [folder]).changes == {Change.CREATED: 30}
    before = engine.statistics()
    assert load(engine, [folder]).changes == {Change.UNCHANGED: 30}
    assert engine.statistics() == before


def test_two_documents_that_claim_one_identifier(engine: Engine, tmp_path: Path) -> None:
    folder = _folder(tmp_path, {"a.xml": _document("same", "Earlier"), "b.xml": _document("same", "Later"), "c.xml": _document("other")})
    report = load(engine, [folder])
    (conflict,) = report.conflicts
    assert (conflict.identifier, Path(conflict.earlier).name, Path(conflict.later).name) == ("same", "a.xml", "b.xml")
    kept = engine.get("same")
    assert kept is not None
    assert kept.title == "Later"
    assert [version.content for version in engine.versions("same")] == [(folder / "a.xml").read_bytes()]

    before = engine.statistics()
    again = load(engine, [folder])
    assert again.changes == {Change.UNCHANGED: 3}
    assert len(again.conflicts) == 1
    assert engine.statistics() == before
    assert len(engine.versions("same")) == 1


def test_a_document_that_comes_back_stands_again(engine: Engine, tmp_path: Path) -> None:
    folder = _folder(
        tmp_path, {"a.xml": _document("same", "First"), "b.xml": _document("same", "Second"), "c.xml": _document("same", "First")}
    )
    load(engine, [folder])
    kept = engine.get("same")
    assert kept is not None
    assert kept.title == "First"
    before = engine.statistics()
    load(engine, [folder])
    assert engine.statistics() == before


def test_a_changed_document_replaces_and_the_earlier_is_kept(engine: Engine, tmp_path: Path) -> None:
    folder = _folder(tmp_path, {"a.xml": _document("same", "Earlier")})
    load(engine, [folder])
    earlier = (folder / "a.xml").read_bytes()
    (folder / "a.xml").write_bytes(_document("same", "Later"))
    assert load(engine, [folder]).changes == {Change.UPDATED: 1}
    assert [version.content for version in engine.versions("same")] == [earlier]


def test_many_documents_are_read_by_several_processes(engine: Engine, tmp_path: Path) -> None:
    archive = tmp_path / "many.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for number in range(260):
            packed.writestr(f"{number:04}.xml", b"<broken" if number == 77 else _document(f"r{number}", f"Title {number}"))
    told: list[int] = []
    report = load(engine, [archive], progress=told.append, processes=2)
    assert report.changes == {Change.CREATED: 259}
    assert [refused.origin for refused in report.refused] == [f"{archive}!/0077.xml"]
    assert told == sorted(told)
    assert told[-1] == 260


def test_reindexing_reads_every_document_anew(engine: Engine, tmp_path: Path) -> None:
    folder = _folder(tmp_path, {f"{number}.xml": _document(f"r{number}", f"Title {number}") for number in range(5)})
    load(engine, [folder])
    before = [engine.get(identifier) for identifier in engine.identifiers()]
    assert engine.reindex(refresh) == 5
    after = [engine.get(identifier) for identifier in engine.identifiers()]
    assert after == before
    assert [record and record.provenance for record in after] == [record and record.provenance for record in before]


@pytest.mark.corpus
def test_the_whole_corpus_is_loaded_twice_and_comes_back(engine: Engine, corpus: Path) -> None:
    report = load(engine, [corpus])
    assert report.changes[Change.CREATED] + report.changes[Change.UPDATED] + len(report.refused) == report.documents
    assert not [refused for refused in report.refused if "fault of Reflecs" in refused.reason]
    by_identifier = {}
    for identifier in engine.identifiers():
        record = engine.get(identifier)
        assert record is not None
        assert record.source is not None
        assert record.provenance.origin is not None
        assert Path(record.provenance.origin).read_bytes() == record.source.content
        by_identifier[identifier] = record.source.content
    assert len(by_identifier) > 790
    before = engine.statistics()
    again = load(engine, [corpus])
    assert set(again.changes) == {Change.UNCHANGED}
    assert engine.statistics() == before
