"""Checks a document: its form against the XML schema of its format, its content against what a good record should say.

A schema answers for the form only, and one real ISO 19139 record in five fails its own: so what a schema finds is told and refuses
nothing. Content rules tell what a reader will miss: no title, no abstract, nobody to ask, no date, and what could not be read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from lxml import etree

from mappings import schemas as xsd
from mappings.formats import detect, read
from mappings.formats.format import Format
from mappings.xml import ISO_19115_3, NAMESPACES, local_name, namespace, parse_xml
from records.errors import FormatError
from records.model import Record

_MAX_FORM_FINDINGS: Final = 200
"""A document of another version than its schema has thousands; the first tell enough."""

_WARNINGS: Final = {"unknown-code", "swapped-box", "swapped-axes", "edited-element"}
"""Problems of a reader after which nothing is missing but a nuance."""


class Severity(StrEnum):
    """How grave a finding is: an error is to be mended, a warning to be looked at."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something found in a document.

    Attributes:
        severity: how grave it is.
        code: what kind of finding, kebab-case: "schema" for the form, else the code of the problem or rule.
        message: a plain sentence.
        path: where, as an XPath or JSON pointer; "/" for the document as a whole.
        line: line number, from 1; None where it is not known.
    """

    severity: Severity
    code: str
    message: str
    path: str = "/"
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What checking a document found.

    Attributes:
        format: the name of its format; None when it is of none that is read here.
        identifier: of the record; None when the document could not be read.
        schema: the title of the schema it was checked against; None when no schema was at hand.
        no_schema: why no schema was; None when one was.
        findings: errors first, each in the order of the document.
    """

    format: str | None
    identifier: str | None
    schema: str | None
    no_schema: str | None
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether no error was found."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def validate(content: bytes, schemas: Path | None = None) -> Report:
    """Return what there is to say of a document. What is wrong with it is always a finding, never an exception.

    Args:
        content: the document.
        schemas: a folder of more schemas than come with pycsw; None when there is none.
    """
    try:
        known = detect(content)
        record = read(content)
    except FormatError as error:
        found = Finding(severity=Severity.ERROR, code="unreadable", message=error.message, path=error.path, line=error.line)
        return Report(format=None, identifier=None, schema=None, no_schema="the document could not be read", findings=(found,))
    if known.extension == ".xml":
        schema, no_schema, form = _form(parse_xml(content), known, schemas)
    else:
        schema, no_schema, form = None, f"no schema of {known.title} is checked here", ()
    findings = (*form, *_content(record))
    return Report(
        format=known.name,
        identifier=record.identifier,
        schema=schema,
        no_schema=no_schema,
        findings=tuple(sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)),
    )


def _form(root: etree._Element, known: Format, folder: Path | None) -> tuple[str | None, str | None, tuple[Finding, ...]]:
    """Check against the schema: its title, or why there is none, and what it found."""
    wanted = schema_of(root, known)
    if wanted is None:
        return None, f"there is no schema for such a document ({local_name(root)})", ()
    try:
        schema = xsd.compiled(wanted, folder)
    except (etree.LxmlError, OSError) as error:
        return None, f"the schema {wanted.title} does not compile: {error}", ()
    if schema is None:
        where = "the installed pycsw" if wanted.installed else f"the folder of schemas ({folder or 'none is set: see REFLECS_SCHEMAS'})"
        return None, f"the schema {wanted.title} is not in {where}", ()
    found = xsd.check(schema, root)
    findings = [Finding(severity=Severity.ERROR, code="schema", message=message, line=line) for line, message in found[:_MAX_FORM_FINDINGS]]
    if len(found) > _MAX_FORM_FINDINGS:
        more = f"and {len(found) - _MAX_FORM_FINDINGS:,} more of this kind"
        findings.append(Finding(severity=Severity.ERROR, code="schema", message=more))
    return wanted.title, None, tuple(findings)


