"""What OGC's conformance suites for CSW 2.0.2 and 3.0 demand, with their twelve records: a test for each sentence of the field notes."""

from typing import Final
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import etree

from mappings.formats import read
from records.model import Record
from tests.catalogue.protocols.csw.asking import (
    ATOM,
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
from tests.catalogue.protocols.serving import CITE

RECORDS: Final[list[Record]] = [read(path.read_bytes()) for path in sorted(CITE.glob("*.xml"))]


def _found(client: FlaskClient, condition: str, **attributes: str) -> list[str]:
    body = xml("2.0.2", "GetRecords", query(filtered("2.0.2", condition)), resultType="results", maxRecords="20", **attributes)
    return found(post(client, body))


def _is(name: str, value: str, operator: str = "PropertyIsEqualTo") -> str:
    return f"<f:{operator}><p>{name}</p><f:Literal>{value}</f:Literal></f:{operator}>"


def _like(name: str, value: str, case: str = "true") -> str:
    marks = f'wildCard="*" singleChar="?" escapeChar="\\" matchCase="{case}"'
    return f"<f:PropertyIsLike {marks}><p>{name}</p><f:Literal>{value}</f:Literal></f:PropertyIsLike>"


# CSW 2.0.2


def test_the_twelve_records_are_alone_in_the_catalogue_their_identifiers_kept_as_they_are(cite: FlaskClient) -> None:
    root = root_of(get(cite, maxRecords="20"))
    identifiers = [record.findtext("dc:identifier", namespaces=SPACES) for record in records_of(root)]
    assert identifiers == sorted(record.identifier for record in RECORDS)
    assert all(str(identifier).startswith("urn:uuid:") for identifier in identifiers)


@pytest.mark.parametrize("element_set", ["brief", "summary", "full"])
def test_a_box_says_its_crs_to_the_letter_latitude_first(cite: FlaskClient, element_set: str) -> None:
    root = root_of(get(cite, maxRecords="20", ElementSetName=element_set))
    boxes = {
        tuple(float(number) for corner in box for number in (corner.text or "").split())
        for box in root.iter(f"{{{SPACES['ows']}}}BoundingBox")
    }
    assert boxes == {(60.042, 13.754, 68.41, 17.92), (47.595, -4.097, 51.217, 0.889), (44.792, -6.171, 51.126, -2.228)}
    assert {box.get("crs") for box in root.iter("{*}BoundingBox")} == {"urn:x-ogc:def:crs:EPSG:6.11:4326"}


@pytest.mark.parametrize(
    ("condition", "identifiers"),
    [
        (_is("dc:relation", "urn:uuid:9a669547-b69b-469f-a11f-2d875366bbdc"), ["829babb0"]),
        (_is("dc:format", "application/pdf"), ["784e2afd"]),
        (_is("dc:type", "http://purl.org/dc/dcmitype/Image"), ["19887a8a", "829babb0", "a06af396"]),
        (_is("dc:subject", "Land titles"), ["e9330592"]),
        (_is("dc:date", "2006-01-01", "PropertyIsGreaterThan"), ["784e2afd", "94bc9c83"]),
        (
            (
                '<f:BBOX><p>ows:BoundingBox</p><gml:Envelope srsName="urn:x-ogc:def:crs:EPSG:6.11:4326"><gml:lowerCorner>47.0 -4.5'
                "</gml:lowerCorner><gml:upperCorner>52.0 1.0</gml:upperCorner></gml:Envelope></f:BBOX>"
            ),
            ["94bc9c83", "9a669547"],
        ),
        (
            f"<f:And>{_like('dc:format', 'image/*')}{_is('dc:relation', 'urn:uuid:9a669547-b69b-469f-a11f-2d875366bbdc')}</f:And>",
            ["829babb0"],
        ),
        (
            f"<f:Or>{_like('dc:format', 'application/*xml')}{_is('dc:type', 'http://purl.org/dc/dcmitype/Image')}</f:Or>",
            ["19887a8a", "66ae76b7", "829babb0", "a06af396"],
        ),
    ],
)
def test_relation_format_type_subject_date_and_box_are_queryable(cite: FlaskClient, condition: str, identifiers: list[str]) -> None:
    assert _found(cite, condition) == identifiers


def test_like_takes_stars_and_ignores_case_where_it_shall(cite: FlaskClient) -> None:
    assert _found(cite, _like("dc:title", "Lorem*")) == ["19887a8a", "a06af396"]
    assert _found(cite, _like("dc:title", "*LOREM*", "false")) == ["19887a8a", "a06af396"]


def test_anytext_like_finds_words_containing_it_at_least_five_records(cite: FlaskClient) -> None:
    assert _found(cite, _like("csw:AnyText", "*lorem*")) == ["19887a8a", "88247b56", "94bc9c83", "a06af396", "ab42a8c4"]


def test_records_are_sorted_by_identifier_in_code_point_order(cite: FlaskClient) -> None:
    identifiers = sorted(record.identifier.removeprefix("urn:uuid:")[:8] for record in RECORDS)
    assert found(get(cite, sortBy="dc:identifier:A", maxRecords="20")) == identifiers
    assert found(get(cite, sortBy="dc:identifier:D", maxRecords="20")) == identifiers[::-1]


@pytest.mark.parametrize(
    ("direction", "dated"),
    [("A", ["e9330592", "9a669547", "94bc9c83", "784e2afd"]), ("D", ["784e2afd", "94bc9c83", "9a669547", "e9330592"])],
)
def test_records_are_sorted_by_date_those_without_one_together(cite: FlaskClient, direction: str, dated: list[str]) -> None:
    assert found(get(cite, sortBy=f"dc:date:{direction}", maxRecords="20"))[:4] == dated


def test_a_request_without_result_type_counts(cite: FlaskClient) -> None:
    assert counts(post(cite, xml("2.0.2", "GetRecords", query()))) == (12, 0, 1)


def test_ad_hoc_views_hold_the_elements_asked_for_and_no_others(cite: FlaskClient) -> None:
    names = "".join(f"<c:ElementName>{name}</c:ElementName>" for name in ("dc:identifier", "dc:type", "dc:date"))
    root = root_of(post(cite, xml("2.0.2", "GetRecords", query(elements=names), resultType="results")))
    assert {etree.QName(element).localname for record in records_of(root) for element in record} == {"identifier", "type", "date"}


def test_an_unsupported_format_of_capabilities_is_answered_in_xml(cite: FlaskClient) -> None:
    answer = get(cite, "2.0.2", "GetCapabilities", acceptFormats="message/example")
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")


@pytest.mark.parametrize("name", ["csw:SummaryRecord", "csw:BriefRecord"])
def test_views_cannot_be_queried(cite: FlaskClient, name: str) -> None:
    body = xml("2.0.2", "GetRecords", query(names=name), resultType="results")
    assert outline(post(cite, body)) == "400 ows:ExceptionReport InvalidParameterValue typeNames"


@pytest.mark.parametrize(
    "condition",
    [
        (
            "<f:BBOX><p>dct:spatial</p><gml:Envelope><gml:lowerCorner>47 -4</gml:lowerCorner><gml:upperCorner>52 1</gml:upperCorner>"
            "</gml:Envelope></f:BBOX>"
        ),
        '<f:PropertyIsEqualTo><p>dc:title</p><f:Function name="Dummy"><f:Literal>x</f:Literal></f:Function></f:PropertyIsEqualTo>',
    ],
)
def test_a_box_of_what_is_no_place_and_an_unknown_function_are_invalid(cite: FlaskClient, condition: str) -> None:
    body = xml("2.0.2", "GetRecords", query(filtered("2.0.2", condition)), resultType="results")
    assert outline(post(cite, body)) == "400 ows:ExceptionReport InvalidParameterValue Constraint"


@pytest.mark.parametrize(
    ("said", "name", "locator"),
    [
        ({}, "Record", "typeName"),
        ({"outputFormat": "text/sgml"}, "csw:Record", "outputFormat"),
        ({"schemaLanguage": "http://purl.oclc.org/dsdl/schematron"}, "csw:Record", "schemaLanguage"),
    ],
)
def test_descriptions_want_a_qualified_name_and_a_known_language_and_format(
    cite: FlaskClient, said: dict[str, str], name: str, locator: str
) -> None:
    answer = post(cite, xml("2.0.2", "DescribeRecord", f"<c:TypeName>{name}</c:TypeName>", **said))
    assert outline(answer) == f"400 ows:ExceptionReport InvalidParameterValue {locator}"


# CSW 3.0, KVP


def test_a_type_works_without_a_prefix_and_by_any_that_is_bound(cite: FlaskClient) -> None:
    bound = get(cite, "3.0.0", typeNames="tns:Record", namespace=f"xmlns(tns={SPACES['csw30']})")
    assert found(get(cite, "3.0.0", typeNames="Record")) == found(bound)


@pytest.mark.parametrize("element_set", ["brief", "summary", "full"])
def test_the_identifier_stands_once_in_a_record(cite: FlaskClient, element_set: str) -> None:
    root = root_of(get(cite, "3.0.0", maxRecords="20", elementSetName=element_set))
    assert [len(record.findall("dc:identifier", SPACES)) for record in records_of(root)] == [1] * 12


@pytest.mark.parametrize("record", [each for each in RECORDS if each.title or each.keywords], ids=lambda record: record.identifier[9:17])
def test_the_last_word_of_any_title_or_subject_is_found_by_q(cite: FlaskClient, record: Record) -> None:
    for text in (record.title, *(keyword.term for keyword in record.keywords)):
        if text is not None:
            word = text.split()[-1]
            assert record.identifier.removeprefix("urn:uuid:")[:8] in found(get(cite, "3.0.0", q=word))


def test_punctuation_and_stop_words_are_found_by_q(cite: FlaskClient) -> None:
    assert "88247b56" in found(get(cite, "3.0.0", q="accumsan."))
    assert "6a3de50b" in found(get(cite, "3.0.0", q="ut"))


def test_a_word_that_occurs_nowhere_finds_nothing(cite: FlaskClient) -> None:
    for word in ("qwxzkj", "loren"):
        assert counts(get(cite, "3.0.0", q=word)) == (0, 0, 0)


def test_a_box_is_latitude_first_with_the_urn_of_epsg_and_longitude_first_without_a_crs(cite: FlaskClient) -> None:
    assert found(get(cite, "3.0.0", bbox="60,13,70,18,urn:ogc:def:crs:EPSG::4326")) == ["1ef30a8b"]
    assert found(get(cite, "3.0.0", bbox="13,60,18,70")) == ["1ef30a8b"]
    assert found(get(cite, "3.0.0", bbox="13,60,18,70,urn:ogc:def:crs:OGC:1.3:CRS84")) == ["1ef30a8b"]
    assert found(get(cite, "3.0.0", bbox="60,13,70,18")) == []


def test_an_unknown_crs_and_numbers_out_of_range_give_400_with_code_and_locator_and_an_unknown_identifier_404(cite: FlaskClient) -> None:
    unknown = get(cite, "3.0.0", bbox="472944,5363287,492722,5455253,urn:ogc:def:crs:EPSG::0000")
    assert outline(unknown) == "400 ows20:ExceptionReport InvalidParameterValue bbox"
    assert outline(get(cite, "3.0.0", bbox="514432,5429689,529130,5451619")) == "400 ows20:ExceptionReport InvalidParameterValue bbox"
    assert outline(get(cite, "3.0.0", "GetRecordById", id="urn:x:1")) == "404 ows20:ExceptionReport InvalidParameterValue Id"


def test_slices_and_next_record_are_exact(cite: FlaskClient) -> None:
    everything = found(get(cite, "3.0.0", maxRecords="20"))
    for start in range(1, 13):
        for most in (1, 2, 5, 12):
            answer = get(cite, "3.0.0", startPosition=str(start), maxRecords=str(most))
            expected = everything[start - 1 : start - 1 + most]
            following = start + len(expected)
            assert (found(answer), counts(answer)) == (expected, (12, len(expected), following if following <= 12 else 0))


def test_elements_and_element_sets_exclude_each_other_as_the_suite_has_it(cite: FlaskClient) -> None:
    answer = get(cite, "3.0.0", ElementSetName="brief", ElementName="x:subject", namespace=f"xmlns(x={SPACES['dc']})")
    assert outline(answer) == "400 ows20:ExceptionReport NoApplicableCode ElementSetName"


def test_words_and_a_box_narrow_together(cite: FlaskClient) -> None:
    assert found(get(cite, "3.0.0", bbox="-10,40,10,55", q="Mauris")) == ["94bc9c83"]


def test_a_subject_with_no_record_asked_for_is_counted_alone(cite: FlaskClient) -> None:
    answer = get(cite, "3.0.0", q="Hydrography-Oceanographic", maxRecords="0")
    assert counts(answer) == (1, 0, 1)
    assert list(records_of(root_of(answer))) == []


def test_a_format_of_capabilities_that_is_not_there_is_refused_unless_another_is_accepted(cite: FlaskClient) -> None:
    refused = get(cite, "3.0.0", "GetCapabilities", acceptFormats="model/x3d+xml,text/html")
    assert outline(refused) == "400 ows20:ExceptionReport InvalidParameterValue acceptFormats"
    assert get(cite, "3.0.0", "GetCapabilities", acceptFormats="model/x3d+xml,text/xml").mimetype == "text/xml"


def test_a_record_is_an_atom_entry_for_who_accepts_that(cite: FlaskClient) -> None:
    answer = cite.get(
        "/csw",
        query_string={"service": "CSW", "version": "3.0.0", "request": "GetRecordById", "id": RECORDS[0].identifier},
        headers={"Accept": "application/atom+xml"},
    )
    assert answer.mimetype == "application/atom+xml"
    assert root_of(answer).tag == f"{{{ATOM}}}entry"
    assert root_of(answer).findtext("dc:identifier", namespaces=SPACES) == RECORDS[0].identifier


def test_the_first_output_schema_of_the_capabilities_is_the_default(cite: FlaskClient) -> None:
    root = root_of(get(cite, "3.0.0", "GetCapabilities"))
    for operation in ("GetRecords", "GetRecordById"):
        values = root.xpath(
            f"//ows20:Operation[@name='{operation}']/ows20:Parameter[@name='outputSchema']//ows20:Value/text()", namespaces=SPACES
        )
        assert isinstance(values, list)
        assert values[0] == SPACES["csw30"]
        assert ATOM in values


def test_the_capabilities_name_the_conformance_classes(cite: FlaskClient) -> None:
    root = root_of(get(cite, "3.0.0", "GetCapabilities"))
    named = {
        (constraint.get("name") or "").rpartition("/")[2]: constraint.findtext(".//ows20:Value", namespaces=SPACES)
        for constraint in root.iterfind("ows20:OperationsMetadata/ows20:Constraint", SPACES)
    }
    assert {name for name, value in named.items() if value == "TRUE"} == {
        *("OpenSearch", "GetCapabilities-XML", "GetRecordById-XML", "GetRecords-Basic-XML", "GetDomain-XML", "GetDomain-KVP"),
        *("Filter-CQL", "Filter-FES-XML", "Filter-FES-KVP-Advanced"),
    }
    assert {name for name, value in named.items() if value == "FALSE"} >= {"Harvest-Basic-XML", "GetRecords-Distributed-KVP", "Transaction"}


# CSW 3.0, OpenSearch


def _description(client: FlaskClient, accept: str = "application/opensearchdescription+xml") -> etree._Element:
    answer = client.get("/csw", headers={"Accept": accept})
    assert answer.mimetype == "application/opensearchdescription+xml"
    return root_of(answer)


def _templates(client: FlaskClient) -> dict[str, str]:
    return {url.get("type", ""): url.get("template", "") for url in _description(client).iterfind("os:Url", SPACES)}


def _filled(template: str, **values: str) -> str:
    """Return a template filled in as the suite does it: the first position is 1 where it is not said, all else empty."""
    for name, value in {"startIndex": "1", **values}.items():
        template = template.replace(f"{{{name}?}}", value).replace(f"{{{name.replace('_', ':')}?}}", value)
    while "{" in template:
        begin, _, rest = template.partition("{")
        template = begin + rest.partition("}")[2]
    return template.removeprefix("http://catalogue.example")


@pytest.mark.parametrize(
    "accept",
    [
        "application/opensearchdescription+xml",
        "application/vnd.a9.opensearchdescription+xml",
        "application/xml; q=0.5, application/opensearchdescription+xml",
    ],
)
def test_the_base_address_gives_the_description_to_who_prefers_it(cite: FlaskClient, accept: str) -> None:
    assert _description(cite, accept).tag == f"{{{SPACES['os']}}}OpenSearchDescription"


@pytest.mark.parametrize("accept", ["*/*", "application/xml", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"])
def test_everybody_else_gets_the_capabilities(cite: FlaskClient, accept: str) -> None:
    assert outline(cite.get("/csw", headers={"Accept": accept})).startswith("200 csw30:Capabilities")


def test_the_capabilities_say_where_the_description_is(cite: FlaskClient) -> None:
    root = root_of(get(cite, "3.0.0", "GetCapabilities"))
    path = "//ows20:Constraint[@name='OpenSearchDescriptionDocument']//ows20:Value"
    address = root.find(f".{path}", SPACES)
    assert address is not None
    answer = cite.get((address.text or "").removeprefix("http://catalogue.example"))
    assert answer.mimetype == "application/opensearchdescription+xml"


def test_url_templates_are_valid_uris(cite: FlaskClient) -> None:
    templates = _templates(cite)
    assert set(templates) == {"application/xml", "application/atom+xml"}
    for template in templates.values():
        address = f"http://catalogue.example{_filled(template, searchTerms=quote('mauris ä'))}"
        assert quote(address, safe="/:?&=%") == address
        assert urlsplit(address).path == "/csw"
    assert "outputschema=http://www.opengis.net/cat/csw/3.0" in templates["application/xml"]
    assert "outputformat=application/atom%2Bxml" in templates["application/atom+xml"]


@pytest.mark.parametrize("media_type", ["application/xml", "application/atom+xml"])
def test_templates_find_what_is_filled_in(cite: FlaskClient, media_type: str) -> None:
    template = _templates(cite)[media_type]

    def ask(**values: str) -> list[str]:
        return found(cite.get(_filled(template, **values), headers={"Accept": media_type}))

    assert ask(searchTerms="mauris") == ["94bc9c83"]
    assert ask(geo_box="13,60,18,70") == ["1ef30a8b"]
    assert ask(geo_uid=quote(RECORDS[0].identifier)) == ["19887a8a"]
    assert len(ask(count="4", startIndex="3")) == 4
    assert ask(searchTerms="qwxzkj") == []
    assert cite.get(_filled(template, geo_uid="uid-1")).status_code == 404
    assert cite.get(_filled(template, geo_box="514432,5429689,529130,5451619")).status_code == 400


def test_the_example_finds_something(cite: FlaskClient) -> None:
    example = _description(cite).find("os:Query[@role='example']", SPACES)
    assert example is not None
    assert found(cite.get(_filled(_templates(cite)["application/atom+xml"], searchTerms=example.get("searchTerms", "")))) != []


def test_an_empty_parameter_means_absent(cite: FlaskClient) -> None:
    empty = {
        "eo:cloudCover": "",
        "eo:platform": "",
        "q": "",
        "bbox": "",
        "time": "/",
        "start": "",
        "stop": "",
        "recordIds": "",
        "maxRecords": "",
    }
    assert counts(get(cite, "3.0.0", **empty)) == (12, 10, 11)


def test_atom_feeds_carry_author_search_link_numbers_and_the_request(cite: FlaskClient) -> None:
    root = root_of(get(cite, "3.0.0", outputFormat="application/atom+xml", startPosition="3", maxRecords="2", bbox="-10,40,20,70"))
    assert root.findtext("atom:author/atom:name", namespaces=SPACES) == "Reflecs"
    search = root.find("atom:link[@rel='search']", SPACES)
    assert search is not None
    assert search.get("type") == "application/opensearchdescription+xml"
    numbers = [root.findtext(f"os:{name}", namespaces=SPACES) for name in ("totalResults", "startIndex", "itemsPerPage")]
    assert numbers == ["3", "3", "2"]
    asked = root.find("os:Query[@role='request']", SPACES)
    assert asked is not None
    assert asked.get("{http://a9.com/-/opensearch/extensions/geo/1.0/}box") == "-10,40,20,70"


def test_the_links_of_a_feed_lead_on(cite: FlaskClient) -> None:
    root = root_of(get(cite, "3.0.0", outputFormat="application/atom+xml", maxRecords="7"))
    identifiers = found(get(cite, "3.0.0", outputFormat="application/atom+xml", maxRecords="7"))
    following = root.find("atom:link[@rel='next']", SPACES)
    assert following is not None
    answer = cite.get(following.get("href", "").removeprefix("http://catalogue.example"))
    assert sorted(identifiers + found(answer)) == sorted(record.identifier.removeprefix("urn:uuid:")[:8] for record in RECORDS)
    assert root_of(answer).find("atom:link[@rel='next']", SPACES) is None
