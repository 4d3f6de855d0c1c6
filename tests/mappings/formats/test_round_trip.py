"""Every format that is read and written, on all kinds of records: written valid, read back but for the declared loss."""

import json
import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from mappings import schemas as xsd
from mappings.formats import FORMATS, Format, detect, format_named, losses
from records.model import Record, Source
from tests.record_schema import record_validator
from tests.strategies import records

_READ_AND_WRITTEN = [known for known in FORMATS if known.read is not None and known.carried is not None]
_XSD = {"dif10": xsd.DIF10, "dif9": xsd.DIF9, "dc": xsd.CSW_RECORD, "oai_dc": xsd.OAI_DC, "iso19115-3": xsd.MDB}

bounded = settings(
    max_examples=100,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def differing(one: Record, other: Record) -> dict[str, tuple[object, object]]:
    pairs = {field.name: (getattr(one, field.name), getattr(other, field.name)) for field in fields(Record) if field.compare}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@bounded
@given(record=records())
def test_a_written_record_is_read_back_but_for_what_the_format_declares_lost(record: Record) -> None:
    """Making a record costs more than writing and reading it, so all that holds of all formats is asked of each record."""
    for known in _READ_AND_WRITTEN:
        assert known.read is not None
        assert known.carried is not None
        written = known.write(record)
        assert detect(written) is known
        found, carried = known.read(written), known.carried(record)
        assert differing(found, carried) == {}, known.name
        assert found.source == Source(content=written, format=known.name)
        assert set(losses(record, known.name)) == set(differing(record, found)), known.name
        assert differing(carried, known.carried(carried)) == {}, f"{known.name}: what was carried once is carried whole"


def schema_for(known: Format, document: bytes, folder: Path) -> etree.XMLSchema:
    wanted = _XSD.get(known.name, xsd.GMI if b"<gmi:MI_Metadata" in document else xsd.GMD_2007)
    compiled = xsd.compiled(wanted, folder)
    assert compiled is not None, f"no schema {wanted.title} in {folder}"
    return compiled


@pytest.mark.schemas
def test_what_is_written_is_valid(schemas: Path) -> None:
    """XML by its schema; JSON by that of OGC API Records."""
    in_xml = [known for known in _READ_AND_WRITTEN if known.extension == ".xml"]
    assert {*_XSD, "iso19139"} == {known.name for known in in_xml}
    in_json, validator = format_named("json"), record_validator(schemas / "ogcapi-records")

    @bounded
    @given(record=records())
    def validates(record: Record) -> None:
        for known in in_xml:
            written = known.write(record)
            assert xsd.check(schema_for(known, written, schemas), etree.fromstring(written)) == [], known.name
        assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(in_json.write(record)))] == []

    validates()
