"""Makes an order of a selection: what the form asks for, checked, and the files it means, written down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from accounts.codelists import AccountState, Compression
from accounts.mail import ADDRESS, LONGEST_ADDRESS
from accounts.models import User
from accounts.visitors import Visitor
from ordering.criteria import Criteria
from ordering.destinations import Destination, DestinationError, Network, checked
from ordering.inventory import Inventory
from ordering.models import DataFile, DeliveryMode, Order, OrderedFile, OrderState, Packaging, UntickedFile
from ordering.quota import owned_by, packages_of, quota_of, room_for, used
from ordering.sentences import OrderError, Sentence

MOST_FILES: Final = 100_000
"""Of one order."""
_FURTHEST: Final = timedelta(days=366)
_PAST: Final = timedelta(days=1)  # a date without a time means its beginning: today's is not past

_EMPTY: Final = Sentence("Your selection is empty.", "Votre sélection est vide.")
_NO_FILES: Final = Sentence("No file is selected of %(title)s.", "Aucun fichier n’est sélectionné de %(title)s.")
_TOO_MANY: Final = Sentence(
    "An order has %(most)s files at most; this one would have %(files)s. Please make several.",
    "Une commande compte %(most)s fichiers au plus ; celle-ci en aurait %(files)s. Veuillez en faire plusieurs.",
)
_NO_PACKAGING: Final = Sentence("Choose how compressed files are packaged.", "Choisissez comment les fichiers compressés sont regroupés.")
_NOT_ACTIVE: Final = Sentence(
    "Your account is not active: change your temporary password first.",
    "Votre compte n’est pas actif : changez d’abord votre mot de passe temporaire.",
)
_NEEDS_ACCOUNT: Final = Sentence(
    "Delivery to a server needs an account; without one, the files wait in your workspace.",
    "La livraison sur un serveur demande un compte ; sans compte, les fichiers attendent dans votre espace de travail.",
)
_NO_DESTINATION: Final = Sentence("Tell the server the files go to.", "Indiquez le serveur où vont les fichiers.")
_DUE_PAST: Final = Sentence("This date is past.", "Cette date est passée.")
_DUE_FAR: Final = Sentence("This date is more than a year away.", "Cette date est à plus d’un an.")
_NO_EMAIL: Final = Sentence("Tell a valid e-mail address.", "Indiquez une adresse électronique valable.")
_NOT_OPEN: Final = Sentence("%(title)s is not open to you.", "%(title)s ne vous est pas ouvert.")
_QUOTA: Final = Sentence(
    "This order may take %(needed)s bytes of your workspace, and %(left)s of %(quota)s are left.",
    "Cette commande peut prendre %(needed)s octets de votre espace de travail ; il en reste %(left)s sur %(quota)s.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What the order form asks for.

    Attributes:
        mode: how the data reach their reader.
        compression: of the prepared files.
        packaging: how they are put together; needed with a compression other than none, and without meaning otherwise.
        due: not before it is the order prepared and sent; None for as soon as possible.
        destination: of FTP and SFTP, where they go.
        email: of somebody without an account; otherwise that of the account is taken.
    """

    mode: DeliveryMode = DeliveryMode.WORKSPACE
    compression: Compression = Compression.NONE
    packaging: Packaging | None = None
    due: datetime | None = None
    destination: Destination | None = None
    email: str | None = None


def check_form(form: Submission, visitor: Visitor, network: Network, now: datetime) -> Destination | None:
    """Return the destination of a form that is as it has to be, None for the workspace. Looks up the address of its server.

    Raises:
        OrderError: a field is not as it has to be; names it.
    """
    if form.compression is not Compression.NONE and form.packaging is None:
        raise OrderError("packaging", _NO_PACKAGING)
    if form.due is not None and form.due < now - _PAST:
        raise OrderError("due", _DUE_PAST)
    if form.due is not None and form.due > now + _FURTHEST:
        raise OrderError("due", _DUE_FAR)
    if not visitor.signed_in and (len(email_of(form, visitor)) > LONGEST_ADDRESS or not ADDRESS.fullmatch(email_of(form, visitor))):
        raise OrderError("email", _NO_EMAIL)
    if form.mode is DeliveryMode.WORKSPACE:
        return None
    if not visitor.signed_in:
        raise OrderError("mode", _NEEDS_ACCOUNT)
    if form.destination is None:
        raise OrderError("host", _NO_DESTINATION)
    destination = checked(form.destination)
    try:
        network.addresses(destination.host, destination.port)
    except DestinationError as error:
        raise OrderError("host", error.sentence, **error.values) from error
    return destination


