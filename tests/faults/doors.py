"""The doors, asked over HTTP as their clients do: what each says when the catalogue cannot answer, and what none of them may say."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from mappings.xml import NAMESPACES, parse_xml

TOKEN: Final = "a-curators-token-of-tests"
PROMPT: Final = 3.0
"""Seconds within which each answer has to be here: the two that are promised, and one for two cores that others use as well."""
_WORDS: Final = ("elastic", "lucene", r"\bjava\b", "traceback", "shard", "cluster", "127[.]0[.]0[.]1", "urllib", "timed? ?out")
_CSW: Final = "/csw?service=CSW&request=GetRecords&resultType=results&elementSetName=brief&typeNames=csw:Record"
_OAI: Final = "http://www.openarchives.org/OAI/2.0/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    media_type: str
    retry_after: str | None
    body: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`reflecs serve`, running.

    Attributes:
        address: where.
        secrets: names and ports of what stands behind it, of which no answer may tell.
    """

    address: str
    secrets: tuple[str, ...] = ()

    def ask(self, path: str, *, method: str = "GET", data: bytes | None = None, media_type: str = "application/xml") -> Answer:
        """Return the answer to a request; those that bring something are a curator's."""
        request = urllib.request.Request(f"{self.address}{path}", method=method, data=data)  # noqa: S310 (our own server)
        if data is not None:
            request.add_header("Authorization", f"Bearer {TOKEN}")
            request.add_header("Content-Type", media_type)
        begin = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (as above)
                status, headers, body = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, headers, body = error.code, error.headers, error.read()
        return Answer(
            status=status,
            media_type=headers.get_content_type(),
            retry_after=headers["Retry-After"],
            body=body.decode(),
            seconds=time.monotonic() - begin,
        )

    def all_doors(self) -> dict[str, Answer]:
        """Return the answers of all doors, asked at a time."""
        with ThreadPoolExecutor(len(DOORS)) as threads:
            return dict(zip(DOORS, threads.map(lambda door: self.ask(door.path), DOORS.values()), strict=True))

    def assert_unavailable(self, door: "Door", answer: Answer) -> None:
        """Check that the answer tells, in the words of its door and soon, to come back later, and nothing of what stands behind."""
        assert (answer.status, answer.media_type) == (503, door.media_type), answer
        assert door.says in answer.body
        assert int(answer.retry_after or 0) > 0, answer
        assert answer.seconds < PROMPT
        told = re.search("|".join((*_WORDS, *map(re.escape, self.secrets))), answer.body, re.IGNORECASE)
        assert told is None, f"{door} speaks of {told}: {answer.body}"

    def assert_all_unavailable(self) -> None:
        """Check the same of all doors, also of those by which one writes."""
        for name, answer in self.all_doors().items():
            self.assert_unavailable(DOORS[name], answer)
        for door in WRITING.values():
            self.assert_unavailable(door, door.ask(self))

    def assert_all_answer(self) -> None:
        """Check that all doors answer."""
        assert [answer for answer in self.all_doors().values() if answer.status != 200] == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A request.

    Attributes:
        path: asks for records.
        media_type: of the answer that there is none now.
        says: what stands in that answer.
        data: what is brought; None where one only asks.
    """

    path: str
    media_type: str
    says: str
    data: bytes | None = None

    def ask(self, service: Service) -> Answer:
        """Return the answer."""
        return service.ask(self.path, method="GET" if self.data is None else "POST", data=self.data)


_REPORT: Final = '"http://www.opengis.net/ows"'
_REPORT_3: Final = '"http://www.opengis.net/ows/2.0"'
DOORS: Final = {
    "page": Door(path="/search?q=sea+ice", media_type="text/html", says="The catalogue cannot answer now"),
    "CSW 2.0.2": Door(path=f"{_CSW}&version=2.0.2", media_type="application/xml", says=_REPORT),
    "CSW 3.0": Door(path=f"{_CSW}&version=3.0.0&q=sea+ice", media_type="application/xml", says=_REPORT_3),
    "Records": Door(path="/ogc/collections/records/items?q=ice", media_type="application/problem+json", says='"status":503'),
    "OAI-PMH": Door(path="/oai?verb=ListRecords&metadataPrefix=oai_dc", media_type="text/plain", says="cannot answer now"),
    "OpenSearch": Door(path="/opensearch/search?q=sea+ice", media_type="application/problem+xml", says="urn:ietf:rfc:7807"),
}
_NEW: Final = b'{"type":"Feature","id":"%s","conformsTo":["http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"],"geometry":null,"time":null,"properties":{"type":"dataset","title":"New"}}'  # fmt: skip  # noqa: E501
_INSERT: Final = (
    '<csw:Transaction xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2"><csw:Insert>'
    '<csw:Record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier>by-csw</dc:identifier><dc:title>New</dc:title></csw:Record>'
    "</csw:Insert></csw:Transaction>"
)
WRITING: Final = {
    "CSW": Door(path="/csw", media_type="application/xml", says=_REPORT, data=_INSERT.encode()),
    "Records": Door(
        path="/ogc/collections/records/items",
        media_type="application/problem+json",
        says='"status":503',
        data=_NEW % b"by-records",
    ),
}
ITEMS: Final = WRITING["Records"].path


def item(identifier: str) -> str:
    """Return the path of a record at the Records door."""
    return f"{ITEMS}/{quote(identifier)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A way through all records.

    Attributes:
        door: by which it goes.
        first: the path of its first page.
        read: gives the identifiers of a page and the path of the next; None behind the last.
    """

    door: Door
    first: str
    read: Callable[[str], tuple[list[str], str | None]]

    def go(self, service: Service, path: str | None, pages: int | None = None) -> tuple[list[str], str | None]:
        """Return the identifiers of so many pages, of all for None, and the path of the page behind them."""
        found: list[str] = []
        while path is not None and pages != 0:
            answer = service.ask(path)
            assert answer.status == 200, answer
            here, path = self.read(answer.body)
            found += here
            pages = None if pages is None else pages - 1
        return found, path


def _csw_page(body: str) -> tuple[list[str], str | None]:
    (results,) = parse_xml(body.encode()).iterfind("{*}SearchResults")
    found = [str(name.text) for name in results.iterfind("*/dc:identifier", NAMESPACES)]
    following = int(results.get("nextRecord", "0"))
    return found, _csw_path(following) if following else None


def _csw_path(start: int) -> str:
    return f"{DOORS['CSW 2.0.2'].path}&maxRecords=100&startPosition={start}"


def _oai_page(body: str) -> tuple[list[str], str | None]:
    (records,) = parse_xml(body.encode()).iterfind(f"{{{_OAI}}}ListRecords")
    found = [str(name.text).rpartition(":")[2] for name in records.iterfind("{*}record/{*}header/{*}identifier")]
    token = records.findtext("{*}resumptionToken")
    return found, f"/oai?{urlencode({'verb': 'ListRecords', 'resumptionToken': token})}" if token else None


WALKS: Final = {
    "CSW": Walk(door=DOORS["CSW 2.0.2"], first=_csw_path(1), read=_csw_page),
    "OAI-PMH": Walk(door=DOORS["OAI-PMH"], first=DOORS["OAI-PMH"].path, read=_oai_page),
}


def health(service: Service) -> str:
    """Return what the service says of itself: "ok" or "down"."""
    return str(json.loads(service.ask("/health").body)["status"])
