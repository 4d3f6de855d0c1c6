"""Filters as XML and trees for tests, few words each."""

from lxml import etree
from pygeofilter import ast, values

from catalogue.protocols.filters import parse_fes
from mappings.xml import parse_xml

OGC = 'xmlns="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml"'
FES = 'xmlns="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"'

TITLE, KEYWORD, EXTENT, INTERVAL, UPDATED = (ast.Attribute(name) for name in ("title", "keyword", "extent", "interval", "updated"))


def xml(text: str) -> etree._Element:
    return parse_xml(text.encode())


def ogc(inner: str) -> ast.Node:
    """Return the tree of a filter of CSW 2.0.2."""
    return parse_fes(xml(f"<Filter {OGC}>{inner}</Filter>"))


def fes(inner: str) -> ast.Node:
    """Return the tree of a filter of CSW 3.0."""
    return parse_fes(xml(f"<Filter {FES}>{inner}</Filter>"))


def op(name: str, prop: str, *literals: str, attributes: str = "") -> str:
    """Return an operator of OGC Filter 1.1 on a property."""
    values_ = "".join(f"<Literal>{literal}</Literal>" for literal in literals)
    return f"<{name} {attributes}><PropertyName>{prop}</PropertyName>{values_}</{name}>"


def place(name: str, geometry: str, prop: str = "ows:BoundingBox") -> str:
    return f"<{name}><PropertyName>{prop}</PropertyName>{geometry}</{name}>"


def like(attribute: ast.Attribute, pattern: str, marks: tuple[str, str, str] = ("%", "_", "\\"), *, nocase: bool = False) -> ast.Like:
    return ast.Like(attribute, pattern, nocase, *marks, False)  # noqa: FBT003 (pygeofilter's own signature)


def same(attribute: ast.Attribute, text: str) -> ast.Like:
    """Return equality without case."""
    return like(attribute, text, ("", "", ""), nocase=True)


def null(attribute: ast.Attribute) -> ast.IsNull:
    return ast.IsNull(attribute, False)  # noqa: FBT003


def shape(kind: str, coordinates: object) -> values.Geometry:
    return values.Geometry({"type": kind, "coordinates": coordinates})
