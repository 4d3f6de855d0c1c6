"""Places in words, in English and French: the alternative texts of figures."""

from collections.abc import Iterable, Iterator, Sequence

from mappings.figures.geometry import circumcircle, cut, flat_polygon, wrap
from mappings.vocabularies.words import (
    declination_words,
    degrees_words,
    latitude_words,
    longitude_words,
    number_words,
    right_ascension_words,
)
from records.model import EARTH, ICRS, Box, Circle, Extent, Polygon

MOST = 5
"""Places told one by one; the rest are counted."""


def french(language: str) -> bool:
    """Return whether French is asked for."""
    return language.lower().startswith("fr")


def frame_title(frame: str, language: str, *, detail: bool = False) -> str:
    """Return what a figure of this frame is called."""
    name = body_name(frame)
    match frame, detail, french(language):
        case str() as earth, False, True if earth == EARTH:
            return "Emprise sur la carte du monde"
        case str() as earth, False, False if earth == EARTH:
            return "Extent on the map of the world"
        case str() as earth, True, is_french if earth == EARTH:
            return "Carte rapprochée de l’emprise" if is_french else "Extent, closer"
        case str() as sky, False, is_french if sky == ICRS:
            return "Champs sur la carte du ciel" if is_french else "Fields on the map of the sky"
        case str() as sky, True, is_french if sky == ICRS:
            return "Carte rapprochée du champ" if is_french else "Field, closer"
        case _, _, is_french:
            return f"Emprise sur une carte : {name}" if is_french else f"Extent on a map of {name}"


def body_name(frame: str) -> str:
    """Return the name of the body of a frame "body:<name>", capitalised."""
    return frame.partition(":")[2].strip().capitalize() or frame


def describe(extents: Sequence[Extent], language: str, constellation: str | None = None) -> str:
    """Return the places of extents of one frame as sentences, each place once; at most MOST are told one by one."""
    places = list(dict.fromkeys(place for extent in extents for place in _places(extent, language)))
    words = [extent.description for extent in extents if extent.description]
    said = "; ".join(places[:MOST])
    if len(places) > MOST:
        rest = number_words(len(places) - MOST, language)
        said += f" et {rest} autres" if french(language) else f" and {rest} more"
    sentences = [*dict.fromkeys(words), said[:1].upper() + said[1:]]
    if constellation:
        sentences.append(f"Constellation : {constellation}" if french(language) else f"Constellation: {constellation}")
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences if sentence)


def _places(extent: Extent, language: str) -> Iterator[str]:
    sky = extent.frame == ICRS
    for box in extent.boxes:
        yield _sky_box(box, language) if sky else _box(box, language)
    for polygon in extent.polygons:
        yield _polygon(polygon, language, sky=sky)
    for circle in extent.circles:
        yield _circle(circle, language, sky=sky)


def _box(box: Box, language: str) -> str:
    west, east = longitude_words(box.west, language), longitude_words(box.east, language)
    south, north = latitude_words(box.south, language), latitude_words(box.north, language)
    if (box.west, box.south, box.east, box.north) == (-180, -90, 180, 90):
        return "le globe entier" if french(language) else "the whole globe"
    if box.west == box.east and box.south == box.north:
        return f"le point {south}, {west}" if french(language) else f"the point {south}, {west}"
    if box.east - box.west >= 360:
        around = "toutes longitudes, de {} à {}" if french(language) else "all longitudes, from {} to {}"
        return around.format(south, north)
    crossing = box.west > box.east
    if french(language):
        return f"de {west} à {east}{' par l’antiméridien' if crossing else ''} et de {south} à {north}"
    return f"from {west} to {east}{' across the antimeridian' if crossing else ''} and from {south} to {north}"


def _sky_box(box: Box, language: str) -> str:
    west, east = right_ascension_words(box.west), right_ascension_words(box.east)
    south, north = declination_words(box.south), declination_words(box.north)
    if box.east - box.west >= 360 and box.north - box.south >= 180:
        return "le ciel entier" if french(language) else "the whole sky"
    if french(language):
        return f"ascension droite de {west} à {east}, déclinaison de {south} à {north}"
    return f"right ascension from {west} to {east}, declination from {south} to {north}"


def _circle(circle: Circle, language: str, *, sky: bool) -> str:
    radius = degrees_words(circle.radius, language)
    where = _position(circle.x, circle.y, language, sky=sky)
    if circle.radius >= 180:
        if sky:
            return "le ciel entier" if french(language) else "the whole sky"
        return "le globe entier" if french(language) else "the whole globe"
    if french(language):
        return f"cercle de rayon {radius} autour de {where}"
    return f"circle of radius {radius} around {where}"


def _polygon(polygon: Polygon, language: str, *, sky: bool) -> str:
    whole = flat_polygon(polygon, curved=sky)
    west, south, east, north = whole.bounds
    if not sky:
        everywhere = east - west > 359.99
        around = Box(west=-180 if everywhere else wrap(west), south=south, east=180 if everywhere else wrap(east), north=north)
        return f"polygone, {_box(around, language)}" if french(language) else f"polygon, {_box(around, language)}"
    circle = circumcircle(cut(whole))
    across, where = degrees_words(round(2 * circle.radius, 1), language), _position(circle.x, circle.y, language, sky=True)
    return f"polygone large de {across} autour de {where}" if french(language) else f"polygon {across} across around {where}"


def _position(x: float, y: float, language: str, *, sky: bool) -> str:
    if not sky:
        return f"{latitude_words(y, language)}, {longitude_words(x, language)}"
    right_ascension, declination = right_ascension_words(x), declination_words(y)
    return f"AD {right_ascension}, Déc {declination}" if french(language) else f"RA {right_ascension}, Dec {declination}"


def frames(extents: Iterable[Extent]) -> dict[str, list[Extent]]:
    """Return the extents that have something to draw by their frame, the Earth first, then the sky, then bodies by name."""
    found: dict[str, list[Extent]] = {}
    for extent in extents:
        if extent.boxes or extent.polygons or extent.circles:
            found.setdefault(extent.frame, []).append(extent)
    return dict(sorted(found.items(), key=lambda item: (item[0] != EARTH, item[0] != ICRS, item[0])))
