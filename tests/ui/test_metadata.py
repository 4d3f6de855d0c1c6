"""Where a record came from, as its page about metadata tells everybody."""

from pathlib import Path

import pytest

from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.engines.stored import entry_of
from catalogue.service import Catalogue
from catalogue.settings import Settings
from mappings.formats import read, write
from records.model import Record
from tests.ui.conftest import NOW


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("http://host.example/rec/items?apikey=SECRET123&limit=100", "http://host.example/rec/items"),
        ("https://host.example/csw?apikey=SECRET123#19", "https://host.example/csw#19"),
        ("https://host.example/csw#who?what", "https://host.example/csw#who?what"),
        ("https://me:SECRET123@host.example:8443/a@b.xml", "https://host.example:8443/a@b.xml"),
        ("https://SECRET123@[broken?x", "https://[broken"),
        ("/srv/SECRET123/a.xml", "a.xml"),
    ],
)
def test_no_key_to_a_source_is_shown(tmp_path: Path, origin: str, told: str) -> None:
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    record = read(write(Record(identifier="ice", title="Ice"), "iso19139"))
    engine.put([entry_of(record, origin=origin, harvest_source="neighbour")], now=NOW)
    catalogue = Catalogue(engine, base_url="http://catalogue.example", sipad_url=None, clock=lambda: NOW)
    client = create_app(Settings(base_url="http://catalogue.example"), catalogue).test_client()
    page = client.get("/records/ice?view=metadata").text
    engine.close()
    assert f"<dd>{told}</dd>" in page
    assert "SECRET123" not in page
