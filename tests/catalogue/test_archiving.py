"""`reflecs archive`, from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalogue.archiving import archive
from tests.ordering.inbox import Archive, chart

TREE = {
    "nodes": [
        {
            "identifier": "SMOS",
            "kind": "mission",
            "title": "SMOS",
            "children": [{"identifier": "SMOS_L3", "kind": "data set", "title": "Maps", "criteria": ["time", "orbit", "cover"]}],
            "details": {"texts": ["orbit"]},
        }
    ]
}


@pytest.fixture
def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    prepared = Archive(tmp_path)
    prepared.close()
    monkeypatch.setenv("REFLECS_DATABASE", f"sqlite:///{tmp_path / 'command.sqlite'}")
    monkeypatch.setenv("REFLECS_ARCHIVE", str(tmp_path / "archive"))
    (tmp_path / "tree.json").write_text(json.dumps(TREE))
    return prepared


def run(*arguments: object, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(archive, [str(argument) for argument in arguments])
    assert result.exit_code == exit_code, result.output
    return result


def test_a_producer_delivers(prepared: Archive) -> None:
    assert run("tree", prepared.folder / "tree.json").stdout == "2 nodes made or changed.\n"
    assert run("tree", prepared.folder / "tree.json").stdout == "0 nodes made or changed.\n"
    prepared.put([chart(), chart("b.dat")])
    assert "accepted as delivery 1, 2 files, 10 bytes." in run("ingest", prepared.inbox).stdout
    assert "0 files, 0 bytes; 2 files were there already." in run("ingest", prepared.inbox / "manifest.csv").stdout
    told = json.loads(run("status", "--json").stdout)
    assert told == {"data_sets": 1, "files": 2, "bytes": 10, "deliveries": {"accepted": 2}}
    assert run("verify").stdout == "The archive is as it was registered, 2 files.\n"


def test_what_does_not_match_is_told_and_ends_with_one(prepared: Archive) -> None:
    run("tree", prepared.folder / "tree.json")
    prepared.put([chart(), chart("b.dat", sha256="0" * 64)])
    result = run("ingest", prepared.inbox, exit_code=1)
    assert "b.dat: Its SHA-256 is" in result.stderr
    assert "quarantined as delivery 1, 1 problem; nothing was registered." in result.stdout
    told = json.loads(run("ingest", "--json", prepared.inbox, exit_code=1).stdout)
    assert (told["state"], told["files"], [problem["file"] for problem in told["problems"]]) == ("quarantined", 2, ["b.dat"])
    assert "quarantined 2" in run("status").stdout


def test_a_damaged_archive_is_told_and_ends_with_one(prepared: Archive) -> None:
    run("tree", prepared.folder / "tree.json")
    prepared.put([chart()])
    run("ingest", prepared.inbox)
    (file,) = prepared.path.glob("files/*/SMOS_L3/*")
    file.chmod(0o600)
    file.write_bytes(b"A map")
    assert "Its SHA-256 is" in run("verify", exit_code=1).stderr
    (problem,) = json.loads(run("verify", "--json", exit_code=1).stdout)
    assert problem["file"].endswith("/SMOS_L3/map-1.dat")


def test_what_cannot_be_done_ends_with_two(prepared: Archive) -> None:
    assert "manifest.csv" in run("ingest", prepared.inbox, exit_code=2).stderr
    (prepared.folder / "tree.json").write_text("{}")
    assert "nodes" in run("tree", prepared.folder / "tree.json", exit_code=2).stderr


def test_samples_are_made_only_where_nothing_is(prepared: Archive) -> None:
    run("tree", prepared.folder / "tree.json")
    assert "nothing was made" in run("samples", "--if-empty").stderr
    assert json.loads(run("status", "--json").stdout)["files"] == 0
