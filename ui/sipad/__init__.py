"""The SIPAD's pages: from the data tree over a selection to an order and its files."""

from typing import Any

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from ui.sipad.choosing import blueprint as choosing
from ui.sipad.current import Sipad
from ui.sipad.frame import frame
from ui.sipad.ordering import blueprint as ordering
from ui.sipad.reading import blueprint as reading

__all__ = ["Sipad", "blueprint"]


def blueprint(sipad: Sipad) -> Blueprint:
    """Return the pages of `sipad`, to be registered as they are: they know their place, `/sipad`."""
    pages = Blueprint("sipad", __name__, url_prefix="/sipad")

    @pages.record
    def keep(state: BlueprintSetupState) -> None:
        state.app.extensions["sipad"] = sipad
        state.app.jinja_env.globals["archive_path"] = pages.url_prefix  # all pages have a way here

    @pages.context_processor
    def chrome() -> dict[str, Any]:
        return {"frame": frame()}

    for part in (reading, choosing, ordering):
        pages.register_blueprint(part)
    return pages
