"""Documents that curators bring: checked, kept aside for a day, stored when the curator says so."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session, defer

from accounts.desk import must_curate
from accounts.errors import NotAllowedError, StateError, UnknownError
from accounts.visitors import Visitor
from catalogue.curating.comparing import differences
from catalogue.curating.keeping import Keeping
from catalogue.curating.models import Upload
from catalogue.curating.unpacking import MOST_DOCUMENTS, Uploaded, documents_in
from catalogue.curating.views import MOST, Checked, Standing, Stored, UploadView
from catalogue.engines.base import Change
from catalogue.engines.stored import decode, encode, entry_of
from catalogue.service.assigning import entries_for
from mappings.fair import Fair, assess
from mappings.formats import read
from mappings.validation import Finding, Report, Severity, validate
from records.errors import CatalogueError, FormatError, InvalidRecordError
from records.model import Record

KEPT: Final = timedelta(days=1)
"""So long a document waits."""
PASTED: Final = "pasted"
"""The name of a document that came in no file."""
_GONE: Final = "A document that you chose does not wait here any more. It was stored or discarded, or a day has passed."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What looking at a document found that no change of the catalogue changes.

    Attributes:
        digest: SHA-256 of the document.
        identifier: of its record; None where it cannot be read or kept.
        record: its record, encoded; None likewise.
        report: as `Checked` has it.
        fair: likewise.
    """

    digest: bytes
    identifier: str | None
    record: bytes | None = field(repr=False)
    report: Report
    fair: Fair | None


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(_Looked)


