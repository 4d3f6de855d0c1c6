"""A walk along links from page to page, as OGC API Records and STAC have them: it ends, and knows whether it saw everything."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import httpx

from harvesters.errors import Fault, HarvestError
from harvesters.outcomes import Fetched, Outcome, Unchanged, Withdrawn
from harvesters.pages import Seen, Step
from harvesters.source import Checkpoint

MAX_STALLS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPage:
    """A page and the way to the next.

    Attributes:
        following: what the next page is asked for with, text that `ask` understands; None at the end.
        matched: how many documents there are in all; None where it is not told.
        doubt: whether something on it could not be had, and has no name.
    """

    outcomes: tuple[Outcome, ...]
    following: str | None
    matched: int | None = None
    doubt: bool = False


def along(address: str, href: str) -> str:
    """Return where a link on a page leads. A link to the page's own path stays at the host that was asked, whatever host it names.

    Servers behind a proxy often do not know by which name they are asked.

    Raises:
        HarvestError: the link is no address.
    """
    here = httpx.URL(address)
    try:
        there = here.join(href)
    except httpx.InvalidURL as error:
        raise HarvestError("a link on the page leads to what is no address", fault=Fault.ANSWER, where=address) from error
    return str(there.copy_with(scheme=here.scheme, host=here.host, port=here.port) if there.path == here.path else there)


def walk(ask: Callable[[str], LinkedPage], first: str, checkpoint: Checkpoint | None) -> Iterator[Step]:
    """Yield what there is from a page on.

    Args:
        ask: returns the page of an address.
        first: the address of the first.
        checkpoint: of an earlier walk that was interrupted.
    """
    values = checkpoint.values() if checkpoint else {}
    place = values.get("next")
    resumed = isinstance(place, str)
    here = place if isinstance(place, str) else first
    doubt, stalls, matched = bool(values.get("doubt")), 0, None
    with closing(Seen()) as seen, closing(Seen()) as visited:
        visited.add([here])
        while True:
            page = ask(here)
            doubt = doubt or page.doubt or (matched is not None and page.matched is not None and page.matched != matched)
            matched = page.matched if page.matched is not None else matched
            new = seen.add(each.key for each in page.outcomes if isinstance(each, Fetched | Unchanged | Withdrawn) or each.identifier)
            stalls = 0 if new else stalls + 1
            following = page.following
            if following is not None and (stalls >= MAX_STALLS or not visited.add([following])):
                doubt, following = True, None
            if following is None:
                doubt = doubt or (not resumed and matched is not None and seen.distinct != matched)
                checkpoint = Checkpoint.of(next=None, doubt=doubt)
                yield Step(outcomes=page.outcomes, checkpoint=checkpoint, expected=matched, complete=not doubt)
                return
            yield Step(outcomes=page.outcomes, checkpoint=Checkpoint.of(next=following, doubt=doubt), expected=matched)
            here = following
