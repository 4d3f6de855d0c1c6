"""The worker: takes orders that are due, prepares and delivers them, tells their readers, and clears up.

It may be killed at any line. An order is its worker's by a lease, which the worker renews as it goes; when the lease is over, the next
worker goes on where the first one stopped: what is on the disk whole, or on the reader's server, is written down and not made again.
"""

import logging
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from accounts.accounts import Accounts
from accounts.codelists import Compression
from accounts.mail import Mail
from accounts.models import User
from accounts.visitors import ANONYMOUS, WORKER, Visitor
from database import Database
from ordering.clearing import KEPT, Clearing
from ordering.delivering import Folder, Outgoing, send
from ordering.destinations import Destination, Network, Sealing
from ordering.ftp import FtpFolder
from ordering.models import DataFile, DeliveryMode, Node, Order, OrderedFile, OrderItem, OrderState, Packaging, Parcel
from ordering.notices import damaged
from ordering.posting import Posting
from ordering.preparing import Made, Planned, Preparing, PreparingError, Source, plan
from ordering.sentences import Sentence, ToldError
from ordering.sftp import SftpFolder
from ordering.states import RUNNING, step
from ordering.workspace import Links, Shelves, sync_folder

LEASE: Final = timedelta(minutes=3)
MOST_ATTEMPTS: Final = 20
"""Workers that may die of an order, one after the other, without getting on with it."""
_BEAT: Final = timedelta(seconds=5)
_BATCH: Final = 200
_BATCH_AGE: Final = timedelta(seconds=1)
_SPARE: Final = 100_000_000  # bytes of the disk that no order takes
_LOG: Final = logging.getLogger(__name__)

_NO_ROOM: Final = Sentence(
    "There is not enough room on the archive's disk at present; please try again later.",
    "Il n’y a pas assez de place sur le disque de l’archive actuellement ; veuillez réessayer plus tard.",
)
_NO_DISK: Final = Sentence(
    "The archive's disk could not be written; please try again later.",
    "Le disque de l’archive n’a pas pu être écrit ; veuillez réessayer plus tard.",
)
_INTERRUPTED: Final = Sentence(
    "Preparing this order was interrupted %(attempts)s times; please try again later.",
    "La préparation de cette commande a été interrompue %(attempts)s fois ; veuillez réessayer plus tard.",
)
_NOT_OPEN: Final = Sentence("%(title)s is not open to you any more.", "%(title)s ne vous est plus ouvert.")
_NO_ACCOUNT: Final = Sentence("Your account is not active any more.", "Votre compte n’est plus actif.")


class RefusedError(ToldError):
    """An order that must not be delivered (any more)."""


class LeftError(Exception):
    """The order is to be left as it stands: it was cancelled, another worker has it, or this worker is being stopped."""


@dataclass(slots=True, kw_only=True)
class _Job:
    """An order in the hands of a worker.

    Attributes:
        token: what the lease is held by: new with each claim, so that nobody takes an older claim for this one.
        renewed: when the lease was last renewed.
        prepared: files that are prepared.
    """

    order_id: int
    number: str
    token: str
    user_id: int | None
    mode: DeliveryMode
    compression: Compression
    packaging: Packaging | None
    when: datetime
    room: int
    sealed: str | None = field(repr=False)
    renewed: datetime
    prepared: int = 0


