"""Real servers: our own at each of its doors, stock pycsw, stock pygeoapi."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from catalogue.service import Catalogue
from harvesters.outcomes import Fetched
from mappings.formats import read, write
from tests.catalogue.protocols.serving import HOLDINGS, ISO_3, NOW, serving
from tests.harvesters.sites import Ran, live_app, run, source

STOCK = Path(__file__).parent / "stock.py"


def _shipped() -> dict[str, bytes]:
    documents = [path.read_bytes() for path in sorted(HOLDINGS.rglob("*.xml"))]
    return {read(document).identifier: document for document in documents}


def _contents(ran: Ran) -> dict[str, bytes]:
    return {each.key: each.content for each in ran.outcomes if isinstance(each, Fetched)}


def _canonical(content: bytes) -> str:
    return str(etree.canonicalize(content.decode(), with_comments=False))


@pytest.fixture(scope="module")
def shipped() -> dict[str, bytes]:
    return _shipped()


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[tuple[str, Catalogue]]:
    with serving(tmp_path, [HOLDINGS]) as app, live_app(app) as address:
        yield address, app.extensions["catalogue"]


@pytest.mark.parametrize("filters", [{}, {"version": "3.0.0"}, {"schema": "http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/"}])
def test_our_own_csw(ours: tuple[str, Catalogue], shipped: dict[str, bytes], filters: dict[str, str]) -> None:
    asked = source("csw", f"{ours[0]}/csw", filters=filters, page_size=40)
    ran = run(asked)
    assert set(ran.fetched) == set(shipped)
    assert len(ran.fetched) == len(shipped)
    assert (ran.expected, ran.complete) == (len(shipped), True)
    came = [read(content) for content in _contents(ran).values()]
    assert {record.identifier for record in came} == set(shipped)
    assert {record.source.format for record in came if record.source} == {"dif10" if "schema" in filters else "iso19115-3"}
    since = run(asked, known=ran.marks, since=datetime(2100, 1, 1, tzinfo=UTC))
    assert len(since.unchanged) == len(shipped)
    assert since.complete


@pytest.mark.parametrize(
    ("protocol", "door", "filters"),
    [("csw", "/csw", {"version": "2.0.2"}), ("csw", "/csw", {"version": "3.0.0"}), ("oai", "/oai", {}), ("reflecs", "", {})],
)
def test_iso_19115_3_comes_from_our_own_service_as_it_was_loaded(tmp_path: Path, protocol: str, door: str, filters: dict[str, str]) -> None:
    documents = [path.read_bytes() for path in sorted(ISO_3.glob("*.xml"))]
    with serving(tmp_path, ISO_3.glob("*.xml")) as app, live_app(app) as address:
        ran = run(source(protocol, f"{address}{door}", filters=filters))
    came = list(_contents(ran).values())
    assert ran.complete
    assert {_canonical(content) for content in came} == {_canonical(content) for content in documents}
    if protocol == "reflecs":
        assert sorted(came) == sorted(documents)


def test_our_own_csw_by_cql(ours: tuple[str, Catalogue]) -> None:
    ran = run(source("csw", f"{ours[0]}/csw", filters={"cql": "dc:title like '%DEMETER%'"}))
    assert 0 < len(ran.fetched) < 50
    assert ran.complete


def test_our_own_records(ours: tuple[str, Catalogue], shipped: dict[str, bytes]) -> None:
    ran = run(source("records", f"{ours[0]}/ogc/collections/records", page_size=40))
    assert set(ran.fetched) == set(shipped)
    assert ran.complete
    assert {read(content).identifier for content in _contents(ran).values()} == set(shipped)


def test_our_own_oai(ours: tuple[str, Catalogue], shipped: dict[str, bytes]) -> None:
    asked = source("oai", f"{ours[0]}/oai")
    ran = run(asked)
    assert {read(content).identifier for content in _contents(ran).values()} == set(shipped)
    assert ran.complete
    assert len(run(asked, known=ran.marks).unchanged) == len(shipped)
    (gone, *_) = shipped
    ours[1].engine.delete([gone], now=NOW + timedelta(days=1))
    later = run(asked, known=ran.marks, since=NOW + timedelta(hours=1))
    assert [key.rpartition(":")[2] for key in later.withdrawn] == [gone]
    assert later.fetched == []


def test_another_reflecs_gives_each_document_byte_for_byte(ours: tuple[str, Catalogue], shipped: dict[str, bytes]) -> None:
    asked = source("reflecs", ours[0], page_size=40)
    ran = run(asked)
    assert _contents(ran) == shipped
    assert ran.complete
    again = run(asked, known=ran.marks)
    assert sorted(again.unchanged) == sorted(shipped)
    assert again.complete
    (gone, *_) = shipped
    ours[1].engine.delete([gone], now=NOW + timedelta(days=1))
    later = run(asked, known=ran.marks, since=NOW + timedelta(hours=1))
    assert (later.withdrawn, later.fetched) == ([gone], [])


@contextmanager
def _stock(kind: str, folder: Path) -> Iterator[str]:
    command = [sys.executable, str(STOCK), kind, str(folder)]
    around = {"PATH": "", "PYTHONPATH": str(STOCK.parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=around) as server:
        assert server.stdout is not None
        try:
            port = next(line.split()[1] for line in server.stdout if line.startswith("port "))
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_stock_pycsw(tmp_path: Path, shipped: dict[str, bytes], version: str) -> None:
    (tmp_path / "documents").mkdir()
    for number, content in enumerate(shipped.values()):
        if read(content).source.format == "iso19139":  # type: ignore[union-attr]  # what was read has a source
            (tmp_path / "documents" / f"{number}.xml").write_bytes(content)
    with _stock("pycsw", tmp_path) as address:
        asked = source("csw", f"{address}/csw", page_size=50, filters={"version": version})
        ran = run(asked)
        loaded = {path.read_bytes() for path in (tmp_path / "documents").iterdir()}
        assert {_canonical(content) for content in _contents(ran).values()} == {_canonical(content) for content in loaded}
        assert ran.rejected == []
        assert ran.complete
        again = run(asked, known=ran.marks, since=datetime(2100, 1, 1, tzinfo=UTC))
        assert (again.fetched, len(again.unchanged), again.complete) == ([], len(loaded), True)


def test_stock_pygeoapi(tmp_path: Path, shipped: dict[str, bytes]) -> None:
    (tmp_path / "documents").mkdir()
    for number, content in enumerate(shipped.values()):
        item = json.loads(write(read(content), "json"))
        item["properties"]["externalId"] = item["id"]
        (tmp_path / "documents" / f"{number:03}.json").write_text(json.dumps(item))
    with _stock("pygeoapi", tmp_path) as address:
        ran = run(source("records", address, page_size=50))
        assert len(ran.fetched) == len(shipped)
        assert ran.rejected == []
        assert ran.complete
