"""Places, times and the sky: what is found is what brute force finds."""

import math
import random
from typing import Any

import pytest
import shapely
from pygeofilter import ast, values
from shapely.affinity import translate

from catalogue.engines.base import Engine
from catalogue.query import Page, SearchQuery
from records.dates import TimeInterval
from records.errors import QueryError
from records.model import Box, Circle, Extent, Polygon, Record
from tests.contracts.making import NOW, boxed, drawing, entry, interval

ALL = Page(limit=1000)


def ask(engine: Engine, **parts: Any) -> set[str]:
    return {hit.record.identifier for hit in engine.search(SearchQuery(page=ALL, **parts)).hits}


def rolled(box: Box) -> shapely.Geometry:
    """Two turns of the Earth make the antimeridian a place like any other."""
    east = box.east if box.west <= box.east else box.east + 360
    corners = [(box.west, box.south), (box.west, box.north), (east, box.north), (east, box.south)]
    shape = shapely.MultiPoint(corners).convex_hull  # also where it has no width
    return shapely.union_all([translate(shape, turn) for turn in (-360, 0, 360)])


def random_box(draw: random.Random) -> Box:
    west = round(draw.uniform(-180, 180), 2)
    south = round(draw.uniform(-90, 89), 2)
    east = round(math.remainder(west + draw.choice((0, 1, 20, 90, 200)) * draw.random(), 360), 2)
    return Box(west=west, south=south, east=east, north=min(90.0, round(south + draw.choice((0, 1, 20, 90)) * draw.random(), 2)))


@pytest.fixture
def boxes(engine: Engine) -> dict[str, tuple[Box, ...]]:
    draw = drawing(11)
    made = {f"r{number}": tuple(random_box(draw) for _ in range(draw.choice((0, 1, 1, 1, 2, 5)))) for number in range(150)}
    engine.put([entry(name, extents=(Extent(boxes=some),) if some else ()) for name, some in made.items()], now=NOW)
    return made


def test_boxes_against_boxes(engine: Engine, boxes: dict[str, tuple[Box, ...]]) -> None:
    draw = drawing(12)
    for _ in range(60):
        asked = random_box(draw)
        expected = {name for name, some in boxes.items() if any(shapely.intersects(rolled(box), rolled(asked)) for box in some)}
        assert ask(engine, bbox=(asked,)) == expected, asked


def test_boxes_against_polygons(engine: Engine, boxes: dict[str, tuple[Box, ...]]) -> None:
    draw = drawing(13)
    relations = {
        ast.GeometryIntersects: shapely.intersects,
        ast.GeometryDisjoint: shapely.disjoint,
        ast.GeometryWithin: shapely.within,
        ast.GeometryContains: shapely.contains,
    }
    flat = {name: shapely.union_all([rolled(box) for box in some]) for name, some in boxes.items() if some}
    world = shapely.box(-180, -90, 180, 90)
    for number in range(48):
        x, y, size = draw.uniform(-120, 120), draw.uniform(-50, 50), draw.choice((0.5, 10, 39))
        corners = [(x + size * math.cos(turn), y + size * math.sin(turn)) for turn in sorted(draw.uniform(0, 6.28) for _ in range(5))]
        polygon = shapely.Polygon([*corners, corners[0]])
        node, relation = list(relations.items())[number % 4]
        expected = {name for name, shape in flat.items() if relation(shape.intersection(world), polygon)}
        assert ask(engine, filter=node(ast.Attribute("extent"), values.Geometry(polygon.__geo_interface__))) == expected