class Uploading(Keeping):
    """Takes documents in. Those that wait are their curator's own."""

    def check(self, name: str, content: bytes) -> Checked:
        """Return what there is to say of a document, and what it is to the catalogue. Nothing is kept of it."""
        (checked,) = self._checked([(name, self._look(content))])
        return checked

    def upload(self, files: Sequence[tuple[str, bytes]], *, by: Visitor, address: str | None) -> list[UploadView]:
        """Check documents and keep them aside, a day at most; return what was found.

        Args:
            files: names, as whoever sent them calls them, and contents; documents or zip archives of documents.
            by: a curator, with an account.
            address: of the asker, on the network.

        Raises:
            NotAllowedError: `by` is no curator.
            StateError: there is no document, or an archive cannot be read; there are too many, or too large ones, or too many wait already.
        """
        _must_wait_for(by)
        documents = documents_in(files)
        looked = [self._look(document.content) for document in documents]
        with self._database.writing() as session:
            uploads = self._put_aside(session, documents, looked, by)
            told = f"{len(documents):,} documents, {sum(one.record is None for one in looked):,} of them unreadable"
            self._accounts.record("uploaded documents", documents[0].name, told, by=by, address=address, within=session)
        return self._views(uploads, looked)

    def uploads(self, by: Visitor, *, offset: int = 0, limit: int = MOST_DOCUMENTS) -> list[UploadView]:
        """Return the documents that wait for their curator to store them, in the order they came.

        Args:
            by: the curator.
            offset: so many are passed over.
            limit: so many at most.

        Raises:
            NotAllowedError: `by` is no curator.
        """
        uploads = self._waiting(by, offset, limit)
        return self._views(uploads, [self._found_then(upload) for upload in uploads])

    def standings(self, by: Visitor) -> Counter[Standing]:
        """Return how many of the documents that wait for their curator are what to the catalogue now.

        Raises:
            NotAllowedError: `by` is no curator.
        """
        uploads = self._waiting(by, 0, MOST_DOCUMENTS)
        return Counter(self._standings([self._found_then(upload) for upload in uploads]))

    def waiting(self, by: Visitor) -> int:
        """Return how many documents wait for their curator to store them.

        Raises:
            NotAllowedError: `by` is no curator.
        """
        query = select(func.count()).select_from(Upload).where(Upload.user_id == _must_wait_for(by), self._waits())
        with self._database.reading() as session:
            return session.scalar(query) or 0

    def store(self, ids: Iterable[int], *, by: Visitor, address: str | None) -> list[Stored]:
        """Store documents that wait; return what became of each, in the order they came. What was not stored waits on.

        A document takes the place of the one of its identifier, whatever source that came from, and is then one that came by hand; what
        this catalogue says of the record beside its document stays.

        Args:
            ids: their numbers (`UploadView.id`).
            by: the curator who uploaded them.
            address: of the asker, on the network.

        Raises:
            NotAllowedError: `by` is no curator.
            UnknownError: a document does not wait any more, or for somebody else. Nothing is stored.
            StateError: there is none.
            EngineError, DatabaseError: that cannot be done now. After the latter the documents are stored, and wait on.
        """
        uploads = self._chosen(ids, _must_wait_for(by))
        read_as = {upload.id: _read(upload) for upload in uploads}
        last = {record.identifier: number for number, record in read_as.items() if isinstance(record, Record)}
        standing = [
            (number, record) for number, record in read_as.items() if isinstance(record, Record) and last[record.identifier] == number
        ]
        entries = entries_for(self._engine(), [record for _, record in standing])
        gone = delete(Upload).where(Upload.id.in_([number for number, _ in standing]))
        changes = self._keep(entries, "stored a record", by=by, address=address, also=lambda session: session.execute(gone))
        done = dict(zip((number for number, _ in standing), changes, strict=True))
        return [_stored(upload.name, read_as[upload.id], done.get(upload.id)) for upload in uploads]

    def discard(self, ids: Iterable[int], by: Visitor) -> int:
        """Throw away documents that wait; return how many did.

        Raises:
            NotAllowedError: `by` is no curator.
        """
        gone = delete(Upload).where(Upload.id.in_(list(ids)[:MOST]), Upload.user_id == _must_wait_for(by))
        with self._database.writing() as session:
            return session.connection().execute(gone).rowcount

    def discard_expired(self) -> int:
        """Throw away all documents that have waited for a day, whosever they are; return how many did. Nobody in particular asks for it."""
        with self._database.writing() as session:
            return self._discard_expired(session)

    def _discard_expired(self, session: Session) -> int:
        return session.connection().execute(delete(Upload).where(Upload.created <= self._clock() - KEPT)).rowcount

    def _put_aside(self, session: Session, documents: Sequence[Uploaded], looked: Sequence[_Looked], by: Visitor) -> list[Upload]:
        now = self._clock()
        self._discard_expired(session)
        waiting = session.scalar(select(func.count()).select_from(Upload).where(Upload.user_id == by.user_id)) or 0
        if waiting + len(documents) > MOST_DOCUMENTS:
            raise StateError(f"{waiting} documents wait for you already, of {MOST_DOCUMENTS} at most. Please store or discard them first.")
        uploads = [
            Upload(user_id=by.user_id, name=document.name, content=document.content, looked=_ENCODER.encode(one), created=now)
            for document, one in zip(documents, looked, strict=True)
        ]
        session.add_all(uploads)
        session.flush()
        return uploads

    def _chosen(self, ids: Iterable[int], user_id: int) -> list[Upload]:
        once = list(dict.fromkeys(ids))
        if not once:
            raise StateError("Please choose at least one document.")
        if len(once) > MOST_DOCUMENTS:
            raise UnknownError(_GONE)
        query = select(Upload).where(Upload.id.in_(once), Upload.user_id == user_id, self._waits()).order_by(Upload.id)
        with self._database.reading() as session:
            uploads = list(session.scalars(query))
        if len(uploads) < len(once):
            raise UnknownError(_GONE)
        return uploads

    def _found_then(self, upload: Upload) -> _Looked:
        """Return what was found in a document when it came; found anew where an earlier program wrote it down otherwise."""
        try:
            return _DECODER.decode(upload.looked)
        except msgspec.MsgspecError:
            with self._database.reading() as session:
                content = session.scalar(select(Upload.content).where(Upload.id == upload.id))
            return self._look(content or b"")

    def _views(self, uploads: Sequence[Upload], looked: Sequence[_Looked]) -> list[UploadView]:
        checked = self._checked([(upload.name, one) for upload, one in zip(uploads, looked, strict=True)])
        return [
            UploadView(id=upload.id, name=upload.name, checked=each, created=upload.created)
            for upload, each in zip(uploads, checked, strict=True)
        ]

    def _look(self, content: bytes) -> _Looked:
        """Find what there is to say of a document."""
        report = validate(content, self._schemas)
        digest = hashlib.sha256(content).digest()
        if report.format is None:
            return _Looked(digest=digest, identifier=None, record=None, report=report, fair=None)
        record = read(content)
        try:
            entry_of(record)
        except InvalidRecordError as error:
            found = Finding(severity=Severity.ERROR, code="unreadable", message=str(error))
            return _Looked(digest=digest, identifier=None, record=None, report=replace(report, findings=(found,)), fair=None)
        return _Looked(digest=digest, identifier=record.identifier, record=encode(record), report=report, fair=assess(record))

    def _checked(self, looked: Sequence[tuple[str, _Looked]]) -> list[Checked]:
        """Say of each document what it is to the catalogue now."""
        standings = self._standings([one for _, one in looked])
        changed = [one.identifier for (_, one), standing in zip(looked, standings, strict=True) if standing is Standing.CHANGED]
        kept = {record.identifier: record for record in self._engine().get_many(list(filter(None, changed))) if record is not None}
        return [_checked(name, one, standing, kept) for (name, one), standing in zip(looked, standings, strict=True)]

    def _standings(self, looked: Sequence[_Looked]) -> list[Standing]:
        """Return what each document is to the catalogue now."""
        identifiers = list(dict.fromkeys(one.identifier for one in looked if one.identifier is not None))
        engine = self._engine()
        known = engine.known(identifiers)
        withdrawn = {identifier for identifier in identifiers if identifier not in known and engine.header(identifier) is not None}
        return [_standing(one, known, withdrawn) for one in looked]

    def _waiting(self, by: Visitor, offset: int, limit: int) -> list[Upload]:
        """Return what waits for a curator, in the order it came, without the documents."""
        query = select(Upload).options(defer(Upload.content)).where(Upload.user_id == _must_wait_for(by), self._waits())
        with self._database.reading() as session:
            return list(session.scalars(query.order_by(Upload.id).offset(offset).limit(limit)))

    def _waits(self) -> ColumnElement[bool]:
        return Upload.created > self._clock() - KEPT


