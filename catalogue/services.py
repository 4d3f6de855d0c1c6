"""Accounts, access, the SIPAD, harvests and curating, put together from the settings: for the web application, and for commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from accounts.access import Access
from accounts.accounts import Accounts
from accounts.desk import utc_now
from accounts.mail import Mail, open_mail
from accounts.visitors import Visitor
from catalogue.curating.checking import Checking
from catalogue.curating.curating import Curating
from catalogue.curating.reports import Reports
from catalogue.engines.base import Engine
from catalogue.harvesting.runs import Runs
from catalogue.harvesting.sources import Sources
from catalogue.queue import Queue, Work
from catalogue.service.descent import Descent
from catalogue.settings import DEFAULT_DATABASE, Settings
from database import Database
from ordering.destinations import Network
from ordering.inventory import Inventory
from ordering.orders import Orders
from ordering.quarantine import Quarantine
from ordering.selecting import Selecting
from ordering.standing import Standing
from ordering.tree import Tree
from ordering.worker import Worker
from records.errors import EngineError

if TYPE_CHECKING:
    from catalogue.harvesting.runner import Runner
    from harvesters.web import Client

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What stands on the database. The attributes are what their classes say."""

    settings: Settings
    database: Database
    mail: Mail
    accounts: Accounts
    access: Access
    tree: Tree
    inventory: Inventory
    selecting: Selecting
    orders: Orders
    quarantine: Quarantine
    standing: Standing
    queue: Queue
    sources: Sources
    runs: Runs
    curating: Curating
    checking: Checking
    reports: Reports
    writing: Callable[[], Engine]
    secret: bytes
    clock: Clock

    def may_have(self, visitor: Visitor, identifier: str) -> bool:
        """Return whether a visitor may have the data of a node."""
        return self.access.decide(identifier, visitor).open

    def runner(self, *, stopping: Callable[[], bool]) -> "Runner":
        """Return what works on harvests; `stopping` tells it to leave the one at hand at its next page."""
        return runner(self.settings, self.database, self.writing, clock=self.clock, stopping=stopping)

    def check_due(self) -> int:
        """Check records and links that are due; return how many. Uploads that nobody stored within a day go."""
        from catalogue.curating.links import LinkChecking  # noqa: PLC0415 (what goes to the web is for workers; servers need not load it)

        public = client(replace(self.settings, allow_private_addresses=False))  # anybody's document may link to anything
        links = LinkChecking(self.database, public, clock=self.clock, stopping=self.queue.stopping.is_set)
        self.curating.discard_expired()
        return self.checking.run_due() + links.run_due()

    def worker(self, *, stopping: Callable[[], bool]) -> Worker:
        """Return what works on orders; `stopping` tells it to leave the one at hand as it stands."""
        return Worker(
            self.database,
            self.accounts,
            self.mail,
            archive=self.settings.archive,
            secret=self.secret,
            network=network(self.settings),
            base_url=self.settings.known_as(),
            contact=self.settings.contact,
            may_have=self.may_have,
            clock=self.clock,
            stopping=stopping,
        )


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """Open the database of the settings, brought up to date, for a while.

    Raises:
        DatabaseError: it cannot be opened.
    """
    opened = Database(settings.database or DEFAULT_DATABASE)
    try:
        opened.upgrade()
        yield opened
    finally:
        opened.close()


def accounts(settings: Settings, opened: Database, mail: Mail | None = None, clock: Clock = utc_now) -> Accounts:
    """Return the accounts in a database; letters leave by `mail`, or as the settings tell where it is None."""
    mail = mail or open_mail(settings.mail, sender=settings.contact)
    return Accounts(opened, mail, base_url=settings.known_as(), contact=settings.contact, clock=clock)


def harvesting(settings: Settings, opened: Database, *, wake: Callable[[], object], clock: Clock = utc_now) -> tuple[Sources, Runs]:
    """Return the sources and runs of harvests in a database; `wake` is called when there is something to work on."""
    people = accounts(settings, opened, clock=clock)
    private = settings.allow_private_addresses
    sources = Sources(opened, people, secret=_secret(settings, opened), allow_private=private, clock=clock)
    return sources, Runs(opened, people, wake=wake, clock=clock)


def runner(
    settings: Settings,
    opened: Database,
    writing: Callable[[], Engine],
    *,
    clock: Clock = utc_now,
    stopping: Callable[[], bool] = lambda: False,
) -> "Runner":
    """Return what works on harvests; `writing` opens what keeps the records, `stopping` tells it to leave the one at hand."""
    from catalogue.harvesting.runner import Runner  # noqa: PLC0415 (as above)

    people, secret = accounts(settings, opened, clock=clock), _secret(settings, opened)
    return Runner(opened, writing, secret=secret, client=client(settings), accounts=people, clock=clock, stopping=stopping)


def _secret(settings: Settings, opened: Database) -> bytes:
    return settings.secret_key.encode() if settings.secret_key else opened.secret()


def client(settings: Settings) -> "Client":
    """Return how this installation goes to the web."""
    from harvesters.web import Client  # noqa: PLC0415 (as above)

    return Client(contact=settings.contact, allow_private=settings.allow_private_addresses)


def network(settings: Settings) -> Network:
    """Return which servers may be delivered to."""
    return Network(allow_private=settings.allow_private_addresses)


def services(
    settings: Settings,
    opened: Database,
    engine: Engine,
    clock: Clock = utc_now,
    *,
    writing: Callable[[], Engine] | None = None,
) -> Services:
    """Put all services together.

    Args:
        settings: of the installation.
        opened: the database, brought up to date.
        engine: what keeps the records, all of them: rules of access are inherited along their parents.
        clock: tells the time, aware, UTC.
        writing: opens the same engine for writing, or returns the one that was opened; None where nobody writes.
    """
    mail = open_mail(settings.mail, sender=settings.contact)
    secret = _secret(settings, opened)
    people = accounts(settings, opened, mail, clock)
    tree, inventory, queue = Tree(opened), Inventory(opened), Queue(settings.queue)
    descent = Descent(engine, tree)
    access = Access(opened, clock, parent_of=descent.parent_of, children_of=descent.children_of, state=descent.state)
    orders = Orders(
        opened,
        inventory,
        people,
        archive=settings.archive,
        quota=settings.quota,
        secret=secret,
        network=network(settings),
        base_url=settings.known_as(),
        may_have=lambda visitor, identifier: access.decide(identifier, visitor).open,
        clock=clock,
        wake=partial(queue.wake, Work.ORDERS),
    )
    may_write = writing or _nobody_writes
    sources, runs = harvesting(settings, opened, wake=partial(queue.wake, Work.HARVESTS), clock=clock)
    checking = Checking(opened, engine, schemas=settings.schemas, clock=clock, stopping=queue.stopping.is_set)
    return Services(
        settings=settings,
        database=opened,
        mail=mail,
        accounts=people,
        access=access,
        tree=tree,
        inventory=inventory,
        selecting=Selecting(opened, tree, inventory, clock),
        orders=orders,
        quarantine=Quarantine(opened, settings.archive, clock),
        standing=Standing(opened, settings.archive),
        queue=queue,
        sources=sources,
        runs=runs,
        curating=Curating(opened, people, access, may_write, checking=checking, schemas=settings.schemas, clock=clock),
        checking=checking,
        reports=Reports(opened, engine, settings.schemas),
        writing=may_write,
        secret=secret,
        clock=clock,
    )


def _nobody_writes() -> Engine:
    raise EngineError("This command writes nothing into the catalogue.")
