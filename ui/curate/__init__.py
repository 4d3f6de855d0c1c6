"""The curators' pages: what needs them today, sources and harvests, and the records they look after."""

from flask import Flask

from ui.curate import access, batch, editing, history, overview, records, report, runs, sources, uploads  # noqa: F401 -- each has its routes
from ui.curate.current import Curation, blueprint

__all__ = ["Curation", "register"]


def register(app: Flask, curation: Curation) -> None:
    """Put the pages into `app`, which `ui.people.init_people` and `ui.account.register` have been told of."""
    app.extensions["curation"] = curation
    app.register_blueprint(blueprint)
