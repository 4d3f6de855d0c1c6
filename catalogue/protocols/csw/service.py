"""The service: each operation with what answers it."""

from typing import Final

from catalogue.protocols.csw import opensearch
from catalogue.protocols.csw.capabilities import Descriptions
from catalogue.protocols.csw.domains import domain_reply
from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError
from catalogue.protocols.csw.operations import operations, parameter_values
from catalogue.protocols.csw.presenting import fitting
from catalogue.protocols.csw.replies import Reply, acknowledgement, search_reply
from catalogue.protocols.csw.requests import Request
from catalogue.protocols.csw.retrieving import by_identifier, repository_item
from catalogue.protocols.csw.searching import Found, GetRecords, ResultType, read_get_records, search, shortened
from catalogue.protocols.csw.server import About, Dispatcher
from catalogue.protocols.csw.transactions import transaction_reply
from catalogue.protocols.doors import Doors
from mappings import atom

PAGE_BYTES: Final = 16 * 1024 * 1024
"""An answer is put together in memory: so much of it a single request can ask for."""
_CHALLENGE: Final = 'Bearer realm="catalogue"'


class Service:
    """Answers requests, whoever asked them and in whatever encoding.

    Args:
        doors: the catalogue, and what it says of itself.
        path: where the door is.
        page_bytes: the records, or the domains, of one answer have at most so many bytes together; a single record may have more.
    """

    def __init__(self, doors: Doors, path: str, page_bytes: int = PAGE_BYTES) -> None:
        self._doors = doors
        self._page_bytes = page_bytes
        self.about = about(doors, path)
        self._descriptions = Descriptions()
        self._parameters = {version: parameter_values(operations(version, writable=doors.writable)) for version in ("2.0.2", "3.0.0")}
        self._dispatcher = Dispatcher(
            self.about,
            {
                "GetCapabilities": self._capabilities,
                "DescribeRecord": lambda request: self._descriptions.description(self._dispatcher, request),
                "GetDomain": lambda request: domain_reply(doors.catalogue, request, self._parameters[request.version], page_bytes),
                "GetRecords": self._records,
                "GetRecordById": lambda request: by_identifier(doors.catalogue, request, page_bytes),
                "GetRepositoryItem": lambda request: repository_item(doors.catalogue, request),
                "Transaction": self._transaction,
            },
        )

    def reply(self, request: Request) -> Reply:
        """Return the reply to a request.

        Raises:
            CatalogueError: it cannot be answered.
        """
        return self._dispatcher.answer(request)

    def report(self, error: ServiceError, version: str) -> Reply:
        """Return the exception report on an error."""
        return self._dispatcher.report(error, version)

    def _capabilities(self, request: Request) -> Reply:
        if request.text("mode") == "opensearch" or (request.caller.prefers_description and request.text("request") is None):
            return opensearch.description(self.about, self._doors.catalogue)
        return self._descriptions.capabilities(self._dispatcher, self._doors.catalogue, request)

    def _records(self, request: Request) -> Reply:
        asked = read_get_records(request)
        now = self._doors.catalogue.clock()
        if asked.result_type is ResultType.VALIDATE:
            return acknowledgement(request, self.about.url, now)
        found, records = self._page(asked, request.caller.name)
        if asked.presentation.media_type == atom.MEDIA_TYPE:
            return opensearch.answer_feed(self.about, request, asked, found, records, now)
        return search_reply(asked, found, records, now)

    def _page(self, asked: GetRecords, asker: str) -> tuple[Found, list[bytes]]:
        """Return a page and its records; where they are too large together, the page of as many as are not."""
        while True:
            found = search(self._doors, asked, asker=asker)
            records = fitting(self._doors.catalogue, (hit.record for hit in found.page.hits), asked.presentation, self._page_bytes)
            if len(records) == len(found.page.hits):
                return found, records
            asked = shortened(asked, len(records))

    def _transaction(self, request: Request) -> Reply:
        if not request.caller.admitted:
            why = "the token is not known" if request.caller.credentials else "it takes a curator's token"
            challenge = f'{_CHALLENGE}, error="invalid_token"' if request.caller.credentials else _CHALLENGE
            raise ServiceError(
                f"Transaction is for curators: {why}",
                code=ExceptionCode.NO_APPLICABLE_CODE,
                status=401,
                headers={"WWW-Authenticate": challenge},
            )
        return transaction_reply(self._doors, request)


def about(doors: Doors, path: str) -> About:
    """Return what the service says of itself."""
    return About(
        url=f"{doors.catalogue.base_url}{path}",
        home=doors.catalogue.base_url,
        title=f"{doors.provider}: metadata catalogue",
        abstract=f"The metadata catalogue of {doors.provider}: descriptions of data of Earth, Universe, Life and Material sciences.",
        provider=doors.provider,
        contact=doors.contact,
        writable=doors.writable,
    )
