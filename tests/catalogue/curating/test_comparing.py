"""Comparing: only what differs is told, and no document keeps anybody waiting."""

import time
from collections.abc import Callable

import pytest

from catalogue.curating.comparing import compared_lines, differences
from catalogue.curating.views import Difference, Line, Sign
from records.model import Extent, Keyword, Polygon, Record
from tests.catalogue.curating.workshop import document


def keywords(*terms: str) -> Record:
    return Record(identifier="a", keywords=tuple(Keyword(term=term) for term in terms))


def test_values_that_are_on_both_sides_are_left_out() -> None:
    (found,) = differences(keywords("a", "b", "b"), keywords("b", "c", "a"))
    assert found == Difference(field="keywords", before=("b",), after=("c",))


def test_another_order_is_told_by_all_values() -> None:
    (found,) = differences(keywords("a", "b"), keywords("b", "a"))
    assert found == Difference(field="keywords", before=("a", "b"), after=("b", "a"))


def test_long_values_are_cut() -> None:
    ring = tuple((float(number % 180), 1.0) for number in range(5000))
    (found,) = differences(Record(identifier="a"), Record(identifier="a", extents=(Extent(polygons=(Polygon(rings=(ring,)),)),)))
    assert [len(value) for value in found.after] == [4000]


def _same(*numbers: int) -> list[Line]:
    return [Line(Sign.SAME, str(number)) for number in numbers]


def test_lines_that_are_the_same_are_left_out() -> None:
    old = "\n".join(map(str, range(100))).encode()
    lines, cut = compared_lines(old, old.replace(b"\n50\n", b"\nfifty\n").replace(b"\n70\n", b"\n"))
    gap = Line(Sign.GAP, "")
    assert list(lines) == [
        gap,
        *_same(47, 48, 49),
        Line(Sign.REMOVED, "50"),
        Line(Sign.ADDED, "fifty"),
        *_same(51, 52, 53),
        gap,
        *_same(67, 68, 69),
        Line(Sign.REMOVED, "70"),
        *_same(71, 72, 73),
        gap,
    ]
    assert not cut


def test_json_is_set_out_in_lines() -> None:
    lines, _ = compared_lines(b'{"a": 1, "b": [1, 2]}', b'{"a": 2, "b": [1, 2]}')
    assert [line.text for line in lines if line.sign in "+-"] == ['  "a": 1,', '  "a": 2,']


def test_documents_that_differ_much_are_cut_in_time() -> None:
    many = tuple(Keyword(term=f"word {number}") for number in range(3000))
    old, new = document("a", keywords=many), document("a", keywords=tuple(Keyword(term=word.term + "s") for word in many))
    begun = time.perf_counter()
    lines, cut = compared_lines(old, new)
    assert cut
    assert len(lines) <= 2000
    assert time.perf_counter() - begun < 10
    lines, cut = compared_lines(
        b"\n".join(b"%d" % number for number in range(20_000)), b"\n".join(b"-%d" % number for number in range(20_000))
    )
    assert (lines, cut) == ((), True)


def test_long_lines_are_cut() -> None:
    lines, _ = compared_lines(b"a" * 10_000, b"b" * 10_000)
    assert {len(line.text) for line in lines} == {500}


def _deep_json(last: str) -> bytes:
    return ("[" * 200 + "1," * 5_000 + f'"{last}"' + "]" * 200).encode()


def _deep_xml(last: str) -> bytes:
    return ("<a>" * 200 + "<b/>" * 5_000 + f"<c>{last}</c>" + "</a>" * 200).encode()


@pytest.mark.parametrize("deep", [_deep_json, _deep_xml])
def test_documents_that_would_become_huge_are_compared_as_they_stand(
    deep: Callable[[str], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines, cut = compared_lines(deep("old"), deep("new"))
    assert (len(lines), cut) == (10, False)
    monkeypatch.setattr("catalogue.curating.comparing._LONGEST_SET_OUT", 1_000_000)
    lines, cut = compared_lines(deep("old"), deep("new"))
    assert [line.sign for line in lines] == [Sign.REMOVED, Sign.ADDED]
    assert not cut


def test_documents_of_very_many_lines_are_not_compared() -> None:
    assert compared_lines(b"1\n" * 300_000, b"1\n" * 300_000 + b"2") == ((), True)
    assert compared_lines(b"1\n" * 300_000, b"1\n" * 300_000) == ((), False)


def test_how_lines_end_is_no_difference() -> None:
    assert compared_lines(b"a\r\nb\rc\n", b"a\nb\nc\n") == ((), False)
