"""OGC Filter 1.0, 1.1 and FES 2.0: what each operator becomes, and what is refused."""

import pytest
from pygeofilter import ast, values

from catalogue.protocols.filters import parse_fes
from records.errors import QueryError
from tests.catalogue.protocols.filters.making import (
    EXTENT,
    FES,
    INTERVAL,
    KEYWORD,
    TITLE,
    UPDATED,
    fes,
    like,
    null,
    ogc,
    op,
    place,
    same,
    xml,
)

ANYTEXT, SIZE, IDENTIFIER = ast.Attribute("anytext"), ast.Attribute("size"), ast.Attribute("identifier")
A, B, C = (ast.Equal(TITLE, text) for text in "abc")
XA, XB, XC = (op("PropertyIsEqualTo", "dc:title", text) for text in "abc")
ENVELOPE = "<gml:Envelope><gml:lowerCorner>40 -10</gml:lowerCorner><gml:upperCorner>50 10</gml:upperCorner></gml:Envelope>"
NOCASE = 'matchCase="false"'
LORUM = "*lorem*"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (op("PropertyIsEqualTo", "dc:title", "a"), A),
        (op("PropertyIsNotEqualTo", "dc:title", "a"), ast.NotEqual(TITLE, "a")),
        (op("PropertyIsLessThan", "dct:modified", "2010"), ast.LessThan(UPDATED, "2010")),
        (op("PropertyIsGreaterThan", "dct:modified", "2010-05"), ast.GreaterThan(UPDATED, "2010-05")),
        (op("PropertyIsLessThanOrEqualTo", "dct:modified", "2010"), ast.LessEqual(UPDATED, "2010")),
        (op("PropertyIsGreaterThanOrEqualTo", "dct:modified", "2010"), ast.GreaterEqual(UPDATED, "2010")),
        (op("PropertyIsLessThanEqualTo", "dct:modified", "2010"), ast.LessEqual(UPDATED, "2010")),
        (op("PropertyIsEqualTo", "size", "10"), ast.Equal(SIZE, 10)),
        (op("PropertyIsEqualTo", "size", "10.5"), ast.Equal(SIZE, "10.5")),
        (
            "<PropertyIsLessThan><Literal>5</Literal><PropertyName>size</PropertyName></PropertyIsLessThan>",
            ast.GreaterThan(SIZE, 5),
        ),
        (op("PropertyIsEqualTo", "csw:AnyText", "ice"), ast.Equal(ANYTEXT, "ice")),
        (op("PropertyIsNotEqualTo", "csw:AnyText", "ice"), ast.Not(ast.Equal(ANYTEXT, "ice"))),
        (op("PropertyIsEqualTo", "dc:title", "<![CDATA[a]]>"), A),
        (op("PropertyIsEqualTo", "<!-- t -->dc:<?x y?>title", "\n  a<!-- b --> "), A),
        (f"<!-- one --><?two?>{XA}<!-- three -->", A),
        # matchCase is true unless it is said to be false; it means something for keywords alone
        (op("PropertyIsEqualTo", "keyword", "Ice", attributes='matchCase="true"'), ast.Equal(KEYWORD, "Ice")),
        (op("PropertyIsEqualTo", "keyword", "Ice", attributes=NOCASE), same(KEYWORD, "Ice")),
        (
            op("PropertyIsNotEqualTo", "keyword", "Ice", attributes=NOCASE),
            ast.And(ast.Not(null(KEYWORD)), ast.Not(same(KEYWORD, "Ice"))),
        ),
        (op("PropertyIsEqualTo", "dc:title", "a", attributes=NOCASE), A),
        (op("PropertyIsGreaterThan", "dct:modified", "2010", attributes=NOCASE), ast.GreaterThan(UPDATED, "2010")),
        # patterns
        (
            op("PropertyIsLike", "AnyText", LORUM, attributes='wildCard="*" singleChar="?" escapeChar="!"'),
            like(ANYTEXT, LORUM, ("*", "?", "!")),
        ),
        (
            op("PropertyIsLike", "dc:title", "a.b", attributes='wildCard="$$" singleChar="." escape="\\"'),
            like(TITLE, "a.b", ("$$", ".", "\\")),
        ),
        (op("PropertyIsLike", "dc:title", "a%"), like(TITLE, "a%")),
        (op("PropertyIsLike", "dc:title", "a*", attributes='wildCard="*" singleChar="" escapeChar=""'), like(TITLE, "a*", ("*", "", ""))),
        (op("PropertyIsLike", "keyword", "a%", attributes=NOCASE), like(KEYWORD, "a%", nocase=True)),
        # missing values and ranges
        (op("PropertyIsNull", "dc:title"), null(TITLE)),
        ("<PropertyIsNil><ValueReference>dc:title</ValueReference></PropertyIsNil>", null(TITLE)),
        (op("PropertyIsNull", "AnyText"), ast.Include(not_=True)),
        (
            (
                "<PropertyIsBetween><PropertyName>dc:title</PropertyName><LowerBoundary><Literal>a</Literal></LowerBoundary>"
                "<UpperBoundary><Literal>b</Literal></UpperBoundary></PropertyIsBetween>"
            ),
            ast.Between(TITLE, "a", "b", not_=False),
        ),
        # logic
        (f"<And>{XA}{XB}</And>", ast.And(A, B)),
        (f"<Or>{XA}{XB}{XC}</Or>", ast.Or(ast.Or(A, B), C)),
        (f"<And>{XA}</And>", A),
        (f"<Not>{XA}</Not>", ast.Not(A)),
        (f"<Not><Or>{XA}{XB}</Or></Not>", ast.Not(ast.Or(A, B))),
        (f"<Or><And>{XA}{XB}</And><And>{XB}{XC}</And></Or>", ast.Or(ast.And(A, B), ast.And(B, C))),
        (f"<And><Or>{XA}{XB}</Or><Not>{XC}</Not></And>", ast.And(ast.Or(A, B), ast.Not(C))),
        # places
        (place("BBOX", ENVELOPE), ast.BBox(EXTENT, -10, 40, 10, 50)),
        (f"<BBOX>{ENVELOPE}</BBOX>", ast.BBox(EXTENT, -10, 40, 10, 50)),
        (place("Intersects", ENVELOPE), ast.BBox(EXTENT, -10, 40, 10, 50)),
        (place("Within", ENVELOPE), ast.GeometryWithin(EXTENT, values.Envelope(-10, 10, 40, 50))),
        (place("Disjoint", ENVELOPE), ast.GeometryDisjoint(EXTENT, values.Envelope(-10, 10, 40, 50))),
        (
            f"<Contains>{ENVELOPE}<PropertyName>extent</PropertyName></Contains>",
            ast.GeometryWithin(EXTENT, values.Envelope(-10, 10, 40, 50)),
        ),
        # identifiers
        ('<FeatureId fid="a"/><FeatureId fid="b"/>', ast.In(IDENTIFIER, ["a", "b"], not_=False)),
        ('<ResourceId rid="a"/>', ast.In(IDENTIFIER, ["a"], not_=False)),
        ('<GmlObjectId gml:id="a"/>', ast.In(IDENTIFIER, ["a"], not_=False)),
        (f'<And><ResourceId rid="a"/>{XA}</And>', ast.And(ast.In(IDENTIFIER, ["a"], not_=False), A)),
    ],
)
def test_operators_are_the_same_in_all_versions(inner: str, expected: ast.Node) -> None:
    assert ogc(inner) == expected
    assert fes(inner.replace("PropertyName>", "ValueReference>")) == expected
    assert parse_fes(xml(f'<Filter xmlns:gml="http://www.opengis.net/gml">{inner}</Filter>')) == expected


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("Touches", ast.GeometryTouches),
        ("Crosses", ast.GeometryCrosses),
        ("Overlaps", ast.GeometryOverlaps),
        ("Equals", ast.GeometryEquals),
        ("Contains", ast.GeometryContains),
    ],
)
def test_spatial_operators(name: str, node: type[ast.SpatialComparisonPredicate]) -> None:
    assert ogc(place(name, ENVELOPE)) == node(EXTENT, values.Envelope(-10, 10, 40, 50))


