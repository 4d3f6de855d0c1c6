"""The address of the door: requests by GET and POST, and what each of them gets."""

from typing import Final

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from catalogue.protocols.doors import RETRY_SECONDS, UNAVAILABLE, Doors, answer_all_below
from catalogue.protocols.oai import writing
from catalogue.protocols.oai.asking import Asked, ErrorCode, ProtocolError, parse
from catalogue.protocols.oai.repository import Repository
from records.errors import EngineError

_REPEATS_NOTHING: Final = {ErrorCode.BAD_VERB, ErrorCode.BAD_ARGUMENT}
_SENTENCES: Final = {
    404: "There is nothing at this address; OAI-PMH is asked at /oai.",
    405: "OAI-PMH is asked by GET and by POST.",
    413: "The request is too large.",
    500: "The catalogue failed to answer. The fault is ours.",
}
"""What is told of errors of HTTP; the other ones tell themselves."""


def blueprint(doors: Doors) -> Blueprint:
    """Return the door, to be put at `/oai`. Its own errors come with status 200, as the standard has it (3.6).

    Errors of HTTP, which the standard leaves to HTTP (3.1.2.2), are told in a plain sentence.
    """
    repository = Repository(doors)
    door = Blueprint("oai", __name__)

    @door.route("", methods=["GET", "POST"])
    def answer() -> Response:
        """Answer a request; those by POST have their arguments in an urlencoded form (3.1.1.2)."""
        asked: Asked | None = None
        try:
            asked = parse(request.values)
            body = repository.answer(asked)
        except ProtocolError as problem:
            body = writing.error(problem)
            asked = None if problem.code in _REPEATS_NOTHING else asked
        content = writing.document(repository.base_url, repository.now(), body, asked)
        return Response(content, content_type="text/xml; charset=utf-8")

    @door.errorhandler(EngineError)
    def unavailable(error: EngineError) -> Response:
        """Tell harvesters to come back (3.1.2.2). What the engine says goes to the log, not out."""
        current_app.logger.error("the catalogue cannot answer %s: %s", request.path, error)
        response = _plain(503, UNAVAILABLE)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response

    door.register_error_handler(HTTPException, _of_http)
    door.record(answer_all_below(_of_http))
    return door


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    response = _plain(status, _SENTENCES.get(status) or error.description or error.name)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _plain(status: int, sentence: str) -> Response:
    return Response(f"{sentence}\n", status, content_type="text/plain; charset=utf-8")
