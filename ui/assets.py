"""Files the pages load: our own, Leaflet's from its package, and the outlines of the land; each with its digest in its address."""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, request, send_from_directory
from xstatic.pkg import leaflet

_OURS: Final = Path(__file__).with_name("static")
_FOLDERS: Final = {"": _OURS, "leaflet/": Path(leaflet.BASE_DIR), "land/": Path(str(resources.files("mappings.figures"))) / "data"}
_SERVED: Final = {
    "leaflet/": frozenset({"leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png", "images/marker-icon.png"}),
    "land/": frozenset({"land.geojson", "borders.geojson"}),
}
_YEAR: Final = 365 * 24 * 3600

blueprint = Blueprint("assets", __name__)


def init_assets(app: Flask) -> None:
    """Serve the files, and give templates `asset(name)`."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset


@cache
def asset(name: str) -> str:
    """Return the address of a file that pages load; it changes with the file, so that browsers may keep it for good.

    Raises:
        FileNotFoundError: there is no such file.
    """
    digest = hashlib.sha256(_file(name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def _file(name: str) -> Path:
    folder = next((prefix for prefix in _SERVED if name.startswith(prefix)), "")
    return _FOLDERS[folder] / name.removeprefix(folder)


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """A file that pages load."""
    folder = next((prefix for prefix in _SERVED if name.startswith(prefix)), "")
    inside = name.removeprefix(folder)
    if folder and inside not in _SERVED[folder]:
        inside = "/"  # nothing has this name: 404
    response = send_from_directory(_FOLDERS[folder], inside, conditional=True)
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR if "v" in request.args else 3600
    return response
