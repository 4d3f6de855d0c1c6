"""From records to the bytes of a PDF: gathers what the template needs, lets typst set it, and mends what no font can show."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import typst

from mappings.figures import Figure, figures
from mappings.filenames import file_name
from mappings.formats import format_named
from mappings.pdf.sheet import Data, all_words, sheet, short, text, word
from mappings.pdf.text import clean, displayable, fonts, refuse
from mappings.vocabularies.domains import domain_of
from mappings.vocabularies.labels import label
from mappings.vocabularies.words import moment_words, number_words
from records.codes import Domain
from records.errors import InvalidRecordError
from records.model import Record

_ATTEMPTS: Final = 4
_INK: Final = "#27313b"
"""The colour that `currentColor` has in the PDF's drawings."""


def write_pdf(records: Sequence[Record], *, url_of: Callable[[str], str], language: str, now: datetime) -> bytes:
    """Return a PDF of the records: a sheet of one, a catalogue with cover and contents of several.

    It conforms to PDF/A-3a and PDF/UA-1, holds the source document of each record as an attachment, and depends on its arguments (and
    the fonts of the machine) alone. A character that no font has is shown by its number, as in "[U+4E2D]".

    Args:
        records: at least one.
        url_of: the permanent address of a record, from its identifier.
        language: of the words around what the records say, "en" or "fr".
        now: when it is made, aware.

    Raises:
        ValueError: there are no records.
    """
    if not records:
        raise ValueError("a PDF needs at least one record")
    catalogue = len(records) > 1
    title = word("catalogue", language) if catalogue else records[0].display_title
    files: dict[str, bytes] = {"main.typ": _template()}
    names: set[str] = set()
    sheets = [_sheet(index, record, files, names, url_of=url_of, language=language) for index, record in enumerate(records)]
    made = word("made", language, date=moment_words(now, language))
    files["meta.json"] = json.dumps(_meta(records, clean(title), now)).encode()
    found = {domain_of(record) for record in records}
    content = {
        "catalogue": catalogue,
        "language": "fr" if language.startswith("fr") else "en",
        "title": text(title),
        "made": made,
        "cover": [_counted(len(records), language), made],
        "domains": [{"code": domain, "name": label(domain, language)} for domain in Domain if domain in found],
        "words": all_words(language),
        "records": sheets,
    }
    return _set(content, files, now)


def _set(content: Data, files: dict[str, bytes], now: datetime) -> bytes:
    plain = json.dumps(content, ensure_ascii=False)
    with TemporaryDirectory(prefix="reflecs-pdf-") as name:
        folder = Path(name)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        for _ in range(_ATTEMPTS - 1):
            try:
                return _compiled(folder, plain, now)
            except typst.TypstError as error:
                if not refuse(error):
                    break
        try:
            return _compiled(folder, plain, now)
        except typst.TypstError as error:
            raise InvalidRecordError(f"these records cannot be set as a PDF: {error}") from error


def _compiled(folder: Path, plain: str, now: datetime) -> bytes:
    (folder / "content.json").write_text(displayable(plain), encoding="utf-8")
    compiler = typst.Compiler(folder / "main.typ", root=folder, font_paths=fonts())
    pdf = compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=now.replace(microsecond=0))
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no document")
    return pdf


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("sheet.typ").read_bytes()


def _sheet(index: int, record: Record, files: dict[str, bytes], names: set[str], *, url_of: Callable[[str], str], language: str) -> Data:
    """Return what the sheet of a record says, its drawings and its source put among the files; `names` are those of attachments so far."""
    drawings: list[tuple[str, Figure]] = []
    for number, figure in enumerate(figures(record, language)):
        name = f"figure-{index}-{number}.svg"
        files[name] = figure.svg.replace("<svg ", f'<svg color="{_INK}" ', 1).replace("sans-serif", "Libertinus Serif").encode()
        drawings.append((name, figure))
    attachment: Data | None = None
    if record.source is not None:
        source_format = format_named(record.source.format)
        files[f"source-{index}"] = record.source.content
        attachment = {
            "file": f"source-{index}",
            "name": file_name(record.identifier, source_format.extension, names),
            "media-type": source_format.media_type.partition(";")[0],
            "description": word("source-of", language, title=short(clean(record.display_title))),
        }
    return sheet(record, url=url_of(record.identifier), language=language, pictures=drawings, attachment=attachment)


def _meta(records: Sequence[Record], title: str, now: datetime) -> Mapping[str, object]:
    authors = dict.fromkeys(name for record in records for name in record.organisations)
    terms = dict.fromkeys(keyword.term for record in records for keyword in record.keywords[:20])
    return {
        "title": title,
        "authors": [clean(name) for name in authors][:10],
        "keywords": [clean(term) for term in terms][:40],
        "description": short(clean(records[0].abstract)) if len(records) == 1 and records[0].abstract else "",
        "date": {name: getattr(now.astimezone(UTC), name) for name in ("year", "month", "day", "hour", "minute", "second")},
    }


def _counted(count: int, language: str) -> str:
    return word("one-record", language) if count == 1 else word("many-records", language, count=number_words(count, language))
