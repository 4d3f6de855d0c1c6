"""The catalogue as a provider of pygeoapi's: one for each collection and request, so it does nothing until it is asked."""

from collections.abc import Mapping
from typing import Any

from pygeoapi.provider.base import BaseProvider
from werkzeug.datastructures import MultiDict

from catalogue.protocols.doors import Doors
from catalogue.protocols.ogcapi.features import Features
from catalogue.protocols.ogcapi.holdings import Collection
from catalogue.protocols.ogcapi.items import items
from catalogue.protocols.ogcapi.parameters import parse_items
from catalogue.service.addresses import quote_identifier
from mappings.formats import read
from records.errors import InvalidRecordError, NotFoundError
from records.model import Record


class RecordsProvider(BaseProvider):  # type: ignore[misc]  # pygeoapi ships no types
    """Finds, hands out and keeps the records of one collection. What goes wrong is an error of ours, which pygeoapi lets through."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        doors, features, collection = provider_def["data"]
        self._doors: Doors = doors
        self._features: Features = features
        self._collection: Collection = collection

    def query(self, arguments: "MultiDict[str, str]") -> bytes:
        """Return a page of records as GeoJSON.

        Raises:
            QueryError: a parameter that is unknown, or says what cannot be.
            EngineError: the catalogue cannot answer now.
        """
        return items(self._doors.catalogue, self._features, self._collection, parse_items(arguments, self._collection))

    def get(self, identifier: str, **_options: object) -> bytes:
        """Return a record as GeoJSON.

        Raises:
            NotFoundError: there is none in this collection.
            EngineError: the catalogue cannot answer now.
        """
        return self._features.feature(self._record(identifier), self._collection)

    def _record(self, identifier: str) -> Record:
        record = self._doors.catalogue.record(identifier)
        if not self._collection.has(record):
            raise NotFoundError(identifier)
        return record

    def create(self, item: bytes) -> str:
        """Keep a new record; return its identifier as it stands in an address.

        Raises:
            FormatError: the document is of no format that is read here, or no record.
            InvalidRecordError: the record cannot be kept, or is of another collection.
            ConflictError: there is a record with that identifier already.
            EngineError: the catalogue cannot write now.
        """
        self._check(item)
        (record,) = self._doors.depositing.create([item])
        return quote_identifier(record.identifier)

    def update(self, identifier: str, item: bytes) -> bool:
        """Replace a record.

        Raises:
            FormatError: the document is of no format that is read here, or no record.
            InvalidRecordError: the record cannot be kept, has another identifier, or is of another collection.
            NotFoundError: there is no record with that identifier in this collection.
            EngineError: the catalogue cannot write now.
        """
        self._record(identifier)
        self._check(item)
        self._doors.depositing.replace([item], identifier)
        return True

    def delete(self, identifier: str) -> bool:
        """Delete a record.

        Raises:
            NotFoundError: there is none in this collection.
            EngineError: the catalogue cannot write now.
        """
        self._record(identifier)
        if not self._doors.depositing.delete([identifier]):
            raise NotFoundError(identifier)
        return True

    def _check(self, item: bytes) -> None:
        """Refuse a document whose record would not be found where it was put."""
        if self._collection.domain is not None and not self._collection.has(read(item)):
            name = self._collection.domain.value
            raise InvalidRecordError(f'the record is not of the domain {name!r}; the collection "records" takes those of any domain')
