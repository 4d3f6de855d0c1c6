"""STUB, to be replaced by its owner."""

from mappings.formats.format import Format

FORMAT = Format(
    name="iso19139", title="ISO 19139", media_type="application/xml", extension=".xml",
    recognises=lambda mark: False, read=None, write=lambda record: b"", carried=None,
)
