"""The science domain of a record: what it says, or what is plain from its keywords, its topic categories and its places."""

import re
from typing import Final

from records.codes import Domain, TopicCategoryCode
from records.model import EARTH, Record

_THESAURI: Final = (
    (re.compile(r"unified astronomy thesaurus|\buat\b|astronomy thesaurus|ivoa", re.IGNORECASE), Domain.UNIVERSE),
    (re.compile(r"gemet|inspire themes?|agrovoc|cf standard names", re.IGNORECASE), Domain.EARTH),
)
"""Lists of terms that serve one domain alone."""

_FIRST_LEVELS: Final = {
    "earth science": Domain.EARTH,
    "earth science services": Domain.EARTH,
    "space science": Domain.UNIVERSE,
    "sun-earth interactions": Domain.UNIVERSE,
}
"""First levels of GCMD's science keywords that name a domain. GCMD files the Sun and the heliosphere under Earth science; a keyword whose
second level is Sun-Earth interactions is not plain and tells nothing."""

_NOT_OF_THE_EARTH: Final = frozenset({TopicCategoryCode.EXTRA_TERRESTRIAL})
_NOT_PLAIN: Final = frozenset({TopicCategoryCode.HEALTH, TopicCategoryCode.BIOTA, TopicCategoryCode.INTELLIGENCE})
"""Topics that life sciences share with studies of the Earth."""


def domain_of(record: Record) -> Domain | None:
    """Return the science domain of a record: the one it declares, or else the one that is plain; None where neither tells.

    The first of these that tells decides: a thesaurus of one domain or the first level of a GCMD keyword, a place (the sky or another
    body; the Earth), a topic category. Evidence for two domains in one of them tells nothing. Life and Material are never inferred.
    """
    if record.domain is not None:
        return record.domain
    for evidence in (_from_keywords(record), _from_topics(record), _from_extents(record)):
        if len(evidence) == 1:
            return next(iter(evidence))
        if evidence:
            return None
    return None


def _from_keywords(record: Record) -> set[Domain]:
    found: set[Domain] = set()
    for keyword in record.keywords:
        levels = [level.strip().casefold() for level in keyword.term.split(">")]
        if len(levels) > 1 and levels[0] in _FIRST_LEVELS and levels[1] != "sun-earth interactions":
            found.add(_FIRST_LEVELS[levels[0]])
        elif keyword.thesaurus:
            found.update(domain for pattern, domain in _THESAURI if pattern.search(keyword.thesaurus))
    return found


def _from_topics(record: Record) -> set[Domain]:
    plain = set(record.topic_categories) - _NOT_PLAIN
    return {Domain.UNIVERSE if topic in _NOT_OF_THE_EARTH else Domain.EARTH for topic in plain}


def _from_extents(record: Record) -> set[Domain]:
    placed = (extent for extent in record.extents if extent.boxes or extent.polygons or extent.circles)
    return {Domain.EARTH if extent.frame == EARTH else Domain.UNIVERSE for extent in placed}
