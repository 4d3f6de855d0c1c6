"""Every kind of answer validates against OGC's and ISO's schemas: for the whole corpus, in every output schema and element set.

What is handed out as it came answers for itself; the envelope around it is checked all the same, with the records taken out.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from mappings.schemas import DIF10, GMD_2007, GMI, Schema, check, compiled
from mappings.schemas import MDB as MDB_SCHEMA
from mappings.xml import children
from records.model import Record
from tests.catalogue.protocols.csw.asking import (
    ATOM,
    CSW,
    DIF,
    GMD,
    MDB,
    SPACES,
    filtered,
    get,
    in_soap,
    post,
    query,
    records_of,
    root_of,
    xml,
)
from tests.catalogue.protocols.serving import TOKEN

pytestmark = [pytest.mark.corpus, pytest.mark.schemas]

_OGC: Final = "core/schemas/ogc"
_SCHEMAS: Final = {
    "2.0.2": Schema(
        title="CSW 2.0.2",
        imports=(
            (SPACES["csw"], f"{_OGC}/csw/2.0.2/CSW-publication.xsd"),
            (SPACES["ows"], f"{_OGC}/ows/1.0.0/owsAll.xsd"),
            ("http://www.w3.org/2001/XMLSchema", "core/schemas/w3c/2001/XMLSchema.xsd"),
        ),
        installed=False,
    ),
    "3.0.0": Schema(title="CSW 3.0", imports=((SPACES["csw30"], f"{_OGC}/cat/csw/3.0/cswAll.xsd"),), installed=False),
}


@pytest.fixture(scope="module")
def tree(schemas: Path) -> Path:
    return schemas / "pycsw-tree"


@pytest.fixture(scope="module")
def envelopes(tree: Path) -> dict[str, etree.XMLSchema]:
    """The schemas of both versions."""
    found = {
        version: compiled(
            Schema(title=schema.title, imports=tuple(pair for pair in schema.imports if (tree / pair[1]).is_file()), installed=False), tree
        )
        for version, schema in _SCHEMAS.items()
    }
    assert found["2.0.2"] is not None
    assert found["3.0.0"] is not None
    return {version: schema for version, schema in found.items() if schema is not None}


def _problems(schema: etree.XMLSchema, element: etree._Element) -> list[str]:
    """Return what a schema finds in an element, on its own."""
    return [message for _, message in check(schema, etree.fromstring(etree.tostring(element, with_tail=False)))]


def _emptied(response: TestResponse) -> etree._Element:
    """Return an answer without the records in it."""
    root = root_of(response)
    results = root.find("{*}SearchResults")
    for record in list(root if results is None else results):
        (root if results is None else results).remove(record)
    return root


def _pages(client: FlaskClient, version: str, **asked: str) -> Iterator[TestResponse]:
    start = 1
    while start:
        page = get(client, version, maxRecords="1000", startPosition=str(start), **asked)
        assert page.status_code == 200, page.text
        yield page
        results = root_of(page).find("{*}SearchResults")
        assert results is not None
        start = int(results.get("nextRecord", ""))


def _records(app: Flask, envelope: etree.XMLSchema, version: str, came_as: str | None, **asked: str) -> Iterator[etree._Element]:
    """Yield the records of all pages, but for those whose documents came as what is asked for; check the envelopes of the pages."""
    engine = app.extensions["doors"].catalogue.engine
    identifiers = iter(sorted(engine.identifiers()))
    for page in _pages(app.test_client(), version, **asked):
        assert check(envelope, _emptied(page)) == []
        records = list(records_of(root_of(page)))
        kept: list[Record] = engine.get_many([next(identifiers) for _ in records], documents=True)
        yield from (
            written for written, record in zip(records, kept, strict=True) if record.source is None or record.source.format != came_as
        )
    assert next(identifiers, None) is None


@pytest.mark.parametrize("element_set", ["brief", "summary", "full"])
@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_records_of_csw_validate(corpus_app: Flask, envelopes: dict[str, etree.XMLSchema], version: str, element_set: str) -> None:
    came_as = "dc" if (version, element_set) == ("2.0.2", "full") else None
    records = list(_records(corpus_app, envelopes[version], version, came_as, ElementSetName=element_set, outputSchema=CSW[version]))
    assert len(records) > 500
    assert [problem for record in records for problem in _problems(envelopes[version], record)] == []


@pytest.mark.parametrize("element_set", ["brief", "summary", "full"])
@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_records_of_iso_validate(
    corpus_app: Flask, schemas: Path, envelopes: dict[str, etree.XMLSchema], version: str, element_set: str
) -> None:
    iso, acquired = compiled(GMD_2007), compiled(GMI, schemas)
    assert iso is not None
    assert acquired is not None
    came_as = "iso19139" if element_set == "full" else None
    records = list(_records(corpus_app, envelopes[version], version, came_as, ElementSetName=element_set, outputSchema=GMD))
    assert len(records) > 100
    problems = [_problems(acquired if record.tag.endswith("MI_Metadata") else iso, record) for record in records]
    assert [found for found in problems if found] == []


@pytest.mark.parametrize("element_set", ["brief", "summary", "full"])
def test_records_of_iso_19115_3_validate(corpus_app: Flask, schemas: Path, envelopes: dict[str, etree.XMLSchema], element_set: str) -> None:
    iso = compiled(MDB_SCHEMA, schemas)
    assert iso is not None
    came_as = "iso19115-3" if element_set == "full" else None
    records = list(_records(corpus_app, envelopes["2.0.2"], "2.0.2", came_as, ElementSetName=element_set, outputSchema=MDB))
    assert len(records) > 500
    assert [problem for record in records for problem in _problems(iso, record)] == []


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_records_of_dif_validate_and_those_of_atom_come_in_valid_envelopes(
    corpus_app: Flask, schemas: Path, envelopes: dict[str, etree.XMLSchema], version: str
) -> None:
    dif = compiled(DIF10, schemas)
    assert dif is not None
    records = list(_records(corpus_app, envelopes[version], version, "dif10", outputSchema=DIF))
    assert len(records) > 500
    assert [problem for record in records for problem in _problems(dif, record)] == []
    assert len(list(_records(corpus_app, envelopes[version], version, None, outputSchema=ATOM))) > 700


def test_no_record_of_the_corpus_needs_a_stand_in(corpus_app: Flask) -> None:
    for schema in (SPACES["csw"], GMD, MDB, DIF, ATOM):
        for element_set in ("brief", "summary", "full"):
            for page in _pages(corpus_app.test_client(), "2.0.2", ElementSetName=element_set, outputSchema=schema):
                assert b"cannot be handed out" not in page.data


ANSWERS: Final = (
    "request=GetCapabilities",
    "request=GetCapabilities&sections=OperationsMetadata",
    "request=GetCapabilities&updateSequence=1795780800000000",
    "request=DescribeRecord",
    "request=GetDomain&parameterName=GetRecords.outputSchema,GetDomain.ParameterName",
    "request=GetDomain&propertyName=dc:type,dc:subject,dc:date,dc:title,csw:AnyText&valueReference=dc:type,dc:date,ows:BoundingBox",
    "request=GetRecords&typeNames=Record&resultType=hits&requestId=urn:x:7",
    "request=GetRecords&typeNames=Record&resultType=validate&requestId=urn:x:7",
    "request=GetRecords&typeNames=Record&resultType=results&ElementName=dc:title,dc:identifier,ows:BoundingBox",
    "request=GetRecords&typeNames=Record&startPosition=99999",
    "request=GetRecordById&id=SWOT&ElementSetName=brief",
    "request=GetRecordById&id=urn:x:nobody",
    "request=GetNothing",
    "request=GetRecords",
)


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
@pytest.mark.parametrize("asked", ANSWERS)
def test_answers_validate(holdings: FlaskClient, envelopes: dict[str, etree.XMLSchema], version: str, asked: str) -> None:
    answer = holdings.get(f"/csw?service=CSW&version={version}&{asked}")
    assert check(envelopes[version], root_of(answer)) == []


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_what_is_in_an_envelope_validates(holdings: FlaskClient, envelopes: dict[str, etree.XMLSchema], version: str) -> None:
    for body in (xml(version, "GetCapabilities"), xml(version, "GetRecords", query()), xml(version, "GetNothing")):
        root = root_of(post(holdings, in_soap(body)))
        (inner,) = children(root[0])
        for answer in inner.iter("{*}ExceptionReport") if inner.tag.endswith("Fault") else (inner,):
            assert _problems(envelopes[version], answer) == []


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_answers_to_transactions_validate(curated: FlaskClient, envelopes: dict[str, etree.XMLSchema], version: str) -> None:
    record = "<csw:Record><dc:identifier>new</dc:identifier><dc:title>new</dc:title></csw:Record>"
    condition = "<f:PropertyIsEqualTo><p>dc:identifier</p><f:Literal>new</f:Literal></f:PropertyIsEqualTo>"
    for action in (
        f"<c:Insert>{record}</c:Insert>",
        f"<c:Update>{record}</c:Update>",
        f"<c:Delete>{filtered(version, condition)}</c:Delete>",
    ):
        answer = post(curated, xml(version, "Transaction", action, requestId="urn:x:7"), token=TOKEN)
        assert answer.status_code == 200, answer.text
        assert check(envelopes[version], root_of(answer)) == []
