"""Writes FITS files of one image, which is all that samples need (FITS standard 4.0)."""

import array
import sys
from collections.abc import Sequence
from datetime import datetime

_BLOCK = 2880
_CARD = 80
Value = str | int | bool | datetime


def write_fits(
    shape: tuple[int, ...], pixels: Sequence[int], cards: Sequence[tuple[str, Value, str]], comments: Sequence[str] = ()
) -> bytes:
    """Return a FITS file with one image of 16-bit integers.

    Args:
        shape: the lengths of its axes, NAXIS1 first.
        pixels: as many as the axes make, the first axis running fastest.
        cards: keyword, value and comment of what else its header tells.
        comments: lines of text for its header, 72 characters at most.
    """
    form: list[tuple[str, Value, str]] = [("SIMPLE", True, "conforms to FITS 4.0"), ("BITPIX", 16, ""), ("NAXIS", len(shape), "")]
    form += [(f"NAXIS{number}", length, "") for number, length in enumerate(shape, start=1)]
    lines = [_card(*card) for card in (*form, *cards)]
    lines += [f"COMMENT {line[:72]}".ljust(_CARD) for line in comments]
    lines.append("END".ljust(_CARD))
    data = array.array("h", pixels)
    if sys.byteorder == "little":
        data.byteswap()
    return _padded("".join(lines).encode("ascii"), b" ") + _padded(data.tobytes(), b"\0")


def _card(keyword: str, value: Value, comment: str) -> str:
    match value:
        case bool():
            told = f"{'T' if value else 'F':>20}"
        case int():
            told = f"{value:>20}"
        case datetime():
            told = f"'{value:%Y-%m-%dT%H:%M:%S}'"
        case str():
            quoted = value.replace("'", "''")
            told = f"'{quoted:8}'"
    return f"{keyword:8}= {told}{f' / {comment}' if comment else ''}"[:_CARD].ljust(_CARD)


def _padded(content: bytes, filling: bytes) -> bytes:
    return content + filling * (-len(content) % _BLOCK)
