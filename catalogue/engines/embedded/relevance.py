"""What a person typed, as a tantivy query whose scores are whole numbers that depend on the question and on the record alone.

A word is worth more the fewer records have it and the weightier the field it stands in (`FIELDS`); each word counts once, where it counts
most. Above the sum of the words stand, in this order: a title that is the whole text; a name (identifier, project, platform,
instrument) that is; a title that holds all the words, the shorter the better, and better still side by side. No statistics of
tantivy's own enter, so that a cursor means the same after others have written (the worth of the words travels in it).
"""

import math
import re
from collections.abc import Iterable
from typing import Annotated, Final

import msgspec
from tantivy import Occur, Query, Searcher

from catalogue.engines.embedded.answers import count
from catalogue.engines.embedded.clauses import any_term, between, both, either, nothing, scored, term
from catalogue.engines.embedded.schema import schema, stem
from catalogue.engines.embedded.spelling import NEAREST, nearest_words
from catalogue.query import MAX_TEXT
from mappings.index.document import ZONES, exact_name, exact_title
from mappings.index.text import MAX_WORD, fold, without_elision, words

MAX_WORDS: Final = 60
"""Different words of a text that are searched; the first ones."""

# The steps of the order. The sum of the words stays below 60 × 17 × 64 = 65,280; all sums are below 2^24, where floats are exact.
_TITLE_IS_TEXT: Final = 1_000_000
_NAME_IS_TEXT: Final = 300_000  # "MODIS": the records of that instrument stand before those that mention it in an abstract
_TITLE_HAS_ALL: Final = 200_000
_NAMES_HAVE_ALL: Final = 60_000
_TITLE_SIDE_BY_SIDE: Final = 20_000
_TITLE_SHORTER: Final = 6_000
_LENGTHS: Final = (0, 1, 2, 4, 7, 12)
_AS_WRITTEN: Final = 2  # "Terra" before "terre", which has the same stem
_BEGINNING: Final = 0.4

MAX_CORRECTED: Final = 8
"""Words of a text for which the nearest ones are sought; further ones that do not occur are left out."""

MAX_PHRASES: Final = 20
"""Phrases of a text that are searched; the first ones."""
_FEW_PHRASES: Final = msgspec.Meta(max_length=MAX_PHRASES)

_TITLE: Final = max(ZONES, key=lambda zone: ZONES[zone])
_NAMED: Final = tuple(zone for zone, boost in ZONES.items() if boost >= 3)
_QUOTED: Final = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”')


_Token = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_WORD)]
_Worth = Annotated[int, msgspec.Meta(ge=0, le=64)]
_Text = Annotated[str, msgspec.Meta(max_length=20 * MAX_TEXT)]  # a character may fold into many


class Word(msgspec.Struct, array_like=True, frozen=True):
    """A word of the text.

    Attributes:
        token: the word, folded.
        forms: the words that are searched for it with their worth: itself, or those that stand in for it.
        beginning: its worth as the beginning of a word; 0 where it is not searched as one.
    """

    token: _Token
    forms: Annotated[tuple[tuple[_Token, _Worth], ...], msgspec.Meta(max_length=2 * NEAREST)]
    beginning: _Worth = 0


class Plan(msgspec.Struct, array_like=True, frozen=True):
    """What was made of a text. The bounds are those of what is made; they hold for what comes back in a cursor, too.

    Attributes:
        words: what a record has to hold.
        phrases: folded words that have to stand side by side.
        least: how many of the words a record has to hold.
        whole: the folded text as a whole, "" where words were replaced.
        searched_as: the text as it was searched where words were replaced; None otherwise.
    """

    words: Annotated[tuple[Word, ...], msgspec.Meta(min_length=1, max_length=MAX_WORDS)]
    phrases: Annotated[tuple[Annotated[tuple[_Token, ...], msgspec.Meta(min_length=2, max_length=MAX_WORDS)], ...], _FEW_PHRASES] = ()
    least: Annotated[int, msgspec.Meta(ge=1, le=MAX_WORDS)] = 1
    whole: _Text = ""
    searched_as: _Text | None = None


