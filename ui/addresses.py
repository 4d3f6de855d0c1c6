"""Addresses of pages. Identifiers may hold any characters, so they travel percent-encoded, slashes and colons left as they are."""

from flask import request
from werkzeug.routing import BaseConverter

from catalogue.service.addresses import quote_identifier, with_parameters


class IdentifierConverter(BaseConverter):
    """The rest of an address as an identifier: any characters, slashes too, also at its beginning and doubled."""

    regex = ".+"
    part_isolating = False
    weight = 300

    def to_url(self, value: str) -> str:
        """Return the identifier as it stands in an address."""
        return quote_identifier(value)


def is_reading() -> bool:
    """Return whether this request only reads, so that following its address asks the same again; HEAD is GET without the body."""
    return request.method in {"GET", "HEAD"}


def search_path(*parameters: tuple[str, str]) -> str:
    """Return the path of a results page."""
    return with_parameters("/search", parameters)
