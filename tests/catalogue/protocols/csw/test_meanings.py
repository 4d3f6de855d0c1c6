"""Meanings on which clients rely, and what the capabilities promise."""

from typing import Final

import pytest
from flask.testing import FlaskClient

from mappings.index.fields import FIELDS
from tests.catalogue.protocols.csw.asking import (
    GMD,
    MDB,
    SPACES,
    counts,
    filtered,
    found,
    get,
    outline,
    post,
    query,
    records_of,
    root_of,
    xml,
)
from tests.catalogue.protocols.serving import CITE, HOLDINGS

_BOX: Final = (
    "<f:BBOX><p>ows:BoundingBox</p><gml:Envelope><gml:lowerCorner>{south} {west}</gml:lowerCorner>"
    "<gml:upperCorner>{north} {east}</gml:upperCorner></gml:Envelope></f:BBOX>"
)


def _all(client: FlaskClient, condition: str, version: str = "2.0.2") -> set[str]:
    body = xml(version, "GetRecords", query(filtered(version, condition)), resultType="results", maxRecords="200")
    return set(found(post(client, body)))


def _is(name: str, value: str, operator: str = "PropertyIsEqualTo") -> str:
    return f"<f:{operator}><p>{name}</p><f:Literal>{value}</f:Literal></f:{operator}>"


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_not_equal_leaves_out_records_that_lack_the_property_and_not_keeps_them(cite: FlaskClient, version: str) -> None:
    formats = {"19887a8a", "66ae76b7", "784e2afd", "829babb0", "a06af396", "e9330592"}
    assert _all(cite, _is("dc:format", "image/jpeg", "PropertyIsNotEqualTo"), version) == formats - {"a06af396"}
    assert len(_all(cite, f"<f:Not>{_is('dc:format', 'image/jpeg')}</f:Not>", version)) == 11


def test_not_bbox_finds_records_without_a_box(cite: FlaskClient) -> None:
    everywhere = _BOX.format(south=-90, west=-180, north=90, east=180)
    assert len(_all(cite, f"<f:Not>{everywhere}</f:Not>")) == 9


def test_null_is_what_a_record_lacks(cite: FlaskClient) -> None:
    assert _all(cite, "<f:PropertyIsNull><p>dc:title</p></f:PropertyIsNull>") == {"1ef30a8b", "88247b56", "ab42a8c4"}


def test_between_works_on_text(cite: FlaskClient) -> None:
    between = (
        "<f:PropertyIsBetween><p>dc:title</p><f:LowerBoundary><f:Literal>lorem</f:Literal></f:LowerBoundary>"
        "<f:UpperBoundary><f:Literal>mauris z</f:Literal></f:UpperBoundary></f:PropertyIsBetween>"
    )
    assert _all(cite, between) == {"19887a8a", "a06af396", "66ae76b7", "94bc9c83"}


def test_titles_are_sorted_those_without_one_last(cite: FlaskClient) -> None:
    ascending = found(get(cite, sortBy="dc:title:A", maxRecords="20"))
    assert ascending[:4] == ["784e2afd", "e9330592", "19887a8a", "a06af396"]
    assert set(ascending[-3:]) == {"1ef30a8b", "88247b56", "ab42a8c4"}
    assert found(get(cite, sortBy="dc:title:D", maxRecords="20"))[:9] == ascending[:9][::-1]


def test_hits_say_that_nothing_is_returned(cite: FlaskClient) -> None:
    assert counts(get(cite, resultType="hits")) == (12, 0, 1)
    assert counts(get(cite, resultType="hits", maxRecords="5")) == (12, 0, 1)
    assert counts(get(cite, maxRecords="0")) == (12, 0, 1)


def test_the_last_page_says_what_it_has_and_that_nothing_follows(cite: FlaskClient) -> None:
    assert counts(get(cite, startPosition="11")) == (12, 2, 0)
    assert counts(get(cite, maxRecords="9" * 30)) == (12, 12, 0)
    assert counts(get(cite, "3.0.0", startPosition="11", maxRecords="2")) == (12, 2, 0)


def test_bare_is_capabilities_3_0_0(cite: FlaskClient) -> None:
    assert outline(cite.get("/csw")).startswith("200 csw30:Capabilities 3.0.0")


@pytest.mark.parametrize(
    "name", ["csw:Record", "csw30:Record", "Record", "gmd:MD_Metadata", "mdb:MD_Metadata", "csw:Record,gmd:MD_Metadata"]
)
@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_the_usual_type_names_need_no_namespace(cite: FlaskClient, version: str, name: str) -> None:
    assert counts(get(cite, version, typeNames=name)) == (12, 10, 11)


def test_more_than_the_maximum_is_served_as_the_maximum_with_the_right_next_record(holdings: FlaskClient) -> None:
    total, returned, following = counts(get(holdings, maxRecords="100000"))
    assert (total, returned, following) == (total, total, 0)
    assert counts(get(holdings, "3.0.0", maxRecords="unlimited")) == (total, total, 0)


