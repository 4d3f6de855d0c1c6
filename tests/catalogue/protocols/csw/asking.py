"""Requests at the CSW door, and what is looked at in the answers."""

import re
from collections.abc import Iterator
from typing import Final

from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from mappings.xml import NAMESPACES, children, local_name, parse_xml

SPACES: Final = {
    **NAMESPACES,
    "atom": "http://www.w3.org/2005/Atom",
    "os": "http://a9.com/-/spec/opensearch/1.1/",
    "soap": "http://www.w3.org/2003/05/soap-envelope",
    "soap11": "http://schemas.xmlsoap.org/soap/envelope/",
    "georss": "http://www.georss.org/georss",
}
GMD: Final = NAMESPACES["gmd"]
MDB: Final = NAMESPACES["mdb"]
DIF: Final = NAMESPACES["dif"]
ATOM: Final = SPACES["atom"]
CSW: Final = {"2.0.2": NAMESPACES["csw"], "3.0.0": NAMESPACES["csw30"]}
FILTERS: Final = {"2.0.2": "http://www.opengis.net/ogc", "3.0.0": "http://www.opengis.net/fes/2.0"}
_SHORT: Final = re.compile(r"urn:uuid:([0-9a-f]{8})-[0-9a-f-]{27}")


def get(client: FlaskClient, version: str = "2.0.2", operation: str = "GetRecords", **parameters: str) -> TestResponse:
    """Ask in KVP; GetRecords for results, whichever version."""
    asked = {"service": "CSW", "version": version, "request": operation}
    if operation == "GetRecords":
        asked |= {"typeNames": "Record", "resultType": "results"}
    return client.get("/csw", query_string=asked | parameters)


def xml(version: str, operation: str, inner: str = "", **attributes: str) -> str:
    """Return a request in XML; `inner` uses the prefixes `c` for CSW, `f` for filters, `o` for OWS."""
    ows = NAMESPACES["ows" if version == "2.0.2" else "ows20"]
    said = {"service": "CSW", **attributes} if operation == "GetCapabilities" else {"service": "CSW", "version": version, **attributes}
    written = "".join(f' {name}="{value}"' for name, value in said.items())
    return (
        f'<c:{operation} xmlns:c="{CSW[version]}" xmlns:f="{FILTERS[version]}" xmlns:o="{ows}" xmlns:gml="{SPACES["gml31"]}"'
        f' xmlns:csw="{CSW[version]}" xmlns:dc="{SPACES["dc"]}" xmlns:gmd="{GMD}" xmlns:mdb="{MDB}"{written}>{inner}</c:{operation}>'
    )


def query(inner: str = "", *, names: str = "csw:Record", elements: str = "<c:ElementSetName>brief</c:ElementSetName>") -> str:
    """Return the Query of a GetRecords request."""
    return f'<c:Query typeNames="{names}">{elements}{inner}</c:Query>'


def filtered(version: str, condition: str) -> str:
    """Return a Constraint with a filter; `condition` writes the name of a property as <p>name</p>."""
    name = "PropertyName" if version == "2.0.2" else "ValueReference"
    named = condition.replace("<p>", f"<f:{name}>").replace("</p>", f"</f:{name}>")
    return f'<c:Constraint version="1.1.0"><f:Filter>{named}</f:Filter></c:Constraint>'


