"""The documents of the corpus that the known-item list is about, as records."""

from pathlib import Path
from typing import Final

from mappings.formats import read
from records.errors import FormatError
from records.model import Record

FOLDERS: Final = ("iso19139", "dif", "dublincore", "ogcapi-records")


def corpus_records(corpus: Path) -> list[Record]:
    """Return the records of all documents that can be read, in the order of their paths."""
    found = []
    for path in sorted(path for folder in FOLDERS for path in (corpus / folder).rglob("*") if path.is_file()):
        try:
            found.append(read(path.read_bytes()))
        except FormatError:
            continue
    return found
