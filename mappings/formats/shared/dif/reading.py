"""Reading what DIF 9 and DIF 10 write alike: keywords, names, links, sizes, codes."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from lxml import etree

from mappings.doi import doi_of
from mappings.formats.shared.dif import codes
from mappings.formats.shared.dif.elements import Parts, joined, leaf, line, lines, parts, text, url
from mappings.rules import MOST, Problems, clean_line
from mappings.vocabularies.languages import language_code
from records.codes import KeywordTypeCode, LinkFunctionCode, RelationType, TopicCategoryCode
from records.model import DataFormat, Identifier, Keyword, Link, Project, Relation

_TOPIC_CODES: Final = {name: code for code, name in codes.TOPICS.items()}
_SIZE: Final = re.compile(r"^~?((?:\d[\d,]{0,20})?\.?\d{1,20})\s*(bytes?|[kmgtp]i?b(?:ytes?)?)$", re.IGNORECASE)
_POWERS: Final = {"b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def keywords(found: Parts, name: str, kind: KeywordTypeCode | None, thesaurus: str | None) -> Iterator[Keyword]:
    """Yield the GCMD keywords among the elements called `name`: their levels joined, their UUID as the concept's address."""
    for element in found.get(name, ()):
        term = joined(element) if len(element) else leaf(element)
        if term is not None:
            uuid = element.get("uuid")
            yield Keyword(term=term, type=kind, thesaurus=thesaurus, uri=f"{codes.CONCEPT}{uuid}" if uuid else None)


def plain_keywords(found: Parts, name: str, kind: KeywordTypeCode | None = None, thesaurus: str | None = None) -> Iterator[Keyword]:
    """Yield the elements called `name` as keywords."""
    return (Keyword(term=term, type=kind, thesaurus=thesaurus) for term in lines(found, name))


def topics(found: Parts, problems: Problems) -> tuple[TopicCategoryCode, ...]:
    """Return the ISO topic categories."""
    read: dict[TopicCategoryCode, None] = {}
    for element in found.get("ISO_Topic_Category", ()):
        written = leaf(element)
        if written is None:
            continue
        code = _TOPIC_CODES.get(written.upper()) or TopicCategoryCode.match(written)
        if code is None:
            problems.add("unknown-code", f"{written[:80]!r} is no TopicCategoryCode", element)
        else:
            read[code] = None
    return tuple(read)


def languages(found: Parts, name: str, problems: Problems) -> tuple[str, ...]:
    """Return the languages of the data, ISO 639-2/T, from their English names or their codes ("eng; CAN")."""
    read: dict[str, None] = {}
    for element in found.get(name, ()):
        written = leaf(element)
        if written is None:
            continue
        code = codes.LANGUAGE_CODES.get(written.casefold()) or language_code(written)
        if code is None:
            problems.add("unknown-code", f"{written[:80]!r} is no language that is known here", element)
        else:
            read[code] = None
    return tuple(read)


def names(found: Parts, name: str) -> Iterator[tuple[str, str | None, Parts]]:
    """Yield short and long name (the long one alone stands for both) and the parts of each element called `name` that has either."""
    for element in found.get(name, ()):
        inside = parts(element)
        short, long = line(inside, "Short_Name"), line(inside, "Long_Name")
        if short is not None:
            yield short, long, inside
        elif long is not None:
            yield long, None, inside


def projects(found: Parts) -> tuple[Project, ...]:
    """Return the projects, and the campaigns within them."""
    read: list[Project] = []
    for short, long, inside in names(found, "Project"):
        read.append(Project(name=short, long_name=long))
        read += (Project(name=campaign) for campaign in lines(inside, "Campaign"))
    return tuple(dict.fromkeys(read))


def doi(written: str | None, codespace: str | None = None) -> Identifier | None:
    """Return an identifier; a DOI in any of its spellings is brought to "10.…" with the codespace "doi"."""
    if written is None:
        return None
    found = doi_of(written)
    return Identifier(code=found, codespace="doi") if found else Identifier(code=written, codespace=codespace)


def entry_id(element: etree._Element) -> str | None:
    """Return the identifier that an Entry_ID of DIF 10 says: short name and version joined with "_", as NASA joins them."""
    inside = parts(element)
    short, version = line(inside, "Short_Name"), line(inside, "Version")
    return short if short is None or version is None else f"{short}_{version}"


def links(found: Parts, problems: Problems) -> Iterator[Link]:
    """Yield the links of all Related_URL, one an address, then those of the sample pictures."""
    for element in found.get("Related_URL", ()):
        inside = parts(element)
        function, subtype = _function(inside, problems)
        name = line(inside, "Title") or subtype
        protocol = line(inside, "Protocol") or codes.PROTOCOLS.get((subtype or "").upper())
        for target in inside.get("URL", ()):
            address = url({"URL": [target]}, "URL")
            if address is None:
                continue
            yield Link(
                url=address,
                name=name,
                description=text(inside, "Description"),
                function=function,
                protocol=protocol,
                media_type=line(inside, "Mime_Type"),
            )
    yield from _pictures(found)


