"""The addresses of the door, and what is said where something is wrong."""

from typing import Final

from flask import Blueprint, Response, current_app, request
from lxml import etree
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from catalogue.protocols.doors import RETRY_SECONDS, UNAVAILABLE, Doors, answer_all_below, asker
from catalogue.protocols.opensearch.answering import answer
from catalogue.protocols.opensearch.asking import parse
from catalogue.protocols.opensearch.describing import DESCRIPTION_TYPE, description
from mappings.atom import MEDIA_TYPE
from mappings.xml import legal
from records.errors import EngineError, QueryError

_PROBLEM: Final = "urn:ietf:rfc:7807"
_HTTP: Final = {
    404: ("There is nothing at this address", "The description is at /opensearch, searches are asked at /opensearch/search."),
    405: ("This address does not take such a request", "Descriptions and searches are asked for by GET."),
    413: ("Too much at once", "The request is too large."),
    500: ("Something went wrong here", "The catalogue failed to answer. The fault is ours."),
}
"""What is told of errors of HTTP; the other ones tell themselves."""


def blueprint(doors: Doors) -> Blueprint:
    """Return the door, to be put at `/opensearch`: the description there, results at `/opensearch/search`."""
    address = f"{doors.catalogue.base_url}/opensearch"
    search = f"{address}/search"
    door = Blueprint("opensearch", __name__)

    @door.get("")
    def describe() -> Response:
        """Answer how to ask."""
        return Response(description(doors, address, search), content_type=DESCRIPTION_TYPE)

    @door.get("/search")
    def find() -> Response:
        """Answer a search."""
        content = answer(doors, parse(request.args), asker=asker(request, doors.catalogue.viewpoint()), address=search, description=address)
        return Response(content, content_type=f"{MEDIA_TYPE}; charset=utf-8")

    @door.errorhandler(QueryError)
    def refused(error: QueryError) -> Response:
        """Tell what is wrong with a search."""
        return _problem(400, "This search cannot be answered", str(error), error.parameter)

    @door.errorhandler(EngineError)
    def unavailable(error: EngineError) -> Response:
        """Tell clients to come back. What the engine says goes to the log, not out."""
        current_app.logger.error("the catalogue cannot answer %s: %s", request.path, error)
        response = _problem(503, "The catalogue cannot answer now", UNAVAILABLE)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response

    door.register_error_handler(HTTPException, _of_http)
    door.record(answer_all_below(_of_http))
    return door


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    title, detail = _HTTP.get(status, (error.name, error.description or error.name))
    response = _problem(status, title, detail)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _problem(status: int, title: str, detail: str, parameter: str | None = None) -> Response:
    """Return what is wrong as XML (RFC 7807, appendix A), the parameter at fault beside it."""
    root = etree.Element(f"{{{_PROBLEM}}}problem", nsmap={None: _PROBLEM})  # type: ignore[dict-item]  # the stubs do not know the default namespace
    for name, text in (("status", str(status)), ("title", title), ("detail", detail), ("parameter", parameter)):
        if text is not None:
            etree.SubElement(root, f"{{{_PROBLEM}}}{name}").text = legal(text)
    content = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Response(content, status=status, content_type="application/problem+xml")
