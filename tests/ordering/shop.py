"""A whole SIPAD without pages, on real files: database, archive, accounts, orders, a worker and an outbox."""

import email
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from accounts.accounts import Accounts
from accounts.codelists import AccountState
from accounts.mail import Mail, open_mail
from accounts.models import User
from accounts.visitors import ANONYMOUS, Visitor
from database import Database
from ordering.criteria import Criteria
from ordering.destinations import Network
from ordering.inventory import Inventory
from ordering.models import DataFile, Node, NodeKind, Order, OrderedFile, OrderState
from ordering.orders import Orders
from ordering.selecting import Selecting, Whose
from ordering.sentences import OrderError
from ordering.submitting import Submission
from ordering.tree import Tree
from ordering.worker import LEASE, Worker
from tests.database.fresh import fresh

SECRET = b"the secret of a test installation"
BASE = "https://reflecs.example"
BEGIN = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Tells the time that a test sets."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Shop:
    """The parts, put together."""

    folder: Path
    clock: Callable[[], datetime] = field(default_factory=Clock)
    quota: int = 10_000_000
    network: Network = field(default_factory=Network)
    closed: set[str] = field(default_factory=set)
    """Identifiers of data that are open to nobody."""

    def __post_init__(self) -> None:
        self.archive = self.folder / "archive"
        self.database = Database(fresh(self.folder))
        self.mail: Mail = open_mail(f"outbox:{self.folder / 'outbox'}", sender="archive@reflecs.example", clock=self.clock)
        self.accounts = Accounts(self.database, self.mail, base_url=BASE, contact="archive@reflecs.example", clock=self.clock)
        self.tree = Tree(self.database)
        self.inventory = Inventory(self.database)
        self.selecting = Selecting(self.database, self.tree, self.inventory, self.clock)
        self.woken = 0
        self.orders = self.make_orders(SECRET)

    def make_orders(self, secret: bytes) -> Orders:
        return Orders(
            self.database,
            self.inventory,
            self.accounts,
            archive=self.archive,
            quota=self.quota,
            secret=secret,
            network=self.network,
            base_url=BASE,
            may_have=self.may_have,
            clock=self.clock,
            wake=self._wake,
        )

    def worker(self, *, lease: timedelta = LEASE, secret: bytes = SECRET, stopping: Callable[[], bool] = lambda: False) -> Worker:
        return Worker(
            self.database,
            self.accounts,
            self.mail,
            archive=self.archive,
            secret=secret,
            network=self.network,
            base_url=BASE,
            contact="archive@reflecs.example",
            may_have=self.may_have,
            clock=self.clock,
            lease=lease,
            stopping=stopping,
        )

    def may_have(self, _visitor: Visitor, identifier: str) -> bool:
        return identifier not in self.closed

    def data_set(self, identifier: str, contents: Sequence[bytes], *, names: Sequence[str] = ()) -> int:
        """Plant a data set whose files hold these bytes; return its number."""
        with self.database.writing() as session:
            node = Node(identifier=identifier, kind=NodeKind.DATA_SET, title=f"Data of {identifier}", criteria=["target"])
            session.add(node)
            session.flush()
            for number, content in enumerate(contents, start=1):
                name = names[number - 1] if names else f"COROT_SRc01_{identifier}_{number:010}.tar.gz"
                path = self.archive / "files" / identifier / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                session.add(
                    DataFile(
                        node_id=node.id,
                        name=name,
                        path=f"{identifier}/{name}",
                        bytes=len(content),
                        sha256=hashlib.sha256(content).hexdigest(),
                        target=number,
                    )
                )
            node.files, node.bytes = len(contents), sum(map(len, contents))
            return node.id

    def user(self, name: str = "hypatia", *, quota: int | None = None, state: AccountState = AccountState.ACTIVE) -> Visitor:
        """Make somebody with an account."""
        with self.database.writing() as session:
            words = {"address": "", "telephone": "", "organisation": "Museion", "reasons": ""}
            user = User(
                username=name,
                email=f"{name}@museion.example",
                surname="Of Alexandria",
                first_name=name,
                state=state,
                quota_bytes=quota,
                created=BEGIN,
                **words,
            )
            session.add(user)
            session.flush()
            return Visitor(user_id=user.id, username=name, email=user.email)

    def select(self, visitor: Visitor = ANONYMOUS, identifier: str = "STARWIND", criteria: Criteria | None = None) -> None:
        """Put a data set into somebody's selection."""
        node = self.tree.node(identifier)
        assert node is not None
        self.selecting.add(whose(visitor), node.id, criteria or Criteria())

    def submit(self, visitor: Visitor, **form: Any) -> str:
        """Order what somebody has selected; return the order's number."""
        return self.orders.submit(whose(visitor), visitor, Submission(**form), address="192.0.2.1").number

    def order(self, visitor: Visitor, **form: Any) -> str:
        """Select and order all of STARWIND; return the order's number."""
        self.select(visitor)
        return self.submit(visitor, **form)

    def refused(self, visitor: Visitor, **form: Any) -> OrderError:
        """Return why an order is refused, which leaves everything as it was."""
        before = self.selecting.current(whose(visitor))
        with pytest.raises(OrderError) as refused:
            self.submit(visitor, **form)
        assert self.selecting.current(whose(visitor)) == before
        with self.database.reading() as session:
            ordered = session.query(OrderedFile).join(Order, Order.id == OrderedFile.order_id)
            assert ordered.filter(Order.state == OrderState.DRAFT).count() == 0
        return refused.value

    def state(self, number: str) -> tuple[OrderState, str | None]:
        """Return where an order stands, and why."""
        order = self.order_of(number)
        return order.state, order.reason

    def code(self) -> str:
        """Return the activation code in the last letter."""
        found = re.search(r"^ {4}([A-Z0-9]{8})$", text_of(self.letters()[-1]), re.MULTILINE)
        assert found
        return found[1]

    def order_of(self, number: str) -> Order:
        """Return an order as it stands in the database."""
        with self.database.reading() as session:
            found = session.query(Order).filter_by(number=number).one()
            assert found.items is not None
            assert found.parcels is not None
            return found

    def letters(self) -> list[EmailMessage]:
        """Return all letters that went out, the oldest first."""
        files = sorted((self.folder / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]

    def letters_about(self, number: str) -> list[str]:
        """Return the texts of the letters that told somebody how an order ended."""
        return [text_of(one) for one in self.letters() if number in str(one["Subject"]) and one["To"] != "archive@reflecs.example"]

    def _wake(self) -> None:
        self.woken += 1


def text_of(letter: EmailMessage) -> str:
    """Return what a letter says."""
    return str(letter.get_content()).replace("\r\n", "\n")


def whose(visitor: Visitor = ANONYMOUS, key: str = "a session") -> Whose:
    """Return whose selection a visitor's is."""
    return Whose(user_id=visitor.user_id) if visitor.signed_in else Whose(visitor_key=key)