INSTANT = "<gml:TimeInstant><gml:timePosition>2005-05-17</gml:timePosition></gml:TimeInstant>"
PERIOD = "<gml:TimePeriod><gml:beginPosition>2005</gml:beginPosition><gml:endPosition>2006</gml:endPosition></gml:TimePeriod>"
YEARS = values.Interval("2005", "2006")


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("After", ast.TimeAfter),
        ("Before", ast.TimeBefore),
        ("Begins", ast.TimeBegins),
        ("BegunBy", ast.TimeBegunBy),
        ("TContains", ast.TimeContains),
        ("During", ast.TimeDuring),
        ("EndedBy", ast.TimeEndedBy),
        ("Ends", ast.TimeEnds),
        ("TEquals", ast.TimeEquals),
        ("Meets", ast.TimeMeets),
        ("MetBy", ast.TimeMetBy),
        ("TOverlaps", ast.TimeOverlaps),
        ("OverlappedBy", ast.TimeOverlappedBy),
    ],
)
def test_temporal_operators(name: str, node: type[ast.TemporalPredicate]) -> None:
    assert fes(place(name, PERIOD, "apiso:TemporalExtent")) == node(INTERVAL, YEARS)
    assert fes(place(name, INSTANT, "dct:modified")) == node(UPDATED, "2005-05-17")


