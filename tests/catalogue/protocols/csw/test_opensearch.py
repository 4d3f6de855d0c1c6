"""The links of a feed: whoever follows them gets the rest of the same answer."""

from typing import Final

import pytest
from flask.testing import FlaskClient

from tests.catalogue.protocols.csw.asking import ATOM, SPACES, filtered, found, get, post, query, root_of, xml
from tests.catalogue.protocols.serving import BASE_URL

_FILTER: Final = (
    '<Filter xmlns="http://www.opengis.net/fes/2.0"><PropertyIsLike wildCard="%" singleChar="_" escapeChar="!">'
    "<ValueReference>dc:title</ValueReference><Literal>%a%</Literal></PropertyIsLike></Filter>"
)
NARROWED: Final[dict[str, dict[str, str]]] = {
    "nothing": {},
    "words": {"q": "data & measure"},
    "CQL": {"constraint": "dc:title LIKE '%a%' AND NOT (dc:title LIKE '%&%')", "constraintLanguage": "CQL_TEXT"},
    "a filter": {"constraint": _FILTER, "constraintLanguage": "FILTER"},
    "a geometry": {"geometry": "POINT(1 44)", "relation": "intersects", "geometry_crs": "urn:ogc:def:crs:OGC:1.3:CRS84"},
    "a box": {"bbox": "40,-5,50,10,urn:ogc:def:crs:EPSG::4326"},
    "a time": {"time": "1990/2020", "trel": "During"},
    "an end": {"end": "2015"},
    "an order": {"sortBy": "dc:title:D"},
    "a type of another prefix": {"typeNames": "x:Record", "namespace": f"xmlns(x={SPACES['csw30']})"},
    "an element set": {"ElementSetName": "full", "outputSchema": ATOM, "mode": "opensearch"},
}


def _links(client: FlaskClient, address: str) -> dict[str, str]:
    assert address.startswith(f"{BASE_URL}/csw?")
    feed = root_of(client.get(address.removeprefix(BASE_URL)))
    return {link.get("rel", ""): link.get("href", "") for link in feed.iterfind("atom:link", SPACES)}


def _entries(client: FlaskClient, address: str) -> list[str]:
    return found(client.get(address.removeprefix(BASE_URL)))


@pytest.mark.parametrize("what", NARROWED)
def test_the_links_lead_to_exactly_the_rest_of_the_answer(holdings: FlaskClient, what: str) -> None:
    asked = {"outputFormat": "application/atom+xml", **NARROWED[what]}
    every = found(get(holdings, "3.0.0", maxRecords="200", **asked))
    assert len(every) > 2
    assert (len(every) == 110) == (what in {"nothing", "an order", "a type of another prefix", "an element set"})
    first = root_of(get(holdings, "3.0.0", maxRecords="2", **asked))
    links = {link.get("rel", ""): link.get("href", "") for link in first.iterfind("atom:link", SPACES)}
    walked = _entries(holdings, links["self"])
    while "next" in links:
        walked += _entries(holdings, links["next"])
        links = _links(holdings, links["next"])
    assert walked == every


def test_a_number_alone_leads_to_the_records(holdings: FlaskClient) -> None:
    answer = get(holdings, "3.0.0", resultType="hits", outputFormat="application/atom+xml", q="SWOT")
    (link,) = root_of(answer).findall("atom:link[@rel='next']", SPACES)
    assert _entries(holdings, link.get("href", "")) == found(get(holdings, "3.0.0", q="SWOT"))


def _posted(inner: str) -> str:
    return xml("3.0.0", "GetRecords", query(inner), outputFormat="application/atom+xml", maxRecords="2")


_LIKE: Final = (
    '<f:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!"><p>dc:title</p><f:Literal>{word}</f:Literal></f:PropertyIsLike>'
)
_DESCENDING: Final = (
    "<f:SortBy><f:SortProperty><f:ValueReference>dc:title</f:ValueReference><f:SortOrder>DESC</f:SortOrder></f:SortProperty></f:SortBy>"
)


def test_what_no_address_can_say_has_no_links_to_its_pages(holdings: FlaskClient) -> None:
    one, other = (root_of(post(holdings, _posted(filtered("3.0.0", _LIKE.format(word=word))))) for word in ("*a*", "*e*"))
    assert [link.get("rel") for link in one.iterfind("atom:link", SPACES)] == ["search"]
    assert one.findtext("atom:id", "", SPACES).startswith(f"{BASE_URL}/csw#")
    assert one.findtext("atom:id", "", SPACES) != other.findtext("atom:id", "", SPACES)


def test_what_is_posted_without_a_filter_has_them(holdings: FlaskClient) -> None:
    answer = post(holdings, _posted(_DESCENDING))
    (link,) = root_of(answer).findall("atom:link[@rel='next']", SPACES)
    both = found(answer) + _entries(holdings, link.get("href", ""))
    assert both == found(get(holdings, "3.0.0", maxRecords="4", sortBy="dc:title:D"))
