"""The filter languages of the doors, each read into one and the same tree: the `pygeofilter.ast` nodes that engines compile.

The same question gives the same tree in every language: the property stands on the left, a negation is an `ast.Not` around the plain
predicate, an intersection with a box is an `ast.BBox`, a chain of And or Or is balanced, longitude comes first. A filter is refused
(`QueryError`) rather than read as something it does not say.
"""

from catalogue.protocols.filters.cql import parse_cql_text
from catalogue.protocols.filters.cql2_json import parse_cql2_json
from catalogue.protocols.filters.cql2_text import parse_cql2_text
from catalogue.protocols.filters.fes import parse_fes
from catalogue.protocols.filters.names import field_of, queryable_of

__all__ = ["field_of", "parse_cql2_json", "parse_cql2_text", "parse_cql_text", "parse_fes", "queryable_of"]
