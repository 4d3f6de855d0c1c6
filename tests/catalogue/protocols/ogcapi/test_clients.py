"""Real clients at a real address: OWSLib's Records, and GDAL's driver for OGC API Features."""

import json
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from owslib.ogcapi.records import Records
from owslib.util import Authentication
from requests import PreparedRequest
from requests.auth import AuthBase

from tests.catalogue.protocols.ogcapi.making import feature, written
from tests.catalogue.protocols.serving import TOKEN, listening
from tests.conftest import missing


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a catalogue of the five made records, that knows it."""
    folder = tmp_path_factory.mktemp("clients")
    with listening(folder, written(folder / "documents"), tokens=(TOKEN,)) as found:
        yield found


def test_owslib_finds_its_way(address: str) -> None:
    client = Records(f"{address}/ogc")
    assert client.records() == ["records", "earth", "universe", "life", "material"]
    assert "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core" in client.conformance()["conformsTo"]
    assert client.api()["openapi"] == "3.0.3"
    assert client.collection("earth")["itemCount"] == 3
    assert "title" in client.collection_queryables("records")["properties"]
    found = client.collection_items("records", q="ice", bbox=["-180", "-90", "180", "90"], limit=1)
    assert [found["numberMatched"], found["numberReturned"]] == [2, 1]
    found = client.collection_items("records", filter="title LIKE '%ozone%'")
    assert [record["id"] for record in found["features"]] == ["urn:x-test:ozone/2007"]
    assert client.collection_item("records", "urn:x-test:ozone/2007")["properties"]["title"] == "Ozone, total column"


class Bearer(AuthBase):
    """A curator, as OWSLib's library for HTTP has it: headers of the client's own go with questions alone."""

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        r.headers["Authorization"] = f"Bearer {TOKEN}"
        return r


def test_owslib_changes_records(address: str) -> None:
    client = Records(f"{address}/ogc", auth=Authentication(auth_delegate=Bearer()))
    assert client.collection_item_create("records", json.dumps(feature("from-owslib", title="One")))
    assert client.collection_item_update("records", "from-owslib", json.dumps(feature("from-owslib", title="Two")))
    assert client.collection_item("records", "from-owslib")["properties"]["title"] == "Two"
    assert client.collection_item_delete("records", "from-owslib")
    assert client.collection_items("records", ids="from-owslib")["numberMatched"] == 0


@pytest.fixture
def ogrinfo() -> str:
    """GDAL's command."""
    path = shutil.which("ogrinfo")
    if path is None:
        missing("ogrinfo")
    return path or ""


def _asked(ogrinfo: str, *arguments: str) -> str:
    done = subprocess.run([ogrinfo, "-ro", *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


def test_gdal_lists_the_collections(ogrinfo: str, address: str) -> None:
    listed = _asked(ogrinfo, f"OAPIF:{address}/ogc")
    for name in ("records", "earth", "universe", "life", "material"):
        assert f": {name} " in listed


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("records",), ["arctic", "okhotsk", "stars", "urn:x-test:ozone/2007", "with,comma"]),
        (("earth", "-spat", "5", "5", "6", "6"), ["urn:x-test:ozone/2007"]),
        (("records", "-where", "title = 'Sea ice of the Arctic'"), ["arctic"]),
    ],
)
def test_gdal_reads_the_records(ogrinfo: str, address: str, arguments: tuple[str, ...], found: list[str]) -> None:
    # three records a page, so that it follows the links
    shown = _asked(ogrinfo, "-oo", "PAGE_SIZE=3", f"OAPIF:{address}/ogc", *arguments)
    read = [line.partition(" = ")[2] for line in shown.splitlines() if line.startswith("  id (String) = ")]
    assert read == found
