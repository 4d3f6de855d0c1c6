"""STUB, to be replaced by its owner."""

from mappings.formats.format import Format

FORMAT = Format(
    name="dc", title="Dublin Core (csw:Record)", media_type="application/xml", extension=".xml",
    recognises=lambda mark: False, read=None, write=lambda record: b"", carried=None,
)
