"""Five records that differ in all that can be asked at the door, and how answers are looked at."""

import json
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ITEMS: Final = "/ogc/collections/records/items"


def feature(identifier: str, geometry: Any = None, time: Any = None, links: Any = (), **properties: Any) -> dict[str, Any]:
    """Return a record as GeoJSON."""
    return {
        "id": identifier,
        "type": "Feature",
        "time": time,
        "geometry": geometry,
        "properties": properties,
        "links": list(links),
    }


def box(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


FIVE: Final = (
    feature(
        "arctic",
        {"type": "Polygon", "coordinates": box(-20, 70, 20, 85)},
        {"interval": ["2000-01-01", "2005-12-31"]},
        type="dataset",
        title="Sea ice of the Arctic",
        description="Concentrations of sea ice, by day.",
        keywords=["ice", "Arctic Ocean"],
        updated="2020-05-01T00:00:00Z",
        externalIds=[{"value": "10.5/arctic", "scheme": "doi"}],
        domain="earth",
        platforms=[{"name": "Nimbus-7"}, {"name": "SMOS"}],
    ),
    feature(
        "okhotsk",
        {"type": "MultiPolygon", "coordinates": [box(170, 40, 180, 60), box(-180, 40, -170, 60)]},
        {"interval": ["2010-01-01", ".."]},
        type="series",
        title="Ice in the sea of Okhotsk",
        description="Thickness, by month.",
        keywords=["ice"],
        updated="2021-05-01T00:00:00Z",
        externalIds=[{"value": "10.5/okhotsk", "scheme": "https://doi.org"}],
        domain="earth",
        platforms=[{"name": "SMOS"}],
    ),
    feature(
        "stars",
        type="dataset",
        title="Étoiles: stars with planets",
        description="Found by transits.",
        updated="2022-05-01T00:00:00Z",
        externalIds=[{"value": "doi:10.5/stars"}],
        domain="universe",
    ),
    feature(
        "urn:x-test:ozone/2007",
        {"type": "Polygon", "coordinates": box(0, 0, 10, 10)},
        {"date": "2007-04-03"},
        type="service",
        title="Ozone, total column",
        keywords=["ozone"],
        updated="2023-05-01T00:00:00Z",
        domain="earth",
    ),
    feature("with,comma", title="Data without anything"),
)


def written(folder: Path, records: Any = FIVE) -> list[Path]:
    """Write the documents of records; return where."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, record in enumerate(records):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(record), encoding="utf-8")
        paths.append(path)
    return paths


def identifiers(client: FlaskClient, path: str) -> list[str]:
    """Return the identifiers of a page of records."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    found: list[str] = [record["id"] for record in answer.json["features"]] if answer.json else []
    return found


def problem(answer: TestResponse) -> dict[str, Any]:
    """Return the problem that an answer tells."""
    assert answer.content_type == "application/problem+json", answer.text
    told: dict[str, Any] = answer.get_json(force=True)
    assert told["status"] == answer.status_code
    return told


def hrefs(links: list[dict[str, str]], rel: str) -> list[str]:
    """Return where the links of a relation lead."""
    return [link["href"] for link in links if link["rel"] == rel]


def path_of(app: Flask, href: str) -> str:
    """Return what of an address the test client asks for."""
    base: str = app.extensions["catalogue"].base_url
    assert href.startswith(f"{base}/"), href
    return href.removeprefix(base)
