"""Uploading: what comes is checked first, waits for its curator alone, and is stored when he says so."""

import io
import os
import zipfile

import pytest
from sqlalchemy import select, update

from accounts.errors import NotAllowedError, StateError, UnknownError
from accounts.visitors import COMMAND_LINE
from catalogue.curating.models import Upload
from catalogue.curating.unpacking import documents_in
from catalogue.curating.views import Difference, Standing
from catalogue.engines.base import Change
from catalogue.service.assigning import assign
from records.codes import Domain
from records.model import Assigned
from tests.catalogue.curating.workshop import HERE, NOBODY, Workshop, document, packed


def uploaded(workshop: Workshop, *documents: bytes) -> list[int]:
    files = [(f"{number}.xml", content) for number, content in enumerate(documents)]
    return [view.id for view in workshop.curating.upload(files, by=workshop.marie, address=HERE)]


def test_a_document_is_checked_before_anything_is_kept(workshop: Workshop) -> None:
    workshop.load(document("known", "Before"), document("same", "Same"), document("gone", "Gone"))
    workshop.engine.delete(["gone"], now=workshop.clock())
    check = workshop.curating.check
    new = check("new.xml", document("new", "New"))
    assert (new.name, new.format, new.identifier, new.title) == ("new.xml", "iso19139", "new", "New")
    assert (new.standing, new.errors, new.differences) == (Standing.NEW, 0, ())
    assert new.fair is not None
    assert 0 < new.fair.score <= 100
    changed = check("known.xml", document("known", "After"))
    assert changed.standing is Standing.CHANGED
    assert changed.differences == (Difference(field="title", before=("Before",), after=("After",)),)
    assert check("same.xml", document("same", "Same")).standing is Standing.UNCHANGED
    assert check("gone.xml", document("gone", "Gone")).standing is Standing.RETURNING
    assert sorted(workshop.engine.identifiers()) == ["known", "same"]
    assert workshop.curating.uploads(workshop.marie) == []


def test_what_is_found_in_a_document_is_told_and_it_can_be_stored_all_the_same(workshop: Workshop) -> None:
    checked = workshop.curating.check("bad.xml", document("bad", None, contacts=(), links=()))
    assert {"no-title", "no-contact"} <= {finding.code for finding in checked.report.findings}
    assert (checked.errors, checked.warnings > 0, checked.title) == (2, True, "bad")
    (number,) = uploaded(workshop, document("bad", None, contacts=(), links=()))
    (stored,) = workshop.curating.store([number], by=workshop.marie, address=HERE)
    assert stored.change is Change.CREATED


def test_what_cannot_be_read_or_kept_is_told_and_never_stored(workshop: Workshop) -> None:
    for content in (b"<no-record/>", b"no document", b'{"a": 1}', b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", document("i" * 2001)):
        checked = workshop.curating.check("bad", content)
        assert (checked.standing, checked.format, checked.identifier, checked.fair) == (Standing.UNREADABLE, None, None, None)
        assert checked.report.findings
        (number,) = uploaded(workshop, content)
        (stored,) = workshop.curating.store([number], by=workshop.marie, address=HERE)
        assert (stored.change, stored.identifier) == (None, None)
        assert stored.reason
        assert [view.id for view in workshop.curating.uploads(workshop.marie)] == [number]
        workshop.curating.discard([number], workshop.marie)
    assert list(workshop.engine.identifiers()) == []


def test_archives_are_taken_apart(workshop: Workshop) -> None:
    members = {
        "b__xml": document("b"),
        "a__xml": document("a"),
        "notes__txt": b"none",
        "._a__xml": b"of a Mac",
        "within__zip": packed(c__xml=document("c")),
    }
    views = workshop.curating.upload(
        [("d.xml", document("d")), ("all.zip", packed(**members)), ("empty.xml", b" \n")], by=workshop.marie, address=HERE
    )
    assert [view.name for view in views] == ["d.xml", "all.zip!/a.xml", "all.zip!/b.xml"]
    assert [view.checked.identifier for view in workshop.curating.uploads(workshop.marie)] == ["d", "a", "b"]
    assert workshop.told("uploaded documents") == [("marie", "d.xml", "3 documents, 0 of them unreadable", HERE)]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "no document"),
        ([("empty.zip", packed(notes__txt=b"none"))], "no document"),
        ([("broken.zip", b"PK\x03\x04 and no more")], "cannot be read"),
        ([("cut.zip", packed(a__xml=os.urandom(9000))[:5000])], "cannot be read"),
        ([("bomb.zip", packed(a__xml=b"<a>" + b" " * 6_000_000 + b"</a>"))], "too large"),
        ([("large.xml", b"<" * 5_300_000)], "too large"),
        ([("all.zip", packed(**{f"a{number}__xml": b"<a/>" for number in range(501)}))], "At most 500"),
        ([(f"{number}.xml", b"<" * 5_000_000) for number in range(5)], "At most 20 MB"),
    ],
)
def test_uploads_have_bounds(files: list[tuple[str, bytes]], words: str) -> None:
    with pytest.raises(StateError, match=words):
        documents_in(files)


