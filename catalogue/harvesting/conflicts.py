"""Which of two documents with one identifier stands, and how that is told."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from catalogue.harvesting.codelists import Policy


class Verdict(StrEnum):
    """What is done with a document that claims the identifier of a record."""

    TAKEN = "it is newer and stands"
    LEFT = "the record that is kept stays"
    BOTH = "both are kept"
    REFUSED = "it was refused"


class Rival(StrEnum):
    """What a document with the identifier of a record met."""

    EDITED = "The record was changed here after it was harvested"
    BY_HAND = "A record with this identifier was brought in here by hand"
    ELSEWHERE = "A record with this identifier comes from another source"
    TWIN = "Another document of this source has this identifier"
    WITHDRAWN = "The record was withdrawn here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two documents with one identifier, and what was done.

    Attributes:
        rival: what the document met.
        name: of the other source, or of the other document; None where there is nothing to name.
        done: what became of it, as a clause.
    """

    rival: Rival
    name: str | None
    done: str

    def __str__(self) -> str:
        return f"{self.rival.value}{f' ({self.name})' if self.name else ''}; {self.done}."


def judge(policy: Policy, *, incoming: int | None, kept: int | None) -> Verdict:
    """Return what a policy says.

    Args:
        policy: of the source that the document comes from.
        incoming: the document's own date, seconds from 1970; None where it has none.
        kept: of the record that is kept, likewise.
    """
    match policy:
        case Policy.NEWER:
            return Verdict.TAKEN if incoming is not None and (kept is None or incoming > kept) else Verdict.LEFT
        case Policy.FIRST:
            return Verdict.LEFT
        case Policy.BOTH:
            return Verdict.BOTH
        case Policy.REFUSE:
            return Verdict.REFUSED
        case _:
            assert_never(policy)


def renamed(identifier: str, source: str) -> str:
    """Return under which identifier a source's record is kept beside another one of the same identifier."""
    return f"{identifier}@{source}"
