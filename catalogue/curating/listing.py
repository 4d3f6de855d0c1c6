"""Lists of records for curators: narrowed by who looks after them, where they came from, what was found in them, who may have them.

A list is walked along one thing that narrows it (what has the fewest records first: what is the asker's, then what is restricted, what
words find, what was found at fault); all other parts of the filter are asked of the records that the walk passes, some hundred at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import select

from accounts.access import Sight
from accounts.desk import must_curate
from accounts.errors import StateError
from accounts.visitors import Visitor
from catalogue.curating import passing as walks
from catalogue.curating.checking import CheckView, Kind
from catalogue.curating.keeping import Keeping
from catalogue.curating.models import RecordCare
from catalogue.curating.passing import NOWHERE, Passed
from catalogue.curating.views import Filter, Listing, Row, State
from catalogue.query import Page, SearchQuery
from database.keys import digest_of
from mappings.formats import read
from mappings.vocabularies.domains import domain_of
from records.codes import Domain
from records.errors import FormatError

MOST_ROWS: Final = 200
"""Of one page."""
_AT_ONCE: Final = 500
"""Records that are looked at in one go where not each of them may be wanted."""
_EFFORT: Final = 10_000
"""Records that are looked at for one page: then it ends, however few are on it."""
_CHEAP: Final = 20
"""So many that are known to be unwanted at sight cost what one does that is looked at."""
_LONGEST_PLACE: Final = 4_000
_FOUND: Final[dict[State, Kind]] = {State.INVALID: "invalid", State.BROKEN: "broken links"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A filter, who asks, and what he may know of rules of access now."""

    filter: Filter
    by: Visitor
    sight: Sight

    @property
    def plain(self) -> bool:
        """Whether everything that the walk passes is wanted."""
        wanted = self.filter
        parts = (wanted.mine, wanted.source is not None, bool(wanted.text), wanted.state is not State.ALL)
        return sum(parts) == 0 or (sum(parts) == 1 and wanted.source is None)

    def wants(self, identifier: str, check: CheckView | None) -> bool:
        """Return whether a record is in the state that the filter wants, by what its last check found."""
        match self.filter.state:
            case State.INVALID:
                return check is not None and not check.valid
            case State.BROKEN:
                return check is not None and check.broken > 0
            case State.RESTRICTED:
                return self.sight.decide(identifier).restricted
            case _:
                return True


