import math
import re
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.figures import Figure, FigureKind, figures, thumbnail
from records.model import Box, Circle, Extent, Polygon, Record

SVG = "{http://www.w3.org/2000/svg}"
WORLD = Box(west=-180, south=-90, east=180, north=90)
COROT = Extent(
    frame="icrs",
    description="Galactic centre field of view",
    circles=(Circle(x=282.5, y=0, radius=10),),
    polygons=(Polygon(rings=(((281.8, -1.4), (283.2, -1.4), (283.2, 1.4), (281.8, 1.4), (281.8, -1.4)),)),),
)
REUNION = Extent(description="La Réunion", boxes=(Box(west=55.2, south=-21.4, east=55.85, north=-20.85),))
FIJI = Extent(polygons=(Polygon(rings=(((170, -10), (-170, -15), (-165, -30), (172, -25), (170, -10)),)),))


def record(*extents: Extent) -> Record:
    return Record(identifier="r", title="r", extents=extents)


def drawn(*extents: Extent, language: str = "en") -> tuple[Figure, ...]:
    return figures(record(*extents), language)


def shapes(figure: Figure, name: str) -> list[ET.Element]:
    return [element for element in ET.fromstring(figure.svg).iter() if element.get("class") == name]


def points(element: ET.Element) -> list[list[tuple[float, float]]]:
    """The rings of a path written with M, l and z, in units of the drawing."""
    scale = float(re.findall(r"scale\((.+)\)", element.get("transform", "scale(1)"))[0])
    rings = []
    for part in (element.get("d") or "").split("M")[1:]:
        numbers = [int(number) for number in re.findall(r"-?\d+", part.replace("h0", ""))]
        x, y = numbers[:2]
        ring = [(x * scale, y * scale)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x * scale, y * scale))
        rings.append(ring)
    return rings


def extent_of(figure: Figure) -> list[list[tuple[float, float]]]:
    return [ring for element in shapes(figure, "fig-extent") for ring in points(element)]


def test_a_record_without_a_place_has_no_figure() -> None:
    assert drawn() == ()
    assert drawn(Extent(description="On board the ISS")) == ()
    assert thumbnail(record()) is None


def test_a_box_is_where_it_should_be_on_the_map() -> None:
    (figure,) = drawn(Extent(boxes=(Box(west=-60, south=-30, east=60, north=45),)))
    assert figure.kind is FigureKind.EARTH
    (ring,) = extent_of(figure)
    assert {min(x for x, _ in ring), max(x for x, _ in ring)} == {120, 240}
    assert {min(y for _, y in ring), max(y for _, y in ring)} == {45, 120}


def test_a_polygon_over_the_antimeridian_is_two_pieces_one_at_each_edge() -> None:
    whole, closer = drawn(FIJI)
    left, right = sorted(extent_of(whole))
    assert min(x for x, _ in left) == 0
    assert max(x for x, _ in left) == 15
    assert min(x for x, _ in right) == 350
    assert max(x for x, _ in right) == 360
    assert len(extent_of(closer)) == 1, "the second view is round the antimeridian and shows it whole"


def test_no_edge_is_drawn_where_only_the_cut_made_one() -> None:
    whole, _ = drawn(FIJI)
    edges = [ring for element in shapes(whole, "fig-extent-edge") for ring in points(element)]
    upright = [(a, b) for ring in edges for a, b in pairwise(ring) if a[0] == b[0] in (0, 360)]
    assert edges
    assert upright == []


def test_a_cap_around_a_pole_reaches_the_pole_on_the_whole_map() -> None:
    cap = Polygon(rings=(((-150, -75), (-60, -78), (30, -72), (120, -76), (-150, -75)),))
    whole, closer = drawn(Extent(polygons=(cap,)))
    area = sum(abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(r, [*r[1:], r[0]], strict=True))) / 2 for r in extent_of(whole))
    assert area == pytest.approx(360 * 14.75, rel=0.02)
    ((x, y), *_) = [(180, 120)]
    assert any(
        min(p[0] for p in r) < x < max(p[0] for p in r) and min(p[1] for p in r) < y < max(p[1] for p in r) for r in extent_of(closer)
    )


