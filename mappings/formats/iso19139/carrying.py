"""What ISO 19139 carries of a Record, and in which form: the declared loss."""

from dataclasses import replace

from mappings.formats.shared.iso.acquisition import told
from mappings.formats.shared.iso.building import is_writable, uri
from mappings.formats.shared.iso.carrying import SCOPES, acquired_by, blocks_read, extent_read, keyword_read, plain_record
from mappings.formats.shared.iso.extents import in_order
from mappings.formats.shared.iso.identifiers import normal_identifier
from mappings.formats.shared.iso.keywords import LATER_TOPICS, keywords_of, lift
from mappings.formats.shared.iso.links import is_picture
from mappings.formats.shared.iso.rights import merged
from records.dates import TimeInterval
from records.model import Contact, Link, Record


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
    record = plain_record(record)
    acquired = acquired_by(record)
    keywords = lift((keyword_read(keyword) for keyword in keywords_of(record, LATER_TOPICS)), acquired)
    rights = merged(blocks_read(record))
    return replace(
        record,
        resource_type=None,
        identifiers=tuple(dict.fromkeys(normal_identifier(identifier) for identifier in record.identifiers)),
        keywords=keywords.keywords,
        topic_categories=tuple(dict.fromkeys((*(t for t in record.topic_categories if t not in LATER_TOPICS), *keywords.topics))),
        domain=keywords.domain,
        cnes_categories=keywords.cnes_categories,
        contacts=tuple(_contact(contact) for scope in SCOPES for contact in record.contacts if contact.scope is scope),
        datestamp=record.datestamp if record.datestamp and is_writable(record.datestamp) else None,
        dates=tuple(found for found in record.dates if is_writable(found.date)),
        intervals=tuple(dict.fromkeys(in_order(found) for found in record.intervals if found != TimeInterval())),
        extents=tuple(dict.fromkeys(extent_read(extent) for extent in record.extents)),
        platforms=keywords.platforms,
        instruments=keywords.instruments,
        projects=keywords.projects,
        processing_level=told(record.processing_level),
        constraints=rights.constraints,
        licence=rights.licence,
        links=tuple(dict.fromkeys(_link(link) for link in sorted(record.links, key=is_picture))),
    )


def _contact(contact: Contact) -> Contact:
    return replace(contact, url=uri(contact.url) if contact.url else None)


def _link(link: Link) -> Link:
    return link if is_picture(link) else replace(link, url=uri(link.url))
