"""Harvest sources as curators set them up."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.accounts import Accounts
from accounts.desk import must_curate, utc_now
from accounts.errors import StateError
from accounts.visitors import Visitor
from catalogue.harvesting import schedules
from catalogue.harvesting.codelists import RunState
from catalogue.harvesting.credentials import Sealing
from catalogue.harvesting.gone import forget
from catalogue.harvesting.marking import lines_of
from catalogue.harvesting.models import HarvestItem, HarvestRun, HarvestSource
from catalogue.harvesting.standing import few, give_up_lost, source_named, supersede, take, under_way, views_of
from catalogue.harvesting.views import SourceSpec, SourceView
from database import Database
from harvesters.source import Credentials, Protocol

LEAVING: Final = "This source is being removed."
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LONGEST_URL: Final = 2000
_MOST_FILTERS: Final = 20
_FILTERS: Final[Mapping[Protocol, tuple[str, ...]]] = {
    Protocol.CSW: ("version", "schema", "cql", "typenames"),
    Protocol.OAI: ("prefix", "set"),
    Protocol.WAF: ("files", "depth"),
    Protocol.FOLDER: ("files",),
    Protocol.REFLECS: ("set",),
}
"""The filters of each protocol (docs/harvesters.md); to the others any may be given, which goes into the address."""
_BOUNDS: Final[Mapping[str, tuple[float, float, str]]] = {
    "page_size": (1, 10_000, "The page size"),
    "rate": (0.01, 1_000, "The number of requests a second"),
    "concurrency": (1, 16, "The number of requests at once"),
    "timeout": (1, 900, "The number of seconds that the source may be silent"),
    "max_bytes": (65_536, 1_073_741_824, "The size of an answer, in bytes,"),
    "share": (0, 1, "The share that may be withdrawn"),
}


class Sources:
    """Sets sources up.

    Args:
        database: where they are kept.
        accounts: keeps the audit trail.
        secret: of the installation; credentials are encrypted with it.
        allow_private: whether folders of this machine may be sources.
        clock: tells the time, UTC.
    """

    def __init__(
        self, database: Database, accounts: Accounts, *, secret: bytes, allow_private: bool, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._sealing = Sealing(secret)
        self._allow_private = allow_private
        self._clock = clock

    def all(self) -> list[SourceView]:
        """Return the sources, by their names."""
        with self._database.reading() as session:
            return views_of(session, list(session.scalars(select(HarvestSource).order_by(HarvestSource.name))), self._clock())

    def source(self, name: str) -> SourceView:
        """Return a source.

        Raises:
            UnknownError: there is none of this name.
        """
        with self._database.reading() as session:
            return views_of(session, [source_named(session, name)], self._clock())[0]

    def add(self, spec: SourceSpec, *, by: Visitor, address: str | None) -> SourceView:
        """Set a source up.

        Raises:
            NotAllowedError: `by` does not curate.
            StateError: it cannot be set up so; its sentence says why.
        """
        must_curate(by)
        spec = self._checked(spec)
        now = self._clock()
        with self._database.writing() as session:
            if session.scalar(select(HarvestSource.id).where(HarvestSource.name == spec.name)) is not None:
                raise StateError("There is a source of this name already.")
            source = HarvestSource(name=spec.name, created=now, changed=now)
            self._fill(source, spec, now)
            source.credentials = self._sealed(spec)
            session.add(source)
            session.flush()
            self._accounts.record(
                "added a harvest source", spec.name, f"{spec.protocol} {spec.url}", by=by, address=address, within=session
            )
            return views_of(session, [source], now)[0]

    def change(self, name: str, spec: SourceSpec, *, by: Visitor, address: str | None, forget_credentials: bool = False) -> SourceView:
        """Set a source up anew. Credentials that `spec` leaves out stay, unless they are to be forgotten.

        Raises:
            NotAllowedError: `by` does not curate.
            UnknownError: there is none of this name.
            StateError: it cannot be set up so, or a run of it is under way.
        """
        must_curate(by)
        spec = self._checked(spec)
        now = self._clock()
        with self._database.writing() as session:
            source = self._at_rest(session, name, now)
            if spec.name != name:
                raise StateError("A source keeps its name: its records bear it.")
            other = _origin(spec.url) != _origin(source.url)
            given = self._sealed(spec)
            if other and source.credentials is not None and given is None and not forget_credentials:
                raise StateError("The new address leads to another server. Please enter its user and password, or its token, again.")
            _forget_what_was_asked(session, source, spec)
            self._fill(source, spec, now)
            source.credentials = given if given is not None or forget_credentials else source.credentials
            source.changed = now
            self._note(session, "changed a harvest source", spec, by, address)
            session.flush()
            return views_of(session, [source], now)[0]

    def schedule(self, name: str, text: str | None, *, by: Visitor, address: str | None) -> SourceView:
        """Give a source a schedule; None takes it away.

        Raises:
            NotAllowedError: `by` does not curate.
            UnknownError: there is none of this name.
            StateError: it is no schedule.
        """
        must_curate(by)
        wanted = None if text is None else schedules.checked(text)
        now = self._clock()
        with self._database.writing() as session:
            source = source_named(session, name, changing=True)
            source.schedule, source.changed = wanted, now
            source.enabled = source.enabled or wanted is not None
            source.due = _due(wanted, now, enabled=source.enabled)
            self._accounts.record("scheduled a harvest source", name, wanted or "not at all", by=by, address=address, within=session)
            session.flush()
            return views_of(session, [source], now)[0]

    def remove(self, name: str, *, withdraw: bool = False, by: Visitor, address: str | None, worker: str | None = None) -> int | None:
        """Remove a source, with what is known of its runs. Its records stay, unless they are to be withdrawn.

        Where little is known of it, and its records stay, it is gone at once. Else it is `leaving` until whoever works on runs is done.

        Args:
            name: of the source.
            withdraw: whether its records are withdrawn first.
            by: who asks.
            address: from where.
            worker: who works on it at once, as `standing.new_worker` names him; None for whoever comes first.

        Returns:
            The number of the run that removes it; None where the source is gone.

        Raises:
            NotAllowedError: `by` does not curate.
            UnknownError: there is none of this name.
            StateError: a run of it is under way.
        """
        must_curate(by)
        now = self._clock()
        with self._database.writing() as session:
            source = self._at_rest(session, name, now)
            supersede(session, source.id, "The source was removed.", now)
            told = "its records are withdrawn" if withdraw else "its records stay"
            self._accounts.record("removed a harvest source", name, told, by=by, address=address, within=session)
            if not withdraw and _forget_few(session, source):
                return None
            run = HarvestRun(source_id=source.id, by=by.actor, asked=now, started=now, state=RunState.HELD, confirmed=True, complete=True)
            run.sparing, run.message = not withdraw, LEAVING
            source.leaving, source.enabled, source.due = True, False, None
            session.add(run)
            if worker is not None:
                take(run, worker, now)
            session.flush()
            return run.id

    def _note(self, session: Session, action: str, spec: SourceSpec, by: Visitor, address: str | None) -> None:
        self._accounts.record(action, spec.name, f"{spec.protocol} {spec.url}", by=by, address=address, within=session)

    def _at_rest(self, session: Session, name: str, now: datetime) -> HarvestSource:
        """Return a source that nobody works on, for as long as the transaction lasts."""
        source = source_named(session, name, changing=True)
        give_up_lost(session, now, source.id)
        if under_way(session, source.id) is not None:
            raise StateError("A run of this source is under way. Please cancel it first, or wait for its end.")
        return source

    def _fill(self, source: HarvestSource, spec: SourceSpec, now: datetime) -> None:
        source.protocol, source.url = spec.protocol, spec.url
        source.page_size, source.rate, source.concurrency = spec.page_size, spec.rate, spec.concurrency
        source.filters, source.domain = dict(spec.filters), spec.domain
        source.timeout, source.max_bytes = spec.timeout, spec.max_bytes
        source.policy, source.share = spec.policy, spec.share
        if (spec.schedule, spec.enabled) != (source.schedule, source.enabled) or source.due is None:
            source.due = _due(spec.schedule, now, enabled=spec.enabled)
        source.schedule, source.enabled = spec.schedule, spec.enabled

    def _sealed(self, spec: SourceSpec) -> str | None:
        if spec.token is not None:
            return self._sealing.seal(Credentials(token=spec.token), spec.name)
        if spec.user is not None:
            return self._sealing.seal(Credentials(user=spec.user, password=spec.password or ""), spec.name)
        return None

    def _checked(self, spec: SourceSpec) -> SourceSpec:
        """Return the source as it is kept.

        Raises:
            StateError: it cannot be kept.
        """
        if not _NAME.fullmatch(spec.name):
            raise StateError("A name has 1 to 40 small letters, digits and “-”, and begins with a letter.")
        for name, (least, most, words) in _BOUNDS.items():
            value = getattr(spec, name)
            if value is not None and not least <= value <= most:
                raise StateError(f"{words} is a number from {least:,} to {most:,}.")
        url = spec.url.strip()
        spec = replace(spec, user=spec.user or None, password=spec.password or None, token=spec.token or None)
        _check_url(url, spec.protocol, allow_private=self._allow_private)
        _check_credentials(spec)
        schedule = schedules.checked(spec.schedule) if spec.schedule else None
        return replace(spec, url=url, filters=_checked_filters(spec.filters, spec.protocol), schedule=schedule)


def _forget_few(session: Session, source: HarvestSource) -> bool:
    """Remove a source of which little is known; return whether that was so."""
    items = few(session, select(HarvestItem.id).where(HarvestItem.source_id == source.id))
    if items is None or few(session, lines_of(source.id)) is None:
        return False
    forget(session, items)
    session.execute(delete(HarvestSource).where(HarvestSource.id == source.id))
    return True


def _due(schedule: str | None, now: datetime, *, enabled: bool) -> datetime | None:
    return schedules.next_after(schedule, now) if schedule and enabled else None


def _check_url(url: str, protocol: Protocol, *, allow_private: bool) -> None:
    if not url or len(url) > _LONGEST_URL or not url.isprintable():
        raise StateError(f"Please give an address, of at most {_LONGEST_URL:,} characters.")
    parts = _split(url)
    if protocol is Protocol.FOLDER:
        if not allow_private:
            raise StateError("Folders of this machine are no sources here, unless the administrator allows it.")
        if parts.scheme not in {"", "file"} or not parts.path.startswith("/"):
            raise StateError("A folder is named by its whole path, such as /data/records.")
        return
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise StateError("An address begins with http:// or https:// and names a server.")
    if parts.username is not None or parts.password is not None:
        raise StateError("User and password have fields of their own; please leave them out of the address.")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # which is looked at only now
    except ValueError as error:
        raise StateError("This is no address.") from error
    return parts


def _check_credentials(spec: SourceSpec) -> None:
    given = (spec.user, spec.password, spec.token)
    if spec.token is not None and spec.user is not None:
        raise StateError("A source lets us in by a user or by a token, not by both.")
    if spec.password is not None and spec.user is None:
        raise StateError("A password needs a user.")
    if any(value is not None and (len(value) > _LONGEST_URL or not value.isprintable()) for value in given):
        raise StateError(f"User, password and token have at most {_LONGEST_URL:,} characters, and no line breaks.")
    if spec.protocol is Protocol.FOLDER and any(value is not None for value in given):
        raise StateError("A folder asks for no user and no token.")


def _checked_filters(filters: Mapping[str, str], protocol: Protocol) -> dict[str, str]:
    if len(filters) > _MOST_FILTERS:
        raise StateError(f"A source has at most {_MOST_FILTERS} filters.")
    kept = {name.strip(): value.strip() for name, value in filters.items() if value.strip()}
    if not all(name and len(name) <= 40 and name.isprintable() for name in kept):
        raise StateError("The name of a filter has 1 to 40 characters.")
    known = _FILTERS.get(protocol)
    unknown = next((name for name in kept if known is not None and name not in known), None)
    if unknown is not None and known is not None:
        raise StateError(f"There is no filter {unknown} for this protocol; there are: {', '.join(known)}.")
    if not all(len(value) <= _LONGEST_URL and value.isprintable() for value in kept.values()):
        raise StateError(f"A filter has at most {_LONGEST_URL:,} characters, and no line breaks.")
    return kept


def _forget_what_was_asked(session: Session, source: HarvestSource, spec: SourceSpec) -> None:
    """Have everything asked for next, from the beginning, where a source as it is to be may have other documents than it had."""
    elsewhere = (spec.protocol, spec.url) != (source.protocol, source.url)
    if elsewhere or dict(spec.filters) != dict(source.filters):
        source.complete_since = None
        session.execute(update(HarvestRun).where(HarvestRun.source_id == source.id).values(checkpoint=None))
    if elsewhere:
        session.execute(update(HarvestItem).where(HarvestItem.source_id == source.id).values(mark=None))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
