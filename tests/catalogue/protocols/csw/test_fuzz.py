"""Ten thousand mangled requests: each is answered with XML, none with a fault of ours, none hangs.

The requests are drawn from a seeded generator: valid ones in all encodings, with bytes, parts, names and values changed, doubled, moved
and taken out; and bombs and external entities among them.
"""

import random
from collections import Counter
from collections.abc import Callable
from typing import Final
from urllib.parse import quote_plus

import pytest
from flask.testing import FlaskClient

from mappings.xml import parse_xml
from tests.catalogue.protocols.csw.asking import GMD, SPACES, filtered, in_soap, query, xml

_ROUNDS: Final = 10_000
_PARTS: Final = 20

_BOX: Final = (
    '<f:BBOX><p>ows:BoundingBox</p><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>44 -6</gml:lowerCorner>'
    "<gml:upperCorner>70 20</gml:upperCorner></gml:Envelope></f:BBOX>"
)
_LIKE: Final = (
    '<f:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!" matchCase="false"><p>csw:AnyText</p><f:Literal>*lorem*</f:Literal>'
    "</f:PropertyIsLike>"
)
_BETWEEN: Final = (
    "<f:PropertyIsBetween><p>dc:date</p><f:LowerBoundary><f:Literal>2003</f:Literal></f:LowerBoundary>"
    "<f:UpperBoundary><f:Literal>2006-05-12</f:Literal></f:UpperBoundary></f:PropertyIsBetween>"
)
_POLYGON: Final = (
    '<f:Intersects><p>apiso:BoundingBox</p><gml:Polygon srsName="CRS:84"><gml:exterior><gml:LinearRing><gml:posList>0 0 9 0 9 50 0 50 0 0'
    "</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></f:Intersects>"
)
_FILTERS: Final = (
    f"<f:And>{_LIKE}<f:Not>{_BOX}</f:Not></f:And>",
    f"<f:Or>{_BETWEEN}<f:PropertyIsNull><p>dc:title</p></f:PropertyIsNull>{_POLYGON}</f:Or>",
    '<f:FeatureId fid="urn:uuid:19887a8a-f6b0-4a63-ae56-7fba0e17801f"/>',
)
_ID: Final = "urn:uuid:19887a8a-f6b0-4a63-ae56-7fba0e17801f"
_BODIES: Final = tuple(
    body
    for version in ("2.0.2", "3.0.0")
    for plain in (
        xml(version, "GetCapabilities", "<o:AcceptVersions><o:Version>2.0.2</o:Version></o:AcceptVersions>"),
        xml(version, "GetRecordById", f"<c:Id>{_ID}</c:Id><c:ElementSetName>full</c:ElementSetName>"),
        xml(version, "GetDomain", "<c:ParameterName>GetRecords.outputSchema</c:ParameterName>"),
        xml(version, "DescribeRecord", "<c:TypeName>csw:Record</c:TypeName>"),
        xml(version, "Transaction", "<c:Insert><csw:Record><dc:identifier>x</dc:identifier></csw:Record></c:Insert>"),
        xml(version, "Harvest", "<c:Source>file:///etc/passwd</c:Source>"),
        xml(version, "GetRecords", query("<c:Constraint><c:CqlText>dc:title LIKE '%a%'</c:CqlText></c:Constraint>"), resultType="results"),
        *(
            xml(version, "GetRecords", query(filtered(version, condition)), resultType="results", maxRecords="3", outputSchema=schema)
            for condition in _FILTERS
            for schema in (SPACES["csw"], GMD)
        ),
    )
    for body in (plain, in_soap(plain))
)
_QUERIES: Final = tuple(
    f"service=CSW&version={version}&request={asked}"
    for version in ("2.0.2", "3.0.0")
    for asked in (
        "GetCapabilities&sections=All&acceptFormats=text/xml&updateSequence=1",
        f"GetRecordById&id={_ID}&ElementSetName=brief&outputSchema={GMD}",
        "GetDomain&parameterName=GetRecords.resultType&propertyName=dc:type&valueReference=dc:date",
        "DescribeRecord&typeName=gmd:MD_Metadata",
        f"GetRepositoryItem&id={_ID}",
        "GetRecords&typeNames=csw:Record&resultType=results&maxRecords=3&startPosition=2&sortBy=dc:title:D&ElementName=dc:title",
        "GetRecords&typeNames=Record&q=lorem+ipsum&bbox=-10,40,20,70&time=2000/2010&trel=During&outputFormat=application/atom%2Bxml",
        "GetRecords&typeNames=Record&geometry=POLYGON((0+0,9+0,9+50,0+0))&relation=within&eo:platform=x&recordIds=a,b",
        (
            "GetRecords&typeNames=x:Record&namespace=xmlns(x=http://www.opengis.net/cat/csw/3.0)&constraintLanguage=CQL_TEXT"
            "&constraint=dc:title+LIKE+'%25a%25'+AND+NOT+BBOX(ows:BoundingBox,-10,40,20,70)+OR+dc:date+AFTER+2005-01-01"
        ),
    )
)
_VALUES: Final = (
    *(
        "",
        "0",
        "-1",
        "9" * 40,
        "1e9",
        "NaN",
        "x",
        "'",
        '"',
        "<",
        "&amp;",
        "]]>",
        "%00",
        "\x00",
        "é",
        "\ud7ff",
        "*",
        "%",
        "\\",
        "((((",
        "csw:",
    ),
    *(
        "urn:ogc:def:crs:EPSG::4326",
        "2006-02-30",
        "-5000000/..",
        "..",
        "/",
        "file:///etc/passwd",
        "dc:title:A,dc:title:D",
        "xmlns(",
        "a" * 3000,
    ),
)
_HOSTILE: Final = (
    '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;&y;&y;&y;&y;">]>',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">',
    '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>',
    '<?xml-stylesheet href="file:///etc/passwd"?>',
)


