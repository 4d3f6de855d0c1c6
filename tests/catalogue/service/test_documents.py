"""Documents are found in files, folders and archives, and nothing is passed over in silence."""

import os
import zipfile
from pathlib import Path

import pytest

from catalogue.service import documents
from catalogue.service.documents import Found, PassedOver, Unreadable, find


def _told(paths: list[Path]) -> list[tuple[str, str]]:
    names: list[tuple[str, str]] = []
    for seen in find(paths):
        match seen:
            case Found() | PassedOver():
                names.append((type(seen).__name__, seen.origin))
            case Unreadable():
                names.append(("Unreadable", str(seen)))
    return names


def test_folders_are_walked_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.xml", "a.json", "notes.txt", "sub/c.XML"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"<a/>")
    assert _told([tmp_path]) == [
        ("Found", str(tmp_path / "a.json")),
        ("Found", str(tmp_path / "b.xml")),
        ("PassedOver", str(tmp_path / "notes.txt")),
        ("Found", str(tmp_path / "sub/c.XML")),
    ]


def test_a_file_that_is_named_is_looked_at_whatever_its_ending(tmp_path: Path) -> None:
    path = tmp_path / "record.txt"
    path.write_bytes(b"<a/>")
    assert _told([path]) == [("Found", str(path))]


def test_archives_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b/one.xml", b"<one/>")
        archive.writestr("readme.md", b"")
        archive.writestr("inner.zip", b"PK")
    found = list(find([path]))
    assert [type(seen).__name__ for seen in found] == ["Found", "Unreadable", "PassedOver"]
    assert isinstance(found[0], Found)
    assert found[0].origin == f"{path}!/b/one.xml"
    assert found[0].read() == b"<one/>"


def test_a_broken_archive_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK no archive")
    (told,) = find([path])
    assert isinstance(told, Unreadable)
    assert "archive" in told.reason


def test_an_archive_never_unpacks_more_than_a_document_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 1000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.xml", b"0" * 100_000)
    (told,) = find([path])
    assert isinstance(told, Unreadable)
    assert "100,000 bytes" in told.reason


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    (found,) = find([path])
    assert isinstance(found, Found)
    with pytest.raises(Unreadable, match="104,857,600 bytes; at most"):
        found.read()


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    ((kind, told),) = _told([tmp_path / "missing.xml"])
    assert kind == "Unreadable"
    assert "no such file" in told


@pytest.mark.skipif(os.name == "nt", reason="named pipes are made otherwise there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xml")
    ((kind, told),) = _told([tmp_path])
    assert kind == "Unreadable"
    assert "no regular file" in told


def test_a_corrupt_member_does_not_stop_its_neighbours(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"<a>" + bytes(range(32, 120)) * 50 + b"</a>")
        archive.writestr("b.xml", b"<b/>")
    content = bytearray(path.read_bytes())
    content[40:60] = b"\xff" * 20
    path.write_bytes(content)
    first, second = find([path])
    assert isinstance(first, Unreadable)
    assert "cannot be unpacked" in first.reason
    assert isinstance(second, Found)
