"""ISO 19139: the XML of ISO 19115:2003 (gmd:MD_Metadata) and of its part 2 (gmi:MI_Metadata), read and written."""

from lxml import etree

from mappings.formats.format import Format
from mappings.formats.iso19139.carrying import carried
from mappings.formats.iso19139.reading import NAME, OTHER_ROOTS, ROOTS, SERIES, read
from mappings.formats.iso19139.writing import write


def _recognises(top: object) -> bool:
    return isinstance(top, etree._Element) and top.tag in (*ROOTS, *OTHER_ROOTS, SERIES)


FORMAT = Format(
    name=NAME,
    title="ISO 19139",
    media_type="application/xml",
    extension=".xml",
    recognises=_recognises,
    read=read,
    write=write,
    carried=carried,
)
