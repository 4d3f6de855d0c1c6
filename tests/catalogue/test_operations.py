"""Health and metrics: the truth, also where the engine is slow, hangs, is gone, or is of another version."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.metrics import Metrics
from catalogue.pulse import Pulse
from catalogue.service import Catalogue, load
from catalogue.settings import Settings
from mappings.formats import write
from records.errors import EngineError
from records.model import Record

TOKEN = "a-curators-token-of-tests"


@pytest.fixture
def engine_url(tmp_path: Path) -> str:
    url = f"embedded:{tmp_path / 'catalogue'}"
    document = tmp_path / "a.xml"
    document.write_bytes(write(Record(identifier="a", title="Sea ice"), "iso19139"))
    engine = open_engine(url)
    load(engine, [document])
    engine.close()
    return url


@pytest.fixture
def client(engine_url: str) -> Iterator[FlaskClient]:
    app = create_app(Settings(engine=engine_url, curator_tokens=(TOKEN,)))
    yield app.test_client()
    app.extensions["catalogue"].engine.close()


Samples = dict[tuple[str, ...], float]


def samples(text: str) -> Samples:
    """Return the value of each sample by its name and the values of its labels; buckets are left out."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        for sample in family.samples:
            if not sample.name.endswith(("_bucket", "_created")):
                found[(sample.name, *(sample.labels[name] for name in sorted(sample.labels)))] = sample.value
    return found


def _measured(client: FlaskClient) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return samples(answer.get_data(as_text=True))


def _requests(found: Samples) -> Samples:
    return {key[1:]: value for key, value in found.items() if key[0] == "reflecs_requests_total"}


def test_requests_are_counted_by_door_method_and_status(client: FlaskClient) -> None:
    for method, path in (
        ("GET", "/"),
        ("GET", "/search?q=ice"),
        ("HEAD", "/records/a"),
        ("GET", "/records/none"),
        ("GET", "/csw?service=CSW&request=GetCapabilities"),
        ("POST", "/csw"),
        ("GET", "/ogc/conformance"),
        ("GET", "/ogc/nothing"),
        ("GET", "/oai?verb=Identify"),
        ("GET", "/opensearch/search?q=ice"),
        ("GET", "/wp-login.php"),
        ("PROPFIND", "/wp-login.php"),
        ("GET", "/health"),
        ("GET", "/health/live"),
        ("GET", "/robots.txt"),
    ):
        client.open(path, method=method)
    assert _requests(_measured(client)) == {
        ("pages", "GET", "2xx"): 3,
        ("pages", "HEAD", "2xx"): 1,
        ("pages", "GET", "4xx"): 1,
        ("csw", "GET", "2xx"): 1,
        ("csw", "POST", "2xx"): 1,
        ("ogc", "GET", "2xx"): 1,
        ("ogc", "GET", "4xx"): 1,
        ("oai", "GET", "2xx"): 1,
        ("opensearch", "GET", "2xx"): 1,
        ("other", "GET", "4xx"): 1,
        ("other", "other", "4xx"): 1,
        ("other", "GET", "2xx"): 2,
    }


def test_latency_and_engine_time_are_measured(client: FlaskClient) -> None:
    client.get("/search?q=ice")
    document = write(Record(identifier="b", title="Salt"), "json")
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/geo+json"}
    assert client.post("/ogc/collections/records/items", data=document, headers=headers).status_code == 201
    found = _measured(client)
    assert found["reflecs_request_seconds_count", "pages"] == 1
    assert found["reflecs_engine_seconds_count", "search"] >= 1
    assert found["reflecs_engine_seconds_count", "put"] == 1
    assert 0 < found["reflecs_engine_seconds_sum", "search"] < found["reflecs_request_seconds_sum", "pages"]


def test_metrics_show_what_the_catalogue_holds(client: FlaskClient, engine_url: str) -> None:
    writer = open_engine(engine_url)
    writer.delete(["a"], now=writer.statistics().updated or pytest.fail("it is empty"))
    writer.close()
    found = _measured(client)
    assert found["reflecs_engine_up",] == 1
    assert (found["reflecs_records",], found["reflecs_tombstones",]) == (0, 1)
    assert found["reflecs_engine_bytes",] > 0
    assert found["reflecs_updated_timestamp_seconds",] == pytest.approx(time.time(), abs=120)


def test_metrics_are_had_in_both_text_forms(client: FlaskClient) -> None:
    assert client.get("/metrics").content_type.startswith("text/plain; version=0.0.4")
    openmetrics = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert openmetrics.content_type.startswith("application/openmetrics-text")
    assert openmetrics.get_data(as_text=True).endswith("# EOF\n")


