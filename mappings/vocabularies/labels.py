"""Words in English and French for codes, names of fields, and languages. The table itself is `labels.toml`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from records.codes import AccessLevel, Code, Domain, LinkFunctionCode, RoleCode, ScopeCode, TopicCategoryCode

LANGUAGES: Final = ("en", "fr")
"""The languages there are words in, the one that stands in for any other first."""

_VALUES: Final[Mapping[str, type[Code]]] = {
    "domain": Domain,
    "type": ScopeCode,
    "topic": TopicCategoryCode,
    "role": RoleCode,
    "access": AccessLevel,
    "function": LinkFunctionCode,
}
"""Fields whose values are codes, as facets and filters hand them out (plain strings)."""

_TABLES_OF_NAMES: Final = ("Field", "Language")


def label(code: Code | str, language: str) -> str:
    """Return the words for a code, the name of a field, or an ISO 639-2 language code.

    Args:
        code: a member of a code list, or a name ("platform", "alternate_titles", "fra"). A string that is no known name is
            returned as it is: it is what the document says.
        language: of the words, ISO 639-1; any but French ("fr", "fr-FR") gives English.
    """
    column = 1 if language.lower().startswith("fr") else 0
    if isinstance(code, Code):
        return table()[type(code).__name__][code.value][column]
    for name in _TABLES_OF_NAMES:
        if code in table()[name]:
            return table()[name][code][column]
    return code


def value_label(field: str, value: str, language: str) -> str:
    """Return the words for a value of a field, as a facet hands it out ("dataset" of "type": "Data set"); free text stays."""
    codes = _VALUES.get(field)
    member = codes.match(value) if codes is not None else None
    return value if member is None else label(member, language)


@cache
def table() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return the whole table: name of a code list, "Field" or "Language" → code → words in the order of LANGUAGES."""
    text = resources.files(__package__).joinpath("labels.toml").read_text(encoding="utf-8")
    return {name: {code: (words[0], words[1]) for code, words in rows.items()} for name, rows in tomllib.loads(text).items()}
