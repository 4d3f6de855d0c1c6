"""Packed files: what is whole goes through, what would harm who unpacks it does not."""

import gzip
import io
import random
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from ordering.packed import PackedLimits, whats_wrong
from tests.ordering.inbox import tar, tar_gz

LIMITS = PackedLimits(ratio=20, free=200_000, most=3_000_000, members=50)
NOISE = random.Random(1).randbytes(150_000)  # noqa: S311 -- the same each time


def look(tmp_path: Path, name: str, content: bytes) -> str | None:
    path = tmp_path / "copy"
    path.write_bytes(content)
    return whats_wrong(path, name, LIMITS)


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def special(name: str, kind: bytes, link: str = "") -> bytes:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return gzip.compress(tar({"a": b"a"}, member))


def lying_header() -> bytes:
    """Return a tar.gz whose extended header says that it has a gigabyte."""
    member = tarfile.TarInfo("PaxHeader")
    member.type, member.size = tarfile.XHDTYPE, 1 << 30
    return gzip.compress(member.tobuf(tarfile.USTAR_FORMAT) + bytes(100_000))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tar.gz", tar_gz({"a/b.fits": NOISE, "README": b"text", "é.txt": b""})),
        ("A.TGZ", tar_gz({"a": b"a"})),
        ("a.tar", tar({"a": NOISE})),
        ("a.gz", gzip.compress(NOISE)),
        ("a.zip", zipped({"a/b.fits": NOISE, "a/": b""})),
        ("a.fits", b"whatever it is"),
    ],
)
def test_what_is_whole_goes_through(tmp_path: Path, name: str, content: bytes) -> None:
    assert look(tmp_path, name, content) is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.gz", gzip.compress(bytes(2_900_000)), id="ratio"),
        pytest.param("a.gz", gzip.compress(NOISE * 21), id="most"),
        pytest.param("a.tar.gz", tar_gz({"a": bytes(2_900_000)}), id="tar ratio"),
        pytest.param("a.tar.gz", gzip.compress(gzip.compress(tar({"a": bytes(10**8)}))), id="nested, which is no tar"),
        pytest.param("a.tar.gz", gzip.compress(tar({"a": b""}) + bytes(2_900_000)), id="behind the end of a tar"),
        pytest.param("a.zip", zipped({"a": bytes(2_900_000)}), id="zip ratio"),
        pytest.param("a.zip", zipped({f"{number}": bytes(190_000) for number in range(20)}), id="zip, together"),
        pytest.param("a.zip", zipped({f"{number}": b"" for number in range(51)}), id="zip members"),
        pytest.param("a.tar.gz", tar_gz({f"{number}": b"" for number in range(51)}), id="tar members"),
        pytest.param("a.tar.gz", lying_header(), id="lying header"),
    ],
)
def test_bombs_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    assert look(tmp_path, name, content)


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    honest = zipped({"a": bytes(2_900_000)})
    lying = honest.replace(struct.pack("<L", 2_900_000), struct.pack("<L", 5))
    assert lying != honest
    assert look(tmp_path, "a.zip", lying)


@pytest.mark.parametrize("inside", ["../etc/passwd", "/etc/passwd", "a/../../b", "..\\b", "C:\\b", "C:b", "a\nb", "a/" * 600 + "b"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, inside: str) -> None:
    assert look(tmp_path, "a.tar.gz", tar_gz({inside: b"x"}))
    assert look(tmp_path, "a.tar", tar({inside: b"x"}))
    assert look(tmp_path, "a.zip", zipped({inside: b"x"}))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path, kind: bytes) -> None:
    told = look(tmp_path, "a.tar.gz", special("dangerous", kind, "/etc/passwd"))
    assert told is not None
    assert "dangerous" in told


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert look(tmp_path, "a.zip", packed.getvalue())


WHOLE = {"a.tar.gz": tar_gz({"a": NOISE, "b": b"b"}), "a.gz": gzip.compress(NOISE), "a.zip": zipped({"a": NOISE, "b": b"b"})}


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("cut", [0, 1, 9, 500, 150_020])
def test_what_is_cut_short_is_refused(tmp_path: Path, name: str, cut: int) -> None:
    assert look(tmp_path, name, WHOLE[name][:cut])


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("place", range(100, 150_000, 14_989))
def test_what_is_damaged_is_refused(tmp_path: Path, name: str, place: int) -> None:
    damaged = bytearray(WHOLE[name])
    damaged[place] ^= 0xFF
    assert look(tmp_path, name, bytes(damaged))


def test_what_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    for name in ("a.tar.gz", "a.tar", "a.gz", "a.zip"):
        assert look(tmp_path, name, b"not packed at all" * 100)
    assert look(tmp_path, "a.tar.gz", tar_gz({}))
    assert look(tmp_path, "a.tar.gz", gzip.compress(NOISE))
