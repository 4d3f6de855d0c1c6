"""Every operation in every version and encoding: a line a request, and its answer in a line."""

from typing import Final

import pytest
from flask.testing import FlaskClient

from tests.catalogue.protocols.csw.asking import ATOM, DIF, GMD, MDB, SPACES, filtered, in_soap, outline, post, query, xml

_V2: Final = "service=CSW&version=2.0.2&request="
_V3: Final = "service=CSW&version=3.0.0&request="
_R2: Final = f"{_V2}GetRecords&resultType=results&typeNames=csw:Record"
_R3: Final = f"{_V3}GetRecords&typeNames=Record"
_ID: Final = "urn:uuid:19887a8a-f6b0-4a63-ae56-7fba0e17801f"
_ID2: Final = "urn:uuid:1ef30a8b-876d-4828-9246-c37ab4510bbd"
_ALL2: Final = "ServiceIdentification ServiceProvider OperationsMetadata Filter_Capabilities"
_ALL3: Final = "ServiceIdentification ServiceProvider OperationsMetadata Languages Filter_Capabilities"

KVP: Final = {
    # GetCapabilities
    "": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    "unheard=of": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    "config=/etc/passwd": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    "service=CSW&request=GetCapabilities": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    "SERVICE=CSW&REQUEST=GetCapabilities&VERSION=2.0.2": f"200 csw:Capabilities 2.0.2: {_ALL2}",
    f"{_V3}GetCapabilities": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    "service=CSW&request=GetCapabilities&acceptVersions=2.0.2,3.0.0": f"200 csw:Capabilities 2.0.2: {_ALL2}",
    "service=CSW&request=GetCapabilities&acceptVersions=1.0.0,3.0.0,2.0.2": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    "service=CSW&request=GetCapabilities&acceptVersions=2.0.2&version=3.0.0": f"200 csw:Capabilities 2.0.2: {_ALL2}",
    "service=CSW&request=GetCapabilities&version=1.0.0": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    f"{_V2}GetCapabilities&sections=": "200 csw:Capabilities 2.0.2: Filter_Capabilities",
    f"{_V2}GetCapabilities&sections=ServiceProvider": "200 csw:Capabilities 2.0.2: ServiceProvider Filter_Capabilities",
    f"{_V3}GetCapabilities&sections=": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    f"{_V3}GetCapabilities&sections=All": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    f"{_V3}GetCapabilities&sections=Filter_Capabilities,Languages": "200 csw30:Capabilities 3.0.0: Languages Filter_Capabilities",
    f"{_V3}GetCapabilities&updateSequence=0": f"200 csw30:Capabilities 3.0.0: {_ALL3}",
    f"{_V3}GetCapabilities&updateSequence=1795780800000000": "200 csw30:Capabilities 3.0.0: ",
    f"{_V2}GetCapabilities&updateSequence=1795780800000000": "200 csw:Capabilities 2.0.2: Filter_Capabilities",
    # DescribeRecord
    f"{_V2}DescribeRecord": f"200 csw:DescribeRecordResponse {SPACES['csw']} {GMD} {MDB}",
    f"{_V2}DescribeRecord&typeName=csw:Record": f"200 csw:DescribeRecordResponse {SPACES['csw']}",
    f"{_V2}DescribeRecord&typeName=gmd:MD_Metadata": f"200 csw:DescribeRecordResponse {GMD}",
    f"{_V2}DescribeRecord&typeName=mdb:MD_Metadata": f"200 csw:DescribeRecordResponse {MDB}",
    f"{_V2}DescribeRecord&typeName=x:MD_Metadata&namespace=xmlns(x={GMD})": f"200 csw:DescribeRecordResponse {GMD}",
    f"{_V2}DescribeRecord&typeName=x:MD_Metadata,csw:Record&namespace=xmlns(x={MDB})": (
        f"200 csw:DescribeRecordResponse {SPACES['csw']} {MDB}"
    ),
    # GetDomain
    f"{_V2}GetDomain&parameterName=GetRecords.resultType": "200 csw:GetDomainResponse GetRecords.resultType=hits|results|validate",
    f"{_V3}GetDomain&parameterName=GetRecordById.ElementSetName": (
        "200 csw30:GetDomainResponse GetRecordById.ElementSetName=brief|summary|full"
    ),
    f"{_V2}GetDomain&propertyName=dc:format": (
        "200 csw:GetDomainResponse dc:format=application/pdf|application/xhtml+xml|image/jp2|image/jpeg|image/svg+xml|text/rtf"
    ),
    f"{_V2}GetDomain&propertyName=dc:source,dc:source&parameterName={','.join(30 * ['GetRecords.resultType'])}": (
        "200 csw:GetDomainResponse GetRecords.resultType=hits|results|validate dc:source="
    ),
    f"{_V3}GetDomain&valueReference=dc:date": "200 csw30:GetDomainResponse dc:date=2003-05-09T00:00:00Z|2006-05-12T00:00:00Z",
    f"{_V2}GetDomain&propertyName=ows:BoundingBox,apiso:Lineage": "200 csw:GetDomainResponse ows:BoundingBox= apiso:Lineage=",
    # GetRecords
    f"{_V2}GetRecords&typeNames=csw:Record": "200 csw:GetRecordsResponse 12/0/1 summary:",
    f"{_V3}GetRecords&typeNames=csw30:Record&maxRecords=0": "200 csw30:GetRecordsResponse 12/0/1 summary:",
    f"{_V2}GetRecords&typeNames=csw:Record&resultType=validate": "200 csw:Acknowledgement Get",
    f"{_V3}GetRecords&typeNames=csw:Record&resultType=validate": "200 csw30:Acknowledgement Get",
    f"{_R2}&maxRecords=2&ElementSetName=brief": "200 csw:GetRecordsResponse 12/2/3 brief: BriefRecord 19887a8a BriefRecord 1ef30a8b",
    f"{_R3}&maxRecords=2&ElementSetName=brief": "200 csw30:GetRecordsResponse 12/2/3 brief: BriefRecord 19887a8a BriefRecord 1ef30a8b",
    f"{_R2}&maxRecords=1": "200 csw:GetRecordsResponse 12/1/2 summary: SummaryRecord 19887a8a",
    f"{_R3}&maxRecords=1&ElementSetName=full": "200 csw30:GetRecordsResponse 12/1/2 full: Record 19887a8a",
    f"{_R2}&maxRecords=1&startPosition=12": "200 csw:GetRecordsResponse 12/1/0 summary: SummaryRecord e9330592",
    f"{_R3}&startPosition=13": "200 csw30:GetRecordsResponse 12/0/0 summary:",
    f"{_R3}&startPosition=999999999999999999": "200 csw30:GetRecordsResponse 12/0/0 summary:",
    f"{_R3}&startPosition={'9' * 5000}": "200 csw30:GetRecordsResponse 12/0/0 summary:",
    f"{_R2}&maxRecords=1&ElementName=dc:title": "200 csw:GetRecordsResponse 12/1/2 -: Record ",
    f"{_R3}&maxRecords=1&ElementName=x:identifier&namespace=xmlns(x={SPACES['dc']})": (
        "200 csw30:GetRecordsResponse 12/1/2 -: Record 19887a8a"
    ),
    f"{_R2}&maxRecords=1&outputSchema={GMD}": "200 csw:GetRecordsResponse 12/1/2 summary: MD_Metadata 19887a8a",
    f"{_R3}&maxRecords=1&outputSchema={GMD}&ElementSetName=full": "200 csw30:GetRecordsResponse 12/1/2 full: MD_Metadata 19887a8a",
    f"{_R2}&maxRecords=1&outputSchema={MDB}": "200 csw:GetRecordsResponse 12/1/2 summary: MD_Metadata 19887a8a",
    f"{_R3}&maxRecords=1&outputSchema={MDB}&ElementSetName=full": "200 csw30:GetRecordsResponse 12/1/2 full: MD_Metadata 19887a8a",
    f"{_R2}&maxRecords=1&outputSchema={DIF}": "200 csw:GetRecordsResponse 12/1/2 summary: DIF 19887a8a",
    f"{_R3}&maxRecords=1&outputSchema={ATOM}": "200 csw30:GetRecordsResponse 12/1/2 summary: entry 19887a8a",
    f"{_R3}&maxRecords=1&outputFormat=application/atom%2Bxml": "200 atom:feed 12/1/1: entry 19887a8a",
    f"{_R3}&maxRecords=1&mode=opensearch&startPosition=2": "200 atom:feed 12/2/1: entry 1ef30a8b",
    f"{_V2}GetRecords&typeNames=gmd:MD_Metadata&resultType=results&maxRecords=1": (
        "200 csw:GetRecordsResponse 12/1/2 summary: SummaryRecord 19887a8a"
    ),
    f"{_V3}GetRecords&typeNames=mdb:MD_Metadata&maxRecords=1&outputSchema={MDB}&ElementSetName=brief": (
        "200 csw30:GetRecordsResponse 12/1/2 brief: MD_Metadata 19887a8a"
    ),
    f"{_R2}&maxRecords=1&constraintLanguage=CQL_TEXT&constraint=dc:title%20LIKE%20'Mauris%25'": (
        "200 csw:GetRecordsResponse 1/1/0 summary: SummaryRecord 94bc9c83"
    ),
    f"{_R3}&constraintLanguage=CQL_TEXT&constraint=dc:type='http://purl.org/dc/dcmitype/Text'": (
        "200 csw30:GetRecordsResponse 3/3/0 summary: SummaryRecord 66ae76b7 SummaryRecord 784e2afd SummaryRecord e9330592"
    ),
    f"{_R2}&sortBy=dc:date:D,dc:identifier:D&maxRecords=2": (
        "200 csw:GetRecordsResponse 12/2/3 summary: SummaryRecord 784e2afd SummaryRecord 94bc9c83"
    ),
    f"{_R3}&sortBy=dc:identifier:D&maxRecords=2": (
        "200 csw30:GetRecordsResponse 12/2/3 summary: SummaryRecord e9330592 SummaryRecord ab42a8c4"
    ),
    f"{_R3}&q=vegetation": "200 csw30:GetRecordsResponse 2/2/0 summary: SummaryRecord 6a3de50b SummaryRecord 94bc9c83",
    f"{_R3}&bbox=-5,47,1,52": "200 csw30:GetRecordsResponse 2/2/0 summary: SummaryRecord 94bc9c83 SummaryRecord 9a669547",
    f"{_R3}&recordIds={_ID2},urn:x:nobody": "200 csw30:GetRecordsResponse 1/1/0 summary: SummaryRecord 1ef30a8b",
    f"{_R3}&geometry=POINT(15 65)": "200 csw30:GetRecordsResponse 1/1/0 summary: SummaryRecord 1ef30a8b",
    f"{_R3}&geometry=POINT(15 65)&relation=disjoint": (
        "200 csw30:GetRecordsResponse 2/2/0 summary: SummaryRecord 94bc9c83 SummaryRecord 9a669547"
    ),
    # GetRecordById
    f"{_V2}GetRecordById&id={_ID}": "200 csw:GetRecordByIdResponse: SummaryRecord 19887a8a",
    f"{_V2}GetRecordById&id={_ID2},{_ID},urn:x:nobody,{_ID}": (
        "200 csw:GetRecordByIdResponse: SummaryRecord 1ef30a8b SummaryRecord 19887a8a"
    ),
    f"{_V2}GetRecordById&id=urn:x:nobody": "200 csw:GetRecordByIdResponse:",
    f"{_V2}GetRecordById&id={_ID}&ElementSetName=full&outputSchema={GMD}": "200 csw:GetRecordByIdResponse: MD_Metadata 19887a8a",
    f"{_V3}GetRecordById&id={_ID}": "200 csw30:SummaryRecord 19887a8a",
    f"{_V3}GetRecordById&ID={_ID}&elementSetName=brief": "200 csw30:BriefRecord 19887a8a",
    f"{_V3}GetRecordById&id={_ID}&elementSetName=full": "200 csw30:Record 19887a8a",
    f"{_V2}GetRecordById&id={_ID}&ElementSetName=brief&outputSchema={MDB}": "200 csw:GetRecordByIdResponse: MD_Metadata 19887a8a",
    f"{_V3}GetRecordById&id={_ID}&outputSchema={GMD}": "200 gmd:MD_Metadata 19887a8a",
    f"{_V3}GetRecordById&id={_ID}&outputSchema={MDB}": "200 mdb:MD_Metadata 19887a8a",
    f"{_V3}GetRecordById&id={_ID}&outputFormat=application/atom%2Bxml": "200 atom:entry 19887a8a",
    # GetRepositoryItem
    f"{_V2}GetRepositoryItem&id={_ID}": "200 csw:Record 19887a8a",
    f"{_V3}GetRepositoryItem&id={_ID}": "200 csw:Record 19887a8a",
}


