"""Filter_Capabilities of both versions: the operators and operands that `catalogue.protocols.filters` understands."""

from typing import Final

_COMPARISONS_1_1: Final = (
    *("Between", "EqualTo", "GreaterThan", "GreaterThanEqualTo", "LessThan", "LessThanEqualTo", "Like", "NotEqualTo", "NullCheck"),
)
_COMPARISONS_2_0: Final = (
    *("PropertyIsBetween", "PropertyIsEqualTo", "PropertyIsGreaterThan", "PropertyIsGreaterThanOrEqualTo", "PropertyIsLessThan"),
    *("PropertyIsLessThanOrEqualTo", "PropertyIsLike", "PropertyIsNil", "PropertyIsNotEqualTo", "PropertyIsNull"),
)
_GEOMETRIES: Final = ("Envelope", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_SPATIAL: Final = ("BBOX", "Contains", "Crosses", "Disjoint", "Equals", "Intersects", "Overlaps", "Touches", "Within")
_TEMPORAL: Final = (
    *("After", "Before", "Begins", "BegunBy", "During", "EndedBy", "Ends", "Meets", "MetBy", "OverlappedBy"),
    *("TContains", "TEquals", "TOverlaps"),
)
_CLASSES: Final = {
    "ImplementsQuery": False,
    "ImplementsAdHocQuery": True,
    "ImplementsFunctions": False,
    "ImplementsResourceId": True,
    "ImplementsMinStandardFilter": True,
    "ImplementsStandardFilter": True,
    "ImplementsMinSpatialFilter": True,
    "ImplementsSpatialFilter": True,
    "ImplementsMinTemporalFilter": True,
    "ImplementsTemporalFilter": True,
    "ImplementsVersionNav": False,
    "ImplementsSorting": True,
    "ImplementsExtendedOperators": False,
    "ImplementsMinimumXPath": True,
    "ImplementsSchemaElementFunc": False,
}
"""Conformance classes of Filter 2.0 (OGC 09-026r2, table 1)."""


def _named(name: str, names: tuple[str, ...]) -> str:
    return "".join(f'<{name} name="{each}"/>' for each in names)


FILTER_1_1: Final = (
    '<ogc:Filter_Capabilities xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"><ogc:Spatial_Capabilities>'
    f"<ogc:GeometryOperands>{''.join(f'<ogc:GeometryOperand>gml:{name}</ogc:GeometryOperand>' for name in _GEOMETRIES[:4])}"
    f"</ogc:GeometryOperands><ogc:SpatialOperators>{_named('ogc:SpatialOperator', _SPATIAL)}</ogc:SpatialOperators>"
    "</ogc:Spatial_Capabilities><ogc:Scalar_Capabilities><ogc:LogicalOperators/><ogc:ComparisonOperators>"
    f"{''.join(f'<ogc:ComparisonOperator>{name}</ogc:ComparisonOperator>' for name in _COMPARISONS_1_1)}"
    "</ogc:ComparisonOperators></ogc:Scalar_Capabilities><ogc:Id_Capabilities><ogc:EID/><ogc:FID/></ogc:Id_Capabilities>"
    "</ogc:Filter_Capabilities>"
)
"""Of Filter 1.1 (OGC 04-095); its schema knows no more geometries."""

FILTER_2_0: Final = (
    '<fes20:Filter_Capabilities xmlns:fes20="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"'
    ' xmlns:ows11="http://www.opengis.net/ows/1.1" xmlns:csw30="http://www.opengis.net/cat/csw/3.0"><fes20:Conformance>'
    + "".join(
        f'<fes20:Constraint name="{name}"><ows11:NoValues/><ows11:DefaultValue>{"TRUE" if holds else "FALSE"}</ows11:DefaultValue>'
        "</fes20:Constraint>"
        for name, holds in _CLASSES.items()
    )
    + '</fes20:Conformance><fes20:Id_Capabilities><fes20:ResourceIdentifier name="csw30:id"/></fes20:Id_Capabilities>'
    "<fes20:Scalar_Capabilities><fes20:LogicalOperators/>"
    f"<fes20:ComparisonOperators>{_named('fes20:ComparisonOperator', _COMPARISONS_2_0)}</fes20:ComparisonOperators>"
    "</fes20:Scalar_Capabilities><fes20:Spatial_Capabilities><fes20:GeometryOperands>"
    f"{_named('fes20:GeometryOperand', tuple(f'gml:{name}' for name in _GEOMETRIES))}</fes20:GeometryOperands>"
    f"<fes20:SpatialOperators>{_named('fes20:SpatialOperator', _SPATIAL)}</fes20:SpatialOperators></fes20:Spatial_Capabilities>"
    "<fes20:Temporal_Capabilities><fes20:TemporalOperands>"
    f"{_named('fes20:TemporalOperand', ('gml:TimeInstant', 'gml:TimePeriod'))}</fes20:TemporalOperands>"
    f"<fes20:TemporalOperators>{_named('fes20:TemporalOperator', _TEMPORAL)}</fes20:TemporalOperators></fes20:Temporal_Capabilities>"
    "</fes20:Filter_Capabilities>"
)
"""Of Filter 2.0 (OGC 09-026r2)."""
