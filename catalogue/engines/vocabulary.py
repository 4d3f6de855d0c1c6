"""What a plan (`relevance`) asks of the words that an engine's records hold."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from catalogue.engines.relevance import Plan


class Vocabulary(Protocol):
    """The words of the records, folded, at one state of the catalogue."""

    def expect(self, tokens: Sequence[str], beginnings: Sequence[str]) -> None:
        """Take note of the words that are asked for next, some of them as beginnings: an engine far away looks them up in one go."""
        ...

    def records(self) -> int:
        """Return how many records there are."""
        ...

    def frequency(self, token: str) -> int:
        """Return how many records hold the stem of a word, in the zone where most do."""
        ...

    def occurs(self, token: str) -> bool:
        """Return whether a record holds the word as it is written."""
        ...

    def begun(self, token: str) -> int:
        """Return how many records hold the most frequent word that begins so; 0 where none does.

        Where the stem of the word itself occurs, any number above 0 tells enough.
        """
        ...

    def alike(self, word: str) -> Iterable[str]:
        """Return words with the same first letter, the more frequent first: those within two slips of the pen are among them."""
        ...

    def occurring(self, made: Iterable[str]) -> dict[str, int]:
        """Return those of these words that occur, and how many records hold them as written."""
        ...

    def finds(self, plan: "Plan") -> bool:
        """Return whether a plan finds a record."""
        ...
