"""Answers compressed for whoever takes them so (gzip; RFC 9110, 8.4.1.3): a page of records has a tenth of its bytes on the way.

Text is compressed where it is long enough to be worth it; nothing that is streamed, a part of something, or an error.

HTML goes uncompressed to whoever sends a session cookie. His pages hold the tokens of his forms (CSRF) beside words of the address, and
of such a page, compressed, the length tells a listener who can make him ask how much of a token he has guessed (BREACH).
"""

import re
import zlib
from typing import Final

from flask import Response, current_app, request

_LEVEL: Final = 3
_GZIP: Final = 16 + zlib.MAX_WBITS
_LEAST_BYTES: Final = 1000
"""What is shorter arrives in one packet either way."""
_TEXT: Final = re.compile(r"text/.+|application/(json|xml|javascript)|.+\+(json|xml)")
"""Media types that are text; SVG is among them by its suffix."""


def compressed(response: Response) -> Response:
    """Return an answer as whoever asked takes it; caches are told where another one would get other bytes.

    An entity tag is weak with the compressed form: it stands for the same content, not for the same bytes (RFC 9110, 8.8.1). An answer
    that nothing has changed (304) has the tag that the content would have come with.
    """
    if not _is_worth_it(response):
        return response
    response.vary.add("Accept-Encoding")
    if not _takes_gzip() or _holds_tokens(response):
        return response
    tag, _weak = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)
    if response.status_code == 200:
        response.set_data(zlib.compress(response.get_data(), _LEVEL, _GZIP))
        response.content_encoding = "gzip"
    return response


def _is_worth_it(response: Response) -> bool:
    return (
        response.status_code in {200, 304}
        and not response.is_streamed
        and response.content_encoding is None
        and _TEXT.fullmatch(response.mimetype or "") is not None
        and (response.calculate_content_length() or 0) >= _LEAST_BYTES
    )


def _takes_gzip() -> bool:
    """Whether whoever asks takes gzip, and likes nothing better that is here."""
    accepted = request.accept_encodings
    return 0 < accepted.quality("gzip") >= accepted.quality("identity")


def _holds_tokens(response: Response) -> bool:
    return response.mimetype == "text/html" and current_app.config["SESSION_COOKIE_NAME"] in request.cookies
