"""What there is to say of one record: its form and content, FAIR, and its links."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from accounts.errors import UnknownError
from catalogue.curating.checking import addresses_of
from catalogue.curating.models import LinkCheck, LinkState
from catalogue.curating.storing import batches
from catalogue.engines.base import Engine
from database import Database
from database.keys import digest_of
from mappings.fair import Fair, assess
from mappings.validation import Report, validate
from records.model import Record

_ROWS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStanding:
    """A link of a record, and whether something answers there.

    Attributes:
        url: as the document has it.
        name: None where it has none.
        state: UNCHECKED where it was not asked yet.
        status: of the HTTP answer; None where there was none.
        message: what came instead of an answer, a sentence; "" where it works.
        checked: when it was last asked, UTC; None where it was not yet.
    """

    url: str
    name: str | None
    state: LinkState
    status: int | None
    message: str
    checked: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReport:
    """What there is to say of a record.

    Attributes:
        findings: of form and content, the problems of the reader among them; errors first.
        fair: how findable, accessible, interoperable and reusable it makes its data.
        links: in the order of the record, each address once.
    """

    identifier: str
    findings: Report
    fair: Fair
    links: tuple[LinkStanding, ...]


class Reports:
    """Makes reports anew whenever they are asked for.

    Args:
        database: where it stands what came of asking links.
        engine: what keeps the records, all of them.
        schemas: a folder of more schemas than come with pycsw; None when there is none.
    """

    def __init__(self, database: Database, engine: Engine, schemas: Path | None) -> None:
        self._database = database
        self._engine = engine
        self._schemas = schemas

    def report(self, identifier: str) -> RecordReport:
        """Return the report on a record.

        Raises:
            UnknownError: there is no such record.
        """
        record = self._engine.get(identifier)
        if record is None or record.source is None:
            raise UnknownError("There is no such record.")
        links = self._links(record)
        broken = {link.url for link in links if link.state is LinkState.BROKEN}
        return RecordReport(
            identifier=identifier,
            findings=validate(record.source.content, self._schemas),
            fair=assess(record, broken=broken),
            links=links,
        )

    def _links(self, record: Record) -> tuple[LinkStanding, ...]:
        names: dict[str, str | None] = {}
        for link in record.links:
            names[link.url] = names.get(link.url) or link.name
        known: dict[str, LinkCheck] = {}
        with self._database.reading() as session:
            for keys in batches(map(digest_of, addresses_of(record)), _ROWS):
                known |= {row.url: row for row in session.scalars(select(LinkCheck).where(LinkCheck.url_digest.in_(keys)))}
        return tuple(_standing(url, names[url], known.get(url)) for url in addresses_of(record))


def _standing(url: str, name: str | None, row: LinkCheck | None) -> LinkStanding:
    if row is None:
        return LinkStanding(url=url, name=name, state=LinkState.UNCHECKED, status=None, message="", checked=None)
    return LinkStanding(url=url, name=name, state=row.state, status=row.status, message=row.message, checked=row.checked)
