"""The tantivy index: its schema, a function of `FIELDS`, and how it is opened."""

from functools import cache
from pathlib import Path
from typing import Final

import tantivy

from catalogue.engines.stems import stemmer
from catalogue.engines.stored import fields_hash
from mappings.index.document import ZONES
from mappings.index.fields import FIELDS, Kind

WRITER_HEAP: Final = 60_000_000
"""Bytes that one writer gathers in memory before it writes a segment. tantivy asks for 15 MB at least."""

_STEMS: Final = "stems"
_PLAIN: Final = "plain"
_VERSION: Final = "4"
"""Raised when the schema changes without `FIELDS` changing."""


def current_hash() -> str:
    """Return what an index built for this program's table of fields is marked with."""
    return fields_hash(_VERSION)


@cache
def schema() -> tantivy.Schema:
    """Return the schema. Nothing is stored in it: the documents stay in SQLite, and `key` leads there."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    for zone in ZONES:
        builder.add_text_field(zone, tokenizer_name=_STEMS, index_option="position")
    builder.add_text_field("title_words", tokenizer_name=_PLAIN, index_option="basic")
    builder.add_text_field("words", tokenizer_name=_PLAIN, index_option="basic")
    for name in ("exact", "has", "suggest", "sky_cells"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("title_length", fast=True)
    for field in FIELDS.values():
        match field.kind:
            case Kind.TEXT | Kind.KEYWORD if field.whole or field.kind is Kind.KEYWORD:
                builder.add_text_field(
                    field.name, tokenizer_name="raw", index_option="basic", fast=field.facet or field.name == "identifier"
                )
            case Kind.INTEGER | Kind.MOMENT:
                builder.add_integer_field(field.name, indexed=True, fast=True)
            case Kind.INTERVAL:
                for part in ("begin", "end"):
                    builder.add_integer_field(f"{field.name}_{part}", fast=True)
            case Kind.EXTENT if field.name != "sky":
                for part in ("west", "south", "east", "north"):
                    builder.add_float_field(f"{field.name}_{part}", fast=True)
    return builder.build()


def open_index(path: Path, *, create: bool = False) -> tantivy.Index:
    """Return the index kept at `path`.

    Raises:
        ValueError: its schema is another one.
        FileNotFoundError: there is none, and `create` is not asked.
    """
    if create:
        path.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(schema(), path=str(path))
    else:
        if not (path / "meta.json").exists():
            raise FileNotFoundError(path)
        index = tantivy.Index.open(str(path))
    index.register_tokenizer(_STEMS, stemmer())
    index.register_tokenizer(_PLAIN, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader("manual")
    return index
