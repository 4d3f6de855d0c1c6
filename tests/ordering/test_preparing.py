"""Files are made whole, verified, and the same each time."""

import gzip
import hashlib
import io
import random
import subprocess
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.codelists import Compression
from ordering.models import Packaging
from ordering.preparing import Made, Planned, Preparing, PreparingError, Source, plan
from ordering.quota import packages_of, room_for

WHEN = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
NUMBER = "R0123456789ABCD"
FORMS = [(Compression.NONE, None), *((one, other) for one in list(Compression)[1:] for other in Packaging)]


def _source(archive: Path, data_set: str, name: str, content: bytes) -> Source:
    path = archive / data_set / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Source(data_set=data_set, name=name, path=f"{data_set}/{name}", bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    noise = random.Random(7).randbytes(1_200_000)  # noqa: S311 -- the same each time is meant
    return [
        _source(tmp_path / "files", "STARWIND", "a.tar.gz", noise),
        _source(tmp_path / "files", "STARWIND", "b.txt", b"light " * 1000),
        _source(tmp_path / "files", "MASK", "b.txt", b"another file of the same name"),
        _source(tmp_path / "files", "MASK", "empty", b""),
    ]


def _make(folder: Path, sources: list[Source], compression: Compression, packaging: Packaging | None) -> dict[str, Made]:
    out = folder / "out"
    out.mkdir(exist_ok=True)
    preparing = Preparing(folder / "files", "mark", lambda: None)
    return {one.name: preparing.make(one, compression, packaging, out, WHEN) for one in plan(NUMBER, sources, compression, packaging)}


def _unpacked(path: Path, name: str) -> dict[str, bytes]:
    """What somebody gets out of a delivered file with everyday tools."""
    if name.endswith(".zip"):
        assert subprocess.run(["python3", "-m", "zipfile", "-t", str(path)], check=True, capture_output=True).returncode == 0
        with zipfile.ZipFile(path) as packed:
            return {one.filename: packed.read(one) for one in packed.infolist()}
    content = path.read_bytes()
    if name.endswith((".gz", ".tar.gz")):
        content = gzip.decompress(content)
        if not name.endswith(".tar.gz") or name == "a.tar.gz.gz":
            return {name.removesuffix(".gz"): content}
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        return {one.name: opened.read() for one in packed if (opened := packed.extractfile(one)) is not None}


@pytest.mark.parametrize(("compression", "packaging"), FORMS)
def test_every_form_gives_back_each_byte(
    tmp_path: Path, sources: list[Source], compression: Compression, packaging: Packaging | None
) -> None:
    made = _make(tmp_path, sources, compression, packaging)
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == set(made)
    found: list[bytes] = []
    for name, one in made.items():
        content = (out / name).read_bytes()
        assert (one.bytes, one.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        found += [content] if compression is Compression.NONE else _unpacked(out / name, name).values()
    assert sorted(found) == sorted((tmp_path / "files" / source.path).read_bytes() for source in sources)
    files, size = len(sources), sum(source.bytes for source in sources)
    assert sum(one.bytes for one in made.values()) <= room_for(files, size, compression, packages_of(packaging, files, 2))


def test_one_archive_a_data_set_and_one_for_all_are_named_by_it(tmp_path: Path, sources: list[Source]) -> None:
    assert set(_make(tmp_path, sources, Compression.TAR, Packaging.DATA_SET)) == {"STARWIND.tar", "MASK.tar"}
    assert set(_make(tmp_path, sources, Compression.GZIP, Packaging.ORDER)) == {f"{NUMBER}.tar.gz"}
    inside = _unpacked(tmp_path / "out" / f"{NUMBER}.tar.gz", f"{NUMBER}.tar.gz")
    assert set(inside) == {"STARWIND/a.tar.gz", "STARWIND/b.txt", "MASK/b.txt", "MASK/empty"}


def test_files_of_one_name_do_not_overwrite_each_other(sources: list[Source]) -> None:
    planned = plan(NUMBER, sources, Compression.NONE, None)
    assert [one.name for one in planned] == ["a.tar.gz", "STARWIND.b.txt", "MASK.b.txt", "empty"]


@pytest.mark.parametrize(("compression", "packaging"), FORMS)
def test_what_is_made_again_is_the_same(
    tmp_path: Path, sources: list[Source], compression: Compression, packaging: Packaging | None
) -> None:
    """So a delivery that was broken off goes on in the middle of a file."""
    assert _make(tmp_path, sources, compression, packaging) == _make(tmp_path, sources, compression, packaging)


@pytest.mark.parametrize(("compression", "packaging"), FORMS)
@pytest.mark.parametrize("damage", ["changed", "shorter", "longer", "gone"])
def test_a_damaged_file_of_the_archive_is_never_delivered(
    tmp_path: Path, sources: list[Source], compression: Compression, packaging: Packaging | None, damage: str
) -> None:
    path = tmp_path / "files" / sources[0].path
    content = bytearray(path.read_bytes())
    match damage:
        case "changed":
            content[1_100_000] ^= 1
        case "shorter":
            content.pop()
        case "longer":
            content.append(0)
    path.write_bytes(content)
    if damage == "gone":
        path.unlink()
    with pytest.raises(PreparingError, match=r"a\.tar\.gz"):
        _make(tmp_path, sources, compression, packaging)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_link_out_of_the_archive_is_not_followed(tmp_path: Path, sources: list[Source]) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"light " * 1000)  # the very bytes that were registered
    path = tmp_path / "files" / sources[1].path
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(PreparingError):
        _make(tmp_path, sources[1:2], Compression.NONE, None)
    outside = Source(data_set="X", name="secret", path="../secret", bytes=6000, sha256=sources[1].sha256)
    with pytest.raises(PreparingError):
        _make(tmp_path, [outside], Compression.NONE, None)


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/b", "..", ".", "", "a\\b", ".hidden", "a\nb", "x" * 300])
def test_no_file_is_made_outside_its_folder(tmp_path: Path, sources: list[Source], name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        Preparing(tmp_path / "files", "mark", lambda: None).make(
            Planned(name=name, members=(("x", sources[1]),)), Compression.NONE, None, tmp_path, WHEN
        )


_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60)


def test_a_name_that_is_made_meets_no_name_that_is_there() -> None:
    pairs = [("a", "x"), ("b", "x"), ("b", "a.x"), ("a", "y"), ("b", "Y"), ("b", "A.Y")]
    sources = [Source(data_set=data_set, name=name, path="x", bytes=0, sha256="") for data_set, name in pairs]
    names = [one.name.casefold() for one in plan(NUMBER, sources, Compression.NONE, None)]
    assert names == ["a.x", "b.x", "2-a.x", "a.y", "b.y", "2-a.y"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_NAMES, st.sampled_from(["a", "b", "A"])), min_size=1, max_size=8, unique=True), st.sampled_from(FORMS))
def test_no_two_files_of_an_order_have_one_name(pairs: list[tuple[str, str]], form: tuple[Compression, Packaging | None]) -> None:
    sources = [Source(data_set=data_set, name=name, path="x", bytes=0, sha256="") for data_set, name in pairs]
    planned = plan(NUMBER, sources, *form)
    assert len({one.name.casefold() for one in planned}) == len(planned)
    assert sum(len(one.members) for one in planned) == len(sources)
    for one in planned:
        assert len({name for name, _ in one.members}) == len(one.members)
