"""One question, one answer: the page, CSW 2.0.2, CSW 3.0, Records, OpenSearch and OAI-PMH give the same identifiers, all of them."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from urllib.parse import unquote, urlencode
from xml.sax.saxutils import escape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mappings.xml import NAMESPACES, parse_xml
from tests.catalogue.protocols.serving import CITE, HOLDINGS, serving

SPACES: Final = {**NAMESPACES, "atom": "http://www.w3.org/2005/Atom", "oai": "http://www.openarchives.org/OAI/2.0/"}
PAGE: Final = 7
"""Records a page, so that every walk has several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question in the words of each door; None where a door has no words for it.

    Attributes:
        page: parameters of the results page.
        fes: a filter for CSW, with the prefix `f` for the filter's namespace and `v` for the name of a property.
        cql: CQL text for CSW 2.0.2 and 3.0.
        csw3: other parameters of CSW 3.0.
        records: parameters of Records' items.
        collection: the collection of Records.
        opensearch: parameters of OpenSearch.
        oai: arguments of ListIdentifiers.
    """

    name: str
    page: Mapping[str, str] | None = None
    fes: str | None = None
    cql: str | None = None
    csw3: Mapping[str, str] | None = None
    records: Mapping[str, str] | None = None
    collection: str = "records"
    opensearch: Mapping[str, str] | None = None
    oai: Mapping[str, str] | None = None
    at_least: int = field(default=2)


def _is(name: str, value: str, operator: str = "PropertyIsEqualTo") -> str:
    return f"<f:{operator}><v>{name}</v><f:Literal>{escape(value)}</f:Literal></f:{operator}>"


def _like(name: str, value: str) -> str:
    return f'<f:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!"><v>{name}</v><f:Literal>{value}</f:Literal></f:PropertyIsLike>'


def _box(west: float, south: float, east: float, north: float) -> str:
    corners = f"<gml:lowerCorner>{south} {west}</gml:lowerCorner><gml:upperCorner>{north} {east}</gml:upperCorner>"
    return f'<f:BBOX><v>ows:BoundingBox</v><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326">{corners}</gml:Envelope></f:BBOX>'


def _domain(domain: str, at_least: int = 2) -> Question:
    return Question(
        name=f"the domain {domain}",
        page={"domain": domain},
        fes=_is("domain", domain),
        cql=f"domain = '{domain}'",
        records={},
        collection=domain,
        opensearch={"domain": domain},
        oai={"set": f"domain:{domain}"},
        at_least=at_least,
    )


QUESTIONS: Final = (
    Question(name="everything", page={}, fes="", csw3={}, records={}, opensearch={}, oai={}, at_least=101),
    *(_domain(domain, 5) for domain in ("earth", "universe", "life", "material")),
    Question(
        name="a word",
        page={"q": "exoplanet", "exact": "1"},
        csw3={"q": "exoplanet"},
        records={"q": "exoplanet"},
        opensearch={"q": "exoplanet"},
    ),
    Question(name="a phrase", page={"q": '"sea surface"', "exact": "1"}, csw3={"q": '"sea surface"'}, records={"q": "sea surface"}),
    Question(
        name="any text like a word",
        fes=_like("csw:AnyText", "*altimet*"),
        cql="AnyText LIKE '%altimet%'",
        records={"filter": "anytext LIKE '%altimet%'"},
    ),
    Question(
        name="a title",
        fes=_is("dc:title", "COROT Mission"),
        cql="dc:title = 'COROT Mission'",
        records={"title": "COROT Mission"},
        at_least=1,
    ),
    Question(
        name="titles that begin alike",
        fes=_like("apiso:Title", "COROT*"),
        cql="Title LIKE 'COROT%'",
        records={"filter": "title LIKE 'COROT%'"},
    ),
    Question(
        name="a box",
        page={"bbox": "-10,40,20,60"},
        fes=_box(-10, 40, 20, 60),
        cql="BBOX(ows:BoundingBox, -10, 40, 20, 60)",
        csw3={"bbox": "-10,40,20,60"},
        records={"bbox": "-10,40,20,60"},
        opensearch={"bbox": "-10,40,20,60"},
    ),
    Question(
        name="a box over the antimeridian",
        page={"bbox": "170,-20,-170,20"},
        fes=_box(170, -20, -170, 20),
        csw3={"bbox": "170,-20,-170,20"},
        records={"bbox": "170,-20,-170,20"},
        opensearch={"bbox": "170,-20,-170,20"},
    ),
    Question(
        name="no box",
        fes=f"<f:Not>{_box(-180, -90, 180, 90)}</f:Not>",
        cql="NOT BBOX(ows:BoundingBox, -180, -90, 180, 90)",
        records={"filter": "NOT S_INTERSECTS(extent, BBOX(-180, -90, 180, 90))"},
    ),
    Question(
        name="a time",
        page={"from": "2007-01-01", "to": "2007-12-31"},
        csw3={"time": "2007-01-01/2007-12-31"},
        records={"datetime": "2007-01-01/2007-12-31"},
        opensearch={"start": "2007-01-01", "end": "2007-12-31"},
    ),
    Question(
        name="a mission", page={"project": "COROT"}, fes=_is("project", "COROT"), cql="project = 'COROT'", records={"project": "COROT"}
    ),
    Question(
        name="parts of a record",
        page={"parent": "COROT"},
        fes=_is("apiso:ParentIdentifier", "COROT"),
        cql="ParentIdentifier = 'COROT'",
        records={"parent": "COROT"},
    ),
    Question(
        name="one of several",
        fes=f"<f:Or>{_is('dc:identifier', 'COROT')}{_is('dc:identifier', 'SMOS_CATDS_L3')}{_is('dc:identifier', 'nowhere')}</f:Or>",
        cql="dc:identifier IN ('COROT', 'SMOS_CATDS_L3', 'nowhere')",
        records={"ids": "COROT,SMOS_CATDS_L3,nowhere"},
    ),
    Question(
        name="two chains beside each other",
        fes=f"<f:And><f:Or>{_is('domain', 'earth')}{_is('domain', 'universe')}</f:Or>"
        f"<f:Or>{_like('dc:title', '*SMOS*')}{_like('dc:title', '*COROT*')}</f:Or></f:And>",
        cql="(domain = 'earth' OR domain = 'universe') AND (title LIKE '%SMOS%' OR title LIKE '%COROT%')",
        records={"filter": "(domain = 'earth' OR domain = 'universe') AND (title LIKE '%SMOS%' OR title LIKE '%COROT%')"},
    ),
    Question(
        name="what lacks a title",
        fes="<f:PropertyIsNull><v>dc:title</v></f:PropertyIsNull>",
        cql="dc:title IS NULL",
        records={"filter": "title IS NULL"},
    ),
    Question(
        name="the date of the last change",
        fes=_is("dct:modified", "2020", "PropertyIsGreaterThan"),
        cql="dct:modified > '2020'",
        records={"filter": "updated > DATE('2020-12-31')"},
        at_least=1,
    ),
    Question(
        name="a type of Dublin Core",
        fes=_is("dc:type", "http://purl.org/dc/dcmitype/Image"),
        cql="dc:type = 'http://purl.org/dc/dcmitype/Image'",
        records={"resource_type": "http://purl.org/dc/dcmitype/Image"},
    ),
    Question(
        name="nothing",
        page={"q": "qqqqxxxx", "exact": "1"},
        fes=_is("dc:title", "qqqq"),
        csw3={"q": "qqqqxxxx"},
        records={"q": "qqqqxxxx"},
        opensearch={"q": "qqqqxxxx"},
        at_least=0,
    ),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The shipped records and those of OGC's suite."""
    with serving(tmp_path_factory.mktemp("doors"), [HOLDINGS, CITE]) as served:
        yield served