def test_any_interacts_is_every_way_to_share_a_second() -> None:
    assert fes(place("AnyInteracts", PERIOD, "dct:temporal")) == ast.Or(
        ast.Or(ast.TimeDuring(INTERVAL, YEARS), ast.TimeContains(INTERVAL, YEARS)),
        ast.Or(ast.TimeOverlaps(INTERVAL, YEARS), ast.TimeOverlappedBy(INTERVAL, YEARS)),
    )
    assert fes(place("AnyInteracts", PERIOD, "dct:modified")) == ast.TimeDuring(UPDATED, YEARS)


def test_a_time_on_the_left_is_read_from_the_right() -> None:
    assert fes(f"<During>{PERIOD}<ValueReference>interval</ValueReference></During>") == ast.TimeContains(INTERVAL, YEARS)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("<Literal>2005</Literal>", "2005"),
        ("<Literal>2005/2006</Literal>", YEARS),
        (f"<Literal>{PERIOD}</Literal>", YEARS),
        (
            (
                "<gml:TimePeriod><gml:description>x</gml:description>"
                "<gml:begin><gml:TimeInstant><gml:timePosition>2005</gml:timePosition></gml:TimeInstant></gml:begin>"
                "<gml:end><gml:TimeInstant><gml:timePosition>2006</gml:timePosition></gml:TimeInstant></gml:end></gml:TimePeriod>"
            ),
            YEARS,
        ),
        (
            (
                '<gml:TimePeriod><gml:beginPosition frame="#ISO-8601">2005</gml:beginPosition>'
                '<gml:endPosition indeterminatePosition="now"/></gml:TimePeriod>'
            ),
            values.Interval("2005", None),
        ),
        (
            '<gml:TimePeriod><gml:beginPosition indeterminatePosition="unknown"/><gml:endPosition>2006</gml:endPosition></gml:TimePeriod>',
            values.Interval(None, "2006"),
        ),
    ],
)
def test_times(time: str, expected: object) -> None:
    assert fes(place("During", time, "interval")) == ast.TimeDuring(INTERVAL, expected)


