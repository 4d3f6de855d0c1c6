"""The French words: none is missing, none is left over, and what is compiled is what is written."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import ui

FOLDER = Path(ui.__file__).parent
FRENCH = FOLDER / "translations/fr/LC_MESSAGES/messages.po"


def said() -> set[str | tuple[str, ...]]:
    """All that pages say through gettext."""
    methods = [("**.py", "python"), ("templates/**", "jinja2")]
    options = {"templates/**": {"encoding": "utf-8", "silent": "false"}}
    return {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in extract_from_dir(str(FOLDER), methods, options)}


def french() -> Catalog:
    """The French words as they are written."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def texts(catalog: Catalog) -> dict[str | tuple[str, ...], str | tuple[str, ...]]:
    """The messages of a catalogue and their translations."""
    frozen = [[each if isinstance(each, str) else tuple(each) for each in (message.id, message.string)] for message in catalog if message.id]
    return {message: translation for message, translation in frozen}


def test_every_message_has_its_french_and_no_other_has() -> None:
    assert set(texts(french())) == said(), "run pybabel as ui/translations/README.md says"


def test_no_french_is_empty_or_fuzzy() -> None:
    for message in french():
        words = (message.string,) if isinstance(message.string, str) else message.string
        assert all(words), message.id
        assert not message.fuzzy or not message.id, message.id


def test_placeholders_agree() -> None:
    for message in french():
        ids, strings = ((each,) if isinstance(each, str) else each for each in (message.id, message.string))
        wanted = set().union(*(re.findall(r"%\(\w+\)\w", each) for each in ids))
        for words in strings if message.id else ():
            assert set(re.findall(r"%\(\w+\)\w", words)) <= wanted, message.id
        assert not message.id or set().union(*(re.findall(r"%\(\w+\)\w", each) for each in strings)) == wanted, message.id


def test_what_is_compiled_is_what_is_written() -> None:
    with FRENCH.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert texts(compiled) == texts(french())
