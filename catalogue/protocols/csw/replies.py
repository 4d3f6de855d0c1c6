"""Replies: documents put together of bytes. Records are set into them as they are; nothing of a reply is parsed again.

All documents bind their names by prefixes, so that no default namespace reaches a record from outside.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError
from catalogue.protocols.csw.requests import Request, Soap
from catalogue.protocols.csw.searching import Found, GetRecords
from mappings.xml import NAMESPACES, legal

_LARGE: Final = 1024 * 1024
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_PREFIXES: Final = {"2.0.2": "csw", "3.0.0": "csw30"}
_SCHEMAS: Final = "http://schemas.opengis.net"
_PLACES: Final = {"2.0.2": f"{_SCHEMAS}/csw/2.0.2/CSW-discovery.xsd", "3.0.0": f"{_SCHEMAS}/cat/csw/3.0/cswAll.xsd"}
_PUBLICATION: Final = f"{_SCHEMAS}/csw/2.0.2/CSW-publication.xsd"
_SOAP_TYPES: Final = {Soap.SOAP_1_1: "text/xml", Soap.SOAP_1_2: "application/soap+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply.

    Attributes:
        parts: its bytes, in order; of XML without the declaration.
        media_type: of the document.
        status: the HTTP status.
        headers: what else goes into the head of the HTTP response.
        is_xml: whether it is XML that is put together here, and not a stored document as it is.
    """

    parts: Sequence[bytes]
    media_type: str = "application/xml"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    is_xml: bool = True

    def content(self) -> list[bytes]:
        """Return the whole document, in one piece or, where it is large, in several: to join them would take as much memory again."""
        parts = [_DECLARATION, *self.parts] if self.is_xml else list(self.parts)
        return parts if sum(map(len, parts)) > _LARGE else [b"".join(parts)]


def document(root: etree._Element, media_type: str = "application/xml", status: int = 200) -> Reply:
    """Return the reply that a tree is."""
    etree.cleanup_namespaces(root, keep_ns_prefixes=["csw", "csw30", "gmd", "mdb", "gml"])
    return Reply(parts=(etree.tostring(root, encoding="UTF-8", xml_declaration=False),), media_type=media_type, status=status)


def start_tag(version: str, name: str, attributes: Mapping[str, str | None] | None = None) -> str:
    """Return the start tag of a root element in the namespace of a version; attributes without a value are left out."""
    prefix = _PREFIXES[version]
    place = _PUBLICATION if (version, name) == ("2.0.2", "TransactionResponse") else _PLACES[version]
    written = "".join(attribute(key, value) for key, value in (attributes or {}).items() if value is not None)
    return (
        f'<{prefix}:{name} xmlns:{prefix}="{NAMESPACES[prefix]}" xmlns:xsi="{NAMESPACES["xsi"]}"'
        f' xsi:schemaLocation="{NAMESPACES[prefix]} {place}"{written}>'
    )


def end_tag(version: str, name: str) -> str:
    """Return the end tag of an element in the namespace of a version."""
    return f"</{_PREFIXES[version]}:{name}>"


def element(version: str, name: str, text: str) -> str:
    """Return an element of a text, in the namespace of a version."""
    return f"<{_PREFIXES[version]}:{name}>{escape(legal(text))}{end_tag(version, name)}"


def attribute(name: str, value: str) -> str:
    """Return an attribute, a blank before it."""
    return f" {name}={quoteattr(legal(value))}"


def timestamp(now: datetime) -> str:
    """Return a time as the schemas want it: UTC, to the second."""
    return f"{now:%Y-%m-%dT%H:%M:%SZ}"


