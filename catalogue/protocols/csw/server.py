"""pycsw, and the one module that knows it: it checks what every request must say, dispatches, and describes the service.

A `Csw` is made for each request, since pycsw changes it while it works; a configuration is made once. pycsw's own readers of requests and
filters, its queries, its record writers, its OpenSearch, SRU and OAI-PMH are never reached.
"""

import configparser
import logging
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import urljoin

from lxml import etree

from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError, missing
from catalogue.protocols.csw.filtering import FILTER_1_1, FILTER_2_0
from catalogue.protocols.csw.operations import BY_GET_ALONE, BY_POST_ALONE, operations, record_constraints, service_constraints
from catalogue.protocols.csw.replies import Reply
from catalogue.protocols.csw.requests import VERSIONS, Request
from catalogue.protocols.csw.typenames import METADATA, METADATA_3, RECORD
from mappings.xml import NAMESPACES, children, legal, local_name

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pycsw imports pkg_resources, about whose deprecation nobody here can do anything
    from pycsw.ogc.csw.csw2 import Csw2
    from pycsw.ogc.csw.csw3 import Csw3
    from pycsw.server import Csw

logging.getLogger("pycsw").setLevel(logging.CRITICAL)  # it logs as errors of ours what askers do wrong

Answer = Callable[[Request], Reply]
"""Answers one operation, or raises what is reported."""

_BASICS: Final = ("service", "version", "request", "acceptversions")
"""What pycsw looks at."""
_HOME: Final = "http://schemas.opengis.net"
_GMD: Final = "iso/19139/20060504/gmd/metadataEntity.xsd"
_MDB: Final = "https://schemas.isotc211.org/19115/-3/mdb/2.0/mdb.xsd"
_XSD: Final = "http://www.w3.org/2001/XMLSchema"
UPDATE_SEQUENCE: Final = "update-sequence"
"""Stands in a Capabilities document where its updateSequence is to stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the service says of itself.

    Attributes:
        url: its address.
        home: that of the catalogue's pages.
        title: a short name.
        abstract: what it is, in a sentence.
        provider: who runs it.
        contact: their e-mail address.
        writable: whether there are transactions.
    """

    url: str
    home: str
    title: str
    abstract: str
    provider: str
    contact: str
    writable: bool


class Dispatcher:
    """Has pycsw dispatch requests to what answers them.

    Args:
        about: what the service says of itself.
        answers: what answers GetCapabilities, DescribeRecord, GetDomain, GetRecords, GetRecordById, GetRepositoryItem, Transaction.
    """

    def __init__(self, about: About, answers: Mapping[str, Answer]) -> None:
        self._about = about
        self._answers = answers
        self._config = _configuration(about)

    def answer(self, request: Request) -> Reply:
        """Return the reply to a request.

        Raises:
            CatalogueError: it cannot be answered.
        """
        versioned = _model(request.version, writable=True)["operations"].keys() - {"GetCapabilities"}
        if request.text("request") in versioned and request.text("service") and request.text("version") is None:
            raise missing("version")
        reply: Reply = self._server(request).dispatch()
        return reply

    def report(self, error: ServiceError, version: str) -> Reply:
        """Return the exception report on an error."""
        tree = self._server(Request(version=version)).iface.report(error)
        etree.cleanup_namespaces(tree)
        return Reply(parts=(etree.tostring(tree, encoding="UTF-8", xml_declaration=False),), status=error.status, headers=error.headers)

    def capabilities(self, version: str) -> etree._Element:
        """Return the whole Capabilities document; its updateSequence is left to be filled in."""
        iface = self._server(Request(version=version)).iface
        return _mended(iface.written_capabilities(), version)

    def described(self, types: Sequence[str]) -> etree._Element:
        """Return DescribeRecordResponse (CSW 2.0.2) with the schemas of these types; no types for all."""
        server = self._server(Request(version="2.0.2"))
        server.kvp = {"typename": RECORD}
        tree: etree._Element = server.iface.written_description()
        for component in list(tree) if types and RECORD not in types else ():
            tree.remove(component)
        for component in tree:
            _absolute(component[0], f"{_HOME}/csw/2.0.2/record.xsd")
        if not types or METADATA in types:
            path = Path(server.context.pycsw_home) / "plugins/profiles/apiso/schemas/ogc" / _GMD
            _component(tree, "gmd").append(_absolute(etree.parse(path).getroot(), f"{_HOME}/{_GMD}"))
        if not types or METADATA_3 in types:  # of which pycsw brings no schema: where it is has to do
            schema = etree.SubElement(_component(tree, "mdb"), f"{{{_XSD}}}schema", targetNamespace=NAMESPACES["mdb"])
            etree.SubElement(schema, f"{{{_XSD}}}include", schemaLocation=_MDB)
        return tree

    def _server(self, request: Request) -> "_Server":
        return _Server(request, self._config, self._about, self._answers)


