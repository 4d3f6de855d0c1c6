"""The list of formats, and what is done with any of them: detect, read, write, tell the loss."""

from dataclasses import fields
from functools import cache
from typing import Final

from lxml import etree

from mappings.formats import dif9, dif10, dublincore, iso19115_3, iso19139, jsonld, oai_dc, ogcrecord, stac, ummc
from mappings.formats.format import Format, Reader
from mappings.formats.shared.json.members import parse_json
from mappings.xml import MAX_DOCUMENT_BYTES, parse_xml
from records.errors import FormatError
from records.model import Record

FORMATS: Final[tuple[Format, ...]] = (
    iso19139.FORMAT,
    iso19115_3.FORMAT,
    dif10.FORMAT,
    dif9.FORMAT,
    dublincore.FORMAT,
    oai_dc.FORMAT,
    ogcrecord.FORMAT,
    jsonld.FORMAT,
    ummc.FORMAT,
    stac.FORMAT,
)
WRITTEN: Final[tuple[Format, ...]] = tuple(known for known in FORMATS if not known.only_read)
"""The formats that every record can be had in."""

_JSON_STARTS: Final = (b"{", b"[")


@cache
def format_named(name: str) -> Format:
    """Return the format called `name`.

    Raises:
        FormatError: there is none; the message names those there are.
    """
    for known in FORMATS:
        if known.name == name:
            return known
    raise FormatError(f"there is no format {name!r}; there are {', '.join(known.name for known in FORMATS)}")


def offered(record: Record) -> tuple[Format, ...]:
    """Return the formats that a record can be had in: those that are written, and the one it came in."""
    source = record.source.format if record.source else None
    return tuple(known for known in FORMATS if not known.only_read or known.name == source)


def detect(content: bytes) -> Format:
    """Return the format of a document, told from its content alone.

    Raises:
        FormatError: empty, too large, neither XML nor JSON, broken, or of no format that is read here.
    """
    return _format_of(_top(content))[0]


def _top(content: bytes) -> object:
    """The parsed document: an element for XML, a JSON value for JSON."""
    if len(content) > MAX_DOCUMENT_BYTES:
        raise FormatError(f"the document has {len(content):,} bytes; at most {MAX_DOCUMENT_BYTES:,} are read")
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise FormatError("the document is empty")
    return parse_json(content) if start.startswith(_JSON_STARTS) else parse_xml(content)


def _format_of(top: object) -> tuple[Format, Reader]:
    for known in FORMATS:
        if known.read is not None and known.recognises(top):
            return known, known.read
    if isinstance(top, etree._Element):
        name = etree.QName(top)
        namespace = f" in namespace {name.namespace}" if name.namespace else ""
        raise FormatError(f"no known format: the root element is {name.localname}{namespace}", path=f"/{name.localname}")
    raise FormatError(f"no known format: the JSON is {_shape(top)}")


def _shape(top: object) -> str:
    """Return what the top of a JSON document is, in words: enough to know what kind of document it is."""
    if not isinstance(top, dict):
        return "a list" if isinstance(top, list) else "a single value"
    names = ", ".join(name[:40] for name in list(top)[:8]) or "no member"
    return f"an object of {names}{' and more' if len(top) > 8 else ''}"


def read(content: bytes) -> Record:
    """Return the Record of a document of any format that is read here.

    Raises:
        FormatError: it is of none, or no record, or says nothing at all; says why and where.
    """
    top = _top(content)
    _, reader = _format_of(top)
    record = reader(content, top)
    derived = any(problem.code == "no-identifier" for problem in record.problems)
    if derived and record == Record(identifier=record.identifier):
        first = record.problems[0]
        raise FormatError(f"the document says nothing that can be read: {first.message}", path=first.path)
    return record


def write(record: Record, name: str) -> bytes:
    """Return the record in the format called `name`: its source, byte for byte, where that is the format it came in.

    Raises:
        FormatError: there is no such format, or it is only read and the record did not come in it.
    """
    if record.source is not None and record.source.format == name:
        return record.source.content
    return format_named(name).write(record)


def losses(record: Record, name: str) -> tuple[str, ...]:
    """Return the names of the record's fields that the format called `name` cannot carry whole; () when nothing is lost.

    Raises:
        FormatError: there is no such format.
    """
    if record.source is not None and record.source.format == name:
        return ()
    carried = format_named(name).carried
    if carried is None:
        return ()
    left = carried(record)
    return tuple(field.name for field in fields(Record) if field.compare and getattr(record, field.name) != getattr(left, field.name))
