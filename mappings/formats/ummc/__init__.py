"""UMM-C: NASA's Unified Metadata Model for collections, as its Common Metadata Repository hands it out in JSON; read."""

from mappings.formats.format import Format, unwritten
from mappings.formats.ummc.reading import NAME, TITLE, is_collection, read

FORMAT = Format(
    name=NAME,
    title=TITLE,
    media_type="application/vnd.nasa.cmr.umm+json",
    extension=".json",
    recognises=is_collection,
    read=read,
    write=unwritten(TITLE),
    carried=None,
    only_read=True,
)
