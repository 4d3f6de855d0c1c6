"""What accounts refuse can be said in French: every sentence of theirs is among the pages' words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import accounts
from accounts import codes, errors, forms, registering, states
from tests.ui.account.conftest import House
from ui.refusals import SENTENCES

FOR_OPERATORS = {"mail.py": "The sender of letters", "access.py": "The access rules cannot be read now."}
"""What is said to those who set up or run the service, at the start or in the log."""


def raised() -> Iterator[tuple[str, str]]:
    """The texts that errors of accounts are made of, with their modules."""
    for path in sorted(Path(accounts.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and "Error" in ast.unparse(node.exc.func):
                for part in (each for argument in node.exc.args for each in ast.walk(argument)):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.endswith(".") and len(part.value) > 12:
                        yield path.name, part.value


def test_what_is_raised_is_known() -> None:
    texts = {(module, text) for module, text in raised() if "REFLECS_" not in text and not text.startswith(FOR_OPERATORS.get(module, "\n"))}
    assert len(texts) > 20
    unknown = {(module, text) for module, text in texts if text not in SENTENCES} - {("access.py", " characters.")}
    assert not unknown


def test_so_is_what_fields_and_states_say() -> None:
    said = {str(errors.SignInError()), str(errors.ResetError()), str(errors.NotAllowedError()), codes.TOO_MANY, registering._TAKEN}  # noqa: SLF001
    said |= set(states._SENTENCES.values())  # noqa: SLF001
    said |= {sentence for value in ("", "x" * 5000, "\x00", "@", "..", "system") for sentence in _refusals(value)}
    assert said <= set(SENTENCES)


def _refusals(value: str) -> Iterator[str]:
    for name in forms.Registration.__match_args__ or forms.Registration.__dataclass_fields__:
        if (sentence := forms._refused(name, value)) is not None:  # noqa: SLF001
            yield sentence


def test_a_refusal_is_said_in_the_readers_language(house: House) -> None:
    person = house.client()
    for language, says in (
        ("en", "The name and the password do not go together"),
        ("fr", "Le nom et le mot de passe ne vont pas ensemble"),
    ):
        person.get(f"/?lang={language}")
        assert says in person.sign_in("nobody", "wrong").text
