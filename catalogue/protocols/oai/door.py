"""The address of the door: requests by GET and POST, and what each of them gets."""

from flask import Blueprint, Response, request

from catalogue.protocols.doors import Doors
from catalogue.protocols.oai import writing
from catalogue.protocols.oai.asking import Asked, ErrorCode, ProtocolError, parse
from catalogue.protocols.oai.repository import Repository
from records.errors import EngineError

_RETRY_SECONDS = 60
_REPEATS_NOTHING = {ErrorCode.BAD_VERB, ErrorCode.BAD_ARGUMENT}


def blueprint(doors: Doors) -> Blueprint:
    """Return the door, to be put at `/oai`. Its own errors come with status 200, as the standard has it (3.6)."""
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
    def unavailable(error: EngineError) -> tuple[Response, int]:
        """Tell harvesters to come back (3.1.2.2)."""
        response = Response(f"The catalogue cannot answer now: {error}\n", content_type="text/plain; charset=utf-8")
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
        return response, 503

    return door
