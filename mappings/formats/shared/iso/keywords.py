"""Keywords as ISO 19139 and ISO 19115-3 have them, and what is lifted out of them: domain, categories, platforms and others."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from lxml import etree

from mappings.formats.shared.iso.acquisition import Acquisition
from mappings.formats.shared.iso.elements import anchor, child, code, descend, plain, words
from mappings.rules import Problems
from records.codes import Domain, KeywordTypeCode, TopicCategoryCode
from records.model import Instrument, Keyword, Platform, Project, Record

DOMAINS: Final = "Reflecs science domains"
CNES_CATEGORIES: Final = "CNES scientific categories"
TOPICS: Final = "ISO 19115-1 topic categories"
"""For the topic categories that ISO 19115-1 added, which the schema of ISO 19139 refuses in their own place."""
LATER_TOPICS: Final = {TopicCategoryCode.EXTRA_TERRESTRIAL, TopicCategoryCode.DISASTER}

_LEVELS: Final = re.compile(r"\s*>\s*")
_PLATFORM_CATEGORIES: Final = {
    "aircraft",
    "balloons/rockets",
    "earth observation satellites",
    "in situ land-based platforms",
    "in situ ocean-based platforms",
    "interplanetary spacecraft",
    "maps/charts/photographs",
    "models/analyses",
    "navigation platforms",
    "solar/space observation satellites",
    "space stations/manned spacecraft",
    "space stations/crewed spacecraft",
    "space-based platforms",
    "air-based platforms",
    "land-based platforms",
    "water-based platforms",
    "living organism-based platforms",
}
"""The upper levels of GCMD's platform keywords, in small letters."""

_type = code(KeywordTypeCode)


def keyword_group(element: etree._Element, problems: Problems) -> tuple[Keyword, ...]:
    """An MD_Keywords as its keywords, in order."""
    kind = child(element, "type")
    type_code = None if kind is None else _type(kind, problems)
    title = descend(element, "thesaurusName", "CI_Citation", "title")
    thesaurus = None if title is None else normal_thesaurus(plain(words(title)))
    found = []
    for written in element.iterchildren("{*}keyword"):
        term = normal_term(words(written))
        if term:
            found.append(Keyword(term=term, type=type_code, thesaurus=thesaurus, uri=anchor(written)))
    return tuple(found)


def normal_term(written: str) -> str | None:
    """Return a keyword on one line, what was escaped twice unescaped, its levels joined by " > " without empty ones and "NONE"."""
    term = plain(written)
    if term is None or (" > " not in term and term.count(">") < 2):
        return term
    levels = [level for level in _LEVELS.split(term) if level]
    if len(levels) > 2:
        levels = [level for level in levels if level != "NONE"] or levels
    return " > ".join(levels) or term


def normal_thesaurus(title: str | None) -> str | None:
    """Return a thesaurus's title; None where it says that there is none."""
    return None if title is None or title.casefold() == "none" else title


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """What keywords hold, sorted into the fields of the record. `keywords` are those that remain."""

    keywords: tuple[Keyword, ...]
    domain: Domain | None
    cnes_categories: tuple[str, ...]
    topics: tuple[TopicCategoryCode, ...]
    platforms: tuple[Platform, ...]
    instruments: tuple[Instrument, ...]
    projects: tuple[Project, ...]


def lift(keywords: Iterable[Keyword], acquired: Acquisition) -> Lifted:
    """Sort keywords into the fields they belong to, beside what the acquisition information names.

    Keywords of type platform, instrument and project become what they name, unless one of that name is there already.
    """
    remaining: list[Keyword] = []
    domain: Domain | None = None
    categories: list[str] = []
    topics: list[TopicCategoryCode] = []
    found = _Finds(acquired)
    for keyword in dict.fromkeys(keywords):
        said_domain = Domain.match(keyword.term) if keyword.thesaurus == DOMAINS and domain is None else None
        topic = TopicCategoryCode.match(keyword.term) if keyword.thesaurus == TOPICS else None
        if said_domain:
            domain = said_domain
        elif topic:
            topics.append(topic)
        elif keyword.thesaurus == CNES_CATEGORIES:
            categories.append(keyword.term)
        elif not found.take(keyword):
            remaining.append(keyword)
    return Lifted(
        keywords=tuple(remaining),
        domain=domain,
        cnes_categories=tuple(dict.fromkeys(categories)),
        topics=tuple(dict.fromkeys(topics)),
        platforms=tuple(found.platforms),
        instruments=tuple(found.instruments),
        projects=tuple(found.projects),
    )


class _Finds:
    """The platforms, instruments and projects found so far, each once by its name."""

    def __init__(self, acquired: Acquisition) -> None:
        self.platforms = list(acquired.platforms)
        self.instruments = list(acquired.instruments)
        self.projects = list(acquired.projects)

    def take(self, keyword: Keyword) -> bool:
        """Take in what a keyword names; return False for a keyword of another type."""
        match keyword.type:
            case KeywordTypeCode.PLATFORM:
                _append(self.platforms, _platform(keyword.term))
            case KeywordTypeCode.INSTRUMENT:
                _append(self.instruments, Instrument(**_names(keyword.term)))
            case KeywordTypeCode.PROJECT:
                _append(self.projects, Project(**_names(keyword.term)))
            case _:
                return False
        return True


N = TypeVar("N", Platform, Instrument, Project)


def _append(known: list[N], found: N) -> None:
    if not any(one.name.casefold() == found.name.casefold() for one in known):
        known.append(found)


def _platform(term: str) -> Platform:
    levels = term.split(" > ")
    category = None
    while len(levels) > 1 and levels[0].casefold() in _PLATFORM_CATEGORIES:
        category = levels.pop(0)
    return Platform(**_names(" > ".join(levels)), type=category)


def _names(term: str) -> dict[str, str]:
    """Return the names of a GCMD term: "short > long", or the last two of longer ones."""
    levels = term.split(" > ")[-2:]
    return {"name": levels[0], "long_name": levels[1]} if len(levels) > 1 and levels[0] != levels[1] else {"name": levels[0]}


def keywords_of(record: Record, later: Collection[TopicCategoryCode] = ()) -> list[Keyword]:
    """Return the keywords as they are written: first those that say the domain, the CNES categories and topic categories.

    Args:
        record: the record.
        later: the topic categories that have no other place.
    """
    domain = (Keyword(term=record.domain.capitalize(), type=KeywordTypeCode.THEME, thesaurus=DOMAINS),) if record.domain else ()
    categories = (Keyword(term=category, type=KeywordTypeCode.THEME, thesaurus=CNES_CATEGORIES) for category in record.cnes_categories)
    topics = (Keyword(term=topic, type=KeywordTypeCode.THEME, thesaurus=TOPICS) for topic in record.topic_categories if topic in later)
    return [*domain, *categories, *topics, *record.keywords]
