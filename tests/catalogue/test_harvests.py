"""`reflecs harvest`, from the command line, on a folder of records."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from catalogue.cli import main
from catalogue.engines import open_engine
from catalogue.harvesting import standing
from catalogue.harvesting.models import HarvestSource
from catalogue.harvesting.runner import Runner
from catalogue.harvesting.views import RunView
from database import Database
from mappings.formats import write
from records.model import Record
from tests.harvesters.sites import live
from tests.harvesters.test_json_sources import Items


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REFLECS_DATABASE", f"sqlite:///{tmp_path / 'reflecs.sqlite'}")
    monkeypatch.setenv("REFLECS_ENGINE", f"embedded:{tmp_path / 'catalogue'}")
    monkeypatch.setenv("REFLECS_QUEUE", f"sqlite:{tmp_path / 'queue.sqlite'}")
    monkeypatch.setenv("REFLECS_ALLOW_PRIVATE_ADDRESSES", "1")
    made = tmp_path / "records"
    made.mkdir()
    for number in range(5):  # without links: `reflecs work` would ask for them
        record = Record(identifier=f"glacier-{number}", title=f"Glacier {number}", abstract="Ice.")
        (made / f"{number}.xml").write_bytes(write(record, "iso19139"))
    return made


def run(*arguments: object, exit_code: int = 0, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(main, ["harvest", *(str(argument) for argument in arguments)], input=stdin)
    assert result.exit_code == exit_code, result.output
    return result


def told(*arguments: object, exit_code: int = 0) -> Any:
    return json.loads(run(*arguments, "--json", exit_code=exit_code).stdout)


def identifiers(tmp_path: Path) -> list[str]:
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}", read_only=True)
    try:
        return list(engine.identifiers())
    finally:
        engine.close()


def test_a_source_is_set_up_previewed_run_and_held(folder: Path, tmp_path: Path) -> None:
    open_engine(f"embedded:{tmp_path / 'catalogue'}").close()
    run("add", "papers", "folder", folder)
    assert told("preview", "papers")["created"] == 5
    assert identifiers(tmp_path) == []
    assert told("run", "papers")["created"] == 5
    assert len(identifiers(tmp_path)) == 5
    again = told("run", "papers")
    assert (again["unchanged"], again["created"], again["state"]) == (5, 0, "done")
    for path in sorted(folder.iterdir())[:2]:
        path.unlink()
    assert "2 of 5 records would be withdrawn" in run("preview", "papers", exit_code=2).stderr
    held = run("run", "papers", exit_code=2)
    assert "2 would be withdrawn" in held.stdout
    assert "reflecs harvest confirm papers" in held.stderr
    assert len(identifiers(tmp_path)) == 5
    assert "held" in run("status", exit_code=2).stdout
    run("confirm", "papers")
    assert len(identifiers(tmp_path)) == 3
    assert "No run of papers is held." in run("keep", "papers", exit_code=1).stderr
    run("status", "papers")


def test_what_cannot_be_read_is_told_and_ends_with_one(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.xml").write_text("<no-record/>")
    run("add", "papers", "folder", folder)
    result = run("run", "papers", exit_code=1)
    assert "1 rejected" in result.stdout
    assert "bad.xml" in result.stderr
    assert len(identifiers(tmp_path)) == 5


def test_a_source_that_fails_ends_with_two(folder: Path, tmp_path: Path) -> None:
    run("add", "papers", "folder", tmp_path / "nowhere")
    assert "nowhere" in run("run", "papers", exit_code=2).stderr
    assert run("status", exit_code=2).stdout.startswith("papers")
    assert "There is no such source." in run("run", "others", exit_code=2).stderr
    assert folder.exists()


@pytest.mark.usefixtures("folder")
def test_a_walk_that_may_have_missed_something_ends_with_one() -> None:
    items = Items(50)
    with live(items) as address:
        run("add", "stars", "records", f"{address}/collections/one/items", "--rate", 0, "--page-size", 10)
        run("run", "stars")
        items.lies = {"circle": True}
        for command in ("preview", "run"):
            result = run(command, "stars", exit_code=1)
            assert "10 of 50 documents seen" in result.stdout
            assert "It is not certain that all was seen, so nothing was taken for gone." in result.stderr
        assert "50 records, perhaps not all seen" in run("status", exit_code=1).stdout
        assert told("run", "stars", exit_code=1)["unsure"] is True
        items.lies = {}
        run("run", "stars")
        assert "perhaps" not in run("status").stdout


def test_schedules(folder: Path) -> None:
    run("add", "papers", "folder", folder, "--schedule", "daily 03:00", "--domain", "earth", "--policy", "first", "--share", 0.5)
    assert "papers is due" in run("schedule", "papers", "weekly monday 04:30").stderr
    assert "A schedule is" in run("schedule", "papers", "sometimes", exit_code=2).stderr
    assert "when somebody asks" in run("schedule", "papers", "--off").stderr
    run("schedule", "papers", exit_code=2)


def test_work_harvests_what_is_due_and_checks_records(folder: Path, tmp_path: Path) -> None:
    open_engine(f"embedded:{tmp_path / 'catalogue'}").close()
    run("add", "papers", "folder", folder, "--schedule", "hourly")
    database = Database(f"sqlite:///{tmp_path / 'reflecs.sqlite'}")
    with database.writing() as session:
        session.execute(update(HarvestSource).values(due=datetime(2026, 1, 1, tzinfo=UTC)))
    database.close()
    result = CliRunner().invoke(main, ["work", "--once"])
    assert result.stdout == "Worked on 0 orders and 1 harvest, made 5 checks.\n", result.output
    assert len(identifiers(tmp_path)) == 5
    status = json.loads(run("status", "--json").stdout)
    assert (status[0]["last"]["by"], status[0]["last"]["state"]) == ("schedule", "done")


def test_a_source_is_removed_with_or_without_its_records(folder: Path, tmp_path: Path) -> None:
    for withdraw, left in ((False, 5), (True, 0)):
        run("add", "papers", "folder", folder)
        run("run", "papers")
        run("remove", "papers", *(["--withdraw"] if withdraw else []))
        assert len(identifiers(tmp_path)) == left
        assert "There is no source yet" in run("status").stderr


def test_a_secret_is_read_and_never_shown(folder: Path) -> None:
    run("add", "closed", "csw", "https://catalogue.example.org/csw", "--user", "me", stdin="sesame\n")
    assert "sesame" not in run("status", "closed").output + json.dumps(json.loads(run("status", "closed", "--json").stdout))
    assert "NAME=VALUE" in run("add", "odd", "csw", "https://x.example.org", "--filter", "nothing", exit_code=2).stderr
    assert folder.exists()


def test_a_worker_next_door_takes_nothing_that_a_command_does(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`reflecs work` looks for runs at the very moment in which a command has asked for one."""
    begin, taken = Runner.run, []

    def run_with_neighbour(self: Runner, *asked: Any, **how: Any) -> RunView:
        taken.append(self.run_due())
        return begin(self, *asked, **how)

    monkeypatch.setattr(Runner, "run", run_with_neighbour)
    run("add", "papers", "folder", folder)
    run("preview", "papers")
    run("run", "papers")
    for path in sorted(folder.iterdir())[:2]:
        path.unlink()
    run("run", "papers", exit_code=2)
    run("confirm", "papers")
    run("remove", "papers", "--withdraw")
    assert taken == [0] * 5
    assert identifiers(tmp_path) == []


