"""What a person who has typed the beginning of something may want to type: the same for all engines."""

from collections.abc import Iterable
from typing import Final

from catalogue.engines.base import Suggestion
from mappings.index.text import fold, words

TITLES_LOOKED_AT: Final = 40


def typed(prefix: str) -> list[str]:
    """Return the words that were typed, folded; the last one may be but begun."""
    return words(fold(prefix))


def chosen(names: Iterable[tuple[str, int]], titles: Iterable[str], asked: list[str], limit: int) -> list[Suggestion]:
    """Return names and keywords that begin with what was typed, those of most records first, then titles that hold its words.

    Args:
        names: members of "suggest" (`mappings.index.document`) that begin so, and how many records have each.
        titles: of some records that hold the words.
        asked: what was typed.
        limit: at most so many.
    """
    by_title = sorted(set(titles), key=lambda title: (not fold(title).startswith(asked[0]), len(title), title))
    suggested = [Suggestion(text=title, field="title", count=1) for title in by_title[:limit]]
    kept = max(limit - len(suggested), (limit + 1) // 2)
    found = {fold(one.text): one for one in reversed([*_named(names)[:kept], *suggested])}
    return list(reversed(found.values()))[:limit]


def _named(names: Iterable[tuple[str, int]]) -> list[Suggestion]:
    found: dict[str, Suggestion] = {}
    for member, number in names:
        _, field, text = member.split("\0", 2)
        same = found.get(fold(text))
        if number and (same is None or same.count < number):
            found[fold(text)] = Suggestion(text=text, field=field, count=number)
    return sorted(found.values(), key=lambda one: (-one.count, one.text))
