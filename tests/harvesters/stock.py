"""Stock pycsw or stock pygeoapi, on records of a folder, in a process of its own: prints its port, and serves until it is killed.

    python stock.py pycsw FOLDER
    python stock.py pygeoapi FOLDER

FOLDER/documents holds the records: ISO 19139 for pycsw, GeoJSON for pygeoapi.
"""

import json
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lxml import etree
from werkzeug.serving import make_server

from mappings.formats import read


class Kept:
    """Records as stock pycsw asks for them, in SQLite; its own repository works with SQLAlchemy 1 only."""

    folder = Path()
    dbtype = "sqlite"
    fts = False

    def __init__(self, context: Any, repo_filter: object = None) -> None:
        del repo_filter
        columns = context.md_core_model["mappings"]
        self.columns = sorted(set(columns.values()))
        self.queryables: dict[str, Any] = {
            typename: {name: value for group in about["queryables"].values() for name, value in group.items()}
            for typename, about in context.model["typenames"].items()
        }
        self.queryables["_all"] = {name: value for each in self.queryables.values() for name, value in each.items()}
        self.queryables["_all"].update(columns)
        self.dataset = SimpleNamespace(**dict.fromkeys(self.columns))
        self.records = sqlite3.connect(self.folder / "records.db")
        self.records.create_function("query_spatial", 4, lambda *_: "true")
        if not self.records.execute("SELECT 1 FROM sqlite_master").fetchone():
            self._load(columns)

    def _load(self, columns: dict[str, str]) -> None:
        self.records.execute(f"CREATE TABLE records ({', '.join(self.columns)})")
        for path in sorted((self.folder / "documents").iterdir()):
            record = read(path.read_bytes())
            text = etree.tostring(etree.fromstring(path.read_bytes()), encoding="unicode")
            known = {
                "pycsw:Identifier": record.identifier, "pycsw:Typename": "gmd:MD_Metadata", "pycsw:Schema": "http://www.isotc211.org/2005/gmd",
                "pycsw:XML": text, "pycsw:Title": record.title, "pycsw:Modified": str(record.metadata_date or ""),
                "pycsw:Metadata": text, "pycsw:MetadataType": "application/xml",
            }  # fmt: skip
            row = {columns[name]: value for name, value in known.items() if name in columns}
            marks = ", ".join("?" * len(row))
            self.records.execute(f"INSERT INTO records ({', '.join(row)}) VALUES ({marks})", list(row.values()))  # noqa: S608  -- names of columns that pycsw has
        self.records.commit()

    def _found(self, where: str, values: dict[str, object], rest: str = "") -> list[SimpleNamespace]:
        rows = self.records.execute(f"SELECT {', '.join(self.columns)} FROM records WHERE {where} {rest}", values)  # noqa: S608  -- conditions that pycsw writes
        return [SimpleNamespace(**dict(zip(self.columns, row, strict=True))) for row in rows]

    def query(self, constraint: Any, sortby: Any = None, typenames: Any = None, maxrecords: int = 10, startposition: int = 0) -> list[Any]:
        """Return the total, as text, and a page."""
        del typenames
        where = constraint.get("where", "1")
        values = {f"pvalue{number}": value for number, value in enumerate(constraint.get("values", []))}
        order = f"ORDER BY {sortby['propertyname']}" if sortby else ""
        total = len(self._found(where, values))
        return [str(total), self._found(where, values, f"{order} LIMIT {int(maxrecords)} OFFSET {int(startposition)}")]

    def query_ids(self, ids: list[str]) -> list[SimpleNamespace]:
        """Return the records of these identifiers."""
        return [each for one in ids for each in self._found("identifier = :one", {"one": one})]


def pycsw_app(folder: Path) -> Callable[..., Iterable[bytes]]:
    """Return stock pycsw: all of it, but for where its records are."""
    from pycsw.server import Csw

    __import__("stock").Kept.folder = folder  # pycsw imports this file by its name
    settings = folder / "pycsw.cfg"
    about = (
        "identification_title", "identification_abstract", "identification_keywords", "identification_keywords_type", "identification_fees",
        "identification_accessconstraints", "provider_name", "provider_url", "contact_name", "contact_position", "contact_address",
        "contact_city", "contact_stateorprovince", "contact_postalcode", "contact_country", "contact_phone", "contact_fax",
        "contact_email", "contact_url", "contact_hours", "contact_instructions", "contact_role",
    )  # fmt: skip
    settings.write_text(
        "[server]\nhome=.\nurl=http://localhost/csw\nmimetype=application/xml; charset=UTF-8\nencoding=UTF-8\nlanguage=en\nmaxrecords=20\n"
        "profiles=apiso\n[manager]\ntransactions=false\n[repository]\nsource=stock.Kept\n[metadata:inspire]\nenabled=false\n"
        "[metadata:main]\n" + "".join(f"{name}=x\n" for name in about)
    )

    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        environ["local.app_root"] = str(folder)
        csw = Csw(str(settings), environ)
        status, body = csw.dispatch_wsgi()
        start_response(status, [("Content-Type", csw.contenttype)])
        return [body]

    return app


def pygeoapi_app(folder: Path) -> Callable[..., Iterable[bytes]]:
    """Return stock pygeoapi on TinyDB."""
    rows = {str(number): json.loads(path.read_text()) for number, path in enumerate(sorted((folder / "documents").iterdir()), 1)}
    (folder / "records.json").write_text(json.dumps({"_default": rows}))
    text = {"en": "x"}
    settings = {
        "server": {
            "bind": {"host": "localhost", "port": 5000}, "url": "http://localhost", "mimetype": "application/json", "encoding": "utf-8",
            "languages": ["en"], "limits": {"default_items": 10, "max_items": 20}, "map": {"url": "", "attribution": ""}, "gzip": False,
        },
        "logging": {"level": "CRITICAL"},
        "metadata": {
            "identification": {"title": text, "description": text, "keywords": {"en": ["x"]}, "keywords_type": "theme",
                               "terms_of_service": "x", "url": "http://localhost"},
            "license": {"name": "x", "url": "http://localhost"}, "provider": {"name": "x", "url": "http://localhost"},
            "contact": {"name": "x", "email": "x@localhost"},
        },
        "resources": {
            "stock": {
                "type": "collection", "title": text, "description": text, "keywords": {"en": ["x"]}, "links": [],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
                "providers": [{"type": "record", "name": "TinyDBCatalogue", "data": str(folder / "records.json"),
                               "id_field": "externalId", "time_field": "updated", "title_field": "title"}],
            }
        },
    }  # fmt: skip
    (folder / "config.yml").write_text(json.dumps(settings))  # JSON is YAML
    (folder / "openapi.json").write_text("{}")
    os.environ |= {"PYGEOAPI_CONFIG": str(folder / "config.yml"), "PYGEOAPI_OPENAPI": str(folder / "openapi.json")}
    from pygeoapi.flask_app import APP  # it reads the two files when it is imported

    return APP  # type: ignore[no-any-return]  # pygeoapi has no types


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    made = {"pycsw": pycsw_app, "pygeoapi": pygeoapi_app}[sys.argv[1]](Path(sys.argv[2]))
    server = make_server("127.0.0.1", 0, made)
    print("port", server.port, flush=True)  # noqa: T201  -- it speaks to the test that started it
    server.serve_forever()