class Repository:
    """The repository that pycsw asks for what can be asked; the records themselves it never sees."""

    dbtype = "none"
    queryables: ClassVar[Mapping[str, object]] = {"_all": {}, **record_constraints()}

    def __init__(self, _context: object, _filter: object = None) -> None:
        """Take what pycsw gives, and need none of it."""

    def query_insert(self, direction: str = "max") -> str:
        """Return no date: what pycsw makes of it is replaced."""
        return direction


class _Server(Csw):  # type: ignore[misc] # pycsw has no types
    """pycsw for one request."""

    def __init__(self, request: Request, config: configparser.ConfigParser, about: About, answers: Mapping[str, Answer]) -> None:
        self._request = request
        self._about = about
        self._answers = answers
        super().__init__(rtconfig=config, env={"QUERY_STRING": ""}, version=request.version)
        self.outputschemas: dict[str, object] = {}
        self.requesttype = "GET"
        self.kvp = {name: value for name in _BASICS if (value := request.text(name)) is not None}
        if "acceptversions" in self.kvp:
            self.kvp["acceptversions"] = request.version

    @property
    def iface(self) -> Any:  # noqa: ANN401 (pycsw has no types)
        """What answers the operations: ours, whatever pycsw assigns."""
        return self._iface

    @iface.setter
    def iface(self, assigned: object) -> None:
        self._iface = _Iface2(self) if isinstance(assigned, Csw2) else _Iface3(self)

    def answered(self, operation: str) -> Reply:
        """Return the reply of one operation."""
        return self._answers[operation](self._request)

    def prepare(self) -> None:
        """Make ready for writing what describes the service, as `dispatch` does before it answers."""
        self._gen_manager()
        self.repository = Repository(self.context)
        self.context.namespaces["mdb"] = NAMESPACES["mdb"]  # a prefix that the names of types use, and pycsw does not know

    def _gen_manager(self) -> None:
        self.context.model = _model(self.request_version, writable=self._about.writable)

    def _write_response(self) -> object:
        return self.response


class _Iface:
    """The operations of either version, answered by ours; what they cannot answer is raised."""

    parent: _Server

    def getcapabilities(self) -> Reply:
        return self.parent.answered("GetCapabilities")

    def describerecord(self) -> Reply:
        return self.parent.answered("DescribeRecord")

    def getdomain(self) -> Reply:
        return self.parent.answered("GetDomain")

    def getrecords(self) -> Reply:
        return self.parent.answered("GetRecords")

    def getrecordbyid(self, raw: bool = False) -> Reply:  # noqa: FBT001, FBT002 (as pycsw declares it)
        return self.parent.answered("GetRepositoryItem" if raw else "GetRecordById")

    def getrepositoryitem(self) -> Reply:
        return self.parent.answered("GetRepositoryItem")

    def transaction(self) -> Reply:
        return self.parent.answered("Transaction")

    def exceptionreport(self, code: str, locator: str, text: str) -> None:
        raise ServiceError(" ".join(text.split()), code=ExceptionCode(code), locator=locator)


class _Iface2(_Iface, Csw2):  # type: ignore[misc] # pycsw has no types
    def report(self, error: ServiceError) -> etree._Element:
        return _located(Csw2.exceptionreport(self, error.code.value, legal(error.locator or ""), legal(str(error))))

    def written_capabilities(self) -> etree._Element:
        self.parent.prepare()
        written: etree._Element = Csw2.getcapabilities(self)
        return written

    def written_description(self) -> etree._Element:
        self.parent.prepare()
        written: etree._Element = Csw2.describerecord(self)
        return written


