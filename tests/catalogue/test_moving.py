"""The commands that move the whole catalogue: what they print, where, and with which exit code."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalogue.cli import main
from catalogue.engines import open_engine
from mappings.formats import write
from records.model import Record
from tests.cluster.node import free_port


def _run(*words: str | Path, engine: str | None = None) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], env={"REFLECS_ENGINE": engine} if engine else {})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a catalogue of two records, one of them replaced, and a tombstone; REFLECS_ENGINE is it."""
    monkeypatch.setenv("REFLECS_ENGINE", f"embedded:{tmp_path / 'catalogue'}")
    document = tmp_path / "document.xml"
    for identifier, title in (("ice/1", "Ice"), ("ice/1", "Ice 2"), ("salt", "Salt"), ("gone", "Gone")):
        document.write_bytes(write(Record(identifier=identifier, title=title), "iso19139"))
        assert _run("load", document).exit_code == 0
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    engine.delete(["gone"], now=engine.statistics().updated or pytest.fail("it is empty"))
    engine.close()
    return tmp_path


def test_a_backup_is_checked_and_restored(here: Path) -> None:
    told = "2 records, 1 tombstone, 2 earlier versions"
    file, other = here / "a.zip", f"embedded:{here / 'other'}"
    written = _run("backup", file)
    assert (written.exit_code, written.stdout) == (0, f"{file}: {told}.\n")
    checked = _run("restore", "--check", file)
    assert (checked.exit_code, checked.stdout) == (0, f"{file} is whole: {told}.\n")
    restored = _run("restore", file, engine=other)
    assert (restored.exit_code, restored.stdout) == (0, "2 records and 1 tombstone restored, 0 there already, 0 differing.\n")
    counts = [json.loads(_run("stats", "--json", engine=engine).stdout) for engine in (None, other)]
    assert [counts[0] | {"bytes": 0}] == [counts[1] | {"bytes": 0}]


def test_programs_are_told_as_json(here: Path) -> None:
    file = here / "a.zip"
    held = {"file": str(file), "records": 2, "tombstones": 1, "documents": 4}
    assert json.loads(_run("backup", file, "--json").stdout) == held
    assert json.loads(_run("restore", file, "--check", "--json").stdout) == held
    restored = {"records": 2, "tombstones": 1, "there": 0, "differing": [], "lost": [], "unread": []}
    assert json.loads(_run("restore", file, "--json", engine=f"embedded:{here / 'other'}").stdout) == restored
    copied = json.loads(_run("copy", f"embedded:{here / 'copy'}", "--json").stdout)
    assert copied == {"source": {"records": 2, "tombstones": 1, "documents": 4}, **restored, "not_the_same": []}


def test_a_file_that_is_there_is_not_written_over_unasked(here: Path) -> None:
    file = here / "a.zip"
    file.write_text("mine")
    refused = _run("backup", file)
    assert refused.exit_code == 2
    assert f"There is a file {file} already" in refused.stderr
    assert file.read_text() == "mine"
    assert _run("backup", file, "--overwrite").exit_code == 0
    assert zipfile.is_zipfile(file)


def test_a_restoration_says_what_it_left(here: Path) -> None:
    file, document = here / "a.zip", here / "document.xml"
    _run("backup", file)
    full = _run("restore", file)
    assert full.exit_code == 2
    assert "not empty" in full.stderr
    again = _run("restore", file, "--merge")
    assert (again.exit_code, again.stdout) == (0, "0 records and 0 tombstones restored, 3 there already, 0 differing.\n")
    other = f"embedded:{here / 'other'}"
    document.write_bytes(write(Record(identifier="salt", title="Salt of another"), "iso19139"))
    _run("load", document, engine=other)
    merged = _run("restore", file, "--merge", engine=other)
    assert merged.exit_code == 1
    assert "salt: the catalogue's own stays" in merged.stderr
    assert "1 record and 1 tombstone restored, 0 there already, 1 differing." in merged.stdout


def test_a_damaged_archive_is_a_sentence(here: Path) -> None:
    file = here / "a.zip"
    _run("backup", file)
    content = bytearray(file.read_bytes())
    content[200] ^= 255
    file.write_bytes(content)
    for words in (("restore", file, "--check"), ("restore", file, "--merge")):
        refused = _run(*words)
        assert refused.exit_code == 2
        assert "is damaged" in refused.stderr
        assert "Traceback" not in refused.output


def test_a_copy_says_whether_both_are_the_same(here: Path) -> None:
    target = f"embedded:{here / 'copy'}"
    copied = _run("copy", target)
    assert copied.exit_code == 0
    assert "2 records, 1 tombstone, 2 earlier versions: the same in both." in copied.stdout
    itself = _run("copy", f"embedded:{here / 'catalogue'}")
    assert itself.exit_code == 2
    assert "where the catalogue is already" in itself.stderr
    nowhere = _run("copy", "clay-tablets:/x")
    assert nowhere.exit_code == 2
    assert "clay-tablets" in nowhere.stderr


def test_a_catalogue_that_is_not_there_is_a_sentence(here: Path) -> None:
    for engine in (f"embedded:{here / 'nowhere'}", f"elasticsearch:http://127.0.0.1:{free_port()}/nobody"):
        for words in (("stats",), ("stats", "--json"), ("backup", here / "b.zip"), ("copy", f"embedded:{here / 'copy'}")):
            refused = _run(*words, engine=engine)
            assert refused.exit_code == 2
            assert refused.stderr.startswith("Error: ")
            assert "Traceback" not in refused.output
    assert not (here / "b.zip").exists()
    assert not (here / "copy").exists()
