import pytest

from mappings.vocabularies.languages import language_code, language_tag


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("en", "eng"),
        ("en-GB", "eng"),
        ("en_US", "eng"),
        ("eng; USA", "eng"),
        ("eng; CAN", "eng"),
        ("ENG", "eng"),
        ("English", "eng"),
        ("fre", "fra"),
        ("fra", "fra"),
        ("Français", "fra"),
        ("ger", "deu"),
        ("  de ", "deu"),
        ("gsw", "gsw"),
        ("", None),
        ("missing", None),
    ],
)
def test_a_language_is_known_by_its_codes_and_names(text: str, code: str | None) -> None:
    assert language_code(text) == code


@pytest.mark.parametrize(("code", "tag"), [("eng", "en"), ("fra", "fr"), ("gsw", "gsw")])
def test_a_code_becomes_a_tag(code: str, tag: str) -> None:
    assert language_tag(code) == tag
    assert language_code(tag) == code
