"""Requests in XML, alone or in a SOAP envelope, read into the names and values that KVP has for the same.

Elements and attributes are named as the schemas name them, in either version. What stands beside them in CSW's namespace is refused:
a misspelled constraint that nobody sees would answer with the whole catalogue.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from lxml import etree

from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError, missing
from catalogue.protocols.csw.requests import VERSIONS, Request, Soap, negotiated, shown, words_of
from mappings.xml import NAMESPACES, children, local_name, namespace, parse_xml
from records.errors import FormatError

_HEAD: Final = 2000
"""An envelope is named within so many bytes."""
_SPOKEN: Final = {NAMESPACES["csw"]: "2.0.2", NAMESPACES["csw30"]: "3.0.0"}
_OWS: Final = {NAMESPACES["ows"], NAMESPACES["ows20"], "http://www.opengis.net/ows/1.1"}
_FILTER: Final = {"http://www.opengis.net/ogc", "http://www.opengis.net/fes/2.0"}

_LISTS: Final = {"AcceptVersions": "Version", "Sections": "Section", "AcceptFormats": "OutputFormat", "AcceptLanguages": "Language"}
_CHILDREN: Final[Mapping[str, AbstractSet[str]]] = {
    "GetCapabilities": frozenset(_LISTS),
    "DescribeRecord": {"TypeName"},
    "GetDomain": {"PropertyName", "ParameterName", "ValueReference"},
    "GetRecords": {"DistributedSearch", "ResponseHandler", "Query"},
    "GetRecordById": {"Id", "ElementSetName"},
    "GetRepositoryItem": {"Id"},
}
"""The elements of each operation; those of others are not looked at here."""
_REPEATED: Final = {
    *("Version", "Section", "OutputFormat", "Language", "ResponseHandler"),
    *("Id", "TypeName", "ElementName", "PropertyName", "ParameterName", "ValueReference", "SortProperty"),
}
"""Elements that stand more than once beside each other."""
_OF_QUERY: Final = {"ElementSetName", "ElementName", "Constraint", "SortBy"}
_NOT_HEEDED: Final = {"DistributedSearch", "ResponseHandler", "AcceptLanguages"}
"""There is no federation, every answer is given at once, and in one language."""


def looks_like(content: bytes) -> tuple[str, Soap | None]:
    """Return the version and the envelope that a body looks to have: it is told in them that it cannot be read."""
    version = "2.0.2" if NAMESPACES["csw"].encode() in content else VERSIONS[0]
    return version, next((soap for soap in Soap if soap.encode() in content[:_HEAD]), None)


def read_xml(content: bytes) -> Request:
    """Return the request that an XML document is.

    Raises:
        ServiceError: it is no XML, has a document type, is no request of CSW, or holds what such a request does not.
    """
    try:
        root = parse_xml(content)
    except FormatError as error:
        raise ServiceError(str(error), code=ExceptionCode.NO_APPLICABLE_CODE, locator="request") from error
    soap = Soap(namespace(root)) if namespace(root) in set(Soap) and local_name(root) == "Envelope" else None
    return _request(_body(root, soap) if soap else root, soap)


def _body(envelope: etree._Element, soap: Soap) -> etree._Element:
    body = envelope.find(f"{{{soap}}}Body")
    request = None if body is None else next(children(body), None)
    if request is None:
        raise ServiceError("the SOAP envelope has no Body with a request", locator="request")
    return request


def _request(element: etree._Element, soap: Soap | None) -> Request:
    version = _SPOKEN.get(namespace(element))
    if version is None:
        what = f"{{{namespace(element)}}}{local_name(element)}"
        raise ServiceError(f"no request of CSW: the root element is {shown(what)}", locator="request")
    values = _values(element)
    if local_name(element) == "GetCapabilities":
        version = negotiated(values.get("acceptversions", ()), values.get("version", (version,))[0])
    elif values.get("version", VERSIONS)[0] in VERSIONS:
        values["version"] = (version,)  # GDAL writes the version of the capabilities into requests of 2.0.2
    return Request(
        version=version,
        values={name: kept for name, found in values.items() if (kept := tuple(v for v in found if v)) or name == "sections"},
        listed=True,
        namespaces=_bindings(element),
        element=element,
        soap=soap,
    )


def _values(element: etree._Element) -> dict[str, tuple[str, ...]]:
    operation = local_name(element)
    values: dict[str, tuple[str, ...]] = {"request": (operation,), "service": ("CSW",)}
    values |= {str(name).lower(): (str(value).strip(),) for name, value in element.attrib.items() if not str(name).startswith("{")}
    if operation not in _CHILDREN:
        return values
    for child in _known(element, _CHILDREN[operation]):
        name = local_name(child)
        if name == "Query":
            values |= _of_query(child)
        elif name in _LISTS:
            values[name.lower()] = tuple(words_of(item) for item in _known(child, {_LISTS[name]}))
        elif name not in _NOT_HEEDED:
            values[name.lower()] = (*values.get(name.lower(), ()), words_of(child))
    if operation == "GetRecords" and "typenames" not in values:
        raise missing("Query" if element.find("{*}Query") is None else "typeNames")
    return values


def _of_query(query: etree._Element) -> dict[str, tuple[str, ...]]:
    values = {"typenames": tuple(query.get("typeNames", "").split())} if query.get("typeNames") else {}
    for child in _known(query, _OF_QUERY):
        match local_name(child):
            case "SortBy":
                values["sortby"] = tuple(_sort_keys(child))
            case "Constraint":
                pass  # read by `constraints`, as the tree it is
            case name:
                values[name.lower()] = (*values.get(name.lower(), ()), words_of(child))
    return values


def _sort_keys(element: etree._Element) -> Iterator[str]:
    """Yield the keys as KVP writes them, "dc:title:A"."""
    for key in _known(element, {"SortProperty"}):
        parts = [(local_name(part), words_of(part)) for part in _known(key, {"PropertyName", "ValueReference", "SortOrder"})]
        names = [text for name, text in parts if name != "SortOrder" and text]
        if not names:
            raise missing("SortBy")
        if len(names) > 1:
            raise ServiceError(f"a SortProperty names one property, not {len(names)}", locator="SortBy")
        yield f"{names[0]}:{next((text for name, text in parts if name == 'SortOrder' and text), 'ASC')}"


def _known(element: etree._Element, names: AbstractSet[str]) -> Iterator[etree._Element]:
    """Yield the child elements, all of which have one of these names and a namespace of CSW, OWS or filters.

    What says something once stands once: to heed one of two would answer another question.
    """
    seen: set[str] = set()
    for child in children(element):
        name = local_name(child)
        if name in seen:
            raise ServiceError(f"{local_name(element)} holds one {name}, not several", locator=name)
        if name not in _REPEATED:
            seen.add(name)
        if name not in names or namespace(child) not in _SPOKEN.keys() | _OWS | _FILTER:
            allowed = ", ".join(sorted(names))
            what = f"{{{namespace(child)}}}{name}"
            raise ServiceError(f"{local_name(element)} holds {allowed}, not {shown(what)}", locator=local_name(element))
        yield child


def _bindings(element: etree._Element) -> dict[str, str]:
    """Return the prefixes that names in the request use: those of its Query, where there is one."""
    query = element.find("{*}Query")
    return {prefix or "": uri for prefix, uri in (element if query is None else query).nsmap.items()}
