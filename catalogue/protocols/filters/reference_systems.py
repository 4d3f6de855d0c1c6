"""Which axis comes first: what the name of a reference system (srsName, CRS) says.

Names that refer to EPSG as the defining authority, `urn:ogc:def:crs:EPSG::4326` and `http://www.opengis.net/def/crs/EPSG/0/4326`,
have EPSG's order, latitude first (OGC 08-038r7, axis order policy). `EPSG:4326` and `http://www.opengis.net/gml/srs/epsg.xml#4326` are
older than that rule, and read longitude first, as GeoServer does. CRS84 is longitude first by definition.
"""

import re
from typing import Final

from mappings.gml import frame_of
from records.errors import QueryError
from records.model import EARTH

_BY_AUTHORITY: Final = re.compile(r"urn:(x-)?ogc:def:crs:epsg|https?://www\.opengis\.net/def/crs/epsg", re.IGNORECASE)
_ALSO_CRS84: Final = {"crs:84", "urn:ogc:def:crs:ogc::84", "urn:ogc:def:crs:ogc:1.3:84"}


def latitude_first(name: str) -> bool:
    """Return whether positions in a reference system have latitude before longitude.

    Raises:
        QueryError: the system is not read here; its parameter is "srsName".
    """
    name = name.strip()
    if name.casefold() in _ALSO_CRS84:
        return False
    if not name or frame_of(name) != EARTH:
        raise QueryError(
            f"the reference system {name[:120]!r} is not read here; EPSG:4326 and CRS84 are, by all their names", parameter="srsName"
        )
    return _BY_AUTHORITY.match(name) is not None
