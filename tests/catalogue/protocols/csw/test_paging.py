"""A walk by positions, page after page, gives each record exactly once, also while others write."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from flask import Flask

from catalogue.engines import open_engine
from catalogue.engines.stored import entry_of
from catalogue.protocols import csw
from mappings.formats import read, write
from records.model import Record
from tests.catalogue.protocols.csw.asking import CSW, SPACES, counts, found, get, outline, root_of
from tests.catalogue.protocols.serving import NOW, serving


def _record(number: int, title: str = "Of the beginning") -> Record:
    return Record(identifier=f"r-{number:04d}", title=f"{title} {number % 7}")


@pytest.mark.parametrize("sort", [None, "dc:title:D"])
@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_a_walk_gives_each_record_once_while_another_writes(tmp_path: Path, version: str, sort: str | None) -> None:
    documents = []
    for number in range(0, 600, 2):
        path = tmp_path / f"{number}.json"
        path.write_bytes(write(_record(number), "json"))
        documents.append(path)
    with serving(tmp_path, documents) as app:
        writer = open_engine(f"embedded:{tmp_path / 'catalogue'}")
        client, walked, start = app.test_client(), [], 1
        while start:
            asked = {"maxRecords": "20", "startPosition": str(start), "ElementSetName": "brief", "outputSchema": CSW[version]}
            page = get(client, version, **asked, **({"sortBy": sort} if sort else {}))
            walked += found(page)
            _, _, start = counts(page)
            new = [_record(2 * (start % 300) + 1, "Written meanwhile"), _record(2 * ((start * 7) % 300) + 1, "A")]
            documents_of = [read(write(record, "json")) for record in {each.identifier: each for each in new}.values()]
            writer.put([entry_of(record) for record in documents_of], now=NOW)
        writer.close()
    of_the_beginning = [identifier for identifier in walked if int(identifier[2:]) % 2 == 0]
    assert sorted(of_the_beginning) == [f"r-{number:04d}" for number in range(0, 600, 2)]
    assert len(set(walked)) == len(walked)


def test_any_position_may_be_asked_first(tmp_path: Path) -> None:
    documents = []
    for number in range(40):
        path = tmp_path / f"{number}.json"
        path.write_bytes(write(_record(number), "json"))
        documents.append(path)
    with serving(tmp_path, documents) as app:
        page = get(app.test_client(), startPosition="36", maxRecords="3")
        assert found(page) == ["r-0035", "r-0036", "r-0037"]
        assert counts(page) == (40, 3, 39)
        for far in ("41", "10001", "999999999999999999"):
            assert counts(get(app.test_client(), startPosition=far, sortBy="dc:title:A")) == (40, 0, 0)
            assert counts(get(app.test_client(), "3.0.0", startPosition=far, q="beginning")) == (40, 0, 0)


_ROOM: Final = 6000


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Flask]:
    """Forty records, some of them larger than the room that an answer has."""
    documents = []
    for number in range(0, 80, 2):
        path = tmp_path / f"{number}.json"
        path.write_bytes(write(replace(_record(number), abstract="word " * (number % 11) * 150), "json"))
        documents.append(path)
    with serving(tmp_path, documents) as app:
        small = Flask("narrow")
        small.register_blueprint(csw.blueprint(app.extensions["doors"], page_bytes=_ROOM), url_prefix="/csw")
        yield small


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_a_page_ends_where_its_records_are_too_large_and_the_walk_goes_on(narrow: Flask, tmp_path: Path, version: str) -> None:
    writer = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    client, walked, start, sizes = narrow.test_client(), [], 1, []
    while start:
        page = get(client, version, maxRecords="20", startPosition=str(start), ElementSetName="full", outputSchema=CSW[version])
        identifiers = found(page)
        matched, returned, following = counts(page)
        assert returned == len(identifiers)
        assert following in {start + returned, 0}
        assert matched >= 40
        assert returned == 1 or len(page.data) < _ROOM + 1500
        sizes.append(returned)
        walked += identifiers
        start = following
        writer.put([entry_of(read(write(_record(len(sizes) * 2 - 1), "json")))], now=NOW)  # comes before what was reached
    writer.close()
    assert [identifier for identifier in walked if int(identifier[2:]) % 2 == 0] == [f"r-{number:04d}" for number in range(0, 80, 2)]
    assert len(set(walked)) == len(walked)
    assert min(sizes) == 1
    assert 1 < max(sizes) < 20


def test_a_feed_ends_there_too(narrow: Flask) -> None:
    page = get(narrow.test_client(), "3.0.0", maxRecords="20", outputFormat="application/atom+xml")
    entries = found(page)
    assert 1 < len(entries) < 20
    (following,) = root_of(page).findall("atom:link[@rel='next']", SPACES)
    assert f"startposition={len(entries) + 1}&maxrecords=20" in following.get("href", "")


def test_records_by_their_identifiers_are_all_had_or_none(narrow: Flask) -> None:
    client = narrow.test_client()
    asked = {"ElementSetName": "full", "operation": "GetRecordById"}
    assert outline(get(client, id="r-0040,r-0042", **asked)) == "400 ows:ExceptionReport InvalidParameterValue Id"
    assert outline(get(client, id="r-0042", **asked)) == "200 csw:GetRecordByIdResponse: Record r-0042"


def test_domains_are_had_as_far_as_there_is_room(narrow: Flask) -> None:
    client = narrow.test_client()
    assert outline(get(client, operation="GetDomain", propertyName="dc:title,dct:abstract")) == "400 ows:ExceptionReport NoApplicableCode -"
    assert get(client, operation="GetDomain", propertyName="dc:title").status_code == 200
