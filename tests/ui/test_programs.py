"""The page for those who use the catalogue from a program."""

import re
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient

from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.service import Catalogue, load
from catalogue.settings import Settings
from mappings.formats import write
from tests.ui.hard_records import ESCAPES


def test_the_lines_to_copy_answer(client: FlaskClient) -> None:
    assert answers(client) >= 6


def test_the_lines_to_copy_answer_where_the_newest_record_has_a_hard_identifier(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_bytes(write(ESCAPES, "json"))
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    load(engine, [tmp_path / "record.json"], processes=1)
    catalogue = Catalogue(engine, base_url="http://catalogue.example")
    assert answers(create_app(Settings(base_url=catalogue.base_url), catalogue).test_client()) >= 6
    engine.close()


def answers(client: FlaskClient) -> int:
    """Ask for every address in a line to copy; return how many there are."""
    page = unescape(client.get("/programs").text)
    addresses = re.findall(r"^(?:<pre>)?curl .*?'http://catalogue\.example(/[^']*)'", page, re.MULTILINE)
    for address in addresses:
        answer = client.get(address, headers={"Accept": "application/ld+json"})
        if "/export" not in address:  # a small catalogue may have nothing of the kind to export
            assert answer.status_code == 200, address
            assert answer.mimetype != "text/html", address
    return len(addresses)
