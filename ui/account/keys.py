"""Numbers of rows in addresses: no larger than a database has them, so that a larger one is no page, and no question to the database."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

_LARGEST = 2**31 - 1


class KeyConverter(IntegerConverter):
    """The number of a row, in rules of addresses "<key:…>"."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=_LARGEST)


def init_keys(app: Flask) -> None:
    """Let rules of addresses have keys."""
    app.url_map.converters["key"] = KeyConverter
