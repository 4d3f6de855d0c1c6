"""The embedded engine: one directory, no server. SQLite keeps the records, tantivy finds them."""

from catalogue.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
