"""Transaction: records put in, replaced and deleted (OGC 07-006r1, 10.11; OGC 12-176r7, 7.6), for those whom the door lets in.

Everything is read and looked at before anything is written. Then all insertions are one durable step, all replacements another, all
deletions a third. A record's document is its element as it stands in the request, written as UTF-8 with the namespaces in scope.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree
from pygeofilter import ast

from catalogue.protocols.csw.constraints import constraint_in
from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError, missing, unavailable
from catalogue.protocols.csw.replies import Reply, attribute, element, end_tag, start_tag
from catalogue.protocols.csw.requests import Request
from catalogue.protocols.doors import HARVEST_ORDER, Doors
from catalogue.query import MAX_LIMIT, Page, SearchQuery
from mappings.csw import ElementSet, csw_record
from mappings.formats import read
from mappings.xml import children, local_name, namespace
from records.errors import CatalogueError, ConflictError, EngineError, FormatError, NotFoundError, QueryError
from records.model import Record

_LOG: Final = logging.getLogger(__name__)

_ACTIONS: Final = {"Insert", "Update", "Delete"}
_EVERYTHING: Final = "the constraint of this Delete matches every record of the catalogue; name the records by their identifiers"
_PARTIAL: Final = "single properties are not replaced here (RecordProperty); an Update holds the whole record"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Transaction:
    """A transaction, read.

    Attributes:
        inserted: the documents of new records.
        updated: the documents of records that are kept.
        deletions: what the records to be deleted match.
    """

    inserted: tuple[bytes, ...]
    updated: tuple[bytes, ...]
    deletions: tuple[ast.Node, ...]


def transaction_reply(doors: Doors, request: Request) -> Reply:
    """Do what a transaction says; return TransactionResponse.

    Raises:
        ServiceError: it is not understood, or cannot be done; nothing was written then.
        EngineError: the engine cannot write.
    """
    transaction = _read(request)
    inserted = [_read_record(document, "Insert") for document in transaction.inserted]
    updated = [_read_record(document, "Update") for document in transaction.updated]
    _check_identifiers(doors, inserted, updated)
    identifiers = [identifier for tree in transaction.deletions for identifier in _matching(doors, tree)]
    done: list[str] = []
    try:
        if inserted:
            done.append(f"{len(doors.depositing.create(transaction.inserted))} inserted")
        if updated:
            done.append(f"{len(doors.depositing.replace(transaction.updated))} updated")
        deleted = doors.depositing.delete(identifiers) if identifiers else 0
    except CatalogueError as error:
        raise _broken_off(error, done) from error
    return _reply(request, inserted, len(updated), deleted)


def _broken_off(error: CatalogueError, done: Sequence[str]) -> ServiceError:
    """Return the error that a transaction came to no end, for nothing else tells what of it was kept."""
    message = f"{error} Before that: {', '.join(done)}." if done else str(error)
    match error:
        case EngineError():
            _LOG.error("a transaction came to no end: %s", message)
            return unavailable(message)
        case ConflictError():
            return ServiceError(message, locator="Insert", status=409)
        case NotFoundError():
            return ServiceError(message, locator="Update", status=404)
        case _:
            return ServiceError(message, locator="Transaction")


def _read(request: Request) -> _Transaction:
    if request.element is None:
        raise ServiceError("a Transaction is posted as XML", locator="request")
    inserted: list[bytes] = []
    updated: list[bytes] = []
    deletions: list[ast.Node] = []
    for action in children(request.element):
        name = local_name(action)
        if name not in _ACTIONS or namespace(action) != namespace(request.element):
            raise ServiceError(f"a Transaction holds Insert, Update and Delete, not {name}", locator="Transaction")
        if name == "Delete":
            deletions.append(_deletion(action))
            continue
        documents = list(children(action))
        if any(local_name(child) == "RecordProperty" for child in documents):
            raise ServiceError(_PARTIAL, code=ExceptionCode.OPTION_NOT_SUPPORTED, locator="RecordProperty")
        if not documents or (name == "Update" and len(documents) > 1):
            raise ServiceError(f"{name} holds {'one whole record' if name == 'Update' else 'whole records'}", locator=name)
        (inserted if name == "Insert" else updated).extend(map(_document, documents))
    if not inserted and not updated and not deletions:
        raise missing("Transaction")
    return _Transaction(inserted=tuple(inserted), updated=tuple(updated), deletions=tuple(deletions))


def _document(record: etree._Element) -> bytes:
    return etree.tostring(record, encoding="UTF-8", xml_declaration=True, with_tail=False)


def _deletion(action: etree._Element) -> ast.Node:
    """Return what the records to be deleted match.

    AnyText is for searching, which answers with everything where a text has no words in it.
    """
    other = next((local_name(child) for child in children(action) if local_name(child) != "Constraint"), None)
    if other is not None:
        raise ServiceError(f"a Delete holds a Constraint, not {other}", locator="Delete")
    tree = constraint_in(action)
    if tree is None:
        raise missing("Constraint")
    if "anytext" in _properties(tree):
        raise ServiceError("a Delete names the property that it looks at (dc:title, …), not AnyText", locator="Constraint")
    return tree


def _properties(tree: ast.Node) -> set[str]:
    """Return the properties that a filter names."""
    found: set[str] = set()
    waiting: list[object] = [tree]
    while waiting:
        match waiting.pop():
            case ast.Attribute(name=name):
                found.add(str(name))
            case ast.Node() as node:
                waiting.extend(vars(node).values())
    return found


def _names_identifiers(tree: ast.Node) -> bool:
    """Return whether a filter is met by records alone that it names by their identifiers."""
    match tree:
        case ast.And(lhs=left, rhs=right):
            return _names_identifiers(left) or _names_identifiers(right)
        case ast.Or(lhs=left, rhs=right):
            return _names_identifiers(left) and _names_identifiers(right)
        case ast.Equal(lhs=ast.Attribute(name="identifier")) | ast.In(lhs=ast.Attribute(name="identifier"), not_=False):
            return True
        case _:
            return False


def _read_record(document: bytes, action: str) -> Record:
    try:
        return read(document)
    except FormatError as error:
        raise ServiceError(f"the record cannot be read: {error}", locator=action) from error


def _check_identifiers(doors: Doors, inserted: Sequence[Record], updated: Sequence[Record]) -> None:
    """Refuse what writing would refuse, before anything is written."""
    known = doors.catalogue.engine.known([record.identifier for record in (*inserted, *updated)])
    seen: set[str] = set()
    for record, action in (*((one, "Insert") for one in inserted), *((one, "Update") for one in updated)):
        if record.identifier in seen:
            raise ServiceError(f"two documents have the identifier {record.identifier!r}", locator=action)
        seen.add(record.identifier)
        if action == "Insert" and record.identifier in known:
            raise ServiceError(str(ConflictError(record.identifier)), locator=action, status=409)
        if action == "Update" and record.identifier not in known:
            raise ServiceError(str(NotFoundError(record.identifier)), locator=action, status=404)


def _matching(doors: Doors, tree: ast.Node) -> list[str]:
    """Return the identifiers of all records that match, which must not be all there are unless they are named."""
    query = SearchQuery(filter=tree, sort=HARVEST_ORDER, page=Page(limit=MAX_LIMIT))
    named = _names_identifiers(tree)
    identifiers: list[str] = []
    cursor: str | None = None
    try:
        while True:
            page = doors.catalogue.search(replace(query, page=replace(query.page, cursor=cursor)))
            if cursor is None and not named and page.hits and page.number_matched >= doors.catalogue.engine.statistics().records:
                raise ServiceError(_EVERYTHING, locator="Constraint")
            identifiers += [hit.record.identifier for hit in page.hits]
            cursor = page.next_cursor
            if cursor is None:
                return identifiers
    except QueryError as error:
        raise ServiceError(str(error), locator="Constraint") from error


def _reply(request: Request, inserted: Sequence[Record], updated: int, deleted: int) -> Reply:
    version, request_id = request.version, request.text("requestId")
    prefix = "csw" if version == "2.0.2" else "csw30"
    summary = (
        f"<{prefix}:TransactionSummary{'' if request_id is None else attribute('requestId', request_id)}>"
        + element(version, "totalInserted", str(len(inserted)))
        + element(version, "totalUpdated", str(updated))
        + element(version, "totalDeleted", str(deleted))
        + end_tag(version, "TransactionSummary")
    )
    told = inserted if request.text("verboseResponse") not in {"false", "0"} else ()
    briefs = b"".join(csw_record(record, version, ElementSet.BRIEF) for record in told)
    result = f"<{prefix}:InsertResult>".encode() + briefs + f"</{prefix}:InsertResult>".encode() if briefs else b""
    head = start_tag(version, "TransactionResponse", {"version": version}) + summary
    return Reply(parts=(head.encode(), result, end_tag(version, "TransactionResponse").encode()))
