"""What ISO 19139 and ISO 19115-3 both do to a record that is written and read again."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from mappings.formats.shared.iso.acquisition import Acquisition, normal_instrument, normal_platform, normal_project, told
from mappings.formats.shared.iso.building import uri
from mappings.formats.shared.iso.elements import plain
from mappings.formats.shared.iso.keywords import normal_term, normal_thesaurus
from mappings.formats.shared.iso.rights import Rights, sort_rights
from mappings.rules import clean_line, clean_text
from records.codes import Code, ConstraintKind, ContactScope, RestrictionCode
from records.dates import Date, TimeInterval
from records.model import EARTH, Constraint, Extent, Keyword, Record

SCOPES: Final = (ContactScope.METADATA, ContactScope.RESOURCE, ContactScope.DISTRIBUTION)
"""The order in which contacts are written."""


def plain_record(record: Record) -> Record:
    """Return a record whose texts are as they are read: without markup and double escapes in prose, lists holding each value once."""
    return replace(record, **{part.name: plain_value(getattr(record, part.name), part.name) for part in fields(record) if part.compare})


def acquired_by(record: Record) -> Acquisition:
    """Return what acquired the data, as it is read."""
    return Acquisition(
        platforms=tuple(dict.fromkeys(normal_platform(platform) for platform in record.platforms if told(platform.name))),
        instruments=tuple(dict.fromkeys(normal_instrument(instrument) for instrument in record.instruments if told(instrument.name))),
        projects=tuple(dict.fromkeys(normal_project(project) for project in record.projects if told(project.name))),
    )


def keyword_read(keyword: Keyword) -> Keyword:
    """Return a keyword as it is read."""
    return Keyword(
        term=normal_term(keyword.term) or keyword.term,
        type=keyword.type,
        thesaurus=normal_thesaurus(keyword.thesaurus),
        uri=uri(keyword.uri) if keyword.uri else None,
    )


_LITERAL: Final = {"identifier", "parent_identifier", "code", "codespace", "uri", "url", "emails", "media_type", "groups"}
_PARAGRAPHS: Final = {"abstract", "purpose", "lineage", "citation", "text", "description"}


def plain_value(value: Any, name: str) -> Any:  # noqa: ANN401 - any value of any field
    """Return a value of the field `name` as it is read: markup and double escapes are taken from prose, lists hold each value once."""
    match value:
        case Code() | Date() | TimeInterval():
            return value
        case str() if name in _LITERAL:
            return clean_line(value) or value
        case str():
            return (clean_text(value) if name in _PARAGRAPHS else plain(value)) or value
        case tuple() if name not in {"rings", "vertical"}:
            return tuple(dict.fromkeys(plain_value(one, name) for one in value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{part.name: plain_value(getattr(value, part.name), part.name) for part in fields(value)})
        case _:
            return value


def extent_read(extent: Extent) -> Extent:
    """Return an extent as it is read: one that has heights alone says no frame."""
    shapes = extent.boxes or extent.polygons or extent.circles or extent.description
    return extent if shapes else replace(extent, frame=EARTH)


def blocks_read(record: Record) -> list[Rights]:
    """Return the blocks of constraints that a document has, as they are read."""
    blocks = []
    if record.licence:
        address = uri(record.licence.url) if record.licence.url else None
        text = record.licence.name or address or ""
        code = Constraint(kind=ConstraintKind.USE, code=RestrictionCode.LICENSE)
        blocks.append(sort_rights([code], [Constraint(kind=ConstraintKind.OTHER, text=text)], [], address))
    return blocks + [_block(constraint) for constraint in record.constraints]


def _block(constraint: Constraint) -> Rights:
    if constraint.kind in {ConstraintKind.USE_LIMITATION, ConstraintKind.OTHER}:
        texts = [Constraint(kind=constraint.kind, text=constraint.text)] if constraint.text else []
        return sort_rights([], texts, [])
    codes = [Constraint(kind=constraint.kind, code=constraint.code)] if constraint.code else []
    texts = [Constraint(kind=ConstraintKind.OTHER, text=constraint.text)] if constraint.text else []
    return sort_rights(codes, texts, [] if codes else [constraint.kind])
