"""What is refused, and how: each code of the standard with its locator and HTTP status, in the dialect of the version and the encoding."""

from pathlib import Path
from typing import Final

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from catalogue.protocols.csw.requests import Request
from catalogue.protocols.doors import RETRY_SECONDS, UNAVAILABLE
from catalogue.query import SearchPage
from records.errors import EngineError
from tests.catalogue.protocols.csw.asking import GMD, SPACES, filtered, get, in_soap, outline, post, query, root_of, xml
from tests.catalogue.protocols.serving import CITE, TOKEN, serving

_V2: Final = "service=CSW&version=2.0.2&request="
_V3: Final = "service=CSW&version=3.0.0&request="
_R2: Final = f"{_V2}GetRecords&resultType=results&typeNames=csw:Record"
_R3: Final = f"{_V3}GetRecords&typeNames=Record"

KVP: Final = {
    # MissingParameterValue
    "request=GetCapabilities": "400 ows20 MissingParameterValue service",
    "request=GetCapabilities&acceptVersions=2.0.2": "400 ows MissingParameterValue service",
    "service=CSW": "400 ows20 MissingParameterValue request",
    "service=CSW&request=": "400 ows20 MissingParameterValue request",
    "service=CSW&request=GetRecords&typeNames=Record": "400 ows20 MissingParameterValue version",
    f"{_V2}GetRecords": "400 ows MissingParameterValue typeNames",
    f"{_V3}GetRecords&typeNames=": "400 ows20 MissingParameterValue typeNames",
    f"{_V2}GetRecordById": "400 ows MissingParameterValue Id",
    f"{_V3}GetRecordById&id=": "400 ows20 MissingParameterValue Id",
    f"{_V3}GetRepositoryItem": "400 ows20 MissingParameterValue Id",
    f"{_V2}GetDomain": "400 ows MissingParameterValue ParameterName",
    f"{_R2}&constraint=dc:title='x'": "400 ows MissingParameterValue ConstraintLanguage",
    # InvalidParameterValue
    "service=WFS&request=GetCapabilities": "400 ows20 InvalidParameterValue service",
    "service=FOO&request=GetCapabilities&acceptVersions=2.0.2": "400 ows InvalidParameterValue service",
    "service=CSW&request=getCapabilities": "400 ows20 InvalidParameterValue request",
    f"{_V3}DescribeRecord": "400 ows20 InvalidParameterValue request",
    "service=CSW&version=1.0.0&request=GetRecords": "400 ows20 InvalidParameterValue version",
    f"{_V3}GetCapabilities&sections=Everything": "400 ows20 InvalidParameterValue sections",
    f"{_V3}GetCapabilities&acceptFormats=model/x3d%2Bxml": "400 ows20 InvalidParameterValue acceptFormats",
    f"{_V3}GetCapabilities&updateSequence=x": "400 ows20 InvalidParameterValue updateSequence",
    f"{_R2}&maxRecords=-1": "400 ows InvalidParameterValue maxRecords",
    f"{_R3}&maxRecords=x": "400 ows20 InvalidParameterValue maxRecords",
    f"{_R3}&maxRecords=1.5": "400 ows20 InvalidParameterValue maxRecords",
    f"{_R3}&maxRecords=%D9%A1": "400 ows20 InvalidParameterValue maxRecords",
    f"{_R2}&startPosition=0": "400 ows InvalidParameterValue startPosition",
    f"{_R3}&startPosition=-1": "400 ows20 InvalidParameterValue startPosition",
    f"{_V2}GetRecords&typeNames=csw:Record&resultType=some": "400 ows InvalidParameterValue resultType",
    f"{_R3}&outputSchema=urn:uuid:6a29d2a8": "400 ows20 InvalidParameterValue outputSchema",
    f"{_R3}&outputSchema={SPACES['csw']}": "400 ows20 InvalidParameterValue outputSchema",
    f"{_R3}&outputFormat=text/example": "400 ows20 InvalidParameterValue outputFormat",
    f"{_R3}&outputFormat=application/json": "400 ows20 InvalidParameterValue outputFormat",
    f"{_R2}&outputFormat=application/atom%2Bxml": "400 ows InvalidParameterValue outputFormat",
    f"{_R3}&ElementSetName=undefined-view": "400 ows20 InvalidParameterValue ElementSetName",
    f"{_R3}&ElementName=undefined": "400 ows20 InvalidParameterValue ElementName",
    f"{_V3}GetRecords&typeNames=UnknownType": "400 ows20 InvalidParameterValue typeNames",
    f"{_V3}GetRecords&typeNames=x:Record": "400 ows20 InvalidParameterValue typeNames",
    f"{_V3}GetRecords&typeNames=csw:BriefRecord": "400 ows20 InvalidParameterValue typeNames",
    f"{_R3}&sortBy=dc:title": "400 ows20 InvalidParameterValue SortBy",
    f"{_R3}&sortBy=dc:title:UP": "400 ows20 InvalidParameterValue SortBy",
    f"{_R3}&sortBy=dc:unheard:A": "400 ows20 InvalidParameterValue SortBy",
    f"{_R3}&sortBy=ows:BoundingBox:A": "400 ows20 InvalidParameterValue SortBy",
    f"{_R3}&bbox=472944,5363287,492722,5455253,urn:ogc:def:crs:EPSG::0000": "400 ows20 InvalidParameterValue bbox",
    f"{_R3}&bbox=514432,5429689,529130,5451619": "400 ows20 InvalidParameterValue bbox",
    f"{_R3}&bbox=1,2,3": "400 ows20 InvalidParameterValue bbox",
    f"{_R3}&bbox=1,2,3,nan": "400 ows20 InvalidParameterValue bbox",
    f"{_R3}&bbox=1,40,3,30": "400 ows20 InvalidParameterValue bbox",
    f"{_R3}&time=yesterday": "400 ows20 InvalidParameterValue time",
    f"{_R3}&time=2007/2006": "400 ows20 InvalidParameterValue time",
    f"{_R3}&start=x": "400 ows20 InvalidParameterValue start",
    f"{_R3}&time=2007&trel=perhaps": "400 ows20 InvalidParameterValue trel",
    f"{_R3}&time=2007/..&trel=during": "400 ows20 InvalidParameterValue time",
    f"{_R3}&geometry=ROUND(1)": "400 ows20 InvalidParameterValue geometry",
    f"{_R3}&geometry=POINT(0 0)) OR INCLUDE OR INTERSECTS(extent, POINT(0 0)": "400 ows20 InvalidParameterValue geometry",
    f"{_R3}&geometry=POINT(0 0) OR INCLUDE": "400 ows20 InvalidParameterValue geometry",
    f"{_R3}&geometry=extent": "400 ows20 InvalidParameterValue geometry",
    f"{_R3}&geometry=POINT(0 95)": "400 ows20 InvalidParameterValue geometry",
    f"{_R3}&time=2007' OR INCLUDE OR dc:title='&trel=during": "400 ows20 InvalidParameterValue time",
    f"{_R3}&time=2007/2008/2009&trel=during": "400 ows20 InvalidParameterValue time",
    f"{_R3}&geometry=POINT(1 2)&relation=near": "400 ows20 InvalidParameterValue relation",
    f"{_R3}&geometry=POINT(1 2)&geometry_crs=urn:ogc:def:crs:EPSG::4326": "400 ows20 InvalidParameterValue geometry_crs",
    f"{_R2}&constraintLanguage=SQL&constraint=1": "400 ows InvalidParameterValue ConstraintLanguage",
    f"{_R2}&constraintLanguage=CQL_TEXT&constraint=dc:unheard='x'": "400 ows InvalidParameterValue Constraint",
    f"{_R3}&constraintLanguage=CQL_TEXT&constraint=(((": "400 ows20 InvalidParameterValue Constraint",
    f"{_R2}&constraintLanguage=CQL_TEXT&constraint=BBOX(extent,1,2,3,4,5,'urn:ogc:def:crs:EPSG::4326')": (
        "400 ows InvalidParameterValue Constraint"
    ),
    f"{_R2}&constraintLanguage=FILTER&constraint=<Filter>": "400 ows InvalidParameterValue Constraint",
    f"{_R3}&constraintLanguage=CQL_TEXT&constraint={'x' * 70_000}": "400 ows20 InvalidParameterValue constraint",
    f"{_V2}DescribeRecord&typeName=csw:Unknown": "400 ows InvalidParameterValue typeName",
    f"{_V2}DescribeRecord&schemaLanguage=RelaxNG": "400 ows InvalidParameterValue schemaLanguage",
    f"{_V2}DescribeRecord&outputFormat=text/example": "400 ows InvalidParameterValue outputFormat",
    f"{_V2}GetDomain&parameterName=GetRecords.unheard": "400 ows InvalidParameterValue ParameterName",
    f"{_V3}GetDomain&valueReference=dc:unheard": "400 ows20 InvalidParameterValue ValueReference",
    f"{_V2}GetDomain&propertyName={','.join(f'dc:unheard{number}' for number in range(21))}": "400 ows InvalidParameterValue PropertyName",
    f"{_V3}GetDomain&parameterName={','.join(f'x{number}' for number in range(21))}": "400 ows20 InvalidParameterValue ParameterName",
    # what is not there
    f"{_V3}GetRecordById&id=urn:x:nobody": "404 ows20 InvalidParameterValue Id",
    f"{_V3}GetRecords&typeNames=Record&recordIds=urn:x:nobody": "404 ows20 InvalidParameterValue recordIds",
    f"{_V2}GetRepositoryItem&id=urn:x:nobody": "404 ows InvalidParameterValue Id",
    # VersionNegotiationFailed, InvalidUpdateSequence
    "service=CSW&request=GetCapabilities&acceptVersions=2006.10.29": "400 ows20 VersionNegotiationFailed AcceptVersions",
    f"{_V2}GetCapabilities&updateSequence=99999999999999999": "400 ows InvalidUpdateSequence updateSequence",
    # OperationNotSupported, OptionNotSupported, NoApplicableCode
    f"{_V2}Harvest": "400 ows OperationNotSupported request",
    f"{_V3}Harvest&source=file:///etc/passwd&resourceType={GMD}": "400 ows20 OperationNotSupported request",
    f"{_V3}Transaction": "400 ows20 OperationNotSupported request",
    f"{_R3}&lat=45&lon=1&distance=10": "400 ows20 OptionNotSupported lat",
    f"{_R2}&outputSchema={GMD}&ElementName=dc:title": "400 ows OptionNotSupported ElementName",
    f"{_R3}&ElementSetName=brief&ElementName=dc:title": "400 ows20 NoApplicableCode ElementSetName",
}


