"""A record that cannot be handed out as asked is reported in its stead; all others arrive."""

import logging
from dataclasses import replace
from typing import Final

import pytest
from flask import Flask

from catalogue.service import Catalogue
from mappings.csw import ElementSet, csw_record
from mappings.xml import parse_xml
from records.errors import InvalidRecordError
from records.model import Record
from tests.catalogue.protocols.csw.asking import ATOM, DIF, GMD, MDB, SPACES, counts, get, identifier_of, records_of, root_of, short

_BROKEN: Final = "urn:uuid:6a3de50b-fa66-4b58-a0e6-ca146fdd18d4"
_STANDS: Final = {
    SPACES["csw"]: ("{http://www.opengis.net/cat/csw/2.0.2}BriefRecord", "dc:identifier", "dc:title"),
    GMD: ("{http://www.isotc211.org/2005/gmd}MD_Metadata", "gmd:fileIdentifier/*", ".//gmd:title/*"),
    MDB: (
        "{http://standards.iso.org/iso/19115/-3/mdb/2.0}MD_Metadata",
        "mdb:metadataIdentifier/*/mcc:code/*",
        ".//mri:citation/*/cit:title/*",
    ),
    DIF: ("{http://www.isotc211.org/2005/gmd}MD_Metadata", "gmd:fileIdentifier/*", ".//gmd:title/*"),
    ATOM: ("{http://www.w3.org/2005/Atom}entry", "dc:identifier", "atom:title"),
}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """One record of the twelve cannot be written, by faults foreseen and not; what they say is no asker's business."""
    ask, rendition = Catalogue.with_order, Catalogue.rendition

    def with_order(catalogue: Catalogue, record: Record) -> Record:
        if record.identifier == _BROKEN:
            raise KeyError("/var/secret--place")
        return ask(catalogue, record)

    def refused(catalogue: Catalogue, record: Record, name: str) -> bytes:
        if record.identifier == _BROKEN:
            raise InvalidRecordError("/var/secret--place")
        return rendition(catalogue, record, name)

    monkeypatch.setattr(Catalogue, "with_order", with_order)
    monkeypatch.setattr(Catalogue, "rendition", refused)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("element_set", ["summary", "full"])
@pytest.mark.parametrize("schema", _STANDS)
def test_one_record_that_fails_is_reported_and_all_others_arrive(
    cite_app: Flask, caplog: pytest.LogCaptureFixture, schema: str, element_set: str
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = get(cite_app.test_client(), outputSchema=schema, ElementSetName=element_set, maxRecords="20")
    assert counts(answer) == (12, 12, 0)
    assert "secret" not in answer.text
    assert f"<!-- the record {_BROKEN} cannot be handed out as" in answer.text
    tag, identifier, title = _STANDS[schema]
    records = list(records_of(parse_xml(answer.data)))
    assert len(records) == 12
    (stand_in,) = [record for record in records if record.findtext(identifier, namespaces=SPACES) == _BROKEN]
    assert stand_in.tag == tag
    assert stand_in.findtext(title, namespaces=SPACES) == "Ut facilisis justo ut lacus"
    assert _BROKEN in caplog.text
    assert "secret" in caplog.text


@pytest.mark.usefixtures("broken")
def test_a_feed_goes_on_behind_a_record_that_fails(cite_app: Flask) -> None:
    answer = get(cite_app.test_client(), "3.0.0", outputFormat="application/atom+xml", maxRecords="20")
    assert len(list(records_of(root_of(answer)))) == 12


@pytest.mark.usefixtures("broken")
def test_a_single_record_that_fails_is_reported_too(cite_app: Flask) -> None:
    answer = get(cite_app.test_client(), "3.0.0", "GetRecordById", id=_BROKEN)
    assert answer.status_code == 200
    assert short(root_of(answer).findtext("dc:identifier", "", SPACES)) == "6a3de50b"


def test_a_report_holds_no_end_of_a_comment(cite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    doors = cite_app.extensions["doors"]
    search = doors.catalogue.engine.search

    def renamed(query: object) -> object:
        page = search(query)
        return replace(page, hits=tuple(replace(hit, record=replace(hit.record, identifier="a-->\x0b<x/>")) for hit in page.hits[:1]))

    def fails(*_: object) -> Record:
        raise ValueError

    monkeypatch.setattr(doors.catalogue.engine, "search", renamed)
    monkeypatch.setattr(Catalogue, "with_order", fails)
    (record,) = records_of(root_of(get(cite_app.test_client())))
    assert record.findtext("dc:identifier", namespaces=SPACES) == "a--><x/>"


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_a_brief_list_shows_of_each_record_what_the_whole_record_tells(corpus_app: Flask, version: str) -> None:
    client, engine = corpus_app.test_client(), corpus_app.extensions["doors"].catalogue.engine
    listed, start = 0, 1
    while start:
        answer = get(client, version, ElementSetName="brief", maxRecords="500", startPosition=str(start))
        identifiers = [identifier_of(each) for each in records_of(root_of(answer))]
        whole = [csw_record(record, version, ElementSet.BRIEF) for record in engine.get_many(identifiers)]
        assert b"".join(whole) in answer.data.replace(b"\n", b"")
        listed, start = listed + len(whole), counts(answer)[2]
    assert listed == engine.statistics().records > 900
