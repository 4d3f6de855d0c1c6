"""A link with its words: what many pages show."""

from dataclasses import dataclass

from records.model import Link
from ui.words import addressee, followable


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLink:
    """A link and what may stand beside it: how many records it finds, as words, and a note on it. `href` is "" where it leads nowhere."""

    words: str
    href: str
    count: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLink:
    """Where data are ordered; `to` is the e-mail address where that is done by a letter, else None."""

    href: str
    to: str | None


def order_link(link: Link) -> OrderLink | None:
    """Return where data are ordered; None where the document's address cannot be followed."""
    href = followable(link.url)
    return OrderLink(href=href, to=addressee(href)) if href else None