def test_of_an_upload_that_is_refused_nothing_waits(workshop: Workshop) -> None:
    files = [("a.xml", document("a")), ("broken.zip", b"PK\x03\x04 and no more")]
    with pytest.raises(StateError):
        workshop.curating.upload(files, by=workshop.marie, address=HERE)
    assert workshop.curating.uploads(workshop.marie) == []
    assert workshop.told("uploaded documents") == []


def test_an_archive_that_lies_about_sizes_is_stopped() -> None:
    bomb = bytearray(packed(a__xml=b" " * 6_000_000))
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        place = archive.start_dir
    bomb[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(StateError):
        documents_in([("bomb.zip", bytes(bomb))])


def test_names_of_files_are_kept_as_plain_text(workshop: Workshop) -> None:
    (view,) = workshop.curating.upload([("a\n\0\u202e" + "b" * 300, document("a"))], by=workshop.marie, address=HERE)
    assert view.name == "a   " + "b" * 250 + "…"


def test_so_many_documents_wait_at_most(workshop: Workshop) -> None:
    few = packed(**{f"a{number}__xml": b"<a/>" for number in range(300)})
    workshop.curating.upload([("few.zip", few)], by=workshop.marie, address=HERE)
    with pytest.raises(StateError, match="300 documents wait"):
        workshop.curating.upload([("few.zip", few)], by=workshop.marie, address=HERE)
    assert len(workshop.curating.upload([("few.zip", few)], by=workshop.pierre, address=HERE)) == 300


def test_documents_wait_for_a_day_and_for_their_curator_alone(workshop: Workshop) -> None:
    (number,) = uploaded(workshop, document("a"))
    assert workshop.curating.uploads(workshop.pierre) == []
    with pytest.raises(UnknownError):
        workshop.curating.store([number], by=workshop.pierre, address=HERE)
    assert workshop.curating.discard([number], workshop.pierre) == 0
    workshop.clock.forward(hours=23)
    assert [view.id for view in workshop.curating.uploads(workshop.marie)] == [number]
    workshop.clock.forward(hours=1)
    assert workshop.curating.uploads(workshop.marie) == []
    with pytest.raises(UnknownError):
        workshop.curating.store([number], by=workshop.marie, address=HERE)
    uploaded(workshop, document("b"))
    with workshop.database.reading() as session:
        assert [row.content for row in session.scalars(select(Upload))] == [document("b")]


def test_what_waited_for_a_day_is_discarded_though_nobody_uploads_again(workshop: Workshop) -> None:
    uploaded(workshop, document("a"), document("b"))
    workshop.clock.forward(hours=12)
    (left,) = uploaded(workshop, document("c"))
    assert workshop.curating.discard_expired() == 0
    workshop.clock.forward(hours=12)
    assert workshop.curating.discard_expired() == 2
    with workshop.database.reading() as session:
        assert list(session.scalars(select(Upload.id))) == [left]


def test_some_of_the_documents_are_asked_for_and_all_are_counted(workshop: Workshop) -> None:
    workshop.load(document("known", "Before"), document("same"), document("gone"))
    workshop.engine.delete(["gone"], now=workshop.clock())
    uploaded(workshop, *map(document, ("a", "b", "known", "same", "gone")), b"<none/>")
    shown = workshop.curating.uploads(workshop.marie, offset=1, limit=2)
    assert [view.checked.identifier for view in shown] == ["b", "known"]
    assert [view.checked.standing for view in workshop.curating.uploads(workshop.marie, offset=4)] == [
        Standing.RETURNING,
        Standing.UNREADABLE,
    ]
    assert workshop.curating.standings(workshop.marie) == {Standing.NEW: 2} | dict.fromkeys(set(Standing) - {Standing.NEW}, 1)
    assert not workshop.curating.standings(workshop.pierre)


def test_documents_are_stored_and_wait_no_more(workshop: Workshop) -> None:
    workshop.load(document("known", "Before"), document("same"), source="esa", origin="https://esa.example/known")
    assign(workshop.engine, ["known"], lambda _: Assigned(domain=Domain.LIFE), now=workshop.clock())
    numbers = uploaded(workshop, document("new"), document("known", "After"), document("same"), document("left"))
    stored = workshop.curating.store(numbers[:3], by=workshop.marie, address=HERE)
    assert [(each.name, each.identifier, each.change) for each in stored] == [
        ("0.xml", "new", Change.CREATED),
        ("1.xml", "known", Change.UPDATED),
        ("2.xml", "same", Change.UNCHANGED),
    ]
    assert workshop.content("known") == document("known", "After")
    assert workshop.kept("known").domain is Domain.LIFE
    assert workshop.kept("known").provenance.source is None
    assert [version.content for version in workshop.engine.versions("known")] == [document("known", "Before")]
    assert [view.name for view in workshop.curating.uploads(workshop.marie)] == ["3.xml"]
    assert workshop.told("stored a record") == [("marie", "known", "", HERE), ("marie", "new", "", HERE)]
    assert workshop.checking.of(["new", "known"]).keys() == {"new", "known"}


def test_of_two_documents_of_one_record_the_later_is_stored_and_the_other_waits(workshop: Workshop) -> None:
    numbers = uploaded(workshop, document("twice", "First"), document("other"), document("twice", "Second"))
    first, other, second = workshop.curating.store(numbers, by=workshop.marie, address=HERE)
    assert (first.change, other.change, second.change) == (None, Change.CREATED, Change.CREATED)
    assert first.reason is not None
    assert "same identifier" in first.reason
    assert workshop.kept("twice").title == "Second"
    assert workshop.engine.versions("twice") == []
    (waits,) = workshop.curating.uploads(workshop.marie)
    assert (waits.id, waits.checked.standing) == (numbers[0], Standing.CHANGED)


def test_what_a_document_is_to_the_catalogue_is_told_as_it_is_now(workshop: Workshop) -> None:
    uploaded(workshop, document("a", "Mine"))
    assert workshop.curating.uploads(workshop.marie)[0].checked.standing is Standing.NEW
    workshop.load(document("a", "Another's"))
    (view,) = workshop.curating.uploads(workshop.marie)
    assert view.checked.standing is Standing.CHANGED
    assert view.checked.differences == (Difference(field="title", before=("Another's",), after=("Mine",)),)


def test_what_this_catalogue_assigned_is_no_difference(workshop: Workshop) -> None:
    workshop.load(document("a", "Before"))
    assign(workshop.engine, ["a"], lambda _: Assigned(domain=Domain.LIFE, categories=("Cells",)), now=workshop.clock())
    assert [each.field for each in workshop.curating.check("a.xml", document("a", "After")).differences] == ["title"]


def test_documents_that_an_earlier_program_looked_at_are_looked_at_anew(workshop: Workshop) -> None:
    (number,) = uploaded(workshop, document("a"))
    (before,) = workshop.curating.uploads(workshop.marie)
    with workshop.database.writing() as session:
        session.execute(update(Upload).where(Upload.id == number).values(looked=b"\x80"))
    assert workshop.curating.uploads(workshop.marie) == [before]


def test_uploading_is_for_curators_with_an_account(workshop: Workshop) -> None:
    for visitor in (NOBODY, COMMAND_LINE):
        with pytest.raises(NotAllowedError):
            workshop.curating.upload([("a.xml", document("a"))], by=visitor, address=None)
        with pytest.raises(NotAllowedError):
            workshop.curating.store([1], by=visitor, address=None)
        with pytest.raises(NotAllowedError):
            workshop.curating.discard([1], visitor)
        with pytest.raises(NotAllowedError):
            workshop.curating.uploads(visitor)
    with pytest.raises(StateError, match="choose"):
        workshop.curating.store([], by=workshop.marie, address=None)
