"""The manifest of an archive: JSON lines, a heading, a row for each document and each tombstone, a closing.

The rows of one identifier stand together, its documents in the order in which they were kept; identifiers are in code point order.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

import msgspec

from catalogue.engines.stored import MAX_IDENTIFIER
from catalogue.service.archives.histories import History, State
from catalogue.service.archives.zipping import ArchiveError
from mappings.filenames import file_name
from mappings.formats import format_named
from records.codes import Domain
from records.errors import FormatError
from records.model import Assigned

NAME: Final = "manifest.jsonl"
LONGEST_LINE: Final = 64 * 1024
MOST_SHRUNK: Final = 200
"""No manifest is packed to less than so much of its size: each row has 32 random bytes, its digest."""
_FILE: Final = re.compile(r"(?:records|earlier)/\d{3,}/[A-Za-z0-9._-]{1,200}")
_A_FOLDER: Final = 1000


class Heading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line. `reflecs_archive` is the version of the layout."""

    reflecs_archive: Literal[1] = 1
    made: datetime


class Holdings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last line, what the archive holds: how many records, tombstones and documents there are, earlier versions among these."""

    records: int
    tombstones: int
    documents: int


class Kind(StrEnum):
    """What a row tells of."""

    EARLIER = "earlier"
    CURRENT = "current"
    DELETED = "deleted"


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A document, or a tombstone.

    Attributes:
        kind: an earlier version, the document that stands, or a tombstone.
        file: the document's name in the archive; None for a tombstone.
        format, sha256, loaded: of the document; None for a tombstone.
        replaced: when an earlier version was replaced or deleted; None for others.
        origin: where the document that stands was loaded from.
        deleted: when the tombstone was set; None for others.
        domain: the science domain that the tombstone tells.
        harvest_source: of the document that stands, or of the tombstone.
        assigned_domain, assigned_categories: what the catalogue says of the record beside the document that stands.
    """

    identifier: str
    kind: Kind
    file: str | None = None
    format: str | None = None
    sha256: str | None = None
    loaded: datetime | None = None
    replaced: datetime | None = None
    origin: str | None = None
    deleted: datetime | None = None
    domain: str | None = None
    harvest_source: str | None = None
    assigned_domain: Domain | None = None
    assigned_categories: tuple[str, ...] = ()


_LINE: Final = msgspec.json.Encoder()
_HEADING: Final = msgspec.json.Decoder(Heading)
_ROW: Final = msgspec.json.Decoder(Row)
_HOLDINGS: Final = msgspec.json.Decoder(Holdings)
_CLOSING: Final = b'{"records":'


def line(value: Heading | Row | Holdings) -> bytes:
    """Return a line of the manifest, with its end."""
    return _LINE.encode(value) + b"\n"


def file_of(number: int, identifier: str, state: State) -> str:
    """Return the name in an archive of the document that is the `number`th, from 0: safe on every system, and like no other's."""
    folder = "records" if state.replaced is None else "earlier"
    name = file_name(identifier, format_named(state.format).extension)
    return f"{folder}/{number // _A_FOLDER:03}/{number:06}-{name}"


def rows_of(history: History) -> list[Row]:
    """Return the rows of a history whose documents have their files."""
    rows = [
        Row(
            identifier=history.identifier,
            kind=Kind.CURRENT if state.replaced is None else Kind.EARLIER,
            file=state.file,
            format=state.format,
            sha256=state.digest.hex(),
            loaded=state.loaded,
            replaced=state.replaced,
            origin=history.origin if state.replaced is None else None,
            harvest_source=history.harvest_source if state.replaced is None else None,
            assigned_domain=state.assigned.domain,
            assigned_categories=state.assigned.categories,
        )
        for state in history.states
    ]
    if history.deleted is not None:
        rows.append(
            Row(
                identifier=history.identifier,
                kind=Kind.DELETED,
                deleted=history.deleted,
                domain=history.domain,
                harvest_source=history.harvest_source,
            )
        )
    return rows


def read(lines: Iterable[bytes]) -> Iterator[History | Holdings]:
    """Yield the histories of a manifest and its closing, which is last.

    Raises:
        ArchiveError: it is none, is cut off, or its rows are not as they are written; tells the line.
    """
    numbered = enumerate(lines, start=1)
    try:
        _HEADING.decode(next(numbered, (1, b""))[1])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ArchiveError("This is no archive of Reflecs, or one of a later version: its manifest does not begin as they do.") from error
    rows: list[Row] = []
    holdings: Holdings | None = None
    for number, content in numbered:
        told = _decoded(number, content)
        if holdings is not None:
            raise _damaged(f"something follows its closing at line {number}")
        if rows and (isinstance(told, Holdings) or told.identifier != rows[0].identifier):
            yield _history(rows)
        if isinstance(told, Holdings):
            holdings = told
        elif rows and told.identifier < rows[0].identifier:
            raise _damaged(f"its identifiers are not in their order at line {number}")
        elif rows and told.identifier == rows[0].identifier:
            rows.append(told)
        else:
            rows = [told]
    if holdings is None:
        raise _damaged("it is cut off")
    yield holdings


def _decoded(number: int, content: bytes) -> Row | Holdings:
    try:
        return _HOLDINGS.decode(content) if content.startswith(_CLOSING) else _ROW.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(f"it cannot be read at line {number}: {error}") from error


def _damaged(what: str) -> ArchiveError:
    return ArchiveError(f"The archive is damaged; of its manifest: {what}.")


def _history(rows: list[Row]) -> History:
    *before, last = rows
    if any(row.kind is not Kind.EARLIER for row in before) or last.kind is Kind.EARLIER:
        raise _damaged(f"the rows of {last.identifier!r} are not in their order")
    if not 0 < len(last.identifier) <= MAX_IDENTIFIER:
        raise _damaged(f"an identifier has 1 to {MAX_IDENTIFIER} characters")
    documents = before if last.kind is Kind.DELETED else rows
    return History(
        identifier=last.identifier,
        states=tuple(map(_state, documents)),
        deleted=_moment(last.deleted, "deleted") if last.kind is Kind.DELETED else None,
        origin=last.origin,
        harvest_source=last.harvest_source,
        domain=last.domain,
    )


def _state(row: Row) -> State:
    if row.file is None or not _FILE.fullmatch(row.file):
        raise _damaged(f"{row.file!r} is no name of a file in an archive")
    try:
        known = format_named(row.format or "")
        digest = bytes.fromhex(row.sha256 or "")
    except (FormatError, ValueError) as error:
        raise _damaged(f"the format or the digest of {row.file} is none that is known") from error
    return State(
        format=known.name,
        digest=digest,
        loaded=_moment(row.loaded, "loaded"),
        replaced=_moment(row.replaced, "replaced") if row.kind is Kind.EARLIER else None,
        file=row.file,
        assigned=Assigned(domain=row.assigned_domain, categories=row.assigned_categories),
    )


def _moment(value: datetime | None, name: str) -> datetime:
    if value is None or value.tzinfo is None:
        raise _damaged(f"{name} is no time with its zone")
    return value
