"""What a format is: the five things each module in this folder provides."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from records.errors import FormatError
from records.model import Record

_DERIVED: Final = uuid.UUID("5f0f6d5c-2d5a-5c6e-9f0e-7e1d8a3b4c10")


class Reader(Protocol):
    """How a format is read."""

    def __call__(self, content: bytes, top: object = None) -> Record:
        """Return the Record of a document, `source` filled.

        Args:
            content: the document.
            top: its parsed top (see `Format.recognises`), where the caller has it and needs it no more: reading may change it.

        Raises:
            FormatError: it is no record of this format.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format of metadata documents.

    Attributes:
        name: as it is asked for at every door: "iso19139", "dif10", …
        title: as it is shown to people.
        media_type: of the written document.
        extension: of a file of it, with the dot.
        recognises: whether a document is of this format, from its parsed top: an lxml root element for XML, or the top-level
            object for JSON; never raises. It is asked of each format in turn, so it takes a look and makes no search.
        read: from a document to its Record. None: only written.
        write: from a Record to a document that validates against the format's schema; see `unwritten` for a format that is only read.
        carried: the Record as it comes back from `read(write(record))`: what the format cannot carry is taken away. None: only written,
            or only read.
        only_read: whether nothing is written in it: a record can be had in it only where it came in it.
    """

    name: str
    title: str
    media_type: str
    extension: str
    recognises: Callable[[object], bool]
    read: Reader | None
    write: Callable[[Record], bytes]
    carried: Callable[[Record], Record] | None
    only_read: bool = False


def unwritten(title: str) -> Callable[[Record], bytes]:
    """Return the `write` of a format that is only read: it refuses every record with a FormatError."""

    def refuse(record: Record) -> bytes:
        raise FormatError(f"{title} is read here and not written; {record.identifier!r} did not come in it")

    return refuse


def derived_identifier(content: bytes) -> str:
    """Return the identifier of a document that has none: a UUID v5 of its bytes, so that loading it again finds it again."""
    return str(uuid.uuid5(_DERIVED, content.decode("latin-1")))
