"""What a sheet says of a record, in the reader's language, as plain data for the template `sheet.typ`."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import quote

from mappings.doi import doi_address, doi_of
from mappings.figures import Figure
from mappings.pdf.text import breakable, clean
from mappings.vocabularies.domains import domain_of
from mappings.vocabularies.labels import label
from mappings.vocabularies.words import date_words, interval_words, number_words, size_words
from records.codes import AccessLevel, LinkFunctionCode
from records.model import Access, Constraint, Contact, Extent, Identifier, Instrument, Link, Platform, Project, Record

Data = dict[str, Any]
"""JSON."""

_SHORT: Final = 110
_CELL: Final = 18
"""Characters that surely fit in a cell of the table of contacts."""
_FOLLOWED: Final = ("http://", "https://", "ftp://", "ftps://", "sftp://", "mailto:")
_ADDRESS: Final = re.compile(r"(?:https?|ftp)://[^\s<>\"]+[^\s<>\".,;:!?)\]'’»]")
_LANGUAGES: Final = {
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "deu": "de",
    "ger": "de",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "nld": "nl",
    "dut": "nl",
}


@cache
def _words() -> Mapping[str, tuple[str, str]]:
    text = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return {name: (words[0], words[1]) for name, words in tomllib.loads(text).items()}


def word(name: str, language: str, /, **values: str) -> str:
    """Return words that only the PDF says, with values put in their places."""
    return _words()[name][1 if language.startswith("fr") else 0].format_map(values)


def all_words(language: str) -> Data:
    """Return the template's words."""
    columns = ("type-column", "organisation-column", "individual-column", "reached-column")
    plain = {name: word(name, language) for name, texts in _words().items() if "{" not in texts[0]}
    return {**plain, "contact-columns": [word(name, language) for name in columns]}


def text(value: str, longest: int = 30) -> str:
    """Return a value fit for paper, on one line, words longer than `longest` characters made breakable."""
    return breakable(" ".join(clean(value).split()), longest)


def short(words: str) -> str:
    """Return the beginning of a text on one line, cut at a word where it is long."""
    line = " ".join(words.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT].rsplit(' ', 1)[0]}…"


def sheet(record: Record, *, url: str, language: str, pictures: Sequence[tuple[str, Figure]], attachment: Data | None) -> Data:
    """Return all that the sheet of a record says; `pictures`: names of SVG files and their figures."""
    say = _Say(language)
    domain = domain_of(record)
    return {
        "title": text(record.display_title),
        "running": text(short(clean(record.display_title))),
        "language": _LANGUAGES.get(record.language or ""),
        "domain": str(domain or "other"),
        "kicker": [label(code, language) for code in (domain, record.type) if code],
        "line": _line(record, language),
        "abstract": say.prose("abstract", record.abstract, record.language) if record.abstract else None,
        "facts": _facts(record, say),
        "places": [
            text(words) for words in dict.fromkeys((*(figure.description for _, figure in pictures), *_places(record.extents, language)))
        ],
        "pictures": [
            {"file": name, "alt": clean(figure.description), "title": figure.title, "proportion": figure.width / figure.height}
            for name, figure in pictures
        ],
        "contacts": [say.contact(contact) for contact in record.contacts],
        "dates": _dates(record, say),
        "prose": [
            say.prose(name, words, record.language)
            for name, words in (("purpose", record.purpose), ("lineage", record.lineage), ("citation", record.citation))
            if words
        ],
        "constraints": _constraints(record, say),
        "links": [say.link(link) for link in sorted(record.links, key=lambda link: link.function is not LinkFunctionCode.ORDER)],
        "relations": [
            say.row(label(relation.type, language), [*([relation.title] if relation.title else []), relation.identifier], between=" – ")
            for relation in record.relations
        ],
        "keywords": _keywords(record, say),
        "about": _about(record, say, url, attachment),
        "attachment": attachment,
    }


