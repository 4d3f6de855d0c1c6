"""The door at /csw: HTTP on one side, requests and replies on the other."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError, translated
from catalogue.protocols.csw.posted import looks_like, read_xml
from catalogue.protocols.csw.replies import Reply, fault, in_soap
from catalogue.protocols.csw.requests import VERSIONS, Caller, Request, Soap, read_kvp
from catalogue.protocols.csw.service import PAGE_BYTES, Service
from catalogue.protocols.doors import FAULTS, Doors, answer_all_below, asker
from mappings import atom
from mappings.xml import MAX_DOCUMENT_BYTES
from records.errors import CatalogueError, EngineError

_LOG: Final = logging.getLogger(__name__)

PATH: Final = "/csw"
_DESCRIPTIONS: Final = ("application/opensearchdescription+xml", "application/vnd.a9.opensearchdescription+xml")
_XML: Final = ("application/xml", "text/xml")


def blueprint(doors: Doors, page_bytes: int = PAGE_BYTES) -> Blueprint:
    """Return the door, to be put at PATH; `page_bytes` as `Service` has it."""
    service = Service(doors, PATH, page_bytes)
    door = Blueprint("csw", __name__)

    @door.route("", methods=["GET", "POST"])
    def answer() -> Response:
        """Answer a request by GET in KVP, by POST in XML, in SOAP or in KVP."""
        admitted = doors.writable and doors.admits(request.headers.get("Authorization"))
        if admitted:
            request.max_content_length = MAX_DOCUMENT_BYTES
        return _response(_reply(service, lambda: _caller(doors.catalogue.viewpoint(), admitted=admitted)))

    @door.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response:
        """Report what HTTP refuses; a fault of ours, which Flask has logged, without a word of what it is."""
        refused = _refused(error)
        return _response(_report(service, refused, *_manner()))

    door.record(answer_all_below(failed))
    return door


def _refused(error: HTTPException) -> ServiceError:
    status, headers = error.code or 500, {}
    match error:
        case NotFound():
            message = f"There is nothing at this address; the service is at {PATH}."
        case MethodNotAllowed():
            headers = {"Allow": ", ".join(sorted(error.valid_methods or ()))}
            message = f"{request.method} is not answered here; {headers['Allow']} are."
        case _ if status < 500:
            message = error.description or error.name
        case _:
            message = "The catalogue failed to answer."
    return ServiceError(message, code=ExceptionCode.NO_APPLICABLE_CODE, status=status, headers=headers)


def _manner() -> tuple[str, Soap | None]:
    """Return the version and the envelope of a request that HTTP refuses; as far as it can be read."""
    body = b""
    try:
        body = request.get_data() if request.method == "POST" else b""
        asked = _read(body)
    except (HTTPException, *FAULTS):  # what is reported may be a fault of reading the request
        return looks_like(body)
    return asked.version, asked.soap


def _report(service: Service, error: ServiceError, version: str, soap: Soap | None) -> Reply:
    report = service.report(error, version)
    return report if soap is None else fault(report, error, soap)


def _reply(service: Service, caller: Callable[[], Caller]) -> Reply:
    version, soap = VERSIONS[0], None
    try:
        body = request.get_data() if request.method == "POST" else b""
        version, soap = looks_like(body)
        asked = replace(_read(body), caller=caller())
        version, soap = asked.version, asked.soap
        reply = service.reply(asked)
    except (CatalogueError, RequestEntityTooLarge) as error:
        if isinstance(error, EngineError):
            _LOG.error("the catalogue could not answer: %s", error)
        told = translated(error) if isinstance(error, CatalogueError) else _too_large()
        return _report(service, told, version, soap)
    return reply if soap is None else in_soap(reply, soap)


def _too_large() -> ServiceError:
    message = f"the request is too large; it may have {request.max_content_length or 0:,} bytes"
    return ServiceError(message, code=ExceptionCode.NO_APPLICABLE_CODE, status=413)


def _read(body: bytes) -> Request:
    """Return the request: in XML where there is a body that is no form, whatever media type it is said to have."""
    text = body.strip()
    is_form = request.mimetype == "application/x-www-form-urlencoded" and not text.startswith(b"<")
    if text and not is_form:
        return read_xml(body)
    pairs = request.form if text else request.args
    return read_kvp(pairs.items(multi=True), request.query_string.decode("utf-8", "replace"))


def _caller(viewpoint: str, *, admitted: bool) -> Caller:
    accepted = request.accept_mimetypes
    return Caller(
        name=asker(request, viewpoint),
        prefers_atom=accepted.best_match((*_XML, atom.MEDIA_TYPE)) == atom.MEDIA_TYPE,
        prefers_description=accepted.best_match((*_XML, *_DESCRIPTIONS)) in _DESCRIPTIONS,
        admitted=admitted,
        credentials="Authorization" in request.headers,
    )


def _response(reply: Reply) -> Response:
    response = Response(reply.content(), status=reply.status)
    response.content_type = f"{reply.media_type}; charset=utf-8" if reply.is_xml else reply.media_type
    response.headers.update(reply.headers)
    response.vary.add("Accept")
    return response