def _function(inside: Parts, problems: Problems) -> tuple[LinkFunctionCode | None, str | None]:
    """What a link is for, and its subtype where that says something else than what it is for."""
    for element in inside.get("URL_Content_Type", ()):
        kinds = parts(element)
        kind, subtype = line(kinds, "Type"), line(kinds, "Subtype")
        if kind is None and len(element) == 0:
            kind = leaf(element)
        if kind is None:
            return None, subtype
        if kind.upper() not in codes.CONTENT_TYPES:
            problems.add("unknown-code", f"{kind[:80]!r} is no URL content type of GCMD", element)
            return LinkFunctionCode.match(kind), subtype
        function = codes.CONTENT_TYPES[kind.upper()]
        if kind.upper() == "GET DATA" and subtype is not None:
            special = codes.GET_DATA_SUBTYPES.get(subtype.upper())
            spoken_for = special is not None and codes.FUNCTIONS[special][1] == subtype
            return special or function, None if spoken_for else subtype
        return function, subtype
    return None, None


def _pictures(found: Parts) -> Iterator[Link]:
    for element in found.get("Multimedia_Sample", ()):
        inside = parts(element)
        address = url(inside, "URL")
        if address is not None:
            yield Link(
                url=address,
                name=line(inside, "Caption") or line(inside, "File"),
                description=text(inside, "Description"),
                function=LinkFunctionCode.BROWSE_GRAPHIC,
                media_type=codes.IMAGE_TYPES.get((line(inside, "Format") or "").upper()),
            )


def with_landing_pages(read: tuple[Link, ...], pages: list[str]) -> tuple[Link, ...]:
    """Return the links and, as links for information, the addresses of citations that are not yet among them."""
    known = {link.url for link in read}
    more = (Link(url=page, function=LinkFunctionCode.INFORMATION) for page in dict.fromkeys(pages) if page not in known)
    return tuple(dict.fromkeys((*read, *more)))


def distributions(found: Parts, problems: Problems) -> tuple[tuple[DataFormat, ...], int | None]:
    """Return the formats the data come in, and the size of all of them where a distribution says one in whole."""
    formats: dict[DataFormat, None] = {}
    sizes: dict[int, None] = {}
    for element in found.get("Distribution", ()):
        inside = parts(element)
        name = line(inside, "Distribution_Format")
        if name is not None:
            formats[DataFormat(name=name)] = None
        written = line(inside, "Distribution_Size")
        if written is not None:
            size = parse_size(written)
            if size is None:
                problems.add("unread-size", f"not a size of all the data: {written[:80]!r}", element)
            else:
                sizes[size] = None
    if len(sizes) > 1:
        problems.add("unread-size", f"several sizes, in bytes: {', '.join(f'{size:,}' for size in sizes)}", "/dif:DIF/dif:Distribution")
        return tuple(formats), None
    return tuple(formats), next(iter(sizes), None)


def parse_size(written: str) -> int | None:
    """Return a size in bytes ("10088 KB", "2.5 Gbytes"; decimal units); None for a size without unit, "per file", or in other words."""
    match = _SIZE.match(written.strip())
    if match is None:
        return None
    unit = match[2].casefold()
    base = 1024 if unit[1:2] == "i" else 1000
    count = int(Decimal(match[1].replace(",", "")) * base ** _POWERS[unit[0]])
    return count if count <= MOST else None


def relations(found: Parts, problems: Problems) -> tuple[str | None, tuple[Relation, ...]]:
    """Return the parent's identifier and the other associations, by Entry_ID or by DOI."""
    read: list[Relation] = []
    for element in found.get("Metadata_Association", ()):
        inside = parts(element)
        identifier = next((name for name in map(entry_id, inside.get("Entry_ID", ())) if name is not None), None)
        if identifier is not None:
            read.append(Relation(identifier=identifier, type=_relation(inside, codes.ASSOCIATIONS, problems)))
    for element in found.get("Associated_DOIs", ()):
        inside = parts(element)
        identifier = line(inside, "DOI")
        if identifier is not None:
            kind = _relation(inside, codes.ASSOCIATED_DOIS, problems)
            read.append(Relation(identifier=identifier, type=kind, title=line(inside, "Title")))
    parent = next((relation for relation in read if relation.type is RelationType.PARENT and relation.title is None), None)
    return parent.identifier if parent else None, tuple(dict.fromkeys(relation for relation in read if relation is not parent))


def _relation(inside: Parts, types: dict[str, RelationType], problems: Problems) -> RelationType:
    kind = line(inside, "Type")
    known = types.get(kind.upper()) if kind else None
    if known is None and kind:
        problems.add("unknown-code", f"{kind[:80]!r} is no type of association in DIF", inside["Type"][0])
    return known or RelationType.CROSS_REFERENCE


def chronostratigraphy(found: Parts, problems: Problems) -> Iterator[Keyword]:
    """Yield a palaeo-coverage as temporal keywords, with a problem: "350 ka" is no date of a calendar."""
    for element in found.get("Paleo_DateTime", []) + found.get("Paleo_Temporal_Coverage", []):
        inside = parts(element)
        begin, end = line(inside, "Paleo_Start_Date"), line(inside, "Paleo_Stop_Date")
        if begin is not None or end is not None:
            words = clean_line(f"{begin or ''} to {end or ''}") or ""
            problems.add("unread-date", f"geological time is kept as a keyword: {words!r}", element)
            yield Keyword(term=words, type=KeywordTypeCode.TEMPORAL)
        yield from keywords(inside, "Chronostratigraphic_Unit", KeywordTypeCode.TEMPORAL, codes.CHRONOSTRATIGRAPHY)
