"""Transactions: what curators put in, replace and delete, and what nobody else does."""

from typing import Final

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.protocols.doors import RETRY_SECONDS
from catalogue.service import Depositing
from records.errors import CatalogueError, ConflictError, EngineError, NotFoundError
from tests.catalogue.protocols.csw.asking import (
    ATOM,
    CSW,
    MDB,
    SPACES,
    filtered,
    found,
    get,
    in_soap,
    outline,
    post,
    root_of,
    xml,
)
from tests.catalogue.protocols.serving import CITE, HOLDINGS, ISO_3, TOKEN

_RECORD: Final = (
    f'<csw:Record xmlns:csw="{SPACES["csw"]}" xmlns:dc="{SPACES["dc"]}" xmlns:dct="{SPACES["dct"]}">'
    "<dc:identifier>{identifier}</dc:identifier><dc:title>{title}</dc:title></csw:Record>"
)
_KEPT: Final = "urn:uuid:19887a8a-f6b0-4a63-ae56-7fba0e17801f"


def _record(identifier: str, title: str = "A new record") -> str:
    return _RECORD.format(identifier=identifier, title=title)


def _transaction(version: str, *actions: str, **attributes: str) -> str:
    return xml(version, "Transaction", "".join(actions), **attributes)


def _insert(*records: str) -> str:
    return f"<c:Insert>{''.join(records)}</c:Insert>"


def _delete(version: str, condition: str) -> str:
    return f'<c:Delete typeName="csw:Record">{filtered(version, condition)}</c:Delete>'


def _is(name: str, value: str) -> str:
    return f"<f:PropertyIsEqualTo><p>{name}</p><f:Literal>{value}</f:Literal></f:PropertyIsEqualTo>"


def _like(name: str, pattern: str) -> str:
    return f'<f:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!"><p>{name}</p><f:Literal>{pattern}</f:Literal></f:PropertyIsLike>'


def _delete_cql(condition: str) -> str:
    return f'<c:Delete><c:Constraint version="1.1.0"><c:CqlText>{condition}</c:CqlText></c:Constraint></c:Delete>'


def _identifiers(client: FlaskClient) -> set[str]:
    return set(found(get(client, maxRecords="1000", ElementSetName="brief")))


def test_what_is_put_in_is_found_and_its_document_is_that_of_the_request(curated: FlaskClient) -> None:
    response = post(curated, _transaction("2.0.2", _insert(_record("new-1"), _record("new-2")), requestId="urn:x:7"), token=TOKEN)
    assert response.status_code == 200
    assert response.text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<csw:TransactionResponse xmlns:csw="{CSW["2.0.2"]}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{CSW["2.0.2"]} http://schemas.opengis.net/csw/2.0.2/CSW-publication.xsd" version="2.0.2">'
        '<csw:TransactionSummary requestId="urn:x:7"><csw:totalInserted>2</csw:totalInserted><csw:totalUpdated>0</csw:totalUpdated>'
        "<csw:totalDeleted>0</csw:totalDeleted></csw:TransactionSummary><csw:InsertResult>"
        + "".join(
            f'<csw:BriefRecord xmlns:csw="{CSW["2.0.2"]}" xmlns:dc="{SPACES["dc"]}" xmlns:dct="{SPACES["dct"]}"'
            f' xmlns:ows="http://www.opengis.net/ows"><dc:identifier>{identifier}</dc:identifier><dc:title>A new record</dc:title>'
            "</csw:BriefRecord>"
            for identifier in ("new-1", "new-2")
        )
        + "</csw:InsertResult></csw:TransactionResponse>"
    )
    assert found(get(curated, q="new record")) == ["new-1", "new-2"]
    item = get(curated, operation="GetRepositoryItem", id="new-1")
    assert item.text.startswith("<?xml version='1.0' encoding='UTF-8'?>\n<csw:Record ")
    assert item.text.endswith("<dc:identifier>new-1</dc:identifier><dc:title>A new record</dc:title></csw:Record>")


def test_the_namespaces_around_a_record_come_with_it(curated: FlaskClient) -> None:
    bare = "<csw:Record><dc:identifier>new-1</dc:identifier><dc:title>Of bound prefixes</dc:title></csw:Record>"
    assert post(curated, _transaction("2.0.2", _insert(bare)), token=TOKEN).status_code == 200
    assert outline(get(curated, operation="GetRepositoryItem", id="new-1")) == "200 csw:Record new-1"


