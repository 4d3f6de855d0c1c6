"""Fields of the forms of accounts, as the pages show them: what was typed, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a form.

    Attributes:
        name: what it is sent as.
        words: its label.
        value: what it holds when the page is shown; passwords are never shown again.
        fault: what is wrong with it, a sentence; None where nothing is.
        hint: what to write, a sentence; None where the label says it.
        kind: of the input: "text", "email", "tel", "password", "date", "number"; "textarea" and "select" are themselves.
        autocomplete: what browsers may fill in, as HTML names it.
        length: characters at most; None for as many as one likes.
        optional: whether it may stay empty.
        options: of a select, values with their words.
        rows: of a textarea, how high it is at first.
    """

    name: str
    words: str
    value: str = ""
    fault: str | None = None
    hint: str | None = None
    kind: str = "text"
    autocomplete: str = "off"
    length: int | None = None
    optional: bool = False
    options: Sequence[tuple[str, str]] = ()
    rows: int = 4


def typed(form: Mapping[str, str], name: str, length: int = 5000) -> str:
    """Return what was typed into a field, without blanks around it; a text that no field holds is cut."""
    return form.get(name, "").strip()[:length]