def test_polygons_are_decided_by_their_true_shape(engine: Engine) -> None:
    triangle = Extent(polygons=(Polygon(rings=(((0, 0), (10, 0), (0, 10), (0, 0)),)),))
    ring = Extent(
        polygons=(Polygon(rings=(((20, 0), (30, 0), (30, 10), (20, 10), (20, 0)), ((22, 2), (28, 2), (28, 8), (22, 8), (22, 2)))),)
    )
    pacific = Extent(polygons=(Polygon(rings=(((170, 0), (-170, 0), (-170, 10), (170, 10), (170, 0)),)),))
    engine.put([entry("triangle", extents=(triangle,)), entry("ring", extents=(ring,)), entry("pacific", extents=(pacific,))], now=NOW)
    assert ask(engine, bbox=(Box(west=1, south=1, east=2, north=2),)) == {"triangle"}
    assert ask(engine, bbox=(Box(west=8, south=8, east=9, north=9),)) == set()
    assert ask(engine, bbox=(Box(west=24, south=4, east=25, north=5),)) == set()
    assert ask(engine, bbox=(Box(west=178, south=4, east=-178, north=5),)) == {"pacific"}
    assert ask(engine, bbox=(Box(west=-175, south=4, east=-172, north=5),)) == {"pacific"}
    assert ask(engine, bbox=(Box(west=0, south=4, east=5, north=5),)) == {"triangle"}


def test_other_frames_are_not_on_the_earth(engine: Engine) -> None:
    engine.put(
        [
            entry("sky", extents=(Extent(frame="icrs", circles=(Circle(x=5, y=5, radius=2),)),)),
            entry("mars", extents=(Extent(frame="body:mars", boxes=(Box(west=0, south=0, east=10, north=10),)),)),
        ],
        now=NOW,
    )
    assert ask(engine, bbox=(Box(west=-180, south=-90, east=180, north=90),)) == set()
    assert ask(engine, sky=Circle(x=5, y=5, radius=1)) == {"sky"}


def test_times_against_brute_force(engine: Engine) -> None:
    draw = drawing(14)

    def random_interval() -> TimeInterval:
        year = draw.choice((-65_000_000, 1200, 1957, 1990, 2007, 9998))
        begin, length = year + draw.randrange(5), draw.randrange(4)
        texts = [f"{year:+05d}" if not 0 <= year <= 9999 else f"{year:04d}" for year in (begin, begin + length)]
        return interval(texts[0] if draw.random() < 0.8 else None, texts[1] if draw.random() < 0.8 else None)

    made = {f"r{number}": tuple(random_interval() for _ in range(draw.choice((0, 1, 1, 2, 3)))) for number in range(120)}
    engine.put([entry(name, intervals=some) for name, some in made.items()], now=NOW)

    def ends(one: TimeInterval) -> tuple[float, float]:
        begin, end = one.seconds
        return (-math.inf if begin is None else begin, math.inf if end is None else end)

    for _ in range(80):
        asked = random_interval()
        first, last = ends(asked)
        expected = {name for name, some in made.items() if any(b <= last and e >= first for b, e in map(ends, some))}
        assert ask(engine, interval=asked) == expected, asked
        during = {name for name, some in made.items() if any(b >= first and e <= last for b, e in map(ends, some))}
        assert ask(engine, filter=ast.TimeDuring(ast.Attribute("interval"), asked)) == during, asked
        apart = {name for name, some in made.items() if any(b > last or e < first for b, e in map(ends, some))}
        assert ask(engine, filter=ast.TimeDisjoint(ast.Attribute("interval"), asked)) == apart, asked


def test_an_interval_that_ends_before_it_begins_means_what_its_ends_say(engine: Engine) -> None:
    turned, mixed = interval("2010", "2000"), (interval("1980", "1981"), interval("1995", "1990"))
    engine.put(
        [entry("turned", intervals=(turned,)), entry("mixed", intervals=mixed), entry("plain", intervals=(interval("2003", "2004"),))],
        now=NOW,
    )
    assert ask(engine, interval=interval("1999", "2011")) == {"turned", "plain"}
    assert ask(engine, interval=interval("2003", "2004")) == {"plain"}
    assert ask(engine, interval=interval("1989", "1996")) == {"mixed"}
    during = {"plain", "turned"}
    assert ask(engine, filter=ast.TimeDuring(ast.Attribute("interval"), interval("2003", "2005"))) == during
    assert ask(engine, filter=ast.TimeAfter(ast.Attribute("interval"), "2002")) == during
    assert ask(engine, filter=ast.TimeBefore(ast.Attribute("interval"), "1992")) == {"mixed"}
    assert ask(engine, filter=ast.TimeContains(ast.Attribute("interval"), "2003")) == {"plain"}
    assert ask(engine, filter=ast.TimeEquals(ast.Attribute("interval"), ["1980", "1981"])) == {"mixed"}


