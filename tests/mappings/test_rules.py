"""Rules read what is there and report what they cannot read."""

import pytest
from lxml import etree

from mappings.rules import MOST_PROBLEMS, Many, Maybe, One, Problems, clean_line, clean_text, code, date, line, number, read_once
from records.codes import RoleCode
from records.dates import Date

_ROOT = etree.fromstring(
    "<a><t>  One\n title </t><t>Two</t><t>Two</t><n>1,5</n><n>x</n><d>2007-04</d><d>soon</d>"
    "<e> </e><r codeListValue='owner'/><r>king</r></a>"
)


def test_maybe_is_the_first_value_or_none() -> None:
    problems = Problems()
    assert Maybe("title", "t", line)(_ROOT, problems) == "One title"
    assert Maybe("title", "e", line)(_ROOT, problems) is None
    assert Maybe("title", "missing", line)(_ROOT, problems) is None
    assert problems.found() == ()


def test_many_are_all_values_once() -> None:
    assert Many("titles", "t", line)(_ROOT, Problems()) == ("One title", "Two")


def test_one_reports_its_absence() -> None:
    problems = Problems()
    assert One("parent_identifier", "missing", line)(_ROOT, problems) is None
    assert [problem.code for problem in problems.found()] == ["no-parent-identifier"]


def test_what_cannot_be_read_is_a_problem_with_its_place() -> None:
    problems = Problems()
    assert Many("n", "n", number)(_ROOT, problems) == (1.5,)
    assert Many("d", "d", date)(_ROOT, problems) == (Date("2007-04"),)
    assert Many("r", "r", code(RoleCode))(_ROOT, problems) == (RoleCode.OWNER,)
    assert [(problem.code, problem.path) for problem in problems.found()] == [
        ("bad-number", "/a/n[2]"),
        ("bad-date", "/a/d[2]"),
        ("unknown-code", "/a/r[2]"),
    ]


def test_elements_that_are_the_same_are_read_once() -> None:
    asked: list[str] = []

    def read(element: etree._Element, problems: Problems) -> str | None:
        asked.append(etree.tostring(element, encoding="unicode", with_tail=False))
        return line(element, problems)

    rule = Many("titles", "t", read_once(read))
    for text in ("<a><t>One</t> or <t>One</t><t/><t/></a>", "<a><t>One</t> and <t x='1'>One</t></a>", "<a><t>One<!-- 1 --></t></a>"):
        assert rule(etree.fromstring(text), Problems()) == ("One",)
    assert asked == ["<t>One</t>", "<t/>", '<t x="1">One</t>', "<t>One<!-- 1 --></t>"]


def test_what_has_a_problem_is_read_each_time_also_where_no_more_are_told() -> None:
    rule = Many("n", "n", read_once(number))
    many = etree.fromstring(f"<a>{'<n>x</n>' * (MOST_PROBLEMS + 7)}</a>")
    problems = Problems()
    assert rule(many, problems) == ()
    assert [problem.path for problem in problems.found()[:2]] == ["/a/n[1]", "/a/n[2]"]
    assert (problems.told, len(problems.found())) == (MOST_PROBLEMS + 7, MOST_PROBLEMS + 1)
    other = Problems()
    assert rule(etree.fromstring("<b><n>1</n><n>x</n></b>"), other) == (1.0,)
    assert [problem.path for problem in other.found()] == ["/b/n[2]"]


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mappings.rules._REMEMBERED", 95)
    asked: list[str | None] = []

    def read(element: etree._Element, problems: Problems) -> str | None:
        asked.append(line(element, problems))
        return asked[-1]

    rule = Many("titles", "t", read_once(read))
    texts = [*"abcdefghijkl", "a", "l", "m", "a", "m", "long", "long"]  # <t>a</t> has eight bytes: twelve of them are too much
    rule(etree.fromstring(f"<a>{''.join(f'<t>{text}</t>' for text in texts)}</a>"), Problems())
    assert asked == [*"abcdefghijkl", "m", "a", "long", "long"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  a\n  b ", "a b"),
        ("a\n\n\nb", "a\n\nb"),
        ("a\r\n \r\nb", "a\n\nb"),
        ("<p>Sea &amp; ice</p><p>Two</p>", "Sea & ice\n\nTwo"),
        ("H&lt;sub&gt;2&lt;/sub&gt;O", "H2O"),
        ("a<br/>b", "a\n\nb"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("R&D", "R&D"),
        (" \n ", None),
    ],
)
def test_text_becomes_plain_paragraphs(written: str, kept: str | None) -> None:
    assert clean_text(written) == kept


def test_clean_text_is_stable() -> None:
    for written in ("a\n\nb", "Sea & ice", "1 < 2"):
        assert clean_text(written) == written
    assert clean_line(" \t ") is None
