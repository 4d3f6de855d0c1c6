"""A CSW as harvesters ask it: what it can, its records by position, its records by identifier.

OWSLib writes what is asked; it would read the answers too leniently: half an answer must not look like a whole one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from lxml import etree
from owslib import fes, fes2
from owslib.util import clean_ows_url

from harvesters.cutting import documents
from harvesters.errors import Fault, HarvestError
from harvesters.identifying import identifier_of
from harvesters.web import Answer, Session
from mappings.xml import children, local_name, namespace, parse_xml
from records.errors import FormatError

CSW2: Final = "http://www.opengis.net/cat/csw/2.0.2"
CSW3: Final = "http://www.opengis.net/cat/csw/3.0"
_PREFERRED: Final = (
    "http://standards.iso.org/iso/19115/-3/mdb/2.0",
    "http://www.isotc211.org/2005/gmd",
    "http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/",
)
"""Output schemas, the one that carries most first. None of them: the catalogue's own csw:Record."""
_XML: Final = {"Content-Type": "application/xml", "Accept": "application/xml, text/xml;q=0.9, */*;q=0.1"}
_ANSWERS: Final = frozenset({200, 400, 404, 500, 501})
"""Statuses with which a report of exceptions may come, as CSW 3.0 wants it and older servers do."""
_MARGIN: Final = timedelta(days=1)
"""Dates of records are often days without a time zone."""
_STEAD: Final = "cannot be handed out as"
"""How Reflecs says, in a comment before it, that a record stands in for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record of an answer.

    Attributes:
        identifier: None where it has none.
        content: the record alone, as a document; empty where only its name was asked for, and it has one.
        flaw: why it is not the record that was asked for; None when it is.
    """

    identifier: str | None
    content: bytes = field(repr=False)
    flaw: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer to GetRecords.

    Attributes:
        matched: how many records there are in all; None where the server does not say.
        ends: whether the server says that this is the last page.
    """

    records: tuple[Found, ...]
    matched: int | None
    ends: bool


class CatalogueService:
    """A CSW, once it has said what it can.

    Attributes:
        version: "2.0.2" or "3.0.0".
        schema: the output schema that its records are asked in.
        ordered: whether it sorts by identifier. A server that refuses to is asked without: its pages may then overlap.
    """

    def __init__(self, session: Session, *, version: str, schema: str) -> None:
        self.version = version
        self.schema = schema
        self.ordered = True
        self._session = session
        self._address = clean_ows_url(session.source.url)
        self._filters = session.source.filters
        self._namespace = CSW3 if version.startswith("3") else CSW2
        self._prefix = "csw30" if version.startswith("3") else "csw"
        self._honours_schema = False

    @classmethod
    def opened(cls, session: Session) -> "CatalogueService":
        """Return the service at a source's address.

        Raises:
            HarvestError: there is none.
        """
        wanted = session.source.filters.get("version")
        root = _capabilities(session, wanted or "2.0.2")
        if local_name(root) != "Capabilities" and wanted is None:
            root = _capabilities(session, "3.0.0")
        _expected(root, ("Capabilities",), session.source.url)
        version = "3.0.0" if namespace(root) == CSW3 else "2.0.2"
        offered = _schemas(root)
        schema = session.source.filters.get("schema") or next((each for each in _PREFERRED if each in offered), None)
        service = cls(session, version=version, schema=schema or (CSW3 if version == "3.0.0" else CSW2))
        try:
            service.page(1, 1, brief=True)
        except HarvestError as error:
            if error.fault is not Fault.ANSWER:
                raise
            service.ordered = False
        return service

    @property
    def brief_schema(self) -> str:
        """The schema of the short list: every CSW has it."""
        return self._namespace

    def page(self, start: int, size: int, *, brief: bool = False, since: datetime | None = None) -> Page:
        """Return the records at some positions.

        Args:
            start: the first position, from 1.
            size: how many at most.
            brief: whether only identifiers are of interest.
            since: leave out records whose own date is earlier (by more than a day); None for all.

        Raises:
            HarvestError: they cannot be had; `Fault.ANSWER` where fewer may be.
        """
        root, content = self._posted(self._get_records(start, size, brief=brief, since=since), ("GetRecordsResponse",))
        results = next((child for child in children(root) if local_name(child) == "SearchResults"), None)
        if results is None:
            raise HarvestError("the answer has no SearchResults", fault=Fault.ANSWER, where=self._address)
        return Page(
            records=tuple(self._found(content, results, self.brief_schema if brief else self.schema, names=brief)),
            matched=_number(results.get("numberOfRecordsMatched")),
            ends=_number(results.get("nextRecord")) == 0,
        )

    def by_identifiers(self, identifiers: Sequence[str]) -> tuple[Found, ...]:
        """Return the records of these identifiers, those that there are, in any order.

        Raises:
            HarvestError: they cannot be had.
        """
        root = etree.Element(self._name("GetRecordById"), nsmap={self._prefix: self._namespace})
        for name, value in self._common(self.schema):
            root.set(name, value)
        for identifier in identifiers:
            etree.SubElement(root, self._name("Id")).text = identifier
        etree.SubElement(root, self._name("ElementSetName")).text = "full"
        answer, content = self._posted(root, ("GetRecordByIdResponse", "MD_Metadata", "MI_Metadata", "Record", "DIF"))
        if local_name(answer) == "GetRecordByIdResponse":
            return tuple(self._found(content, answer, self.schema))
        return (Found(identifier=identifier_of(answer), content=documents(content, [answer])[0]),)  # 3.0 gives the record itself

    @property
    def at_once(self) -> int:
        """How many records can be had by identifier in one request: 3.0 has one Id."""
        return 1 if self.version == "3.0.0" else 50

    def _get_records(self, start: int, size: int, *, brief: bool, since: datetime | None) -> etree._Element:
        root = etree.Element(self._name("GetRecords"), nsmap={self._prefix: self._namespace})
        for name, value in self._common(self.brief_schema if brief else self.schema):
            root.set(name, value)
        root.set("startPosition", str(start))
        root.set("maxRecords", str(size))
        if self.version == "2.0.2":
            root.set("resultType", "results")  # 3.0 has none
        query = etree.SubElement(root, self._name("Query"), typeNames=self._filters.get("typenames") or f"{self._prefix}:Record")
        etree.SubElement(query, self._name("ElementSetName")).text = "brief" if brief else "full"
        self._constrain(query, since)
        if self.ordered:
            writer: Any = fes2 if self.version == "3.0.0" else fes
            query.append(writer.SortBy([writer.SortProperty("dc:identifier", "ASC")]).toXML())
        return root

    def _common(self, schema: str) -> tuple[tuple[str, str], ...]:
        return ("service", "CSW"), ("version", self.version), ("outputSchema", schema), ("outputFormat", "application/xml")

    def _constrain(self, query: etree._Element, since: datetime | None) -> None:
        cql = self._filters.get("cql")
        if cql is None and since is None:
            return
        constraint = etree.SubElement(query, self._name("Constraint"), version="1.1.0" if self.version == "2.0.2" else "2.0.0")
        if cql is not None:
            etree.SubElement(constraint, self._name("CqlText")).text = cql
        elif since is not None:
            writer: Any = fes2 if self.version == "3.0.0" else fes
            day = (since.astimezone(UTC) - _MARGIN).strftime("%Y-%m-%d")
            constraint.append(writer.FilterRequest().setConstraint(writer.PropertyIsGreaterThanOrEqualTo("dct:modified", day)))

    def _name(self, local: str) -> str:
        return f"{{{self._namespace}}}{local}"

    def _posted(self, request: etree._Element, expected: tuple[str, ...]) -> tuple[etree._Element, bytes]:
        """Return the answer to a request, and its bytes."""
        body = etree.tostring(request, xml_declaration=True, encoding="UTF-8")
        answer = self._session.ask(self._address, method="POST", body=body, headers=_XML, statuses=_ANSWERS)
        return _expected(_parsed(answer), expected, self._address, answer), answer.content

    def _found(self, answer: bytes, parent: etree._Element, schema: str, *, names: bool = False) -> Iterator[Found]:
        """Yield the records below an element of an answer; where their names are all that is wanted, those that have one without content.

        A csw:Record where other schemas are the rule stands for a record that is broken.
        """
        elements = list(children(parent))
        identifiers = [identifier_of(element) for element in elements]
        wanted = [element for element, identifier in zip(elements, identifiers, strict=True) if not names or identifier is None]
        contents = dict(zip(wanted, documents(answer, wanted), strict=True))
        for element, identifier in zip(elements, identifiers, strict=True):
            before = element.getprevious()
            flaw = None
            told = str(before.text or "") if before is not None and not local_name(before) else ""
            if _STEAD in told:
                flaw = " ".join(told.split())
            elif schema not in (CSW2, CSW3) and namespace(element) in (CSW2, CSW3):
                flaw = "the source answers with a summary in its place" if self._honours_schema else None
            else:
                self._honours_schema = True
            yield Found(identifier=identifier, content=contents.get(element, b""), flaw=flaw)


def _capabilities(session: Session, version: str) -> etree._Element:
    params = {"service": "CSW", "request": "GetCapabilities", "version": version, "acceptVersions": version}
    answer = session.ask(clean_ows_url(session.source.url), params=params, headers={"Accept": _XML["Accept"]}, statuses=_ANSWERS)
    return _parsed(answer)


def _schemas(root: etree._Element) -> frozenset[str]:
    """The output schemas that Capabilities of either version offer (OWSLib finds none in those of 3.0)."""
    parameters = (each for each in root.iter("{*}Parameter") if (each.get("name") or "").lower() == "outputschema")
    return frozenset((value.text or "").strip() for each in parameters for value in each.iter("{*}Value"))


def _parsed(answer: Answer) -> etree._Element:
    try:
        return parse_xml(answer.content)
    except FormatError as error:
        raise HarvestError(
            f"the answer, of status {answer.status}, cannot be read: {error}",
            fault=Fault.ANSWER,
            where=answer.url,
            content=answer.content[:65536],
        ) from error


def _expected(root: etree._Element, names: tuple[str, ...], where: str, answer: Answer | None = None) -> etree._Element:
    if local_name(root) in names and (answer is None or answer.status == 200):
        return root
    if local_name(root) == "ExceptionReport":
        said = " ".join(" ".join(map(str, root.itertext())).split())[:500]
        raise HarvestError(f"the server answers with an exception: {said}", fault=Fault.ANSWER, where=where)
    raise HarvestError(f"this is no answer of a CSW but {local_name(root)!r}", fault=Fault.ANSWER, where=where)


def _number(text: str | None) -> int | None:
    """A count of an answer; None where there is none or it is no count."""
    plain = (text or "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else None