def test_unknown_parameters_are_ignored(cite: FlaskClient) -> None:
    answer = get(cite, "3.0.0", mode="sru", config="/etc/passwd", verb="ListRecords", responseHandler="mailto:x@example.org", foo="bar")
    assert counts(answer) == (12, 10, 11)


def test_a_response_handler_in_xml_is_not_called(cite: FlaskClient) -> None:
    inner = f"<c:ResponseHandler>ftp://127.0.0.1:1/x</c:ResponseHandler>{query()}"
    assert counts(post(cite, xml("2.0.2", "GetRecords", inner, resultType="results"))) == (12, 10, 11)


@pytest.mark.parametrize("mode", ["sru", "oaipmh"])
def test_other_protocols_of_pycsw_are_off(cite: FlaskClient, mode: str) -> None:
    assert outline(cite.get(f"/csw?mode={mode}&verb=Identify&operation=searchRetrieve")).startswith("200 csw30:Capabilities")


def test_the_request_id_is_repeated(cite: FlaskClient) -> None:
    assert root_of(get(cite, requestId="urn:x:<7>")).findtext("csw:RequestId", namespaces=SPACES) == "urn:x:<7>"
    body = xml("3.0.0", "GetRecords", query(), requestId="urn:x:8", resultType="validate")
    assert root_of(post(cite, body)).findtext("csw30:RequestId", namespaces=SPACES) == "urn:x:8"


