"""What curators upload, taken apart: files, and the documents in zip archives, never more of them than is looked at in one go."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from accounts.desk import one_line
from accounts.errors import StateError
from catalogue.service.documents import BROKEN, EXTENSIONS

MOST_DOCUMENTS: Final = 500
MOST_BYTES: Final = 20 * 1024 * 1024
"""Of all documents of an upload together, unpacked."""
MOST_BYTES_EACH: Final = 5 * 1024 * 1024
_MOST_MEMBERS: Final = 20_000
"""Files of any kind in an archive."""
_LONGEST_NAME: Final = 255
_ZIP: Final = b"PK\x03\x04"
_ENDINGS: Final = EXTENSIONS - {".zip"}
_TOO_MANY: Final = f"At most {MOST_DOCUMENTS} documents can be uploaded at once."
_TOO_LARGE: Final = f"At most {MOST_BYTES // 1024**2} MB can be uploaded at once, unpacked."


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A document that came.

    Attributes:
        name: of its file, with its place in the archive ("holdings.zip!/a.xml").
    """

    name: str
    content: bytes = field(repr=False)


def documents_in(files: Sequence[tuple[str, bytes]]) -> list[Uploaded]:
    """Return the documents of an upload, in their order; of archives, those in files named as documents are.

    Args:
        files: their names, as whoever sent them calls them, and what is in them.

    Raises:
        StateError: there is none; there are too many, or they are too large; an archive cannot be read.
    """
    found: list[Uploaded] = []
    size = 0
    for name, content in files:
        for document in _documents(one_line(name.strip(), _LONGEST_NAME) or "?", content):
            found.append(document)
            size += len(document.content)
            if len(found) > MOST_DOCUMENTS:
                raise StateError(_TOO_MANY)
            if size > MOST_BYTES:
                raise StateError(_TOO_LARGE)
    if not found:
        raise StateError("There is no document in what you chose.")
    return found


def _documents(name: str, content: bytes) -> Iterator[Uploaded]:
    if content.startswith(_ZIP):
        yield from _members(name, content)
    elif content.strip():
        yield _bounded(name, content)


def _members(name: str, content: bytes) -> Iterator[Uploaded]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise StateError(_TOO_MANY)
            for member in sorted(filter(_is_document, members), key=lambda member: member.filename):
                with archive.open(member) as file:
                    # The size in the directory may lie: never unpack more than a document may have.
                    unpacked = file.read(MOST_BYTES_EACH + 1)
                yield _bounded(one_line(f"{name}!/{member.filename}", _LONGEST_NAME), unpacked)
    except BROKEN as error:
        raise StateError(f"The archive {name} cannot be read: it is broken, or locked by a password.") from error


def _is_document(member: zipfile.ZipInfo) -> bool:
    """Tell whether a member is named as a document is; what macOS adds beside each file is none."""
    path = PurePosixPath(member.filename)
    return not member.is_dir() and path.suffix.lower() in _ENDINGS and not path.name.startswith("._")


def _bounded(name: str, content: bytes) -> Uploaded:
    if len(content) > MOST_BYTES_EACH:
        raise StateError(f"{name} is too large: a document has at most {MOST_BYTES_EACH // 1024**2} MB here.")
    return Uploaded(name=name, content=content)
