"""Stock pygeoapi 0.21.0 on TinyDB, measured in its own environment: run by `bench.doors`, prints JSON.

    python stock_pygeoapi.py RECORDS DATABASE ROUNDS REQUESTS

RECORDS is a folder of GeoJSON records, put into a new DATABASE; REQUESTS a JSON file of {name: path with query}.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import yaml


def main(records: str, database: str, rounds: str, requests: str) -> None:
    """Load, ask, print."""
    rows = {str(number): json.loads(path.read_text()) for number, path in enumerate(sorted(Path(records).iterdir()), 1)}
    Path(database).write_text(json.dumps({"_default": rows}))
    folder = Path(tempfile.mkdtemp())
    config, openapi = folder / "config.yml", folder / "openapi.json"
    config.write_text(yaml.safe_dump(_config(database)))
    openapi.write_text("{}")
    os.environ |= {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    from pygeoapi.flask_app import APP  # noqa: PLC0415  -- it reads the two files when it is imported

    client = APP.test_client()
    found: dict[str, float] = {"records": len(rows)}
    for name, path in json.loads(Path(requests).read_text()).items():
        took = []
        for _ in range(int(rounds)):
            start = time.perf_counter()
            answer = client.get(path)
            took.append(time.perf_counter() - start)
            if answer.status_code != 200:
                raise SystemExit(f"{name}: {answer.status_code} {answer.data[:500]!r}")
        found[name] = 1000 * statistics.median(took)
    print(json.dumps(found))


def _config(database: str) -> dict[str, object]:
    return {
        "server": {"bind": {"host": "localhost", "port": 5000}, "url": "http://localhost", "mimetype": "application/json",
                   "encoding": "utf-8", "languages": ["en"], "limits": {"default_items": 10, "max_items": 1000},
                   "map": {"url": "", "attribution": ""}, "gzip": False},
        "logging": {"level": "CRITICAL"},
        "metadata": {
            "identification": {"title": {"en": "x"}, "description": {"en": "x"}, "keywords": {"en": ["x"]}, "keywords_type": "theme",
                               "terms_of_service": "x", "url": "http://localhost"},
            "license": {"name": "x", "url": "http://localhost"},
            "provider": {"name": "x", "url": "http://localhost"},
            "contact": {"name": "x", "email": "x@localhost"},
        },
        "resources": {
            "records": {
                "type": "collection", "title": {"en": "x"}, "description": {"en": "x"}, "keywords": {"en": ["x"]}, "links": [],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
                "providers": [{"type": "record", "name": "TinyDBCatalogue", "data": database, "id_field": "externalId",
                               "time_field": "updated", "title_field": "title"}],
            }
        },
    }  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
