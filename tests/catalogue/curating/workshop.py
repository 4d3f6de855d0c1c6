"""What tests of curating stand on: a real database, a real engine, curators with accounts, and records of a few words."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from accounts.access import Access
from accounts.accounts import Accounts
from accounts.codelists import AccountState, Role
from accounts.models import User
from accounts.visitors import Visitor
from catalogue.curating.checking import Checking
from catalogue.curating.curating import Curating
from catalogue.engines import open_engine
from catalogue.engines.base import Engine
from catalogue.engines.stored import entry_of
from catalogue.service.descent import Descent
from database import Database
from mappings.formats import read, write
from ordering.tree import Tree
from records.codes import RoleCode
from records.dates import Date
from records.model import Contact, Keyword, Link, Record
from tests.accounts.desk import HERE, Clock, Letters
from tests.database.fresh import fresh

NOBODY: Final = Visitor(username="reader")


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Curating, and all it stands on. Marie and Pierre are curators."""

    curating: Curating
    checking: Checking
    engine: Engine
    access: Access
    database: Database
    accounts: Accounts
    clock: Clock
    marie: Visitor
    pierre: Visitor

    def load(self, *documents: bytes, source: str | None = None, origin: str | None = None) -> None:
        """Keep documents, as harvests and loading do."""
        self.engine.put([entry_of(read(each), origin=origin, harvest_source=source) for each in documents], now=self.clock())

    def kept(self, identifier: str) -> Record:
        record = self.engine.get(identifier)
        assert record is not None
        return record

    def content(self, identifier: str) -> bytes:
        source = self.kept(identifier).source
        assert source is not None
        return source.content

    def digest(self, identifier: str) -> str:
        return hashlib.sha256(self.content(identifier)).hexdigest()

    def told(self, action: str) -> list[tuple[str, str, str, str | None]]:
        """Who did something to what, with what detail, from where: the newest first."""
        lines, _ = self.accounts.audit(text=action)
        return [(line.actor, line.subject, line.detail, line.address) for line in lines if line.action == action]


@contextmanager
def opened(folder: Path) -> Iterator[Workshop]:
    database, clock = Database(fresh(folder)), Clock()
    engine = open_engine(f"embedded:{folder / 'catalogue'}")
    accounts = Accounts(database, Letters(), base_url="https://data.example.org", contact="contact@example.org", clock=clock)
    descent = Descent(engine, Tree(database))
    access = Access(database, clock, parent_of=descent.parent_of, children_of=descent.children_of, state=descent.state)
    checking = Checking(database, engine, schemas=None, clock=clock)
    yield Workshop(
        curating=Curating(database, accounts, access, lambda: engine, checking=checking, clock=clock),
        checking=checking,
        engine=engine,
        access=access,
        database=database,
        accounts=accounts,
        clock=clock,
        marie=_curator(database, "marie", clock),
        pierre=_curator(database, "pierre", clock),
    )
    engine.close()
    database.close()


def _curator(database: Database, name: str, clock: Clock) -> Visitor:
    """Somebody with an account, but without a password: making one takes time."""
    told = dict.fromkeys(("surname", "first_name", "address", "telephone", "organisation", "reasons"), name)
    with database.writing() as session:
        user = User(username=name, email=f"{name}@example.org", state=AccountState.ACTIVE, role=Role.CURATOR, created=clock(), **told)
        session.add(user)
    return Visitor(user_id=user.id, username=name, role=Role.CURATOR)


def document(identifier: str, title: str | None = "Light curves", **fields: Any) -> bytes:
    """A document in which no error is found, unless a field makes one."""
    plain: dict[str, Any] = {
        "abstract": "Light curves of bright stars.",
        "datestamp": Date("2013-03-11"),
        "keywords": (Keyword(term="stars"),),
        "contacts": (Contact(role=RoleCode.POINT_OF_CONTACT, organisation="CNES", emails=("corot@example.org",)),),
        "links": (Link(url="https://example.org/data"),),
    }
    return write(Record(identifier=identifier, title=title, **(plain | fields)), "iso19139")


def packed(**members: bytes) -> bytes:
    """A zip archive; "__" in names stands for ".", so that they can be written as keywords."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name.replace("__", "."), content)
    return archive.getvalue()


__all__ = ["HERE", "NOBODY", "Workshop", "document", "opened", "packed"]
