"""Documents for measuring: those of the corpus, varied in identifier, title, dates and places, so that each is a record of its own."""

import random
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from mappings.formats import read
from mappings.index.text import words
from records.errors import FormatError

_LARGEST: Final = 100_000
"""Bytes. The few larger documents of the corpus would make up half of what is measured."""

_YEAR: Final = re.compile(rb"\b((?:19|20)\d\d)(?=-(?:0[13-9]|1[0-2])-)")  # no leap days are made
_LONGITUDE: Final = re.compile(
    rb"(<(?:\w+:)?(?:westBoundLongitude|eastBoundLongitude|Westernmost_Longitude|Easternmost_Longitude)>\s*(?:<gco:Decimal>)?\s*)(-?\d+(?:\.\d+)?)"
)


class Base:
    """A document of the corpus that can be varied: identifier and title stand in it as they were read."""

    def __init__(self, content: bytes, identifier: str, title: str) -> None:
        self.content = content
        self.identifier = identifier
        self.title = title

    def varied(self, number: int, draw: random.Random, vocabulary: list[str]) -> tuple[bytes, str, str]:
        """Return the document, identifier and title of a variation."""
        identifier = f"{number:07}-{self.identifier}"  # in their order, records of all kinds are mixed
        title = f"{self.title} {' '.join(draw.sample(vocabulary, 2))} {number}"
        years, turn = draw.randrange(-12, 13), draw.uniform(-30, 30)
        content = self.content.replace(self.title.encode(), title.encode()).replace(self.identifier.encode(), identifier.encode())
        content = _YEAR.sub(lambda match: b"%d" % min(max(int(match[1]) + years, 1900), 2026), content)
        content = _LONGITUDE.sub(lambda match: match[1] + b"%.4f" % _moved(float(match[2]), turn), content)
        return content, identifier, title


def _moved(longitude: float, turn: float) -> float:
    return longitude if abs(longitude) >= 180 else max(-180.0, min(180.0, longitude + turn))


def bases(corpus: Path) -> list[Base]:
    """Return the ISO 19139 and DIF documents of the corpus that can be varied."""
    found = []
    for path in sorted(path for name in ("iso19139", "dif") for path in (corpus / name).rglob("*") if path.is_file()):
        content = path.read_bytes()
        try:
            record = read(content)
        except FormatError:
            continue
        plain = record.title is not None and escape(record.title, quote=False) == record.title and len(record.title) > 8
        if (
            plain
            and record.title
            and len(content) < _LARGEST
            and all(text.encode() in content for text in (record.title, record.identifier))
        ):
            base = Base(content, record.identifier, record.title)
            if _varies(base):
                found.append(base)
    return found


def _varies(base: Base) -> bool:
    """Return whether a variation is read with the identifier and the title that it was given."""
    content, identifier, title = base.varied(7, random.Random(7), ["some", "words"])
    record = read(content)
    return (record.identifier, record.title) == (identifier, title)


def variations(corpus: Path, count: int, seed: int = 19115) -> Iterator[tuple[bytes, str, str]]:
    """Yield document, identifier and title of `count` different records."""
    draw = random.Random(seed)
    known = bases(corpus)
    vocabulary = sorted(
        {word for base in known for word in words(base.title.lower()) if word.isalpha() and word.isascii() and len(word) > 4}
    )
    for number in range(count):
        yield known[number % len(known)].varied(number, draw, vocabulary)
