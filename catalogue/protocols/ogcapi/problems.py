"""What went wrong, as problem details (RFC 9457): one table from errors to HTTP status."""

import secrets
from collections.abc import Mapping
from typing import Final

import msgspec
from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from catalogue.protocols.doors import RETRY_SECONDS, UNAVAILABLE
from records.errors import (
    CatalogueError,
    ChangedError,
    ConflictError,
    EngineError,
    FormatError,
    InvalidRecordError,
    NotFoundError,
    QueryError,
)

MEDIA_TYPE: Final = "application/problem+json"
_CHANGING: Final = frozenset({"POST", "PUT", "DELETE"})

STATUS: Final[Mapping[type[CatalogueError], tuple[int, str]]] = {
    QueryError: (400, "InvalidParameterValue"),
    FormatError: (400, "InvalidDocument"),
    NotFoundError: (404, "NotFound"),
    ConflictError: (409, "Conflict"),
    ChangedError: (409, "Conflict"),
    InvalidRecordError: (422, "InvalidRecord"),
    EngineError: (503, "Unavailable"),
}
"""For each error its HTTP status and the code that OGC's exceptions have (OGC 17-069r4, 7.5.1)."""

_TITLES: Final = {
    400: "We cannot answer this request",
    401: "A curator's token is needed",
    404: "There is nothing at this address",
    405: "This address does not take such a request",
    409: "The identifier is taken",
    412: "The record was changed meanwhile",
    413: "Too much at once",
    422: "The record cannot be kept",
    500: "Something went wrong here",
    503: "The catalogue cannot answer now",
}
_PARAMETERS: Final = {"sort": "sortby"}
"""What a parameter is called at this door, where the catalogue calls it otherwise."""


def document(status: int, code: str, detail: str, **members: object) -> bytes:
    """Return a problem as JSON."""
    known = {name: value for name, value in members.items() if value is not None}
    title = _TITLES.get(status, "We cannot answer this request")
    return msgspec.json.encode({"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **known})


def problem(status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: object) -> Response:
    """Return the answer that tells a problem."""
    response = Response(document(status, code, detail, **members), status, content_type=MEDIA_TYPE)
    response.headers.update(headers or {})
    return response


def of_catalogue(error: CatalogueError) -> Response:
    """Return the answer to an error of ours. What the engine says goes to the log, and out to curators alone."""
    status, code = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), (500, "ServerError"))
    match error:
        case EngineError():
            current_app.logger.error("the catalogue cannot answer %s: %s", request.path, error)
            # a curator has to know whether anything was kept, which the engine's own sentence tells
            detail = str(error) if request.method in _CHANGING else UNAVAILABLE
            return problem(status, code, detail, headers={"Retry-After": str(RETRY_SECONDS)})
        case QueryError():
            return problem(status, code, str(error), parameter=_PARAMETERS.get(error.parameter or "", error.parameter))
        case FormatError():
            return problem(status, code, str(error), path=error.path, line=error.line)
        case NotFoundError() | ConflictError():
            return problem(status, code, str(error), identifier=error.identifier)
        case _:
            return problem(status, code, str(error))


def of_http(error: HTTPException) -> Response:
    """Return the answer to what Flask refuses, and to a fault of ours, of which the log alone has the details."""
    status = error.code or 500
    if isinstance(error, RequestRedirect):
        return Response(status=status, headers={"Location": error.new_url})
    if isinstance(error, InternalServerError):
        reference = secrets.token_hex(4)
        fault = error.original_exception or error
        current_app.logger.error("reference %s: %s %s", reference, request.method, request.full_path, exc_info=fault)
        return problem(500, "ServerError", f"The fault is ours. Our log has it under the reference {reference}.", reference=reference)
    headers = {"Allow": ", ".join(sorted(error.valid_methods or ()))} if isinstance(error, MethodNotAllowed) else {}
    return problem(status, error.name.replace(" ", ""), error.description or error.name, headers=headers)
