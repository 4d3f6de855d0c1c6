"""The administrator's pages: who asks to come in, who may have what, what is ordered, what was brought, and how full the disk is."""

from flask import Flask

from ui.administration import access, audit, deliveries, groups, orders, overview, registrations, users  # noqa: F401 -- each has its routes
from ui.administration.current import Administration, blueprint

__all__ = ["Administration", "register"]


def register(app: Flask, administration: Administration) -> None:
    """Put the pages into `app`, which `ui.people.init_people` and `ui.account.register` have been told of."""
    app.extensions["administration"] = administration
    app.register_blueprint(blueprint)