@pytest.mark.parametrize("asked", KVP, ids=lambda asked: asked[:90])
def test_what_cannot_be_answered_is_reported(cite: FlaskClient, asked: str) -> None:
    answer = cite.get(f"/csw?{asked}")
    assert answer.mimetype == "application/xml"
    status, name, *said = outline(answer).replace(":", " ").split()
    assert f"{status} {name} {' '.join(said[1:])}" == KVP[asked]


def _named(version: str, name: str) -> str:
    return filtered(version, f"<f:PropertyIsEqualTo><p>{name}</p><f:Literal>x</f:Literal></f:PropertyIsEqualTo>")


_BOMB: Final = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
_EXTERNAL: Final = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
XML: Final = {
    "no XML": ("<c:GetRecords", "400 ows20:ExceptionReport NoApplicableCode request"),
    "no request": ("<x/>", "400 ows20:ExceptionReport InvalidParameterValue request"),
    "an unknown operation": (xml("2.0.2", "GetNothing"), "400 ows:ExceptionReport InvalidParameterValue request"),
    "a harvest": (xml("3.0.0", "Harvest"), "400 ows20:ExceptionReport OperationNotSupported request"),
    "another service": (xml("2.0.2", "GetCapabilities").replace("CSW", "WFS"), "400 ows:ExceptionReport InvalidParameterValue service"),
    "another version": (
        xml("2.0.2", "GetRecords", query()).replace('version="2.0.2"', 'version="1.0.0"'),
        "400 ows:ExceptionReport InvalidParameterValue version",
    ),
    "no query": (xml("2.0.2", "GetRecords"), "400 ows:ExceptionReport MissingParameterValue Query"),
    "no types": (xml("3.0.0", "GetRecords", "<c:Query/>"), "400 ows20:ExceptionReport MissingParameterValue typeNames"),
    "a bomb": (_BOMB, "400 ows20:ExceptionReport NoApplicableCode request"),
    "an external entity": (_EXTERNAL, "400 ows20:ExceptionReport NoApplicableCode request"),
    "an envelope without a body": (in_soap(""), "400 soap:Envelope Fault InvalidParameterValue request"),
    "a misspelled constraint": (
        xml("2.0.2", "GetRecords", query("<c:Constrain/>")),
        "400 ows:ExceptionReport InvalidParameterValue Query",
    ),
    "an unknown property": (
        xml("2.0.2", "GetRecords", query(_named("2.0.2", "dc:unheard"))),
        "400 ows:ExceptionReport InvalidParameterValue Constraint",
    ),
    "a filter of another namespace": (
        xml("2.0.2", "GetRecords", query('<c:Constraint><x:Filter xmlns:x="http://www.opengis.net/foo"/></c:Constraint>')),
        "400 ows:ExceptionReport InvalidParameterValue Constraint",
    ),
    "an empty constraint": (
        xml("3.0.0", "GetRecords", query("<c:Constraint/>")),
        "400 ows20:ExceptionReport InvalidParameterValue Constraint",
    ),
    "a second query": (
        xml("2.0.2", "GetRecords", query() + query(_named("2.0.2", "dc:title"))),
        "400 ows:ExceptionReport InvalidParameterValue Query",
    ),
    "a second constraint": (
        xml("3.0.0", "GetRecords", query(_named("3.0.0", "dc:title") + _named("3.0.0", "dc:type"))),
        "400 ows20:ExceptionReport InvalidParameterValue Constraint",
    ),
    "a second element set": (
        xml("2.0.2", "GetRecords", query("<c:ElementSetName>full</c:ElementSetName>")),
        "400 ows:ExceptionReport InvalidParameterValue ElementSetName",
    ),
    "a second order": (
        xml("2.0.2", "GetRecords", query(2 * "<f:SortBy/>")),
        "400 ows:ExceptionReport InvalidParameterValue SortBy",
    ),
    "two properties in a sort key": (
        xml(
            "2.0.2",
            "GetRecords",
            query(f"<f:SortBy><f:SortProperty>{2 * '<f:PropertyName>dc:date</f:PropertyName>'}</f:SortProperty></f:SortBy>"),
        ),
        "400 ows:ExceptionReport InvalidParameterValue SortBy",
    ),
    "two identifiers where one record is had": (
        xml("3.0.0", "GetRecordById", "<c:Id>a</c:Id><c:Id>b</c:Id>"),
        "400 ows20:ExceptionReport InvalidParameterValue Id",
    ),
    "a filter that is too deep": (
        xml(
            "3.0.0",
            "GetRecords",
            query(filtered("3.0.0", f"{'<f:Not>' * 200}<f:PropertyIsNull><p>dc:title</p></f:PropertyIsNull>{'</f:Not>' * 200}")),
        ),
        "400 ows20:ExceptionReport InvalidParameterValue Constraint",
    ),
    "no identifier": (xml("3.0.0", "GetRecordById"), "400 ows20:ExceptionReport MissingParameterValue Id"),
    "a transaction where nobody writes": (xml("2.0.2", "Transaction"), "400 ows:ExceptionReport OperationNotSupported request"),
    "a fault in SOAP 1.2": (in_soap(xml("2.0.2", "GetNothing")), "400 soap:Envelope Fault InvalidParameterValue request"),
    "a fault in SOAP 1.1": (
        in_soap(xml("2.0.2", "GetNothing"), SPACES["soap11"]),
        "400 soap11:Envelope Fault InvalidParameterValue request",
    ),
}