_SCHEMAS: Final = {
    ("dif10", NAMESPACES["dif"]): xsd.DIF10,
    ("dif9", NAMESPACES["dif"]): xsd.DIF9,
    ("dc", NAMESPACES["csw"]): xsd.CSW_RECORD,
    ("dc", NAMESPACES["csw30"]): xsd.CSW30_RECORD,
    ("oai_dc", NAMESPACES["oai_dc"]): xsd.OAI_DC,
    ("iso19139", NAMESPACES["gmi"]): xsd.GMI,
    ("iso19115-3", NAMESPACES["mdb"]): xsd.MDB,
    ("iso19115-3", f"{ISO_19115_3}mdb/1.0"): xsd.MDB_2016,
}


def schema_of(root: etree._Element, known: Format) -> xsd.Schema | None:
    """Return the schema that a document claims to be of; None where none fits it.

    ISO 19139 has one of 2006 and one of 2007, told by their GML; the one of 2007 came without services.
    """
    if (known.name, namespace(root)) != ("iso19139", NAMESPACES["gmd"]):
        return _SCHEMAS.get((known.name, namespace(root)))
    services = next(root.iter(f"{{{NAMESPACES['srv']}}}*"), None) is not None
    if next(root.iter(f"{{{NAMESPACES['gml']}}}*"), None) is not None:
        return xsd.GMD_SERVICES if services else xsd.GMD_2007
    older = next(root.iter(f"{{{NAMESPACES['gml31']}}}*"), None) is not None
    return xsd.GMD_2006 if older or services else xsd.GMD_2007


def _content(record: Record) -> Iterator[Finding]:
    """Yield what the reader could not read, and what a good record would say and this one does not."""
    for problem in record.problems:
        severity = Severity.WARNING if problem.code in _WARNINGS else Severity.ERROR
        yield Finding(severity=severity, code=problem.code, message=problem.message, path=problem.path)
    told = {problem.code for problem in record.problems}
    for code, missing, severity, message in (
        ("no-title", record.title is None, Severity.ERROR, "the record has no title"),
        ("no-abstract", record.abstract is None, Severity.ERROR, "the record has no abstract"),
        ("no-contact", not record.contacts, Severity.ERROR, "the record names nobody to ask"),
        ("no-date", not (record.created or record.datestamp or record.dates), Severity.ERROR, "the record has no date"),
        ("no-language", record.language is None and not record.languages, Severity.WARNING, "the record does not say its language"),
        ("no-keyword", not record.keywords and not record.topic_categories, Severity.WARNING, "the record has no keyword"),
        ("no-time", not record.intervals, Severity.WARNING, "the record does not say what time the data are about"),
        ("no-link", not record.links, Severity.WARNING, "the record leads nowhere: it has no link"),
    ):
        if missing and code not in told:
            yield Finding(severity=severity, code=code, message=message)
    yield from _doubtful(record)


def _doubtful(record: Record) -> Iterator[Finding]:
    """Yield values that cannot all be true."""
    for interval in record.intervals:
        if interval.begin and interval.end and interval.begin.first_second > interval.end.last_second:
            message = f"an interval begins after its end: {interval.begin} to {interval.end}"
            yield Finding(severity=Severity.ERROR, code="reversed-interval", message=message)
    if record.parent_identifier == record.identifier:
        yield Finding(severity=Severity.ERROR, code="own-parent", message="the record names itself as its parent")
    names = {platform.name for platform in record.platforms}
    for instrument in record.instruments:
        if instrument.platform is not None and instrument.platform not in names:
            message = f"the instrument {instrument.name!r} sits on a platform that the record does not describe: {instrument.platform!r}"
            yield Finding(severity=Severity.WARNING, code="unknown-platform", message=message)
    for relation in record.relations:
        if relation.identifier == record.identifier:
            yield Finding(severity=Severity.WARNING, code="own-relation", message="the record names itself as a related one")
