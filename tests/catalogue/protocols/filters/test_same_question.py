"""One question in four languages: one and the same tree, and the records that it means, found by a real engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.protocols.filters import parse_cql2_json, parse_cql2_text, parse_cql_text
from records.dates import Date
from tests.catalogue.protocols.filters.making import fes, ogc, op, place
from tests.contracts.making import NOW, boxed, entry, found, interval, keywords

RECORDS: dict[str, dict[str, Any]] = {
    "a": {"title": "Ocean salinity", "keywords": keywords("Water", "Salt"), "extents": (boxed(0, 40, 10, 50),)},
    "b": {"title": "Ocean colour", "keywords": keywords("water"), "datestamp": Date("2010-06-01"), "extents": (boxed(170, -5, -170, 5),)},
    "c": {"title": "Sea ice", "abstract": "Lorem ipsum dolor.", "intervals": (interval("2000", "2004"),), "size": 10},
    "d": {"abstract": "No title, dolorem.", "intervals": (interval("1990", None), interval("1950", "1951")), "size": 20},
    "e": {"title": "Desert dust", "keywords": keywords("Dust"), "datestamp": Date("2012-01-01T12:00:00Z")},
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"embedded:{tmp_path_factory.mktemp('filters') / 'catalogue'}")
    opened.put([entry(identifier, **fields) for identifier, fields in RECORDS.items()], now=NOW)
    yield opened
    opened.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, in each language, and what it finds."""

    xml: str
    cql: str = ""
    """"" where CQL has no words for it."""
    text: str = ""
    """CQL2; "" where it is written as in CQL."""
    json: object
    finds: str


def jop(name: str, *args: object) -> dict[str, object]:
    return {"op": name, "args": [{"property": argument[1:]} if str(argument).startswith("$") else argument for argument in args]}  # type: ignore[index] # a text


PERCENT = 'wildCard="%" singleChar="_" escapeChar="\\"'
OCEAN_XML = op("PropertyIsLike", "dc:title", "ocean%", attributes=PERCENT)
SALT_XML = op("PropertyIsEqualTo", "keyword", "Salt")
ICE_XML = op("PropertyIsEqualTo", "dc:title", "sea ice")
DUST_XML = op("PropertyIsEqualTo", "keyword", "Dust")
OCEAN, SALT = jop("like", "$title", "ocean%"), jop("=", "$keyword", "Salt")
ICE, DUST = jop("=", "$title", "sea ice"), jop("=", "$keyword", "Dust")
ENVELOPE = "<gml:Envelope><gml:lowerCorner>40 5</gml:lowerCorner><gml:upperCorner>45 6</gml:upperCorner></gml:Envelope>"
PERIOD = "<gml:TimePeriod><gml:beginPosition>1999</gml:beginPosition><gml:endPosition>2005</gml:endPosition></gml:TimePeriod>"
POLYGON = (
    '<gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326"><gml:exterior><gml:LinearRing>'
    "<gml:posList>39 -1 39 11 51 11 51 -1 39 -1</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
)
WKT = "POLYGON((-1 39, 11 39, 11 51, -1 51, -1 39))"

