"""The command line: what it prints, where, and with which exit code."""

import json
import socket
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalogue.cli import main
from mappings.formats import write
from records.codes import Domain, LinkFunctionCode
from records.model import Link, Record

_RECORDS = (
    Record(identifier="ice/1", title="Sea ice thickness", abstract="Ice.", domain=Domain.EARTH),
    Record(identifier="doi:10.1/x", title="Light curves of stars", abstract="Étoiles.", domain=Domain.UNIVERSE),
    Record(
        identifier="ordered",
        title="Ordered data",
        domain=Domain.UNIVERSE,
        links=(Link(url="https://sipad.example.org", function=LinkFunctionCode.ORDER),),
    ),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REFLECS_ENGINE", f"embedded:{tmp_path / 'catalogue'}")
    documents = tmp_path / "documents"
    documents.mkdir()
    for number, record in enumerate(_RECORDS):
        (documents / f"{number}.xml").write_bytes(write(record, "iso19139"))
    return documents


def _run(*words: str) -> Result:
    result = CliRunner().invoke(main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def loaded(folder: Path) -> Path:
    assert _run("load", str(folder)).exit_code == 0
    return folder


def test_every_command_has_help() -> None:
    assert _run("--help").exit_code == 0
    for name in main.commands:
        shown = _run(name, "--help")
        assert shown.exit_code == 0
        assert "Usage" in shown.output


def test_help_loads_nothing_that_takes_long() -> None:
    heavy = ("alembic", "elasticsearch", "flask", "lxml", "msgspec", "numpy", "pycsw", "pygeofilter", "shapely", "sqlalchemy", "tantivy")
    asked = f"import sys, catalogue.cli; print(*[name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert told.stdout.split() == []


def test_load_sums_up(folder: Path) -> None:
    result = _run("load", str(folder))
    assert result.exit_code == 0
    assert "3 documents: 3 new, 0 replaced, 0 unchanged, 0 refused." in result.stdout
    assert "3 unchanged" in _run("load", str(folder)).stdout


def test_load_reports_what_it_refuses_and_loads_the_rest(folder: Path) -> None:
    (folder / "bad.xml").write_text("no XML")
    (folder / "notes.txt").write_text("")
    result = _run("load", str(folder))
    assert result.exit_code == 1
    assert "3 new" in result.stdout
    assert "bad.xml: not well-formed XML" in result.stderr
    assert "Passed over for its ending: 1 file" in result.stdout
    assert "notes.txt" in _run("load", "--verbose", str(folder)).stderr
    report = json.loads(_run("load", "--json", str(folder)).stdout)
    assert report["changes"] == {"unchanged": 3}
    assert [Path(row["document"]).name for row in report["refused"]] == ["bad.xml"]


def test_a_catalogue_that_holds_records_is_not_filled_again(folder: Path) -> None:
    del folder
    assert "nothing was loaded" not in _run("load", "--shipped", "--if-empty").stderr
    again = _run("load", "--shipped", "--if-empty")
    assert again.exit_code == 0
    assert "The catalogue holds 110 records already; nothing was loaded." in again.stderr


def test_the_shipped_records_load_without_a_problem(folder: Path) -> None:
    del folder
    report = json.loads(_run("load", "--shipped", "--json").stdout)
    assert report["refused"] == []
    assert report["problems"] == []
    assert report["changes"]["created"] >= 51


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("load",), "name a file"),
        (("load", "/no/such/place"), "no file or folder"),
        (("export", "ice/1", "-f", "word"), "there is no format 'word'"),
        (("search", "--domain", "astrology"), "astrology"),
        (("search", "--limit", "0"), "0"),
        (("validate",), "Missing argument"),
        (("validate", "/no/such/place"), "no file or folder"),
        (("fly",), "No such command"),
    ],
)
def test_wrong_input_is_exit_code_2_and_a_sentence(loaded: Path, words: tuple[str, ...], told: str) -> None:
    del loaded
    result = _run(*words)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_search_prints_what_it_finds(loaded: Path) -> None:
    del loaded
    result = _run("search", "ICE", "thickness")
    assert result.exit_code == 0
    assert result.stdout == "ice/1\tSea ice thickness\n"
    answer = json.loads(_run("search", "--json", "--domain", "universe").stdout)
    assert answer["number_matched"] == 2
    assert {row["identifier"] for row in answer["records"]} == {"doi:10.1/x", "ordered"}
    assert answer["records"][0]["url"].startswith("http://localhost:8000/records/")
    none = _run("search", "--domain", "life")
    assert none.exit_code == 1
    assert "No record matches" in none.stderr


