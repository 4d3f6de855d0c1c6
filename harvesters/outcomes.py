"""What became of one document of a source: a closed union."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document that is new, or not known to be the same as before.

    Attributes:
        identifier: the name its source knows it by, which may be another than the record's own; None where the source names none.
        content: the document.
        origin: where it was found: an address, a path, a place in a list.
        changed: when the source says it was changed; None where it does not say.
        mark: what tells this state of the document from another, to be handed back (`known`) next time under `key`.
    """

    identifier: str | None
    content: bytes = field(repr=False)
    origin: str
    changed: datetime | None = None
    mark: str | None = None

    @property
    def key(self) -> str:
        """The name under which `mark` is handed back: the identifier, or else the origin."""
        return self.identifier or self.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A document that is as it was when it was fetched last.

    Attributes:
        key: of the `Fetched` of then.
    """

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A document that the source says is gone.

    Attributes:
        identifier: the name the source knew it by.
        at: since when; None where the source does not say.
    """

    identifier: str
    at: datetime | None = None

    @property
    def key(self) -> str:
        """The `key` of the document's `Fetched`."""
        return self.identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A document that is there but cannot be had: it must not be taken for one that is gone.

    Attributes:
        origin: where it is.
        reason: a plain sentence.
        content: what came in its place, as far as it is of use to who looks for the reason; None for nothing.
        identifier: the name its source knows it by; None where even that cannot be had.
    """

    origin: str
    reason: str
    content: bytes | None = field(default=None, repr=False)
    identifier: str | None = None

    @property
    def key(self) -> str:
        """The `key` its `Fetched` would have."""
        return self.identifier or self.origin


Outcome = Fetched | Unchanged | Withdrawn | Rejected
