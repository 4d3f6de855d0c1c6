"""Every letter says the same in both languages."""

import string

import pytest

from accounts import letters
from accounts.letters import Letter

LETTERS = {name: value for name, value in vars(letters).items() if isinstance(value, Letter)}


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_both_languages_tell_the_same(letter: Letter) -> None:
    for english, french in zip(letter.english, letter.french, strict=True):
        assert _places(english) == _places(french)
        assert english != french
        assert {sign for sign in french if ord(sign) > 127} - set("«»éèêàâîôûçÉœ’ \u202f") == set()


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_each_can_be_written_with_the_longest_names(letter: Letter) -> None:
    values = dict.fromkeys(_places("".join((*letter.english, *letter.french))), "x" * 100)
    for language in ("en", "fr", "de"):
        message = letter.to("faraday@example.org", language, **values)
        assert "{" not in message.text
        assert message.text.endswith("\n")
    assert len(LETTERS) == 9
