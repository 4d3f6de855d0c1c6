"""Orders as pages: one with its progress and files, and all of somebody's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.visitors import Visitor
from catalogue.service.addresses import quote_identifier, with_parameters
from mappings.vocabularies.words import number_words
from ordering.models import DeliveryMode, OrderState
from ordering.viewing import OrderedItem, OrderView
from ui.language import language
from ui.sipad.current import Sipad
from ui.sipad.objects_page import page_numbers
from ui.sipad.order_form import compressions, packagings
from ui.sipad.quantities import Amount, Moment, amount, day, left, minute
from ui.sipad.workspace_page import SUMS, Download, download
from ui.speech import _

FILES_A_PAGE: Final = 100
_UNDER_WAY: Final = frozenset({OrderState.WAITING, OrderState.PREPARING, OrderState.DELIVERING})


@dataclass(frozen=True, slots=True, kw_only=True)
class StateWords:
    """Where an order stands, in a word and in a sentence; `mark` is the icon beside it."""

    state: OrderState
    name: str
    says: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """An order in a list."""

    number: str
    href: str
    submitted: Moment | None
    amount: Amount
    titles: str
    state: StateWords


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """What an order takes of a data set."""

    title: str
    href: str
    criteria: str
    amount: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """What the page of an order shows.

    Attributes:
        progress: files prepared, or delivered, so far, and of how many; None where nothing is under way.
        facts: how it is delivered, name and value.
        files: that can be downloaded now, a page of them.
        files_count: how many there are, in words.
        files_pages: numbers of pages of files; None for a gap.
        left: how long they will be there.
        live: whether it is worth looking again soon.
        removable: whether its files can be taken out of the workspace.
        link: opens the page to somebody without an account; None for somebody with one.
        problem: why it could not be changed as asked.
    """

    number: str
    state: StateWords
    reason: str | None
    amount: Amount
    progress: tuple[int, int, str] | None
    facts: tuple[tuple[str, str], ...]
    items: tuple[ItemLine, ...]
    files: tuple[Download, ...]
    files_count: str
    files_page: int
    files_pages: tuple[int | None, ...]
    expires: Moment | None
    left: str | None
    can_be_cancelled: bool
    can_be_retried: bool
    can_be_repeated: bool
    removable: bool
    live: bool
    link: str | None
    problem: str | None

    @property
    def path(self) -> str:
        """The address of the page, without its link."""
        return order_path(self.number)

    @property
    def here(self) -> str:
        """The address of the page."""
        return order_path(self.number, self.link)

    @property
    def sums(self) -> str:
        """The address of the list of checksums."""
        return with_parameters(f"{self.path}/{SUMS}", [("link", self.link)] if self.link else [])

    def at(self, page: int) -> str:
        """Return the address of another page of its files."""
        return with_parameters(self.path, [*([("link", self.link)] if self.link else []), ("page", str(page))])


def order_path(number: str, link: str | None = None) -> str:
    """Return the address of an order's page."""
    return with_parameters(f"/sipad/order/{quote_identifier(number)}", [("link", link)] if link else [])


