"""Any edit of any document that a format can write: it says what was asked for, and all that it said before."""

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from mappings import schemas as xsd
from mappings.editing import Edits, edit, editable
from mappings.formats import format_named, read
from records.model import Record
from tests import strategies

FORMATS = ("iso19139", "iso19115-3", "dif10", "dif9")
NEW = {
    "title": strategies.lines,
    "abstract": st.one_of(st.none(), strategies.paragraphs),
    "keywords": strategies.keywords,
    "contacts": strategies.contacts,
    "extents": strategies.extents(),
    "intervals": strategies.intervals(),
    "links": strategies.links,
    "datestamp": strategies.near_dates,
}
OTHERS = {field: [part.name for part in fields(Record) if part.compare and part.name != field] for field in NEW}

bounded = settings(
    max_examples=30,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@st.composite
def cases(draw: st.DrawFn, known: str) -> tuple[Record, str, Any]:
    """A record as the format carries it, a field, and a value of it that the format can carry: some of its own, some new, some changed."""
    form = format_named(known)
    assert form.carried is not None
    record = form.carried(draw(strategies.records()))
    field = draw(st.sampled_from(sorted(NEW)))
    value: Any = draw(NEW[field])
    if field not in {"title", "abstract", "datestamp"}:
        own = getattr(record, field)
        kept = tuple(one for one in own if draw(st.booleans()))
        new = draw(st.lists(NEW[field], max_size=2).map(tuple))
        value = tuple(dict.fromkeys((*kept, *new)))
        if field == "contacts" and own and draw(st.booleans()):
            value = tuple(dict.fromkeys((*value, replace(own[-1], emails=("new@example.org",), phones=("1", "2"), city="Toulouse"))))
        if field == "links" and own and draw(st.booleans()):
            value = tuple(dict.fromkeys((*value, replace(own[0], name="another", description=None))))
    carried = form.carried(replace(record, **{field: value}))
    assume(all(getattr(carried, name) == getattr(record, name) for name in OTHERS[field]))
    return record, field, getattr(carried, field)


def same(one: object, other: object) -> bool:
    return set(one) == set(other) if isinstance(one, tuple) and isinstance(other, tuple) else one == other


@pytest.mark.parametrize("known", FORMATS)
def test_what_is_edited_is_read_and_all_else_is_as_before(known: str) -> None:
    @bounded
    @given(case=cases(known))
    def holds(case: tuple[Record, str, Any]) -> None:
        record, field, value = case
        content = format_named(known).write(record)
        before = read(content)
        edited = edit(content, Edits(**{field: value}))
        after = read(edited)
        assert same(getattr(after, field), value)
        assert [name for name in OTHERS[field] if getattr(after, name) != getattr(before, name)] == []
        assert edit(edited, Edits(**{field: value})) == edited, "what is so already is not touched"
        assert (edited == content) == same(getattr(before, field), value)

    holds()


_XSD = {"dif10": xsd.DIF10, "dif9": xsd.DIF9, "iso19115-3": xsd.MDB}


@pytest.mark.schemas
@pytest.mark.parametrize("known", FORMATS)
def test_an_edited_document_is_valid_where_it_was(known: str, schemas: Path) -> None:
    @bounded
    @given(case=cases(known))
    def holds(case: tuple[Record, str, Any]) -> None:
        record, field, value = case
        content = format_named(known).write(record)
        schema = xsd.compiled(_XSD.get(known, xsd.GMI if b"<gmi:MI_Metadata" in content else xsd.GMD_2007), schemas)
        assert schema is not None
        edited = edit(content, Edits(**{field: value}))
        assert xsd.check(schema, etree.fromstring(edited)) == []

    holds()


def test_the_formats_that_are_edited_and_the_fields() -> None:
    assert {known: editable(known) for known in FORMATS} == dict.fromkeys(FORMATS, frozenset(NEW))
    assert editable("dc") == frozenset()
