"""Files the pages load: our own, Leaflet's from its package, and the outlines of the land; each with its digest in its address."""

import hashlib
import mimetypes
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, abort, request
from xstatic.pkg import leaflet

_OURS: Final = Path(__file__).with_name("static")
_LEAFLET: Final = Path(leaflet.BASE_DIR)
_LAND: Final = Path(str(resources.files("mappings.figures"))) / "data"
FILES: Final = {
    **{path.name: path for path in _OURS.iterdir() if path.is_file()},
    **{f"leaflet/{name}": _LEAFLET / name for name in ("leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png")},
    "leaflet/images/marker-icon.png": _LEAFLET / "images/marker-icon.png",
    "land/land.geojson": _LAND / "land.geojson",
}
"""All that is served, by name: nothing else on the disk can be asked for."""
_TYPES: Final = {".geojson": "application/geo+json", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_YEAR: Final = 365 * 24 * 3600

blueprint = Blueprint("assets", __name__)


def init_assets(app: Flask) -> None:
    """Serve the files, and give templates `asset(name)`."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset


@cache
def _content(name: str) -> bytes:
    return FILES[name].read_bytes()


@cache
def asset(name: str) -> str:
    """Return the address of a file that pages load; it changes with the file, so that browsers may keep it for good.

    Raises:
        KeyError: there is no such file.
    """
    return f"/static/{name}?v={hashlib.sha256(_content(name)).hexdigest()[:10]}"


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """A file that pages load."""
    if name not in FILES:
        abort(404)
    suffix = Path(name).suffix
    media_type = _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    response = Response(_content(name), content_type=media_type)
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR if "v" in request.args else 3600
    response.add_etag()
    response.make_conditional(request)
    return response
