"""A real harvester, oaipmh-scythe, at a server on the loopback."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from oaipmh_scythe import Scythe
from oaipmh_scythe.config import HTTPConfig
from oaipmh_scythe.exceptions import BadResumptionToken, IdDoesNotExist, NoRecordsMatch
from oaipmh_scythe.models import Header, Record

from catalogue.engines import open_engine
from catalogue.engines.base import Window
from catalogue.protocols.oai import repository as sizes
from catalogue.service import load
from tests.catalogue.protocols.oai.asking import Repository, made
from tests.catalogue.protocols.serving import HOLDINGS, NOW


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """The shipped records, one of them deleted, in parts of twenty."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    monkeypatch.setattr(sizes, "IDENTIFIERS", 20)
    monkeypatch.setattr(sizes, "RECORDS", 20)
    repository = Repository(tmp_path)
    load(repository.engine, [HOLDINGS], processes=1, clock=lambda: NOW)
    repository.engine.delete([next(iter(repository.engine.identifiers()))], now=NOW + timedelta(days=1))
    yield repository
    repository.engine.close()


def _scythe(address: str, method: str = "GET") -> Scythe:
    return Scythe(address, http_config=HTTPConfig(http_method=method))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_harvests_everything_once_while_another_process_writes(shipped: Repository, method: str) -> None:
    other = open_engine(shipped.url)
    before = [header.identifier for header in shipped.engine.headers(Window(), limit=1000)]
    with shipped.live() as address, _scythe(address, method) as scythe:
        seen = []
        for record in scythe.list_records(metadata_prefix="iso19139"):
            assert isinstance(record, Record)
            seen.append(record)
            if len(seen) % 30 == 0:
                other.put([made("!new", f"new {len(seen)}"), made(before[50], f"changed {len(seen)}")], now=NOW + timedelta(days=2))
    other.close()
    names = [f"oai:catalogue.example:{identifier}" for identifier in before]
    assert [record.header.identifier for record in seen] == names
    assert [record.deleted for record in seen] == [True] + [False] * 109
    assert all(record.metadata for record in seen[1:])


def test_it_lists_and_gets_what_there_is(shipped: Repository) -> None:
    with shipped.live() as address, _scythe(address) as scythe:
        assert scythe.identify().adminEmail == "serad@example.org"  # type: ignore[attr-defined]  # it sets them as they come
        assert {known.metadataPrefix for known in scythe.list_metadata_formats()} == {"oai_dc", "iso19139", "iso19115-3", "dif10"}  # type: ignore[union-attr]
        headers = list(scythe.list_identifiers(set_="domain:universe", until="2026-11-27"))
        assert headers
        for header in headers[:3]:
            assert isinstance(header, Header)
            record = scythe.get_record(identifier=str(header.identifier), metadata_prefix="dif10")
            assert isinstance(record, Record)
            assert record.header.datestamp == header.datestamp
        deleted = [header for header in scythe.list_identifiers(from_="2026-11-28") if isinstance(header, Header)]
        assert [header.deleted for header in deleted] == [True]


def test_it_understands_what_is_wrong(shipped: Repository) -> None:
    with shipped.live() as address, _scythe(address) as scythe:
        with pytest.raises(IdDoesNotExist):
            scythe.get_record(identifier="nowhere")
        with pytest.raises(NoRecordsMatch):
            list(scythe.list_records(from_="9999-01-01"))
        with pytest.raises(BadResumptionToken):
            list(scythe.list_records(resumption_token="forged"))
