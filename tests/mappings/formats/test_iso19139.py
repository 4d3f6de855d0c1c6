"""ISO 19139: real documents are read as they should, what is no record is refused."""

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from mappings.formats import detect, iso19139
from mappings.rules import all_text, clean_text
from mappings.xml import NAMESPACES
from records.errors import FormatError
from records.model import (
    Platform,
    Record,
)
from tests.mappings.formats import golden
from tests.mappings.formats.iso19139_documents import codes, document, identified, read, select

GOLDEN = Path(__file__).parents[2] / "golden" / "iso19139"

# Real documents


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.xml")), ids=lambda path: path.stem)
def test_a_real_document_is_read_as_it_was_checked_by_eye(path: Path) -> None:
    golden.check(path, read(path.read_bytes()))


def test_each_golden_document_has_its_source_and_licence() -> None:
    rows = [line.split("\t") for line in (GOLDEN / "SOURCES.tsv").read_text().splitlines()[1:]]
    assert {row[0] for row in rows} == {path.name for path in GOLDEN.glob("*.xml")}
    assert all(row[4] for row in rows)


@pytest.mark.corpus
def test_every_document_of_the_corpus_is_read_or_refused_with_its_place(corpus: Path) -> None:
    refused = {}
    for path in sorted((corpus / "iso19139").iterdir()):
        try:
            read(path.read_bytes())
        except FormatError as error:
            refused[path.name] = error
    assert len(refused) == 1  # an undeclared namespace prefix: not well-formed
    assert all(error.line for error in refused.values())


@pytest.mark.corpus
def test_a_series_of_one_document_is_read_as_that_document(corpus: Path) -> None:
    records = [read(path.read_bytes()) for path in sorted((corpus / "iso19139-ds-series").iterdir())]
    assert len(records) == 8
    assert all(record.title for record in records)


COUNTED = {
    "keyword": "//gmd:identificationInfo//gmd:keyword",
    "URL of a link": "//gmd:distributionInfo//gmd:onLine//gmd:URL",
    "organisation": "//gmd:identificationInfo/*/gmd:pointOfContact//gmd:organisationName",
    "title": "//gmd:identificationInfo[1]/*/gmd:citation/*/gmd:title",
    "topic": "//gmd:identificationInfo//gmd:topicCategory",
    "box": "//gmd:identificationInfo//gmd:westBoundLongitude",
}


@pytest.mark.corpus
@pytest.mark.parametrize("what", COUNTED)
def test_nothing_of_a_document_is_left_out_in_silence(corpus: Path, what: str) -> None:
    """What an independent look at the XML finds is in the record, or a problem says that it is not."""
    silent = Counter[str]()
    for path in sorted((corpus / "iso19139").iterdir()):
        content = path.read_bytes()
        try:
            record = read(content)
        except FormatError:
            continue
        told = bag("\n".join(value for value in strings(replace(record, source=None))))
        for element in select(etree.fromstring(content.lstrip()), COUNTED[what]):
            holder = next(iter(element), element)
            written = clean_text(all_text(holder))
            if written and bag(written) not in told and not is_number_of(written, record):
                silent[path.name] += 1
    assert sum(silent.values()) <= KNOWN.get(what, 0), silent


KNOWN = {"keyword": 30, "box": 1}
"""Keywords like "SMAP > Soil Moisture Active Passive" come back as the names of what they name; one box is where the data are not."""


def is_number_of(written: str, record: Record) -> bool:
    try:
        number = float(written.replace(",", "."))
    except ValueError:
        return False
    return any(box.west in {number, number - 360} for extent in record.extents for box in extent.boxes)


def bag(words: str) -> str:
    return "".join(ch for ch in words.replace("&gt;", "").casefold() if ch.isalnum())


def strings(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case tuple():
            return [found for part in value for found in strings(part)]
        case _ if hasattr(value, "__dataclass_fields__"):
            return [found for name in value.__dataclass_fields__ for found in strings(getattr(value, name))]
        case _:
            return []


# What is refused, what is recognised


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<gmd:MD_Metadata", "not well-formed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><MD_Metadata xmlns="http://www.isotc211.org/2005/gmd"/>', "DOCTYPE"),
        (b'<MD_Metadata xmlns="http://www.isotc211.org/2005/gmd"/>', "holds nothing"),
        (b'<MD_Metadata xmlns="http://www.isotc211.org/2005/gmd"><contact/></MD_Metadata>', "holds nothing"),
        (b'<DS_Series xmlns="http://www.isotc211.org/2005/gmd"/>', "no gmd:MD_Metadata"),
        (
            b'<DS_Series xmlns="http://www.isotc211.org/2005/gmd"><a><MD_Metadata/></a><a><MD_Metadata/></a></DS_Series>',
            "holds 2 metadata documents",
        ),
    ],
)
def test_what_is_no_record_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(content)


@pytest.mark.parametrize(
    "namespace",
    [
        NAMESPACES["gmi"],
        "http://standards.iso.org/iso/19115/-2/gmi/1.0",
        "http://sdi.eurac.edu/metadata/iso19139-2/schema/gmi",
    ],
)
def test_part_two_is_read_in_each_of_its_namespaces(namespace: str) -> None:
    platform = f"<gmi:MI_Platform><gmi:identifier>{identified('COROT')}</gmi:identifier></gmi:MI_Platform>"
    rest = (
        "<gmi:acquisitionInformation><gmi:MI_AcquisitionInformation>"
        f"<gmi:platform>{platform}</gmi:platform></gmi:MI_AcquisitionInformation></gmi:acquisitionInformation>"
    )
    content = document(rest=rest, root="gmi:MI_Metadata").replace(NAMESPACES["gmi"].encode(), namespace.encode())
    assert detect(content) is iso19139.FORMAT
    assert read(content).platforms == (Platform(name="COROT"),)


def test_a_document_without_identifier_and_title_is_read_with_two_problems() -> None:
    content = document().replace(b"fileIdentifier", b"dataSetURI").replace(b"gmd:title", b"gmd:edition")
    record = read(content)
    assert record.identifier == read(content).identifier
    assert record.title is None
    assert codes(record) == ["no-identifier", "no-title"]


def test_a_byte_order_mark_and_blanks_before_the_declaration_do_not_matter() -> None:
    content = b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>' + document()
    assert read(content).title == "A title"
    assert read(b'\n  <?xml version="1.0"?>' + document()).title == "A title"


@pytest.mark.parametrize(
    "inside",
    [
        "<gmd:x/>" * 100_000,
        '<gmd:contact xlink:href="#a"/>' * 50_000,
        '<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="x"/></gmd:hierarchyLevel>' * 50_000,
    ],
)
def test_a_hostile_document_is_read_in_reasonable_time(inside: str) -> None:
    begin = time.process_time()
    record = read(document(rest=f'<gmd:series id="a">{"<gmd:y/>" * 400}</gmd:series>{inside}'))
    assert time.process_time() - begin < 10
    assert len(record.problems) <= 501
