"""The words of a filter that is written as text, and a cursor over them."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalogue.protocols.filters.limits import MAX_TEXT
from records.errors import QueryError


class Kind(StrEnum):
    """What a token is."""

    NAME = "name"
    """A keyword, a function or a property; "dc:title" is one."""
    QUOTED = "quoted"
    """A property in double quotes."""
    STRING = "string"
    NUMBER = "number"
    TIME = "time"
    """A date without quotes; CQL alone has it."""
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a filter.

    Attributes:
        text: quotes and the escapes within them taken away.
        place: its first character, counted from 1.
    """

    kind: Kind
    text: str
    place: int


_PLAIN_STRING: Final = r"'(?:[^']|'')*+'"
_ESCAPED_STRING: Final = r"'(?:[^'\\]|''|\\'|\\)*+'"
_TIME: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?(?![\w:-])"
_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])"
_REST: Final = rf"""
    (?P<quoted>"(?:[^"]|"")*+")
  | (?P<number>{_NUMBER})
  | (?P<name>(?:DOES-NOT-EXIST\b|(?:[^\W\d]|:)[\w:.]*))
  | (?P<sign><>|<=|>=|[=<>(),/*+-])
"""
_CQL: Final = re.compile(rf"\s*(?:(?P<string>{_PLAIN_STRING})|(?P<time>{_TIME})|{_REST})", re.VERBOSE | re.IGNORECASE)
_CQL2: Final = re.compile(rf"\s*(?:(?P<string>{_ESCAPED_STRING})|{_REST})", re.VERBOSE | re.IGNORECASE)


def tokens_of(text: str, *, cql2: bool) -> "Tokens":
    """Return the tokens of a filter.

    Args:
        text: the filter.
        cql2: whether a quote in a string is also written behind a backslash, and dates stand in quotes only (CQL2, OGC 21-065r2, annex B).

    Raises:
        QueryError: it is empty, longer than MAX_TEXT, or has a character that means nothing.
    """
    if len(text) > MAX_TEXT:
        raise QueryError(f"the filter has {len(text):,} characters; at most {MAX_TEXT:,} are read", parameter="filter")
    pattern, end = (_CQL2 if cql2 else _CQL), len(text.rstrip())
    found: list[Token] = []
    at = 0
    while at < end:
        match = pattern.match(text, at)
        if match is None or match.lastgroup is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            what = "a text or name whose quotes are not closed" if text[at] in "'\"" else f"{text[at]!r} means nothing here"
            raise QueryError(f"{what} (character {at + 1})", parameter="filter")
        kind = Kind(match.lastgroup)
        found.append(Token(kind, _plain(kind, match[kind], cql2=cql2), match.start(kind) + 1))
        at = match.end()
    if not found:
        raise QueryError("the filter is empty", parameter="filter")
    return Tokens([*found, Token(Kind.END, "", end + 1)])


def _plain(kind: Kind, text: str, *, cql2: bool) -> str:
    match kind:
        case Kind.STRING if cql2:
            return re.sub(r"''|\\'", "'", text[1:-1])
        case Kind.STRING:
            return text[1:-1].replace("''", "'")
        case Kind.QUOTED:
            return text[1:-1].replace('""', '"')
        case _:
            return text


class Tokens:
    """A cursor over the tokens of a filter; the last token is the end, and stays."""

    def __init__(self, found: list[Token]) -> None:
        self._found = found
        self._at = 0

    @property
    def next(self) -> Token:
        """The token that comes next."""
        return self._found[self._at]

    @property
    def after(self) -> Token:
        """The token behind the next one."""
        return self._found[min(self._at + 1, len(self._found) - 1)]

    def take(self) -> Token:
        """Return the next token and go on to the one behind it."""
        token = self.next
        self._at = min(self._at + 1, len(self._found) - 1)
        return token

    def is_next(self, *words: str) -> bool:
        """Return whether one of these signs or keywords (in capitals) comes next."""
        return self.next.kind in (Kind.NAME, Kind.SIGN) and self.next.text.upper() in words

    def accept(self, *words: str) -> str | None:
        """Return the sign or keyword that comes next, in capitals, and pass over it, where it is one of these; else None."""
        return self.take().text.upper() if self.is_next(*words) else None

    def expect(self, word: str) -> None:
        """Pass over this sign or keyword.

        Raises:
            QueryError: something else comes next.
        """
        if not self.accept(word):
            raise self.fault(repr(word))

    def called(self) -> str | None:
        """Return the name, in capitals, of the function that comes next; None where none does."""
        function = self.next.kind is Kind.NAME and self.after.kind is Kind.SIGN and self.after.text == "("
        return self.next.text.upper() if function else None

    def fault(self, wanted: str) -> QueryError:
        """Return the error that something else was wanted in place of the next token."""
        found = "the end" if self.next.kind is Kind.END else repr(self.next.text[:80])
        return QueryError(f"{wanted} is expected, and not {found} (character {self.next.place})", parameter="filter")
