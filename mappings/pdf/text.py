"""Text made fit for paper: no character that no font has, no word too long for a line."""

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

import typst

_LONGEST: Final = 30
"""Characters of a word that may stand without a place to break it,"""
_PIECE: Final = 10
"""and of the pieces between such places where nothing better offers itself."""
_BREAK: Final = "\u200b"
_AFTER: Final = re.compile(r"(?<=[/?&=.,;:_\-+%#~|])(?=[^/\s])")
_UNSEEN: Final = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
"""Marks that turn the direction of the text after them, and could make a line read backwards; the byte order mark. None shows anything."""
_UNPRINTABLE: Final = frozenset({"Cc", "Cs", "Co"})
"""Categories without a meaning on paper: controls, halves of surrogate pairs, private use (which PDF/A forbids)."""
_MISSING: Final = re.compile(r'(?:the text|codepoint) `"((?:[^"\\]|\\.)*)"`')
_ESCAPE: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_PROBE: Final = (
    b'#set document(title: "probe")\n#set text(font: "Libertinus Serif")\n#for line in json(bytes(sys.inputs.lines)) [#par(line)]\n'
)

_ALWAYS: Final = frozenset(
    chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x200B, 0x2010), 0x2019, 0x202F, 0xFE0E, 0xFE0F)
)
"""Characters that our fonts have, or that show nothing by themselves: never at fault, even in a cluster that cannot be shown."""

_shown: set[str] = set(_ALWAYS)
_not_shown: set[str] = set()


@cache
def fonts() -> typst.Fonts:
    """Return the fonts there are: those that come with typst, and behind them the system's."""
    return typst.Fonts(include_system_fonts=True)


def clean(text: str) -> str:
    """Return the text in composed form (NFC), unprintable characters named, tabs and line ends made blanks and newlines."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    if composed.isascii() and composed.isprintable():
        return composed
    composed = composed.translate(_UNSEEN)
    return "".join(_named(ch) if unicodedata.category(ch) in _UNPRINTABLE and ch != "\n" else ch for ch in composed)


def breakable(text: str, longest: int = _LONGEST) -> str:
    """Return the text with places where its long words may be broken (zero-width spaces), behind punctuation where there is some."""
    return " ".join(_BREAK.join(_pieces(word)) if len(word) > longest else word for word in text.split(" "))


def _pieces(word: str) -> Iterable[str]:
    for part in _AFTER.split(word):
        yield from (part[start : start + _PIECE] for start in range(0, len(part), _PIECE))


def displayable(text: str) -> str:
    """Return the text with each character that no font has replaced by its number: "[U+4E2D]"."""
    _probe(set(text) - _shown - _not_shown)
    return text.translate({ord(ch): _named(ch) for ch in tuple(_not_shown)})


def refuse(error: typst.TypstError) -> bool:
    """Count the characters that typst says it cannot show among those that no font has; False when that names none but the usual ones."""
    found = _MISSING.findall(error.diagnostic)
    missing = {ch for text in found for ch in _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)} - _ALWAYS
    _not_shown.update(missing)
    _shown.difference_update(missing)
    return bool(missing)


def _probe(unknown: set[str]) -> None:
    """Find out which of these characters can be shown: typst says it of all at once, when it is asked for an archival PDF."""
    if not unknown:
        return
    lines = [f"o{ch}" if unicodedata.combining(ch) else ch for ch in sorted(unknown)]
    try:
        compiler = typst.Compiler(_PROBE, font_paths=fonts(), sys_inputs={"lines": json.dumps(lines)})
        compiler.compile(format="pdf", pdf_standards=["a-3a"])
    except typst.TypstError as error:
        if not refuse(error):
            raise
    _shown.update(unknown - _not_shown)


def _named(character: str) -> str:
    return f"[U+{ord(character):04X}]"
