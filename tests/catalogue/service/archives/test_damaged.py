"""Archives that are none, are damaged, or were made to do harm: refused with a sentence, and nothing is written."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.engines.base import Engine
from catalogue.service.archives import ArchiveError, backup, check, restore
from mappings.formats import write
from records.model import Record
from tests.catalogue.service.archives.conftest import NOW, kept

Catalogues = Callable[[str], Engine]
Members = dict[str, bytes]
Rows = list[dict[str, Any]]

_DOCUMENT = write(Record(identifier="a", title="Ice"), "iso19139")
_HEADING: dict[str, Any] = {"reflecs_archive": 1, "made": "2026-11-27T12:00:00Z"}
_CLOSING: dict[str, Any] = {"records": 1, "tombstones": 0, "documents": 1}
_FILE = "records/000/000000-a.xml"
_ROW: dict[str, Any] = {
    "identifier": "a",
    "kind": "current",
    "file": _FILE,
    "format": "iso19139",
    "sha256": hashlib.sha256(_DOCUMENT).hexdigest(),
    "loaded": "2026-11-27T12:00:00Z",
}


def _archive(path: Path, lines: list[Any], members: Members) -> Path:
    manifest = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**members, "manifest.jsonl": manifest}.items():
            archive.writestr(name, content)
    return path


def test_an_archive_by_hand_is_restored(catalogues: Catalogues, tmp_path: Path) -> None:
    """What the cases below are damaged from."""
    path = _archive(tmp_path / "a.zip", [_HEADING, _ROW, _CLOSING], {_FILE: _DOCUMENT})
    assert restore(catalogues("restored"), path).complete
    assert catalogues("restored").get("a") is not None


_BOMB = b'{"identifier": "' + b"x" * 10_000_000
_CASES: dict[str, tuple[list[Any], Members, str]] = {
    "without a manifest's heading": ([_ROW, _CLOSING], {_FILE: _DOCUMENT}, "does not begin as they do"),
    "of a later version": ([_HEADING | {"reflecs_archive": 2}, _ROW, _CLOSING], {_FILE: _DOCUMENT}, "one of a later version"),
    "with an empty manifest": ([], {}, "does not begin as they do"),
    "cut off": ([_HEADING, _ROW], {_FILE: _DOCUMENT}, "cut off"),
    "with something behind its closing": ([_HEADING, _CLOSING, _ROW], {_FILE: _DOCUMENT}, "follows its closing at line 3"),
    "with a line that is no JSON": ([_HEADING, b"{", _CLOSING], {}, "cannot be read at line 2"),
    "with bytes that are no UTF-8": ([_HEADING, b'{"identifier": "\xff"}', _CLOSING], {}, "cannot be read at line 2"),
    "with a member that is not known": ([_HEADING, _ROW | {"mode": 1}, _CLOSING], {_FILE: _DOCUMENT}, "unknown field `mode`"),
    "with a kind that is not known": ([_HEADING, _ROW | {"kind": "future"}, _CLOSING], {_FILE: _DOCUMENT}, "line 2"),
    "with an identifier that is a number": ([_HEADING, _ROW | {"identifier": 1}, _CLOSING], {_FILE: _DOCUMENT}, "line 2"),
    "with an identifier that is empty": ([_HEADING, _ROW | {"identifier": ""}, _CLOSING], {_FILE: _DOCUMENT}, "1 to 2000 characters"),
    "with a format that is not known": ([_HEADING, _ROW | {"format": "clay"}, _CLOSING], {_FILE: _DOCUMENT}, "none that is known"),
    "with a digest that is none": ([_HEADING, _ROW | {"sha256": "xyz"}, _CLOSING], {_FILE: _DOCUMENT}, "none that is known"),
    "with another document": ([_HEADING, _ROW, _CLOSING], {_FILE: _DOCUMENT + b" "}, "is not the document that the manifest tells of"),
    "with a time without a zone": ([_HEADING, _ROW | {"loaded": "2026-11-27T12:00:00"}, _CLOSING], {_FILE: _DOCUMENT}, "its zone"),
    "with a time that is none": ([_HEADING, _ROW | {"loaded": "yesterday"}, _CLOSING], {_FILE: _DOCUMENT}, "line 2"),
    "without its time": ([_HEADING, {k: v for k, v in _ROW.items() if k != "loaded"}, _CLOSING], {_FILE: _DOCUMENT}, "loaded"),
    "without a document": ([_HEADING, _ROW, _CLOSING], {}, "without holding it"),
    "with a document that nobody names": (
        [_HEADING, _ROW, _CLOSING],
        {_FILE: _DOCUMENT, "records/000/000001-b.xml": b"<b/>"},
        "000001-b.xml, of which its manifest knows nothing",
    ),
    "with one document for two": (
        [_HEADING, _ROW, _ROW | {"identifier": "b"}, _CLOSING | {"records": 2, "documents": 2}],
        {_FILE: _DOCUMENT},
        "twice",
    ),
    "with less than it says": ([_HEADING, _ROW, _CLOSING | {"records": 2}], {_FILE: _DOCUMENT}, "does not hold as much"),
    "out of order": ([_HEADING, _ROW | {"identifier": "b"}, _ROW], {_FILE: _DOCUMENT}, "not in their order at line 3"),
    "with a record that stands and is deleted": (
        [_HEADING, _ROW, {"identifier": "a", "kind": "deleted", "deleted": "2026-11-28T12:00:00Z"}, _CLOSING],
        {_FILE: _DOCUMENT},
        "rows of 'a' are not in their order",
    ),
    "with an earlier version of nothing": (
        [_HEADING, _ROW | {"kind": "earlier", "replaced": "2026-11-28T12:00:00Z"}, _CLOSING],
        {_FILE: _DOCUMENT},
        "rows of 'a' are not in their order",
    ),
    "with a way out": ([_HEADING, _ROW | {"file": "../../etc/passwd"}, _CLOSING], {"../../etc/passwd": _DOCUMENT}, "no name of a file"),
    "with a way to the root": ([_HEADING, _ROW | {"file": "/etc/passwd"}, _CLOSING], {"/etc/passwd": _DOCUMENT}, "no name of a file"),
    "with a document that is a bomb": ([_HEADING, _ROW, _CLOSING], {_FILE: bytes(40_000_000)}, "at most 33,554,432 are read"),
    "with a manifest that is a bomb": ([_HEADING, _BOMB], {}, "would unpack to"),
    "with a line that does not end": ([_HEADING, bytes(range(256)).replace(b"\n", b"") * 400], {}, "a line of more than 65,536 bytes"),
}


@pytest.mark.parametrize(("lines", "members", "told"), _CASES.values(), ids=_CASES)
def test_an_archive_that_is_damaged_is_refused(
    lines: list[Any], members: Members, told: str, catalogues: Catalogues, tmp_path: Path
) -> None:
    path = _archive(tmp_path / "a.zip", lines, members)
    empty = catalogues("restored")
    before = kept(empty)
    with pytest.raises(ArchiveError) as refused:
        restore(empty, path)
    assert told in str(refused.value)
    assert kept(empty) == before
    with pytest.raises(ArchiveError):
        check(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no zip archive"),
        (b"<gmd:MD_Metadata/>", "no zip archive"),
        (b"PK\x05\x06" + bytes(18), "no archive of Reflecs"),
        (b"PK\x05\x06" + bytes(4) + b"\x01\x00" * 2 + bytes(10), "directory is damaged"),
        (b"PK\x05\x06" + b"\xff" * 18, "directory is damaged"),
        (b"PK\x06\x07" + b"\xff" * 16 + b"PK\x05\x06" + b"\xff" * 18, "directory is damaged"),
    ],
    ids=["empty", "XML", "an empty zip", "cut off", "nonsense", "nonsense in zip64"],
)
def test_a_file_that_is_no_archive_is_refused(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=told):
        check(path)


def test_another_zip_of_documents_is_told_where_it_belongs(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.xml", _DOCUMENT)
    with pytest.raises(ArchiveError, match="reflecs load"):
        check(tmp_path / "a.zip")


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """As in bombs of overlapping members: a few megabytes that unpack to terabytes."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.jsonl", b"{}")
        archive.writestr("records/000/000000-a.xml", _DOCUMENT)
        archive.filelist[0].header_offset = archive.filelist[1].header_offset
    with pytest.raises(ArchiveError, match="overlaps"):
        check(path)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.jsonl", b"{}")
        archive.filelist[0].flag_bits |= 1
    with pytest.raises(ArchiveError, match="encrypted"):
        check(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """The bytes of an archive of a catalogue that has been through everything."""
    from catalogue.engines import open_engine
    from tests.catalogue.service.archives.conftest import live

    folder = tmp_path_factory.mktemp("whole")
    engine = open_engine(f"embedded:{folder / 'catalogue'}")
    live(engine)
    backup(engine, folder / "a.zip", now=NOW)
    engine.close()
    yield (folder / "a.zip").read_bytes()
    shutil.rmtree(folder)


@given(data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_anywhere_is_seen_or_does_no_harm(data: st.DataObject, whole: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A byte changed, or an end cut off: refused with a sentence, or all documents are what they were (a date in a header is nobody's)."""
    place = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        damaged = whole[:place]
    else:
        damaged = whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    path.write_bytes(damaged)
    try:
        holdings = check(path)
    except ArchiveError:
        return
    assert (holdings.records, holdings.tombstones, holdings.documents) == (7, 2, 14)
