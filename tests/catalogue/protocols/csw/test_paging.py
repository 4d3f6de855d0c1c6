"""A walk by positions, page after page, gives each record exactly once, also while others write."""

from pathlib import Path

import pytest

from catalogue.engines import open_engine
from catalogue.engines.stored import entry_of
from mappings.formats import read, write
from records.model import Record
from tests.catalogue.protocols.csw.asking import CSW, counts, found, get
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
