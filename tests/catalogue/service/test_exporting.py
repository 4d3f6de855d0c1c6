"""Records as documents to take away."""

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest

from catalogue.service.exporting import Document, checked, export
from mappings.formats import read, write
from records.codes import ContactScope
from records.dates import Date, TimeInterval
from records.errors import FormatError, QueryError
from records.model import Box, Contact, Extent, Record

_NOW = datetime(2026, 11, 23, tzinfo=UTC)


def _export(records: list[Record], name: str) -> Document:
    return export(records, name, url_of=lambda identifier: f"https://x/{identifier}", language="en", now=_NOW)


def _rows(*records: Record) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_export(list(records), "csv").content.decode("utf-8-sig"))))


def test_a_record_in_its_own_format_is_its_source() -> None:
    record = read(write(Record(identifier="a/b", title="Sea ice"), "iso19139"))
    assert record.source is not None
    document = _export([record], "iso19139")
    assert document.content == record.source.content
    assert (document.filename, document.losses) == ("a_b.xml", {})


def test_a_format_that_is_only_read_is_had_where_a_record_came_in_it() -> None:
    content = b'{"ShortName": "MYD05", "EntryTitle": "Water vapour"}'
    record = read(content)
    document = _export([record], "ummc")
    assert (document.content, document.filename, document.losses) == (content, "MYD05.json", {})
    with pytest.raises(FormatError, match="'a' did not come in it"):
        _export([record, Record(identifier="a", title="Sea ice")], "ummc")


def test_what_a_format_cannot_carry_is_told() -> None:
    lost = _export([Record(identifier="a", title="Sea ice", object_count=3)], "oai_dc").losses
    assert "object_count" in lost["a"]


def test_several_records_are_a_zip_in_which_no_two_names_are_the_same() -> None:
    identifiers = ("A", "A?", "A-2", "a", "?", "..")
    document = _export([Record(identifier=identifier, title="x") for identifier in identifiers], "json")
    with zipfile.ZipFile(io.BytesIO(document.content)) as archive:
        names = archive.namelist()
        assert len({name.casefold() for name in names}) == len(identifiers)
        assert {read(archive.read(name)).identifier for name in names} == set(identifiers)
    assert not [name for name in names if "/" in name or name.startswith(".")]


def test_a_table_has_a_row_a_record() -> None:
    record = Record(
        identifier="a",
        title="Été, «\n»",
        intervals=(TimeInterval(begin=Date.parse("2007-04")), TimeInterval(end=Date.parse("2009"))),
        extents=(
            Extent(boxes=(Box(west=-10, south=-20.5, east=5, north=0),)),
            Extent(frame="icrs", boxes=(Box(west=1, south=2, east=3, north=4),)),
        ),
        contacts=(Contact(scope=ContactScope.METADATA, organisation="CNES"),),
    )
    (row,) = _rows(record)
    assert row["title"] == record.title
    assert row["begin"] == "2007-04; "
    assert row["west south east north"] == "-10 -20.5 5 0"
    assert row["organisations"] == "CNES"
    assert row["address"] == "https://x/a"


@pytest.mark.parametrize("text", ["=1+1", "+cmd|x", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "\t=1"])
def test_a_spreadsheet_runs_no_text_of_a_record(text: str) -> None:
    (row,) = _rows(Record(identifier="a", title=text))
    assert row["title"] == f"'{text}"


def test_choices_are_checked() -> None:
    assert checked(["a", "b", "a"]) == ("a", "b")
    with pytest.raises(QueryError, match="at least one"):
        checked([])
    with pytest.raises(QueryError, match="at most 2"):
        checked(["a", "b", "c"], 2)
    with pytest.raises(FormatError, match="no format 'word'"):
        _export([Record(identifier="a")], "word")
