"""Several processes on one catalogue: readers see commits, writers wait, a kill loses nothing that was acknowledged."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.query import Page, SearchQuery
from tests.contracts.making import NOW, entry, found

WRITER = """
import sys
from catalogue.engines import open_engine
from tests.contracts.making import NOW, entry
engine = open_engine(sys.argv[1])
name, batches, size = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
for batch in range(batches):
    engine.put([entry(f"{name} {batch} {k}", f"Title of {name} {batch}") for k in range(size)], now=NOW)
    if batch % 5 == 4:
        engine.delete([f"{name} {batch - 1} 0"], now=NOW)
    print(batch, flush=True)
"""


def writer(url: str, name: str, batches: int, size: int = 20) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, name, str(batches), str(size)], stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ}
    )


def test_a_reader_sees_what_another_process_has_put(engine: Engine, url: str) -> None:
    engine.put([entry("first", "First")], now=NOW)
    reader = open_engine(url, read_only=True)
    assert found(reader, "second") == []
    with writer(url, "second", 1) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        assert len(found(reader, "second", page=Page(limit=100))) == 20
    reader.close()


def test_writers_wait_for_each_other(url: str) -> None:
    open_engine(url).close()
    processes = [writer(url, name, 6) for name in ("one", "two", "three")]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    reader = open_engine(url, read_only=True)
    assert reader.statistics().records == 3 * (6 * 20 - 1)
    assert reader.search(SearchQuery(text="title")).number_matched == 3 * (6 * 20 - 1)
    assert reader.search(SearchQuery()).number_matched == 3 * (6 * 20 - 1)
    reader.close()


@pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_a_kill_loses_nothing_that_was_acknowledged(url: str, after: float) -> None:
    open_engine(url).close()
    process = writer(url, "killed", 10_000, 50)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline()]
    time.sleep(after)  # the moment of the kill is what this test varies
    process.send_signal(signal.SIGKILL)
    acknowledged += process.stdout.readlines()
    process.wait()
    process.stdout.close()

    reader = open_engine(url, read_only=True)
    reader.search(SearchQuery(text="title"))  # readers answer before anybody has mended anything
    reader.close()

    engine = open_engine(url)
    last = int([line for line in acknowledged if line.endswith("\n")][-1])
    state = ""
    while state != engine.statistics().state:  # what the killed writer had sent to a server may still come in
        state = engine.statistics().state
        kept = set(engine.identifiers())
        deleted = {tombstone.identifier for tombstone in engine.tombstones()}
        matched = [engine.search(query).number_matched for query in (SearchQuery(text="title"), SearchQuery(ids=tuple(sorted(kept))))]
    assert {f"killed {batch} {k}" for batch in range(last + 1) for k in range(50)} <= kept | deleted
    assert matched == [len(kept), len(kept)]
    engine.put([entry("afterwards", "Afterwards")], now=NOW)
    assert found(engine, "afterwards") == ["afterwards"]
    engine.close()
