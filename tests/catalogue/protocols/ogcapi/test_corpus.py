"""All real records, as the door hands them out, against the JSON Schema of OGC API Records."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from catalogue.engines import open_engine
from catalogue.service import load
from mappings.formats import write
from tests.catalogue.protocols.ogcapi.making import ITEMS, hrefs, path_of
from tests.catalogue.protocols.serving import serving
from tests.record_schema import record_validator


@pytest.fixture(scope="module")
def validator(schemas: Path) -> Draft202012Validator:
    return record_validator(schemas / "ogcapi-records")


def test_every_record_of_the_corpus_is_valid_and_handed_out_once(corpus: Path, validator: Draft202012Validator, tmp_path: Path) -> None:
    engine = open_engine(f"embedded:{tmp_path / 'catalogue'}")
    load(engine, [corpus], processes=2)
    engine.close()
    with serving(tmp_path, []) as app:
        catalogue = app.extensions["catalogue"]
        path, seen = f"{ITEMS}?limit=250", []
        while path:
            page: Any = app.test_client().get(path).json
            for given in page["features"]:
                seen.append(given["id"])
                record = catalogue.record(given["id"])
                # a document that came as GeoJSON is as it came, valid or not
                if record.source.format != "json" or not list(validator.iter_errors(_read(write(record, "json")))):
                    assert [error.message for error in validator.iter_errors(given)] == [], given["id"]
                assert "reflecs:problem" not in given, given["id"]
            onward = hrefs(page["links"], "next")
            path = path_of(app, onward[0]) if onward else ""
        assert seen == list(catalogue.engine.identifiers())
        assert len(seen) == catalogue.engine.statistics().records > 700


def _read(content: bytes) -> Any:
    return json.loads(content.decode("utf-8-sig"))
