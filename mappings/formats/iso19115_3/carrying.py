"""What ISO 19115-3 carries of a Record, and in which form: the declared loss."""

from dataclasses import replace

from mappings.formats.shared.iso.acquisition import told
from mappings.formats.shared.iso.building import is_writable
from mappings.formats.shared.iso.carrying import SCOPES, acquired_by, blocks_read, extent_read, keyword_read, plain_record
from mappings.formats.shared.iso.extents import in_order
from mappings.formats.shared.iso.identifiers import normal_identifier
from mappings.formats.shared.iso.keywords import keywords_of, lift
from mappings.formats.shared.iso.links import is_picture
from mappings.formats.shared.iso.rights import merged
from records.dates import Date, TimeInterval
from records.model import Record


def carried(record: Record) -> Record:
    """Return the record as it comes back from an ISO 19115-3 document.

    Lost: the words of a type that is no code; dates of the resource and of the metadata in the year 0 or beyond 9999, which XML Schema
    cannot say; a time open at both ends; the frame of a place that has heights alone.

    In another form: prose without markup and double escapes; contacts of the metadata first, then of the resource, then of the
    distribution; pictures (browse graphics without name and protocol) behind all other links; DOIs without their resolver, in the
    codespace "doi"; addresses of keywords and licences that are no xs:anyURI with their stray characters percent-encoded; keywords of
    type platform, instrument and project as what they name; a licence that only the constraints name, as the licence; long names that
    only repeat the name, and what says that it is "not provided", are left out.
    """
    record = plain_record(record)
    keywords = lift((keyword_read(keyword) for keyword in keywords_of(record)), acquired_by(record))
    rights = merged(blocks_read(record))
    return replace(
        record,
        resource_type=None,
        identifiers=tuple(dict.fromkeys(normal_identifier(identifier) for identifier in record.identifiers)),
        keywords=keywords.keywords,
        topic_categories=tuple(dict.fromkeys((*record.topic_categories, *keywords.topics))),
        domain=keywords.domain,
        cnes_categories=keywords.cnes_categories,
        contacts=tuple(contact for scope in SCOPES for contact in record.contacts if contact.scope is scope),
        created=_date(record.created),
        datestamp=_date(record.datestamp),
        dates=tuple(found for found in record.dates if is_writable(found.date)),
        intervals=tuple(dict.fromkeys(in_order(found) for found in record.intervals if found != TimeInterval())),
        extents=tuple(dict.fromkeys(extent_read(extent) for extent in record.extents)),
        platforms=keywords.platforms,
        instruments=keywords.instruments,
        projects=keywords.projects,
        processing_level=told(record.processing_level),
        constraints=rights.constraints,
        licence=rights.licence,
        links=tuple(sorted(record.links, key=is_picture)),
    )


def _date(date: Date | None) -> Date | None:
    return date if date and is_writable(date) else None
