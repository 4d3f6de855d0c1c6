"""Holds what a manifest tells against the data tree: where each file belongs, and whether it can be what it is said to be."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ordering.manifest import Entry, Problem
from ordering.models import Node, NodeKind
from ordering.naming import RULES, FileName, read_corot


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A data set, as it is needed to check what is delivered to it.

    Attributes:
        node_id: its number in the database.
        identifier: its identifier.
        code: how file names call it.
        run: how file names call its run; None where it has none.
        begins: when its run begins; None where that is not known or it has none.
        ends: as `begins`.
        naming: the rule that its files are named by, a key of `ordering.naming.RULES`; None for any safe name.
        criteria: what its files can be selected by, and therefore have to tell.
        texts: those of its criteria whose values are texts.
    """

    node_id: int
    identifier: str
    code: str | None
    run: str | None
    begins: datetime | None
    ends: datetime | None
    naming: str | None
    criteria: tuple[str, ...]
    texts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A file that fits where it goes.

    Attributes:
        entry: what its producer tells of it.
        place: the data set it goes to.
        name: what it is stored as.
        target: of the manifest, or else of its name.
    """

    entry: Entry
    place: Place
    name: str
    target: int | None


class Places:
    """The data sets of a tree, to be found by identifier or by what a file's name tells."""

    def __init__(self, session: Session) -> None:
        columns = (Node.id, Node.parent_id, Node.kind, Node.identifier, Node.code, Node.begins, Node.ends, Node.details, Node.criteria)
        self._nodes = {row.id: row for row in session.execute(select(*columns))}
        places = [self._place(row) for row in self._nodes.values() if row.kind == NodeKind.DATA_SET]
        self._by_identifier = {place.identifier: place for place in places}
        self._by_name = {(place.naming, place.run, place.code): place for place in places if place.naming and place.code}

    def _place(self, node: Any) -> Place:  # noqa: ANN401 -- a row of the columns above
        above = [node]
        while above[-1].parent_id is not None:
            above.append(self._nodes[above[-1].parent_id])
        details: dict[str, Any] = {}
        for step in reversed(above):
            details |= step.details
        run = next((step for step in above if step.kind == NodeKind.RUN), None)
        return Place(
            node_id=node.id,
            identifier=node.identifier,
            code=node.code,
            run=run.code if run else None,
            begins=run.begins if run else None,
            ends=run.ends if run else None,
            naming=details.get("naming"),
            criteria=tuple(node.criteria),
            texts=frozenset(details.get("texts", ())),
        )

    def of(self, entry: Entry, named: FileName | None) -> Place | None:
        """Return the data set of a file: the one that the manifest names, or else the one that its name tells."""
        if entry.data_set is not None:
            return self._by_identifier.get(entry.data_set)
        return self._by_name.get(("corot", named.run, named.code)) if named else None


def check_entries(places: Places, entries: Sequence[Entry]) -> tuple[list[Accepted], list[Problem]]:
    """Return the files that fit where they go, and why the others do not."""
    accepted: list[Accepted] = []
    problems: list[Problem] = []
    seen: dict[tuple[int, str], str] = {}
    for entry in entries:
        named = read_corot(entry.name)
        place = places.of(entry, named)
        if place is None:
            problems.append(Problem(file=entry.file, reason=_no_place(entry)))
            continue
        named = named if place.naming == "corot" else None
        name, target = (named.stored, named.target) if named else (entry.name, entry.target)
        found = [*_name_problems(entry, place, named), *_time_problems(entry, place), *_value_problems(entry, place, target)]
        if (place.node_id, name) in seen:
            found.append(f"{seen[place.node_id, name]} has the same name in the same data set.")
        seen[place.node_id, name] = entry.file
        problems += [Problem(file=entry.file, reason=reason) for reason in found]
        if not found:
            accepted.append(Accepted(entry=entry, place=place, name=name, target=target))
    return accepted, problems


def _no_place(entry: Entry) -> str:
    if entry.data_set is not None:
        return f"There is no data set {entry.data_set[:200]!r} in the data tree."
    return "Neither the manifest nor the file's name tells a data set of the data tree."


def _name_problems(entry: Entry, place: Place, named: FileName | None) -> list[str]:
    if place.naming is None:
        return []
    if named is None:
        return [f"Files of {place.identifier} are named {RULES.get(place.naming, place.naming)}."]
    found = []
    if named.run != place.run or named.code != place.code:
        found.append(f"Its name is of {named.code} of the run {named.run}; {place.identifier} is {place.code} of the run {place.run}.")
    if entry.target is not None and entry.target != named.target:
        found.append(f"The manifest says target {entry.target}, the name says {named.target}.")
    return found


def _time_problems(entry: Entry, place: Place) -> list[str]:
    if entry.begins is None or entry.ends is None:
        return ["No beginning is told, and its data set is selected by time."] if "time" in place.criteria else []
    early = place.begins is not None and entry.begins.date() < place.begins.date()
    late = place.ends is not None and entry.ends.date() > place.ends.date()
    if early or late:
        return [f"Its time is not within that of its run, {_dates(place)}."]
    return []


def _dates(place: Place) -> str:
    return " to ".join("…" if moment is None else f"{moment:%Y-%m-%d}" for moment in (place.begins, place.ends))


def _value_problems(entry: Entry, place: Place, target: int | None) -> list[str]:
    found = []
    if "target" in place.criteria and target is None:
        found.append("No target is told, and its data set is selected by target.")
    for name, text in entry.values.items():
        if name not in place.criteria:
            found.append(f"It has a value of {name}, which {place.identifier} is not selected by.")
        elif name not in place.texts and number_of(text) is None:
            found.append(f"The value {text[:40]!r} of {name} is no number.")
    missing = [name for name in place.criteria if name not in {"time", "target", *entry.values}]
    return found + [f"No value of {name} is told, and its data set is selected by it." for name in missing]


def number_of(text: str) -> float | None:
    """Return the number that a text writes, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def values_of(accepted: Accepted) -> list[Mapping[str, Any]]:
    """Return the rows of `ordering.models.FileValue` of a file, without the file."""
    place = accepted.place
    return [
        {
            "node_id": place.node_id,
            "name": name,
            "number": None if name in place.texts else number_of(text),
            "text": text if name in place.texts else None,
        }
        for name, text in accepted.entry.values.items()
    ]
