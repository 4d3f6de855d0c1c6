"""Writes down what checking records found. All is done within the transaction of whoever asks."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from catalogue.curating.models import LinkCheck, LinkState, RecordCheck, RecordLink
from database import Base
from database.keys import digest_of

_ROWS: Final = 400  # of one statement: databases bound how many values it has
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What checking a record found.

    Attributes:
        digest: SHA-256 of its document, hexadecimal.
        score: FAIR.
        links: its addresses, each once.
        broken: those of them that were known to be broken when it was checked.
        checked: when, UTC.
    """

    identifier: str
    digest: str
    errors: int
    warnings: int
    score: int
    links: tuple[str, ...]
    broken: frozenset[str]
    checked: datetime


def store(session: Session, found: Iterable[Found]) -> None:
    """Keep what was found in records, in place of what was found in them before. Addresses that are new are due at once."""
    records = {digest_of(each.identifier): each for each in found}
    addresses = {digest_of(url): (url, each.checked) for each in records.values() for url in each.links}
    # Those that are known are touched, too: what this holds is neither asked nor cleared away before the links to it stand.
    links = [
        {"url_digest": key, "url": url, "state": LinkState.UNCHECKED, "message": "", "failures": 0, "due": due, "turned": False}
        for key, (url, due) in sorted(addresses.items())
    ]
    upsert(session, LinkCheck, links, changing=("url",))
    broken = broken_among(session, [url for url, _ in addresses.values()])
    upsert(session, RecordCheck, [_row(key, each, broken.intersection(each.links)) for key, each in sorted(records.items())])
    for keys in batches(sorted(records), _ROWS):
        session.execute(delete(RecordLink).where(RecordLink.identifier_digest.in_(keys)))
    pairs = [{"identifier_digest": key, "url_digest": digest_of(url)} for key, each in sorted(records.items()) for url in each.links]
    upsert(session, RecordLink, pairs, changing=())


def forget(session: Session, identifiers: Iterable[str]) -> None:
    """Remove what was found in records that are not there any more."""
    for keys in batches(sorted(map(digest_of, identifiers)), _ROWS):
        session.execute(delete(RecordCheck).where(RecordCheck.identifier_digest.in_(keys)))


def broken_among(session: Session, addresses: Collection[str]) -> frozenset[str]:
    """Return those of the addresses that are known to be broken."""
    found: set[str] = set()
    for keys in batches({digest_of(url) for url in addresses}, _ROWS):
        found.update(session.scalars(select(LinkCheck.url).where(LinkCheck.url_digest.in_(keys), LinkCheck.state == LinkState.BROKEN)))
    return frozenset(found)


def upsert(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, changing: Sequence[str] | None = None) -> None:
    """Add rows, each of a key of its own, and change those that are there already: in these columns, or in all for None."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 -- SQLAlchemy's annotation is wider than what a model has
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    if not rows:
        return
    statement = insert(table)
    names = changing if changing is not None else [name for name in rows[0] if name not in keys]
    changes = {name: statement.excluded[name] for name in names}
    if changes:
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), rows)
    else:
        session.execute(statement.on_conflict_do_nothing(index_elements=keys), rows)


def batches(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield the values in lists of this size; the last may be shorter."""
    left = iter(values)
    while batch := list(islice(left, size)):
        yield batch


def _row(key: str, found: Found, broken: frozenset[str]) -> dict[str, Any]:
    """Return the row of a record; it is stale at once where a link broke or was mended while it was checked."""
    return {
        "identifier_digest": key,
        "identifier": found.identifier,
        "digest": found.digest,
        "checked": found.checked,
        "valid": found.errors == 0,
        "errors": found.errors,
        "warnings": found.warnings,
        "score": found.score,
        "broken": len(broken),
        "stale": broken != found.broken,
    }
