"""Conditions on intervals as queries of an engine: the index where it decides, the record's own intervals where there are several."""

from collections.abc import Sequence
from typing import cast

from catalogue.engines.clauses import Clauses, Q
from catalogue.engines.temporal import Condition, bounded_seconds
from mappings.index.fields import FIELDS
from records.dates import TimeInterval
from records.model import Record


def fulfilling(name: str, conditions: Sequence[Condition], clauses: Clauses[Q]) -> Q:
    """Match records one of whose intervals fulfils one of these conditions."""
    told = [clauses.interval(name, condition) for condition in conditions]
    exact = [query for query in told if query is not None]
    left = [condition for condition, query in zip(conditions, told, strict=True) if query is None]
    if not left:
        return clauses.either(exact)
    values = FIELDS[name].values

    def decision(record: Record) -> bool:
        intervals = [bounded_seconds(interval) for interval in cast("Sequence[TimeInterval]", values(record))]
        return any(condition.holds(*interval) for condition in left for interval in intervals)

    single = clauses.single(name)
    by_envelope = clauses.both(clauses.either(_envelope(name, condition, clauses) for condition in left), single)
    within_reach = clauses.both(clauses.either(_reach(name, condition, clauses) for condition in left), clauses.several(name))
    return clauses.either([*exact, by_envelope, clauses.those(within_reach, decision)])


def _envelope(name: str, condition: Condition, clauses: Clauses[Q]) -> Q:
    ranges = [
        clauses.between(f"{name}_{part}", low, high)
        for part, (low, high) in (("begin", condition.begin), ("end", condition.end))
        if low is not None or high is not None
    ]
    return clauses.both(*ranges) if ranges else clauses.any_term("has", [name])


def _reach(name: str, condition: Condition, clauses: Clauses[Q]) -> Q:
    """Match records whose envelope does not rule out that one of their intervals fulfils a condition."""
    lows = [low for low, _ in (condition.begin, condition.end) if low is not None]
    highs = [high for _, high in (condition.begin, condition.end) if high is not None]
    ends = [clauses.between(f"{name}_end", max(lows), None)] if lows else []
    begins = [clauses.between(f"{name}_begin", None, min(highs))] if highs else []
    return clauses.both(clauses.any_term("has", [name]), *ends, *begins)
