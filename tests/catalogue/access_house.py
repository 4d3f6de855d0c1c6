"""A catalogue with something to hide, the same without it, and people who ask both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from flask import Flask, request
from flask.testing import FlaskClient

from accounts.access import Access
from accounts.codelists import Role, RuleKind, Shown
from accounts.models import Group
from accounts.visitors import ANONYMOUS, COMMAND_LINE, Visitor
from catalogue.app import create_app
from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.engines.stored import entry_of
from catalogue.protocols.doors import admitted
from catalogue.service import Catalogue
from catalogue.service.descent import Descent
from catalogue.settings import Settings
from database import Database
from mappings.formats import read, write
from ordering.tree import Tree
from records.codes import Domain
from records.dates import Date
from records.model import Box, Extent, Record
from tests.contracts.making import interval, keywords, platforms
from ui.seeing import Seeing, init_seeing

NOW: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
TOKEN: Final = "a-curators-token-of-tests"
BASE_URL: Final = "http://catalogue.example"
WHO: Final = {
    "visitor": ANONYMOUS,
    "user": Visitor(user_id=1, username="somebody"),
    "member": Visitor(user_id=2, username="member", groups=frozenset({"corot-n1"})),
    "curator": Visitor(user_id=3, username="curator", role=Role.CURATOR),
    "administrator": Visitor(user_id=4, username="boss", role=Role.ADMINISTRATOR),
}
SECRETS: Final = ("zubeneschamali", "hush", "n1-", "embargoed")
"""What is said of hidden records alone, their identifiers among it."""


def _record(identifier: str, title: str, **fields: Any) -> Record:
    """Return a record as it is when it was read."""
    return read(write(Record(identifier=identifier, title=title, **fields), "iso19139"))


SHOWN: Final = (
    _record("corot", "COROT Mission", domain=Domain.UNIVERSE, abstract="Light curves of stars.", platforms=platforms("COROT")),
    _record("corot-n0", "COROT level 0", parent_identifier="corot", keywords=keywords("stars"), created=Date("2013-03-11")),
    _record(
        "jason",
        "Jason altimetry",
        domain=Domain.EARTH,
        platforms=platforms("JASON"),
        extents=(Extent(boxes=(Box(west=0, south=0, east=10, north=10),)),),
        intervals=(interval("2001-01-01", "2002-01-01"),),
    ),
    _record("jason-2", "Jason 2 altimetry", domain=Domain.EARTH, platforms=platforms("JASON"), parent_identifier="jason"),
)
HIDDEN: Final = (
    _record(
        "n1-root",
        "Embargoed light curves of Zubeneschamali",
        parent_identifier="corot",
        abstract="Corrected by hushware.",
        platforms=platforms("HUSHSAT"),
        keywords=keywords("hushword", "stars"),
        created=Date("2026-01-01"),
        processing_level="HUSH1",
        extents=(Extent(boxes=(Box(west=-20, south=-20, east=20, north=20),)),),
        intervals=(interval("1990-01-01", "2030-01-01"),),
    ),
    _record("n1-child", "Hushed Zubeneschamali", parent_identifier="n1-root", platforms=platforms("COROT"), created=Date("2026-02-01")),
)
DEAD: Final = _record("n1-dead", "Hushed long ago", parent_identifier="n1-child")


@dataclass
class House:
    """An application on a catalogue.

    Attributes:
        clock: the moment it is.
    """

    app: Flask
    engine: Engine
    database: Database
    access: Access
    now: datetime

    def client(self, who: str = "visitor") -> FlaskClient:
        """Return somebody who asks it; how people sign in is not this house's affair."""
        client = self.app.test_client()
        client.environ_base["HTTP_X_WHO"] = who
        return client

    def rule(self, kind: RuleKind, opens: datetime | None = None, shown: Shown = Shown.NOTHING, identifier: str = "n1-root") -> None:
        """Put a rule that lets the members in."""
        self.access.set_rule(identifier, kind, opens, shown, ("corot-n1",), by=COMMAND_LINE, address=None)


@contextmanager
def house(folder: Path, *, hiding: bool) -> Iterator[House]:
    """Yield an application on a catalogue with the records to be hidden, or without."""
    engine = open_engine(f"embedded:{folder / 'catalogue'}")
    if hiding:
        engine.put([entry_of(record, harvest_source="hushed") for record in (HIDDEN[0], DEAD)], now=NOW - 9 * DAY)
        engine.delete(["n1-dead"], now=NOW - 8 * DAY)
    engine.put([entry_of(record) for record in SHOWN], now=NOW - 7 * DAY)
    engine.put([entry_of(_record("gone", "Gone"), harvest_source="cnes")], now=NOW - 6 * DAY)
    engine.delete(["gone"], now=NOW - 5 * DAY)
    if hiding:
        engine.put([entry_of(HIDDEN[1], harvest_source="cnes")], now=NOW - 4 * DAY)
    database = Database(f"sqlite:///{folder / 'reflecs.sqlite'}")
    database.upgrade()
    with database.writing() as session:
        session.add(Group(name="corot-n1", title="COROT N1"))
    descent = Descent(engine, Tree(database))
    made: list[House] = []
    clock: Callable[[], datetime] = lambda: made[0].now if made else NOW  # noqa: E731 -- as short as what it says
    access = Access(database, clock, parent_of=descent.parent_of, children_of=descent.children_of, state=descent.state)
    seeing = Seeing(access, visitor=_who, admits=lambda authorization: admitted((TOKEN,), authorization))
    catalogue = Catalogue(engine, base_url=BASE_URL, hidden=seeing.hidden, viewpoint=seeing.viewpoint, clock=clock)
    settings = Settings(base_url=BASE_URL, curator_tokens=(TOKEN,), contact="serad@example.org", secret_key="k" * 32)
    app = create_app(settings, catalogue)
    init_seeing(app, seeing)
    made.append(House(app, engine, database, access, NOW))
    yield made[0]
    engine.close()
    database.close()


def _who() -> Visitor:
    return WHO[request.headers.get("X-Who", "visitor")]