def test_seconds_count(engine: Engine) -> None:
    engine.put([entry("day", intervals=(interval("2007-04-03", "2007-05-09T12:00:00Z"),))], now=NOW)
    assert ask(engine, interval=interval("2007-05-09T12:00:00Z", None)) == {"day"}
    assert ask(engine, interval=interval("2007-05-09T12:00:01Z", None)) == set()
    assert ask(engine, interval=interval(None, "2007-04-03T00:00:00Z")) == {"day"}
    assert ask(engine, interval=interval(None, "2007-04-02")) == set()


def test_cones_on_the_sky_against_brute_force(engine: Engine) -> None:
    draw = drawing(15)

    def cone() -> Circle:
        radius = draw.choice((0.0, 0.01, 1.0, 10.0, 60.0, 120.0))
        return Circle(x=draw.uniform(0, 360), y=math.degrees(math.asin(draw.uniform(-1, 1))), radius=radius)

    def distance(one: Circle, other: Circle) -> float:
        def vector(c: Circle) -> tuple[float, float, float]:
            x, y = math.radians(c.x), math.radians(c.y)
            return math.cos(y) * math.cos(x), math.cos(y) * math.sin(x), math.sin(y)

        return math.degrees(math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(vector(one), vector(other), strict=True))))))

    made = {f"r{number}": tuple(cone() for _ in range(draw.choice((1, 1, 2)))) for number in range(80)}
    engine.put([entry(name, extents=(Extent(frame="icrs", circles=some),)) for name, some in made.items()], now=NOW)
    for _ in range(60):
        asked = cone()
        expected = {name for name, some in made.items() if any(distance(asked, one) <= asked.radius + one.radius for one in some)}
        assert ask(engine, sky=asked) == expected, asked


def test_polygons_and_boxes_on_the_sky(engine: Engine) -> None:
    field = Polygon(rings=(((281, -1), (283, -1), (283, 1), (281, 1), (281, -1)),))
    over_zero = Box(west=359, south=-1, east=1, north=1)
    pole = Polygon(rings=(((0, 85), (120, 85), (240, 85), (0, 85)),))
    engine.put(
        [
            entry("field", extents=(Extent(frame="icrs", polygons=(field,)),)),
            entry("zero", extents=(Extent(frame="icrs", boxes=(over_zero,)),)),
            entry("pole", extents=(Extent(frame="icrs", polygons=(pole,)),)),
        ],
        now=NOW,
    )
    assert ask(engine, sky=Circle(x=282, y=0, radius=0.01)) == {"field"}
    assert ask(engine, sky=Circle(x=284, y=0, radius=0.9)) == set()
    assert ask(engine, sky=Circle(x=284, y=0, radius=1.1)) == {"field"}
    assert ask(engine, sky=Circle(x=0, y=0, radius=0)) == {"zero"}
    assert ask(engine, sky=Circle(x=359.5, y=0.5, radius=0.1)) == {"zero"}
    assert ask(engine, sky=Circle(x=180, y=0, radius=1)) == set()
    assert ask(engine, sky=Circle(x=77, y=90, radius=0)) == {"pole"}
    assert ask(engine, sky=Circle(x=77, y=-90, radius=1)) == set()
    assert ask(engine, sky=Circle(x=0, y=0, radius=180)) == {"field", "zero", "pole"}


def test_what_is_no_place_or_time_is_told() -> None:
    for parts in (
        {"bbox": (Box(west=0, south=10, east=1, north=0),)},
        {"bbox": (Box(west=0, south=0, east=500, north=1),)},
        {"interval": interval("2010", "2009")},
        {"sky": Circle(x=0, y=95, radius=1)},
    ):
        with pytest.raises(QueryError):
            SearchQuery(**parts)


