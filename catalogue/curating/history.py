"""What a record was: its versions, what lies between two of them, and back to one."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from accounts.desk import must_curate
from accounts.errors import StateError, UnknownError
from accounts.visitors import Visitor
from catalogue.curating.comparing import compared_lines, differences
from catalogue.curating.keeping import Keeping
from catalogue.curating.views import Comparison, Difference, VersionView
from catalogue.engines.base import Change
from catalogue.engines.stored import entry_of
from catalogue.service.assigning import read_as_kept
from mappings.formats import read
from records.errors import FormatError
from records.model import Assigned, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """A document of a record; `replaced` is None for the one that stands."""

    format: str
    content: bytes = field(repr=False)
    loaded: datetime
    replaced: datetime | None


class History(Keeping):
    """Tells the versions of records, and brings them back."""

    def versions(self, identifier: str) -> list[VersionView]:
        """Return all versions of a record, the oldest first; also of a record that was withdrawn.

        Raises:
            UnknownError: there never was such a record.
        """
        return [
            VersionView(
                number=number,
                format=state.format,
                loaded=state.loaded,
                replaced=state.replaced,
                size=len(state.content),
                digest=hashlib.sha256(state.content).hexdigest(),
            )
            for number, state in enumerate(self._states(identifier), start=1)
        ]

    def document(self, identifier: str, number: int) -> bytes:
        """Return the document of a version.

        Raises:
            UnknownError: there is no such record or version.
        """
        return self._version(identifier, number).content

    def difference(self, identifier: str, older: int, newer: int, *, language: str = "en") -> Comparison:
        """Return what lies between two versions of a record.

        Args:
            identifier: of the record.
            older: the number of the one.
            newer: of the other.
            language: of the words for codes, "en" or "fr".

        Raises:
            UnknownError: there is no such record or version.
        """
        before, after = self._version(identifier, older).content, self._version(identifier, newer).content
        lines, cut = compared_lines(before, after)
        return Comparison(older=older, newer=newer, fields=_fields(before, after, language), lines=lines, cut=cut)

    def restore(self, identifier: str, number: int, *, by: Visitor, address: str | None) -> Change:
        """Have an earlier version of a record stand again, as its newest; a record that was withdrawn comes back by it.

        What this catalogue says of the record beside its document stays as it is, and so does the source that it came from.

        Raises:
            NotAllowedError: `by` is no curator.
            UnknownError: there is no such record or version.
            StateError: the version stands already, or cannot be read any more.
            EngineError, DatabaseError: that cannot be done now.
        """
        must_curate(by)
        version = self._version(identifier, number)
        if version.replaced is None:
            raise StateError("This version is the one that stands now.")
        present = self._engine().get(identifier)
        try:
            record = read_as_kept(version.content, identifier=identifier, assigned=present.assigned if present else Assigned())
        except FormatError as error:
            raise StateError(f"This version cannot be read any more: {error}.") from error
        entry = entry_of(record, origin=present.provenance.origin if present else None, harvest_source=self._source(identifier, present))
        (change,) = self._keep([entry], "restored a record", f"version {number}", by=by, address=address)
        return change

    def _source(self, identifier: str, present: Record | None) -> str | None:
        if present is not None:
            return present.provenance.source
        header = self._engine().header(identifier)
        return header.harvest_source if header else None

    def _states(self, identifier: str) -> list[_State]:
        engine = self._engine()
        present = engine.get(identifier)
        states = [
            _State(format=version.format, content=version.content, loaded=version.loaded, replaced=version.replaced)
            for version in reversed(engine.versions(identifier))
        ]
        if present is not None and present.source is not None and present.provenance.loaded is not None:
            document = present.source
            states.append(_State(format=document.format, content=document.content, loaded=present.provenance.loaded, replaced=None))
        if not states:
            raise UnknownError("There is no such record.")
        return states

    def _version(self, identifier: str, number: int) -> _State:
        states = self._states(identifier)
        if not 1 <= number <= len(states):
            raise UnknownError("There is no such version of this record.")
        return states[number - 1]


def _fields(before: bytes, after: bytes, language: str) -> tuple[Difference, ...]:
    """Return what differs in the records of two documents; nothing where one of them cannot be read: their lines tell it."""
    try:
        return differences(read(before), read(after), language=language)
    except FormatError:
        return ()