def test_a_small_place_is_ringed_and_seen_closer_with_its_coast() -> None:
    whole, closer = drawn(REUNION)
    assert len(shapes(whole, "fig-mark")) == 1
    assert closer.kind is FigureKind.EARTH_DETAIL
    assert shapes(closer, "fig-land")
    (box,) = extent_of(closer)
    xs, ys = [x for x, _ in box], [y for _, y in box]
    assert (min(xs) + max(xs)) / 2 == pytest.approx(closer.width / 2, abs=1)
    assert (min(ys) + max(ys)) / 2 == pytest.approx(closer.height / 2, abs=1)
    land = points(shapes(closer, "fig-land")[0])
    island = next(
        r for r in land if min(x for x, _ in r) < 180 < max(x for x, _ in r) and min(y for _, y in r) < 120 < max(y for _, y in r)
    )
    assert min(xs) - 2 < min(x for x, _ in island), "the box is around the island"
    assert max(x for x, _ in island) < max(xs) + 2


def test_a_point_is_visible() -> None:
    whole, closer = drawn(Extent(boxes=(Box(west=1.48, south=43.56, east=1.48, north=43.56),)))
    for figure, x, y in ((whole, 181.5, 46.4), (closer, 180, 120)):
        (mark,) = shapes(figure, "fig-mark")
        assert float(mark.get("cx") or 0) == pytest.approx(x, abs=0.3)
        assert float(mark.get("cy") or 0) == pytest.approx(y, abs=0.3)


def test_an_island_in_the_open_ocean_gets_a_view_wide_enough_to_show_a_coast() -> None:
    _, closer = drawn(Extent(boxes=(Box(west=-130, south=-26, east=-129, north=-25),)))
    assert shapes(closer, "fig-land")


def test_corot_lies_on_the_right_half_of_the_sky_because_right_ascension_grows_to_the_left() -> None:
    whole, closer = drawn(COROT)
    assert (whole.kind, closer.kind) == (FigureKind.SKY, FigureKind.SKY_DETAIL)
    ring = max(extent_of(whole), key=lambda r: max(x for x, _ in r) - min(x for x, _ in r))
    assert (min(x for x, _ in ring) + max(x for x, _ in ring)) / 2 == pytest.approx(180 + (360 - 282.5), abs=1)
    assert (min(y for _, y in ring) + max(y for _, y in ring)) / 2 == pytest.approx(90, abs=0.5)
    rings = extent_of(closer)
    widths = sorted(max(x for x, _ in r) - min(x for x, _ in r) for r in rings)
    assert widths[-1] / widths[0] == pytest.approx(2 * math.tan(math.radians(10)) / (2 * math.tan(math.radians(0.7))), rel=0.03)
    assert "Altair" in closer.svg
    assert "constellation: aquila" in whole.description.lower()


def test_what_overlaps_is_filled_and_not_hollowed_out() -> None:
    outer, inner = (Box(west=-w, south=-w, east=w, north=w) for w in (40, 20))
    backwards = Polygon(rings=(((-20, -20), (-20, 20), (20, 20), (20, -20), (-20, -20)),))
    (figure,) = drawn(Extent(boxes=(outer, inner), polygons=(backwards,)))
    (element,) = shapes(figure, "fig-extent")
    turns = {sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]])) > 0 for ring in points(element)}
    assert element.get("fill-rule", "nonzero") == "nonzero"
    assert len(turns) == 1, "with the nonzero rule, rings that turn the same way add up"


def test_a_sky_box_beyond_12_hours_and_a_polar_field_are_whole() -> None:
    (figure,) = drawn(Extent(frame="icrs", boxes=(Box(west=170, south=-10, east=190, north=10),), circles=(Circle(x=0, y=89, radius=30),)))
    pieces = extent_of(figure)
    assert min(x for r in pieces for x, _ in r) == pytest.approx(0, abs=0.5)
    assert max(x for r in pieces for x, _ in r) == pytest.approx(360, abs=0.5)
    assert min(y for r in pieces for _, y in r) == pytest.approx(0, abs=0.3), "the field holds the pole"


def test_a_cone_wider_than_half_the_sky_leaves_out_the_cap_opposite() -> None:
    (figure,) = drawn(Extent(frame="icrs", circles=(Circle(x=0, y=0, radius=150),)))
    area = sum(abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(r, [*r[1:], r[0]], strict=True))) / 2 for r in extent_of(figure))
    assert area / (math.pi * 180 * 90) == pytest.approx((1 - math.cos(math.radians(150))) / 2, rel=0.02)