LITERAL = "<Literal>a</Literal>"


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ("", "the filter is empty"),
        (XA + XB, "a Filter holds one condition; And or Or joins several"),
        (f'{XA}<ResourceId rid="x"/>', "a Filter holds one condition"),
        ("<And/>", "And holds no condition"),
        (f"<Not>{XA}{XB}</Not>", "Not holds one condition, not 2"),
        ("<Not/>", "Not holds one condition, not 0"),
        ("<PropertyIsFunny/>", "the operator 'PropertyIsFunny' is not understood"),
        ('<a:And xmlns:a="urn:a"/>', "{urn:a}And is no part of a filter"),
        (op("PropertyIsEqualTo", "dc:title"), "PropertyIsEqualTo compares two things"),
        (op("PropertyIsEqualTo", "dc:title", "a", "b"), "PropertyIsEqualTo compares two things"),
        (f"<PropertyIsEqualTo>{LITERAL}{LITERAL}</PropertyIsEqualTo>", "a property is needed here, not 'a'"),
        (
            "<PropertyIsEqualTo><PropertyName>dc:title</PropertyName><PropertyName>abstract</PropertyName></PropertyIsEqualTo>",
            "two properties cannot be compared with each other: title, abstract",
        ),
        (
            f'<PropertyIsEqualTo><Function name="soundex"><PropertyName>dc:title</PropertyName></Function>{LITERAL}</PropertyIsEqualTo>',
            "the function 'soundex' is not understood",
        ),
        (f"<PropertyIsEqualTo><Add>{LITERAL}{LITERAL}</Add>{LITERAL}</PropertyIsEqualTo>", "arithmetic (Add) is not understood"),
        (op("PropertyIsEqualTo", "dc:title", "<b>a</b>"), "Literal holds text, not b"),
        (op("PropertyIsEqualTo", "dc:title", "a", attributes='matchAction="All"'), "matchAction is understood as Any"),
        (op("PropertyIsEqualTo", "dc:title", "a", attributes='matchCase="maybe"'), "matchCase is true or false, not 'maybe'"),
        (op("PropertyIsLessThan", "keyword", "a", attributes=NOCASE), "keyword has no order without case"),
        (op("PropertyIsEqualTo", "dc:title", ENVELOPE), "title is compared with one text, number or date, not with a geometry"),
        (op("PropertyIsLike", "dc:title", "a", attributes='wildCard="*" singleChar="*"'), "are the same text"),
        (op("PropertyIsLike", "dc:title", "a" * 2001), "the pattern has more than 2,000 characters"),
        (op("PropertyIsBetween", "dc:title", "a", "b"), "PropertyIsBetween has a property, a LowerBoundary and an UpperBoundary"),
        ("<PropertyIsNull/>", "PropertyIsNull has one property, not 0"),
        ('<PropertyIsNil nilReason="unknown"><PropertyName>dc:title</PropertyName></PropertyIsNil>', "nilReason"),
        (f"<PropertyIsNull>{LITERAL}</PropertyIsNull>", "a property is needed here, not 'a'"),
        (place("DWithin", ENVELOPE), "DWithin is not understood: distances are not measured here"),
        (place("Beyond", ENVELOPE), "Beyond is not understood"),
        (place("BBOX", LITERAL), "BBOX has a property, or none, and one gml:Envelope or gml:Box"),
        (place("BBOX", "<gml:Point><gml:pos>1 2</gml:pos></gml:Point>"), "BBOX has a property, or none"),
        (place("Within", LITERAL), "extent is related to a geometry here, not to 'a'"),
        (place("After", "<Literal>yesterday</Literal>", "dct:modified"), "'yesterday' is no date"),
        (place("After", ENVELOPE, "dct:modified"), "updated is related to a date or a period here, not to a geometry"),
        (place("After", "<gml:TimeInstant/>", "dct:modified"), "a TimeInstant has a timePosition that is a date"),
        (
            place("After", '<gml:TimeInstant><gml:timePosition indeterminatePosition="now"/></gml:TimeInstant>', "dct:modified"),
            "a TimeInstant has a timePosition that is a date",
        ),
        (
            place("During", "<gml:TimePeriod><gml:beginPosition>2005</gml:beginPosition></gml:TimePeriod>", "interval"),
            "the TimePeriod lacks its end",
        ),
        (
            place("After", '<gml:TimeInstant><gml:timePosition frame="#unix">5</gml:timePosition></gml:TimeInstant>', "interval"),
            "the time frame '#unix' is not understood here",
        ),
        (
            place(
                "After",
                '<gml:TimeInstant><gml:timePosition indeterminatePosition="before">2005</gml:timePosition></gml:TimeInstant>',
                "interval",
            ),
            "a timePosition is a date, or indeterminate as unknown or now",
        ),
        ("<ResourceId/>", "ResourceId has no rid"),
        ('<ResourceId rid="a" version="2"/>', "ResourceId is understood with rid alone, not with version"),
    ],
)
def test_what_is_not_understood_is_told(inner: str, told: str) -> None:
    with pytest.raises(QueryError) as error:
        fes(inner)
    assert told in str(error.value)
    assert error.value.parameter


def test_a_filter_begins_with_filter() -> None:
    with pytest.raises(QueryError, match="begins with Filter, not with And"):
        parse_fes(xml(f"<And {FES}>{XA}{XB}</And>"))


def test_an_unknown_property_is_named() -> None:
    with pytest.raises(QueryError, match="no property 'dc:colour'") as error:
        ogc(op("PropertyIsEqualTo", "dc:colour", "red"))
    assert error.value.parameter == "dc:colour"