@pytest.mark.parametrize("what", XML)
def test_what_is_posted_and_cannot_be_answered_is_reported(cite: FlaskClient, what: str) -> None:
    body, answer = XML[what]
    response = post(cite, body)
    assert outline(response) == answer
    assert "/etc/passwd" not in response.text
    assert "root:" not in response.text


def test_a_report_of_2_0_2_is_that_of_ows_1_0(cite: FlaskClient) -> None:
    assert get(cite, maxRecords="x").text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' version="1.2.0" language="en"'
        ' xsi:schemaLocation="http://www.opengis.net/ows http://schemas.opengis.net/ows/1.0.0/owsExceptionReport.xsd">'
        '<ows:Exception exceptionCode="InvalidParameterValue" locator="maxRecords">'
        "<ows:ExceptionText>maxRecords is a whole number from 0 on, not 'x'</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    )


def test_a_fault_says_whose_it_is_and_holds_the_report(cite: FlaskClient) -> None:
    root = root_of(post(cite, in_soap(xml("3.0.0", "GetNothing"))))
    assert root.findtext(".//soap:Code/soap:Value", namespaces=SPACES) == "soap:Sender"
    assert root.findtext(".//soap:Reason/soap:Text", namespaces=SPACES) == "Invalid value for request: GetNothing"
    report = root.find(".//soap:Detail/ows20:ExceptionReport", SPACES)
    assert report is not None


