"""History: every version is there, what lies between two of them is told, and each can stand again."""

import hashlib
from collections.abc import Callable

import pytest

from accounts.errors import NotAllowedError, StateError, UnknownError
from accounts.visitors import COMMAND_LINE
from catalogue.curating.views import Difference, Line, Sign
from catalogue.engines.base import Change
from catalogue.engines.stored import entry_of
from catalogue.service.assigning import assign, read_as_kept
from records.codes import Domain
from records.model import Assigned, Keyword
from tests.catalogue.curating.workshop import HERE, NOBODY, Workshop, document
from tests.contracts.making import boxed, interval

THREE = (document("a", "First"), document("a", "Second"), document("a", "Third"))


def loaded(workshop: Workshop) -> None:
    for content in THREE:
        workshop.load(content, source="esa", origin="https://esa.example/a")
        workshop.clock.forward(hours=1)


def test_versions_are_numbered_from_the_oldest(workshop: Workshop) -> None:
    loaded(workshop)
    versions = workshop.curating.versions("a")
    assert [version.number for version in versions] == [1, 2, 3]
    assert [version.digest for version in versions] == [hashlib.sha256(content).hexdigest() for content in THREE]
    assert [version.size for version in versions] == [len(content) for content in THREE]
    assert [version.loaded.hour for version in versions] == [12, 13, 14]
    assert [version.replaced and version.replaced.hour for version in versions] == [13, 14, None]
    assert [workshop.curating.document("a", number) for number in (1, 2, 3)] == list(THREE)


def test_a_withdrawn_record_has_no_version_that_stands(workshop: Workshop) -> None:
    loaded(workshop)
    workshop.engine.delete(["a"], now=workshop.clock())
    assert [(version.number, version.replaced is None) for version in workshop.curating.versions("a")] == [
        (1, False),
        (2, False),
        (3, False),
    ]


@pytest.mark.parametrize("number", [-1, 0, 4])
def test_there_is_no_such_version(workshop: Workshop, number: int) -> None:
    loaded(workshop)
    asked: tuple[Callable[[], object], ...] = (
        lambda: workshop.curating.document("a", number),
        lambda: workshop.curating.difference("a", number, 1),
        lambda: workshop.curating.difference("a", 1, number),
        lambda: workshop.curating.restore("a", number, by=workshop.marie, address=HERE),
        lambda: workshop.curating.versions("nothing"),
    )
    for ask in asked:
        with pytest.raises(UnknownError):
            ask()


def test_what_lies_between_two_versions_is_told_in_words_and_lines(workshop: Workshop) -> None:
    workshop.load(document("a", "First", keywords=(Keyword(term="stars"), Keyword(term="light")), intervals=(interval("2007", None),)))
    workshop.load(document("a", "Second", keywords=(Keyword(term="light"), Keyword(term="planets")), extents=(boxed(-10, 40, 0.5, 50),)))
    found = workshop.curating.difference("a", 1, 2)
    assert found.fields == (
        Difference(field="title", before=("First",), after=("Second",)),
        Difference(field="keywords", before=("stars",), after=("planets",)),
        Difference(field="intervals", before=("2007 – …",), after=()),
        Difference(field="extents", before=(), after=("earth, west -10, south 40, east 0.5, north 50",)),
    )
    titles = [(line.sign, line.text.strip()) for line in found.lines if "First<" in line.text or "Second<" in line.text]
    assert titles == [
        (Sign.REMOVED, "<gco:CharacterString>First</gco:CharacterString>"),
        (Sign.ADDED, "<gco:CharacterString>Second</gco:CharacterString>"),
    ]
    assert (found.older, found.newer, found.cut) == (1, 2, False)
    back = workshop.curating.difference("a", 2, 1)
    assert back.fields[0] == Difference(field="title", before=("Second",), after=("First",))
    same = workshop.curating.difference("a", 2, 2)
    assert (same.fields, same.lines) == ((), ())


def test_words_for_codes_are_in_the_language_asked_for(workshop: Workshop) -> None:
    workshop.load(document("a", contacts=()))
    workshop.load(document("a"))
    (found,) = workshop.curating.difference("a", 1, 2, language="fr").fields
    assert found.after == ("Contact pour les données, Point de contact, CNES, corot@example.org",)


def test_blanks_alone_are_no_difference_in_lines(workshop: Workshop) -> None:
    workshop.load(document("a"))
    workshop.load(document("a").replace(b"\n", b"\r\n\t"))
    found = workshop.curating.difference("a", 1, 2)
    assert (found.fields, found.lines) == ((), ())


def test_a_version_stands_again_as_the_newest(workshop: Workshop) -> None:
    loaded(workshop)
    assign(workshop.engine, ["a"], lambda _: Assigned(domain=Domain.LIFE), now=workshop.clock())
    assert workshop.curating.restore("a", 1, by=workshop.marie, address=HERE) is Change.UPDATED
    record = workshop.kept("a")
    assert (record.title, record.domain) == ("First", Domain.LIFE)
    assert (record.provenance.source, record.provenance.origin) == ("esa", "https://esa.example/a")
    assert workshop.content("a") == THREE[0]
    assert [workshop.curating.document("a", number) for number in (1, 2, 3, 4)] == [*THREE, THREE[0]]
    assert workshop.told("restored a record") == [("marie", "a", "version 1", HERE)]


def test_a_withdrawn_record_comes_back_with_its_source(workshop: Workshop) -> None:
    loaded(workshop)
    workshop.curating.withdraw(["a"], by=workshop.marie, address=HERE)
    assert workshop.curating.restore("a", 2, by=workshop.marie, address=HERE) is Change.CREATED
    assert workshop.content("a") == THREE[1]
    assert workshop.kept("a").provenance.source == "esa"


def test_a_record_that_is_kept_under_another_name_keeps_it(workshop: Workshop) -> None:
    for content in THREE[:2]:
        record = read_as_kept(content, identifier="a@esa")
        workshop.engine.put([entry_of(record, harvest_source="esa")], now=workshop.clock())
    workshop.curating.restore("a@esa", 1, by=workshop.marie, address=HERE)
    assert workshop.content("a@esa") == THREE[0]
    assert list(workshop.engine.identifiers()) == ["a@esa"]


def test_what_stands_or_cannot_be_read_is_not_restored(workshop: Workshop) -> None:
    loaded(workshop)
    with pytest.raises(StateError, match="stands now"):
        workshop.curating.restore("a", 3, by=workshop.marie, address=HERE)
    record = workshop.kept("a")
    assert record.source is not None
    from dataclasses import replace

    workshop.engine.put([entry_of(replace(record, source=replace(record.source, content=b"<other/>")))], now=workshop.clock())
    workshop.load(THREE[0])
    with pytest.raises(StateError, match="cannot be read any more"):
        workshop.curating.restore("a", 4, by=workshop.marie, address=HERE)
    found = workshop.curating.difference("a", 4, 5)
    assert found.fields == ()
    assert Line(Sign.REMOVED, "<other/>") in found.lines


def test_only_curators_restore(workshop: Workshop) -> None:
    loaded(workshop)
    with pytest.raises(NotAllowedError):
        workshop.curating.restore("a", 1, by=NOBODY, address=HERE)
    assert workshop.content("a") == THREE[2]
    workshop.curating.restore("a", 1, by=COMMAND_LINE, address=None)
    assert workshop.told("restored a record") == [("command line", "a", "version 1", None)]
