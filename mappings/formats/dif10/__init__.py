"""DIF 10 (GCMD, dif_v10.2.xsd): NASA's directory interchange format, read and written."""

from typing import Final

from mappings.formats.dif10.reader import read
from mappings.formats.dif10.writer import carried, write
from mappings.formats.format import Format
from mappings.formats.shared.dif.elements import is_dif, is_dif10


def recognises(top: object) -> bool:
    """Return whether `top` is the root of a DIF of version 10."""
    return is_dif(top) and is_dif10(top)


FORMAT: Final = Format(
    name="dif10",
    title="DIF 10",
    media_type="application/xml",
    extension=".xml",
    recognises=recognises,
    read=read,
    write=write,
    carried=carried,
)