def _cut(text: str, draw: random.Random) -> str:
    begin = draw.randrange(len(text) + 1)
    return text[:begin] + text[begin + draw.randrange(1, 12) :]


def _put(text: str, draw: random.Random) -> str:
    begin = draw.randrange(len(text) + 1)
    return text[:begin] + draw.choice(_VALUES) + text[begin:]


def _doubled(text: str, draw: random.Random) -> str:
    begin = draw.randrange(len(text) + 1)
    piece = text[begin : begin + draw.randrange(1, 200)]
    return text[:begin] + piece * draw.choice((2, 3, 50)) + text[begin:]


def _swapped(text: str, draw: random.Random) -> str:
    places = sorted(draw.randrange(len(text) + 1) for _ in range(4))
    one, two, three, four = places
    return text[:one] + text[three:four] + text[two:three] + text[one:two] + text[four:]


def _hostile(text: str, draw: random.Random) -> str:
    return draw.choice(_HOSTILE) + text.replace("lorem", "&x;")


def _deep(text: str, draw: random.Random) -> str:
    levels = draw.choice((50, 150, 400))
    return text.replace("<f:Filter>", f"<f:Filter>{'<f:Not>' * levels}").replace("</f:Filter>", f"{'</f:Not>' * levels}</f:Filter>")


def _value(text: str, draw: random.Random) -> str:
    """Change the value of a parameter, or of an attribute."""
    pieces = text.split("=")
    at = draw.randrange(len(pieces))
    end = next((place for place, letter in enumerate(pieces[at]) if place and letter in '&" '), len(pieces[at]))
    quoted = '"' if pieces[at].startswith('"') else ""
    pieces[at] = quoted + draw.choice(_VALUES) + pieces[at][end:]
    return "=".join(pieces)


_CHANGES: Final[tuple[Callable[[str, random.Random], str], ...]] = (_cut, _put, _doubled, _swapped, _value, _value)


def _mangled(text: str, draw: random.Random, changes: tuple[Callable[[str, random.Random], str], ...]) -> str:
    for _ in range(draw.choice((1, 1, 1, 3))):
        text = draw.choice(changes)(text, draw) or "x"
    return text[:50_000]


@pytest.mark.parametrize("part", range(_PARTS))
def test_mangled_requests_are_answered_in_xml_and_never_by_a_fault_of_ours(cite: FlaskClient, part: int) -> None:
    draw = random.Random(part)  # noqa: S311 (a test draws the same requests each time)
    statuses: Counter[int] = Counter()
    for _ in range(_ROUNDS // _PARTS):
        if draw.random() < 0.5:
            asked = _mangled(draw.choice(_QUERIES), draw, _CHANGES)
            answer = cite.get("/csw", query_string=asked if draw.random() < 0.5 else quote_plus(asked, safe="=&", errors="replace"))
        else:
            asked = _mangled(draw.choice(_BODIES), draw, (*_CHANGES, _hostile, _deep))
            encoding = draw.choice(("utf-8", "utf-8", "utf-8", "utf-16", "latin-1"))
            answer = cite.post("/csw", data=asked.encode(encoding, "replace"), content_type=draw.choice(("application/xml", "text/plain")))
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, asked
        parse_xml(answer.data)
        assert b"Traceback" not in answer.data
        assert b"root:x:" not in answer.data
    assert statuses[200] > 30
    assert statuses[400] > 50
