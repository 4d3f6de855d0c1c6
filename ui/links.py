"""A link with its words: what many pages show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLink:
    """A link and what may stand beside it: how many records it finds, as words, and a note on it. `href` is "" where it leads nowhere."""

    words: str
    href: str
    count: str | None = None
    note: str | None = None
