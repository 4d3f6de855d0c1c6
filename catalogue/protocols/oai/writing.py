"""Answers as XML, put together as bytes: the records of a page are stored documents, and none of them is parsed for it.

The elements of OAI-PMH stand in a default namespace, but for `oai:metadata`, which has the prefix and no default namespace: so the
elements of a stored document that have no prefix keep the namespace they have.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from catalogue.engines.base import Header
from catalogue.protocols.oai.asking import Asked, ProtocolError
from catalogue.protocols.oai.datestamps import datestamp
from catalogue.protocols.oai.identifiers import Names, is_uri
from catalogue.protocols.oai.sets import specs_of
from mappings.xml import legal

_START: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:oai="http://www.openarchives.org/OAI/2.0/"'
    b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    b' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
)
_END: Final = b"\n</OAI-PMH>\n"
_IDENTIFIER_NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai-identifier"


def text_element(name: str, text: str, **attributes: str | int) -> bytes:
    """Return an element that holds text."""
    return f"<{name}{_attributes(attributes)}>{_escaped(text)}</{name}>".encode()


def element(name: str, parts: Iterable[bytes], **attributes: str) -> bytes:
    """Return an element that holds elements."""
    return b"".join([f"<{name}{_attributes(attributes)}>".encode(), *parts, f"</{name}>".encode()])


def _attributes(attributes: dict[str, str] | dict[str, str | int]) -> str:
    return "".join(f' {name}="{_escaped(str(value))}"' for name, value in attributes.items())


def _escaped(text: str) -> str:
    return escape(legal(text)).replace("\r", "&#13;").replace("\n", "&#10;").replace("\t", "&#9;")


def document(base_url: str, now: str, body: bytes, asked: Asked | None) -> bytes:
    """Return a whole answer.

    Args:
        base_url: of the door.
        now: when it is given, a datestamp.
        body: what it holds: the element named like the verb, or an error.
        asked: whose arguments the `request` element repeats; None for badVerb and badArgument, which repeat none (3.2).
    """
    repeated = {"verb": asked.verb.value, **asked.arguments} if asked else {}
    if not is_uri(repeated.get("identifier", "a:b")):
        del repeated["identifier"]  # the schema wants a URI there, and what was asked for need not be one
    return b"".join([_START, text_element("responseDate", now), text_element("request", base_url, **repeated), b"\n", body, _END])


def error(problem: ProtocolError) -> bytes:
    """Return the element that tells what is wrong."""
    return text_element("error", str(problem), code=problem.code.value)


def header(described: Header, names: Names) -> bytes:
    """Return the header of a record or a tombstone (2.5)."""
    parts = [text_element("identifier", names.of(described.identifier)), text_element("datestamp", datestamp(described.changed))]
    parts += [text_element("setSpec", spec) for spec in specs_of(described)]
    return element("header", parts, **({"status": "deleted"} if described.deleted else {}))


def record(described: Header, names: Names, metadata: bytes | None) -> bytes:
    """Return a record with its metadata, a root element as UTF-8; None for a tombstone, which has none."""
    inside = [] if metadata is None else [b'<oai:metadata xmlns="">', metadata, b"</oai:metadata>"]
    return b"".join([b"<record>", header(described, names), *inside, b"</record>\n"])


def identifier_scheme(repository: str, sample: str) -> bytes:
    """Return the description of Identify that tells how identifiers are made (the oai-identifier guidelines)."""
    location = f"{_IDENTIFIER_NAMESPACE} {_IDENTIFIER_NAMESPACE}.xsd"
    parts = {"scheme": "oai", "repositoryIdentifier": repository, "delimiter": ":", "sampleIdentifier": sample}
    inside = (text_element(name, text) for name, text in parts.items())
    scheme = element("oai-identifier", inside, **{"xmlns": _IDENTIFIER_NAMESPACE, "xsi:schemaLocation": location})
    return element("description", [scheme])
