"""The repository: what each verb is answered (OAI-PMH 2.0, 4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, assert_never

from catalogue.engines.base import Header, Window
from catalogue.protocols.doors import Doors
from catalogue.protocols.oai import writing
from catalogue.protocols.oai.asking import TOKEN, Asked, ErrorCode, ProtocolError, Verb
from catalogue.protocols.oai.datestamps import datestamp
from catalogue.protocols.oai.disseminating import METADATA_FORMATS, metadata_of, metadata_or_report
from catalogue.protocols.oai.identifiers import Names
from catalogue.protocols.oai.lists import Place, Stretch, placed, stretch
from catalogue.protocols.oai.sets import all_sets
from catalogue.protocols.oai.tokens import LIFETIME, Token, seal, unseal
from records.errors import InvalidRecordError

IDENTIFIERS: Final = 1000
"""Headers in one part of a list."""
RECORDS: Final = 500
"""Records in one part of a list, at most."""
BYTES: Final = 16 * 1024 * 1024
"""A part of a list of records ends once its documents are so large together, whatever their number."""
_CHUNK: Final = 50
"""So many records are fetched at once."""


class Repository:
    """Answers requests.

    Attributes:
        base_url: the address of the door.
    """

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._catalogue = doors.catalogue
        self._names = Names(doors.catalogue.base_url)
        self.base_url = f"{doors.catalogue.base_url}/oai"

    def now(self) -> str:
        """Return the time as a datestamp."""
        return datestamp(self._catalogue.clock())

    def answer(self, asked: Asked) -> bytes:
        """Return the element that answers a request.

        Raises:
            ProtocolError: one of the standard's errors.
            EngineError: the catalogue cannot answer now.
        """
        match asked.verb:
            case Verb.IDENTIFY:
                parts = self._identify()
            case Verb.LIST_METADATA_FORMATS:
                parts = self._formats(asked.arguments.get("identifier"))
            case Verb.LIST_SETS:
                parts = self._sets(asked)
            case Verb.GET_RECORD:
                parts = [self._record(asked.arguments["identifier"], asked.arguments["metadataPrefix"])]
            case Verb.LIST_IDENTIFIERS | Verb.LIST_RECORDS:
                parts = self._list(asked)
            case _:
                assert_never(asked.verb)
        return writing.element(asked.verb, parts)

    def _identify(self) -> list[bytes]:
        earliest = self._catalogue.engine.statistics().earliest or self._catalogue.clock()
        parts = {
            "repositoryName": self._doors.provider,
            "baseURL": self.base_url,
            "protocolVersion": "2.0",
            "adminEmail": self._doors.contact,
            "earliestDatestamp": datestamp(earliest),
            "deletedRecord": "persistent",
            "granularity": "YYYY-MM-DDThh:mm:ssZ",
        }
        written = [writing.text_element(name, text) for name, text in parts.items()]
        if self._names.repository is not None:
            sample = [header.identifier for header in self._catalogue.engine.headers(Window(), limit=1)] or ["a-record"]
            written.append(writing.identifier_scheme(self._names.repository, self._names.of(sample[0])))
        return written

    def _formats(self, identifier: str | None) -> list[bytes]:
        if identifier is not None:
            self._header(identifier)
        return [
            writing.element(
                "metadataFormat",
                [
                    writing.text_element("metadataPrefix", known.prefix),
                    writing.text_element("schema", known.schema),
                    writing.text_element("metadataNamespace", known.namespace),
                ],
            )
            for known in METADATA_FORMATS.values()
        ]

    def _sets(self, asked: Asked) -> list[bytes]:
        if TOKEN in asked.arguments:
            raise ProtocolError(ErrorCode.BAD_RESUMPTION_TOKEN, "ListSets is answered whole; it hands out no resumptionToken.")
        return [
            writing.element("set", [writing.text_element("setSpec", spec), writing.text_element("setName", name)])
            for spec, name in all_sets(self._catalogue.engine)
        ]

    def _header(self, written: str) -> Header:
        for identifier in self._names.meant(written):
            found = self._catalogue.engine.header(identifier)
            if found is not None:
                return found
        raise ProtocolError(ErrorCode.ID_DOES_NOT_EXIST, f"There is no record {written!r}.", parameter="identifier")

    def _record(self, written: str, prefix: str) -> bytes:
        found = self._header(written)
        _check_format(prefix)
        (record,) = self._catalogue.engine.get_many([found.identifier], documents=True)
        if record is None:
            return self._tombstone(found)
        try:
            return writing.record(found, self._names, metadata_of(self._catalogue, record, prefix))
        except InvalidRecordError as error:
            raise ProtocolError(ErrorCode.CANNOT_DISSEMINATE_FORMAT, str(error), parameter="metadataPrefix") from error

    def _tombstone(self, header: Header) -> bytes:
        """Return a record without metadata: a tombstone, or one that was deleted since its header was read."""
        return writing.record(replace(header, deleted=True), self._names, None)

    def _list(self, asked: Asked) -> list[bytes]:
        place = self._place(asked)
        if asked.verb is Verb.LIST_IDENTIFIERS:
            found = stretch(self._catalogue.engine, place, IDENTIFIERS)
            parts = [writing.header(header, self._names) for header in found.headers]
        else:
            found = stretch(self._catalogue.engine, place, RECORDS)
            parts = self._records(found.headers, place.arguments["metadataPrefix"])
        return [*parts, *self._resumption(asked.verb, place, found, len(parts))]

    def _place(self, asked: Asked) -> Place:
        """Return where a list begins or goes on. Its format is checked first: a wrong one says more than an empty set."""
        engine = self._catalogue.engine
        if TOKEN not in asked.arguments:
            _check_format(asked.arguments["metadataPrefix"])
            return placed(engine, asked.arguments)
        token = unseal(asked.arguments[TOKEN], self._doors.secret(), verb=asked.verb, now=self._catalogue.clock())
        _check_format(token.arguments["metadataPrefix"])
        return placed(engine, token.arguments, after=token.after, cursor=token.cursor, size=token.size)

    def _records(self, headers: Sequence[Header], prefix: str) -> list[bytes]:
        """Return the records of these headers as far as they are not too large together."""
        parts: list[bytes] = []
        size = 0
        for begin in range(0, len(headers), _CHUNK):
            chunk = headers[begin : begin + _CHUNK]
            kept = [header.identifier for header in chunk if not header.deleted]
            records = dict(zip(kept, self._catalogue.engine.get_many(kept, documents=True), strict=True))
            for header in chunk:
                record = records.get(header.identifier)
                if record is None:
                    parts.append(self._tombstone(header))
                    continue
                parts.append(writing.record(header, self._names, metadata_or_report(self._catalogue, record, prefix)))
                size += len(parts[-1])
                if size >= BYTES:
                    return parts
        return parts

    def _resumption(self, verb: Verb, place: Place, found: Stretch, handed_out: int) -> list[bytes]:
        """Return the token by which a list goes on: empty at its end, none where the first part is all."""
        more = found.more or handed_out < len(found.headers)
        if not more and place.after is None:
            return []
        shown: dict[str, str | int] = {"completeListSize": place.size, "cursor": place.cursor}
        if not more:
            return [writing.text_element(TOKEN, "", **shown)]
        expires = self._catalogue.clock().replace(microsecond=0) + LIFETIME
        last = found.headers[handed_out - 1].identifier
        token = Token(verb=verb, arguments=place.arguments, after=last, cursor=place.cursor + handed_out, size=place.size, expires=expires)
        return [writing.text_element(TOKEN, seal(token, self._doors.secret()), expirationDate=datestamp(expires), **shown)]


def _check_format(prefix: str) -> None:
    if prefix not in METADATA_FORMATS:
        known = ", ".join(METADATA_FORMATS)
        message = f"There is no format {prefix[:100]!r}; there are {known}."
        raise ProtocolError(ErrorCode.CANNOT_DISSEMINATE_FORMAT, message, parameter="metadataPrefix")
