"""Cursors: where the next page of an answer begins, as text that a URL carries."""

import base64
import binascii
import hashlib
from typing import Annotated, Final

import msgspec

from catalogue.engines.relevance import Plan
from catalogue.query import SortKey
from mappings.index.fields import FIELDS, Kind
from records.errors import QueryError

_Number = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]
_RELEVANCE: Final = "relevance"


class Cursor(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """Where a page begins.

    Attributes:
        question: a digest of the question it belongs to.
        after: the sort values of the last record handed out (None where it had none); for relevance its score, or nothing beyond the head.
        identifier: of the last record handed out.
        threshold: for relevance, the score above which a record belongs to the head; None where all do.
        plan: for relevance, what was made of the text (`relevance`).
    """

    question: str
    after: list[str | _Number | None]
    identifier: str
    threshold: _Number | None = None
    plan: Plan | None = None


def encode_cursor(cursor: Cursor) -> str:
    """Return a cursor as text fit for a URL."""
    packed = msgspec.msgpack.encode(cursor)
    return base64.urlsafe_b64encode(_seal(packed) + packed).rstrip(b"=").decode()


def decode_cursor(text: str, question: str, sort: tuple[SortKey, ...]) -> Cursor:
    """Return the cursor that `text` writes, for a question and the order it is answered in.

    Whoever forges one gets no further than asking: each part is of its type and within its bounds, or it is refused.

    Raises:
        QueryError: it is not one of ours, or one of another question.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = msgspec.msgpack.decode(raw[6:], type=Cursor) if _seal(raw[6:]) == raw[:6] else None
    except (binascii.Error, ValueError) as error:  # msgspec's errors are ValueErrors
        raise QueryError("this is no cursor of this catalogue", parameter="cursor") from error
    if cursor is None or not _fits(cursor.after, sort):
        raise QueryError("this is no cursor of this catalogue", parameter="cursor")
    if cursor.question != question:
        raise QueryError("this cursor belongs to another question", parameter="cursor")
    return cursor


def _fits(after: list[str | int | None], sort: tuple[SortKey, ...]) -> bool:
    """Return whether these are values of these sort keys; relevance has none beyond the head."""
    if sort[0].field == _RELEVANCE:
        return len(after) <= 1 and all(isinstance(value, int) for value in after)
    return len(after) == len(sort) and all(
        isinstance(value, int if FIELDS[key.field].kind is Kind.MOMENT else str) or (value is None and key.field != "identifier")
        for key, value in zip(sort, after, strict=True)
    )


def _seal(packed: bytes) -> bytes:
    """Return a check sum. It guards against accidents; there is nothing in a cursor that a person could not ask for."""
    return hashlib.blake2b(packed, digest_size=6, person=b"reflecs cursor").digest()
