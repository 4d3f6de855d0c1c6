"""Addresses of pages. Identifiers may hold any characters, so they travel percent-encoded, slashes and colons left as they are."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlencode

from werkzeug.routing import BaseConverter

_SAFE: Final = "/:"


class IdentifierConverter(BaseConverter):
    """The rest of an address as an identifier: any characters, slashes too, also at its beginning and doubled."""

    regex = ".+"
    part_isolating = False
    weight = 300

    def to_url(self, value: str) -> str:
        """Return the identifier as it stands in an address."""
        return quote_identifier(value)


def quote_identifier(identifier: str) -> str:
    """Return an identifier as it stands in the path of an address."""
    return quote(identifier, safe=_SAFE)


def record_path(identifier: str, **parameters: str) -> str:
    """Return the path of a record's page.

    Browsers take the steps "." and ".." out of a path, percent-encoded or not: an identifier with such a step goes as a parameter.
    """
    if not {".", ".."}.isdisjoint(identifier.split("/")):
        return with_parameters("/records", [("id", identifier), *parameters.items()])
    return with_parameters(f"/records/{quote_identifier(identifier)}", parameters.items())


def search_path(*parameters: tuple[str, str]) -> str:
    """Return the path of a results page."""
    return with_parameters("/search", parameters)


def with_parameters(path: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Return a path with parameters behind it; the path alone where there are none."""
    pairs = list(parameters)
    return f"{path}?{urlencode(pairs, safe='/:,')}" if pairs else path
