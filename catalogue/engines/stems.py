"""Stems of words: the same for all engines, whatever analysis an engine has of its own."""

from functools import cache, lru_cache

import tantivy


@cache
def stemmer() -> tantivy.TextAnalyzer:
    """Return what takes English and then French endings off folded words. One field serves both languages that way."""
    whole = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
    return whole.filter(tantivy.Filter.stemmer("english")).filter(tantivy.Filter.stemmer("french")).build()


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem of a folded word."""
    found: list[str] = stemmer().analyze(word)
    return found[0] if found else word