def test_records_of_any_format_that_is_read_are_taken(curated: FlaskClient) -> None:
    document = (HOLDINGS / "earth" / "SWOT.xml").read_text().partition("?>")[2]
    response = post(curated, _transaction("3.0.0", _insert(document)), token=TOKEN)
    assert root_of(response).findtext(".//csw30:totalInserted", namespaces=SPACES) == "1"
    assert outline(get(curated, "3.0.0", "GetRepositoryItem", id="SWOT")).startswith("200 gm")


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_records_of_iso_19115_3_are_put_in_and_replaced(curated: FlaskClient, version: str) -> None:
    identifier, title = "5ebc3cb7-a3b5-4760-a8ff-851d5d5beb32", "3D geological model of the Otway and Torquay Basin 2011"
    document = (ISO_3 / "auscope-otway.xml").read_text().partition("?>")[2]
    response = post(curated, _transaction(version, _insert(document)), token=TOKEN)
    assert [element.text for element in root_of(response)[0]] == ["1", "0", "0"]
    changed = document.replace(title, "Another model of the basin")
    response = post(curated, _transaction(version, f"<c:Update>{changed}</c:Update>"), token=TOKEN)
    assert [element.text for element in root_of(response)[0]] == ["0", "1", "0"]
    assert found(get(curated, q="Another model of the basin", outputSchema=MDB)) == [identifier]
    item = get(curated, version, "GetRepositoryItem", id=identifier)
    full = get(curated, version, "GetRecordById", id=identifier, outputSchema=MDB, ElementSetName="full")
    assert b"Another model of the basin" in item.data
    assert item.data.partition(b"?>")[2].strip() in full.data
    twice = post(curated, _transaction(version, _insert(document)), token=TOKEN)
    assert outline(twice).startswith("409 ")


@pytest.mark.parametrize("verbose", ["false", "0"])
def test_who_wants_no_details_gets_counts_alone(curated: FlaskClient, verbose: str) -> None:
    response = post(curated, _transaction("3.0.0", _insert(_record("new-1")), verboseResponse=verbose), token=TOKEN)
    assert [element.text for element in root_of(response)[0]] == ["1", "0", "0"]
    assert len(root_of(response)) == 1


def test_a_record_is_replaced_as_a_whole(curated: FlaskClient) -> None:
    response = post(curated, _transaction("2.0.2", f"<c:Update>{_record(_KEPT, 'Another title')}</c:Update>"), token=TOKEN)
    assert [element.text for element in root_of(response)[0]] == ["0", "1", "0"]
    assert found(get(curated, q="Another title")) == ["19887a8a"]


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_what_a_constraint_finds_is_deleted(curated: FlaskClient, version: str) -> None:
    before = _identifiers(curated)
    delete = _delete(version, _is("dc:type", "http://purl.org/dc/dcmitype/Text"))
    response = post(curated, _transaction(version, delete), token=TOKEN)
    assert [element.text for element in root_of(response)[0]] == ["0", "0", "3"]
    assert before - _identifiers(curated) == {"66ae76b7", "784e2afd", "e9330592"}


def test_a_record_is_deleted_by_its_identifier(curated: FlaskClient) -> None:
    for condition in (_is("dc:identifier", _KEPT), '<f:FeatureId fid="urn:uuid:1ef30a8b-876d-4828-9246-c37ab4510bbd"/>'):
        response = post(curated, _transaction("2.0.2", _delete("2.0.2", condition)), token=TOKEN)
        assert [element.text for element in root_of(response)[0]] == ["0", "0", "1"]
    assert len(_identifiers(curated)) == 10


def test_one_transaction_does_all_three(curated: FlaskClient) -> None:
    actions = (_insert(_record("new-1")), f"<c:Update>{_record(_KEPT)}</c:Update>", _delete("2.0.2", _is("dc:format", "image/jp2")))
    response = post(curated, in_soap(_transaction("2.0.2", *actions)), token=TOKEN)
    assert [element.text for element in root_of(response).iterfind(".//csw:TransactionSummary/*", SPACES)] == ["1", "1", "1"]


