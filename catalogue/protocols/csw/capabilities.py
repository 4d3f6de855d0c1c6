"""GetCapabilities and DescribeRecord: what the service says of itself (OGC 07-006r1, 10.5 and 10.6; OGC 12-176r7, 7.1)."""

from collections.abc import Callable
from typing import Final

from lxml import etree

from catalogue.protocols.csw.exceptions import ExceptionCode, ServiceError
from catalogue.protocols.csw.operations import CAPABILITIES_FORMATS, SCHEMA_LANGUAGES, SECTIONS
from catalogue.protocols.csw.presenting import OUTPUT_FORMATS
from catalogue.protocols.csw.replies import Reply, document
from catalogue.protocols.csw.requests import Request, shown
from catalogue.protocols.csw.server import UPDATE_SEQUENCE, Dispatcher
from catalogue.protocols.csw.typenames import type_named
from catalogue.service import Catalogue
from mappings.xml import children, local_name

_MICRO: Final = 1_000_000


class Descriptions:
    """The documents that describe the service. They hang on the program alone, and are made when they are first asked for."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], bytes] = {}

    def capabilities(self, dispatcher: Dispatcher, catalogue: Catalogue, request: Request) -> Reply:
        """Return the Capabilities document, or the sections of it that are asked for.

        Raises:
            ServiceError: a section is not known, no format that is accepted is there, or a state is asked for that never was.
            EngineError: the engine cannot answer.
        """
        version = request.version
        sections = _sections(request)
        media_type = _media_type(request)
        updated = catalogue.engine.statistics().updated
        sequence = 0 if updated is None else int(updated.timestamp() * _MICRO)
        known = request.integer("updateSequence", -1, 0)
        if known > sequence:
            message = f"updateSequence is {sequence} now, and was never {known}"
            raise ServiceError(message, code=ExceptionCode.INVALID_UPDATE_SEQUENCE, locator="updateSequence")
        if known == sequence:
            sections = ()
        content = self._once((version, *sections), lambda: _pruned(dispatcher.capabilities(version), sections))
        return Reply(parts=(content.replace(UPDATE_SEQUENCE.encode(), str(sequence).encode(), 1),), media_type=media_type)

    def description(self, dispatcher: Dispatcher, request: Request) -> Reply:
        """Return DescribeRecordResponse.

        Raises:
            ServiceError: a type, a schema language or a format is not known.
        """
        types = tuple(sorted({type_named(name, request, "typeName", qualified=True) for name in request.many("typeName")}))
        request.one_of("schemaLanguage", {name: name for name in SCHEMA_LANGUAGES}, SCHEMA_LANGUAGES[0])
        formats = OUTPUT_FORMATS["2.0.2"]
        media_type = request.one_of("outputFormat", {name: name for name in formats}, formats[0])
        return Reply(parts=(self._once(("types", *types), lambda: dispatcher.described(types)),), media_type=media_type)

    def _once(self, key: tuple[str, ...], make: Callable[[], etree._Element]) -> bytes:
        if key not in self._made:
            (self._made[key],) = document(make()).parts
        return self._made[key]


def _sections(request: Request) -> tuple[str, ...]:
    """Return the sections that are asked for, in the standard's order."""
    known = SECTIONS[request.version]
    asked = request.many("sections")
    unknown = next((name for name in asked if name not in known), None)
    if unknown is not None:
        raise ServiceError(f"there is no section {shown(unknown)}; there are {', '.join(known)}", locator="sections")
    everything = not asked if request.version == "3.0.0" else "sections" not in request.values
    return tuple(name for name in known if everything or "All" in asked or name in asked)


def _media_type(request: Request) -> str:
    """Return the first of the accepted formats that is there.

    Where none is, 2.0.2 wants the document in XML all the same (OGC 05-008, 7.3.5), and 3.0 an exception (OGC 06-121r9, table 5).
    """
    asked = request.many("acceptFormats")
    found = next((name for name in asked if name in CAPABILITIES_FORMATS), None)
    if found is None and asked and request.version == "3.0.0":
        known = " and ".join(CAPABILITIES_FORMATS)
        raise ServiceError(f"there is no format {shown(asked[0])}; there are {known}", locator="acceptFormats")
    return found or "application/xml"


def _pruned(root: etree._Element, sections: tuple[str, ...]) -> etree._Element:
    """Return a document with these sections alone; the schema of 2.0.2 wants the filters always."""
    kept = {*sections, *(("Filter_Capabilities",) if root.get("version") == "2.0.2" else ())}
    for child in list(children(root)):
        if local_name(child) not in kept:
            root.remove(child)
    return root
