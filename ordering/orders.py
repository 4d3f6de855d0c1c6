"""Orders: placed, activated, watched, called off, tried again, and their files fetched."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from accounts.accounts import Accounts
from accounts.codelists import Compression, Purpose
from accounts.errors import CodeError
from accounts.mail import MailError, Message
from accounts.visitors import Visitor
from database import Database
from ordering import submitting
from ordering.activating import CODE_HOURS, drop, drop_oldest
from ordering.destinations import Destination, Network, Sealing
from ordering.inventory import Inventory
from ordering.models import DeliveryMode, Order, OrderItem, OrderState
from ordering.notices import activation
from ordering.quota import owned_by, quota_of, used
from ordering.selecting import Whose, copy_item, draft_again, draft_of, made_draft
from ordering.sentences import OrderError, Sentence
from ordering.states import CANCELLABLE, step
from ordering.submitting import Submission
from ordering.viewing import OrderView, ParcelView, Workspace, parcels_of, views_of
from ordering.workspace import Links, Shelves, is_plain_name

PAGE: Final = 50
"""Orders on one page of the administrators'."""
_LOG: Final = logging.getLogger(__name__)
_NO_LETTER: Final = Sentence(
    "The letter with the activation code cannot be sent to this address now. Please try again later.",
    "La lettre avec le code d’activation ne peut pas être envoyée à cette adresse pour le moment. Veuillez réessayer plus tard.",
)
_TOO_LATE: Final = Sentence("This order cannot be cancelled any more.", "Cette commande ne peut plus être annulée.")
_NOT_FAILED: Final = Sentence(
    "This order cannot be tried again; order the data again.", "Cette commande ne peut pas être relancée ; commandez les données à nouveau."
)
_CALLED_OFF: Final = Sentence("Cancelled on request.", "Annulée sur demande.")
_NOTHING_OPEN: Final = Sentence("Nothing of this order is open to you any more.", "Plus rien de cette commande ne vous est ouvert.")
_NOT_THERE: Final = Sentence("There is no such order.", "Cette commande n’existe pas.")