def test_search_says_how_it_read_a_wrong_word(loaded: Path) -> None:
    del loaded
    result = _run("search", "thicknes")
    assert "ice/1" in result.stdout
    misspelt = _run("search", "thikcness")
    assert "ice/1" in misspelt.stdout
    assert "Searched as: thickness" in misspelt.stderr


def test_export_gives_the_very_bytes(loaded: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xml"
    assert _run("export", "ice/1", "-f", "iso19139", "-o", str(out)).exit_code == 0
    assert out.read_bytes() == (loaded / "0.xml").read_bytes()
    assert _run("export", "ice/1", "-f", "iso19139").stdout_bytes == (loaded / "0.xml").read_bytes()


def test_export_says_what_a_format_cannot_carry(loaded: Path) -> None:
    del loaded
    result = _run("export", "doi:10.1/x", "-f", "oai_dc")
    assert result.exit_code == 0
    assert "does not carry all of domain" in result.stderr


def test_export_of_an_unknown_record_is_exit_code_1(loaded: Path) -> None:
    del loaded
    result = _run("export", "nobody", "-f", "iso19139")
    assert result.exit_code == 1
    assert "'nobody'" in result.stderr


def test_several_records_become_one_pdf(loaded: Path, tmp_path: Path) -> None:
    del loaded
    out = tmp_path / "out.pdf"
    assert _run("export", "ice/1", "doi:10.1/x", "-f", "pdf", "-o", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_validate_tells_people_and_programs(tmp_path: Path) -> None:
    shipped = Path(str(files("records"))) / "holdings" / "universe" / "COROT.xml"
    (tmp_path / "good.xml").write_bytes(shipped.read_bytes())
    (tmp_path / "bad.xml").write_text("<html/>")
    result = _run("validate", str(tmp_path))
    assert result.exit_code == 1
    assert "bad.xml: errors" in result.stdout
    assert "good.xml: no errors (iso19139" in result.stdout
    rows = json.loads(_run("validate", "--json", str(tmp_path)).stdout)
    assert {Path(row["document"]).name: row["valid"] for row in rows} == {"good.xml": True, "bad.xml": False}


def test_stats_and_reindex(loaded: Path) -> None:
    del loaded
    values = json.loads(_run("stats", "--json").stdout)
    assert values["records"] == 3
    assert values["orderable"] == 1
    assert values["domains"] == {"earth": 1, "universe": 2, "life": 0, "material": 0}
    assert "records    3" in _run("stats").stdout
    assert "3 records indexed." in _run("reindex").stdout
    assert _run("search", "ice").exit_code == 0


def test_a_catalogue_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REFLECS_ENGINE", f"embedded:{tmp_path / 'nowhere'}")
    for words in (("search", "x"), ("stats",), ("export", "x", "-f", "dc"), ("reindex",)):
        result = _run(*words)
        assert result.exit_code == 2
        assert not (tmp_path / "nowhere").exists()
        assert "Traceback" not in result.output
        assert "Error" in result.stderr
    monkeypatch.setenv("REFLECS_ENGINE", "clay-tablets:/x")
    result = _run("stats")
    assert result.exit_code == 2
    assert "clay-tablets" in result.stderr


def test_serve_without_a_catalogue_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REFLECS_ENGINE", f"embedded:{tmp_path / 'nowhere'}")
    result = _run("serve", "--port", "0")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr


def test_serve_at_a_port_that_is_taken_is_a_sentence(loaded: Path) -> None:
    del loaded
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = _run("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "cannot be listened at" in result.stderr


def test_a_fault_of_ours_is_a_sentence_too(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del loaded
    monkeypatch.setattr("catalogue.service.exporting.losses", lambda *_: 1 // 0)
    result = _run("export", "ice/1", "-f", "dc")
    assert result.exit_code == 2
    assert "A fault of Reflecs itself" in result.stderr
    assert "ZeroDivisionError" in result.stderr
    assert "Traceback" not in result.output