class Worker:
    """Works on orders.

    Args:
        database: where they are.
        accounts: tells who somebody is now, and keeps the audit trail.
        mail: takes the letters.
        archive: the archive's folder.
        secret: of the installation.
        network: which servers may be delivered to.
        base_url: the address of the installation.
        contact: where those who keep the archive are told of damaged files.
        may_have: whether a visitor may have the data of a node, by its identifier; asked again before an order is delivered.
        clock: tells the time, UTC.
        lease: how long a worker that says nothing is believed to be alive.
        stopping: tells whether to leave the work where it stands, for another worker or a later one.
    """

    def __init__(  # noqa: PLR0913 -- what it is put together of, all of it by name
        self,
        database: Database,
        accounts: Accounts,
        mail: Mail,
        *,
        archive: Path,
        secret: bytes,
        network: Network,
        base_url: str,
        contact: str,
        may_have: Callable[[Visitor, str], bool],
        clock: Callable[[], datetime],
        lease: timedelta = LEASE,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._mail = mail
        self._files = archive / "files"
        self._shelves = Shelves(archive)
        self._sealing = Sealing(secret)
        self._network = network
        self._contact = contact
        self._may_have = may_have
        self._clock = clock
        self._lease = lease
        self._stopping = stopping
        self._posting = Posting(database, mail, base_url=base_url, links=Links(secret), clock=clock, lease=lease, stopping=stopping)
        self._clearing = Clearing(database, self._shelves, clock)

    def run_due(self) -> int:
        """Work on all that is due, one order after the other; return how many orders were worked on."""
        self._clearing.clear()
        self._posting.send_all()
        worked = 0
        while not self._stopping() and (job := self._claim()):
            self._work(job)
            self._posting.send_all()
            worked += 1
        return worked

    def _claim(self) -> _Job | None:
        """Take the order that has waited longest: of those that are due, and of those whose worker is silent for too long."""
        now = self._clock()
        due = (Order.state == OrderState.WAITING) & or_(Order.due.is_(None), Order.due <= now)
        silent = Order.state.in_(RUNNING) & or_(Order.lease.is_(None), Order.lease < now)
        query = select(Order).where(or_(due, silent)).order_by(Order.submitted, Order.id).limit(1).with_for_update(skip_locked=True)
        with self._database.writing() as session:
            order = session.scalar(query)
            if order is None:
                return None
            order.worker, order.lease = f"{socket.gethostname()[:20]}.{os.getpid()}.{secrets.token_hex(8)}", now + self._lease
            order.attempts += 1
            if order.state is OrderState.WAITING:
                step(order, OrderState.PREPARING)
            return _Job(
                order_id=order.id,
                number=order.number,
                token=order.worker,
                user_id=order.user_id,
                mode=order.mode,
                compression=order.compression,
                packaging=order.packaging,
                when=order.submitted or order.created,
                room=order.parcel_bytes,
                sealed=order.destination,
                renewed=now,
            )

    def _work(self, job: _Job) -> None:
        try:
            self._check(job)
            self._prepare(job)
            if job.mode is not DeliveryMode.WORKSPACE:
                self._deliver(job)
            self._end(job)
        except LeftError as reason:
            _LOG.info("order %s is left: %s", job.number, reason)
            self._let_go(job)
        except ToldError as error:
            self._fail(job, error)
        except OSError as error:
            _LOG.exception("order %s: the workspace cannot be written", job.number)
            self._fail(job, PreparingError(_NO_DISK), error)

    def _check(self, job: _Job) -> None:
        """Ask once more what was asked when the order was placed: its date may have been months away."""
        with self._database.reading() as session:
            attempts = session.get_one(Order, job.order_id).attempts
            user = session.get(User, job.user_id) if job.user_id is not None else None
            wanted = session.execute(
                select(Node.identifier, Node.title).join(OrderItem, OrderItem.node_id == Node.id).where(OrderItem.order_id == job.order_id)
            ).all()
        if attempts > MOST_ATTEMPTS:
            raise RefusedError(_INTERRUPTED, attempts=MOST_ATTEMPTS)
        visitor: Visitor | None = ANONYMOUS
        if job.user_id is not None:
            visitor = self._accounts.visitor(user.id, user.session_number) if user else None
        if visitor is None or visitor.must_change:
            raise RefusedError(_NO_ACCOUNT)
        for identifier, title in wanted:
            if not self._may_have(visitor, identifier):
                raise RefusedError(_NOT_OPEN, title=title)

    def _prepare(self, job: _Job) -> None:
        with self._database.reading() as session:
            sources = _sources(session, job.order_id)
            known = {parcel.name: parcel.bytes for parcel in session.get_one(Order, job.order_id).parcels}
        if self._shelves.free() < job.room - sum(known.values()) + _SPARE:
            raise PreparingError(_NO_ROOM)
        folder = self._shelves.of(job.number)
        folder.mkdir(exist_ok=True)
        for left in folder.glob(".*.part"):
            left.unlink(missing_ok=True)  # of a worker that was killed
        preparing = Preparing(self._files, job.token, lambda: self._beat(job))
        batch: list[Made] = []
        begun = self._clock()
        for planned in plan(job.number, sources, job.compression, job.packaging):
            job.prepared += len(planned.members)
            if not _is_there(planned, known, folder):
                batch.append(preparing.make(planned, job.compression, job.packaging, folder, job.when))
            if len(batch) >= _BATCH or (batch and self._clock() - begun >= _BATCH_AGE):
                self._write_down(job, batch, folder)
                batch, begun = [], self._clock()
        self._write_down(job, batch, folder)

    def _write_down(self, job: _Job, made: list[Made], folder: Path) -> None:
        """Keep what was made: the files first, then the word that they are there."""
        sync_folder(folder)
        sync_folder(folder.parent)
        with self._database.writing() as session:
            order = self._held(session, job)
            order.prepared = job.prepared
            if made:
                order.attempts = 0
                session.execute(delete(Parcel).where(Parcel.order_id == order.id, Parcel.name.in_([one.name for one in made])))
                rows = [{"order_id": order.id, "name": one.name, "bytes": one.bytes, "sha256": one.sha256} for one in made]
                session.execute(insert(Parcel), rows)

    def _deliver(self, job: _Job) -> None:
        with self._database.writing() as session:
            order = self._held(session, job)
            if order.state is OrderState.PREPARING:
                step(order, OrderState.DELIVERING)
            waiting = [parcel for parcel in order.parcels if parcel.sent is None]
        if not waiting:
            return
        destination = self._sealing.open(job.sealed or "", job.number)
        with closing(self._folder(job.mode, destination)) as folder:
            for parcel in waiting:
                path = self._shelves.of(job.number) / parcel.name
                outgoing = Outgoing(name=parcel.name, path=path, bytes=parcel.bytes, sha256=parcel.sha256, mark=job.number)
                send(folder, outgoing, lambda: self._beat(job))
                self._mark_sent(job, parcel.id)

    def _folder(self, mode: DeliveryMode, destination: Destination) -> Folder:
        """Connect to a server, at an address that was checked this very moment."""
        addresses = self._network.addresses(destination.host, destination.port)
        return SftpFolder(destination, addresses) if mode is DeliveryMode.SFTP else FtpFolder(destination, addresses)

    def _mark_sent(self, job: _Job, parcel_id: int) -> None:
        with self._database.writing() as session:
            self._held(session, job).attempts = 0
            session.get_one(Parcel, parcel_id).sent = self._clock()

    def _end(self, job: _Job) -> None:
        now = self._clock()
        with self._database.writing() as session:
            order = self._held(session, job)
            step(order, OrderState.DONE)
            in_workspace = order.mode is DeliveryMode.WORKSPACE
            order.parcel_bytes = sum(parcel.bytes for parcel in order.parcels) if in_workspace else 0
            order.expires = now + KEPT if in_workspace else None
            order.ended, order.destination, order.worker, order.lease, order.attempts = now, None, None, None, 0
            self._accounts.record("order done", job.number, job.mode.value, by=WORKER, within=session)
        if not in_workspace:
            self._shelves.clear(job.number)

    def _fail(self, job: _Job, error: ToldError, cause: BaseException | None = None) -> None:
        now = self._clock()
        try:
            with self._database.writing() as session:
                order = self._held(session, job)
                step(order, OrderState.FAILED)
                order.reason, order.ended, order.expires = error.told(order.language), now, now + KEPT
                order.worker = order.lease = None
                order.attempts = 0
                self._accounts.record("order failed", job.number, str(error), by=WORKER, within=session)
        except LeftError as reason:
            _LOG.info("order %s failed when it was not ours any more: %s", job.number, reason)
            return
        _LOG.warning("order %s failed: %s", job.number, error, exc_info=cause or error.__cause__)
        if isinstance(error, PreparingError):
            self._posting.send(damaged(job.number, str(error), self._contact))

    def _beat(self, job: _Job) -> None:
        """Renew the lease, now and then; leave the order where it is not ours any more, or where this worker is being stopped."""
        if self._stopping():
            raise LeftError("the worker is being stopped")
        now = self._clock()
        if now - job.renewed < min(_BEAT, self._lease / 6):
            return
        with self._database.writing() as session:
            order = self._held(session, job)
            order.lease, order.prepared = now + self._lease, job.prepared
        job.renewed = now

    def _held(self, session: Session, job: _Job) -> Order:
        """Return the order, for as long as the transaction lasts this worker's.

        Raises:
            LeftError: it is not, any more.
        """
        order = session.get(Order, job.order_id, with_for_update=True)
        if order is None or order.worker != job.token or order.state not in RUNNING:
            raise LeftError("it was cancelled, or another worker has it")
        return order

    def _let_go(self, job: _Job) -> None:
        """Leave an order to whoever comes next, at once."""
        with self._database.writing() as session:
            order = session.get(Order, job.order_id, with_for_update=True)
            if order is not None and order.worker == job.token:
                order.lease = order.worker = None
                order.attempts = max(order.attempts - 1, 0)


def _sources(session: Session, order_id: int) -> list[Source]:
    query = select(Node.identifier, DataFile.name, DataFile.path, DataFile.bytes, DataFile.sha256).join(Node, Node.id == DataFile.node_id)
    query = query.join(OrderedFile, OrderedFile.file_id == DataFile.id).where(OrderedFile.order_id == order_id)
    rows = session.execute(query.order_by(Node.identifier, DataFile.name, DataFile.id))
    return [Source(data_set=data_set, name=name, path=path, bytes=size, sha256=sha256) for data_set, name, path, size, sha256 in rows]


def _is_there(planned: Planned, known: dict[str, int], folder: Path) -> bool:
    """Tell whether a file was made and written down before."""
    path = folder / planned.name
    return planned.name in known and path.is_file() and path.stat().st_size == known[planned.name]