@pytest.mark.parametrize("asked", KVP, ids=lambda asked: asked[:90] or "nothing")
def test_a_request_in_kvp_is_answered(cite: FlaskClient, asked: str) -> None:
    assert outline(cite.get(f"/csw?{asked}")) == KVP[asked]


def test_kvp_may_be_posted_as_a_form(cite: FlaskClient) -> None:
    answer = cite.post("/csw", data=f"{_R3}&maxRecords=1", content_type="application/x-www-form-urlencoded")
    assert outline(answer) == "200 csw30:GetRecordsResponse 12/1/2 summary: SummaryRecord 19887a8a"


@pytest.mark.parametrize("asked", [f"{_R3}", f"{_V3}GetCapabilities", f"{_R3}&maxRecords=x"])
def test_what_is_accepted_may_change_every_answer(cite: FlaskClient, asked: str) -> None:
    assert "Accept" in cite.get(f"/csw?{asked}").vary


def test_of_a_name_that_comes_twice_the_first_value_counts(cite: FlaskClient) -> None:
    answer = cite.get(f"/csw?{_R3}&maxRecords=&MAXRECORDS=1&maxrecords=5")
    assert outline(answer) == "200 csw30:GetRecordsResponse 12/1/2 summary: SummaryRecord 19887a8a"


