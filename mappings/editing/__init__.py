"""Editing a document in place: the fields that are edited change, every other byte of it stays as it was."""

from mappings.editing.editing import edit, editable
from mappings.editing.edits import KEEP, EditError, Edits, Keep

__all__ = ["KEEP", "EditError", "Edits", "Keep", "edit", "editable"]
