"""Records as they are handed out: the output schemas, the element sets, and what stands in for a record that cannot be had in them."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError
from catalogue.protocols.csw.requests import Request, shown
from catalogue.protocols.doors import FAULTS
from catalogue.service import Catalogue
from mappings import atom
from mappings.csw import ElementSet, csw_elements, csw_record, is_element_name, iso_record
from mappings.embedding import embedded
from mappings.formats import format_named
from mappings.xml import ISO_19115_3, NAMESPACES, legal
from records.model import Record

_LOG: Final = logging.getLogger(__name__)


class OutputSchema(StrEnum):
    """What records are handed out as."""

    CSW = "csw:Record"
    ISO = "ISO 19139"
    ISO_3 = "ISO 19115-3"
    DIF = "DIF 10"
    ATOM = "Atom"


OUTPUT_FORMATS: Final = {"2.0.2": ("application/xml", "text/xml"), "3.0.0": ("application/xml", "text/xml", atom.MEDIA_TYPE)}
"""The media types of answers; the first is the default."""

OUTPUT_SCHEMAS: Final[Mapping[str, Mapping[str, OutputSchema]]] = {
    version: {
        NAMESPACES[prefix]: OutputSchema.CSW,
        NAMESPACES["gmd"]: OutputSchema.ISO,
        NAMESPACES["mdb"]: OutputSchema.ISO_3,
        NAMESPACES["dif"]: OutputSchema.DIF,
        atom.ATOM: OutputSchema.ATOM,
    }
    for version, prefix in (("2.0.2", "csw"), ("3.0.0", "csw30"))
}
"""The output schemas of each version by the address they are asked for; the first is the default."""

_EDITIONS: Final = {f"{ISO_19115_3}mdb/1.0": NAMESPACES["mdb"]}
"""Other addresses that are understood: ISO 19115-3 of 2016 is kept as it came, written in the namespaces of 2018, and called so."""

_DOCUMENTS: Final = {OutputSchema.ISO: "iso19139", OutputSchema.ISO_3: "iso19115-3", OutputSchema.DIF: "dif10"}
"""The formats of the output schemas whose full records are documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """How records are to be handed out.

    Attributes:
        version: of CSW.
        schema: the output schema.
        uri: the address it was asked for by.
        element_set: how much of each record.
        names: just the elements of these names; () for those of the element set.
        media_type: of the answer.
    """

    version: str
    schema: OutputSchema
    uri: str
    element_set: ElementSet
    names: tuple[str, ...] = ()
    media_type: str = "application/xml"

    @property
    def of_documents(self) -> bool:
        """Whether it takes the source documents of the records."""
        whole = self.element_set is ElementSet.FULL and not self.names
        return self.schema is OutputSchema.DIF or (whole and self.schema is not OutputSchema.ATOM)

    @property
    def is_brief(self) -> bool:
        """Whether it takes of the records but what a brief list shows (`SearchQuery.brief`)."""
        return self.schema is OutputSchema.CSW and self.element_set is ElementSet.BRIEF and not self.names


def read_presentation(request: Request) -> Presentation:
    """Return how a request wants records.

    What HTTP accepts counts where no outputFormat is asked for.

    Args:
        request: GetRecords or GetRecordById.

    Raises:
        ServiceError: it wants what there is not.
    """
    schemas = OUTPUT_SCHEMAS[request.version]
    asked = request.text("outputSchema") or next(iter(schemas))
    uri = _EDITIONS.get(asked, asked)
    if uri not in schemas:
        raise ServiceError(f"outputSchema is {' or '.join(schemas)}, not {shown(uri)}", locator="outputSchema")
    formats = OUTPUT_FORMATS[request.version]
    default = (
        atom.MEDIA_TYPE
        if atom.MEDIA_TYPE in formats and (request.caller.prefers_atom or request.text("mode") == "opensearch")
        else formats[0]
    )
    media_type = request.one_of("outputFormat", {name: name for name in formats}, default)
    if media_type == atom.MEDIA_TYPE:
        uri = atom.ATOM
    names = request.many("ElementName")
    if names and request.text("ElementSetName") is not None:
        raise ServiceError(
            "either ElementSetName or ElementName, not both", code=ExceptionCode.NO_APPLICABLE_CODE, locator="ElementSetName"
        )
    unknown = next((name for name in names if not is_element_name(name)), None)
    if unknown is not None:
        raise ServiceError(f"a csw:Record has no element {shown(unknown)}", locator="ElementName")
    if names and schemas[uri] is not OutputSchema.CSW:
        raise ServiceError("single elements can be had of csw:Record alone", code=ExceptionCode.OPTION_NOT_SUPPORTED, locator="ElementName")
    return Presentation(
        version=request.version,
        schema=schemas[uri],
        uri=uri,
        element_set=request.one_of("ElementSetName", {known.value: known for known in ElementSet}, ElementSet.SUMMARY),
        names=names,
        media_type=media_type,
    )


def fitting(catalogue: Catalogue, records: Iterable[Record], presentation: Presentation, most: int) -> list[bytes]:
    """Return the first of these records, as many as have not more bytes than `most`, the first whatever it has."""
    found: list[bytes] = []
    size = 0
    for record in records:
        element = presented(catalogue, record, presentation)
        size += len(element)
        if found and size > most:
            break
        found.append(element)
    return found


def presented(catalogue: Catalogue, record: Record, presentation: Presentation) -> bytes:
    """Return a record as one element; where that cannot be, a comment that says so and a minimal record in its stead."""
    try:
        return _presented(catalogue, record, presentation)
    except FAULTS:
        _LOG.exception("the record %r cannot be handed out as %s", record.identifier, presentation.schema)
    told = legal(f"the record {record.identifier} cannot be handed out as {presentation.schema}").replace("--", "- -")
    return f"<!-- {told} -->".encode() + _in_its_stead(catalogue, record, presentation)


def _presented(catalogue: Catalogue, record: Record, presentation: Presentation) -> bytes:
    if presentation.names:
        return csw_elements(catalogue.with_order(record), presentation.version, presentation.names)
    match presentation.schema:
        case OutputSchema.CSW if presentation.element_set is ElementSet.BRIEF:  # links are not in it
            return csw_record(record, presentation.version, ElementSet.BRIEF)
        case OutputSchema.CSW:
            return csw_record(catalogue.with_order(record), presentation.version, presentation.element_set)
        case OutputSchema.ISO | OutputSchema.ISO_3 as schema if presentation.element_set is not ElementSet.FULL:
            return iso_record(catalogue.with_order(record), presentation.element_set, format_named(_DOCUMENTS[schema]))
        case OutputSchema.ISO | OutputSchema.ISO_3 | OutputSchema.DIF as schema:
            return embedded(catalogue.rendition(record, _DOCUMENTS[schema]))
        case OutputSchema.ATOM:
            return atom.entry(catalogue.with_order(record), url=catalogue.url_of(record.identifier))


def _in_its_stead(catalogue: Catalogue, record: Record, presentation: Presentation) -> bytes:
    bare = Record(identifier=record.identifier, title=record.title)
    match presentation.schema:
        case OutputSchema.CSW:
            return csw_record(bare, presentation.version, ElementSet.BRIEF)
        case OutputSchema.ATOM:
            return atom.entry(bare, url=catalogue.url_of(record.identifier))
        case OutputSchema.ISO_3:
            return iso_record(bare, ElementSet.BRIEF, format_named(_DOCUMENTS[presentation.schema]))
        case OutputSchema.ISO | OutputSchema.DIF:
            return iso_record(bare, ElementSet.BRIEF)  # the schema of SearchResults lets no csw:Record stand among others
