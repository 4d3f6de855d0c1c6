"""ISO 19115-3: the XML of ISO 19115-1:2014 (mdb:MD_Metadata), in its versions of 2016 and 2018 and what came after; read and written."""

from lxml import etree

from mappings.formats.format import Format
from mappings.formats.iso19115_3.carrying import carried
from mappings.formats.iso19115_3.reading import NAME, is_metadata, read
from mappings.formats.iso19115_3.writing import write


def _recognises(top: object) -> bool:
    return isinstance(top, etree._Element) and is_metadata(top)


FORMAT = Format(
    name=NAME,
    title="ISO 19115-3",
    media_type="application/xml",
    extension=".xml",
    recognises=_recognises,
    read=read,
    write=write,
    carried=carried,
)
