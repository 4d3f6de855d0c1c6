"""Make the base data of the figures from two npm packages. Run by hand when they are to be renewed; the results are kept beside it.

    mkdir /tmp/outlines && cd /tmp/outlines && npm install world-atlas@2.0.2 d3-celestial@0.7.35
    python mappings/figures/data/make.py /tmp/outlines/node_modules

README.md in this folder says what the files are, where the facts come from and under which licence.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry import MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry

from mappings.figures.geometry import around_pole, cut, unwrapped

HERE: Final = Path(__file__).parent
FAINTEST: Final = 7.0
"""Magnitude of the faintest star kept."""
FAINTEST_NAMED: Final = 4.5


def main(modules: Path) -> None:
    """Write all files of this folder from the packages in `modules` (a node_modules folder)."""
    atlas, celestial = modules / "world-atlas", modules / "d3-celestial" / "data"
    for scale, suffix, tolerance, decimals in (("110m", "", 0.1, 1), ("50m", "-detail", 0.012, 2)):
        topology = Topology(json.loads((atlas / f"countries-{scale}.json").read_text()))
        land = Topology(json.loads((atlas / f"land-{scale}.json").read_text()))
        write(f"land{suffix}.geojson", [piece.simplify(tolerance) for p in land.polygons("land") for piece in cut(p)], decimals)
        write(f"borders{suffix}.geojson", [topology.borders("countries").simplify(tolerance)], decimals)
    milky_way(json.loads((celestial / "mw.json").read_text()))
    stars(json.loads((celestial / "stars.8.json").read_text()), json.loads((celestial / "starnames.json").read_text()))
    constellations(json.loads((celestial / "constellations.bounds.json").read_text()), celestial)


class Topology:
    """A TopoJSON topology: quantised arcs shared by its objects."""

    def __init__(self, document: dict[str, Any]) -> None:
        (kx, ky), (dx, dy) = document["transform"]["scale"], document["transform"]["translate"]
        self.objects = document["objects"]
        self.arcs: list[list[tuple[float, float]]] = []
        for arc in document["arcs"]:
            x = y = 0
            points = []
            for step_x, step_y in arc:
                x, y = x + step_x, y + step_y
                points.append((x * kx + dx, y * ky + dy))
            self.arcs.append(points)

    def polygons(self, name: str) -> Iterator[Polygon]:
        """Yield each polygon of an object."""
        for geometry in self._leaves(self.objects[name]):
            parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
            for rings in parts:
                outer, *holes = [unwrapped(np.array(self._ring(ring))) for ring in rings]
                yield Polygon(around_pole(outer), holes).buffer(0)

    def borders(self, name: str) -> BaseGeometry:
        """Return the lines that part two geometries of an object, joined where they meet."""
        count: Counter[int] = Counter()
        for geometry in self._leaves(self.objects[name]):
            parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
            count.update({arc if arc >= 0 else ~arc for rings in parts for ring in rings for arc in ring})
        return shapely.line_merge(MultiLineString([self.arcs[arc] for arc, used in count.items() if used > 1]))

    def _leaves(self, geometry: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if geometry["type"] == "GeometryCollection":
            for part in geometry["geometries"]:
                yield from self._leaves(part)
        elif geometry["type"] in ("Polygon", "MultiPolygon"):
            yield geometry

    def _ring(self, arcs: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for arc in arcs:
            part = self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1]
            points.extend(part[1 if points else 0 :])
        return points


def milky_way(document: dict[str, Any]) -> None:
    """Write two brightness steps of the Milky Way, right ascensions in [-180, 180], cut there and freed of islets."""
    features = []
    for step in (1, 3):
        (feature,) = [f for f in document["features"] if f["id"] == f"ol{step}"]
        shape: BaseGeometry = Polygon()
        for ring in (ring for rings in feature["geometry"]["coordinates"] for ring in rings):
            # Where a point lies within an odd number of rings, there it shines; rings around the sky are closed over the north pole.
            pieces = cut(Polygon(around_pole(unwrapped(np.array(ring)), north=True)).buffer(0))
            shape = shape.symmetric_difference(shapely.union_all(pieces))
        smooth = shape.buffer(0.6).buffer(-1.2).buffer(0.6).simplify(0.25)
        features.append([p for p in shapely.get_parts(smooth).tolist() if p.area > 4])
    write("milky-way.geojson", [shapely.MultiPolygon(parts) for parts in features], 1)


def stars(document: dict[str, Any], names: dict[str, Any]) -> None:
    """Write the stars, brightest first: [right ascension, declination, magnitude] and, for some, the proper name."""
    rows: list[list[float | str]] = []
    for feature in sorted(document["features"], key=lambda f: (f["properties"]["mag"], f["id"])):
        magnitude, (x, y) = feature["properties"]["mag"], feature["geometry"]["coordinates"]
        if magnitude > FAINTEST:
            break
        row: list[float | str] = [round(x % 360, 2), round(y, 2), round(magnitude, 1)]
        name = names.get(str(feature["id"]), {}).get("name", "")
        rows.append([*row, name] if name and magnitude <= FAINTEST_NAMED else row)
    (HERE / "stars.json").write_text(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[") + "\n")


def constellations(document: dict[str, Any], celestial: Path) -> None:
    """Write the outlines of the constellations, each with its Latin name, right ascensions in [0, 360)."""
    names = {f["id"]: f["properties"]["name"] for f in json.loads((celestial / "constellations.json").read_text())["features"]}
    features = [
        {
            "type": "Feature",
            "properties": {"name": names.get(f["id"], names.get(f["id"].rstrip("12")))},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[round(x % 360, 1), round(y, 1)] for x, y in ring] for ring in f["geometry"]["coordinates"]],
            },
        }
        for f in document["features"]
    ]
    dump("constellations.geojson", features)


def write(name: str, geometries: Iterable[BaseGeometry], decimals: int) -> None:
    """Write geometries as a GeoJSON FeatureCollection, positions rounded, largest first."""
    kept = [g for g in geometries if not g.is_empty]
    kept.sort(key=lambda g: (-g.area, -g.length))
    dump(name, [{"type": "Feature", "properties": {}, "geometry": rounded(shapely.geometry.mapping(g), decimals)} for g in kept])


def rounded(geometry: dict[str, Any], decimals: int) -> dict[str, Any]:
    """Return a GeoJSON geometry with its positions rounded and repeated ones dropped."""

    def walk(part: Any) -> Any:  # noqa: ANN401 - nested lists of any depth
        if isinstance(part[0][0], (int, float)):
            points = [[round(x, decimals), round(y, decimals)] for x, y in part]
            return [point for index, point in enumerate(points) if index in (0, len(points) - 1) or point != points[index - 1]]
        return [walk(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


def dump(name: str, features: list[dict[str, Any]]) -> None:
    """Write features, one a line, so that a later change can be read."""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    (HERE / name).write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]))
