"""Real documents with their source and licence beside them, and the records that were checked by eye to be what they say."""

import hashlib
import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from records.model import Record

_FOLDER = Path(__file__).parents[2] / "golden"


def documents(folder: str) -> list[Path]:
    """The golden documents of a format."""
    return sorted(path for path in (_FOLDER / folder).iterdir() if path.suffix in {".xml", ".json"} and ".expected" not in path.name)


def check(path: Path, record: Record) -> None:
    """Compare a record with the one that is expected of the document at `path`; GOLDEN=write writes it, to be checked by eye again."""
    told = asdict(replace(record, source=None))
    del told["assigned"]  # no document tells that
    found = json.loads(json.dumps(_plain(told), ensure_ascii=False))
    kept = path.with_suffix(".expected.json")
    if os.environ.get("GOLDEN") == "write":
        kept.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert found == json.loads(kept.read_text())


def check_sources(folder: str) -> None:
    """Check that each document is the one that its row says, with its licence."""
    rows = [line.split("\t") for line in (_FOLDER / folder / "SOURCES.tsv").read_text().splitlines()[1:]]
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in documents(folder)}
    assert {row[0]: row[5] for row in rows} == found
    assert all(row[4] for row in rows)


def _plain(value: object) -> Any:
    """A value as JSON has it, without what is empty."""
    match value:
        case dict():
            return {key: _plain(part) for key, part in value.items() if part not in (None, (), [])}
        case list() | tuple():
            return [_plain(part) for part in value]
        case _:
            return value
