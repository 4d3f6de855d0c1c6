"""The page that shows a record's document as a tree."""

from dataclasses import dataclass

from catalogue.service import Catalogue
from catalogue.service.addresses import record_path
from mappings.formats import format_named, losses, write
from mappings.tree import Line, lines
from mappings.vocabularies.labels import label
from records.model import Record
from ui.words import followable

ISO = "iso19139"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePage:
    """A document as a tree.

    Attributes:
        advanced: whether every element is shown, with paths, attributes and code lists.
        shown: the title of the format of the document that is shown.
        source: the title of the format the record came in, where the document shown was written from it; None where it is the source.
        lost: what the document shown could not carry, in words.
        file: the address of the document shown.
    """

    record: Record
    advanced: bool
    shown: str
    source: str | None
    lost: tuple[str, ...]
    lines: tuple[Line, ...]
    file: str

    @property
    def title(self) -> str:
        """The record's title."""
        return self.record.display_title

    def at(self, **parameters: str) -> str:
        """Return the address of another view of this record."""
        return record_path(self.record.identifier, **parameters)

    def address(self, line: Line) -> str | None:
        """Return the address that a line's value can be followed to."""
        return followable(line.url or line.value or "")


def tree_page(catalogue: Catalogue, identifier: str, *, advanced: bool, language: str) -> TreePage:
    """Return the page: the ISO view shows the record in ISO 19139, the advanced view the source document.

    Raises:
        NotFoundError: there is no such record.
    """
    record = catalogue.record(identifier)
    came_in = record.source.format if record.source else None
    name = came_in if advanced and came_in else ISO
    return TreePage(
        record=record,
        advanced=advanced,
        shown=format_named(name).title,
        source=format_named(came_in).title if came_in and came_in != name else None,
        lost=tuple(label(field, language) for field in losses(record, name)),
        lines=tuple(lines(write(record, name), folded=not advanced)),
        file=record_path(identifier, f=name),
    )
