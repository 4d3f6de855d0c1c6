"""A catalogue whose records are checked: a real engine, a real database, and a clock that stands until it is moved."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from catalogue.curating.checking import Checking, CheckView
from catalogue.curating.models import LinkCheck, LinkState
from catalogue.engines import Engine, open_engine
from catalogue.engines.stored import entry_of
from database import Database
from mappings.formats import read, write
from records.codes import ContactScope, LinkFunctionCode, RoleCode, ScopeCode
from records.dates import Date, TimeInterval
from records.model import Contact, Keyword, Link, Record
from tests.accounts.desk import Clock
from tests.database.fresh import fresh

GOOD = Record(
    identifier="corot.n2",
    type=ScopeCode.SERIES,
    title="COROT N2: light curves of stars",
    abstract="Light curves.",
    language="eng",
    languages=("eng",),
    keywords=(Keyword(term="stars"),),
    contacts=(
        Contact(scope=ContactScope.METADATA, role=RoleCode.POINT_OF_CONTACT, organisation="CNES"),
        Contact(role=RoleCode.PUBLISHER, organisation="CNES"),
    ),
    datestamp=Date("2026-11-23"),
    intervals=(TimeInterval(begin=Date("2007-02-03"), end=Date("2012-11-02")),),
)


def good(identifier: str, *links: str) -> bytes:
    """A document without fault, with these links."""
    made = tuple(Link(url=url, name=url.rsplit("/", 1)[-1] or None, function=LinkFunctionCode.INFORMATION) for url in links)
    return write(_named(identifier, links=made or (Link(url="https://data.example.org/"),)), "iso19139")


def bad(identifier: str) -> bytes:
    """A document without an abstract and without contacts."""
    return write(_named(identifier, abstract=None, contacts=()), "iso19139")


def _named(identifier: str, **changes: object) -> Record:
    return replace(GOOD, identifier=identifier, **changes)  # type: ignore[arg-type]


@dataclass
class House:
    """The parts, put together."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    stopping: Callable[[], bool] = lambda: False

    def __post_init__(self) -> None:
        self.database = Database(fresh(self.folder))
        self.engine: Engine = open_engine(f"embedded:{self.folder / 'catalogue'}")
        self.checking = self.another()

    def another(self, stopping: Callable[[], bool] = lambda: False, schemas: Path | None = None) -> Checking:
        """Another worker."""
        return Checking(self.database, self.engine, schemas=schemas, clock=self.clock, stopping=stopping)

    def put(self, *documents: bytes) -> None:
        """Keep documents now; a second goes by."""
        self.engine.put([entry_of(read(document)) for document in documents], now=self.clock())
        self.clock.forward(seconds=1)

    def delete(self, *identifiers: str) -> None:
        """Delete records now; a second goes by."""
        self.engine.delete(identifiers, now=self.clock())
        self.clock.forward(seconds=1)

    def check(self, identifier: str) -> CheckView:
        return self.checking.of([identifier])[identifier]

    def links(self) -> dict[str, LinkState]:
        with self.database.reading() as session:
            return {row.url: row.state for row in session.scalars(select(LinkCheck))}

    def close(self) -> None:
        self.engine.close()
        self.database.close()
