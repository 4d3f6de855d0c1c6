"""What ISO 19139 carries of a Record, and in which form: the declared loss."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from mappings.formats.iso19139.acquisition import Acquisition, normal_instrument, normal_platform, normal_project, told
from mappings.formats.iso19139.building import uri
from mappings.formats.iso19139.contacts import normal_identifier
from mappings.formats.iso19139.elements import plain
from mappings.formats.iso19139.extents import in_order
from mappings.formats.iso19139.keywords import LATER_TOPICS, lift, normal_term, normal_thesaurus
from mappings.formats.iso19139.rights import Rights, merged, sort_rights
from mappings.formats.iso19139.writing import is_picture, is_writable, keywords_of
from mappings.rules import clean_line, clean_text
from records.codes import Code, ConstraintKind, ContactScope, RestrictionCode
from records.dates import Date, TimeInterval
from records.model import EARTH, Constraint, Contact, Extent, Keyword, Link, Record

_SCOPES = (ContactScope.METADATA, ContactScope.RESOURCE, ContactScope.DISTRIBUTION)


def carried(record: Record) -> Record:
    """Return the record as it comes back from an ISO 19139 document.

    Lost: the words of a type that is no code; dates of the resource and of the metadata in the year 0 or beyond 9999, which XML Schema
    cannot say; a time open at both ends; the
    frame of a place that has heights alone; words of a constraint's code that the schema has no place for.

    In another form: prose without markup and double escapes; contacts of the metadata first, then of the resource, then of the
    distribution; pictures (browse graphics without name and protocol) behind all other links; the topic categories of
    ISO 19115-1 behind those of ISO 19115:2003; DOIs without their resolver, in the codespace "doi"; addresses that are no
    xs:anyURI with their stray characters percent-encoded; keywords of type platform, instrument and project as what they name; a
    licence that only the constraints name, as the licence; long names that only repeat the name, and what says that it is "not
    provided", are left out.
    """
    record = replace(record, **{part.name: _plain(getattr(record, part.name), part.name) for part in fields(record) if part.compare})
    acquired = Acquisition(
        platforms=tuple(dict.fromkeys(normal_platform(platform) for platform in record.platforms if told(platform.name))),
        instruments=tuple(dict.fromkeys(normal_instrument(instrument) for instrument in record.instruments if told(instrument.name))),
        projects=tuple(dict.fromkeys(normal_project(project) for project in record.projects if told(project.name))),
    )
    keywords = lift((_keyword(keyword) for keyword in keywords_of(record)), acquired)
    rights = merged(_blocks(record))
    return replace(
        record,
        resource_type=None,
        identifiers=tuple(dict.fromkeys(normal_identifier(identifier) for identifier in record.identifiers)),
        keywords=keywords.keywords,
        topic_categories=tuple(dict.fromkeys((*(t for t in record.topic_categories if t not in LATER_TOPICS), *keywords.topics))),
        domain=keywords.domain,
        cnes_categories=keywords.cnes_categories,
        contacts=tuple(_contact(contact) for scope in _SCOPES for contact in record.contacts if contact.scope is scope),
        datestamp=record.datestamp if record.datestamp and is_writable(record.datestamp) else None,
        dates=tuple(found for found in record.dates if is_writable(found.date)),
        intervals=tuple(dict.fromkeys(in_order(found) for found in record.intervals if found != TimeInterval())),
        extents=tuple(dict.fromkeys(_extent(extent) for extent in record.extents)),
        platforms=keywords.platforms,
        instruments=keywords.instruments,
        projects=keywords.projects,
        processing_level=told(record.processing_level),
        constraints=rights.constraints,
        licence=rights.licence,
        links=tuple(dict.fromkeys(_link(link) for link in sorted(record.links, key=is_picture))),
    )


_LITERAL: Final = {"identifier", "parent_identifier", "code", "codespace", "uri", "url", "emails", "media_type", "groups"}
_PARAGRAPHS: Final = {"abstract", "purpose", "lineage", "citation", "text", "description"}


def _plain(value: Any, name: str) -> Any:  # noqa: ANN401 - any value of any field
    """Return a value of the field `name` as it is read: markup and double escapes are taken from prose, lists hold each value once."""
    match value:
        case Code() | Date() | TimeInterval():
            return value
        case str() if name in _LITERAL:
            return clean_line(value) or value
        case str():
            return (clean_text(value) if name in _PARAGRAPHS else plain(value)) or value
        case tuple() if name not in {"rings", "vertical"}:
            return tuple(dict.fromkeys(_plain(one, name) for one in value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{part.name: _plain(getattr(value, part.name), part.name) for part in fields(value)})
        case _:
            return value


def _keyword(keyword: Keyword) -> Keyword:
    return Keyword(
        term=normal_term(keyword.term) or keyword.term,
        type=keyword.type,
        thesaurus=normal_thesaurus(keyword.thesaurus),
        uri=uri(keyword.uri) if keyword.uri else None,
    )


def _contact(contact: Contact) -> Contact:
    return replace(contact, url=uri(contact.url) if contact.url else None)


def _link(link: Link) -> Link:
    return link if is_picture(link) else replace(link, url=uri(link.url))


def _extent(extent: Extent) -> Extent:
    shapes = extent.boxes or extent.polygons or extent.circles or extent.description
    return extent if shapes else replace(extent, frame=EARTH)


def _blocks(record: Record) -> list[Rights]:
    """Return the blocks of constraints that the document has, as they are read."""
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
