"""An OAI-PMH repository as harvesters ask it: oaipmh-scythe asks, over our own way to the web; answers are read strictly.

oaipmh-scythe mends broken XML by leaving out what it does not understand, so that half an answer looks like a whole one. It is used for
requests and for the protocol's errors; documents are taken from what `parse_xml` accepts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import httpx2
from lxml import etree
from oaipmh_scythe import Scythe
from oaipmh_scythe.exceptions import NoRecordsMatch, OAIPMHException
from oaipmh_scythe.models import Header

from harvesters.cutting import documents
from harvesters.errors import Fault, HarvestError
from harvesters.web import Session
from mappings.xml import children, local_name, namespace, parse_xml
from records.errors import FormatError

OAI: Final = "{http://www.openarchives.org/OAI/2.0/}"
_PREFERRED: Final = (
    "http://standards.iso.org/iso/19115/-3/mdb/2.0",
    "http://www.isotc211.org/2005/gmd",
    "http://www.isotc211.org/2005/gmi",
    "http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/",
)
"""Namespaces of formats, the one that carries most first."""
_ANSWERS: Final = frozenset({200, 400, 404, 422})
"""Statuses with which the protocol's own errors come, although it wants 200."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A record of a list, or its header.

    Attributes:
        datestamp: as it is written.
        document: None where it is deleted, only its header was asked for, or nothing is in it.
    """

    identifier: str
    datestamp: str
    deleted: bool
    document: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a list.

    Attributes:
        token: what the next part is asked for with; None at the end.
        size: of the whole list, as it is told; None where it is not.
        nameless: how many of its records have no identifier.
    """

    items: tuple[Item, ...]
    token: str | None = None
    size: int | None = None
    nameless: int = 0


class _Bridge(httpx2.BaseTransport):
    """oaipmh-scythe's requests, made by our own session, and their answers, read before oaipmh-scythe reads them.

    Attributes:
        root: of the last answer.
        content: its bytes.
    """

    def __init__(self, session: Session) -> None:
        self.root: etree._Element = etree.Element("none")
        self.content = b""
        self._session = session

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._session.ask(str(request.url), headers={"Accept": "text/xml, application/xml;q=0.9"}, statuses=_ANSWERS)
        try:
            self.root, self.content = parse_xml(answer.content), answer.content
        except FormatError as error:
            fault = Fault.ANSWER if answer.status == 200 else Fault.REFUSED
            message = f"the answer, of status {answer.status}, cannot be read: {error}"
            raise HarvestError(message, fault=fault, where=self._session.source.url, content=answer.content[:65536]) from error
        if local_name(self.root) != "OAI-PMH":
            message = f"this is no answer of OAI-PMH but {local_name(self.root)!r}, with status {answer.status}"
            raise HarvestError(message, fault=Fault.ANSWER, where=self._session.source.url)
        return httpx2.Response(200, content=answer.content, headers={"Content-Type": "text/xml"})


class _Scythe(Scythe):
    """A scythe that goes to the web our way."""

    def __init__(self, address: str, bridge: _Bridge) -> None:
        super().__init__(address)
        self._bridged = httpx2.Client(transport=bridge, trust_env=False)

    @property
    def client(self) -> httpx2.Client:
        return self._bridged