_LIKE: Final = (
    '<f:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!" matchCase="false"><p>csw:AnyText</p>'
    "<f:Literal>*LOREM*</f:Literal></f:PropertyIsLike>"
)
_CQL: Final = "<c:Constraint version=\"1.1.0\"><c:CqlText>dc:format LIKE 'image%' AND NOT (dc:relation IS NULL)</c:CqlText></c:Constraint>"
_SORTED: Final = {
    "2.0.2": "<f:SortBy><f:SortProperty><f:PropertyName>dc:date</f:PropertyName><f:SortOrder>DESC</f:SortOrder></f:SortProperty>"
    "<f:SortProperty><f:PropertyName>dc:identifier</f:PropertyName></f:SortProperty></f:SortBy>",
    "3.0.0": "<f:SortBy><f:SortProperty><f:ValueReference>dc:date</f:ValueReference><f:SortOrder>DESC</f:SortOrder></f:SortProperty>"
    "</f:SortBy>",
}
_RESULTS: Final = {"2.0.2": {"resultType": "results"}, "3.0.0": {}}


def _posted(version: str) -> dict[str, str]:
    """Return requests in XML and their answers, the prefix of the version left out."""
    results = _RESULTS[version]
    box = (
        '<f:BBOX><p>ows:BoundingBox</p><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>60 13</gml:lowerCorner>'
        "<gml:upperCorner>70 18</gml:upperCorner></gml:Envelope></f:BBOX>"
    )
    by_id = "GetRecordByIdResponse: " if version == "2.0.2" else ""
    capabilities = f"Capabilities {version}: {_ALL2 if version == '2.0.2' else _ALL3}"
    accepted = f"<o:AcceptVersions><o:Version>9.9.9</o:Version><o:Version>{version}</o:Version></o:AcceptVersions>"
    reference = "PropertyName" if version == "2.0.2" else "ValueReference"
    text = f"<c:ParameterName>GetRecords.CONSTRAINTLANGUAGE</c:ParameterName><c:{reference}>dc:relation</c:{reference}>"
    relations = "|".join(
        f"urn:uuid:{known}"
        for known in (
            "88247b56-4cbc-4df9-9860-db3f8042e357",
            "94bc9c83-97f6-4b40-9eb8-a8e8787a5c63",
            "9a669547-b69b-469f-a11f-2d875366bbdc",
        )
    )
    return {
        xml(version, "GetCapabilities"): capabilities,
        xml(version, "GetCapabilities", accepted): capabilities,
        xml(version, "GetDomain", text): (f"GetDomainResponse GetRecords.CONSTRAINTLANGUAGE=FILTER|CQL_TEXT dc:relation={relations}"),
        xml(version, "GetRecords", query(filtered(version, _LIKE)), maxRecords="1", **results): (
            "GetRecordsResponse 5/1/2 brief: BriefRecord 19887a8a"
        ),
        xml(version, "GetRecords", query(filtered(version, box)), **results): "GetRecordsResponse 1/1/0 brief: BriefRecord 1ef30a8b",
        xml(version, "GetRecords", query(filtered(version, f"<f:Not>{box}</f:Not>")), maxRecords="1", **results): (
            "GetRecordsResponse 11/1/2 brief: BriefRecord 19887a8a"
        ),
        xml(version, "GetRecords", query(_CQL), **results): "GetRecordsResponse 1/1/0 brief: BriefRecord 829babb0",
        xml(version, "GetRecords", query(_SORTED[version]), maxRecords="2", startPosition="2", **results): (
            "GetRecordsResponse 12/2/4 brief: BriefRecord 94bc9c83 BriefRecord 9a669547"
        ),
        xml(version, "GetRecords", query(elements="<c:ElementName>dc:identifier</c:ElementName>"), maxRecords="1", **results): (
            "GetRecordsResponse 12/1/2 -: Record 19887a8a"
        ),
        xml(version, "GetRecords", query(names="gmd:MD_Metadata"), maxRecords="1", outputSchema=GMD, **results): (
            "GetRecordsResponse 12/1/2 brief: MD_Metadata 19887a8a"
        ),
        xml(version, "GetRecords", query(names="mdb:MD_Metadata"), maxRecords="1", outputSchema=MDB, **results): (
            "GetRecordsResponse 12/1/2 brief: MD_Metadata 19887a8a"
        ),
        xml(version, "GetRecords", query(), resultType="hits"): "GetRecordsResponse 12/0/1 brief:",
        xml(version, "GetRecords", query(), resultType="validate"): "Acknowledgement GetRecords",
        xml(version, "GetRecordById", f"<c:Id>{_ID}</c:Id>"): f"{by_id}SummaryRecord 19887a8a",
        xml(version, "GetRecordById", f"<c:Id>{_ID}</c:Id><c:ElementSetName>brief</c:ElementSetName>"): f"{by_id}BriefRecord 19887a8a",
    }


