"""The pages of accounts: registration, sign-in, passwords, and what somebody sets about his own account."""

from flask import Flask

from ui.account.dates import init_dates
from ui.account.keys import init_keys
from ui.account.pages import blueprint


def register(app: Flask) -> None:
    """Put the pages into `app`, which `ui.people.init_people` has been told of."""
    init_dates(app)
    init_keys(app)
    app.register_blueprint(blueprint)


__all__ = ["register"]