class Repository:
    """An OAI-PMH repository, once it has said what it can.

    Attributes:
        prefix: the metadata format that its records are asked in.
    """

    def __init__(self, session: Session) -> None:
        self._url = session.source.url
        self._bridge = _Bridge(session)
        self._scythe = _Scythe(self._url, self._bridge)
        try:
            identity = self._asked({"verb": "Identify"})
            offered = self._asked({"verb": "ListMetadataFormats"})
        except OAIPMHException as error:
            raise HarvestError(said(error), fault=Fault.REFUSED, where=self._url) from error
        self._granularity = (identity.findtext(f"{OAI}Identify/{OAI}granularity") or "").strip()
        self.prefix = session.source.filters.get("prefix") or _preferred(offered)

    def close(self) -> None:
        """Let go of what the scythe holds."""
        self._scythe.client.close()

    def part(self, verb: str, *, since: datetime | None, group: str | None, token: str | None) -> Part:
        """Return a part of a list.

        Args:
            verb: ListRecords or ListIdentifiers.
            since: leave out what was changed earlier; None for all.
            group: the set; None for all.
            token: of the part before; None for the first.

        Raises:
            OAIPMHException: the repository's own errors, but for "nothing matches", which is an empty part.
            HarvestError: there is no answer, or none that can be read.
        """
        query = {"verb": verb}
        if token is not None:
            query["resumptionToken"] = token
        else:
            query["metadataPrefix"] = self.prefix
            query |= {"from": self._written(since)} if since is not None else {}
            query |= {"set": group} if group is not None else {}
        try:
            root = self._asked(query)
        except NoRecordsMatch:
            return Part(items=())
        listing = root.find(f"{OAI}{verb}")
        if listing is None:
            raise HarvestError(f"the answer has no {verb}", fault=Fault.ANSWER, where=self._url)
        return _part(listing, self._bridge.content)

    def record(self, identifier: str) -> Item | None:
        """Return one record; None where the repository has none of that name.

        Raises:
            OAIPMHException: the repository says why not.
            HarvestError: there is no answer, or none that can be read.
        """
        root = self._asked({"verb": "GetRecord", "identifier": identifier, "metadataPrefix": self.prefix})
        return next(iter(_items(list(root.iter(f"{OAI}record")), self._bridge.content)), None)

    def _asked(self, query: dict[str, str]) -> etree._Element:
        self._scythe.harvest(query)
        return self._bridge.root

    def _written(self, time: datetime) -> str:
        return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ" if "T" in self._granularity else "%Y-%m-%d")


def _preferred(root: etree._Element) -> str:
    offered = {
        (each.findtext(f"{OAI}metadataNamespace") or "").strip(): (each.findtext(f"{OAI}metadataPrefix") or "").strip()
        for each in root.iter(f"{OAI}metadataFormat")
    }
    return next((offered[name] for name in _PREFERRED if offered.get(name)), "oai_dc")


def _part(listing: etree._Element, answer: bytes) -> Part:
    entries = [each for each in children(listing) if local_name(each) in {"record", "header"} and namespace(each) == OAI[1:-1]]
    items = _items(entries, answer)
    token = listing.find(f"{OAI}resumptionToken")
    size = (token.get("completeListSize") or "").strip() if token is not None else ""
    return Part(
        items=tuple(items),
        token=(token.text or "").strip() or None if token is not None else None,
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 12 else None,
        nameless=len(entries) - len(items),
    )


def _items(entries: Sequence[etree._Element], answer: bytes) -> list[Item]:
    """Return the items of records or headers of an answer, those that have an identifier."""
    inner = {each: document for each in entries if (document := _document(each)) is not None}
    contents = dict(zip(inner, documents(answer, list(inner.values())), strict=True))
    return [item for each in entries if (item := _item(each, contents.get(each))) is not None]


def _item(element: etree._Element, document: bytes | None) -> Item | None:
    header = element if local_name(element) == "header" else element.find(f"{OAI}header")
    if header is None:
        return None
    read = Header(header)
    identifier = (read.identifier or "").strip()
    if not identifier:
        return None
    return Item(
        identifier=identifier,
        datestamp=(read.datestamp or "").strip(),
        deleted=read.deleted,
        document=None if read.deleted else document,
    )


def _document(record: etree._Element) -> etree._Element | None:
    metadata = record.find(f"{OAI}metadata")
    return None if metadata is None else next(children(metadata), None)


def said(error: OAIPMHException) -> str:
    """Return what a repository said was wrong, as a sentence."""
    return f"the repository answers with {type(error).__name__}: {str(error).strip()[:300] or 'no reason given'}"