_PREFIX: Final = {"2.0.2": "csw", "3.0.0": "csw30"}
XML: Final = [(version, body, answer) for version in _PREFIX for body, answer in _posted(version).items()]


@pytest.mark.parametrize(("version", "body", "answer"), XML)
def test_a_request_in_xml_is_answered(cite: FlaskClient, version: str, body: str, answer: str) -> None:
    assert outline(post(cite, body)) == f"200 {_PREFIX[version]}:{answer}"


@pytest.mark.parametrize(("version", "body", "answer"), XML)
@pytest.mark.parametrize("envelope", ["soap", "soap11"])
def test_a_request_in_soap_is_answered_in_soap(cite: FlaskClient, version: str, body: str, answer: str, envelope: str) -> None:
    del version
    response = post(cite, in_soap(body, SPACES[envelope]), media_type="application/soap+xml")
    assert response.mimetype == {"soap": "application/soap+xml", "soap11": "text/xml"}[envelope]
    said = outline(response)
    name, _, about = answer.partition(" ")
    assert said.startswith(f"200 {envelope}:Envelope {name.rstrip(':')}")
    if name in {"GetRecordsResponse", "Capabilities"}:
        assert said == f"200 {envelope}:Envelope {name} {about}"


def test_the_second_identifier_of_getrecordbyid_in_xml_is_heard(cite: FlaskClient) -> None:
    body = xml("2.0.2", "GetRecordById", f"<c:Id>{_ID2}</c:Id><c:Id>{_ID}</c:Id>")
    assert outline(post(cite, body)) == "200 csw:GetRecordByIdResponse: SummaryRecord 1ef30a8b SummaryRecord 19887a8a"


def test_describerecord_in_xml_describes_the_types_it_names(cite: FlaskClient) -> None:
    body = xml("2.0.2", "DescribeRecord", "<c:TypeName>gmd:MD_Metadata</c:TypeName>")
    assert outline(post(cite, body)) == f"200 csw:DescribeRecordResponse {GMD}"


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "multipart/form-data", "application/x-www-form-urlencoded", ""])
def test_xml_is_read_whatever_type_it_is_said_to_have(cite: FlaskClient, media_type: str) -> None:
    body = xml("3.0.0", "GetRecords", query(), maxRecords="1")
    assert outline(post(cite, body, media_type=media_type)) == "200 csw30:GetRecordsResponse 12/1/2 brief: BriefRecord 19887a8a"


def test_a_request_may_be_in_another_encoding(cite: FlaskClient) -> None:
    body = f'<?xml version="1.0" encoding="UTF-16"?>{xml("2.0.2", "GetRecords", query(), resultType="results", maxRecords="1")}'
    assert outline(post(cite, body.encode("utf-16"))) == "200 csw:GetRecordsResponse 12/1/2 brief: BriefRecord 19887a8a"
