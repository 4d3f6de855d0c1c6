"""Conditions on intervals as tantivy queries: the envelope where it decides, the record's own intervals where there are several."""

from collections.abc import Sequence
from typing import cast

from tantivy import Query

from catalogue.engines.embedded.clauses import between, both, either, term
from catalogue.engines.embedded.decide import Decider, complex_ones, simple
from catalogue.engines.temporal import Condition, bounded_seconds
from mappings.index.fields import FIELDS
from records.dates import TimeInterval
from records.model import Record


def fulfilling(name: str, conditions: Sequence[Condition], decider: Decider) -> Query:
    """Match records one of whose intervals fulfils one of these conditions."""
    found = either(_envelope(name, condition) for condition in conditions)
    values = FIELDS[name].values

    def decision(record: Record) -> bool:
        intervals = [bounded_seconds(interval) for interval in cast("Sequence[TimeInterval]", values(record))]
        return any(condition.holds(*interval) for condition in conditions for interval in intervals)

    return either(
        [simple(found, name), decider.those(complex_ones(either(_reach(name, condition) for condition in conditions), name), decision)]
    )


def _envelope(name: str, condition: Condition) -> Query:
    ranges = [
        between(f"{name}_{part}", low, high)
        for part, (low, high) in (("begin", condition.begin), ("end", condition.end))
        if low is not None or high is not None
    ]
    return both(*ranges) if ranges else term("has", name)


def _reach(name: str, condition: Condition) -> Query:
    """Match records whose envelope does not rule out that one of their intervals fulfils a condition."""
    lows = [low for low, _ in (condition.begin, condition.end) if low is not None]
    highs = [high for _, high in (condition.begin, condition.end) if high is not None]
    ends = [between(f"{name}_end", max(lows), None)] if lows else []
    begins = [between(f"{name}_begin", None, min(highs))] if highs else []
    return both(term("has", name), *ends, *begins)
