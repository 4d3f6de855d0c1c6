"""Records as metadata (OAI-PMH 2.0, 2.2): which formats there are, and a record in one of them."""

import logging
from dataclasses import dataclass
from typing import Final

from catalogue.protocols.doors import FAULTS
from catalogue.service import Catalogue
from mappings.embedding import embedded, root_tag
from mappings.formats import format_named, write
from mappings.xml import NAMESPACES, qname
from records.errors import CatalogueError, InvalidRecordError
from records.model import Record

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataFormat:
    """A format that every record can be had in.

    Attributes:
        prefix: its metadataPrefix, which is the format's name here.
        schema: the address of its schema.
        namespace: of its documents; other namespaces (gmi, ISO 19115-3 of 2016) occur in stored documents.
    """

    prefix: str
    schema: str
    namespace: str


METADATA_FORMATS: Final = {
    known.prefix: known
    for known in (
        MetadataFormat(
            prefix="oai_dc",
            schema="http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            namespace="http://www.openarchives.org/OAI/2.0/oai_dc/",
        ),
        MetadataFormat(prefix="iso19139", schema="http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd", namespace=NAMESPACES["gmd"]),
        MetadataFormat(prefix="iso19115-3", schema="https://schemas.isotc211.org/19115/-3/mdb/2.0/mdb.xsd", namespace=NAMESPACES["mdb"]),
        MetadataFormat(prefix="dif10", schema="https://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/dif_v10.2.xsd", namespace=NAMESPACES["dif"]),
    )
}


def metadata_of(catalogue: Catalogue, record: Record, prefix: str) -> bytes:
    """Return a record, come with its document, in a format: a root element as UTF-8, the stored bytes where it came in that format.

    A stored document that OAI-PMH cannot hold, its root without a namespace or no `oai_dc:dc` for `oai_dc`, is written from the record.

    Raises:
        InvalidRecordError: the record cannot be had in that format; says so in a sentence, and why where it is the document's fault.
    """
    try:
        return _metadata(catalogue, record, prefix)
    except FAULTS as error:
        _LOG.exception("record %r cannot be handed out as %s", record.identifier, prefix)
        why = str(error) if isinstance(error, CatalogueError) else "the fault is ours"
        raise InvalidRecordError(f"This record cannot be handed out as {prefix}: {why}.") from error


def _metadata(catalogue: Catalogue, record: Record, prefix: str) -> bytes:
    content = catalogue.rendition(record, prefix)
    if record.source is not None and record.source.format == prefix and not _holdable(root_tag(content), prefix):
        content = format_named(prefix).write(catalogue.with_order(record))
    return embedded(content)


def _holdable(tag: str, prefix: str) -> bool:
    return tag == qname("oai_dc:dc") if prefix == "oai_dc" else tag.startswith("{")


def metadata_or_report(catalogue: Catalogue, record: Record, prefix: str) -> bytes:
    """Return `metadata_of`, or for a record of which there is none its report: identifier, title and the reason, in the same format.

    A list is then whole and valid, and a harvester that stores what it gets has at least where the record is.
    """
    try:
        return metadata_of(catalogue, record, prefix)
    except InvalidRecordError as error:
        reason = f"{error} It is at {catalogue.url_of(record.identifier)}"
        return embedded(write(Record(identifier=record.identifier, title=record.title, abstract=reason), prefix))