QUESTIONS = {
    "equal, texts without case": Question(
        xml=op("PropertyIsEqualTo", "dc:title", "SEA ice"), cql="dc:title = 'SEA ice'", json=jop("=", "$title", "SEA ice"), finds="c"
    ),
    "equal, keywords with case": Question(
        xml=op("PropertyIsEqualTo", "keyword", "Water"), cql="keyword = 'Water'", json=jop("=", "$keyword", "Water"), finds="a"
    ),
    "equal, keywords without case": Question(
        xml=op("PropertyIsEqualTo", "keyword", "WATER", attributes='matchCase="false"'),
        text="CASEI(keyword) = CASEI('WATER')",
        json=jop("=", jop("casei", "$keyword"), jop("casei", "WATER")),
        finds="ab",
    ),
    "not equal leaves out records that lack the property": Question(
        xml=op("PropertyIsNotEqualTo", "dc:title", "sea ice"), cql="title <> 'sea ice'", json=jop("<>", "$title", "sea ice"), finds="abe"
    ),
    "not keeps them": Question(xml=f"<Not>{ICE_XML}</Not>", cql="NOT title = 'sea ice'", json=jop("not", ICE), finds="abde"),
    "like, anywhere in any text": Question(
        xml=op("PropertyIsLike", "csw:AnyText", "%lorem%", attributes=PERCENT),
        cql="csw:AnyText LIKE '%lorem%'",
        json=jop("like", "$anytext", "%lorem%"),
        finds="cd",
    ),
    "any text without a word": Question(
        xml=op("PropertyIsNotEqualTo", "AnyText", "ocean"), cql="AnyText <> 'ocean'", json=jop("<>", "$anytext", "ocean"), finds="cde"
    ),
    "between, on text": Question(
        xml="<PropertyIsBetween><PropertyName>dc:title</PropertyName><LowerBoundary><Literal>e</Literal></LowerBoundary>"
        "<UpperBoundary><Literal>ocean d</Literal></UpperBoundary></PropertyIsBetween>",
        cql="title BETWEEN 'e' AND 'ocean d'",
        json=jop("between", "$title", "e", "ocean d"),
        finds="b",
    ),
    "a year is all of it": Question(
        xml=op("PropertyIsLessThanOrEqualTo", "dct:modified", "2010"),
        cql="dct:modified <= '2010'",
        json=jop("<=", "$updated", "2010"),
        finds="b",
    ),
    "numbers": Question(xml=op("PropertyIsGreaterThan", "size", "10"), cql="size > 10", json=jop(">", "$size", 10), finds="d"),
    "missing": Question(xml=op("PropertyIsNull", "dc:title"), cql="title IS NULL", json=jop("isNull", "$title"), finds="d"),
    "missing, not": Question(
        xml=f"<Not>{op('PropertyIsNull', 'size')}</Not>", cql="size IS NOT NULL", json=jop("not", jop("isNull", "$size")), finds="cd"
    ),
    "siblings keep their operands": Question(
        xml=f"<Or><And>{OCEAN_XML}{SALT_XML}</And><And>{ICE_XML}<Not>{DUST_XML}</Not></And></Or>",
        cql="(title LIKE 'ocean%' AND keyword = 'Salt') OR (title = 'sea ice' AND NOT keyword = 'Dust')",
        json=jop("or", jop("and", OCEAN, SALT), jop("and", ICE, jop("not", DUST))),
        finds="ac",
    ),
    "two alternatives together": Question(
        xml=f"<And><Or>{OCEAN_XML}{DUST_XML}</Or><Or>{SALT_XML}{DUST_XML}</Or></And>",
        cql="(title LIKE 'ocean%' OR keyword = 'Dust') AND (keyword = 'Salt' OR keyword = 'Dust')",
        json=jop("and", jop("or", OCEAN, DUST), jop("or", SALT, DUST)),
        finds="ae",
    ),
    "neither of three": Question(
        xml=f"<Not><Or>{OCEAN_XML}{ICE_XML}{DUST_XML}</Or></Not>",
        cql="NOT (title LIKE 'ocean%' OR title = 'sea ice' OR keyword = 'Dust')",
        json=jop("not", jop("or", OCEAN, ICE, DUST)),
        finds="d",
    ),
    "in a box": Question(
        xml=place("BBOX", ENVELOPE),
        cql="BBOX(ows:BoundingBox, 5, 40, 6, 45)",
        text="S_INTERSECTS(extent, BBOX(5, 40, 6, 45))",
        json=jop("s_intersects", "$extent", {"bbox": [5, 40, 6, 45]}),
        finds="a",
    ),
    "not in a box finds records without one": Question(
        xml=f"<Not><BBOX>{ENVELOPE}</BBOX></Not>",
        cql="NOT BBOX(extent, 5, 40, 6, 45)",
        text="NOT S_INTERSECTS(extent, BBOX(5, 40, 6, 45))",
        json=jop("not", jop("s_intersects", "$extent", {"bbox": [5, 40, 6, 45]})),
        finds="bcde",
    ),
    "a box across the antimeridian": Question(
        xml=place("BBOX", '<gml:Box srsName="CRS84"><gml:coordinates>175,-1 -175,1</gml:coordinates></gml:Box>'),
        cql="BBOX(extent, 175, -1, -175, 1)",
        text="S_INTERSECTS(extent, BBOX(175, -1, -175, 1))",
        json=jop("s_intersects", "$extent", {"bbox": [175, -1, -175, 1]}),
        finds="b",
    ),
    "within a polygon": Question(
        xml=place("Within", POLYGON),
        cql=f"WITHIN(extent, {WKT})",
        text=f"S_WITHIN(extent, {WKT})",
        json=jop("s_within", "$extent", {"type": "Polygon", "coordinates": [[[-1, 39], [11, 39], [11, 51], [-1, 51], [-1, 39]]]}),
        finds="a",
    ),
    "during a period": Question(
        xml=place("During", PERIOD, "apiso:TemporalExtent"),
        cql="apiso:TemporalExtent DURING '1999/2005'",
        text="T_DURING(interval, INTERVAL('1999', '2005'))",
        json=jop("t_during", "$interval", {"interval": ["1999", "2005"]}),
        finds="c",
    ),
    "after a date": Question(
        xml=place("After", "<gml:TimeInstant><gml:timePosition>2011</gml:timePosition></gml:TimeInstant>", "dct:modified"),
        cql="dct:modified AFTER '2011'",
        text="T_AFTER(updated, DATE('2011'))",
        json=jop("t_after", "$updated", {"date": "2011"}),
        finds="e",
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_one_question_has_one_tree_and_one_answer(engine: Engine, name: str) -> None:
    question = QUESTIONS[name]
    tree = ogc(question.xml)
    assert fes(question.xml.replace("PropertyName>", "ValueReference>")) == tree
    assert parse_cql2_text(question.text or question.cql) == tree
    assert parse_cql2_json(question.json) == tree
    if question.cql:
        assert parse_cql_text(question.cql) == tree
    assert "".join(sorted(found(engine, filter=tree))) == question.finds


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("T_INTERSECTS(interval, INTERVAL('2003', '2010'))", "cd"),
        ("T_INTERSECTS(interval, DATE('2004-12-31'))", "cd"),
        ("T_INTERSECTS(interval, INTERVAL('2005', '2006'))", "d"),
        ("T_INTERSECTS(interval, INTERVAL('..', '1989'))", "d"),
        ("T_INTERSECTS(interval, INTERVAL('1952', '1989'))", ""),  # between its two intervals
        ("T_INTERSECTS(interval, INTERVAL('1989', '2010'))", "cd"),
        ("T_INTERSECTS(interval, INTERVAL('..', '..'))", "cd"),
        ("T_INTERSECTS(updated, INTERVAL('2010', '2011'))", "b"),
        ("A_CONTAINS(keyword, ('Salt', 'Water'))", "a"),
        ("A_OVERLAPS(keyword, ('Salt', 'Dust'))", "ae"),
        ("A_EQUALS(keyword, ('Dust'))", "e"),
        ("A_CONTAINEDBY(keyword, ('Dust', 'water'))", "be"),
        ("CASEI(keyword) <> CASEI('WATER')", "e"),
        ("TRUE", "abcde"),
        ("FALSE", ""),
        ("identifier IN ('a', 'x')", "a"),
        ("anytext IS NULL", ""),
        (" OR ".join(["size = 10"] * 5001), "c"),
    ],
)
def test_what_one_language_alone_can_say(engine: Engine, text: str, finds: str) -> None:
    assert "".join(sorted(found(engine, filter=parse_cql2_text(text)))) == finds


@pytest.mark.parametrize(
    ("marks", "pattern"),
    [
        ('wildCard="*" singleChar="?" escapeChar="!"', "*lorem*"),
        ('wildCard="$$" singleChar="##" escapeChar="||"', "$$lor##m$$"),
        ('wildCard="(" singleChar="[" escapeChar="^"', "(lor[m("),
        ('wildCard="." singleChar="+" escape="\\"', ".lor+m."),
        ("", "%lor_m%"),
    ],
)
def test_any_wildcards_will_do(engine: Engine, marks: str, pattern: str) -> None:
    assert "".join(sorted(found(engine, filter=ogc(op("PropertyIsLike", "AnyText", pattern, attributes=marks))))) == "cd"
