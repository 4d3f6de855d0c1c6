"""Two web workers and one loader at once, on both engines: no error, no lost update."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from tests.faults.doors import DOORS, Service, item
from tests.faults.running import document, ended, load, loader, make_source, served

RECORDS = 60
"""Few, so that the loader and those who write through the doors come upon the same ones."""
ENGINES = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The url of an empty catalogue."""
    if request.param == "embedded":
        yield f"embedded:{tmp_path / 'catalogue'}"
    else:
        yield request.getfixturevalue("empty_catalogue")


def test_two_workers_and_a_loader(url: str, tmp_path: Path) -> None:
    sources = [make_source(tmp_path / title, RECORDS, title=title) for title in ("first", "second", "third")]
    load(url, tmp_path / "first")
    with served(url) as service:
        stop = threading.Event()
        with ThreadPoolExecutor(3) as threads:
            asked = threads.submit(_ask, service, stop)
            writing = [threads.submit(_replace, service, writer, stop) for writer in ("one", "other")]
            for title in ("second", "third"):
                assert ended(loader(url, tmp_path / title)) == (0, "")
            stop.set()
            assert set(asked.result()) == {200}
            acknowledged = [change for written in writing for change in written.result()]
    assert len(acknowledged) > 5, "they did write at once"
    for source in sources:
        acknowledged += source.items()
    changes = defaultdict(set)
    for identifier, content in acknowledged:
        changes[identifier].add(content)
    assert _history(url) == changes


def _ask(service: Service, stop: threading.Event) -> list[int]:
    """Ask all doors, again and again; return the statuses."""
    statuses: list[int] = []
    while not stop.is_set():
        statuses += [service.ask(door.path).status for door in DOORS.values()]
    return statuses


def _replace(service: Service, writer: str, stop: threading.Event) -> list[tuple[str, bytes]]:
    """Replace one record after the other through a door; return what was acknowledged, which is all."""
    written: list[tuple[str, bytes]] = []
    while not stop.is_set():
        identifier = f"record-{len(written) % RECORDS:05}"
        content = document(identifier, f"{writer} {len(written)}")
        answer = service.ask(item(identifier), method="PUT", data=content)
        assert answer.status == 204, answer
        written.append((identifier, content))
    return written


def _history(url: str) -> dict[str, set[bytes]]:
    """Return all documents that each record has or had."""
    engine = open_engine(url)
    found: dict[str, set[bytes]] = {}
    for identifier in engine.identifiers():
        record = engine.get(identifier)
        assert record is not None
        assert record.source is not None
        found[identifier] = {record.source.content} | {version.content for version in engine.versions(identifier)}
    engine.close()
    return found