class Lists(Keeping):
    """Lists records."""

    def listing(self, wanted: Filter, *, after: str | None = None, limit: int = 50, by: Visitor) -> Listing:
        """Return a page of a list of records.

        What is the asker's comes in the order of his last changes, what was withdrawn in that of its withdrawal, the newest first; what
        is searched, the best first. Others come in an order of their own, that of their identifiers where it costs nothing.

        Args:
            wanted: which records.
            after: `Listing.next` of the page before, of the same list; None for the first.
            limit: rows of a page, at most 200.
            by: a curator.

        Raises:
            NotAllowedError: `by` is no curator.
            StateError: `after` leads nowhere.
            EngineError, DatabaseError: that cannot be told now.
        """
        must_curate(by)
        if after is not None and len(after) > _LONGEST_PLACE:
            raise StateError(NOWHERE)
        asked = _Asked(filter=wanted, by=by, sight=self._access.sight(by))
        size = min(max(limit, 1), MOST_ROWS)
        walk = self._walk(asked, after)
        total = self._total(wanted)
        rows: list[Row] = []
        place, behind, effort = after, after, 0
        while effort < _EFFORT:
            passed = list(islice(walk, size + 1 if asked.plain else _AT_ONCE))
            if not passed:
                return Listing(rows=tuple(rows), total=total, next=None)
            places = {each.identifier: each.place for each in passed if each.identifier is not None}
            for row in self._rows(list(places), asked):
                if len(rows) == size:
                    return Listing(rows=tuple(rows), total=total, next=behind)
                rows.append(row)
                behind = places[row.identifier]
            place = passed[-1].place
            effort += len(places) + len(passed) // _CHEAP
        return Listing(rows=tuple(rows), total=total, next=place)

    def _total(self, wanted: Filter) -> int | None:
        """Return how many there are, where that is asked of one who knows."""
        match wanted:
            case Filter(mine=False, source=None, state=State.ALL, text=text) if text:
                return self._engine().search(SearchQuery(text=text, page=Page(limit=0))).number_matched
            case Filter(mine=False, source=None, state=State.ALL):
                return self._engine().statistics().records
            case Filter(mine=False, source=None, state=State.WITHDRAWN, text=""):
                return self._engine().statistics().deleted
            case Filter(mine=False, source=None, state=(State.INVALID | State.BROKEN) as state, text=""):
                return self._checking.count(_FOUND[state])
            case _:
                return None

    # Walks

    def _walk(self, asked: _Asked, after: str | None) -> Iterator[Passed]:
        wanted = asked.filter
        if wanted.mine:
            return walks.cared_for(self._database, asked.by.user_id, after)
        match wanted.state:
            case State.WITHDRAWN:
                return walks.withdrawn(self._engine(), after, now=self._clock())
            case State.RESTRICTED:
                return walks.restricted(asked.sight, after)
            case _ if wanted.text:
                return walks.searched(self._engine(), wanted.text, after)
            case State.ALL:
                return walks.all_there(self._engine(), wanted.source, after)
            case state:
                return walks.at_fault(self._checking, _FOUND[state], after)

    # Rows

    def _rows(self, identifiers: Sequence[str], asked: _Asked) -> Iterator[Row]:
        """Yield the rows of those that the filter wants, in their order."""
        if asked.filter.mine:
            identifiers = self._mine(identifiers, asked.by)
        if asked.filter.state is State.WITHDRAWN:
            yield from self._withdrawn_rows(identifiers, asked.filter)
            return
        checks = self._checking.of(identifiers)
        identifiers = [identifier for identifier in identifiers if asked.wants(identifier, checks.get(identifier))]
        if asked.filter.text and identifiers:
            identifiers = self._with_words(identifiers, asked.filter.text)
        source = asked.filter.source
        for record in self._engine().get_many(identifiers):
            if record is None or record.provenance.loaded is None:
                continue
            if source is not None and record.provenance.source != (source or None):
                continue
            decision = asked.sight.decide(record.identifier)
            yield Row(
                identifier=record.identifier,
                title=record.display_title,
                domain=domain_of(record),
                source=record.provenance.source,
                changed=record.provenance.loaded,
                check=checks.get(record.identifier),
                restricted=decision if decision.restricted else None,
            )

    def _mine(self, identifiers: Sequence[str], by: Visitor) -> list[str]:
        digests = {digest_of(identifier): identifier for identifier in identifiers}
        asked = select(RecordCare.identifier_digest).where(
            RecordCare.identifier_digest.in_(list(digests)), RecordCare.user_id == by.user_id
        )
        with self._database.reading() as session:
            mine = set(session.scalars(asked))
        return [identifier for digest, identifier in digests.items() if digest in mine]

    def _with_words(self, identifiers: Sequence[str], text: str) -> list[str]:
        found = self._engine().search(SearchQuery(text=text, ids=tuple(identifiers), page=Page(limit=len(identifiers))))
        matching = {hit.record.identifier for hit in found.hits}
        return [identifier for identifier in identifiers if identifier in matching]

    def _withdrawn_rows(self, identifiers: Sequence[str], wanted: Filter) -> Iterator[Row]:
        for identifier in identifiers:
            if wanted.text.casefold() not in identifier.casefold():
                continue
            header = self._engine().header(identifier)
            if header is None or not header.deleted or (wanted.source is not None and header.harvest_source != (wanted.source or None)):
                continue
            yield Row(
                identifier=identifier,
                title=self._last_title(identifier),
                domain=None if header.domain is None else Domain.match(header.domain),
                source=header.harvest_source,
                changed=header.changed,
                deleted=True,
            )

    def _last_title(self, identifier: str) -> str:
        """Return the title that a withdrawn record had last; its identifier where its document cannot be read any more."""
        versions = self._engine().versions(identifier)
        try:
            return (read(versions[0].content).title if versions else None) or identifier
        except FormatError:
            return identifier
