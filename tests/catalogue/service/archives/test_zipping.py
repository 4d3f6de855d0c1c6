"""Zip archives: any number of members, read by others, and those of others read."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.service.archives.zipping import ArchiveError, Packing, ZipReader, ZipWriter

_NOW = datetime(2026, 11, 27, 12, 34, 56, tzinfo=UTC)
_FAR = 5 << 30


@given(contents=st.lists(st.binary(max_size=300) | st.binary(max_size=9).map(lambda some: some * 9999), max_size=5))
@settings(max_examples=50, deadline=None)
def test_what_is_packed_is_unpacked(contents: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "members.zip"
    with path.open("wb") as file, ZipWriter(file, _NOW) as writer:
        for number, content in enumerate(contents):
            writer.add(f"a/{number}", content)
    with zipfile.ZipFile(path) as theirs, ZipReader(path) as ours:
        for number, content in enumerate(contents):
            assert theirs.read(f"a/{number}") == content
            assert ours.read(f"a/{number}", 100_000) == content


def test_a_member_may_be_packed_while_others_are_written(tmp_path: Path) -> None:
    with (tmp_path / "a.zip").open("wb") as file, ZipWriter(file, _NOW) as writer, Packing() as packing:
        for number in range(10):
            writer.add(str(number), b"x")
            packing.write(b"%d\n" % number * 1000)
        writer.add_packed("all", packing)
    with zipfile.ZipFile(tmp_path / "a.zip") as theirs, ZipReader(tmp_path / "a.zip") as ours:
        assert theirs.testzip() is None
        assert theirs.getinfo("all").date_time == (2026, 11, 27, 12, 34, 56)
        assert list(ours.lines("all", 10, 10_000)) == [b"%d" % number for number in range(10) for _ in range(1000)]


def test_more_members_than_sixteen_bits_count(tmp_path: Path) -> None:
    with (tmp_path / "a.zip").open("wb") as file, ZipWriter(file, _NOW) as writer:
        for number in range(70_000):
            writer.add(f"{number}", b"")
    with zipfile.ZipFile(tmp_path / "a.zip") as theirs:
        assert len(theirs.namelist()) == 70_000
    with ZipReader(tmp_path / "a.zip") as ours:
        assert ours.read("69999", 1) == b""


def test_members_beyond_four_gigabytes(tmp_path: Path) -> None:
    """In a file that is a hole up to there, which takes no room."""
    path = tmp_path / "a.zip"
    with path.open("wb") as file:
        file.seek(_FAR)
        with ZipWriter(file, _NOW) as writer:
            writer.add("far", b"away" * 100)
    with zipfile.ZipFile(path) as theirs, ZipReader(path) as ours:
        assert theirs.getinfo("far").header_offset == _FAR
        assert theirs.read("far") == ours.read("far", 1000) == b"away" * 100


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_others_pack_is_read(method: int, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as theirs:
        theirs.comment = b"a comment behind the end"
        theirs.mkdir("folder")
        theirs.writestr("folder/été", b"x" * 3_000_000)
        with theirs.open("long", "w", force_zip64=True) as member:
            member.write(b"y")
    with ZipReader(tmp_path / "a.zip") as ours:
        assert ours.read("folder/été", 3_000_000) == b"x" * 3_000_000
        assert ours.read("long", 1) == b"y"
        with pytest.raises(ArchiveError, match="at most 10 are read"):
            ours.read("folder/été", 10)
        with pytest.raises(ArchiveError, match="nothing is missing"):
            ours.read("nothing", 1)


def test_a_member_larger_than_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as theirs:
        theirs.writestr("bomb", bytes(10_000_000))
        theirs.filelist[0].file_size = 5
    with ZipReader(path) as ours, pytest.raises(ArchiveError, match="not what was packed"):
        ours.read("bomb", 10)
