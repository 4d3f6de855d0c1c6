"""Mending: one field changes and the rest of the document stays; who comes too late is told; what is assigned stands beside."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from accounts.errors import NotAllowedError, StateError, UnknownError
from catalogue.curating.curating import Curating
from catalogue.curating.mending import LONGEST_CATEGORY, MOST_CATEGORIES
from catalogue.engines.base import Change, Engine
from catalogue.engines.stored import entry_of
from catalogue.service.assigning import read_as_kept
from mappings.editing import EditError, Edits
from mappings.formats import read, write
from mappings.validation import validate
from records.codes import Domain
from records.dates import Date
from records.model import Keyword
from tests.catalogue.curating.workshop import HERE, NOBODY, Workshop, document


def test_a_field_is_edited_in_place(workshop: Workshop) -> None:
    workshop.load(document("a", "Before"), source="esa", origin="https://esa.example/a")
    workshop.curating.assign(["a"], domain=Domain.LIFE, by=workshop.pierre, address=HERE)
    edits = Edits(title="After <all>")
    assert workshop.curating.edit("a", edits, digest=workshop.digest("a"), by=workshop.marie, address=HERE) is Change.UPDATED
    record = workshop.kept("a")
    assert (record.title, record.datestamp, record.domain) == ("After <all>", Date("2026-11-27"), Domain.LIFE)
    assert (record.provenance.source, record.provenance.origin) == ("esa", "https://esa.example/a")
    written = document("a", "Before").replace(b"Before", b"After &lt;all&gt;").replace(b"2013-03-11", b"2026-11-27")
    assert workshop.content("a") == written
    assert workshop.curating.document("a", 1) == document("a", "Before")
    assert workshop.told("edited a record") == [("marie", "a", "title", HERE)]
    assert workshop.checking.of(["a"])["a"].valid


@pytest.mark.parametrize("form", ["iso19139", "iso19115-3", "dif10", "dif9"])
@pytest.mark.parametrize(
    ("before", "after"), [("2026-11-27T09:30:00Z", "2026-11-27T12:00:00Z"), ("2026-11-27", "2026-11-27"), ("2013-03-11", "2026-11-27")]
)
def test_the_date_of_the_metadata_is_as_precise_as_it_was(workshop: Workshop, schemas: Path, form: str, before: str, after: str) -> None:
    workshop.load(write(replace(read(document("a", "Before")), datestamp=Date(before), source=None), form))
    workshop.curating.edit("a", Edits(title="After"), digest=workshop.digest("a"), by=workshop.marie, address=HERE)
    assert workshop.kept("a").datestamp == Date(after)
    assert validate(workshop.content("a"), schemas).valid


def test_a_date_that_is_given_stands(workshop: Workshop) -> None:
    workshop.load(document("a"))
    edits = Edits(keywords=(Keyword(term="planets"),), datestamp=Date("2020-01-02"))
    workshop.curating.edit("a", edits, digest=workshop.digest("a"), by=workshop.marie, address=HERE)
    assert workshop.kept("a").datestamp == Date("2020-01-02")
    assert workshop.kept("a").keywords == (Keyword(term="planets"),)


def test_what_changes_nothing_is_no_change(workshop: Workshop) -> None:
    workshop.load(document("a", "Before"))
    for edits in (Edits(), Edits(title="Before")):
        assert workshop.curating.edit("a", edits, digest=workshop.digest("a"), by=workshop.marie, address=HERE) is Change.UNCHANGED
    assert workshop.content("a") == document("a", "Before")
    assert workshop.told("edited a record") == []


def test_who_edits_what_another_has_changed_is_told_and_changes_nothing(workshop: Workshop) -> None:
    workshop.load(document("a", "Before"))
    seen = workshop.digest("a")
    workshop.curating.edit("a", Edits(title="Pierre's"), digest=seen, by=workshop.pierre, address=HERE)
    with pytest.raises(StateError, match="since you opened it"):
        workshop.curating.edit("a", Edits(title="Marie's"), digest=seen, by=workshop.marie, address=HERE)
    assert workshop.kept("a").title == "Pierre's"


@dataclass
class Overtaken:
    """An engine to which somebody else brings another document right before each of ours."""

    behind: Engine
    theirs: bytes

    def put(self, entries: Any, **asked: Any) -> list[Change]:
        self.behind.put([entry_of(read_as_kept(self.theirs))], now=asked["now"])
        return self.behind.put(entries, **asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)


def test_of_two_changes_in_one_moment_the_later_one_is_told_and_changes_nothing(workshop: Workshop) -> None:
    workshop.load(document("a", "Before"))
    overtaken: Any = Overtaken(workshop.engine, document("a", "Theirs"))
    curating = Curating(
        workshop.database, workshop.accounts, workshop.access, lambda: overtaken, checking=workshop.checking, clock=workshop.clock
    )
    with pytest.raises(StateError, match="since you opened it"):
        curating.edit("a", Edits(title="Ours"), digest=workshop.digest("a"), by=workshop.marie, address=HERE)
    assert workshop.content("a") == document("a", "Theirs")
    assert len(workshop.engine.versions("a")) == 1


def test_what_is_assigned_goes_beside_a_document_that_came_meanwhile(workshop: Workshop) -> None:
    workshop.load(document("a", "Before"))
    overtaken: Any = Overtaken(workshop.engine, document("a", "Theirs"))
    curating = Curating(
        workshop.database, workshop.accounts, workshop.access, lambda: overtaken, checking=workshop.checking, clock=workshop.clock
    )
    assert curating.assign(["a"], domain=Domain.LIFE, by=workshop.marie, address=HERE) == 1
    assert workshop.content("a") == document("a", "Theirs")
    assert workshop.kept("a").domain is Domain.LIFE


def test_what_a_document_cannot_hold_changes_nothing(workshop: Workshop) -> None:
    workshop.load(document("a", "Before"))
    with pytest.raises(EditError):
        workshop.curating.edit("a", Edits(title="a\0b"), digest=workshop.digest("a"), by=workshop.marie, address=HERE)
    assert workshop.content("a") == document("a", "Before")


def test_only_what_is_there_is_edited_and_by_curators(workshop: Workshop) -> None:
    workshop.load(document("a"))
    with pytest.raises(UnknownError):
        workshop.curating.edit("b", Edits(title="B"), digest=hashlib.sha256().hexdigest(), by=workshop.marie, address=HERE)
    with pytest.raises(NotAllowedError):
        workshop.curating.edit("a", Edits(title="B"), digest=workshop.digest("a"), by=NOBODY, address=HERE)
    assert workshop.content("a") == document("a")


def test_a_record_that_is_kept_under_another_name_keeps_it(workshop: Workshop) -> None:
    workshop.engine.put([entry_of(read_as_kept(document("a"), identifier="a@esa"), harvest_source="esa")], now=workshop.clock())
    workshop.curating.edit("a@esa", Edits(title="After"), digest=workshop.digest("a@esa"), by=workshop.marie, address=HERE)
    assert list(workshop.engine.identifiers()) == ["a@esa"]
    assert (workshop.kept("a@esa").title, workshop.kept("a@esa").provenance.source) == ("After", "esa")


def test_domain_and_categories_stand_beside_the_document(workshop: Workshop) -> None:
    workshop.load(document("a", domain=Domain.EARTH), document("b"))
    assign = workshop.curating.assign
    assert assign(["a", "b"], domain=Domain.LIFE, by=workshop.marie, address=HERE) == 2
    assert assign(["a"], categories=(" Cells ", "Plants", "Cells", ""), by=workshop.marie, address=HERE) == 1
    assert (workshop.kept("a").domain, workshop.kept("a").cnes_categories) == (Domain.LIFE, ("Cells", "Plants"))
    assert workshop.content("a") == document("a", domain=Domain.EARTH)
    assert len(workshop.curating.versions("a")) == 1
    assert assign(["a", "b"], domain=Domain.LIFE, by=workshop.marie, address=HERE) == 0
    assert assign(["a"], domain=None, categories=(), by=workshop.marie, address=HERE) == 1
    assert (workshop.kept("a").domain, workshop.kept("a").cnes_categories) == (Domain.EARTH, ())
    assert workshop.told("assigned to a record") == [
        ("marie", "a", "domain: that of the document; categories: those of the document", HERE),
        ("marie", "a", "categories: Cells, Plants", HERE),
        ("marie", "b", "domain: life", HERE),
        ("marie", "a", "domain: life", HERE),
    ]


def test_what_cannot_be_assigned_changes_nothing(workshop: Workshop) -> None:
    workshop.load(document("a"))
    for refused, error in (
        ({"identifiers": ["a", "b"], "domain": Domain.LIFE}, UnknownError),
        ({"identifiers": [], "domain": Domain.LIFE}, StateError),
        ({"identifiers": ["a"], "categories": ["c" * (LONGEST_CATEGORY + 1)]}, StateError),
        ({"identifiers": ["a"], "categories": ["two\nlines"]}, StateError),
        ({"identifiers": ["a"], "categories": list(map(str, range(MOST_CATEGORIES + 1)))}, StateError),
        ({"identifiers": ["a"], "domain": Domain.LIFE, "by": NOBODY}, NotAllowedError),
    ):
        asked: dict[str, Any] = {"by": workshop.marie, "address": HERE, **refused}
        with pytest.raises(error):
            workshop.curating.assign(asked.pop("identifiers"), **asked)
    assert workshop.kept("a").domain is None
    assert workshop.told("assigned to a record") == []
