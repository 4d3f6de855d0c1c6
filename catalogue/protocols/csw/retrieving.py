"""GetRecordById and GetRepositoryItem: records that are asked for by their identifiers."""

from typing import Final

from catalogue.protocols.csw.exceptions import ServiceError
from catalogue.protocols.csw.presenting import fitting, read_presentation
from catalogue.protocols.csw.replies import Reply, records_reply
from catalogue.protocols.csw.requests import Request
from catalogue.service import Catalogue
from mappings.formats import format_named
from records.errors import NotFoundError
from records.model import Record

_MAX_IDENTIFIERS: Final = 1000


def by_identifier(catalogue: Catalogue, request: Request, most_bytes: int) -> Reply:
    """Return the records of these identifiers, in their order.

    Those that do not exist are left out in 2.0.2; in 3.0.0 there is one, and its absence an error (OGC 12-176r7, 7.4.4.2).

    Args:
        catalogue: whose records they are.
        request: GetRecordById.
        most_bytes: several records have at most so many bytes together: there is no next page that the others could be on.

    Raises:
        ServiceError: no identifier is given, there is no such record, or they are too large together.
        EngineError: the engine cannot answer.
    """
    presentation = read_presentation(request)
    identifiers = _identifiers(catalogue, request)
    found = catalogue.engine.get_many(identifiers, documents=presentation.of_documents)
    records = [record for record in found if record is not None]
    if request.version == "3.0.0" and not records:
        raise ServiceError(str(NotFoundError(identifiers[0])), locator="Id", status=404)
    elements = fitting(catalogue, records, presentation, most_bytes)
    if len(elements) < len(records):
        message = (
            f"an answer has at most {most_bytes:,} bytes, and holds the first {len(elements)} of these records; ask for fewer at a time"
        )
        raise ServiceError(message, locator="Id")
    return records_reply(request.version, elements, presentation.media_type)


def repository_item(catalogue: Catalogue, request: Request) -> Reply:
    """Return the document of a record, byte for byte as it came.

    Raises:
        ServiceError: no identifier is given, or there is no such record.
        EngineError: the engine cannot answer.
    """
    identifier = _single(request)
    record: Record | None = catalogue.engine.get(identifier)
    if record is None or record.source is None:
        raise ServiceError(str(NotFoundError(identifier)), locator="Id", status=404)
    return Reply(parts=(record.source.content,), media_type=format_named(record.source.format).media_type, is_xml=False)


def _single(request: Request) -> str:
    """Return the one identifier of a request that has one."""
    if len(request.values.get("id", ())) > 1:
        raise ServiceError("one record can be had at a time: there is more than one Id", locator="Id")
    return request.required("Id")


def _identifiers(catalogue: Catalogue, request: Request) -> tuple[str, ...]:
    """Return the identifiers: in KVP of 2.0.2 parted by commas, unless the whole is one, for an identifier may hold commas."""
    if request.version == "3.0.0":
        return (_single(request),)
    whole = request.required("Id")
    if not request.listed and "," in whole and catalogue.engine.known([whole]):
        return (whole,)
    identifiers = tuple(dict.fromkeys(request.many("Id")))
    if len(identifiers) > _MAX_IDENTIFIERS:
        raise ServiceError(f"at most {_MAX_IDENTIFIERS} records can be had at a time", locator="Id")
    return identifiers