def order_page(sipad: Sipad, order: OrderView, *, link: str | None = None, problem: str | None = None, page: int = 1) -> OrderPage:
    """Return the page of an order; `page` counts the pages of its files."""
    now = sipad.catalogue.clock()
    parcels = order.parcels if _downloadable(order) else ()
    last = max(1, -(-len(parcels) // FILES_A_PAGE))
    page = max(1, min(page, last))
    return OrderPage(
        number=order.number,
        state=state_words(order, now),
        reason=order.reason,
        amount=amount(order.files, order.bytes),
        progress=_progress(order),
        facts=tuple(_facts(order)),
        items=tuple(_item(sipad, item) for item in order.items),
        files=tuple(download(parcel, link=link) for parcel in parcels[(page - 1) * FILES_A_PAGE : page * FILES_A_PAGE]),
        files_count=number_words(len(parcels), language()),
        files_page=page,
        files_pages=tuple(page_numbers(page, last)),
        expires=minute(order.expires),
        left=left(order.expires, now) if order.expires and order.expires > now else None,
        can_be_cancelled=order.can_be_cancelled,
        can_be_retried=order.can_be_retried,
        can_be_repeated=order.state not in {OrderState.DRAFT, OrderState.ACTIVATING},
        removable=_downloadable(order),
        live=order.state in _UNDER_WAY,
        link=link,
        problem=problem,
    )


def order_lines(sipad: Sipad, visitor: Visitor) -> tuple[OrderLine, ...]:
    """Return somebody's orders as lines of a list."""
    now = sipad.catalogue.clock()
    return tuple(
        OrderLine(
            number=order.number,
            href=order_path(order.number),
            submitted=day(order.submitted),
            amount=amount(order.files, order.bytes),
            titles=_titles(order),
            state=state_words(order, now),
        )
        for order in sipad.orders.mine(visitor)
    )


def state_words(order: OrderView, now: datetime) -> StateWords:
    """Return where an order stands, in words."""
    name, says, mark = _state(order, now)
    return StateWords(state=order.state, name=name, says=says, mark=mark)


def _state(order: OrderView, now: datetime) -> tuple[str, str, str]:
    if order.state is OrderState.DONE and order.mode is not DeliveryMode.WORKSPACE:
        return _("Delivered"), _("All files have arrived at your server."), "tick"
    if order.state is OrderState.WAITING and order.due and order.due > now and (due := day(order.due)):
        return _("Waits for its day"), _("It will be prepared on %(date)s.", date=due.words), "clock"
    return {
        OrderState.DRAFT: (_("Draft"), _("It is not submitted yet."), "clock"),
        OrderState.ACTIVATING: (_("Waits for its code"), _("It begins when the code from the e-mail is typed."), "letter"),
        OrderState.WAITING: (_("Waits for its turn"), _("It will be prepared soon."), "clock"),
        OrderState.PREPARING: (_("In preparation"), _("The files are checked and put together."), "clock"),
        OrderState.DELIVERING: (_("On its way"), _("The files are being sent to your server."), "order"),
        OrderState.DONE: (_("Ready"), _("The files can be downloaded."), "tick"),
        OrderState.FAILED: (_("Failed"), _("It could not be delivered."), "warn"),
        OrderState.CANCELLED: (_("Cancelled"), _("Nothing will be delivered."), "cross"),
        OrderState.EXPIRED: (_("Expired"), _("Its files have left the workspace. You can order them again."), "clock"),
    }[order.state]


def _progress(order: OrderView) -> tuple[int, int, str] | None:
    """How many files of how many, and the same in words."""
    spoken = language()
    match order.state:
        case OrderState.PREPARING:
            done, total = order.prepared, order.files
            words = _("%(done)s of %(all)s files prepared", done=number_words(done, spoken), all=number_words(total, spoken))
        case OrderState.DELIVERING:
            done, total = order.sent, len(order.parcels)
            words = _("%(done)s of %(all)s files sent", done=number_words(done, spoken), all=number_words(total, spoken))
        case _:
            return None
    return done, max(total, 1), words


def _downloadable(order: OrderView) -> bool:
    return order.state is OrderState.DONE and order.mode is DeliveryMode.WORKSPACE


def _facts(order: OrderView) -> Iterator[tuple[str, str]]:
    if order.submitted and (submitted := minute(order.submitted)):
        yield _("Submitted"), submitted.words
    yield _("Delivery"), _("to your workspace") if order.mode is DeliveryMode.WORKSPACE else order.mode.upper()
    if order.destination:
        yield _("Server"), order.destination
    if order.due and (due := day(order.due)):
        yield _("Date of the transfer"), due.words
    yield _("Compression"), dict(compressions())[order.compression]
    if order.packaging:
        yield _("Packaging"), dict(packagings())[order.packaging]
    if order.email:
        yield _("Told by e-mail to"), order.email
    if order.ended and (ended := minute(order.ended)):
        yield _("Ended"), ended.words


def _item(sipad: Sipad, item: OrderedItem) -> ItemLine:
    return ItemLine(
        title=item.title,
        href=f"/sipad/data/{quote_identifier(item.identifier)}",
        criteria=item.criteria.words(language(), sipad.inventory.offered(item.node_id)),
        amount=amount(item.files, item.bytes),
    )


def _titles(order: OrderView) -> str:
    """The titles of what was ordered: the first, and how many others."""
    first = order.items[0].title if order.items else ""
    others = len(order.items) - 1
    return _("%(title)s and %(others)s more", title=first, others=others) if others > 0 else first