class _Iface3(_Iface, Csw3):  # type: ignore[misc] # pycsw has no types
    def report(self, error: ServiceError) -> etree._Element:
        return _located(Csw3.exceptionreport(self, error.code.value, legal(error.locator or ""), legal(str(error))))

    def written_capabilities(self) -> etree._Element:
        self.parent.prepare()
        written: etree._Element = Csw3.getcapabilities(self)
        return written

    def _write_allowed_values(self, values: Sequence[str]) -> etree._Element:
        """Return ows:AllowedValues in the order of the values: of output schemas the first is the default."""
        allowed = etree.Element(f"{{{NAMESPACES['ows20']}}}AllowedValues")
        for value in values:
            etree.SubElement(allowed, f"{{{NAMESPACES['ows20']}}}Value").text = value
        return allowed


@cache
def _model(version: str, *, writable: bool) -> dict[str, Any]:
    """Return the operations as pycsw's model has them. It is shared, and nothing that is reached here changes it."""
    found = operations(version, writable=writable)
    described = {
        name: {
            "methods": {"get": name not in BY_POST_ALONE, "post": name not in BY_GET_ALONE},
            "parameters": {parameter: {"values": list(values)} for parameter, values in parameters.items()},
            "constraints": {},
        }
        for name, parameters in found.items()
    }
    return {
        "operations_order": list(found),
        "operations": described,
        "parameters": {"version": {"values": list(reversed(VERSIONS))}, "service": {"values": ["CSW"]}},
        "constraints": {name: {"values": values} for name, values in service_constraints(version, writable=writable).items()},
        "typenames": {},
    }


def _configuration(about: About) -> configparser.ConfigParser:
    """Return pycsw's configuration. What is empty in it is taken out of the document afterwards."""
    parser = configparser.ConfigParser(interpolation=None)
    told = (
        *("contact_name", "contact_position", "contact_phone", "contact_fax", "contact_address", "contact_city"),
        *("contact_country", "contact_stateorprovince", "contact_postalcode", "contact_hours", "contact_instructions"),
    )
    parser["server"] = {"url": about.url, "language": "en", "encoding": "UTF-8"}
    parser["repository"] = {"source": f"{__name__}.{Repository.__name__}", "table": "records"}
    parser["metadata:main"] = {
        **dict.fromkeys(told, ""),
        "identification_title": about.title,
        "identification_abstract": about.abstract,
        "identification_keywords": "catalogue,discovery,metadata",
        "identification_keywords_type": "theme",
        "identification_fees": "NONE",
        "identification_accessconstraints": "NONE",
        "provider_name": about.provider,
        "provider_url": about.home,
        "contact_email": about.contact,
        "contact_url": about.home,
        "contact_role": "pointOfContact",
    }
    return parser


def _mended(root: etree._Element, version: str) -> etree._Element:
    """Return a Capabilities document of pycsw's with our filters, without elements that say nothing, ready for its updateSequence."""
    for child in children(root):
        if local_name(child) == "Filter_Capabilities":
            root.replace(child, etree.fromstring(FILTER_1_1 if version == "2.0.2" else FILTER_2_0))
        else:
            _prune(child)
    root.set("updateSequence", UPDATE_SEQUENCE)
    return root


def _prune(element: etree._Element) -> None:
    """Take out the elements that have neither text nor attributes, from the inside out."""
    for child in list(children(element)):
        _prune(child)
        if not len(child) and not child.attrib and not (child.text or "").strip():
            element.remove(child)


def _component(described: etree._Element, prefix: str) -> etree._Element:
    """Append a component, to hold the schema of a namespace, to DescribeRecordResponse; return it."""
    component = etree.SubElement(described, f"{{{NAMESPACES['csw']}}}SchemaComponent", schemaLanguage="XMLSCHEMA")
    component.set("targetNamespace", NAMESPACES[prefix])
    return component


def _absolute(schema: etree._Element, address: str) -> etree._Element:
    """Return a schema that names the others it needs by their addresses: apart from its folder, it could not be used else."""
    for reference in schema.iter("{*}include", "{*}import"):
        location = reference.get("schemaLocation")
        if location is not None:
            reference.set("schemaLocation", urljoin(address, location))
    return schema


def _located(report: etree._Element) -> etree._Element:
    """Return an exception report without a locator that names nothing."""
    for exception in children(report):
        if exception.get("locator") == "":
            del exception.attrib["locator"]
    return report
