"""Documents as text that a page can show: whatever bytes they are."""

import re
from dataclasses import dataclass
from typing import Final

from mappings.vocabularies.words import size_words
from ui.language import language

_MOST: Final = 100_000
"""Characters on a page."""
_DECLARED: Final = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["'](iso-8859-\d{1,2}|windows-125\d)["']""", re.IGNORECASE)
"""Of other encodings, all but UTF-8 and UTF-16 are so seldom that their text may show with signs in it that stand for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A document as a page shows it.

    Attributes:
        text: of its beginning.
        numbers: of its lines, one under the other.
        size: of the whole, in words.
        cut: whether there is more.
        extension: a file of it would have.
    """

    text: str
    numbers: str
    size: str
    cut: bool
    extension: str


def shown(content: bytes) -> Shown:
    """Return a document as text; what is no text shows as the character that stands for that."""
    text = _decoded(content)
    beginning = "".join(each if each.isprintable() or each in "\n\t" else "\N{REPLACEMENT CHARACTER}" for each in text[:_MOST])
    return Shown(
        text=beginning,
        numbers="\n".join(str(number) for number in range(1, beginning.count("\n") + 2)),
        size=size_words(len(content), language()),
        cut=len(text) > _MOST,
        extension=_extension(text),
    )


def _decoded(content: bytes) -> str:
    declared = _DECLARED.match(content)
    name = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else declared[1].decode("ascii") if declared else "utf-8"
    try:
        text = content.decode(name, "replace")
    except LookupError:  # there is no ISO 8859-12
        text = content.decode("utf-8", "replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _extension(text: str) -> str:
    match text.lstrip()[:1]:
        case "<":
            return ".xml"
        case "{" | "[":
            return ".json"
        case _:
            return ".txt"
