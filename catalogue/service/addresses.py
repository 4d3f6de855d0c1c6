"""Where a record is in the web: one rule for links, sitemap, PDF and every other rendition."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlencode

_SAFE: Final = "/:"


def quote_identifier(identifier: str) -> str:
    """Return an identifier as it stands in the path of an address: percent-encoded, slashes and colons left as they are."""
    return quote(identifier, safe=_SAFE)


def record_path(identifier: str, **parameters: str) -> str:
    """Return the path of a record's page.

    Browsers take the steps "." and ".." out of a path, percent-encoded or not: an identifier with such a step goes as a parameter.
    """
    if not {".", ".."}.isdisjoint(identifier.split("/")):
        return with_parameters("/records", [("id", identifier), *parameters.items()])
    return with_parameters(f"/records/{quote_identifier(identifier)}", parameters.items())


def with_parameters(path: str, parameters: Iterable[tuple[str, str]]) -> str:
    """Return a path with parameters behind it; the path alone where there are none."""
    pairs = list(parameters)
    return f"{path}?{urlencode(pairs, safe='/:,')}" if pairs else path
