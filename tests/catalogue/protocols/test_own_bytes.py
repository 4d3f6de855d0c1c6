"""A record of ISO 19115-3 leaves by each door in the bytes it came in, and is converted where another format is asked for."""

from collections.abc import Iterator
from typing import Final

import pytest
from flask.testing import FlaskClient
from lxml import etree

from mappings.embedding import embedded
from mappings.formats import read
from mappings.xml import NAMESPACES, parse_xml
from tests.catalogue.protocols.serving import ISO_3, serving

_DOCUMENTS: Final = {read(content).identifier: content for content in (path.read_bytes() for path in sorted(ISO_3.glob("*.xml")))}
_CSW: Final = "/csw?service=CSW&version={}&request="
_MDB: Final = f"elementSetName=full&outputSchema={NAMESPACES['mdb']}"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with serving(tmp_path_factory.mktemp("three"), ISO_3.glob("*.xml")) as app:
        yield app.test_client()


@pytest.mark.parametrize(
    "path",
    [
        f"{_CSW.format('2.0.2')}GetRecords&typeNames=mdb:MD_Metadata&resultType=results&{_MDB}",
        f"{_CSW.format('3.0.0')}GetRecords&typeNames=Record&{_MDB}",
        f"{_CSW.format('2.0.2')}GetRecordById&id={','.join(_DOCUMENTS)}&{_MDB}",
        "/oai?verb=ListRecords&metadataPrefix=iso19115-3",
    ],
)
def test_answers_of_many_hold_the_bytes_of_each(client: FlaskClient, path: str) -> None:
    answer = client.get(path).data
    assert [identifier for identifier, content in _DOCUMENTS.items() if embedded(content) not in answer] == []


@pytest.mark.parametrize("identifier", _DOCUMENTS)
def test_a_record_alone_is_its_bytes(client: FlaskClient, identifier: str) -> None:
    content = _DOCUMENTS[identifier]
    alone = client.get(f"{_CSW.format('3.0.0')}GetRecordById&id={identifier}&{_MDB}").data
    assert alone.partition(b"?>\n")[2] == embedded(content)
    assert client.get(f"{_CSW.format('2.0.2')}GetRepositoryItem&id={identifier}").data == content
    assert client.get(f"/records/{identifier}?f=iso19115-3").data == content
    assert embedded(content) in client.get(f"/oai?verb=GetRecord&metadataPrefix=iso19115-3&identifier={identifier}").data


@pytest.mark.parametrize(("schema", "name"), [(NAMESPACES["gmd"], "iso19139"), (NAMESPACES["dif"], "dif10")])
def test_another_format_is_another_document_of_the_same_record(client: FlaskClient, schema: str, name: str) -> None:
    path = f"{_CSW.format('2.0.2')}GetRecordById&id={','.join(_DOCUMENTS)}&elementSetName=full&outputSchema={schema}"
    converted = [read(etree.tostring(element, with_tail=False)) for element in parse_xml(client.get(path).data)]
    assert {record.source.format for record in converted if record.source} == {name}
    assert {record.identifier: record.title for record in converted} == {
        identifier: read(content).title for identifier, content in _DOCUMENTS.items()
    }
