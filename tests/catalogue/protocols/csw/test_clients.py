"""Real clients at the door: OWSLib for both versions, GDAL's CSW driver."""

import logging
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from owslib.csw import CatalogueServiceWeb
from owslib.fes import BBox, PropertyIsEqualTo, PropertyIsLike, SortBy, SortProperty
from owslib.ows import ExceptionReport
from werkzeug.serving import make_server

from tests.catalogue.protocols.csw.asking import CSW, GMD, short
from tests.catalogue.protocols.serving import CITE, TOKEN, serving
from tests.conftest import missing


@contextmanager
def _served(folder: Path, documents: list[Path], tokens: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the address of a door; the capabilities name it, since clients go where these send them."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with serving(folder, documents, tokens=tokens, base_url=f"http://127.0.0.1:{port}") as app:
            server = make_server("127.0.0.1", port, app, threaded=True, fd=listening.fileno())
            logging.getLogger("werkzeug").setLevel(logging.ERROR)
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{port}/csw"
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _served(tmp_path_factory.mktemp("clients"), sorted(CITE.glob("*.xml"))) as address:
        yield address


# OWSLib tells of what it will change in a later version than the one pycsw works with
pytestmark = pytest.mark.filterwarnings("ignore:.*(will merge into|will become .keywords proper):FutureWarning")


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_owslib_reads_the_capabilities(address: str, version: str) -> None:
    csw = CatalogueServiceWeb(address, version=version)
    assert csw.identification.title == "Reflecs: metadata catalogue"
    assert csw.provider.contact.email == "serad@example.org"
    assert "GetRecords" in [operation.name for operation in csw.operations]
    assert csw.get_operation_by_name("GetRecords").constraints


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_owslib_walks_all_records(address: str, version: str) -> None:
    csw = CatalogueServiceWeb(address, version=version)
    found: list[str] = []
    start = 1
    while start:
        ask = csw.getrecords2 if version == "2.0.2" else csw.getrecords
        ask(esn="full", startposition=start, maxrecords=5, outputschema=CSW[version])
        found += csw.records
        start = csw.results["nextrecord"]
    assert csw.results["matches"] == 12
    assert len(found) == len(set(found)) == 12


def test_owslib_asks_with_filters(address: str) -> None:
    csw = CatalogueServiceWeb(address)
    title = PropertyIsLike("dc:title", "%ipsum%")
    order = SortBy([SortProperty("dc:title", "DESC")])
    csw.getrecords2(constraints=[title], sortby=order, esn="summary")
    assert [short(identifier) for identifier in csw.records] == ["a06af396", "19887a8a"]
    csw.getrecords2(constraints=[[title, PropertyIsEqualTo("dc:format", "image/jpeg")]], esn="brief")
    assert [short(identifier) for identifier in csw.records] == ["a06af396"]
    csw.getrecords2(constraints=[BBox([60, 13, 70, 18], crs="urn:ogc:def:crs:EPSG::4326")], esn="full")
    assert [short(identifier) for identifier in csw.records] == ["1ef30a8b"]
    csw.getrecords2(cql="dc:type = 'http://purl.org/dc/dcmitype/Text'", esn="brief")
    assert len(csw.records) == 3


def test_owslib_reads_single_records(address: str) -> None:
    identifier = "urn:uuid:19887a8a-f6b0-4a63-ae56-7fba0e17801f"
    csw = CatalogueServiceWeb(address)
    csw.getrecordbyid(id=[identifier], outputschema=GMD, esn="full")
    assert csw.records[identifier].identificationinfo[0].title == "Lorem ipsum"


def test_owslib_is_told_what_is_wrong(address: str) -> None:
    csw = CatalogueServiceWeb(address)
    with pytest.raises(ExceptionReport, match="unheard"):
        csw.getrecords2(constraints=[PropertyIsEqualTo("dc:unheard", "x")])


def test_owslib_asks_for_domains_and_descriptions(address: str) -> None:
    csw = CatalogueServiceWeb(address)
    csw.getdomain("dc:format", dtype="property")
    assert csw.results["values"][0] == "application/pdf"
    csw.describerecord()
    assert b"DescribeRecordResponse" in csw.response


def test_owslib_puts_in_and_deletes(tmp_path: Path) -> None:
    with _served(tmp_path, [CITE / "19887a8a.xml"], (TOKEN,)) as address:
        csw = CatalogueServiceWeb(address, headers={"Authorization": f"Bearer {TOKEN}"})
        csw.transaction(ttype="insert", typename="csw:Record", record=(CITE / "9a669547.xml").read_bytes().partition(b"?>")[2])
        assert [short(result) for result in csw.results["insertresults"]] == ["9a669547"]
        csw.transaction(ttype="delete", typename="csw:Record", cql="dc:type like '%Image'")
        csw.getrecords2(esn="brief")
        assert [short(identifier) for identifier in csw.records] == ["9a669547"]


def _ogrinfo(*arguments: str) -> str:
    if shutil.which("ogrinfo") is None:
        missing("ogrinfo of gdal-bin")
    done = subprocess.run(["ogrinfo", *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_gdal_lists_all_records(address: str) -> None:
    said = _ogrinfo("-ro", "-al", "-oo", "ELEMENTSETNAME=full", f"CSW:{address}", "records")
    assert "Feature Count: 12" in said
    assert said.count("identifier (String) = urn:uuid:") == 12
    assert "POLYGON ((-6.171 44.792" in said


def test_gdal_pages_and_narrows(address: str) -> None:
    where = "format LIKE 'image/jp%'"
    said = _ogrinfo("-ro", "-al", "-oo", "MAX_RECORDS=1", "-where", where, f"CSW:{address}", "records")
    assert "Feature Count: 2" in said
    said = _ogrinfo("-ro", "-al", "-so", "-spat", "13", "60", "18", "70", f"CSW:{address}", "records")
    assert "Feature Count: 1" in said


def test_gdal_takes_iso(address: str) -> None:
    said = _ogrinfo("-ro", "-al", "-oo", f"OUTPUT_SCHEMA={GMD}", "-oo", "ELEMENTSETNAME=full", f"CSW:{address}", "records")
    assert said.count("<gmd:MD_Metadata") == 12
    assert "Lorem ipsum" in said