def _page(client: FlaskClient, parameters: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for number in range(1, 100):
        page = client.get("/search", query_string={**parameters, "page": str(number)}).text
        here = [unescape(value) for value in re.findall(r'<input type="checkbox" name="id" value="([^"]*)"', page)]
        found += here
        if len(here) < 10:
            break
    return found


def _constraint(fes: str, version: str) -> str:
    if not fes:
        return ""
    prefix, name = ("fes", "ValueReference") if version == "3.0.0" else ("ogc", "PropertyName")
    words = fes.replace("<f:", f"<{prefix}:").replace("</f:", f"</{prefix}:").replace("<v>", f"<{prefix}:{name}>")
    words = words.replace("</v>", f"</{prefix}:{name}>")
    return f'<csw:Constraint version="1.1.0"><{prefix}:Filter>{words}</{prefix}:Filter></csw:Constraint>'


def _post(client: FlaskClient, fes: str, version: str) -> list[str]:
    csw = NAMESPACES["csw30" if version == "3.0.0" else "csw"]
    gml = NAMESPACES["gml" if version == "3.0.0" else "gml31"]

    def body(start: int) -> str:
        return (
            f'<csw:GetRecords xmlns:csw="{csw}" xmlns:ogc="http://www.opengis.net/ogc" xmlns:fes="http://www.opengis.net/fes/2.0"'
            f' xmlns:gml="{gml}" service="CSW" version="{version}" resultType="results" startPosition="{start}" maxRecords="{PAGE}">'
            f'<csw:Query typeNames="csw:Record"><csw:ElementSetName>brief</csw:ElementSetName>{_constraint(fes, version)}</csw:Query>'
            "</csw:GetRecords>"
        )

    return _walk_csw(lambda start: client.post("/csw", data=body(start), content_type="application/xml").data)


def _get(client: FlaskClient, parameters: Mapping[str, str], version: str) -> list[str]:
    asked = {
        "service": "CSW",
        "version": version,
        "request": "GetRecords",
        "typeNames": "csw:Record",
        "elementSetName": "brief",
        "resultType": "results",
        "maxRecords": str(PAGE),
        **parameters,
    }
    return _walk_csw(lambda start: client.get("/csw", query_string={**asked, "startPosition": str(start)}).data)


def _walk_csw(ask: Callable[[int], bytes]) -> list[str]:
    found: list[str] = []
    start, matched = 1, 0
    while start:
        root = parse_xml(ask(start))
        results = root.find("{*}SearchResults")
        assert results is not None, root
        found += [str(name.text) for name in results.iterfind("*/dc:identifier", SPACES)]
        matched = int(results.get("numberOfRecordsMatched", "-1"))
        start = int(results.get("nextRecord", "-1"))
    assert matched == len(found)
    return found


def _records(client: FlaskClient, collection: str, parameters: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    path: str | None = f"/ogc/collections/{collection}/items?{urlencode({**parameters, 'limit': PAGE})}"
    while path is not None:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        page = answer.get_json()
        found += [feature["id"] for feature in page["features"]]
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert page["numberMatched"] == len(found)
    return found


def _opensearch(client: FlaskClient, parameters: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    path: str | None = f"/opensearch/search?{urlencode({**parameters, 'count': PAGE})}"
    while path is not None:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        feed = parse_xml(answer.data)
        found += [str(name.text) for name in feed.iterfind("atom:entry/dc:identifier", SPACES)]
        path = next((link.get("href") for link in feed.iterfind("atom:link[@rel='next']", SPACES)), None)
    return found


def _oai(client: FlaskClient, arguments: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    asked: Mapping[str, str] = {"metadataPrefix": "oai_dc", **arguments}
    while asked:
        root = parse_xml(client.get("/oai", query_string={"verb": "ListIdentifiers", **asked}).data)
        names = root.iterfind(".//oai:header/oai:identifier", SPACES)
        found += [unquote(str(name.text).split(":", 2)[2]) for name in names]
        token = root.findtext(".//oai:resumptionToken", None, SPACES)
        asked = {"resumptionToken": token} if token else {}
    return found


def _answers(client: FlaskClient, asked: Question) -> Iterator[tuple[str, list[str]]]:
    """Yield each door's answer."""
    if asked.page is not None:
        yield "page", _page(client, asked.page)
    for version in ("2.0.2", "3.0.0"):
        if asked.fes is not None:
            yield f"CSW {version} by filter", _post(client, asked.fes, version)
        if asked.cql is not None:
            cql = {"constraintLanguage": "CQL_TEXT", "constraint_language_version": "1.1.0", "constraint": asked.cql}
            yield f"CSW {version} by CQL", _get(client, cql, version)
    if asked.csw3 is not None:
        yield "CSW 3.0.0 by parameters", _get(client, asked.csw3, "3.0.0")
    if asked.records is not None:
        yield "Records", _records(client, asked.collection, asked.records)
    if asked.opensearch is not None:
        yield "OpenSearch", _opensearch(client, asked.opensearch)
    if asked.oai is not None:
        yield "OAI-PMH", _oai(client, asked.oai)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.name)
def test_every_door_gives_the_same_records(app: Flask, asked: Question) -> None:
    answers = dict(_answers(app.test_client(), asked))
    assert len(answers) >= 2
    first = next(iter(answers.values()))
    assert len(first) >= asked.at_least
    for door, found in answers.items():
        assert len(found) == len(set(found)), f"{door} gives a record twice"
        assert set(found) == set(first), f"{door} answers differently from {next(iter(answers))}"