def test_all_records_are_deleted_by_their_identifiers(curated: FlaskClient) -> None:
    every = [path.read_text().partition("<dc:identifier>")[2].partition("<")[0] for path in sorted(CITE.glob("*.xml"))]
    named = "".join(f'<f:FeatureId fid="{identifier}"/>' for identifier in every[:6])
    choices = "".join(_is("dc:identifier", identifier) for identifier in every[6:])
    for condition, count in ((named, "6"), (f"<f:Or>{choices}</f:Or>", "6")):
        response = post(curated, _transaction("2.0.2", _delete("2.0.2", condition)), token=TOKEN)
        assert [element.text for element in root_of(response)[0]] == ["0", "0", count]
    assert not _identifiers(curated)
    assert post(curated, _transaction("2.0.2", _delete_cql("INCLUDE")), token=TOKEN).status_code == 200


def test_a_pattern_without_words_finds_what_has_its_characters(curated: FlaskClient) -> None:
    response = post(curated, _transaction("2.0.2", _delete("2.0.2", _like("dc:title", "*--*"))), token=TOKEN)
    assert [element.text for element in root_of(response)[0]] == ["0", "0", "0"]


def test_an_identifier_may_hold_commas(curated: FlaskClient) -> None:
    post(curated, _transaction("2.0.2", _insert(_record("a,b"), _record("a"))), token=TOKEN)
    assert sorted(found(get(curated, "3.0.0", recordIds="a,b", outputSchema=CSW["3.0.0"]))) == ["a", "a,b"]
    assert found(get(curated, "3.0.0", recordIds="x,a")) == ["a"]