def post(client: FlaskClient, body: str | bytes, *, media_type: str = "application/xml", token: str | None = None) -> TestResponse:
    """Ask in XML."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return client.post("/csw", data=body, content_type=media_type, headers=headers)


def in_soap(body: str, namespace: str = SPACES["soap"]) -> str:
    """Return a request in an envelope."""
    return f'<s:Envelope xmlns:s="{namespace}"><s:Body>{body}</s:Body></s:Envelope>'


def root_of(response: TestResponse) -> etree._Element:
    """Return the root of an answer, which must be XML."""
    return parse_xml(response.data)


def found(response: TestResponse) -> list[str]:
    """Return the identifiers of the records of an answer, those of CITE by their first eight digits."""
    root = root_of(response)
    assert response.status_code == 200, response.text
    return [short(identifier) for record in records_of(root) if (identifier := identifier_of(record)) is not None]


def records_of(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the records of an answer."""
    results = root.find(".//{*}SearchResults")
    if results is not None:
        yield from children(results)
    elif local_name(root) == "GetRecordByIdResponse":
        yield from children(root)
    elif local_name(root) == "feed":
        yield from root.iterfind("atom:entry", SPACES)
    else:
        yield root


def identifier_of(record: etree._Element) -> str | None:
    """Return the identifier of a record in any output schema."""
    for path in ("dc:identifier", "gmd:fileIdentifier/*", "mdb:metadataIdentifier/*/mcc:code/*", "dif:Entry_ID/dif:Short_Name"):
        text = record.findtext(path, namespaces=SPACES)
        if text:
            return text
    return None


def short(identifier: str) -> str:
    """Return the first eight digits of a CITE record's identifier; any other as it is."""
    match = _SHORT.fullmatch(identifier)
    return match[1] if match else identifier


def counts(response: TestResponse) -> tuple[int, int, int]:
    """Return matched, returned and next of a GetRecords answer."""
    results = root_of(response).find(".//{*}SearchResults")
    assert results is not None, response.text
    names = ("numberOfRecordsMatched", "numberOfRecordsReturned", "nextRecord")
    return tuple(int(results.attrib[name]) for name in names)  # type: ignore[return-value] # three names, three numbers


def outline(response: TestResponse) -> str:
    """Return an answer in one line: status, root, and what it is about."""
    root = root_of(response)
    name = etree.QName(root)
    prefix = next((known for known, uri in SPACES.items() if uri == name.namespace), "?")
    return f"{response.status_code} {prefix}:{name.localname}{_about(root)}"


def _about(root: etree._Element) -> str:  # noqa: PLR0911 (one line a kind of answer)
    match local_name(root):
        case "GetRecordsResponse":
            results = root.find("{*}SearchResults")
            assert results is not None
            said = "/".join(results.get(key, "") for key in ("numberOfRecordsMatched", "numberOfRecordsReturned", "nextRecord"))
            return f" {said} {results.get('elementSet', '-')}:{_listed(children(results))}"
        case "GetRecordByIdResponse":
            return f":{_listed(children(root))}"
        case "feed":
            said = "/".join(root.findtext(f"os:{key}", "", SPACES) for key in ("totalResults", "startIndex", "itemsPerPage"))
            return f" {said}:{_listed(root.iterfind('atom:entry', SPACES))}"
        case "ExceptionReport":
            return "".join(f" {each.get('exceptionCode')} {each.get('locator', '-')}" for each in children(root))
        case "Envelope":
            body = root[0][0]
            inner = next(iter(body.iter("{*}ExceptionReport", "{*}GetRecordsResponse", "{*}Capabilities")), body)
            return f" {local_name(body)}{_about(inner)}"
        case "Capabilities":
            return f" {root.get('version')}: {' '.join(local_name(section) for section in children(root))}"
        case "GetDomainResponse":
            return "".join(f" {_domain(values)}" for values in children(root))
        case "DescribeRecordResponse":
            return "".join(f" {component.get('targetNamespace')}" for component in children(root))
        case "Acknowledgement":
            return f" {local_name(root[0][0])}"
        case _:
            return f" {short(identifier_of(root) or '')}"


def _domain(values: etree._Element) -> str:
    inner = list(children(values))
    said = [text.text or "" for text in inner[1]] if len(inner) > 1 else []
    return f"{inner[0].text}={'|'.join(said)}"


def _listed(records: Iterator[etree._Element]) -> str:
    return "".join(f" {local_name(record)} {short(identifier_of(record) or '')}" for record in records)
