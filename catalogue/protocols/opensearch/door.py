"""The addresses of the door, and what is said where something is wrong."""

from typing import Final

from flask import Blueprint, Response, request
from lxml import etree

from catalogue.protocols.doors import Doors
from catalogue.protocols.opensearch.answering import answer
from catalogue.protocols.opensearch.asking import parse
from catalogue.protocols.opensearch.describing import DESCRIPTION_TYPE, description
from mappings.atom import MEDIA_TYPE
from mappings.xml import legal
from records.errors import EngineError, QueryError

_PROBLEM: Final = "urn:ietf:rfc:7807"
_RETRY_SECONDS: Final = 60


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
        asker = f"{request.remote_addr} {request.user_agent.string}"
        content = answer(doors, parse(request.args), asker=asker, address=search, description=address)
        return Response(content, content_type=f"{MEDIA_TYPE}; charset=utf-8")

    @door.errorhandler(QueryError)
    def refused(error: QueryError) -> Response:
        """Tell what is wrong with a search."""
        return _problem(400, "This search cannot be answered", str(error), error.parameter)

    @door.errorhandler(EngineError)
    def unavailable(error: EngineError) -> Response:
        """Tell clients to come back."""
        response = _problem(503, "The catalogue cannot answer now", str(error))
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
        return response

    return door


def _problem(status: int, title: str, detail: str, parameter: str | None = None) -> Response:
    """Return what is wrong as XML (RFC 7807, appendix A), the parameter at fault beside it."""
    root = etree.Element(f"{{{_PROBLEM}}}problem", nsmap={None: _PROBLEM})  # type: ignore[dict-item]  # the stubs do not know the default namespace
    for name, text in (("status", str(status)), ("title", title), ("detail", detail), ("parameter", parameter)):
        if text is not None:
            etree.SubElement(root, f"{{{_PROBLEM}}}{name}").text = legal(text)
    content = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Response(content, status=status, content_type="application/problem+xml")
