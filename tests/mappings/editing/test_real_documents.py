"""Real documents edited in place: what is added is added and nothing else, what is valid stays valid."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mappings import schemas as xsd
from mappings.editing import EditError, Edits, edit, editable
from mappings.formats import read
from records.codes import ContactScope, KeywordTypeCode, LinkFunctionCode, RoleCode
from records.dates import Date, TimeInterval
from records.errors import FormatError
from records.model import Box, Contact, Extent, Keyword, Link, Record

KEYWORD = Keyword(term="sea ice", type=KeywordTypeCode.THEME, thesaurus="Words")
CONTACT = Contact(role=RoleCode.POINT_OF_CONTACT, individual="Ann Other", emails=("a@b.fr",), city="Toulouse", phones=("+33 1",))
EXTENT = Extent(boxes=(Box(west=1, south=2, east=3.5, north=4),))
TIME = TimeInterval(begin=Date("2001-02-03"), end=Date("2002-03-04"))
LINK = Link(url="https://example.org/?a=1&b=2", name="Data", description="All", function=LinkFunctionCode.DOWNLOAD, protocol="HTTPS")

_XSD = {"dif10": (xsd.DIF10,), "dif9": (xsd.DIF9,), "iso19115-3": (xsd.MDB,), "iso19139": (xsd.GMD_2007, xsd.GMD_2006, xsd.GMI)}


def additions(record: Record) -> Iterator[Edits]:
    yield Edits(keywords=(*record.keywords, KEYWORD))
    yield Edits(contacts=(*record.contacts, CONTACT))
    yield Edits(contacts=(*record.contacts, replace(CONTACT, scope=ContactScope.DISTRIBUTION)))
    yield Edits(intervals=(*record.intervals, TIME))
    yield Edits(links=(*record.links, LINK))


def changes(record: Record) -> Iterator[Edits]:
    yield Edits(title="Snow & <ice>")
    yield Edits(abstract="One, é.\n\nTwo.")
    yield Edits(datestamp=Date("2026-01-02T03:04:05Z"))
    yield Edits(extents=(*record.extents, EXTENT))
    for field in ("keywords", "contacts", "extents", "intervals", "links"):
        values: Any = getattr(record, field)
        if values:
            less: Any = {field: values[1:]}
            none: Any = {field: ()}
            yield Edits(**less)
            yield Edits(**none)
    if record.contacts:
        yield Edits(contacts=(replace(record.contacts[0], emails=("a@b.fr",), city="Paris"), *record.contacts[1:]))
    if record.links:
        yield Edits(links=(replace(record.links[0], name="New", description="Anew"), *record.links[1:]))
    if record.extents and record.extents[0].boxes:
        boxes = (replace(record.extents[0].boxes[0], west=-1.25, south=-3, north=80.5), *record.extents[0].boxes[1:])
        yield Edits(extents=(replace(record.extents[0], boxes=boxes), *record.extents[1:]))


def is_valid(content: bytes, name: str, schemas: Path) -> bool:
    compiled = (xsd.compiled(one, schemas) for one in _XSD[name])
    return any(schema is not None and xsd.check(schema, etree.fromstring(content.lstrip())) == [] for schema in compiled)


def documents(corpus: Path, folder: str, every: int) -> Iterator[tuple[str, bytes, Record]]:
    for path in sorted((corpus / folder).iterdir())[::every]:
        content = path.read_bytes()
        try:
            record = read(content)
        except FormatError:
            continue
        if record.source and editable(record.source.format):
            yield path.name, content, record


def unchanged(content: bytes, edited: bytes) -> int:
    """How many bytes at the beginning and at the end of a document are as they were."""
    before = next((place for place, (one, other) in enumerate(zip(content, edited, strict=False)) if one != other), len(content))
    rest, end = content[before:], edited[before:]
    after = next((place for place, (one, other) in enumerate(zip(rest[::-1], end[::-1], strict=False)) if one != other), len(rest))
    return before + after


@pytest.mark.corpus
@pytest.mark.parametrize(("folder", "every"), [("iso19139", 40), ("iso19139-ds-series", 4), ("iso19115-3", 6), ("dif", 20)])
def test_what_is_added_is_added_and_nothing_else_is_touched(corpus: Path, folder: str, every: int) -> None:
    """Every byte of the document comes before what is new or after it; but for what only said that there was nothing."""
    counted: Counter[str] = Counter()
    for name, content, record in documents(corpus, folder, every):
        for edits in additions(record):
            edited = edit(content, edits)
            only_added = unchanged(content, edited) == len(content)
            counted["added" if only_added else "else"] += 1
            said_nothing = b"nilReason" in content or b"ot provided" in content.replace(b"N", b"n") or b"/>" in content
            assert only_added or said_nothing or b"Extended_Metadata" in edited, name
    assert counted["added"] > counted["else"]


@pytest.mark.corpus
@pytest.mark.schemas
@pytest.mark.parametrize(("folder", "every"), [("iso19139", 75), ("dif", 25)])
def test_valid_documents_stay_valid(corpus: Path, schemas: Path, folder: str, every: int) -> None:
    checked = refused = 0
    for name, content, record in documents(corpus, folder, every):
        form = record.source.format if record.source else ""
        if not is_valid(content, form, schemas):
            continue
        for edits in (*additions(record), *changes(record)):
            try:
                edited = edit(content, edits)
            except EditError:
                refused += 1
                continue
            checked += 1
            assert is_valid(edited, form, schemas), (name, edits)
    assert checked > 50
    assert refused <= checked // 20
