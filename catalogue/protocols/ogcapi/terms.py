"""The parameter `q`: terms, each a word or words that stand side by side (OGC 20-004r1, /req/record-core-query-parameters/q-response)."""

from typing import Final

from pygeofilter import ast

from catalogue.protocols.filters.limits import combined
from catalogue.query import MAX_TEXT
from mappings.index.text import fold, words
from records.errors import QueryError

_QUOTES: Final = str.maketrans(dict.fromkeys('"«»“”', " "))
MAX_TERMS: Final = 100


def text_of(q: str) -> tuple[str, ast.Node | None]:
    """Return what a record has to hold: as a text to rank by where there is one term, as a filter where there are several.

    Terms are parted by commas, and a record needs one of them. The words of a term stand side by side, in their order. Each is searched
    as on the pages, in any field, whatever its case, accents and endings; a term without words is passed over, as there.

    Raises:
        QueryError: there are too many, or too long ones.
    """
    if len(q) > MAX_TEXT:
        raise QueryError(f"q has more than {MAX_TEXT} characters", parameter="q")
    terms = [" ".join(term.translate(_QUOTES).split()) for term in q.split(",")]
    quoted = [f'"{term}"' for term in dict.fromkeys(terms) if words(fold(term))]
    if len(quoted) > MAX_TERMS:
        raise QueryError(f"q has more than {MAX_TERMS} terms", parameter="q")
    if len(quoted) < 2:
        return "".join(quoted), None
    return "", combined(ast.Or, [ast.Equal(ast.Attribute("anytext"), term) for term in quoted])
