"""OpenSearch 1.1 with its extensions for places and times (OGC 10-032r8) at `/opensearch`: a description, and results as Atom."""

from catalogue.protocols.opensearch.door import blueprint

__all__ = ["blueprint"]
