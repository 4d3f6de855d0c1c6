"""OAI-PMH 2.0 at `/oai`: the protocol by which libraries and the Virtual Observatory harvest."""

from catalogue.protocols.oai.door import blueprint

__all__ = ["blueprint"]
