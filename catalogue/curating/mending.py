"""Mending records: edited in place, or by what this catalogue says of them beside their documents."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from accounts.desk import must_curate
from accounts.errors import StateError, UnknownError
from accounts.visitors import Visitor
from catalogue.curating.keeping import Keeping, bounded
from catalogue.engines.base import Change, Expect
from catalogue.engines.stored import entry_of
from catalogue.service.assigning import assign, read_as_kept
from mappings.editing import KEEP, Edits, Keep, edit, editable
from records.codes import Domain
from records.dates import Date
from records.errors import ChangedError, NotFoundError
from records.model import Assigned

MOST_CATEGORIES: Final = 20
LONGEST_CATEGORY: Final = 200
_CHANGED_SINCE: Final = "Somebody else has changed this record since you opened it. Please look at it as it is now, and change it again."
_GONE: Final = "This record was withdrawn meanwhile."


class Mending(Keeping):
    """Changes records."""

    def edit(self, identifier: str, edits: Edits, *, digest: str, by: Visitor, address: str | None) -> Change:
        """Change fields of a record in its document; all else stays to the byte. The date of the metadata becomes now's.

        Args:
            identifier: of the record.
            edits: the fields; where none of them changes, nothing does.
            digest: SHA-256 of the document that the edits were made from, hexadecimal.
            by: a curator.
            address: of the asker, on the network.

        Raises:
            NotAllowedError: `by` is no curator.
            UnknownError: there is no such record.
            StateError: the document is another by now; nothing was changed.
            EditError: the document cannot hold a value.
            EngineError, DatabaseError: that cannot be done now.
        """
        must_curate(by)
        record = self._engine().get(identifier)
        if record is None or record.source is None:
            raise UnknownError("There is no such record.")
        before = record.source.content
        if hashlib.sha256(before).hexdigest() != digest:
            raise StateError(_CHANGED_SINCE)
        after = edit(before, edits)
        if after == before:
            return Change.UNCHANGED
        if edits.datestamp is KEEP and "datestamp" in editable(record.source.format):
            after = edit(after, Edits(datestamp=_dated(self._clock(), record.datestamp)))
        edited = read_as_kept(after, identifier=identifier, assigned=record.assigned)
        entry = entry_of(edited, origin=record.provenance.origin, harvest_source=record.provenance.source)
        meant, told = replace(entry, replaces=bytes.fromhex(digest)), ", ".join(edits.given())
        try:
            (change,) = self._keep([meant], "edited a record", told, by=by, address=address, expect=Expect.KNOWN)
        except NotFoundError as error:
            raise UnknownError(_GONE) from error
        except ChangedError as error:
            raise StateError(_CHANGED_SINCE) from error
        return change

    def assign(
        self,
        identifiers: Iterable[str],
        *,
        domain: Domain | Keep | None = KEEP,
        categories: Sequence[str] | Keep = KEEP,
        by: Visitor,
        address: str | None,
    ) -> int:
        """Say of records what they are about, beside their documents; return how many of them changed.

        Args:
            identifiers: of the records, 1,000 at most.
            domain: their science domain; None for the one that each document tells; KEEP leaves what is assigned.
            categories: their CNES categories, beside those that each document tells; KEEP leaves what is assigned.
            by: a curator.
            address: of the asker, on the network.

        Raises:
            NotAllowedError: `by` is no curator.
            UnknownError: there is no such record.
            StateError: there are too many records or none, or a category cannot be.
            EngineError, DatabaseError: that cannot be done now.
        """
        must_curate(by)
        once = bounded(identifiers)
        named = categories if isinstance(categories, Keep) else _categories(categories)

        def changed(assigned: Assigned) -> Assigned:
            return replace(
                assigned,
                domain=assigned.domain if isinstance(domain, Keep) else domain,
                categories=assigned.categories if isinstance(named, Keep) else named,
            )

        try:
            changes = assign(self._engine(), once, changed, now=self._clock())
        except NotFoundError as error:
            raise UnknownError(f"There is no record {error.identifier!r} any more; nothing was changed.") from error
        done = [identifier for identifier, change in zip(once, changes, strict=True) if change is not Change.UNCHANGED]
        told = [] if isinstance(domain, Keep) else [f"domain: {domain or 'that of the document'}"]
        told += [] if isinstance(named, Keep) else [f"categories: {', '.join(named) or 'those of the document'}"]
        with self._database.writing() as session:
            self._note(session, "assigned to a record", done, "; ".join(told), by=by, address=address)
        self._look_at(done)
        return len(done)


def _dated(now: datetime, before: Date | None) -> Date:
    """Return now: to the second where the date before has a time of day, so that it is later than that; else the day."""
    return Date.of(now if before is not None and "T" in before.text else now.date())


def _categories(given: Sequence[str]) -> tuple[str, ...]:
    categories = tuple(dict.fromkeys(category.strip() for category in given if category.strip()))
    if len(categories) > MOST_CATEGORIES:
        raise StateError(f"A record has at most {MOST_CATEGORIES} categories of its own here.")
    if any(len(category) > LONGEST_CATEGORY or not category.isprintable() for category in categories):
        raise StateError(f"A category has at most {LONGEST_CATEGORY} characters, on one line.")
    return categories
