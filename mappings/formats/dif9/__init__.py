"""DIF 9 (GCMD, dif_v9.9.3.xsd and before): the directory interchange format of the CEOS IDN, read and written."""

from typing import Final

from mappings.formats.dif9.reader import read
from mappings.formats.dif9.writer import carried, write
from mappings.formats.format import Format
from mappings.formats.shared.dif.elements import is_dif, is_dif10


def recognises(top: object) -> bool:
    """Return whether `top` is the root of a DIF of version 9 (or an earlier one, which looked alike)."""
    return is_dif(top) and not is_dif10(top)


FORMAT: Final = Format(
    name="dif9",
    title="DIF 9",
    media_type="application/xml",
    extension=".xml",
    recognises=recognises,
    read=read,
    write=write,
    carried=carried,
)