def test_what_no_xml_can_hold_is_left_out_of_a_report(cite: FlaskClient) -> None:
    text = root_of(get(cite, maxRecords="a\x00\x0b\ufffe")).findtext(".//ows:ExceptionText", namespaces=SPACES)
    assert text == r"maxRecords is a whole number from 0 on, not 'a\x00\x0b\ufffe'"


@pytest.mark.parametrize(("version", "root"), [("2.0.2", "ows"), ("3.0.0", "ows20")])
def test_an_engine_that_cannot_answer_is_503_with_a_time_to_come_back(
    cite_app: Flask, monkeypatch: pytest.MonkeyPatch, version: str, root: str
) -> None:
    def broken(*_: object) -> SearchPage:
        raise EngineError("tantivy: segment 42 of /var/secret is gone")

    monkeypatch.setattr(cite_app.extensions["doors"].catalogue.engine, "search", broken)
    response = get(cite_app.test_client(), version)
    assert outline(response) == f"503 {root}:ExceptionReport NoApplicableCode -"
    assert response.headers["Retry-After"] == str(RETRY_SECONDS)
    assert UNAVAILABLE in response.text
    assert "segment" not in response.text
    assert "secret" not in response.text


def test_a_request_is_at_most_a_mebibyte(cite: FlaskClient) -> None:
    response = post(cite, f"<x>{'a' * 1024 * 1024}</x>")
    assert outline(response) == "413 ows20:ExceptionReport NoApplicableCode -"


