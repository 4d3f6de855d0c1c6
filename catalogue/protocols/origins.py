"""Scripts in pages of other places ask at the doors as any program does (CORS; Fetch standard, 3.2)."""

from collections.abc import Collection
from typing import Final

from flask import Flask, Response, request

_SENT: Final = "Authorization, Content-Type, If-Match, If-None-Match, SOAPAction"
_READ: Final = "ETag, Location, Retry-After, WWW-Authenticate"
_REMEMBERED: Final = "3600"


def admit_all_origins(app: Flask, doors: Collection[str]) -> None:
    """Let pages of any place ask at these paths and below them, by every method that is answered there, and read the answers.

    Cookies are never let in: who may write says so by a token, which no browser adds by itself. Browsers ask beforehand (OPTIONS) whether
    they may send what is no plain form, and remember the answer for an hour.
    """

    @app.after_request
    def admit(response: Response) -> Response:
        if not any(f"{request.path}/".startswith(f"{door}/") for door in doors):
            return response
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = _READ
        if request.method == "OPTIONS" and "Allow" in response.headers:
            response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"]
            response.headers["Access-Control-Allow-Headers"] = _SENT
            response.headers["Access-Control-Max-Age"] = _REMEMBERED
        return response
