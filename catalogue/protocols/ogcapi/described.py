"""The documents about the catalogue: landing page, conformance, collections, queryables, sortables, facets, API definition.

Each is made once, those that tell numbers once for each state of the catalogue.
"""

import threading
from collections.abc import Callable
from typing import Any, Final

import msgspec
from pygeoapi.api import describe_collections, landing_page

from catalogue.protocols.doors import Doors
from catalogue.protocols.ogcapi import queryables
from catalogue.protocols.ogcapi.api import RecordsAPI, RecordsRequest, resources
from catalogue.protocols.ogcapi.conformance import CHANGING, CLASSES, RECORDS
from catalogue.protocols.ogcapi.features import Features
from catalogue.protocols.ogcapi.holdings import COLLECTIONS, Holding, holding
from catalogue.protocols.ogcapi.openapi import definition
from catalogue.protocols.ogcapi.parameters import CRS84

_LANDING: Final = frozenset({"about", "self", "alternate", "service-desc", "conformance", "data"})
"""Relations that pygeoapi's landing page has rightly; others of its links lead to processes and tiles that are not here."""
_NOT_HERE: Final = ("f=jsonld", "/schema?")
"""What addresses hold that pygeoapi's description of collections names and that are not here."""

_VIEWS: Final = 8
"""States of the catalogue whose descriptions are kept: askers who see different records see different ones."""

Handler = Callable[..., tuple[dict[str, str], int, str | bytes]]


class Described:
    """Makes the documents and keeps them."""

    def __init__(self, doors: Doors, api: RecordsAPI, features: Features) -> None:
        self._doors = doors
        self._api = api
        self._features = features
        self._landing: bytes | None = None
        self._collections: dict[str, dict[str, bytes]] = {}
        self._describing = threading.Lock()
        classes = (*CLASSES, *CHANGING) if doors.writable else CLASSES
        self.conformance: Final = msgspec.json.encode({"conformsTo": classes})
        self.queryables: Final = {name: msgspec.json.encode(queryables.queryables(features, each)) for name, each in COLLECTIONS.items()}
        self.sortables: Final = {name: msgspec.json.encode(queryables.sortables(features, each)) for name, each in COLLECTIONS.items()}
        self.facets: Final = {name: msgspec.json.encode(queryables.facets(features, each)) for name, each in COLLECTIONS.items()}
        api.openapi = msgspec.json.encode(definition(doors, features.root))

    def landing(self, request: RecordsRequest) -> bytes:
        """Return the landing page."""
        if self._landing is None:
            page = _document(landing_page, self._api, request)
            page["links"] = [link for link in page["links"] if link["rel"] in _LANDING and not _elsewhere(link)]
            service = {"rel": "service-doc", "type": "text/html", "title": "How a program uses this catalogue"}
            page["links"].append({**service, "href": f"{self._doors.catalogue.base_url}/programs"})
            self._landing = msgspec.json.encode(page)
        return self._landing

    def collections(self, request: RecordsRequest) -> bytes:
        """Return the description of all collections."""
        return self._described(request)[""]

    def collection(self, request: RecordsRequest, name: str) -> bytes:
        """Return the description of one of them."""
        return self._described(request)[name]

    def _described(self, request: RecordsRequest) -> dict[str, bytes]:
        """Return the descriptions by the names of the collections, that of all by ""."""
        state = self._doors.catalogue.engine.statistics().state
        found = self._collections.get(state)
        if found is None:
            # one at a time: pygeoapi describes what its configuration holds, and that is one for all
            with self._describing:
                found = self._describe(request)
            kept = dict(list(self._collections.items())[1 - _VIEWS :])
            self._collections = {**kept, state: found}
        return found

    def _describe(self, request: RecordsRequest) -> dict[str, bytes]:
        held = {name: holding(self._doors.catalogue, collection) for name, collection in COLLECTIONS.items()}
        self._api.config["resources"] = resources(self._doors, self._features, held)
        every = _document(describe_collections, self._api, request)
        every["links"] = [link for link in every["links"] if not _elsewhere(link)]
        every["collections"] = [self._completed(each, held[each["id"]]) for each in every["collections"]]
        single = {each["id"]: msgspec.json.encode(each) for each in every["collections"]}
        return {"": msgspec.json.encode(every), **single}

    def _completed(self, described: dict[str, Any], held: Holding) -> dict[str, Any]:
        """Return the description of a collection as a catalogue of records has it (OGC 20-004r1, catalog.yaml)."""
        updated = self._doors.catalogue.engine.statistics().updated
        described["links"] = [link for link in described["links"] if not _elsewhere(link)]
        return {
            **described,
            "type": "Collection",
            "conformsTo": [f"{RECORDS}/record-collection", f"{RECORDS}/searchable-catalog"],
            "crs": [CRS84],
            "defaultSortOrder": [{"field": "identifier", "direction": "asc"}],
            "contacts": [{"organization": self._doors.provider, "emails": [{"value": self._doors.contact}], "roles": ["publisher"]}],
            "itemCount": held.records,
            **({"updated": f"{updated:%Y-%m-%dT%H:%M:%SZ}"} if updated else {}),
        }


def _document(handler: Handler, api: RecordsAPI, request: RecordsRequest) -> dict[str, Any]:
    _headers, _status, content = handler(api, request)
    return msgspec.json.decode(content, type=dict[str, Any])


def _elsewhere(link: dict[str, str]) -> bool:
    return any(part in link["href"] for part in _NOT_HERE)
