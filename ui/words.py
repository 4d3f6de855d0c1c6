"""Texts and places as the pages say them. Dates, numbers and codes are said by `mappings.vocabularies`. Pure functions."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from markupsafe import Markup

from mappings.doi import doi_address
from mappings.vocabularies.words import (
    declination_words,
    degrees_words,
    interval_words,
    latitude_words,
    longitude_words,
    right_ascension_words,
)
from records.dates import Date, TimeInterval
from records.model import Box, Circle

_ADDRESS: Final = re.compile(
    r"\b(?:https?|ftp)://[^\s<>\"'()]+(?:\([^\s<>\"'()]*\)[^\s<>\"'()]*)*|\bdoi:10\.\d{4,9}/[^\s<>\"']+", re.IGNORECASE
)
_TRAILING: Final = ".,;:!?]}»”’)"
_LINKABLE: Final = re.compile(r"(?:https?|ftp)://[^\s/?#]+\S*$|mailto:[^\s@]+@[^\s@]+$", re.IGNORECASE)

_SIGNS: Final = re.compile(r"""[^\w\s"«»“”'’.:/+-]+""")
_BREAKS: Final = re.compile(r"(?<=\w[/@])(?=\w)|(?<=\w)(?=\.[^\W\d])")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of running text; `url` when it is an address to follow."""

    text: str
    url: str | None = None


def followable(url: str) -> str | None:
    """Return the address a browser can follow for a link as a document has it; None where there is none ("relative", "javascript:…")."""
    written = url.strip().replace(" ", "%20")
    if (address := doi_address(url)) is not None:
        return address
    if written.lower().startswith("www."):
        return f"https://{written}"
    return written if _LINKABLE.match(written) else None


def letter_to(email: str) -> str | None:
    """Return the address that writes to an e-mail address and says nothing else; None for what is none."""
    return f"mailto:{quote(email.strip(), safe='@+')}" if _EMAIL.match(email.strip()) else None


def addressee(url: str) -> str | None:
    """Return the e-mail address that a `mailto:` address writes to; None for any other address."""
    scheme, _, rest = url.partition(":")
    return unquote(rest.partition("?")[0]).strip() or None if scheme.lower() == "mailto" else None


def without_signs(words: str) -> str:
    """Return typed words without the signs between them that mean nothing to a search: quotation marks and what joins words stay."""
    said = _SIGNS.sub(" ", words).split()
    return " ".join(word for word in said if any(each.isalnum() for each in word))


def pieces(text: str) -> tuple[Piece, ...]:
    """Return running text with the addresses in it set apart."""
    found: list[Piece] = []
    start = 0
    for match in _ADDRESS.finditer(text):
        shown = match[0].rstrip(_TRAILING) if ")" not in match[0] or "(" not in match[0] else match[0].rstrip(_TRAILING[:-1])
        if match.start() > start:
            found.append(Piece(text[start : match.start()]))
        found.append(Piece(shown, followable(shown)))
        start = match.start() + len(shown)
    if start < len(text):
        found.append(Piece(text[start:]))
    return tuple(found)


def breaks(text: str) -> Markup:
    """Return text as HTML whose addresses may go on in a new line after "/" and "@" and before "."."""
    return Markup("<wbr>").join(_BREAKS.split(text))


def paragraphs(text: str) -> tuple[tuple[Piece, ...], ...]:
    """Return plain text as its paragraphs, each in pieces."""
    return tuple(pieces(paragraph) for paragraph in text.split("\n\n"))


def excerpt(text: str, length: int) -> str:
    """Return the beginning of a text, at most `length` characters, cut at a word."""
    line = " ".join(text[: length * 2].split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def days(interval: TimeInterval, language: str) -> str:
    """Return a stretch of time in whole days: what a line of a list has room for."""
    return interval_words(TimeInterval(begin=interval.begin and day(interval.begin), end=interval.end and day(interval.end)), language)


def day(date: Date) -> Date:
    """Return a date without its time of day."""
    return Date(date.text.partition("T")[0])


def box_words(box: Box, language: str, *, sky: bool = False) -> str:
    """Return a box in words, first its longitudes (on the sky: right ascensions), west to east, then its latitudes, south to north."""
    if sky:
        west, south, east, north = (degrees_words(side, language) for side in (box.west, box.south, box.east, box.north))
        return f"{_axes(language)[0]} {_range(west, east)}, {_axes(language)[1]} {_range(south, north)}"
    if (box.west, box.south, box.east, box.north) == (-180, -90, 180, 90):
        return "toute la Terre" if language == "fr" else "the whole Earth"
    if box.east - box.west >= 360:
        across = "toutes longitudes" if language == "fr" else "all longitudes"
    else:
        across = _range(longitude_words(box.west, language), longitude_words(box.east, language))
    return f"{across}, {_range(latitude_words(box.south, language), latitude_words(box.north, language))}"


def circle_words(circle: Circle, language: str) -> str:
    """Return a cone on the sky in words: centre and radius."""
    right_ascension, declination = _axes(language)
    radius = f"{'rayon' if language == 'fr' else 'radius'} {degrees_words(circle.radius, language)}"
    where = f"{right_ascension} {right_ascension_words(circle.x)} ({degrees_words(circle.x, language)})"
    return f"{where}, {declination} {declination_words(circle.y)}, {radius}"


def _axes(language: str) -> tuple[str, str]:
    return ("AD", "Déc.") if language == "fr" else ("RA", "Dec.")


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"
