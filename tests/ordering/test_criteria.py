"""Criteria: what forms write, what orders keep, and what readers are told."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ordering.criteria import (
    MOST_RANGES,
    MOST_SINGLE,
    Criteria,
    CriteriaError,
    Offered,
    OfferedKind,
    ValueChoice,
    ValueRange,
    parse_targets,
)

OFFERED = (
    Offered(name="time", label="Time", kind=OfferedKind.TIME),
    Offered(name="target", label="COROTID", kind=OfferedKind.NUMBER, least=1, most=9000),
    Offered(name="cover", label="Cloud cover", kind=OfferedKind.NUMBER),
    Offered(name="orbit", label="Orbit", kind=OfferedKind.TEXT, values=("ascending", "descending")),
)
MOMENTS = st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone
RANGES = st.lists(st.tuples(st.integers(0, 10**10 - 1), st.integers(0, 10**10 - 1)).map(sorted).map(tuple), max_size=5)


def parsed(**form: str) -> Criteria:
    return Criteria.parse({name.replace("__", "."): [text] for name, text in form.items()}, OFFERED)


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("", ()),
        ("7548, 7613-7700 7616", ((7548, 7548), (7613, 7700))),
        ("7700;7548\n7548", ((7548, 7548), (7700, 7700))),
        ("0000007548", ((7548, 7548),)),
        ("1 – 5, 6—9 , 11", ((1, 9), (11, 11))),
        ("9999999999", ((9_999_999_999, 9_999_999_999),)),
    ],
)
def test_targets_are_a_list_with_ranges(text: str, ranges: tuple[tuple[int, int], ...]) -> None:
    assert parse_targets(text) == ranges


@pytest.mark.parametrize(
    "text",
    ["x", "7-", "-7", "7--9", "9-7", "1.5", "1e3", "12345678901", "٧", "1' OR 1=1", "7-8-9", pytest.param("1," * 20_000, id="long")],
)
def test_what_is_no_list_of_targets_is_told(text: str) -> None:
    with pytest.raises(CriteriaError) as told:
        parsed(targets=text)
    assert told.value.field == "targets"
    assert len(str(told.value)) < 120


def test_lists_that_no_database_takes_are_refused() -> None:
    with pytest.raises(CriteriaError):
        parse_targets(" ".join(str(number * 2) for number in range(MOST_SINGLE + 1)))
    with pytest.raises(CriteriaError):
        parse_targets(" ".join(f"{number * 10}-{number * 10 + 5}" for number in range(MOST_RANGES + 1)))


@given(RANGES)
def test_targets_as_typed_are_read_as_the_same(ranges: list[tuple[int, int]]) -> None:
    once = Criteria(targets=parse_targets(" ".join(f"{first}-{last}" for first, last in ranges)))
    assert parse_targets(once.targets_as_typed()) == once.targets
    for first, last in ranges:
        assert any(low <= first and last <= high for low, high in once.targets)


def test_a_date_covers_the_whole_of_its_day_month_or_year() -> None:
    criteria = parsed(begins="2007", ends="2007-02")
    assert criteria.begins == datetime(2007, 1, 1, tzinfo=UTC)
    assert criteria.ends == datetime(2007, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("begins", {"begins": "yesterday"}),
        ("ends", {"ends": "2007-02-30"}),
        ("begins", {"begins": "99999-01-01"}),
        ("ends", {"begins": "2007-05-09", "ends": "2007-04-03"}),
        ("value.cover.least", {"value__cover__least": "nan"}),
        ("value.cover.most", {"value__cover__most": "1" * 400}),
        ("value.cover.most", {"value__cover__least": "2", "value__cover__most": "1"}),
        ("value.orbit", {"value__orbit": "sideways"}),
    ],
)
def test_a_field_that_cannot_be_understood_is_named(field: str, form: dict[str, str]) -> None:
    with pytest.raises(CriteriaError) as told:
        parsed(**form)
    assert told.value.field == field
    assert str(told.value) == told.value.sentence % told.value.values


def test_what_is_not_offered_is_not_read() -> None:
    form = {"begins": ["nonsense"], "targets": ["nonsense"], "value.orbit": ["sideways"], "value.secret": ["1"]}
    assert Criteria.parse(form, ()).empty


@given(
    st.one_of(st.none(), MOMENTS),
    RANGES,
    st.lists(
        st.one_of(
            st.builds(ValueRange, name=st.just("cover"), least=st.none() | st.floats(-10, 0), most=st.floats(0, 10)),
            st.builds(ValueChoice, name=st.just("orbit"), texts=st.tuples(st.text(max_size=9))),
        ),
        max_size=3,
    ),
)
def test_what_an_order_keeps_is_read_back_as_it_was(
    moment: datetime | None, ranges: list[tuple[int, int]], values: list[ValueRange | ValueChoice]
) -> None:
    criteria = Criteria(begins=moment, ends=moment, targets=tuple(ranges), values=tuple(values))
    assert Criteria.from_json(criteria.to_json()) == criteria
    assert criteria.empty == (criteria.to_json() == {})


def test_criteria_in_words() -> None:
    criteria = parsed(begins="2007-04-03", ends="2007-05-01", targets="7548 7613-7700", value__cover__most="0,5", value__orbit="ascending")
    assert criteria.words("en", OFFERED) == ("3 April 2007 to 1 May 2007; COROTID 7548, 7613–7700; Cloud cover ≤ 0.5; Orbit: ascending")
    assert criteria.words("fr") == "du 3 avril 2007 au 1er mai 2007 ; objets 7548, 7613–7700 ; cover ≤ 0.5 ; orbit : ascending"
    assert Criteria().words() == "all data"
    assert parsed(begins="2007-04-03T12:30:00Z").words() == "from 3 April 2007 12:30:00 UTC on"
    assert parsed(ends="2007-04-03").words("fr") == "jusqu'au 3 avril 2007"
