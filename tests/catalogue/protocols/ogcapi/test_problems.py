"""What goes wrong on our side: a plain sentence to the asker, the rest to the log."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask

from catalogue.protocols.doors import UNAVAILABLE
from catalogue.protocols.ogcapi.problems import STATUS
from records.errors import CatalogueError, EngineError
from tests.catalogue.protocols.ogcapi.making import ITEMS, problem, written
from tests.catalogue.protocols.serving import TOKEN, serving


@pytest.mark.parametrize("path", ["/ogc/collections", "/ogc/collections/records", ITEMS, f"{ITEMS}?q=ice", f"{ITEMS}/arctic"])
def test_a_catalogue_that_cannot_answer_says_when_to_ask_again(tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture) -> None:
    with serving(tmp_path, written(tmp_path / "documents")) as app:
        with closing(sqlite3.connect(tmp_path / "catalogue" / "records.sqlite")) as connection:
            connection.executescript("DROP TABLE record; DROP TABLE document; DROP TABLE meta; DROP TABLE version;")
        with caplog.at_level(logging.ERROR):
            answer = app.test_client().get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    told = problem(answer)
    assert (told["code"], told["detail"]) == ("Unavailable", UNAVAILABLE)
    assert "sqlite" not in answer.text.lower()
    assert "table" not in answer.text
    assert path.partition("?")[0] in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "does"), [("POST", ITEMS, "create"), ("PUT", f"{ITEMS}/arctic", "replace"), ("DELETE", f"{ITEMS}/arctic", "delete")]
)
def test_a_curator_is_told_whether_anything_was_kept(
    tmp_path: Path, method: str, path: str, does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> NoReturn:
        raise EngineError("The disk is full; nothing was kept.")

    with serving(tmp_path, written(tmp_path / "documents"), tokens=(TOKEN,)) as app:
        monkeypatch.setattr(app.extensions["doors"].depositing, does, failing)
        document = b'{"type": "Feature", "id": "arctic", "properties": {"title": "T"}}'
        answer = app.test_client().open(path, method=method, data=document, headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert problem(answer)["detail"] == "The disk is full; nothing was kept."


def test_an_api_definition_needs_no_catalogue(tmp_path: Path) -> None:
    with serving(tmp_path, written(tmp_path / "documents")) as app:
        (tmp_path / "catalogue" / "records.sqlite").write_bytes(b"no database")
        for path in ("/ogc", "/ogc/openapi", "/ogc/conformance", "/ogc/collections/records/queryables"):
            assert app.test_client().get(path).status_code == 200


def test_a_fault_has_a_reference_and_no_trace(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving(tmp_path, written(tmp_path / "documents"), tokens=(TOKEN,)) as app:
        _break(app)
        with caplog.at_level(logging.ERROR):
            answer = app.test_client().get(f"{ITEMS}/arctic")
    assert answer.status_code == 500
    told = problem(answer)
    assert told["reference"] in told["detail"]
    assert told["reference"] in caplog.text
    assert "secret" not in answer.text
    assert "secret" in caplog.text


def _break(app: Flask) -> None:
    """Let the catalogue fail as no error of ours does."""

    def record(_identifier: str) -> NoReturn:
        raise ZeroDivisionError("a secret")

    app.extensions["catalogue"].record = record


def test_every_error_of_the_house_has_a_status() -> None:
    known = {error for error in _all_of(CatalogueError) if error.__module__ == "records.errors"}
    assert known == set(STATUS)


def _all_of(kind: type[CatalogueError]) -> set[type[CatalogueError]]:
    return {found for child in kind.__subclasses__() for found in {child, *_all_of(child)}}