def test_years_are_counted(engine: Engine) -> None:
    engine.put(
        [
            entry("one", intervals=(interval("1999", "2001"),), extents=(boxed(0, 0, 1, 1),)),
            entry("two", intervals=(interval("2001", None),)),
        ],
        now=NOW,
    )
    assert isinstance(engine.get("one"), Record)
    assert ask(engine, filter=ast.Equal(ast.Attribute("year"), 2000)) == {"one"}
    assert ask(engine, filter=ast.Equal(ast.Attribute("year"), 2020)) == {"two"}


def ring_at(latitude: float, *, step: int = 60, start: int = 10) -> tuple[tuple[float, float], ...]:
    """A ring around a pole, closed."""
    return tuple((math.remainder(start + turn, 360), latitude) for turn in (*range(0, 360, step), 0))


POLAR: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "south": (ring_at(-60),),
    "south the other way": (ring_at(-60)[::-1],),
    "three corners": (ring_at(-60, step=120),),
    "north": (ring_at(70, start=-175),),
    "around a hole": (ring_at(-60), ring_at(-80)),
}
SPOTS = {"cape": (5.0, -85.0), "shelf": (-175.0, -65.0), "equator": (20.0, 0.0), "arctic": (178.0, 80.0)}


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("south", {"cape", "shelf"}),
        ("south the other way", {"cape", "shelf"}),
        ("three corners", {"cape", "shelf"}),
        ("north", {"arctic"}),
        ("around a hole", {"shelf"}),
    ],
)
def test_a_polygon_around_a_pole_holds_it_kept_and_asked(engine: Engine, name: str, inside: set[str]) -> None:
    polygon = Polygon(rings=POLAR[name])
    spots = {spot: Box(west=x - 1, south=y - 1, east=x + 1, north=y + 1) for spot, (x, y) in SPOTS.items()}
    engine.put([entry("polygon", extents=(Extent(polygons=(polygon,)),))], now=NOW)
    found = {spot for spot, box in spots.items() if ask(engine, bbox=(box,))}
    assert found == inside
    engine.put([entry(spot, extents=(Extent(boxes=(box,)),)) for spot, box in spots.items()], now=NOW)
    for asked in (
        {"type": "Polygon", "coordinates": polygon.rings},
        {"type": "MultiPolygon", "coordinates": [polygon.rings]},
        {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": polygon.rings}]},
    ):
        node = ast.GeometryIntersects(ast.Attribute("extent"), values.Geometry(asked))
        assert ask(engine, filter=node) == inside | {"polygon"}


def test_a_polygon_around_the_whole_earth_is_all_of_it(engine: Engine) -> None:
    world = Polygon(rings=(((-180, -90), (180, -90), (180, 90), (-180, 90), (-180, -90)),))
    engine.put([entry("world", extents=(Extent(polygons=(world,)),))], now=NOW)
    for x, y in SPOTS.values():
        assert ask(engine, bbox=(Box(west=x, south=y, east=x, north=y),)) == {"world"}


def test_a_hole_beyond_the_antimeridian_is_a_hole(engine: Engine) -> None:
    outer = ((170, 0), (-170, 0), (-170, 10), (170, 10), (170, 0))
    hole = ((-178, 2), (-172, 2), (-172, 8), (-178, 8), (-178, 2))
    engine.put([entry("ring", extents=(Extent(polygons=(Polygon(rings=(outer, hole)),)),))], now=NOW)
    assert ask(engine, bbox=(Box(west=-176, south=4, east=-174, north=6),)) == set()
    assert ask(engine, bbox=(Box(west=174, south=4, east=176, north=6),)) == {"ring"}


def test_a_plane_polygon_asked_for_stays_plane(engine: Engine) -> None:
    engine.put([entry("middle", extents=(boxed(0, 0, 1, 1),))], now=NOW)
    wide = {"type": "Polygon", "coordinates": [[[-170, -50], [170, -50], [170, 50], [-170, 50], [-170, -50]]]}
    assert ask(engine, filter=ast.GeometryIntersects(ast.Attribute("extent"), values.Geometry(wide))) == {"middle"}