def email_of(form: Submission, visitor: Visitor) -> str:
    """Return where the letters of an order go."""
    return visitor.email or "" if visitor.signed_in else (form.email or "").strip().lower()


def check_account(session: Session, visitor: Visitor) -> None:
    """Refuse somebody whose account is not active (any more).

    Raises:
        OrderError: it is not.
    """
    if visitor.user_id is not None:
        user = session.get(User, visitor.user_id)
        if user is None or user.state is not AccountState.ACTIVE:
            raise OrderError("mode", _NOT_ACTIVE)


def check_not_empty(draft: Order | None) -> Order:
    """Return the draft, where something is selected in it.

    Raises:
        OrderError: nothing is selected.
    """
    if draft is None or not draft.items:
        raise OrderError("", _EMPTY)
    return draft


def check_access(draft: Order | None, visitor: Visitor, may_have: Callable[[Visitor, str], bool]) -> None:
    """Refuse what is not selected, and what is not open to who orders it.

    Raises:
        OrderError: nothing is selected, or something of it is not open.
    """
    for item in check_not_empty(draft).items:
        if not may_have(visitor, item.node.identifier):
            raise OrderError("", _NOT_OPEN, title=item.node.title)


def write_files(session: Session, draft: Order, inventory: Inventory) -> None:
    """Write down which files an order means: from here on, what the inventory takes in is not of it.

    Raises:
        OrderError: there are none of some data set, or too many.
    """
    total = total_bytes = 0
    for item in draft.items:
        unticked = select(UntickedFile.file_id).where(UntickedFile.item_id == item.id)
        wanted = inventory.matching(session, item.node_id, Criteria.from_json(item.criteria)).where(DataFile.id.not_in(unticked))
        files, size = session.execute(wanted.with_only_columns(func.count(), func.coalesce(func.sum(DataFile.bytes), 0))).one()
        total, total_bytes = total + int(files), total_bytes + int(size)
        if not files:
            raise OrderError("", _NO_FILES, title=item.node.title)
        if total > MOST_FILES:
            raise OrderError("", _TOO_MANY, most=f"{MOST_FILES:,}", files=f"{total:,}")
        rows = wanted.with_only_columns(literal(draft.id), DataFile.id)
        session.execute(insert(OrderedFile).from_select(["order_id", "file_id"], rows))
    draft.files, draft.bytes = total, total_bytes


def hold(session: Session, order: Order) -> None:
    """Hold all orders of an order's owner until the transaction ends, and read this one anew.

    Without an account there is no one row to hold. All are held by one question and in one order, before any single one is: so two
    transactions of one owner never wait for each other. Drafts are held by who changes them.
    """
    owner = owned_by(order.user_id, order.email)
    session.execute(select(Order.id).where(owner, Order.state != OrderState.DRAFT).order_by(Order.id).with_for_update())
    session.refresh(order)


def keep_room(session: Session, order: Order, quota: int) -> None:
    """Keep room in the workspace for an order about to be placed, or refuse it; of several that are held, each sees those before it.

    Raises:
        OrderError: its owner's quota does not allow it.
    """
    packages = packages_of(order.packaging, order.files, len(order.items))
    order.parcel_bytes = room_for(order.files, order.bytes, order.compression, packages)
    if order.mode is not DeliveryMode.WORKSPACE:
        return
    owner = owned_by(order.user_id, order.email)
    quota = quota_of(session, order.user_id, quota)
    left = quota - used(session, owner)
    if order.parcel_bytes > left:
        raise OrderError("", _QUOTA, needed=f"{order.parcel_bytes:,}", left=f"{max(left, 0):,}", quota=f"{quota:,}")