def test_addresses_are_those_the_catalogue_is_known_by_whatever_host_was_asked(cite: FlaskClient) -> None:
    answer = cite.get("/csw", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in answer.text
    assert 'xlink:href="http://catalogue.example/csw"' in answer.text


@pytest.mark.parametrize("media_type", ["text/xml", "application/xml"])
def test_an_accepted_format_is_the_type_of_the_answer(cite: FlaskClient, media_type: str) -> None:
    assert get(cite, "3.0.0", "GetCapabilities", acceptFormats=media_type).mimetype == media_type
    assert get(cite, outputFormat=media_type).mimetype == media_type


def _constraints(client: FlaskClient, version: str) -> dict[str, list[str]]:
    root = root_of(get(client, version, "GetCapabilities"))
    return {
        constraint.get("name", ""): [value.text or "" for value in constraint.iter("{*}Value")] for constraint in root.iter("{*}Constraint")
    }


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_the_capabilities_say_the_limits_and_everything_that_is_searchable(cite: FlaskClient, version: str) -> None:
    said = _constraints(cite, version)
    assert said["MaxRecordDefault"] == ["10"]
    assert said["MaxRecordLimit"] == ["1000"]
    assert said["IsoProfiles"] == [GMD]
    assert said["PostEncoding"] == ["XML", "SOAP"]
    core = said["SupportedDublinCoreQueryables" if version == "2.0.2" else "CoreQueryables"]
    named = {name for field in FIELDS.values() for name in field.csw or (field.name,)}
    assert {*core, *said["SupportedISOQueryables"], *said["AdditionalQueryables"]} == named
    for name in said["CoreSortables"]:
        assert get(cite, version, sortBy=f"{name}:A").status_code == 200


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_the_capabilities_say_who_runs_the_catalogue(cite: FlaskClient, version: str) -> None:
    text = get(cite, version, "GetCapabilities").text
    assert "<ows:ProviderName>Reflecs</ows:ProviderName>".replace("ows:", "ows:" if version == "2.0.2" else "ows20:") in text
    assert "serad@example.org" in text
    assert "missing" not in text


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_every_value_of_every_parameter_in_the_capabilities_is_taken(cite: FlaskClient, version: str) -> None:
    root = root_of(get(cite, version, "GetCapabilities"))
    for parameter in root.iter("{*}Parameter"):
        operation, name = parameter.getparent(), parameter.get("name", "")
        if (
            operation is None
            or operation.get("name") not in {"GetRecords", "GetRecordById", "DescribeRecord"}
            or name == "CONSTRAINTLANGUAGE"
        ):
            continue
        for value in parameter.iter("{*}Value"):
            answer = get(
                cite, version, operation.get("name", ""), **{"id": "urn:uuid:19887a8a-f6b0-4a63-ae56-7fba0e17801f", name: value.text or ""}
            )
            assert answer.status_code == 200, (operation.get("name"), name, value.text)


def test_the_document_of_a_record_is_handed_out_byte_for_byte(cite: FlaskClient, holdings: FlaskClient) -> None:
    for path in sorted(CITE.glob("*.xml")):
        identifier = next(iter(path.read_text().split("<dc:identifier>")[1:])).partition("<")[0]
        assert get(cite, operation="GetRepositoryItem", id=identifier).data == path.read_bytes()
    swot = HOLDINGS / "earth" / "SWOT.xml"
    assert get(holdings, "3.0.0", "GetRepositoryItem", id="SWOT").data == swot.read_bytes()


def test_full_iso_is_the_stored_bytes_of_the_root(holdings: FlaskClient) -> None:
    stored = (HOLDINGS / "earth" / "SWOT.xml").read_bytes()
    root = stored[stored.index(b"<gm") :].rstrip()
    answer = get(holdings, operation="GetRecordById", id="SWOT", outputSchema=GMD, ElementSetName="full")
    assert root in answer.data


@pytest.mark.parametrize("version", ["2.0.2", "3.0.0"])
def test_iso_19115_3_of_2016_is_understood_and_answered_under_the_name_of_2018(cite: FlaskClient, version: str) -> None:
    asked = {"outputSchema": "http://standards.iso.org/iso/19115/-3/mdb/1.0", "maxRecords": "1"}
    root = root_of(get(cite, version, **asked))
    (results,) = root.iter("{*}SearchResults")
    assert results.get("recordSchema") == MDB
    assert [record.tag for record in records_of(root)] == [f"{{{MDB}}}MD_Metadata"]
    offered = [value.text for value in root_of(get(cite, version, "GetDomain", parameterName="GetRecords.outputSchema")).iter("{*}Value")]
    assert MDB in offered
    assert asked["outputSchema"] not in offered


def test_the_order_that_was_made_for_a_record_is_in_what_is_written_of_it(holdings: FlaskClient) -> None:
    for schema, element_set in ((SPACES["csw"], "full"), (GMD, "summary"), (MDB, "full"), (SPACES["dif"], "full")):
        everything = get(holdings, outputSchema=schema, ElementSetName=element_set, maxRecords="200")
        assert "https://sipad.example/order?dataset=" in everything.text, schema


def test_times_narrow_by_sharing(holdings: FlaskClient) -> None:
    assert counts(get(holdings, "3.0.0", time="2006"))[0] > 0
    assert counts(get(holdings, "3.0.0", start="2006-01-01", stop="2006-12-31")) == counts(get(holdings, "3.0.0", time="2006"))
    assert counts(get(holdings, "3.0.0", stop="1900")) == (0, 0, 0)


def test_a_relation_to_a_time_is_understood(holdings: FlaskClient) -> None:
    sharing, *_ = counts(get(holdings, "3.0.0", time="2000/2010"))
    within, *_ = counts(get(holdings, "3.0.0", time="2000/2010", trel="During"))
    around, *_ = counts(get(holdings, "3.0.0", time="2006-06-01/2006-06-02", trel="TContains"))
    before, *_ = counts(get(holdings, "3.0.0", time="2000", trel="before"))
    assert sharing > within > 0
    assert around > 0
    assert before > 0
    assert counts(get(holdings, "3.0.0", time="2000/2010", trel="AnyInteracts"))[0] == sharing


def test_platform_and_instrument_of_opensearch_narrow(holdings: FlaskClient) -> None:
    platforms = [value.text or "" for value in root_of(get(holdings, operation="GetDomain", propertyName="platform")).iter("{*}Value")]
    total, *_ = counts(get(holdings, "3.0.0", **{"eo:platform": platforms[0]}))
    assert 0 < total < 110
    assert counts(get(holdings, "3.0.0", **{"eo:platform": "nothing flies by this name"})) == (0, 0, 0)


def test_records_of_words_come_by_relevance_and_all_others_by_identifier(holdings: FlaskClient) -> None:
    assert found(get(holdings, maxRecords="200")) == sorted(found(get(holdings, maxRecords="200")))
    assert found(get(holdings, "3.0.0", q="SWOT"))[0] == "SWOT"


def test_an_identifier_with_a_comma_is_found_by_kvp(curated: FlaskClient) -> None:
    record = "<csw:Record><dc:identifier>a,b</dc:identifier><dc:title>t</dc:title></csw:Record>"
    insert = xml("2.0.2", "Transaction", f"<c:Insert>{record}</c:Insert>")
    assert post(curated, insert, token="a-curators-token-of-tests").status_code == 200
    for version in ("2.0.2", "3.0.0"):
        assert found(get(curated, version, "GetRecordById", id="a,b")) == ["a,b"]


def test_a_description_of_records_can_be_used_apart_from_its_folder(cite: FlaskClient) -> None:
    root = root_of(get(cite, operation="DescribeRecord"))
    places = [reference.get("schemaLocation") or "" for reference in root.iter("{*}import", "{*}include")]
    assert places
    assert all(place.startswith("http") for place in places)


def test_every_record_of_every_schema_has_its_identifier(cite: FlaskClient) -> None:
    for schema in (SPACES["csw"], GMD, MDB, SPACES["dif"], SPACES["atom"]):
        for element_set in ("brief", "summary", "full"):
            answer = get(cite, outputSchema=schema, ElementSetName=element_set, maxRecords="20")
            assert len(found(answer)) == len(list(records_of(root_of(answer)))) == 12
