"""The page about a record's metadata: its formats, the problems found in it, where it came from."""

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from catalogue.service import Catalogue, RecordView
from catalogue.service.addresses import record_path
from mappings.formats import format_named
from mappings.vocabularies.labels import label
from mappings.vocabularies.words import date_words, size_words
from records.dates import Date
from records.model import Problem, Record

_USER: Final = re.compile(r"(?<=://)[^/]*@")
"""Who is let in by an address, with a password perhaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatRow:
    """A format: its address, whether the record came in it, what it cannot carry of this record, and whether that is known (`whole`)."""

    title: str
    extension: str
    href: str
    url: str
    is_source: bool
    whole: bool
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataPage:
    """What the page shows; None where nothing is known."""

    view: RecordView
    formats: tuple[FormatRow, ...]
    problems: tuple[Problem, ...]
    source: str | None
    size: str | None
    origin: str | None
    harvested_from: str | None
    loaded: str | None
    file: str | None

    @property
    def record(self) -> Record:
        """The record itself."""
        return self.view.record

    @property
    def title(self) -> str:
        """The record's title."""
        return self.record.display_title

    def at(self, **parameters: str) -> str:
        """Return the address of another view of this record."""
        return record_path(self.record.identifier, **parameters)


def metadata_page(catalogue: Catalogue, identifier: str, *, language: str) -> MetadataPage:
    """Ask the catalogue and return the page.

    Raises:
        NotFoundError: there is no such record.
    """
    view = catalogue.view(identifier)
    record, provenance, source = view.record, view.record.provenance, view.record.source
    rows = tuple(
        FormatRow(
            title=rendition.title,
            extension=rendition.extension,
            href=record_path(identifier, f=rendition.name),
            url=f"{catalogue.base_url}{record_path(identifier, f=rendition.name)}",
            is_source=rendition.is_source,
            whole=rendition.is_source or format_named(rendition.name).carried is not None,
            lost=tuple(label(field, language) for field in rendition.losses),
        )
        for rendition in view.renditions
    )
    return MetadataPage(
        view=view,
        formats=rows,
        problems=record.problems,
        source=format_named(source.format).title if source else None,
        size=size_words(len(source.content), language) if source else None,
        origin=_origin(provenance.origin),
        harvested_from=provenance.source,
        loaded=date_words(Date.of(provenance.loaded), language) if provenance.loaded else None,
        file=f"{catalogue.base_url}{record_path(identifier, f=source.format)}" if source else None,
    )


def _origin(origin: str | None) -> str | None:
    """Where a document came from, as a stranger may know it: an address without what lets somebody in, of a path on our machine the name.

    Keys to a source stand in front of its host, or behind the “?”.
    """
    if origin is None:
        return None
    if "://" not in origin:
        return PurePath(origin).name
    address, mark, place = origin.partition("#")
    return _USER.sub("", address.partition("?")[0]) + mark + place
