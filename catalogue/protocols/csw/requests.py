"""What is asked, whatever its encoding: names with their values, as KVP writes them (OGC 07-006r1, 10.2.1; OGC 12-176r7, 6.5)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, TypeVar

from lxml import etree

from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError, missing
from mappings.xml import children, local_name

VERSIONS: Final = ("3.0.0", "2.0.2")
"""The versions that are spoken; the first is answered where none is asked for."""
MAX_VALUE: Final = 64 * 1024
"""Characters of one value; a filter in CQL or XML is the longest."""
_SHOWN: Final = 120
_BINDING: Final = re.compile(r"xmlns\(\s*(?:([\w.-]*)\s*[=,])?\s*([^()\s]*)\s*\)")
"""One binding of the parameter NAMESPACE: xmlns(prefix=uri), or xmlns(uri) for the default."""
_INTEGER: Final = re.compile(r"\+?[0-9]+")
_DIGITS: Final = 18
"""A number of more digits is read as the least of them: it is beyond all that there is."""


_T = TypeVar("_T")


class Soap(StrEnum):
    """The envelope a request came in, by its namespace."""

    SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
    SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as far as HTTP tells.

    Attributes:
        name: tells one asker from another.
        prefers_atom: whether Atom is what is accepted best.
        prefers_description: whether an OpenSearch description is what is accepted best.
        admitted: whether the caller may write.
        credentials: whether any were shown.
    """

    name: str = ""
    prefers_atom: bool = False
    prefers_description: bool = False
    admitted: bool = False
    credentials: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request.

    Attributes:
        version: the version it is answered in, one of VERSIONS.
        values: the values of each name, in small letters; an empty value is none.
        listed: whether the values of a list stand apart, as in XML; else they are parted by commas.
        namespaces: the prefixes that names in the request use; "" is the default.
        element: the request in XML; None for KVP.
        soap: the envelope it came in; None where it came in none.
        echo: the query string it came in; "" for XML.
        caller: who asks.
    """

    version: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listed: bool = False
    namespaces: Mapping[str, str] = field(default_factory=dict)
    element: etree._Element | None = None
    soap: Soap | None = None
    echo: str = ""
    caller: Caller = field(default_factory=Caller)

    def text(self, name: str) -> str | None:
        """Return the value of a parameter; None where it has none."""
        return next(iter(self.values.get(name.lower(), ())), None)

    def required(self, name: str) -> str:
        """Return the value of a parameter.

        Raises:
            ServiceError: it has none.
        """
        value = self.text(name)
        if value is None:
            raise missing(name)
        return value

    def many(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter that is a list; () where it has none."""
        values = self.values.get(name.lower(), ())
        parts = values if self.listed else (part for value in values[:1] for part in value.split(","))
        return tuple(stripped for part in parts if (stripped := part.strip()))

    def integer(self, name: str, default: int, least: int) -> int:
        """Return the value of a parameter that is a whole number from `least` on.

        Raises:
            ServiceError: it is none.
        """
        value = self.text(name)
        if value is None:
            return default
        if not _INTEGER.fullmatch(value) or (number := int(value) if len(value) <= _DIGITS else 10**_DIGITS) < least:
            raise ServiceError(f"{name} is a whole number from {least} on, not {shown(value)}", locator=name)
        return number

    def one_of(self, name: str, known: Mapping[str, _T], default: _T) -> _T:
        """Return what the value of a parameter stands for.

        Raises:
            ServiceError: the value is not known; the message names those that are.
        """
        value = self.text(name)
        if value is None:
            return default
        if value not in known:
            raise ServiceError(f"{name} is {' or '.join(known)}, not {shown(value)}", locator=name)
        return known[value]


def words_of(element: etree._Element) -> str:
    """Return the text of an element, without the blanks around it and the comments in it.

    Raises:
        ServiceError: it holds elements.
    """
    if next(children(element), None) is not None:
        raise ServiceError(f"{local_name(element)} holds text alone", locator=local_name(element))
    return "".join([element.text or "", *(comment.tail or "" for comment in element)]).strip()


def shown(value: str) -> str:
    """Return a value as it is shown in a message: quoted, not at length."""
    return repr(value[:_SHOWN])


def read_kvp(pairs: Iterable[tuple[str, str]], query_string: str = "") -> Request:
    """Return the request that names and values make (key-value pairs).

    Names may be in any case. Of a name that comes twice the first value counts; names that mean nothing are left alone.

    Raises:
        ServiceError: a value is longer than MAX_VALUE, or no version that is asked for is spoken here.
    """
    values: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if len(value) > MAX_VALUE:
            raise ServiceError(f"a value may have {MAX_VALUE:,} characters", locator=name[:_SHOWN])
        if value.strip() or name.lower() == "sections":  # the one parameter whose emptiness says something
            values.setdefault(name.lower(), (value.strip(),))
    request = Request(version=VERSIONS[0], values=values, namespaces=_bindings(values.get("namespace", ("",))[0]), echo=query_string)
    return replace(request, version=negotiated(request.many("AcceptVersions"), request.text("version")))


def negotiated(accepted: tuple[str, ...], asked: str | None) -> str:
    """Return the version to answer in: the first of the accepted ones that is spoken (OGC 06-121r9, 7.3.2), else the one asked for.

    Raises:
        ServiceError: none of the accepted ones is spoken.
    """
    if accepted:
        for version in accepted:
            if version in VERSIONS:
                return version
        raise ServiceError(
            f"none of the versions {shown(', '.join(accepted))} is spoken here; {' and '.join(VERSIONS)} are",
            code=ExceptionCode.VERSION_NEGOTIATION_FAILED,
            locator="AcceptVersions",
        )
    return asked if asked in VERSIONS else VERSIONS[0]


def _bindings(text: str) -> dict[str, str]:
    return {prefix or "": uri for prefix, uri in _BINDING.findall(text)}
