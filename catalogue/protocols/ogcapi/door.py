"""The addresses of the door, and what each answers. Every request goes as pygeoapi's `APIRequest`; readers are led to the pages."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, request
from pygeoapi.api import itemtypes, openapi_
from pygeoapi.plugin import load_plugin
from pygeoapi.util import get_provider_by_type
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, NotFound

from catalogue.protocols.doors import Doors, answer_all_below
from catalogue.protocols.ogcapi import problems
from catalogue.protocols.ogcapi.api import SCHEMA_TYPE, RecordsRequest, open_api
from catalogue.protocols.ogcapi.described import Described
from catalogue.protocols.ogcapi.features import MEDIA_TYPE, Features
from catalogue.protocols.ogcapi.holdings import COLLECTIONS, Collection
from catalogue.protocols.ogcapi.parameters import FORMATS, ITEMS, given
from catalogue.protocols.ogcapi.provider import RecordsProvider
from catalogue.service.addresses import record_path, with_parameters
from mappings.xml import MAX_DOCUMENT_BYTES
from records.errors import CatalogueError, QueryError

_JSON: Final = "application/json"
_PROGRAMS: Final = "/programs"
_ON_PAGES: Final = ("q", "bbox")
"""Parameters of items that the results page has too, with the same meaning."""


class Door:
    """Answers the requests to the door."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        features = Features(doors.catalogue, f"{doors.catalogue.base_url}/ogc")
        self._api = open_api(doors, features)
        self._described = Described(doors, self._api, features)

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        door = Blueprint("ogcapi", __name__)
        one = "/collections/<name>"
        for rule, view in (
            ("", self.landing),
            ("/conformance", self.conformance),
            ("/openapi", self.definition),
            ("/api", self.definition),
            ("/collections", self.collections),
            (one, self.collection),
            (f"{one}/queryables", self.queryables),
            (f"{one}/sortables", self.sortables),
            (f"{one}/facets", self.facets),
            (f"{one}/items", self.items),
        ):
            door.add_url_rule(rule, view_func=view, endpoint=rule.rpartition("/")[2] or "landing", strict_slashes=False)
        record = f"{one}/items/<identifier:identifier>"
        door.add_url_rule(record, view_func=self.item, endpoint="item")
        if self._doors.writable:
            door.add_url_rule(f"{one}/items", view_func=self.create, methods=["POST"], strict_slashes=False)
            door.add_url_rule(record, view_func=self.replace, methods=["PUT"])
            door.add_url_rule(record, view_func=self.delete, methods=["DELETE"])
        door.register_error_handler(CatalogueError, problems.of_catalogue)
        door.register_error_handler(HTTPException, problems.of_http)
        door.after_request(_negotiable)
        door.record(answer_all_below(_unrouted))
        return door

    def _asked(self, *known: str) -> RecordsRequest:
        """Return the request.

        Args:
            known: the parameters that may be given; none for the format alone.

        Raises:
            QueryError: another one is given, or one twice, or the format is none of ours.
        """
        asked: RecordsRequest = RecordsRequest.from_flask(request, self._api.locales)
        given(asked.params, known or ("f",))
        if asked.format not in {None, *FORMATS}:
            raise QueryError(f"f is one of {', '.join(FORMATS)}, not {asked.format[:80]!r}", parameter="f")
        return asked

    # About the catalogue

    def landing(self) -> Response:
        """The landing page (OGC 19-072, 8.1)."""
        asked = self._asked()
        return _page(_PROGRAMS) if asked.format == "html" else _document(self._described.landing(asked), _JSON)

    def conformance(self) -> Response:
        """The conformance classes (17-069r4, 7.4)."""
        return _page(_PROGRAMS) if self._asked().format == "html" else _document(self._described.conformance, _JSON)

    def definition(self) -> Response:
        """The API definition (17-069r4, 7.3)."""
        asked = self._asked()
        if asked.format == "html":
            return _page(_PROGRAMS)
        headers, _status, content = openapi_(self._api, asked)
        return _document(content, headers["Content-Type"])

    def collections(self) -> Response:
        """The collections (17-069r4, 7.13)."""
        asked = self._asked()
        return _page("/") if asked.format == "html" else _document(self._described.collections(asked), _JSON)

    def collection(self, name: str) -> Response:
        """A collection (17-069r4, 7.14)."""
        known, asked = _collection(name), self._asked()
        return _search(known, {}) if asked.format == "html" else _document(self._described.collection(asked, name), _JSON)

    def queryables(self, name: str) -> Response:
        """What filters can name (19-079r2, 6.2)."""
        return self._about(name, self._described.queryables, SCHEMA_TYPE)

    def sortables(self, name: str) -> Response:
        """What records can be sorted by (20-004r1, /req/sorting/get-sortables-op)."""
        return self._about(name, self._described.sortables, SCHEMA_TYPE)

    def facets(self, name: str) -> Response:
        """What can be counted (draft of part 2)."""
        return self._about(name, self._described.facets, _JSON)

    def _about(self, name: str, documents: Mapping[str, bytes], media_type: str) -> Response:
        _collection(name)
        return _page(_PROGRAMS) if self._asked().format == "html" else _document(documents[name], media_type)

    # Records

    def items(self, name: str) -> Response:
        """Records of a collection (17-069r4, 7.15)."""
        known, asked = _collection(name), self._asked(*ITEMS)
        if asked.format == "html":
            return _search(known, asked.params)
        return _document(self._provider(name).query(asked.params), MEDIA_TYPE)

    def item(self, name: str, identifier: str) -> Response:
        """A record (17-069r4, 7.17)."""
        _collection(name)
        asked = self._asked()
        content = self._provider(name).get(identifier)
        if asked.format == "html":
            return _page(record_path(identifier))
        response = _document(content, MEDIA_TYPE)
        response.add_etag()
        return response.make_conditional(request)  # type: ignore[return-value]  # it returns the response itself

    # Changing records (OGC API Features part 4: create, replace, delete)

    def create(self, name: str) -> Response:
        """Keep a new record."""
        return self._changed("create", name)

    def replace(self, name: str, identifier: str) -> Response:
        """Replace a record."""
        return self._changed("update", name, identifier)

    def delete(self, name: str, identifier: str) -> Response:
        """Delete a record."""
        return self._changed("delete", name, identifier)

    def _changed(self, action: str, name: str, *identifier: str) -> Response:
        _collection(name)
        authorization = request.headers.get("Authorization")
        if not self._doors.admits(authorization):
            if authorization is None:
                detail, challenge = "Send the token as: Authorization: Bearer TOKEN", "Bearer"
            else:
                detail, challenge = "The token is not known here. Send it as: Authorization: Bearer TOKEN", 'Bearer error="invalid_token"'
            return problems.problem(401, "Unauthorized", detail, headers={"WWW-Authenticate": challenge})
        request.max_content_length = MAX_DOCUMENT_BYTES
        request.get_data(parse_form_data=False)  # whatever the document is called: curl calls all a form
        asked = self._asked()
        # a tag is weak where the record was read compressed, and stands for the same content
        if identifier and request.if_match and not request.if_match.contains_weak(self._etag(name, *identifier)):
            detail = "The record is not what If-Match says any more: somebody changed it since you read it."
            return problems.problem(412, "PreconditionFailed", detail)
        headers, status, content = itemtypes.manage_collection_item(self._api, asked, action, name, *identifier)
        made = Response(content, 204 if action == "delete" else int(status), content_type=headers["Content-Type"])
        if not content:
            del made.headers["Content-Type"]
        if "Location" in headers:
            made.headers["Location"] = headers["Location"]
        return made

    def _etag(self, name: str, identifier: str) -> str:
        """Return what GET marks a record with (RFC 9110, 8.8.3)."""
        response = Response(self._provider(name).get(identifier))
        response.add_etag()
        return response.get_etag()[0] or ""

    def _provider(self, name: str) -> RecordsProvider:
        providers = self._api.config["resources"][name]["providers"]
        provider: RecordsProvider = load_plugin("provider", get_provider_by_type(providers, "record"))
        return provider


def _unrouted(error: HTTPException) -> Response:
    if isinstance(error, NotFound):
        return problems.problem(404, "NotFound", "There is nothing at this address; /ogc/openapi tells what there is.")
    return problems.of_http(error)


def _collection(name: str) -> Collection:
    if name not in COLLECTIONS:
        raise NotFound(f"There is no collection {name!r}; there are: {', '.join(COLLECTIONS)}.")
    return COLLECTIONS[name]


def _document(content: str | bytes, media_type: str) -> Response:
    return Response(content, content_type=media_type)


def _page(path: str) -> Response:
    """Lead a reader to one of the pages, which are the only HTML there is."""
    return Response(status=303, headers={"Location": path})


def _search(collection: Collection, arguments: "Mapping[str, str] | MultiDict[str, str]") -> Response:
    domain = [("domain", collection.domain.value)] if collection.domain else []
    return _page(with_parameters("/search", [*domain, *((name, arguments[name]) for name in _ON_PAGES if arguments.get(name))]))


def _negotiable(response: Response) -> Response:
    """Tell caches that an address answers as it is asked."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        response.vary.add("Accept")
    return response
