"""The functions that CQL2 text and CQL2 JSON have in common (OGC 21-065r2, clauses 7.4 to 7.7)."""

from collections.abc import Mapping
from typing import Final

from pygeofilter import ast

from catalogue.protocols.filters.predicates import Maker, array, sharing, spatial, temporal

SPATIAL: Final[Mapping[str, Maker]] = {
    "s_intersects": spatial(ast.GeometryIntersects),
    "s_disjoint": spatial(ast.GeometryDisjoint),
    "s_contains": spatial(ast.GeometryContains),
    "s_within": spatial(ast.GeometryWithin),
    "s_touches": spatial(ast.GeometryTouches),
    "s_crosses": spatial(ast.GeometryCrosses),
    "s_overlaps": spatial(ast.GeometryOverlaps),
    "s_equals": spatial(ast.GeometryEquals),
}
TEMPORAL: Final[Mapping[str, Maker]] = {
    "t_after": temporal(ast.TimeAfter),
    "t_before": temporal(ast.TimeBefore),
    "t_contains": temporal(ast.TimeContains),
    "t_disjoint": temporal(ast.TimeDisjoint),
    "t_during": temporal(ast.TimeDuring),
    "t_equals": temporal(ast.TimeEquals),
    "t_finishedby": temporal(ast.TimeEndedBy),
    "t_finishes": temporal(ast.TimeEnds),
    "t_intersects": sharing,
    "t_meets": temporal(ast.TimeMeets),
    "t_metby": temporal(ast.TimeMetBy),
    "t_overlappedby": temporal(ast.TimeOverlappedBy),
    "t_overlaps": temporal(ast.TimeOverlaps),
    "t_startedby": temporal(ast.TimeBegunBy),
    "t_starts": temporal(ast.TimeBegins),
}
ARRAY: Final[Mapping[str, Maker]] = {
    "a_contains": array(ast.ArrayContains),
    "a_containedby": array(ast.ArrayContainedBy),
    "a_equals": array(ast.ArrayEquals),
    "a_overlaps": array(ast.ArrayOverlaps),
}
"""Names are folded: case tells nothing apart."""
