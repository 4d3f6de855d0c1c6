"""Orders: which page of what matched is handed out, and where the next begins.

The order is always total: the sort keys, then the identifier. SQLite's B-trees hold the sorted orders; tantivy tells of some of their
rows which match, so that neither sorts all of them. Relevance is the order of tantivy's scores, which are whole numbers that depend on the
record and on the question alone (see `relevance`): what others write meanwhile does not move a record.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from tantivy import Query, Searcher

from catalogue.engines.cursors import Cursor
from catalogue.engines.embedded.answers import Scored, all_keys, best, first_identifiers, keys_of
from catalogue.engines.embedded.clauses import any_term, both, other
from catalogue.query import Direction, SortKey

HEAD: Final = 1000
"""So many hits are ordered by their score; those behind them, of a score that all of them share or a lesser one, by identifier."""

NARROW: Final = 3000
"""Up to so many matches are fetched and sorted; of more, the B-tree is walked instead."""
_FETCHED: Final = 50_000
"""Up to so many matches are fetched at once where they lie far apart in an order: asking for each step again costs more."""

_FIRST_STEP: Final = 64
_LAST_STEP: Final = 8192


@dataclass(frozen=True, slots=True)
class Place:
    """A record in an order: its key, and what a cursor needs to go on behind it."""

    key: int
    identifier: str
    after: tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """What matched: the query, the searcher that answers it, and how many there are."""

    query: Query
    searcher: Searcher
    count: int
    best: list[Scored]
    """Score and address of the first HEAD + 1, best score first; of the first NARROW where they are ordered otherwise."""
    all: bool
    """Whether it is every record."""

    def keys(self) -> list[int]:
        """Return the keys of all matches, in no order."""
        if len(self.best) == self.count:
            return keys_of(self.searcher, self.best)
        return all_keys(self.searcher, self.query, self.count)

    def far_apart(self, wanted: int) -> bool:
        """Return whether so many matches lie among so many records that those are better asked once, and are few enough for it."""
        return self.count <= _FETCHED and wanted * self.searcher.num_docs > _FIRST_STEP * self.count

    def among(self, keys: list[int]) -> set[int]:
        """Return those of these keys that match."""
        if self.all or not keys:
            return set(keys)
        return set(all_keys(self.searcher, both(self.query, any_term("key", keys)), len(keys)))


def sorted_places(
    connection: sqlite3.Connection, matches: Matches, sort: tuple[SortKey, ...], cursor: Cursor | None, offset: int, limit: int
) -> list[Place]:
    """Return `limit` places of the matches in the order of `sort`, behind `cursor` or behind the first `offset` of them."""
    if not matches.all and matches.count <= NARROW:
        return _narrow(connection, matches.keys(), sort, cursor, offset, limit)
    if len(sort) > 1:
        return _narrow(connection, _first_groups(connection, matches, sort[0], cursor, offset + limit), sort, cursor, offset, limit)
    after = None if cursor is None else (cursor.after[0] if sort[0].field != "identifier" else None, cursor.identifier)
    return list(_walk(connection, matches, sort[0], after, offset, limit))


def _first_groups(connection: sqlite3.Connection, matches: Matches, key: SortKey, cursor: Cursor | None, wanted: int) -> list[int]:
    """Return the keys of the first matches in the order of the first sort key, in whole groups of the same value: enough for a page.

    Behind a cursor they begin with the group that it stands in, which is not counted: what of it stands before the cursor is not asked.
    """
    inside = None if cursor is None or key.field == "identifier" else (cursor.after[0],)
    after = None if cursor is None else (cursor.after[0], cursor.identifier if inside is None else "")
    keys: list[int] = []
    counted = 0
    last: tuple[str | int | None, ...] | None = inside
    for place in _walk(connection, matches, key, after, 0, matches.count):
        if place.after != last and counted >= wanted:
            break
        last = place.after
        counted += place.after != inside
        keys.append(place.key)
    return keys


def _narrow(
    connection: sqlite3.Connection, keys: list[int], sort: tuple[SortKey, ...], cursor: Cursor | None, offset: int, limit: int
) -> list[Place]:
    """Return places of these keys, all fetched and sorted here.

    By title downwards, then by the date of creation upwards: the last key is sorted by first, and each key in three stable steps, so that
    of (None, 7), ("a", None), ("b", 2), ("a", 1) come ("b", 2), ("a", 1), ("a", None), (None, 7): upwards or downwards, None behind.
    A cursor with `after` ["a", 1] leaves the last two. (`_walk` writes the same `after`, so that a cursor serves both.)
    """
    columns = "".join(f", {key.field}" for key in sort)
    rows = connection.execute(
        f"SELECT key, identifier{columns} FROM record WHERE key IN (SELECT value FROM json_each(?)) AND deleted IS NULL",  # noqa: S608 (field names)
        (json.dumps(keys),),
    )
    places = [Place(row[0], row[1], tuple(row[2:])) for row in rows]
    if cursor is not None:
        last = Place(0, cursor.identifier, tuple(cursor.after))
        before = comparison(sort)
        places = [place for place in places if before(last, place)]
    for position, key in sorted(enumerate(sort), reverse=True, key=lambda pair: pair[0]):
        if position == len(sort) - 1:
            places.sort(key=lambda place: place.identifier)
        places.sort(key=_by(position), reverse=key.direction is Direction.DESCENDING)
        places.sort(key=lambda place, position=position: place.after[position] is None)  # type: ignore[misc]  # mypy cannot type the default
    return places[offset : offset + limit]


def _by(position: int) -> Callable[[Place], Any]:
    """Return what sorts by one value; those that lack it are equal (they are sorted behind the others afterwards)."""
    return lambda place: (place.after[position] is not None, place.after[position] if place.after[position] is not None else 0)


def comparison(sort: tuple[SortKey, ...]) -> Callable[[Place, Place], bool]:
    """Return whether one place stands before another in an order."""

    def before(one: Place, other: Place) -> bool:
        for key, left, right in zip(sort, one.after, other.after, strict=True):
            if left == right:
                continue
            if left is None or right is None:
                return right is None
            less = bool(left < right)  # type: ignore[operator]  # both are of the column's one type
            return less if key.direction is Direction.ASCENDING else not less
        return one.identifier < other.identifier

    return before


def _walk(
    connection: sqlite3.Connection,
    matches: Matches,
    key: SortKey,
    after: tuple[str | int | None, str] | None,
    offset: int,
    limit: int,
    without: frozenset[int] = frozenset(),
) -> Iterator[Place]:
    """Yield places in the order of one key by walking its B-tree, asking in growing steps which of its rows match."""
    if matches.all and not without:
        yield from islice(_rows(connection, key, after, offset, limit), limit)
        return
    rows = _rows(connection, key, after, 0, -1)
    fetched = set(matches.keys()) - without if matches.far_apart(offset + limit) else None
    step, passed, found = _FIRST_STEP, 0, 0
    while found < limit:
        some = list(islice(rows, step))
        if not some:
            return
        matching = fetched if fetched is not None else matches.among([place.key for place in some if place.key not in without])
        for place in some:
            if place.key not in matching:
                continue
            passed += 1
            if passed > offset:
                found += 1
                yield place
                if found == limit:
                    return
        step = min(step * 2, _LAST_STEP)


def _rows(
    connection: sqlite3.Connection, key: SortKey, after: tuple[str | int | None, str] | None, offset: int, limit: int
) -> Iterator[Place]:
    """Yield all records in the order of one key, behind `after` or the first `offset`; those that lack the value last."""
    way = "ASC" if key.direction is Direction.ASCENDING else "DESC"
    if key.field == "identifier":
        compare = ">" if way == "ASC" else "<"
        where, values = (f" AND identifier {compare} ?", [after[1]]) if after is not None else ("", [])
        sql = f"SELECT key, identifier FROM record WHERE deleted IS NULL{where} ORDER BY identifier {way} LIMIT ? OFFSET ?"  # noqa: S608 (constants)
        for number, identifier in connection.execute(sql, (*values, limit, offset)):
            yield Place(number, identifier, (identifier,))
        return
    seen = 0
    if after is None or after[0] is not None:
        where, given = "", []
        if after is not None:
            beyond, equal = (">", ">=") if way == "ASC" else ("<", "<=")
            where, given = f" AND {key.field} {equal} ? AND ({key.field} {beyond} ? OR identifier > ?)", [after[0], after[0], after[1]]
        sql = (
            f"SELECT key, identifier, {key.field} FROM record WHERE deleted IS NULL AND {key.field} IS NOT NULL{where}"  # noqa: S608 (field names)
            f" ORDER BY {key.field} {way}, identifier LIMIT ? OFFSET ?"
        )
        for number, identifier, value in connection.execute(sql, (*given, limit, offset)):
            seen += 1
            yield Place(number, identifier, (value,))
        if 0 <= limit <= seen:
            return
        if offset and not seen:
            total = connection.execute(f"SELECT count(*) FROM record WHERE deleted IS NULL AND {key.field} IS NOT NULL").fetchone()[0]  # noqa: S608
            offset = max(offset - total, 0)
        else:
            offset = 0
        after = None
    where, given = (" AND identifier > ?", [after[1]]) if after is not None else ("", [])
    sql = f"SELECT key, identifier FROM record WHERE deleted IS NULL AND {key.field} IS NULL{where} ORDER BY identifier LIMIT ? OFFSET ?"  # noqa: S608
    left = limit - seen if limit >= 0 else -1
    for number, identifier in connection.execute(sql, (*given, left, offset)):
        yield Place(number, identifier, (None,))


def relevant_places(
    connection: sqlite3.Connection, matches: Matches, cursor: Cursor | None, offset: int, limit: int
) -> tuple[list[Place], int | None]:
    """Return `limit` places of the matches in the order of relevance, and the threshold of the head for the cursor."""
    threshold, head = _head(matches, cursor)
    after = None if cursor is None else (cursor.after[0] if cursor.after else None, cursor.identifier)
    in_head = [] if after is not None and after[0] is None else _page_of_head(connection, matches, head, after, offset, limit)
    if len(in_head) >= limit or threshold is None:
        return in_head[:limit], threshold
    taken = frozenset(keys_of(matches.searcher, head))
    wanted = limit - len(in_head)
    if after is not None and after[0] is None:
        behind = (None, after[1])
        places = _walk(connection, matches, SortKey("identifier"), behind, 0, wanted, taken)
        return [Place(place.key, place.identifier, ()) for place in places], threshold
    offset = 0 if after is not None else max(offset - len(head), 0)
    left = both(matches.query, other(any_term("key", sorted(taken)))) if taken else matches.query
    first = first_identifiers(matches.searcher, left, offset, wanted)
    return [*in_head, *(Place(key, identifier, ()) for identifier, key in first)], threshold


def _head(matches: Matches, cursor: Cursor | None) -> tuple[int | None, list[Scored]]:
    size, hits = HEAD + 1, matches.best
    if cursor is not None and cursor.threshold is None and matches.count > size:
        size = matches.count
        hits = best(matches.searcher, matches.query, size)
    threshold = cursor.threshold if cursor is not None else (int(hits[-1][0]) if len(hits) > HEAD else None)
    while threshold is not None and len(hits) == size and hits[-1][0] > threshold:
        size *= 4
        hits = best(matches.searcher, matches.query, size)
    return threshold, hits if threshold is None else [hit for hit in hits if hit[0] > threshold]


def _page_of_head(
    connection: sqlite3.Connection,
    matches: Matches,
    head: list[Scored],
    after: tuple[str | int | None, str] | None,
    offset: int,
    limit: int,
) -> list[Place]:
    """Return the places from `offset` or behind `after`: the hits of all scores that the page touches, in order."""
    if after is not None:
        head = [hit for hit in head if hit[0] <= int(after[0] or 0)]
    first, last = offset, offset + limit
    while 0 < first < len(head) and head[first - 1][0] == head[first][0]:
        first -= 1
    if after is not None:
        last = min(sum(1 for hit in head if hit[0] == after[0]) + limit, len(head))
    while 0 < last < len(head) and head[last - 1][0] == head[last][0]:
        last += 1
    some = head[first:last]
    keys = keys_of(matches.searcher, some)
    names = dict(
        connection.execute(
            "SELECT key, identifier FROM record WHERE key IN (SELECT value FROM json_each(?)) AND deleted IS NULL", (json.dumps(keys),)
        ).fetchall()
    )
    places = [Place(key, names[key], (int(hit[0]),)) for hit, key in zip(some, keys, strict=True) if key in names]
    places.sort(key=lambda place: (-int(place.after[0] or 0), place.identifier))
    if after is not None:
        places = [place for place in places if (-int(place.after[0] or 0), place.identifier) > (-int(after[0] or 0), after[1])]
        return places[:limit]
    return places[offset - first : offset - first + limit]