def test_a_fault_of_ours_is_reported_without_a_word_of_what_it_is(cite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> SearchPage:
        raise RuntimeError("/var/secret")

    monkeypatch.setattr(cite_app.extensions["doors"].catalogue.engine, "search", broken)
    response = get(cite_app.test_client())
    assert outline(response) == "500 ows:ExceptionReport NoApplicableCode -"
    assert "secret" not in response.text


def test_a_fault_of_ours_in_reading_is_reported_as_any_other(cite: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Request:
        raise KeyError("/var/secret")

    monkeypatch.setattr("catalogue.protocols.csw.door.read_xml", broken)
    response = post(cite, xml("2.0.2", "GetRecords", query()))
    assert outline(response) == "500 ows:ExceptionReport NoApplicableCode -"
    assert "secret" not in response.text


def test_who_is_refused_before_the_door_is_told_in_the_version_that_was_asked(tmp_path: Path) -> None:
    """As those are whose personal token is not good."""
    with serving(tmp_path, [CITE / "19887a8a.xml"]) as app:
        app.before_request(lambda: abort(401))
        client = app.test_client()
        asked = xml("2.0.2", "GetRecords", query())
        for response, answer in (
            (get(client, "2.0.2"), "ows:ExceptionReport"),
            (get(client, "3.0.0"), "ows20:ExceptionReport"),
            (client.get("/csw?service=CSW&request=GetCapabilities&AcceptVersions=2.0.2"), "ows:ExceptionReport"),
            (client.get("/csw"), "ows20:ExceptionReport"),
            (client.post("/csw", data={"service": "CSW", "version": "2.0.2"}), "ows:ExceptionReport"),
            (post(client, asked), "ows:ExceptionReport"),
            (post(client, asked[:-3]), "ows:ExceptionReport"),
            (post(client, asked + "x" * 2 * 1024 * 1024), "ows20:ExceptionReport"),
            (post(client, in_soap(asked)), "soap:Envelope Fault"),
        ):
            assert outline(response) == f"401 {answer} NoApplicableCode -"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_in_the_dialect(cite: FlaskClient, method: str) -> None:
    response = cite.open("/csw", method=method)
    assert outline(response) == "405 ows20:ExceptionReport NoApplicableCode -"
    assert response.mimetype == "application/xml"
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("path", ["/csw/", "/csw/records", "/csw/%00/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_there_is_nothing_below(cite: FlaskClient, method: str, path: str) -> None:
    assert outline(cite.open(path, method=method)) == "404 ows20:ExceptionReport NoApplicableCode -"
    assert cite.open("/cswx", method=method).mimetype == "text/html"


def test_a_curator_may_post_more(tmp_path: Path) -> None:
    with serving(tmp_path, [CITE / "19887a8a.xml"], tokens=(TOKEN,)) as app:
        body = f"<x>{'a' * 2 * 1024 * 1024}</x>"
        assert outline(post(app.test_client(), body)) == "413 ows20:ExceptionReport NoApplicableCode -"
        assert outline(post(app.test_client(), body, token="wrong")) == "413 ows20:ExceptionReport NoApplicableCode -"
        assert outline(post(app.test_client(), body, token=TOKEN)) == "400 ows20:ExceptionReport InvalidParameterValue request"
