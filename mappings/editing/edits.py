"""What is to be changed in a document, and why it could not be."""

from dataclasses import dataclass, fields
from enum import Enum
from typing import Final

from records.dates import Date, TimeInterval
from records.errors import CatalogueError
from records.model import Contact, Extent, Keyword, Link


class Keep(Enum):
    """What stands in the place of a value that stays as it is, since None and () are values."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """The values that fields of a record shall have; KEEP leaves a field as its document has it, None and () take it away.

    The fields are named as those of `records.model.Record`.
    """

    title: str | Keep = KEEP
    abstract: str | Keep | None = KEEP
    keywords: tuple[Keyword, ...] | Keep = KEEP
    contacts: tuple[Contact, ...] | Keep = KEEP
    extents: tuple[Extent, ...] | Keep = KEEP
    intervals: tuple[TimeInterval, ...] | Keep = KEEP
    links: tuple[Link, ...] | Keep = KEEP
    datestamp: Date | Keep = KEEP

    def given(self) -> dict[str, object]:
        """Return the fields that are not to be left as they are, with their values, in the order they are declared."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in values if value is not KEEP}


class EditError(CatalogueError):
    """What cannot be written into a document in place: its format has no words for it, or it would not be read as it was meant.

    Attributes:
        field: the field of `Edits` that it is about; None for the document as a whole.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)
