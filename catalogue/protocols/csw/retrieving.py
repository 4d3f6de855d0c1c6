"""GetRecordById and GetRepositoryItem: records that are asked for by their identifiers."""

from typing import Final

from catalogue.protocols.csw.exceptions import ServiceError, missing
from catalogue.protocols.csw.presenting import presented, read_presentation
from catalogue.protocols.csw.replies import Reply, records_reply
from catalogue.protocols.csw.requests import Request
from catalogue.service import Catalogue
from mappings.formats import format_named
from records.errors import NotFoundError
from records.model import Record

_MAX_IDENTIFIERS: Final = 1000


def by_identifier(catalogue: Catalogue, request: Request) -> Reply:
    """Return the records of these identifiers, in their order.

    Those that do not exist are left out in 2.0.2; in 3.0.0 there is one, and its absence an error (OGC 12-176r7, 7.4.4.2).

    Raises:
        ServiceError: no identifier is given, or there is no such record.
        EngineError: the engine cannot answer.
    """
    presentation = read_presentation(request)
    identifiers = _identifiers(catalogue, request)
    found = catalogue.engine.get_many(identifiers, documents=presentation.of_documents)
    records = [record for record in found if record is not None]
    if request.version == "3.0.0" and not records:
        raise ServiceError(str(NotFoundError(identifiers[0])), locator="Id", status=404)
    return records_reply(request.version, [presented(catalogue, record, presentation) for record in records], presentation.media_type)


def repository_item(catalogue: Catalogue, request: Request) -> Reply:
    """Return the document of a record, byte for byte as it came.

    Raises:
        ServiceError: no identifier is given, or there is no such record.
        EngineError: the engine cannot answer.
    """
    identifier = request.required("Id")
    record: Record | None = catalogue.engine.get(identifier)
    if record is None or record.source is None:
        raise ServiceError(str(NotFoundError(identifier)), locator="Id", status=404)
    return Reply(parts=(record.source.content,), media_type=format_named(record.source.format).media_type, is_xml=False)


def _identifiers(catalogue: Catalogue, request: Request) -> tuple[str, ...]:
    """Return the identifiers: in KVP of 2.0.2 parted by commas, unless the whole is one, for an identifier may hold commas."""
    whole = request.text("Id")
    if whole is None:
        raise missing("Id")
    if request.version == "3.0.0":
        return (whole,)
    if not request.listed and "," in whole and catalogue.engine.known([whole]):
        return (whole,)
    identifiers = tuple(dict.fromkeys(request.many("Id")))
    if len(identifiers) > _MAX_IDENTIFIERS:
        raise ServiceError(f"at most {_MAX_IDENTIFIERS} records can be had at a time", locator="Id")
    return identifiers