def test_another_body_has_no_coasts_of_the_earth() -> None:
    (figure,) = drawn(Extent(frame="body:mars", boxes=(Box(west=-30, south=-10, east=40, north=30),)))
    assert figure.kind is FigureKind.BODY
    assert "Mars" in figure.title
    assert shapes(figure, "fig-land") == []


def test_figures_of_several_frames_come_earth_first() -> None:
    kinds = [figure.kind for figure in drawn(COROT, Extent(boxes=(WORLD,)))]
    assert kinds == [FigureKind.EARTH, FigureKind.SKY, FigureKind.SKY_DETAIL]


def test_words_are_in_the_language_asked_for() -> None:
    english, french = drawn(REUNION)[0], drawn(REUNION, language="fr")[0]
    assert english.description == "La Réunion. From 55.2°\u202fE to 55.85°\u202fE and from 21.4°\u202fS to 20.85°\u202fS."
    assert french.description == "La Réunion. De 55,2°\u202fE à 55,85°\u202fE et de 21,4°\u202fS à 20,85°\u202fS."
    assert "across the antimeridian" in drawn(FIJI)[0].description


@pytest.mark.parametrize("extent", [COROT, REUNION, FIJI, Extent(boxes=(WORLD,)), Extent(frame="body:mars", boxes=(WORLD,))], ids=str)
def test_the_svg_is_safe_named_and_small(extent: Extent) -> None:
    hostile = replace(extent, description="<script>alert('&')</script>")
    made = drawn(hostile)
    small = thumbnail(record(hostile))
    assert small is not None
    for figure in (*made, small):
        root = ET.fromstring(figure.svg)
        assert root.get("role") == "img"
        names = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert names <= {"svg", "title", "desc", "g", "path", "rect", "circle", "ellipse", "text"}
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not [name for name in attributes if name == "style" or name.startswith("on") or "href" in name]
        assert "alert('&')" in figure.description
    ids = [element.get("id") for figure in (*made, small) for element in ET.fromstring(figure.svg).iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 2 * len(made)
    assert max(len(figure.svg.encode()) for figure in made) < 35_000
    assert len(small.svg.encode()) < 3_200


def test_full_figures_are_named_and_described() -> None:
    root = ET.fromstring(drawn(REUNION)[0].svg)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (title.get("id"), description.get("id"))
    assert (description.text or "").startswith("La Réunion")


def test_a_place_told_twice_is_described_once() -> None:
    assert drawn(REUNION, REUNION)[0].description == drawn(REUNION)[0].description


def test_the_same_record_is_drawn_again_in_no_time() -> None:
    drawn(REUNION)
    started = time.perf_counter()
    for _ in range(100):
        drawn(REUNION)
    assert (time.perf_counter() - started) / 100 < 0.003


longitudes = st.floats(-180, 180, allow_subnormal=False)
latitudes = st.floats(-90, 90, allow_subnormal=False)
positions = st.tuples(longitudes, latitudes)


@st.composite
def extents(draw: st.DrawFn) -> Extent:
    frame = draw(st.sampled_from(["earth", "icrs", "body:moon"]))
    corners = draw(st.lists(positions, min_size=1, max_size=6))
    south, north = sorted((draw(latitudes), draw(latitudes)))
    return Extent(
        frame=frame,
        boxes=(Box(west=draw(longitudes), south=south, east=draw(longitudes), north=north),),
        polygons=(Polygon(rings=((*corners, corners[0]),)),),
        circles=(Circle(x=draw(st.floats(0, 360)), y=draw(latitudes), radius=draw(st.floats(0, 180))),) if frame != "earth" else (),
    )


@settings(max_examples=60, deadline=None)
@given(extents())
def test_whatever_the_extent_something_is_drawn_on_the_sheet(extent: Extent) -> None:
    for figure in drawn(extent):
        root = ET.fromstring(figure.svg)
        assert [element for element in root.iter() if (element.get("class") or "").startswith("fig-extent")]
        if figure.kind in (FigureKind.EARTH, FigureKind.BODY, FigureKind.SKY):
            assert all(-0.5 <= x <= 360.5 and -0.5 <= y <= 180.5 for ring in extent_of(figure) for x, y in ring)