class Orders:
    """Everybody's orders.

    Args:
        database: where they are kept.
        inventory: the files they are made of.
        accounts: sends and takes activation codes, and keeps the audit trail.
        archive: the archive's folder; prepared files lie below it.
        quota: bytes that somebody's workspace may take, where the account says nothing else.
        secret: of the installation; what destinations are encrypted and links are signed with.
        network: which servers may be delivered to.
        base_url: the address of the installation, for letters.
        may_have: whether a visitor may have the data of a node, by its identifier.
        clock: tells the time, UTC.
        wake: tells the worker that there is something to do; to be set by who has a queue (`ordering.queue`).
    """

    def __init__(  # noqa: PLR0913 -- what it is put together of, all of it by name
        self,
        database: Database,
        inventory: Inventory,
        accounts: Accounts,
        *,
        archive: Path,
        quota: int,
        secret: bytes,
        network: Network,
        base_url: str,
        may_have: Callable[[Visitor, str], bool],
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._inventory = inventory
        self._accounts = accounts
        self._shelves = Shelves(archive)
        self._quota = quota
        self._sealing = Sealing(secret)
        self._links = Links(secret)
        self._network = network
        self._base_url = base_url
        self._may_have = may_have
        self._clock = clock
        self._wake = wake

    def submit(self, whose: Whose, visitor: Visitor, submission: Submission, *, address: str | None) -> OrderView:
        """Place an order of the current selection. Without an account, it waits for the code that is sent by e-mail.

        Raises:
            OrderError: it cannot be placed as asked; the selection stays.
        """
        whose = Whose(user_id=visitor.user_id) if visitor.signed_in else Whose(visitor_key=whose.visitor_key)
        destination = submitting.check_form(submission, visitor, self._network, self._clock())
        with self._database.reading() as session:
            submitting.check_account(session, visitor)
            submitting.check_access(draft_of(session, whose), visitor, self._may_have)
        with self._database.writing() as session:
            draft = submitting.check_not_empty(draft_of(session, whose, changing=True))  # it may have been emptied since
            self._place(session, draft, visitor, submission, destination)
            number, email = draft.number, draft.email or ""
            detail = f"{submission.mode}, {submission.compression}"
            self._accounts.record("order submitted", number, detail, by=visitor, address=address, within=session)
        if visitor.signed_in:
            self._wake()
        else:
            self._send_code_or_undo(number, email, visitor, address)
        return self._view(number)

    def activate(self, number: str, email: str, code: str, *, address: str | None = None) -> OrderView | None:
        """Take the code of an order without an account; None when it is not good, whatever the reason.

        Raises:
            OrderError: the code is good, and there is no room in the workspace by now.
        """
        email = email.strip().lower()
        with self._database.writing() as session:  # one, so that no code is spent on an order that is not placed then
            if not self._accounts.redeem(Purpose.ACTIVATE, number, email, code, address=address, within=session):
                return None
            order = session.scalar(_by(number).where(Order.email == email))
            if order is None:
                return None
            submitting.hold(session, order)
            if order.state is not OrderState.ACTIVATING:
                return None
            submitting.keep_room(session, order, self._quota)
            step(order, OrderState.WAITING)
            order.visitor = None
        self._wake()
        return self._view(number)

    def resend(self, number: str, email: str, *, address: str | None = None) -> None:
        """Send the code anew, where an order waits for one from this address; nothing tells whether it does.

        Raises:
            OrderError: letters cannot be sent to this address now; raised only where an order waits.
        """
        email = email.strip().lower()
        with self._database.reading() as session:
            order = session.scalar(_by(number))
            waits = order is not None and order.state is OrderState.ACTIVATING and order.email == email
            language = order.language if order else "en"
        if waits:
            self._send_code(number, email, language, address)

    def mine(self, visitor: Visitor) -> list[OrderView]:
        """Return the orders of somebody signed in, the newest first."""
        if visitor.user_id is None:
            return []
        query = select(Order).where(Order.user_id == visitor.user_id, Order.state != OrderState.DRAFT)
        with self._database.reading() as session:
            orders = session.scalars(query.order_by(Order.submitted.desc(), Order.id.desc())).all()
            return views_of(session, orders, self._sealing)

    def has_orders(self, visitor: Visitor) -> bool:
        """Tell whether somebody signed in has ordered anything yet."""
        query = select(Order.id).where(Order.user_id == visitor.user_id, Order.state != OrderState.DRAFT).limit(1)
        with self._database.reading() as session:
            return visitor.user_id is not None and session.scalar(query) is not None

    def order(self, number: str, visitor: Visitor, link: str | None = None) -> OrderView | None:
        """Return an order of the visitor's; None where there is none such, or it is somebody else's. Administrators see all.

        Args:
            number: of the order.
            visitor: who asks.
            link: the token that opens an order without an account (`parcel_link`).
        """
        with self._database.reading() as session:
            order = self._seen(session, number, visitor, link)
            return views_of(session, [order], self._sealing)[0] if order else None

    def all(self, state: OrderState | None = None, page: int = 1) -> tuple[list[OrderView], int]:
        """Return one page of all orders, the newest first, and how many there are; for administrators."""
        wanted = Order.state != OrderState.DRAFT if state is None else Order.state == state
        newest_first = select(Order).where(wanted).order_by(Order.submitted.desc(), Order.id.desc())
        with self._database.reading() as session:
            orders = session.scalars(newest_first.limit(PAGE).offset((max(page, 1) - 1) * PAGE)).all()
            total = session.scalar(select(func.count()).select_from(Order).where(wanted)) or 0
            return views_of(session, orders, self._sealing), total

    def cancel(self, number: str, visitor: Visitor, link: str | None = None, *, address: str | None = None) -> OrderView:
        """Call an order off; a worker that has it leaves it within seconds. One in the workspace is removed from there.

        Raises:
            OrderError: there is none such, or it has ended.
        """
        with self._database.writing() as session:
            order = self._mine(session, number, visitor, link)
            session.refresh(order, with_for_update=True)
            if order.state is OrderState.DONE and order.mode is DeliveryMode.WORKSPACE:
                step(order, OrderState.EXPIRED)
                order.expires = self._clock()
            elif order.state is OrderState.ACTIVATING:
                drop(session, order, _CALLED_OFF.told(order.language), self._clock())
            elif order.state in CANCELLABLE:
                step(order, OrderState.CANCELLED)
                order.reason, order.ended = _CALLED_OFF.told(order.language), self._clock()
                order.destination = order.worker = order.lease = None
            else:
                raise OrderError("", _TOO_LATE)
            self._accounts.record("order cancelled", number, by=visitor, address=address, within=session)
        self._wake()  # the worker takes away what lies in the workspace
        return self._view(number)

    def retry(self, number: str, visitor: Visitor, link: str | None = None, *, address: str | None = None) -> OrderView:
        """Have an order that failed tried again; what was prepared or had arrived already is not prepared or sent again.

        Raises:
            OrderError: there is none such, it has not failed or too long ago, or there is no room in the workspace by now.
        """
        with self._database.writing() as session:
            order = self._mine(session, number, visitor, link)
            submitting.hold(session, order)
            if order.state is not OrderState.FAILED or order.expires is None:
                raise OrderError("", _NOT_FAILED)
            submitting.keep_room(session, order, self._quota)
            step(order, OrderState.WAITING)
            order.reason = order.ended = order.notified = order.expires = order.worker = order.lease = None
            order.attempts = 0
            self._accounts.record("order retried", number, by=visitor, address=address, within=session)
        self._wake()
        return self._view(number)

    def again(self, number: str, whose: Whose, visitor: Visitor, link: str | None = None) -> None:
        """Put what an order took into the current selection; files that came since and meet its criteria are selected, too.

        Data that are not open to the visitor any more are left out.

        Raises:
            OrderError: there is none such, or nothing of it is open to the visitor any more.
        """
        with self._database.reading() as session:
            items = {item.id: item.node.identifier for item in self._mine(session, number, visitor, link).items}
        opened = [item_id for item_id, identifier in items.items() if self._may_have(visitor, identifier)]
        if not opened:
            raise OrderError("", _NOTHING_OPEN)
        with self._database.writing() as session:
            draft = made_draft(session, whose, self._clock())
            for item in session.scalars(select(OrderItem).where(OrderItem.id.in_(opened)).order_by(OrderItem.id)).all():
                copy_item(session, item, draft)

    def workspace(self, visitor: Visitor) -> Workspace:
        """Return the prepared files of somebody signed in, and the room they take."""
        with self._database.reading() as session:
            quota = quota_of(session, visitor.user_id, self._quota)
            if visitor.user_id is None:
                return Workspace(parcels=(), quota=quota, used=0, left=quota)
            owner = owned_by(visitor.user_id, None)
            query = select(Order).where(owner, Order.mode == DeliveryMode.WORKSPACE, Order.state == OrderState.DONE)
            orders = session.scalars(query.where(Order.expires > self._clock()).order_by(Order.expires, Order.id)).all()
            parcels: list[ParcelView] = [parcel for order in orders for parcel in parcels_of(order)]
            taken = used(session, owner)
        return Workspace(parcels=tuple(parcels), quota=quota, used=taken, left=max(quota - taken, 0))

    def parcel_path(self, number: str, name: str, visitor: Visitor, link: str | None = None) -> Path | None:
        """Return where a prepared file lies; None where there is none such, it is somebody else's, or is not open to its owner any more."""
        with self._database.reading() as session:
            order = self._seen(session, number, visitor, link)
            if order is None or order.state is not OrderState.DONE or order.mode is not DeliveryMode.WORKSPACE:
                return None
            there = order.expires is not None and order.expires > self._clock() and name in {parcel.name for parcel in order.parcels}
            identifiers = [item.node.identifier for item in order.items]
        if not there or not is_plain_name(name) or not all(self._may_have(visitor, identifier) for identifier in identifiers):
            return None
        path = self._shelves.of(number) / name
        return path if path.is_file() and not path.is_symlink() else None

    def parcel_link(self, order: OrderView) -> str:
        """Return the token that opens an order without an account; its files, as long as they are there."""
        return self._links.token(order.number)

    def _place(self, session: Session, draft: Order, visitor: Visitor, form: Submission, destination: Destination | None) -> None:
        draft.mode, draft.compression, draft.due = form.mode, form.compression, form.due
        draft.packaging = None if form.compression is Compression.NONE else form.packaging
        draft.email, draft.language = submitting.email_of(form, visitor), visitor.language
        draft.destination = self._sealing.seal(destination, draft.number) if destination else None
        draft.submitted = self._clock()
        submitting.write_files(session, draft, self._inventory)
        submitting.hold(session, draft)
        submitting.keep_room(session, draft, self._quota)
        step(draft, OrderState.WAITING if visitor.signed_in else OrderState.ACTIVATING)

    def _send_code_or_undo(self, number: str, email: str, visitor: Visitor, address: str | None) -> None:
        try:
            self._send_code(number, email, visitor.language, address)
        except BaseException:
            with self._database.writing() as session:
                order = session.scalars(_by(number).with_for_update()).one()
                if order.state is OrderState.ACTIVATING:  # it may have been cancelled meanwhile
                    draft_again(session, order, self._clock())
                    self._accounts.record("order taken back", number, "no code was sent", by=visitor, address=address, within=session)
            raise
        with self._database.writing() as session:  # now, not before: nobody loses an order by letters that are not sent
            drop_oldest(session, session.scalars(_by(number)).one(), self._clock())

    def _send_code(self, number: str, email: str, language: str, address: str | None) -> None:
        def letter(code: str) -> Message:
            return activation(number, email, code, language=language, base_url=self._base_url, hours=CODE_HOURS)

        try:
            self._accounts.send_code(Purpose.ACTIVATE, number, email, hours=CODE_HOURS, letter=letter, address=address)
        except (MailError, CodeError) as error:
            raise OrderError("email", _NO_LETTER) from error

    def _view(self, number: str) -> OrderView:
        with self._database.reading() as session:
            return views_of(session, [session.scalars(_by(number)).one()], self._sealing)[0]

    def _seen(self, session: Session, number: str, visitor: Visitor, link: str | None) -> Order | None:
        """Return an order that the visitor may see, or None; somebody else's is told of in the log."""
        order = session.scalar(_by(number))
        if order is None or order.state is OrderState.DRAFT:
            return None
        owns = visitor.user_id is not None and order.user_id == visitor.user_id
        opened = order.user_id is None and link is not None and self._links.opens(number, link)
        if owns or opened or visitor.administers:
            return order
        _LOG.warning("order %s was asked for by %s, whose it is not", number, visitor.actor)
        return None

    def _mine(self, session: Session, number: str, visitor: Visitor, link: str | None) -> Order:
        order = self._seen(session, number, visitor, link)
        if order is None:
            raise OrderError("", _NOT_THERE)
        return order


def _by(number: str) -> Select[tuple[Order]]:
    return select(Order).where(Order.number == number)
