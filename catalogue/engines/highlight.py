"""Where a text was found in a record: marked pieces of title and abstract, names of other fields. Made for the hits shown only."""

from collections.abc import Iterable
from typing import Final

from catalogue.engines.relevance import Plan
from catalogue.engines.stems import stem
from catalogue.query import Fragment, Hit, SearchQuery
from mappings.index.fields import FIELDS, IndexField
from mappings.index.text import fold, word_spans, words
from records.model import Record

SNIPPET: Final = 240
"""Characters of a snippet, roughly: it begins and ends between words."""

_SHOWN: Final = frozenset({"title", "abstract"})
Span = tuple[int, int]


class Highlighter:
    """Marks what one plan found."""

    def __init__(self, plan: Plan | None) -> None:
        searched = plan.words if plan is not None else ()
        self._stems = {stem(form) for word in searched for form, _ in word.forms} | {
            stem(w) for p in (plan.phrases if plan else ()) for w in p
        }
        self._beginnings = tuple(word.token for word in searched if word.beginning)
        self._known: dict[str, bool] = {}

    def matches(self, word: str) -> bool:
        """Return whether a folded word is one of those searched."""
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = stem(word) in self._stems or word.startswith(self._beginnings)
        return known

    def title(self, record: Record) -> tuple[Fragment, ...]:
        """Return the title, marked; the identifier of a record that has none."""
        text = record.display_title
        return _marked(text, 0, len(text), self._spans(text))

    def snippet(self, record: Record) -> tuple[Fragment, ...]:
        """Return the part of the abstract that holds most of the words, marked; its start where it holds none; () where there is none."""
        text = record.abstract
        if text is None:
            return ()
        spans = self._spans(text)
        begin, end = _window(text, spans)
        pieces = _marked(text, begin, end, spans)
        before = (Fragment("… "),) if begin > 0 else ()
        behind = (Fragment(" …"),) if end < len(text) else ()
        return (*before, *pieces, *behind)

    def found_in(self, record: Record) -> tuple[str, ...]:
        """Return the names of the fields, other than title and abstract, that hold one of the words."""
        if not self._stems and not self._beginnings:
            return ()
        return tuple(name for name, field in FIELDS.items() if field.boost and name not in _SHOWN and self._is_in(field, record))

    def _is_in(self, field: IndexField, record: Record) -> bool:
        more = field.more(record) if field.more is not None else ()
        return any(self.matches(word) for value in (*field.values(record), *more) for word in words(fold(str(value))))

    def _spans(self, text: str) -> list[Span]:
        if not self._stems and not self._beginnings:
            return []
        return [(begin, end) for begin, end, word in word_spans(text) if self.matches(word)]


def hits_of(records: Iterable[Record], query: SearchQuery, plan: Plan | None) -> tuple[Hit, ...]:
    """Return records as hits, marked where the question asks for it."""
    if not query.highlight:
        return tuple(Hit(record=record) for record in records)
    marks = Highlighter(plan)
    return tuple(
        Hit(record=record, title=marks.title(record), snippet=marks.snippet(record), found_in=marks.found_in(record)) for record in records
    )


def _window(text: str, spans: list[Span]) -> Span:
    """Return where the snippet begins and ends."""
    if len(text) <= SNIPPET * 5 // 4:
        return 0, len(text)
    begin = 0
    if len(spans) > 1 or (spans and spans[0][0] > SNIPPET * 3 // 4):
        best = 0
        for number, (start, _) in enumerate(spans):
            held = {fold(text[b:e]) for b, e in spans[number : number + 20] if e <= start + SNIPPET}
            if len(held) > best:
                best, begin = len(held), start
        begin = max(begin - SNIPPET // 6, 0)
        if begin:
            begin = text.find(" ", begin) + 1
    if len(text) - begin < SNIPPET:
        begin = text.find(" ", len(text) - SNIPPET) + 1
    end = begin + SNIPPET
    if end >= len(text):
        return begin, len(text)
    cut = text.rfind(" ", begin + SNIPPET // 2, end)
    return begin, cut if cut > 0 else end


def _marked(text: str, begin: int, end: int, spans: list[Span]) -> tuple[Fragment, ...]:
    """Return text[begin:end] in pieces, the spans in it marked."""
    pieces: list[Fragment] = []
    position = begin
    for start, stop in spans:
        if start < begin or stop > end:
            continue
        if start > position:
            pieces.append(Fragment(text[position:start]))
        pieces.append(Fragment(text[start:stop], marked=True))
        position = stop
    if position < end:
        pieces.append(Fragment(text[position:end]))
    return tuple(pieces)