def test_what_could_not_be_done_ends_with_two(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", "papers", "folder", folder)
    run("run", "papers")
    for path in sorted(folder.iterdir())[:2]:
        path.unlink()
    run("run", "papers", exit_code=2)
    with monkeypatch.context() as broken:
        broken.setenv("REFLECS_ENGINE", f"embedded:{folder / '3.xml'}")
        assert "failed" in (refused := run("confirm", "papers", exit_code=2)).stdout
        assert refused.stderr
        left = run("remove", "papers", "--withdraw", exit_code=2)
        assert "is removed" not in left.output
        assert "failed" in left.stdout
    assert len(identifiers(tmp_path)) == 5
    assert "its records are withdrawn" in run("remove", "papers", "--withdraw").stderr
    assert identifiers(tmp_path) == []


def test_very_many_are_kept_or_removed_by_the_command_itself(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "FEW", 1)
    run("add", "papers", "folder", folder)
    run("run", "papers")
    for path in sorted(folder.iterdir())[:2]:
        path.unlink()
    run("run", "papers", exit_code=2)
    assert "The records of papers stay." in run("keep", "papers").stderr
    assert told("status")[0]["last"]["state"] == "done"
    assert "its records stay" in run("remove", "papers").stderr
    assert "There is no source yet" in run("status").stderr
    assert len(identifiers(tmp_path)) == 5
