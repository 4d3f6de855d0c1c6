"""The formats a record is read from and written to. They know the model; the model knows none of them, and they do not know each other."""

from mappings.formats.format import Format
from mappings.formats.registry import FORMATS, WRITTEN, detect, format_named, losses, offered, read, write

__all__ = ["FORMATS", "WRITTEN", "Format", "detect", "format_named", "losses", "offered", "read", "write"]