_NO_CONSTRAINT: Final = "400 ows:ExceptionReport InvalidParameterValue Constraint"
REFUSED: Final = {
    "a record that is there": (_insert(_record(_KEPT)), "409 ows:ExceptionReport InvalidParameterValue Insert"),
    "two of one identifier": (_insert(_record("new-1"), _record("new-1")), "400 ows:ExceptionReport InvalidParameterValue Insert"),
    "no record": (_insert("<x>1</x>"), "400 ows:ExceptionReport InvalidParameterValue Insert"),
    "nothing": (_insert(), "400 ows:ExceptionReport InvalidParameterValue Insert"),
    "an update of what is not there": (
        f"<c:Update>{_record('nobody')}</c:Update>",
        "404 ows:ExceptionReport InvalidParameterValue Update",
    ),
    "two records in an update": (
        f"<c:Update>{_record(_KEPT)}{_record('b')}</c:Update>",
        "400 ows:ExceptionReport InvalidParameterValue Update",
    ),
    "an update of a property": (
        (
            "<c:Update><c:RecordProperty><c:Name>dc:title</c:Name><c:Value>x</c:Value></c:RecordProperty>"
            f"{filtered('2.0.2', _is('dc:title', 'x'))}</c:Update>"
        ),
        "400 ows:ExceptionReport OptionNotSupported RecordProperty",
    ),
    "a deletion of everything": ("<c:Delete/>", "400 ows:ExceptionReport MissingParameterValue Constraint"),
    "a deletion by what is unknown": (
        _delete("2.0.2", _is("dc:unheard", "x")),
        "400 ows:ExceptionReport InvalidParameterValue Constraint",
    ),
    "a deletion by any text without words": (_delete("2.0.2", _is("csw:AnyText", "--")), _NO_CONSTRAINT),
    "a deletion by a pattern of any text": (_delete("2.0.2", _like("AnyText", "*--*")), _NO_CONSTRAINT),
    "a deletion by any text among others": (
        _delete("2.0.2", f"<f:And>{_is('dc:format', 'image/jp2')}<f:Not>{_is('anytext', 'lorem')}</f:Not></f:And>"),
        _NO_CONSTRAINT,
    ),
    "a deletion by any text in CQL": (_delete_cql("dc:title = 'x' OR AnyText LIKE '%'"), _NO_CONSTRAINT),
    "a deletion of all that have an identifier": (_delete("2.0.2", _like("dc:identifier", "*")), _NO_CONSTRAINT),
    "a deletion of all but nothing": (_delete_cql("NOT (dc:title = 'of nobody')"), _NO_CONSTRAINT),
    "a deletion of all that have any text": (_delete_cql("AnyText IS NOT NULL"), _NO_CONSTRAINT),
    "a deletion of one and all": (_delete_cql(f"dc:identifier = '{_KEPT}' OR INCLUDE"), _NO_CONSTRAINT),
    "a second constraint": (
        f"<c:Delete>{filtered('2.0.2', _is('dc:format', 'image/jp2'))}{filtered('2.0.2', _is('dc:title', 'x'))}</c:Delete>",
        _NO_CONSTRAINT,
    ),
    "a misspelled constraint": (
        f"<c:Delete>{filtered('2.0.2', _is('dc:format', 'image/jp2'))}<c:Constrain/></c:Delete>",
        "400 ows:ExceptionReport InvalidParameterValue Delete",
    ),
    "no action": ("", "400 ows:ExceptionReport MissingParameterValue Transaction"),
    "another action": ("<c:Upsert/>", "400 ows:ExceptionReport InvalidParameterValue Transaction"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_everything_as_it_was(curated: FlaskClient, what: str) -> None:
    action, answer = REFUSED[what]
    before = _identifiers(curated)
    good = _insert(_record("good")) + _delete("2.0.2", _is("dc:format", "image/jp2")) if action else ""
    assert outline(post(curated, _transaction("2.0.2", good, action), token=TOKEN)) == answer
    assert _identifiers(curated) == before


@pytest.mark.parametrize(
    ("token", "challenge"), [(None, 'Bearer realm="catalogue"'), ("wrong", 'Bearer realm="catalogue", error="invalid_token"')]
)
def test_nobody_else_writes(curated: FlaskClient, token: str | None, challenge: str) -> None:
    response = post(curated, _transaction("3.0.0", _insert(_record("new-1"))), token=token)
    assert outline(response) == "401 ows20:ExceptionReport NoApplicableCode -"
    assert response.headers["WWW-Authenticate"] == challenge
    assert len(_identifiers(curated)) == 12


def test_capabilities_tell_of_transactions_where_there_are_any(curated: FlaskClient, cite_app: Flask) -> None:
    def said(client: FlaskClient, version: str) -> tuple[bool, str | None]:
        root = root_of(get(client, version, "GetCapabilities"))
        names = [operation.get("name") for operation in root.iter("{*}Operation")]
        assert "Harvest" not in names
        conformance = next((each for each in root.iter("{*}Constraint") if (each.get("name") or "").endswith("/conf/Transaction")), None)
        return "Transaction" in names, None if conformance is None else conformance.findtext(".//{*}Value")

    assert said(curated, "2.0.2") == (True, None)
    assert said(curated, "3.0.0") == (True, "TRUE")
    assert said(cite_app.test_client(), "2.0.2") == (False, None)
    assert said(cite_app.test_client(), "3.0.0") == (False, "FALSE")


def test_what_was_put_in_comes_back_in_atom_too(curated: FlaskClient) -> None:
    post(curated, _transaction("2.0.2", _insert(_record("new-1"))), token=TOKEN)
    assert outline(get(curated, "3.0.0", "GetRecordById", id="new-1", outputSchema=ATOM)) == "200 atom:entry new-1"


def test_an_engine_that_fails_midway_tells_what_was_kept(curated: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> int:
        raise EngineError("The disk is full; nothing of this step was kept.")

    monkeypatch.setattr(Depositing, "delete", fails)
    actions = (_insert(_record("new-1")), _delete("2.0.2", _is("dc:format", "image/jp2")))
    response = post(curated, _transaction("2.0.2", *actions), token=TOKEN)
    assert outline(response) == "503 ows:ExceptionReport NoApplicableCode -"
    assert response.headers["Retry-After"] == str(RETRY_SECONDS)
    assert "The disk is full; nothing of this step was kept. Before that: 1 inserted." in response.text


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (ConflictError("new-1"), "409 ows:ExceptionReport InvalidParameterValue Insert"),
        (NotFoundError("new-1"), "404 ows:ExceptionReport InvalidParameterValue Update"),
    ],
)
def test_what_another_writer_did_meanwhile_is_no_fault_of_the_request(
    curated: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: CatalogueError, answer: str
) -> None:
    def fails(*_: object) -> int:
        raise error

    monkeypatch.setattr(Depositing, "create", fails)
    response = post(curated, _transaction("2.0.2", _insert(_record("new-1"))), token=TOKEN)
    assert outline(response) == answer
    assert str(error) in root_of(response).findtext(".//ows:ExceptionText", "", SPACES)