def relaxed(plan: Plan, text: str, searcher: Searcher) -> Plan:
    """Return what to search for a text whose plan finds nothing: another plan, or the same where it does find something or none finds more.

    One of the words may be a slip that happens to be, or to have the stem of, another word: it is replaced, those first that do not occur
    as they are written, then the rarest. Where that does not help, a record needs but most of the words. All this looks at the
    text alone, so that filters narrow what the text finds and change nothing else.
    """
    occurs = any(word.beginning or any(worth for _, worth in word.forms) for word in plan.words)
    if len(plan.words) < 2 or not occurs or _count(plan, searcher):
        return plan

    def suspicion(at: int) -> tuple[bool, int]:
        word = plan.words[at]
        return searcher.doc_freq("words", word.token) > 0, -max((worth for _, worth in word.forms), default=0)

    for position in sorted(range(len(plan.words)), key=suspicion)[:MAX_CORRECTED]:
        other = _with_nearest(plan, position, text, searcher)
        if other is not None and _count(other, searcher):
            return other
    for least in range(len(plan.words) - 1, len(plan.words) // 2, -1):
        fewer = msgspec.structs.replace(plan, least=least)
        if _count(fewer, searcher):
            return fewer
    return plan


def make_plan(text: str, searcher: Searcher, *, exact: bool) -> Plan:
    """Return what to search for a text that holds a word at least.

    A word that occurs nowhere is replaced by the nearest ones that do, or left out where there are none.
    """
    text = _shortened(text)
    folded = without_elision(fold(text))
    quoted = (words("".join(filter(None, match.groups())))[:MAX_WORDS] for match in _QUOTED.finditer(folded))
    phrases = tuple(tuple(found) for found in quoted if len(found) > 1)[:MAX_PHRASES]
    tokens = words(folded)
    distinct = list(dict.fromkeys(tokens))[:MAX_WORDS]
    last = distinct[-1] if distinct[-1] == tokens[-1] and not _QUOTED.search(text) and text[-1:].isalnum() else None
    searched: list[Word] = []
    replaced: dict[str, str] = {}
    sought = 0
    for token in distinct:
        word = _word(token, searcher, begins=not exact and (token == last or _is_code(token)))
        if not exact and (word is None or not (word.beginning or searcher.doc_freq("words", token))):
            sought += 1
            word = _nearest(token, word, searcher) if sought <= MAX_CORRECTED else word
            if word is None or word.forms[0][0] != token:
                replaced[token] = word.forms[0][0] if word is not None else ""
        elif word is None:
            word = Word(token, ((token, 1),))
        if word is not None:
            searched.append(word)
    if not searched:  # nothing is near to anything: searched as written, in vain
        return Plan(words=tuple(Word(token, ((token, 0),)) for token in distinct), least=len(distinct))
    return Plan(
        words=tuple(searched),
        phrases=phrases,
        least=len(searched),
        whole=" ".join(filter(None, (replaced.get(token, token) for token in tokens))),
        searched_as=_replace(text, replaced) if replaced else None,
    )


def _nearest(token: str, word: Word | None, searcher: Searcher) -> Word | None:
    """Return what to search for a word that does not occur as it is written, but perhaps (`word`) by its stem; None for nothing.

    Where one of the nearest words has the same stem it is but another ending. Else it is taken for a slip of the pen first, and for
    another ending of a word further off still.
    """
    near = nearest_words(searcher, token)
    if word is not None and (not near or any(stem(form) == stem(token) for form, _ in near)):
        return word
    forms = [(form, _worth(form, searcher)) for form, _ in near]
    if word is not None:
        forms += [(form, max(1, worth // 2)) for form, worth in word.forms]
    return Word(token, tuple(forms)) if forms else None


def _count(plan: Plan, searcher: Searcher) -> int:
    return count(searcher, text_query(plan))


def _with_nearest(plan: Plan, position: int, text: str, searcher: Searcher) -> Plan | None:
    """Return a plan with one word replaced by its neighbours; None where it has none."""
    word = plan.words[position]
    near = [(form, _worth(form, searcher)) for form, _ in nearest_words(searcher, word.token)]
    near = [(form, worth) for form, worth in near if worth]
    if not near:
        return None
    replaced = {word.token: near[0][0]}
    changed = (*plan.words[:position], Word(word.token, tuple(near)), *plan.words[position + 1 :])
    whole = " ".join(replaced.get(token, token) for token in plan.whole.split())
    return msgspec.structs.replace(plan, words=changed, whole=whole, searched_as=_replace(plan.searched_as or _shortened(text), replaced))


def has_words(text: str) -> bool:
    """Return whether what is looked at of a text holds a word."""
    return bool(words(without_elision(fold(_shortened(text)))))


def _shortened(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    return text[:MAX_TEXT].rpartition(" ")[0] or text[:MAX_TEXT]


def _is_code(token: str) -> bool:
    return len(token) > 3 and not token.isdigit() and not token.isalpha()


def _replace(text: str, replaced: dict[str, str]) -> str:
    found = re.sub(r"[^\W_]+", lambda match: replaced.get(fold(match[0]), match[0]), text)
    return " ".join(found.split())


def _word(token: str, searcher: Searcher, *, begins: bool) -> Word | None:
    """Return a word that occurs, by itself, its stem or its beginning; None for one that does not."""
    worth = _worth(token, searcher)
    beginning = 0
    if begins and (len(token) > 2 or not token.isalpha()):
        among = searcher.terms_with_prefix("words", token, None, 1)
        beginning = max(1, int((worth or _scale(among[0][1], searcher)) * _BEGINNING)) if among else 0
    if not worth and not beginning:
        return None
    return Word(token, ((token, worth),) if worth else (), beginning)


def _worth(token: str, searcher: Searcher) -> int:
    """Return the worth of a word; 0 for one that occurs nowhere."""
    root = stem(token)
    frequency = max(searcher.doc_freq(zone, root) for zone in ZONES)
    return _scale(frequency, searcher) if frequency else 0


def _scale(frequency: int, searcher: Searcher) -> int:
    return max(1, min(64, round(4 * math.log2(1 + searcher.num_docs / frequency))))


def text_query(plan: Plan) -> Query:
    """Return the query of a plan."""
    parts = [_word_query(word) for word in plan.words]
    if not parts:
        return nothing()
    needed = both(*parts) if plan.least >= len(parts) else Query.boolean_query([(Occur.Should, part) for part in parts], plan.least)
    phrased = [either(_phrase(zone, phrase) for zone in ZONES) for phrase in plan.phrases]
    steps = [*_wholes(plan), *_titles(plan)]
    return Query.boolean_query(
        [(Occur.Must, needed), *((Occur.Must, scored(phrase, 0)) for phrase in phrased), *((Occur.Should, step) for step in steps)]
    )


def _word_query(word: Word) -> Query:
    found = [scored(term(zone, stem(form)), round(worth * 2 * boost)) for form, worth in word.forms for zone, boost in ZONES.items()]
    found += [scored(term("title_words", form), round(worth * 2 * ZONES[_TITLE]) + _AS_WRITTEN) for form, worth in word.forms]
    if word.beginning:
        found += _beginnings(word.token, word.beginning)
    return Query.disjunction_max_query(found)


def _beginnings(token: str, worth: int) -> list[Query]:
    return [
        scored(Query.fuzzy_term_query(schema(), "title_words", token, distance=0, prefix=True), round(worth * 2 * ZONES[_TITLE])),
        scored(Query.fuzzy_term_query(schema(), "words", token, distance=0, prefix=True), worth),
    ]


def _phrase(zone: str, phrase: Iterable[str]) -> Query:
    return Query.phrase_query(schema(), zone, [stem(word) for word in phrase])


def _wholes(plan: Plan) -> list[Query]:
    return [
        scored(term("exact", exact_title(plan.whole)), _TITLE_IS_TEXT),
        scored(term("exact", exact_name(plan.whole)), _NAME_IS_TEXT),
    ]


def _titles(plan: Plan) -> list[Query]:
    """Return the steps for titles that hold all the words, and for names that do."""
    in_title = [any_term(_TITLE, [stem(form) for form, _ in word.forms]) for word in plan.words if word.forms]
    if len(in_title) < len(plan.words):
        return []
    steps = [scored(both(*in_title), _TITLE_HAS_ALL)]
    shorter = [scored(between("title_length", None, len(plan.words) + more), _TITLE_SHORTER) for more in _LENGTHS]
    steps.append(Query.boolean_query([(Occur.Must, scored(both(*in_title), 0)), *((Occur.Should, step) for step in shorter)]))
    named = [either(any_term(zone, [stem(form) for form, _ in word.forms]) for zone in _NAMED) for word in plan.words]
    steps.append(scored(both(*named), _NAMES_HAVE_ALL))
    if len(plan.words) > 1:
        side = Query.phrase_query(schema(), _TITLE, [stem(word.forms[0][0]) for word in plan.words], slop=1)
        steps.append(scored(side, _TITLE_SIDE_BY_SIDE))
    return steps
