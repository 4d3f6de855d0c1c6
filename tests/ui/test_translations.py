"""The French words: none is missing, none is left over, and what is compiled is what is written."""

import re
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import ui

FOLDER = Path(ui.__file__).parent
FRENCH = FOLDER / "translations/fr/LC_MESSAGES/messages.po"


def said() -> set[tuple[str, ...]]:
    """All that pages say through gettext, each as its singular and its plural, if it has one."""
    methods = [("**.py", "python"), ("templates/**", "jinja2")]
    options = {"templates/**": {"encoding": "utf-8", "silent": "false"}}
    return {forms(message) for _, _, message, _, _ in extract_from_dir(str(FOLDER), methods, options)}


def forms(message: object) -> tuple[str, ...]:
    """A message, or a translation, as its singular and its plural, if it has one."""
    return (message,) if isinstance(message, str) else tuple(cast("list[str]", message))


def french() -> Catalog:
    """The French words as they are written."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def texts(catalog: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The messages of a catalogue and their translations."""
    return {forms(message.id): forms(message.string) for message in catalog if message.id}


def test_every_message_has_its_french_and_no_other_has() -> None:
    assert set(texts(french())) == said(), "run pybabel as ui/translations/README.md says"


def test_no_french_is_empty_or_fuzzy() -> None:
    assert all(all(words) for words in texts(french()).values())
    assert not [message.id for message in french() if message.fuzzy and message.id]


def test_placeholders_agree() -> None:
    for message, words in texts(french()).items():
        assert placeholders(words) == placeholders(message), message


def placeholders(texts: tuple[str, ...]) -> set[str]:
    """The places of values in a message."""
    return {place for text in texts for place in re.findall(r"%\(\w+\)\w", text)}


def test_what_is_compiled_is_what_is_written() -> None:
    with FRENCH.with_suffix(".mo").open("rb") as file:
        assert texts(read_mo(file)) == texts(french())
