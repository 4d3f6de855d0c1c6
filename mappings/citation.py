"""How to cite a record: in words, in BibTeX and in RIS, from what the record says and nothing else.

The words follow DataCite's order: creators (year). Title (edition). Publisher. Address. What the record does not say is left out.
"""

import re
from dataclasses import dataclass
from typing import Final

from mappings.doi import doi_address, doi_of
from records.codes import ContactScope, DateTypeCode, RoleCode, ScopeCode
from records.model import Record

_CREATORS: Final = (RoleCode.AUTHOR, RoleCode.CO_AUTHOR, RoleCode.ORIGINATOR, RoleCode.PRINCIPAL_INVESTIGATOR)
_PUBLISHERS: Final = (RoleCode.PUBLISHER, RoleCode.DISTRIBUTOR, RoleCode.RESOURCE_PROVIDER)
_YEARS: Final = (DateTypeCode.PUBLICATION, DateTypeCode.RELEASED, DateTypeCode.CREATION, DateTypeCode.REVISION)
_DATA: Final = {ScopeCode.DATASET, ScopeCode.SERIES, ScopeCode.NON_GEOGRAPHIC_DATASET, ScopeCode.COLLECTION}
_TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # an escaped brace would still count for BibTeX, which balances them
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A record as it is cited.

    Attributes:
        text: a line for a list of references; the document's own words where it says how it is to be cited.
        bibtex: an entry for BibTeX, UTF-8, its special characters escaped.
        ris: a record for RIS, lines ended by CR LF as the format wants.
    """

    text: str
    bibtex: str
    ris: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a citation is made of; None or () for what the record does not say."""

    title: str
    is_data: bool
    creators: tuple[tuple[str, bool], ...]
    """Names, and whether they are organisations."""
    publisher: str | None
    year: int | None
    edition: str | None
    doi: str | None
    url: str | None


def citation(record: Record, *, url: str | None = None, language: str = "en") -> Citation:
    """Return how to cite the record.

    Args:
        record: what is cited.
        url: the address of its page, which is told where it has no DOI; None where it is not known.
        language: of the few words that are added, ISO 639-1: "fr", or English for any other.
    """
    parts = _Parts(
        title=record.display_title,
        is_data=record.type in _DATA,
        creators=_creators(record),
        publisher=_publisher(record),
        year=_year(record),
        edition=record.edition,
        doi=next(iter(filter(None, map(doi_of, (record.identifier, *(i.code for i in record.identifiers))))), None),
        url=url,
    )
    text = record.citation or _text(parts, french=language.casefold().startswith("fr"))
    return Citation(text=text, bibtex=_bibtex(parts, record.identifier), ris=_ris(parts))


def _names(record: Record, roles: tuple[RoleCode, ...]) -> tuple[tuple[str, bool], ...]:
    """The names of the resource's contacts in these roles, in order, each once, and whether they are organisations."""
    found: dict[str, bool] = {}
    for contact in record.contacts:
        if contact.role in roles and contact.scope is not ContactScope.METADATA:
            name = contact.individual or contact.organisation
            if name is not None:
                found.setdefault(name, contact.individual is None)
    return tuple(found.items())


def _publisher(record: Record) -> str | None:
    """The organisation that publishes or hands out the data, or the person where no organisation is named."""
    publishing = [c for c in record.contacts if c.role in _PUBLISHERS and c.scope is not ContactScope.METADATA]
    return next((name for contact in publishing if (name := contact.organisation or contact.individual)), None)


def _creators(record: Record) -> tuple[tuple[str, bool], ...]:
    """The authors, or else the originators and principal investigators."""
    return _names(record, _CREATORS[:2]) or _names(record, _CREATORS[2:])


def _year(record: Record) -> int | None:
    for wanted in _YEARS:
        for dated in record.dates:
            if dated.type is wanted:
                return dated.date.year
    return None


def _text(parts: _Parts, *, french: bool) -> str:
    creators = "; ".join(name for name, _ in parts.creators)
    year = f"({parts.year})" if parts.year is not None else ""
    edition = f" (version {parts.edition})" if parts.edition else ""
    address = doi_address(parts.doi or "") or parts.url
    who = f"{creators} {year}".strip()
    kind = ("[Jeu de données]" if french else "[Data set]") if parts.is_data else None
    sentences = [who, f"{parts.title}{edition}", parts.publisher, kind]
    told = [sentence.rstrip(".") for sentence in sentences if sentence]
    return ". ".join(told) + "." + (f" {address}" if address else "")


def _bibtex(parts: _Parts, identifier: str) -> str:
    key = re.sub(r"[^A-Za-z0-9]+", "-", parts.doi or identifier).strip("-") or "record"
    # An organisation's name stands in braces of its own, or BibTeX would turn it like a person's.
    authors = " and ".join(f"{{{_tex(name)}}}" if whole or " and " in name else _tex(name) for name, whole in parts.creators)
    fields = {
        "author": authors,
        "title": f"{{{_tex(parts.title)}}}",
        "year": str(parts.year) if parts.year is not None else "",
        "publisher": _tex(parts.publisher or ""),
        "version": _tex(parts.edition or ""),
        "doi": _url(parts.doi or ""),
        "url": _url(doi_address(parts.doi or "") or parts.url or ""),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{lines}}}\n"


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in " ".join(text.split()))


def _url(address: str) -> str:
    """An address, verbatim but for what would end its braces, written as a URL writes it."""
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")


def _ris(parts: _Parts) -> str:
    fields = [
        ("TY", "DATA" if parts.is_data else "GEN"),
        *(("AU", name) for name, _ in parts.creators),
        ("TI", parts.title),
        ("PY", str(parts.year) if parts.year is not None else None),
        ("PB", parts.publisher),
        ("ET", parts.edition),
        ("DO", parts.doi),
        ("UR", doi_address(parts.doi or "") or parts.url),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - "]) + "\r\n"