def _must_wait_for(by: Visitor) -> int:
    """Return the number of the account that documents wait for.

    Raises:
        NotAllowedError: `by` is no curator, or has no account.
    """
    must_curate(by)
    if by.user_id is None:
        raise NotAllowedError
    return by.user_id


def _standing(one: _Looked, known: Mapping[str, bytes], withdrawn: Collection[str]) -> Standing:
    if one.identifier is None:
        return Standing.UNREADABLE
    if one.identifier in known:
        return Standing.UNCHANGED if known[one.identifier] == one.digest else Standing.CHANGED
    return Standing.RETURNING if one.identifier in withdrawn else Standing.NEW


def _checked(name: str, one: _Looked, standing: Standing, kept: Mapping[str, Record]) -> Checked:
    if one.record is None:
        return Checked(name=name, format=None, identifier=None, title=None, standing=standing, report=one.report, fair=None)
    record = decode(one.record)
    before = kept.get(record.identifier) if standing is Standing.CHANGED else None
    return Checked(
        name=name,
        format=one.report.format,
        identifier=record.identifier,
        title=record.display_title,
        standing=standing,
        report=one.report,
        fair=one.fair,
        differences=differences(before, record.with_assigned(before.assigned)) if before else (),
    )


def _read(upload: Upload) -> Record | CatalogueError:
    """Return a document's record, or why there is none that can be kept."""
    try:
        record = read(upload.content)
        entry_of(record)
    except (FormatError, InvalidRecordError) as error:
        return error
    return record


def _stored(name: str, read_as: Record | CatalogueError, change: Change | None) -> Stored:
    match read_as:
        case Record() if change is not None:
            return Stored(name=name, identifier=read_as.identifier, change=change)
        case Record():
            reason = "Another of the documents that you chose, further down, has the same identifier."
            return Stored(name=name, identifier=read_as.identifier, change=None, reason=reason)
        case _:
            return Stored(name=name, identifier=None, change=None, reason=str(read_as))
