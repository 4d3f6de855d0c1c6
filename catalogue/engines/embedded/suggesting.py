"""What a person who has typed the beginning of something may want to type."""

from tantivy import Query, Searcher

from catalogue.engines.base import Suggestion
from catalogue.engines.embedded.answers import all_keys, count
from catalogue.engines.embedded.clauses import both, term
from catalogue.engines.embedded.schema import schema
from catalogue.engines.embedded.store import Store
from catalogue.engines.stored import decode
from mappings.index.text import fold, words

_TITLES_LOOKED_AT = 40


def suggestions(searcher: Searcher, store: Store, prefix: str, limit: int) -> list[Suggestion]:
    """Return names and keywords that begin with `prefix`, those of most records first, then titles that hold its words."""
    typed = words(fold(prefix))
    if not typed or limit < 1:
        return []
    names = _names(searcher, " ".join(typed), limit)
    titles = _titles(searcher, store, typed, limit)
    kept = max(limit - len(titles), (limit + 1) // 2)
    chosen = {fold(found.text): found for found in reversed([*names[:kept], *titles])}
    return list(reversed(chosen.values()))[:limit]


def _names(searcher: Searcher, folded: str, limit: int) -> list[Suggestion]:
    found: dict[str, Suggestion] = {}
    for key, _ in searcher.terms_with_prefix("suggest", folded, None, limit * 6):
        _, field, text = key.split("\0", 2)
        number = count(searcher, term("suggest", key))  # the dictionary still counts what was deleted
        same = found.get(fold(text))
        if number and (same is None or same.count < number):
            found[fold(text)] = Suggestion(text=text, field=field, count=number)
    return sorted(found.values(), key=lambda one: (-one.count, one.text))


def _titles(searcher: Searcher, store: Store, typed: list[str], limit: int) -> list[Suggestion]:
    begun = Query.fuzzy_term_query(schema(), "title_words", typed[-1], distance=0, prefix=True)
    wanted = both(*(term("title_words", word) for word in dict.fromkeys(typed[:-1])), begun)
    keys = all_keys(searcher, wanted, _TITLES_LOOKED_AT)
    titles = {title for row in store.rows("key", keys).values() if (title := decode(row.stored).title)}
    ordered = sorted(titles, key=lambda title: (not fold(title).startswith(typed[0]), len(title), title))
    return [Suggestion(text=title, field="title", count=1) for title in ordered[:limit]]