def test_ready_and_live_part_where_the_catalogue_is_broken(client: FlaskClient, engine_url: str) -> None:
    assert client.get("/health/ready").get_json() == client.get("/health").get_json() == {"status": "ok", "records": 1}
    with closing(sqlite3.connect(Path(engine_url.partition(":")[2]) / "records.sqlite")) as connection:
        connection.execute("DROP TABLE record")
    for path in ("/health", "/health/ready"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert answer.get_json()["status"] == "down"
    assert (client.get("/health/live").status_code, client.get("/health/live").get_json()) == (200, {"status": "ok"})
    assert client.get("/search?q=ice").status_code == 503
    found = _measured(client)
    assert found["reflecs_engine_up",] == 0
    assert ("reflecs_records",) not in found
    assert found["reflecs_engine_errors_total", "search"] >= 1
    assert _requests(found)["pages", "GET", "5xx"] == 1


def test_an_index_of_another_version_is_not_ready(client: FlaskClient, engine_url: str) -> None:
    with closing(sqlite3.connect(Path(engine_url.partition(":")[2]) / "records.sqlite")) as connection:
        connection.execute("UPDATE meta SET value = 'another' WHERE name = 'fields'")
        connection.commit()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert "reflecs reindex" in answer.get_json()["reason"]
    assert _measured(client)["reflecs_engine_up",] == 0


class _Hanging:
    """A real engine that answers when it is let."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, read_only=True)
        self.let = threading.Event()
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def statistics(self, *, hidden: frozenset[str] = frozenset()) -> Any:
        self.asked += 1
        assert self.let.wait(60)
        return self._engine.statistics(hidden=hidden)


def test_an_engine_that_hangs_keeps_nobody_waiting(engine_url: str) -> None:
    engine = _Hanging(engine_url)
    pulse = Pulse(engine, patience=0.05)
    for _ in range(3):
        with pytest.raises(EngineError, match=r"does not answer within 0\.05 seconds"):
            pulse.take()
    assert engine.asked == 1, "whoever asks meanwhile waits for the same answer"
    engine.let.set()
    pulse.patience = 60
    assert pulse.take().records == 1
    assert pulse.take().records == 1
    assert engine.asked in {2, 3}, "the last question may have waited for the answer before"
    engine.close()


def test_a_service_whose_engine_hangs_says_so(engine_url: str) -> None:
    engine = _Hanging(engine_url)
    app = create_app(Settings(engine=engine_url), Catalogue(engine, base_url="http://x"))
    client = app.test_client()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["reason"]) == (503, "The catalogue does not answer within 2 seconds.")
    assert _measured(client)["reflecs_engine_up",] == 0
    assert client.get("/health/live").status_code == 200
    engine.let.set()
    engine.close()


class _Faulty:
    """An engine with a fault of ours in it, the first time."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, read_only=True)
        self.faults = 1

    def __getattr__(self, name: str) -> Any:
        if name == "statistics" and self.faults:
            self.faults -= 1
            raise ZeroDivisionError
        return getattr(self._engine, name)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_is_told_and_the_next_question_is_asked_again(engine_url: str) -> None:
    engine = _Faulty(engine_url)
    pulse = Pulse(engine)
    others = set(threading.enumerate())
    with pytest.raises(EngineError, match="fault of Reflecs itself"):
        pulse.take()
    for thread in set(threading.enumerate()) - others:
        thread.join()  # its last words belong to this test
    assert pulse.take().records == 1
    engine.close()


def test_a_timed_engine_is_the_engine(engine_url: str) -> None:
    engine = open_engine(engine_url)
    timed = Metrics().timed(engine)
    assert timed.get("a") == engine.get("a")
    assert list(timed.identifiers()) == ["a"]
    timed.close()


@contextmanager
def _served(engine_url: str, *words: str) -> Iterator[str]:
    """Give the address of a server of its own, for a while."""
    command = [sys.executable, "-m", "catalogue.cli", "serve", "--port", "0", *words]
    variables = os.environ | {"REFLECS_ENGINE": engine_url}
    server = subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert server.stderr is not None
    try:
        for line in server.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found[0]
                break
        else:
            pytest.fail("the server did not say where it listens")
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0
        assert "answers at" not in server.stderr.read(), "one worker says it, and it is said once"
        server.stderr.close()


def _get(address: str, timeout: float = 30) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=timeout) as answer:  # noqa: S310 (our own server)
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_reflecs_serve_answers_and_stops(engine_url: str) -> None:
    with _served(engine_url) as address:
        assert _get(f"{address}/health", timeout=10)[0] == 200


def test_several_workers_count_together(engine_url: str) -> None:
    with _served(engine_url, "--workers", "2") as address:
        for _ in range(40):
            assert _get(f"{address}/search?q=ice")[0] == 200
        shown = [samples(_get(f"{address}/metrics")[1]) for _ in range(6)]
    for number, found in enumerate(shown):
        assert _requests(found)["pages", "GET", "2xx"] == 40, "whichever worker is asked"
        assert _requests(found).get(("other", "GET", "2xx"), 0) == number
        assert found["reflecs_request_seconds_count", "pages"] == 40
        assert (found["reflecs_engine_up",], found["reflecs_records",]) == (1, 1)
