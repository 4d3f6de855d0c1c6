"""What a person may want to type, from tantivy's dictionaries and SQLite's titles."""

from collections.abc import Iterator, Sequence

from tantivy import Query, Searcher

from catalogue.engines.base import Suggestion
from catalogue.engines.embedded.answers import all_keys, count
from catalogue.engines.embedded.clauses import both, term
from catalogue.engines.embedded.schema import schema
from catalogue.engines.embedded.store import Store
from catalogue.engines.stored import decode
from catalogue.engines.suggesting import TITLES_LOOKED_AT, chosen, typed


def suggestions(searcher: Searcher, store: Store, prefix: str, limit: int, told: Sequence[Query] = ()) -> list[Suggestion]:
    """Return what may be typed by whoever has typed `prefix`, of the records that match all of `told`."""
    asked = typed(prefix)
    if not asked or limit < 1:
        return []
    return chosen(_names(searcher, " ".join(asked), limit, told), _titles(searcher, store, asked, told), asked, limit)


def _names(searcher: Searcher, folded: str, limit: int, told: Sequence[Query]) -> Iterator[tuple[str, int]]:
    for key, _ in searcher.terms_with_prefix("suggest", folded, both(*told) if told else None, limit * 6):
        yield key, count(searcher, both(term("suggest", key), *told))  # the dictionary still counts what was deleted


def _titles(searcher: Searcher, store: Store, asked: list[str], told: Sequence[Query]) -> Iterator[str]:
    begun = Query.fuzzy_term_query(schema(), "title_words", asked[-1], distance=0, prefix=True)
    wanted = both(*(term("title_words", word) for word in dict.fromkeys(asked[:-1])), begun, *told)
    keys = all_keys(searcher, wanted, TITLES_LOOKED_AT)
    return (title for row in store.rows("key", keys).values() if (title := decode(row.stored).title))