def search_reply(asked: GetRecords, found: Found, records: Iterable[bytes], now: datetime) -> Reply:
    """Return GetRecordsResponse (OGC 07-006r1, 10.8.5; OGC 12-176r7, 7.3.5)."""
    version, presentation = asked.presentation.version, asked.presentation
    returned = len(found.page.hits)
    results: dict[str, str] = {
        "numberOfRecordsMatched": str(found.page.number_matched),
        "numberOfRecordsReturned": str(returned),
        "nextRecord": str(found.next_record),
        "recordSchema": presentation.uri,
    }
    if not presentation.names:
        results["elementSet"] = presentation.element_set.value
    if version == "3.0.0":
        results["status"] = "none" if not returned else "subset" if found.next_record else "complete"
    prefix = _PREFIXES[version]
    head = (
        start_tag(version, "GetRecordsResponse", {"version": version})
        + ("" if asked.request_id is None else element(version, "RequestId", asked.request_id))
        + f"<{prefix}:SearchStatus{attribute('timestamp', timestamp(now))}/>"
        + f"<{prefix}:SearchResults{''.join(attribute(name, value) for name, value in results.items())}>"
    )
    tail = end_tag(version, "SearchResults") + end_tag(version, "GetRecordsResponse")
    return Reply(parts=(head.encode(), *records, tail.encode()), media_type=presentation.media_type)


def records_reply(version: str, records: Iterable[bytes], media_type: str) -> Reply:
    """Return GetRecordByIdResponse of 2.0.2 (OGC 07-006r1, 10.9.5), or in 3.0.0 the one record itself (OGC 12-176r7, 7.4.5)."""
    if version == "3.0.0":
        return Reply(parts=tuple(records), media_type=media_type)
    head, tail = start_tag(version, "GetRecordByIdResponse"), end_tag(version, "GetRecordByIdResponse")
    return Reply(parts=(head.encode(), *records, tail.encode()), media_type=media_type)


def acknowledgement(request: Request, url: str, now: datetime) -> Reply:
    """Return the Acknowledgement of a request that was to be validated alone (OGC 07-006r1, 10.8.4.1)."""
    version, request_id = request.version, request.text("requestId")
    if request.element is not None:
        echo = etree.tostring(request.element, encoding="UTF-8", xml_declaration=False, with_tail=False).decode()
    else:
        href = attribute("xlink:href", f"{url}?{request.echo}")
        echo = f'<ows:Get xmlns:ows="{NAMESPACES["ows"]}" xmlns:xlink="{NAMESPACES["xlink"]}" xlink:type="simple"{href}/>'
    prefix = _PREFIXES[version]
    text = (
        start_tag(version, "Acknowledgement", {"timeStamp": timestamp(now)})
        + f"<{prefix}:EchoedRequest>{echo}</{prefix}:EchoedRequest>"
        + ("" if request_id is None else element(version, "RequestId", request_id))
        + end_tag(version, "Acknowledgement")
    )
    return Reply(parts=(text.encode(),))


def in_soap(reply: Reply, soap: Soap) -> Reply:
    """Return a reply in an envelope; one that is no XML of ours as it is."""
    if not reply.is_xml:
        return reply
    head = f'<soap:Envelope xmlns:soap="{soap}"><soap:Body>'
    return replace(reply, parts=(head.encode(), *reply.parts, b"</soap:Body></soap:Envelope>"), media_type=_SOAP_TYPES[soap])


def fault(report: Reply, error: ServiceError, soap: Soap) -> Reply:
    """Return the SOAP fault that holds an exception report (SOAP 1.2 part 1, 5.4; OGC 07-006r1, 10.3.7)."""
    ours = error.code is ExceptionCode.NO_APPLICABLE_CODE and error.status >= 500
    reason = escape(legal(str(error)))
    if soap is Soap.SOAP_1_2:
        head = (
            f"<soap:Fault><soap:Code><soap:Value>soap:{'Receiver' if ours else 'Sender'}</soap:Value></soap:Code>"
            f'<soap:Reason><soap:Text xml:lang="en">{reason}</soap:Text></soap:Reason><soap:Detail>'
        )
        tail = "</soap:Detail></soap:Fault>"
    else:
        head = f"<soap:Fault><faultcode>soap:{'Server' if ours else 'Client'}</faultcode><faultstring>{reason}</faultstring><detail>"
        tail = "</detail></soap:Fault>"
    return in_soap(replace(report, parts=(head.encode(), *report.parts, tail.encode())), soap)
