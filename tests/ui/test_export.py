"""Records to take away, by address, by negotiation, ticked and found."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree

import records
from catalogue.app import create_app
from catalogue.service import Catalogue
from catalogue.service.addresses import record_path
from catalogue.settings import Settings
from mappings.formats import WRITTEN
from mappings.formats.format import Format
from tests.ui.conftest import NOW
from tests.ui.hard_records import SKY


def test_a_record_comes_back_byte_for_byte(client: FlaskClient) -> None:
    source = (Path(records.__path__[0]) / "holdings/universe/COROT.xml").read_bytes()
    assert client.get("/records/COROT?f=iso19139").data == source


@pytest.mark.parametrize("known", WRITTEN, ids=lambda known: known.name)
@pytest.mark.parametrize("identifier", ["COROT", "hard-full", SKY.identifier])
def test_every_format_is_to_be_had(client: FlaskClient, known: Format, identifier: str) -> None:
    answer = client.get(record_path(identifier, f=known.name))
    assert answer.status_code == 200
    assert answer.content_type == known.media_type
    if "json" in answer.content_type:
        json.loads(answer.data)
    else:
        etree.fromstring(answer.data)


def test_pdf_and_csv_are_to_be_had(client: FlaskClient) -> None:
    assert client.get("/records/COROT?f=pdf").data.startswith(b"%PDF-")
    rows = list(csv.DictReader(io.StringIO(client.get("/records/COROT?f=csv").data.decode("utf-8-sig"))))
    assert rows[0]["identifier"] == "COROT"


def test_what_is_lost_is_in_the_header(client: FlaskClient) -> None:
    assert "platforms" in client.get("/records/hard-full?f=oai_dc").headers["Reflecs-Not-Carried"]
    assert "Reflecs-Not-Carried" not in client.get("/records/COROT?f=iso19139").headers


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("application/xml", "application/xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/geo+json", "application/geo+json"),
        ("application/pdf", "application/pdf"),
        ("application/x-bibtex", "application/x-bibtex"),
        ("image/png", "text/html"),
        ("text/html;q=0.5, application/ld+json", "application/ld+json"),
    ],
)
def test_the_asker_is_given_what_it_accepts(client: FlaskClient, accept: str, content_type: str) -> None:
    answer = client.get("/records/COROT", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.mimetype == content_type
    assert "accept" in answer.vary


def test_xml_is_the_source_where_it_is_xml(client: FlaskClient) -> None:
    answer = client.get("/records/COROT", headers={"Accept": "application/xml"})
    assert answer.data == client.get("/records/COROT?f=iso19139").data


def test_an_unchanged_document_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/records/COROT?f=iso19139").headers["ETag"]
    assert client.get("/records/COROT?f=iso19139", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/records/COROT?f=pdf", "/export?f=pdf&id=COROT&id=COROT_SRc01"])
def test_an_unchanged_pdf_is_not_made_again(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    clock = iter(NOW + after for after in (timedelta(), timedelta(), timedelta(seconds=9), timedelta(days=1), timedelta(days=1)))
    moments = Catalogue(catalogue.engine, base_url=catalogue.base_url, clock=lambda: next(clock))
    client = create_app(Settings(base_url=catalogue.base_url), moments).test_client()
    tag = client.get(path).headers["ETag"]
    with monkeypatch.context() as broken:
        broken.setattr(Catalogue, "export", None)  # nothing is set
        answer = client.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)
    tomorrow = client.get(path, headers={"If-None-Match": tag})
    assert (tomorrow.status_code, tomorrow.headers["ETag"] == tag) == (200, False)


def test_a_pdf_of_something_else_has_another_tag(client: FlaskClient, sipad_client: FlaskClient) -> None:
    tags = [client.head(f"/records/COROT?f=pdf&lang={language}").headers["ETag"] for language in ("en", "fr")]
    tags += [client.head("/records/hard-full?f=pdf&lang=en").headers["ETag"]]
    tags += [sipad_client.head("/records/COROT?f=pdf&lang=en").headers["ETag"]]  # its sheet leads to the SIPAD
    assert len(set(tags)) == 4


def test_ticked_records_come_together(client: FlaskClient) -> None:
    answer = client.get("/export?f=iso19139&id=COROT&id=COROT_SRc01&q=ignored")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == ["COROT.xml", "COROT_SRc01.xml"]
    assert client.post("/export", data={"f": "csv", "id": ["COROT", "COROT_SRc01"]}).data.count(b"\r\n") == 3
    assert client.get("/export?f=pdf&id=COROT&id=COROT_SRc01").data.startswith(b"%PDF-")


def test_without_ticks_all_that_is_found_comes(client: FlaskClient) -> None:
    answer = client.get("/export?f=csv&project=COROT")
    identifiers = [row["identifier"] for row in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))]
    assert "COROT_LRa05" in identifiers
    assert len(identifiers) == 42


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/records/COROT?f=docx", 400, "There is no format “docx”"),
        ("/records/COROT?f=docx", 400, "pdf, csv, bibtex, ris."),
        ("/export?f=bibtex&id=COROT", 400, "pdf, csv."),
        ("/records/COROT?f=stac", 400, "STAC collection is read here and not written; &#39;COROT&#39; did not come in it"),
        ("/records/nothing?f=pdf", 404, "No record has the identifier"),
        ("/export?f=docx&id=COROT", 400, "There is no format “docx”"),
        ("/export?f=pdf&id=nothing", 404, "No record has the identifier"),
        ("/export?f=csv&q=zzzzqqqq&exact=1", 400, "No record was ticked, and no record matches the search."),
        ("/export?page=0", 400, "is no page of results"),
    ],
)
def test_what_cannot_be_exported_is_told(client: FlaskClient, path: str, status: int, sentence: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert sentence in answer.text