class _Say:
    """Parts of a sheet in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def row(self, name: str, values: Iterable[str | Data], between: str = ", ") -> Data:
        """Return a row of facts: its name and its values."""
        return {"name": name, "values": [value if isinstance(value, dict) else text(value) for value in values], "between": between}

    def prose(self, name: str, words: str, language: str | None) -> Data:
        """Return a section of prose: paragraphs of lines of parts, addresses made links."""
        known = label(name, self.language)
        paragraphs = [part for part in re.split(r"\n\s*\n", clean(words)) if part.strip()]
        said = [[_addresses(line) for line in paragraph.strip().split("\n")] for paragraph in paragraphs]
        return {"name": known, "language": _LANGUAGES.get(language or ""), "paragraphs": said}

    def contact(self, contact: Contact) -> list[list[str | Data]]:
        """Return the four cells of a contact: type, organisation with its website, individual, e-mail and phone; each has its lines."""
        role = [text(label(contact.role, self.language))] if contact.role else []
        address = ", ".join(part for part in (*contact.address, contact.postal_code, contact.city, contact.region, contact.country) if part)
        return [
            [label(contact.scope, self.language), *role],
            [
                *(text(part, _CELL) for part in (contact.organisation, address) if part),
                *([_target(contact.url, contact.url, _CELL)] if contact.url else []),
            ],
            [text(part, _CELL) for part in (contact.individual, contact.position) if part],
            [
                *(_target(f"mailto:{email}", email, _CELL) if "@" in email else text(email, _CELL) for email in contact.emails),
                *(text(phone, _CELL) for phone in contact.phones),
            ],
        ]

    def link(self, link: Link) -> Data:
        """Return a link: what it is for, its name, its address, what it says."""
        return {
            "kind": label(link.function, self.language) if link.function else "",
            "name": text(link.name or ""),
            "address": _target(link.url, link.url),
            "description": text(link.description or ""),
        }


def _target(url: str, shown: str, longest: int = 30) -> str | Data:
    """Return an address as a link where following it is safe and means something, else as text."""
    address = doi_address(url) or " ".join(url.split())
    if not address.lower().startswith(_FOLLOWED):
        return text(shown, longest)
    return {"text": text(shown, longest), "target": quote(clean(address), safe="%/:?#[]@!$&'()*+,;=~")}


def _addresses(line: str) -> list[str | Data]:
    parts: list[str | Data] = []
    end = 0
    for match in _ADDRESS.finditer(line):
        parts += [breakable(line[end : match.start()]), _target(match[0], match[0])]
        end = match.end()
    return [part for part in (*parts, breakable(line[end:])) if part]


def _line(record: Record, language: str) -> str:
    """One line of what it is: who carries and measures, when, at which level."""
    makers = [platform.name for platform in record.platforms[:2]] + [instrument.name for instrument in record.instruments[:2]]
    times = [words for words in (interval_words(interval, language) for interval in record.intervals[:1]) if words]
    parts = [*dict.fromkeys(makers), *times, *_level(record.processing_level, language)]
    return text(" · ".join(parts))


def _level(level: str | None, language: str) -> list[str]:
    """A processing level that says by itself what it is, or is told what it is: "Level 3", "Processing level N0"."""
    if level is None:
        return []
    return [level if len(level) > 4 else f"{label('level', language)} {level}"]


def _identifier(found: Identifier) -> str | Data:
    """An identifier with its scheme; a DOI leads where it resolves."""
    if (doi := doi_of(found.code)) is not None:
        return _target(doi, f"doi:{doi}")
    return _target(found.code, found.code if found.codespace is None else f"{found.codespace} {found.code}")


def _facts(record: Record, say: _Say) -> list[Data]:
    language = say.language
    named: dict[str, Sequence[str | Data]] = {
        "intervals": [words for words in (interval_words(interval, language) for interval in record.intervals) if words],
        "projects": _carriers(record.projects),
        "platforms": _carriers(record.platforms),
        "instruments": _carriers(record.instruments),
        "processing_level": [record.processing_level] if record.processing_level else [],
        "edition": [record.edition] if record.edition else [],
        "formats": [" ".join(part for part in (found.name, found.version) if part) for found in record.formats],
        "size": [size_words(record.size, language)] if record.size is not None else [],
        "object_count": [number_words(record.object_count, language)] if record.object_count is not None else [],
        "languages": [label(code, language) for code in record.languages],
        "identifiers": [_identifier(found) for found in record.identifiers],
        "alternate_titles": list(record.alternate_titles),
        "parent_identifier": [record.parent_identifier] if record.parent_identifier else [],
    }
    return [say.row(label(name, language), values, between="; ") for name, values in named.items() if values]


def _carriers(things: Sequence[Platform] | Sequence[Instrument] | Sequence[Project]) -> list[str]:
    """Their names, each once: a document may list an instrument for each of its platforms or channels."""
    return list(dict.fromkeys(_named(thing.name, thing.long_name) for thing in things))


def _named(name: str, long_name: str | None) -> str:
    return f"{name} ({long_name})" if long_name and long_name != name else name


def _places(extents: Sequence[Extent], language: str) -> list[str]:
    """The places that no figure tells: those in words alone, and heights."""
    found = []
    for extent in extents:
        drawn = extent.boxes or extent.polygons or extent.circles
        words = [extent.description] if extent.description and not drawn else []
        if extent.vertical:
            low, high = (number_words(round(height), language).replace("-", "−") for height in extent.vertical)
            words.append(f"{word('vertical', language)}{word('colon', language)}{word('vertical-range', language, low=low, high=high)}")
        found.extend(words)
    return list(dict.fromkeys(found))


def _dates(record: Record, say: _Say) -> list[Data]:
    rows = [say.row(label(date.type or "dates", say.language), [date_words(date.date, say.language)]) for date in record.dates]
    stamps = (("created", record.created), ("datestamp", record.datestamp))
    return rows + [say.row(label(name, say.language), [date_words(date, say.language)]) for name, date in stamps if date]


def _constraints(record: Record, say: _Say) -> list[Data]:
    language = say.language
    rows = [say.row(label("access", language), [_access(record.access, language)])] if record.access else []
    rows += [say.row(label(constraint.kind, language), [_constraint(constraint, language)]) for constraint in record.constraints]
    if record.licence:
        shown = [record.licence.name] if record.licence.name else []
        address = [_target(record.licence.url, record.licence.url)] if record.licence.url else []
        rows.append(say.row(label("licence", language), [*shown, *address]))
    return rows


def _access(access: Access, language: str) -> str:
    if access.level is AccessLevel.OPEN:
        return label(access.level, language)
    parts = [word("access-until", language, date=date_words(access.until, language)) if access.until else label(access.level, language)]
    if access.groups:
        parts.append(word("access-groups", language, groups=", ".join(access.groups)))
    return ", ".join(parts)


def _constraint(constraint: Constraint, language: str) -> str:
    code = label(constraint.code, language) if constraint.code else None
    return word("colon", language).join(part for part in (code, constraint.text) if part)


def _keywords(record: Record, say: _Say) -> list[Data]:
    groups: dict[str, list[str]] = {}
    if record.cnes_categories:
        groups[label("cnes_categories", say.language)] = list(record.cnes_categories)
    if record.topic_categories:
        groups[word("topics", say.language)] = [label(topic, say.language) for topic in record.topic_categories]
    for keyword in record.keywords:
        group = keyword.thesaurus or (label(keyword.type, say.language) if keyword.type else word("free-keywords", say.language))
        groups.setdefault(group, []).append(keyword.term)
    return [say.row(text(group), dict.fromkeys(terms), between=" · ") for group, terms in groups.items()]


def _about(record: Record, say: _Say, url: str, attachment: Data | None) -> list[Data]:
    language = say.language
    rows = [say.row(label("identifier", language), [record.identifier]), say.row(word("permanent", language), [_target(url, url)])]
    if record.language:
        rows.append(say.row(label("language", language), [label(record.language, language)]))
    if attachment:
        rows.append(say.row(word("attached", language), [word("attached-as", language, name=attachment["name"])]))
    return rows
