"""What a person typed, as a query whose scores are whole numbers that depend on the question and on the record alone.

A word is worth more the fewer records have it and the weightier the field it stands in (`FIELDS`); each word counts once, where it counts
most. Above the sum of the words stand, in this order: a title that is the whole text; a name (identifier, project, platform,
instrument) that is; a title that holds all the words, the shorter the better, and better still side by side. No statistics of
an engine's own enter, so that a cursor means the same after others have written (the worth of the words travels in it).
"""

import math
import re
from itertools import pairwise
from typing import Annotated, Final

import msgspec

from catalogue.engines.clauses import Clauses, Q
from catalogue.engines.spelling import NEAREST, nearest_words
from catalogue.engines.stems import stem
from catalogue.engines.vocabulary import Vocabulary
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
_WORD: Final = re.compile(r"[^\W_]+")
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


def relaxed(plan: Plan, text: str, vocabulary: Vocabulary) -> Plan:
    """Return what to search for a text whose plan finds nothing: another plan, or the same where it does find something or none finds more.

    One of the words may be a slip that happens to be, or to have the stem of, another word: it is replaced, those first that do not occur
    as they are written, then the rarest. Where that does not help, a record needs but most of the words. All this looks at the
    text alone, so that filters narrow what the text finds and change nothing else.
    """
    occurs = any(word.beginning or any(worth for _, worth in word.forms) for word in plan.words)
    if len(plan.words) < 2 or not occurs or vocabulary.finds(plan):
        return plan

    def suspicion(at: int) -> tuple[bool, int]:
        word = plan.words[at]
        return vocabulary.occurs(word.token), -max((worth for _, worth in word.forms), default=0)

    for position in sorted(range(len(plan.words)), key=suspicion)[:MAX_CORRECTED]:
        other = _with_nearest(plan, position, text, vocabulary)
        if other is not None and vocabulary.finds(other):
            return other
    for least in range(len(plan.words) - 1, len(plan.words) // 2, -1):
        fewer = msgspec.structs.replace(plan, least=least)
        if vocabulary.finds(fewer):
            return fewer
    return plan


def make_plan(text: str, vocabulary: Vocabulary, *, exact: bool) -> Plan:
    """Return what to search for a text that holds a word at least.

    A word that occurs nowhere is replaced by the nearest ones that do, or left out where there are none.
    """
    text = _shortened(text)
    folded = without_elision(fold(text))
    phrases = _phrases(folded)
    tokens = words(folded)
    distinct = list(dict.fromkeys(tokens))[:MAX_WORDS]
    last = distinct[-1] if distinct[-1] == tokens[-1] and not _QUOTED.search(text) and text[-1:].isalnum() else None
    begun = frozenset() if exact else frozenset(token for token in distinct if token == last or _is_code(token))
    vocabulary.expect(distinct, [token for token in begun if _begins(token)])
    searched: list[Word] = []
    replaced: dict[str, str] = {}
    sought = 0
    for token in distinct:
        word = _word(token, vocabulary, begins=token in begun)
        if not exact and (word is None or not (word.beginning or vocabulary.occurs(token))):
            sought += 1
            word = _nearest(token, word, vocabulary) if sought <= MAX_CORRECTED else word
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


def _nearest(token: str, word: Word | None, vocabulary: Vocabulary) -> Word | None:
    """Return what to search for a word that does not occur as it is written, but perhaps (`word`) by its stem; None for nothing.

    Where one of the nearest words has the same stem it is but another ending. Else it is taken for a slip of the pen first, and for
    another ending of a word further off still.
    """
    near = nearest_words(vocabulary, token)
    if word is not None and (not near or any(stem(form) == stem(token) for form, _ in near)):
        return word
    forms = [(form, _worth(form, vocabulary)) for form, _ in near]
    if word is not None:
        forms += [(form, max(1, worth // 2)) for form, worth in word.forms]
    return Word(token, tuple(forms)) if forms else None


def _with_nearest(plan: Plan, position: int, text: str, vocabulary: Vocabulary) -> Plan | None:
    """Return a plan with one word replaced by its neighbours; None where it has none."""
    word = plan.words[position]
    near = [(form, _worth(form, vocabulary)) for form, _ in nearest_words(vocabulary, word.token)]
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
    """Return a text with words replaced; of what stands without a blank around a word that is left out, only the words stay."""
    return " ".join(filter(None, (_replace_in(chunk, replaced) for chunk in text.split())))


def _replace_in(chunk: str, replaced: dict[str, str]) -> str:
    found = [replaced.get(fold(word), word) for word in _WORD.findall(chunk)]
    if not all(found):
        return " ".join(filter(None, found))
    return _WORD.sub(lambda match: replaced.get(fold(match[0]), match[0]), chunk)


def _word(token: str, vocabulary: Vocabulary, *, begins: bool) -> Word | None:
    """Return a word that occurs, by itself, its stem or its beginning; None for one that does not."""
    worth = _worth(token, vocabulary)
    beginning = 0
    if begins and _begins(token):
        among = vocabulary.begun(token)
        beginning = max(1, int((worth or _scale(among, vocabulary)) * _BEGINNING)) if among else 0
    if not worth and not beginning:
        return None
    return Word(token, ((token, worth),) if worth else (), beginning)


def _begins(token: str) -> bool:
    return len(token) > 2 or not token.isalpha()


def _worth(token: str, vocabulary: Vocabulary) -> int:
    """Return the worth of a word; 0 for one that occurs nowhere."""
    frequency = vocabulary.frequency(token)
    return _scale(frequency, vocabulary) if frequency else 0


def _scale(frequency: int, vocabulary: Vocabulary) -> int:
    return max(1, min(64, round(4 * math.log2(1 + vocabulary.records() / frequency))))


def text_query(plan: Plan, clauses: Clauses[Q]) -> Q:
    """Return the query of a plan."""
    parts = [_word_query(word, clauses) for word in plan.words]
    if not parts:
        return clauses.nothing()
    needed = parts[0] if len(parts) == 1 else clauses.ranked(parts, (), least=plan.least if plan.least < len(parts) else None)
    phrased = [clauses.either(_phrase(zone, phrase, clauses) for zone in ZONES) for phrase in plan.phrases]
    steps = [*_wholes(plan, clauses), *_titles(plan, clauses)]
    return clauses.ranked([needed, *(clauses.scored(phrase, 0) for phrase in phrased)], steps)


def _phrases(folded: str) -> tuple[tuple[str, ...], ...]:
    quoted = (words("".join(filter(None, match.groups())))[:MAX_WORDS] for match in _QUOTED.finditer(folded))
    return tuple(tuple(found) for found in quoted if len(found) > 1)[:MAX_PHRASES]


def unranked(text: str, clauses: Clauses[Q]) -> Q:
    """Return what `SearchQuery.text` finds when it is exact, without scores: a condition among others. All records for no word."""
    folded = without_elision(fold(_shortened(text)))
    distinct = list(dict.fromkeys(words(folded)))[:MAX_WORDS]
    parts = [clauses.either(clauses.any_term(zone, [stem(word)]) for zone in ZONES) for word in distinct]
    parts += [clauses.either(_phrase(zone, phrase, clauses) for zone in ZONES) for phrase in _phrases(folded)]
    return clauses.scored(clauses.both(clauses.everything(), *parts), 0)


def _word_query(word: Word, clauses: Clauses[Q]) -> Q:
    found = [
        clauses.scored(clauses.any_term(zone, [stem(form)]), round(worth * 2 * boost))
        for form, worth in word.forms
        for zone, boost in ZONES.items()
    ]
    found += [
        clauses.scored(clauses.any_term("title_words", [form]), round(worth * 2 * ZONES[_TITLE]) + _AS_WRITTEN)
        for form, worth in word.forms
    ]
    if word.beginning:
        found.append(clauses.scored(clauses.beginning("title_words", word.token), round(word.beginning * 2 * ZONES[_TITLE])))
        found.append(clauses.scored(clauses.beginning("words", word.token), word.beginning))
    return clauses.best_of(found)


def _phrase(zone: str, phrase: tuple[str, ...], clauses: Clauses[Q]) -> Q:
    return clauses.phrase(zone, [stem(word) for word in phrase])


def _wholes(plan: Plan, clauses: Clauses[Q]) -> list[Q]:
    return [
        clauses.scored(clauses.any_term("exact", [exact_title(plan.whole)]), _TITLE_IS_TEXT),
        clauses.scored(clauses.any_term("exact", [exact_name(plan.whole)]), _NAME_IS_TEXT),
    ]


def _titles(plan: Plan, clauses: Clauses[Q]) -> list[Q]:
    """Return the steps for titles that hold all the words, and for names that do."""
    in_title = [clauses.any_term(_TITLE, [stem(form) for form, _ in word.forms]) for word in plan.words if word.forms]
    if len(in_title) < len(plan.words):
        return []
    steps = [clauses.scored(clauses.both(*in_title), _TITLE_HAS_ALL)]
    shorter = [clauses.scored(clauses.between("title_length", None, len(plan.words) + more), _TITLE_SHORTER) for more in _LENGTHS]
    steps.append(clauses.ranked([clauses.scored(clauses.both(*in_title), 0)], shorter))
    named = [clauses.either(clauses.any_term(zone, [stem(form) for form, _ in word.forms]) for zone in _NAMED) for word in plan.words]
    steps.append(clauses.scored(clauses.both(*named), _NAMES_HAVE_ALL))
    if len(plan.words) > 1:
        # pair by pair: of three words and more within a distance, each engine has an order of its own
        pairs = pairwise(stem(word.forms[0][0]) for word in plan.words)
        steps.append(clauses.scored(clauses.both(*(clauses.phrase(_TITLE, pair, slop=1) for pair in pairs)), _TITLE_SIDE_BY_SIDE))
    return steps
