"""A record's places on the Earth as GeoJSON, for the map that can be moved."""

from collections.abc import Iterator

from mappings.coordinates import over_pole, unrolled
from records.model import EARTH, Box, Record


def earth_places(record: Record) -> dict[str, object] | None:
    """Return the places as a GeoJSON feature collection (RFC 7946); None where there are none.

    Longitudes go beyond 180 where a place crosses the antimeridian, so that it is drawn whole; a polygon around a pole is closed over it.
    """
    geometries = list(_geometries(record))
    if not geometries:
        return None
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return {"type": "FeatureCollection", "features": features}


def _geometries(record: Record) -> Iterator[dict[str, object]]:
    for extent in record.extents:
        if extent.frame != EARTH:
            continue
        for box in extent.boxes:
            yield _box(box)
        for polygon in extent.polygons:
            yield {"type": "Polygon", "coordinates": [over_pole(unrolled(ring)) for ring in polygon.rings]}


def _box(box: Box) -> dict[str, object]:
    if (box.west, box.south) == (box.east, box.north):
        return {"type": "Point", "coordinates": (box.west, box.south)}
    east = box.east + 360 if box.east < box.west else box.east
    ring = [(box.west, box.south), (east, box.south), (east, box.north), (box.west, box.north), (box.west, box.south)]
    return {"type": "Polygon", "coordinates": [ring]}
