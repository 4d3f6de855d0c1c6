"""pygeoapi's API object and its request, set up for this catalogue.

Of pygeoapi serves what holds what it promises: the API object with its configuration, the request, the landing page, the description of
the collections, the hand-out of the API definition, and create, replace and delete by way of `provider`. Why the rest does not is in
docs/decisions.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pygeoapi.api import API, APIRequest
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from catalogue.protocols.doors import Doors
from catalogue.protocols.ogcapi.features import Features
from catalogue.protocols.ogcapi.holdings import COLLECTIONS, Collection, Holding
from catalogue.protocols.ogcapi.parameters import CRS84
from catalogue.protocols.ogcapi.problems import MEDIA_TYPE, document
from catalogue.query import DEFAULT_LIMIT, MAX_LIMIT

_PROVIDER: Final = "catalogue.protocols.ogcapi.provider.RecordsProvider"
_WORLD: Final = [-180, -90, 180, 90]
_EVERYWHERE: Final = Holding(records=0, begin=None, end=None)
SCHEMA_TYPE: Final = "application/schema+json"
RELATIONS: Final = "http://www.opengis.net/def/rel/ogc/1.0"


class RecordsRequest(APIRequest):  # type: ignore[misc]  # pygeoapi ships no types
    """A request as pygeoapi's functions take it: its parameters, its body, the format it wants."""

    def _get_locale(self, _headers: Mapping[str, str], supported_locales: list[Any]) -> tuple[str, Any]:
        """Return English, which is all the door speaks; pygeoapi's own reading fails on an Accept-Language with q=0."""
        return "en", supported_locales[0]

    def _get_format(self, headers: Mapping[str, str]) -> str | None:
        """Return the format by name; HTML also where the asker, a browser, likes it better than JSON."""
        if asked := self._args.get("f", "").strip():
            return str(asked)
        accept = parse_accept_header(headers.get("Accept"), MIMEAccept)
        json = max(accept.quality("application/json"), accept.quality("application/geo+json"))
        return "html" if accept.quality("text/html") > json else None


class RecordsAPI(API):  # type: ignore[misc]  # pygeoapi ships no types
    """pygeoapi's API object, which tells what is wrong as problem details (RFC 9457)."""

    def get_exception(
        self, status: int, headers: dict[str, str], _format: str | None, code: str, description: str
    ) -> tuple[dict[str, str], int, bytes]:
        """Return an error as pygeoapi's functions answer it."""
        return {**headers, "Content-Type": MEDIA_TYPE}, status, document(int(status), code, description)


def open_api(doors: Doors, features: Features) -> RecordsAPI:
    """Return the API object. It reads no file and no environment variable, and leaves the logging of the house as it is."""
    config: dict[str, Any] = {
        "server": {
            "url": features.root,
            "languages": ["en"],
            "limits": {"default_items": DEFAULT_LIMIT, "max_items": MAX_LIMIT},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": f"{doors.provider}: metadata catalogue",
                "description": "Descriptions of scientific data, to find them and to order them, by OGC API – Records.",
                "keywords": ["metadata", "catalogue"],
                "url": f"{doors.catalogue.base_url}/",
            },
        },
        "resources": {},
    }
    with _logging_kept():
        api = RecordsAPI(config, None)
    # not before: the API object copies its configuration to the depths, and the catalogue is in the resources
    api.config["resources"] = resources(doors, features, {})
    return api


@contextmanager
def _logging_kept() -> Iterator[None]:
    """Keep pygeoapi from setting up the logging of the whole process, as it does where nobody has yet."""
    handler = logging.NullHandler()
    logging.root.addHandler(handler)
    try:
        yield
    finally:
        logging.root.removeHandler(handler)


def resources(doors: Doors, features: Features, holdings: Mapping[str, Holding]) -> dict[str, Any]:
    """Return the collections as pygeoapi's configuration has them.

    Args:
        doors: what the provider is given.
        features: the same.
        holdings: what each holds, as far as it matters.
    """
    return {name: _resource(doors, features, collection, holdings.get(name, _EVERYWHERE)) for name, collection in COLLECTIONS.items()}


def _times(holding: Holding) -> dict[str, Any]:
    """Return the temporal extent; none where an end is open: OGC's suite for Features reads every end as a date-time."""
    if holding.begin is None or holding.end is None:
        return {}
    return {"temporal": {"begin": holding.begin, "end": holding.end}}


def _resource(doors: Doors, features: Features, collection: Collection, holding: Holding) -> dict[str, Any]:
    here = f"{features.root}/collections/{collection.id}"
    links = (
        (f"{RELATIONS}/sortables", SCHEMA_TYPE, "What the records can be sorted by", f"{here}/sortables"),
        (f"{RELATIONS}/facets", "application/json", "What can be counted", f"{here}/facets"),
        ("profile", "text/html", "What this collection conforms to", "http://www.opengis.net/def/profile/OGC/0/ogc-catalog"),
    )
    return {
        "type": "collection",
        "title": collection.title,
        "description": collection.description,
        "keywords": [collection.domain.value] if collection.domain else [],
        "extents": {"spatial": {"bbox": _WORLD, "crs": CRS84}, **_times(holding)},
        "links": [{"rel": rel, "type": kind, "title": title, "href": href} for rel, kind, title, href in links],
        "providers": [
            {
                "type": "record",
                "name": _PROVIDER,
                "data": (doors, features, collection),
                "id_field": "id",
                "editable": doors.writable,
            }
        ],
    }
